"""The standard tests of the field that apply to level ground: RiMEA 4.1.1 and ISO 20414. Gate V1.

Where a standard only describes what should be seen, the numbers asked here are this project's own.
"""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.stats import ks_1samp, ks_2samp, lognorm, norm, uniform

from crowdsim.population.spawn import bodies
from crowdsim.validation.case import Case, Expect, Figure, Measured, Points, Setting
from crowdsim.validation.experiments import single_file, spread
from crowdsim.validation.ground import Entry, Ground, Plan, Track, free_speeds, walk
from crowdsim.validation.measure import flow_10_90, in_area
from crowdsim.world.tilemap import Rect

_COARSE = 0.1
"""m, tiles of large rooms, whose openings are whole numbers of them."""

_NEVER = float("inf")
"""s: when the last arrives if somebody does not. No criterion holds of it."""


def _entry(
    place: np.ndarray, speed: np.ndarray | float, goal: np.ndarray | int = 0, start: np.ndarray | None = None
) -> Entry:
    """People who are all there from the beginning."""
    n = len(place)
    goals = np.broadcast_to(goal, n).astype(np.int32)
    return Entry(np.asarray(place, float), np.zeros(n), goals, np.broadcast_to(speed, n).astype(float), start)


def _last(track: Track, who: slice = slice(None)) -> float:
    """When the last of some people reached his goal, s."""
    times = track.finished[who]
    return float(times.max()) if np.isfinite(times).all() else _NEVER


def _missing(track: Track) -> float:
    """How many never reached their goals."""
    return float(np.isnan(track.finished).sum())


def _density(track: Track, area: Rect, start: float, end: float) -> float:
    """People in an area over its size, 1/m2, mean over the frames from `start` to `end` s."""
    chosen = (track.times >= start) & (track.times <= end)
    if not chosen.any():
        return float("nan")
    size = (area[2] - area[0]) * (area[3] - area[1])
    return float(in_area(track.position[chosen], area).sum(axis=1).mean() / size)


def _peak_density(track: Track, area: Rect) -> float:
    """The highest mean over one second of people in an area over its size, 1/m2."""
    size = (area[2] - area[0]) * (area[3] - area[1])
    second = max(1, round(track.fps))
    counts = in_area(track.position, area).sum(axis=1).astype(float)
    return float(np.convolve(counts, np.full(second, 1.0 / second), "valid").max() / size)


def _last_place(track: Track) -> np.ndarray:
    """Where each person was last seen, f8[n, 2], m."""
    seen = np.isfinite(track.position[:, :, 0])
    last = len(seen) - 1 - seen[::-1].argmax(axis=0)
    return track.position[last, np.arange(seen.shape[1])].astype(float)


def _tenth_to_ninth(times: np.ndarray) -> tuple[float, float]:
    """When a tenth and when nine tenths of those who crossed had crossed, s: a steady stream lies between."""
    ordered = np.sort(times[np.isfinite(times)])
    if len(ordered) < 10:
        return 0.0, 0.0
    return float(ordered[int(0.1 * len(ordered))]), float(ordered[int(0.9 * len(ordered))])


# --- one person: RiMEA 1, ISO 2 ---------------------------------------------------------------------------------------


def _alone(speed: float, start: float, seed: int, setting: Setting) -> Track:
    """One person in a corridor 2 m wide, from x = 0.5 m to 1 m beyond 40 m of way and `start` m before it."""
    length = 0.5 + start + 40.0
    plan = Plan(free=((0.0, 0.0, length + 2.0, 2.0),), goals=((length + 1.0, 0.0, length + 2.0, 2.0),))
    rng = np.random.default_rng(seed)
    return walk(plan, _entry(np.array([[0.5, 1.0]]), speed), 80.0, rng, setting.params)


def rimea_1(seed: int, setting: Setting) -> Measured:
    """Somebody who wants 1.33 m/s on 40 m: from standing, and from 1 m after his start."""
    track = _alone(1.33, 1.0, seed, setting)
    begun, whole, end = (float(track.crossings(0, x, 1)[0]) for x in (1.5, 40.5, 41.5))
    return {"time": whole, "time after 1 m": end - begun}


def iso_2(seed: int, setting: Setting) -> Measured:
    """Somebody who wants 1.0 m/s on 40 m, 10 m after his start."""
    track = _alone(1.0, 10.0, seed, setting)
    return {"speed": 40.0 / float(track.crossings(0, 50.5, 1)[0] - track.crossings(0, 10.5, 1)[0])}


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
    return walk(_RING, _entry(place, speed), seconds, rng, setting.params)


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


# --- when people start: RiMEA 5, ISO 1 --------------------------------------------------------------------------------

