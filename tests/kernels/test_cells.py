"""Sorting into cells, the sorted copy, and counting neighbours."""

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import Scene, open_field, random_crowd

from crowdsim.kernels.cells import SORTED_ROWS, Grid, count_within, gather_people, sort_people

ROWS, COLS, WIDTH, HEIGHT = 5, 28, 0.375, 1.5
GRID = Grid(1.0 / WIDTH, 1.0 / HEIGHT, ROWS, COLS)


def sorted_by_kernel(position: np.ndarray, active: np.ndarray) -> tuple[int, np.ndarray, np.ndarray, np.ndarray]:
    n = len(position)
    cell, order = np.full(n, -7, np.int32), np.full(n, 7, np.uint32)
    start = np.full(ROWS * COLS + 1, -7, np.int32)
    count = sort_people(position, active, GRID, cell, start, order)
    return count, cell, start, order


def check_against_argsort(position: np.ndarray, active: np.ndarray) -> None:
    count, cell, start, order = sorted_by_kernel(position, active)
    wanted_cell, wanted_start, wanted_order = naive.sort_people(position, active, WIDTH, HEIGHT, ROWS, COLS)
    assert count == active.sum()
    np.testing.assert_array_equal(cell, wanted_cell)
    if count:
        np.testing.assert_array_equal(start, wanted_start)
    np.testing.assert_array_equal(order[:count], wanted_order)


@pytest.mark.parametrize("seed", range(5))
def test_sort_is_the_stable_argsort(seed: int) -> None:
    rng = np.random.default_rng(seed)
    position = rng.uniform(-0.5, 11.0, (300, 2)).astype(np.float32)  # a few outside the cells: the edge takes them
    check_against_argsort(position, rng.random(300) < 0.8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 27), st.integers(0, 4), st.booleans()), max_size=40))
def test_sort_keeps_rows_of_a_cell_in_order(people: list[tuple[int, int, bool]]) -> None:
    position = np.array([((c + 0.5) * WIDTH, (r + 0.5) * HEIGHT) for c, r, _ in people], np.float32).reshape(-1, 2)
    check_against_argsort(position, np.array([a for _, _, a in people], bool))


def test_on_a_tall_map_the_cells_near_people_are_right_whatever_was_there_before() -> None:
    grid = Grid(1.0 / WIDTH, 1.0 / HEIGHT, 60, COLS)
    rng = np.random.default_rng(4)
    cell, order = np.zeros(40, np.int32), np.zeros(40, np.uint32)
    start = np.full(60 * COLS + 1, 12345, np.int32)
    for middle in (70.0, 20.0, 88.0, 2.0):  # the same memory, tick by tick
        position = np.column_stack([rng.uniform(0, 10, 40), rng.uniform(middle - 2, middle + 2, 40)]).astype(np.float32)
        count = sort_people(position, np.ones(40, bool), grid, cell, start, order)
        _, wanted, _ = naive.sort_people(position, np.ones(40, bool), WIDTH, HEIGHT, 60, COLS)
        rows = np.unique(cell // COLS)
        begin, end = max(0, rows.min() - 3) * COLS, min(60, rows.max() + 4) * COLS
        assert count == 40
        np.testing.assert_array_equal(start[begin : end + 1], wanted[begin : end + 1])


def test_gather_copies_every_column() -> None:
    scene = Scene(open_field(), 50)
    random_crowd(scene, np.random.default_rng(3), (1, 1, 19, 11))
    scene.people.status[::7] = 0
    scene.sort()
    people, order = scene.people, scene.senses.order[: scene.senses.count]
    columns = np.vstack(
        [people.position.T, people.velocity.T, people.radius, people.mass, people.heading.T, people.way, people.goal,
         people.kind, scene.senses.beat]
    )  # fmt: skip
    assert columns.shape[0] == SORTED_ROWS
    np.testing.assert_array_equal(scene.senses.sorted[:, : scene.senses.count], columns[:, order].astype(np.float32))


def test_gather_leaves_the_rest_of_the_copy_alone() -> None:
    scene = Scene(open_field(), 5)
    people, out = scene.people, np.full((SORTED_ROWS, 5), -1.0, np.float32)
    gather_people(
        np.arange(5, dtype=np.uint32), 3, people.position, people.velocity, people.radius, people.mass, people.heading,
        people.way, people.goal, people.kind, scene.senses.beat, out,
    )  # fmt: skip
    assert (out[:, 3:] == -1.0).all()


@pytest.mark.parametrize("reach", [0.5, 1.0, 1.7])
def test_count_within_is_the_number_of_neighbours(reach: float) -> None:
    rng = np.random.default_rng(8)
    position = rng.uniform(0.2, 6.0, (200, 2)).astype(np.float32)
    active = rng.random(200) < 0.9
    _, _, start, order = sorted_by_kernel(position, active)
    found = np.full(200, -1.0, np.float32)
    count_within(position, active, order, start, GRID, reach, found)
    np.testing.assert_array_equal(found, naive.count_within(position, active, reach))
