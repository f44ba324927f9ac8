"""The step: free motion in closed form, and no way through a wall at any speed."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import TILE, gate, tilemap
from scipy import ndimage

from crowdsim.kernels.motion import SKIN, move
from crowdsim.world.tilemap import TileMap
from crowdsim.world.world import World

DT = 0.02
WAREHOUSE = tilemap(
    12.0, 9.0,
    walls=[(0, 0, 12, 0.5), (0, 8.5, 12, 9), (0, 0, 0.5, 9), (11.5, 0, 12, 9), (5, 0, 5.5, 9), (8, 3, 9, 4),
           (2, 2, 2.5, 2.5), (2.5, 2.5, 3, 3), (9.5, 5, 10, 8.5)],
    gates=[gate("shut", (5.0, 3.0, 5.5, 5.0)), gate("ajar", (5.0, 6.0, 5.5, 7.0), is_open=True)],
)  # fmt: skip


def pushed(
    where: World | TileMap, position: np.ndarray, velocity: np.ndarray, ticks: int = 1, max_speed: float = 1e4
) -> tuple[np.ndarray, np.ndarray]:
    """Places and velocities after `ticks` without forces."""
    world = World.from_map(where) if isinstance(where, TileMap) else where
    position, velocity = position.astype(np.float32), velocity.astype(np.float32)
    n = len(position)
    force, resist, mass = np.zeros((n, 2), np.float32), np.zeros((n, 3), np.float32), np.full(n, 70.0, np.float32)
    order = np.arange(n, dtype=np.uint32)
    for _ in range(ticks):
        move(order, n, force, resist, mass, world.solid, world.clear, TILE, DT, max_speed, position, velocity)
    return position, velocity


def test_free_motion_is_semi_implicit_euler() -> None:
    world = World.from_map(tilemap(40, 40))
    rng = np.random.default_rng(1)
    position, velocity = rng.uniform(15, 25, (50, 2)), rng.normal(0, 1, (50, 2))
    force, mass = rng.normal(0, 200, (50, 2)), rng.uniform(50, 100, 50)
    moved, speed = stepped(world, position, velocity, force, np.zeros((50, 3)), mass)
    wanted = velocity + DT * force / mass[:, None]
    np.testing.assert_allclose(speed, wanted, atol=1e-5)
    np.testing.assert_allclose(moved, position + DT * wanted, atol=1e-5)


def test_resisted_motion_solves_the_implicit_step() -> None:
    world = World.from_map(tilemap(40, 40))
    rng = np.random.default_rng(2)
    position, velocity = rng.uniform(15, 25, (50, 2)), rng.normal(0, 1, (50, 2))
    force, mass = rng.normal(0, 2000, (50, 2)), rng.uniform(50, 100, 50)
    root = rng.normal(0, 60, (50, 2, 2))
    matrix = root @ root.transpose(0, 2, 1)  # up to 1e4 N s/m, as of bodies pressed together
    resist = np.column_stack([matrix[:, 0, 0], matrix[:, 0, 1], matrix[:, 1, 1]])
    moved, speed = stepped(world, position, velocity, force, resist, mass)
    system = mass[:, None, None] * np.eye(2) + DT * matrix
    wanted = velocity + np.linalg.solve(system, DT * force[:, :, None])[:, :, 0]
    np.testing.assert_allclose(speed, wanted, atol=2e-5)
    np.testing.assert_allclose(moved, position + DT * wanted, atol=1e-5)


def stepped(
    world: World, position: np.ndarray, velocity: np.ndarray, force: np.ndarray, resist: np.ndarray, mass: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Places and velocities after one tick."""
    moved, speed = position.astype(np.float32), velocity.astype(np.float32)
    n = len(moved)
    move(
        np.arange(n, dtype=np.int32), n, force.astype(np.float32), resist.astype(np.float32), mass.astype(np.float32),
        world.solid, world.clear, TILE, DT, 100.0, moved, speed,
    )  # fmt: skip
    return moved, speed