_EXIT = Plan(free=((0.0, 0.0, 8.0, 5.0), (8.0, 2.0, 8.2, 3.0), (8.2, 1.0, 10.0, 4.0)), goals=((9.2, 1.0, 10.0, 4.0),))
"""A room of 8 x 5 m with an exit of 1 m in the middle of the wall of 5 m."""

_STANDS = 0.05
"""m/s: whoever is slower stands; somebody who sets off is faster after one or two ticks."""


def lateness(start: np.ndarray, rng: np.random.Generator, setting: Setting) -> np.ndarray:
    """How much later than told each of some people in a room sets off, s; negative = too early, nan = never.

    Somebody who waits may be pushed aside by those who pass. He set off when he last stood before he was 1 m away.

    start : f8[n], s, when each should
    """
    place = spread((0.5, 0.5, 6.5, 4.5), len(start), rng)
    entry = _entry(place, free_speeds(len(start), rng), start=start)
    dt = setting.params.time.dt
    track = walk(_EXIT, entry, float(start.max()) + 5.0, rng, setting.params, fps=1.0 / dt)
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
    entry = _entry(spread((0.3, 0.3, 5.7, 1.7), 20, rng), free_speeds(20, rng))
    fps = 1.0 / setting.params.time.dt
    track = walk(CORNER, entry, 60.0, rng, setting.params, fps=fps, radius=radius)
    place = track.position.astype(float)
    here = np.isfinite(place[..., 0])
    free = np.any([in_area(place, rect) for rect in CORNER.free], axis=0)
    distance = wall_distance(place, _OUTLINE)
    depth = np.where(free, radius - distance, radius + distance) / (2.0 * radius)
    return {
        "missing": _missing(track),
        "outside": float((here & ~free & (distance > 0.001)).sum()) + track.penetrations,
        "deepest": max(0.0, float(depth[here].max())),
        "last": _last(track),
    }


# --- who walks how fast: RiMEA 7, ISO 5 -------------------------------------------------------------------------------


def walked_speeds(wanted: np.ndarray, seed: int, setting: Setting) -> np.ndarray:
    """Speed [m/s] of each of some people who walk side by side, 1.5 m apart, on 15 m after 4.5 m.

    wanted : f8[n], m/s
    """
    n = len(wanted)
    plan = Plan(free=((0.0, 0.0, 25.0, 1.5 * n),), goals=((23.0, 0.0, 25.0, 1.5 * n),), tile=0.25)
    place = np.column_stack([np.full(n, 0.5), 1.5 * np.arange(n) + 0.75])
    track = walk(plan, _entry(place, wanted), 60.0, np.random.default_rng(seed), setting.params)
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


# --- rooms and openings: RiMEA 8, 9, 12, ISO 11 -----------------------------------------------------------------------


def two_rooms(width: float = 1.0, length: float = 0.2, behind: float = 9.0) -> Plan:
    """Two rooms of 10 x 10 m, an opening of `width` x `length` m between them, and a goal `behind` m after it."""
    wall = 10.0 + length
    goal = wall + min(behind, 9.5)
    return Plan(
        free=(
            (0.0, 0.0, 10.0, 10.0),
            (10.0, 5.0 - width / 2, wall, 5.0 + width / 2),
            (wall, 0.0, wall + 10.0, 10.0),
        ),
        goals=((goal, 0.0, goal + 0.5, 10.0),),
    )


def _empty(plan: Plan, seed: int, setting: Setting, count: int = 150) -> Track:
    """People in the half of the first room that is far from the opening, until all are at the goal."""
    rng = np.random.default_rng(seed)
    entry = _entry(spread((0.3, 0.3, 5.0, 9.7), count, rng), free_speeds(count, rng))
    return walk(plan, entry, 400.0, rng, setting.params)


SPEEDS = (0.8, 1.0, 1.2, 1.34, 1.6, 2.0)
"""m/s, that everybody wants in RiMEA 8."""


def rimea_8(seed: int, setting: Setting) -> Measured:
    """The parameter varied is the free speed: 100 people leave a room of 10 x 10 m through 1 m."""
    found: Measured = {}
    for speed in SPEEDS:
        rng = np.random.default_rng(seed)
        entry = _entry(spread((0.3, 0.3, 9.0, 9.7), 100, rng), speed)
        found[f"{speed} m/s"] = _last(walk(two_rooms(behind=2.0), entry, 400.0, rng, setting.params))
    found["trend"] = [(speed, found[f"{speed} m/s"]) for speed in SPEEDS]  # type: ignore[misc]
    return found


