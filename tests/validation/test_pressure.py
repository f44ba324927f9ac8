"""Crowds that press: the cases of loads, clogging and behaviour on a small scale, and their arithmetic."""

from dataclasses import replace

import numpy as np
import pytest

from crowdsim.params import Params
from crowdsim.population.barriers import barriers_of, wear
from crowdsim.step import integrate
from crowdsim.validation import behaviour, clogging, loads
from crowdsim.validation.case import Case, Setting, rows_of
from crowdsim.validation.ground import Ground
from crowdsim.validation.loads import Pushers, Pushing

SETTING = Setting()


def pareto(exponent: float, count: int, seed: int) -> np.ndarray:
    """Gaps whose tail beyond 1 s is a power law."""
    return (1.0 - np.random.default_rng(seed).random(count)) ** (-1.0 / exponent)


def test_a_press_holds_and_comes_apart_without_the_implicit_step(monkeypatch: pytest.MonkeyPatch) -> None:
    case = next(case for case in clogging.CASES if case.name == "gate_press")
    assert all(row.passed for row in rows_of(case, [case.run(1, SETTING)], [1]))
    held = integrate.move

    def explicit(order, count, force, resist, *rest):  # type: ignore[no-untyped-def]
        held(order, count, force, np.zeros_like(resist), *rest)

    monkeypatch.setattr(integrate, "move", explicit)
    assert not all(row.passed for row in rows_of(case, [case.run(1, SETTING)], [1]))


@pytest.mark.parametrize("exponent", [1.2, 2.0, 3.5])
def test_the_exponent_of_a_power_law_is_found(exponent: float) -> None:
    assert clogging.tail_exponent(pareto(exponent, 3000, 4)) == pytest.approx(exponent, rel=0.12)


def test_short_gaps_do_not_hide_the_tail() -> None:
    short = np.random.default_rng(5).uniform(0.1, 1.0, 1500)
    gaps = np.concatenate([short, pareto(2.0, 1500, 6)])
    assert clogging.tail_exponent(gaps) == pytest.approx(2.0, rel=0.15)


def test_too_few_gaps_have_no_exponent() -> None:
    assert np.isnan(clogging.tail_exponent(np.array([0.3, 0.5, 1.0, 0.0])))


def test_rises_of_a_known_curve() -> None:
    assert clogging.rise_at_the_end([100.0, 60.0, 80.0, 90.0]) == pytest.approx(0.5)
    assert clogging.largest_rise([100.0, 60.0, 66.0, 50.0]) == pytest.approx(0.1)
    assert clogging.largest_rise([100.0, 60.0, 40.0]) == 0.0
    assert clogging.rise_at_the_end([100.0, 60.0, float("inf")]) == float("inf"), "a door that jams"


def test_friction_makes_hurried_people_wait() -> None:
    rubbing, smooth = (clogging.passing_times(5.0, friction, seed=1, people=40, out=30) for friction in (True, False))
    assert len(rubbing) == len(smooth) == 30
    assert (np.diff(rubbing) >= 0.0).all() and rubbing[0] > 0.5
    assert rubbing[-1] > 1.5 * smooth[-1]
    again = clogging.passing_times(5.0, False, seed=1, people=40, out=30)
    np.testing.assert_array_equal(smooth, again)


def test_the_wall_bears_more_when_more_push() -> None:
    none, some, everyone = (
        loads.wall(Pushing(share), 3, 9, SETTING, settle=6.0, seconds=6.0) for share in (0.0, 0.4, 1.0)
    )
    assert none.mean < 0.2 * some.mean
    assert some.mean < 0.8 * everyone.mean
    assert some.mean < some.p99
    pushed = 48 * Params().force.push / 10.0  # N/m, were nothing lost
    assert 0.6 * pushed < everyone.mean < 1.2 * pushed


def test_a_run_uses_the_parameters_it_is_given() -> None:
    params = Params()
    weak = Setting(replace(params, force=params.force._replace(push=50.0)))
    strong = loads.wall(Pushing(1.0), 2, 9, SETTING, settle=5.0, seconds=2.0).mean
    assert loads.wall(Pushing(1.0), 2, 9, weak, settle=5.0, seconds=2.0).mean == pytest.approx(0.5 * strong, rel=0.25)


