"""Order + formation -> a slot and a way of walking for each officer; the links of a line."""

import math
from dataclasses import dataclass, field

import numpy as np

from crowdsim.behaviour.formations import LINES, OUTWARD, front_of, match, opened, place, shaped
from crowdsim.behaviour.unit import Hold, Order
from crowdsim.kernels.cells import FORMED, PASSING
from crowdsim.kernels.lines import (
    bracing,
    densest,
    gaps_of,
    links_that_hold,
    pushed_stretches,
    strained,
    take_places,
    walls_beside,
)
from crowdsim.params import OfficerParams
from crowdsim.population.population import Population
from crowdsim.population.roles import Mind, Mode, Status

_VIOLENT = int(Mind.VIOLENT)

_FORMED_MODE, _WALK_MODE = int(Mode.FORMED), int(Mode.WALK)
_ACTIVE = int(Status.ACTIVE)
_JOIN = 1.0  # m: nearer to his slot than this an officer takes it
_LOSE = 2.5  # m: further from it he has lost it and walks back
_LEASH_SLOW, _LEASH_STOP = 0.35, 0.6  # m: RMS slot error of the front at which a moving formation slows and waits
_LEASH_SHARE = 0.67
_LINK_FORMS = 0.85  # m between two officers
_SETTLED = 0.4  # m from their slots within which they are for a broken link to form again
_SHIELD_CLOSES = 0.3  # m of room between the last officer of a line and a wall: less than anybody needs to pass
_LINK_REST = 3.0  # s a broken link stays broken
_IN_PLACE = 0.5  # m from his slot an officer stands in it
_STRETCH, _UNPUSHED = 4, 20.0  # officers of a stretch of a line; N/m below which a line has nothing to bear
_AT_EASE = 0.1  # share of F_brace below which an officer rests
_TIRED = 0.5  # share of his strength an exhausted officer has lost
_SPREAD = 0.28  # of the logarithm of the reaction time: nineteen of twenty between 0.6 and 1.7 of the median
_SLOWER = 1.5  # times the reaction amid violence [D]
_STRIP, _BIN = 1.5, 2.0  # m: depth and width of the ground before a pushing line on which people are counted


@dataclass
class Unit:
    """Officers under one order."""

    id: str
    label: str
    kind: str
    rows: np.ndarray  # i4[k], their rows in the population
    shielded: bool
    rope: bool
    order: Order = field(default_factory=Hold)
    since: float = 0.0  # s, when its order was given
    acts_at: float = 0.0  # s, when its order reaches it
    posture: str = ""  # of the doctrine profile
    pace: float = 1.0  # of the posture, share of officers.advance_speed
    share: float = 1.0  # of the posture, share of officers.brace
    formation: str = "banjar3"
    anchor: tuple[float, float] = (0.0, 0.0)  # m
    heading: float = 0.0  # rad
    local: np.ndarray = field(default_factory=lambda: np.zeros((0, 2)))  # m, slots in the formation's own axes
    whole: np.ndarray = field(default_factory=lambda: np.zeros((0, 2)))  # m, the same without a gap in the middle
    seat: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))  # i4[k], slot of each officer
    target: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), np.float32))  # f4[k, 2], m, of each officer
    look: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))  # f4[k], rad, where each looks there
    ahead: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))  # i8[f], rows of the front, left to right
    joined: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), np.int64))  # i8[j, 2], rows linked besides
    remaining: float = 0.0  # m the formation still has to move; negative = back
    quick: bool = False
    passing: bool = False  # it changes places with another unit: its officers turn their shoulders to each other
    held_back: bool = False  # told to push and standing: too dense just ahead
    goal: int = -1
    load: float = 0.0  # N/m on the front, EMA 0.5 s
    broken_until: np.ndarray = field(default_factory=lambda: np.zeros(0))  # s, per front pair
    overload: np.ndarray = field(default_factory=lambda: np.zeros(0))  # s, per front pair
    closed: bool = False  # whether the line has once stood closed since its last order
    gap_since: np.ndarray = field(default_factory=lambda: np.full(0, np.inf))  # s, per front pair
    gap_told: np.ndarray = field(default_factory=lambda: np.full(0, -np.inf))  # s, per front pair
    span: tuple[int, int] = field(init=False)  # first row and the one behind the last: the rows are one range

    def __post_init__(self) -> None:
        self.span = (int(self.rows[0]), int(self.rows[-1]) + 1) if len(self.rows) else (0, 0)

    @property
    def is_line(self) -> bool:
        """Whether its neighbours join: shields, a rope, or arms."""
        return self.formation in LINES and (self.shielded or self.rope or self.formation == "berkait")

    def slots(self) -> np.ndarray:
        """Slots on the map, m, shape [k, 2], in slot order."""
        return place(self.local, self.anchor, self.heading)

    def front(self) -> np.ndarray:
        """Rows of the officers in the front rank, in slot order from left to right."""
        return self.ahead

    def settle(self) -> None:
        """Work out again what follows from anchor, heading, slots and seats; whoever changes one of them calls this."""
        slots = self.slots()[self.seat]
        self.target = slots.astype(np.float32)
        seated = np.empty(len(self.rows), np.int64)
        seated[self.seat] = self.rows
        self.ahead = seated[: front_of(self.formation, len(self.rows))]
        if self.formation in OUTWARD or self.formation == "kepung":
            away = slots - np.asarray(self.anchor)
            look = np.arctan2(away[:, 1], away[:, 0]) + (math.pi if self.formation == "kepung" else 0.0)
            if self.formation == "busur":  # who has gone behind the wall of an arc looks where the arc faces
                look = np.where(self.local[self.seat, 1] > -0.2, self.heading, look)
            self.look = look.astype(np.float32)
        else:
            self.look = np.full(len(self.rows), self.heading, np.float32)


