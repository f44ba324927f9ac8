"""Cases with an answer in closed form, and laws no run may break: one to two hundred people, no files."""

import math

import numpy as np
import pytest
from scenes import Scene, corridor, gate, grid, open_field, random_crowd, tilemap, turned

from crowdsim.kernels.cells import FORMED, PUSHER
from crowdsim.params import Params
from crowdsim.population.barriers import Barriers, barriers_of, wear
from crowdsim.population.roles import BarrierState
from crowdsim.world.world import Goal

NO_SOCIAL = Params().with_value("force.social", 0.0).with_value("force.social_wall", 0.0)


def rms_speed(scene: Scene) -> float:
    return float(np.sqrt((scene.people.velocity.astype(float) ** 2).sum(axis=1).mean()))


# --- one walker ------------------------------------------------------------------------------------------------------


def test_a_free_walker_speeds_up_as_the_formula_says() -> None:
    """v = v0 (1 - exp(-t / tau)), at any tick."""
    scene = Scene(open_field(60.0, 20.0), 1, steered=False)
    people, dt, tau = scene.people, scene.params.time.dt, scene.params.force.relax
    people.position[0], people.direction[0], people.speed[0] = (10.0, 10.0), (0.6, 0.8), 1.34
    for k in range(1, 101):
        scene.step()
        wanted = 1.34 * (1.0 - math.exp(-k * dt / tau))
        np.testing.assert_allclose(people.velocity[0], (0.6 * wanted, 0.8 * wanted), rtol=2e-5)


def test_a_steered_walker_does_the_same_and_walks_straight() -> None:
    scene = Scene(open_field(60.0, 20.0), 1)
    people, dt, tau = scene.people, scene.params.time.dt, scene.params.force.relax
    people.position[0], people.slot[0], people.has_slot[0], people.speed_wish[0] = (10.0, 10.0), (50.0, 10.0), True, 1.2
    scene.step(200)
    wanted = 1.2 * (1.0 - math.exp(-200 * dt / tau))
    assert people.velocity[0, 0] == pytest.approx(wanted, rel=1e-4)
    assert people.position[0, 1] == pytest.approx(10.0, abs=1e-4)


def test_one_brakes_with_the_braking_time() -> None:
    scene = Scene(open_field(), 1, steered=False)
    scene.people.position[0], scene.people.direction[0], scene.people.velocity[0] = (10.0, 6.0), (1.0, 0.0), (1.3, 0.0)
    scene.step(10)
    wanted = 1.3 * math.exp(-10 * scene.params.time.dt / scene.params.force.relax_brake)
    assert scene.people.velocity[0, 0] == pytest.approx(wanted, rel=1e-4)


def test_a_follower_stops_behind_somebody_who_stands() -> None:
    """In a corridor too narrow to pass: the two never touch, a clear gap, and at rest."""
    scene = Scene(corridor(20.0, 0.5), 2, goals=(Goal(((18.0, 0.5, 19.0, 1.0),)),))
    people = scene.people
    people.position[:] = (3.0, 0.75), (10.0, 0.75)
    people.radius[:] = 0.18
    people.goal[0] = 0
    nearest = math.inf
    for _ in range(1000):
        scene.step()
        nearest = min(nearest, math.dist(people.position[0], people.position[1]))
    gap = people.position[1, 0] - people.position[0, 0] - 0.36
    assert 0.0 < gap < 0.5
    assert nearest > 0.36, "he may brush the wall while he looks for a way past"
    assert rms_speed(scene) < 0.03


def test_a_walker_comes_to_rest_at_his_place() -> None:
    scene = Scene(open_field(), 1)
    people = scene.people
    people.position[0], people.slot[0], people.has_slot[0] = (4.0, 4.0), (9.0, 7.0), True
    scene.seconds(10.0)
    np.testing.assert_allclose(people.position[0], (9.0, 7.0), atol=0.06)
    assert rms_speed(scene) < 0.01


