"""Made-up sessions: a few readings, events and commands, and nothing else."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from crowdsim.behaviour.sop import load_profile, profile_path
from crowdsim.frame import Event
from crowdsim.metrics.session import Session
from crowdsim.session.commands import Command
from crowdsim.session.schema import ScenarioFile

PROFILE = load_profile(profile_path("model2025"))
UNITS = (
    {"id": "awal", "label": "AWAL", "kind": "dalmas_awal", "count": 30, "start": "a", "rope": True},
    {"id": "lanjut", "label": "LANJUT", "kind": "dalmas_lanjut", "count": 30, "start": "a", "role": "shield"},
    {"id": "phh", "label": "PHH", "kind": "phh", "count": 30, "start": "a", "role": "shield"},
)


def made(
    series: dict[str, Any] | None = None,
    events: Sequence[Event] = (),
    journal: Sequence[tuple[float, Command]] = (),
    duration: float = 600.0,
    units: Sequence[dict[str, Any]] = UNITS,
    **spec: Any,
) -> Session:
    """A session; a reading is one number for every second, or {from second: number}."""
    times = np.arange(duration)
    columns = {}
    for name, value in (series or {}).items():
        steps = value if isinstance(value, dict) else {0: value}
        column = np.zeros(len(times))
        for start in sorted(steps):
            column[times >= start] = steps[start]
        columns[name] = (times, column)
    file = ScenarioFile.model_validate(
        {
            "version": 1,
            "title": {"id": "x", "en": "x"},
            "map": "x.tmx",
            "duration": duration,
            "unit": list(units),
            **spec,
        }
    )
    ordered = tuple(sorted(events, key=lambda event: event.time))
    return Session(file, PROFILE, columns, ordered, tuple(journal), duration)


def event(time: float, kind: str, subject: str = "", value: float = 0.0, cause: str = "", row: int = -1) -> Event:
    """Something observed, at one place."""
    return Event(round(time * 100), time, kind, (1.0, 2.0), subject, value, {}, cause, (row,) if row >= 0 else ())
