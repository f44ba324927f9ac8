"""A second window for the audience: the presenter's picture, while the console stays as it is."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pygame

from crowdsim.view.picture import Look, Picture
from crowdsim.view.scene import canvas

if TYPE_CHECKING:
    from crowdsim.view.window import Window

_CENTRED_ON = 0x2FFF0000  # SDL: centred on the display whose number is added


class Projector:
    """Shows the moment of a console's window on a screen of its own."""

    def __init__(self, window: "Window", title: str, display: int, size: tuple[int, int] | None = None) -> None:
        """Fills the screen `display`; or, with `size` (px), a window that can be moved there."""
        at = _CENTRED_ON + display
        wanted = size or pygame.display.get_desktop_sizes()[display]
        self.screen = pygame.Window(title, wanted, (at, at), resizable=size is not None, borderless=size is None)
        self.picture = Picture(window.source.map, wanted, _for_audience(window.picture.look))
        self.picture.watch = window.picture.watch  # what is warned of here is warned of there
        self.surface = canvas(wanted)

    def takes(self, event: pygame.event.Event) -> bool:
        """Whether an event concerns this window alone: the mouse over it, its size; keys serve the console."""
        if getattr(event, "window", None) is not self.screen:
            return False
        if event.type in (pygame.WINDOWSIZECHANGED, pygame.WINDOWRESIZED):
            size = max(320, event.x), max(240, event.y)
            self.picture.resize(size)
            self.surface = canvas(size)
        return event.type not in (pygame.KEYDOWN, pygame.KEYUP, pygame.TEXTINPUT)

    def draw(self, window: "Window", seconds: float) -> None:
        """The console's moment and what it looks at, with the tools an audience sees."""
        if window.moment is None:
            return
        there, camera = self.picture, window.picture.camera
        look = _for_audience(window.picture.look)
        if look != there.look:
            there.look = look
        there.show((*camera.to_map(*camera.view.topleft), *camera.to_map(*camera.view.bottomright)))
        there.draw(self.surface, window.moment, seconds)
        for tool in reversed(window.tools):
            tool.present(self.surface, there)
        self.screen.get_surface().blit(self.surface, (0, 0))
        self.screen.flip()

    def close(self) -> None:
        """Take the window from the screen."""
        self.picture.close()
        self.screen.destroy()


def _for_audience(look: Look) -> Look:
    """Large and light; the part of the map is the console's, so a legend lies over it only when the console has one."""
    return replace(look, presenter=True, panel=False, help=False, scale=1.0, legend=look.legend == look.presenter)
