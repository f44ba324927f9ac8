"""Export: a recorded run as a file other programs read, at the recorded rate or any other.

Who is on the ground, up or fallen, is in it; who waits, has left, is detained or carried on a stretcher is not.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from scipy.ndimage import label

from crowdsim.frame import Frame
from crowdsim.population.roles import BarrierState, Injury, Mind, Mode, Role, Status
from crowdsim.problems import InputError, Problem
from crowdsim.record import interchange
from crowdsim.record.interchange import Stretch, Table
from crowdsim.record.recorder import Recording
from crowdsim.record.rerun import hashes_of, states
from crowdsim.session.schema import ScenarioFile, scenario_file
from crowdsim.world.maps import load_map
from crowdsim.world.world import World

FORMATS = {"jupedsim": ".sqlite", "pedpy": ".txt", "csv": ".csv", "parquet": ".parquet"}
"""What can be written, and how such a file is called."""

_FRAMES = 100  # of a stretch at most: what is held in memory
_ROLES, _STATUS, _MODES, _MINDS, _INJURIES = (
    np.array([word.name.lower() for word in kind]) for kind in (Role, Status, Mode, Mind, Injury)
)


class OtherBitsError(Exception):
    """Simulated once more, the run came to another state than the recorded one."""


@dataclass(frozen=True)
class Source:
    """Evenly spaced frames of a run, and how they came about: "recorded", "simulated again" or "interpolated"."""

    how: str
    frames: Iterable[Frame]


def write(
    path: Path,
    recording: Recording,
    kind: str,
    fps: float | None = None,
    tell: Callable[[float], object] = lambda time: None,
    note: Callable[[str], object] = lambda line: None,
) -> list[Path]:
    """Write a run in one of FORMATS; the files that were written.

    fps : 1/s ; default: as recorded ; tell : hears the time reached, s ; note : hears what the user should know
    """
    rate = recorded_rate(recording)
    ground = Ground(recording)
    asked = rate if fps is None else fps
    source = source_of(recording, asked, note)
    try:
        return _write(path, recording, kind, asked, source, ground, tell, note)
    except OtherBitsError as error:
        note(f"{error}; interpolated between the recorded frames instead")
        source = Source("interpolated", interpolated(recording, asked))
        return _write(path, recording, kind, asked, source, ground, tell, note)


def recorded_rate(recording: Recording) -> float:
    """Frames per second of the recording."""
    steps = np.diff(recording.ticks)
    if not len(steps) or (steps != steps[0]).any():
        mend = "Give a rate with --fps"
        raise InputError([Problem(str(recording.path), "frames", "are not evenly spaced", mend)])
    return 1.0 / (float(recording.meta["dt"]) * int(steps[0]))


def source_of(recording: Recording, fps: float, note: Callable[[str], object]) -> Source:
    """Frames at a rate: the recorded ones, those of a simulation once more, or between the recorded ones."""
    dt, rate = float(recording.meta["dt"]), recorded_rate(recording)
    each, ticks = rate / fps, 1.0 / (fps * dt)
    if abs(each - round(each)) < 1e-9 and each > 0.5:
        step = round(each)
        return Source("recorded", (frame for k, frame in enumerate(recording.frames()) if k % step == 0))
    if abs(ticks - round(ticks)) > 1e-9 or ticks < 0.5:
        near = ", ".join(f"{1.0 / (dt * k):.10g}" for k in (1, 2, 5))
        note(f"{fps:g} frames a second fall between the ticks: interpolated (simulated again: {near} …)")
        return Source("interpolated", interpolated(recording, fps))
    try:
        return Source("simulated again", simulated(recording, round(ticks)))
    except InputError as error:
        note(f"cannot be simulated again ({error}): interpolated between the recorded frames")
        return Source("interpolated", interpolated(recording, fps))


def simulated(recording: Recording, every: int) -> Iterator[Frame]:
    """Frames every so many ticks of the run simulated once more; OtherBitsError when it comes to another state."""
    known, coming = hashes_of(recording), states(recording)
    first = next(coming)  # what cannot be simulated again says so here

    def frames() -> Iterator[Frame]:
        yield first.frame()
        for simulation in coming:
            told = known.get(simulation.tick)
            if told is not None and told != simulation.state_hash():
                raise OtherBitsError(f"simulated again, the run is another from {simulation.time:g} s on")
            if simulation.tick % every == 0:
                yield simulation.frame()

    return frames()


def interpolated(recording: Recording, fps: float) -> Iterator[Frame]:
    """Frames at any rate, on straight lines between the recorded ones."""
    k = 0
    last: Frame | None = None
    for one, other in pairwise(recording.frames()):
        last = other
        while k / fps < other.time - 1e-9:
            blend = min(1.0, max(0.0, (k / fps - one.time) / (other.time - one.time)))
            nearer = one if blend < 0.5 else other
            both = _there(one) & _there(other)
            place, facing = nearer.position.copy(), nearer.facing.copy()
            place[both] = one.position[both] + np.float32(blend) * (other.position[both] - one.position[both])
            turn = (other.facing - one.facing + np.pi) % (2 * np.pi) - np.pi
            facing[both] = one.facing[both] + np.float32(blend) * turn[both]
            # A gate that gives way in between has given way.
            yield replace(nearer, time=k / fps, position=place, facing=facing, barrier_state=other.barrier_state)
            k += 1
    if last is not None and abs(k / fps - last.time) < 1e-9:
        yield last


class Ground:
    """The ground people can walk on, as polygons, for each state of the barriers."""

    def __init__(self, recording: Recording) -> None:
        """Of the ground in parts, those that anybody can get to from where he starts."""
        tile_map = load_map(recording.map_path)
        self._world = World.from_map(tile_map)
        opened = self._world.with_passable(tuple(True for _ in tile_map.gates))
        parts = label(opened.solid == 0)[0]
        rows, cols = parts.shape
        start = next(recording.frames(0.0, 0.0)).position / tile_map.tile_size
        c, r = np.clip(start.astype(int), 0, (cols - 1, rows - 1)).T
        self._reached = np.isin(parts, np.unique(parts[r, c])) & (parts > 0)
        self._known: dict[tuple[bool, ...], Any] = {}
        self.whole = self.of(opened.passable)  # with every barrier open

    def of(self, passable: tuple[bool, ...]) -> Any:
        """The ground while barriers are passable as given: one shapely polygon, or several where they part it."""
        if passable not in self._known:
            solid = (self._world.with_passable(passable).solid != 0) | ~self._reached
            self._known[passable] = interchange.ground_of_tiles(solid, self._world.map.tile_size)
        return self._known[passable]


def stretches(
    source: Iterable[Frame], ground: Ground, units: list[str], tell: Callable[[float], object]
) -> Iterator[Stretch]:
    """Frames as stretches that share one ground."""
    held: list[Frame] = []
    passable: tuple[bool, ...] = ()
    first = 0
    for frame in source:
        now = tuple(
            ((frame.barrier_state == BarrierState.OPEN) | (frame.barrier_state == BarrierState.BROKEN)).tolist()
        )
        if held and (now != passable or len(held) == _FRAMES):
            yield _stretch(held, first, ground.of(passable), units)
            first, held = first + len(held), []
        passable = now
        held.append(frame)
        tell(frame.time)
    if held:
        yield _stretch(held, first, ground.of(passable), units)


def _there(frame: Frame) -> np.ndarray:
    found: np.ndarray = (frame.status == Status.ACTIVE) | (frame.status == Status.FALLEN)
    return found


def _stretch(frames: list[Frame], first: int, ground: Any, units: list[str]) -> Stretch:
    number, person = np.nonzero([_there(frame) for frame in frames])

    def column(name: str) -> np.ndarray:
        whole: np.ndarray = np.array([getattr(frame, name) for frame in frames])
        return whole[number, person]

    angle = column("facing").astype(float)
    more = {"role": _ROLES[frames[0].role[person]], "unit": np.array([*units, ""])[frames[0].unit[person]]}
    more |= {"status": _STATUS[column("status")], "mode": _MODES[column("mode")]}
    if frames[0].mind is not None and frames[0].injury is not None:
        more |= {"mind": _MINDS[column("mind")], "injury": _INJURIES[column("injury")]}
    more["squeeze_n"] = column("squeeze").round(1).astype(float)
    look = np.column_stack([np.cos(angle), np.sin(angle)]).round(4)
    place = column("position").astype(float).round(4)  # single precision holds no more
    return Stretch(first, len(frames), ground, number + first, person, place, look, more)


def _write(
    path: Path,
    recording: Recording,
    kind: str,
    fps: float,
    source: Source,
    ground: Ground,
    tell: Callable[[float], object],
    note: Callable[[str], object],
) -> list[Path]:
    spec = scenario_file(recording.meta["scenario"])
    walked = stretches(source.frames, ground, [unit.id for unit in spec.unit], tell)
    told = {"crowdsim": json.dumps({"frames": source.how} | {name: recording.meta[name] for name in _HEAD})}
    if ground.whole.geom_type != "Polygon":
        note("the ground is in several parts that nothing joins: PedPy takes one at a time")
    try:
        if kind == "jupedsim":
            interchange.write_jupedsim(path, fps, walked, ground.whole, told, _tables(recording, spec, fps))
        elif kind == "parquet":
            interchange.write_parquet(path, fps, walked, ground.whole, told)
        else:
            (interchange.write_pedpy if kind == "pedpy" else interchange.write_csv)(path, fps, walked)
            beside = path.with_suffix(".wkt")
            interchange.write_ground(beside, ground.whole)
            return [beside, path]
    except ValueError as error:
        mend = "This is a fault of the simulation, or of the file"
        raise InputError([Problem(str(recording.path), "frames", str(error), mend)]) from None
    return [path]


_HEAD = ("title", "seed", "dt", "fingerprint", "versions")


def _tables(recording: Recording, spec: ScenarioFile, fps: float) -> Iterator[Table]:
    """What the run file holds beside trajectories: people, units, events, series."""
    units = [unit.id for unit in spec.unit]
    rows = zip(recording.role.tolist(), recording.unit.tolist(), recording.radius.tolist(), strict=True)
    people = [
        (i, str(_ROLES[role]), units[unit] if unit >= 0 else "", radius) for i, (role, unit, radius) in enumerate(rows)
    ]
    yield Table("people", ("id INTEGER PRIMARY KEY", "role TEXT", "unit TEXT", "radius REAL"), people)
    yield Table(
        "units",
        ("id TEXT PRIMARY KEY", "label TEXT", "kind TEXT", "role TEXT", "count INTEGER"),
        [(unit.id, unit.label, unit.kind, unit.role, unit.count) for unit in spec.unit],
    )
    yield Table(
        "events",
        ("frame INTEGER", "t REAL", "kind TEXT", "x REAL", "y REAL", "subject TEXT", "value REAL", "cause TEXT",
         "text_id TEXT", "text_en TEXT", "people TEXT"),
        [
            (round(e.time * fps), e.time, e.kind, *(e.position or (None, None)), e.subject, e.value, e.cause,
             e.text.get("id", ""), e.text.get("en", ""), json.dumps(e.rows))
            for e in recording.events
        ],
    )  # fmt: skip
    series = recording.all_series()
    readings = (
        (name, t, v)
        for name, (times, values) in series.items()
        for t, v in zip(times.tolist(), values.tolist(), strict=True)
    )
    yield Table("series", ("name TEXT", "t REAL", "value REAL"), readings)
