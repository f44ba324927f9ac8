"""What the criteria and rules say of a run, or of several runs of one scenario."""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from crowdsim.problems import InputError
from crowdsim.record.recorder import Recording

BANDS = ("green", "amber", "red", "unknown")
_MODULES = ("session", "criteria", "rules", "score", "catalogue")


@dataclass(frozen=True)
class Assessment:
    """One run, judged: results, violations and numbers without a judgement, by id; and the score."""

    results: dict[str, Any]  # id of the criterion: Result
    violations: dict[str, list[Any]]  # id of the rule: Violation
    numbers: dict[str, float | None]
    score: Any  # Score


@dataclass(frozen=True)
class Spread:
    """A number over several runs. `runs` is in how many it is known."""

    middle: float
    low: float
    high: float
    runs: int


def assess(recording: Recording) -> Assessment | None:
    """Every criterion and rule on one run; None when this program has none, or the run's doctrine is gone."""
    try:
        metrics = {name: importlib.import_module(f"crowdsim.metrics.{name}") for name in _MODULES}
        session = metrics["session"].Session.of_recording(recording)
    except (ModuleNotFoundError, InputError):
        return None
    results = metrics["criteria"].evaluate(session)
    violations = metrics["rules"].violations(session)
    numbers = {metric.id: metric.fn(session) for metric in metrics["catalogue"].METRICS}
    weights = session.profile.weights
    return Assessment(results, violations, numbers, metrics["score"].score(results, violations, weights))


def criteria() -> tuple[Any, ...]:
    """The criteria in the order of their catalogue; () when this program has none."""
    return _catalogue("CRITERIA")


def rules() -> tuple[Any, ...]:
    """The rules in the order of their catalogue; () when this program has none."""
    return _catalogue("RULES")


def metrics() -> tuple[Any, ...]:
    """The numbers that are told and not judged, in the order of their catalogue."""
    return _catalogue("METRICS")


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


def typical(judged: Sequence[Assessment | None]) -> int:
    """Which run is told in full: the one whose score is nearest the median; the first where nothing is known."""
    totals = {k: each.score.total for k, each in enumerate(judged) if each is not None and each.score.total is not None}
    if not totals:
        return 0
    middle = median(totals.values())
    return min(totals, key=lambda k: (abs(totals[k] - middle), k))


def first_times(recording: Recording) -> dict[str, float]:
    """The first second of each kind of event."""
    first: dict[str, float] = {}
    for event in recording.events:
        first.setdefault(event.kind, event.time)
    return first


def label(path: Path) -> str:
    """A run's name on a page."""
    return path.stem
