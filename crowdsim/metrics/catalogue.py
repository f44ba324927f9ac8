"""Catalogue: everything that can be said of a session: criteria, rules, and numbers without a judgement."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from crowdsim.metrics.criteria import CRITERIA
from crowdsim.metrics.rules import RULES
from crowdsim.metrics.session import Session

__all__ = ["CRITERIA", "METRICS", "RULES", "Metric"]


@dataclass(frozen=True)
class Metric:
    """A number that is told and not judged."""

    id: str
    name: dict[str, str]
    unit: str
    fn: Callable[[Session], float | None]


def _peak(name: str) -> Callable[[Session], float | None]:
    return lambda s: s.peak(name) if s.has(name) else None


def _mean(name: str) -> Callable[[Session], float | None]:
    return lambda s: float(np.mean(s.values(name))) if s.has(name) else None


def _used(name: str) -> Callable[[Session], float | None]:
    return lambda s: float(s.values(name)[0] - s.values(name)[-1]) if s.has(name) else None


METRICS: tuple[Metric, ...] = (
    Metric("dispersed", {"id": "Massa terurai", "en": "Crowd dispersed"}, "s", lambda s: s.first("dispersal")),
    Metric("squeeze", {"id": "Himpitan tertinggi (p95)", "en": "Highest squeeze (p95)"}, "N", _peak("squeeze_p95")),
    Metric("pressure", {"id": "Tekanan massa tertinggi", "en": "Highest crowd pressure"}, "1/s2", _peak("pressure")),
    Metric("violent", {"id": "Bagian massa yang beringas", "en": "Share violent at most"}, "", _peak("mind.violent")),
    Metric("legitimacy", {"id": "Legitimasi rata-rata", "en": "Mean legitimacy"}, "", _mean("legitimacy")),
    Metric("hostage", {"id": "Lama penyanderaan", "en": "Time held"}, "s", lambda s: s.seconds("hostage", 0.5)),
    Metric("water", {"id": "Air terpakai", "en": "Water used"}, "l", _used("water")),
    Metric("arrests", {"id": "Penangkapan", "en": "Arrests"}, "", lambda s: float(len(s.of("arrest")))),
    Metric(
        "thrown", {"id": "Lemparan per menit tertinggi", "en": "Most thrown in a minute"}, "", _peak("objects_per_min")
    ),
)
