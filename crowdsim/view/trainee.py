"""The trainees' view: what the command post could see. No minds, no marked provocateurs, nothing that lies ahead; of
those who are not of the own side only people whom an officer or the command post sees."""

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from crowdsim.population.roles import OFFICER_ROLES, Role, Status
from crowdsim.view import overlays, stamps
from crowdsim.view.inputs import Do
from crowdsim.view.tool import Tool

if TYPE_CHECKING:
    from crowdsim.frame import Frame
    from crowdsim.view.picture import Moment
    from crowdsim.view.window import Window
    from crowdsim.world.tilemap import TileMap

_INNER = ("mind.", "anger", "fear", "legitimacy")  # readings nobody at the command post has
_HIDDEN = ("anger", "legitimacy", "warnings")  # layers; a trainee shall see danger coming himself


COMMAND_POST = "posko"
"""The post of a map from which the command watches ([D], docs/maps.md)."""
_HERE = (Status.ACTIVE, Status.FALLEN, Status.CARRIED, Status.DETAINED)
_EYES_APART = 3.0  # m: of officers in one cell of this size one looks for all


class Trainee(Tool):
    """Switches the view, and takes from a moment what trainees do not see."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._seen: deque[tuple[Frame, Frame]] = deque(maxlen=4)  # frames and what is seen of them: of two branches

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
        if look.trainee:
            self.window.tell("off", what=self.window.picture.words("menu.trainee"))
        else:
            self.window.tell("trainee.on", reach=f"{overlays.SIGHT[0]:g}")
        return True

    def state_of(self, name: str) -> bool | None:
        """Whether it is on."""
        return self.window.picture.look.trainee if name == "trainee" else None

    def moment(self, moment: "Moment") -> "Moment":
        """The moment without what only the trainer knows."""
        return replace(
            moment,
            previous=self.frame(moment.previous),
            current=self.frame(moment.current),
            events=[event for event in moment.events if event.time <= moment.time],
        )

    def frame(self, frame: "Frame") -> "Frame":
        """The same of a frame; looked up once for each."""
        known = next((seen for one, seen in self._seen if one is frame), None)
        if known is None:
            known = as_seen(self.window.source.map, frame)
            self._seen.append((frame, known))
        return known


def as_seen(tile_map: "TileMap", frame: "Frame") -> "Frame":
    """A frame as trainees see it.

    Whom nobody watches is not there, a provocateur looks like any other demonstrator, and nobody's mind shows.
    """
    role = np.where(frame.role == Role.PROVOCATEUR, Role.DEMONSTRATOR, frame.role).astype(frame.role.dtype)
    hidden = np.isin(frame.status, _HERE) & ~watched(tile_map, frame)
    status = np.where(hidden, Status.WAITING, frame.status).astype(frame.status.dtype)
    readings = {name: value for name, value in frame.readings.items() if not name.startswith(_INNER)}
    if "present" in readings:
        readings["present"] -= float(hidden.sum())
    parties = tuple(party for party in frame.parties if not hidden[list(party.rows)].any())
    return replace(
        frame,
        role=role,
        status=status,
        mind=None,
        legitimacy=None,
        readings=readings,
        parties=parties,
        due="",
    )


def watched(tile_map: "TileMap", frame: "Frame") -> np.ndarray:
    """Who is of the own side, or in sight of an officer on his feet or of the command post; bool[n].

    In sight is who is at most `overlays.SIGHT` away with no wall, building or shut door between: which way an officer
    looks does not matter, for he turns his head and tells the others. Over fences and low gates one sees.
    """
    own = np.isin(frame.role, OFFICER_ROLES)
    eyes = frame.position[own & (frame.status == Status.ACTIVE)]
    _, first = np.unique(np.floor(eyes / _EYES_APART).astype(np.int64), axis=0, return_index=True)
    eyes = eyes[np.sort(first)]
    post = tile_map.posts.get(COMMAND_POST)
    if post is not None:
        eyes = np.vstack([eyes, np.array([post.position], np.float32)])
    others = np.flatnonzero(~own & np.isin(frame.status, _HERE))
    seen = np.zeros(len(others), np.uint8)
    stamps.in_sight(
        overlays.blind_tiles(tile_map, frame),
        tile_map.tile_size,
        np.ascontiguousarray(eyes, np.float32),
        frame.position[others],
        overlays.SIGHT[0],
        seen,
    )
    own[others] = seen > 0
    return own
