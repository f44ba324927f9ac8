"""Observe: what happened this tick, and once in a while what it amounts to."""

import numpy as np

from crowdsim.behaviour.demonstrators import Crowd
from crowdsim.behaviour.formations import LINES
from crowdsim.behaviour.officers import Unit, gaps, in_place
from crowdsim.frame import Event
from crowdsim.kernels.cells import FORMED
from crowdsim.kernels.loads import settle
from crowdsim.params import Params
from crowdsim.population.barriers import Barriers, wear
from crowdsim.population.population import Population
from crowdsim.population.roles import BarrierState, Mode, Status
from crowdsim.step.senses import Senses
from crowdsim.world.tilemap import Rect
from crowdsim.world.world import World

_LEAVE, _FORMED = int(Mode.LEAVE), int(Mode.FORMED)
_ACTIVE = int(Status.ACTIVE)
_GAP_WIDTH, _GAP_HELD, _GAP_REARM = 1.2, 3.0, 15.0  # m, s, s: docs/model.md, breach of a line
_STANDS = 0.9  # share of its officers in place with which a line stands
_CLEAR = 0.3  # m a person must be off the leaves of a gate for it to shut
_HELD_BY, _HELD_NEAR = 8, 3.5  # shields within m of a broken gate that close it again


def observe(
    world: World,
    people: Population,
    senses: Senses,
    barriers: Barriers,
    barrier_load: np.ndarray,
    tick: int,
    params: Params,
) -> list[Event]:
    """Every tick: smooth squeeze and facing, load the barriers, report those that give way."""
    dt = params.time.dt
    every = int(params.time.walk_every)
    settle(
        tick,
        every,
        senses.active,
        senses.contact,
        senses.barrier,
        senses.barrier_force,
        people.velocity,
        people.direction,
        people.kind,
        FORMED,
        people.look,
        min(1.0, dt),
        min(1.0, every * dt / 0.3),
        people.squeeze,
        people.facing,
        barrier_load,
    )
    events = []
    for k in wear(barriers, barrier_load, dt):
        gate = world.map.gates[k]
        barriers.state[k] = BarrierState.BROKEN
        barriers.opened_at[k] = tick * dt
        x0, y0, x1, y1 = gate.rect
        events.append(
            Event(
                tick,
                tick * dt,
                "breach",
                ((x0 + x1) / 2, (y0 + y1) / 2),
                gate.id,
                float(gate.width),
                {"id": f"{gate.name.get('id', gate.id)} jebol", "en": f"{gate.name.get('en', gate.id)} gives way"},
            )
        )
    return events


def shut_barriers(world: World, people: Population, barriers: Barriers) -> None:
    """Shut the barriers that are told to, once nobody stands between their leaves."""
    for k in np.flatnonzero(barriers.closing):
        x0, y0, x1, y1 = world.map.gates[k].rect
        x, y = people.position[people.active].T
        if not ((x > x0 - _CLEAR) & (x < x1 + _CLEAR) & (y > y0 - _CLEAR) & (y < y1 + _CLEAR)).any():
            barriers.closing[k] = False
            barriers.state[k] = BarrierState.CLOSED
            barriers.integrity[k] = 1.0


def leave(people: Population, crowds: list[Crowd]) -> int:
    """Let those go who reached an exit they were on their way to; returns how many."""
    leaving = np.flatnonzero((people.mode == _LEAVE) & people.active & (people.crowd >= 0))
    if not len(leaving):
        return 0
    x, y = people.position[leaving].T
    out = np.zeros(len(leaving), bool)
    for way in dict.fromkeys(way for crowd in crowds for way in crowd.exits):
        x0, y0, x1, y1 = way
        there = (x > x0) & (x < x1) & (y > y0) & (y < y1)
        if np.count_nonzero(there):
            knows = np.array([way in crowd.exits for crowd in crowds])
            out |= there & knows[people.crowd[leaving]]
    gone = leaving[out]
    people.status[gone] = Status.LEFT
    people.velocity[gone] = 0.0
    return len(gone)


def line_events(units: list[Unit], people: Population, tick: int, time: float) -> list[Event]:
    """Gaps of more than 1.2 m clear width for 3 s in a line that once stood closed: a line breach, told each 15 s."""
    events = []
    for unit in units:
        if unit.formation not in LINES or not (unit.shielded or unit.rope) or len(unit.rows) < 2:
            continue
        place, middle, clear, wider = gaps(unit, people)
        # Where it was told to stand: until an order is heard, its officers still stand closed at the old place.
        whole = not unit.closed and len(place) == len(unit.gap_since) and bool((wider < 0.55).all())
        unit.closed = unit.closed or (whole and in_place(unit, people) >= _STANDS)
        broken = place[:0]
        if unit.closed and np.count_nonzero(wide := clear > _GAP_WIDTH):
            broken = place[wide & (wider > 0.8)]
        if not len(broken):
            unit.gap_since.fill(np.inf)
            continue
        wide = np.zeros(len(unit.gap_since), bool)
        wide[broken] = True
        unit.gap_since = np.where(wide, np.minimum(unit.gap_since, time), np.inf)
        lasting = wide & (time - unit.gap_since > _GAP_HELD)
        for k in np.flatnonzero(lasting & (time - unit.gap_told > _GAP_REARM)):
            here = int(np.flatnonzero(place == k)[0])
            x, y = middle[here].tolist()
            words = {"id": f"Barisan {unit.label} terputus", "en": f"Line {unit.label} is broken"}
            events.append(Event(tick, time, "line_breach", (x, y), unit.id, float(clear[here]), words))
        unit.gap_told[lasting] = time
    return events


def held(world: World, people: Population, k: int, shield_rows: np.ndarray) -> bool:
    """Whether enough formed shields stand at barrier k to close it again."""
    x0, y0, x1, y1 = world.map.gates[k].rect
    rows = shield_rows[people.mode[shield_rows] == _FORMED]
    x, y = people.position[rows].T
    across, along = np.maximum(np.maximum(x0 - x, x - x1), 0.0), np.maximum(np.maximum(y0 - y, y - y1), 0.0)
    return int(np.count_nonzero(np.hypot(across, along) < _HELD_NEAR)) >= _HELD_BY


def inside(people: Population, rows: np.ndarray, rects: tuple[Rect, ...]) -> int:
    """How many of the active `rows` stand in the rectangles."""
    rows = rows[people.status[rows] == _ACTIVE]
    x, y = people.position[rows].T
    found = np.zeros(len(rows), bool)
    for x0, y0, x1, y1 in rects:
        found |= (x > x0) & (x < x1) & (y > y0) & (y < y1)
    return int(found.sum())
