"""The sides of a comparison: each steps a crowd for some simulated seconds and says what that cost."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from crowdsim.bench.compounds import exercise_of
from crowdsim.bench.crowds import CROWDS, Crowd
from crowdsim.kernels import set_threads
from crowdsim.kernels.cells import PUSHER, WALKER
from crowdsim.params import PRESETS, Params
from crowdsim.population.roles import Mode, Status
from crowdsim.session import simulation as _simulation
from crowdsim.session.simulation import Simulation
from crowdsim.validation import ground as _ground
from crowdsim.validation.ground import Ground

CLASSIC_DT = 0.01
"""s, the step of both sides when the social force model of 2000 is timed."""

BLOCK = 1.0
"""s of simulated time after which the clock stops for what is no part of a tick: people at an end turn round."""

LAP = 0.25
"""s of wall time a turn of ours takes at least: shorter ones are repeated from where they began."""

STAGES = {
    "perceive": "sort",
    "decide": "decide",
    "steer": "walk",
    "forces": "forces",
    "integrate": "integrate",
    "observe": "observe",
}
"""The stages of a tick, and what a row calls them."""


@dataclass
class Turn:
    """What some simulated seconds cost."""

    steps: int
    person_steps: int
    seconds: float  # s, simulated
    wall: float  # s
    cpu: float  # s, of all threads of the process

    def __add__(self, other: "Turn") -> "Turn":
        """Both together."""
        return Turn(
            self.steps + other.steps,
            self.person_steps + other.person_steps,
            self.seconds + other.seconds,
            self.wall + other.wall,
            self.cpu + other.cpu,
        )


NOTHING = Turn(0, 0, 0.0, 0.0, 0.0)


class Side(Protocol):
    """A program with a crowd in it."""

    threads: int
    dt: float  # s
    model: str

    @property
    def people(self) -> int:
        """How many take part now."""

    def turn(self, seconds: float) -> Turn:
        """Go on for that long (at least one step), on the clock."""


def clocked(step: Callable[[], object], steps: int, people: int, dt: float) -> Turn:
    """`steps` steps on the clock."""
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(steps):
        step()
    return Turn(steps, steps * people, steps * dt, time.perf_counter() - wall, time.process_time() - cpu)


def in_blocks(side: Side, seconds: float, before: Callable[[], None], step: Callable[[], object]) -> Turn:
    """Steps for `seconds`, with `before` called off the clock at the start of every block."""
    left, whole = max(1, round(seconds / side.dt)), NOTHING
    while left > 0:
        before()
        part = clocked(step, min(left, max(1, round(BLOCK / side.dt))), side.people, side.dt)
        left -= part.steps
        whole += part
    return whole


class OnGround:
    """This program on plain ground: the stages of a tick without officers, commands or frames."""

    def __init__(self, crowd: Crowd, params: Params, model: str, threads: int) -> None:
        """Everybody at his place, nothing stepped yet."""
        self.threads = set_threads(threads)
        self.model, self.dt = model, params.time.dt
        self._crowd = crowd
        n = len(crowd.position)
        self.ground = Ground(crowd.plan, n, params)
        people = self.ground.people
        people.position[:] = crowd.position - self.ground.origin
        people.radius[:], people.mass[:], people.speed_wish[:] = crowd.radius, crowd.mass, crowd.speed
        people.push[:] = crowd.push
        people.kind[:] = np.where(crowd.push > 0.0, PUSHER, WALKER)
        people.goal[:] = crowd.goal
        people.mode[:], people.status[:] = Mode.WALK, Status.ACTIVE

    @property
    def people(self) -> int:
        """Everybody stays to the end."""
        return len(self._crowd.position)

    def turn(self, seconds: float) -> Turn:
        """See `Side`. What is shorter than `LAP` is walked again, from the same places, until it is not.

        RuntimeError when somebody is nowhere any more.
        """
        people, tick = self.ground.people, self.ground.tick
        began = {name: column.copy() for name, column in people.columns().items()}
        done = self._lap(seconds)
        while done.wall < LAP:
            for name, column in people.columns().items():
                column[:] = began[name]
            self.ground.tick = tick
            done += self._lap(seconds)
        return done

    def _lap(self, seconds: float) -> Turn:
        done = in_blocks(self, seconds, self._turn_round, self.ground.step)
        if not np.isfinite(self.ground.people.position).all():
            raise RuntimeError(f"the {self.model} model lost people at {self.ground.time:.2f} s")
        return done

    def stages(self, seconds: float) -> dict[str, float]:
        """ns per person-step of each stage."""
        return staged(_ground, lambda: self.turn(seconds))

    def _turn_round(self) -> None:
        people = self.ground.people
        people.goal[:] = self._crowd.turned(people.position + self.ground.origin, people.goal)


class Exercise:
    """The default exercise at the press on the gate; above 2,000 people as many compounds, one simulation each."""

    model = "default"

    def __init__(self, people: int, threads: int) -> None:
        """The compounds at the start of their exercise."""
        self.simulations = [Simulation(s, seed=1 + k, threads=threads) for k, s in enumerate(exercise_of(people))]
        self.threads = self.simulations[0].threads
        self.dt = self.simulations[0].params.time.dt

    @property
    def people(self) -> int:
        """Who is on the ground, in all compounds."""
        return sum(simulation.senses.count for simulation in self.simulations)

    def turn(self, seconds: float) -> Turn:
        """See `Side`."""
        return in_blocks(self, seconds, lambda: None, self._step)

    def stages(self, seconds: float) -> dict[str, float]:
        """ns per person-step of each stage."""
        return staged(_simulation, lambda: self.turn(seconds))

    def _step(self) -> None:
        for simulation in self.simulations:
            simulation.step()


def staged(module: ModuleType, run: Callable[[], Turn]) -> dict[str, float]:
    """ns per person-step of the stages a module calls by name while `run` goes on; `other` is what lies between."""
    with watched(module) as spent:
        done = run()
    named = {STAGES[name]: value for name, value in spent.items()} | {"other": done.wall - sum(spent.values())}
    return {name: round(value / done.person_steps * 1e9, 2) for name, value in named.items()}


@contextmanager
def watched(module: ModuleType) -> Iterator[dict[str, float]]:
    """Seconds spent in each stage function, as the module calls it."""
    kept = {name: getattr(module, name) for name in STAGES if hasattr(module, name)}
    spent = dict.fromkeys(kept, 0.0)

    def timed(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **named: Any) -> Any:
            began = time.perf_counter()
            result = call(*arguments, **named)
            spent[name] += time.perf_counter() - began
            return result

        return run

    try:
        for name, call in kept.items():
            setattr(module, name, timed(name, call))
        yield spent
    finally:
        for name, call in kept.items():
            setattr(module, name, call)


def ours(workload: str, people: int, threads: int, model: str) -> OnGround | Exercise:
    """This program with a workload; `model` is a preset, and `hfv2000` steps at 0.01 s."""
    if workload == "exercise":
        return Exercise(people, threads)
    params = PRESETS[model]
    if model != "default":
        params = params.with_value("time.dt", CLASSIC_DT)
    return OnGround(CROWDS[workload](people, classic=model != "default"), params, model, threads)
