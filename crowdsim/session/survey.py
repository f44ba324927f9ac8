"""Survey: what a run amounts to while it goes on, and whether its numbers can be believed."""

from dataclasses import dataclass, field

import numpy as np

from crowdsim.behaviour.officers import Deployment, Unit, gaps
from crowdsim.behaviour.parties import Party
from crowdsim.behaviour.unit import kind_of
from crowdsim.frame import Event, Opening, PartyView, UnitView
from crowdsim.kernels.cells import count_within
from crowdsim.kernels.lines import unit_places
from crowdsim.kernels.loads import count_inside_walls, overlaps
from crowdsim.population.barriers import Barriers
from crowdsim.population.population import Population
from crowdsim.population.roles import DEMONSTRATOR_ROLES, OFFICER_ROLES, BarrierState, Mode, Role
from crowdsim.step.observe import held, inside
from crowdsim.step.senses import Senses
from crowdsim.world.world import World

_CHAIR, _SHIELD = int(Role.CHAIR), int(Role.SHIELD)
_WALK, _LEAVE = int(Mode.WALK), int(Mode.LEAVE)
_BROKEN = int(BarrierState.BROKEN)

_BINS = 400  # of overlap over diameter, 0..1
_NEAR_GATE = 50.0  # m
_STUCK = 60.0  # s
_QUIET = 5.0  # s
_LASTS = 3.0  # s a gap in a line stands open before it is a breach
_PLACED = 0.6  # m from his slot an officer counts as in it


@dataclass
class Health:
    """Whether the numbers of a run can be believed."""

    wall_penetrations: int = 0
    nan: int = 0
    stuck: int = 0
    overlap_bins: np.ndarray = field(default_factory=lambda: np.zeros(_BINS + 1, np.int64))

    @property
    def max_overlap(self) -> float:
        """99.9 % quantile of overlap over body diameter, all people and seconds together."""
        total = self.overlap_bins.sum()
        return float(np.searchsorted(np.cumsum(self.overlap_bins), 0.999 * total) / _BINS) if total else 0.0


