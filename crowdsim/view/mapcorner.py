"""A click or drag on the small map moves the camera there."""

from typing import TYPE_CHECKING

import pygame

from crowdsim.view.tool import Tool

if TYPE_CHECKING:
    from crowdsim.view.window import Window


class MapCorner(Tool):
    """Takes the mouse while it is on the small map."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._held = False

    def handle(self, event: pygame.event.Event) -> bool:
        """Move the camera to where the small map is touched."""
        if event.type == pygame.MOUSEBUTTONUP and event.button == 1 and self._held:
            self._held = False
            return True
        picture = self.window.picture
        if not picture.look.minimap or event.type not in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEMOTION):
            return False
        at = picture.minimap.at(*event.pos)
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1 and at:
            self._held = True
        if self._held and at:
            self.window.let_go()
            picture.camera.look_at(*at)
        return self._held
