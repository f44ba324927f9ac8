"""What lies under the pointer: people, units, gates, places."""

import math

import numpy as np

from crowdsim.frame import Frame, Opening
from crowdsim.population.roles import Mind, Role, Status
from crowdsim.world.tilemap import Gate, Rect, TileMap

_REACH = 0.7  # m round somebody that still hits him
_FINGER = 12.0  # px, the same on the screen however small he is
_EDGE = 0.6  # m round a gate that still hits it

Point = tuple[float, float]


def person_at(frame: Frame, at: Point, zoom: float) -> int:
    """The row of the person there is under a point (m), -1 = none. zoom : px/m"""
    if not len(frame.position):
        return -1
    there = (frame.status != Status.WAITING) & (frame.status != Status.LEFT)
    away = np.where(there, np.hypot(*(frame.position - np.asarray(at, np.float32)).T), np.inf)
    row = int(np.argmin(away))
    return row if away[row] <= max(_REACH, _FINGER / zoom) else -1


def unit_at(frame: Frame, at: Point, zoom: float) -> str:
    """The unit of the officer under a point (m), "" = none."""
    officers = np.flatnonzero((frame.unit >= 0) & (frame.status == Status.ACTIVE))
    if not len(officers):
        return ""
    away = np.hypot(*(frame.position[officers] - np.asarray(at, np.float32)).T)
    nearest = int(np.argmin(away))
    return frame.units[frame.unit[officers[nearest]]].id if away[nearest] <= max(_REACH, _FINGER / zoom) else ""


def units_in(frame: Frame, box: Rect) -> list[str]:
    """The units of which an officer stands in a box (m), in their own order."""
    x, y = frame.position.T
    x0, y0, x1, y1 = box
    here = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1) & (frame.unit >= 0) & (frame.status == Status.ACTIVE)
    return [frame.units[k].id for k in np.unique(frame.unit[here]).tolist()]


def gate_at(tile_map: TileMap, at: Point, zoom: float) -> int:
    """The index of the barrier under a point (m), -1 = none."""
    reach = max(_EDGE, _FINGER / zoom)
    near = [(distance(gate.rect, at), k) for k, gate in enumerate(tile_map.gates)]
    away, k = min(near, default=(math.inf, -1))
    return k if away <= reach else -1


def gap_at(frame: Frame, at: Point) -> Opening | None:
    """The breach or gap of a line that stands open under a point (m)."""
    near = [o for o in frame.openings if math.dist(o.position, at) <= o.width / 2 + 1.0]
    return min(near, key=lambda opening: math.dist(opening.position, at), default=None)


def zone_at(tile_map: TileMap, at: Point) -> str:
    """The smallest zone a point (m) lies in, or else the nearest one."""
    size = {name: sum((r[2] - r[0]) * (r[3] - r[1]) for r in zone.rects) for name, zone in tile_map.zones.items()}
    away = {name: min(distance(rect, at) for rect in zone.rects) for name, zone in tile_map.zones.items()}
    return min(size, key=lambda name: (away[name], size[name]), default="")


def distance(rect: Rect, at: Point) -> float:
    """From a point to a rectangle, m; 0 inside."""
    x, y = min(max(at[0], rect[0]), rect[2]), min(max(at[1], rect[1]), rect[3])
    return math.hypot(x - at[0], y - at[1])


def middle(gate: Gate) -> Point:
    """The middle of a gate, m."""
    return (gate.rect[0] + gate.rect[2]) / 2, (gate.rect[1] + gate.rect[3]) / 2


def sort_of(frame: Frame, row: int) -> str:
    """What somebody would be arrested for, as an order names it, by what one sees of him."""
    if frame.mind is not None and frame.mind[row] == Mind.VIOLENT:
        return "violent"
    return {Role.PROVOCATEUR: "provocateur", Role.COORDINATOR: "korlap"}.get(Role(int(frame.role[row])), "peaceful")
