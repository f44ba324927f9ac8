"""Ten seconds of a run, small enough to lie inside a page: positions in decimetres, five times a second."""

import base64
from dataclasses import dataclass

import numpy as np

from crowdsim.frame import Frame
from crowdsim.population.roles import DEMONSTRATOR_ROLES, Injury, Mind, Role, Status
from crowdsim.report.course import Course
from crowdsim.world.tilemap import Rect

RATE = 5.0  # 1/s
SECONDS = 10.0
LEAD = 6.0  # s before the moment
WIDE, HIGH = 40.0, 30.0  # m of ground that is shown
_MOST = 1500  # people; those farther from the place are left out
_ABSENT = 65535

PAINTS = (
    ("calm", "#F2CB62"),
    ("chanting", "#E69F00"),
    ("pushing", "#D55E00"),
    ("violent", "#8C1D18"),
    ("fleeing", "#9A7FD1"),
    ("bystander", "#7B838D"),
    ("officer", "#0072B2"),
    ("shield", "#00315A"),
    ("medic", "#009E73"),
    ("chair", "#CC79A7"),
    ("down", "#111111"),
)
"""What a dot is, and its colour; its shape tells officers (squares) and the fallen (rings) from the crowd (dots)."""
_NUMBER = {name: k for k, (name, _) in enumerate(PAINTS)}
_OF_ROLE = {
    Role.BYSTANDER: "bystander",
    Role.PRESS: "bystander",
    Role.OFFICER: "officer",
    Role.SHIELD: "shield",
    Role.NEGOTIATOR: "officer",
    Role.MEDIC: "medic",
    Role.CHAIR: "chair",
}


@dataclass(frozen=True)
class Replay:
    """What the page's script plays."""

    area: Rect  # m
    start: float  # s
    frames: int
    people: int
    data: str  # base64: u2[frames, people, 2] decimetres from the map's corner, 65535 = absent; u1[frames, people]
    gates: list[tuple[float, float, float, float, str]]  # x0, y0, x1, y1 [m], a letter for the state of each frame


def replay(course: Course, time: float, position: tuple[float, float]) -> Replay:
    """The ten seconds around a moment at a place."""
    area = area_around(course, position)
    start = max(0.0, min(time - LEAD, course.duration - SECONDS))
    start = course.recording.frame_at(start).time  # a moment may lie between two frames
    wanted = start + np.arange(int(SECONDS * RATE) + 1) / RATE
    kept: list[Frame] = []
    for frame in course.recording.frames(start, start + SECONDS):
        if len(kept) < len(wanted) and frame.time >= wanted[len(kept)] - 1e-3:
            kept.append(frame)
    x0, y0, x1, y1 = area
    there = np.zeros(len(course.recording.role), bool)
    for frame in kept:
        x, y = frame.position.T
        there |= _seen(frame) & (x > x0 - 1) & (x < x1 + 1) & (y > y0 - 1) & (y < y1 + 1)
    rows = np.flatnonzero(there)
    if len(rows) > _MOST:
        away = np.hypot(*(kept[0].position[rows] - position).T)
        rows = np.sort(rows[np.argsort(away, kind="stable")[:_MOST]])
    places = np.full((len(kept), len(rows), 2), _ABSENT, "<u2")
    codes = np.zeros((len(kept), len(rows)), np.uint8)
    for k, frame in enumerate(kept):
        seen = _seen(frame)[rows]
        cells = np.clip(np.rint(frame.position[rows] * 10.0), 0, _ABSENT - 1)
        places[k, seen] = cells[seen]
        codes[k] = paints(frame)[rows]
    gates = []
    for k, gate in enumerate(course.map.gates):
        gx0, gy0, gx1, gy1 = gate.rect
        if gx1 > x0 and gx0 < x1 and gy1 > y0 and gy0 < y1:
            states = "".join("cdbo"[int(frame.barrier_state[k])] for frame in kept)
            gates.append((gx0, gy0, gx1, gy1, states))
    data = base64.b64encode(places.tobytes() + codes.tobytes()).decode()
    return Replay(area, start, len(kept), len(rows), data, gates)


def area_around(course: Course, position: tuple[float, float]) -> Rect:
    """The part of the map that is shown of a place, inside the map where that is possible, m."""
    corner = []
    for at, span, size in zip(position, (WIDE, HIGH), course.map.size, strict=True):
        corner.append(min(max(at - span / 2, 0.0), max(0.0, size - span)))
    x0, y0 = corner
    return x0, y0, x0 + WIDE, y0 + HIGH


def paints(frame: Frame) -> np.ndarray:
    """What each person is drawn as, a number into PAINTS; u1[n]."""
    of_role = np.array([_NUMBER[_OF_ROLE.get(role, "calm")] for role in Role], np.uint8)
    found = of_role[frame.role]
    if frame.mind is not None:
        crowd = np.isin(frame.role, DEMONSTRATOR_ROLES)
        of_mind = np.array([_NUMBER[mind.name.lower()] for mind in Mind], np.uint8)
        found[crowd] = of_mind[frame.mind[crowd]]
    down = frame.status == Status.FALLEN
    if frame.injury is not None:
        down |= (frame.injury >= Injury.SERIOUS) & (frame.status != Status.LEFT)
    found[down] = _NUMBER["down"]
    return found


def _seen(frame: Frame) -> np.ndarray:
    seen: np.ndarray = (frame.status != Status.WAITING) & (frame.status != Status.LEFT)
    return seen