def large_room(exits: tuple[tuple[float, float], ...]) -> Plan:
    """A room of 30 x 20 m with exits of 1 m at given x in the wall at y = 0 or y = 20; people go to the nearest."""
    free: list[Rect] = [(0.0, 0.0, 30.0, 20.0)]
    goals: list[Rect] = []
    for x, y in exits:
        out = 1.0 if y else -1.0
        for half, near, far in ((0.5, 0.0, 0.2), (2.0, 0.2, 2.2)):
            low, high = sorted((y + out * near, y + out * far))
            free.append((x - half, low, x + half, high))
        low, high = sorted((y + out * 1.2, y + out * 2.2))
        goals.append((x - 2.0, low, x + 2.0, high))
    return Plan(free=tuple(free), goals=tuple(goals), together=True, tile=_COARSE)


_DOORS = ((7.5, 0.0), (22.5, 0.0), (7.5, 20.0), (22.5, 20.0))


def rimea_9(seed: int, setting: Setting) -> Measured:
    """A thousand people leave through four exits, then through the two on one side."""
    times, missing = [], 0.0
    for exits in (_DOORS, _DOORS[2:]):
        rng = np.random.default_rng(seed)
        entry = _entry(spread((0.4, 0.4, 29.6, 19.6), 1000, rng), free_speeds(1000, rng))
        track = walk(large_room(exits), entry, 600.0, rng, setting.params, fps=1.0)
        times.append(_last(track))
        missing += _missing(track)
    ratio = times[1] / times[0] if np.isfinite(times).all() else float("nan")
    return {"four exits": times[0], "two exits": times[1], "ratio": ratio, "missing": missing}


BEHIND = (0.0, 5.0, 10.0)
"""m, distances of the goal in RiMEA 12a."""


def rimea_12a(seed: int, setting: Setting) -> Measured:
    """The goal directly behind the opening and farther away."""
    times = [_last(_empty(two_rooms(behind=d), seed, setting)) for d in BEHIND]
    found: Measured = {f"{d:.0f} m": time for d, time in zip(BEHIND, times, strict=True)}
    for (near, before), (far, after) in pairwise(zip(BEHIND, times, strict=True)):
        found[f"{far:.0f} - {near:.0f} m"] = after - before
    return found


def rimea_12b(seed: int, setting: Setting) -> Measured:
    """An opening 0.2 m long and one of 5 m, the goal 4 m behind either."""
    found: Measured = {}
    for length in (0.2, 5.0):
        track = _empty(two_rooms(length=length, behind=4.0), seed, setting)
        found[f"{length} m"] = _last(track)
        found[f"{length} m: flow"] = flow_10_90(track.crossings(0, 10.0, 1))
    found["slower"] = found["5.0 m"] - found["0.2 m"]  # type: ignore[operator]
    return found


IN_SERIES = Plan(
    free=(
        (0.0, 0.0, 10.0, 10.0),
        (10.0, 4.5, 10.2, 5.5),
        (10.2, 0.0, 20.2, 10.0),
        (20.2, 4.5, 20.4, 5.5),
        (20.4, 0.0, 30.4, 10.0),
    ),
    goals=((29.4, 0.0, 30.4, 10.0),),
)
"""Three rooms of 10 x 10 m and two openings of 1 m."""


def rimea_12c(seed: int, setting: Setting) -> Measured:
    """Two equal openings, one after the other: the crowd waits before the first."""
    track = _empty(IN_SERIES, seed, setting)
    first, second = track.crossings(0, 10.1, 1), track.crossings(0, 20.3, 1)
    before_first = _density(track, (8.0, 4.0, 10.0, 6.0), *_tenth_to_ninth(first))
    before_second = _density(track, (18.2, 4.0, 20.2, 6.0), *_tenth_to_ninth(second))
    return {
        "before the first": before_first,
        "before the second": before_second,
        "second / first": before_second / before_first,
        "flows": flow_10_90(second) / flow_10_90(first),
        "missing": _missing(track),
        "passed the first": [(float(t), k + 1.0) for k, t in enumerate(np.sort(first[np.isfinite(first)]))],
        "passed the second": [(float(t), k + 1.0) for k, t in enumerate(np.sort(second[np.isfinite(second)]))],
    }


WIDTHS = (0.8, 1.0, 1.2)
"""m, of the openings of RiMEA 12d."""


def rimea_12d(seed: int, setting: Setting) -> Measured:
    """Openings 5 m long of three widths."""
    flows = [
        flow_10_90(_empty(two_rooms(w, 5.0, 4.0), seed, setting).crossings(0, 12.5, 1))  # in the middle of its length
        for w in WIDTHS
    ]
    found: Measured = {f"{w} m": flow / w for w, flow in zip(WIDTHS, flows, strict=True)}
    found["least gain"] = min(after - before for before, after in pairwise(flows))
    return found


def iso_11(seed: int, setting: Setting) -> Measured:
    """A hundred people leave a room of 8 x 5 m through 1 m. No option caps the flow, so it is only told."""
    rng = np.random.default_rng(seed)
    entry = _entry(spread((0.3, 0.3, 7.0, 4.7), 100, rng), free_speeds(100, rng))
    track = walk(_EXIT, entry, 200.0, rng, setting.params)
    return {"specific flow": flow_10_90(track.crossings(0, 8.1, 1)), "last": _last(track)}


