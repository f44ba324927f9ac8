"""Causes: why a barrier gave way. How it was loaded, who leaned on it, who stood behind it, who came through first."""

from dataclasses import dataclass

import numpy as np

from crowdsim.frame import Frame
from crowdsim.population.roles import DEMONSTRATOR_ROLES, OFFICER_ROLES, Mind, Mode, Status
from crowdsim.world.tilemap import Gate

BEFORE = 60.0  # s of load that count
LEANING = 6.0  # m from a barrier: who pushes there leans on it
BRACING = 4.0  # m
THROUGH = 60.0  # s after a breach in which the first one through is looked for
_PASSED = 0.5  # m beyond the middle of the barrier


@dataclass(frozen=True)
class Strain:
    """The load on a barrier over the last minute."""

    peak: float  # N/m
    at: float  # s
    bears: float  # N/m it bore then
    since: float | None  # s, when it first was more than it bears
    seconds: float  # for which it was


def strain(times: np.ndarray, load: np.ndarray, bears: np.ndarray, time: float) -> Strain | None:
    """Of the minute before `time` (s); load and bears : f8[k], N/m, at the times. None when nothing leaned on it."""
    last = (times >= time - BEFORE) & (times < time)
    times, load, bears = times[last], load[last], bears[last]
    if not len(load) or load.max() <= 0.0:
        return None
    top = int(np.argmax(load))
    above = times[load > bears]
    seconds = len(above) * float(np.median(np.diff(times))) if len(times) > 1 else 0.0
    since = float(above[0]) if len(above) and len(times) > 1 else None
    return Strain(float(load[top]), float(times[top]), float(bears[top]), since, seconds)


@dataclass(frozen=True)
class Hands:
    """How many push at a barrier, of which state of mind (number of each `Mind`), and how many officers hold it."""

    leaning: int
    minds: tuple[int, ...]
    bracing: int


def hands(frame: Frame, gate: Gate) -> Hands:
    """Who is at a barrier in this moment."""
    up = frame.status == Status.ACTIVE
    away = distance(frame.position, gate)
    crowd, officers = np.isin(frame.role, DEMONSTRATOR_ROLES), np.isin(frame.role, OFFICER_ROLES)
    leaning = up & crowd & (away < LEANING) & (frame.mode == Mode.PUSH)
    minds: tuple[int, ...] = ()
    if frame.mind is not None and leaning.any():
        minds = tuple(np.bincount(frame.mind[leaning], minlength=len(Mind)).tolist())
    return Hands(int(leaning.sum()), minds, int((up & officers & (away < BRACING)).sum()))


class Passage:
    """Who comes through a barrier first, from the side on which the crowd stood when it gave way."""

    def __init__(self, start: Frame, gate: Gate) -> None:
        x0, y0, x1, y1 = gate.rect
        self._across = 1 if x1 - x0 >= y1 - y0 else 0  # the axis one walks along to come through
        self._middle = ((x0 + x1) / 2, (y0 + y1) / 2)[self._across]
        self._low, self._high = ((x0, x1), (y0, y1))[1 - self._across]
        crowd = np.isin(start.role, DEMONSTRATOR_ROLES) & (start.status == Status.ACTIVE)
        side = np.sign(start.position[:, self._across] - self._middle)
        pressing = crowd & (distance(start.position, gate) < LEANING)
        self._outside = float(np.sign(side[pressing].sum())) if pressing.any() else 0.0
        self._here = crowd & (side == self._outside)

    def first(self, position: np.ndarray) -> int:
        """The row of the first who is through; -1 = nobody yet, or there is no telling inside from outside."""
        if self._outside == 0.0:
            return -1
        along = position[:, 1 - self._across]
        beyond = (position[:, self._across] - self._middle) * self._outside < -_PASSED
        through = self._here & beyond & (along > self._low - 1) & (along < self._high + 1)
        rows = np.flatnonzero(through)
        return int(rows[0]) if len(rows) else -1


def distance(position: np.ndarray, gate: Gate) -> np.ndarray:
    """From each person to the rectangle of a barrier, f8[n], m."""
    x0, y0, x1, y1 = gate.rect
    nearest = np.clip(position, (x0, y0), (x1, y1))
    away: np.ndarray = np.hypot(*(position - nearest).T)
    return away
