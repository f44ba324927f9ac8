"""Damage: the front of the building stretch by stretch, the store that must not be lost, fires."""

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from crowdsim.params import MeansParams
from crowdsim.population.barriers import Barriers
from crowdsim.population.population import Population
from crowdsim.population.roles import BarrierState, Status
from crowdsim.world.tilemap import Rect, TileMap

_BROKEN = int(BarrierState.BROKEN)
_ACTIVE = int(Status.ACTIVE)

_STRETCH = 2.0  # m
_WHOLE = 20.0  # points of damage that break a stretch
_HIT, _SURE, _NEVER = 0.3, 15.0, 35.0  # chance that a thing breaks something, m up to which, m from which none does
_RAM, _RAM_REACH = 0.2, 1.0  # points a second of each violent person within m
_CLASSES = ((0.4, "heavy"), (0.1, "moderate"), (0.0, "light"))  # of the stretches broken, more than
_STORE_DOOR = 0.75  # m from the store within which a door is its own
_IGNITE_REACH, _PUT_OUT_REACH = 3.0, 3.0  # m
HEAT = 5.0
"""m from a fire within which one is afraid of it."""
_GROWTH = 60.0  # s until a fire is at its full strength
_SPARK = 0.1


@dataclass
class Facade:
    """The outer walls of the building: what of them can be broken, in stretches of two metres."""

    zone: str  # id of the building
    ends: np.ndarray  # f4[c, 4], x0, y0, x1, y1 [m]
    middle: np.ndarray  # f8[c, 2], m
    health: np.ndarray  # f8[c], 1 = whole, 0 = broken
    told: str = ""  # the class of damage told last
    shown: tuple[bytes, np.ndarray] = (b"", np.zeros((0, 5), np.float32))  # the health when last asked for `front`

    def front(self) -> np.ndarray:
        """The stretches and their health, for the frame, f4[c, 5]: the same array as long as nothing is damaged."""
        health = self.health.tobytes()
        if health != self.shown[0]:
            self.shown = (health, np.column_stack([self.ends, self.health]).astype(np.float32))
        return self.shown[1]

    @property
    def broken(self) -> float:
        """Share of the stretches that are broken."""
        return int(np.count_nonzero(self.health <= 0.0)) / len(self.health) if len(self.health) else 0.0

    @cached_property
    def within_reach(self) -> tuple[np.ndarray, np.ndarray]:
        """Least and greatest x and y from where some stretch may be rammed, f4[2] each, m."""
        corners = self.ends.reshape(-1, 2)
        return corners.min(axis=0) - _RAM_REACH, corners.max(axis=0) + _RAM_REACH


def building_of(tilemap: TileMap) -> str:
    """The building the exercise is about: the largest of the map's, "" = there is none."""
    sizes = {z.id: sum(_area(r) for r in z.rects) for z in tilemap.zones.values() if z.kind == "building"}
    return max(sizes, key=lambda name: sizes[name]) if sizes else ""


def _area(rect: Rect) -> float:
    return (rect[2] - rect[0]) * (rect[3] - rect[1])


def facade_of(tilemap: TileMap, zone: str) -> Facade:
    """The stretches along a building's outline that have wall or a door in them and free ground before them."""
    rects = tilemap.zones[zone].rects if zone else ()
    solid = tilemap.solid.copy()
    for gate in tilemap.gates:
        solid[tilemap.tiles_of(gate.rect)] = True
    ends = []
    t = tilemap.tile_size
    for x0, y0, x1, y1 in rects:
        sides = (
            ((x0, y0), (x1, y0), (0.0, -1.0)),
            ((x0, y1), (x1, y1), (0.0, 1.0)),
            ((x0, y0), (x0, y1), (-1.0, 0.0)),
            ((x1, y0), (x1, y1), (1.0, 0.0)),
        )
        for a, b, out in sides:
            length = abs(b[0] - a[0]) + abs(b[1] - a[1])
            count = max(1, round(length / _STRETCH))
            along = ((b[0] - a[0]) / count, (b[1] - a[1]) / count)
            for k in range(count):
                p = (a[0] + k * along[0], a[1] + k * along[1])
                q = (p[0] + along[0], p[1] + along[1])
                share = (np.arange(8) + 0.5) / 8
                line = np.column_stack([p[0] + share * along[0], p[1] + share * along[1]])
                wall = _at(solid, line - 0.5 * t * np.array(out), t, True)
                free = ~_at(solid, line + 0.5 * t * np.array(out), t, True)
                inner = [r for r in rects if _within(r, line + 0.5 * t * np.array(out))]
                if (wall & free).any() and not inner:
                    ends.append((*p, *q))
    table = np.array(ends, np.float32).reshape(-1, 4)
    middle = (table[:, :2] + table[:, 2:]).astype(float) / 2
    return Facade(zone, table, middle, np.ones(len(table)))


def _at(solid: np.ndarray, points: np.ndarray, tile: float, beyond: bool) -> np.ndarray:
    rows, cols = solid.shape
    c, r = np.floor(points[:, 0] / tile).astype(int), np.floor(points[:, 1] / tile).astype(int)
    inside = (r >= 0) & (r < rows) & (c >= 0) & (c < cols)
    found: np.ndarray = np.where(inside, solid[np.clip(r, 0, rows - 1), np.clip(c, 0, cols - 1)], beyond)
    return found


def _within(rect: Rect, points: np.ndarray) -> bool:
    x0, y0, x1, y1 = rect
    x, y = points.T
    return bool(((x > x0) & (x < x1) & (y > y0) & (y < y1)).all())