# --- whose exit is which: RiMEA 10, ISO 8 and 9, ISO 17 ---------------------------------------------------------------


def cabins() -> Plan:
    """Twelve rooms of 3 x 3 m, six on either side of a corridor 2 m wide; the main exit is at its east end, the other
    at its west end."""
    free: list[Rect] = [(-4.0, 0.0, 22.0, 2.0)]
    for k in range(6):
        west = 3.1 * k
        for low, high, door in ((-3.2, -0.2, -0.2), (2.2, 5.2, 2.0)):
            free += [(west, low, west + 3.0, high), (west + 1.0, door, west + 2.0, door + 0.2)]
    return Plan(free=tuple(free), goals=((21.0, 0.0, 22.0, 2.0), (-4.0, 0.0, -3.0, 2.0)))


def assigned(seed: int, setting: Setting) -> Measured:
    """Twenty-three people in twelve rooms, two in each and one in the last. The eight of four rooms, two of which lie
    near the main exit, are assigned the other one."""
    rng = np.random.default_rng(seed)
    place, goal = [], []
    for room in range(12):
        west, low = 3.1 * (room % 6), (-3.2 if room < 6 else 2.2)
        for k in range(1 if room == 11 else 2):
            place.append((west + 0.8 + 1.4 * k + rng.uniform(-0.2, 0.2), low + 1.5 + rng.uniform(-0.6, 0.6)))
            goal.append(1 if room in (0, 6, 4, 10) else 0)
    ways = np.array(goal)
    track = walk(cabins(), _entry(np.array(place), free_speeds(23, rng), ways), 90.0, rng, setting.params)
    by_the_main = _last_place(track)[:, 0] > 9.0
    right = np.isfinite(track.finished) & (by_the_main == (ways == 0))
    return {"share": float(right.mean()), "main exit": float((right & (ways == 0)).sum()), "last": _last(track)}


TWO_EXITS = Plan(
    free=((0.0, 0.0, 10.0, 15.0), (10.2, 3.0, 12.2, 12.0)),
    goals=((11.2, 3.0, 12.2, 6.0), (11.2, 9.0, 12.2, 12.0)),
    barriers=((10.0, 4.5, 10.2, 5.5), (10.0, 9.5, 10.2, 10.5)),
    together=True,
)
"""A room of 10 x 15 m whose two exits of 1 m can be shut."""


def _open_both(ground: Ground) -> None:
    ground.open({0: True, 1: True})


def _shut_the_near(ground: Ground) -> None:
    ground.open({0: False})


def iso_9(seed: int, setting: Setting) -> Measured:
    """Somebody walks to the nearer of two exits, which is shut after 1 s."""
    found: Measured = {}
    for name, shut in (("open", False), ("shut", True)):
        track = walk(
            TWO_EXITS,
            _entry(np.array([[3.0, 5.0]]), 1.0),
            60.0,
            np.random.default_rng(seed),
            setting.params,
            happenings=((0.0, _open_both), (1.0, _shut_the_near))[: 2 if shut else 1],
        )
        place = track.position[:, 0].astype(float)
        leaves = int((place[:, 0] > 10.1).argmax())
        found[f"{name}: exit"] = 1.0 if place[leaves, 1] < 7.5 else 2.0
        found[f"{name}: time"] = _last(track)
    found["seconds to turn"] = _turning(track)
    return found


def _turning(track: Track) -> float:
    """s from 1 s until somebody first walks along y by more than 0.2 m/s, inf = never."""
    turned = np.flatnonzero(np.abs(track.velocity(0.1)[:, 0, 1]) > 0.2)
    return float(track.times[turned[0]]) - 1.0 if len(turned) else _NEVER


SHORT_CUT = Plan(
    free=(
        (0.0, 0.0, 20.0, 2.0),
        (0.0, 18.0, 20.0, 20.0),
        (0.0, 2.0, 2.0, 18.0),
        (18.0, 2.0, 20.0, 18.0),
        (2.0, 9.0, 18.0, 11.0),
    ),
    goals=((18.0, 9.0, 20.0, 11.0),),
)
"""Corridors 2 m wide around a square, and one across it."""


def iso_17(seed: int, setting: Setting) -> Measured:
    """Forty people on one side of a square whose goal is on the other: around it, or across."""
    rng = np.random.default_rng(seed)
    entry = _entry(spread((0.3, 3.0, 1.7, 17.0), 40, rng), free_speeds(40, rng))
    track = walk(SHORT_CUT, entry, 120.0, rng, setting.params)
    across = in_area(track.position, (9.0, 9.0, 11.0, 11.0)).any(axis=0)
    return {"across": float(across.mean()), "last": _last(track)}


