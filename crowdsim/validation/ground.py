"""Ground: people walking in a plain geometry, without officers, commands or files; what they did, as trajectories."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from crowdsim.params import Params
from crowdsim.population.population import Population, empty_population
from crowdsim.population.roles import Mode, Status
from crowdsim.step.forces import forces
from crowdsim.step.integrate import integrate
from crowdsim.step.perceive import perceive
from crowdsim.step.senses import senses_for
from crowdsim.step.steer import steer
from crowdsim.world.tilemap import Gate, Rect, Surface, TileMap
from crowdsim.world.world import Goal, World

TILE = 0.05
"""m: fine enough for the widths of laboratory openings."""


@dataclass(frozen=True)
class Plan:
    """A geometry: free rectangles, the openings among them, and where people go. All in the experiment's own m."""

    free: tuple[Rect, ...]  # everything else is wall
    openings: tuple[Rect, ...] = ()  # free as well; people close up at them
    goals: tuple[Rect, ...] = ()  # one navigation field each
    tile: float = TILE

    @property
    def origin(self) -> tuple[float, float]:
        """The experiment's coordinates of the map's corner."""
        rects = self.free + self.openings
        return min(r[0] for r in rects) - 0.5, min(r[1] for r in rects) - 0.5

    def tilemap(self) -> TileMap:
        """The geometry as a map."""
        x0, y0 = self.origin
        rects = self.free + self.openings
        x1, y1 = max(r[2] for r in rects) + 0.5, max(r[3] for r in rects) + 0.5
        shape = (round((y1 - y0) / self.tile), round((x1 - x0) / self.tile))
        solid = np.ones(shape, bool)
        for rect in rects:
            left, top, right, bottom = (round(v / self.tile) for v in self._moved(rect))
            solid[top:bottom, left:right] = False
        gates = tuple(
            Gate(
                f"opening{k}", {}, "gate", self._moved(rect), max(rect[2] - rect[0], rect[3] - rect[1]), 1e9, 1e9, True
            )
            for k, rect in enumerate(self.openings)
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
        """The goals in the map's coordinates."""
        return tuple(Goal((self._moved(rect),)) for rect in self.goals)

    def _moved(self, rect: Rect) -> Rect:
        x0, y0 = self.origin
        return rect[0] - x0, rect[1] - y0, rect[2] - x0, rect[3] - y0


@dataclass
class Entry:
    """People who enter: where, when, which way. One row each."""

    position: np.ndarray  # f8[n, 2], m
    time: np.ndarray  # f8[n], s
    goal: np.ndarray  # i4[n]
    speed: np.ndarray  # f8[n], m/s, free speed


@dataclass
class Track:
    """What people did: positions at `fps`, nan while absent."""

    fps: float
    position: np.ndarray  # f4[frames, n, 2], m, in the plan's coordinates
    finished: np.ndarray  # f8[n], s when a person reached his goal, nan = never
    penetrations: int = 0

    @property
    def times(self) -> np.ndarray:
        """s of each frame."""
        return np.arange(len(self.position)) / self.fps

    def speed(self, half: float = 0.25) -> np.ndarray:
        """m/s by central difference over +- `half` s, f8[frames, n], nan at the ends."""
        k = max(1, round(half * self.fps))
        result = np.full(self.position.shape[:2], np.nan)
        step = self.position[2 * k :] - self.position[: -2 * k]
        result[k:-k] = np.hypot(step[..., 0], step[..., 1]) * self.fps / (2 * k)
        return result

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


def free_speeds(count: int, rng: np.random.Generator) -> np.ndarray:
    """Free speeds N(1.34, 0.26) m/s, those outside 0.7..2.0 drawn again: the protocol of the replays."""
    speed = rng.normal(1.34, 0.26, count)
    while ((speed < 0.7) | (speed > 2.0)).any():
        wrong = (speed < 0.7) | (speed > 2.0)
        speed[wrong] = rng.normal(1.34, 0.26, int(wrong.sum()))
    return speed


def draw_radius(count: int, rng: np.random.Generator) -> np.ndarray:
    """Body radii of the default model, m: 0.175 +- 0.015 cut to 0.13..0.22 [P]."""
    return np.clip(rng.normal(0.175, 0.015, count), 0.13, 0.22)


def walk(
    plan: Plan,
    entry: Entry,
    seconds: float,
    rng: np.random.Generator,
    params: Params | None = None,
    fps: float = 10.0,
    radius: np.ndarray | None = None,
    stay: bool = False,
) -> Track:
    """Let people walk for `seconds`, or until everyone has reached his goal (`stay`: nobody ever leaves)."""
    params = params or Params()
    world = World.from_map(plan.tilemap())
    origin = np.array(plan.origin)
    count = len(entry.time)
    people = empty_population(count)
    people.radius[:] = draw_radius(count, rng) if radius is None else radius
    people.mass[:] = np.clip(rng.normal(65.0, 8.0, count), 45.0, 95.0)
    people.speed_wish[:] = entry.speed
    people.goal[:] = entry.goal
    people.position[:] = entry.position - origin
    people.mode[:] = Mode.WALK
    senses = senses_for(world, count, params)
    fields = world.navigation(plan.goal_fields())
    dt = params.time.dt
    every = round(1.0 / (fps * dt))
    finished = np.full(count, np.nan)
    frames: list[np.ndarray] = []
    goals = [np.array(rect) for rect in plan.goals]
    for tick in range(round(seconds / dt) + 1):
        if tick % 5 == 0:
            _enter(people, entry.time, tick * dt)
            if not stay:
                _arrive(people, goals, origin, tick * dt, finished)
        if tick % every == 0:
            shown = people.position.astype(np.float32) + origin.astype(np.float32)
            shown[people.status != Status.ACTIVE] = np.nan
            frames.append(shown)
            if np.isfinite(finished).all():
                break
        perceive(people, senses)
        steer(world, fields, people, senses, tick, params)
        forces(world, people, senses, params)
        integrate(world, people, senses, params)
    outside = int((~world.is_free(people.position[people.active])).sum())
    return Track(fps, np.array(frames), finished, outside)


def _enter(people: Population, time: np.ndarray, now: float) -> None:
    """Let those in whose time has come and who have a body's room, in the order of their time."""
    due = np.flatnonzero((people.status == Status.WAITING) & (time <= now))
    for i in due[np.argsort(time[due], kind="stable")]:
        here = people.active
        away = people.position[here] - people.position[i]
        reach = 0.9 * (people.radius[here] + people.radius[i])
        if not (np.hypot(away[:, 0], away[:, 1]) < reach).any():
            people.status[i] = Status.ACTIVE
            people.velocity[i] = 0.0


def _arrive(
    people: Population, goals: Sequence[np.ndarray], origin: np.ndarray, now: float, finished: np.ndarray
) -> None:
    for k, (x0, y0, x1, y1) in enumerate(goals):
        mine = people.active & (people.goal == k)
        x, y = people.position[:, 0] + origin[0], people.position[:, 1] + origin[1]
        there = mine & (x > x0) & (x < x1) & (y > y0) & (y < y1)
        people.status[there] = Status.LEFT
        finished[there] = now


@dataclass
class Case:
    """One line of the table."""

    case: str
    layer: str  # standard, model, experiment or behaviour
    value: float | None
    expected: float | None
    tolerance: float | None
    unit: str
    seeds: list[int] = field(default_factory=list)
    source: str = ""
    note: str = ""
    passed: bool | None = None


def judge(
    case: str,
    layer: str,
    value: float,
    expected: float,
    tolerance: float,
    unit: str,
    seeds: Sequence[int],
    source: str,
    note: str = "",
) -> Case:
    """A case that holds when the value lies within the tolerance."""
    held = bool(np.isfinite(value)) and abs(value - expected) <= tolerance
    return Case(case, layer, float(value), expected, tolerance, unit, list(seeds), source, note, held)
