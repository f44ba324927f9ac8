"""Simulation: owns the state, keeps the order of the tick, lets commands in and frames out."""

import hashlib
from collections.abc import Callable

import numpy as np

from crowdsim.behaviour.demonstrators import Crowd, unheard
from crowdsim.behaviour.manoeuvre import Running
from crowdsim.behaviour.minds import Moods, around_for, feel, feelings
from crowdsim.behaviour.officers import Unit, amid_violence, deployed, middles, officer_readings, react, stretches
from crowdsim.behaviour.parties import State
from crowdsim.behaviour.sop import PHASES, due_phase
from crowdsim.behaviour.unit import COVER_AT_MOST, Cover, Hold, Order, Push
from crowdsim.behaviour.voice import talked_to
from crowdsim.frame import Event, Frame
from crowdsim.kernels import set_threads
from crowdsim.params import Params
from crowdsim.population.barriers import barriers_of
from crowdsim.population.grids import grids_for
from crowdsim.population.roles import OFFICER_ROLES, BarrierState, Role, Status
from crowdsim.session.agenda import Agenda
from crowdsim.session.commands import (
    Command,
    DeclarePhase,
    GiveManoeuvre,
    GiveOrder,
    Inject,
    Recall,
    SetBarrier,
    SetParam,
    UseTool,
    objections,
)
from crowdsim.session.containment import Containment
from crowdsim.session.crossings import Crossings
from crowdsim.session.drill import Drill
from crowdsim.session.happenings import happen
from crowdsim.session.log import marked, order_given, order_recalled, order_unheard
from crowdsim.session.muster import muster
from crowdsim.session.navigator import Navigator, around
from crowdsim.session.orders import give_order, know_exits, take_wish
from crowdsim.session.place import area_of, centre_of, places_of
from crowdsim.session.portrait import Loads, watched
from crowdsim.session.readings import Conduct, History
from crowdsim.session.relay import Lost, Relay
from crowdsim.session.scenario import Scenario
from crowdsim.session.schema import When
from crowdsim.session.survey import Survey, parties_of, views_of
from crowdsim.session.watch import Watch, facts, holds, serious_injuries
from crowdsim.step.chair import exposed
from crowdsim.step.decide import decide
from crowdsim.step.errands import Errands
from crowdsim.step.forces import forces
from crowdsim.step.incidents import incidents, incidents_for, use_tool
from crowdsim.step.integrate import integrate
from crowdsim.step.lead import lead
from crowdsim.step.observe import leave, line_events, observe, shut_barriers
from crowdsim.step.perceive import perceive
from crowdsim.step.senses import senses_for
from crowdsim.step.steer import steer
from crowdsim.world.tilemap import Rect
from crowdsim.world.world import Goal, World

_BROKEN, _OPEN = int(BarrierState.BROKEN), int(BarrierState.OPEN)
_DETAINED, _WAITING, _ACTIVE, _FALLEN, _CARRIED = (
    int(Status.DETAINED),
    int(Status.WAITING),
    int(Status.ACTIVE),
    int(Status.FALLEN),
    int(Status.CARRIED),
)

HASH_EVERY = 100  # ticks
_PAINFUL = 600.0  # N of squeeze beyond which it frightens
_PHASE_EN = {"hijau": "GREEN", "kuning": "YELLOW", "merah": "RED"}


