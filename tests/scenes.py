"""Small worlds built in code, a scene of people without a simulation, and small scenarios on those worlds."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from crowdsim.kernels.cells import FORMED, LED, OFFICER, PUSHER, WALKER
from crowdsim.params import Params
from crowdsim.population.barriers import Barriers, barriers_of
from crowdsim.population.population import Population, empty_population
from crowdsim.population.roles import Mode, Role, Status
from crowdsim.session.scenario import Scenario
from crowdsim.session.schema import ScenarioFile
from crowdsim.step.forces import forces
from crowdsim.step.integrate import integrate
from crowdsim.step.observe import observe
from crowdsim.step.perceive import perceive
from crowdsim.step.senses import Senses, senses_for
from crowdsim.step.steer import steer
from crowdsim.world.tilemap import Exit, Gate, Post, Rect, Spawn, Surface, TileMap, Zone
from crowdsim.world.world import Goal, Navigation, World

TILE = 0.5


def tilemap(
    width: float,
    height: float,
    walls: Sequence[Rect] = (),
    gates: Sequence[Gate] = (),
    zones: dict[str, Rect] | None = None,
    posts: dict[str, tuple[float, float, float]] | None = None,
    exits: dict[str, Rect] | None = None,
    path: Path = Path("small.tmx"),
) -> TileMap:
    """A map of free ground with `walls`; posts are (x, y, heading). All lengths in m, on the 0.5 m grid."""
    shape = (round(height / TILE), round(width / TILE))
    solid = np.zeros(shape, bool)
    for x0, y0, x1, y1 in walls:
        solid[round(y0 / TILE) : round(y1 / TILE), round(x0 / TILE) : round(x1 / TILE)] = True
    for gate in gates:
        x0, y0, x1, y1 = gate.rect
        solid[round(y0 / TILE) : round(y1 / TILE), round(x0 / TILE) : round(x1 / TILE)] = False
    return TileMap(
        path=path,
        name={"id": "Kecil", "en": "Small"},
        tile_size=TILE,
        surface=np.where(solid, Surface.WALL, Surface.ROAD).astype(np.int8),
        solid=solid,
        cost=np.ones(shape, np.float32),
        zones={name: Zone(name, {"id": name, "en": name}, "area", (rect,)) for name, rect in (zones or {}).items()},
        gates=tuple(gates),
        posts={
            name: Post(name, {"id": name, "en": name}, (x, y), heading)
            for name, (x, y, heading) in (posts or {}).items()
        },
        spawns={"start": Spawn("start", {"id": "start", "en": "start"}, (1.0, 1.0, 3.0, 3.0))},
        exits={
            name: Exit(name, {"id": name, "en": name}, rect, rect[3] - rect[1], False)
            for name, rect in (exits or {}).items()
        },
        routes={},
        vehicles=(),
        trees=(),
    )


def gate(
    gate_id: str, rect: Rect, capacity: float = 500.0, toughness: float = 10e3, is_open: bool = False, **more: Any
) -> Gate:
    """A gate as wide as the longer side of its rectangle."""
    width = max(rect[2] - rect[0], rect[3] - rect[1])
    return Gate(gate_id, {"id": gate_id, "en": gate_id}, "gate", rect, width, capacity, toughness, is_open, **more)


def open_field(width: float = 20.0, height: float = 12.0) -> TileMap:
    """Nothing but ground; the map's edge is its wall."""
    return tilemap(width, height)


def corridor(length: float = 20.0, width: float = 4.0, gates: Sequence[Gate] = ()) -> TileMap:
    """A corridor along x between two walls one tile thick: free for 0.5 < y < width + 0.5."""
    walls = [(0.0, 0.0, length, TILE), (0.0, width + TILE, length, width + 2 * TILE)]
    return tilemap(length, width + 2 * TILE, walls, gates)


def room(gate_height: float = 2.0, is_open: bool = False, **strength: Any) -> TileMap:
    """A room of 20 x 10 m parted at x = 10 m by a wall one tile thick with one gate, `gate_height` m, in the middle."""
    low, high = 5.0 - gate_height / 2, 5.0 + gate_height / 2
    return tilemap(
        20.0,
        10.0,
        walls=[(10.0, 0.0, 10.5, 10.0)],
        gates=[gate("gate", (10.0, low, 10.5, high), is_open=is_open, **strength)],
        zones={
            "west": (0.5, 0.5, 9.5, 9.5),
            "east": (11.0, 0.5, 19.5, 9.5),
            "at_gate": (6.0, 2.0, 10.0, 8.0),
            "narrow": (1.0, 1.0, 3.0, 3.0),
            "staging": (12.0, 0.5, 19.0, 4.0),
        },
        posts={"line": (12.0, 5.0, math.pi), "yard": (15.0, 5.0, math.pi)},
        exits={"out": (0.0, 0.0, 0.5, 10.0)},
    )