# --- against each other and past each other: ISO 6, 7, 14 -------------------------------------------------------------

COUNTER = (0, 10, 50, 100)
"""How many come towards the hundred in ISO 6."""

_TWO_WAYS = Plan(
    free=((0.0, 0.0, 10.0, 10.0), (10.0, 4.0, 20.0, 6.0), (20.0, 0.0, 30.0, 10.0)),
    goals=((29.0, 0.0, 30.0, 10.0), (0.0, 0.0, 1.0, 10.0)),
    tile=_COARSE,
)
"""Two rooms of 10 x 10 m and a corridor of 10 x 2 m between them."""


def iso_6(seed: int, setting: Setting) -> Measured:
    """A hundred people from the far side of one room to the far side of the other, against others."""
    found: Measured = {}
    for others in COUNTER:
        rng = np.random.default_rng(seed)
        place = spread((0.3, 0.3, 3.2, 9.7), 100, rng)
        speed = free_speeds(100, rng)
        if others:
            place = np.concatenate([place, spread((26.8, 0.3, 29.7, 9.7), others, rng)])
            speed = np.concatenate([speed, free_speeds(others, rng)])
        goal = (np.arange(100 + others) >= 100).astype(np.int32)
        track = walk(_TWO_WAYS, _entry(place, speed, goal), 400.0, rng, setting.params, fps=1.0)
        found[f"{others}: last"] = _last(track, slice(100))
        found[f"{others}: missing"] = _missing(track)
    for few, more in pairwise(COUNTER):
        before, after = found[f"{few}: last"], found[f"{more}: last"]
        rise = after - before if np.isfinite([before, after]).all() else float("nan")  # type: ignore[operator]
        found[f"{more} - {few}"] = rise
    found["times"] = [(float(n), found[f"{n}: last"]) for n in COUNTER]  # type: ignore[misc]
    return found


_NECK = Plan(
    free=((0.0, 0.0, 5.0, 4.0), (5.0, 1.25, 7.0, 2.75), (7.0, 0.0, 12.0, 4.0)), goals=((11.0, 0.0, 12.0, 4.0),)
)
"""Two rooms of 5 x 4 m and a passage of 2 x 1.5 m between them."""


def iso_7(seed: int, setting: Setting) -> Measured:
    """Twenty-four people at 1.25 m/s behind one of 0.4 m/s who fills half the passage, and behind one like them."""
    times = []
    for speed, size in ((0.4, 0.4), (1.25, 0.175)):
        rng = np.random.default_rng(seed)
        place = np.concatenate([spread((0.3, 0.3, 3.6, 3.7), 24, rng), [[4.4, 2.0]]])
        radius = np.append(bodies(24, False, rng)[0], size)
        entry = _entry(place, np.append(np.full(24, 1.25), speed))
        times.append(_last(walk(_NECK, entry, 120.0, rng, setting.params, radius=radius), slice(24)))
    return {"with": times[0], "without": times[1], "slower": times[0] - times[1]}


_PASSING = Plan(
    free=((0.0, 0.0, 15.0, 10.0), (15.0, 4.5, 15.2, 5.5), (15.2, 3.0, 17.2, 7.0)), goals=((16.2, 3.0, 17.2, 7.0),)
)
"""A room of 15 x 10 m with an exit of 1 m in the middle of the short wall."""


def iso_14(seed: int, setting: Setting) -> Measured:
    """Five people at 1.25 m/s behind ten at 0.5 m/s, on the way to the same exit."""
    rng = np.random.default_rng(seed)
    fast, slow = spread((0.5, 4.0, 2.0, 6.0), 5, rng), spread((5.0, 3.5, 7.0, 6.5), 10, rng)
    entry = _entry(np.concatenate([fast, slow]), np.repeat([1.25, 0.5], [5, 10]))
    track = walk(_PASSING, entry, 120.0, rng, setting.params)
    times = track.finished[:5]
    return {
        "spread": float(times.max() - times.min()),
        "last of the five": _last(track, slice(5)),
        "first of the ten": float(np.nanmin(track.finished[5:])) if np.isfinite(track.finished[5:]).any() else _NEVER,
    }


# --- congestion: ISO 10 -----------------------------------------------------------------------------------------------

CONGESTION = Plan(
    free=((0.0, 0.0, 8.0, 5.0), (8.0, 1.5, 29.0, 3.5)),
    goals=((28.0, 1.5, 29.0, 3.5),),
    slow=(((20.0, 1.5, 29.0, 3.5), 0.5),),
)
"""A room of 8 x 5 m, a corridor of 12 x 2 m, and ground on which people are half as fast."""


