"""Session: all that a criterion may read, from a recording or from a simulation, finished or going on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from crowdsim.behaviour.sop import PHASES, Profile, load_profile, profile_path
from crowdsim.behaviour.unit import Push
from crowdsim.frame import Event, unheard
from crowdsim.session.branches import Branch
from crowdsim.session.commands import Command, DeclarePhase, GiveOrder, Inject, UseTool, decode
from crowdsim.session.scenario import Scenario
from crowdsim.session.schema import ScenarioFile, scenario_file
from crowdsim.session.simulation import Simulation

Series = tuple[np.ndarray, np.ndarray]
"""Times [s] and values of one reading, f8[k] each."""


class Recorded(Protocol):
    """What a session takes from a recording."""

    meta: dict[str, Any]
    times: list[float]

    @property
    def events(self) -> list[Event]:
        """Everything observed."""

    def all_series(self) -> dict[str, Series]:
        """Every reading."""

    def journal(self) -> list[tuple[int, int, dict[str, Any]]]:
        """Commands as (tick, sequence, JSON value)."""


@dataclass(frozen=True)
class Step:
    """A step of dispersal or of force: when, what ("push", "water", "gas"), where, by whom, and the rules it names."""

    time: float  # s
    what: str
    position: tuple[float, float] | None = None  # m
    by: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Session:
    """One run as its record holds it. Readings come once a second."""

    spec: ScenarioFile  # units, kit, pace, ballot store
    profile: Profile  # limits, kit lists, phases
    series: Mapping[str, Series]
    events: tuple[Event, ...]
    journal: tuple[tuple[float, Command], ...]  # s, what was asked
    duration: float  # s

    @staticmethod
    def of_simulation(simulation: Simulation) -> "Session":
        """A run as it stands now."""
        sim, scenario = simulation, simulation.scenario
        dt = sim.params.time.dt
        commands = tuple((tick * dt, command) for tick, _, command in sim.journal)
        return Session(
            scenario.spec, scenario.profile, sim.history.series(), tuple(sim.events), commands, float(sim.time)
        )

    @staticmethod
    def of_branch(scenario: Scenario, branch: Branch) -> "Session":
        """A future as far as it was played."""
        dt = scenario.params.time.dt
        commands = tuple((tick * dt, command) for tick, _, command in list(branch.journal))
        series = branch.history.series()
        return Session(scenario.spec, scenario.profile, series, tuple(branch.events), commands, branch.known * dt)

    @staticmethod
    def of_recording(recording: Recorded) -> "Session":
        """A run file; InputError when its doctrine profile is no longer there."""
        meta = recording.meta
        spec = scenario_file(meta["scenario"])
        profile = load_profile(profile_path(spec.profile, Path(meta["scenario_path"]).parent))
        dt = float(meta["dt"])
        commands = tuple((tick * dt, decode(data)) for tick, _, data in recording.journal())
        events, end = tuple(recording.events), float(recording.times[-1])
        return Session(spec, profile, recording.all_series(), events, commands, end)

    def until(self, time: float) -> "Session":
        """The session as it stood at a second."""
        series = {}
        for name, (times, values) in self.series.items():
            count = int(np.searchsorted(times, time + 1e-6, side="right"))
            if count:
                series[name] = (times[:count], values[:count])
        events = tuple(event for event in self.events if event.time <= time + 1e-6)
        journal = tuple(asked for asked in self.journal if asked[0] <= time + 1e-6)
        return replace(self, series=series, events=events, journal=journal, duration=min(time, self.duration))

    # --- readings -----------------------------------------------------------------------------------------------------

    def has(self, *names: str) -> bool:
        """Whether all these readings were taken."""
        return all(name in self.series and len(self.series[name][0]) for name in names)

    def times(self, name: str) -> np.ndarray:
        """When a reading was taken, s."""
        return self.series[name][0] if name in self.series else np.zeros(0)

    def values(self, name: str) -> np.ndarray:
        """The values of a reading, f8[k]; none when it was not taken."""
        return self.series[name][1] if name in self.series else np.zeros(0)

    def at(self, name: str, time: float) -> float:
        """The last value of a reading up to a time, s; the first one before it was ever taken, 0 without any."""
        times, values = self.series.get(name, (np.zeros(0), np.zeros(0)))
        if not len(times):
            return 0.0
        return float(values[max(0, int(np.searchsorted(times, time + 1e-6, side="right")) - 1)])

    def peak(self, name: str) -> float:
        """The greatest value of a reading; 0 when it was not taken."""
        return float(self.values(name).max(initial=0.0))

    def seconds(self, name: str, above: float, start: float = 0.0, end: float = float("inf")) -> float:
        """For how many seconds between two times a reading was above a value."""
        times, values = self.times(name), self.values(name)
        return float(((values > above) & (times >= start) & (times <= end)).sum())

    # --- what happened ------------------------------------------------------------------------------------------------

    def of(self, kind: str, subject: str = "", cause: str = "") -> list[Event]:
        """The events of a kind, about a subject, from a cause."""
        return [e for e in self.events if e.kind == kind and subject in ("", e.subject) and cause in ("", e.cause)]

    def first(self, kind: str) -> float | None:
        """When something first happened, s."""
        return next((e.time for e in self.events if e.kind == kind), None)

    @property
    def declarations(self) -> list[tuple[float, DeclarePhase]]:
        """Who declared which phase when, s."""
        return [(time, command) for time, command in self.journal if isinstance(command, DeclarePhase)]

    def phase_at(self, time: float) -> tuple[str, float]:
        """The phase declared at a time, s, and since when."""
        phase: str = self.spec.phase
        since = 0.0
        for when, command in self.declarations:
            if when <= time + 1e-6:
                phase, since = command.phase, when
        return phase, since

    def declared(self, phase: str) -> float | None:
        """When a phase was first declared, s."""
        return next((time for time, command in self.declarations if command.phase == phase), None)

    def due_at(self, time: float) -> str | None:
        """The phase the facts called for at a time, s; None when no reading says."""
        return PHASES[int(self.at("due", time))] if self.has("due") else None

    @property
    def orders(self) -> list[tuple[float, GiveOrder]]:
        """Every order given to a unit, s."""
        return [(time, command) for time, command in self.journal if isinstance(command, GiveOrder)]

    @property
    def tools(self) -> list[tuple[float, UseTool]]:
        """Every use of a means that was asked for, s; turning water off is none."""
        return [(t, c) for t, c in self.journal if isinstance(c, UseTool) and c.strength != "off"]

    @property
    def dispersal_steps(self) -> list[Step]:
        """Pushes of a line, water and gas, as they were ordered or happened."""
        missed = unheard(self.events)
        found = [
            Step(time, "push", None, command.unit)
            for time, command in self.orders
            if isinstance(command.order, Push) and (time, command.unit) not in missed
        ]
        for event in self.events:
            if event.kind == "tool" and event.subject in ("water", "gas"):
                found.append(Step(event.time, event.subject, event.position, "", marks_of(event)))
        return sorted(found, key=lambda step: step.time)

    def counted_warnings(self, before: float, apart: float, heard: bool = False) -> list[Event]:
        """Warnings to the crowd before a time, s, that are `apart` s from each other; with `heard`, by four of five."""
        found: list[Event] = []
        for event in self.of("warning"):
            if event.cause not in ("", "R2") or event.time > before or (heard and event.cause == "R2"):
                continue  # a warning about a containment is one to the trainer
            if not found or event.time - found[-1].time >= apart - 1e-6:
                found.append(event)
        return found

    @property
    def dispersing(self) -> tuple[float, float] | None:
        """From the first step of dispersal, or the request to leave, until the crowd is gone or the run ends, s."""
        asked = [time for time, c in self.journal if isinstance(c, Inject) and c.wish == "leave"]
        starts = [step.time for step in self.dispersal_steps[:1]] + asked[:1]
        if not starts:
            return None
        over = [time for time in (e.time for e in self.of("dispersal")) if time > min(starts)]
        return min(starts), over[0] if over else self.duration


def marks_of(event: Event) -> tuple[str, ...]:
    """The rules an event of a means says it broke."""
    return tuple(mark for mark in event.cause.split(", ") if mark[:1] == "R" and mark[1:].isdigit())
