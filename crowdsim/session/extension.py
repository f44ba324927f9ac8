"""A scenario that extends another: a file that says only what is different, and the whole that comes of it."""

import difflib
import json
import re
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from crowdsim.places import beside_or_shipped
from crowdsim.problems import InputError, Problem, Said, said, toml_fault

_LISTS = ("crowd", "unit", "post", "timeline")
_MERGED = ("crowd", "unit", "post")  # of these, keys are replaced one by one; a timeline entry is replaced whole


@dataclass
class Whole:
    """The keys of a scenario with those of what it extends, and where each came from."""

    data: dict[str, Any]
    text: str  # the file as read
    origin: dict[str, tuple[str, str]] = field(default_factory=dict)  # "timeline[57]": the file, "timeline[2]"
    extended: bool = False
    own: dict[str, Any] = field(default_factory=dict)  # the keys written in the file itself

    def locate(self, problem: Problem) -> Problem:
        """The same problem with the file and place somebody has to mend."""
        first = re.split(r"[. ]", problem.place)[0]
        if first not in self.origin:
            return problem
        file, place = self.origin[first]
        return replace(problem, file=file, place=place + problem.place[len(first) :])

    @property
    def whole_text(self) -> str:
        """The whole as TOML: what a run file keeps, so that a run needs no other file."""
        return _written(self.data) if self.extended else self.text


def read_whole(path: Path, before: tuple[str, ...] = (), text: str | None = None) -> Whole:
    """Read a scenario and what it extends, one file after the other; InputError when one cannot be read or merged.

    text : that of the file, when it is not written yet
    """
    shown = str(path)
    try:
        text = path.read_bytes().decode("utf-8") if text is None else text
    except FileNotFoundError:
        raise InputError([Problem(shown, "", said("file.none"), _nearest_file(path))]) from None
    except IsADirectoryError:
        raise InputError([Problem(shown, "", said("file.folder"), said("scenario.name_file"))]) from None
    except UnicodeDecodeError as error:
        mend = said("file.save_utf8")
        raise InputError([Problem(shown, said("place.byte", start=error.start), said("file.not_text"), mend)]) from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        mend = said("toml.cut_short")
        raise InputError([Problem(shown, "", toml_fault(error), mend)]) from None
    if "extends" not in data:
        return Whole(data, text, _places(shown, data), own=data)
    written = dict(data)
    base, drop = data.pop("extends"), data.pop("drop", [])
    if not isinstance(base, str) or Path(base).name != base:
        mend = said("extends.same_folder")
        raise InputError(
            [Problem(shown, "extends", said("value.not_allowed", value=json.dumps(base, default=str)), mend)]
        )
    if not isinstance(drop, list) or not all(isinstance(name, str) for name in drop):
        mend = said("extends.drop_list")
        raise InputError([Problem(shown, "drop", said("value.not_allowed", value=json.dumps(drop, default=str)), mend)])
    if path.name in before:
        mend = said("extends.end_ring")
        raise InputError([Problem(shown, "extends", said("extends.in_turn", base=base), mend)])
    extended = beside_or_shipped(path.parent / base)
    if not extended.is_file():
        mend = _nearest_file(path.parent / base)
        raise InputError([Problem(shown, "extends", said("extends.no_scenario", base=base), mend)])
    whole = _merged(shown, read_whole(extended, (*before, path.name)), data, drop, text)
    whole.own = written
    return whole


def _merged(shown: str, base: Whole, own: dict[str, Any], drop: list[str], text: str) -> Whole:
    whole = Whole({**base.data, **own}, text, extended=True)
    own_places = _places(shown, own)
    whole.origin = {key: place for key, place in (base.origin | own_places).items() if "[" not in key}
    known = [item["id"] for key in _LISTS for item in _items(base.data, key) if isinstance(item.get("id"), str)]
    for k, name in enumerate(drop, 1):
        if name not in known:
            message = said("extends.nothing_to_drop", name=name)
            near = difflib.get_close_matches(name, known, 1, 0.4)
            mend = said("mend.nearest", near=near[0]) if near else said("extends.it_has", known=", ".join(known))
            raise InputError([Problem(shown, f"drop[{k}]", message, mend)])
    for key in _LISTS:
        if key in own and not _items(own, key):
            continue  # empty, or no list of tables: replaces, or is refused later
        kept = [
            (item, base.origin[f"{key}[{k}]"])
            for k, item in enumerate(_items(base.data, key), 1)
            if item.get("id") not in drop
        ]
        for k, item in enumerate(_items(own, key), 1):
            place = own_places[f"{key}[{k}]"]
            same = next((n for n, (old, _) in enumerate(kept) if "id" in item and old.get("id") == item["id"]), None)
            if same is None:
                kept.append((item, place))
            else:
                kept[same] = ({**kept[same][0], **item} if key in _MERGED else item, place)
        if kept or key in whole.data:
            whole.data[key] = [item for item, _ in kept]
        whole.origin |= {f"{key}[{k}]": place for k, (_, place) in enumerate(kept, 1)}
    return whole


def _items(data: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = data.get(key, [])
    return found if isinstance(found, list) and all(isinstance(item, dict) for item in found) else []


def _places(shown: str, data: dict[str, Any]) -> dict[str, tuple[str, str]]:
    names = [key for key in data if key not in _LISTS]
    names += [f"{key}[{k}]" for key in _LISTS for k in range(1, len(_items(data, key)) + 1)]
    return {name: (shown, name) for name in names}


def _nearest_file(path: Path) -> Said:
    if path.parent.is_dir():
        near = difflib.get_close_matches(path.name, [p.name for p in path.parent.glob("*.toml")], 1, 0.4)
        if near:
            return said("mend.nearest", near=path.parent / near[0])
    return said("scenario.name_one")


def _written(data: dict[str, Any]) -> str:
    """Checked keys as TOML."""
    lines = [f"{key} = {_value(value)}" for key, value in data.items() if key not in _LISTS]
    for key in _LISTS:
        for item in data.get(key, []):
            lines += ["", f"[[{key}]]", *(f"{name} = {_value(value)}" for name, value in item.items())]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
