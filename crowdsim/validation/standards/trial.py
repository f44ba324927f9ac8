"""What the standard tests share: people at the start, what is read from a track, and how a case is written."""

from collections.abc import Callable

import numpy as np

from crowdsim.validation.case import Case, Expect, Figure, Measured, Setting
from crowdsim.validation.ground import Entry, Plan, Track
from crowdsim.validation.measure import in_area
from crowdsim.world.tilemap import Rect

COARSE = 0.1
"""m, tiles of large rooms, whose openings are whole numbers of them."""

NEVER = float("inf")
"""s: when the last arrives if somebody does not. No criterion holds of it."""


def all_there(
    place: np.ndarray, speed: np.ndarray | float, goal: np.ndarray | int = 0, start: np.ndarray | None = None
) -> Entry:
    """People who are all there from the beginning."""
    n = len(place)
    goals = np.broadcast_to(goal, n).astype(np.int32)
    return Entry(np.asarray(place, float), np.zeros(n), goals, np.broadcast_to(speed, n).astype(float), start)


def last(track: Track, who: slice = slice(None)) -> float:
    """When the last of some people reached his goal, s."""
    times = track.finished[who]
    return float(times.max()) if np.isfinite(times).all() else NEVER


def missing(track: Track) -> float:
    """How many never reached their goals."""
    return float(np.isnan(track.finished).sum())


def density(track: Track, area: Rect, start: float, end: float) -> float:
    """People in an area over its size, 1/m2, mean over the frames from `start` to `end` s."""
    chosen = (track.times >= start) & (track.times <= end)
    if not chosen.any():
        return float("nan")
    size = (area[2] - area[0]) * (area[3] - area[1])
    return float(in_area(track.position[chosen], area).sum(axis=1).mean() / size)


def peak_density(track: Track, area: Rect) -> float:
    """The highest mean over one second of people in an area over its size, 1/m2."""
    size = (area[2] - area[0]) * (area[3] - area[1])
    second = max(1, round(track.fps))
    counts = in_area(track.position, area).sum(axis=1).astype(float)
    return float(np.convolve(counts, np.full(second, 1.0 / second), "valid").max() / size)


def last_place(track: Track) -> np.ndarray:
    """Where each person was last seen, f8[n, 2], m."""
    seen = np.isfinite(track.position[:, :, 0])
    latest = len(seen) - 1 - seen[::-1].argmax(axis=0)
    return track.position[latest, np.arange(seen.shape[1])].astype(float)


def tenth_to_ninth(times: np.ndarray) -> tuple[float, float]:
    """When a tenth and when nine tenths of those who crossed had crossed, s: a steady stream lies between."""
    ordered = np.sort(times[np.isfinite(times)])
    if len(ordered) < 10:
        return 0.0, 0.0
    return float(ordered[int(0.1 * len(ordered))]), float(ordered[int(0.9 * len(ordered))])


SMALL_ROOM = Plan(
    free=((0.0, 0.0, 8.0, 5.0), (8.0, 2.0, 8.2, 3.0), (8.2, 1.0, 10.0, 4.0)), goals=((9.2, 1.0, 10.0, 4.0),)
)
"""A room of 8 x 5 m with an exit of 1 m in the middle of the wall of 5 m."""


def rimea(number: str) -> str:
    """The name of a test of RiMEA, as a source."""
    return f"RiMEA 4.1.1 test {number}"


def iso(number: int, nist: str = "") -> str:
    """The name of a test of ISO 20414, and of NIST's where they are one, as a source."""
    return f"ISO 20414 test {number}" + (f" / NIST {nist}" if nist else "")


def case(
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
    """A standard test as a case of the suite."""
    return Case(name, title, "standard", gate, source, run, expects, seeds=seeds, quick=quick, figures=figures)


def told(quantity: str, unit: str, value: float | None = None, note: str = "") -> Expect:
    """A number that is told and not judged."""
    return Expect(quantity, unit, value, gate=False, note=note)


EVERYBODY = "how many never arrive"
"""The note of an expectation that all arrive."""
