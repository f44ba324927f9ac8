"""A map drawn in Tiled: tiles, zones, barriers, posts, spawns, exits and routes, read once and never changed."""

import math
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import numpy as np

Rect = tuple[float, float, float, float]  # x0, y0, x1, y1 in m, x east, y south


class Surface(IntEnum):
    """What a tile is made of; the tileset names it in the tile property `surface`."""

    CLOSED = 0  # ground nobody walks on: neighbours' plots
    ROAD = 1
    PAVEMENT = 2
    GRASS = 3
    YARD = 4
    FLOOR = 5
    MEDIAN = 6
    WALL = 7
    OBSTACLE = 8
    BUILDING = 9  # a roof seen from above, walked by nobody
    VERGE = 10
    TERRACE = 11


@dataclass(frozen=True)
class Zone:
    """A named area of the map. `kind` is `area`, `building`, `room`, `closed`, `stage` or `aid`."""

    id: str
    name: dict[str, str]  # {"id": Indonesian, "en": English}
    kind: str
    rects: tuple[Rect, ...]
    label: bool = False  # drawn with its name on the map


@dataclass(frozen=True)
class Gate:
    """A barrier as drawn: a gate, door, fence panel or bar on its own tiles. Its load and state are in `Barriers`."""

    id: str
    name: dict[str, str]
    kind: str  # "gate", "door", "fence" or "bar"
    rect: Rect
    width: float  # m, the clear opening
    capacity: float  # N/m of load it bears for ever
    toughness: float  # N s/m beyond the capacity until it gives way
    open: bool  # at the start
    breakable: bool = True
    low: bool = False  # a railing or gate one can see over


@dataclass(frozen=True)
class Post:
    """A place where a unit stands: a point, a facing and, for arcs, a radius."""

    id: str
    name: dict[str, str]
    position: tuple[float, float]
    heading: float  # rad, 0 = east, clockwise
    radius: float = 0.0  # m, 0 = none


@dataclass(frozen=True)
class Spawn:
    """An area people start in."""

    id: str
    name: dict[str, str]
    rect: Rect


@dataclass(frozen=True)
class Exit:
    """A way out: a strip at the edge of the map. Police ways are never counted as exits."""

    id: str
    name: dict[str, str]
    rect: Rect
    width: float  # m
    police_only: bool


@dataclass(frozen=True)
class Route:
    """A drawn path, such as the evacuation of the chair."""

    id: str
    name: dict[str, str]
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Vehicle:
    """A body on wheels, or a barrier only vehicles mind: drawn, and while `solid` closed on the tiles it covers."""

    id: str
    name: dict[str, str]
    kind: str  # "car", "truck", "awc", "barracuda", "bike", "ambulance", "barrier"
    rect: Rect
    heading: float  # rad
    solid: bool = True


@dataclass(frozen=True)
class TileMap:
    """A whole map. Arrays are [rows, cols], row 0 in the north, and are not written after loading."""

    path: Path
    name: dict[str, str]
    tile_size: float  # m
    surface: np.ndarray  # i1, Surface
    solid: np.ndarray  # bool, walls, obstacles and closed ground; barriers not included
    cost: np.ndarray  # f4, walking cost: 1 = normal ground, 1 / 0.7 on the median
    zones: dict[str, Zone]
    gates: tuple[Gate, ...]
    posts: dict[str, Post]
    spawns: dict[str, Spawn]
    exits: dict[str, Exit]
    routes: dict[str, Route]
    vehicles: tuple[Vehicle, ...]
    trees: tuple[tuple[float, float, float], ...]  # x, y, radius [m]: drawn only
    # For drawing: the tile ids of each tile layer from the bottom up (-1 = none), and the tileset they come from. Every
    # tileset has a twin with the same ids for the other theme: plan_light.tsx, plan_dark.tsx.
    tiles: tuple[np.ndarray, ...] = ()  # i2[rows, cols]
    tileset: Path | None = None

    @property
    def size(self) -> tuple[float, float]:
        """Width and height, m."""
        rows, cols = self.solid.shape
        return cols * self.tile_size, rows * self.tile_size

    def tiles_of(self, rect: Rect) -> tuple[slice, slice]:
        """Rows and columns of the tiles whose centre lies in `rect`."""
        x0, y0, x1, y1 = rect
        rows, cols = self.solid.shape
        t = self.tile_size

        def span(low: float, high: float, count: int) -> slice:
            first = max(0, math.ceil(low / t - 0.5 - 1e-6))
            last = min(count, math.floor(high / t - 0.5 + 1e-6) + 1)
            return slice(first, max(first, last))

        return span(y0, y1, rows), span(x0, x1, cols)
