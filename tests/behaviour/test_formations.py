"""Formations: count, spacing, symmetry, the pairing of officers with slots, and placing them on the map."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crowdsim.behaviour.formations import FORMATIONS, LINES, front_of, match, opened, place, stage

COUNTS = [1, 2, 3, 5, 8, 10, 20, 30, 31, 61]
MIRRORED = ("bersaf1", "bersaf1t", "bersaf3", "berkait", "busur", "banjar3", "banjar1", "lingkar", "sekat", "kepung")


def least_distance(slots: np.ndarray) -> float:
    if len(slots) < 2:
        return math.inf
    apart = np.linalg.norm(slots[:, None] - slots[None], axis=2)
    return float(apart[~np.eye(len(slots), dtype=bool)].min())


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("name", FORMATIONS)
def test_one_slot_each_and_nobody_closer_than_a_body(name: str, count: int) -> None:
    slots = FORMATIONS[name](count, 0.0)
    assert slots.shape == (count, 2)
    assert np.isfinite(slots).all()
    # The chord of an arc of 0.7 m is a little shorter than the arc.
    assert least_distance(slots) >= 0.6 - 1e-9


@pytest.mark.parametrize("name", FORMATIONS)
@pytest.mark.parametrize("count", [1, 6, 30])
def test_the_same_call_gives_the_same_slots(name: str, count: int) -> None:
    np.testing.assert_array_equal(FORMATIONS[name](count, 0.0), FORMATIONS[name](count, 0.0))


@pytest.mark.parametrize("name", MIRRORED)
@pytest.mark.parametrize("count", [1, 4, 9, 30])
def test_left_and_right_are_alike(name: str, count: int) -> None:
    if name == "sekat" and count % 2:
        pytest.skip("an odd one stands on one side of the opening")
    slots = FORMATIONS[name](count, 0.0)

    def ordered(points: np.ndarray) -> np.ndarray:
        rounded = points.round(6) + 0.0
        return rounded[np.lexsort(rounded.T)]

    np.testing.assert_allclose(ordered(slots * (-1, 1)), ordered(slots), atol=1e-6)


@pytest.mark.parametrize("count", [3, 9, 21])
def test_a_wedge_is_alike_and_its_tip_leads(count: int) -> None:
    slots = FORMATIONS["paruh"](count, 0.0)
    np.testing.assert_array_equal(slots[0], (0.0, 0.0))
    assert (slots[1:, 1] > 0).all()
    np.testing.assert_allclose(slots[1::2] * (-1, 1), slots[2::2])


def test_front_and_ranks() -> None:
    double, triple = FORMATIONS["bersaf2"](30, 0.0), FORMATIONS["bersaf3"](30, 0.0)
    assert (front_of("bersaf2", 30), front_of("bersaf3", 30), front_of("bersaf1", 30)) == (15, 10, 30)
    assert (double[:15, 1] == 0).all() and (double[15:, 1] > 0).all()
    assert [int((triple[:, 1] == y).sum()) for y in np.unique(triple[:, 1])] == [10, 10, 10]
    # The second rank of a double one stands in the gaps of the first.
    assert np.abs(double[15:, 0][:, None] - double[:15, 0]).min() == pytest.approx(0.3)


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("count", [2, 8, 30])
def test_the_front_runs_from_left_to_right(name: str, count: int) -> None:
    front = FORMATIONS[name](count, 0.0)[: front_of(name, count)]
    assert (np.diff(front[:, 0]) > 0).all()


def test_the_arc_ends_beside_the_wall_and_has_the_radius_asked_for() -> None:
    slots = FORMATIONS["busur"](30, 6.7)
    np.testing.assert_allclose(np.linalg.norm(slots, axis=1), 6.7)
    np.testing.assert_allclose(slots[[0, -1], 1], -0.35)
    assert (slots[1:-1, 1] < -0.35).all(), "it bulges to the front"
    assert -slots[0, 0] == slots[-1, 0] > 6.6


def test_the_ring_is_a_ring_around_its_anchor() -> None:
    slots = FORMATIONS["lingkar"](20, 0.0)
    radius = np.linalg.norm(slots, axis=1)
    np.testing.assert_allclose(radius, radius[0])
    np.testing.assert_allclose(slots.mean(axis=0), 0.0, atol=1e-9)


@pytest.mark.parametrize("count", [4, 10, 30])
def test_the_filter_line_has_one_opening_for_one_person_at_a_time(count: int) -> None:
    gaps = np.diff(FORMATIONS["sekat"](count, 0.0)[:, 0]) - 0.56
    assert gaps.max() == pytest.approx(1.2)
    assert (gaps > 0.5).sum() == 1


def test_a_line_opens_in_the_middle() -> None:
    slots = FORMATIONS["bersaf1"](8, 0.0)
    gaps = np.diff(opened(slots, 3.0)[:, 0]) - np.diff(slots[:, 0])
    np.testing.assert_allclose(gaps, [0, 0, 0, 3.0, 0, 0, 0], atol=1e-9)
    np.testing.assert_array_equal(opened(slots, 0.0), slots)


# --- on the map ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "right", "rear"),
    [
        (0.0, (0, 1), (-1, 0)),
        (math.pi / 2, (-1, 0), (0, -1)),
        (math.pi, (0, -1), (1, 0)),
        (-math.pi / 2, (1, 0), (0, 1)),
    ],
    ids=["east", "south", "west", "north"],
)
def test_a_formation_faces_its_heading(heading: float, right: tuple[int, int], rear: tuple[int, int]) -> None:
    """On a map with y to the south: facing east, the right hand is south."""
    placed = place(np.array([(0.0, 0.0), (2.0, 0.0), (0.0, 3.0)]), (10.0, 20.0), heading)
    wanted = np.array([(10, 20), np.add((10, 20), np.multiply(2, right)), np.add((10, 20), np.multiply(3, rear))])
    np.testing.assert_allclose(placed, wanted, atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(FORMATIONS)), st.integers(1, 25), st.floats(-7, 7), st.floats(-50, 50), st.floats(-50, 50)
)
def test_placing_keeps_all_distances(name: str, count: int, heading: float, x: float, y: float) -> None:
    slots = FORMATIONS[name](count, 0.0)
    placed = place(slots, (x, y), heading)
    before = np.linalg.norm(slots[:, None] - slots[None], axis=2)
    np.testing.assert_allclose(np.linalg.norm(placed[:, None] - placed[None], axis=2), before, atol=1e-9)


def test_columns_in_a_zone_stay_inside_and_clear_of_others() -> None:
    rect = (10.0, 20.0, 22.0, 28.0)
    taken = np.zeros((0, 2))
    for count in (20, 12, 9):
        slots = stage(rect, count, taken)
        assert slots is not None
        taken = np.vstack([taken, slots])
    assert least_distance(taken) > 0.7
    assert (taken >= (10.0, 20.0)).all() and (taken <= (22.0, 28.0)).all()


def test_a_full_zone_says_so() -> None:
    assert stage((0.0, 0.0, 3.0, 3.0), 40, np.zeros((0, 2))) is None
    full = stage((0.0, 0.0, 4.0, 4.0), 9, np.zeros((0, 2)))
    assert full is not None
    assert stage((0.0, 0.0, 4.0, 4.0), 9, full) is None


# --- who takes which slot --------------------------------------------------------------------------------------------


def square_sum(position: np.ndarray, slots: np.ndarray, seat: np.ndarray) -> float:
    return float(((position - slots[seat]) ** 2).sum())


@pytest.mark.parametrize("seed", range(8))
def test_match_is_the_best_of_all_permutations(seed: int) -> None:
    rng = np.random.default_rng(seed)
    position, slots = rng.uniform(0, 6, (6, 2)), rng.uniform(0, 6, (6, 2))
    seat = match(position, slots)
    best = min(square_sum(position, slots, np.array(p)) for p in itertools.permutations(range(6)))
    assert square_sum(position, slots, seat) == pytest.approx(best)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_match_seats_everybody_once(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    seat = match(rng.uniform(0, 30, (count, 2)), rng.uniform(0, 30, (count, 2)))
    assert sorted(seat.tolist()) == list(range(count))


@pytest.mark.parametrize("seed", range(8))
def test_straight_walks_to_the_slots_do_not_meet(seed: int) -> None:
    """Whoever walks straight and arrives with the others never comes to where another one is at that moment."""
    rng = np.random.default_rng(seed)
    start = rng.uniform(0, 12, (20, 2))
    end = place(FORMATIONS["bersaf2"](20, 0.0), (20.0, 6.0), 0.4)
    walk = end[match(start, end)]
    for i, j in itertools.combinations(range(20), 2):
        assert (start[i] - start[j]) @ (walk[i] - walk[j]) >= -1e-9


def test_who_stands_in_his_slot_keeps_it() -> None:
    slots = FORMATIONS["bersaf3"](12, 0.0)
    order = np.random.default_rng(1).permutation(12)
    np.testing.assert_array_equal(match(slots[order], slots), order)
