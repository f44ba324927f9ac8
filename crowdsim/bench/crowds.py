"""Crowds on plain ground, the same for every program that is timed: places, goals, speeds and bodies."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from crowdsim.population.spawn import bodies
from crowdsim.validation.ground import Plan, free_speeds
from crowdsim.world.tilemap import Rect

TILE = 0.5
"""m, the tiles of the program's own maps."""

_WALL_GAP = 0.45  # m between the outermost people and a wall
_GATE = 6.0  # m, width
_YARD = 30.0  # m of free ground behind the gate
_MASS = 80.0  # kg, of the social force model of 2000
_RADIUS = {"plaza": 0.3, "gate": 0.2, "press": 0.2}  # m, of the same: beyond 0.2 m JuPedSim breaks off at the gate


@dataclass(frozen=True)
class Crowd:
    """People on a plan, in its coordinates."""

    plan: Plan
    outline: np.ndarray  # f8[c, 2], m, corners of the free ground in order
    position: np.ndarray  # f8[n, 2], m
    goal: np.ndarray  # i4[n], number of a goal of the plan
    speed: np.ndarray  # f8[n], m/s, free speed
    radius: np.ndarray  # f8[n], m
    mass: np.ndarray  # f8[n], kg
    push: np.ndarray  # f8[n], N, of those who lean on whoever is ahead; 0 = does not
    door: Rect | None = None  # the opening everybody makes for first
    turn: float = 0.0  # m from a goal at which people turn round and go to the other; 0 = never

    def target(self, position: np.ndarray, goal: np.ndarray) -> np.ndarray:
        """The nearest point of each one's goal, f8[n, 2], m."""
        goals = np.array(self.plan.goals)
        return np.clip(position, goals[goal, :2] + 0.2, goals[goal, 2:] - 0.2)

    def waypoint(self, position: np.ndarray, goal: np.ndarray) -> np.ndarray:
        """Where each can walk straight to: the nearest point of the door, half a metre off its jambs, or his goal."""
        target = self.target(position, goal)
        if self.door is None:
            return target
        x0, y0, x1, y1 = self.door
        before = position[:, 0] < x0
        target[before] = np.clip(position[before], (x1, y0 + 0.5), (x1, y1 - 0.5))
        return target

    def turned(self, position: np.ndarray, goal: np.ndarray) -> np.ndarray:
        """The goals of people who have come near theirs changed for the other, i4[n]."""
        if not self.turn:
            return goal
        goals = np.array(self.plan.goals)[goal]
        off = np.maximum(goals[:, :2] - position, position - goals[:, 2:])
        return np.where((off < self.turn).all(axis=1), 1 - goal, goal).astype(np.int32)


def plaza(people: int, classic: bool = False, seed: int = 1) -> Crowd:
    """One person to a square metre on a square; half walk to its east end, half to its west, and back when there.

    classic : bodies of the social force model of 2000 instead of the default model's
    """
    rng = np.random.default_rng(seed)
    columns = int(np.ceil(np.sqrt(people)))
    rows = -(-people // columns)
    width, height = max(float(columns), 16.0), max(float(rows), 4.0)
    position = _grid(people, columns, 1.0) + 0.5 + rng.uniform(-0.15, 0.15, (people, 2))
    west, east = (0.0, 0.0, 1.0, height), (width - 1.0, 0.0, width, height)
    goal = (rng.random(people) < 0.5).astype(np.int32)
    plan = Plan(((0.0, 0.0, width, height),), (west, east), tile=TILE)
    return Crowd(plan, _corners(plan.free[0]), position, goal, *_bodies("plaza", people, classic, rng), turn=3.0)


def gate(people: int, classic: bool = False, seed: int = 1) -> Crowd:
    """Three people to a square metre in a hall, pressing through a gate 6 m wide in its east wall, at x = 0."""
    rng = np.random.default_rng(seed)
    hall, half, position = _hall(people, 3.0, rng)
    door = (0.0, -_GATE / 2, TILE, _GATE / 2)
    yard = (TILE, -half, _YARD, half)
    plan = Plan((hall, door, yard), ((_YARD - 2.0, -half, _YARD, half),), tile=TILE)
    north, south = door[1], door[3]
    inner = [(0.0, north), (TILE, north), (TILE, -half), (_YARD, -half), (_YARD, half), (TILE, half)]
    inner += [(TILE, south), (0.0, south), (0.0, half), (hall[0], half), (hall[0], -half), (0.0, -half)]
    goal = np.zeros(people, np.int32)
    return Crowd(plan, np.array(inner), position, goal, *_bodies("gate", people, classic, rng), door=door)


def press(people: int, classic: bool = False, seed: int = 1) -> Crowd:
    """Four people to a square metre in a hall who want out of a gate 6 m wide that is shut; six in ten push."""
    rng = np.random.default_rng(seed)
    hall, _, position = _hall(people, 4.0, rng)
    plan = Plan((hall,), ((-1.0, -_GATE / 2, 0.0, _GATE / 2),), tile=TILE)
    speed, radius, mass, push = _bodies("press", people, classic, rng)
    if not classic:
        push = np.where(rng.random(people) < 0.6, 100.0, 0.0)
    return Crowd(plan, _corners(hall), position, np.zeros(people, np.int32), speed, radius, mass, push)


CROWDS: dict[str, Callable[..., Crowd]] = {"plaza": plaza, "gate": gate, "press": press}


def _hall(people: int, density: float, rng: np.random.Generator) -> tuple[Rect, float, np.ndarray]:
    """A hall that ends at x = 0, its half width [m], and its people, who fill it from there."""
    spacing = 1.0 / np.sqrt(density)
    columns = max(int(np.ceil(np.sqrt(people))), int(np.ceil((_GATE + 2.0) / spacing)))
    rows = -(-people // columns)
    half = np.ceil(((columns - 1) * spacing / 2 + _WALL_GAP) / TILE) * TILE
    depth = np.ceil(((rows - 1) * spacing + 2 * _WALL_GAP) / TILE) * TILE
    along = _grid(people, columns, spacing)
    position = np.column_stack([-_WALL_GAP - along[:, 1], along[:, 0] - (columns - 1) * spacing / 2])
    position += rng.uniform(-0.04, 0.04, position.shape)
    return (-float(depth), -float(half), 0.0, float(half)), float(half), position


def _grid(people: int, columns: int, spacing: float) -> np.ndarray:
    """Points of a square grid, row after row, f8[people, 2], m."""
    row, column = np.divmod(np.arange(people), columns)
    return spacing * np.column_stack([column, row]).astype(float)


def _bodies(
    workload: str, people: int, classic: bool, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Free speed [m/s], radius [m], mass [kg] and push [N] of everybody, f8[n] each."""
    speed, push = free_speeds(people, rng), np.zeros(people)
    if classic:
        return speed, np.full(people, _RADIUS[workload]), np.full(people, _MASS), push
    radius, mass, _ = bodies(people, False, rng)
    return speed, radius.astype(float), mass.astype(float), push


def _corners(rect: Rect) -> np.ndarray:
    x0, y0, x1, y1 = rect
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
