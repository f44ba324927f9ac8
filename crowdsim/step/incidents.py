"""Incidents, five times a second: gas and water, blows and things thrown, damage and fire, harm to bodies.

One stage that calls the rules in order; what the rules return becomes events here.
"""

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from crowdsim.behaviour.damage import (
    HEAT,
    Facade,
    Fires,
    Store,
    building_of,
    burn,
    check_store,
    damage_class,
    facade_of,
    fires_at,
    pelt,
    ram,
    set_fire,
    store_of,
)
from crowdsim.behaviour.gas import Cloud, aimed_at_people, blow, breathe, cloud_over, enclosure, gas_about, ignite
from crowdsim.behaviour.harm import (
    Bodies,
    bodies_of,
    ease_off,
    faint,
    fell,
    get_up,
    hurt,
    injured_by_group,
    is_demonstrator,
    is_officer,
    lay_down,
    press,
    stumble,
)
from crowdsim.behaviour.missiles import CELL, COVER, FROM, LANDS, TO, Missiles, arm, land, pick_up, throw
from crowdsim.behaviour.officers import Unit
from crowdsim.behaviour.violence import (
    OFFENDER,
    Tempers,
    chase,
    climb,
    kick_barriers,
    provoke,
    recently_hit,
    strike,
    tempers_of,
    violent_rows,
)
from crowdsim.behaviour.voice import Said, hail_reach, persuade, said_to, speak, talk
from crowdsim.behaviour.water import Cannon, breaches, bruised, cannons_of, flow, forceful, innocent, shares, stream
from crowdsim.frame import Event, Spray
from crowdsim.kernels.cells import count_within
from crowdsim.params import Params
from crowdsim.population.barriers import Barriers
from crowdsim.population.grids import Grids
from crowdsim.population.population import Population
from crowdsim.population.roles import Cause, Injury, Mode, Status
from crowdsim.step.senses import Senses
from crowdsim.world.world import World

_ACTIVE = int(Status.ACTIVE)
_FORMED, _FIGHT = int(Mode.FORMED), int(Mode.FIGHT)
_SERIOUS = int(Injury.SERIOUS)
_NOBODY = np.zeros(0, np.int64)

_TELL_EVERY = 1.0  # s between two events of throwing, of falling
_CLASH, _CLASH_WITHIN, _CLASH_CALM = 3, 10.0, 60.0  # acts, s, s
_FIGHTS = 1.0  # s after a violent act in which somebody is seen fighting
_SEEN = 8.0  # m from which force on somebody who did nothing is seen
_MASKED = "phh"  # kind of the units that wear masks
_EQUIPPED = ("dukungan", "medis")  # kinds of the units that have extinguishers
_CLASSES = {
    "light": {"id": "Kerusakan ringan", "en": "Light damage"},
    "moderate": {"id": "Kerusakan sedang", "en": "Moderate damage"},
    "heavy": {"id": "Kerusakan berat", "en": "Heavy damage"},
}


