"""Navigation fields over tiles, and rays through them."""

import math

import numpy as np
from numba import njit

FAR = np.float32(1.0e9)
"""Way [m] of a tile from which the goal cannot be reached."""


@njit(cache=True, nogil=True, error_model="numpy")
def _sift_up(keys, nodes, k):
    while k > 0:
        parent = (k - 1) // 2
        if keys[k] < keys[parent] or (keys[k] == keys[parent] and nodes[k] < nodes[parent]):
            keys[k], keys[parent] = keys[parent], keys[k]
            nodes[k], nodes[parent] = nodes[parent], nodes[k]
            k = parent
        else:
            break


@njit(cache=True, nogil=True, error_model="numpy")
def _sift_down(keys, nodes, size):
    k = 0
    while True:
        child = 2 * k + 1
        if child >= size:
            break
        right = child + 1
        if right < size and (keys[right] < keys[child] or (keys[right] == keys[child] and nodes[right] < nodes[child])):
            child = right
        if keys[child] < keys[k] or (keys[child] == keys[k] and nodes[child] < nodes[k]):
            keys[k], keys[child] = keys[child], keys[k]
            nodes[k], nodes[child] = nodes[child], nodes[k]
            k = child
        else:
            break


@njit(cache=True, nogil=True, error_model="numpy")
def march(cost, passable, source, tile, heap_key, heap_node, out_way):
    """Way from every tile to the nearest source tile: heap fast marching of |grad way| = cost.

    cost      : f4[rows, cols]    1 = normal ground, larger = slower or unpleasant
    passable  : bool[rows, cols]
    source    : bool[rows, cols]  the goal
    tile      : float, m
    heap_key  : f4[4 rows cols], heap_node : i4[4 rows cols]   scratch
    out_way   : f4[rows, cols], m   FAR where the goal cannot be reached

    Source: Sethian (1996), fast marching, first-order upwind.
    Check : straight corridors exactly, open ground within 4 % of the distance, tests/world/test_fields.py.
    """
    rows, cols = cost.shape
    size = 0
    done = np.zeros((rows, cols), np.bool_)
    for r in range(rows):
        for c in range(cols):
            out_way[r, c] = FAR
            if source[r, c] and passable[r, c]:
                out_way[r, c] = 0.0
                heap_key[size] = 0.0
                heap_node[size] = r * cols + c
                _sift_up(heap_key, heap_node, size)
                size += 1
    while size > 0:
        node = heap_node[0]
        size -= 1
        heap_key[0] = heap_key[size]
        heap_node[0] = heap_node[size]
        _sift_down(heap_key, heap_node, size)
        r = node // cols
        c = node - r * cols
        if done[r, c]:
            continue
        done[r, c] = True
        for side in range(4):
            rr = r + (1 if side == 0 else -1 if side == 1 else 0)
            cc = c + (1 if side == 2 else -1 if side == 3 else 0)
            if rr < 0 or rr >= rows or cc < 0 or cc >= cols or done[rr, cc] or not passable[rr, cc]:
                continue
            a = FAR
            if cc > 0 and done[rr, cc - 1]:
                a = out_way[rr, cc - 1]
            if cc < cols - 1 and done[rr, cc + 1] and out_way[rr, cc + 1] < a:
                a = out_way[rr, cc + 1]
            b = FAR
            if rr > 0 and done[rr - 1, cc]:
                b = out_way[rr - 1, cc]
            if rr < rows - 1 and done[rr + 1, cc] and out_way[rr + 1, cc] < b:
                b = out_way[rr + 1, cc]
            h = cost[rr, cc] * tile
            low, high = min(a, b), max(a, b)
            if high - low >= h:
                value = low + h
            else:
                value = 0.5 * (low + high + math.sqrt(2.0 * h * h - (high - low) * (high - low)))
            if value < out_way[rr, cc]:
                out_way[rr, cc] = value
                heap_key[size] = value
                heap_node[size] = rr * cols + cc
                _sift_up(heap_key, heap_node, size)
                size += 1


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


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
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
