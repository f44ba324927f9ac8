"""One line relieves another: the relief comes up in two files that part as they arrive, and closes a second line close
behind the front; when that stands, and not before, the front opens from its centre, man by man, steps back between the
shields, and the relief steps into its place.

So a closed line faces the crowd all the while, and nobody turns his back: an officer faces where his formation faces.
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
_BEHIND = 0.7  # m behind the front the second line closes
_PARTED = 0.5  # share of their way the files have parted as they come up: those ahead go on and do not halt [D]
_FAR = 200.0  # m: a path goes on straight
_BACK = 1.6  # m an officer of the front steps back: clear of the relief
_NEXT = 0.6  # m between two who go back through one gap, the second right behind the first: meanwhile the relief's
# shields beside them stay near enough to join, and nobody of the crowd gets in between [D]
_ASIDE = 0.36  # m an officer steps aside at most: he is past the shoulders of whom he meets
_WAVE = 4.0  # how much faster the opening runs outward along the line than an officer steps back


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
class Swap:
    """How slots change places: from `begin` by `step`, m, f8[k, 2], slot k after `wait` m.

    Whoever has to go through a gap first steps `aside` to it, m, f8[k, 2], and out of it again when he is through.
    """

    begin: np.ndarray
    step: np.ndarray
    aside: np.ndarray
    wait: np.ndarray  # f8[k], m

    def at(self, gone: float) -> np.ndarray:
        """Slots in formation axes after `gone` m, f8[k, 2]."""
        u = np.clip((gone - self.wait) / _BACK, 0.0, 1.0)[:, None]
        return self.begin + self.step * u + self.aside * np.minimum(1.0, 3.0 * np.minimum(u, 1.0 - u))

    @property
    def length(self) -> float:
        """How far the exchange has gone when the last has arrived, m."""
        return float(self.wait.max()) + _BACK


@dataclass
class Exchange:
    """Two units at it: `gone` m of their way, first the relief into its line behind the front, then the swap."""

    front: Unit
    relief: Unit
    into: Track  # the relief, to its line behind the front
    out: Swap  # the front, back
    forward: Swap  # the relief, to the line
    gone: float  # m
    opens: bool = False  # whether the front has been told to open; until then nobody goes further than the slide
    end: float | None = None  # m, where it ends when it has been called off

    @property
    def length(self) -> float:
        """m, of the slide and the swap together."""
        return self.into.length + self.out.length

    @property
    def told(self) -> float:
        """How far both have been told to go, m."""
        return self.length if self.opens else self.into.length

    @property
    def done(self) -> bool:
        """Whether both have arrived."""
        return self.gone >= self.length

    @property
    def swapping(self) -> bool:
        """Whether the two are changing places: the line is of both."""
        return self.into.length < self.gone < self.length

    @property
    def settled(self) -> bool:
        """Whether nobody moves any more: both have arrived, or it was called off and the line is of one unit again."""
        return self.done or self.gone == self.end

    def call_off(self, leaving: Unit | None = None) -> None:
        """Close the line: the front steps forward again, or the relief all the way.

        leaving : the unit that has something else to do, and is to stand behind; without one the shorter way is taken.
        Before the swap everybody stays where he is: the front still stands closed.
        """
        swapped = self.gone - self.into.length
        on = leaving is self.front or (leaving is not self.relief and swapped >= self.out.length / 2)
        self.end = self.gone if swapped <= 0.0 else self.length if on else self.into.length

    def move(self, people: Population, time: float, dt: float, p: OfficerParams, wait: bool = True) -> None:
        """Move both on by one decision: the relief to its line as fast as one walks, the swap as fast as one steps
        aside. wait : for those who do not keep up"""
        front, relief = self.front, self.relief
        if self.settled or time < max(front.acts_at, relief.acts_at):
            return
        if wait and min(keeps_up(front.rows, people), keeps_up(relief.rows, people)) == 0.0:
            return
        end = self.told if self.end is None else self.end
        speed = p.walk_speed if self.gone < self.into.length else p.withdraw_speed
        if end < self.gone:
            self._place(max(self.gone - speed * dt, end), True)
        else:
            self._place(min(self.gone + speed * dt, end), False)

    def _place(self, gone: float, back: bool) -> None:
        """The slots after `gone` m, on the way on or back."""
        front, relief = self.front, self.relief
        self.gone = gone
        swapped = gone - self.into.length
        if swapped > 0.0 or back:
            front.local = front.whole = self.out.at(swapped)
            relief.local = relief.whole = self.forward.at(swapped)
            front.settle()
        else:
            relief.local = relief.whole = self.into.at(gone)
        relief.settle()
        front.passing = relief.passing = swapped > 0.0 and not self.settled
        relief.joined = self._abreast() if swapped <= 0.0 and not back else np.zeros((0, 2), np.int64)

    def _abreast(self) -> np.ndarray:
        """Pairs of rows who hold on to each other besides the neighbours in a rank: the two files. i8[j, 2]"""
        unit = self.relief
        seated = np.empty(len(unit.rows), np.int64)
        seated[unit.seat] = unit.rows
        n = front_of(unit.formation, len(seated))
        return np.column_stack([seated[: n // 2], seated[n - 1 : (n - 1) // 2 : -1]])


def prepare(front: Unit, relief: Unit, people: Population, formation: str, time: float) -> Exchange:
    """Send the relief into two files behind the front's middle, half parted; the exchange that may follow.

    formation : of the line the relief will close; an arc is taken over as an arc
    """
    arc = front.formation == "busur"
    radius = float(np.hypot(*front.local.T).mean()) if arc else 0.0
    formation = "busur" if arc else formation
    behind = _BEHIND + float(front.local[:, 1].max() if not arc else 0.0)
    final = FORMATIONS[formation](len(relief.rows), radius)
    second = FORMATIONS[formation](len(relief.rows), radius - behind) if arc else final + (0.0, behind)
    into = _files(second, formation, radius - behind if arc else 0.0)
    relief.formation, relief.anchor, relief.heading, relief.remaining = formation, front.anchor, front.heading, 0.0
    relief.since = time
    parted = _PARTED * into.length
    take_slots(relief, people, into.at(parted))
    return Exchange(front, relief, into, *_swaps(front.local, second, final, radius), gone=parted)


def _along(local: np.ndarray, radius: float) -> np.ndarray:
    """How far from the middle of the line slots are, along it, m; to the left negative."""
    if not radius:
        return local[:, 0]
    return np.arctan2(local[:, 0], -local[:, 1]) * radius


def _swaps(local: np.ndarray, second: np.ndarray, final: np.ndarray, radius: float) -> tuple[Swap, Swap]:
    """The front back through the gaps of the relief, and the relief forward into its line, from the middle outward.

    Whom the relief's line does not cover stays. Who shares a gap, and whoever of the relief is to stand where he
    stands, waits until the other is a man's depth ahead.

    local, second, final : slots of the front, of the relief behind it and of the line it will close, formation axes, m
    """
    here, there = _along(local, radius), _along(final, radius)
    covered = np.abs(here) <= np.abs(there).max() + 0.4
    aside, after = _gaps(np.where(covered, here, np.inf), there)
    inward = -local / radius if radius else np.tile((0.0, 1.0), (len(local), 1))
    across = np.column_stack([inward[:, 1], -inward[:, 0]])
    step, sideways = inward * (_BACK * covered)[:, None], across * aside[:, None]

    def wait(along: np.ndarray) -> np.ndarray:
        late = (np.abs(along[:, None] - here[after]) < _ASIDE).any(axis=1)
        return np.abs(along) / _WAVE + _NEXT * late

    forward = Swap(second, final - second, np.zeros_like(final), wait(there))
    return Swap(local.copy(), step, sideways, wait(here)), forward


def _gaps(here: np.ndarray, there: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far aside each steps to a gap of the relief, m, and who has to share one and goes second, i8[k].

    Either half of the line, from the middle outward, takes the nearest gap that it has not taken, of two as near the
    inner one: so two lines of the same spacing share the one in the middle, where the second is soonest through.
    In a wide gap he goes no further aside than he must, and beyond the relief's line straight back.

    here, there : places along the line, m, of the front (inf: stays) and of the relief
    """
    line = np.unique(there.round(3))
    between, reach = (line[1:] + line[:-1]) / 2, np.diff(line).max(initial=0.0) / 2 + 0.06
    aside = np.zeros(len(here))
    taken: dict[int, set[int]] = {-1: set(), 1: set()}
    after = []
    for k in np.argsort(np.abs(here).round(3), kind="stable"):
        off = np.abs(between - here[k]).round(3)
        near = [int(g) for g in np.lexsort((np.abs(between).round(3), off)) if off[g] < reach]
        if not near:
            continue
        half = taken[1 if here[k] >= 0.0 else -1]
        gap = next((g for g in near if g not in half), near[0])
        if gap in taken[-1] | taken[1]:
            after.append(k)
        half.add(gap)
        aside[k] = np.clip(between[gap] - here[k], -_ASIDE, _ASIDE)
    return aside, np.array(after, np.int64)