@dataclass
class Incidents:
    """What the incidents of a run carry over from one decision to the next."""

    bodies: Bodies
    tempers: Tempers
    facade: Facade
    store: Store | None
    fires: Fires
    said: Said
    cannons: list[Cannon]
    cloud: Cloud
    missiles: Missiles = field(default_factory=Missiles)
    injury: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int8))  # i1[n], as told so far
    extinguishing: set[str] = field(default_factory=set)  # ids of the units told to put fires out
    acts: deque[tuple[float, int]] = field(default_factory=deque)  # violent acts against officers: when, by whom
    acted_at: float = -np.inf  # s, the last of them
    clashing: bool = False
    thrown: list[int] = field(default_factory=list)  # rows of who threw, since the last event of it
    throws: deque[float] = field(default_factory=deque)  # s, when, over the last minute
    thrown_told: float = -np.inf
    fallen: list[int] = field(default_factory=list)  # rows, since the last event of it
    fallen_told: float = -np.inf

    def sprays(self) -> tuple[Spray, ...]:
        """The water cannons at work, for the frame."""
        return tuple(Spray(c.kind, c.nozzle, c.target) for c in self.cannons if c.kind != "off")

    def burning(self) -> tuple[tuple[float, float, float], ...]:
        """The fires, for the frame."""
        at, strength = self.fires.position, self.fires.strength
        return tuple((float(at[k, 0]), float(at[k, 1]), float(strength[k])) for k in self.fires.burning)

    def readings(self, people: Population, time: float) -> dict[str, float]:
        """What to show once a second: things thrown in the last minute, injured by group, water left [l], wind [m/s],
        fires, share of the front that is broken."""
        while self.throws and self.throws[0] <= time - 60.0:
            self.throws.popleft()
        return {
            "objects_per_min": float(len(self.throws)),
            **{f"injured.{group}": float(count) for group, count in injured_by_group(people).items()},
            "water": sum(cannon.left for cannon in self.cannons),
            "wind_x": self.cloud.wind[0],
            "wind_y": self.cloud.wind[1],
            "fires": float(len(self.fires.burning)),
            "damage": self.facade.broken,
        }

    def columns(self) -> tuple[np.ndarray, ...]:
        """Everything carried over from one decision to the next, for the hash of a run's state."""
        cannons = np.array([(c.left, c.since, c.hit, c.innocent, *c.target) for c in self.cannons], float)
        canisters = np.array(self.cloud.canisters, float)
        bodies, tempers, said = self.bodies, self.tempers, self.said
        return (
            bodies.shove, tempers.hit_at, tempers.quarry, tempers.chase_until, tempers.unit_hurt,
            self.facade.health, self.fires.strength, said.understood_at, said.willing, np.array(said.warnings, float),
            cannons, canisters, self.missiles.air,
        )  # fmt: skip


def incidents_for(
    world: World,
    people: Population,
    units: list[Unit],
    grids: Grids,
    wind: tuple[float, float],
    fires: dict[str, tuple[float, float]],
    store: str,
    rng: np.random.Generator,
) -> Incidents:
    """Nothing has happened yet. fires : m, where something may be lit, by place ; store : zone of the ballots or ""."""
    bodies = bodies_of(people, rng)
    for unit in units:
        if unit.kind == _MASKED:
            bodies.masked[unit.rows] = True
    arm(people)
    return Incidents(
        bodies=bodies,
        tempers=tempers_of(people),
        facade=facade_of(world.map, building_of(world.map)),
        store=store_of(world.map, store),
        fires=fires_at(tuple(fires), np.array(list(fires.values()))),
        said=said_to(people),
        cannons=cannons_of(world.map),
        cloud=cloud_over(world, grids, wind),
        injury=people.injury.copy(),
    )


def incidents(
    world: World,
    people: Population,
    units: list[Unit],
    barriers: Barriers,
    senses: Senses,
    grids: Grids,
    state: Incidents,
    tick: int,
    dt: float,
    params: Params,
    rng: np.random.Generator,
) -> list[Event]:
    """After crowds, minds and units decided, before anybody moves. dt : s since the last decision."""
    time, n = tick * params.time.dt, people.capacity
    events: list[Event] = []
    lay_down(people, time)
    used = bool(state.said.warnings or state.sprays()) or gas_about(state.cloud, grids)
    draw = uniform(rng, n, 4, used)
    if used and blow(world, grids, state.cloud, time, dt, params.means):
        breathe(people, grids, state.cloud, state.bodies, draw[:, 0], time, dt)
    else:
        state.bodies.gas[:] = 0.0
    if used:
        persuade(state.said, people, draw[:, 1], time, dt, params.means)
    events += _water(world, people, senses, grids, state, draw[:, 2], tick, time, dt, params)
    talk(state.said, people, grids)
    violent = violent_rows(people)
    near = len(violent) > 0 or bool((senses.barrier >= 0).any()) or len(recently_hit(state.tempers, time)) > 0
    draw = uniform(rng, n, 6, near)
    if near:
        events += _blows(world, people, barriers, senses, grids, state, violent, draw, tick, time, dt, params)
    draw = uniform(rng, n, 8, len(violent) > 0)
    events += _throwing(world, people, units, senses, grids, state, violent, draw, tick, time, dt, params)
    events += _damage(people, barriers, state, violent, dt, tick, time)
    events += _fires(people, units, grids, state, violent, draw[:, 6], tick, time, dt, params)
    events += _bodies(people, senses, grids, state, uniform(rng, n, 4, True), tick, time, dt, params)
    chase(people, state.tempers, time, params.officers.quick_speed)
    people.mode[violent[people.violent_at[violent] > time - _FIGHTS]] = _FIGHT
    lay_down(people, time)
    if senses.jetting:
        senses.jet[people.status != _ACTIVE] = 0.0
    return events


