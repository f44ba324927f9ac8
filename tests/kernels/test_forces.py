"""Forces against their slow twins, and what must hold for any of them: action = reaction, no order, no grid."""

import math

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from scenes import Scene, gate, open_field, random_crowd, tilemap

from crowdsim.kernels.cells import FORMED, LED, OFFICER, PUSHER, WALKER
from crowdsim.kernels.forces import add_link_push, drive, people_push, wall_push
from crowdsim.params import HFV2000, Params
from crowdsim.population.roles import Status

SEEDS = range(4)
ONLY_CONTACT = Params().with_value("force.social", 0.0).with_value("force.social_wall", 0.0)


@njit
def each_people_push(count, start, grid, sorted_people, shoulder, dt, p, out):
    for s in range(count):
        found = people_push(s, start, grid, sorted_people, shoulder, dt, p)
        out[s, 0], out[s, 1], out[s, 2], out[s, 3], out[s, 4], out[s, 5] = found


@njit
def each_wall_push(rows, position, velocity, radius, solid, tile, dt, p, out):
    for i in rows:
        found = wall_push(position[i, 0], position[i, 1], velocity[i, 0], velocity[i, 1], radius[i], solid, tile, dt, p)
        out[i, 0], out[i, 1], out[i, 2], out[i, 3], out[i, 4], out[i, 5], out[i, 6], out[i, 7], out[i, 8] = found


@njit
def each_drive(
    rows, velocity, mass, kind, direction, speed, gap, push, slot, position, brace, discipline, dt, p, officers, out
):
    eased, eased_brake = 1.0 - math.exp(-dt / p.relax), 1.0 - math.exp(-dt / p.relax_brake)
    for i in rows:
        found = drive(
            i, velocity, mass, kind, direction, speed, gap, push, slot, position, brace, discipline, eased, eased_brake,
            dt, p, officers,
        )  # fmt: skip
        out[i, 0], out[i, 1] = found


def people_push_of(scene: Scene) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Force, resistance and sum of normal forces, by row."""
    scene.sort()
    s, params = scene.senses, scene.params
    found = np.zeros((s.count, 6))
    each_people_push(
        s.count, s.start, s.grid, s.sorted, params.walk.shoulder, params.time.dt, params.force, found
    )  # fmt: skip
    by_row = np.zeros((scene.count, 6))
    by_row[s.order[: s.count]] = found
    return by_row[:, :2], by_row[:, 2:5], by_row[:, 5]


def wall_push_of(scene: Scene) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Force, resistance, sum of normal forces, barrier and force on it, by row."""
    p = scene.people
    found = np.zeros((scene.count, 9))
    each_wall_push(
        np.flatnonzero(p.active), p.position, p.velocity, p.radius, scene.world.solid, scene.map.tile_size,
        scene.params.time.dt, scene.params.force, found,
    )  # fmt: skip
    return found[:, :2], found[:, 2:5], found[:, 5], found[:, 6].astype(int), found[:, 7:]


NO_STAYS = np.zeros(0, np.int32), np.zeros((0, 2), np.float32)


