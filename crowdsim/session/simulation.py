"""Simulation: owns the state, keeps the order of the tick, lets commands in and frames out."""

import hashlib
from dataclasses import dataclass

import numpy as np

from crowdsim.behaviour.demonstrators import Crowd
from crowdsim.behaviour.formations import FORMATIONS, stage
from crowdsim.behaviour.officers import Unit, open_gap, seat_officers, take_formation, take_slots
from crowdsim.behaviour.unit import (
    Advance,
    Brace,
    Close,
    FormUp,
    MoveTo,
    Open,
    Order,
    Withdraw,
    kind_of,
)
from crowdsim.frame import Event, Frame, Opening, UnitView
from crowdsim.kernels import set_threads
from crowdsim.kernels.cells import count_within
from crowdsim.kernels.loads import count_inside_walls, overlaps
from crowdsim.params import Params
from crowdsim.population.barriers import barriers_of
from crowdsim.population.population import empty_population
from crowdsim.population.roles import OFFICER_ROLES, BarrierState, Mode, Role, Status
from crowdsim.population.spawn import bodies, scatter
from crowdsim.problems import InputError, Problem
from crowdsim.session.commands import (
    Command,
    DeclarePhase,
    GiveOrder,
    Inject,
    SetBarrier,
    SetParam,
)
from crowdsim.session.scenario import Entry, Scenario, area_of
from crowdsim.step.decide import brace_slots, decide
from crowdsim.step.forces import forces
from crowdsim.step.integrate import integrate
from crowdsim.step.observe import gaps, held, inside, leave, line_events, observe, shut_barriers
from crowdsim.step.perceive import perceive
from crowdsim.step.senses import senses_for
from crowdsim.step.steer import steer
from crowdsim.world.world import Goal, Navigation, World

HASH_EVERY = 100  # ticks
_ROLES = {role.name.lower(): role for role in Role}
_OVERLAP_BINS = 400
_PHASE_EN = {"hijau": "GREEN", "kuning": "YELLOW", "merah": "RED"}


@dataclass
class Health:
    """Whether the numbers of a run can be believed."""

    wall_penetrations: int = 0
    nan: int = 0
    stuck: int = 0
    overlap_bins: np.ndarray | None = None

    @property
    def max_overlap(self) -> float:
        """99.9 % quantile of overlap over body diameter, all people and seconds together."""
        bins = self.overlap_bins
        if bins is None or bins.sum() == 0:
            return 0.0
        return float(np.searchsorted(np.cumsum(bins), 0.999 * bins.sum()) / _OVERLAP_BINS)


