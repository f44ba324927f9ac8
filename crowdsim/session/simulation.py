"""Simulation: owns the state, keeps the order of the tick, lets commands in and frames out."""

import hashlib

import numpy as np

from crowdsim.behaviour.manoeuvre import Running
from crowdsim.behaviour.officers import Owners, Unit, mood, officer_readings, react
from crowdsim.behaviour.sop import PHASES, due_phase
from crowdsim.behaviour.unit import COVER_AT_MOST, Cover, Hold, Order
from crowdsim.frame import Event, Frame
from crowdsim.kernels import set_threads
from crowdsim.params import Params
from crowdsim.population.barriers import barriers_of
from crowdsim.population.roles import OFFICER_ROLES, BarrierState, Status
from crowdsim.session.commands import Command, DeclarePhase, GiveManoeuvre, GiveOrder, Inject, SetBarrier, SetParam
from crowdsim.session.containment import Containment
from crowdsim.session.muster import muster
from crowdsim.session.navigator import Navigator, around
from crowdsim.session.orders import give_order, take_wish
from crowdsim.session.scenario import Entry, Scenario
from crowdsim.session.survey import Survey, view_of
from crowdsim.step.decide import decide
from crowdsim.step.forces import forces
from crowdsim.step.integrate import integrate
from crowdsim.step.observe import leave, line_events, observe, shut_barriers
from crowdsim.step.perceive import perceive
from crowdsim.step.senses import senses_for
from crowdsim.step.steer import steer
from crowdsim.world.world import Goal, World

