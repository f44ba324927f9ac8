"""Other programs with the same crowd: JuPedSim's social force model, and ORCA of the RVO2 library. None is needed."""

from dataclasses import dataclass
from importlib import metadata, util
from typing import Any

import numpy as np

from crowdsim.bench.crowds import CROWDS, Crowd
from crowdsim.bench.sides import CLASSIC_DT, NOTHING, Side, Turn, clocked, in_blocks
from crowdsim.problems import InputError, Problem


@dataclass(frozen=True)
class Peer:
    """A program we are timed beside."""

    module: str  # to import; also the package to install
    model: str  # the preset of ours that is set beside it
    about: str


PEERS = {
    "jupedsim": Peer("jupedsim", "hfv2000", "SocialForceModel with its defaults, the same equations as ours"),
    "pyrvo": Peer("pyrvo", "default", "ORCA, neighbours within 3 m, at most 10, horizon 2 s"),
}


def check_installed(names: list[str]) -> None:
    """InputError with how to install it for each peer that is not."""
    problems = [
        Problem(
            "arguments",
            "--against",
            f"{name} is not installed",
            "Install the extra: python -m pip install -e '.[bench]' (or pip install 'crowdsim[bench]')",
        )
        for name in names
        if util.find_spec(PEERS[name].module) is None
    ]
    if problems:
        raise InputError(problems)


def version_of(name: str) -> str:
    """The installed version of a peer."""
    return metadata.version(PEERS[name].module)


class JuPedSim:
    """JuPedSim's social force model at 0.01 s. Its routing takes people through the gate, as in ordinary use."""

    model, dt, threads = "SocialForceModel", CLASSIC_DT, 1

    def __init__(self, crowd: Crowd) -> None:
        """Everybody at his place."""
        import jupedsim

        self._crowd, self._goal = crowd, crowd.goal.copy()
        library: Any = jupedsim
        corners = [tuple(corner) for corner in crowd.outline.tolist()]
        self._simulation: Any = library.Simulation(model=library.SocialForceModel(), geometry=corners, dt=self.dt)
        stage = self._simulation.add_direct_steering_stage()
        journey = self._simulation.add_journey(library.JourneyDescription([stage]))
        columns = (crowd.position.tolist(), crowd.speed.tolist(), crowd.radius.tolist(), crowd.mass.tolist())
        for place, speed, radius, mass in zip(*columns, strict=True):
            person = library.SocialForceModelAgentParameters(
                position=tuple(place), journey_id=journey, stage_id=stage, desired_speed=speed, radius=radius, mass=mass
            )
            self._simulation.add_agent(person)

    @property
    def people(self) -> int:
        """Everybody stays to the end."""
        return len(self._crowd.position)

    def turn(self, seconds: float) -> Turn:
        """See `Side`; RuntimeError when it breaks off, as it does with somebody in a wall."""
        return in_blocks(self, seconds, self._aim, self._simulation.iterate)

    def _aim(self) -> None:
        """Give everybody the target to which its routing leads him, off the clock."""
        agents = list(self._simulation.agents())
        position = np.array([agent.position for agent in agents])
        self._goal = self._crowd.turned(position, self._goal)
        for agent, target in zip(agents, self._crowd.target(position, self._goal).tolist(), strict=True):
            agent.target = tuple(target)


class Orca:
    """ORCA of the RVO2 library at its usual quarter of a second."""

    model, dt = "ORCA", 0.25

    def __init__(self, crowd: Crowd, threads: int) -> None:
        """Everybody at his place; the library takes its number of threads from OMP_NUM_THREADS."""
        import pyrvo

        self.threads = threads
        self._crowd, self._goal = crowd, crowd.goal.copy()
        # Time step, neighbour distance, most neighbours, horizon for people and for walls, radius, largest speed.
        self._simulation: Any = pyrvo.RVOSimulator(self.dt, 3.0, 10, 2.0, 1.0, 0.2, 2.0)
        for i, (place, radius) in enumerate(zip(crowd.position.tolist(), crowd.radius.tolist(), strict=True)):
            self._simulation.add_agent(place)
            self._simulation.set_agent_radius(i, radius)
        # Clockwise, since people are inside.
        self._simulation.add_obstacle(crowd.outline[::-1].tolist())
        self._simulation.process_obstacles()

    @property
    def people(self) -> int:
        """Everybody stays to the end."""
        return len(self._crowd.position)

    def turn(self, seconds: float) -> Turn:
        """See `Side`. The wished velocity of a step is set off the clock: it would be a call per person from Python."""
        whole = NOTHING
        for _ in range(max(1, round(seconds / self.dt))):
            self._aim()
            whole += clocked(self._simulation.do_step, 1, self.people, self.dt)
        return whole

    def _aim(self) -> None:
        simulation = self._simulation
        places = [simulation.get_agent_position(i) for i in range(self.people)]
        position = np.array([(place.x, place.y) for place in places])
        self._goal = self._crowd.turned(position, self._goal)
        way = self._crowd.waypoint(position, self._goal) - position
        length = np.maximum(1e-9, np.hypot(way[:, 0], way[:, 1]))
        wish = way * (np.minimum(self._crowd.speed, length / self.dt) / length)[:, None]
        for i, velocity in enumerate(wish.tolist()):
            simulation.set_agent_pref_velocity(i, velocity)


def peer(name: str, workload: str, people: int, threads: int) -> Side:
    """A peer with the crowd of a workload; ImportError where it is not installed."""
    crowd = CROWDS[workload](people, classic=PEERS[name].model != "default")
    return JuPedSim(crowd) if name == "jupedsim" else Orca(crowd, threads)
