"""Stimuli on the ground: what those around somebody see, on cells."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def raise_near(points, radius, amount, cell, out):
    """Raise a field to at least `amount` in the cells whose middle is within `radius` m of a point, and half a cell.

    points : f8[k, 2], m ; cell : m, side of a cell ; out : f4[rows, cols]

    Check: against tests/naive.py, tests/kernels/test_wishes.py.
    """
    rows, cols = out.shape
    least, reach = np.float32(amount), radius + cell / 2
    for k in range(points.shape[0]):
        x, y = points[k, 0], points[k, 1]
        r0, r1 = max(0, int((y - radius) / cell)), min(rows, int((y + radius) / cell) + 1)
        c0, c1 = max(0, int((x - radius) / cell)), min(cols, int((x + radius) / cell) + 1)
        for r in range(r0, r1):
            for c in range(c0, c1):
                dx, dy = (c + 0.5) * cell - x, (r + 0.5) * cell - y
                if out[r, c] < least and dx * dx + dy * dy <= reach * reach:
                    out[r, c] = least


@njit(cache=True, nogil=True, error_model="numpy")
def show_shields(shields, position, peaceful, radius, threat, force, cell, out_threat, out_force):
    """Let those around see advancing shields: a threat to all, and force where peaceful people stand with them.

    shields : f4[s, 2], m ; position : f4[n, 2], m ; peaceful : bool[n] ; radius, cell : m ; threat, force : 0 .. 1
    out_threat, out_force : f4[rows, cols], raised around the middles of the shields' cells, never lowered

    Check: against tests/naive.py, tests/kernels/test_wishes.py.
    """
    rows, cols = out_threat.shape
    met = np.zeros((rows, cols), np.uint8)
    for i in range(peaceful.size):
        if peaceful[i]:
            r = min(max(int(position[i, 1] / np.float32(cell)), 0), rows - 1)
            met[r, min(max(int(position[i, 0] / np.float32(cell)), 0), cols - 1)] = 1
    middle = np.empty((1, 2), np.float64)
    for k in range(shields.shape[0]):
        r = min(max(int(shields[k, 1] / np.float32(cell)), 0), rows - 1)
        c = min(max(int(shields[k, 0] / np.float32(cell)), 0), cols - 1)
        if met[r, c] >= 2:
            continue  # another of the line stands in this cell
        middle[0, 0], middle[0, 1] = (c + 0.5) * cell, (r + 0.5) * cell
        raise_near(middle, radius, threat, cell, out_threat)
        if met[r, c] == 1:
            raise_near(middle, radius, force, cell, out_force)
        met[r, c] += 2