def test_people_push_for_their_share_of_the_time() -> None:
    ground = Ground(loads.STRIP, 200, Params())
    pushers = Pushers(ground, np.arange(200), Pushing(0.3), np.random.default_rng(3))
    shares = []
    for _ in range(300):
        pushers.decide(0.2)
        shares.append((ground.people.push > 0).mean())
    assert np.mean(shares) == pytest.approx(0.3, abs=0.03)
    assert np.std(shares) < 0.1, "each for himself"


def test_a_heave_is_together_and_pauses() -> None:
    ground = Ground(loads.STRIP, 50, Params())
    pushers = Pushers(ground, np.arange(50), Pushing(0.2, heave=2.5), np.random.default_rng(3))
    counts = []
    for tick in (0, 100, 130, 240, 260):  # 0.0, 2.0, 2.6, 4.8, 5.2 s
        ground.tick = tick
        pushers.decide(0.2)
        counts.append(int((ground.people.push > 0).sum()))
    assert counts == [10, 10, 0, 0, 10]


def test_when_a_gate_would_open() -> None:
    assert loads.opening_time(np.full(10, 700.0), 500.0, 10e3) == pytest.approx(50.0)
    assert loads.opening_time(np.array([400.0, 900.0]), 500.0, 10e3) == pytest.approx(50.0), (
        "half the time 400 too much"
    )
    assert loads.opening_time(np.full(10, 500.0), 500.0, 10e3) == loads.HOUR
    assert loads.opening_time(np.full(10, 501.0), 500.0, 10e3) == loads.HOUR, "three hours"


def test_a_gate_opens_when_the_rule_says() -> None:
    """The same as the barriers of the program make of a steady load, once they feel it."""
    tilemap = loads.GATE.tilemap()
    gate = replace(tilemap.gates[0], capacity=loads.LATCH[0], toughness=loads.LATCH[1], breakable=True)
    barriers = barriers_of(replace(tilemap, gates=(gate,)))
    force, seconds = np.array([[0.0, -6.0 * 900.0]]), 0.0
    while not len(wear(barriers, force, 0.02)):
        seconds += 0.02
    assert seconds == pytest.approx(loads.opening_time(np.full(5, 900.0), *loads.LATCH) + 0.5, abs=0.7)


def test_orders_that_are_broken_are_counted() -> None:
    assert loads.broken_orders([0.0, 1.0, 1.0, 3.0]) == 0
    assert loads.broken_orders([0.0, 2.0, 1.0, 3.0, 2.5]) == 2
    assert loads.broken_orders([0.0, 2.0, 1.0], room=1.0) == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_two_ranks_that_rest_on_the_walls_let_none_of_a_tenth_who_push_past(seed: int) -> None:
    # Where the last officer's shield does not reach the wall, five and six slip in between within the half minute.
    assert len(loads.line(2, Pushing(0.1), seed, SETTING, seconds=30.0)) == 0


def test_a_line_lets_nobody_through_who_does_not_push_and_breaks_under_all() -> None:
    assert len(loads.line(2, Pushing(0.0), 3, SETTING, seconds=6.0)) == 0
    crossed = loads.line(1, Pushing(1.0), 3, SETTING, seconds=25.0)
    assert loads.third(crossed) < 25.0
    assert (np.diff(crossed) >= 0.0).all()
    assert loads.third(crossed[:2]) == 90.0
    assert loads.passed(np.arange(150.0)) == 100.0


def test_the_kettle_clears_once_it_is_opened() -> None:
    time, _, left = behaviour.kettle(1, 3, SETTING, people=30)
    both, _, none = behaviour.kettle(2, 3, SETTING, people=30)
    assert left == none == 0
    assert both < time < 40.0
    shut, density, inside = behaviour.kettle(0, 3, SETTING, people=30)
    assert shut == float("inf") and inside == 30
    assert density > 2.0


def test_a_second_way_out_takes_half_the_time_and_none_the_greatest_squeeze() -> None:
    one, pressed, _ = behaviour.kettle(1, 3, SETTING, people=80)
    two, less, _ = behaviour.kettle(2, 3, SETTING, people=80)
    _, shut, _ = behaviour.kettle(0, 3, SETTING, people=80)
    assert 0.45 < two / one < 0.65
    assert less < pressed < shut


@pytest.mark.parametrize("case", (*loads.CASES, *behaviour.CASES, *clogging.CASES), ids=lambda case: case.name)
def test_no_number_is_asked_for_twice(case: Case) -> None:
    asked = [expect.quantity for expect in case.expects]
    assert len(set(asked)) == len(asked)
