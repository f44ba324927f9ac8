"""What the keys and the menu ask for that has to do with files: new, open, plan, play, save, go on, leave."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from crowdsim import settings
from crowdsim.places import runs_folder, shipped
from crowdsim.view.backdrop import Backdrop
from crowdsim.view.desk.files import Files
from crowdsim.view.desk.messages import Problems, Question
from crowdsim.view.inputs import Do
from crowdsim.view.tool import Tool

if TYPE_CHECKING:
    from crowdsim.session.draft import Draft
    from crowdsim.view.window import Window

SCENARIOS = (".toml",)
MAPS = (".tmx",)


class Desk(Tool):
    """Draws nothing; asks with cards, and lets the window show what comes of it."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._does: dict[str, Callable[[], object]] = {
            "new": lambda: self._unless_changed(self._new),
            "open": lambda: self._unless_changed(self._open),
            "plan": self._plan,
            "play": self._play,
            "save": self._save,
            "save_as": self._save_as,
            "mapsheet": self._mapsheet,
            "leave": lambda: self._unless_changed(self._leave),
        }

    def do(self, asked: Do) -> bool:
        """Files, when the window can open any; leaving asks first when something is not saved."""
        if asked.what == "recent":
            path = settings.recent()[int(asked.value)]
            self._unless_changed(lambda: self.open_file(path))
            return True
        if asked.what not in self._does or (self.window.opener is None and asked.what != "leave"):
            return False
        self._does[asked.what]()
        return True

    def open_file(self, path: Path) -> bool:
        """Play a scenario; whether it passed the checks."""

        def play() -> None:
            self._start(_draft().open(path), planning=False)
            settings.remember(path)

        return self.window.tool(Problems).attempt(play)

    def plan_file(self, path: Path) -> bool:
        """Plan a scenario; whether it passed the checks."""

        def plan() -> None:
            self._start(_draft().open(path), planning=True)
            settings.remember(path)

        return self.window.tool(Problems).attempt(plan)

    def _start(self, draft: "Draft", planning: bool) -> None:
        """Show a draft as a plan, or play it; the draft stays at hand for planning on."""
        from crowdsim.view.plan.source import Planned

        opener = self.window.opener
        assert opener is not None
        if planning:
            opener.stop()
            self.window.show(Planned(draft), draft)
        else:
            self.window.show(opener.play(draft.scenario), None)
        self.window.resting = None if planning else draft

    # ---------------------------------------------------------------------------------------------------------------

    def _new(self) -> None:
        def begin(place: Path) -> None:
            folder = Path(str(settings.load().get("scenarios", Path.cwd())))
            name = self.window.picture.words("desk.new_name")
            path = folder / f"{name}.toml"
            number = 2
            while path.exists():
                path, number = folder / f"{name}-{number}.toml", number + 1
            lang = self.window.picture.look.lang
            self.window.tool(Problems).attempt(lambda: self._start(_draft().new(path, place, lang), planning=True))

        self.window.tool(Files).ask("files.map", MAPS, begin, folder=shipped("maps"))

    def _open(self) -> None:
        self.window.tool(Files).ask("files.scenario", SCENARIOS, lambda path: self.window.open_file(path))

    def _plan(self) -> None:
        """From a run to its plan, and back: F2."""
        if self.window.draft is not None:
            self._play()
            return
        resting, opener = self.window.resting, self.window.opener
        if resting is not None:
            self._start(resting, planning=True)
        elif opener is not None and opener.path is not None:
            self.plan_file(opener.path)

    def _play(self) -> None:
        draft = self.window.draft
        if draft is not None:
            self.window.tool(Problems).attempt(lambda: self._start(draft, planning=False))

    def _save(self) -> None:
        draft = self.window.draft or self.window.resting
        if draft is None:
            return
        inside = shipped("maps") in draft.path.absolute().parents
        if inside or not draft.path.exists():  # nothing a user makes goes into the installation
            self._save_as()
        else:
            self._write(draft, draft.path)

    def _save_as(self) -> None:
        draft = self.window.draft or self.window.resting
        if draft is None:
            return
        inside = shipped("maps") in draft.path.absolute().parents
        folder = None if inside else draft.path.absolute().parent
        self.window.tool(Files).ask(
            "files.save_as", SCENARIOS, lambda path: self._write(draft, path), folder=folder, name=draft.path.name
        )

    def _write(self, draft: "Draft", path: Path) -> None:
        if self.window.tool(Problems).attempt(lambda: draft.save(path)):
            settings.remember(draft.path)
            settings.save(scenarios=str(draft.path.parent))
            backdrop = self.window.tool(Backdrop)
            if backdrop.photo is not None:
                backdrop.store()
            self.window.tell("desk.saved", file=draft.path.name)

    def _mapsheet(self) -> None:
        from crowdsim.view.mapsheet import write

        path = runs_folder() / f"{self.window.source.map.path.stem}-A3.png"
        self.window.tool(Problems).attempt(lambda: write(path, self.window.source.map, self.window.picture.look.lang))
        self.window.tell("saved", file=str(path.relative_to(Path.cwd())))

    def _leave(self) -> None:
        self.window.leaving = True

    def _unless_changed(self, then: Callable[[], object]) -> None:
        """Do it at once, or ask first when a plan is not saved."""
        draft = self.window.draft or self.window.resting
        if draft is None or not draft.changed:
            then()
            return

        def save_first() -> None:
            self._save()
            if draft is not None and not draft.changed:
                then()

        question = self.window.picture.words("desk.unsaved", file=draft.path.name)
        self.window.tool(Question).ask(
            question, ("desk.save", save_first), ("desk.discard", then), ("desk.cancel", lambda: None)
        )


def _draft() -> "type[Draft]":
    from crowdsim.session.draft import Draft  # brings numba, for which the first picture does not wait

    return Draft
