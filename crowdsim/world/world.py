"""World: the map plus what follows from it while no barrier changes. A breach swaps in another World."""

from dataclasses import dataclass, field

import numpy as np
from scipy.ndimage import distance_transform_cdt, distance_transform_edt

from crowdsim.kernels.fields import FAR, descend, march
from crowdsim.world.tilemap import Gate, Rect, TileMap

WALL = 1
FIRST_BARRIER = 2  # code of barrier 0 in `World.solid`

_REMEMBERED = 64  # fields of one world, about a megabyte each
_CLEARANCE = 0.185  # m, a body and a little: ground nearer to a wall costs more; wider margins throttle openings
_CLEARANCE_COST = 1.5


@dataclass(frozen=True)
class Goal:
    """Where a navigation field leads: the free tiles of some rectangles, with some barriers taken for passable."""

    rects: tuple[Rect, ...]
    through: tuple[str, ...] = ()  # ids of barriers walked up to as if they were open


Field = tuple[np.ndarray, np.ndarray]
"""Way f4[rows, cols], m, and direction f4[rows, cols, 2] to one goal."""


@dataclass(frozen=True)
class Navigation:
    """The fields of several goals, stacked for the kernels."""

    way: np.ndarray  # f4[g, rows, cols], m
    direction: np.ndarray  # f4[g, rows, cols, 2]


@dataclass(frozen=True)
class World:
    """Immutable. `with_passable` gives the world after a barrier opened or shut; worlds and fields are remembered."""

    map: TileMap
    passable: tuple[bool, ...]  # per barrier of map.gates
    solid: np.ndarray  # i2[rows, cols]: 0 free, WALL, FIRST_BARRIER + k = closed barrier k
    clear: np.ndarray  # f4[rows, cols], m: no point of the tile has a solid one, or the map's edge, nearer than this
    _walls: np.ndarray  # bool[rows, cols], all that never opens
    _barrier_tiles: np.ndarray  # i2[rows, cols], k of the barrier that stands there, -1 = none
    _worlds: dict[tuple[bool, ...], "World"] = field(repr=False)
    _fields: dict[Goal, Field] = field(repr=False, default_factory=dict)
    _grounds: dict[tuple[str, ...], tuple[np.ndarray, np.ndarray]] = field(repr=False, default_factory=dict)

    @staticmethod
    def from_map(tilemap: TileMap) -> "World":
        """The world as the map has it, with barriers open or shut as drawn."""
        barrier_tiles = np.full(tilemap.solid.shape, -1, np.int16)
        for k, gate in enumerate(tilemap.gates):
            barrier_tiles[tilemap.tiles_of(gate.rect)] = k
        passable = tuple(gate.open for gate in tilemap.gates)
        return _build(tilemap, passable, tilemap.solid & (barrier_tiles < 0), barrier_tiles, {})

    def with_passable(self, passable: tuple[bool, ...]) -> "World":
        """The world in which the barriers are passable as given; the same flags give the same object."""
        known = self._worlds.get(passable)
        return known or _build(self.map, passable, self._walls, self._barrier_tiles, self._worlds)

    def barrier_index(self, gate_id: str) -> int:
        """Index of a barrier by its id; KeyError when the map has none of that name."""
        for k, gate in enumerate(self.map.gates):
            if gate.id == gate_id:
                return k
        raise KeyError(gate_id)

    def gate(self, gate_id: str) -> Gate:
        """The barrier as drawn."""
        return self.map.gates[self.barrier_index(gate_id)]

    def is_free(self, points: np.ndarray) -> np.ndarray:
        """bool[n]: whether each point [m], shape [n, 2], lies on a free tile."""
        rows, cols = self.solid.shape
        c = np.floor(points[:, 0] / self.map.tile_size).astype(int)
        r = np.floor(points[:, 1] / self.map.tile_size).astype(int)
        inside = (r >= 0) & (r < rows) & (c >= 0) & (c < cols)
        return inside & (self.solid[np.clip(r, 0, rows - 1), np.clip(c, 0, cols - 1)] == 0)

    def navigation(self, goals: tuple[Goal, ...]) -> Navigation:
        """The fields of `goals`, computed where they are not remembered (about 3 ms each on 320 x 240 tiles)."""
        stacked = empty_navigation(self, max(1, len(goals)))
        for k, goal in enumerate(goals):
            stacked.way[k], stacked.direction[k] = self.field(goal)
        return stacked

    def field(self, goal: Goal) -> Field:
        """The shortest way to one goal; remembered."""
        if goal not in self._fields:
            if len(self._fields) >= _REMEMBERED:  # the oldest are reckoned again if need be
                self._fields.pop(next(iter(self._fields)))
            self._fields[goal] = self.field_at_pace(goal, np.ones(self.solid.shape))
        return self._fields[goal]

    def field_at_pace(self, goal: Goal, pace: np.ndarray) -> Field:
        """The quickest way to one goal where a metre takes f8[rows, cols] times as long as with nobody about."""
        cost, passable = self._ground(goal.through)
        source = np.zeros_like(passable)
        for rect in goal.rects:
            source[self.map.tiles_of(rect)] = True
        return _field((cost * pace).astype(np.float32), passable, source, self.map.tile_size)

    def _ground(self, through: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
        """Cost of every tile, and whether one can walk there with these barriers taken for passable; remembered."""
        if through not in self._grounds:
            barriers = [self.barrier_index(name) for name in through]
            passable = (self.solid == 0) | np.isin(self._barrier_tiles, barriers) & (self._barrier_tiles >= 0)
            clearance = distance_transform_edt(passable, sampling=self.map.tile_size) - 0.5 * self.map.tile_size
            cost = self.map.cost * (1.0 + _CLEARANCE_COST * np.clip(1.0 - clearance / _CLEARANCE, 0.0, 1.0))
            self._grounds[through] = cost, passable
        return self._grounds[through]


def empty_navigation(world: World, count: int) -> Navigation:
    """Fields that lead nowhere."""
    way = np.full((count, *world.solid.shape), FAR, np.float32)
    return Navigation(way, np.zeros((*way.shape, 2), np.float32))


def _field(cost: np.ndarray, passable: np.ndarray, source: np.ndarray, tile: float) -> Field:
    way = np.empty(cost.shape, np.float32)
    direction = np.empty((*cost.shape, 2), np.float32)
    march(cost, passable, source, tile, way)
    descend(way, direction)
    return way, direction


def _build(
    tilemap: TileMap,
    passable: tuple[bool, ...],
    walls: np.ndarray,
    barrier_tiles: np.ndarray,
    worlds: dict[tuple[bool, ...], World],
) -> World:
    solid = np.where(walls, np.int16(WALL), np.int16(0))
    for k, is_open in enumerate(passable):
        if not is_open:
            solid[barrier_tiles == k] = FIRST_BARRIER + k
    solid = solid.astype(np.int16)
    tiles_off = distance_transform_cdt(np.pad(solid == 0, 1), "chessboard")[1:-1, 1:-1]
    clear = (tilemap.tile_size * (tiles_off - 1)).astype(np.float32)
    world = World(tilemap, passable, solid, clear, walls, barrier_tiles, worlds)
    worlds[passable] = world
    return world
