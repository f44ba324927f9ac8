"""Ground: people in a plain geometry, without officers, commands or files; what they did, as trajectories."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from crowdsim.kernels.cells import PUSHER, WALKER
from crowdsim.params import Params
from crowdsim.population.barriers import Barriers, barriers_of
from crowdsim.population.population import Population, empty_population
from crowdsim.population.roles import BarrierState, Mode, Status
from crowdsim.population.spawn import bodies
from crowdsim.session.navigator import Navigator
from crowdsim.step.forces import forces
from crowdsim.step.integrate import integrate
from crowdsim.step.observe import observe
from crowdsim.step.perceive import perceive
from crowdsim.step.senses import Senses, senses_for
from crowdsim.step.steer import steer
from crowdsim.world.tilemap import Gate, Rect, Surface, TileMap
from crowdsim.world.world import Goal, World

TILE = 0.05
"""m: fine enough for the widths of laboratory openings."""

_SEEN = 4.0
"""m beyond either end of a ring within which its people are seen: a little more than anybody looks."""


@dataclass(frozen=True)
class Plan:
    """A geometry: free rectangles and where people go, in the experiment's own m. What is not free is wall."""

    free: tuple[Rect, ...]
    goals: tuple[Rect, ...] = ()  # one navigation field each
    barriers: tuple[Rect, ...] = ()  # free once open; shut at first, and never give way
    through: bool = False  # the goals' fields take shut barriers for passable: people walk up to them
    ring: float = 0.0  # m: a person who walks past x = ring goes on at x = 0, and is seen across; 0 = no ring
    tile: float = TILE
    together: bool = False  # the goals are one, with one field: everybody goes to the nearest
    slow: tuple[tuple[Rect, float], ...] = ()  # ground on which the free speed is that many times as high

    @property
    def rects(self) -> tuple[Rect, ...]:
        """All ground that is free or may become so; of a ring also what is seen beyond its ends."""
        rects = self.free + self.barriers
        if not self.ring:
            return rects
        return tuple((x0 - _SEEN, y0, x1 + _SEEN, y1) for x0, y0, x1, y1 in rects)

    @property
    def origin(self) -> tuple[float, float]:
        """The experiment's coordinates of the map's corner."""
        return min(r[0] for r in self.rects) - 0.5, min(r[1] for r in self.rects) - 0.5

    def tilemap(self) -> TileMap:
        """The geometry as a map."""
        x0, y0 = self.origin
        x1, y1 = max(r[2] for r in self.rects) + 0.5, max(r[3] for r in self.rects) + 0.5
        shape = (round((y1 - y0) / self.tile), round((x1 - x0) / self.tile))
        solid = np.ones(shape, bool)
        for rect in self.rects:
            left, top, right, bottom = (round(v / self.tile) for v in self.moved(rect))
            solid[top:bottom, left:right] = False
        gates = tuple(
            Gate(f"b{k}", {}, "gate", self.moved(rect), max(rect[2] - rect[0], rect[3] - rect[1]), 1e9, 1e9, False)
            for k, rect in enumerate(self.barriers)
        )
        return TileMap(
            path=Path("plan"),
            name={},
            tile_size=self.tile,
            surface=np.where(solid, Surface.WALL, Surface.FLOOR).astype(np.int8),
            solid=solid,
            cost=np.ones(shape, np.float32),
            zones={},
            gates=gates,
            posts={},
            spawns={},
            exits={},
            routes={},
            vehicles=(),
            trees=(),
        )

    def goal_fields(self) -> tuple[Goal, ...]:
        """The goals in the map's coordinates; a ring has one of its own, beyond what is seen: people go east."""
        if self.ring:
            x0, y0 = self.origin
            east = max(r[2] for r in self.rects)
            low, high = min(r[1] for r in self.rects), max(r[3] for r in self.rects)
            return (Goal(((east - 0.5 - x0, low - y0, east - x0, high - y0),)),)
        through = tuple(f"b{k}" for k in range(len(self.barriers))) if self.through else ()
        if self.together:
            return (Goal(tuple(self.moved(rect) for rect in self.goals), through),)
        return tuple(Goal((self.moved(rect),), through) for rect in self.goals)

    def moved(self, rect: Rect) -> Rect:
        """A rectangle in the map's coordinates."""
        x0, y0 = self.origin
        return rect[0] - x0, rect[1] - y0, rect[2] - x0, rect[3] - y0


@dataclass
class Entry:
    """People who enter: where, when, which way. One row each."""

    position: np.ndarray  # f8[n, 2], m
    time: np.ndarray  # f8[n], s
    goal: np.ndarray  # i4[n]
    speed: np.ndarray  # f8[n], m/s, free speed
    start: np.ndarray | None = None  # f8[n], s, when each begins to walk; None = as he enters


