"""Order + formation -> a slot and a way of walking for each officer; the links of a line."""

import math
from dataclasses import dataclass, field

import numpy as np

from crowdsim.behaviour.formations import FORMATIONS, LINES, front_of, match, opened, place
from crowdsim.behaviour.unit import Hold, Order
from crowdsim.kernels.cells import FORMED, OFFICER
from crowdsim.params import OfficerParams
from crowdsim.population.population import Population
from crowdsim.population.roles import Mode

_FORMED_MODE, _WALK_MODE = int(Mode.FORMED), int(Mode.WALK)
_JOIN = 1.0  # m: nearer to his slot than this an officer takes it
_LOSE = 2.5  # m: further from it he has lost it and walks back
_LEASH_SLOW, _LEASH_STOP = 0.35, 0.6  # m: RMS slot error of the front at which a moving formation slows and waits
_LEASH_SHARE = 0.67
_LINK_FORMS = 0.85  # m between two officers, and both within 0.4 m of their slots
_LINK_REST = 3.0  # s a broken link stays broken


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
    formation: str = "banjar3"
    anchor: tuple[float, float] = (0.0, 0.0)  # m
    heading: float = 0.0  # rad
    local: np.ndarray = field(default_factory=lambda: np.zeros((0, 2)))  # m, slots in the formation's own axes
    whole: np.ndarray = field(default_factory=lambda: np.zeros((0, 2)))  # m, the same without a gap in the middle
    seat: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))  # i4[k], slot of each officer
    remaining: float = 0.0  # m the formation still has to move; negative = back
    quick: bool = False
    goal: int = -1
    load: float = 0.0  # N/m on the front, EMA 0.5 s
    broken_until: np.ndarray = field(default_factory=lambda: np.zeros(0))  # s, per front pair
    overload: np.ndarray = field(default_factory=lambda: np.zeros(0))  # s, per front pair
    closed: bool = False  # whether the line has once stood closed since its last order
    gap_since: np.ndarray = field(default_factory=lambda: np.full(0, np.inf))  # s, per front pair
    gap_told: np.ndarray = field(default_factory=lambda: np.full(0, -np.inf))  # s, per front pair

    def slots(self) -> np.ndarray:
        """Slots on the map, m, shape [k, 2], in slot order."""
        return place(self.local, self.anchor, self.heading)

    def front(self) -> np.ndarray:
        """Rows of the officers in the front rank, in slot order from left to right."""
        seated = np.empty(len(self.rows), np.int64)
        seated[self.seat] = self.rows
        return seated[: front_of(self.formation, len(self.rows))]


def take_formation(
    unit: Unit, people: Population, formation: str, anchor: tuple[float, float], heading: float, radius: float
) -> None:
    """Give the unit a new set of slots and pair officers with them."""
    unit.formation, unit.anchor, unit.heading = formation, anchor, heading
    unit.remaining = 0.0
    take_slots(unit, people, FORMATIONS[formation](len(unit.rows), radius))


def take_slots(unit: Unit, people: Population, local: np.ndarray) -> None:
    """Set the slots (formation axes, m) and pair officers with them by the least sum of squared distances."""
    unit.local = unit.whole = local
    unit.seat = match(people.position[unit.rows].astype(float), unit.slots())
    unit.closed = False
    pairs = max(0, front_of(unit.formation, len(unit.rows)) - 1)
    unit.broken_until = np.zeros(pairs)
    unit.overload = np.zeros(pairs)
    unit.gap_since = np.full(pairs, np.inf)
    unit.gap_told = np.full(pairs, -np.inf)


def open_gap(unit: Unit, width: float) -> None:
    """Part the formation in the middle; 0 closes it. Everyone keeps his slot's place in the rank."""
    unit.local = opened(unit.whole, width) if width > 0.0 else unit.whole


def move_formation(unit: Unit, people: Population, dt: float, p: OfficerParams) -> None:
    """Move the anchor on by one decision interval, waiting for officers who are behind."""
    if unit.remaining == 0.0:
        return
    front = unit.front()
    error = people.slot[front] - people.position[front]
    away = np.hypot(error[:, 0], error[:, 1]).astype(float)
    beside = away < _JOIN  # who is held up by a pole or a car walks round it; the line waits only for a third of it
    if beside.mean() < _LEASH_SHARE:
        return
    rms = float(np.sqrt((away[beside] ** 2).mean()))
    if rms > _LEASH_STOP:
        return
    speed = p.advance_speed if unit.remaining > 0 else p.withdraw_speed
    step = min(abs(unit.remaining), speed * dt * (0.5 if rms > _LEASH_SLOW else 1.0))
    step = math.copysign(step, unit.remaining)
    unit.anchor = (unit.anchor[0] + step * math.cos(unit.heading), unit.anchor[1] + step * math.sin(unit.heading))
    unit.remaining -= step
    if abs(unit.remaining) < 1e-9:
        unit.remaining = 0.0