class Simulation:
    """One run. The same scenario, seed and journal give the same bits, whatever the number of threads."""

    def __init__(self, scenario: Scenario, seed: int | None = None, threads: int = 0, timeline: bool = True) -> None:
        """`timeline=False` leaves the scenario's own commands out, and what its commander repeats, for replaying a
        journal that holds them."""
        self.scenario = scenario
        self.seed = scenario.spec.seed if seed is None else seed
        self.threads = set_threads(threads)
        self.params: Params = scenario.params
        self.world = World.from_map(scenario.map)
        self.barriers = barriers_of(scenario.map)
        self._barriers_seen = b""  # their states, when the world was last made to fit them
        self.tick = 0
        self.phase: str = scenario.spec.phase
        self.caption: dict[str, str] = scenario.title
        self.events: list[Event] = []
        self.journal: list[tuple[int, int, Command]] = []
        self.hashes: list[tuple[int, str]] = []
        self.left = 0
        self._agenda = Agenda(scenario.spec.timeline if timeline else (), self.params.time.dt)

        traits, arrivals, decisions, happenings, orders, relay = np.random.SeedSequence(self.seed).spawn(6)
        self._rng_arrivals = np.random.default_rng(arrivals)
        self._rng_decisions = np.random.default_rng(decisions)
        self._rng_orders = np.random.default_rng(orders)
        self._rng_relay = np.random.default_rng(relay)
        self._repeats = timeline
        self.drill = Drill()
        self.relay = Relay()
        self._containment = Containment()
        self._crossings = Crossings()
        self._declared_at = 0.0  # s
        self.due: str = PHASES[0]
        self._held: dict[str, float] = {}
        self._navigator = Navigator()
        self.people, self.crowds, self.units = muster(
            scenario, self.world, self._navigator.index, np.random.default_rng(traits)
        )
        self._to_come = [crowd for crowd in self.crowds if crowd.arrive > 0.0]
        self._deployment = deployed(self.units)
        self.senses = senses_for(self.world, self.people.capacity, self.params)
        spec = scenario.spec
        start = self.params.mind.legitimacy if spec.legitimacy is None else spec.legitimacy
        self.grids = grids_for(scenario.map, self.world.solid == 0, start)
        self._around = around_for(self.grids, self.people.capacity)
        self.moods = Moods(self.grids)
        self.watch = Watch()
        self.answered = False
        self._building = next((c.front for c in spec.crowd if c.front), "")
        self._unheard = np.zeros(self.people.capacity, np.float32)
        self._listening = np.zeros(self.people.capacity, bool)
        places = {name: area_of(scenario.map, name) for name in places_of(scenario.map)}
        self.errands = Errands(
            places,
            spec.holding,
            spec.chair.captivity if spec.chair else "",
            spec.chair.safe if spec.chair else "",
            tuple(zone.id for zone in scenario.map.zones.values() if zone.kind == "aid"),
            next(iter(np.flatnonzero(self.people.role == Role.CHAIR).tolist()), -1),
            {zone.id: zone.name for zone in scenario.map.zones.values()},
        )
        self.open_exits = tuple(
            name for name, way in scenario.map.exits.items() if not way.police_only and name not in spec.blocked
        )
        for crowd in self.crowds:
            if self.open_exits:
                know_exits(crowd, self.open_exits, self.world, self._navigator.index)
        self._rng_incidents = np.random.default_rng(happenings)
        self.incidents = incidents_for(
            self.world,
            self.people,
            self.units,
            self.grids,
            spec.wind,
            {name: centre_of(scenario.map, name) for name in spec.fires},
            spec.store,
            self._rng_incidents,
        )
        self.incidents.said.pace = spec.pace
        self.survey = Survey(self.world, self.people, scenario.spec.compound)
        self.history = History()
        self.loads = Loads()
        ways = tuple(way for name, way in scenario.map.exits.items() if name in self.open_exits)
        self._conduct = Conduct(self.people, self.units, ways)
        self._barrier_load = np.zeros((len(scenario.map.gates), 2))
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
        self._agenda.add(self.tick, command)

    def has_queued(self, sequence: int) -> bool:
        """Whether the command of this number waits for its tick, or has had it."""
        return self._agenda.has_had(sequence)

    def _apply_due_commands(self) -> None:
        for sequence, command, unless in self._agenda.due(self.tick):
            if unless is not None and self._holds(unless):
                continue
            self.journal.append((self.tick, sequence, command))
            self._apply(command)

    def _apply(self, command: Command) -> None:
        profile = self.scenario.profile
        match command:
            case GiveOrder(unit, order, queued):
                told = next(u for u in self.units if u.id == unit)
                self._record(order_given(command, told, self._marks(command), self.tick, self.time, profile))
                if not queued:
                    self.relay.give_up(unit)
                if not self._gets_through(told):
                    self.relay.lost.append(Lost(command, self.time))
                elif queued:
                    self.relay.waiting.setdefault(unit, []).append(order)
                else:
                    if command.operator:  # what the trainer says himself ends the manoeuvre his unit plays in
                        playing = self.drill.playing(told)
                        if playing:
                            self._call_off(playing, told)
                        if unit in self.drill.tied():  # the line closes first
                            self.relay.waiting[unit] = [order]
                            return
                    self.relay.waiting.pop(unit, None)
                    self.relay.remember(told, self.people, self.time)
                    self._give(told, order)
                    self._hear(told, self.params.officers.relay)
            case Recall(unit):
                told = next(u for u in self.units if u.id == unit)
                playing = self.drill.playing(told)
                waits = self.relay.waiting.get(unit) or self.relay.lost_by(unit)
                if playing and playing.can_be_called_off and not waits:
                    self._call_off(playing)
                    came = True
                else:
                    came = self.relay.call_back(told, self.people, self.time)
                self._record(order_recalled(command, told, came, self.tick, self.time))
            case GiveManoeuvre(name, parts):
                units = {part: next(u for u in self.units if u.id == unit) for part, unit in parts}
                if command.operator:
                    for playing in filter(None, map(self.drill.playing, units.values())):
                        self._call_off(playing)
                self._start(name, units)
            case DeclarePhase(phase):
                self.phase, self._declared_at = phase, self.time
                self._note("phase", phase, {"id": phase.upper(), "en": _PHASE_EN[phase]})
            case SetBarrier(barrier, is_open):
                self._set_barrier(self.world.barrier_index(barrier), is_open)
            case UseTool():
                marks = self._marks(command)
                for event in self._use_tool(command):
                    self._record(marked(event, marks, command.operator))
            case SetParam(name, value):
                self.params = self.params.with_value(name, value)
                if name == "force.reach":  # cells are as wide as forces reach
                    old, self.senses = self.senses, senses_for(self.world, self.people.capacity, self.params)
                    self.senses.links, self.senses.link_load = old.links, old.link_load
                    self.senses.stays, self.senses.stay_at = old.stays, old.stay_at
            case Inject():
                if command.caption:
                    self.caption = dict(command.caption)
                if command.event:
                    self._note(command.event, command.crowd, dict(command.caption))
                self._happen(command)
                if command.crowd:
                    self._inject(next(c for c in self.crowds if c.id == command.crowd), command)

    def _happen(self, command: Inject) -> None:
        exits, events = happen(
            command,
            self.crowds,
            self.people,
            self.incidents,
            self.open_exits,
            self.scenario.map,
            self.tick,
            self.time,
        )
        for event in events:
            self._record(event)
        if exits != self.open_exits:
            self.open_exits = exits
            self._conduct.use(tuple(way for name, way in self.scenario.map.exits.items() if name in exits))
            for crowd in self.crowds:
                know_exits(crowd, exits, self.world, self._goal_index)

    def _inject(self, crowd: Crowd, command: Inject) -> None:
        if command.wish:
            take_wish(crowd, command, self.units, self.people, self.world, self._goal_index, self._rng_arrivals)
        for feeling, change in ((self.people.anger, command.anger), (self.people.fear, command.fear)):
            if change:
                feeling[crowd.rows] = np.clip(feeling[crowd.rows] + np.float32(change), 0.0, 1.0)
        if command.answer:
            crowd.heard = command.answer == "accepted"
            self.answered = True
            words = {"id": "Massa menerima jawaban", "en": "The crowd accepts the answer"}
            if not crowd.heard:
                words = {"id": "Massa menolak jawaban", "en": "The crowd rejects the answer"}
            self._record(Event(self.tick, self.time, "answer", None, crowd.id, 0.0, words, command.answer))

    def _use_tool(self, command: UseTool) -> list[Event]:
        """A means is used by a unit or vehicle, at a place; a barricade is a barrier that is put in the way."""
        if command.tool == "barricade":
            self._set_barrier(self.world.barrier_index(str(command.at)), False)
            words = {"id": "Barikade dipasang", "en": "Barricade placed"}
            return [Event(self.tick, self.time, "tool", None, "barricade", 0.0, words, str(command.at))]
        speaker = next((unit for unit in self.units if unit.id == command.by), None)
        stands = None
        if speaker is not None:
            x, y = middles(np.array([speaker.span]), self.people)[0].tolist()
            stands = (x, y)
        return use_tool(
            command.tool,
            centre_of(self.scenario.map, command.at),
            command.by,
            stands,
            command.strength,
            self.world,
            self.people,
            self.units,
            self.grids,
            self.incidents,
            self.tick,
            self.params,
            self._rng_incidents,
        )

    def _marks(self, command: GiveOrder | UseTool) -> tuple[str, ...]:
        """The criteria and rules a command goes against now."""
        marks = objections(command, self.scenario.profile, self.phase, self.time - self._declared_at)
        pushes = isinstance(command, GiveOrder) and isinstance(command.order, Push)
        too_soon = pushes and self.incidents.said.warnings and "R3" in self.incidents.said.marks(self.time)
        return (*marks, "R3") if too_soon else marks

    # --- orders and manoeuvres ---------------------------------------------------------------------------------------

    def _give(self, unit: Unit, order: Order) -> None:
        others = [u for u in self.units if u is not unit]
        quick = self.phase != "hijau"
        profile = self.scenario.profile
        give_order(unit, order, others, self.people, self.world, self._goal_index, quick, profile, self.time)

    def _hear(self, unit: Unit, relay: float = 0.0) -> None:
        """Let its officers react to what their unit has just been told."""
        draw = self._rng_orders.standard_normal(self.people.capacity)
        react(unit, self.people, self.time, relay, self.params.officers.reaction, draw)

    def _gets_through(self, unit: Unit) -> bool:
        """Whether an order sent to a unit now is heard there; amid violence some are not."""
        draw = self._rng_relay.random()  # one for each order, so that who is violent never shifts the stream
        return draw >= self.params.officers.unheard or not amid_violence(unit, self.people)

    def _wait_for_answers(self) -> None:
        """Say what was not heard; the scenario's commander then gives it again, the trainer has to do so himself."""
        if not self.relay.lost:
            return
        p = self.params.officers
        for lost in self.relay.unanswered(self.time, p.relay):
            told = next(u for u in self.units if u.id == lost.command.unit)
            self._record(order_unheard(lost.command, told, lost.given, self.tick, self.time))
        for command in self.relay.repeated(self.time, p.relay + p.repeat):
            if self._repeats and not command.operator:
                self._agenda.add(self.tick + 1, command)

    def _start(self, name: str, units: dict[str, Unit]) -> None:
        """Begin a manoeuvre; what its units wait to do is forgotten."""
        for unit in units.values():
            self.relay.waiting.pop(unit.id, None)
            self.relay.give_up(unit.id)
        manoeuvre = self.scenario.profile.manoeuvre[name]
        self.drill.begin(name, manoeuvre, units, self.time)
        self._note("manoeuvre", name, manoeuvre.name.both())

    def _call_off(self, running: Running, leaving: Unit | None = None) -> None:
        """End a manoeuvre; a line that is of two units closes before either does anything else.

        leaving : the unit that has been told something else
        """
        if running.called_off is not None:
            return
        if running.can_be_called_off:
            name = running.manoeuvre.name.both()
            self.caption = {
                "id": f"{name['id']} dihentikan: barisan menutup",
                "en": f"{name['en']} called off: the line closes",
            }
        running.call_off(self.time, leaving)
        for unit in running.exchanges:
            self._hear(unit)

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

        people, officers = self.people, self.params.officers
        said, events = self.drill.play(people, self.tick, self.time, dt, officers, give, hear)
        self.caption = said or self.caption
        for event in events:
            self._record(event)

    def _note(self, kind: str, subject: str, text: dict[str, str]) -> None:
        self._record(Event(self.tick, self.time, kind, None, subject, 0.0, text))

    def _record(self, event: Event) -> None:
        """Keep an event, and queue the timeline entries that waited for it."""
        self.events.append(event)
        self._agenda.happened(event, self.tick)

    def _set_barrier(self, k: int, is_open: bool) -> None:
        barriers = self.barriers
        if is_open and barriers.state[k] != _BROKEN:
            barriers.state[k] = BarrierState.OPEN
            barriers.closing[k] = False
            barriers.opened_at[k] = self.time
        elif not is_open and barriers.state[k] == _OPEN:
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
            k = self.world.barrier_index(event.subject)
            self.survey.opened(k, event.time)
            self.loads.broke(k, *watched(self, k))
            self._record(event)
        self._swap_world()
        self.tick += 1
        if self.tick % HASH_EVERY == 0:
            self.hashes.append((self.tick, self.state_hash()))

    def _decide(self) -> None:
        dt = self.params.time.decide_every * self.params.time.dt
        people, senses, grids = self.people, self.senses, self.grids
        self._arrive()
        bears = self.barriers.capacity + self.barriers.brace
        self.loads.add(self.time, self.barriers.load, bears, people.position)
        shut_barriers(self.world, people, self.barriers)
        self._swap_world()
        self._feel(dt)
        self._manoeuvre(dt)
        busy = {party.by for party in self.errands.parties if party.state != State.ARRIVED}
        for unit, order in self.relay.due(self.units, busy, self.drill.tied(), self.people, self.time):
            self.relay.remember(unit, self.people, self.time)
            self._give(unit, order)
            self._hear(unit, self.params.officers.relay)
        self._wait_for_answers()
        for unit in self.units:
            if isinstance(unit.order, Cover) and self.time - unit.since > COVER_AT_MOST:
                self._give(unit, Hold())
        moving = [unit for unit in self.units if unit.remaining != 0.0]
        # Draws are made for full capacity, so who is active never shifts the stream.
        draw = self._rng_decisions.random((people.capacity, 4))
        self._deployment = decide(
            self.world,
            people,
            self.units,
            self.crowds,
            self.barriers,
            senses,
            grids,
            self._deployment,
            exposed(people, self.errands),
            self.time,
            dt,
            self.params,
            draw[:, :2],
        )
        quick = self.phase != "hijau"
        goal_of = self._goal_of
        for event in lead(
            self.world,
            people,
            self.units,
            self.crowds,
            self.errands,
            grids,
            goal_of,
            quick,
            self.tick,
            self.time,
            dt,
            draw[:, 2],
        ):
            self._record(event)
        for unit in moving:
            if unit.remaining == 0.0:  # whoever fell behind finds his way to where the line is now
                unit.goal = self._goal_index(around(self.world, unit.slots()))
        for event in incidents(
            self.world,
            people,
            self.units,
            self.barriers,
            senses,
            grids,
            self.incidents,
            self.tick,
            dt,
            self.params,
            self._rng_incidents,
        ):
            self._record(event)
        if self.open_exits and self.incidents.said.willing.any():
            for crowd in self.crowds:  # whoever understood a warning and is calm goes home
                crowd.going |= self.incidents.said.willing[crowd.rows]
        self.left += leave(people, self.crowds)
        self._navigator.ask(people.goal)
        for event in line_events(self._deployment.lines, people, self.tick, self.time):
            self._record(event)

    def _feel(self, dt: float) -> None:
        """Minds take in what has been going on since the last decision."""
        people, grids = self.people, self.grids
        self._listening = talked_to(people, grids) | self.errands.delegates_inside
        unheard(self.crowds, people, self._listening, self._unheard)
        threat = np.minimum(np.maximum((people.squeeze - _PAINFUL) / _PAINFUL, 0.0), 1.0)
        waiting = self.phase == "hijau" and not self.answered
        pace = self.scenario.spec.pace if waiting else 1.0
        feel(
            people,
            self.senses.active,
            grids,
            self._around,
            self._unheard,
            threat,
            self.time,
            dt,
            pace,
            self.params.mind,
        )
        grids.clear()

    def _look(self) -> None:
        leaving = any(crowd.wish == "leave" or crowd.going.any() for crowd in self.crowds)
        shoulder = self.params.walk.shoulder
        for event in self.survey.look(
            self.world, self.people, self.senses, self.barriers, leaving, shoulder, self.tick, self.time
        ):
            self._record(event)
        self.survey.readings |= officer_readings(self.units, self.people)
        self.survey.readings |= facts(self.people, self.world, self.senses, self._building)
        self._legitimacy = self.grids.coarse_legitimacy()
        self.survey.readings["serious_injuries"] = serious_injuries(self.events, self.time)
        every = 1.0 if self.tick else 0.0
        self.due, self._held = due_phase(self.survey.readings, self._held, self.scenario.profile, every)
        for event in self._containment.look(self.world, self.people, self.units, self.tick, self.time):
            self._record(event)
        people, second = self.people, round(1.0 / self.params.time.dt) * self.params.time.dt
        self.moods.look(people, self.senses.active, self.time, second)
        felt = feelings(people, self.senses.active, self.grids)
        for name in ("calm", "chanting", "pushing", "violent", "fleeing"):
            self.survey.readings[f"mind.{name}"] = getattr(felt, name)
        for name in ("anger", "fear", "legitimacy"):
            self.survey.readings[name] = getattr(felt, name)
        self.survey.readings["mood"] = float(self.moods.crowd)
        self.survey.readings |= self.incidents.readings(people, self.time)
        self.survey.readings["arrested"] = float((people.status == _DETAINED).sum())
        heard = self.grids.dialogue[self.grids.cells(people.position)] > 0.0
        for event in self.watch.look(people, self.crowds, self.senses, heard, self.tick, self.time):
            self._record(event)
        self.survey.readings |= self._conduct.look(
            self.world,
            people,
            self.senses,
            heard,
            self.units,
            self.errands,
            self.incidents,
            self.phase,
            self.due,
            bool(self.watch.marched),
            self.time,
        )
        for row in self._conduct.began_pursuit.tolist():
            x, y = people.position[row].tolist()
            of = self.units[people.unit[row]].id if people.unit[row] >= 0 else ""
            words = {"id": "Seorang petugas mengejar sendirian", "en": "An officer runs after somebody alone"}
            self._record(Event(self.tick, self.time, "pursuit", (x, y), of, 1.0, words, rows=(row,)))
        past, off = self._conduct.past, self._conduct.off
        for event in self._crossings.look(self.units, past, off, people, self.tick, self.time):
            self._record(event)
        openings = self.survey.openings(self.world, people, self.barriers, self.units, self.time)
        self.survey.readings["open_breaches"] = float(len(openings))
        self.history.add(self.time, self.survey.readings)
        self._agenda.look(self._holds, self.tick)

    def _holds(self, when: When) -> bool:
        gates = [gate.id for gate in self.scenario.map.gates]
        people, listening = self.people, self._listening
        state = (self.phase, self.due, self.time)
        return holds(when, people, self.crowds, self.units, self.barriers, gates, listening, *state)

    def _swap_world(self) -> None:
        state = self.barriers.state.tobytes()
        if state == self._barriers_seen:
            return
        self._barriers_seen = state
        passable = self.barriers.passable
        if passable != self.world.passable:
            self.world = self.world.with_passable(passable)

    def _goal_index(self, goal: Goal) -> int:
        used = {unit.goal for unit in self.units}
        for crowd in self.crowds:
            used |= {crowd.goal, crowd.push_goal, crowd.back_goal, crowd.front_goal, crowd.flee_goal}
        used |= self.errands.goals() | self.relay.goals(self.units, self.time)
        return self._navigator.index(goal, used)

    def goal_middle(self, index: int) -> tuple[float, float] | None:
        """The middle of where a navigation field leads, m; None for none."""
        return self._navigator.middle(index)

    def _goal_of(self, rects: tuple[Rect, ...]) -> int:
        return self._goal_index(Goal(rects))

    def _arrive(self) -> None:
        """Let those enter whose time has come and whose place is free."""
        people = self.people
        for crowd in self._to_come:
            if crowd.arrive > self.time:
                continue
            waiting = crowd.rows[people.status[crowd.rows] == _WAITING]
            if not len(waiting):
                self._to_come = [other for other in self._to_come if other is not crowd]
                continue
            here = people.position[people.active]
            for i in waiting:  # a few dozen, for the second or two they take to enter
                if not len(here) or ((here - people.position[i]) ** 2).sum(axis=1).min() > 0.45**2:
                    people.status[i] = Status.ACTIVE
                    here = np.vstack([here, people.position[i]])

    # --- what leaves ------------------------------------------------------------------------------------------------

    def rehearse(self, moved: Callable[[], None]) -> None:
        """Compile, or load, all that a tick needs, in a simulation that is thrown away: the real one begins at tick 0.

        First what is decided, then the tick as a whole; `moved` waits for the process that meanwhile compiles what
        moves people (`crowdsim.starting`), which would else be compiled here once more.
        """
        self._decide()
        moved()
        self.advance()

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
            units=views_of(self._deployment, people),
            openings=self.survey.openings(self.world, people, barriers, self.units, self.time),
            phase=self.phase,
            caption=self.caption,
            readings=self.survey.readings,
            mind=people.mind.copy(),
            injury=people.injury.copy(),
            parties=parties_of(self.errands.parties, self.units, people),
            due=self.due,
            flights=self.incidents.missiles.air[:, :6].copy(),
            sprays=self.incidents.sprays(),
            gas=self.grids.gas.copy() if self.grids.gas.any() else None,
            fires=self.incidents.burning(),
            facade=self.incidents.facade.front(),
            lines=stretches(self._deployment, people, self.params.officers),
            legitimacy=self._legitimacy,
        )

    def state_hash(self) -> str:
        """Hash of everything that moves: equal hashes mean equal bits."""
        digest = hashlib.blake2b(digest_size=16)
        people = self.people
        for column in (
            people.position,
            people.velocity,
            people.mode,
            people.status,
            people.push,
            people.squeeze,
            people.anger,
            people.fear,
            people.mind,
            people.violent_at,
            people.objects,
            people.dose,
            people.gas_dose,
            people.injury,
            people.down_since,
            self.grids.gas,
            *self.incidents.columns(),
        ):
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
        return int((self.people.status != _WAITING).sum())

    @property
    def lost_people(self) -> int:
        """The ledger: entered - present - left - detained - carried away; always 0."""
        status = self.people.status
        present = int(((status == _ACTIVE) | (status == _FALLEN)).sum())
        rest = int(((status == _DETAINED) | (status == _CARRIED)).sum())
        return self.entered - present - self.left - rest

    @property
    def officer_count(self) -> int:
        """Officers among those who entered."""
        officers = np.isin(self.people.role, [int(role) for role in OFFICER_ROLES])
        return int((officers & (self.people.status != _WAITING)).sum())
