"""One line relieves another: the front opens from its centre, man by man, while the relief comes through in two files.

The relief slides outward along the line, and whoever it reaches steps back and stays behind it. So the line is closed
all the while, no two paths cross, nobody slides along a wall with the crowd in his arms, and nobody turns his back: an
officer faces where his formation faces.
"""

import math
from dataclasses import dataclass

import numpy as np

from crowdsim.behaviour.formations import FORMATIONS, front_of
from crowdsim.behaviour.officers import Unit, keeps_up, take_slots
from crowdsim.params import OfficerParams
from crowdsim.population.population import Population

_FILE = 0.35  # m from the middle: half the distance between the two files
_PACE = 0.7  # m between two in a file: near enough for shields to join
_ROUND = 0.45  # m cut off the corner where a file turns into the line
_BEHIND = 0.65  # m behind the front the files begin
_FAR = 200.0  # m: a path goes on straight
_BACK = 1.5  # m an officer of the front steps back: clear of two ranks
_NEXT = 0.75  # m from the first of the relief an officer of the front steps back


@dataclass
class Track:
    """Where the slots of one unit go: slot k of the relief is at arc length min(start + gone, end).

    start, end : f8[k], m ; side : f8[k], -1 left or 1 right ; lane : i8[k], which path ; paths : of the right
    side, f8[p, 2] each, formation axes, with the arc length at which each begins
    """

    paths: list[tuple[np.ndarray, float]]
    lane: np.ndarray
    side: np.ndarray
    start: np.ndarray
    end: np.ndarray

    def at(self, gone: float) -> np.ndarray:
        """Slots in formation axes after `gone` m, f8[k, 2]."""
        s = np.minimum(self.start + gone, self.end)
        slots = np.empty((len(s), 2))
        for k, (path, begin) in enumerate(self.paths):
            mine = self.lane == k
            reached = begin + np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
            slots[mine] = np.column_stack([np.interp(s[mine], reached, path[:, i]) for i in (0, 1)])
        slots[:, 0] *= self.side
        return slots

    @property
    def length(self) -> float:
        """How far the chain has to go, m."""
        return float((self.end - self.start).max())


@dataclass
class StepBack:
    """Where the slots of the front go: from `begin` by `step`, m, f8[k, 2], slot k after `wait` m of the exchange."""

    begin: np.ndarray
    step: np.ndarray
    wait: np.ndarray
    side: np.ndarray  # f8[k], -1 left or 1 right

    def at(self, gone: float) -> np.ndarray:
        """Slots in formation axes after `gone` m, f8[k, 2]."""
        return self.begin + self.step * np.clip((gone - self.wait) / _BACK, 0.0, 1.0)[:, None]

    @property
    def length(self) -> float:
        """How far the exchange has gone when the last stands behind, m."""
        return float(self.wait[np.isfinite(self.wait)].max(initial=0.0)) + _BACK


