"""Irritant gas: canisters, the cloud, what it does to people, and whether the place has ways out enough."""

from dataclasses import dataclass, field

import numpy as np
from scipy.ndimage import binary_dilation
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import maximum_flow

from crowdsim.behaviour.harm import Bodies, hurt
from crowdsim.kernels.air import drift
from crowdsim.params import MeansParams
from crowdsim.population.grids import CELL, Grids, airways
from crowdsim.population.population import Population
from crowdsim.population.roles import Cause, Injury, Status
from crowdsim.world.world import FIRST_BARRIER, World

_FALLEN = int(Status.FALLEN)

HEIGHT = 2.0
"""m: the layer the gas mixes in."""
_BURNS = 30.0  # s
_GUST = 4.0  # m/s at most through a face: a step of the drift stays stable
_YARD, _ROOF = 0.3, 1800.0  # share of the spread beside a wall, s until it thins under a roof
IRRITANT, STRONG = 0.5, 5.0
"""mg/m3 from which eyes water, and from which one cannot stay."""
_SLOWED, _SLOWED_MORE = 0.8, 0.6
_HARMFUL, _LIGHT, _SERIOUS = 60.0, 0.01, 0.0005  # mg min/m3, 1/s, 1/s
_AT_PEOPLE = 5.0  # m
_PRESSED = 3.0  # 1/m2
_PERSONS_A_METRE = 60.0  # R4: people that one metre of way out is enough for
_CLOUD, _COUNTED, _LOOK = 10.0, 20.0, 30.0  # m: the cloud, whose people count, how far a way out is followed


@dataclass
class Cloud:
    """Canisters that still burn, and what the ground is like for gas."""

    wind: tuple[float, float] = (0.0, 0.0)  # m/s
    canisters: list[tuple[float, float, float]] = field(default_factory=list)  # x, y [m], goes out at [s]
    spread: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.float32))  # of the open's, f4[rows, cols]
    roofed: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), bool))
    scratch: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    wind_east: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.float32))  # m/s, f4[rows, cols + 1]
    wind_south: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.float32))  # m/s, f4[rows + 1, cols]
    passable: tuple[bool, ...] | None = None  # barriers of the world the airways are those of; None: not looked yet


def cloud_over(world: World, grids: Grids, wind: tuple[float, float]) -> Cloud:
    """No gas yet. Rooms and buildings have a roof."""
    roofed = np.zeros(grids.shape, bool)
    rows, cols = grids.shape
    y, x = (np.arange(rows) + 0.5) * CELL, (np.arange(cols) + 0.5) * CELL
    for zone in world.map.zones.values():
        if zone.kind in ("building", "room"):
            for x0, y0, x1, y1 in zone.rects:
                roofed |= ((y > y0) & (y < y1))[:, None] & ((x > x0) & (x < x1))[None, :]
    return Cloud(wind, roofed=roofed, scratch=np.zeros(grids.shape, np.float32))


def look_at_walls(world: World, grids: Grids, cloud: Cloud) -> None:
    """Where air passes now: over everything low, through what is open. Yards are cells beside a wall."""
    low = [FIRST_BARRIER + k for k, gate in enumerate(world.map.gates) if gate.low]
    free = (world.solid == 0) | np.isin(world.solid, low)
    grids.open_east, grids.open_south = airways(free, world.map.tile_size, grids.shape)
    beside = ~(grids.open_east & grids.open_south)
    beside[:, 1:] |= ~grids.open_east[:, :-1]
    beside[1:, :] |= ~grids.open_south[:-1, :]
    beside[[0, -1], :], beside[:, [0, -1]] = False, False  # the map's edge is no wall
    cloud.spread = np.where(beside | cloud.roofed, _YARD, 1.0).astype(np.float32)
    cloud.wind_east, cloud.wind_south = wind_round_walls(cloud.wind, grids.open_east, grids.open_south)
    cloud.passable = world.passable