@dataclass
class Track:
    """What people did: positions at `fps`, nan while absent."""

    fps: float
    position: np.ndarray  # f4[frames, n, 2], m, in the plan's coordinates
    finished: np.ndarray  # f8[n], s when a person reached his goal, nan = never
    penetrations: int = 0  # samples of a centre inside a wall
    ring: float = 0.0  # m, of the plan

    @property
    def times(self) -> np.ndarray:
        """s of each frame."""
        return np.arange(len(self.position)) / self.fps

    def velocity(self, half: float = 0.25) -> np.ndarray:
        """m/s by central difference over +- `half` s, f8[frames, n, 2], nan at the ends."""
        k = max(1, round(half * self.fps))
        result = np.full(self.position.shape, np.nan)
        step = self.position[2 * k :].astype(float) - self.position[: -2 * k]
        if self.ring:
            step[..., 0] -= self.ring * np.round(step[..., 0] / self.ring)
        result[k:-k] = step * self.fps / (2 * k)
        return result

    def speed(self, half: float = 0.25) -> np.ndarray:
        """m/s by central difference over +- `half` s, f8[frames, n], nan at the ends."""
        velocity = self.velocity(half)
        return np.hypot(velocity[..., 0], velocity[..., 1])

    def crossings(self, axis: int, at: float, sign: int) -> np.ndarray:
        """Times [s] at which each person first crosses the line coordinate[axis] = at in direction `sign`, nan = never;
        linear between frames."""
        value = sign * (self.position[:, :, axis].astype(float) - at)
        before, after = value[:-1], value[1:]
        crossed = (before < 0) & (after >= 0)
        first = np.where(crossed.any(axis=0), crossed.argmax(axis=0), -1)
        times = np.full(value.shape[1], np.nan)
        for i in np.flatnonzero(first >= 0):
            k = first[i]
            times[i] = (k - before[k, i] / (after[k, i] - before[k, i])) / self.fps
        return times


class Ground:
    """People on a plan, and the stages of a tick without deciding, commands or files."""

    def __init__(self, plan: Plan, count: int, params: Params | None = None) -> None:
        """Room for `count` people; their columns are the caller's to fill, in the map's coordinates (`origin`)."""
        self.plan = plan
        self.params = params or Params()
        self.world = World.from_map(plan.tilemap())
        self.origin = np.array(plan.origin, np.float32)
        self.count = count
        # The second half of a ring's rows are the images of the first, seen beyond its ends.
        self.people: Population = empty_population(2 * count if plan.ring else count)
        self.senses: Senses = senses_for(self.world, self.people.capacity, self.params)
        self.barriers: Barriers = barriers_of(self.world.map)
        self._load = np.zeros((len(self.world.map.gates), 2))
        self.navigator = Navigator(plan.goal_fields())
        self.tick = 0

    @property
    def time(self) -> float:
        """Seconds since the start."""
        return self.tick * self.params.time.dt

    @property
    def barrier_load(self) -> np.ndarray:
        """Force on each barrier in this tick, f8[b, 2], N."""
        return self._load

    def open(self, barriers: dict[int, bool]) -> None:
        """Open or shut barriers by their number."""
        for k, is_open in barriers.items():
            self.barriers.state[k] = BarrierState.OPEN if is_open else BarrierState.CLOSED
        self.world = self.world.with_passable(self.barriers.passable)

    def step(self) -> None:
        """Advance by one tick."""
        if self.plan.ring:
            self._mirror()
        people, senses, params = self.people, self.senses, self.params
        perceive(people, senses)
        self.navigator.look(self.world, people, self.tick, params)
        steer(self.world, self.navigator.fields(self.world), people, senses, self.tick, params)
        forces(self.world, people, senses, params)
        integrate(self.world, people, senses, params)
        observe(self.world, people, senses, self.barriers, self._load, self.tick, params)
        self.tick += 1

    def _mirror(self) -> None:
        """Take those who passed the end of the ring to its beginning, and show the people near an end at the other."""
        people, n, ring = self.people, self.count, self.plan.ring
        x = people.position[:n, 0] + self.origin[0]
        people.position[:n, 0] -= ring * np.floor(x / ring)
        x = people.position[:n, 0] + self.origin[0]
        for column in people.columns().values():
            column[n:] = column[:n]
        people.position[n:, 0] += np.where(x < ring / 2, ring, -ring).astype(np.float32)
        seen = (x < _SEEN - 0.3) | (x > ring - _SEEN + 0.3)
        people.status[n:][~seen] = Status.WAITING


