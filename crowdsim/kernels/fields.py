"""Navigation fields over tiles, and rays through them."""

import math

import numpy as np
from numba import njit

FAR = np.float32(1.0e9)
"""Way [m] of a tile from which the goal cannot be reached."""

_NODE = np.uint64(0xFFFFFFFF)  # the half of an entry that is the tile
_BINS_A_TILE, _MOST_BINS = 64, 65_536


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False, inline="always")
def _entry(way, node):
    """Way and tile as one number, by which entries are ordered: of two floats that are not negative the greater has the
    greater bits."""
    return (np.uint64(np.float32(way).view(np.uint32)) << np.uint64(32)) | np.uint64(node)


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def _insert(line, begin, end, entry):
    """Put an entry into its place among the sorted line[begin:end]."""
    k = end
    while k > begin and line[k - 1] > entry:
        line[k] = line[k - 1]
        k -= 1
    line[k] = entry


@njit(cache=True, nogil=True, error_model="numpy")
def march(cost, passable, source, tile, out_way):
    """Way from every tile to the nearest source tile: fast marching of |grad way| = cost.

    cost      : f4[rows, cols]    1 = normal ground, larger = slower or unpleasant
    passable  : bool[rows, cols]
    source    : bool[rows, cols]  the goal
    tile      : float, m
    out_way   : f4[rows, cols], m   FAR where the goal cannot be reached

    Nearest tiles come first, of equally near ones that of the lower index: they wait in narrow bins of the way, a ring
    of them as long as the widest tile, and a bin is sorted when its turn comes.

    Source: Sethian (1996), fast marching, first-order upwind.
    Check : straight corridors exactly, open ground within 4 % of the distance, a heap bit by bit,
            tests/world/test_fields.py.
    """
    rows, cols = cost.shape
    # A border of blocked tiles all round: no neighbour needs to be looked for beyond the map.
    across = cols + 2
    known = np.full((rows + 2) * across, FAR, np.float32)  # the way, of tiles whose way is settled
    tried = np.full((rows + 2) * across, FAR, np.float32)
    open_ = np.zeros((rows + 2) * across, np.bool_)  # passable, and not settled yet
    width = np.zeros((rows + 2) * across, np.float64)
    # One entry waits for each pair of neighbours of whom one is settled: two for a tile at most. In one piece, because
    # what is asked for in many and given back goes to the system and comes back slowly.
    keys = np.empty(5 * rows * cols, np.uint64)
    line = keys[: 3 * rows * cols]  # the entries of the bin whose turn it is: the sources come first
    entries = keys[3 * rows * cols :]
    before = np.empty(2 * rows * cols, np.int32)  # the entry of the same bin before it, -1 = none
    ranks = cost.view(np.int32)
    size, bits = 0, np.int32(0)
    for r in range(rows):
        for c in range(cols):
            k = (r + 1) * across + c + 1
            open_[k] = passable[r, c]
            width[k] = cost[r, c] * tile
            if source[r, c] and passable[r, c]:
                tried[k] = 0.0
                line[size] = _entry(np.float32(0.0), k)
                size += 1
        for c in range(cols):  # as whole numbers, of which the compiler compares many at a time
            bits = max(bits, ranks[r, c])
    widest = min(np.int32(bits).view(np.float32), FAR) * tile
    per = min(_BINS_A_TILE / tile, _MOST_BINS / max(widest, tile))  # bins a metre
    bins = int(1.02 * widest * per) + 8  # the rest is for what is rounded on ways of thousands of tiles
    last = np.full(bins, -1, np.int32)  # entry of each bin, -1 = none
    count, free = 0, np.int32(-1)  # places used so far, and the first of those that are free again
    waiting, turn, now = 0, 0, 0  # `now`: where in the ring
    while size > 0 or waiting > 0:
        e, last[now] = last[now], -1
        while e >= 0:
            entry = entries[e]
            k = np.int64(entry & _NODE)
            if open_[k] and entry == _entry(tried[k], k):  # else a shorter way was found since
                _insert(line, 0, size, entry)
                size += 1
            waiting -= 1
            after = before[e]
            before[e], free, e = free, e, after
        at = 0
        while at < size:
            k = np.int64(line[at] & _NODE)
            at += 1
            if not open_[k]:
                continue
            open_[k] = False
            known[k] = tried[k]
            for side in range(4):
                j = k + (across if side == 0 else -across if side == 1 else 1 if side == 2 else -1)
                if not open_[j]:
                    continue
                a, b, h = min(known[j - 1], known[j + 1]), min(known[j - across], known[j + across]), width[j]
                low, off = min(a, b), max(a, b) - min(a, b)
                # Both at once: which of them counts can hardly be foretold.
                both = 0.5 * (low + max(a, b) + math.sqrt(max(0.0, 2.0 * h * h - off * off)))
                value = low + h if off >= h else both
                if value < tried[j]:
                    tried[j] = value
                    entry, later = _entry(tried[j], j), min(int(tried[j] * per) - turn, bins - 1)
                    if later <= 0:
                        _insert(line, at, size, entry)
                        size += 1
                    else:
                        place = now + later - (bins if now + later >= bins else 0)
                        e = free
                        if e >= 0:
                            free = before[e]
                        else:  # as few places as there can be: to write to memory never used before takes long
                            e, count = np.int32(count), count + 1
                        entries[e], before[e], last[place] = entry, last[place], e
                        waiting += 1
        size, turn = 0, turn + 1
        now = now + 1 if now + 1 < bins else 0
    for r in range(rows):
        for c in range(cols):
            out_way[r, c] = known[(r + 1) * across + c + 1]