Owners = list[tuple[Unit, np.ndarray]]
"""For each unit with links that hold the front pairs they belong to, i4[k]; one unit after the other, as the links."""


@dataclass
class Deployment:
    """Where all officers belong and who stands in a front, in one piece: units get new slots far more seldom than it is
    asked for."""

    units: list[Unit]
    fronts: list[np.ndarray]  # of each unit when this was made: one that settles again has another
    rows: np.ndarray  # i8[k], officers, a unit after the other
    ends: np.ndarray  # i8[u], where each unit's end in `rows`
    bare: np.ndarray  # i8[b, 2], the ranges of rows of the units without shields
    target: np.ndarray  # f4[k, 2], m
    look: np.ndarray  # f4[k], rad
    loose: list[Unit]  # those in no line
    lines: list[Unit]  # those in one, whether its neighbours join or not
    front: np.ndarray  # i8[f], rows of their fronts, one after the other
    first: np.ndarray  # i8[l], where each front begins
    length: np.ndarray  # f8[l], m, of each front
    joining: list[Unit]  # the lines whose neighbours join
    chain: np.ndarray  # i8[c], rows of their fronts, one after the other
    chain_ends: np.ndarray  # i8[j], where each front ends
    held: np.ndarray  # f4[f], N, what the bracing of each of `front` held when last decided
    owners: Owners = field(default_factory=list)  # of the links that hold now


def deployed(units: list[Unit], known: Deployment | None = None) -> Deployment:
    """The deployment of the units: the `known` one while none of them has settled again."""
    if known and all(unit.ahead is front for unit, front in zip(units, known.fronts, strict=True)):
        return known
    lines: list[Unit] = []
    loose: list[Unit] = []
    for unit in units:
        (lines if unit.formation in LINES and len(unit.ahead) else loose).append(unit)
    joining = [unit for unit in lines if unit.is_line and len(unit.ahead) > 1]
    counts = np.array([len(unit.ahead) for unit in lines], np.int64)
    no_rows = np.zeros(0, np.int64)
    if known and known.units is units:
        rows, ends, bare = known.rows, known.ends, known.bare
    else:
        rows = np.concatenate([no_rows, *(unit.rows for unit in units)])
        ends = np.cumsum([len(unit.rows) for unit in units], dtype=np.int64)
        bare = np.array([unit.span for unit in units if not unit.shielded], np.int64).reshape(-1, 2)
    return Deployment(
        units=units,
        fronts=[unit.ahead for unit in units],
        rows=rows,
        ends=ends,
        bare=bare,
        target=np.concatenate([np.zeros((0, 2), np.float32), *(unit.target for unit in units)]),
        look=np.concatenate([np.zeros(0, np.float32), *(unit.look for unit in units)]),
        loose=loose,
        lines=lines,
        front=np.concatenate([no_rows, *(unit.ahead for unit in lines)]),
        first=np.cumsum(counts) - counts,
        length=np.maximum(0.6, 0.6 * counts),
        joining=joining,
        chain=np.concatenate([no_rows, *(unit.ahead for unit in joining)]),
        chain_ends=np.cumsum([len(unit.ahead) for unit in joining], dtype=np.int64),
        held=np.zeros(int(counts.sum()), np.float32),
    )