def test_an_officer_holds_his_slot_against_a_known_force_where_the_spring_says() -> None:
    """The slot is a spring up to the bracing force: displaced by F gain slot_time / m, swept away beyond it."""
    officers = Params().officers
    for force, holds in ((200.0, True), (700.0, False)):
        scene = Scene(open_field(), 2, NO_SOCIAL, steered=False)
        people = scene.people
        people.kind[:] = FORMED, PUSHER
        people.position[:] = (8.0, 6.0), (7.54, 6.0)
        people.radius[:], people.mass[0] = (0.28, 0.18), 90.0
        people.slot[0] = 8.0, 6.0
        people.push[1], people.direction[1], people.gap[:] = force, (1.0, 0.0), 0.0
        scene.seconds(5.0)
        given = people.position[0, 0] - 8.0
        if holds:
            assert given == pytest.approx(force * officers.slot_gain * officers.slot_time / 90.0, rel=0.03)
        else:
            assert given > 1.0


# --- walls -----------------------------------------------------------------------------------------------------------


def test_a_wall_keeps_whoever_walks_into_it_off() -> None:
    """At rest where contact balances the drive: m v / tau = stiffness x overlap, within the soft depth."""
    scene = Scene(tilemap(10.0, 6.0, walls=[(5.0, 0.0, 5.5, 6.0)]), 1, NO_SOCIAL, steered=False)
    people, p = scene.people, scene.params.force
    people.position[0], people.direction[0], people.speed[0] = (4.0, 3.1), (1.0, 0.0), 1.3
    scene.seconds(4.0)
    overlap = people.mass[0] * 1.3 / p.relax / p.stiffness
    assert people.position[0, 0] == pytest.approx(5.0 - people.radius[0] + overlap, abs=1e-3)
    assert rms_speed(scene) < 1e-3


@pytest.mark.parametrize("side", [1.0, -1.0], ids=["on the right", "on the left"])
@pytest.mark.parametrize("direction", [1.0, -1.0])
def test_sliding_along_a_wall_slows_down_and_never_speeds_up(side: float, direction: float) -> None:
    """Pressed on a wall by 200 N: the sliding speed falls every tick, faster than without friction."""
    speeds = {}
    for friction in (0.0, 3000.0):
        params = NO_SOCIAL.with_value("force.friction", friction)
        scene = Scene(open_field(60.0, 6.0), 1, params, steered=False)
        people = scene.people
        wall = 6.0 if side > 0 else 0.0
        people.position[0] = 30.0, wall - side * 0.19
        people.velocity[0] = 2.0 * direction, 0.0
        people.push[0], people.direction[0], people.gap[0] = 200.0, (0.0, side), 0.0
        along = [2.0]
        for _ in range(60):
            scene.step()
            along.append(float(people.velocity[0, 0]) * direction)
        assert (np.diff(along) <= 1e-6).all()
        assert min(along) > -1e-3, "friction stops, it does not turn round"
        speeds[friction] = along
    assert speeds[3000.0][20] < 0.92 * speeds[0.0][20]


# --- symmetry --------------------------------------------------------------------------------------------------------


def test_the_scene_turned_by_ninety_degrees_has_turned_forces() -> None:
    """Walls, people, gates: no direction of the grid is special."""
    here = tilemap(
        12.0, 9.0, walls=[(0, 0, 12, 0.5), (3, 2, 3.5, 6), (6, 5, 8, 5.5)], gates=[gate("g", (3.0, 6.0, 3.5, 9.0))]
    )
    one, other = Scene(here, 150), Scene(turned(here), 150)
    random_crowd(one, np.random.default_rng(4), (1.0, 1.0, 8.0, 8.5))
    one.people.status[~one.world.is_free(one.people.position)] = 0

    def turn(v: np.ndarray) -> np.ndarray:
        return np.column_stack([-v[:, 1], v[:, 0]])

    for name, column in one.people.columns().items():
        other.people.columns()[name][:] = column
    for name in ("velocity", "heading", "direction"):
        other.people.columns()[name][:] = turn(one.people.columns()[name])
    for name in ("position", "slot"):
        other.people.columns()[name][:] = turn(one.people.columns()[name]) + (9.0, 0.0)
    force, turned_force = one.forces_now(), other.forces_now()
    rows = np.flatnonzero(one.people.active)
    assert np.abs(force[rows]).max() > 1000.0
    assert (one.senses.barrier[rows] == 0).any()
    np.testing.assert_array_equal(other.senses.barrier[rows], one.senses.barrier[rows])
    # Positions are floats of another size there: 30 kN/m times half a micrometre.
    np.testing.assert_allclose(turned_force[rows], turn(force)[rows], atol=0.2, rtol=1e-3)


