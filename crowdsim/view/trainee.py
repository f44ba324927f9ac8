"""The trainees' view: what the command post could see. No minds, no marked provocateurs, nothing that lies ahead."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from crowdsim.population.roles import Role
from crowdsim.view.inputs import Do
from crowdsim.view.tool import Tool

if TYPE_CHECKING:
    from crowdsim.frame import Frame
    from crowdsim.view.picture import Moment
    from crowdsim.view.window import Window

_INNER = ("mind.", "anger", "fear", "legitimacy")  # readings nobody at the command post has
_HIDDEN = ("anger", "legitimacy", "warnings")  # layers; a trainee shall see danger coming himself


class Trainee(Tool):
    """Switches the view; `as_seen` makes the moment it shows."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)

    def do(self, asked: Do) -> bool:
        """Switch it; while it is on, what minds feel and what is about to happen cannot be laid over the map."""
        look = self.window.picture.look
        if asked.what in _HIDDEN and look.trainee:
            self.window.tell("trainee.hidden")
            return True
        if asked.what != "trainee":
            return False
        self.window.picture.look = replace(
            look, trainee=not look.trainee, anger=False, legitimacy=False, warnings=look.trainee
        )
        self.window.picture.forget_seen()
        self.window.tell("off" if look.trainee else "on", what=self.window.picture.words("menu.trainee"))
        return True

    def state_of(self, name: str) -> bool | None:
        """Whether it is on."""
        return self.window.picture.look.trainee if name == "trainee" else None


def as_seen(moment: "Moment") -> "Moment":
    """The moment without what only the trainer knows."""
    return replace(
        moment,
        previous=_seen(moment.previous),
        current=_seen(moment.current),
        events=[event for event in moment.events if event.time <= moment.time],
    )


def _seen(frame: "Frame") -> "Frame":
    """A provocateur looks like any other demonstrator, and nobody's mind shows."""
    role = np.where(frame.role == Role.PROVOCATEUR, Role.DEMONSTRATOR, frame.role).astype(frame.role.dtype)
    readings = {name: value for name, value in frame.readings.items() if not name.startswith(_INNER)}
    return replace(frame, role=role, mind=None, legitimacy=None, readings=readings, due="")
