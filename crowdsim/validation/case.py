"""A case: one small experiment, run once per seed, with what is expected of it and who says so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from crowdsim.params import Params

Points = Sequence[tuple[float, float]]
Measured = dict[str, float | Points]
"""What one run gave: numbers, and curves as points, each under a name."""

SEEDS = tuple(range(101, 151))
"""Never used in tuning, which had 1-24. A case takes as many as it needs, from the first."""


@dataclass(frozen=True)
class Setting:
    """What a run may depend on besides its seed."""

    params: Params = Params()
    data: Path | None = None  # folder of the recordings


@dataclass(frozen=True)
class Expect:
    """What one measured number should be: within `tolerance` of `value`, or at least `low`, or at most `high`.

    With none of them the number is reported and nothing is asked of it.
    """

    quantity: str
    unit: str = ""
    value: float | None = None
    tolerance: float | None = None
    low: float | None = None
    high: float | None = None
    gate: bool = True  # False: stands beside the gate and does not decide it
    source: str = ""  # where it differs from the case's
    note: str = ""
    pool: Literal["median", "mean", "max"] = (
        "median"  # of the seeds: mean for what happens or not, max for what must not
    )

    def holds(self, measured: float) -> bool | None:
        """Whether the number is as it should be; None where nothing is asked. nan never is."""
        if self.tolerance is None and self.low is None and self.high is None:
            return None
        if not np.isfinite(measured):
            return False
        if self.tolerance is not None and self.value is not None and abs(measured - self.value) > self.tolerance:
            return False
        if self.low is not None and measured < self.low:
            return False
        return self.high is None or measured <= self.high

    @property
    def asked(self) -> str:
        """The criterion in words and signs."""
        parts = []
        if self.tolerance is not None and self.value is not None:
            parts.append(f"{self.value:.4g} ± {self.tolerance:.3g}")
        elif self.value is not None:
            parts.append(f"measured {self.value:.4g}")
        if self.low is not None:
            parts.append(f"≥ {self.low:.4g}")
        if self.high is not None:
            parts.append(f"≤ {self.high:.4g}")
        return ", ".join(parts)


@dataclass(frozen=True)
class Figure:
    """A curve of a case beside what was measured on people and what the peer gives."""

    curve: str  # its name in `Measured`
    title: str
    x: str
    y: str
    people: Callable[[Path | None], dict[str, Points]] = lambda data: {}  # label: points
    peer: str = ""  # name of the peer's curve in peers.json


@dataclass(frozen=True)
class Case:
    """One experiment. `run(seed, setting)` plays it once; `expects` says what its numbers should be."""

    name: str
    title: str
    layer: str  # standard, model, experiment or behaviour
    gate: str  # V1 .. V10, "" = none
    source: str
    run: Callable[[int, Setting], Measured]
    expects: tuple[Expect, ...]
    seeds: int = 1  # at least; more until the mean settles
    most: int = 0  # at most; 0 = `seeds`
    recordings: bool = False  # needs them
    quick: bool = False  # part of the quick form, with one seed
    long: bool = False  # many minutes: only when asked for by its name or its layer
    figures: tuple[Figure, ...] = ()
    derive: Callable[[dict[str, float]], dict[str, float]] | None = None  # numbers that follow from the medians


@dataclass
class Row:
    """One line of the table: a case's number over its seeds."""

    case: str
    layer: str
    passed: bool | None
    value: float | None  # median over the seeds, or what `Expect.pool` says
    expected: float | None
    tolerance: float | None
    unit: str
    seeds: list[int] = field(default_factory=list)
    source: str = ""
    note: str = ""
    range: tuple[float, float] | None = None  # least and most over the seeds
    asked: str = ""
    gate: str = ""  # the gate this line decides, "" = none


def _values(runs: Sequence[Measured]) -> dict[str, np.ndarray]:
    """The numbers of all runs by name, f8[runs]; curves left out."""
    names = [name for name, value in runs[0].items() if isinstance(value, int | float)]
    return {name: np.array([run[name] for run in runs], float) for name in names}


def rows_of(case: Case, runs: Sequence[Measured], seeds: Sequence[int]) -> list[Row]:
    """The lines of a case after its runs, one for each expectation."""
    spread = _values(runs)
    medians = {name: float(np.median(values)) for name, values in spread.items()}
    if case.derive:
        medians |= case.derive(medians)
    rows = []
    for expect in case.expects:
        value = medians[expect.quantity]
        if expect.pool != "median":
            value = float(spread[expect.quantity].mean() if expect.pool == "mean" else spread[expect.quantity].max())
        values = spread.get(expect.quantity, np.array([np.nan]))  # what is derived has no range over the seeds
        rows.append(
            Row(
                case=f"{case.name}: {expect.quantity}",
                layer=case.layer,
                passed=expect.holds(value),
                value=value if np.isfinite(value) else None,
                expected=expect.value,
                tolerance=expect.tolerance,
                unit=expect.unit,
                seeds=list(seeds),
                source=expect.source or case.source,
                note=expect.note,
                range=(float(values.min()), float(values.max())) if np.isfinite(values).all() else None,
                asked=expect.asked,
                gate=case.gate if expect.gate else "",
            )
        )
    return rows


def settled(case: Case, runs: Sequence[Measured]) -> bool:
    """Whether more seeds would tell little: each number's standard error is at most a fifth of its tolerance, or,
    where there is none, 3 % of the number."""
    if len(runs) >= max(case.seeds, case.most):
        return True
    if len(runs) < case.seeds:
        return False
    spread = _values(runs)
    for expect, values in ((e, spread[e.quantity]) for e in case.expects if e.quantity in spread):
        room = 0.2 * expect.tolerance if expect.tolerance else 0.03 * abs(float(values.mean()))
        if not np.isfinite(values).all() or values.std(ddof=1) / np.sqrt(len(values)) > room:
            return False
    return True
