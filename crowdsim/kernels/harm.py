"""What a press does to bodies: dose, being shoved about, contacts, who lies in the way, who stands nearest."""

import math

import numpy as np
from numba import njit

from crowdsim.kernels.cells import FORMED, WALKER, col_of, row_of

_WIDEST = 0.75  # m, two bodies side by side and to spare
_SHOVED = 0.5  # s over which being shoved about is averaged
_WEIGHT = 0.02  # m, overlap from which somebody is on top of who lies, and does not just stand beside him
_TREADS = 0.3  # m/s, speed from which somebody on top of who lies moves over him, and does not just stand there
_EASY = 0.5  # m/s, the shoving the fall hazard is quoted at


@njit(cache=True, nogil=True, error_model="numpy")
def strain(
    order, count, start, grid, position, velocity, radius, kind, direction, speed, slot, squeeze, contact,
    vulnerability, factor, slot_gain, dt, p, out_shove, out_dose, out_hazard,
):  # fmt: skip
    """Asphyxia dose, involuntary motion and fall hazard of everyone on the ground.

    dD/dt = w (F / F_1)^1.74 / T     where F > F_0 ,  -D / T_r  otherwise
    u     = EMA_0.5s of the distance of v from what he would do: along his way, from rest to the speed he chose
    h     = f h_0 (u / 0.5)^2       with two contacts or more, five times that with one who lies

    Being held up is not being shoved; being moved back, aside, or faster than the gap ahead lets him choose, is. Who
    holds a slot wants to be in it: one who cannot get there stands, and is not shoved.

    position, velocity, direction, slot : f4[n, 2] ; speed, radius, kind : f4[n] ; squeeze : f4[n], N, EMA 1 s
    contact : f4[n], N, now: who touches nobody is not looked at closer
    vulnerability, factor : f4[n], w and f ; slot_gain, dt : s ; p : HarmParams
    out_shove : f4[n], m/s and out_dose : f4[n], both read and written ; out_hazard : f4[n], 1/s, overwritten

    Source: power law through 1112 N for 4-6 minutes and 6227 N for 15 s [R]; hazard h_0 [D], docs/model.md.
    Check : against tests/naive.py, tests/kernels/test_harm_kernels.py.
    """
    out_hazard[:] = 0.0
    for s in range(count):
        i = order[s]
        force = squeeze[i]
        if force > p.crush_least:
            out_dose[i] += vulnerability[i] * (force / p.crush_force) ** 1.74 / p.crush_time * dt
        else:
            out_dose[i] -= out_dose[i] * min(1.0, dt / p.recover)
        if kind[i] < WALKER:
            out_shove[i] = 0.0
            continue
        ex, ey, most = direction[i, 0], direction[i, 1], speed[i]
        if kind[i] >= FORMED:  # he follows his slot, which may move
            ex, ey = slot[i, 0] - position[i, 0], slot[i, 1] - position[i, 1]
            away = math.sqrt(ex * ex + ey * ey)
            ex, ey, most = ex / max(away, 1e-6), ey / max(away, 1e-6), away / slot_gain
        own = min(max(velocity[i, 0] * ex + velocity[i, 1] * ey, 0.0), most)
        shove = math.sqrt((velocity[i, 0] - own * ex) ** 2 + (velocity[i, 1] - own * ey) ** 2)
        out_shove[i] += (shove - out_shove[i]) * min(1.0, dt / _SHOVED)
        if contact[i] <= 0.0:
            continue
        x, y = position[i, 0], position[i, 1]
        touched, lies = 0, False
        left, right = col_of(grid, x - _WIDEST), col_of(grid, x + _WIDEST) + 1
        for r in range(row_of(grid, y - _WIDEST), row_of(grid, y + _WIDEST) + 1):
            for t in range(start[r * grid.cols + left], start[r * grid.cols + right]):
                j = order[t]
                dx, dy, reach = x - position[j, 0], y - position[j, 1], radius[i] + radius[j]
                if j != i and dx * dx + dy * dy < reach * reach:
                    touched += 1
                    lies = lies or kind[j] < WALKER
        if touched >= 2:
            easy = out_shove[i] / _EASY
            out_hazard[i] = factor[i] * p.fall * easy * easy * (5.0 if lies else 1.0)


