"""How one person walks, when he starts, how he takes a corner: RiMEA 1, 5, 6, 7, ISO 1, 2, 4, 5."""

from itertools import pairwise

import numpy as np
from scipy.stats import ks_1samp, ks_2samp, lognorm, norm, uniform

from crowdsim.population.spawn import bodies
from crowdsim.validation.case import Case, Expect, Measured, Setting
from crowdsim.validation.experiments import spread
from crowdsim.validation.ground import Plan, Track, free_speeds, walk
from crowdsim.validation.measure import in_area
from crowdsim.validation.standards.trial import (
    EVERYBODY,
    SMALL_ROOM,
    all_there,
    case,
    iso,
    last,
    missing,
    rimea,
    told,
)

# --- one person: RiMEA 1, ISO 2 ---------------------------------------------------------------------------------------


def _alone(speed: float, start: float, seed: int, setting: Setting) -> Track:
    """One person in a corridor 2 m wide, from x = 0.5 m to 1 m beyond 40 m of way and `start` m before it."""
    length = 0.5 + start + 40.0
    plan = Plan(free=((0.0, 0.0, length + 2.0, 2.0),), goals=((length + 1.0, 0.0, length + 2.0, 2.0),))
    rng = np.random.default_rng(seed)
    return walk(plan, all_there(np.array([[0.5, 1.0]]), speed), 80.0, rng, setting.params)


def rimea_1(seed: int, setting: Setting) -> Measured:
    """Somebody who wants 1.33 m/s on 40 m: from standing, and from 1 m after his start."""
    track = _alone(1.33, 1.0, seed, setting)
    begun, whole, end = (float(track.crossings(0, x, 1)[0]) for x in (1.5, 40.5, 41.5))
    return {"time": whole, "time after 1 m": end - begun}


def iso_2(seed: int, setting: Setting) -> Measured:
    """Somebody who wants 1.0 m/s on 40 m, 10 m after his start."""
    track = _alone(1.0, 10.0, seed, setting)
    return {"speed": 40.0 / float(track.crossings(0, 50.5, 1)[0] - track.crossings(0, 10.5, 1)[0])}


# --- when people start: RiMEA 5, ISO 1 --------------------------------------------------------------------------------

_STANDS = 0.05
"""m/s: whoever is slower stands; somebody who sets off is faster after one or two ticks."""


def lateness(start: np.ndarray, rng: np.random.Generator, setting: Setting) -> np.ndarray:
    """How much later than told each of some people in a room sets off, s; negative = too early, nan = never.

    Somebody who waits may be pushed aside by those who pass. He set off when he last stood before he was 1 m away.

    start : f8[n], s, when each should
    """
    place = spread((0.5, 0.5, 6.5, 4.5), len(start), rng)
    entry = all_there(place, free_speeds(len(start), rng), start=start)
    dt = setting.params.time.dt
    track = walk(SMALL_ROOM, entry, float(start.max()) + 5.0, rng, setting.params, fps=1.0 / dt)
    place = track.position.astype(float)
    moved, away = np.diff(place, axis=0), place[1:] - place[0]
    stands = np.hypot(moved[..., 0], moved[..., 1]) / dt < _STANDS
    gone = np.hypot(away[..., 0], away[..., 1]) > 1.0
    first = np.full(len(start), np.nan)
    for i in np.flatnonzero(gone.any(axis=0)):
        stood = np.flatnonzero(stands[: gone[:, i].argmax(), i])
        first[i] = (stood[-1] + 1 if len(stood) else 0) * dt
    return np.round(first - start, 6)


def rimea_5(seed: int, setting: Setting) -> Measured:
    """Ten people who start at times between 10 and 100 s, each with a tick at which people on a ground are told."""
    rng = np.random.default_rng(seed)
    each = 5 * setting.params.time.dt
    start = 5 * rng.integers(round(10.0 / each), round(100.0 / each) + 1, 10) * setting.params.time.dt
    late = lateness(start, rng, setting)
    return {
        "latest": float(late.max()),
        "earliest": float(late.min()),
        "first start": float((start + late).min()),
        "last start": float((start + late).max()),
    }


