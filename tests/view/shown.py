"""Everything an audience may see of the default exercise, as a session of keys: for whoever looks at the screen."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pygame
from synthetic import ObedientSource

from crowdsim.frame import BranchView, Comparison, Event, Frame, Portrait
from crowdsim.metrics.assessor import Assessor, Standing
from crowdsim.metrics.session import Session
from crowdsim.problems import Problem
from crowdsim.session.portrait import portrait
from crowdsim.session.scenario import load_scenario
from crowdsim.session.simulation import Simulation
from crowdsim.view.bookmarks import Bookmarks
from crowdsim.view.desk.messages import Problems, Question
from crowdsim.view.inputs import Do
from crowdsim.view.inspector import Inspector
from crowdsim.view.layers import LAYERS, NAMES
from crowdsim.view.notes import Bookmark
from crowdsim.view.picture import Look, Picture
from crowdsim.view.presenter import Presenter
from crowdsim.view.projector import _for_audience
from crowdsim.view.scene import canvas
from crowdsim.view.scorecard import ScoreCard
from crowdsim.view.timebar import Timebar
from crowdsim.view.tour import Tour
from crowdsim.view.window import Window
from crowdsim.world.tilemap import TileMap

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Exercise:
    """The default exercise, seed 1, at some of its moments."""

    map: TileMap
    title: dict[str, str]
    duration: float  # s
    events: list[Event]
    frames: dict[str, Frame]
    before: dict[str, list[Frame]]  # the seconds before, a frame each: warnings come from them
    standing: Standing
    portraits: dict[tuple[str, str | int], Portrait]  # at the last moment


def play(moments: dict[str, float]) -> tuple[Simulation, Exercise]:
    """The exercise up to the last of the moments, s."""
    simulation = Simulation(load_scenario(ROOT / "maps" / "kpu_kaltara" / "sispamkota.toml"), seed=1)
    frames: dict[str, Frame] = {}
    before: dict[str, list[Frame]] = {}
    seconds: list[Frame] = []
    for moment, second in sorted(moments.items(), key=lambda item: item[1]):
        while simulation.time < second - 1e-6:
            frames[moment] = simulation.advance()
            if not seconds or frames[moment].time >= seconds[-1].time + 1.0 - 1e-6:
                seconds = [*seconds[-15:], frames[moment]]
        before[moment] = seconds
    last = frames[moment]
    broken = simulation.world.barrier_index("gerbang_utama")
    asked: list[tuple[str, str | int]] = [("barrier", broken), *(("unit", unit.id) for unit in last.units)]
    asked += [("person", int(last.unit.argmax())), ("person", int(last.unit.argmin()))]
    known = {one: found for one in asked if (found := portrait(simulation, *one)) is not None}
    scenario = simulation.scenario
    standing = Assessor().look(Session.of_simulation(simulation))
    told = Exercise(
        scenario.map, scenario.title, scenario.spec.duration, list(simulation.events), frames, before, standing, known
    )
    return simulation, told


class OneMoment(ObedientSource):
    """A source that stands at one moment of the exercise, with another branch beside it once it has `parted`."""

    def __init__(self, exercise: Exercise, moment: str, run_file: Path) -> None:
        super().__init__(60, paused=True, run_file=run_file, map=exercise.map, title=exercise.title)
        self.exercise, self.frame, self.duration = exercise, exercise.frames[moment], exercise.duration
        self.time = self.frame.time
        self.events = [event for event in exercise.events if event.time <= self.time]
        self.parted = False

    def advance(self, seconds: float) -> tuple[Frame, Frame, float]:
        return self.frame, self.frame, 1.0

    def inspect(self, kind: str, which: str | int) -> Portrait | None:
        return self.exercise.portraits.get((kind, which))

    def standing(self, time: float) -> Standing | None:
        return self.exercise.standing

    def branches(self) -> tuple[BranchView, ...]:
        first = BranchView("A", "A", "", 0.0, self.time + 20.0, not self.parted)
        second = BranchView("B", "B", "A", self.time - 50.0, self.time, True)
        return (first, second) if self.parted else (first,)

    def switch(self, branch: str) -> None:
        raise AssertionError("nobody asked")

    def rename(self, branch: str, name: str) -> None:
        raise AssertionError("nobody asked")

    def seen(self, branch: str, time: float) -> tuple[Frame, Frame, float] | None:
        return self.frame, self.frame, 1.0

    def compared(self, one: str, other: str) -> Comparison | None:
        rows = [("score", 41.0, 68.0), ("breach", 391.0, None), ("compound", 396.0, None), ("line", 402.0, 431.0)]
        rows += [("squeeze", 1480.0, 1220.0), ("density", 6.1, 5.2), ("injured.demonstrator", 14.0, 9.0)]
        rows += [("injured.officer", 6.0, 3.0), ("arrested", 4.0, 0.0), ("thrown", 131.0, 88.0)]
        rows += [("damage", 0.21, 0.04), ("broken_rules", 5.0, 2.0), ("dispersal", None, 702.0)]
        return Comparison(self.time, tuple(rows))


@dataclass
class Screens:
    """A window on the exercise, shown one thing after another."""

    exercise: Exercise
    size: tuple[int, int]
    look: Look
    folder: Path
    moments: tuple[str, ...]
    spare: bool = False  # only what differs from screen to screen, not every layer alone
    window: Any = field(default=None, init=False)

    def __iter__(self) -> Iterator[tuple[str, pygame.Surface]]:
        for number, moment in enumerate(self.moments):
            source = OneMoment(self.exercise, moment, self.folder / f"{moment}.crowdsim")
            self.window = window = Window(source, self.size, self.look)
            window.picture.remember(self.exercise.before[moment])
            yield from ((f"{moment} {name}", surface) for name, surface in self._shown(bool(number)))
            window.close()

    def _drawn(self, seconds: float = 0.02, pictures: int = 2) -> pygame.Surface:
        surface = self.window.surface
        for _ in range(pictures):  # what a tool covers is left free by the labels of the next picture
            surface.texts = ()
            self.window.draw(seconds)
        return surface

    def _key(self, key: int, mod: int = 0) -> None:
        self.window.handle(pygame.event.Event(pygame.KEYDOWN, key=key, mod=mod, unicode=""))

    def _shown(self, brief: bool) -> Iterator[tuple[str, pygame.Surface]]:
        yield "alone", self._drawn()
        if not self.spare and not brief:
            for layer in LAYERS:
                look = self.window.picture.look
                self.window.picture.look = replace(look, **{layer.name: not getattr(look, layer.name)})
                yield f"layer {layer.name}", self._drawn()
                self.window.picture.look = look
        look = self.window.picture.look
        self.window.picture.look = replace(look, density=True, lines=True, exits=True, minimap=True)
        yield "layers", self._drawn()
        self.window.picture.look = replace(look, **dict.fromkeys(set(NAMES) - {"legend"}, True))
        yield "all layers", self._drawn()
        self.window.picture.look = replace(look, warnings=True, density=True)
        yield from self._tools() if not brief else self._few()
        self.window.picture.look = look

    def _few(self) -> Iterator[tuple[str, pygame.Surface]]:
        self._key(pygame.K_r)
        yield "score", self._drawn()

    def _tools(self) -> Iterator[tuple[str, pygame.Surface]]:
        window, source = self.window, self.window.source
        for key, name in ((pygame.K_r, "score"), (pygame.K_o, "list of layers"), (pygame.K_h, "keys")):
            self._key(key)
            yield name, self._drawn()
            self._key(key)
        self._key(pygame.K_ESCAPE)
        yield "menu", self._drawn()
        self._key(pygame.K_ESCAPE)
        card = window.tool(ScoreCard)
        card._plate, card._left = self.exercise.standing.flags[:3], 100.0
        yield "red flag", self._drawn()
        card._left = 0.0
        breach = next(event for event in source.exercise.events if event.kind == "breach")
        presenter = window.tool(Presenter)
        presenter._breach, presenter._left = breach, 1.5
        window.tell("presenter.paused")
        yield "breach", self._drawn()
        presenter._breach, presenter._left = None, 0.0
        self._drawn(9.0, pictures=1)
        tour = window.tool(Tour)
        self._key(pygame.K_F1)
        for number, step in enumerate(tour.steps):
            tour.step = number
            if not self.spare or number in (0, 3):
                yield f"tour {step}", self._drawn()
        self._key(pygame.K_ESCAPE)
        notes = window.tool(Bookmarks)
        notes._chosen = Bookmark(source.time, "Garis 2 mundur dua langkah sebelum gerbang jebol; siapa perintah?")
        yield "note", self._drawn()
        notes._chosen = None
        self._key(pygame.K_x)
        yield "pen", self._drawn()
        self._key(pygame.K_x)
        self._key(pygame.K_b)
        notes.writing = "Perintah terlambat dua puluh detik"
        yield "note written", self._drawn()
        self._key(pygame.K_ESCAPE)
        inspector = window.tool(Inspector)
        for kind, which in list(source.exercise.portraits)[:1] + list(source.exercise.portraits)[-3:]:
            inspector.look_at(kind, which)
            yield f"inspector {kind}", self._drawn(pictures=3)  # a sheet of another size finds its place
            inspector.subject = None
        source.parted = True
        self._drawn(9.0, pictures=1)
        yield "branches", self._drawn()
        for name in ("beside", "ghost"):
            window.do(Do("compare"))
            yield f"compare {name}", self._drawn()
        window.do(Do("compare"))
        window.tool(Timebar)._name = "Dorong lebih awal"
        yield "branch named", self._drawn()
        window.tool(Timebar)._name = None
        source.parted = False
        self._drawn(9.0, pictures=1)
        for key, name in ((pygame.K_3, "unit in hand"), (pygame.K_f, "formations")):
            self._key(key)
            yield name, self._drawn()
        self._key(pygame.K_ESCAPE)
        self._key(pygame.K_ESCAPE)
        self._key(pygame.K_u)
        yield "means", self._drawn()
        self._key(pygame.K_ESCAPE)
        question = window.picture.words("backdrop.there", file="halaman-kpu.jpg")
        window.tool(Question).ask(question, ("desk.save", lambda: None), ("desk.discard", lambda: None))
        yield "question", self._drawn()
        window.tool(Question).hide()
        wrong = Problem("maps/kpu/sispamkota.toml", "units[3].count", "more than the map holds", "Lower it.")
        window.tool(Problems).tell([wrong])
        yield "problems", self._drawn()
        window.tool(Problems).hide()
        there = Picture(source.map, self.size, _for_audience(window.picture.look))
        there.watch = window.picture.watch
        surface = canvas(self.size)
        camera = window.picture.camera
        there.show((*camera.to_map(*camera.view.topleft), *camera.to_map(*camera.view.bottomright)))
        for _ in range(2):
            surface.texts = ()  # type: ignore[attr-defined]
            there.draw(surface, window.moment, 0.02)
            for tool in reversed(window.tools):
                tool.present(surface, there)
        yield "second window", surface
        there.close()
