"""Equality before speed: the NumPy twin of the social force model beside JuPedSim 1.4.2, person by person."""

from importlib.metadata import PackageNotFoundError, version
from types import ModuleType

import numpy as np
import pytest
import twin
from crowds import Crowd, gate, plaza

from crowdsim.params import HFV2000

DT = 0.01  # s
MASS = 80.0  # kg, JuPedSim's default
PEER = "1.4.2"
NO_WALLS = np.zeros((0, 2, 2))
JUPEDSIM = twin.SocialForce(wall_friction_reversed=True)


@pytest.fixture(scope="module")
def jps() -> ModuleType:
    """JuPedSim in the version whose sign of wall friction the twin knows."""
    try:
        found = version("jupedsim")
    except PackageNotFoundError:
        pytest.skip(f"jupedsim {PEER} is not installed: python -m pip install -e '.[bench]'")
    if found != PEER:
        pytest.skip(f"jupedsim {found} is installed, and the twin is that of {PEER}")
    return pytest.importorskip("jupedsim")


def along_a_wall(people: int = 20) -> Crowd:
    """A file of people who start with 3 cm of their bodies in a wall along which they walk."""
    position = np.column_stack([np.linspace(2.0, 25.0, people), np.full(people, 0.27)])
    corners = [(0.0, 0.0), (30.0, 0.0), (30.0, 5.0), (0.0, 5.0)]
    return Crowd(
        corners, position, np.linspace(1.0, 1.6, people), 0.3, lambda place: np.tile((28.0, 0.27), (len(place), 1))
    )


def knot(people: int = 49) -> Crowd:
    """People who start a centimetre inside each other, on a wide ground, and make for all sides."""
    rng = np.random.default_rng(3)
    x, y = np.meshgrid(np.arange(7) * 0.59, np.arange(7) * 0.59)
    position = np.column_stack([x.ravel(), y.ravel()])[:people] + 18.0 + rng.uniform(-0.01, 0.01, (people, 2))
    goal = rng.uniform(1.0, 39.0, (people, 2))
    corners = [(0.0, 0.0), (40.0, 0.0), (40.0, 40.0), (0.0, 40.0)]
    return Crowd(corners, position, rng.normal(1.34, 0.26, people), 0.3, lambda place: goal)


def largest_difference(jps: ModuleType, crowd: Crowd, seconds: float, p: twin.SocialForce) -> float:
    """Let both walk side by side; the largest difference of a coordinate in any step, m."""
    simulation = jps.Simulation(model=jps.SocialForceModel(), geometry=crowd.ring, dt=DT)
    stage = simulation.add_direct_steering_stage()
    journey = simulation.add_journey(jps.JourneyDescription([stage]))
    for place, speed in zip(crowd.position.tolist(), crowd.speed.tolist(), strict=True):
        simulation.add_agent(
            jps.SocialForceModelAgentParameters(
                position=tuple(place), journey_id=journey, stage_id=stage, desired_speed=speed, radius=crowd.radius
            )
        )
    position, velocity = crowd.position, np.zeros_like(crowd.position)
    radius, mass = np.full(len(position), crowd.radius), np.full(len(position), MASS)
    worst = 0.0
    for _ in range(round(seconds / DT)):
        waypoint = crowd.waypoint(position)
        for agent, target in zip(simulation.agents(), waypoint.tolist(), strict=True):
            agent.target = tuple(target)
        simulation.iterate()
        wish = twin.towards(position, waypoint, crowd.speed)
        pushes = twin.accelerations(position, velocity, wish, radius, mass, crowd.walls, p)
        position, velocity = twin.step(position, velocity, pushes, DT)
        theirs = np.array([agent.position for agent in simulation.agents()])
        worst = max(worst, float(np.abs(theirs - position).max()))
    return worst


def test_plaza_as_jupedsim(jps: ModuleType) -> None:
    """500 people of radius 0.3 m, 4 s."""
    assert largest_difference(jps, plaza(), 4.0, JUPEDSIM) <= 1e-9


def test_gate_as_jupedsim(jps: ModuleType) -> None:
    """500 people of radius 0.2 m pressed at a gate, 2 s, the same waypoints."""
    assert largest_difference(jps, gate(), 2.0, JUPEDSIM) <= 1e-9


def test_contact_as_jupedsim(jps: ModuleType) -> None:
    """People who press and rub each other; stiff contacts at this step blow up soon after."""
    assert largest_difference(jps, knot(), 0.2, JUPEDSIM) <= 1e-9
    assert largest_difference(jps, knot(), 0.2, JUPEDSIM._replace(friction=2.3e5)) > 1e-4


def test_wall_friction_as_jupedsim(jps: ModuleType) -> None:
    """People who rub along a wall walk as JuPedSim's do with its sign, and not with the right one."""
    assert largest_difference(jps, along_a_wall(), 1.0, JUPEDSIM) <= 1e-9
    assert largest_difference(jps, along_a_wall(), 1.0, twin.SocialForce()) > 1e-4


@pytest.mark.parametrize(("is_reversed", "faster"), [(False, False), (True, True)])
def test_wall_friction_slows_unless_reversed(is_reversed: bool, faster: bool) -> None:
    """A person who slides along a wall loses speed; with JuPedSim's sign he gains."""
    walls = np.array([[[-10.0, 0.0], [10.0, 0.0]]])
    velocity = np.array([[1.0, 0.0]])
    p = twin.SocialForce(wall_friction_reversed=is_reversed)
    a = twin.accelerations(np.array([[0.0, 0.29]]), velocity, velocity, np.array([0.3]), np.array([MASS]), walls, p)
    assert a[0, 0] == pytest.approx((1 if faster else -1) * 2.4e5 * 0.01 / MASS)
    assert a[0, 1] == pytest.approx((2000.0 * np.exp(0.01 / 0.08) + 1.2e5 * 0.01) / MASS)


def test_two_people_push_and_rub_each_other_equally() -> None:
    position, velocity = np.array([[0.0, 0.0], [0.5, 0.2]]), np.array([[0.3, -0.4], [-0.2, 0.7]])
    mass = np.array([60.0, 90.0])
    a = twin.accelerations(position, velocity, velocity, np.array([0.3, 0.35]), mass, NO_WALLS, twin.SocialForce())
    assert np.abs(a).max() > 10.0
    assert (mass[:, None] * a).sum(axis=0) == pytest.approx([0.0, 0.0], abs=1e-9)


def test_nobody_feels_people_beyond_the_reach() -> None:
    still = np.zeros((2, 2))
    for distance, felt in ((2.499, True), (2.501, False)):
        place = np.array([[0.0, 0.0], [distance, 0.0]])
        a = twin.accelerations(place, still, still, np.full(2, 0.3), np.full(2, MASS), NO_WALLS, twin.SocialForce())
        assert bool(a[0, 0] < 0.0) is felt


def test_the_preset_has_the_numbers_of_the_twin() -> None:
    p, ours = twin.SocialForce(), HFV2000.force
    assert (ours.social, ours.social_wall, ours.social_range) == (p.strength, p.wall_strength, p.range)
    assert (ours.stiffness, ours.stiffness_deep, ours.friction) == (p.stiffness, p.stiffness, p.friction)
    assert (ours.relax, ours.relax_brake) == (p.relax, p.relax)
    # The paper has no damping, no cap on friction, no sense of ahead and behind, and lets the push grow with overlap.
    assert (ours.damping, ours.rear, ours.social_hard) == (0.0, 1.0, 0.0)
    assert ours.friction_limit >= 1e6
