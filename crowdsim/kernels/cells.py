"""People sorted into cells: a stable counting sort, and the sorted copy the force and walking kernels read."""

import numpy as np
from numba import njit

# Rows of the sorted copy, f4[SORTED_ROWS, n]: one contiguous column of the crowd each.
X, Y, VX, VY, RADIUS, MASS, E0X, E0Y, WAY, GOAL, KIND = range(11)
SORTED_ROWS = 11

# KIND of a body, as a float beside the others.
WALKER, PUSHER, OFFICER, FORMED = 0.0, 1.0, 2.0, 3.0


@njit(cache=True, nogil=True)
def sort_people(position, active, cell_size, rows, cols, out_cell, out_start, out_order):
    """Sort the active rows by cell, keeping row order within a cell; returns how many there are.

    position  : f4[n, 2], m
    active    : bool[n]
    cell_size : float, m
    out_cell  : i4[n]               cell of each row, row-major; -1 for the inactive
    out_start : i4[rows*cols + 1]   first sorted place of each cell
    out_order : i4[n]               rows in sorted order, the first `count` are valid

    Check: against numpy's stable argsort, tests/kernels/test_cells.py.
    """
    out_start[:] = 0
    n = position.shape[0]
    for i in range(n):
        if not active[i]:
            out_cell[i] = -1
            continue
        col = min(max(int(position[i, 0] / cell_size), 0), cols - 1)
        row = min(max(int(position[i, 1] / cell_size), 0), rows - 1)
        cell = row * cols + col
        out_cell[i] = cell
        out_start[cell + 1] += 1
    total = 0
    for cell in range(rows * cols):
        total += out_start[cell + 1]
        out_start[cell + 1] = total
    # Filling moves each start to its cell's end; walking the rows backwards keeps it stable and restores the starts.
    for i in range(n - 1, -1, -1):
        cell = out_cell[i]
        if cell >= 0:
            out_start[cell + 1] -= 1
            out_order[out_start[cell + 1]] = i
    # Now out_start[c + 1] holds the first place of cell c: shift it down by one.
    for cell in range(rows * cols):
        out_start[cell] = out_start[cell + 1]
    out_start[rows * cols] = total
    return total


@njit(cache=True, nogil=True)
def gather_people(order, count, position, velocity, radius, mass, heading, way, goal, kind, out_sorted):
    """Copy the columns the pair kernels read into sorted order, row `k` of `out_sorted` as named above."""
    for s in range(count):
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


@njit(cache=True, nogil=True)
def count_within(position, active, order, start, cell_size, rows, cols, reach, out_count):
    """How many others stand within `reach` of each active person (himself included).

    out_count : f4[n]   people; divided by pi reach^2 it is the local density
    """
    span = int(reach / cell_size) + 1
    square = reach * reach
    for i in range(position.shape[0]):
        if not active[i]:
            out_count[i] = 0.0
            continue
        x, y = position[i, 0], position[i, 1]
        col = min(max(int(x / cell_size), 0), cols - 1)
        row = min(max(int(y / cell_size), 0), rows - 1)
        total = 0
        for r in range(max(0, row - span), min(rows, row + span + 1)):
            first = start[r * cols + max(0, col - span)]
            last = start[r * cols + min(cols - 1, col + span) + 1]
            for s in range(first, last):
                j = order[s]
                dx, dy = position[j, 0] - x, position[j, 1] - y
                if dx * dx + dy * dy < square:
                    total += 1
        out_count[i] = total
