"""Conduct: what the criteria are judged by, looked at once a second and kept as readings."""

import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from crowdsim.behaviour.officers import Unit, density_ahead, gaps
from crowdsim.behaviour.parties import LED_BY_CROWD, State, within
from crowdsim.behaviour.sop import PHASES
from crowdsim.behaviour.unit import Advance, Arrest, Escort, Push
from crowdsim.kernels.ground import part_ground
from crowdsim.kernels.loads import crowd_pressure
from crowdsim.population.population import Population
from crowdsim.population.roles import DEMONSTRATOR_ROLES, Mode, Role, Status
from crowdsim.step.chair import chair_row, exposed
from crowdsim.step.errands import Errands
from crowdsim.step.incidents import Incidents
from crowdsim.step.senses import Senses
from crowdsim.world.tilemap import Exit
from crowdsim.world.world import World

_DELEGATE = int(Role.DELEGATE)

RIOT = "phh"
"""Kind of the units a hand-over brings to the front."""

_CORDON = ("tni",)  # kinds whose lines stand far from the front: they close nothing there
_ACTIVE, _FALLEN, _FORMED = int(Status.ACTIVE), int(Status.FALLEN), int(Mode.FORMED)
_IN_POST, _IN_PLACE, _STANDS = 1.0, 0.5, 0.9  # m, m, share of its officers with which a unit stands
_OUT = 4.0  # m from his slot an officer has left the formation
_CLOSED, _AS_WANTED = 0.55, 0.3  # m: a gap, and how much wider than the formation asks for it must be to be one
_STRIP = 6.0  # m before and behind a line on which people are watched
_PAST = 0.5  # m behind the front somebody has come past it
_WALKS, _AWAY, _NEAR = 0.5, -0.3, 12.0  # m/s, cosine, m: a unit that goes away from a crowd, its backs to it
_CALM_MARCH = 60.0  # s of the march that say what is calm
_TURBULENT = 20.0  # times the calm crowd pressure
_AROUND = 1.0  # m, width of the weights with which the crowd pressure looks around somebody
_BORNE = 1100.0  # N of squeeze, borne for minutes at most [R]
_JUMPED = 6.0  # m/s nobody runs: he was set down elsewhere
_LIES = 10.0  # s
_SPOKEN = 10.0  # s a warning counts as being spoken
_THREAT, _GUARDED, _GUARDS = 10.0, 2.5, 2  # m a crowd is near, m and number of officers with whom the chair is guarded
_ERRANDS, _MOVES_ON = (Arrest, Escort), (Push, Advance)  # orders that take officers from their slots; into people
_LEAF = 0.7  # m of an exit one officer closes
_ACROSS = 0.6  # m round an officer of a line: two of them leave no way between them up to twice this


