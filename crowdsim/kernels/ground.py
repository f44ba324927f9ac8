"""The ground: what those around somebody see, on cells; which of it hangs together."""

import math

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


@njit(cache=True, nogil=True, error_model="numpy")
def part_ground(solid, officers, across, tile, out_part):
    """Number the parts of the free ground that hang together while nobody passes within `across` m of the officers.

    Tiles hang together over their sides. Parts count from 1, in the order in which their first tiles come row by row.

    solid    : i2[rows, cols], 0 = free ; officers : f4[k, 2], m ; across, tile : m
    out_part : i4[rows, cols], 0 where it is solid or taken by an officer

    Check: against scipy.ndimage.label, tests/kernels/test_parted_ground.py.
    """
    rows, cols = solid.shape
    for r in range(rows):
        for c in range(cols):
            out_part[r, c] = solid[r, c] == 0
    reach = int(math.ceil(across / tile))
    for k in range(officers.shape[0]):
        x, y = officers[k, 0] / tile - 0.5, officers[k, 1] / tile - 0.5  # in tiles, from the middle of the first
        row, col = int(np.rint(y)), int(np.rint(x))
        for r in range(max(0, row - reach), min(rows, row + reach + 1)):
            for c in range(max(0, col - reach), min(cols, col + reach + 1)):
                if math.hypot(c - x, r - y) * tile < across:
                    out_part[r, c] = 0
    # Runs of free tiles, row by row. Runs that touch are of one part: each names an earlier run of its part, or itself.
    most = rows * (cols + 1) // 2
    row, first = np.empty(most, np.int32), np.empty(most, np.int32)
    end, of = np.empty(most, np.int32), np.empty(most, np.int32)
    count = above = 0
    for r in range(rows):
        start, before = count, 0
        for c in range(cols):
            free = out_part[r, c]
            if free != before:
                if free != 0:
                    row[count], first[count], end[count], of[count] = r, c, cols, count
                    count += 1
                else:
                    end[count - 1] = c
            before = free
        for k in range(start, count):
            while above < start and end[above] <= first[k]:
                above += 1
            for other in range(above, start):
                if first[other] >= end[k]:
                    break
                a, b = k, other
                while of[a] != a:
                    a = of[a]
                while of[b] != b:
                    b = of[b]
                of[max(a, b)] = min(a, b)
        above = start
    parts = 0
    for k in range(count):
        if of[k] == k:
            parts += 1
            of[k] = parts
        else:
            of[k] = of[of[k]]  # the earlier run has its number already
        out_part[row[k], first[k] : end[k]] = of[k]