def iso_10(seed: int, setting: Setting) -> Measured:
    """A hundred people leave a room by a corridor that ends on slow ground: they crowd at its two ends."""
    rng = np.random.default_rng(seed)
    entry = _entry(spread((0.3, 0.3, 7.0, 4.7), 100, rng), free_speeds(100, rng))
    track = walk(CONGESTION, entry, 250.0, rng, setting.params)
    room, corridor, slow = (
        _peak_density(track, (x, 1.5, x + 2.0, 3.5)) for x in (6.0, 10.0, 18.0)
    )  # the last 2 m before the neck, 2 m behind it, the last 2 m before the slow ground
    return {
        "before the neck": room,
        "in the corridor": corridor,
        "before slow ground": slow,
        "neck - corridor": room - corridor,
        "slow - corridor": slow - corridor,
        "missing": _missing(track),
    }


# --- a large crowd at a corner: RiMEA 15 ------------------------------------------------------------------------------

# The routes are 20 m wide: 14 m and 30 m along the inner wall make 44 m, with a quarter of a circle of 20 m 75.4 m.
ROUTES = {
    "44 m": Plan(free=((0.0, 0.0, 56.0, 20.0),), goals=((54.0, 0.0, 56.0, 20.0),), tile=_COARSE),
    "corner": Plan(
        free=((0.0, 0.0, 44.0, 20.0), (24.0, 20.0, 44.0, 52.0)), goals=((24.0, 50.0, 44.0, 52.0),), tile=_COARSE
    ),
    "75.4 m": Plan(free=((0.0, 0.0, 87.4, 20.0),), goals=((85.4, 0.0, 87.4, 20.0),), tile=_COARSE),
}
"""Ways that begin after 10 m in which people stand at first."""


def rimea_15(seed: int, setting: Setting) -> Measured:
    """Five hundred people around a corner, and straight on as far as along its inner and its outer wall."""
    found: Measured = {}
    for name, plan in ROUTES.items():
        rng = np.random.default_rng(seed)
        entry = _entry(spread((0.4, 0.4, 9.8, 19.6), 500, rng), free_speeds(500, rng))
        track = walk(plan, entry, 200.0, rng, setting.params, fps=1.0)
        found[f"{name}: last"] = _last(track)
        found[f"{name}: median"] = float(np.median(np.nan_to_num(track.finished, nan=_NEVER)))
    inner, around, outer = (float(found[f"{name}: last"]) for name in ROUTES)  # type: ignore[arg-type]
    found["corner - 44 m"], found["75.4 m - corner"] = around - inner, outer - around
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


def _rimea(number: str) -> str:
    return f"RiMEA 4.1.1 test {number}"


def _iso(number: int, nist: str = "") -> str:
    return f"ISO 20414 test {number}" + (f" / NIST {nist}" if nist else "")


def _case(
    name: str,
    title: str,
    source: str,
    run: Callable[[int, Setting], Measured],
    *expects: Expect,
    seeds: int = 1,
    quick: bool = False,
    gate: str = "V1",
    figures: tuple[Figure, ...] = (),
) -> Case:
    return Case(name, title, "standard", gate, source, run, expects, seeds=seeds, quick=quick, figures=figures)


def _told(quantity: str, unit: str, value: float | None = None, note: str = "") -> Expect:
    """A number that is told and not judged."""
    return Expect(quantity, unit, value, gate=False, note=note)


def _diagram_expects() -> tuple[Expect, ...]:
    expects = []
    for rho in DENSITIES:
        if rho <= 3.0:
            expects.append(Expect(f"{rho} /m2", "m/s", weidmann(rho), 0.15, source="Weidmann 1993"))
        elif rho == 5.4:
            expects.append(Expect(f"{rho} /m2", "m/s", high=0.1))
        else:
            expects.append(_told(f"{rho} /m2", "m/s"))
    return (*expects, Expect("largest rise", "m/s", high=0.0, note="from one density to the next"))


def _band_expects() -> tuple[Expect, ...]:
    expects = []
    for rho in PER_METRE:
        low, high, note = band(rho)
        expects.append(Expect(f"{rho} /m", "m/s", low=low, high=high, note=note))
    return tuple(expects)


_ALL = "how many never arrive"

