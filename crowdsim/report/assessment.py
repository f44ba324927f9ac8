"""What the criteria and rules say of a run, or of several runs of one scenario."""

import importlib
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from crowdsim.problems import InputError
from crowdsim.record.recorder import Recording

BANDS = ("green", "amber", "red", "unknown")


@dataclass(frozen=True)
class Assessment:
    """One run, judged: results and violations by id, and the score."""

    results: dict[str, Any]  # id of the criterion: Result
    violations: dict[str, list[Any]]  # id of the rule: Violation
    score: Any  # Score


@dataclass(frozen=True)
class Spread:
    """A number over several runs. `runs` is in how many it is known."""

    middle: float
    low: float
    high: float
    runs: int


def assess(recording: Recording) -> Assessment | None:
    """Every criterion and rule on one run; None when this program has none."""
    try:
        session = importlib.import_module("crowdsim.metrics.session").Session.of_recording(recording)
        results = importlib.import_module("crowdsim.metrics.criteria").evaluate(session)
        violations = importlib.import_module("crowdsim.metrics.rules").violations(session)
        score = importlib.import_module("crowdsim.metrics.score").score(results, violations)
    except (ModuleNotFoundError, InputError):  # no criteria here, or the run's doctrine is no longer there
        return None
    return Assessment(results, violations, score)


def criteria() -> tuple[Any, ...]:
    """The criteria in the order of their catalogue; () when this program has none."""
    return _catalogue("CRITERIA")


def rules() -> tuple[Any, ...]:
    """The rules in the order of their catalogue; () when this program has none."""
    return _catalogue("RULES")


def _catalogue(name: str) -> tuple[Any, ...]:
    try:
        found = getattr(importlib.import_module("crowdsim.metrics.catalogue"), name)
    except ModuleNotFoundError:
        return ()
    return tuple(found.values() if isinstance(found, dict) else found)


def spread(values: list[float | None]) -> Spread | None:
    """Median and range of the values that are known; None when none is."""
    known = [float(value) for value in values if value is not None]
    return Spread(median(known), min(known), max(known), len(known)) if known else None


def first_times(recording: Recording) -> dict[str, float]:
    """The first second of each kind of event."""
    first: dict[str, float] = {}
    for event in recording.events:
        first.setdefault(event.kind, event.time)
    return first


def label(path: Path) -> str:
    """A run's name on a page."""
    return path.stem