def wind_round_walls(
    wind: tuple[float, float], open_east: np.ndarray, open_south: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The wind over the faces of the cells, m/s: as it is far away, less a potential by which it goes round walls.

    As much leaves a cell as enters it, so a yard with one way out lies in the lee and gas stays in it; an even wind
    would pile it up at a wall. Faces as `kernels.air.drift` takes them.

    Source: potential flow [D]; the layer of gas is no higher than the walls.
    """
    from scipy.sparse.linalg import spsolve  # only a run with gas pays for loading it

    rows, cols = open_east.shape
    cell = np.arange(rows * cols).reshape(rows, cols)
    east, south = np.zeros((rows, cols + 1)), np.zeros((rows + 1, cols))
    east[:, [0, -1]], south[[0, -1], :] = 1.0, 1.0  # the map's edge is open
    east[:, 1:-1], south[1:-1, :] = open_east[:, :-1], open_south[:-1, :]
    ends = east[:, :-1] + east[:, 1:] + south[:-1, :] + south[1:, :]
    sides = [(cell[:, :-1], cell[:, 1:], east[:, 1:-1]), (cell[:-1, :], cell[1:, :], south[1:-1, :])]
    one = np.concatenate([a.ravel() for a, _, _ in sides])
    other = np.concatenate([b.ravel() for _, b, _ in sides])
    joined = -np.concatenate([through.ravel() for _, _, through in sides])
    at = np.concatenate([cell.ravel(), one, other])
    to = np.concatenate([cell.ravel(), other, one])
    value = np.concatenate([ends.ravel() + 1e-6, joined, joined])  # a closed room has no level of its own
    east, south = east * wind[0], south * wind[1]
    surplus = east[:, 1:] - east[:, :-1] + south[1:, :] - south[:-1, :]
    level = spsolve(coo_matrix((value, (at, to)), (rows * cols, rows * cols)).tocsc(), -surplus.ravel())
    level = np.pad(level.reshape(rows, cols), 1)
    ahead, down = np.diff(level, axis=1)[1:-1, :], np.diff(level, axis=0)[:, 1:-1]
    through_east, through_south = np.ones_like(east), np.ones_like(south)
    through_east[:, 1:-1], through_south[1:-1, :] = open_east[:, :-1], open_south[:-1, :]
    east, south = east - through_east * ahead, south - through_south * down
    return np.clip(east, -_GUST, _GUST).astype(np.float32), np.clip(south, -_GUST, _GUST).astype(np.float32)


def gas_about(cloud: Cloud, grids: Grids) -> bool:
    """Whether a canister burns or gas is left of one. Before the first, nobody has looked at the walls for gas."""
    return bool(cloud.canisters) or (cloud.passable is not None and bool(grids.gas.any()))


def blow(world: World, grids: Grids, cloud: Cloud, time: float, dt: float, p: MeansParams) -> bool:
    """Burn canisters and move the cloud on; returns whether there is gas anywhere."""
    cloud.canisters = [canister for canister in cloud.canisters if canister[2] > time]
    if not gas_about(cloud, grids):
        return False
    if cloud.passable != world.passable:
        look_at_walls(world, grids, cloud)
    for x, y, _ in cloud.canisters:
        r, c = grids.cells(np.array([[x, y]]))
        grids.gas[r[0], c[0]] += 1000.0 * p.gas_mass / _BURNS * dt / (CELL * CELL * HEIGHT)
    fade = np.where(cloud.roofed, 1.0 / _ROOF, 1.0 / p.gas_fade).astype(np.float32)
    drift(
        grids.gas, grids.open_east, grids.open_south, cloud.spread * np.float32(p.gas_spread), fade,
        cloud.wind_east, cloud.wind_south, CELL, dt, cloud.scratch, grids.gas,
    )  # fmt: skip
    return True


def ignite(cloud: Cloud, x: float, y: float, time: float) -> None:
    """A canister lands at a point [m] and burns for half a minute."""
    cloud.canisters.append((x, y, time + _BURNS))


def breathe(
    people: Population, grids: Grids, cloud: Cloud, bodies: Bodies, draw: np.ndarray, time: float, dt: float
) -> np.ndarray:
    """What the cloud does to everyone in it without a mask, officers too; returns those worse off. draw : f4[n]

    Beyond 0.5 mg/m3 walking at 0.8 of the speed and fear, beyond 5 at 0.6 and fear to flee; a dose beyond
    60 mg min/m3, or any strong gas under a roof, injures.
    """
    r, c = grids.cells(people.position)
    on_ground = people.active | (people.status == _FALLEN)
    bodies.gas[:] = np.where(on_ground & ~bodies.masked, grids.gas[r, c], 0.0)
    people.gas_dose += bodies.gas * np.float32(dt / 60.0)
    slow = np.flatnonzero(bodies.gas > IRRITANT)
    share = np.where(bodies.gas[slow] > STRONG, _SLOWED_MORE, _SLOWED)
    people.speed_wish[slow] = np.minimum(people.speed_wish[slow], share * people.desired_speed[slow])
    np.maximum(grids.threat, np.where(grids.gas > STRONG, 1.0, np.where(grids.gas > IRRITANT, 0.4, 0.0)),
               out=grids.threat, casting="same_kind")  # fmt: skip
    strong = grids.gas > STRONG
    grids.dialogue[strong] = 0.0  # nobody listens in there
    harmed = np.flatnonzero(
        (bodies.gas > IRRITANT) & ((people.gas_dose > _HARMFUL) | (cloud.roofed[r, c] & (bodies.gas > STRONG)))
    )
    level = np.where(
        draw[harmed] < _SERIOUS * dt, Injury.SERIOUS, np.where(draw[harmed] < (_SERIOUS + _LIGHT) * dt, 1, 0)
    )
    return hurt(people, harmed[level > 0], level[level > 0].astype(np.int8), Cause.GAS, time)


def way_out(world: World, people: Population, x: float, y: float) -> tuple[float, int]:
    """The narrowest way out [m] of what a cloud of ten metres at a point covers, and how many people are near it.

    The smallest cut, on the tiles of the ground within 30 m, between the cloud and what lies farther off: of two gates
    both count, of two doors one behind the other the narrower. The map's edge is a way out. People within 20 m count.
    """
    t = world.map.tile_size
    rows, cols = world.solid.shape
    span = int(_LOOK / t)
    r0, r1 = max(0, int(y / t) - span), min(rows, int(y / t) + span + 1)
    c0, c1 = max(0, int(x / t) - span), min(cols, int(x / t) + span + 1)
    free = world.solid[r0:r1, c0:c1] == 0
    number = np.arange(free.size).reshape(free.shape)
    away = np.hypot((np.arange(r0, r1)[:, None] + 0.5) * t - y, (np.arange(c0, c1)[None, :] + 0.5) * t - x)
    edge = np.zeros_like(free)
    edge[[0, -1], :], edge[:, [0, -1]] = True, True
    start, end = free & (away < _CLOUD), free & edge
    east, south = free[:, :-1] & free[:, 1:], free[:-1] & free[1:]
    a = np.concatenate([number[:, :-1][east], number[:-1][south]])
    b = np.concatenate([number[:, 1:][east], number[1:][south]])
    source, sink, many = free.size, free.size + 1, free.size
    tails = np.concatenate([a, b, np.full(int(start.sum()), source), number[end]])
    heads = np.concatenate([b, a, number[start], np.full(int(end.sum()), sink)])
    room = np.concatenate([np.ones(2 * len(a)), np.full(len(tails) - 2 * len(a), many)]).astype(np.int32)
    graph = csr_matrix((room, (tails, heads)), shape=(many + 2, many + 2))
    width = float(maximum_flow(graph, source, sink).flow_value) * t
    on_ground = people.active | (people.status == _FALLEN)
    off = np.hypot(people.position[on_ground, 0] - x, people.position[on_ground, 1] - y)
    return width, int((off < _COUNTED).sum())


def enclosure(world: World, people: Population, cloud: Cloud, x: float, y: float) -> tuple[bool, float, int]:
    """R4: whether gas at a point [m] would lie over a press, or people with less than 1 m of way out for 60.

    Returns that, the narrowest way out [m] and the people inside. Ten metres of drift with the wind are looked at too;
    under a roof it is always forbidden.
    """
    size = np.hypot(*cloud.wind)
    spots = [(x, y)]
    if size > 0.2:
        spots.append((x + 10.0 * cloud.wind[0] / size, y + 10.0 * cloud.wind[1] / size))
    found = (False, np.inf, 0)
    for sx, sy in spots:
        if not world.is_free(np.array([[sx, sy]]))[0]:
            continue
        width, count = way_out(world, people, sx, sy)
        narrow = count > 0 and width < count / _PERSONS_A_METRE
        if (narrow or pressed(people, sx, sy)) and (not found[0] or width < found[1]):
            found = (True, width, count)
    if not found[0]:
        r, c = int(y / CELL), int(x / CELL)
        if binary_dilation(cloud.roofed)[min(r, cloud.roofed.shape[0] - 1), min(c, cloud.roofed.shape[1] - 1)]:
            found = (True, 0.0, 0)
    return found


def pressed(people: Population, x: float, y: float) -> bool:
    """Whether a tenth of the people a cloud would cover stand more than three to the square metre, within 1 m [P]."""
    on_ground = people.active | (people.status == Status.FALLEN)
    covered = np.hypot(people.position[on_ground, 0] - x, people.position[on_ground, 1] - y) < _CLOUD
    here = people.position[on_ground][covered]
    if not len(here):
        return False
    apart = ((here[:, None, :] - here[None, :, :]) ** 2).sum(axis=2)  # a few hundred people, when gas is used
    return bool(np.quantile((apart < 1.0).sum(axis=1), 0.9) > _PRESSED * np.pi)


def aimed_at_people(people: Population, x: float, y: float) -> bool:
    """R5: whether somebody is within five metres of where a canister lands."""
    on_ground = people.active | (people.status == _FALLEN)
    return bool((np.hypot(people.position[on_ground, 0] - x, people.position[on_ground, 1] - y) < _AT_PEOPLE).any())
