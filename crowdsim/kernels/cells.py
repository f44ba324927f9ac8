"""People sorted into cells: a stable counting sort, and the sorted copy the force and walking kernels read."""

from typing import NamedTuple

import numpy as np
from numba import njit, prange

# Rows of the sorted copy, f4[SORTED_ROWS, n]: one contiguous column of the crowd each.
X, Y, VX, VY, RADIUS, MASS, E0X, E0Y, WAY, GOAL, KIND, BEAT = range(12)
SORTED_ROWS = 12
CHUNK = 256
"""People a thread takes at a time."""
ALONE = 8 * CHUNK
"""People for whom one thread does what is soon done by itself: to wake another costs 12 to 25 us, and far more where
other programs run beside this one [D]. A branch each: a parallel loop over a single part takes 5 to 12 % of a tick."""
_ON_HIS_FEET, _LIES = 1, 2  # Status
_MARGIN = 4  # rows of cells, each at least 1.2 m tall: as far as anybody looks

# KIND of a body, as a float beside the others. LYING: nothing moves it. LED: whom officers take somewhere, lines let
# him through as they do their own. PASSING: an officer in his slot who changes places with other officers.
LYING, WALKER, PUSHER, LED, OFFICER, FORMED, PASSING = -1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0


class Grid(NamedTuple):
    """Cells over a map, row by row. Neighbours of a person are a few contiguous ranges, one a row of cells: rows taller
    than the reach of a force keep them few and long, narrow columns keep them short of strangers."""

    per_width: float  # 1/m, columns to a metre
    per_height: float  # 1/m, rows to a metre
    rows: int
    cols: int


class Cells(NamedTuple):
    """Who is where: the people on the ground in sorted order, and where each cell of them begins."""

    # u4[n], rows in sorted order, the first `present` are valid; unsigned, so that no kernel asks whether one counts
    # from the end
    order: np.ndarray
    present: int
    start: np.ndarray  # i4[cells + 1]
    grid: Grid


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def row_of(grid, y):
    """Row of cells at y [m]; beyond the map the row at its edge."""
    return min(max(int(y * grid.per_height), 0), grid.rows - 1)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def col_of(grid, x):
    """Column of cells at x [m]; beyond the map the column at its edge."""
    return min(max(int(x * grid.per_width), 0), grid.cols - 1)


@njit(cache=True, nogil=True, error_model="numpy")
def sort_people(position, active, grid, out_cell, out_start, out_order):
    """Sort the active rows by cell, keeping row order within a cell; returns how many there are.

    position  : f4[n, 2], m
    active    : bool[n]
    out_cell  : i4[n]               cell of each row, row-major; -1 for the inactive
    out_start : i4[cells + 1]   first sorted place of each cell; kept up near people, stale elsewhere
    out_order : u4[n]               rows in sorted order, the first `count` are valid

    Check: against numpy's stable argsort, tests/kernels/test_cells.py.
    """
    n = position.shape[0]
    low, high = grid.rows, -1
    for i in range(n):
        out_cell[i] = -1
        if active[i]:
            row = row_of(grid, position[i, 1])
            low, high = min(low, row), max(high, row)
            out_cell[i] = row * grid.cols + col_of(grid, position[i, 0])
    # Only the rows of cells that people stand in, or look into from there, are kept up.
    low, high = max(0, low - _MARGIN), min(grid.rows, high + 1 + _MARGIN)
    begin, end = low * grid.cols, high * grid.cols
    out_start[begin:end] = 0
    for i in range(n):
        if out_cell[i] >= 0:
            out_start[out_cell[i]] += 1
    total = 0
    for cell in range(begin, end):
        total += out_start[cell]
        out_start[cell] = total
    out_start[end] = total
    # These are the cells' ends yet. Filling from there brings each to its first place; rows taken backwards: stable.
    for i in range(n - 1, -1, -1):
        cell = out_cell[i]
        if cell >= 0:
            out_start[cell] -= 1
            out_order[out_start[cell]] = i
    return total


@njit(cache=True, parallel=True, nogil=True, error_model="numpy")
def gather_people(order, count, position, velocity, radius, mass, heading, way, goal, kind, beat, out_sorted):
    """Copy the columns the pair kernels read into sorted order, row `k` of `out_sorted` as named above.

    out_sorted : f4[SORTED_ROWS, n + LANES]   what lies behind the last person is left alone
    """
    if count <= ALONE:
        _gather(0, count, order, position, velocity, radius, mass, heading, way, goal, kind, beat, out_sorted)
    else:
        for chunk in prange((count + CHUNK - 1) // CHUNK):
            _gather(
                chunk * CHUNK, min(count, (chunk + 1) * CHUNK), order, position, velocity, radius, mass, heading, way,
                goal, kind, beat, out_sorted,
            )  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def _gather(first_one, last_one, order, position, velocity, radius, mass, heading, way, goal, kind, beat, out_sorted):
    """`gather_people` for the sorted places first_one .. last_one - 1."""
    for s in range(first_one, last_one):
        i = order[s]
        out_sorted[X, s] = position[i, 0]
        out_sorted[Y, s] = position[i, 1]
        out_sorted[VX, s] = velocity[i, 0]
        out_sorted[VY, s] = velocity[i, 1]
        out_sorted[RADIUS, s] = radius[i]
        out_sorted[MASS, s] = mass[i]
        out_sorted[E0X, s] = heading[i, 0]
        out_sorted[E0Y, s] = heading[i, 1]
        out_sorted[WAY, s] = way[i]
        out_sorted[GOAL, s] = goal[i]
        out_sorted[KIND, s] = np.float32(kind[i])
        out_sorted[BEAT, s] = np.float32(beat[i])


@njit(cache=True, nogil=True, error_model="numpy")
def find_people(
    status, position, velocity, radius, mass, heading, way, goal, kind, beat, grid,
    out_active, out_cell, out_start, out_order, out_sorted,
):  # fmt: skip
    """Who is on the ground, on his feet or fallen: `sort_people`, then `gather_people`; returns how many.

    status : i1[n] ; out_active : bool[n] ; all others as those two have them
    """
    for i in range(status.size):
        out_active[i] = status[i] == _ON_HIS_FEET or status[i] == _LIES
    count = sort_people(position, out_active, grid, out_cell, out_start, out_order)
    gather_people(out_order, count, position, velocity, radius, mass, heading, way, goal, kind, beat, out_sorted)
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def count_within(position, active, order, start, grid, reach, out_count):
    """How many others stand within `reach` of each active person (himself included).

    out_count : f4[n]   people; divided by pi reach^2 it is the local density
    """
    square = reach * reach
    for i in range(position.shape[0]):
        if not active[i]:
            out_count[i] = 0.0
            continue
        x, y = position[i, 0], position[i, 1]
        total = 0
        for r in range(row_of(grid, y - reach), row_of(grid, y + reach) + 1):
            first = start[r * grid.cols + col_of(grid, x - reach)]
            last = start[r * grid.cols + col_of(grid, x + reach) + 1]
            for s in range(first, last):
                j = order[s]
                dx, dy = position[j, 0] - x, position[j, 1] - y
                if dx * dx + dy * dy < square:
                    total += 1
        out_count[i] = total