def uniform(rng: np.random.Generator, n: int, columns: int, wanted: bool) -> np.ndarray:
    """Uniform draws, f4[n, columns], a column after the other; zeros where nobody wants them. `columns` is even.

    The stream moves on by as much either way, so that what happens to some never shifts what happens to others.
    """
    if wanted:
        return rng.random((columns, n), dtype=np.float32).T
    rng.bit_generator.advance(n * columns // 2)  # type: ignore[attr-defined]  # two of them to a word
    return np.zeros((0, columns), np.float32)


def _water(
    world: World,
    people: Population,
    senses: Senses,
    grids: Grids,
    state: Incidents,
    draw: np.ndarray,
    tick: int,
    time: float,
    dt: float,
    params: Params,
) -> list[Event]:
    events: list[Event] = []
    if senses.jetting:
        senses.jet[:] = 0.0
        state.bodies.jet[:] = False
    working = [cannon for cannon in state.cannons if cannon.kind != "off"]
    senses.jetting = any(cannon.kind == "jet" for cannon in working)
    if not working:
        return events
    count_within(people.position, senses.active, senses.order, senses.start, senses.grid, 1.0, senses.crowding)
    for cannon in working:
        strength = forceful(cannon, params.means)
        rows, far, force = stream(people, cannon.nozzle, cannon.target, cannon.kind, strength)
        clean = innocent(people, rows, time)
        cannon.hit += len(rows)
        cannon.innocent += int(clean.sum())
        jet = cannon.kind == "jet"
        marks = breaches(world, people, cannon, rows, far, senses.crowding[rows] / np.float32(np.pi))
        fresh = [mark for mark in marks if mark not in cannon.marks]
        if fresh:
            cannon.marks = (*cannon.marks, *fresh)
            words = {"id": "Meriam air melanggar aturan", "en": "Water cannon breaks a rule"}
            events.append(
                Event(tick, time, "tool", cannon.target, "water", len(rows), words, ", ".join(fresh), _few(rows))
            )
        x, y = (people.position[rows].mean(axis=0) if len(rows) else np.array(cannon.target)).tolist()
        grids.expose("threat", x, y, 5.0, 1.0 if jet else 0.3)
        if jet:
            senses.jet[rows] += force
            state.bodies.jet[rows] = True
            level = bruised(draw[rows], far, dt)
            hurt(people, rows[level > 0], level[level > 0], Cause.WATER, time)
            if clean.any():
                grids.expose("force", x, y, _SEEN, float(clean.mean()))
        else:
            cannon.warned_softly = True
        if flow(cannon, dt):
            events.append(_turned_off(cannon, tick, time, "empty"))
    return events


def _turned_off(cannon: Cannon, tick: int, time: float, cause: str) -> Event:
    cannon.kind, cannon.marks = "off", ()
    words = {"id": "Meriam air berhenti", "en": "Water cannon off"}
    event = Event(tick, time, "tool", cannon.target, "water_off", round(shares(cannon), 3), words, cause)
    cannon.hit = cannon.innocent = 0
    return event


def _blows(
    world: World,
    people: Population,
    barriers: Barriers,
    senses: Senses,
    grids: Grids,
    state: Incidents,
    violent: np.ndarray,
    draw: np.ndarray,
    tick: int,
    time: float,
    dt: float,
    params: Params,
) -> list[Event]:
    """Kicks, grabs, climbing, and officers who strike without being told."""
    p, tempers, cells = params.harm, state.tempers, senses.cells
    events: list[Event] = []
    striking = violent[draw[violent, 0] < p.strike * dt]
    if len(striking):
        strikers, struck = strike(striking, people, cells, tempers, draw[:, 1], time, p)
        events += _act(state, people, strikers, struck, tick, time)
        kick_barriers(striking, senses.barrier, people, barriers, time)
    climbed, slipped = climb(world, people, senses.barrier, draw[:, 2], draw[:, 3], dt, p)
    if len(climbed):
        fell(people, slipped, time)
        state.fallen += slipped.tolist()
    who, whom = provoke(people, cells, tempers, draw[:, 4:6], draw[:, 3], time, dt, p)
    clean = people.violent_at[whom] <= time - OFFENDER
    for i, j, without_cause in zip(who, whom, clean, strict=True):  # now and then one
        x, y = people.position[j].tolist()
        if without_cause:
            grids.expose("force", x, y, _SEEN, 1.0)
        words = {"id": "Kekuatan tanpa perintah", "en": "Force without an order"}
        mark = "R9" if without_cause else ""
        events.append(Event(tick, time, "tool", (x, y), "force", 1.0, words, mark, (int(i), int(j))))
    return events


def _act(
    state: Incidents, people: Population, strikers: np.ndarray, struck: np.ndarray, tick: int, time: float
) -> list[Event]:
    """Count who strikes officers; three people within ten seconds are a clash, told again after a minute's calm."""
    if not len(struck):
        return []
    if time - state.acted_at > _CLASH_CALM:
        state.clashing = False
    state.acts.extend((time, int(row)) for row in strikers)
    state.acted_at = time
    while state.acts and state.acts[0][0] < time - _CLASH_WITHIN:
        state.acts.popleft()
    count = len({row for _, row in state.acts})
    if state.clashing or count < _CLASH:
        return []
    state.clashing = True
    x, y = people.position[struck].mean(axis=0).tolist()
    words = {"id": "Bentrokan dengan petugas", "en": "Clash with officers"}
    return [Event(tick, time, "clash", (x, y), "", float(count), words, "violence", _few(struck))]


def _throwing(
    world: World,
    people: Population,
    units: list[Unit],
    senses: Senses,
    grids: Grids,
    state: Incidents,
    violent: np.ndarray,
    draw: np.ndarray,
    tick: int,
    time: float,
    dt: float,
    params: Params,
) -> list[Event]:
    events: list[Event] = []
    p = params.means
    if len(violent):
        pick_up(violent, people, world.map, dt, p)
        threw = throw(violent, people, state.facade, state.missiles, draw[:, :6], time, dt, p)
        state.thrown += threw.tolist()
        state.throws.extend([time] * len(threw))
    if state.thrown and time - state.thrown_told >= _TELL_EVERY:
        rows = np.array(state.thrown)
        x, y = people.position[rows].mean(axis=0).tolist()
        events.append(Event(tick, time, "throw", (x, y), "", float(len(rows)), cause="violence", rows=_few(rows)))
        state.thrown, state.thrown_told = [], time
    air = state.missiles.air
    if not len(air) or air[:, LANDS].min() > time:
        return events
    cover = np.zeros(people.capacity, bool)
    for unit in units:
        if unit.formation == COVER:
            cover[unit.rows] = people.mode[unit.rows] == _FORMED
    landed, hit = land(state.missiles, people, senses.cells, cover, time, p)
    for x, y in landed[:, TO].tolist():  # a few a second
        grids.expose("threat", x, y, 3.0, 0.5)
    at_wall = landed[landed[:, CELL] >= 0]
    flown = np.hypot(*(at_wall[:, TO] - at_wall[:, FROM]).T)
    pelt(state.facade, at_wall[:, CELL].astype(int), flown, at_wall[:, 7:9])
    officers = hit[is_officer(people, hit)]
    state.tempers.hit_at[officers] = time
    return events


def _damage(
    people: Population, barriers: Barriers, state: Incidents, violent: np.ndarray, dt: float, tick: int, time: float
) -> list[Event]:
    events: list[Event] = []
    people.violent_at[ram(state.facade, violent, people, dt)] = time
    now = damage_class(state.facade)
    if now != state.facade.told:
        state.facade.told = now
        x, y = state.facade.middle[int(state.facade.health.argmin())].tolist()
        share = state.facade.broken
        events.append(Event(tick, time, "damage", (x, y), state.facade.zone, share, dict(_CLASSES[now]), now))
    if state.store and check_store(state.store, barriers, state.fires):
        x0, y0, x1, y1 = state.store.rects[0]
        words = {"id": "Gudang logistik pemilu tertembus", "en": "The ballot store is lost"}
        place = ((x0 + x1) / 2, (y0 + y1) / 2)
        events.append(Event(tick, time, "damage", place, state.store.zone, 1.0, words, state.store.lost))
    return events


def _fires(
    people: Population,
    units: list[Unit],
    grids: Grids,
    state: Incidents,
    violent: np.ndarray,
    draw: np.ndarray,
    tick: int,
    time: float,
    dt: float,
    params: Params,
) -> list[Event]:
    fires, events = state.fires, []
    for k in set_fire(fires, violent, people, draw, dt, params.means):
        x, y = fires.position[k].tolist()
        words = {"id": "Api menyala", "en": "A fire is lit"}
        events.append(Event(tick, time, "damage", (x, y), fires.places[k], 0.0, words, "fire"))
    if not fires.burning:
        return events
    equipped = np.concatenate([_NOBODY, *(unit.rows for unit in units if unit.id in state.extinguishing)])
    for k in burn(fires, equipped, people, dt, params.means):
        x, y = fires.position[k].tolist()
        words = {"id": "Api padam", "en": "The fire is out"}
        events.append(Event(tick, time, "tool", (x, y), "extinguish", 1.0, words, "out"))
    for k in fires.burning:
        x, y = fires.position[k].tolist()
        grids.expose("threat", x, y, HEAT, float(fires.strength[k]))
    return events


def _bodies(
    people: Population,
    senses: Senses,
    grids: Grids,
    state: Incidents,
    draw: np.ndarray,
    tick: int,
    time: float,
    dt: float,
    params: Params,
) -> list[Event]:
    """Dose, falls, who gets up, and every injury since the last decision as an event."""
    p, events = params.harm, []
    press(people, senses.cells, senses.contact, state.bodies, dt, p, params.officers)
    distressed = ease_off(people)
    if len(distressed):
        r, c = grids.cells(people.position[distressed])
        np.maximum.at(grids.threat, (r, c), np.float32(0.3))
    state.fallen += stumble(people, state.bodies, draw[:, 0], draw[:, 1], time, dt).tolist()
    faint(people, time, p)
    get_up(people, senses.cells, draw[:, 2], dt, p)
    worse = (people.injury > state.injury).nonzero()[0]
    if len(worse):
        badly = worse[(people.injury[worse] >= _SERIOUS) & people.active[worse]]
        fell(people, badly, time)
        state.fallen += badly.tolist()
        officer, demonstrator = is_officer(people, worse), is_demonstrator(people, worse)
        state.tempers.unit_hurt[people.unit[worse[officer]]] = time
        state.tempers.unit_hurt[-1] = -np.inf
        for k, i in enumerate(worse.tolist()):
            group = "officer" if officer[k] else "demonstrator" if demonstrator[k] else "bystander"
            x, y = people.position[i].tolist()
            cause = Cause(int(people.cause[i])).name.lower()
            events.append(Event(tick, time, "injury", (x, y), group, float(people.injury[i]), cause=cause, rows=(i,)))
        state.injury[worse] = people.injury[worse]
    if state.fallen and time - state.fallen_told >= _TELL_EVERY:
        rows = state.fallen
        x, y = people.position[rows].mean(axis=0).tolist()
        events.append(Event(tick, time, "fall", (x, y), "", float(len(rows)), cause="fall", rows=tuple(rows)))
        state.fallen, state.fallen_told = [], time
    return events


def _few(rows: np.ndarray) -> tuple[int, ...]:
    """The first people concerned: an event names no more than twenty."""
    return tuple(rows[:20].tolist())


def use_tool(
    tool: str,
    at: tuple[float, float],
    by: str,
    by_at: tuple[float, float] | None,
    strength: str,
    world: World,
    people: Population,
    units: list[Unit],
    grids: Grids,
    state: Incidents,
    tick: int,
    params: Params,
    rng: np.random.Generator,
) -> list[Event]:
    """Use a means at a point [m]. by : id of the unit or vehicle that has it, and where that is, m.

    The event's value is the share that understood (appeal, warning), the share within reach of somebody innocent
    (water), or the people in the enclosure (gas); its cause names the rules it breaks.
    """
    time, p = tick * params.time.dt, params.means
    draw = uniform(rng, people.capacity, 2, True)[:, 0]
    if tool in ("appeal", "warning"):
        x, y = by_at or at
        heard, understood = speak(state.said, people, x, y, tool == "warning", draw, time, p)
        reach = hail_reach(people, x, y, p)
        if tool == "warning":
            number = len(state.said.warnings)
            words = {"id": f"Peringatan {number}", "en": f"Warning {number}"}
            mark = "" if heard >= 0.8 else "R2"
            return [Event(tick, time, "warning", (x, y), by, understood, words, mark)]
        words = {"id": "Imbauan", "en": "Appeal"}
        return [Event(tick, time, "tool", (x, y), "appeal", understood, words, f"{reach:.0f} m")]
    if tool == "water":
        cannon = next((c for c in state.cannons if by in ("", c.vehicle)), None)
        if cannon is None:
            return []
        if strength == "off":
            return [_turned_off(cannon, tick, time, "order")] if cannon.kind != "off" else []
        if cannon.left <= 0.0:
            words = {"id": "Meriam air: tangki kosong", "en": "Water cannon: the tank is empty"}
            return [Event(tick, time, "tool", cannon.nozzle, "water_empty", 0.0, words)]
        cannon.kind, cannon.target, cannon.since = strength or "diffuse", at, time
        marks = state.said.marks(time) if cannon.kind == "jet" else []
        words = {"id": "Meriam air: semburan" if cannon.kind == "jet" else "Meriam air: tirai air",
                 "en": "Water cannon: jet" if cannon.kind == "jet" else "Water cannon: spray"}  # fmt: skip
        rows, _, _ = stream(people, cannon.nozzle, at, cannon.kind, 0.0)
        clean = float(innocent(people, rows, time).mean()) if len(rows) else 0.0
        return [Event(tick, time, "tool", at, "water", clean, words, ", ".join(marks), _few(rows))]
    if tool == "gas":
        forbidden, width, inside = enclosure(world, people, state.cloud, *at)
        marks = state.said.marks(time)
        marks += ["R4"] if forbidden else []
        marks += ["R5"] if aimed_at_people(people, *at) else []
        ignite(state.cloud, *at, time)
        words = {"id": "Gas air mata", "en": "Irritant gas"}
        if forbidden:
            words = {"id": f"Gas di tempat tertutup atau padat: jalan keluar {width:.1f} m untuk {inside} orang",
                     "en": f"Gas in an enclosure or a press: {width:.1f} m of way out for {inside} people"}  # fmt: skip
        return [Event(tick, time, "tool", at, "gas", float(inside), words, ", ".join(marks))]
    if tool == "extinguish":
        told = [unit.id for unit in units if unit.id == by or (not by and unit.kind in _EQUIPPED)]
        state.extinguishing |= set(told)
        words = {"id": "Pemadaman api", "en": "Putting fires out"}
        return [Event(tick, time, "tool", at, "extinguish", 0.0, words, "order")]
    return []
