"""Early warnings with place and reason, from what frames show: a trainer hears of a danger before it is an event.

Nothing here goes back into a run: it is the same with and without, and a recording of it shows them too.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.ndimage import binary_dilation, label

from crowdsim.frame import Frame
from crowdsim.population.roles import DEMONSTRATOR_ROLES, OFFICER_ROLES, BarrierState, Role, Status
from crowdsim.world.tilemap import Exit, TileMap

KINDS = ("contained", "crush", "line", "density", "exit")
"""The gravest first."""

RISING, DENSE = 0.05, 2.5
"""1/m2/s and 1/m2: how fast and how dense a crowd at a barrier must grow to be warned of ([P])."""
LOADED, RISE = 0.8, 0.02
"""Share of what a stretch of a line bears from which it is about to give way, and how much it grows ([P])."""
SQUEEZED, MANY = 600.0, 5
"""N, people: as much as one can bear for long ([R]); so many within a few metres are a press."""
PER_METRE, LEAST_WAYS = 60.0, 2
"""People for each metre of open way out, and how many ways out there must be (rule R1, [P])."""

_OVER = 5.0  # s over which a density must rise
_BEFORE_LINE = 3.0  # s over which the load of a line must rise
_DEEP = 2.5  # m before a barrier
_HOLDS = {"contained": 5.0, "exit": 10.0}  # s a state must last
_STANDS = 6.0  # s a warning stays after its cause was last seen
_AGAIN = 30.0  # s after which the same warning is a new one
_SAME = 12.0  # m: nearer, it is the same place
_CROWD = 30  # people for whom ways out are counted
_ENCLOSED = 10  # people without a way out
_GUARD, _SHOULDERS = 4.0, 0.8  # m: officers so near shut so much of a way out each
_PUSHES = 1.5  # m from a line within which somebody can push on it, others between them
_JUMP = 30.0  # s between two frames after which what was seen before tells nothing


@dataclass(frozen=True)
class Alarm:
    """What is about to happen, where, and the figure that says so."""

    kind: str  # one of KINDS
    since: float  # s
    position: tuple[float, float]  # m
    subject: str  # id of the barrier, exit or unit
    value: float  # 1/m2 (density), number of ways (exit), share (line), people (contained, crush)


@dataclass
class Lookout:
    """Watches the frames of a run, one a second, in the order they are shown; a jump in time makes it begin anew."""

    map: TileMap
    alarms: list[Alarm] = field(default_factory=list)  # in the order of time
    _stands: dict[int, float] = field(default_factory=dict)  # number of the alarm: s, when its cause was last seen
    _held: dict[tuple[str, str], float] = field(default_factory=dict)  # s, since when a state lasts
    _dense: deque[tuple[float, np.ndarray]] = field(default_factory=lambda: deque(maxlen=64))
    _loads: deque[tuple[float, np.ndarray]] = field(default_factory=lambda: deque(maxlen=64))
    _last: float = -1.0

    def look(self, frame: Frame) -> None:
        """See one frame; a second frame of the same second is not looked at."""
        if frame.time < self._last or frame.time - self._last > _JUMP:
            self._forget(frame.time)
        elif int(frame.time) == int(self._last):
            return
        self._last = frame.time
        up = frame.status == Status.ACTIVE
        role = np.asarray(frame.role)
        crowd = frame.position[up & np.isin(role, DEMONSTRATOR_ROLES) & (role != Role.DELEGATE)]
        officers = frame.position[up & np.isin(role, OFFICER_ROLES)]
        found = [
            *self._enclosed(frame, crowd, officers),
            *self._pressed(frame, up),
            *self._lines(frame, line_shares(frame)),
            *self._barriers(frame, frame.position[up & ~np.isin(role, OFFICER_ROLES)]),
            *self._exits(frame, crowd),
        ]
        for alarm in found:
            self._raise(alarm, frame.time)

    def standing(self, time: float) -> list[Alarm]:
        """The alarms whose cause was seen just now, the gravest first; of one place the gravest alone."""
        now = [self.alarms[k] for k, seen in self._stands.items() if 0.0 <= time - seen <= _STANDS]
        told: list[Alarm] = []
        for alarm in sorted(now, key=lambda alarm: (KINDS.index(alarm.kind), alarm.since)):
            if all(_apart(alarm, other) >= _SAME for other in told):
                told.append(alarm)
        return told

    def _forget(self, time: float) -> None:
        self.alarms = [alarm for alarm in self.alarms if alarm.since <= time]
        self._stands, self._held = {}, {}
        self._dense.clear()
        self._loads.clear()

    def _raise(self, alarm: Alarm, time: float) -> None:
        """A new alarm, or the old one seen again."""
        for k, seen in self._stands.items():
            old = self.alarms[k]
            near = _apart(old, alarm) < _SAME
            if old.kind == alarm.kind and (near or old.subject == alarm.subject != "") and time - seen < _AGAIN:
                self._stands[k] = time
                self.alarms[k] = Alarm(old.kind, old.since, alarm.position, alarm.subject, alarm.value)
                return
        self._stands[len(self.alarms)] = time
        self.alarms.append(alarm)

    def _lasts(self, kind: str, subject: str, time: float) -> bool:
        """Whether a state that holds now has held long enough; `_held` is cleared by whoever sees it end."""
        return time - self._held.setdefault((kind, subject), time) >= _HOLDS[kind]

    # --- what is looked for -------------------------------------------------------------------------------------------

    def _barriers(self, frame: Frame, people: np.ndarray) -> list[Alarm]:
        """Where it grows dense before a closed barrier."""
        now = np.array([_density_before(gate.rect, people) for gate in self.map.gates], np.float32)
        self._dense.append((frame.time, now))
        before = _earlier(self._dense, frame.time, _OVER)
        if before is None:
            return []
        rise = (now - before[1]) / (frame.time - before[0])
        shut = np.isin(frame.barrier_state, (BarrierState.CLOSED, BarrierState.DAMAGED))
        told = []
        for k in np.flatnonzero(shut & (now >= DENSE) & (rise >= RISING)).tolist():
            told.append(
                Alarm("density", frame.time, _middle(self.map.gates[k].rect), self.map.gates[k].id, float(now[k]))
            )
        return sorted(told, key=lambda alarm: -alarm.value)

    def _lines(self, frame: Frame, share: np.ndarray) -> list[Alarm]:
        """Stretches of lines near what they bear, and nearer than a moment ago."""
        lines = frame.lines
        spots = np.column_stack([(lines[:, 0] + lines[:, 2]) / 2, (lines[:, 1] + lines[:, 3]) / 2, share])
        self._loads.append((frame.time, spots))
        before = _earlier(self._loads, frame.time, _BEFORE_LINE)
        told = []
        for x, y, now in spots[share >= LOADED][np.argsort(-share[share >= LOADED], kind="stable")].tolist():
            then = before[1] if before is not None else spots[:0]
            near = then[np.hypot(then[:, 0] - x, then[:, 1] - y) < 2.5, 2]
            if len(near) and now > float(near.max()) + RISE:
                told.append(Alarm("line", frame.time, (x, y), _unit_at(frame, x, y), now))
        return told

    def _pressed(self, frame: Frame, up: np.ndarray) -> list[Alarm]:
        """Where several people are squeezed harder than they can bear."""
        hard = frame.position[up & (frame.squeeze > SQUEEZED)]
        if len(hard) < MANY:
            return []
        cells, of = np.unique((hard / 3.0).astype(int), axis=0, return_inverse=True)
        count = np.bincount(of.ravel(), minlength=len(cells))
        k = int(np.argmax(count))
        if count[k] < MANY:
            return []
        x, y = hard[of.ravel() == k].mean(axis=0).tolist()
        return [Alarm("crush", frame.time, (x, y), "", float(count[k]))]

    def _exits(self, frame: Frame, crowd: np.ndarray) -> list[Alarm]:
        """Too few ways out, or too narrow ones, for the people there are."""
        ways = [way for way in self.map.exits.values() if not way.police_only]
        free = open_exits(frame, ways)
        wide = sum(way.width for way, is_open in zip(ways, free, strict=True) if is_open)
        enough = sum(free) >= LEAST_WAYS and wide >= len(crowd) / PER_METRE
        if len(crowd) < _CROWD or enough or all(free):
            self._held.pop(("exit", ""), None)
            return []
        if not self._lasts("exit", "", frame.time):
            return []
        middle = np.median(crowd, axis=0)
        shut = [way for way, is_open in zip(ways, free, strict=True) if not is_open]
        nearest = min(shut, key=lambda way: float(np.hypot(*(np.array(_middle(way.rect)) - middle))))
        return [Alarm("exit", frame.time, _middle(nearest.rect), nearest.id, float(sum(free)))]

    def _enclosed(self, frame: Frame, crowd: np.ndarray, officers: np.ndarray) -> list[Alarm]:
        """Demonstrators whom barriers, walls and officers leave no way to an exit."""
        number = 0
        if len(crowd) >= _ENCLOSED and len(officers):
            tile = self.map.tile_size
            closed = self.map.solid.copy()
            for gate, state in zip(self.map.gates, frame.barrier_state, strict=True):
                if state in (BarrierState.CLOSED, BarrierState.DAMAGED):
                    closed[self.map.tiles_of(gate.rect)] = True
            lines = np.zeros_like(closed)
            lines[_tiles(officers, tile, closed.shape)] = True
            closed |= binary_dilation(lines, np.ones((3, 3), bool))  # shoulder to shoulder, they leave no gap
            ground = label(~closed)[0]
            ways = {0}
            for way in self.map.exits.values():
                if not way.police_only:
                    ways.update(np.unique(ground[self.map.tiles_of(way.rect)]).tolist())
            where = ground[_tiles(crowd, tile, closed.shape)]
            inside = ~np.isin(where, list(ways))
            number = int(inside.sum())
        if number < _ENCLOSED:
            self._held.pop(("contained", ""), None)
            return []
        if not self._lasts("contained", "", frame.time):
            return []
        x, y = np.median(crowd[inside], axis=0).tolist()
        return [Alarm("contained", frame.time, (x, y), "", float(number))]


def line_shares(frame: Frame) -> np.ndarray:
    """Share of what each stretch of `frame.lines` bears, f4[k]; 0 where nobody is near enough to push on it.

    An officer who cannot reach his slot braces as well, against a wall or a colleague: no line gives way to that.
    """
    lines = frame.lines
    crowd = frame.position[(frame.status == Status.ACTIVE) & ~np.isin(frame.role, OFFICER_ROLES)]
    if not len(lines) or not len(crowd):
        return np.zeros(len(lines), np.float32)
    from scipy.spatial import cKDTree  # a tenth of a second, for which the first picture does not wait

    middle = (lines[:, :2] + lines[:, 2:4]) / 2
    half = np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]) / 2
    nearest = cKDTree(crowd).query(middle)[0]
    share: np.ndarray = np.where(nearest < half + _PUSHES, lines[:, 4] / np.maximum(lines[:, 5], 1.0), 0.0)
    return share


def open_exits(frame: Frame, exits: Sequence[Exit]) -> list[bool]:
    """Which ways out no line of officers shuts."""
    officers = frame.position[np.isin(frame.role, OFFICER_ROLES) & (frame.status == Status.ACTIVE)]
    free = []
    for way in exits:
        x0, y0, x1, y1 = way.rect
        near = (officers[:, 0] > x0 - _GUARD) & (officers[:, 0] < x1 + _GUARD)
        near &= (officers[:, 1] > y0 - _GUARD) & (officers[:, 1] < y1 + _GUARD)
        free.append(float(near.sum()) * _SHOULDERS < way.width * 0.7)
    return free


def _apart(one: Alarm, other: Alarm) -> float:
    """m between two alarms."""
    return float(np.hypot(one.position[0] - other.position[0], one.position[1] - other.position[1]))


def _density_before(rect: tuple[float, float, float, float], people: np.ndarray) -> float:
    """1/m2 on the fuller side of a barrier."""
    x0, y0, x1, y1 = rect
    level = x1 - x0 >= y1 - y0
    a, b = (0, 1) if level else (1, 0)
    low, high = (x0, x1) if level else (y0, y1)
    middle = (y0 + y1) / 2 if level else (x0 + x1) / 2
    along = (people[:, a] > low - 0.5) & (people[:, a] < high + 0.5)
    off = people[along, b] - middle
    most = max(int(((off > 0) & (off < _DEEP)).sum()), int(((off < 0) & (off > -_DEEP)).sum()))
    return most / ((high - low + 1.0) * _DEEP)


def _earlier(kept: deque[tuple[float, np.ndarray]], time: float, ago: float) -> tuple[float, np.ndarray] | None:
    """The latest of what was kept that is at least so many seconds old."""
    return next((item for item in reversed(kept) if time - item[0] >= ago), None)


def _middle(rect: tuple[float, float, float, float]) -> tuple[float, float]:
    return (rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2


def _tiles(points: np.ndarray, tile: float, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of the tiles that points lie on."""
    rows = np.clip((points[:, 1] / tile).astype(int), 0, shape[0] - 1)
    return rows, np.clip((points[:, 0] / tile).astype(int), 0, shape[1] - 1)


def _unit_at(frame: Frame, x: float, y: float) -> str:
    """Id of the loaded unit nearest to a point."""
    loaded = [unit for unit in frame.units if unit.count and unit.line_load > 0.0]
    nearest = min(loaded, key=lambda u: (u.centre[0] - x) ** 2 + (u.centre[1] - y) ** 2, default=None)
    return nearest.id if nearest else ""
