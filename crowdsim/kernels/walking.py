"""The walking decision, about ten times a second for each person: where to, and how fast.

Source: the strip-and-choice model that docs/model.md describes, calibrated on recorded trajectories [P].
"""

import math

from numba import njit, prange

from crowdsim.kernels.cells import E0X, E0Y, FORMED, GOAL, KIND, OFFICER, PUSHER, RADIUS, VX, VY, WAY, X, Y
from crowdsim.kernels.fields import FAR, free_way, sample_way

_NEAR = 12.0  # m: a person walks straight to a place of his own once he is this near and sees it
_ARRIVED = 1.0  # m: with less way than this he is in the zone his place is in
DIRECTIONS = 7
"""Directions a person looks in at most: straight on and three to each side."""


@njit(cache=True, parallel=True, nogil=True)
def aim(
    tick,
    every,
    order,
    count,
    position,
    speed_wish,
    goal,
    slot,
    has_slot,
    way_field,
    direction_field,
    solid,
    tile,
    out_heading,
    out_way,
    out_speed,
):
    """Where each person would go if nobody stood in the way, for those whose turn it is.

    tick, every : ints              person i decides at ticks with (i + tick) % every == 0
    speed_wish  : f4[n], m/s        free speed
    goal        : i4[n]             index of a navigation field, -1 = none
    slot        : f4[n, 2], m       a place of one's own, used where has_slot: bool[n]
    way_field   : f4[g, rows, cols], m ; direction_field : f4[g, rows, cols, 2]
    solid       : i2[rows, cols]
    out_heading : f4[n, 2] unit, out_way : f4[n] m, out_speed : f4[n] m/s (tapers off on arrival)
    """
    for s in prange(count):
        i = order[s]
        if (i + tick) % every != 0:
            continue
        x, y = position[i, 0], position[i, 1]
        ex, ey, way, speed = 0.0, 0.0, 0.0, 0.0
        if has_slot[i]:
            dx, dy = slot[i, 0] - x, slot[i, 1] - y
            distance = math.sqrt(dx * dx + dy * dy)
            seen = distance < 0.3
            if goal[i] >= 0:
                way, ex, ey = sample_way(way_field[goal[i]], direction_field[goal[i]], tile, x, y)
                speed = speed_wish[i]
                if way < _ARRIVED:
                    seen = True  # he is in the zone his place is in: past a pole or a car he finds his way by eye
                elif not seen and distance < _NEAR:
                    seen = free_way(solid, tile, x, y, dx / distance, dy / distance, distance) >= distance - 1e-3
            else:
                seen = True
            if seen:
                # The way left stays the field's where there is one: who is nearer to the goal goes first, place or no.
                if goal[i] < 0:
                    way = distance
                ex, ey, speed = 0.0, 0.0, 0.0
                if distance > 0.05:
                    ex, ey = dx / distance, dy / distance
                    speed = min(speed_wish[i], distance / 0.6)
        elif goal[i] >= 0:
            way, ex, ey = sample_way(way_field[goal[i]], direction_field[goal[i]], tile, x, y)
            speed = speed_wish[i]
        if way >= FAR or (ex == 0.0 and ey == 0.0):
            speed = 0.0
        out_heading[i, 0] = ex
        out_heading[i, 1] = ey
        out_way[i] = way
        out_speed[i] = speed


