"""The sheet of keys over everything else: Esc or a click closes it."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pygame

from crowdsim.view.tool import Tool

if TYPE_CHECKING:
    from crowdsim.view.picture import Moment


class Help(Tool):
    """Lies over the other tools while it is shown, and keeps clicks from what it covers."""

    def handle(self, event: pygame.event.Event) -> bool:
        """Esc and a click close it, whatever else is in hand."""
        picture = self.window.picture
        closes = event.type == pygame.MOUSEBUTTONDOWN and event.button == 1
        closes = closes or (event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE)
        if not (picture.look.help and closes):
            return False
        picture.look = replace(picture.look, help=False)
        return True

    def draw(self, surface: pygame.Surface, moment: "Moment", seconds: float) -> None:
        """Once more, over the tools."""
        if self.window.picture.look.help:
            self.window.picture.hud.draw_help(surface)