def pelt(facade: Facade, cell: np.ndarray, flown: np.ndarray, luck: np.ndarray) -> None:
    """Things that reach the front break one to three points of it, with a chance that falls off with the distance.

    cell : i8[k] ; flown : f4[k], m ; luck : f4[k, 2] uniform ; chance .3 up to 15 m, linearly to 0 at 35 m
    """
    chance = _HIT * np.clip((_NEVER - flown) / (_NEVER - _SURE), 0.0, 1.0)
    hit = luck[:, 0] < chance
    points = 1.0 + np.floor(3.0 * luck[hit, 1])
    np.subtract.at(facade.health, cell[hit], points / _WHOLE)
    np.maximum(facade.health, 0.0, out=facade.health)


def ram(facade: Facade, violent: np.ndarray, people: Population, dt: float) -> np.ndarray:
    """Kicks and rams at the front from within a metre; returns the rows of those who do it."""
    if not len(violent) or not len(facade.health):
        return violent[:0]
    position, (low, high) = people.position[violent], facade.within_reach
    near = (position > low) & (position < high)
    violent = violent[near[:, 0] & near[:, 1]]  # the others are nowhere near
    if not len(violent):
        return violent
    away = np.hypot(*(people.position[violent].astype(float)[:, None] - facade.middle[None]).transpose(2, 0, 1))
    cell = away.argmin(axis=1)
    x0, y0, x1, y1 = facade.ends[cell].T
    x, y = people.position[violent].T
    at = np.hypot(np.minimum(np.maximum(x, x0), x1) - x, np.minimum(np.maximum(y, y0), y1) - y) < _RAM_REACH
    np.subtract.at(facade.health, cell[at], _RAM * dt / _WHOLE)
    np.maximum(facade.health, 0.0, out=facade.health)
    rows: np.ndarray = violent[at]
    return rows


def damage_class(facade: Facade) -> str:
    """`light`, `moderate` or `heavy` by the share of broken stretches; "" = none is."""
    broken = facade.broken
    if broken == 0.0:
        return ""
    return next(name for least, name in _CLASSES if broken > least or least == 0.0)


@dataclass
class Store:
    """Where the ballots lie: lost when its door gives way or fire reaches it."""

    zone: str
    rects: tuple[Rect, ...]
    doors: tuple[int, ...]  # barriers
    lost: str = ""  # what to: "door" or "fire"


def store_of(tilemap: TileMap, zone: str) -> Store | None:
    """The store in a zone, with the doors in its walls; None where the scenario names none."""
    if not zone:
        return None
    rects = tilemap.zones[zone].rects
    doors = []
    for k, gate in enumerate(tilemap.gates):
        x, y = (gate.rect[0] + gate.rect[2]) / 2, (gate.rect[1] + gate.rect[3]) / 2
        if any(_away(rect, x, y) < _STORE_DOOR for rect in rects):
            doors.append(k)
    return Store(zone, rects, tuple(doors))


def _away(rect: Rect, x: float, y: float) -> float:
    x0, y0, x1, y1 = rect
    return math.hypot(min(max(x, x0), x1) - x, min(max(y, y0), y1) - y)


@dataclass
class Fires:
    """Bins and tyres that may be lit."""

    places: tuple[str, ...] = ()
    position: np.ndarray = field(default_factory=lambda: np.zeros((0, 2)))  # f8[f, 2], m
    strength: np.ndarray = field(default_factory=lambda: np.zeros(0))  # f8[f], 0 = does not burn

    @property
    def burning(self) -> list[int]:
        """Indices of those that burn."""
        return [k for k, strength in enumerate(self.strength.tolist()) if strength > 0.0]


def fires_at(places: tuple[str, ...], position: np.ndarray) -> Fires:
    """Fires nobody has lit. position : f8[f, 2], m"""
    return Fires(places, np.asarray(position, float).reshape(-1, 2), np.zeros(len(places)))


def set_fire(
    fires: Fires, violent: np.ndarray, people: Population, draw: np.ndarray, dt: float, p: MeansParams
) -> list[int]:
    """The violent within three metres light what burns; returns which began to. draw : f4[n] uniform"""
    lit: list[int] = []
    if not len(violent):
        return lit
    trying = people.position[violent[draw[violent] < p.ignite * dt]]
    for k in range(len(fires.strength) if len(trying) else 0):
        if fires.strength[k] > 0.0:
            continue
        if (np.hypot(*(trying - fires.position[k]).T) < _IGNITE_REACH).any():
            fires.strength[k] = _SPARK
            lit.append(k)
    return lit


def burn(fires: Fires, equipped: np.ndarray, people: Population, dt: float, p: MeansParams) -> list[int]:
    """Fires grow, and shrink where officers with extinguishers stand; returns which went out.

    equipped : i8[k], rows of who has an extinguisher
    """
    out = []
    hold = people.position[equipped[people.status[equipped] == _ACTIVE]]
    for k in fires.burning:
        hands = int((np.hypot(*(hold - fires.position[k]).T) < _PUT_OUT_REACH).sum()) if len(hold) else 0
        strength = min(1.0, float(fires.strength[k]) + dt * (1.0 / _GROWTH - hands * p.extinguish))
        if strength <= 0.0:
            out.append(k)
        fires.strength[k] = max(0.0, strength)
    return out


def check_store(store: Store, barriers: Barriers, fires: Fires) -> bool:
    """Whether the store is lost just now."""
    if store.lost:
        return False
    if any(barriers.state.item(k) == _BROKEN for k in store.doors):
        store.lost = "door"
    elif any(_away(rect, *fires.position[k].tolist()) < 3.0 for k in fires.burning for rect in store.rects):
        store.lost = "fire"
    return bool(store.lost)
