"""How fast a crowd walks, over its density: RiMEA 4, 16, ISO 13."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np

from crowdsim.validation.case import Case, Expect, Figure, Measured, Points, Setting
from crowdsim.validation.experiments import single_file, spread
from crowdsim.validation.ground import Plan, Track, free_speeds, walk
from crowdsim.validation.standards.trial import (
    all_there,
    case,
    iso,
    rimea,
    told,
)

# --- speed over density: RiMEA 4, ISO 13 ------------------------------------------------------------------------------

DENSITIES = (0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 5.4, 6.0)
"""1/m2, on the ring."""

RECORDED = {0.50: 1.34, 0.67: 1.35, 1.14: 1.21, 1.56: 1.01, 2.05: 0.67, 3.06: 0.34}
"""Density, 1/m2, and speed, m/s, of the six recorded corridors the model is calibrated on: what it claims."""

_RING = Plan(free=((0.0, 0.0, 30.0, 3.0),), ring=30.0)


def weidmann(density: float) -> float:
    """Speed [m/s] in a crowd that walks one way on the level, by its density [1/m2] (Weidmann 1993)."""
    return float(1.34 * (1.0 - np.exp(-1.913 * (1.0 / density - 1.0 / 5.4))))


def circulate(density: float, speed: np.ndarray | float, seed: int, setting: Setting, seconds: float = 70.0) -> Track:
    """People in a corridor 3 m wide whose ends meet after 30 m, `density` of them on a m2, for `seconds`.

    speed : f8[n] or float, m/s, what each wants
    """
    rng = np.random.default_rng(seed)
    count = round(90.0 * density)
    # The last column keeps the distance from the first that all have from each other.
    place = spread((0.0, 0.2, 30.0 - 1.0 / float(np.sqrt(density)), 2.8), count, rng)
    return walk(_RING, all_there(place, speed), seconds, rng, setting.params)


def _after_10_s(track: Track) -> np.ndarray:
    """Velocities along x from 10 s on, f8[frames, n], m/s."""
    return track.velocity()[round(10.0 * track.fps) :, :, 0]


def corridor_speed(density: float, seed: int, setting: Setting) -> float:
    """Mean speed [m/s] on the ring where everybody wants 1.34 m/s, from 10 s to 70 s."""
    return float(np.nanmean(_after_10_s(circulate(density, 1.34, seed, setting))))


def rimea_4(seed: int, setting: Setting) -> Measured:
    """Speed over density where everybody wants 1.34 m/s; the ends meet, so one field of measurement is as good as
    three."""
    speeds = {rho: corridor_speed(rho, seed, setting) for rho in DENSITIES}
    found: Measured = {f"{rho} /m2": v for rho, v in speeds.items()}
    found["largest rise"] = max(after - before for before, after in pairwise(speeds.values()))
    found["diagram"] = list(speeds.items())
    found["flow"] = [(rho, rho * v) for rho, v in speeds.items()]
    return found


def _diagram(data: Path | None) -> dict[str, Points]:
    return _curves(data, lambda density, speed: speed)


def _flow(data: Path | None) -> dict[str, Points]:
    return _curves(data, lambda density, speed: density * speed)


def _curves(data: Path | None, value: Callable[[float, float], float]) -> dict[str, Points]:
    """What is known of people, as density and a value that follows from density and speed."""
    formula = [(float(rho), value(rho, weidmann(rho))) for rho in np.arange(0.3, 5.41, 0.1)]
    known: dict[str, Points] = {"Weidmann 1993": formula}
    if data is not None:
        table = np.loadtxt(data / "reference" / "uni_corr_500_fd_binned.csv", delimiter=",", skiprows=1)
        # Below 1 /m2 this table counts ground that nobody covers as speed 0.
        known["recorded, corridor of 5 m (BaSiGo 2013)"] = [
            (float(rho), value(float(rho), float(v))) for rho, v in table[table[:, 0] >= 1.0][:, [0, 2]]
        ]
    return known


def iso_13(seed: int, setting: Setting) -> Measured:
    """Speed at the densities of the recorded corridors, and whether anybody goes faster than he wants."""
    found: Measured = {}
    errors, crowd, person, moment = [], [], [], []
    for rho, known in RECORDED.items():
        wanted = free_speeds(round(90.0 * rho), np.random.default_rng([seed, 1]))
        track = circulate(rho, wanted, seed, setting, 40.0)
        velocity = _after_10_s(track)
        speed = float(np.nanmean(velocity))
        found[f"{rho} /m2"] = speed
        errors.append(abs(speed - known))
        crowd.append(speed / float(wanted.mean()))
        person.append(float((np.nanmean(velocity, axis=0) / wanted).max()))
        moment.append(float(np.nanmax(track.speed()[round(10.0 * track.fps) :] / wanted)))
    found["mean |dv|"] = float(np.mean(errors))
    found["fastest crowd"], found["fastest person"], found["fastest moment"] = max(crowd), max(person), max(moment)
    return found


# --- one behind the other: RiMEA 16 -----------------------------------------------------------------------------------

BANDS = {
    0.4: (0.246, 0.414),
    0.5: (0.280, 0.507),
    0.6: (0.283, 0.519),
    0.7: (0.284, 0.561),
    0.8: (0.371, 0.566),
    0.9: (0.424, 0.589),
    1.0: (0.387, 0.590),
    1.1: (0.352, 0.590),
}
"""Distance to the next person, m: what 10 % and 90 % of the speeds recorded in n34_cam2 lie below, m/s, by `bands`."""

PER_METRE = (0.8, 1.0, 1.26, 1.5, 1.8, 2.2)
"""1/m, people on the ring."""

_FEWEST = 10


def headways(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distance along x to the next person in the same frame [m] and speed along x [m/s] of everybody who has one.

    table : f8[samples, 5], columns person, frame, x, y, speed along x
    """
    distance, speed = [], []
    for frame in np.unique(table[:, 1]):
        here = table[table[:, 1] == frame]
        here = here[np.argsort(here[:, 2], kind="stable")]
        distance.append(np.diff(here[:, 2]))
        speed.append(here[:-1, 4])
    return np.concatenate(distance), np.concatenate(speed)