def free_speeds(count: int, rng: np.random.Generator) -> np.ndarray:
    """Free speeds N(1.34, 0.26) m/s, those outside 0.7..2.0 drawn again: the protocol of the replays."""
    speed = rng.normal(1.34, 0.26, count)
    while ((speed < 0.7) | (speed > 2.0)).any():
        wrong = (speed < 0.7) | (speed > 2.0)
        speed[wrong] = rng.normal(1.34, 0.26, int(wrong.sum()))
    return speed


Happening = Callable[[Ground], None]


def walk(
    plan: Plan,
    entry: Entry,
    seconds: float,
    rng: np.random.Generator,
    params: Params | None = None,
    fps: float = 10.0,
    radius: np.ndarray | None = None,
    push: np.ndarray | None = None,
    happenings: Sequence[tuple[float, Happening]] = (),
) -> Track:
    """Let people walk for `seconds`, or until everyone has reached his goal.

    radius     : f8[n], m, instead of the default model's
    push       : f8[n], N, of those who lean on whoever is ahead; 0 or None = does not
    happenings : (s, what is done to the ground then), in order of time
    """
    ground = Ground(plan, len(entry.time), params)
    people, n, origin = ground.people, ground.count, ground.origin
    people.radius[:n], people.mass[:n], _ = bodies(n, False, rng)
    if radius is not None:
        people.radius[:n] = radius
    people.speed_wish[:n] = entry.speed if entry.start is None else 0.0
    if push is not None:
        people.push[:n] = push
        people.kind[:n] = np.where(push > 0.0, PUSHER, WALKER)
    people.goal[:n] = entry.goal
    people.position[:n] = entry.position - origin
    people.mode[:n] = Mode.WALK
    every = round(1.0 / (fps * ground.params.time.dt))
    finished = np.full(n, np.nan)
    frames: list[np.ndarray] = []
    goals = [] if plan.ring else [(0 if plan.together else k, rect) for k, rect in enumerate(plan.goals)]
    due = list(happenings)
    outside = 0
    for tick in range(round(seconds / ground.params.time.dt) + 1):
        if due and due[0][0] <= ground.time:
            due.pop(0)[1](ground)
        if tick % 5 == 0:
            _enter(people, entry.time, ground.time)
            if entry.start is not None or plan.slow:
                people.speed_wish[:n] = _wished(entry, plan, people.position[:n] + origin, ground.time)
            _arrive(people, goals, origin, ground.time, finished)
        if tick % every == 0:
            shown = people.position[:n] + origin
            shown[people.status[:n] != Status.ACTIVE] = np.nan
            frames.append(shown)
            outside += int((~ground.world.is_free(people.position[:n][people.active[:n]])).sum())
            if np.isfinite(finished).all():
                break
        ground.step()
    return Track(1.0 / (every * ground.params.time.dt), np.array(frames), finished, outside, plan.ring)


def _enter(people: Population, time: np.ndarray, now: float) -> None:
    """Let those in whose time has come and who have a body's room, in the order of their time."""
    due = np.flatnonzero((people.status[: len(time)] == Status.WAITING) & (time <= now))
    for i in due[np.argsort(time[due], kind="stable")]:
        here = people.active
        away = people.position[here] - people.position[i]
        reach = 0.9 * (people.radius[here] + people.radius[i])
        if not (np.hypot(away[:, 0], away[:, 1]) < reach).any():
            people.status[i] = Status.ACTIVE
            people.velocity[i] = 0.0


def _wished(entry: Entry, plan: Plan, place: np.ndarray, now: float) -> np.ndarray:
    """Free speeds [m/s] of people at `place` [m]: none before they start, less on slow ground."""
    speed = entry.speed if entry.start is None else np.where(entry.start <= now, entry.speed, 0.0)
    for (x0, y0, x1, y1), factor in plan.slow:
        there = (place[:, 0] > x0) & (place[:, 0] < x1) & (place[:, 1] > y0) & (place[:, 1] < y1)
        speed = np.where(there, factor * speed, speed)
    return speed


def _arrive(
    people: Population, goals: Sequence[tuple[int, Rect]], origin: np.ndarray, now: float, finished: np.ndarray
) -> None:
    for k, (x0, y0, x1, y1) in goals:
        mine = people.active & (people.goal == k)
        x, y = people.position[:, 0] + origin[0], people.position[:, 1] + origin[1]
        there = mine & (x > x0) & (x < x1) & (y > y0) & (y < y1)
        people.status[there] = Status.LEFT
        finished[there] = now