def seat_officers(unit: Unit, people: Population, p: OfficerParams) -> None:
    """Write slot, goal, mode and speed of every officer of the unit."""
    rows = unit.rows
    slots = unit.slots()[unit.seat].astype(np.float32)
    people.slot[rows] = slots
    people.has_slot[rows] = True
    people.goal[rows] = unit.goal
    away = np.hypot(slots[:, 0] - people.position[rows, 0], slots[:, 1] - people.position[rows, 1])
    was = people.mode[rows] == _FORMED_MODE
    formed = (away < _JOIN) | (was & (away < _LOSE))
    people.mode[rows] = np.where(formed, _FORMED_MODE, _WALK_MODE)
    people.kind[rows] = np.where(formed, FORMED, OFFICER)
    people.speed_wish[rows] = p.quick_speed if unit.quick else p.walk_speed
    people.push[rows] = 0.0
    if unit.formation in ("busur", "lingkar"):
        people.look[rows] = np.arctan2(slots[:, 1] - unit.anchor[1], slots[:, 0] - unit.anchor[0])
    else:
        people.look[rows] = unit.heading


def line_load(unit: Unit, people: Population, p: OfficerParams) -> float:
    """Push on the front of the unit, N/m: what its officers' bracing holds, over the length of the front."""
    front = unit.front()
    held = people.mode[front] == _FORMED_MODE
    if unit.formation not in LINES or not held.any():
        return 0.0
    back = np.array([-math.cos(unit.heading), -math.sin(unit.heading)])
    if unit.formation == "busur":
        outward = people.slot[front] - np.asarray(unit.anchor, np.float32)
        back = -outward / np.maximum(1e-6, np.linalg.norm(outward, axis=1))[:, None]
    given = ((people.position[front] - people.slot[front]) * back).sum(axis=1)
    force = np.clip(people.mass[front] / (p.slot_gain * p.slot_time) * given, 0.0, p.brace)
    return float(force[held].sum() / max(0.6, 0.6 * len(front)))


Owners = list[tuple[Unit, np.ndarray]]
"""For each unit with links that hold the front pairs they belong to, i8[k]; one unit after the other, as the links."""


def links_of(units: list[Unit], people: Population, time: float, p: OfficerParams) -> tuple[np.ndarray, Owners]:
    """The links that hold now, i4[m, 2] rows of the two officers, and whose they are."""
    links: list[np.ndarray] = []
    owners: Owners = []
    for unit in units:
        if unit.formation not in LINES or not (unit.shielded or unit.rope):
            continue
        front = unit.front()
        a, b = front[:-1], front[1:]
        position, slot = people.position[front], people.slot[front]
        apart = np.hypot(*np.diff(position, axis=0).T)
        wanted = np.hypot(*np.diff(slot, axis=0).T)
        placed = np.hypot(*(position - slot).T) < 0.4
        formed = (people.mode[front] == _FORMED_MODE) & people.active[front]
        both = formed[:-1] & formed[1:] & (wanted < _LINK_FORMS)
        # A link that was never broken only asks for nearness; one that was needs both officers back in place.
        fresh = unit.broken_until == 0.0
        ready = np.where(fresh, apart < p.link_break, (apart < _LINK_FORMS) & placed[:-1] & placed[1:])
        live = both & ready & (time >= unit.broken_until)
        unit.broken_until[live] = 0.0
        links.append(np.column_stack([a[live], b[live]]))
        owners.append((unit, np.flatnonzero(live)))
    return (np.concatenate(links).astype(np.int32) if links else np.zeros((0, 2), np.int32)), owners


def strain_links(
    links: np.ndarray, load: np.ndarray, owners: Owners, people: Population, time: float, dt: float, p: OfficerParams
) -> None:
    """Break links that are too long, or loaded beyond their strength for half a second."""
    if not len(links):
        return
    apart = np.hypot(*(people.position[links[:, 0]] - people.position[links[:, 1]]).T)
    first = 0
    for unit, pairs in owners:
        mine = slice(first, first + len(pairs))
        first += len(pairs)
        if len(unit.overload) == 0 or len(pairs) == 0 or pairs[-1] >= len(unit.overload):
            continue  # the unit has re-formed since
        limit = p.link_load if unit.shielded else p.rope_load
        overload = np.where(load[mine] > limit, unit.overload[pairs] + dt, 0.0)
        breaks = (apart[mine] > p.link_break) | (overload > 0.5)
        unit.overload[pairs] = np.where(breaks, 0.0, overload)
        unit.broken_until[pairs[breaks]] = time + _LINK_REST