def take_formation(
    unit: Unit,
    people: Population,
    formation: str,
    anchor: tuple[float, float],
    heading: float,
    radius: float,
    width: float = 0.0,
    bend: float = 0.0,
) -> None:
    """Give the unit a new set of slots and pair officers with them; radius, width and bend (m) as in `shaped`."""
    unit.formation, unit.anchor, unit.heading = formation, anchor, heading
    unit.remaining = 0.0
    take_slots(unit, people, shaped(formation, len(unit.rows), radius, width, bend))


def take_slots(unit: Unit, people: Population, local: np.ndarray) -> None:
    """Set the slots (formation axes, m) and pair officers with them by the least sum of squared distances."""
    unit.local = unit.whole = local
    unit.joined, unit.passing = np.zeros((0, 2), np.int64), False
    unit.seat = match(people.position[unit.rows].astype(float), unit.slots())
    unit.closed = False
    pairs = max(0, front_of(unit.formation, len(unit.rows)) - 1)
    unit.broken_until = np.zeros(pairs)
    unit.overload = np.zeros(pairs)
    unit.gap_since = np.full(pairs, np.inf)
    unit.gap_told = np.full(pairs, -np.inf)
    unit.settle()


def open_gap(unit: Unit, width: float) -> None:
    """Part the formation in the middle; 0 closes it. Everyone keeps his slot's place in the rank."""
    unit.local = opened(unit.whole, width) if width > 0.0 else unit.whole
    unit.settle()


def react(unit: Unit, people: Population, time: float, relay: float, median: float, draw: np.ndarray) -> None:
    """From when each officer of the unit acts on the order just given: relay + median exp(0.28 z), s; half as much
    again amid violence.

    draw : f8[n] standard normal, for full capacity. Whose slot is farthest hears it first, so that ranks do not run
    into each other. Until then he keeps the slot he had.
    """
    if amid_violence(unit, people):
        median *= _SLOWER
    delay = np.sort(np.exp(_SPREAD * draw[unit.rows])) * median
    away = ((unit.target - people.position[unit.rows]) ** 2).sum(axis=1)
    unit.acts_at = time + relay
    people.reacts_at[unit.rows[np.argsort(-away, kind="stable")]] = unit.acts_at + delay


def amid_violence(unit: Unit, people: Population) -> bool:
    """Whether five violent people are within 15 m of the unit: orders are heard later there, or not at all [D]."""
    violent = people.position[(people.mind == _VIOLENT) & people.active]
    off = violent - people.position[unit.rows].mean(axis=0)
    return int((off[:, 0] ** 2 + off[:, 1] ** 2 < 15.0**2).sum()) >= 5


def keeps_up(rows: np.ndarray, people: Population) -> float:
    """Share of full speed at which a formation may move on for its officers to follow: 0, a half, or 1."""
    error = people.slot[rows] - people.position[rows]
    away = np.hypot(error[:, 0], error[:, 1]).astype(float)
    beside = away < _JOIN  # who is held up by a pole or a car walks round it; the line waits only for a third of it
    if beside.mean() < _LEASH_SHARE:
        return 0.0
    rms = float(np.sqrt((away[beside] ** 2).mean()))
    return 0.0 if rms > _LEASH_STOP else 0.5 if rms > _LEASH_SLOW else 1.0