@njit(cache=True, nogil=True, error_model="numpy")
def descend(way, out_direction):
    """Unit direction of steepest descent of `way` at every tile, zero at the goal and where there is no way.

    way           : f4[rows, cols], m
    out_direction : f4[rows, cols, 2]
    """
    rows, cols = way.shape
    for r in range(rows):
        for c in range(cols):
            here = way[r, c]
            dx = np.float32(0.0)
            dy = np.float32(0.0)
            if here < FAR:
                left = way[r, c - 1] if c > 0 else FAR
                right = way[r, c + 1] if c < cols - 1 else FAR
                up = way[r - 1, c] if r > 0 else FAR
                down = way[r + 1, c] if r < rows - 1 else FAR
                if left < here and left <= right:
                    dx = -(here - left)
                elif right < here:
                    dx = here - right
                if up < here and up <= down:
                    dy = -(here - up)
                elif down < here:
                    dy = here - down
                length = math.sqrt(dx * dx + dy * dy)
                if length > 0.0:
                    dx /= length
                    dy /= length
            out_direction[r, c, 0] = dx
            out_direction[r, c, 1] = dy


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def sample_way(way, direction, tile, x, y):
    """Way [m] and unit direction at a point, bilinear over the reachable of the four nearest tile centres."""
    rows, cols = way.shape
    u = x / tile - 0.5
    v = y / tile - 0.5
    c0 = int(math.floor(u))
    r0 = int(math.floor(v))
    fu = u - c0
    fv = v - r0
    if 0 <= r0 < rows - 1 and 0 <= c0 < cols - 1:
        a, b, c, d = way[r0, c0], way[r0, c0 + 1], way[r0 + 1, c0], way[r0 + 1, c0 + 1]
        if max(max(a, b), max(c, d)) < FAR:
            wa, wb, wc, wd = (1.0 - fu) * (1.0 - fv), fu * (1.0 - fv), (1.0 - fu) * fv, fu * fv
            ex, ey = 0.0, 0.0
            ex += wa * direction[r0, c0, 0] + wb * direction[r0, c0 + 1, 0]
            ex += wc * direction[r0 + 1, c0, 0] + wd * direction[r0 + 1, c0 + 1, 0]
            ey += wa * direction[r0, c0, 1] + wb * direction[r0, c0 + 1, 1]
            ey += wc * direction[r0 + 1, c0, 1] + wd * direction[r0 + 1, c0 + 1, 1]
            norm = math.sqrt(ex * ex + ey * ey)
            if norm > 1e-6:
                ex /= norm
                ey /= norm
            return wa * a + wb * b + wc * c + wd * d, ex, ey
    total = 0.0
    total_way = 0.0
    dx = 0.0
    dy = 0.0
    for k in range(4):
        r = r0 + k // 2
        c = c0 + k % 2
        if r < 0 or r >= rows or c < 0 or c >= cols:
            continue
        if way[r, c] >= FAR:
            continue
        weight = (fu if k % 2 == 1 else 1.0 - fu) * (fv if k // 2 == 1 else 1.0 - fv) + 1e-6
        total += weight
        total_way += weight * way[r, c]
        dx += weight * direction[r, c, 0]
        dy += weight * direction[r, c, 1]
    if total <= 0.0:
        return FAR, 0.0, 0.0
    length = math.sqrt(dx * dx + dy * dy)
    if length > 1e-6:
        dx /= length
        dy /= length
    return total_way / total, dx, dy


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def free_way(solid, tile, x, y, ex, ey, reach):
    """How far a ray from (x, y) along the unit vector (ex, ey) runs before it meets a solid tile; at most `reach`, m.

    solid : i2[rows, cols]   0 = free; the map's edge counts as solid

    Check: against a ray marched in 1 mm steps, tests/kernels/test_fields.py.
    """
    rows, cols = solid.shape
    c = int(math.floor(x / tile))
    r = int(math.floor(y / tile))
    step_c = 1 if ex > 0 else -1
    step_r = 1 if ey > 0 else -1
    big = 1.0e9
    next_x = ((c + (1 if ex > 0 else 0)) * tile - x) / ex if abs(ex) > 1e-9 else big
    next_y = ((r + (1 if ey > 0 else 0)) * tile - y) / ey if abs(ey) > 1e-9 else big
    delta_x = tile / abs(ex) if abs(ex) > 1e-9 else big
    delta_y = tile / abs(ey) if abs(ey) > 1e-9 else big
    while True:
        if next_x < next_y:
            way = next_x
            c += step_c
            next_x += delta_x
        else:
            way = next_y
            r += step_r
            next_y += delta_y
        if way >= reach:
            return reach
        if r < 0 or r >= rows or c < 0 or c >= cols or solid[r, c] != 0:
            return way