DELAYS = {
    "uniform": (uniform(10.0, 30.0), 10.0, 40.0),
    "normal": (norm(25.0, 4.0), 5.0, 45.0),
    "log-normal": (lognorm(0.4, 10.0, 8.0), 10.0, 60.0),
}
"""Name: how long people wait, s, and between what."""


def iso_1(seed: int, setting: Setting) -> Measured:
    """Ten people who start after times drawn from three distributions, six times each."""
    found: Measured = {}
    for name, (law, low, high) in DELAYS.items():
        started = []
        for k in range(6):
            rng = np.random.default_rng([seed, k])
            drawn = np.clip(law.rvs(10, random_state=rng), low, high)
            started.append(drawn + lateness(drawn, rng, setting))
        pooled = np.concatenate(started)
        # Whoever starts at the very end of the range may be one decision late.
        late = setting.params.time.walk_every * setting.params.time.dt * 2.0
        found[f"{name}: outside"] = float((~((pooled >= low) & (pooled <= high + late))).sum())
        found[f"{name}: p"] = float(ks_1samp(pooled, law.cdf).pvalue)
    return found


# --- a corner: RiMEA 6, ISO 4 -----------------------------------------------------------------------------------------

CORNER = Plan(free=((0.0, 0.0, 12.0, 2.0), (10.0, 2.0, 12.0, 12.0)), goals=((10.0, 11.0, 12.0, 12.0),))
"""Two arms of 10 m, 2 m wide, and the square between them."""

_OUTLINE = ((0.0, 0.0), (12.0, 0.0), (12.0, 12.0), (10.0, 12.0), (10.0, 2.0), (0.0, 2.0))


def wall_distance(points: np.ndarray, outline: tuple[tuple[float, float], ...]) -> np.ndarray:
    """Distance [m] of each point to the nearest wall of a polygon, f8[...]; points [m], f[..., 2]."""
    nearest = np.full(points.shape[:-1], np.inf)
    for a, b in pairwise((*outline, outline[0])):
        corner, side = np.array(a), np.array(b) - np.array(a)
        share = np.clip((points - corner) @ side / (side @ side), 0.0, 1.0)
        away = points - corner - share[..., None] * side
        nearest = np.minimum(nearest, np.hypot(away[..., 0], away[..., 1]))
    return nearest


def corner(seed: int, setting: Setting) -> Measured:
    """Twenty people from the first 6 m of one arm around a corner to the end of the other, looked at in each tick."""
    rng = np.random.default_rng(seed)
    radius = bodies(20, False, rng)[0].astype(float)
    entry = all_there(spread((0.3, 0.3, 5.7, 1.7), 20, rng), free_speeds(20, rng))
    fps = 1.0 / setting.params.time.dt
    track = walk(CORNER, entry, 60.0, rng, setting.params, fps=fps, radius=radius)
    place = track.position.astype(float)
    here = np.isfinite(place[..., 0])
    free = np.any([in_area(place, rect) for rect in CORNER.free], axis=0)
    distance = wall_distance(place, _OUTLINE)
    depth = np.where(free, radius - distance, radius + distance) / (2.0 * radius)
    return {
        "missing": missing(track),
        "outside": float((here & ~free & (distance > 0.001)).sum()) + track.penetrations,
        "deepest": max(0.0, float(depth[here].max())),
        "last": last(track),
    }


# --- who walks how fast: RiMEA 7, ISO 5 -------------------------------------------------------------------------------


def walked_speeds(wanted: np.ndarray, seed: int, setting: Setting) -> np.ndarray:
    """Speed [m/s] of each of some people who walk side by side, 1.5 m apart, on 15 m after 4.5 m.

    wanted : f8[n], m/s
    """
    n = len(wanted)
    plan = Plan(free=((0.0, 0.0, 25.0, 1.5 * n),), goals=((23.0, 0.0, 25.0, 1.5 * n),), tile=0.25)
    place = np.column_stack([np.full(n, 0.5), 1.5 * np.arange(n) + 0.75])
    track = walk(plan, all_there(place, wanted), 60.0, np.random.default_rng(seed), setting.params)
    return 15.0 / (track.crossings(0, 20.0, 1) - track.crossings(0, 5.0, 1))


