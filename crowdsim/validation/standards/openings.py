"""Rooms, doors and necks: RiMEA 8, 9, 12, ISO 10, 11."""

from itertools import pairwise

import numpy as np

from crowdsim.validation.case import Case, Expect, Figure, Measured, Setting
from crowdsim.validation.experiments import spread
from crowdsim.validation.ground import Plan, Track, free_speeds, walk
from crowdsim.validation.measure import flow_10_90
from crowdsim.validation.standards.trial import (
    COARSE,
    EVERYBODY,
    SMALL_ROOM,
    all_there,
    case,
    density,
    iso,
    last,
    missing,
    peak_density,
    rimea,
    tenth_to_ninth,
    told,
)
from crowdsim.world.tilemap import Rect

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
    entry = all_there(spread((0.3, 0.3, 5.0, 9.7), count, rng), free_speeds(count, rng))
    return walk(plan, entry, 400.0, rng, setting.params)


SPEEDS = (0.8, 1.0, 1.2, 1.34, 1.6, 2.0)
"""m/s, that everybody wants in RiMEA 8."""


def rimea_8(seed: int, setting: Setting) -> Measured:
    """The parameter varied is the free speed: 100 people leave a room of 10 x 10 m through 1 m."""
    found: Measured = {}
    for speed in SPEEDS:
        rng = np.random.default_rng(seed)
        entry = all_there(spread((0.3, 0.3, 9.0, 9.7), 100, rng), speed)
        found[f"{speed} m/s"] = last(walk(two_rooms(behind=2.0), entry, 400.0, rng, setting.params))
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
    return Plan(free=tuple(free), goals=tuple(goals), together=True, tile=COARSE)


_DOORS = ((7.5, 0.0), (22.5, 0.0), (7.5, 20.0), (22.5, 20.0))


def rimea_9(seed: int, setting: Setting) -> Measured:
    """A thousand people leave through four exits, then through the two on one side."""
    times, lost = [], 0.0
    for exits in (_DOORS, _DOORS[2:]):
        rng = np.random.default_rng(seed)
        entry = all_there(spread((0.4, 0.4, 29.6, 19.6), 1000, rng), free_speeds(1000, rng))
        track = walk(large_room(exits), entry, 600.0, rng, setting.params, fps=1.0)
        times.append(last(track))
        lost += missing(track)
    ratio = times[1] / times[0] if np.isfinite(times).all() else float("nan")
    return {"four exits": times[0], "two exits": times[1], "ratio": ratio, "missing": lost}


BEHIND = (0.0, 5.0, 10.0)
"""m, distances of the goal in RiMEA 12a."""


def rimea_12a(seed: int, setting: Setting) -> Measured:
    """The goal directly behind the opening and farther away."""
    times = [last(_empty(two_rooms(behind=d), seed, setting)) for d in BEHIND]
    found: Measured = {f"{d:.0f} m": time for d, time in zip(BEHIND, times, strict=True)}
    for (near, before), (far, after) in pairwise(zip(BEHIND, times, strict=True)):
        found[f"{far:.0f} - {near:.0f} m"] = after - before
    return found