HASH_EVERY = 100  # ticks
_PHASE_EN = {"hijau": "GREEN", "kuning": "YELLOW", "merah": "RED"}


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
        self.left = 0
        self._due: list[tuple[int, int, Command]] = []
        self._sequence = 0
        self._waiting: list[Entry] = []
        self._link_owners: Owners = []

        traits, arrivals, decisions, orders = np.random.SeedSequence(self.seed).spawn(4)
        self._rng_arrivals = np.random.default_rng(arrivals)
        self._rng_decisions = np.random.default_rng(decisions)
        self._rng_orders = np.random.default_rng(orders)
        self._running: list[Running] = []
        self._containment = Containment()
        self.due: str = PHASES[0]
        self._held: dict[str, float] = {}
        self._navigator = Navigator()
        self.people, self.crowds, self.units = muster(
            scenario, self.world, self._navigator.index, np.random.default_rng(traits)
        )
        self.senses = senses_for(self.world, self.people.capacity, self.params)
        self.survey = Survey(self.world, self.people, scenario.spec.compound)
        self._barrier_load = np.zeros((len(scenario.map.gates), 2))
        if timeline:
            for entry in scenario.spec.timeline:
                if entry.at is not None:
                    self._queue(round((entry.at + entry.after) / self.params.time.dt), entry.command())
                else:
                    self._waiting.append(entry)
        # The first frame must be true before the first tick.
        perceive(self.people, self.senses)
        self._look()

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
                told = next(u for u in self.units if u.id == unit)
                self._give(told, order)
                self._hear(told, self.params.officers.relay)
            case GiveManoeuvre(name, parts):
                self._start(name, {part: next(u for u in self.units if u.id == unit) for part, unit in parts})
            case DeclarePhase(phase):
                self.phase = phase
                self._note("phase", phase, {"id": phase.upper(), "en": _PHASE_EN[phase]})
            case SetBarrier(barrier, is_open):
                self._set_barrier(self.world.barrier_index(barrier), is_open)
            case SetParam(name, value):
                self.params = self.params.with_value(name, value)
                if name == "force.reach":  # cells are as wide as forces reach
                    links, load = self.senses.links, self.senses.link_load
                    self.senses = senses_for(self.world, self.people.capacity, self.params)
                    self.senses.links, self.senses.link_load = links, load
            case Inject():
                if command.caption:
                    self.caption = dict(command.caption)
                if command.event:
                    self._note(command.event, command.crowd, dict(command.caption))
                if command.wish:
                    crowd = next(c for c in self.crowds if c.id == command.crowd)
                    take_wish(crowd, command, self.people, self.world, self._goal_index, self._rng_arrivals)

    # --- orders and manoeuvres ---------------------------------------------------------------------------------------

    def _give(self, unit: Unit, order: Order) -> None:
        others = [u for u in self.units if u is not unit]
        quick = self.phase != "hijau"
        profile = self.scenario.profile
        give_order(unit, order, others, self.people, self.world, self._goal_index, quick, profile, self.time)

    def _hear(self, unit: Unit, relay: float = 0.0) -> None:
        """Let its officers react to what their unit has just been told."""
        draw = self._rng_orders.standard_normal(self.people.capacity)
        p = self.params.officers
        react(unit, self.people, self.time, relay, p.reaction * mood(unit, self.people), draw)

    def _start(self, name: str, units: dict[str, Unit]) -> None:
        """Begin a manoeuvre; one that plays already with any of these units ends."""
        self._running = [
            r for r in self._running if not {id(u) for u in r.units.values()} & {id(u) for u in units.values()}
        ]
        manoeuvre = self.scenario.profile.manoeuvre[name]
        self._running.append(Running(name, manoeuvre, units, self.time))
        self._note("manoeuvre", name, manoeuvre.name.both())

    def _manoeuvre(self, dt: float) -> None:
        """Play on every manoeuvre under way; say what is commanded, and when the new line stands."""

        def give(unit: Unit, order: Order) -> None:
            self._give(unit, order)
            self._hear(unit)

        def hear(unit: Unit, on_the_way: bool) -> None:
            if on_the_way:
                unit.goal = self._goal_index(around(self.world, unit.slots()))
                unit.quick = self.phase != "hijau"
            self._hear(unit)

        for running in list(self._running):
            for step in running.advance(self.people, self.time, dt, self.params.officers, give, hear):
                if step.caption or step.words:
                    words = step.caption.both() if step.caption else {"id": step.words, "en": step.words}
                    self.caption = {
                        lang: f"{step.words}. {text}" if step.caption and step.words else text
                        for lang, text in words.items()
                    }
            if running.relieved_at is None and running.relieved(self.people):
                running.relieved_at = self.time
                took = self.time - running.began
                self._record(Event(self.tick, self.time, "manoeuvre", None, running.id, took, {}, "relieved"))
            if running.done:
                self._running.remove(running)

    def _note(self, kind: str, subject: str, text: dict[str, str]) -> None:
        self._record(Event(self.tick, self.time, kind, None, subject, 0.0, text))

    def _record(self, event: Event) -> None:
        """Keep an event, and queue the timeline entries that waited for it."""
        self.events.append(event)
        for entry in [e for e in self._waiting if e.when and e.when.event == event.kind]:
            if entry.when and entry.when.subject in ("", event.subject):
                self._waiting.remove(entry)
                self._queue(self.tick + 1 + round(entry.after / self.params.time.dt), entry.command())

    def _set_barrier(self, k: int, is_open: bool) -> None:
        barriers = self.barriers
        if is_open and barriers.state[k] != BarrierState.BROKEN:
            barriers.state[k] = BarrierState.OPEN
            barriers.closing[k] = False
            barriers.opened_at[k] = self.time
        elif not is_open and barriers.state[k] == BarrierState.OPEN:
            barriers.closing[k] = True

    # --- the tick ---------------------------------------------------------------------------------------------------

    @property
    def time(self) -> float:
        """Seconds since the start: tick times dt, never a running sum."""
        return self.tick * self.params.time.dt

    def step(self) -> None:
        """Advance by one tick. This is the table of contents of the program."""
        self._apply_due_commands()
        perceive(self.people, self.senses)
        if self.tick % int(self.params.time.decide_every) == 0:
            self._decide()
        self._navigator.look(self.world, self.people, self.tick, self.params)
        steer(self.world, self._navigator.fields(self.world), self.people, self.senses, self.tick, self.params)
        forces(self.world, self.people, self.senses, self.params)
        if self.tick % round(1.0 / self.params.time.dt) == 0:
            self._look()
        integrate(self.world, self.people, self.senses, self.params)
        for event in observe(
            self.world, self.people, self.senses, self.barriers, self._barrier_load, self.tick, self.params
        ):
            self.survey.opened(self.world.barrier_index(event.subject), event.time)
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
        self._manoeuvre(dt)
        for unit in self.units:
            if isinstance(unit.order, Cover) and self.time - unit.since > COVER_AT_MOST:
                self._give(unit, Hold())
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
                unit.goal = self._goal_index(around(self.world, unit.slots()))
        self.left += leave(self.people, self.crowds)
        for event in line_events(self.units, self.people, self.tick, self.time):
            self._record(event)

    def _look(self) -> None:
        leaving = any(crowd.wish == "leave" for crowd in self.crowds)
        shoulder = self.params.walk.shoulder
        for event in self.survey.look(
            self.world, self.people, self.senses, self.barriers, leaving, shoulder, self.tick, self.time
        ):
            self._record(event)
        self.survey.readings |= officer_readings(self.units, self.people)
        every = 1.0 if self.tick else 0.0
        self.due, self._held = due_phase(self.survey.readings, self._held, self.scenario.profile, every)
        for event in self._containment.look(self.world, self.people, self.units, self.tick, self.time):
            self._record(event)

    def _swap_world(self) -> None:
        passable = self.barriers.passable
        if passable != self.world.passable:
            self.world = self.world.with_passable(passable)

    def _goal_index(self, goal: Goal) -> int:
        used = {unit.goal for unit in self.units}
        used |= {index for crowd in self.crowds for index in (crowd.goal, crowd.push_goal, crowd.back_goal)}
        return self._navigator.index(goal, used)

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
            units=tuple(view_of(unit, people) for unit in self.units),
            openings=self.survey.openings(self.world, people, barriers, self.units, self.time),
            phase=self.phase,
            caption=self.caption,
            readings=self.survey.readings,
            due=self.due,
        )

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
        health = self.survey.health
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