def speed_at_age(age: np.ndarray) -> np.ndarray:
    """Free speed [m/s] of adults of an age [years]: straight lines between the corners of RiMEA's table of Weidmann's
    curve."""
    return np.interp(age, (20.0, 30.0, 50.0, 80.0), (1.61, 1.54, 1.41, 0.68))


def rimea_7(seed: int, setting: Setting) -> Measured:
    """Fifty adults of 20 to 80 years walk as fast as their age has it."""
    wanted = speed_at_age(np.random.default_rng([seed, 7]).uniform(20.0, 80.0, 50))
    walked = walked_speeds(wanted, seed, setting)
    return {"p": float(ks_2samp(walked, wanted).pvalue), "largest error": float(np.abs(walked - wanted).max())}


def iso_5(seed: int, setting: Setting) -> Measured:
    """A hundred people whose free speeds are N(1.2, 0.2) m/s."""
    walked = walked_speeds(np.random.default_rng([seed, 5]).normal(1.2, 0.2, 100), seed, setting)
    return {
        "mean": float(walked.mean()),
        "sd": float(walked.std(ddof=1)),
        "p": float(ks_1samp(walked, norm(1.2, 0.2).cdf).pvalue),
    }


# --- the cases --------------------------------------------------------------------------------------------------------

CASES: tuple[Case, ...] = (
    case(
        "rimea_1",
        "Somebody keeps his speed",
        rimea("1"),
        rimea_1,
        Expect("time", "s", low=26.0, high=34.0),
        Expect("time after 1 m", "s", 30.1, 0.5),
        quick=True,
    ),
    case(
        "rimea_5",
        "Ten people, each with his own time to start",
        rimea("5"),
        rimea_5,
        Expect("latest", "s", high=0.1, note="one time step of the decisions, which are ten a second"),
        Expect("earliest", "s", low=-0.1, note="the same"),
        told("first start", "s"),
        told("last start", "s"),
        quick=True,
    ),
    case(
        "rimea_6",
        "Twenty people around a corner",
        rimea("6"),
        corner,
        Expect("missing", "people", high=0.0, note=EVERYBODY),
        Expect("outside", "samples", high=0.0),
        Expect("deepest", "", high=0.1, note="in a wall, over the body's diameter"),
        told("last", "s"),
        quick=True,
    ),
    case(
        "rimea_7",
        "Fifty adults walk at the speed of their age",
        rimea("7"),
        rimea_7,
        Expect("p", "", low=0.05, note="Kolmogorov-Smirnov, walked against assigned"),
        told("largest error", "m/s"),
        quick=True,
    ),
    case(
        "iso_1",
        "Ten people start after times of three distributions",
        iso(1, "1.1"),
        iso_1,
        *(Expect(f"{name}: outside", "people", high=0.0, note="of the range, of sixty") for name in DELAYS),
        *(Expect(f"{name}: p", "", low=0.05, note="Kolmogorov-Smirnov over six times ten") for name in DELAYS),
    ),
    case("iso_2", "Speed in a corridor", iso(2, "2.1"), iso_2, Expect("speed", "m/s", 1.0, 0.05), quick=True),
    case(
        "iso_4",
        "Twenty people around a corner",
        iso(4, "2.3"),
        corner,
        Expect("missing", "people", high=0.0, note=EVERYBODY),
        Expect("outside", "samples", high=0.0, note="by more than 1 mm"),
        quick=True,
    ),
    case(
        "iso_5",
        "A hundred people with normal free speeds",
        iso(5, "2.4"),
        iso_5,
        Expect("mean", "m/s", 1.2, 0.05),
        Expect("sd", "m/s", 0.2, 0.05),
        Expect("p", "", low=0.05, note="Kolmogorov-Smirnov against N(1.2, 0.2)"),
        quick=True,
    ),
)
