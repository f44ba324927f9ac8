"""A tool: something a trainer has at hand above the picture, such as the pointer that gives orders."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pygame

from crowdsim.view.inputs import Do
from crowdsim.view.labels import Box

if TYPE_CHECKING:
    from crowdsim.view.picture import Moment, Picture
    from crowdsim.view.window import Window


class Tool:
    """Takes events before the picture does, and draws over it. A tool overrides what it needs."""

    def __init__(self, window: "Window") -> None:
        self.window = window

    def handle(self, event: pygame.event.Event) -> bool:
        """Take an event of pygame; True when nobody else shall have it."""
        return False

    def do(self, asked: Do) -> bool:
        """Do what a key asks for; True when it was meant for this tool."""
        return False

    def state_of(self, name: str) -> bool | None:
        """Whether something this tool switches is on; None for what is not its own."""
        return None

    def boxes(self) -> Sequence[Box]:
        """What of the map lies under this tool (px) and must be left free of labels."""
        return ()

    def draw_on_map(self, surface: pygame.Surface, moment: "Moment") -> None:
        """Draw on the map, under all that lies over it."""

    def draw(self, surface: pygame.Surface, moment: "Moment", seconds: float) -> None:
        """Draw over the finished picture of a moment, `seconds` of wall time after the last one."""

    def present(self, surface: pygame.Surface, picture: "Picture") -> None:
        """Draw what an audience shall see on a second screen, over another picture of the moment drawn last."""

    def close(self) -> None:
        """Free what is held outside Python."""