def bands(table: np.ndarray) -> dict[float, tuple[float, float, float]]:
    """Mean, 10 % and 90 % quantile of the recorded speeds [m/s] by the distance [m] in steps of 0.1, where at least ten
    were seen; `table` as for `headways`."""
    distance, speed = headways(table)
    step = np.round(10.0 * distance).astype(int)
    found = {}
    for k in np.unique(step):
        mine = speed[step == k]
        if len(mine) >= _FEWEST:
            low, high = np.quantile(mine, (0.1, 0.9))
            found[float(k) / 10.0] = (float(mine.mean()), float(low), float(high))
    return found


_AS_RECORDED = 1.26
"""1/m, of the 34 people on 27 m that were recorded."""


def band(per_metre: float) -> tuple[float, float, str]:
    """Least and highest speed [m/s] of people one behind the other, `per_metre` [1/m] of them, and who says so.

    The recording is of one density. Its other headways are moments of that one flow: people 0.6 m apart for a while
    walk at its pace, not at that of a ring with 1.7 people a metre. Other densities follow the published line.
    """
    if per_metre == _AS_RECORDED:
        headway = round(1.0 / per_metre, 1)
        return *BANDS[headway], f"10-90 % of the speeds recorded at {headway} m"
    line = (1.0 / per_metre - 0.36) / 1.06
    return line - 0.1, line + 0.1, "(1/rho - 0.36) / 1.06 +- 0.1, Seyfried et al. 2005"


def rimea_16(seed: int, setting: Setting) -> Measured:
    """People on a closed lane too narrow to overtake, more and more of them."""
    speeds = {rho: single_file(rho, seed, setting) for rho in PER_METRE}
    found: Measured = {f"{rho} /m": v for rho, v in speeds.items()}
    found["speed"] = list(speeds.items())
    return found


def _recorded_single_file(data: Path | None) -> dict[str, Points]:
    known: dict[str, Points] = {
        "recorded, 10 %": [(1.0 / d, low) for d, (low, _) in BANDS.items()],
        "recorded, 90 %": [(1.0 / d, high) for d, (_, high) in BANDS.items()],
    }
    if data is not None:
        table = np.loadtxt(data / "single-file" / "n34_cam2.csv", delimiter=",", skiprows=1)
        known["recorded, mean"] = [(1.0 / d, mean) for d, (mean, _, _) in bands(table).items()]
    return known


# --- the cases --------------------------------------------------------------------------------------------------------


def _diagram_expects() -> tuple[Expect, ...]:
    expects = []
    for rho in DENSITIES:
        if rho <= 3.0:
            expects.append(Expect(f"{rho} /m2", "m/s", weidmann(rho), 0.15, source="Weidmann 1993"))
        elif rho == 5.4:
            expects.append(Expect(f"{rho} /m2", "m/s", high=0.1))
        else:
            expects.append(told(f"{rho} /m2", "m/s"))
    return (*expects, Expect("largest rise", "m/s", high=0.0, note="from one density to the next"))


def _band_expects() -> tuple[Expect, ...]:
    expects = []
    for rho in PER_METRE:
        low, high, note = band(rho)
        expects.append(Expect(f"{rho} /m", "m/s", low=low, high=high, note=note))
    return tuple(expects)


CASES: tuple[Case, ...] = (
    case(
        "rimea_4",
        "Speed over density in a corridor without end",
        rimea("4"),
        rimea_4,
        *_diagram_expects(),
        figures=(
            Figure("diagram", "Corridor: speed over density", "1/m2", "m/s", _diagram, "diagram"),
            Figure("flow", "Corridor: specific flow over density", "1/m2", "1/(m s)", _flow),
        ),
    ),
    case(
        "rimea_16",
        "Speed over density one behind the other",
        rimea("16") + "; n34_cam2",
        rimea_16,
        *_band_expects(),
        seeds=3,
        figures=(Figure("speed", "One behind the other: speed over density", "1/m", "m/s", _recorded_single_file),),
    ),
    case(
        "iso_13",
        "Speed over density in a corridor, against the recordings the model claims to follow",
        iso(13),
        iso_13,
        Expect("mean |dv|", "m/s", high=0.10, note="at the densities of the recorded corridors"),
        Expect("fastest crowd", "", high=1.0, note="mean speed over mean free speed, at any of the densities"),
        Expect("fastest person", "", high=1.0, gate=False, note="anybody's mean speed over his free speed"),
        told("fastest moment", "", note="anybody's speed in half a second over his free speed"),
        *(Expect(f"{rho} /m2", "m/s", v, 0.10, gate=False) for rho, v in RECORDED.items()),
    ),
)