def test_mirrored_walkers_stay_mirrored() -> None:
    """Two streams that meet at an angle; without the habit of stepping to the right, which is no mirror's."""
    params = Params().with_value("walk.turns", 0.0)
    scene = Scene(open_field(30.0, 20.0), 20, params)
    people = scene.people
    rng = np.random.default_rng(6)
    people.position[:10] = grid(2.0, 2.0, 5, 2, 0.9) + rng.uniform(-0.2, 0.2, (10, 2))
    people.slot[:10] = people.position[:10] + (20.0, 12.0)
    people.desired_speed[:10] = rng.uniform(1.0, 1.5, 10)
    people.position[10:] = people.position[:10] * (1, -1) + (0, 20.0)
    people.slot[10:] = people.slot[:10] * (1, -1) + (0, 20.0)
    people.desired_speed[10:] = people.desired_speed[:10]
    people.speed_wish[:] = people.desired_speed
    people.has_slot[:] = True
    # The mirrored decide in the same tick: ten rows apart is a whole number of turns.
    scene.seconds(8.0)
    mirrored = people.position[10:] * (1, -1) + (0, 20.0)
    assert np.abs(people.position[:10] - grid(2.0, 2.0, 5, 2, 0.9)).max() > 5.0
    np.testing.assert_allclose(mirrored, people.position[:10], atol=5e-3)


# --- crowds ----------------------------------------------------------------------------------------------------------


def pressing(rows: int, push: float) -> Scene:
    """`rows` rows of four, packed before a rigid gate as wide as their corridor; walls without friction."""
    params = NO_SOCIAL.with_value("force.friction", 0.0)
    here = corridor(16.0, 2.0, [gate("g", (13.0, 0.5, 13.5, 2.5), capacity=1e6, toughness=1e9)])
    scene = Scene(here, 4 * rows, params, steered=False)
    people = scene.people
    rank, file = np.divmod(np.arange(4 * rows), 4)
    stagger = 0.03 * np.sin(7.0 * np.arange(4 * rows))
    people.position[:] = np.column_stack([12.8 - 0.36 * rank, 0.75 + 0.5 * file + stagger])
    people.radius[:] = 0.175 + 0.01 * np.sin(np.arange(4 * rows))
    people.kind[:], people.push[:], people.gap[:] = PUSHER, push, 0.0
    people.direction[:] = 1.0, 0.0
    return scene


@pytest.mark.parametrize(("rows", "push"), [(1, 150.0), (3, 150.0), (8, 150.0), (8, 60.0)])
def test_n_rows_that_push_load_a_barrier_with_n_times_their_push(rows: int, push: float) -> None:
    scene = pressing(rows, push)
    scene.seconds(12.0)
    width = scene.barriers.width[0]
    assert scene.barriers.load[0] * width == pytest.approx(4 * rows * push, rel=0.05)
    assert scene.barriers.load[0] * width == pytest.approx(4 * rows * push, rel=0.01), "and much better at rest"
    assert rms_speed(scene) < 0.05


def test_a_barrier_is_leaned_on_only_by_those_who_push() -> None:
    scene = pressing(6, 150.0)
    scene.people.push[:] = 0.0
    scene.people.speed[:] = 0.0
    scene.seconds(6.0)
    assert scene.barriers.load[0] < 1.0


