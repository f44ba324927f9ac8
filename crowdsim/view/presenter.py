"""Presenting: a short pause with a ring where something gives way, and a spotlight at the mouse."""

import math
from typing import TYPE_CHECKING

import pygame

from crowdsim.frame import Event
from crowdsim.view import stamps
from crowdsim.view.brush import Brush
from crowdsim.view.inputs import Do
from crowdsim.view.labels import Box
from crowdsim.view.tool import Tool

if TYPE_CHECKING:
    from crowdsim.view.picture import Moment, Picture
    from crowdsim.view.window import Window

PAUSE = 2.0
"""s of wall time the exercise stands still at a breach while presenting."""
_GIVES_WAY = ("breach", "line_breach")
_RING = 70  # px of 1080, radius of the ring at a breach, which swells by half
_SPOT = 150  # px of 1080, radius of the spotlight


class Presenter(Tool):
    """Pauses at a breach while presenting; Shift + S turns the spotlight on and off."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self.spotlight = False
        self._breach: Event | None = None
        self._left = 0.0  # s of the pause
        self._mouse: tuple[float, float] = (0.0, 0.0)  # m

    @property
    def presenting(self) -> bool:
        """Whether an audience looks on, here or on the second screen."""
        return self.window.picture.look.presenter or self.window.projecting

    def handle(self, event: pygame.event.Event) -> bool:
        """Where the mouse is."""
        if event.type == pygame.MOUSEMOTION:
            self._mouse = self.window.picture.camera.to_map(*event.pos)
        return False

    def do(self, asked: Do) -> bool:
        """The spotlight; and whoever pauses or runs by hand during the pause has his way."""
        if asked.what == "pause" and self._left > 0.0:
            self._left = 0.0
            return False
        if asked.what == "spotlight":
            self.spotlight = not self.spotlight
            return True
        return False

    def boxes(self) -> list[Box]:
        """The ring at its widest: it strikes no label through."""
        if not self._breach or not self._breach.position or self._left <= 0.0:
            return []
        x, y = self.window.picture.camera.to_screen(*self._breach.position)
        reach = self.window.picture.theme.px(1.5 * _RING + 8)
        return [(round(x) - reach, round(y) - reach, 2 * reach, 2 * reach)]

    def draw(self, surface: pygame.Surface, moment: "Moment", seconds: float) -> None:
        """Watch for a breach, count the pause down, draw the ring and the spotlight."""
        source = self.window.source
        for event in moment.news:
            if event.kind in _GIVES_WAY and event.position and self.presenting and not source.paused:
                self._breach, self._left = event, PAUSE
                source.paused = True
                self.window.tell("presenter.paused")
        if self._left > 0.0:
            self._left -= seconds
            if self._left <= 0.0:
                source.paused = False
        if self._left <= 0.0:
            self._breach = None
        self.present(surface, self.window.picture)

    def present(self, surface: pygame.Surface, picture: "Picture") -> None:
        """Ring and spotlight on a picture."""
        camera, theme = picture.camera, picture.theme
        if self._breach and self._breach.position:
            at = camera.to_screen(*self._breach.position)
            swell = abs(math.sin(math.pi * self._left))  # twice in the two seconds
            brush = Brush.on(surface, camera.view, camera.origin, camera.zoom)
            radius = theme.px(_RING) * (1.0 + 0.5 * swell)
            brush.ring(at, radius, 6.0 * theme.scale, theme["outline"])
            brush.ring(at, radius, 4.0 * theme.scale, theme["breach"])
            del brush
        if self.spotlight:
            at = camera.to_screen(*self._mouse)
            brush = Brush.on(surface, camera.view, camera.origin, camera.zoom)
            stamps.dim(brush.pixels, brush.clip, float(at[0]), float(at[1]), float(theme.px(_SPOT)), 0.4)
