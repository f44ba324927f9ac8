"""The standard tests themselves: their formulas, what they make of a model that is wrong, and a few of them played."""

from dataclasses import replace

import numpy as np
import pytest

from crowdsim.params import Params
from crowdsim.validation.case import Case, Row, Setting, rows_of
from crowdsim.validation.ground import Entry, Plan, walk
from crowdsim.validation.standards import diagrams, openings, walking, ways

CASES = {case.name: case for part in (walking, diagrams, openings, ways) for case in part.CASES}
SETTING = Setting()


def lines(case: Case, setting: Setting = SETTING) -> dict[str, Row]:
    """The lines of a case with one seed, by quantity."""
    rows = rows_of(case, [case.run(1, setting)], [1])
    return {row.case.split(": ", 1)[1]: row for row in rows}


def assert_holds(name: str, setting: Setting = SETTING) -> None:
    """Every line of a case that is judged holds."""
    wrong = {quantity: row.value for quantity, row in lines(CASES[name], setting).items() if row.passed is False}
    assert not wrong


def test_every_standard_that_applies_is_a_case() -> None:
    rimea = ["1", "4", "5", "6", "7", "8", "9", "10", "12a", "12b", "12c", "12d", "15", "16"]
    iso = [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 17]
    assert sorted(CASES) == sorted([f"rimea_{n}" for n in rimea] + [f"iso_{n}" for n in iso])
    reports = {name for name, case in CASES.items() if not any(e.holds(0.0) is not None for e in case.expects)}
    assert reports == {"rimea_8", "iso_11"} == {name for name, case in CASES.items() if case.gate != "V1"}


def test_weidmann_at_known_densities() -> None:
    assert diagrams.weidmann(0.1) == pytest.approx(1.34, abs=1e-6)
    assert diagrams.weidmann(1.75) * 1.75 == pytest.approx(1.22, abs=0.01)
    assert diagrams.weidmann(5.4) == pytest.approx(0.0, abs=1e-9)


def test_speeds_of_ages() -> None:
    assert walking.speed_at_age(np.array([25.0, 40.0, 65.0])) == pytest.approx([1.575, 1.475, 1.045])


def test_a_band_of_speeds_from_a_table() -> None:
    """Eleven frames of two people 0.83 m apart; who walks behind has speeds of 0.0 to 1.0 m/s, who leads has no
    distance to anybody."""
    table = np.array(
        [row for k in range(11) for row in ((7, k, 1.0, 0.0, k / 10.0), (8, k, 1.83, 0.1, 9.0))]
        + [(9, 50, 0.0, 0.0, 5.0), (10, 50, 0.5, 0.0, 5.0)]  # seen too rarely
    )
    distance, speed = diagrams.headways(table)
    assert len(distance) == 12 and distance[0] == pytest.approx(0.83) and speed.max() == 5.0
    assert diagrams.bands(table) == {0.8: pytest.approx((0.5, 0.1, 0.9))}


def test_where_nothing_was_recorded_the_band_follows_the_line() -> None:
    assert diagrams.band(1.26)[:2] == diagrams.BANDS[0.8]
    low, high, note = diagrams.band(0.8)
    assert (low + high) / 2 == pytest.approx((1.25 - 0.36) / 1.06) and high - low == pytest.approx(0.2)
    assert "Seyfried" in note


def test_distances_to_the_walls_of_a_corner() -> None:
    points = np.array([[5.0, 0.5], [11.0, 1.0], [10.2, 5.0], [9.0, 3.0], [np.nan, np.nan]])
    distance = walking.wall_distance(points, walking._OUTLINE)
    assert distance[:4] == pytest.approx([0.5, 1.0, 0.2, 1.0])
    assert np.isnan(distance[4])


def test_people_on_slow_ground_walk_that_much_slower() -> None:
    plan = Plan(((0.0, 0.0, 20.0, 2.0),), ((19.0, 0.0, 20.0, 2.0),), slow=(((8.0, 0.0, 20.0, 2.0), 0.5),))
    entry = Entry(np.array([[1.0, 1.0]]), np.zeros(1), np.zeros(1, np.int32), np.array([1.2]))
    track = walk(plan, entry, 30.0, np.random.default_rng(1))
    before = track.crossings(0, 7.5, 1) - track.crossings(0, 3.0, 1)
    after = track.crossings(0, 17.0, 1) - track.crossings(0, 10.0, 1)
    assert 4.5 / before[0] == pytest.approx(1.2, abs=0.01)
    assert 7.0 / after[0] == pytest.approx(0.6, abs=0.01)


def test_goals_together_are_reached_by_the_nearest_way() -> None:
    plan = Plan(((0.0, 0.0, 20.0, 4.0),), ((0.0, 0.0, 1.0, 4.0), (19.0, 0.0, 20.0, 4.0)), together=True)
    entry = Entry(np.array([[6.0, 1.0], [14.0, 3.0]]), np.zeros(2), np.zeros(2, np.int32), np.full(2, 1.3))
    track = walk(plan, entry, 20.0, np.random.default_rng(2))
    assert np.isfinite(track.finished).all() and track.finished.max() < 5.0
    assert track.position[20, 0, 0] < 5.0 and track.position[20, 1, 0] > 15.0


def test_each_starts_at_his_own_time() -> None:
    assert_holds("rimea_5")
    late = walking.lateness(np.array([2.0, 8.0]), np.random.default_rng(3), SETTING)
    assert (late >= 0.0).all() and (late <= 0.1).all()


def test_a_slow_decision_is_noticed() -> None:
    slow = replace(SETTING.params, time=SETTING.params.time._replace(walk_every=50.0))
    assert lines(CASES["rimea_5"], Setting(slow))["latest"].passed is False


def test_nobody_passes_the_walls_of_a_corner() -> None:
    assert_holds("rimea_6")
    assert_holds("iso_4")


def test_soft_bodies_in_a_wall_are_noticed() -> None:
    force = Params().force._replace(stiffness=5.0, stiffness_deep=5.0, damping=0.0, social=0.0, social_wall=0.0)
    walk = Params().walk._replace(headway=0.0)  # who keeps his distance hardly ever touches a wall
    assert lines(CASES["rimea_6"], Setting(replace(Params(), force=force, walk=walk)))["deepest"].passed is False


def test_people_take_the_exit_that_is_theirs_or_open() -> None:
    assert_holds("iso_8")
    assert_holds("iso_9")
    assert_holds("iso_17")


def test_free_speeds_are_kept() -> None:
    assert_holds("iso_2")
    wanted = np.array([0.7, 1.0, 1.6])
    assert walking.walked_speeds(wanted, 4, SETTING) == pytest.approx(wanted, abs=0.01)