class Survey:
    """Looks once a second; keeps peaks, readings and openings."""

    def __init__(self, world: World, people: Population, compound: str) -> None:
        """`compound`: the zone whose entry by ten demonstrators is a compound breach, "" = none."""
        self.health = Health()
        self.readings: dict[str, float] = {}
        self.peak_density = 0.0  # 1/m2, 99th percentile of people within 1 m
        self.peak_squeeze = 0.0  # N
        self.dispersed_at: float | None = None  # s
        self._peak_near = 0
        self._compound = compound
        self._compound_told = False
        self._opened: dict[
            int, tuple[float, int, float]
        ] = {}  # barrier: since [s], people seen inside, when last more [s]
        officers = np.isin(people.role, [int(role) for role in OFFICER_ROLES])
        self._crowd = ~officers & (people.role != _CHAIR)
        self._demonstrates = np.isin(people.role, [int(role) for role in DEMONSTRATOR_ROLES])
        self._shield_rows = np.flatnonzero(people.role == _SHIELD).astype(np.int64)
        self._gate = next((k for k, gate in enumerate(world.map.gates) if gate.kind == "gate"), None)

    def opened(self, barrier: int, time: float) -> None:
        """A barrier gave way."""
        self._opened[barrier] = (time, 0, time)

    def look(
        self,
        world: World,
        people: Population,
        senses: Senses,
        barriers: Barriers,
        leaving: bool,
        shoulder: float,
        tick: int,
        time: float,
    ) -> list[Event]:
        """Once a second. `leaving`: whether a crowd has been told to go; `shoulder` as the contact force takes it."""
        here = senses.active & self._crowd
        crowd = here.nonzero()[0]
        density = self._density(people, senses, here)
        self.peak_density = max(self.peak_density, density)
        self.peak_squeeze = max(self.peak_squeeze, float(people.squeeze.max(where=senses.active, initial=0.0)))
        self._check(world, people, senses, shoulder, tick)
        self._watch_stuck(people, senses, time)
        events = []
        near = 0
        if self._gate is not None:
            x0, y0, x1, y1 = world.map.gates[self._gate].rect
            away = people.position[crowd] - np.array([(x0 + x1) / 2, (y0 + y1) / 2], np.float32)
            close = np.hypot(away[:, 0], away[:, 1]) < _NEAR_GATE
            near = int(np.count_nonzero(close & self._demonstrates[crowd]))  # onlookers stay for the last of it
        self._peak_near = max(self._peak_near, near)
        if leaving and self.dispersed_at is None and near < 0.1 * self._peak_near:
            self.dispersed_at = time
            words = {"id": "Massa terurai", "en": "Crowd dispersed"}
            events.append(Event(tick, time, "dispersal", text=words))
        within = 0
        if self._compound:
            within = inside(people, self._crowd.nonzero()[0], world.map.zones[self._compound].rects)
            if within >= 10 and not self._compound_told:
                self._compound_told = True
                words = {"id": "Massa di dalam halaman", "en": "Crowd inside the compound"}
                events.append(Event(tick, time, "compound_breach", None, self._compound, float(within), words))
        self._opened = {
            k: (since, max(passed, within), time if within > passed else grew)
            for k, (since, passed, grew) in self._opened.items()
        }
        self.readings = {
            "present": float(senses.count),
            "crowd": float(len(crowd)),
            "pushing": float(np.count_nonzero(people.push > 0)),
            "peak_density": density,
            "squeeze_p95": float(np.quantile(people.squeeze[crowd], 0.95)) if len(crowd) else 0.0,
            "in_compound": float(within),
            "near_gate": float(near),
        }
        if self._gate is not None:
            self.readings["gate.load"] = float(barriers.load[self._gate])
            self.readings["gate.capacity"] = float(barriers.capacity[self._gate] + barriers.brace[self._gate])
        return events

    def _density(self, people: Population, senses: Senses, crowd: np.ndarray) -> float:
        """99th percentile of the people within 1 m of each of the crowd, bool[n], 1/m2."""
        count_within(
            people.position,
            crowd,
            senses.order,
            senses.start,
            senses.grid,
            1.0,
            senses.crowding,
        )
        found = senses.crowding[crowd]
        k = int(0.99 * (len(found) - 1))
        return float(np.partition(found, k)[k] / np.pi) if len(found) else 0.0

    def _check(self, world: World, people: Population, senses: Senses, shoulder: float, tick: int) -> None:
        """Walls, numbers and overlaps."""
        nan = np.isnan(people.position)
        if np.count_nonzero(nan):
            self.health.nan += int(nan[senses.active].sum())
        self.health.wall_penetrations += count_inside_walls(
            senses.order, senses.count, people.position, world.solid, world.map.tile_size
        )
        if tick == 0:
            return  # the sorted copy is not filled before the first tick
        deep = np.zeros(people.capacity, np.float32)
        overlaps(senses.count, senses.start, senses.grid, senses.sorted, shoulder, deep)
        bins = np.minimum((deep[: senses.count] * _BINS).astype(int), _BINS)
        self.health.overlap_bins += np.bincount(bins, minlength=_BINS + 1)

    def _watch_stuck(self, people: Population, senses: Senses, time: float) -> None:
        """Count those who want to go somewhere, touch nobody, are not waiting behind anybody, and stay for 60 s."""
        moved = np.hypot(*(people.position - people.still).T) > 0.5
        walking = (people.mode == _WALK) | (people.mode == _LEAVE)
        wants = people.active & walking & (people.free_speed > 0.3) & (senses.contact == 0.0)
        queueing = (people.gap < 1.0) & (people.unit < 0)
        restart = moved | ~wants | queueing
        np.copyto(people.still, people.position, where=restart[:, None])
        np.copyto(people.still_since, time, where=restart)
        self.health.stuck = max(self.health.stuck, int(np.count_nonzero(time - people.still_since > _STUCK)))

    def openings(
        self, world: World, people: Population, barriers: Barriers, units: list[Unit], time: float
    ) -> tuple[Opening, ...]:
        """The breaches that stand open now: broken barriers no line has closed, and lasting gaps in lines."""
        found = []
        for k, (since, passed, grew) in self._opened.items():
            # Shields close it again once nobody has come past them for a while.
            closed = time - grew > _QUIET and held(world, people, k, self._shield_rows)
            if barriers.state[k] == _BROKEN and not closed:
                gate = world.map.gates[k]
                x0, y0, x1, y1 = gate.rect
                found.append(Opening(gate.id, "breach", ((x0 + x1) / 2, (y0 + y1) / 2), gate.width, since, passed))
        for unit in units:
            if not unit.closed or not np.count_nonzero(time - unit.gap_since > _LASTS):
                continue
            for k, middle, clear, _ in zip(*gaps(unit, people), strict=True):
                if time - unit.gap_since[k] > _LASTS:
                    x, y = middle.tolist()
                    since = float(unit.gap_since[k])
                    found.append(Opening(unit.id, "line_breach", (x, y), float(clear), since, 0))
        return tuple(found)


def views_of(deployment: Deployment, people: Population) -> tuple[UnitView, ...]:
    """The units as others see them."""
    units = deployment.units
    if not units:
        return ()
    middle, share = np.empty((len(units), 2)), np.empty(len(units))
    begin = units[0].span[0]  # units follow one another
    unit_places(begin, deployment.ends, people.position, people.slot, _PLACED, middle, share)
    return tuple(
        UnitView(
            unit.id,
            unit.label,
            unit.kind,
            kind_of(unit.order),
            unit.formation,
            len(unit.rows),
            (x, y),
            unit.heading,
            placed,
            unit.load,
            unit.shielded,
        )
        for unit, (x, y), placed in zip(units, middle.tolist(), share.tolist(), strict=True)
    )


def parties_of(parties: list[Party], units: list[Unit], people: Population) -> tuple[PartyView, ...]:
    """Those who are taken somewhere, as others see them."""
    found = []
    for party in parties:
        x, y = people.position[party.rows[0]].tolist()
        by = units[party.by].id if party.by >= 0 else ""
        found.append(PartyView(party.kind, (x, y), tuple(party.rows.tolist()), by, party.state.value))
    return tuple(found)