class Simulation:
    """One run. The same scenario, seed and journal give the same bits, whatever the number of threads."""

    def __init__(self, scenario: Scenario, seed: int | None = None, threads: int = 0, timeline: bool = True) -> None:
        """`timeline=False` leaves the scenario's own commands out, for replaying a journal that holds them."""
        self.scenario = scenario
        self.seed = scenario.spec.seed if seed is None else seed
        self.threads = set_threads(threads)
        self.params: Params = scenario.params
        self.world = World.from_map(scenario.map)
        self.barriers = barriers_of(scenario.map)
        self.tick = 0
        self.phase: str = scenario.spec.phase
        self.caption: dict[str, str] = scenario.title
        self.events: list[Event] = []
        self.journal: list[tuple[int, int, Command]] = []
        self.hashes: list[tuple[int, str]] = []
        self.health = Health(overlap_bins=np.zeros(_OVERLAP_BINS + 1, np.int64))
        self.left = 0
        self.peak_density = 0.0
        self.peak_squeeze = 0.0
        self.dispersed_at: float | None = None
        self._peak_near = 0
        self._compound_told = False
        self._exits: dict[str, tuple] = {}
        self._goals: list[Goal] = []
        self._navigation: Navigation | None = None
        self._due: list[tuple[int, int, Command]] = []
        self._sequence = 0
        self._waiting: list[Entry] = []
        self._link_owners: list[tuple[Unit, int]] = []
        self._openings: dict[int, tuple[float, int]] = {}
        self._readings: dict[str, float] = {}

        traits, arrivals, decisions = np.random.SeedSequence(self.seed).spawn(3)
        self._rng_arrivals = np.random.default_rng(arrivals)
        self._rng_decisions = np.random.default_rng(decisions)
        self._fill(np.random.default_rng(traits))
        self.senses = senses_for(self.world, self.people.capacity, self.params)
        self._barrier_load = np.zeros((len(scenario.map.gates), 2))
        officers = np.isin(self.people.role, [int(role) for role in OFFICER_ROLES])
        self._crowd_rows = np.flatnonzero(~officers & (self.people.role != Role.CHAIR)).astype(np.int64)
        self._shield_rows = np.flatnonzero(self.people.role == Role.SHIELD).astype(np.int64)
        self._gate = next((gate for gate in scenario.map.gates if gate.kind == "gate"), None)
        if timeline:
            for entry in scenario.spec.timeline:
                if entry.at is not None:
                    self._queue(round((entry.at + entry.after) / self.params.time.dt), entry.command())
                else:
                    self._waiting.append(entry)
        # The first frame must be true before the first tick.
        perceive(self.people, self.senses)
        self._survey()

    # --- setting up -------------------------------------------------------------------------------------------------

    def _fill(self, rng: np.random.Generator) -> None:
        """Rows for every crowd and unit of the scenario."""
        spec, tilemap, shown = self.scenario.spec, self.scenario.map, str(self.scenario.path)
        total = sum(crowd.count for crowd in spec.crowd) + sum(unit.count for unit in spec.unit)
        self.people = people = empty_population(total)
        self.crowds: list[Crowd] = []
        self.units: list[Unit] = []
        problems: list[Problem] = []
        first = 0
        for index, crowd_spec in enumerate(spec.crowd):
            rows = np.arange(first, first + crowd_spec.count)
            first += crowd_spec.count
            rects = tuple(rect for name in crowd_spec.spawns for rect in area_of(tilemap, name))
            try:
                people.position[rows] = scatter(self.world, rects, crowd_spec.count, rng)
            except ValueError as error:
                place = f"crowd[{index + 1}].count"
                problems.append(Problem(shown, place, str(error), "Name more spawns or fewer people"))
                continue
            people.radius[rows], people.mass[rows], people.desired_speed[rows] = bodies(len(rows), False, rng)
            people.temper[rows] = (rng.permutation(len(rows)) + 0.5) / max(1, len(rows))
            people.role[rows] = _ROLES[crowd_spec.role]
            by_temper = rows[np.argsort(-people.temper[rows], kind="stable")]
            people.role[by_temper[: crowd_spec.provocateurs]] = Role.PROVOCATEUR
            people.role[by_temper[len(rows) - crowd_spec.delegates :]] = Role.DELEGATE
            people.crowd[rows] = index
            people.facing[rows] = rng.uniform(-np.pi, np.pi, len(rows))
            crowd = Crowd(crowd_spec.id, rows, crowd_spec.arrive, crowd_spec.spawns)
            crowd.bout = np.zeros(len(rows))
            crowd.leaning = np.zeros(len(rows), bool)
            crowd.gave_way = np.zeros(len(rows), bool)
            self.crowds.append(crowd)
            if crowd_spec.arrive == 0.0:
                people.status[rows] = Status.ACTIVE
        taken = np.zeros((0, 2))
        for index, unit_spec in enumerate(spec.unit):
            rows = np.arange(first, first + unit_spec.count)
            first += unit_spec.count
            unit = Unit(unit_spec.id, unit_spec.label, unit_spec.kind, rows, unit_spec.role == "shield", unit_spec.rope)
            self.units.append(unit)
            people.role[rows] = _ROLES[unit_spec.role]
            people.unit[rows] = index
            people.status[rows] = Status.ACTIVE
            people.radius[rows], people.mass[rows], people.desired_speed[rows] = bodies(len(rows), True, rng)
            placed = self._start_unit(unit, unit_spec.start, unit_spec.formation, taken)
            if not placed:
                message = f"{unit_spec.count} officers of '{unit_spec.id}' have no room left in '{unit_spec.start}'"
                mend = "Choose a larger zone, or another zone for one of the units"
                problems.append(Problem(shown, f"unit[{index + 1}].start", message, mend))
            taken = np.vstack([taken, people.position[rows].astype(float)])
        if problems:
            raise InputError(problems)
        people.still[:] = people.position

    def _start_unit(self, unit: Unit, start: str, formation: str, taken: np.ndarray) -> bool:
        """Put a unit where the scenario says; False when there is no room."""
        people, tilemap = self.people, self.scenario.map
        if formation or start not in tilemap.zones:
            self._form_up(unit, formation or "banjar3", start, None)
            people.position[unit.rows] = unit.slots()[unit.seat]
            seat_officers(unit, people, self.params.officers)
            people.facing[unit.rows] = people.look[unit.rows]
            return True
        slots = stage(area_of(tilemap, start)[0], len(unit.rows), taken)
        if slots is None:
            return False
        self._stand(unit, slots)
        people.position[unit.rows] = unit.slots()[unit.seat]
        return True

    # --- commands ---------------------------------------------------------------------------------------------------

    def send(self, command: Command) -> None:
        """Ask for a command; it is stamped with the coming tick, written to the journal and applied then.

        KeyError or ValueError for a parameter that is unknown, out of its range or fixed for the session.
        """
        if isinstance(command, SetParam):
            if command.name.startswith("time."):
                raise ValueError(f"{command.name} is fixed for the session")
            self.params.with_value(command.name, command.value)
        self._queue(self.tick, command)

    def _queue(self, tick: int, command: Command) -> None:
        self._due.append((tick, self._sequence, command))
        self._sequence += 1
        self._due.sort(key=lambda item: item[:2])

    def _apply_due_commands(self) -> None:
        while self._due and self._due[0][0] <= self.tick:
            _, sequence, command = self._due.pop(0)
            self.journal.append((self.tick, sequence, command))
            self._apply(command)

    def _apply(self, command: Command) -> None:
        match command:
            case GiveOrder(unit, order):
                self._give_order(next(u for u in self.units if u.id == unit), order)
            case DeclarePhase(phase):
                self.phase = phase
                self._note("phase", subject=phase, text={"id": phase.upper(), "en": _PHASE_EN[phase]})
            case SetBarrier(barrier, is_open):
                self._set_barrier(self.world.barrier_index(barrier), is_open)
            case SetParam(name, value):
                self.params = self.params.with_value(name, value)
                if name == "force.reach":  # cells are as wide as forces reach
                    links, load = self.senses.links, self.senses.link_load
                    self.senses = senses_for(self.world, self.people.capacity, self.params)
                    self.senses.links, self.senses.link_load = links, load
            case Inject():
                self._inject(command)

    def _note(
        self,
        kind: str,
        position: tuple[float, float] | None = None,
        subject: str = "",
        value: float = 0.0,
        text: dict[str, str] | None = None,
    ) -> None:
        self._record(Event(self.tick, self.time, kind, position, subject, value, text or {}))

    def _record(self, event: Event) -> None:
        """Keep an event, and queue the timeline entries that waited for it."""
        self.events.append(event)
        for entry in [e for e in self._waiting if e.when and e.when.event == event.kind]:
            if entry.when and entry.when.subject in ("", event.subject):
                self._waiting.remove(entry)
                self._queue(self.tick + 1 + round(entry.after / self.params.time.dt), entry.command())

    def _give_order(self, unit: Unit, order: Order) -> None:
        match order:
            case MoveTo(zone):
                taken = [u.slots() for u in self.units if u is not unit]
                rect = area_of(self.scenario.map, zone)[0]
                slots = stage(rect, len(unit.rows), np.vstack(taken) if taken else np.zeros((0, 2)))
                self._stand(unit, stage(rect, len(unit.rows), np.zeros((0, 2))) if slots is None else slots, rect)
            case FormUp(formation, at, heading):
                self._form_up(unit, formation, at, heading)
            case Advance(distance):
                unit.remaining = distance
            case Withdraw(distance):
                unit.remaining = -distance
            case Open(width):
                open_gap(unit, width)
            case Close():
                open_gap(unit, 0.0)
            case Brace(barrier):
                x, y = self.people.position[unit.rows].mean(axis=0)
                slots = brace_slots(self.world.gate(barrier).rect, len(unit.rows), (float(x), float(y)))
                self._stand(unit, slots)
            case _:  # Hold
                unit.remaining = 0.0
        unit.order = order
        unit.quick = isinstance(order, FormUp | MoveTo | Brace) and self.phase != "hijau"

    def _stand(self, unit: Unit, slots: np.ndarray | None, rect: tuple | None = None) -> None:
        """Send a unit to given slots on the map, in no formation that joins shields."""
        if slots is None:  # an order to a zone too small: as near its middle as they get
            x0, y0, x1, y1 = rect or (0.0, 0.0, 1.0, 1.0)
            slots = FORMATIONS["banjar3"](len(unit.rows), 0.0) + ((x0 + x1) / 2, (y0 + y1) / 2)
        slots = self._on_free_ground(slots)
        x, y = slots.mean(axis=0)
        unit.formation, unit.anchor, unit.heading, unit.remaining = "banjar3", (float(x), float(y)), -np.pi / 2, 0.0
        take_slots(unit, self.people, slots - (x, y))
        unit.goal = self._goal(self._around(slots))

    def _form_up(self, unit: Unit, formation: str, at: str, heading: float | None) -> None:
        tilemap = self.scenario.map
        if at in tilemap.posts:
            post = tilemap.posts[at]
            anchor, radius = post.position, post.radius
            heading = post.heading if heading is None else heading
        else:
            x0, y0, x1, y1 = area_of(tilemap, at)[0]
            anchor, radius = ((x0 + x1) / 2, (y0 + y1) / 2), 0.0
            heading = unit.heading if heading is None else heading
        if formation != "busur":
            radius = 0.0
        take_formation(unit, self.people, formation, anchor, heading, radius)
        unit.goal = self._goal(self._around(unit.slots()))

    def _around(self, slots: np.ndarray) -> Goal:
        """The goal of a unit: the tiles of its slots that are free now."""
        free = slots[self.world.is_free(slots)]
        points = self._on_free_ground(slots) if not len(free) else free
        half = self.scenario.map.tile_size / 2
        return Goal(tuple((x - half, y - half, x + half, y + half) for x, y in points.round(2).tolist()))

    def _on_free_ground(self, slots: np.ndarray) -> np.ndarray:
        """Slots moved to the nearest free tile centre where they lie on a solid one."""
        blocked = ~self.world.is_free(slots)
        if not blocked.any():
            return slots
        tile = self.scenario.map.tile_size
        free = (np.argwhere(self.world.solid == 0)[:, ::-1] + 0.5) * tile
        moved = slots.copy()
        for k in np.flatnonzero(blocked):
            moved[k] = free[((free - slots[k]) ** 2).sum(axis=1).argmin()]
        return moved

    def _set_barrier(self, k: int, is_open: bool) -> None:
        barriers = self.barriers
        if is_open and barriers.state[k] != BarrierState.BROKEN:
            barriers.state[k] = BarrierState.OPEN
            barriers.closing[k] = False
            barriers.opened_at[k] = self.time
        elif not is_open and barriers.state[k] == BarrierState.OPEN:
            barriers.closing[k] = True

    def _inject(self, inject: Inject) -> None:
        if inject.caption:
            self.caption = dict(inject.caption)
        if inject.event:
            self._note(inject.event, subject=inject.crowd, text=dict(inject.caption))
        if not inject.wish:
            return
        crowd = next(c for c in self.crowds if c.id == inject.crowd)
        if inject.wish == "gather":
            self._gather(crowd, inject.zone)
        elif inject.wish == "push":
            rects = area_of(self.scenario.map, inject.zone)
            if not len(crowd.spot):
                crowd.spot = self.people.position[crowd.rows].copy()
                crowd.goal = -1
            crowd.share = inject.share
            crowd.push_rect = rects[0]
            crowd.push_goal = self._goal(Goal(rects, (inject.through,) if inject.through else ()))
            crowd.push_spot = scatter(self.world, rects, len(crowd.rows), self._rng_arrivals)
            crowd.back_goal = crowd.goal
            crowd.gave_way[:] = False
        elif inject.wish == "leave":
            exits = tuple(self.scenario.map.exits[name].rect for name in inject.exits)
            self._exits[crowd.id] = exits
            crowd.goal = self._goal(Goal(exits))
            crowd.spot = np.zeros((0, 2), np.float32)
        elif inject.wish == "calm":
            crowd.spot = self.people.position[crowd.rows].copy()
            crowd.goal = -1
        crowd.wish = inject.wish

    def _gather(self, crowd: Crowd, zone: str) -> None:
        rects = area_of(self.scenario.map, zone)
        spots = scatter(self.world, rects, len(crowd.rows), self._rng_arrivals)
        # The nearer to the front someone starts, the nearer to the front he stands: people keep their order.
        start = self.people.position[crowd.rows]
        middle = spots.mean(axis=0)
        near = np.argsort(((start - middle) ** 2).sum(axis=1), kind="stable")
        way = middle - start.mean(axis=0)
        ahead = np.argsort(-(spots @ way), kind="stable")
        crowd.spot = np.empty_like(spots)
        crowd.spot[near] = spots[ahead]
        crowd.goal = self._goal(Goal(rects))

    def _goal(self, goal: Goal) -> int:
        """Index of a navigation field; a field nobody uses any more gives its place to a new one."""
        if goal not in self._goals:
            used = {unit.goal for unit in self.units}
            used |= {index for crowd in self.crowds for index in (crowd.goal, crowd.push_goal, crowd.back_goal)}
            free = next((k for k in range(len(self._goals)) if k not in used), len(self._goals))
            self._goals[free : free + 1] = [goal]
            self._navigation = None
        return self._goals.index(goal)

    # --- the tick ---------------------------------------------------------------------------------------------------

    @property
    def time(self) -> float:
        """Seconds since the start: tick times dt, never a running sum."""
        return self.tick * self.params.time.dt

    @property
    def navigation(self) -> Navigation:
        """The fields of all goals in the present world."""
        if self._navigation is None:
            self._navigation = self.world.navigation(tuple(self._goals))
        return self._navigation

    def step(self) -> None:
        """Advance by one tick. This is the table of contents of the program."""
        self._apply_due_commands()
        perceive(self.people, self.senses)
        if self.tick % int(self.params.time.decide_every) == 0:
            self._decide()
        steer(self.world, self.navigation, self.people, self.senses, self.tick, self.params)
        forces(self.world, self.people, self.senses, self.params)
        integrate(self.world, self.people, self.senses, self.params)
        for event in observe(
            self.world, self.people, self.senses, self.barriers, self._barrier_load, self.tick, self.params
        ):
            self._openings[self.world.barrier_index(event.subject)] = (event.time, 0)
            self._record(event)
        self._swap_world()
        self.tick += 1
        if self.tick % HASH_EVERY == 0:
            self.hashes.append((self.tick, self.state_hash()))

    def _decide(self) -> None:
        dt = self.params.time.decide_every * self.params.time.dt
        self._arrive()
        shut_barriers(self.world, self.people, self.barriers)
        self._swap_world()
        moving = [unit for unit in self.units if unit.remaining != 0.0]
        self._link_owners = decide(
            self.world,
            self.people,
            self.units,
            self.crowds,
            self.barriers,
            self.senses,
            self._link_owners,
            self.time,
            dt,
            self.params,
            self._rng_decisions,
        )
        for unit in moving:
            if unit.remaining == 0.0:  # whoever fell behind finds his way to where the line is now
                unit.goal = self._goal(self._around(unit.slots()))
        self.left += leave(self.people, self.crowds, self._exits)
        for event in line_events(self.units, self.people, self.tick, self.time):
            self._record(event)
        if self.tick % round(1.0 / self.params.time.dt) == 0:
            self._survey()

    def _swap_world(self) -> None:
        passable = self.barriers.passable
        if passable != self.world.passable:
            self.world = self.world.with_passable(passable)
            self._navigation = None

    def _arrive(self) -> None:
        """Let those enter whose time has come and whose place is free."""
        people = self.people
        for crowd in self.crowds:
            if not 0.0 < crowd.arrive <= self.time:
                continue
            waiting = crowd.rows[people.status[crowd.rows] == Status.WAITING]
            here = people.position[people.active]
            for i in waiting:  # a few dozen, for the second or two they take to enter
                if not len(here) or ((here - people.position[i]) ** 2).sum(axis=1).min() > 0.45**2:
                    people.status[i] = Status.ACTIVE
                    here = np.vstack([here, people.position[i]])

    def _survey(self) -> None:
        """Once a second: what the moment amounts to, and whether the numbers can be believed."""
        people, senses = self.people, self.senses
        count_within(
            people.position,
            senses.active,
            senses.order,
            senses.start,
            senses.cell_size,
            senses.rows,
            senses.cols,
            1.0,
            senses.crowding,
        )
        crowd = self._crowd_rows[senses.active[self._crowd_rows]]
        density = np.sort(senses.crowding[crowd]) / np.pi
        peak = float(density[int(0.99 * (len(density) - 1))]) if len(density) else 0.0
        self.peak_density = max(self.peak_density, peak)
        self.peak_squeeze = max(self.peak_squeeze, float(people.squeeze[senses.active].max(initial=0.0)))
        self.health.nan += int(np.isnan(people.position[senses.active]).sum())
        self.health.wall_penetrations += count_inside_walls(
            senses.order, senses.count, people.position, self.world.solid, self.world.map.tile_size
        )
        if self.tick > 0 and self.health.overlap_bins is not None:
            deep = np.zeros(people.capacity, np.float32)
            overlaps(
                senses.count,
                senses.start,
                senses.rows,
                senses.cols,
                senses.cell_size,
                senses.sorted,
                self.params.walk.shoulder,
                deep,
            )
            bins = np.clip((deep[: senses.count] * _OVERLAP_BINS).astype(int), 0, _OVERLAP_BINS)
            self.health.overlap_bins += np.bincount(bins, minlength=_OVERLAP_BINS + 1)
        self._watch_stuck()
        near = 0
        if self._gate is not None:
            x0, y0, x1, y1 = self._gate.rect
            away = people.position[crowd] - np.array([(x0 + x1) / 2, (y0 + y1) / 2], np.float32)
            near = int((np.hypot(away[:, 0], away[:, 1]) < 50.0).sum())
        self._peak_near = max(self._peak_near, near)
        leaving = any(c.wish == "leave" for c in self.crowds)
        if leaving and self.dispersed_at is None and near < 0.1 * self._peak_near:
            self.dispersed_at = self.time
            self._note("dispersal", text={"id": "Massa terurai", "en": "Crowd dispersed"})
        within = 0
        if self.scenario.spec.compound:
            rects = self.scenario.map.zones[self.scenario.spec.compound].rects
            within = inside(people, self._crowd_rows, rects)
            if within >= 10 and not self._compound_told:
                self._compound_told = True
                words = {"id": "Massa di dalam halaman", "en": "Crowd inside the compound"}
                self._note("compound_breach", subject=self.scenario.spec.compound, value=float(within), text=words)
        for k, (since, passed) in self._openings.items():
            self._openings[k] = (since, max(passed, within))
        self._readings = {
            "present": float(senses.count),
            "crowd": float(len(crowd)),
            "pushing": float((people.push > 0).sum()),
            "peak_density": peak,
            "squeeze_p95": float(np.quantile(people.squeeze[crowd], 0.95)) if len(crowd) else 0.0,
            "in_compound": float(within),
            "near_gate": float(near),
        }
        if self._gate is not None:
            gate = self.world.barrier_index(self._gate.id)
            self._readings["gate.load"] = float(self.barriers.load[gate])
            self._readings["gate.capacity"] = float(self.barriers.capacity[gate] + self.barriers.brace[gate])

    def _watch_stuck(self) -> None:
        """Count those who want to go somewhere, touch nobody, are not waiting behind anybody, and stay for 60 s."""
        people = self.people
        moved = np.hypot(*(people.position - people.still).T) > 0.5
        walking = (people.mode == Mode.WALK) | (people.mode == Mode.LEAVE)
        wants = people.active & walking & (people.free_speed > 0.3) & (self.senses.contact == 0.0)
        queueing = (people.gap < 1.0) & (people.unit < 0)
        restart = moved | ~wants | queueing
        people.still[restart] = people.position[restart]
        people.still_since[restart] = self.time
        self.health.stuck = max(self.health.stuck, int((self.time - people.still_since > 60.0).sum()))

    # --- what leaves ------------------------------------------------------------------------------------------------

    def advance(self) -> Frame:
        """Run the ticks up to the next frame and return it."""
        for _ in range(int(self.params.time.record_every)):
            self.step()
        return self.frame()

    def frame(self) -> Frame:
        """A copy of this moment."""
        people, barriers = self.people, self.barriers
        return Frame(
            tick=self.tick,
            time=self.time,
            position=people.position.copy(),
            velocity=people.velocity.copy(),
            facing=people.facing.copy(),
            radius=people.radius,
            role=people.role,
            status=people.status.copy(),
            mode=people.mode.copy(),
            unit=people.unit,
            squeeze=people.squeeze.copy(),
            links=self.senses.links,
            barrier_state=barriers.state.copy(),
            barrier_load=barriers.load.astype(np.float32),
            barrier_integrity=barriers.integrity.astype(np.float32),
            barrier_capacity=(barriers.capacity + barriers.brace).astype(np.float32),
            units=tuple(self._view_of(unit) for unit in self.units),
            openings=tuple(self._open_now()),
            phase=self.phase,
            caption=self.caption,
            readings=self._readings,
        )

    def _view_of(self, unit: Unit) -> UnitView:
        rows = unit.rows
        position = self.people.position[rows]
        centre = position.mean(axis=0)
        away = np.hypot(*(self.people.slot[rows] - position).T)
        return UnitView(
            unit.id,
            unit.label,
            unit.kind,
            kind_of(unit.order),
            unit.formation,
            len(rows),
            (float(centre[0]), float(centre[1])),
            unit.heading,
            float((away < 0.6).mean()),
            unit.load,
            unit.shielded,
        )

    def _open_now(self) -> list[Opening]:
        """The breaches that no line has closed."""
        found = []
        for k, (since, passed) in self._openings.items():
            gate = self.scenario.map.gates[k]
            if self.barriers.state[k] == BarrierState.BROKEN and not held(
                self.world, self.people, k, self._shield_rows
            ):
                x0, y0, x1, y1 = gate.rect
                found.append(Opening(gate.id, "breach", ((x0 + x1) / 2, (y0 + y1) / 2), gate.width, since, passed))
        for unit in self.units:
            if not np.isfinite(unit.gap_since).any():
                continue
            for k, middle, clear, _ in zip(*gaps(unit, self.people), strict=True):
                if self.time - unit.gap_since[k] > 3.0:
                    x, y = middle.tolist()
                    since = float(unit.gap_since[k])
                    found.append(Opening(unit.id, "line_breach", (x, y), float(clear), since, 0))
        return found

    def state_hash(self) -> str:
        """Hash of everything that moves: equal hashes mean equal bits."""
        digest = hashlib.blake2b(digest_size=16)
        people = self.people
        for column in (people.position, people.velocity, people.mode, people.status, people.push, people.squeeze):
            digest.update(np.ascontiguousarray(column).tobytes())
        digest.update(self.barriers.integrity.tobytes())
        digest.update(self.barriers.load.tobytes())
        return digest.hexdigest()

    @property
    def verdict(self) -> str:
        """`invalid`, `doubtful` or `valid`, as docs/interface defines them."""
        health = self.health
        if health.nan or health.wall_penetrations or self.lost_people:
            return "invalid"
        return "doubtful" if health.max_overlap > 0.10 or health.stuck > 0 else "valid"

    @property
    def entered(self) -> int:
        """Everyone who ever entered."""
        return int((self.people.status != Status.WAITING).sum())

    @property
    def lost_people(self) -> int:
        """The ledger: entered - present - left - detained - carried away; always 0."""
        status = self.people.status
        present = int(((status == Status.ACTIVE) | (status == Status.FALLEN)).sum())
        rest = int(((status == Status.DETAINED) | (status == Status.CARRIED)).sum())
        return self.entered - present - self.left - rest

    @property
    def officer_count(self) -> int:
        """Officers among those who entered."""
        officers = np.isin(self.people.role, [int(role) for role in OFFICER_ROLES])
        return int((officers & (self.people.status != Status.WAITING)).sum())
