"""Which way people take, and how they pass each other: RiMEA 10, 15, ISO 6-9, 14, 17."""

from itertools import pairwise

import numpy as np

from crowdsim.population.spawn import bodies
from crowdsim.validation.case import Case, Expect, Figure, Measured, Setting
from crowdsim.validation.experiments import spread
from crowdsim.validation.ground import Ground, Plan, Track, free_speeds, walk
from crowdsim.validation.measure import in_area
from crowdsim.validation.standards.trial import (
    COARSE,
    EVERYBODY,
    NEVER,
    all_there,
    case,
    iso,
    last,
    last_place,
    missing,
    rimea,
    told,
)
from crowdsim.world.tilemap import Rect

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
    track = walk(cabins(), all_there(np.array(place), free_speeds(23, rng), ways), 90.0, rng, setting.params)
    by_the_main = last_place(track)[:, 0] > 9.0
    right = np.isfinite(track.finished) & (by_the_main == (ways == 0))
    return {"share": float(right.mean()), "main exit": float((right & (ways == 0)).sum()), "last": last(track)}


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
            all_there(np.array([[3.0, 5.0]]), 1.0),
            60.0,
            np.random.default_rng(seed),
            setting.params,
            happenings=((0.0, _open_both), (1.0, _shut_the_near))[: 2 if shut else 1],
        )
        place = track.position[:, 0].astype(float)
        leaves = int((place[:, 0] > 10.1).argmax())
        found[f"{name}: exit"] = 1.0 if place[leaves, 1] < 7.5 else 2.0
        found[f"{name}: time"] = last(track)
    found["seconds to turn"] = _turning(track)
    return found


def _turning(track: Track) -> float:
    """s from 1 s until somebody first walks along y by more than 0.2 m/s, inf = never."""
    turned = np.flatnonzero(np.abs(track.velocity(0.1)[:, 0, 1]) > 0.2)
    return float(track.times[turned[0]]) - 1.0 if len(turned) else NEVER


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
    entry = all_there(spread((0.3, 3.0, 1.7, 17.0), 40, rng), free_speeds(40, rng))
    track = walk(SHORT_CUT, entry, 120.0, rng, setting.params)
    across = in_area(track.position, (9.0, 9.0, 11.0, 11.0)).any(axis=0)
    return {"across": float(across.mean()), "last": last(track)}


# --- against each other and past each other: ISO 6, 7, 14 -------------------------------------------------------------

COUNTER = (0, 10, 50, 100)
"""How many come towards the hundred in ISO 6."""