def link_push(
    scene: Scene, links: np.ndarray, stays: tuple[np.ndarray, np.ndarray] = NO_STAYS
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    scene.sort()
    s, p = scene.senses, scene.people
    s.force[:] = 0.0
    s.resist[:] = 0.0
    s.contact[:] = 0.0
    load = np.full(len(links), -1.0, np.float32)
    add_link_push(
        links, len(links), *stays, s.order, s.start, s.grid, p.position, p.velocity, p.radius, p.kind,
        scene.params.force, scene.params.time.dt, scene.params.officers, s.force, s.resist, s.contact, load,
    )  # fmt: skip
    return s.force, s.resist, s.contact, load


def close(found: np.ndarray, wanted: np.ndarray) -> None:
    scale = max(1.0, float(np.abs(wanted).max()))
    np.testing.assert_allclose(found, wanted, atol=1e-5 * scale, rtol=1e-3)


# --- drive -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_drive_as_its_twin(seed: int) -> None:
    scene = Scene(open_field(), 80)
    random_crowd(scene, np.random.default_rng(seed), (1, 1, 19, 11))
    scene.people.status[::9] = Status.LEFT
    p = scene.people
    rows, found = np.flatnonzero(p.active), np.full((80, 2), 99.0)
    each_drive(
        rows, p.velocity, p.mass, p.kind, p.direction, p.speed, p.gap, p.push, p.slot, p.position,
        p.brace, p.discipline, scene.params.time.dt, scene.params.force,
        scene.params.officers, found,
    )  # fmt: skip
    wanted = naive.drive(
        rows, p.velocity, p.mass, p.kind, p.direction, p.speed, p.gap, p.push, p.slot, p.position,
        p.brace, p.discipline, scene.params.time.dt, scene.params.force,
        scene.params.officers,
    )  # fmt: skip
    close(found[rows], wanted[rows])


def test_who_has_left_is_not_pushed() -> None:
    scene = Scene(open_field(), 80)
    random_crowd(scene, np.random.default_rng(0), (1, 1, 19, 11))
    scene.people.status[::9] = Status.LEFT
    scene.senses.force[:] = 99.0
    assert (scene.forces_now()[::9] == 99.0).all()
    assert (scene.senses.force[1::9] != 99.0).all()


def test_an_officer_never_braces_harder_than_he_can() -> None:
    scene = Scene(open_field(), 1)
    scene.people.kind[:] = FORMED
    scene.people.position[0], scene.people.slot[0] = (5.0, 5.0), (9.0, 8.0)
    force = scene.forces_now()[0]
    brace = scene.params.officers.brace
    np.testing.assert_allclose(force, (0.8 * brace, 0.6 * brace), rtol=1e-4)
    scene.people.brace[:] = 0.5
    np.testing.assert_allclose(scene.forces_now()[0], (0.4 * brace, 0.3 * brace), rtol=1e-4)


def test_a_slack_officer_is_drawn_less_to_his_slot() -> None:
    scene = Scene(open_field(), 1)
    scene.people.kind[:] = FORMED
    scene.people.position[0], scene.people.slot[0] = (5.0, 5.0), (5.2, 5.0)
    firm = scene.forces_now()[0]
    scene.people.discipline[:] = 0.6
    np.testing.assert_allclose(scene.forces_now()[0], 0.6 * firm, rtol=1e-4)


# --- people ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("params", [Params(), HFV2000], ids=["default", "hfv2000"])
@pytest.mark.parametrize("seed", SEEDS)
def test_people_push_as_its_twin(seed: int, params: Params) -> None:
    scene = Scene(open_field(), 120, params)
    random_crowd(scene, np.random.default_rng(seed), (2, 2, 9, 7))
    force, resist, squeeze = people_push_of(scene)
    count, order = scene.senses.count, scene.senses.order
    wanted = naive.people_push(scene.senses.sorted[:, :count], params.walk.shoulder, params.time.dt, params.force)
    assert wanted[2].max() > 1000.0, "the scene holds bodies pressed together"
    close(force[order], wanted[0])
    close(resist[order], wanted[1])
    close(squeeze[order], wanted[2])


@pytest.mark.parametrize("seed", SEEDS)
def test_contact_forces_sum_to_zero(seed: int) -> None:
    scene = Scene(open_field(), 200, ONLY_CONTACT)
    random_crowd(scene, np.random.default_rng(seed), (2, 2, 9, 7))
    force, _, _ = people_push_of(scene)
    size = np.abs(force).sum()
    assert size > 1e4
    assert np.abs(force.sum(axis=0, dtype=float)).max() < 1e-5 * size


@pytest.mark.parametrize("other_kind", [WALKER, PUSHER, LED, OFFICER, FORMED])
@pytest.mark.parametrize("kind", [WALKER, PUSHER, LED, OFFICER, FORMED])
def test_contact_of_a_pair_cancels(kind: float, other_kind: float) -> None:
    scene = Scene(open_field(), 2, ONLY_CONTACT)
    people = scene.people
    people.position[:] = (5.0, 5.0), (5.11, 5.04)
    people.velocity[:] = (0.3, -0.4), (-0.2, 0.7)
    people.mass[:] = 60.0, 90.0
    people.heading[:] = (1.0, 0.0), (-1.0, 0.0)
    people.kind[:] = kind, other_kind
    force, _, squeeze = people_push_of(scene)
    assert np.linalg.norm(force[0]) > 100.0
    np.testing.assert_allclose(force[0], -force[1], rtol=1e-5)
    assert force[0, 0] < 0.0, "bodies push each other apart"
    assert squeeze[0] == pytest.approx(squeeze[1], rel=1e-5)


@pytest.mark.parametrize("kind", [WALKER, PUSHER])
def test_the_crowd_turns_its_shoulders_to_whom_officers_lead(kind: float) -> None:
    """Wherever both head, and whether they push: a delegate stuck in the crowd before the line never got to talk."""

    def contact(other_kind: float, goals: tuple[int, int]) -> float:
        scene = Scene(open_field(), 2, ONLY_CONTACT)
        people = scene.people
        people.position[:] = (5.0, 5.0), (5.3, 5.0)
        people.radius[:] = 0.18
        people.heading[:] = 1.0, 0.0
        people.goal[:] = goals
        people.kind[:] = kind, other_kind
        _, _, squeeze = people_push_of(scene)
        assert squeeze[0] == pytest.approx(squeeze[1])
        return float(squeeze[0])

    assert contact(LED, (0, 1)) == 0.0
    assert contact(LED, (0, 0)) > 100.0, "who goes his way waits for him"
    assert contact(OFFICER, (0, 1)) > 100.0
    assert contact(kind, (0, 1)) > 100.0


@settings(max_examples=80, deadline=None)
@given(
    st.floats(0.0, 2 * math.pi), st.floats(0.02, 0.34), st.floats(-2.0, 2.0), st.floats(-2.0, 2.0),
    st.sampled_from([WALKER, PUSHER]),
)  # fmt: skip
def test_contact_gains_no_energy(angle: float, distance: float, along: float, across: float, kind: float) -> None:
    """Friction and damping only take: beyond the spring, the power of a contact force on the relative motion is < 0."""
    scene = Scene(open_field(), 2, ONLY_CONTACT)
    n = np.array([math.cos(angle), math.sin(angle)])
    t = np.array([-n[1], n[0]])
    scene.people.position[:] = (5.0, 5.0) + np.array([-n, n]) * distance / 2
    scene.people.velocity[1] = along * n + across * t
    scene.people.radius[:] = 0.175
    scene.people.kind[:] = kind
    force, _, _ = people_push_of(scene)
    velocity = scene.people.velocity[1].astype(float)
    assert force[1] @ t * across <= 1e-3
    assert force[1] @ n >= -1e-3, "bodies never stick"
    spring = naive.resistance(0.35 - distance, scene.params.force)
    assert (force[1] - spring * n) @ velocity <= 1e-2 * max(1.0, spring)


def test_two_people_at_one_point_part() -> None:
    scene = Scene(open_field(), 2)
    scene.people.position[:] = (5.0, 5.0)
    force, _, _ = people_push_of(scene)
    assert np.isfinite(force).all()
    assert force[0, 0] < -100.0 and force[1, 0] > 100.0


def test_no_social_force_between_a_pusher_and_whom_he_touches() -> None:
    """It is not action = reaction and would swallow part of the push."""
    scene = Scene(open_field(), 2)
    scene.people.position[:] = (5.0, 5.0), (5.3, 5.0)
    scene.people.radius[:] = 0.175
    scene.people.heading[:] = 1.0, 0.0
    scene.people.kind[:] = PUSHER, WALKER
    force, _, _ = people_push_of(scene)
    np.testing.assert_allclose(force[0], -force[1], rtol=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_row_order_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one = Scene(open_field(), 150)
    random_crowd(one, rng, (2, 2, 9, 7))
    shuffle = rng.permutation(150)
    other = Scene(open_field(), 150)
    for name, column in one.people.columns().items():
        other.people.columns()[name][:] = column[shuffle]
    force, turned_force = one.forces_now(), other.forces_now()
    close(turned_force, force[shuffle])


# --- walls -----------------------------------------------------------------------------------------------------------

MAZE = tilemap(
    8.0, 6.0,
    walls=[(0, 0, 8, 0.5), (0, 5.5, 8, 6), (3, 2, 3.5, 4.5), (5, 1, 5.5, 1.5), (6, 3, 7, 3.5), (6, 3.5, 6.5, 4.5)],
    gates=[gate("one", (3.0, 1.0, 3.5, 2.0)), gate("two", (5.0, 4.0, 5.5, 5.5))],
)  # fmt: skip


@pytest.mark.parametrize("params", [Params(), HFV2000], ids=["default", "hfv2000"])
@pytest.mark.parametrize("seed", SEEDS)
def test_wall_push_as_its_twin(seed: int, params: Params) -> None:
    scene = Scene(MAZE, 300, params)
    random_crowd(scene, np.random.default_rng(seed), (0.1, 0.6, 7.9, 5.4))
    scene.people.status[~scene.world.is_free(scene.people.position)] = Status.LEFT
    force, resist, squeeze, barrier, load = wall_push_of(scene)
    p = scene.people
    rows = np.flatnonzero(p.active)
    wanted = naive.wall_push(
        rows, p.position, p.velocity, p.radius, scene.world.solid, 0.5, params.time.dt, params.force
    )
    assert {0, 1} <= set(barrier[rows].tolist()), "both gates are leaned on"
    close(force[rows], wanted[0][rows])
    close(resist[rows], wanted[1][rows])
    close(squeeze[rows], wanted[2][rows])
    np.testing.assert_array_equal(barrier[rows], wanted[3][rows])
    close(load[rows], wanted[4][rows])


@pytest.mark.parametrize(
    ("place", "away"),
    [
        pytest.param((0.15, 3.0), (1, 0), id="west edge"),
        pytest.param((7.85, 3.0), (-1, 0), id="east edge"),
        pytest.param((2.0, 0.65), (0, 1), id="north"),
        pytest.param((2.0, 5.35), (0, -1), id="south"),
        pytest.param((2.9, 3.0), (-1, 0), id="wall"),
        pytest.param((3.6, 3.0), (1, 0), id="other side of it"),
        pytest.param((2.9, 1.5), (-1, 0), id="shut gate"),
    ],
)
def test_a_wall_pushes_away_from_itself(place: tuple[float, float], away: tuple[int, int]) -> None:
    scene = Scene(MAZE, 1)
    scene.people.position[0] = place
    scene.people.radius[0] = 0.2
    force = wall_push_of(scene)[0][0]
    assert force @ np.array(away) > 100.0
    assert abs(force @ np.array(away[::-1])) < 1.0


def test_what_leans_on_a_gate_is_what_the_gate_returns() -> None:
    scene = Scene(MAZE, 1, ONLY_CONTACT)
    scene.people.position[0] = (2.85, 1.5)
    scene.people.radius[0] = 0.2
    force, _, squeeze, barrier, load = wall_push_of(scene)
    assert barrier[0] == 0
    assert load[0, 0] == pytest.approx(naive.resistance(0.05, scene.params.force), rel=1e-3)
    np.testing.assert_allclose(force[0], -load[0], rtol=1e-5)
    assert squeeze[0] == pytest.approx(load[0, 0], rel=1e-5)


def test_an_open_gate_does_not_push() -> None:
    scene = Scene(MAZE, 1)
    scene.world = scene.world.with_passable((True, False))
    scene.people.position[0] = (2.85, 1.5)
    force, _, _, barrier, _ = wall_push_of(scene)
    assert np.abs(force).max() < 10.0
    assert barrier[0] == -1


# --- links -----------------------------------------------------------------------------------------------------------


def line_and_crowd(seed: int) -> tuple[Scene, np.ndarray]:
    """Ten officers in a bent line, the last pair too far apart, and people who press on it."""
    rng = np.random.default_rng(seed)
    scene = Scene(open_field(), 90)
    random_crowd(scene, rng, (3, 3.5, 10, 6))
    people = scene.people
    people.kind[:] = np.where(np.arange(90) < 10, FORMED, WALKER)
    people.position[:10] = np.column_stack([3.0 + 0.68 * np.arange(10), 4.7 + 0.3 * np.sin(np.arange(10))])
    people.position[9] += (0.25, 0.1)
    pairs = np.column_stack([np.arange(9), np.arange(1, 10)]).astype(np.int32)
    return scene, pairs


@pytest.mark.parametrize("seed", SEEDS)
def test_link_push_as_its_twin(seed: int) -> None:
    scene, links = line_and_crowd(seed)
    stays = np.array([3, 6], np.int32), scene.people.position[[3, 6]] + np.array([[0.1, -0.5], [-0.1, 0.5]], np.float32)
    alone = link_push(scene, links)[0].copy()
    force, resist, squeeze, load = link_push(scene, links, stays)
    p, params = scene.people, scene.params
    wanted = naive.add_link_push(
        links, *stays, p.position, p.velocity, p.radius, p.kind, p.active, params.time.dt, params.force, params.officers
    )
    assert np.abs(wanted[0] - alone).max() > 100.0, "somebody presses on a stay"
    assert wanted[3].max() > 500.0
    close(force, wanted[0])
    close(resist, wanted[1])
    close(squeeze, wanted[2])
    close(load, wanted[3])


@pytest.mark.parametrize("seed", SEEDS)
def test_link_forces_sum_to_zero(seed: int) -> None:
    scene, links = line_and_crowd(seed)
    force, _, _, _ = link_push(scene, links)
    assert np.abs(force.sum(axis=0, dtype=float)).max() < 1e-5 * np.abs(force).sum()


def test_a_link_shares_its_load_by_the_lever_rule() -> None:
    scene = Scene(open_field(), 3)
    scene.people.kind[:] = FORMED, FORMED, WALKER
    scene.people.position[:] = (5.0, 5.0), (5.6, 5.0), (5.15, 4.8)  # a quarter of the way from the first
    scene.people.radius[2] = 0.18
    force, _, _, load = link_push(scene, np.array([[0, 1]], np.int32))
    assert load[0] == pytest.approx(naive.resistance(0.06, scene.params.force), rel=1e-3)
    np.testing.assert_allclose(force[:, 1], np.array([0.75, 0.25, -1.0]) * load[0], rtol=1e-3)


def test_a_stay_leaves_to_the_wall_what_the_wall_bears() -> None:
    scene = Scene(open_field(), 2)
    scene.people.kind[:] = FORMED, WALKER
    scene.people.position[:] = (5.0, 5.0), (5.15, 4.8)  # a quarter of the way to the wall
    scene.people.radius[1] = 0.18
    stays = np.array([0], np.int32), np.array([[5.6, 5.0]], np.float32)
    force, _, squeeze, _ = link_push(scene, np.zeros((0, 2), np.int32), stays)
    pressed = naive.resistance(0.06, scene.params.force)
    np.testing.assert_allclose(force[:, 1], np.array([0.75, -1.0]) * pressed, rtol=1e-3)
    assert squeeze[1] == pytest.approx(pressed / 2, rel=1e-3)


def test_a_stretched_link_pulls_its_officers_together() -> None:
    scene = Scene(open_field(), 2)
    scene.people.kind[:] = FORMED
    scene.people.position[:] = (5.0, 5.0), (5.9, 5.0)
    officers = scene.params.officers
    force, _, _, _ = link_push(scene, np.array([[0, 1]], np.int32))
    pull = officers.link_stiffness * (0.9 - officers.link_length)
    np.testing.assert_allclose(force[:, 0], (pull, -pull), rtol=1e-4)
    scene.people.position[1, 0] = 5.0 + officers.link_length - 0.01
    np.testing.assert_array_equal(link_push(scene, np.array([[0, 1]], np.int32))[0], 0.0)