_CASES_RIMEA = (
    _case(
        "rimea_1",
        "Somebody keeps his speed",
        _rimea("1"),
        rimea_1,
        Expect("time", "s", low=26.0, high=34.0),
        Expect("time after 1 m", "s", 30.1, 0.5),
        quick=True,
    ),
    _case(
        "rimea_4",
        "Speed over density in a corridor without end",
        _rimea("4"),
        rimea_4,
        *_diagram_expects(),
        figures=(
            Figure("diagram", "Corridor: speed over density", "1/m2", "m/s", _diagram, "diagram"),
            Figure("flow", "Corridor: specific flow over density", "1/m2", "1/(m s)", _flow),
        ),
    ),
    _case(
        "rimea_5",
        "Ten people, each with his own time to start",
        _rimea("5"),
        rimea_5,
        Expect("latest", "s", high=0.1, note="one time step of the decisions, which are ten a second"),
        Expect("earliest", "s", low=-0.1, note="the same"),
        _told("first start", "s"),
        _told("last start", "s"),
        quick=True,
    ),
    _case(
        "rimea_6",
        "Twenty people around a corner",
        _rimea("6"),
        corner,
        Expect("missing", "people", high=0.0, note=_ALL),
        Expect("outside", "samples", high=0.0),
        Expect("deepest", "", high=0.1, note="in a wall, over the body's diameter"),
        _told("last", "s"),
        quick=True,
    ),
    _case(
        "rimea_7",
        "Fifty adults walk at the speed of their age",
        _rimea("7"),
        rimea_7,
        Expect("p", "", low=0.05, note="Kolmogorov-Smirnov, walked against assigned"),
        _told("largest error", "m/s"),
        quick=True,
    ),
    _case(
        "rimea_8",
        "A parameter varied: the free speed of 100 people in a room with an exit of 1 m",
        _rimea("8") + ", on one floor",
        rimea_8,
        *(_told(f"{speed} m/s", "s") for speed in SPEEDS),
        gate="",
        figures=(Figure("trend", "Time to leave a room over the free speed", "m/s", "s"),),
    ),
    _case(
        "rimea_9",
        "A thousand people leave a large room by four exits, then by two",
        _rimea("9"),
        rimea_9,
        Expect("ratio", "", 2.0, 0.3, note="of the times"),
        Expect("missing", "people", high=0.0, note=_ALL),
        _told("four exits", "s"),
        _told("two exits", "s"),
    ),
    _case(
        "rimea_10",
        "Twenty-three people take the exit they were assigned",
        _rimea("10"),
        assigned,
        Expect("share", "", low=1.0),
        Expect("main exit", "people", 15.0, 0.0),
        _told("last", "s"),
        quick=True,
    ),
    _case(
        "rimea_12a",
        "A goal at several distances behind an opening",
        _rimea("12a"),
        rimea_12a,
        *(Expect(f"{far:.0f} - {near:.0f} m", "s", low=0.0, note="later") for near, far in pairwise(BEHIND)),
        *(_told(f"{d:.0f} m", "s") for d in BEHIND),
        seeds=5,
        quick=True,
    ),
    _case(
        "rimea_12b",
        "A short and a long opening",
        _rimea("12b"),
        rimea_12b,
        Expect("slower", "s", low=0.0, note="with 5 m"),
        *(_told(f"{length} m", "s") for length in (0.2, 5.0)),
        *(_told(f"{length} m: flow", "1/s") for length in (0.2, 5.0)),
        seeds=5,
        quick=True,
    ),
    _case(
        "rimea_12c",
        "Two equal openings one after the other",
        _rimea("12c"),
        rimea_12c,
        Expect("second / first", "", high=0.5, note="density in the 2 x 2 m before the openings"),
        Expect("flows", "", 1.0, 0.1, note="second over first: both curves run side by side"),
        Expect("missing", "people", high=0.0, note=_ALL),
        _told("before the first", "1/m2"),
        _told("before the second", "1/m2"),
        seeds=3,
        quick=True,
        figures=(
            Figure("passed the first", "Two openings: people through the first", "s", "people"),
            Figure("passed the second", "Two openings: people through the second", "s", "people"),
        ),
    ),
    _case(
        "rimea_12d",
        "Flow through openings 5 m long, of three widths",
        _rimea("12d"),
        rimea_12d,
        *(Expect(f"{w} m", "1/(m s)", 1.9, 0.3, source="Seyfried et al. 2009, arXiv:physics/0702004") for w in WIDTHS),
        Expect("least gain", "1/s", low=0.0, note="of the flow, from a width to the next"),
        seeds=5,
    ),
    _case(
        "rimea_15",
        "Five hundred people around a corner, not sooner than inside and not later than outside",
        _rimea("15"),
        rimea_15,
        Expect("corner - 44 m", "s", low=0.0),
        Expect("75.4 m - corner", "s", low=0.0),
        *(_told(f"{name}: {what}", "s") for name in ROUTES for what in ("last", "median")),
    ),
    _case(
        "rimea_16",
        "Speed over density one behind the other",
        _rimea("16") + "; n34_cam2",
        rimea_16,
        *_band_expects(),
        seeds=3,
        figures=(Figure("speed", "One behind the other: speed over density", "1/m", "m/s", _recorded_single_file),),
    ),
)

