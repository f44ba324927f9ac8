"""What a tick leaves on bodies and barriers; the counts that say whether a run can be believed."""

import math

import naive
import numpy as np
import pytest
from scenes import Scene, open_field, random_crowd, room

from crowdsim.kernels.cells import FORMED, WALKER
from crowdsim.kernels.loads import count_inside_walls, crowd_pressure, overlaps, settle


def settled(scene: Scene, rate: float = 0.02, turn_rate: float = 0.1, tick: int = 0, every: int = 1) -> np.ndarray:
    """The load on each barrier."""
    s, p = scene.senses, scene.people
    load = np.full((len(scene.map.gates), 2), 7.0)
    settle(
        tick, every, s.active, s.contact, s.barrier, s.barrier_force, p.velocity, p.direction, p.kind, FORMED, p.look,
        rate, turn_rate, p.squeeze, p.facing, load,
    )  # fmt: skip
    return load


def test_loads_of_a_barrier_add_up_and_squeeze_is_smoothed() -> None:
    scene = Scene(room(), 30)
    rng = np.random.default_rng(5)
    random_crowd(scene, rng, (1, 1, 9, 9))
    scene.sort()
    s = scene.senses
    s.contact[:] = rng.uniform(0, 900, 30)
    s.barrier[:] = rng.integers(-1, 1, 30)
    s.barrier_force[:] = rng.normal(0, 300, (30, 2))
    scene.people.squeeze[:] = 100.0
    load = settled(scene)
    np.testing.assert_allclose(load[0], s.barrier_force[s.barrier == 0].sum(axis=0), rtol=1e-4)
    np.testing.assert_allclose(scene.people.squeeze, 100.0 + 0.02 * (s.contact - 100.0), rtol=1e-5)


def test_squeeze_reaches_63_percent_after_a_second() -> None:
    scene = Scene(room(), 1)
    scene.people.position[0] = (5.0, 5.0)
    scene.sort()
    scene.senses.contact[0] = 1000.0
    for _ in range(50):
        settled(scene, rate=0.02)
    assert scene.people.squeeze[0] == pytest.approx(1000.0 * (1.0 - math.exp(-1.0)), rel=0.02)


def test_people_look_where_they_go_and_officers_where_their_unit_does() -> None:
    scene = Scene(room(), 4)
    people = scene.people
    people.position[:] = np.arange(8).reshape(4, 2) / 2 + 1
    people.kind[:] = WALKER, WALKER, WALKER, FORMED
    people.velocity[0] = (0.0, 1.0)  # walks south
    people.direction[1] = (-1.0, 0.0)  # stands, means to go west
    people.facing[2] = 0.7  # stands and means nothing: keeps looking
    people.velocity[3], people.look[3] = (1.0, 0.0), -2.0  # is pushed east, looks where his unit does
    scene.sort()
    for _ in range(200):
        settled(scene)
    np.testing.assert_allclose(np.cos(people.facing), np.cos([math.pi / 2, math.pi, 0.7, -2.0]), atol=1e-3)
    np.testing.assert_allclose(np.sin(people.facing), np.sin([math.pi / 2, math.pi, 0.7, -2.0]), atol=1e-3)


def test_only_those_turn_whose_turn_it_is_and_nobody_who_left_leans() -> None:
    scene = Scene(room(), 12)
    people, s = scene.people, scene.senses
    people.position[:] = np.arange(24).reshape(12, 2) / 3 + 1
    people.velocity[:, 1] = 1.0
    people.status[::4] = 0
    scene.sort()
    s.contact[:], s.barrier[:], s.barrier_force[:] = 1000.0, 0, 1.0
    load = settled(scene, tick=3, every=5)
    active = np.arange(12) % 4 != 0
    np.testing.assert_array_equal(people.facing != 0.0, ((np.arange(12) + 3) % 5 == 0) & active)
    np.testing.assert_array_equal(people.squeeze > 0.0, active)
    np.testing.assert_allclose(load[0], active.sum())


def test_one_turns_the_short_way_round() -> None:
    scene = Scene(room(), 1)
    people = scene.people
    people.position[0], people.kind[0], people.facing[0], people.look[0] = (5, 5), FORMED, 3.0, -3.0
    scene.sort()
    settled(scene)
    assert people.facing[0] > 3.0, "on over pi, not back through 0"


def test_someone_inside_a_wall_is_counted() -> None:
    scene = Scene(room(), 3)
    scene.people.position[:] = (9.9, 1.0), (10.2, 1.0), (10.2, 5.0)  # before the wall, in it, in the shut gate
    scene.sort()
    s = scene.senses
    assert count_inside_walls(s.order, s.count, scene.people.position, scene.world.solid, 0.5) == 2


@pytest.mark.parametrize("seed", range(3))
def test_overlaps_as_their_twin(seed: int) -> None:
    scene = Scene(open_field(), 120)
    random_crowd(scene, np.random.default_rng(seed), (2, 2, 9, 7))
    scene.sort()
    s = scene.senses
    found = np.full(120, -1.0, np.float32)
    overlaps(s.count, s.start, s.grid, s.sorted, scene.params.walk.shoulder, found)
    wanted = naive.overlaps(s.sorted[:, : s.count], scene.params.walk.shoulder)
    assert wanted.max() > 0.3
    np.testing.assert_allclose(found, wanted, atol=1e-5)


@pytest.mark.parametrize("sigma", [0.5, 1.0])
def test_crowd_pressure_as_its_twin(sigma: float) -> None:
    scene = Scene(open_field(), 120)
    rng = np.random.default_rng(4)
    random_crowd(scene, rng, (2, 2, 9, 7))
    scene.sort()
    s = scene.senses
    velocity = rng.normal(0.3, 0.5, (120, 2)).astype(np.float32)
    counted = rng.random(120) < 0.7
    found = np.full(120, -1.0, np.float32)
    crowd_pressure(scene.people.position, velocity, counted, s.order, s.start, s.grid, sigma, found)
    wanted = naive.crowd_pressure(scene.people.position, velocity, counted, sigma)
    assert wanted.max() > 0.5
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-5)


def test_a_crowd_in_step_has_no_crowd_pressure() -> None:
    scene = Scene(open_field(), 60)
    random_crowd(scene, np.random.default_rng(4), (2, 2, 9, 7))
    scene.sort()
    s = scene.senses
    velocity = np.full((60, 2), (1.2, -0.4), np.float32)
    found = np.full(60, -1.0, np.float32)
    crowd_pressure(scene.people.position, velocity, np.ones(60, bool), s.order, s.start, s.grid, 1.0, found)
    np.testing.assert_allclose(found, 0.0, atol=1e-5)
