"""Portraits: what a trainer asks about one person, unit or barrier, looked up in the simulation when he asks."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from crowdsim.behaviour.sop import PHASES
from crowdsim.behaviour.unit import kind_of
from crowdsim.frame import BarrierPortrait, Frame, PersonPortrait, Portrait, Told, UnitPortrait, unheard
from crowdsim.population.roles import Mode, Status
from crowdsim.session.causes import Hands, Passage, hands, strain
from crowdsim.session.commands import GiveManoeuvre, GiveOrder

if TYPE_CHECKING:
    from crowdsim.session.simulation import Simulation

_KEPT = 180.0  # s of load that are shown
_ORDERS = 4

Series = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass
class Breach:
    """A barrier that gave way: when, under which load, who was at it, and who came through first."""

    time: float  # s
    series: Series  # up to then
    hands: Hands
    passage: Passage
    first: int = -1  # row
    first_after: float = 0.0  # s


@dataclass
class Loads:
    """Load on every barrier of late, five times a second, and what is known of each that gave way.

    In flat arrays, of which a checkpoint takes no time.
    """

    times: array = field(default_factory=lambda: array("d"))  # s
    load: array = field(default_factory=lambda: array("f"))  # [k * b], N/m
    bears: array = field(default_factory=lambda: array("f"))  # [k * b], N/m
    breaches: dict[int, Breach] = field(default_factory=dict)

    def add(self, time: float, load: np.ndarray, bears: np.ndarray, position: np.ndarray) -> None:
        """What the barriers bear in this moment, and whether somebody has come through one that gave way."""
        self.times.append(time)
        self.load.frombytes(load.astype(np.float32).tobytes())
        self.bears.frombytes(bears.astype(np.float32).tobytes())
        if time - self.times[0] > 2.0 * _KEPT:
            old = bisect_right(self.times, time - _KEPT)
            for kept, each in ((self.times, 1), (self.load, len(load)), (self.bears, len(load))):
                del kept[: old * each]
        for breach in self.breaches.values():
            if breach.first < 0:
                breach.first, breach.first_after = breach.passage.first(position), time - breach.time

    def broke(self, barrier: int, frame: Frame, gate_hands: Hands, passage: Passage) -> None:
        """A barrier gave way in the moment of the frame."""
        self.breaches[barrier] = Breach(frame.time, self.of(barrier), gate_hands, passage)

    def of(self, barrier: int) -> Series:
        """Times, load and what it bears, f8[k] each."""
        times = np.array(self.times)
        load, bears = (np.array(kept, float).reshape(len(times), -1) for kept in (self.load, self.bears))
        return (times, load[:, barrier], bears[:, barrier]) if len(times) else (times, times, times)


def portrait(sim: Simulation, kind: str, which: str | int) -> Portrait | None:
    """Of a "person" (row), a "unit" (id) or a "barrier" (index); None when there is none such."""
    if kind == "person":
        row = int(which)
        return _person(sim, row) if 0 <= row < sim.people.capacity else None
    if kind == "unit":
        return _unit(sim, str(which)) if any(unit.id == which for unit in sim.units) else None
    return _barrier(sim, int(which)) if 0 <= int(which) < len(sim.scenario.map.gates) else None


def _person(sim: Simulation, row: int) -> PersonPortrait:
    people, senses = sim.people, sim.senses
    slot = tuple(people.slot[row].tolist()) if people.has_slot[row] else None
    leans, led = int(senses.barrier[row]), int(people.led_by[row])
    return PersonPortrait(
        row=row,
        anger=float(people.anger[row]),
        fear=float(people.fear[row]),
        fatigue=float(people.fatigue[row]),
        dose=float(people.dose[row]),
        drive=float(people.push[row]),
        contact=float(senses.contact[row]),
        total=float(np.hypot(*senses.force[row])),
        wish=float(people.speed[row]),
        goal=sim.goal_middle(int(people.goal[row])),
        slot=slot,
        away=math.dist(slot, people.position[row].tolist()) if slot else 0.0,
        hears=max(0.0, float(people.reacts_at[row]) - sim.time) if people.unit[row] >= 0 else 0.0,
        leans_on=sim.scenario.map.gates[leans].id if leans >= 0 else "",
        led_by=sim.units[led].id if led >= 0 else "",
    )


def _unit(sim: Simulation, name: str) -> UnitPortrait:
    people = sim.people
    unit = next(unit for unit in sim.units if unit.id == name)
    error = people.slot[unit.rows] - people.position[unit.rows]
    front = unit.front()
    front = front[(people.mode[front] == Mode.FORMED) & (people.status[front] == Status.ACTIVE)]
    gap, weakest = math.inf, None
    if len(front) > 1:
        apart = (
            np.hypot(*np.diff(people.position[front], axis=0).T) - people.radius[front][:-1] - people.radius[front][1:]
        )
        k = int(np.argmax(apart))
        x, y = ((people.position[front[k]] + people.position[front[k + 1]]) / 2).tolist()
        gap, weakest = float(apart[k]), (x, y)
    return UnitPortrait(
        id=name,
        posture=unit.posture,
        push=float(unit.load * 0.6 * len(unit.ahead)),
        slot_error=float(np.sqrt((error**2).sum(axis=1).mean())),
        gap=gap,
        weakest=weakest,
        fatigue=float(people.fatigue[unit.rows].mean()),
        hears=max(0.0, unit.acts_at - sim.time),
        told=tuple(told(sim, name)[: -_ORDERS - 1 : -1]),
        waiting=tuple(kind_of(order) for order in sim.relay.waiting.get(name, ())),
    )


def told(sim: Simulation, unit: str = "", after: float = 0.0) -> list[Told]:
    """The orders to a unit ("" = any) after some time (s), the oldest first."""
    found, dt, missed = [], sim.params.time.dt, unheard(sim.events)
    for tick, _, command in sim.journal:
        if tick * dt < after:
            continue
        if isinstance(command, GiveOrder) and unit in ("", command.unit):
            heard = (tick * dt, command.unit) not in missed
            found.append(Told(tick * dt, kind_of(command.order), command.operator, heard))
        elif isinstance(command, GiveManoeuvre) and (not unit or unit in dict(command.units).values()):
            found.append(Told(tick * dt, command.manoeuvre, command.operator))
    return found


def _barrier(sim: Simulation, k: int) -> BarrierPortrait:
    gate = sim.scenario.map.gates[k]
    breach = sim.loads.breaches.get(k)
    times, load, bears = breach.series if breach else sim.loads.of(k)
    shown = times > (breach.time if breach else sim.time) - _KEPT
    now = breach.hands if breach else hands(sim.frame(), gate)
    common = {"id": gate.id, "times": times[shown], "load": load[shown], "bears": bears[shown]}
    if breach is None:
        return BarrierPortrait(**common, leaning=now.leaning, bracing=now.bracing)  # type: ignore[arg-type]
    found = strain(times, load, bears, breach.time)
    late, since = _late(sim, breach.time)
    return BarrierPortrait(
        **common,  # type: ignore[arg-type]
        leaning=now.leaning,
        bracing=now.bracing,
        broke=breach.time,
        above_since=found.since if found else None,
        above=found.seconds if found else 0.0,
        first=breach.first,
        first_after=breach.first_after,
        late_phase=late,
        late=since,
        next_order=next(iter(told(sim, after=breach.time)), None),
    )


def _late(sim: Simulation, time: float) -> tuple[str, float]:
    """The phase that was due at a time (s) and graver than the one declared, and for how long it had been."""
    series = sim.history.series()
    if "due" not in series:
        return "", 0.0
    times, due = series["due"]
    declared = series["declared"][1]
    last = int(np.searchsorted(times, time, side="right")) - 1
    first = last
    while first >= 0 and due[first] > declared[first]:
        first -= 1
    return (PHASES[int(due[last])], time - float(times[first + 1])) if last >= 0 and first < last else ("", 0.0)


def watched(sim: Simulation, barrier: int) -> tuple[Frame, Hands, Passage]:
    """What to keep of the moment in which a barrier gives way."""
    frame, gate = sim.frame(), sim.scenario.map.gates[barrier]
    return frame, hands(frame, gate), Passage(frame, gate)