def turned(old: TileMap) -> TileMap:
    """The map turned by 90 degrees clockwise, (x, y) -> (height - y, x). Only walls and gates turn with it."""
    width, height = old.size
    new = tilemap(height, width)
    solid = np.ascontiguousarray(np.rot90(old.solid, -1))
    gates = []
    for g in old.gates:
        x0, y0, x1, y1 = g.rect
        rect = (height - y1, x0, height - y0, x1)
        gates.append(gate(g.id, rect, g.capacity, g.toughness, g.open))
    return TileMap(**{**vars(new), "solid": solid, "gates": tuple(gates)})


@dataclass
class Scene:
    """People in a world, and the stages of a tick without deciding, commands or files."""

    map: TileMap
    count: int
    params: Params = field(default_factory=Params)
    goals: tuple[Goal, ...] = ()
    steered: bool = True  # False: direction, speed and gap stay as the test sets them

    def __post_init__(self) -> None:
        self.world: World = World.from_map(self.map)
        self.people: Population = empty_population(self.count)
        self.people.status[:] = Status.ACTIVE
        self.senses: Senses = senses_for(self.world, self.count, self.params)
        self.barriers: Barriers = barriers_of(self.map)
        self.barrier_load = np.zeros((len(self.map.gates), 2))
        self.navigation: Navigation = self.world.navigation(self.goals)
        self.tick = 0

    def step(self, count: int = 1) -> None:
        """Advance by `count` ticks; barriers that give way stay as they are."""
        for _ in range(count):
            self.sort()
            if self.steered:
                steer(self.world, self.navigation, self.people, self.senses, self.tick, self.params)
            forces(self.world, self.people, self.senses, self.params)
            integrate(self.world, self.people, self.senses, self.params)
            observe(self.world, self.people, self.senses, self.barriers, self.barrier_load, self.tick, self.params)
            self.tick += 1

    def seconds(self, seconds: float) -> None:
        """Advance by a time, s."""
        self.step(round(seconds / self.params.time.dt))

    def sort(self) -> None:
        """Sort and gather the people as they are, for calling a pair kernel directly."""
        perceive(self.people, self.senses)

    def forces_now(self) -> np.ndarray:
        """The forces at this moment, f4[n, 2], without moving anybody."""
        self.sort()
        forces(self.world, self.people, self.senses, self.params)
        return self.senses.force.copy()


def random_crowd(scene: Scene, rng: np.random.Generator, rect: Rect) -> None:
    """Bodies of every kind at random places and speeds in `rect`, some of them deep in each other."""
    people, n = scene.people, scene.count
    x0, y0, x1, y1 = rect
    people.position[:] = np.column_stack([rng.uniform(x0, x1, n), rng.uniform(y0, y1, n)])
    people.velocity[:] = rng.normal(0.0, 0.8, (n, 2))
    people.radius[:] = rng.uniform(0.15, 0.30, n)
    people.mass[:] = rng.uniform(50.0, 100.0, n)
    angle = rng.uniform(-math.pi, math.pi, n)
    people.heading[:] = np.column_stack([np.cos(angle), np.sin(angle)])
    people.direction[:] = people.heading
    people.way[:] = rng.uniform(0.0, 30.0, n)
    people.goal[:] = rng.integers(0, 3, n)
    people.kind[:] = rng.choice([WALKER, PUSHER, LED, OFFICER, FORMED], n)
    people.push[:] = np.where(people.kind == PUSHER, 100.0, 0.0)
    people.slot[:] = people.position + rng.normal(0.0, 0.3, (n, 2))
    people.free_speed[:] = rng.uniform(0.5, 1.6, n)
    people.speed[:] = rng.uniform(0.0, 1.5, n)
    people.gap[:] = rng.uniform(-0.1, 1.0, n)
    people.choice[:] = rng.integers(-3, 4, n)
    people.brace[:] = rng.uniform(0.0, 1.0, n)
    people.discipline[:] = rng.uniform(0.5, 1.0, n)


def grid(x0: float, y0: float, columns: int, rows: int, spacing: float) -> np.ndarray:
    """Places of `columns` x `rows` people, m."""
    x, y = np.meshgrid(np.arange(columns) * spacing + x0, np.arange(rows) * spacing + y0)
    return np.column_stack([x.ravel(), y.ravel()]).astype(np.float32)


def officers(scene: Scene, rows: np.ndarray) -> None:
    """Make these rows officers with shields."""
    people = scene.people
    people.role[rows] = Role.SHIELD
    people.radius[rows] = 0.28
    people.mass[rows] = 90.0
    people.mode[rows] = Mode.WALK
    people.kind[rows] = OFFICER


def scenario(where: TileMap | None = None, params: Params | None = None, **spec: Any) -> Scenario:
    """A checked scenario on a small map, without files; `spec` overrides the keys of the scenario file."""
    data: dict[str, Any] = {
        "version": 1,
        "title": {"id": "Kecil", "en": "Small"},
        "map": "small.tmx",
        "duration": 60.0,
        "seed": 7,
        "crowd": [{"id": "crowd", "spawn": "at_gate", "count": 40}],
        "unit": [
            {"id": "line", "label": "LINE", "kind": "dalmas", "count": 8, "start": "line", "formation": "bersaf1",
             "role": "shield"}
        ],
    }  # fmt: skip
    data.update(spec)
    return Scenario(Path("small.toml"), "small", ScenarioFile.model_validate(data), where or room(), params or Params())
