"""Course: what a recorded run amounts to, read from its frames once."""

from dataclasses import dataclass, field

import numpy as np

from crowdsim.frame import Event
from crowdsim.population.roles import Status
from crowdsim.record.recorder import Recording
from crowdsim.view.words import Words
from crowdsim.world.tilemap import TileMap

PHASES = ("hijau", "kuning", "merah")
"""From the mildest on."""
CRUSHING = 1000.0
"""N of contact force on a body that counts as a squeeze; people faint and are hurt above about this [D]."""
MOST_SQUEEZE = 5100.0
"""N: a run file keeps no more."""
_REACH = 1.0  # m: density is counted within this of the middle of a cell


@dataclass(frozen=True)
class Span:
    """A phase from one second to another."""

    phase: str
    start: float  # s
    end: float  # s


@dataclass(frozen=True)
class Peak:
    """The highest value of something: when and where."""

    value: float
    time: float  # s
    position: tuple[float, float]  # m
    subject: str = ""


@dataclass(frozen=True)
class Lag:
    """Another phase was due than the one declared. `early`: the declared one was the sterner."""

    due: str
    declared: str
    start: float  # s
    end: float  # s

    @property
    def early(self) -> bool:
        """Whether more was declared than the facts called for."""
        return PHASES.index(self.declared) > PHASES.index(self.due)


@dataclass
class Course:
    """One run, read. Maps are f4[rows, cols] on cells of 1 m: the highest value of the run."""

    recording: Recording
    map: TileMap
    events: list[Event]
    declared: list[Span]
    due: list[Span]
    times: np.ndarray  # f8[f], s, of the frames
    load: np.ndarray  # f4[f, b], N/m on each barrier
    capacity: np.ndarray  # f4[f, b], N/m
    density: np.ndarray  # 1/m2
    squeeze: np.ndarray  # N
    worst_squeeze: Peak | None  # people above CRUSHING at once
    widest_gap: Peak | None  # m, clear width
    labels: dict[str, str] = field(default_factory=dict)  # unit id: as spoken
    _series: dict[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)

    @property
    def duration(self) -> float:
        """The last second of the run, s."""
        return float(self.recording.times[-1])

    def series(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Times [s] and values of a reading, one a second; empty when nothing was read."""
        if name not in self._series:
            times, values = self.recording.series(name)
            self._series[name] = np.array(times), np.array(values)
        return self._series[name]

    def first(self, kind: str) -> Event | None:
        """The first event of a kind."""
        return next((event for event in self.events if event.kind == kind), None)

    def barrier(self, name: str) -> int | None:
        """The number of a barrier."""
        return next((k for k, gate in enumerate(self.map.gates) if gate.id == name), None)

    def lags(self) -> list[Lag]:
        """The times at which another phase was due than the one declared, in order."""
        found = []
        for due in self.due:
            for told in self.declared:
                start, end = max(due.start, told.start), min(due.end, told.end)
                if due.phase != told.phase and end > start and {due.phase, told.phase} <= set(PHASES):
                    found.append(Lag(due.phase, told.phase, start, end))
        return sorted(found, key=lambda lag: lag.start)

    def place(self, position: tuple[float, float] | None) -> dict[str, str]:
        """The name of the smallest named area around a point, {"id", "en"}; empty outside of all."""
        if position is None:
            return {}
        x, y = position
        around = [
            ((x1 - x0) * (y1 - y0), zone.name)
            for zone in self.map.zones.values()
            for x0, y0, x1, y1 in zone.rects
            if x0 <= x <= x1 and y0 <= y <= y1 and any(zone.name.values())
        ]
        return min(around, key=lambda pair: pair[0])[1] if around else {}

    def where(self, position: tuple[float, float] | None, words: Words) -> str:
        """A named area and metres from the map's north-west corner."""
        if position is None:
            return ""
        name = words.pick(self.place(position))
        metres = f"({words.number(position[0])}, {words.number(position[1])})"
        return f"{name} {metres}" if name else metres

    def named(self, name: str) -> dict[str, str]:
        """What a barrier, post, zone or unit of this run is called, {"id", "en"}; its id when nothing else is known."""
        for gate in self.map.gates:
            if gate.id == name and any(gate.name.values()):
                return gate.name
        for known in (self.map.posts, self.map.zones, self.map.exits):
            if name in known and any(known[name].name.values()):
                return known[name].name
        label = self.labels.get(name, name)
        return {"id": label, "en": label}


_ROUND = np.array([(right, down) for down in (-1, 0, 1) for right in (-1, 0, 1)])[:, None]  # a cell, those around it


def read(recording: Recording, tile_map: TileMap) -> Course:
    """Look at every frame of a run."""
    cols, rows = (int(np.ceil(side)) for side in tile_map.size)
    density, squeeze = np.zeros((rows, cols), np.float32), np.zeros((rows, cols), np.float32)
    times: list[float] = []
    load: list[np.ndarray] = []
    capacity: list[np.ndarray] = []
    declared: list[Span] = []
    due: list[Span] = []
    tight: Peak | None = None
    gap: Peak | None = None
    second = -1
    labels: dict[str, str] = {}
    for frame in recording.frames():
        times.append(frame.time)
        load.append(frame.barrier_load)
        capacity.append(frame.barrier_capacity)
        _extend(declared, frame.phase, frame.time)
        _extend(due, frame.due, frame.time)
        labels.update((unit.id, unit.label) for unit in frame.units)
        for opening in frame.openings:
            if opening.kind == "line_breach" and (gap is None or opening.width > gap.value):
                gap = Peak(opening.width, frame.time, opening.position, opening.subject)
        up = np.flatnonzero((frame.status == Status.ACTIVE) | (frame.status == Status.FALLEN))
        if len(up):
            hard = up[frame.squeeze[up] > CRUSHING]
            if len(hard) > (tight.value if tight else 0.0):
                x, y = np.median(frame.position[hard], axis=0).tolist()
                tight = Peak(float(len(hard)), frame.time, (x, y))
        if int(frame.time) != second:
            second = int(frame.time)
            np.maximum(density, density_of(frame.position[up], (rows, cols)), out=density)
            cells = np.clip(frame.position[up].astype(int), 0, (cols - 1, rows - 1))
            np.maximum.at(squeeze, (cells[:, 1], cells[:, 0]), frame.squeeze[up])
    return Course(
        recording,
        tile_map,
        recording.events,
        declared,
        due,
        np.array(times),
        np.array(load, np.float32).reshape(len(times), -1),
        np.array(capacity, np.float32).reshape(len(times), -1),
        density,
        squeeze,
        tight,
        gap,
        labels=labels,
    )


def density_of(position: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """People within 1 m of the middle of each cell of 1 m over that area, 1/m2; f4[rows, cols]."""
    rows, cols = shape
    near = np.floor(position).astype(int) + _ROUND
    away = near + 0.5 - position
    inside = np.hypot(away[..., 0], away[..., 1]) < _REACH
    inside &= (near >= 0).all(axis=2) & (near[..., 0] < cols) & (near[..., 1] < rows)
    count = np.bincount(near[inside] @ (1, cols), minlength=rows * cols)
    return (count / (np.pi * _REACH**2)).reshape(shape).astype(np.float32)


def _extend(spans: list[Span], phase: str, time: float) -> None:
    """The phase of this moment, as a longer last span or a new one."""
    if spans:
        last = spans[-1]
        spans[-1] = Span(last.phase, last.start, time)
        if last.phase == phase:
            return
    spans.append(Span(phase, time, time))
