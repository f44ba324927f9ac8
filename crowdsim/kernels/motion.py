"""The step: semi-implicit Euler, a speed cap, and movement that no wall lets through at any speed."""

import math

from numba import njit, prange

SKIN = 0.02
"""m: a person's centre stays this far from the face of a solid tile."""


@njit(cache=True, parallel=True, nogil=True)
def move(order, count, force, mass, solid, tile, dt, max_speed, out_position, out_velocity):
    """Advance velocity, then position; the path is swept in short pieces so that nobody crosses a solid tile.

    force        : f4[n, 2], N ; mass : f4[n], kg ; solid : i2[rows, cols], 0 = free ; dt : s ; max_speed : m/s
    out_position : f4[n, 2], m ; out_velocity : f4[n, 2], m/s, both read and written

    Check: thrown at a wall at 500 m/s nobody passes it, tests/kernels/test_motion.py.
    """
    rows, cols = solid.shape
    width, height = cols * tile, rows * tile
    for s in prange(count):
        i = order[s]
        vx = out_velocity[i, 0] + dt * force[i, 0] / mass[i]
        vy = out_velocity[i, 1] + dt * force[i, 1] / mass[i]
        speed = math.sqrt(vx * vx + vy * vy)
        if speed > max_speed:
            vx *= max_speed / speed
            vy *= max_speed / speed
        x, y = out_position[i, 0], out_position[i, 1]
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
        out_position[i, 0] = x
        out_position[i, 1] = y
        out_velocity[i, 0] = vx
        out_velocity[i, 1] = vy
