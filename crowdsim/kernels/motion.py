"""The step: linearly implicit Euler, a speed cap, and movement that no wall lets through at any speed."""

import math

import numpy as np
from numba import njit, prange

from crowdsim.kernels.cells import ALONE, CHUNK

SKIN = 0.02
"""m: a person's centre stays this far from the face of a solid tile."""


@njit(cache=True, parallel=True, nogil=True, error_model="numpy")
def move(order, count, force, resist, mass, solid, clear, tile, dt, max_speed, out_position, out_velocity):
    """Advance velocity, then position; the path is swept in short pieces so that nobody crosses a solid tile.

    (m + dt R) dv = dt F for each person: contact is taken as it will be at the end of the step, so that stiff bodies
    stay stable at a long one. Who touches nobody has R = 0, and the step is semi-implicit Euler.

    force  : f4[n, 2], N ; resist : f4[n, 3], N s/m, xx xy yy of R ; mass : f4[n], kg
    solid  : i2[rows, cols], 0 = free ; clear : f4[rows, cols], m, free around every point of the tile
    dt     : s ; max_speed : m/s
    out_position : f4[n, 2], m ; out_velocity : f4[n, 2], m/s, both read and written

    Check: thrown at a wall at 500 m/s nobody passes it, tests/kernels/test_motion.py.
    """
    if count <= ALONE:
        _move_some(0, count, order, force, resist, mass, solid, clear, tile, dt, max_speed, out_position, out_velocity)
    else:
        for chunk in prange((count + CHUNK - 1) // CHUNK):
            _move_some(
                chunk * CHUNK, min(count, (chunk + 1) * CHUNK), order, force, resist, mass, solid, clear, tile, dt,
                max_speed, out_position, out_velocity,
            )  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def _move_some(
    first_one, last_one, order, force, resist, mass, solid, clear, tile, dt, max_speed, out_position, out_velocity
):
    """`move` for the sorted places first_one .. last_one - 1."""
    step, per_tile, skin = np.float32(dt), np.float32(1.0 / tile), np.float32(SKIN)
    limit = np.float32(max_speed)
    rows, cols = solid.shape
    for s in range(first_one, last_one):
        i = order[s]
        xx, xy, yy = mass[i] + step * resist[i, 0], step * resist[i, 1], mass[i] + step * resist[i, 2]
        scale = step / (xx * yy - xy * xy)
        vx = out_velocity[i, 0] + scale * (yy * force[i, 0] - xy * force[i, 1])
        vy = out_velocity[i, 1] + scale * (xx * force[i, 1] - xy * force[i, 0])
        speed = math.sqrt(vx * vx + vy * vy)
        if speed > limit:
            vx *= limit / speed
            vy *= limit / speed
            speed = limit
        x, y = out_position[i, 0], out_position[i, 1]
        r = min(max(int(y * per_tile), 0), rows - 1)
        c = min(max(int(x * per_tile), 0), cols - 1)
        if clear[r, c] > speed * step + skin:
            out_position[i, 0] = x + vx * step
            out_position[i, 1] = y + vy * step
            out_velocity[i, 0] = vx
            out_velocity[i, 1] = vy
        else:
            wx, wy, wvx, wvy = _sweep(x, y, vx, vy, dt, solid, tile)
            out_position[i, 0] = wx
            out_position[i, 1] = wy
            out_velocity[i, 0] = wvx
            out_velocity[i, 1] = wvy


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def _sweep(x, y, vx, vy, dt, solid, tile):
    """Place and velocity after `dt`, axis by axis in pieces of half a tile, stopped at the first solid tile."""
    rows, cols = solid.shape
    width, height = cols * tile, rows * tile
    x, y, vx, vy = float(x), float(y), float(vx), float(vy)
    pieces = int(max(abs(vx), abs(vy)) * dt / (0.5 * tile)) + 1
    step = dt / pieces
    for _ in range(pieces):
        if vx != 0.0:
            skin = SKIN if vx > 0.0 else -SKIN
            nx = x + vx * step
            probe = nx + skin
            r = min(max(int(y / tile), 0), rows - 1)
            c = int(math.floor(probe / tile))
            if probe <= 0.0 or probe >= width or solid[r, c] != 0:
                here = min(max(int(x / tile), 0), cols - 1)
                face = (here + 1) * tile - SKIN if vx > 0.0 else here * tile + SKIN
                # Never further than it was, nor back out through the other side.
                nx = max(x, min(nx, face)) if vx > 0.0 else min(x, max(nx, face))
                vx = 0.0
            x = nx
        if vy != 0.0:
            skin = SKIN if vy > 0.0 else -SKIN
            ny = y + vy * step
            probe = ny + skin
            c = min(max(int(x / tile), 0), cols - 1)
            r = int(math.floor(probe / tile))
            if probe <= 0.0 or probe >= height or solid[r, c] != 0:
                here = min(max(int(y / tile), 0), rows - 1)
                face = (here + 1) * tile - SKIN if vy > 0.0 else here * tile + SKIN
                ny = max(y, min(ny, face)) if vy > 0.0 else min(y, max(ny, face))
                vy = 0.0
            y = ny
    return x, y, vx, vy