@njit(cache=True, nogil=True, error_model="numpy")
def beside(
    rows, order, start, grid, position, velocity, radius, kind, police, helps,
    out_density, out_contacts, out_treads, out_helped, out_near,
):  # fmt: skip
    """What is about those who lie: people within 1 m, those on top of him, those who move over him, help, and who has
    to pick his way past him.

    Officers step aside for a colleague: they are never on top of him. Whoever stands on top of somebody keeps him
    down; only who moves over him faster than 0.3 m/s [D] treads on him.

    rows : i8[k], those who lie ; police, helps : bool[n] ; position, velocity : f4[n, 2], m, m/s ; radius, kind : f4[n]
    out_density : f4[k], 1/m2 ; out_contacts, out_treads : f4[k] ; out_helped : bool[k]
    out_near    : bool[n], only set, never cleared

    Check: against tests/naive.py, tests/kernels/test_harm_kernels.py.
    """
    for k in range(rows.size):
        i = rows[k]
        x, y = position[i, 0], position[i, 1]
        close, touched, treads = 0, 0, 0
        out_helped[k] = False
        left, right = col_of(grid, x - 1.0), col_of(grid, x + 1.0) + 1
        for r in range(row_of(grid, y - 1.0), row_of(grid, y + 1.0) + 1):
            for t in range(start[r * grid.cols + left], start[r * grid.cols + right]):
                j = order[t]
                dx, dy = x - position[j, 0], y - position[j, 1]
                away = dx * dx + dy * dy
                if j == i or away >= 1.0 or kind[j] < WALKER:
                    continue
                close += 1
                reach = radius[i] + radius[j]
                if away < (reach - _WEIGHT) * (reach - _WEIGHT) and not (police[i] and police[j]):
                    touched += 1
                    if velocity[j, 0] ** 2 + velocity[j, 1] ** 2 > _TREADS * _TREADS:
                        treads += 1
                if helps[j]:
                    out_helped[k] = True
                if away < (reach + 0.15) * (reach + 0.15):
                    out_near[j] = True
        out_density[k] = close / math.pi
        out_contacts[k] = touched
        out_treads[k] = treads


@njit(cache=True, nogil=True, error_model="numpy")
def nearest(points, order, start, grid, position, eligible, reach, out_row, out_away):
    """The nearest eligible person within `reach` m (at most 3) of each point, but not one that stands on it exactly.

    points : f4[k, 2], m ; position : f4[n, 2], m ; eligible : bool[n], people on the ground only
    out_row : i8[k], -1 = none ; out_away : f4[k], m

    Check: against tests/naive.py, tests/kernels/test_harm_kernels.py.
    """
    for k in range(points.shape[0]):
        x, y = points[k, 0], points[k, 1]
        best, found = reach * reach, -1
        left, right = col_of(grid, x - reach), col_of(grid, x + reach) + 1
        for r in range(row_of(grid, y - reach), row_of(grid, y + reach) + 1):
            for t in range(start[r * grid.cols + left], start[r * grid.cols + right]):
                j = order[t]
                if not eligible[j]:
                    continue
                dx, dy = x - position[j, 0], y - position[j, 1]
                away = dx * dx + dy * dy
                if 0.0 < away < best:
                    best, found = away, j
        out_row[k] = found
        out_away[k] = math.sqrt(best)


@njit(cache=True, nogil=True, error_model="numpy")
def converse(talkers, position, listens, reach, most, cell, out_dialogue):
    """Tell the cells of those who stand within `reach` m of a talker how well he gets round to them.

    share = min(1, most / listeners within reach), the best of all talkers
    talkers : i8[k], rows ; position : f4[n, 2], m ; listens : bool[n] ; cell : m
    out_dialogue : f4[rows, cols], raised, never lowered

    Check: against tests/naive.py, tests/kernels/test_harm_kernels.py.
    """
    rows, cols = out_dialogue.shape
    west, east, north, south = np.inf, -np.inf, np.inf, -np.inf
    for k in range(talkers.size):
        x, y = position[talkers[k], 0], position[talkers[k], 1]
        west, east, north, south = min(west, x), max(east, x), min(north, y), max(south, y)
    far = reach + 1.0  # and a metre to spare: who stands farther off than that is beyond the reach of all of them
    about, many = np.empty(position.shape[0], np.int64), 0
    for i in range(position.shape[0]):
        x, y = position[i, 0], position[i, 1]
        about[many] = i
        many += listens[i] & (x > west - far) & (x < east + far) & (y > north - far) & (y < south + far)
    for k in range(talkers.size):
        x, y = position[talkers[k], 0], position[talkers[k], 1]
        count = 0
        for once in range(2):  # count, then tell
            for i in about[:many]:
                dx, dy = position[i, 0] - x, position[i, 1] - y
                if dx * dx + dy * dy >= reach * reach:
                    continue
                if once == 0:
                    count += 1
                    continue
                r = min(max(int(position[i, 1] / cell), 0), rows - 1)
                c = min(max(int(position[i, 0] / cell), 0), cols - 1)
                out_dialogue[r, c] = max(out_dialogue[r, c], min(1.0, most / count))
            if count == 0:
                break


@njit(cache=True, nogil=True, error_model="numpy")
def in_dialogue(position, dialogue, cell, out):
    """Who stands in a cell in which somebody talks with people; beyond the map its edge counts.

    position : f4[n, 2], m ; dialogue : f4[rows, cols] ; cell : m ; out : bool[n], overwritten

    Check: against plain NumPy, tests/kernels/test_harm_kernels.py.
    """
    rows, cols = dialogue.shape
    for i in range(position.shape[0]):
        r = min(max(int(position[i, 1] / cell), 0), rows - 1)
        c = min(max(int(position[i, 0] / cell), 0), cols - 1)
        out[i] = dialogue[r, c] > 0.0
