"""The wishes of a crowd: who pushes, when he leans, who gives way."""

import numpy as np
import pytest

from crowdsim.behaviour.demonstrators import Crowd, crowd_of, draw_fixed, pushers_from, wish_of_crowd
from crowdsim.kernels.cells import PUSHER, WALKER
from crowdsim.params import CrowdParams
from crowdsim.population.population import Population, empty_population
from crowdsim.population.roles import Mind, Mode, Status

P = CrowdParams()
NOBODY = np.zeros((0, 2), np.float32)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.6, 1.0])
def test_the_share_asked_for_pushes_and_it_is_the_readiest(share: float) -> None:
    temper = (np.random.default_rng(1).permutation(200) + 0.5) / 200
    who = temper >= pushers_from(share, P)
    assert who.sum() == round(200 * share)
    assert not who.any() or temper[who].min() > temper[~who].max(initial=0.0)


def test_a_larger_share_only_adds_people() -> None:
    temper = (np.random.default_rng(2).permutation(100) + 0.5) / 100
    before = temper >= pushers_from(0.0, P)
    for share in np.linspace(0.0, 1.0, 21):
        now = temper >= pushers_from(float(share), P)
        assert (now | ~before).all()
        before = now
    assert (temper >= pushers_from(0.5, P._replace(pushing=2.0))).all()


def test_a_persons_draw_is_his_for_good_and_even() -> None:
    rows = np.arange(1000)
    np.testing.assert_array_equal(draw_fixed(rows)[500:], draw_fixed(rows[500:]))
    assert np.histogram(draw_fixed(rows), 10, (0, 1))[0].std() < 3


def scene_of(count: int) -> tuple[Crowd, Population]:
    people = empty_population(count)
    people.status[:] = Status.ACTIVE
    people.position[:] = np.column_stack([np.linspace(1, 9, count), np.full(count, 5.0)])
    people.temper[:] = (np.arange(count) + 0.5) / count
    crowd = crowd_of("crowd", np.arange(count))
    crowd.spot = people.position.copy()
    return crowd, people


def wish(crowd: Crowd, people: Population, time: float = 0.0, shields: np.ndarray = NOBODY) -> None:
    draw = np.random.default_rng(4).random((people.capacity, 2))
    wish_of_crowd(crowd, people, shields, NOBODY, time, 0.2, draw, 150.0, P)


def test_a_calm_crowd_stands_and_pushes_nobody() -> None:
    crowd, people = scene_of(40)
    crowd.wish = "gather"
    wish(crowd, people)
    assert (people.push == 0).all() and (people.kind == WALKER).all()
    assert (people.mode == Mode.STAND).all()


def test_a_pushing_crowd_pushes_until_it_is_through() -> None:
    crowd, people = scene_of(40)
    crowd.wish, crowd.share, crowd.goal, crowd.push_goal = "push", 0.5, 0, 1
    crowd.push_rect, crowd.push_spot = (8.0, 0.0, 20.0, 10.0), people.position + np.float32(5.0)
    wish(crowd, people)
    beyond = people.position[:, 0] > 8.0
    who = people.temper >= 0.5
    assert (people.push[beyond] == 0).all(), "whoever is beyond the gate has what he wanted"
    assert (people.mode[who & ~beyond] == Mode.PUSH).all()
    assert set(people.push[who & ~beyond].tolist()) == {0.0, 150.0}, "some lean now, some rest"
    np.testing.assert_array_equal(people.kind == PUSHER, people.push > 0)
    assert (people.goal[people.temper < 0.25] == 0).all(), "the rest stays"
    assert (people.push[~who] == 0).all()


def test_who_gave_way_stops_pushing_and_goes_back() -> None:
    crowd, people = scene_of(40)
    crowd.wish, crowd.share, crowd.goal, crowd.push_goal, crowd.back_goal = "push", 1.0, 0, 1, 2
    crowd.push_spot = people.position.copy()
    wish(crowd, people, shields=people.position[[10]])
    went = crowd.gave_way > 0.0
    assert 5 < went.sum() < 40
    assert (people.push[went] == 0).all() and (people.goal[went] == 2).all()


def test_bouts_end_and_heavers_keep_the_common_beat() -> None:
    rng = np.random.default_rng(3)
    crowd, people = scene_of(400)
    crowd.wish, crowd.share, crowd.push_goal, crowd.push_spot = "push", 1.0, 0, people.position.copy()
    heaver = draw_fixed(crowd.rows) < P.heave
    shares, changes = [], 0
    for k in range(500):
        before = people.push > 0.0
        wish_of_crowd(crowd, people, NOBODY, NOBODY, 0.2 * k, 0.2, rng.random((400, 2)), 150.0, P)
        leaning = people.push > 0.0
        assert (leaning[heaver] == ((0.2 * k) % 5.0 < 2.5)).all()
        shares.append(leaning[~heaver].mean())
        changes += int((before != leaning)[~heaver].sum())
    assert np.mean(shares) == pytest.approx(0.6, abs=0.05)
    # A bout lasts three seconds on average, and half of them (2 x 0.6 x 0.4) end in the other state.
    assert changes / int((~heaver).sum()) == pytest.approx(100.0 / 3.0 * 0.48, rel=0.1)
    assert (crowd.bout > 0).all() and crowd.bout.max() <= 1.33 * P.bout


def test_ordinary_people_give_way_to_a_line_that_comes_and_do_not_come_back() -> None:
    crowd, people = scene_of(4)
    people.position[:] = [(0.0, 0.0), (3.0, 0.0), (4.0, 0.0), (3.0, 0.1)]
    people.temper[:] = (0.5, 0.5, 0.5, 0.99)  # the last is too ready to give way
    people.mind[0], crowd.wish, crowd.push_goal, crowd.push_spot = Mind.PUSHING, "gather", 1, people.position.copy()
    wish(crowd, people, shields=np.array([(0.0, 1.0)], np.float32))
    np.testing.assert_array_equal(crowd.gave_way, (45.0, 45.0, -np.inf, -np.inf))
    wish(crowd, people, 10.0)
    np.testing.assert_array_equal(crowd.gave_way, (45.0, 45.0, -np.inf, -np.inf))


def test_a_leaving_crowd_has_no_place_of_its_own() -> None:
    crowd, people = scene_of(10)
    crowd.wish, crowd.flee_goal = "leave", 3
    people.has_slot[:] = True
    wish(crowd, people)
    assert (people.goal == 3).all() and not people.has_slot.any() and (people.mode == Mode.LEAVE).all()