def test_a_packed_crowd_at_a_shut_gate_comes_to_rest() -> None:
    """Steered people who want through, seven on a square metre, nobody pushing: no drift, no jitter."""
    here = corridor(16.0, 3.0, [gate("g", (13.0, 0.5, 13.5, 3.5), capacity=1e6)])
    scene = Scene(here, 60, goals=(Goal(((14.0, 0.5, 15.0, 3.5),), ("g",)),))
    people = scene.people
    rng = np.random.default_rng(2)
    people.position[:] = grid(9.9, 0.75, 8, 8, 0.37)[:60] + rng.uniform(-0.02, 0.02, (60, 2))
    people.radius[:] = np.clip(rng.normal(0.175, 0.015, 60), 0.13, 0.22)
    people.goal[:] = 0
    scene.seconds(20.0)
    before = people.position.copy()
    speeds = []
    for _ in range(20):
        scene.seconds(0.5)
        speeds.append(rms_speed(scene))
    assert max(speeds) < 0.05
    assert np.linalg.norm(people.position - before, axis=1).max() < 0.3
    assert people.position[:, 0].max() < 13.0
    assert scene.barriers.load[0] < 60.0, "people who wait do not lean on a gate"


def test_two_streams_in_a_corridor_pass_each_other() -> None:
    """Fifteen against fifteen in 3 m: everybody arrives."""
    scene = Scene(corridor(24.0, 3.0), 30, goals=(Goal(((23.0, 0.5, 24.0, 3.5),)), Goal(((0.0, 0.5, 1.0, 3.5),))))
    people = scene.people
    rng = np.random.default_rng(9)
    people.position[:15] = grid(3.0, 0.9, 5, 3, 0.8) + rng.uniform(-0.15, 0.15, (15, 2))
    people.position[15:] = grid(17.8, 0.9, 5, 3, 0.8) + rng.uniform(-0.15, 0.15, (15, 2))
    people.radius[:] = np.clip(rng.normal(0.175, 0.015, 30), 0.13, 0.22)
    people.speed_wish[:] = np.clip(rng.normal(1.34, 0.26, 30), 0.7, 2.0)
    people.goal[:15], people.goal[15:] = 0, 1
    arrived = np.zeros(30, bool)
    for _ in range(60):
        scene.seconds(1.0)
        arrived[:15] |= people.position[:15, 0] > 22.0
        arrived[15:] |= people.position[15:, 0] < 2.0
        people.status[arrived] = 5
    assert arrived.all(), f"{(~arrived).sum()} still on the way after a minute"


def test_a_crowd_leaves_a_room_by_its_door() -> None:
    """Forty people, a door of 1 m: everyone is out, at a flow people reach, and nobody went through a wall."""
    here = tilemap(16.0, 8.0, walls=[(8.0, 0.0, 8.5, 8.0)], gates=[gate("door", (8.0, 3.5, 8.5, 4.5), is_open=True)])
    scene = Scene(here, 40, goals=(Goal(((14.0, 2.0, 15.5, 6.0),)),))
    people = scene.people
    rng = np.random.default_rng(3)
    people.position[:] = grid(1.5, 1.2, 8, 5, 0.75) + rng.uniform(-0.1, 0.1, (40, 2))
    people.radius[:] = np.clip(rng.normal(0.175, 0.015, 40), 0.13, 0.22)
    people.goal[:] = 0
    times = np.full(40, np.inf)
    for tick in range(3000):
        scene.step()
        out = (people.position[:, 0] > 8.5) & np.isinf(times)
        assert (np.abs(people.position[out, 1] - 4.0) < 0.6).all(), "out by the door"
        times[out] = tick * scene.params.time.dt
        people.status[people.position[:, 0] > 12.0] = 5
    times = np.sort(times)
    assert np.isfinite(times).all()
    assert 1.0 < 30.0 / (times[34] - times[4]) < 3.0


# --- barriers --------------------------------------------------------------------------------------------------------


