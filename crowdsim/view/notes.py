"""What a trainer notes down while a run is shown: bookmarks, each with a text and strokes, in a file beside the run."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from crowdsim.problems import InputError, Problem, reason, said

VERSION = 1
Stroke = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Bookmark:
    """A moment worth coming back to: when, why, what was drawn on the map, and which part of it was shown."""

    time: float  # s
    note: str = ""
    strokes: tuple[Stroke, ...] = ()  # m
    area: tuple[float, float, float, float] | None = None  # m: x0, y0, x1, y1


class Notes:
    """The bookmarks of one run in the order of time, written whenever one changes."""

    def __init__(self, run: Path | None) -> None:
        """run : the run file, None = kept only while the program runs. InputError when its notes cannot be read."""
        self.path = run.with_suffix(".notes.json") if run else None
        self.bookmarks: list[Bookmark] = []
        if self.path and self.path.exists():
            try:
                found = json.loads(self.path.read_text(encoding="utf-8"))
                if found["version"] > VERSION:
                    raise ValueError(said("notes.newer_format", version=found["version"], known=VERSION))
                self.bookmarks = [_bookmark(item) for item in found["bookmarks"]]
            except (OSError, ValueError, KeyError, TypeError) as error:
                mend = said("notes.mend")
                raise InputError(
                    [Problem(str(self.path), "", said("notes.none", reason=reason(error)), mend)]
                ) from None

    def put(self, bookmark: Bookmark, instead: Bookmark | None = None) -> bool:
        """Keep a bookmark, in the place of another one if one is named; whether it could be written."""
        others = [one for one in self.bookmarks if one != instead]
        self.bookmarks = sorted([*others, bookmark], key=lambda one: one.time)
        if self.path is None:
            return True
        text = json.dumps(
            {"version": VERSION, "bookmarks": [asdict(one) for one in self.bookmarks]}, ensure_ascii=False
        )
        passing = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            passing.write_text(text, encoding="utf-8")
            passing.replace(self.path)  # whole or not at all
        except OSError:
            return False
        return True


def _bookmark(item: dict) -> Bookmark:
    strokes = tuple(tuple((float(x), float(y)) for x, y in stroke) for stroke in item["strokes"])
    area = None
    if item.get("area"):
        x0, y0, x1, y1 = (float(value) for value in item["area"])
        area = x0, y0, x1, y1
    return Bookmark(float(item["time"]), str(item["note"]), strokes, area)