def move_formation(unit: Unit, people: Population, time: float, dt: float, p: OfficerParams) -> None:
    """Move the anchor on by one decision interval, waiting for officers who are behind."""
    if unit.remaining == 0.0 or time < unit.acts_at or unit.held_back:
        return
    speed = p.advance_speed * unit.pace if unit.remaining > 0 else p.withdraw_speed
    step = min(abs(unit.remaining), speed * dt * keeps_up(unit.front(), people))
    if step == 0.0:
        return
    step = math.copysign(step, unit.remaining)
    unit.anchor = (unit.anchor[0] + step * math.cos(unit.heading), unit.anchor[1] + step * math.sin(unit.heading))
    unit.remaining -= step
    if abs(unit.remaining) < 1e-9:
        unit.remaining = 0.0
    unit.settle()


def seat_officers(deployment: Deployment, people: Population, time: float, dt: float, p: OfficerParams) -> None:
    """Write slot, goal, mode, speed, bracing and fatigue of every officer who is on his feet and led by nobody.

    fatigue: phi' = load / F_brace / tire, at ease -1 / rest; bracing: posture's share times (1 - phi / 2) [D]
    """
    if not deployment.units:
        return
    wants = [
        (u.goal, u.share, p.quick_speed if u.quick else p.walk_speed, PASSING if u.passing else FORMED)
        for u in deployment.units
    ]
    f4 = np.float32
    take_places(
        deployment.rows, deployment.ends, deployment.target, deployment.look, np.array(wants, f4),
        people.status, people.led_by, people.reacts_at, people.position, people.discipline, people.mass, time, dt,
        f4(_JOIN), f4(_LOSE), f4(p.slot_gain * p.slot_time * p.brace), f4(_AT_EASE), f4(p.tire), f4(p.rest), f4(_TIRED),
        people.slot, people.goal, people.look, people.has_slot, people.mode, people.kind, people.speed_wish,
        people.push, people.fatigue, people.brace,
    )  # fmt: skip


def swap_slots(unit: Unit, people: Population) -> None:
    """Two officers on the way whose slots lie beside each other exchange them when that saves way (squared sum, m2)."""
    begin, end = unit.span
    if np.count_nonzero(people.mode[begin:end] == _WALK_MODE) < 2:
        return
    seated = np.empty(len(unit.rows), np.int64)
    seated[unit.seat] = np.arange(len(unit.rows))
    rows = unit.rows[seated]
    walking = people.mode[rows] == _WALK_MODE
    both = walking[:-1] & walking[1:]
    if not np.count_nonzero(both):
        return
    position, slots = people.position[rows].astype(float), unit.slots()
    off, next_off, before_off = position - slots, position[:-1] - slots[1:], position[1:] - slots[:-1]
    away = _square(off)
    now, then = away[:-1] + away[1:], _square(next_off) + _square(before_off)
    better = (then < now - 0.05) & both
    if not np.count_nonzero(better):
        return
    better[1:] &= ~better[:-1] | (np.arange(1, len(better)) % 2 == 0)  # of two pairs that share a man, one
    better[:-1] &= ~better[1:]
    first = np.flatnonzero(better)
    unit.seat[seated[first]], unit.seat[seated[first + 1]] = first + 1, first
    unit.settle()


def _square(off: np.ndarray) -> np.ndarray:
    x, y = off[:, 0], off[:, 1]
    square: np.ndarray = x * x + y * y
    return square


def in_place(unit: Unit, people: Population) -> float:
    """Share of the unit's slots whose officer stands within 0.5 m of them."""
    off = unit.target - people.position[unit.rows]
    stands = (off[:, 0] ** 2 + off[:, 1] ** 2 < _IN_PLACE**2) & (people.status[unit.rows] == _ACTIVE)
    return float(stands.mean())


def widest_gap(unit: Unit, people: Population) -> float:
    """The widest clear gap between neighbours who stand in the unit's front, m."""
    front = unit.front()
    front = front[(people.mode[front] == _FORMED_MODE) & (people.status[front] == _ACTIVE)]
    if len(front) < 2:
        return math.inf
    apart = np.hypot(*np.diff(people.position[front], axis=0).T)
    return float((apart - people.radius[front][:-1] - people.radius[front][1:]).max())