def one_gate(**strength: float) -> Barriers:
    return barriers_of(tilemap(20, 10, [(10, 0, 10.5, 10)], [gate("g", (10.0, 4.0, 10.5, 6.0), **strength)]))


def seconds_to_breach(barriers: Barriers, q: float, limit: float = 200.0, dt: float = 0.02) -> float:
    """Seconds under a constant load of q N/m; inf when it bears it for `limit` s."""
    force = np.array([[q * barriers.width[0], 123.0]])  # what acts along the gate does not count
    for tick in range(round(limit / dt)):
        if len(wear(barriers, force, dt)):
            return tick * dt
    return math.inf


@pytest.mark.parametrize("dt", [0.02, 0.002])
@pytest.mark.parametrize("q", [700.0, 1000.0, 3000.0])
def test_a_barrier_gives_way_after_toughness_over_excess(q: float, dt: float) -> None:
    """W / (q - q_c) s, and the half second it takes the load to build up."""
    found = seconds_to_breach(one_gate(capacity=500.0, toughness=10e3), q, dt=dt)
    late = 0.5 * q / (q - 500.0)  # the work an exponential rise of 0.5 s leaves undone, at most
    assert 10e3 / (q - 500.0) < found < 10e3 / (q - 500.0) + late + 0.05


def test_below_its_capacity_a_barrier_never_gives_way() -> None:
    barriers = one_gate(capacity=500.0, toughness=10e3)
    assert seconds_to_breach(barriers, 499.0, limit=400.0) == math.inf
    assert barriers.integrity[0] == 1.0
    assert barriers.state[0] == BarrierState.CLOSED


def test_time_to_breach_is_the_loads_not_the_clocks() -> None:
    """Twice the excess, half the time; hours of a load it bears change nothing."""
    fresh = seconds_to_breach(one_gate(), 1500.0)
    assert seconds_to_breach(one_gate(), 1000.0) == pytest.approx(2 * fresh, rel=0.05)
    old = one_gate()
    seconds_to_breach(old, 400.0, limit=300.0)
    old.load[:] = 0.0
    assert seconds_to_breach(old, 1500.0) == pytest.approx(fresh, abs=0.03)


def test_bracing_adds_to_the_capacity() -> None:
    braced = one_gate(capacity=500.0, toughness=10e3)
    braced.brace[:] = 300.0
    assert seconds_to_breach(braced, 790.0) == math.inf
    braced = one_gate(capacity=500.0, toughness=10e3)
    braced.brace[:] = 300.0
    free = seconds_to_breach(one_gate(capacity=800.0, toughness=10e3), 1300.0)
    assert seconds_to_breach(braced, 1300.0) == pytest.approx(free, abs=0.03)


def test_wear_stays_when_the_push_pauses_and_a_worn_gate_is_damaged() -> None:
    barriers = one_gate(capacity=500.0, toughness=10e3)
    seconds_to_breach(barriers, 1000.0, limit=12.0)
    worn = float(barriers.integrity[0])
    assert 0.3 < worn < 0.5
    assert barriers.state[0] == BarrierState.DAMAGED
    seconds_to_breach(barriers, 0.0, limit=60.0)
    assert worn - 0.06 < barriers.integrity[0] <= worn
    assert barriers.peak[0] == pytest.approx(1000.0, rel=0.01)


def test_pushes_from_both_sides_cancel() -> None:
    barriers = one_gate()
    for _ in range(2000):
        wear(barriers, np.array([[900.0 - 880.0, 0.0]]), 0.02)
    assert barriers.integrity[0] == 1.0


def test_what_cannot_break_does_not() -> None:
    assert seconds_to_breach(one_gate(breakable=False), 9000.0, limit=50.0) == math.inf


def test_an_open_gate_bears_no_load() -> None:
    barriers = one_gate(is_open=True)
    assert seconds_to_breach(barriers, 9000.0, limit=20.0) == math.inf
    assert barriers.load[0] == 0.0
