"""A console whose events are posted to pygame and heard by the window's own loop, on a source that can do all."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pygame
from synthetic import ObedientSource

from crowdsim.frame import BranchView, Comparison, Frame
from crowdsim.metrics.assessor import Standing
from crowdsim.view.app import Loop
from crowdsim.view.inputs import Do
from crowdsim.view.picture import Look
from crowdsim.view.toolbox import toolbox
from crowdsim.view.window import Window

SIZE = (1280, 720)
UNITS = 21  # more than there are keys for


class EverySource(ObedientSource):
    """Takes orders, has two branches, is judged, and has many units; nothing is simulated."""

    current, renamed = "A", ""

    def _frames(self) -> tuple[Frame, Frame]:
        few = super()._frames()
        unit = few[0].units[2]
        more = tuple(unit._replace(id=f"unit{k}", label=f"SATUAN {k}") for k in range(4, UNITS + 1))
        return replace(few[0], units=few[0].units + more), replace(few[1], units=few[1].units + more)

    def branches(self) -> tuple[BranchView, ...]:
        """The first, and one that left it."""
        first = BranchView("A", self.renamed or "A", "", 0.0, 252.0, self.current == "A")
        return first, BranchView("B", "B", "A", 100.0, 252.0, self.current == "B")

    def switch(self, branch: str) -> None:
        self.current = branch

    def rename(self, branch: str, name: str) -> None:
        self.renamed = name

    def seen(self, branch: str, time: float) -> tuple[Frame, Frame, float]:
        return self.advance(0.0)

    def compared(self, one: str, other: str) -> Comparison:
        return Comparison(200.0, (("breach", 200.0, None),))

    def standing(self, time: float) -> Standing | None:
        return None


class Opener:
    """Plays any scenario: shows the made-up source, and remembers for which."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self.played: list[Any] = []

    def play(self, scenario: Any) -> EverySource:
        self.played.append(scenario)
        return EverySource(100, paused=True)

    def stop(self) -> None:
        """Nothing runs."""


class Console:
    """A window that is made once and set right before each test."""

    def __init__(self, lang: str) -> None:
        if not pygame.display.get_surface() or pygame.display.get_window_size() != SIZE:
            pygame.display.set_mode(SIZE)
        self.look = Look(lang=lang, unit_labels=False)
        self.window = Window(EverySource(100, paused=True), SIZE, self.look, Opener())
        self.loop = Loop(self.window)
        self.first = self.window.source

    def afresh(self, run_file: Path) -> None:
        """As it was at first, with its notes beside another run."""
        window = self.window
        if window.surface.get_size() != SIZE or pygame.display.get_window_size() != SIZE:
            pygame.display.set_mode(SIZE)
            window.resize(SIZE)
        pygame.event.clear()
        if window.source is not self.first:
            window.show(self.first)
        source: EverySource = self.first  # type: ignore[assignment]
        source.sent, source.sought, source.stepped, source.run_file = [], [], 0, run_file
        source.time, source.furthest, source.speed, source.paused = 252.0, 400.0, 1.0, True
        source.current, source.renamed = "A", ""
        source.params = type(source.params)()
        window.opener = Opener()
        window.draft = window.resting = None
        window.leaving = window.fullscreen = window.projecting = False
        self.loop.close()
        self.loop = Loop(window)
        window.picture.look = replace(self.look, bar=True)
        for tool in window.tools:
            tool.close()
        window.tools = toolbox(window)
        window.picture.show_action(window.frame)
        self.turn()

    def turn(self, pictures: int = 1) -> None:
        """Turns of the loop."""
        for _ in range(pictures):
            self.loop.hear()
            self.loop.show(0.02)

    def press(self, key: int, mod: int = 0, text: str = "") -> None:
        """A key goes down and up, and what is then on the screen is drawn."""
        pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key, mod=mod, unicode=text))
        if text:
            pygame.event.post(pygame.event.Event(pygame.TEXTINPUT, text=text))
        pygame.event.post(pygame.event.Event(pygame.KEYUP, key=key, mod=mod))
        self.turn()

    def write(self, text: str) -> None:
        """Letters of a text."""
        pygame.event.post(pygame.event.Event(pygame.TEXTINPUT, text=text))
        self.turn()

    def click(self, at: tuple[float, float], button: int = 1, apart: bool = False) -> None:
        """At a pixel: the mouse comes, goes down, goes up; `apart`: with a picture after each."""
        pos = round(at[0]), round(at[1])
        for kind, more in (
            (pygame.MOUSEMOTION, {"rel": (0, 0), "buttons": (0, 0, 0)}),
            (pygame.MOUSEBUTTONDOWN, {"button": button}),
            (pygame.MOUSEBUTTONUP, {"button": button}),
        ):
            pygame.event.post(pygame.event.Event(kind, pos=pos, **more))
            if apart:
                self.turn()
        self.turn()

    def click_widget(self, card: Any, name: str) -> None:
        """On a widget of a sheet where it was drawn; the sheet looks at the mouse once a picture."""
        self.click(card.spots[name].center, apart=True)
        self.turn()

    def click_map(self, x: float, y: float, button: int = 1) -> None:
        """At a point of the map, m."""
        self.click(self.window.picture.camera.to_screen(x, y), button)

    def tool(self, kind: type[Any]) -> Any:
        """The tool of a kind."""
        return self.window.tool(kind)

    def say(self, key: str, **values: object) -> str:
        """A text in the console's language."""
        return self.window.picture.words(key, **values)

    def do(self, what: str) -> None:
        """As a key would ask."""
        self.window.do(Do(what))
        self.turn()