@dataclass
class Exchange:
    """Two units at it."""

    front: Unit
    relief: Unit
    out: StepBack
    into: Track
    final: np.ndarray  # f8[k, 2], the relief's own slots at last
    gone: float = 0.0  # m

    @property
    def done(self) -> bool:
        """Whether both have arrived."""
        return self.gone >= max(self.out.length, self.into.length)

    def move(self, people: Population, time: float, dt: float, p: OfficerParams) -> None:
        """Move both on by one decision, as fast as one steps aside; they wait for those who do not keep up."""
        if self.done or time < max(self.front.acts_at, self.relief.acts_at):
            return
        if min(keeps_up(self.front.rows, people), keeps_up(self.relief.rows, people)) == 0.0:
            return
        self.gone += p.withdraw_speed * dt
        self.front.local = self.front.whole = self.out.at(self.gone)
        self.relief.local = self.relief.whole = self.final if self.done else self.into.at(self.gone)
        self.front.settle()
        self.relief.settle()
        self.relief.joined = np.zeros((0, 2), np.int64) if self.done else self._joined()

    def _joined(self) -> np.ndarray:
        """Pairs of rows who hold on to each other besides the neighbours in a rank: the two files, abreast; the first of
        each file with whoever of the front is beside him. i8[j, 2]; `links_of` takes those who are near"""
        front, relief = _seated(self.front), _seated(self.relief)
        n = front_of(self.relief.formation, len(relief))
        pairs = [np.column_stack([relief[: n // 2], relief[n - 1 : (n - 1) // 2 : -1]])]
        for side, first in ((-1.0, relief[0]), (1.0, relief[n - 1])):
            mine = front[self.out.side == side]
            pairs.append(np.column_stack([np.full(len(mine), first), mine]))
        return np.concatenate(pairs).astype(np.int64)


def _seated(unit: Unit) -> np.ndarray:
    """Rows of a unit's officers by slot."""
    seated = np.empty(len(unit.rows), np.int64)
    seated[unit.seat] = unit.rows
    return seated


def prepare(front: Unit, relief: Unit, people: Population, formation: str, time: float) -> Exchange:
    """Send the relief into two files behind the front's middle; the exchange that may follow.

    formation : of the line the relief will close; an arc is taken over as an arc
    """
    arc = front.formation == "busur"
    radius = float(np.hypot(*front.local.T).mean()) if arc else 0.0
    formation = "busur" if arc else formation
    final = FORMATIONS[formation](len(relief.rows), radius)
    into = _into(final, formation, radius)
    relief.formation, relief.anchor, relief.heading, relief.remaining = formation, front.anchor, front.heading, 0.0
    relief.since = time
    take_slots(relief, people, into.at(0.0))
    return Exchange(front, relief, _back(front, final, radius), into, final)


def _into(final: np.ndarray, formation: str, radius: float) -> Track:
    """Files up the middle, then each to its side, the first to the far end; rear ranks after the front one."""
    count = len(final)
    rank = np.arange(count) // front_of(formation, count)
    side = np.where(final[:, 0] < -1e-9, -1.0, 1.0)
    paths: list[tuple[np.ndarray, float]] = []
    if radius:
        angle = np.linspace(math.asin(_FILE / radius), math.pi / 2, 60)
        path = np.column_stack([np.sin(angle), -np.cos(angle)]) * radius
        top = float(path[0, 1])
        paths = [(np.vstack([[(_FILE, _FAR)], path]), top - _FAR)]
        end = np.arcsin(np.minimum(1.0, np.abs(final[:, 0]) / radius)) * radius - math.asin(_FILE / radius) * radius
    else:
        for k in range(int(rank.max()) + 1):
            y = float(final[rank == k, 1].mean())
            path = [(_FILE, y + _FAR), (_FILE, y + _ROUND), (_FILE + _ROUND, y), (_FAR, y)]
            paths.append((np.array(path), 2.0 * _ROUND - math.hypot(_ROUND, _ROUND) - _FAR))
        end = np.abs(final[:, 0]) - _FILE
    end = np.maximum(end, 0.0)
    start = np.empty(count)
    for half in (-1.0, 1.0):
        mine = np.flatnonzero(side == half)
        mine = mine[np.lexsort((-np.abs(final[mine, 0]), rank[mine]))]
        # Places in the file count from the front's own line; a rear rank's path begins at that rank's.
        start[mine] = -_BEHIND - _PACE * np.arange(len(mine))
    if not radius:
        start += final[:, 1]
    return Track(paths, rank, side, start, end)


def _back(front: Unit, final: np.ndarray, radius: float) -> StepBack:
    """Straight back, in an arc towards its middle, when the first of the relief's file on his side is beside him; whom
    the relief's line does not reach stays."""
    local, count = front.local, len(front.rows)
    side = np.where(local[:, 0] < -1e-9, -1.0, 1.0)
    if radius:
        along = np.arccos(np.clip(-local[:, 1] / radius, -1.0, 1.0)) * radius
        reach = float(np.arccos(np.clip(-final[:, 1] / radius, -1.0, 1.0)).max()) * radius
        step = -local / radius
    else:
        along, reach = np.abs(local[:, 0]), float(np.abs(final[:, 0]).max())
        step = np.tile((0.0, 1.0), (count, 1))
    # The first of the file is at _FILE - _BEHIND + gone along the line.
    wait = np.maximum(0.0, along - _NEXT - _FILE + _BEHIND)
    wait[along > reach + 0.5] = np.inf
    return StepBack(local.copy(), step * _BACK, wait, side)