@dataclass
class History:
    """Readings over time: for each name its times, s, and its values."""

    columns: dict[str, tuple[array, array]] = field(default_factory=dict)

    def add(self, time: float, readings: Mapping[str, float]) -> None:
        """Keep the readings of a moment; looked at twice, a moment counts once."""
        for name, value in readings.items():
            if name not in self.columns:
                self.columns[name] = (array("d"), array("d"))
            times, values = self.columns[name]
            if times and times[-1] == time:
                values[-1] = value
            else:
                times.append(time)
                values.append(value)

    def series(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Times and values as arrays, f8[k] each."""
        return {name: (np.array(times), np.array(values)) for name, (times, values) in self.columns.items()}


class Conduct:
    """What it remembers from one second to the next."""

    def __init__(self, people: Population, units: list[Unit], ways: tuple[Exit, ...]) -> None:
        """ways : the exits the public may use."""
        self._ways = ways
        self._rows = slice(units[0].span[0], units[-1].span[1]) if units else slice(0)  # units follow one another
        self._of = people.unit[self._rows]
        self._count = np.maximum(1, np.bincount(self._of, minlength=len(units)))
        demonstrates = np.isin(people.role, [int(role) for role in DEMONSTRATOR_ROLES if role != _DELEGATE])
        self._crowd = np.flatnonzero(demonstrates & (people.crowd >= 0))
        self._stood = np.full(len(units), -1.0)  # s, when the order was given under which each unit came to stand
        self._chased = np.zeros(people.capacity, bool)
        self._pursuits = 0
        self.began_pursuit = np.zeros(0, np.int64)  # rows of officers who in this second began to run after somebody
        self._lain = np.zeros(people.capacity, bool)
        self.off = np.zeros(len(self._of), np.float32)  # m, each officer from where he was told to be
        self.past: dict[str, np.ndarray] = {}  # line: rows of those who have come past it, at the last look
        self._side: dict[str, np.ndarray] = {}  # unit: i1[crowd], 1 = seen before its front, 2 = came past it
        self._seen_at, self._seen = -math.inf, people.position.copy()  # the last look, s, and where people were then
        self._there = np.zeros(people.capacity, bool)  # who was
        self._moves = np.zeros((people.capacity, 2), np.float32)  # m/s from one look to the next
        self._walked = np.zeros(people.capacity, bool)  # who was there all that time
        self._calm: list[float] = []  # crowd pressure, 1/s2, second by second of the march
        self._bearable = math.inf  # 1/s2, the crowd pressure beyond which it is too much

    def use(self, ways: tuple[Exit, ...]) -> None:
        """The exits the public may use from now on."""
        self._ways = ways

    def look(
        self,
        world: World,
        people: Population,
        senses: Senses,
        heard: np.ndarray,
        units: list[Unit],
        errands: Errands,
        incidents: Incidents,
        phase: str,
        due: str,
        marching: bool,
        time: float,
    ) -> dict[str, float]:
        """The readings of this second. heard : bool[n], who stands where somebody talks to people ; marching : whether
        a crowd has begun to march.

        in_post: share of officers within 1 m of their slot
        lines: that once stood closed since their last order ; closed_lines, closed_shields, closed_riot: those at the
        front that stand closed now ; widest_gap, slot_error: m ; behind_line: demonstrators who came past a line
        out_of_slot: officers ; pursuits, lain: so far ; backs_turned: units ; force_stage: 1..5
        dense_ahead: 1/m2 before an advancing line ; open_exits, exit_width: number, m ; pressure: 1/s2
        pressure_over: people ; listeners: of negotiators ; violent_recent: people, last minute
        chair_exposed: 0 or 1 ; due, declared: 0 hijau .. 2 merah
        """
        crowd = self._crowd[people.status[self._crowd] == _ACTIVE]
        free = crowd[people.led_by[crowd] == -1]
        found = {
            "due": float(PHASES.index(due)),
            "declared": float(PHASES.index(phase)),
            "listeners": float(np.count_nonzero(heard[crowd])),
            "violent_recent": float(np.count_nonzero(people.violent_at[self._crowd] > time - 60.0)),
            "lain": self._lying(people, time),
        }
        found |= self._pressures(people, senses, crowd, marching and phase == PHASES[0], time)
        found |= self._ways_out(world, people, units, crowd)
        chair = chair_row(people, errands)
        if chair >= 0:
            found["chair_exposed"] = self._chair(people, errands, chair, free)
        if units:
            found |= self._officers(people, units, errands, incidents, crowd, time)
            found |= self._lines(people, units, free)
            found |= self._forces(people, units, errands, incidents, free, time)
        return found

    # --- officers -----------------------------------------------------------------------------------------------------

    def _officers(
        self,
        people: Population,
        units: list[Unit],
        errands: Errands,
        incidents: Incidents,
        crowd: np.ndarray,
        time: float,
    ) -> dict[str, float]:
        """Who is where he was told to be, who runs after somebody alone."""
        rows, of = self._rows, self._of
        active = people.status[rows] == _ACTIVE
        # Where he was told to be: until he has heard an order, `people.slot` is the place he had before.
        self.off = off = np.hypot(*(np.concatenate([unit.target for unit in units]) - people.position[rows]).T)
        placed = np.bincount(of, (off < _IN_PLACE) & active, len(units)) / self._count
        since = np.array([unit.since for unit in units])
        still = np.array([unit.remaining == 0.0 for unit in units])
        self._stood = np.where((placed >= _STANDS) & still, since, self._stood)
        self._placed = placed
        task = np.array([isinstance(unit.order, _ERRANDS) for unit in units])
        led = np.zeros(people.capacity, bool)
        for party in errands.parties:
            led[party.leaders] = True
        far = active & (off > _OUT)
        out = far & ((self._stood == since) & still & ~task)[of] & ~led[rows]
        chasing = incidents.tempers.chase_until > time
        self.began_pursuit = (chasing & ~self._chased).nonzero()[0]
        self._pursuits += len(self.began_pursuit)
        self._chased = chasing
        out |= chasing[rows] & far
        officers = np.count_nonzero(active)
        return {
            "officers": float(officers),
            "in_post": np.count_nonzero(active & (off < _IN_POST)) / officers if officers else 1.0,
            "out_of_slot": float(np.count_nonzero(out)),
            "pursuits": float(self._pursuits),
            "backs_turned": self._backs(people, units, crowd),
        }

    def _backs(self, people: Population, units: list[Unit], crowd: np.ndarray) -> float:
        """Units of a line that walk away from people near them and look away too."""
        rows, of, count = self._rows, self._of, self._count
        vx, vy = (np.bincount(of, people.velocity[rows, k], len(units)) / count for k in (0, 1))
        walking = vx * vx + vy * vy > _WALKS**2
        if not np.count_nonzero(walking):
            return 0.0
        fx, fy = (np.bincount(of, turn(people.facing[rows]), len(units)) / count for turn in (np.cos, np.sin))
        found, at = 0, people.position[crowd]
        for k in (walking & (vx * fx + vy * fy > 0.0)).nonzero()[0].tolist():
            unit = units[k]
            if not (unit.shielded or unit.rope):
                continue
            middle = people.position[unit.rows].mean(axis=0)
            off = at[within(at, middle, _NEAR)] - middle
            if not len(off):
                continue
            x, y = off.mean(axis=0).tolist()
            apart = max(1e-6, math.hypot(x, y))
            goes, looks = (vx[k] * x + vy[k] * y) / apart, (fx[k] * x + fy[k] * y) / apart
            found += bool(goes < _AWAY * _WALKS and looks < _AWAY)
        return float(found)

    def _lines(self, people: Population, units: list[Unit], free: np.ndarray) -> dict[str, float]:
        """How well lines stand, and who came past them."""
        lines, closed, shields, riot, widest, behind = 0, 0, 0, 0, 0.0, 0
        standing = np.zeros(len(units), bool)
        self.past = {}
        at = np.ascontiguousarray(people.position[free].T)
        for k, unit in enumerate(units):
            if not (unit.is_line and unit.closed) or unit.passing:
                self._side.pop(unit.id, None)
                continue
            lines += 1
            standing[k] = True
            _, _, clear, wider = gaps(unit, people)
            gap = float(clear[wider > _AS_WANTED].max(initial=0.0))
            widest = max(widest, gap)
            self.past[unit.id] = self._came_past(people, unit, free, at)
            behind += len(self.past[unit.id])
            if gap <= _CLOSED and self._placed[k] >= _STANDS and unit.kind not in _CORDON:
                closed += 1
                shields += unit.shielded and unit.kind != RIOT
                riot += unit.kind == RIOT
        error = 0.0
        if lines:
            rows = self._rows
            stands = standing[self._of] & (people.mode[rows] == _FORMED) & (people.status[rows] == _ACTIVE)
            if stands.any():
                error = math.sqrt(float((self.off[stands] ** 2).mean()))
        return {
            "lines": float(lines),
            "closed_lines": float(closed),
            "closed_shields": float(shields),
            "closed_riot": float(riot),
            "widest_gap": widest,
            "slot_error": error,
            "behind_line": float(behind),
        }

    def _came_past(self, people: Population, unit: Unit, free: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Rows of the demonstrators who were before the front of a standing line and are now behind it.

        free : i8[k], rows of those who are led by nobody ; at : f4[2, k], m, where they are
        """
        side = self._side.get(unit.id)
        if side is None:
            side = self._side[unit.id] = np.zeros(people.capacity, np.int8)
        x, y = at[0] - np.float32(unit.anchor[0]), at[1] - np.float32(unit.anchor[1])
        cos, sin = math.cos(unit.heading), math.sin(unit.heading)
        forward, front = x * cos + y * sin, unit.local[: len(unit.ahead)]
        if unit.formation == "busur":  # beyond its radius is before it
            reach, ahead = forward > 0.0, np.hypot(x, y) - float(np.hypot(*front[0]))
        else:
            across = y * cos - x * sin
            reach = (across > front[:, 0].min()) & (across < front[:, 0].max())
            ahead = forward + float(front[:, 1].mean())
        near = (reach & (np.abs(ahead) < _STRIP)).nonzero()[0]
        rows, ahead = free[near], ahead[near]
        now = side[rows]
        now[(ahead < -_PAST) & (now > 0)] = 2
        now[ahead > 0.0] = 1
        side.fill(0)
        side[rows] = now
        return np.asarray(rows[now == 2])

    def _forces(
        self,
        people: Population,
        units: list[Unit],
        errands: Errands,
        incidents: Incidents,
        free: np.ndarray,
        time: float,
    ) -> dict[str, float]:
        """The highest stage of force in use, and how dense it is before a line that moves on."""
        stage, dense = 1, 0.0
        said = incidents.said.warnings
        if said and time - said[-1] < _SPOKEN:
            stage = 2
        for party in errands.parties:
            if party.kind == "arrest" and party.state == State.FETCH and party.held > 0.0:
                stage = max(stage, 4)  # they take hold of him; leading him away is no more force
        for unit in units:
            moves = unit.remaining > 0.0 and not unit.held_back and time >= unit.acts_at
            if moves and isinstance(unit.order, _MOVES_ON) and len(unit.ahead):
                here = density_ahead(unit, people, free)
                dense = max(dense, here)
                if here > 0.0:
                    stage = max(stage, 4 if isinstance(unit.order, Push) else 3)
        for cannon in incidents.cannons:
            if cannon.kind != "off":
                stage = max(stage, 5 if cannon.kind == "jet" else 4)
        if incidents.cloud.canisters:
            stage = 5
        return {"force_stage": float(stage), "dense_ahead": dense}

    # --- the crowd ----------------------------------------------------------------------------------------------------

    def _pressures(
        self, people: Population, senses: Senses, crowd: np.ndarray, marching: bool, time: float
    ) -> dict[str, float]:
        """Crowd pressure, 1/s2, of velocities averaged over the second, and how many are under too much of it.

        Too much is twenty times the mean of the march, or a squeeze nobody bears for long: those who stand pressed and
        cannot move have no crowd pressure to speak of.

        Source: Helbing, Johansson, Al-Abideen 2007 [R]; relative to the march of the same run [D].
        """
        if time > self._seen_at:
            there = people.status == _ACTIVE
            self._moves = (people.position - self._seen) / np.float32(time - self._seen_at)
            far = np.abs(self._moves)
            self._walked = there & self._there & (np.maximum(far[:, 0], far[:, 1]) < _JUMPED)
            self._seen_at, self._seen, self._there = time, people.position.copy(), there
        counted = np.zeros(people.capacity, bool)
        counted[crowd] = self._walked[crowd]
        pressure = np.zeros(people.capacity, np.float32)
        order, start, grid = senses.order, senses.start, senses.grid
        crowd_pressure(people.position, self._moves, counted, order, start, grid, _AROUND, pressure)
        if marching and counted.any() and len(self._calm) < _CALM_MARCH:
            self._calm.append(float(pressure[counted].mean()))
            self._bearable = _TURBULENT * max(1e-4, float(np.mean(self._calm)))
        found = {"pressure": float(pressure.max(initial=0.0))}
        if self._calm:
            over = (pressure[crowd] > self._bearable) | (people.squeeze[crowd] > _BORNE)
            found["pressure_over"] = float(np.count_nonzero(over))
        return found

    def _lying(self, people: Population, time: float) -> float:
        """How many so far have lain for ten seconds without getting up or being carried."""
        self._lain |= (people.status == _FALLEN) & (time - people.down_since > _LIES)
        return float(np.count_nonzero(self._lain))

    def _parts(self, world: World, people: Population, units: list[Unit]) -> np.ndarray:
        """The ground that hangs together while barriers and closed lines stand as they do, i4[rows, cols]."""
        rows = [unit.rows for unit in units if unit.is_line and unit.closed and not unit.passing]
        lines = np.concatenate(rows) if rows else np.zeros(0, np.int64)
        lines = lines[people.status[lines] == _ACTIVE]
        ground = np.empty(world.solid.shape, np.int32)
        part_ground(world.solid, people.position[lines], _ACROSS, world.map.tile_size, ground)
        return ground

    def _ways_out(self, world: World, people: Population, units: list[Unit], crowd: np.ndarray) -> dict[str, float]:
        """Exits most of the crowd can walk to, past no closed line, that officers do not fill, and their width, m."""
        if not len(crowd):
            return {"open_exits": float(len(self._ways)), "exit_width": sum(way.width for way in self._ways)}
        ground = self._parts(world, people, units)
        rows, cols = ground.shape
        c, r = (people.position[crowd] / world.map.tile_size).astype(int).T
        stands = ground[np.minimum(np.maximum(r, 0), rows - 1), np.minimum(np.maximum(c, 0), cols - 1)]
        stands = stands[stands > 0]  # who presses against a line stands on its ground
        here = int(np.bincount(stands).argmax()) if len(stands) else -1
        x, y = people.position[self._rows][people.status[self._rows] == _ACTIVE].T
        number, width = 0, 0.0
        for way in self._ways:
            if not np.count_nonzero(ground[world.map.tiles_of(way.rect)] == here):
                continue
            x0, y0, x1, y1 = way.rect
            in_way = (x > x0 - 1.0) & (x < x1 + 1.0) & (y > y0 - 1.0) & (y < y1 + 1.0)
            left = max(0.0, way.width - _LEAF * float(np.count_nonzero(in_way)))
            number += left >= 1.2
            width += left
        return {"open_exits": float(number), "exit_width": width}

    def _chair(self, people: Population, errands: Errands, chair: int, free: np.ndarray) -> float:
        """Whether the chair is held, or could be taken: people near, and not two officers with him."""
        if people.led_by[chair] == LED_BY_CROWD:
            return 1.0
        if not len(exposed(people, errands)):
            return 0.0
        here = people.position[chair]
        near = within(people.position[free], here, _THREAT).any()
        guards = int(within(people.position[self._rows], here, _GUARDED).sum())
        return float(bool(near) and guards < _GUARDS)
