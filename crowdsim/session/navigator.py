"""Navigator: which navigation fields are in use, the index by which people's rows name them, and who is in the way."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter

from crowdsim.params import Params
from crowdsim.population.population import Population
from crowdsim.population.roles import Mode
from crowdsim.world.world import Field, Goal, Navigation, World, empty_navigation

_EVERY = 2.0  # s between two looks at the crowd, one field each
_MEMORY = 4.0  # s over which what was seen fades, so that people do not all change sides at once
_SQUARE = 1.0  # m, side of the squares people are counted in
_BLUR = (
    3.0  # m, standard deviation, as far as `walk.reach`; what is nearer is for the eye: 1.5 m crowds doors both ways
)
_STEADY = 0.1  # times as long for a metre: a smaller change is not worth another field; a crowd that stands has none
_SPARE = 8  # goals more than there are now that the stack has room for
_NOTICED = 0.5  # /m2, slow people nobody minds: a stream of 1.5 people per m2, still at two thirds of its free speed


@dataclass
class _Used:
    """A goal in use."""

    goal: Goal
    quick: Field | None = None  # the quickest way through the crowd; None = the shortest
    waited: int = 0  # people who followed it, summed over the looks since it was reckoned
    seen: np.ndarray | None = None  # f8[squares], how much longer a metre took when it was; None = the shortest

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "quick": None}  # follows from the goal and what was seen


class Navigator:
    """A short list of goals; a field nobody uses any more gives its place to a new one.

    People take the quickest way, not the shortest: every two seconds it looks where they stand dense and slow, and
    reckons one field again with the time that costs.
    """

    def __init__(self, goals: Iterable[Goal] = ()) -> None:
        self._used = [_Used(goal) for goal in goals]
        self._world: World | None = None
        self._stacked: Navigation | None = None
        self._new: set[int] = set()  # goals whose field is not stacked yet
        self._asked: set[int] | None = None  # goals somebody has; None = all of them
        self._room = np.zeros((0, 0))  # f8[squares], m2 of free ground around each square, blurred
        self._slow = np.zeros((0, 0))  # f8[squares], 1/m2, people kept from walking, blurred and fading

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_stacked": None}  # follows from the goals in use: tens of megabytes a checkpoint spares

    def index(self, goal: Goal, used: Iterable[int] | None = None) -> int:
        """Index of the field to `goal`; `used` are the indices that must keep theirs, None = all."""
        goals = [entry.goal for entry in self._used]
        if goal in goals:
            return goals.index(goal)
        kept = set(range(len(goals)) if used is None else used)
        free = next((k for k in range(len(goals)) if k not in kept), len(goals))
        self._used[free : free + 1] = [_Used(goal)]
        self._new.add(free)
        return free

    def middle(self, index: int) -> tuple[float, float] | None:
        """The middle of the goal of an index, m; None when nobody has one of that index."""
        if not 0 <= index < len(self._used) or not self._used[index].goal.rects:
            return None
        rects = np.array(self._used[index].goal.rects)
        x, y = ((rects[:, :2] + rects[:, 2:]) / 2).mean(axis=0).tolist()
        return x, y

    def fields(self, world: World) -> Navigation:
        """The fields of all goals that somebody has in this world, stacked, with room for a few more goals."""
        if world is not self._world:
            self._world, self._new = world, set(range(len(self._used)))
            self._room = np.maximum(_blurred(_free_ground(world), world.map.tile_size), 0.01)
            self._room.flags.writeable = False
            if self._slow.shape != self._room.shape:
                self._slow = np.zeros_like(self._room)
            for entry in self._used:
                entry.quick = entry.seen = None
        if self._stacked is None or len(self._used) > len(self._stacked.way):
            self._stacked = empty_navigation(world, len(self._used) + _SPARE)
            self._new = set(range(len(self._used)))
        if self._asked is None or not self._asked.isdisjoint(self._new):
            due = self._new if self._asked is None else self._new & self._asked
            for k in sorted(due):  # the others are there, or nobody follows them
                self._stacked.way[k], self._stacked.direction[k] = _way(self._used[k], world)
            self._new -= due
        return self._stacked

    def ask(self, goal: np.ndarray) -> None:
        """Say which goals people have, i4[n]; after every decision. A field nobody follows is not reckoned."""
        self._asked = set(np.bincount(goal + 1)[1:].nonzero()[0].tolist())

    def look(self, world: World, people: Population, tick: int, params: Params) -> None:
        """Every two seconds: see where people are slow, and renew the field that most of them have longest waited for.

        Dense and slow is one number, people per m2 times the share of the free speed each is short of. 1 + that many
        times as long takes a metre in Weidmann's diagram, within 15 % up to 2 people per m2; where people stand it
        stays finite. The first half of a person is not minded.

        Source: the quickest path of Kretz et al. (2011), doi:10.1142/S0219525911003281.
        Check : tests/session/test_navigator.py; RiMEA 15.
        """
        every = round(_EVERY / params.time.dt)
        if (tick + 1) % every != 0 or not self._used:
            return
        if params.walk.detour == 0.0 and all(entry.seen is None for entry in self._used):
            return
        stacked, tile = self.fields(world), world.map.tile_size
        self._slow += (self._slow_people(people, tile) - self._slow) * (_EVERY / _MEMORY)
        walking = people.active & (people.goal >= 0) & (people.mode != Mode.FORMED)
        for entry, count in zip(self._used, np.bincount(people.goal[walking], minlength=len(self._used)), strict=True):
            entry.waited += int(count)
        k = int(np.argmax([entry.waited for entry in self._used]))
        entry, longer = self._used[k], params.walk.detour * np.maximum(0.0, self._slow - _NOTICED)
        crowded = bool(longer.any())
        if entry.waited == 0 or not (crowded or entry.seen is not None):
            return
        entry.waited = 0
        if crowded and entry.seen is not None and float(np.abs(longer - entry.seen).max()) < _STEADY:
            return
        entry.quick, entry.seen = None, longer if crowded else None
        # The way is renewed with the direction: who is ahead on the way one takes goes first.
        stacked.way[k], stacked.direction[k] = _way(entry, world)

    def _slow_people(self, people: Population, tile: float) -> np.ndarray:
        here = people.active
        speed = np.hypot(*people.velocity[here].T)
        short = 1.0 - np.minimum(1.0, speed / np.maximum(people.speed_wish[here], 0.01))
        rows, cols = self._room.shape
        at = (people.position[here].T / _square(tile)).astype(int, order="C")
        c, r = np.minimum(np.maximum(at, 0), [[cols - 1], [rows - 1]])
        count = np.bincount(r * cols + c, short, rows * cols).reshape(rows, cols)
        return _blurred(count, tile) / self._room


def _way(entry: _Used, world: World) -> Field:
    """The field of a goal in use, reckoned where it is not remembered."""
    if entry.seen is None:
        return world.field(entry.goal)
    if entry.quick is None:
        pace = 1.0 + _on_tiles(entry.seen, world.solid.shape, world.map.tile_size)
        entry.quick = world.field_at_pace(entry.goal, pace)
    return entry.quick


def _square(tile: float) -> float:
    """Side [m] of the squares people are counted in: whole tiles."""
    return tile * max(1, round(_SQUARE / tile))


def _blurred(squares: np.ndarray, tile: float) -> np.ndarray:
    return gaussian_filter(squares, _BLUR / _square(tile), mode="constant", truncate=2.0)


def _free_ground(world: World) -> np.ndarray:
    """Free ground in each square, f8[squares], m2."""
    tile = world.map.tile_size
    k = round(_square(tile) / tile)
    free = np.pad(world.solid == 0, [(0, -n % k) for n in world.solid.shape])
    return free.reshape(free.shape[0] // k, k, free.shape[1] // k, k).sum(axis=(1, 3)) * tile**2


def _on_tiles(squares: np.ndarray, shape: tuple[int, int], tile: float) -> np.ndarray:
    k = round(_square(tile) / tile)
    return squares.repeat(k, axis=0).repeat(k, axis=1)[: shape[0], : shape[1]]


def around(world: World, slots: np.ndarray) -> Goal:
    """The goal of a unit: the tiles of those of its slots (f8[k, 2], m) that are free now."""
    free = slots[world.is_free(slots)]
    points = on_free_ground(world, slots) if not len(free) else free
    half = world.map.tile_size / 2
    return Goal(tuple((x - half, y - half, x + half, y + half) for x, y in points.round(2).tolist()))


def on_free_ground(world: World, slots: np.ndarray) -> np.ndarray:
    """Slots [m], moved to the nearest free tile centre where they lie on a solid one."""
    blocked = ~world.is_free(slots)
    if not blocked.any():
        return slots
    free = (np.argwhere(world.solid == 0)[:, ::-1] + 0.5) * world.map.tile_size
    moved = slots.copy()
    for k in np.flatnonzero(blocked):
        moved[k] = free[((free - slots[k]) ** 2).sum(axis=1).argmin()]
    return moved
