"""A card: a sheet of widgets in the middle of the window that has all input while it is open."""

from typing import TYPE_CHECKING

import pygame

from crowdsim.view.labels import Box
from crowdsim.view.widgets import INPUT, Widgets

if TYPE_CHECKING:
    from crowdsim.view.picture import Moment
    from crowdsim.view.window import Window


class Card(Widgets):
    """Names its size, and overrides `build`."""

    size = (900, 640)  # px of a 1080 line screen; no larger than the window

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self.open = False

    def show(self) -> None:
        """Open it."""
        self.open = True
        self.stale()

    def hide(self) -> None:
        """Close it."""
        self.open = False

    def escape(self) -> None:
        """What the Esc key does."""
        self.hide()

    def enter(self) -> None:
        """What the return key does."""

    def lie(self, width: int, height: int) -> pygame.Rect:
        """In the middle of the map, where nothing else is written. All of the window, where the map is too small."""
        px = self.theme.px
        place = pygame.Rect(0, 0, min(px(self.size[0]), width - px(20)), min(px(self.size[1]), height - px(20)))
        there = self.window.picture.place.map
        self.margins = px(24), px(24)
        if place.width > there.width or place.height > there.height:
            self.margins = px(24) + (width - place.width) // 2, px(24) + (height - place.height) // 2
            return pygame.Rect(0, 0, width, height)
        place.center = there.center
        return place

    def handle(self, event: pygame.event.Event) -> bool:
        """Everything of mouse and keyboard belongs to an open card, but the way out of the program."""
        if not self.open or event.type not in INPUT:
            return False
        if event.type == pygame.KEYDOWN and event.key == pygame.K_q and event.mod & pygame.KMOD_CTRL:
            self.hide()
            return False
        if event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE:
            self.escape()
        elif event.type == pygame.KEYDOWN and event.key in (pygame.K_RETURN, pygame.K_KP_ENTER):
            self.enter()
        elif self.sheet:
            self.sheet.handle(event, self.place.left, self.place.top)
        return True

    def boxes(self) -> list[Box]:
        """The card: no label looks out from under it."""
        return [(*self.place.topleft, *self.place.size)] if self.open else []

    def draw(self, surface: pygame.Surface, moment: "Moment", seconds: float) -> None:
        """Paint it in a frame, while it is open."""
        if self.open:
            super().draw(surface, moment, seconds)
            pygame.draw.rect(surface, self.theme["accent"], self.place, self.theme.px(3))