def test_speed_is_capped_but_not_turned() -> None:
    position, velocity = pushed(tilemap(40, 40), np.array([[20.0, 20.0]]), np.array([[30.0, -40.0]]), max_speed=5.0)
    np.testing.assert_allclose(velocity, [[3.0, -4.0]], rtol=1e-5)
    np.testing.assert_allclose(position, [[20.06, 19.92]], rtol=1e-5)


@pytest.mark.parametrize("speed", [1.0, 5.0, 26.0, 500.0])
@pytest.mark.parametrize("seed", range(3))
def test_nobody_passes_a_wall_at_any_speed(seed: int, speed: float) -> None:
    """Thrown in all directions from everywhere, corners and slits included: everyone stays in the room he was in."""
    world = World.from_map(WAREHOUSE)
    rng = np.random.default_rng(seed)
    position = rng.uniform(0, (12, 9), (4000, 2))
    position = position[world.is_free(position)]
    angle = rng.uniform(0, 2 * math.pi, len(position))
    angle[::5] = rng.integers(0, 8, len(angle[::5])) * math.pi / 4
    velocity = speed * np.column_stack([np.cos(angle), np.sin(angle)])
    rooms, _ = ndimage.label(world.solid == 0)  # diagonal neighbours are not joined

    def room_of(places: np.ndarray) -> np.ndarray:
        return rooms[np.floor(places[:, 1] / TILE).astype(int), np.floor(places[:, 0] / TILE).astype(int)]

    after, _ = pushed(world, position, velocity, ticks=3)
    assert np.isfinite(after).all()
    assert world.is_free(after).all()
    np.testing.assert_array_equal(room_of(after), room_of(position))
    assert (np.linalg.norm(after - position, axis=1) <= 3 * speed * DT + 1e-4).all()


def test_thrown_at_a_wall_one_stops_at_its_face() -> None:
    position, velocity = pushed(WAREHOUSE, np.array([[4.0, 2.0], [4.0, 4.0], [4.0, 6.5]]), np.array([[500.0, 0.0]] * 3))
    np.testing.assert_allclose(position[:2, 0], 5.0 - SKIN, atol=1e-4)  # a wall, and a closed gate
    np.testing.assert_array_equal(velocity[:2, 0], 0.0)
    assert position[2, 0] > 5.5, "the open gate lets him through"


def test_an_opened_gate_lets_through_and_a_shut_one_does_not() -> None:
    world = World.from_map(WAREHOUSE)
    start, velocity = np.array([[4.5, 4.0]]), np.array([[3.0, 0.0]])
    assert pushed(world, start, velocity, 50)[0][0, 0] < 5.0
    assert pushed(world.with_passable((True, False)), start, velocity, 50)[0][0, 0] > 6.0


def test_along_a_wall_one_keeps_sliding() -> None:
    position, velocity = pushed(tilemap(10, 10), np.array([[0.1, 5.0]]), np.array([[-2.0, 3.0]]), ticks=10)
    assert position[0, 0] == pytest.approx(SKIN, abs=1e-5)
    assert position[0, 1] == pytest.approx(5.0 + 10 * DT * 3.0, abs=1e-4)
    np.testing.assert_allclose(velocity[0], (0.0, 3.0))


@settings(max_examples=150, deadline=None)
@given(
    st.floats(0.0, 12.0), st.floats(0.0, 9.0), st.floats(-500.0, 500.0), st.floats(-500.0, 500.0)
)  # fmt: skip
def test_a_step_never_ends_in_a_wall(x: float, y: float, vx: float, vy: float) -> None:
    world = World.from_map(WAREHOUSE)
    start = np.array([[x, y]], np.float32)
    if world.is_free(start)[0]:
        assert world.is_free(pushed(world, start, np.array([[vx, vy]]), 2)[0]).all()
