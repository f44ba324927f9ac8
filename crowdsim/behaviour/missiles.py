"""Things thrown: who throws at what, what is in the air, whom it hits."""

from dataclasses import dataclass, field

import numpy as np

from crowdsim.behaviour.damage import Facade
from crowdsim.behaviour.harm import hurt, is_demonstrator, is_officer, level_of
from crowdsim.behaviour.violence import nearest_to, shielded
from crowdsim.kernels.cells import Cells
from crowdsim.params import MeansParams
from crowdsim.population.population import Population
from crowdsim.population.roles import Cause
from crowdsim.world.tilemap import Surface, TileMap

FROM, TO, THROWN, LANDS, CELL, LUCK = slice(0, 2), slice(2, 4), 4, 5, 6, slice(7, 9)
_COLS = 9
_MOST = 3.0  # things one carries
_SLOWEST, _FASTEST, _GRAVITY = 14.0, 20.0, 9.81  # m/s, m/s, m/s2: 20 to 41 m
_TRY = 30.0  # m, further than this nobody throws at anybody
_NEAREST = 2.0  # m, nearer one kicks
_BODY = 0.45  # m from where it lands within which it hits somebody
_UNDER_COVER = 0.95  # of the hits from any side, by shields held over the heads
_RUBBLE = np.zeros(len(Surface), bool)  # ground one finds stones on
_RUBBLE[[int(Surface.ROAD), int(Surface.MEDIAN), int(Surface.VERGE)]] = True
COVER = "berlindung"
"""The formation in which shields are held over the heads."""


@dataclass
class Missiles:
    """What is in the air."""

    air: np.ndarray = field(default_factory=lambda: np.zeros((0, _COLS), np.float32))
    """f4[k, 9]: from x, y, to x, y [m], thrown at, landing at [s], stretch of the facade or -1, two uniform draws."""


def arm(people: Population) -> None:
    """Give every demonstrator what one finds at the roadside: three things to throw."""
    people.objects[is_demonstrator(people)] = _MOST


def pick_up(violent: np.ndarray, people: Population, tilemap: TileMap, dt: float, p: MeansParams) -> None:
    """The violent find new things where they stand on the road."""
    violent = violent[people.objects[violent] < _MOST]
    if not len(violent):
        return
    rows, cols = tilemap.surface.shape
    c, r = (people.position[violent] / tilemap.tile_size).astype(int).T
    r, c = np.minimum(np.maximum(r, 0), rows - 1), np.minimum(np.maximum(c, 0), cols - 1)
    finds = violent[_RUBBLE[tilemap.surface[r, c]]]
    people.objects[finds] = np.minimum(_MOST, people.objects[finds] + p.refill * dt)


def throw(
    violent: np.ndarray,
    people: Population,
    facade: Facade,
    missiles: Missiles,
    draw: np.ndarray,
    time: float,
    dt: float,
    p: MeansParams,
) -> np.ndarray:
    """Let those of the violent throw who have something and see an officer or the building; returns who threw.

    draw : f4[n, 6] uniform. The nearer of the two is the target. A stone of speed v reaches v^2 / g at most; it falls
    short of its mark as often as not, into the own front rows, and aside by p.aim rad (a standard deviation).
    """
    who = violent[(people.objects[violent] >= 1.0) & (draw[violent, 0] < p.throws * dt)]
    if not len(who):
        return who
    officers = np.flatnonzero(people.active & is_officer(people))
    if not len(officers) and not len(facade.health):
        return who[:0]
    start = people.position[who].astype(float)
    aim, away, cell = np.zeros_like(start), np.full(len(who), np.inf), np.full(len(who), -1)
    if len(officers):
        where = people.position[officers].astype(float)
        apart = ((start[:, None] - where[None]) ** 2).transpose(2, 0, 1)
        square = apart[0] + apart[1]
        best = square.argmin(axis=1)
        aim, away = where[best], np.sqrt(square[np.arange(len(who)), best])
    if len(facade.health):
        apart = np.hypot(*(start[:, None] - facade.middle[None]).transpose(2, 0, 1))
        best = apart.argmin(axis=1)
        near = apart[np.arange(len(who)), best]
        nearer = near < away
        aim[nearer], cell[nearer] = facade.middle[best[nearer]], best[nearer]
        away = np.where(nearer, near, away)
    will = (away > _NEAREST) & (away < _TRY)
    who, start, aim, away, cell = who[will], start[will], aim[will], away[will], cell[will]
    if not len(who):
        return who
    luck = draw[who].astype(float)
    speed = _SLOWEST + (_FASTEST - _SLOWEST) * luck[:, 1]
    range_ = np.minimum(away * (0.8 + 0.25 * luck[:, 2]), 0.98 * speed * speed / _GRAVITY)
    # Box and Muller: a normal deviate from two uniform ones.
    aside = p.aim * np.sqrt(-2.0 * np.log(1.0 - 0.999999 * luck[:, 3])) * np.cos(2.0 * np.pi * luck[:, 2])
    angle = np.arctan2(aim[:, 1] - start[:, 1], aim[:, 0] - start[:, 0]) + aside
    end = start + range_[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    at_wall = cell >= 0  # what is thrown at a wall ends at it
    end[at_wall] = aim[at_wall]
    range_ = np.where(at_wall, away, range_)
    lift = 0.5 * np.arcsin(np.minimum(1.0, range_ * _GRAVITY / speed**2))  # the flat one of the two arcs
    duration = np.maximum(0.2, 2.0 * speed * np.sin(lift) / _GRAVITY)
    thrown = np.column_stack([start, end, np.full(len(who), time), time + duration, cell, luck[:, 4:6]])
    missiles.air = np.vstack([missiles.air, thrown.astype(np.float32)])
    people.objects[who] -= 1.0
    people.violent_at[who] = time
    return who


def land(
    missiles: Missiles, people: Population, cells: Cells, cover: np.ndarray, time: float, p: MeansParams
) -> tuple[np.ndarray, np.ndarray]:
    """Whatever comes down now: returns it, f4[k, 9], and the rows it hit unshielded; it injures some of them.

    cover : bool[n], officers of a formation that holds its shields over the heads
    """
    down = missiles.air[:, LANDS] <= time
    fallen = missiles.air[down]
    if not len(fallen):
        return fallen, np.zeros(0, np.int64)
    missiles.air = missiles.air[~down]
    people_only = fallen[fallen[:, CELL] < 0]
    row, _ = nearest_to(people_only[:, TO], cells, people, people.active, _BODY)
    hit, luck = row[row >= 0], people_only[row >= 0][:, LUCK]
    toward = (people_only[:, TO] - people_only[:, FROM])[row >= 0]
    stopped = np.where(shielded(people, hit, toward), p.shield, np.where(cover[hit], _UNDER_COVER, 0.0))
    bare = luck[:, 0] >= stopped
    hit, luck = hit[bare], luck[bare]
    level = level_of(luck[:, 1], p.object_light, p.object_serious)
    hurt(people, hit[level > 0], level[level > 0], Cause.OBJECT, time)
    return fallen, hit