_TWO_WAYS = Plan(
    free=((0.0, 0.0, 10.0, 10.0), (10.0, 4.0, 20.0, 6.0), (20.0, 0.0, 30.0, 10.0)),
    goals=((29.0, 0.0, 30.0, 10.0), (0.0, 0.0, 1.0, 10.0)),
    tile=COARSE,
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
        track = walk(_TWO_WAYS, all_there(place, speed, goal), 400.0, rng, setting.params, fps=1.0)
        found[f"{others}: last"] = last(track, slice(100))
        found[f"{others}: missing"] = missing(track)
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
        entry = all_there(place, np.append(np.full(24, 1.25), speed))
        times.append(last(walk(_NECK, entry, 120.0, rng, setting.params, radius=radius), slice(24)))
    return {"with": times[0], "without": times[1], "slower": times[0] - times[1]}


_PASSING = Plan(
    free=((0.0, 0.0, 15.0, 10.0), (15.0, 4.5, 15.2, 5.5), (15.2, 3.0, 17.2, 7.0)), goals=((16.2, 3.0, 17.2, 7.0),)
)
"""A room of 15 x 10 m with an exit of 1 m in the middle of the short wall."""


def iso_14(seed: int, setting: Setting) -> Measured:
    """Five people at 1.25 m/s behind ten at 0.5 m/s, on the way to the same exit."""
    rng = np.random.default_rng(seed)
    fast, slow = spread((0.5, 4.0, 2.0, 6.0), 5, rng), spread((5.0, 3.5, 7.0, 6.5), 10, rng)
    entry = all_there(np.concatenate([fast, slow]), np.repeat([1.25, 0.5], [5, 10]))
    track = walk(_PASSING, entry, 120.0, rng, setting.params)
    times = track.finished[:5]
    return {
        "spread": float(times.max() - times.min()),
        "last of the five": last(track, slice(5)),
        "first of the ten": float(np.nanmin(track.finished[5:])) if np.isfinite(track.finished[5:]).any() else NEVER,
    }


# --- a large crowd at a corner: RiMEA 15 ------------------------------------------------------------------------------

# The routes are 20 m wide: 14 m and 30 m along the inner wall make 44 m, with a quarter of a circle of 20 m 75.4 m.
ROUTES = {
    "44 m": Plan(free=((0.0, 0.0, 56.0, 20.0),), goals=((54.0, 0.0, 56.0, 20.0),), tile=COARSE),
    "corner": Plan(
        free=((0.0, 0.0, 44.0, 20.0), (24.0, 20.0, 44.0, 52.0)), goals=((24.0, 50.0, 44.0, 52.0),), tile=COARSE
    ),
    "75.4 m": Plan(free=((0.0, 0.0, 87.4, 20.0),), goals=((85.4, 0.0, 87.4, 20.0),), tile=COARSE),
}
"""Ways that begin after 10 m in which people stand at first."""


def rimea_15(seed: int, setting: Setting) -> Measured:
    """Five hundred people around a corner, and straight on as far as along its inner and its outer wall."""
    found: Measured = {}
    for name, plan in ROUTES.items():
        rng = np.random.default_rng(seed)
        entry = all_there(spread((0.4, 0.4, 9.8, 19.6), 500, rng), free_speeds(500, rng))
        track = walk(plan, entry, 200.0, rng, setting.params, fps=1.0)
        found[f"{name}: last"] = last(track)
        found[f"{name}: median"] = float(np.median(np.nan_to_num(track.finished, nan=NEVER)))
    inner, around, outer = (float(found[f"{name}: last"]) for name in ROUTES)  # type: ignore[arg-type]
    found["corner - 44 m"], found["75.4 m - corner"] = around - inner, outer - around
    return found


# --- the cases --------------------------------------------------------------------------------------------------------

CASES: tuple[Case, ...] = (
    case(
        "rimea_10",
        "Twenty-three people take the exit they were assigned",
        rimea("10"),
        assigned,
        Expect("share", "", low=1.0),
        Expect("main exit", "people", 15.0, 0.0),
        told("last", "s"),
        quick=True,
    ),
    case(
        "rimea_15",
        "Five hundred people around a corner, not sooner than inside and not later than outside",
        rimea("15"),
        rimea_15,
        Expect("corner - 44 m", "s", low=0.0),
        Expect("75.4 m - corner", "s", low=0.0),
        *(told(f"{name}: {what}", "s") for name in ROUTES for what in ("last", "median")),
    ),
    case(
        "iso_6",
        "A hundred people against 0, 10, 50 and 100",
        iso(6, "2.8"),
        iso_6,
        *(Expect(f"{n}: missing", "people", high=0.0, note=EVERYBODY) for n in COUNTER),
        *(
            Expect(f"{more} - {few}", "s", low=0.0, note="later, the last of the hundred")
            for few, more in pairwise(COUNTER)
        ),
        *(told(f"{n}: last", "s", note="the last of the hundred") for n in COUNTER),
        seeds=3,
        figures=(Figure("times", "The last of a hundred over how many come towards them", "people", "s"),),
    ),
    case(
        "iso_7",
        "Twenty-four people behind one who is slow and large",
        iso(7, "2.10"),
        iso_7,
        Expect("slower", "s", low=0.0, note="the last of the others, than without him"),
        told("with", "s"),
        told("without", "s"),
        seeds=3,
        quick=True,
    ),
    case(
        "iso_8",
        "Twenty-three people take the exit they were assigned",
        iso(8, "3.1"),
        assigned,
        Expect("share", "", low=1.0),
        quick=True,
    ),
    case(
        "iso_9",
        "An exit shuts before somebody who walks to it",
        iso(9, "4.1"),
        iso_9,
        Expect("open: exit", "", 1.0, 0.0, note="1 = the near one"),
        Expect("shut: exit", "", 2.0, 0.0, note="2 = the one that stays open"),
        Expect("shut: time", "s", high=60.0),
        told("open: time", "s"),
        told("seconds to turn", "s"),
        quick=True,
    ),
    case(
        "iso_14",
        "A fast group past a slow one",
        iso(14, "2.9"),
        iso_14,
        Expect("spread", "s", high=10.0, note="from the first to the last of the five"),
        told("last of the five", "s"),
        told("first of the ten", "s"),
        seeds=3,
        quick=True,
    ),
    case(
        "iso_17",
        "The long way or the short-cut",
        iso(17),
        iso_17,
        Expect("across", "", low=0.5, note="more than half take the short-cut"),
        told("last", "s"),
        quick=True,
    ),
)