@njit(cache=True, parallel=True, nogil=True)
def choose_way(
    tick,
    every,
    order,
    count,
    cell,
    start,
    rows,
    cols,
    cell_size,
    sorted_people,
    speed_free,
    solid,
    tile,
    p,
    push_gap,
    scratch,
    choice,
    out_direction,
    out_speed,
    out_gap,
):
    """Pick the freest of seven directions and a speed that keeps a headway, for those whose turn it is.

    sorted_people : f4[SORTED_ROWS, n]   as cells.gather_people fills it
    speed_free    : f4[n], m/s           speed nobody's presence would limit
    p             : WalkParams ; push_gap : float, m, within which who pushes leans straight on
    scratch       : f4[n, 5, DIRECTIONS] room for the directions of each person
    choice        : i1[n]                direction chosen last time, read and written
    out_direction : f4[n, 2] unit, out_speed : f4[n] m/s
    out_gap       : f4[n], m             clear gap to the next body or wall straight ahead

    Source: headway after Tordeux, Chraibi & Seyfried (2016); strip, precedence and choice calibrated [P].
    Check : tests/step/test_analytic.py (a lone walker; a follower stops behind a standing person).
    """
    turns = int(p.turns)
    span = int(math.ceil(p.reach / cell_size))
    for s in prange(count):
        i = order[s]
        if (i + tick) % every != 0:
            continue
        kind = sorted_people[KIND, s]
        e0x, e0y = sorted_people[E0X, s], sorted_people[E0Y, s]
        free = speed_free[i]
        if kind == FORMED or (e0x == 0.0 and e0y == 0.0):
            out_direction[i, 0] = e0x
            out_direction[i, 1] = e0y
            out_speed[i] = 0.0
            out_gap[i] = p.reach
            choice[i] = 0
            continue
        x, y = sorted_people[X, s], sorted_people[Y, s]
        vx, vy = sorted_people[VX, s], sorted_people[VY, s]
        radius, way, goal = sorted_people[RADIUS, s], sorted_people[WAY, s], sorted_people[GOAL, s]
        speed = math.sqrt(vx * vx + vy * vy)

        # Haste is a citizen's: officers keep the step they are told.
        haste = p.motivation if kind < OFFICER else 0.0
        free *= 1.0 + p.urgent_speed * haste
        time_gap, length = p.time_gap * (1.0 - p.urgent_gap * haste), p.length
        width = p.half_width_rest + (p.half_width - p.half_width_rest) * min(1.5, speed)

        dir_x, dir_y, met = scratch[s, 0], scratch[s, 1], scratch[s, 2]
        speed_gap, choice_gap = scratch[s, 3], scratch[s, 4]
        n_dirs = 2 * turns + 1
        for k in range(n_dirs):
            angle = (k - turns) * p.turn
            ca, sa = math.cos(angle), math.sin(angle)
            dir_x[k] = e0x * ca - e0y * sa
            dir_y[k] = e0x * sa + e0y * ca
            wall = free_way(solid, tile, x, y, dir_x[k], dir_y[k], p.reach + radius) - radius
            speed_gap[k] = wall
            choice_gap[k] = wall
            met[k] = 0.0
        ahead = speed_gap[turns]

        col = min(max(int(x / cell_size), 0), cols - 1)
        row = min(max(int(y / cell_size), 0), rows - 1)
        for r in range(max(0, row - span), min(rows, row + span + 1)):
            first = start[r * cols + max(0, col - span)]
            last = start[r * cols + min(cols - 1, col + span) + 1]
            for t in range(first, last):
                if t == s:
                    continue
                dx, dy = sorted_people[X, t] - x, sorted_people[Y, t] - y
                square = dx * dx + dy * dy
                if square > p.reach * p.reach or square < 1e-8:
                    continue
                distance = math.sqrt(square)
                f0 = dx * e0x + dy * e0y
                if f0 < -0.9 * distance:
                    continue
                other = sorted_people[KIND, t]
                sum_radius = radius + sorted_people[RADIUS, t]
                facing = sorted_people[E0X, t] * e0x + sorted_people[E0Y, t] * e0y
                together = sorted_people[GOAL, t] == goal and goal >= 0.0
                oncoming = (
                    other != FORMED
                    and not together
                    and (facing < -0.3 or sorted_people[VX, t] * e0x + sorted_people[VY, t] * e0y < -0.2)
                )
                if oncoming or (kind == OFFICER and other >= OFFICER):
                    sum_radius *= p.shoulder
                lateral0 = abs(dx * e0y - dy * e0x)
                if f0 > 0.0 and lateral0 < 0.8 * sum_radius:
                    ahead = min(ahead, distance - sum_radius)
                if (
                    not oncoming
                    and sorted_people[GOAL, t] == goal
                    and sorted_people[WAY, t] > way
                    and distance > 0.6 * sum_radius
                ):
                    continue
                strip = width
                if oncoming:
                    strip = 0.30
                elif kind == OFFICER and other >= OFFICER:
                    strip = 0.15  # officers let their own pass between them, in a closed line too
                dvx, dvy = sorted_people[VX, t] - vx, sorted_people[VY, t] - vy
                for k in range(n_dirs):
                    f = dx * dir_x[k] + dy * dir_y[k]
                    if f <= 0.2 * distance:
                        continue
                    lateral = (dx * dir_y[k] - dy * dir_x[k]) / strip
                    if lateral >= 1.0 or lateral <= -1.0:
                        continue
                    gap = f - length * sum_radius * math.sqrt(1.0 - lateral * lateral)
                    closing = dvx * dir_x[k] + dvy * dir_y[k]
                    if oncoming:
                        limit = gap
                        chosen = gap + p.choice_oncoming * min(0.0, closing)
                    else:
                        limit = gap + p.anticipation * closing
                        chosen = gap + p.choice_same * closing
                    if limit < speed_gap[k]:
                        speed_gap[k] = limit
                        met[k] = 1.0 if oncoming else 0.0
                    if chosen < choice_gap[k]:
                        choice_gap[k] = chosen

        best, best_score = turns, -1.0e9
        for k in range(n_dirs):
            turned = k - turns
            gain = choice_gap[k] / time_gap
            score = min(free, gain) * math.cos(turned * p.turn) if gain >= 0.0 else 0.2 * gain
            if turned == choice[i]:
                score += p.keep * free
            if turned == 0:
                score += p.straight * free
            elif turned > 0:
                score += 0.02 * free
            score -= 0.001 * abs(turned)
            if score > best_score:
                best, best_score = k, score
        chosen_speed = free
        if p.headway > 0.5:
            chosen_speed = min(free, max(0.0, speed_gap[best] / time_gap))
            if met[best] > 0.5:
                chosen_speed = max(chosen_speed, min(free, p.squeeze_speed))
            # A step aside that hardly leads on is left alone: without this a packed crowd never comes to rest.
            onward = chosen_speed * math.cos((best - turns) * p.turn)
            if onward < (0.03 if best == turns else p.least_aside):
                chosen_speed = 0.0
        if kind == PUSHER and ahead < push_gap:
            best = turns  # who leans, leans towards the goal
        choice[i] = best - turns
        out_direction[i, 0] = dir_x[best]
        out_direction[i, 1] = dir_y[best]
        out_speed[i] = chosen_speed
        out_gap[i] = ahead