def _files(line: np.ndarray, formation: str, radius: float) -> Track:
    """Up the middle in two files, then each to its side, the first to the far end; rear ranks after the front one."""
    count = len(line)
    rank = np.arange(count) // front_of(formation, count)
    side = np.where(line[:, 0] < -1e-9, -1.0, 1.0)
    paths: list[tuple[np.ndarray, float]] = []
    for k in range(int(rank.max()) + 1):
        if radius:
            angle = np.linspace(math.asin((_FILE + _ROUND) / radius), math.pi / 2, 60)
            outward = np.column_stack([np.sin(angle), -np.cos(angle)]) * radius
        else:
            y = float(line[rank == k, 1].mean())
            outward = np.array([(_FILE + _ROUND, y), (_FAR, y)])
        y = float(outward[0, 1])
        path = np.vstack([[(_FILE, y + _FAR), (_FILE, y + _ROUND)], outward])
        paths.append((path, 2.0 * _ROUND - math.hypot(_ROUND, _ROUND) - _FAR))
    end = np.maximum(0.0, np.abs(_along(line, radius)) - _FILE)
    start = np.empty(count)
    for half in (-1.0, 1.0):
        mine = np.flatnonzero(side == half)
        mine = mine[np.lexsort((-np.abs(line[mine, 0]), rank[mine]))]
        start[mine] = -_ROUND - _PACE * np.arange(len(mine))
    if not radius:
        start += line[:, 1] - line[:, 1].min()  # the path of a rear rank is shorter by so much
    return Track(paths, rank, side, start, end)