def rimea_12b(seed: int, setting: Setting) -> Measured:
    """An opening 0.2 m long and one of 5 m, the goal 4 m behind either."""
    found: Measured = {}
    for length in (0.2, 5.0):
        track = _empty(two_rooms(length=length, behind=4.0), seed, setting)
        found[f"{length} m"] = last(track)
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
    before_first = density(track, (8.0, 4.0, 10.0, 6.0), *tenth_to_ninth(first))
    before_second = density(track, (18.2, 4.0, 20.2, 6.0), *tenth_to_ninth(second))
    return {
        "before the first": before_first,
        "before the second": before_second,
        "second / first": before_second / before_first,
        "flows": flow_10_90(second) / flow_10_90(first),
        "missing": missing(track),
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
    entry = all_there(spread((0.3, 0.3, 7.0, 4.7), 100, rng), free_speeds(100, rng))
    track = walk(SMALL_ROOM, entry, 200.0, rng, setting.params)
    return {"specific flow": flow_10_90(track.crossings(0, 8.1, 1)), "last": last(track)}


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
    entry = all_there(spread((0.3, 0.3, 7.0, 4.7), 100, rng), free_speeds(100, rng))
    track = walk(CONGESTION, entry, 250.0, rng, setting.params)
    room, corridor, slow = (
        peak_density(track, (x, 1.5, x + 2.0, 3.5)) for x in (6.0, 10.0, 18.0)
    )  # the last 2 m before the neck, 2 m behind it, the last 2 m before the slow ground
    return {
        "before the neck": room,
        "in the corridor": corridor,
        "before slow ground": slow,
        "neck - corridor": room - corridor,
        "slow - corridor": slow - corridor,
        "missing": missing(track),
    }


# --- the cases --------------------------------------------------------------------------------------------------------

CASES: tuple[Case, ...] = (
    case(
        "rimea_8",
        "A parameter varied: the free speed of 100 people in a room with an exit of 1 m",
        rimea("8") + ", on one floor",
        rimea_8,
        *(told(f"{speed} m/s", "s") for speed in SPEEDS),
        gate="",
        figures=(Figure("trend", "Time to leave a room over the free speed", "m/s", "s"),),
    ),
    case(
        "rimea_9",
        "A thousand people leave a large room by four exits, then by two",
        rimea("9"),
        rimea_9,
        Expect("ratio", "", 2.0, 0.3, note="of the times"),
        Expect("missing", "people", high=0.0, note=EVERYBODY),
        told("four exits", "s"),
        told("two exits", "s"),
    ),
    case(
        "rimea_12a",
        "A goal at several distances behind an opening",
        rimea("12a"),
        rimea_12a,
        *(Expect(f"{far:.0f} - {near:.0f} m", "s", low=0.0, note="later") for near, far in pairwise(BEHIND)),
        *(told(f"{d:.0f} m", "s") for d in BEHIND),
        seeds=5,
        quick=True,
    ),
    case(
        "rimea_12b",
        "A short and a long opening",
        rimea("12b"),
        rimea_12b,
        Expect("slower", "s", low=0.0, note="with 5 m"),
        *(told(f"{length} m", "s") for length in (0.2, 5.0)),
        *(told(f"{length} m: flow", "1/s") for length in (0.2, 5.0)),
        seeds=5,
        quick=True,
    ),
    case(
        "rimea_12c",
        "Two equal openings one after the other",
        rimea("12c"),
        rimea_12c,
        Expect("second / first", "", high=0.5, note="density in the 2 x 2 m before the openings"),
        Expect("flows", "", 1.0, 0.1, note="second over first: both curves run side by side"),
        Expect("missing", "people", high=0.0, note=EVERYBODY),
        told("before the first", "1/m2"),
        told("before the second", "1/m2"),
        seeds=3,
        quick=True,
        figures=(
            Figure("passed the first", "Two openings: people through the first", "s", "people"),
            Figure("passed the second", "Two openings: people through the second", "s", "people"),
        ),
    ),
    case(
        "rimea_12d",
        "Flow through openings 5 m long, of three widths",
        rimea("12d"),
        rimea_12d,
        *(Expect(f"{w} m", "1/(m s)", 1.9, 0.3, source="Seyfried et al. 2009, arXiv:physics/0702004") for w in WIDTHS),
        Expect("least gain", "1/s", low=0.0, note="of the flow, from a width to the next"),
        seeds=5,
    ),
    case(
        "iso_10",
        "People crowd before a neck and before slow ground",
        iso(10, "5.1"),
        iso_10,
        Expect("neck - corridor", "1/m2", low=0.0, note="peak densities on 2 x 2 m"),
        Expect("slow - corridor", "1/m2", low=0.0, note="peak densities on 2 x 2 m"),
        Expect("missing", "people", high=0.0, note=EVERYBODY),
        told("before the neck", "1/m2"),
        told("in the corridor", "1/m2"),
        told("before slow ground", "1/m2"),
        seeds=3,
        quick=True,
    ),
    case(
        "iso_11",
        "The flow a hundred people make through 1 m, which nothing caps",
        iso(11, "5.2"),
        iso_11,
        told("specific flow", "1/(m s)", note="real doors: 1.9 to 2.5"),
        told("last", "s"),
        gate="",
        quick=True,
    ),
)
