"""Navigator: which navigation fields are in use, and the index by which people's rows name them."""

from collections.abc import Iterable

import numpy as np

from crowdsim.world.world import Goal, Navigation, World


class Navigator:
    """A short list of goals; a field nobody uses any more gives its place to a new one."""

    def __init__(self) -> None:
        self._goals: list[Goal] = []
        self._stacked: tuple[World, Navigation] | None = None

    def index(self, goal: Goal, used: Iterable[int] | None = None) -> int:
        """Index of the field to `goal`; `used` are the indices that must keep theirs, None = all."""
        if goal not in self._goals:
            count = len(self._goals)
            kept = set(range(count) if used is None else used)
            free = next((k for k in range(count) if k not in kept), count)
            self._goals[free : free + 1] = [goal]
            self._stacked = None
        return self._goals.index(goal)

    def fields(self, world: World) -> Navigation:
        """The fields of all goals in this world, stacked; computed again when the world or a goal is another."""
        if self._stacked is None or self._stacked[0] is not world:
            self._stacked = (world, world.navigation(tuple(self._goals)))
        return self._stacked[1]


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