def gaps(unit: Unit, people: Population) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The gaps between neighbours who stand in a unit's front, left to right.

    Returns the place of the left neighbour in the front, the middle [m], the clear width [m], and how much wider than
    the formation wants it that is [m]. An officer who lost his slot is not there: his neighbours' gap counts.
    """
    count = len(unit.ahead)
    place, middle = np.empty(count, np.int64), np.empty((count, 2), np.float32)
    clear, wider = np.empty(count, np.float32), np.empty(count)
    found = gaps_of(
        unit.ahead, people.mode, people.status, people.position, people.slot, people.radius, place, middle, clear, wider
    )
    return place[:found], middle[:found], clear[:found], wider[:found]


def density_ahead(unit: Unit, people: Population, crowd: np.ndarray) -> float:
    """Greatest density [1/m2] of the rows `crowd` on strips of 2 m width and 1.5 m depth just before the front."""
    front = unit.front()
    x, y = np.add.reduce(people.position[front], axis=0) / np.float32(len(front))
    half = 0.35 + float(np.abs(unit.local[: len(front), 0]).max())
    f4 = np.float32
    most = densest(
        crowd, people.position, x, y, f4(math.cos(unit.heading)), f4(math.sin(unit.heading)), f4(half),
        f4(0.3 + _STRIP), f4(_BIN), np.empty(int(2.0 * half / _BIN) + 2, np.int64),
    )  # fmt: skip
    return most / (_BIN * _STRIP)


def line_loads(deployment: Deployment, people: Population, dt: float, p: OfficerParams) -> None:
    """Smooth, over half a second, the push on the front of every line, N/m: what its officers' bracing holds over the
    length of the front."""
    for unit in deployment.loose:
        unit.load = 0.0
    if not deployment.lines:
        return
    deployment.held = _held(deployment.front, people, p)
    push = np.add.reduceat(deployment.held, deployment.first) / deployment.length
    rate = min(1.0, dt / 0.5)
    for unit, load in zip(deployment.lines, push.tolist(), strict=True):
        unit.load += (load - unit.load) * rate


def _held(front: np.ndarray, people: Population, p: OfficerParams) -> np.ndarray:
    """N that the bracing of each of the rows `front` holds, f4[f]."""
    look, held = people.look[front], np.empty(len(front), np.float32)
    bracing(
        front, np.cos(look), np.sin(look), people.position, people.slot, people.mode, people.discipline, people.mass,
        people.brace, np.float32(p.slot_gain * p.slot_time), np.float32(p.brace), held,
    )  # fmt: skip
    return held


def stretches(deployment: Deployment, people: Population, p: OfficerParams) -> np.ndarray:
    """Every line in stretches of four officers: f4[k, 6], x0, y0, x1, y1 [m], the push on it and what it bears [N/m].

    Only lines that are pushed on at all; the last stretch of a line takes up to three officers more. The push is that
    of the last decision.
    """
    loads = np.array([unit.load for unit in deployment.lines])
    if not len(loads) or loads.max() < _UNPUSHED:
        return np.zeros((0, 6), np.float32)
    found = np.empty((len(deployment.front), 6), np.float32)
    count = pushed_stretches(
        deployment.front, deployment.first, loads, _UNPUSHED, _STRETCH, deployment.held, people.mode, people.brace,
        np.float32(p.brace), people.position, found,
    )  # fmt: skip
    return found[:count]


def middles(spans: np.ndarray, people: Population) -> np.ndarray:
    """Mean position of each range of rows, f8[u, 2], m. spans : i8[u, 2], first row and the one behind the last"""
    bounds, ends = spans.ravel(), spans[:, 1]
    sums = np.add.reduceat(people.position[: ends[-1] + 1], bounds[:-1] if ends[-1] >= people.capacity else bounds)
    middle: np.ndarray = sums[::2].astype(float) / (ends - spans[:, 0])[:, None]
    return middle


def officer_readings(units: list[Unit], people: Population) -> dict[str, float]:
    """What the state of the units amounts to: `line_push`, N on the hardest pressed line; `fatigue`, the mean of the
    most tired line; `relief_due`, how many units had better be relieved (more than 0.6)."""
    tired = [float(people.fatigue[unit.rows].mean()) for unit in units]
    push = [unit.load * 0.6 * len(unit.ahead) for unit in units if unit.is_line]
    return {
        "line_push": max(push, default=0.0),
        "fatigue": max(tired, default=0.0),
        "relief_due": float(sum(value > 0.6 for value in tired)),
    }


def links_of(deployment: Deployment, people: Population, time: float, p: OfficerParams) -> tuple[np.ndarray, Owners]:
    """The links that hold now, i4[m, 2] rows of the two officers, and whose they are."""
    joining = deployment.joining
    if not joining:
        return np.zeros((0, 2), np.int32), []
    until = np.concatenate([unit.broken_until for unit in joining])
    links, pair = np.empty((len(until), 2), np.int32), np.empty(len(until), np.int32)
    ends = np.empty(len(joining), np.int64)
    f4 = np.float32
    links_that_hold(
        deployment.chain, deployment.chain_ends, people.position, people.slot, people.mode, people.status, until, time,
        f4(p.link_break), f4(_LINK_FORMS), f4(_SETTLED), links, pair, ends,
    )  # fmt: skip
    owners: Owners = []
    first = 0
    for unit, end in zip(joining, ends.tolist(), strict=True):
        mine = pair[first:end]
        if np.count_nonzero(unit.broken_until):
            unit.broken_until[mine] = 0.0
        owners.append((unit, mine))
        first = end
    links = links[:first]
    besides = [unit.joined for unit in deployment.units if len(unit.joined)]
    if besides:  # of no front pair: they hold only while near, and so hardly pull
        joined = np.concatenate(besides)
        a, b = joined.T
        near = np.hypot(*(people.position[a] - people.position[b]).T) < p.link_length + 0.05
        formed = (people.mode[joined] == _FORMED_MODE) & (people.status[joined] == _ACTIVE)
        links = np.concatenate([links, joined[near & formed.all(axis=1)].astype(np.int32)])
    return links, owners


def stays_of(
    deployment: Deployment, people: Population, solid: np.ndarray, tile: float, p: OfficerParams
) -> tuple[np.ndarray, np.ndarray]:
    """The shields and ropes that close a line to the wall beside it: i4[k] rows of officers, and f4[k, 2], m, where
    they rest.

    solid : i2[rows, cols], 0 = free ; tile : m
    """
    ends = deployment.chain_ends
    rows, at = np.empty(2 * len(ends), np.int32), np.empty((2 * len(ends), 2), np.float32)
    count = walls_beside(
        deployment.chain, ends, people.slot, people.position, people.mode, people.status, people.radius, solid, tile,
        _SHIELD_CLOSES, p.link_break, rows, at,
    )  # fmt: skip
    return rows[:count], at[:count]


def strain_links(
    links: np.ndarray, load: np.ndarray, owners: Owners, people: Population, time: float, dt: float, p: OfficerParams
) -> None:
    """Break links that are too long, or loaded beyond their strength for half a second."""
    if not len(links):
        return
    apart = np.empty(len(links), np.float32)
    strongest = np.float32(min(p.link_load, p.rope_load))
    quiet = not strained(links, people.position, load, np.float32(p.link_break), strongest, apart)
    first = 0
    for unit, pairs in owners:
        mine = slice(first, first + len(pairs))
        first += len(pairs)
        if quiet and not np.count_nonzero(unit.overload):
            continue
        if len(unit.overload) == 0 or len(pairs) == 0 or pairs[-1] >= len(unit.overload):
            continue  # the unit has re-formed since
        limit = p.link_load if unit.shielded else p.rope_load
        overload = np.where(load[mine] > limit, unit.overload[pairs] + dt, 0.0)
        breaks = (apart[mine] > p.link_break) | (overload > 0.5)
        unit.overload[pairs] = np.where(breaks, 0.0, overload)
        unit.broken_until[pairs[breaks]] = time + _LINK_REST