_CASES_ISO = (
    _case(
        "iso_1",
        "Ten people start after times of three distributions",
        _iso(1, "1.1"),
        iso_1,
        *(Expect(f"{name}: outside", "people", high=0.0, note="of the range, of sixty") for name in DELAYS),
        *(Expect(f"{name}: p", "", low=0.05, note="Kolmogorov-Smirnov over six times ten") for name in DELAYS),
    ),
    _case("iso_2", "Speed in a corridor", _iso(2, "2.1"), iso_2, Expect("speed", "m/s", 1.0, 0.05), quick=True),
    _case(
        "iso_4",
        "Twenty people around a corner",
        _iso(4, "2.3"),
        corner,
        Expect("missing", "people", high=0.0, note=_ALL),
        Expect("outside", "samples", high=0.0, note="by more than 1 mm"),
        quick=True,
    ),
    _case(
        "iso_5",
        "A hundred people with normal free speeds",
        _iso(5, "2.4"),
        iso_5,
        Expect("mean", "m/s", 1.2, 0.05),
        Expect("sd", "m/s", 0.2, 0.05),
        Expect("p", "", low=0.05, note="Kolmogorov-Smirnov against N(1.2, 0.2)"),
        quick=True,
    ),
    _case(
        "iso_6",
        "A hundred people against 0, 10, 50 and 100",
        _iso(6, "2.8"),
        iso_6,
        *(Expect(f"{n}: missing", "people", high=0.0, note=_ALL) for n in COUNTER),
        *(
            Expect(f"{more} - {few}", "s", low=0.0, note="later, the last of the hundred")
            for few, more in pairwise(COUNTER)
        ),
        *(_told(f"{n}: last", "s", note="the last of the hundred") for n in COUNTER),
        seeds=3,
        figures=(Figure("times", "The last of a hundred over how many come towards them", "people", "s"),),
    ),
    _case(
        "iso_7",
        "Twenty-four people behind one who is slow and large",
        _iso(7, "2.10"),
        iso_7,
        Expect("slower", "s", low=0.0, note="the last of the others, than without him"),
        _told("with", "s"),
        _told("without", "s"),
        seeds=3,
        quick=True,
    ),
    _case(
        "iso_8",
        "Twenty-three people take the exit they were assigned",
        _iso(8, "3.1"),
        assigned,
        Expect("share", "", low=1.0),
        quick=True,
    ),
    _case(
        "iso_9",
        "An exit shuts before somebody who walks to it",
        _iso(9, "4.1"),
        iso_9,
        Expect("open: exit", "", 1.0, 0.0, note="1 = the near one"),
        Expect("shut: exit", "", 2.0, 0.0, note="2 = the one that stays open"),
        Expect("shut: time", "s", high=60.0),
        _told("open: time", "s"),
        _told("seconds to turn", "s"),
        quick=True,
    ),
    _case(
        "iso_10",
        "People crowd before a neck and before slow ground",
        _iso(10, "5.1"),
        iso_10,
        Expect("neck - corridor", "1/m2", low=0.0, note="peak densities on 2 x 2 m"),
        Expect("slow - corridor", "1/m2", low=0.0, note="peak densities on 2 x 2 m"),
        Expect("missing", "people", high=0.0, note=_ALL),
        _told("before the neck", "1/m2"),
        _told("in the corridor", "1/m2"),
        _told("before slow ground", "1/m2"),
        seeds=3,
        quick=True,
    ),
    _case(
        "iso_11",
        "The flow a hundred people make through 1 m, which nothing caps",
        _iso(11, "5.2"),
        iso_11,
        _told("specific flow", "1/(m s)", note="real doors: 1.9 to 2.5"),
        _told("last", "s"),
        gate="",
        quick=True,
    ),
    _case(
        "iso_13",
        "Speed over density in a corridor, against the recordings the model claims to follow",
        _iso(13),
        iso_13,
        Expect("mean |dv|", "m/s", high=0.10, note="at the densities of the recorded corridors"),
        Expect("fastest crowd", "", high=1.0, note="mean speed over mean free speed, at any of the densities"),
        Expect("fastest person", "", high=1.0, gate=False, note="anybody's mean speed over his free speed"),
        _told("fastest moment", "", note="anybody's speed in half a second over his free speed"),
        *(Expect(f"{rho} /m2", "m/s", v, 0.10, gate=False) for rho, v in RECORDED.items()),
    ),
    _case(
        "iso_14",
        "A fast group past a slow one",
        _iso(14, "2.9"),
        iso_14,
        Expect("spread", "s", high=10.0, note="from the first to the last of the five"),
        _told("last of the five", "s"),
        _told("first of the ten", "s"),
        seeds=3,
        quick=True,
    ),
    _case(
        "iso_17",
        "The long way or the short-cut",
        _iso(17),
        iso_17,
        Expect("across", "", low=0.5, note="more than half take the short-cut"),
        _told("last", "s"),
        quick=True,
    ),
)

CASES: tuple[Case, ...] = (*_CASES_RIMEA, *_CASES_ISO)
