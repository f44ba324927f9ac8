"""What a tick leaves behind on bodies and barriers."""

import math

import numpy as np
from numba import njit

from crowdsim.kernels.cells import RADIUS, X, Y, col_of, row_of
from crowdsim.kernels.forces import turned

_WIDEST = 0.75  # m, two bodies side by side and to spare


@njit(cache=True, nogil=True, error_model="numpy")
def settle(
    tick,
    every_ticks,
    active,
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

    tick, every_ticks : ints              person i turns at ticks with (i + tick) % every_ticks == 0
    active            : bool[n] ; contact : f4[n], N ; barrier : i2[n] ; barrier_force : f4[n, 2], N
    formed            : float, the least kind of an officer in his slot, who looks where his unit does
    look              : f4[n], rad
    rate, turn_rate   : share of the way to the new value, of the squeeze in a tick and of the facing in a turn
    out_squeeze       : f4[n], N ; out_facing : f4[n], rad ; out_barrier_load : f8[b, 2], N, overwritten

    One thread: the sum over people is in the order of rows, so its bits do not depend on the number of threads.
    """
    n = active.size
    share = np.float32(rate)
    for i in range(n):
        out_squeeze[i] += (contact[i] - out_squeeze[i]) * share if active[i] else np.float32(0.0)
    out_barrier_load[:] = 0.0
    if out_barrier_load.shape[0] > 0:
        for i in range(n):
            if barrier[i] >= 0 and active[i]:
                out_barrier_load[barrier[i], 0] += barrier_force[i, 0]
                out_barrier_load[barrier[i], 1] += barrier_force[i, 1]
    for i in range((every_ticks - tick % every_ticks) % every_ticks, n, every_ticks):
        if not active[i]:
            continue
        if kind[i] >= formed:
            wanted = look[i]
        elif velocity[i, 0] * velocity[i, 0] + velocity[i, 1] * velocity[i, 1] > 0.0225:
            wanted = math.atan2(velocity[i, 1], velocity[i, 0])
        elif direction[i, 0] != 0.0 or direction[i, 1] != 0.0:
            wanted = math.atan2(direction[i, 1], direction[i, 0])
        else:
            continue
        turn = wanted - out_facing[i]
        turn -= 2.0 * math.pi * math.floor((turn + math.pi) / (2.0 * math.pi))
        out_facing[i] += turn * turn_rate


@njit(cache=True, nogil=True, error_model="numpy")
def wear_barriers(
    force, normal, width, capacity, brace, toughness, breakable, dt, load_time, closed, damaged, out_state, out_load,
    out_peak, out_integrity, out_gives,
):  # fmt: skip
    """Load the barriers for one tick and wear those that bear more than they can; returns how many give way.

    q = EMA(|net normal force| / width) ; dI/dt = -max(0, q - capacity - brace) / toughness ; I = 0: it gives way

    force, normal : f8[b, 2], N and unit ; width : f8[b], m ; capacity, brace : f8[b], N/m ; toughness : f8[b], N s/m
    breakable     : bool[b] ; dt, load_time : s ; closed, damaged : the states a barrier bears in
    out_state     : i1[b] ; out_load, out_peak : f8[b], N/m ; out_integrity : f8[b], all read and written
    out_gives     : bool[b], overwritten: gives way in this tick
    """
    gives = 0
    for k in range(width.size):
        shut = out_state[k] == closed or out_state[k] == damaged
        q = abs(force[k, 0] * normal[k, 0] + force[k, 1] * normal[k, 1]) / width[k] if shut else 0.0
        out_load[k] += (q - out_load[k]) * (dt / load_time)
        out_peak[k] = max(out_peak[k], out_load[k])
        if shut and breakable[k]:
            excess = max(0.0, out_load[k] - capacity[k] - brace[k])
            out_integrity[k] = max(0.0, out_integrity[k] - excess / toughness[k] * dt)
        if shut and out_integrity[k] < 0.5:
            out_state[k] = damaged
        out_gives[k] = shut and out_integrity[k] <= 0.0
        gives += out_gives[k]
    return gives


@njit(cache=True, nogil=True, error_model="numpy")
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


@njit(cache=True, nogil=True, error_model="numpy")
def overlaps(count, start, grid, sorted_people, shoulder, out_overlap):
    """Deepest overlap of each active person with another, over the smaller diameter.

    Bodies are taken as the contact force takes them: narrower between people who turn their shoulders.

    sorted_people : f4[SORTED_ROWS, n] ; shoulder : share of the sum of radii between those
    out_overlap   : f4[n], sorted order
    """
    for s in range(count):
        x, y, radius = sorted_people[X, s], sorted_people[Y, s], sorted_people[RADIUS, s]
        worst = 0.0
        for r in range(row_of(grid, y - _WIDEST), row_of(grid, y + _WIDEST) + 1):
            first, last = col_of(grid, x - _WIDEST), col_of(grid, x + _WIDEST) + 1
            for t in range(start[r * grid.cols + first], start[r * grid.cols + last]):
                if t == s:
                    continue
                other = sorted_people[RADIUS, t]
                dx, dy = x - sorted_people[X, t], y - sorted_people[Y, t]
                reach = radius + other
                if dx * dx + dy * dy > reach * reach:
                    continue
                if turned(s, t, sorted_people):
                    reach *= shoulder
                deep = (reach - math.sqrt(dx * dx + dy * dy)) / (2.0 * min(radius, other))
                worst = max(worst, deep)
        out_overlap[s] = worst


@njit(cache=True, nogil=True, error_model="numpy")
def crowd_pressure(position, velocity, counted, order, start, grid, sigma, out_pressure):
    """Density times the variance of the velocity around each of those counted: P = rho Var(v).

    Both with Gaussian weights exp(-d^2 / 2 sigma^2), cut off at 3 sigma; rho = sum of weights / (2 pi sigma^2), and the
    variance is that around the weighted mean flow.

    position     : f4[n, 2], m ; velocity : f4[n, 2], m/s, averaged over a second ; counted : bool[n]
    order, start : as `sort_people` leaves them ; sigma : m
    out_pressure : f4[n], 1/s2 ; 0 for those not counted

    Source: Helbing, Johansson, Al-Abideen 2007 [R]. Test: tests/kernels/test_loads.py.
    """
    reach = np.float32(3.0) * sigma
    square, narrow = reach * reach, np.float32(0.5) / (sigma * sigma)
    for i in range(position.shape[0]):
        out_pressure[i] = 0.0
        if not counted[i]:
            continue
        x, y = position[i, 0], position[i, 1]
        weight, u, v, both = 0.0, 0.0, 0.0, 0.0
        for r in range(row_of(grid, y - reach), row_of(grid, y + reach) + 1):
            first = start[r * grid.cols + col_of(grid, x - reach)]
            last = start[r * grid.cols + col_of(grid, x + reach) + 1]
            for s in range(first, last):
                j = order[s]
                dx, dy = position[j, 0] - x, position[j, 1] - y
                away = dx * dx + dy * dy
                if counted[j] and away < square:
                    w = math.exp(-away * narrow)
                    weight += w
                    u += w * velocity[j, 0]
                    v += w * velocity[j, 1]
                    both += w * (velocity[j, 0] ** 2 + velocity[j, 1] ** 2)
        if weight > 0.0:
            u, v = u / weight, v / weight
            rho = weight / (2.0 * math.pi * sigma * sigma)
            out_pressure[i] = rho * max(0.0, both / weight - u * u - v * v)
