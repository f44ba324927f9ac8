"""What a tick leaves behind on bodies and barriers."""

import math

from numba import njit

from crowdsim.kernels.cells import RADIUS, X, Y
from crowdsim.kernels.forces import turned


@njit(cache=True, nogil=True)
def settle(
    order,
    count,
    contact,
    barrier,
    barrier_force,
    velocity,
    direction,
    kind,
    formed,
    look,
    rate,
    turn_rate,
    out_squeeze,
    out_facing,
    out_barrier_load,
):
    """Smooth the squeeze, turn people to where they go, and sum what leans on each barrier.

    contact          : f4[n], N ; barrier : i2[n] ; barrier_force : f4[n, 2], N
    formed           : float, the kind of an officer in his slot, who looks where his unit does
    look             : f4[n], rad
    rate, turn_rate  : share of the way to the new value in one tick (squeeze EMA 1 s, facing EMA 0.3 s)
    out_squeeze      : f4[n], N ; out_facing : f4[n], rad ; out_barrier_load : f8[b, 2], N, overwritten

    One thread: the sum over people is in sorted order, so its bits do not depend on the number of threads.
    """
    out_barrier_load[:] = 0.0
    for s in range(count):
        i = order[s]
        out_squeeze[i] += (contact[i] - out_squeeze[i]) * rate
        k = barrier[i]
        if k >= 0:
            out_barrier_load[k, 0] += barrier_force[i, 0]
            out_barrier_load[k, 1] += barrier_force[i, 1]
        if kind[i] == formed:
            wanted = look[i]
        else:
            speed = math.sqrt(velocity[i, 0] * velocity[i, 0] + velocity[i, 1] * velocity[i, 1])
            if speed > 0.15:
                wanted = math.atan2(velocity[i, 1], velocity[i, 0])
            elif direction[i, 0] != 0.0 or direction[i, 1] != 0.0:
                wanted = math.atan2(direction[i, 1], direction[i, 0])
            else:
                continue
        turn = wanted - out_facing[i]
        turn -= 2.0 * math.pi * math.floor((turn + math.pi) / (2.0 * math.pi))
        out_facing[i] += turn * turn_rate


@njit(cache=True, nogil=True)
def count_inside_walls(order, count, position, solid, tile):
    """How many people's centres lie on a solid tile: always 0, or something is wrong."""
    found = 0
    for s in range(count):
        i = order[s]
        r = min(max(int(position[i, 1] / tile), 0), solid.shape[0] - 1)
        c = min(max(int(position[i, 0] / tile), 0), solid.shape[1] - 1)
        if solid[r, c] != 0:
            found += 1
    return found


@njit(cache=True, nogil=True)
def overlaps(count, start, rows, cols, cell_size, sorted_people, shoulder, out_overlap):
    """Deepest overlap of each active person with another, over the smaller diameter.

    Bodies are taken as the contact force takes them: narrower between people who turn their shoulders.

    sorted_people : f4[SORTED_ROWS, n] ; shoulder : share of the sum of radii between those
    out_overlap   : f4[n], sorted order
    """
    for s in range(count):
        x, y, radius = sorted_people[X, s], sorted_people[Y, s], sorted_people[RADIUS, s]
        worst = 0.0
        col = min(max(int(x / cell_size), 0), cols - 1)
        row = min(max(int(y / cell_size), 0), rows - 1)
        for r in range(max(0, row - 1), min(rows, row + 2)):
            for t in range(start[r * cols + max(0, col - 1)], start[r * cols + min(cols - 1, col + 1) + 1]):
                if t == s:
                    continue
                other = sorted_people[RADIUS, t]
                dx, dy = x - sorted_people[X, t], y - sorted_people[Y, t]
                reach = radius + other
                if turned(s, t, sorted_people):
                    reach *= shoulder
                deep = (reach - math.sqrt(dx * dx + dy * dy)) / (2.0 * min(radius, other))
                worst = max(worst, deep)
        out_overlap[s] = worst
