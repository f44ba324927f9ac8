"""Wishes of a crowd and what is seen on the ground, beside a person and a cell at a time."""

import naive
import numpy as np
import pytest

from crowdsim.behaviour.demonstrators import Crowd, crowd_of, unheard, wish_of_crowd
from crowdsim.kernels.ground import raise_near, show_shields
from crowdsim.params import CrowdParams
from crowdsim.population.population import Population, empty_population
from crowdsim.population.roles import Mind, Mode, Status

P = CrowdParams()
NOBODY = np.zeros((0, 2), np.float32)
N = 300


def crowd(seed: int, wish: str, minds: tuple[float, ...]) -> tuple[Crowd, Population, np.random.Generator]:
    """A crowd in the middle of everything: some led, some through, some who gave way, some going home."""
    rng = np.random.default_rng(seed)
    people = empty_population(N)
    people.status[:] = np.where(rng.random(N) < 0.9, Status.ACTIVE, Status.LEFT)
    people.position[:] = rng.uniform(0.0, 20.0, (N, 2))
    people.desired_speed[:] = rng.uniform(0.8, 1.8, N)
    people.temper[:], people.anger[:] = rng.random(N), rng.random(N)
    people.mind[:] = rng.choice(5, N, p=minds)
    people.mode[:] = rng.integers(0, 3, N)
    people.led_by[rng.random(N) < 0.1] = 3
    one = crowd_of("crowd", np.arange(50, 250))
    one.wish, one.share, one.goal, one.push_goal, one.back_goal, one.flee_goal = wish, 0.3, 0, 1, 2, 4
    one.spot, one.push_spot = (rng.uniform(0.0, 20.0, (200, 2)).astype(np.float32) for _ in range(2))
    one.spot[::3] = people.position[50:250:3]  # who stands at his place already
    one.push_rect, one.door = (12.0, 0.0, 20.0, 15.0), (12.0, 8.0)
    one.going[:], one.leaning[:], one.bout[:] = rng.random(200) < 0.2, rng.random(200) < 0.5, rng.uniform(0.0, 1.0, 200)
    one.gave_way[rng.random(200) < 0.1] = 60.0
    return one, people, rng


MIXED, CALM = (0.2, 0.2, 0.25, 0.25, 0.1), (0.6, 0.4, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(("wish", "minds"), [("push", MIXED), ("gather", MIXED), ("gather", CALM), ("leave", CALM)])
def test_everybody_of_a_crowd_does_what_the_rules_say(wish: str, minds: tuple[float, ...]) -> None:
    one, people, rng = crowd(1, wish, minds)
    shields = rng.uniform((8.0, 0.0), (12.0, 20.0), (12, 2)).astype(np.float32)
    draw = rng.random((N, 2))
    wanted = wish == "push" or bool(np.isin(people.mind[one.rows], (Mind.PUSHING, Mind.VIOLENT)).any())
    due = {k: naive.wish_of_person(one, k, people, shields, draw, wanted, 30.0, 0.2, 150.0, P) for k in range(200)}
    untouched = {name: column.copy() for name, column in people.columns().items()}
    wish_of_crowd(one, people, shields, NOBODY, 30.0, 0.2, draw, 150.0, P)
    through = 0
    for k, i in enumerate(one.rows):
        if untouched["led_by"][i] != -1:
            assert all((untouched[name][i] == column[i]).all() for name, column in people.columns().items())
            continue
        due_k = due[k]
        if due_k.pop("through"):  # they go for the chair or the building, past the wish
            due_k |= {"has_slot": True, "speed_wish": 1.2 * people.desired_speed[i]}
            through += 1
        for name in ("bout", "leaning", "gave_way"):
            assert getattr(one, name)[k] == pytest.approx(due_k.pop(name)), (k, name)
        for name, value in due_k.items():
            assert getattr(people, name)[i] == pytest.approx(value, rel=1e-5), (k, name)
    assert (through > 5) == (minds == MIXED)


def test_how_unheard_people_feel() -> None:
    one, people, rng = crowd(2, "gather", CALM)
    people.mode[people.mode == Mode.PUSH] = Mode.WALK
    one.door = (24.0, 8.0)
    listening, out = rng.random(N) < 0.3, np.full(N, 7.0, np.float32)
    unheard([one], people, listening, out)
    due = naive.unheard(one.rows, people, listening, one.door, 15.0)
    np.testing.assert_allclose(out[one.rows], due, rtol=1e-6)
    assert (out[:50] == 0.0).all() and len(np.unique(due)) >= 5
    one.heard = True
    unheard([one], people, listening, out)
    assert (out == 0.0).all()


def test_a_stimulus_is_raised_around_points_and_never_lowered() -> None:
    rng = np.random.default_rng(3)
    before = (0.6 * rng.random((9, 14))).astype(np.float32)
    points = rng.uniform((-2.0, -2.0), (30.0, 20.0), (5, 2))
    out = before.copy()
    raise_near(points, 4.0, 0.5, 2.0, out)
    np.testing.assert_array_equal(out, naive.raise_near(points, 4.0, 0.5, 2.0, before))
    assert (out > before).any() and (out >= before).all()


def test_shields_threaten_all_and_are_force_where_they_meet_the_peaceful() -> None:
    rng = np.random.default_rng(4)
    shields = rng.uniform((6.0, 4.0), (8.0, 14.0), (15, 2)).astype(np.float32)
    position, peaceful = rng.uniform((0.0, 0.0), (28.0, 18.0), (25, 2)).astype(np.float32), rng.random(25) < 0.5
    position[:2], peaceful[:2] = shields[:2], (True, False)
    threat, force = (np.zeros((9, 14), np.float32) for _ in range(2))
    show_shields(shields, position, peaceful, 3.5, 0.5, 0.3, 2.0, threat, force)
    due = naive.show_shields(
        shields, position, peaceful, 3.5, 0.5, 0.3, 2.0, np.zeros_like(threat), np.zeros_like(force)
    )
    np.testing.assert_array_equal(threat, due[0])
    np.testing.assert_array_equal(force, due[1])
    assert 0 < (force > 0.0).sum() < (threat > 0.0).sum() < threat.size
