"""Officers in their slots: who takes his place, the gaps of a front, places round somebody who is led."""

import math

import numpy as np
from numba import njit

from crowdsim.kernels.cells import OFFICER
from crowdsim.kernels.fields import free_way

_WALK, _FORMED = 1, 3  # Mode
_ACTIVE = 1  # Status
_STUCK, _FAR = 0.3, 0.8  # m/s, m: slower, and further from his place, one is stuck
_PARTS = 10  # of the way out to a place on which walls are looked for


@njit(cache=True, nogil=True, error_model="numpy")
def take_places(
    rows, ends, target, look, wants, status, led_by, reacts_at, position, discipline, mass,
    time, dt, join, lose, per_brace, at_ease, tire, rest, tired,
    out_slot, out_goal, out_look, out_has_slot, out_mode, out_kind, out_speed, out_push, out_fatigue, out_brace,
):  # fmt: skip
    """Write slot, goal, mode, speed, bracing and fatigue of every officer who is on his feet and led by nobody.

    rows      : i8[k], officers, a unit after the other ; ends : i8[u], where each unit's end in `rows`
    target    : f4[k, 2], m and look : f4[k], rad, what their units want
    wants     : f4[u, 4], of each unit: goal, share of F_brace, speed [m/s], kind of an officer in his slot
    status    : i1[n] ; led_by : i4[n] ; reacts_at : f4[n], s, until which an officer keeps the slot he had
    position  : f4[n, 2], m ; discipline : f4[n] ; mass : f4[n], kg ; time, dt : s
    join, lose: f4, m to his slot within which an officer takes it, and beyond which he has lost it
    per_brace : f4, m kg: pull over F_brace is discipline mass distance over this
    at_ease, tire, rest, tired : f4, as `behaviour.officers` has them
    out_*     : columns of the population, written for these officers

    Check: against tests/naive.py, tests/kernels/test_lines.py.
    """
    f4 = np.float32
    now, step, zero, one = f4(time), f4(dt), f4(0.0), f4(1.0)
    u = 0
    for k in range(rows.size):
        while k >= ends[u]:
            u += 1
        i = rows[k]
        if status[i] != _ACTIVE or led_by[i] >= 0:
            continue
        if reacts_at[i] <= now:
            out_slot[i, 0], out_slot[i, 1] = target[k, 0], target[k, 1]
            out_goal[i], out_look[i] = int(wants[u, 0]), look[k]
        out_has_slot[i] = True
        away = math.hypot(out_slot[i, 0] - position[i, 0], out_slot[i, 1] - position[i, 1])
        formed = away < join or (out_mode[i] == _FORMED and away < lose)
        out_mode[i] = _FORMED if formed else _WALK
        out_kind[i] = wants[u, 3] if formed else f4(OFFICER)
        out_speed[i] = wants[u, 2]
        out_push[i] = zero
        effort = min(discipline[i] * mass[i] * away / per_brace, out_brace[i]) if formed else zero
        change = effort / tire if effort > at_ease else -one / rest
        out_fatigue[i] = min(one, max(zero, out_fatigue[i] + step * change))
        out_brace[i] = wants[u, 1] * (one - tired * out_fatigue[i])


@njit(cache=True, nogil=True, error_model="numpy")
def send_to(
    rows, places, goal, mode, speed, kind, push, stuck_kind, position, velocity,
    out_slot, out_has_slot, out_goal, out_mode, out_speed, out_kind, out_push,
):  # fmt: skip
    """Send people who lead somebody, or are led, to places of their own.

    rows  : i8[k] ; places : f4[k, 2], m ; goal : the field they follow ; mode : Mode ; speed : m/s
    kind  : f4, and `stuck_kind` of whoever stands far from his place and pushes with `push` N; nobody does for 0
    position, velocity : f4[n, 2], m, m/s
    out_* : columns of the population, written for these people

    Check: against tests/naive.py, tests/kernels/test_lines.py.
    """
    f4 = np.float32
    for k in range(rows.size):
        i = rows[k]
        x, y = places[k, 0], places[k, 1]
        out_slot[i, 0], out_slot[i, 1] = x, y
        out_has_slot[i], out_goal[i], out_mode[i] = True, goal, mode
        out_speed[i], out_kind[i], out_push[i] = speed, kind, 0.0
        slow = math.hypot(velocity[i, 0], velocity[i, 1]) < f4(_STUCK)
        if push > 0.0 and slow and math.hypot(x - position[i, 0], y - position[i, 1]) > f4(_FAR):
            out_push[i], out_kind[i] = push, stuck_kind


@njit(cache=True, nogil=True, error_model="numpy")
def gaps_of(front, mode, status, position, slot, radius, out_place, out_middle, out_clear, out_wider):
    """The gaps between neighbours who stand in a front, left to right; returns how many.

    front     : i8[f], rows ; mode, status : i1[n] ; position, slot : f4[n, 2], m ; radius : f4[n], m
    out_place : i8[f], of the left neighbour in the front ; out_middle : f4[f, 2], m ; out_clear : f4[f], m, clear width
    out_wider : f8[f], m, by how much that is more than the slots ask for

    Check: against tests/naive.py, tests/kernels/test_lines.py.
    """
    found, last = 0, -1
    for place in range(front.size):
        j = front[place]
        if mode[j] != _FORMED or status[j] != _ACTIVE:
            continue
        if last >= 0:
            i = front[last]
            bodies = radius[i] + radius[j]
            clear = math.hypot(position[i, 0] - position[j, 0], position[i, 1] - position[j, 1]) - bodies
            wanted = float(math.hypot(slot[i, 0] - slot[j, 0], slot[i, 1] - slot[j, 1]) - bodies)
            out_place[found], out_clear[found] = last, clear
            out_wider[found] = float(clear) - (wanted - 0.6 * (place - last - 1))
            out_middle[found, 0] = (position[i, 0] + position[j, 0]) / np.float32(2.0)
            out_middle[found, 1] = (position[i, 1] + position[j, 1]) / np.float32(2.0)
            found += 1
        last = place
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def places_round(rows, position, velocity, ahead, places, solid, tile, out):
    """Places round the people of a party, moved on with them, on their side of any wall.

    rows  : i8[k], of the party ; position, velocity : f4[n, 2], m, m/s ; ahead : f4, s of their walk
    places: f8[m, 2], m, from their middle ; solid : i2[rows, cols], 0 = free ; tile : m
    out   : f4[m, 2], m, each as far out as the way to it is free

    Check: against tests/naive.py, tests/kernels/test_lines.py.
    """
    f4 = np.float32
    x, y, vx, vy = f4(0.0), f4(0.0), f4(0.0), f4(0.0)
    for i in rows:
        x, y, vx, vy = x + position[i, 0], y + position[i, 1], vx + velocity[i, 0], vy + velocity[i, 1]
    count = f4(rows.size)
    x, y = x / count + ahead * (vx / count), y / count + ahead * (vy / count)
    down, across = solid.shape
    for k in range(places.shape[0]):
        px, py = places[k, 0], places[k, 1]
        free = 0
        for part in range(1, _PARTS + 1):
            c = math.floor((float(x) + part / 10.0 * px) / tile)
            r = math.floor((float(y) + part / 10.0 * py) / tile)
            if r < 0 or r >= down or c < 0 or c >= across or solid[int(r), int(c)] != 0:
                break
            free += 1
        out[k, 0] = float(x) + free / 10.0 * px
        out[k, 1] = float(y) + free / 10.0 * py


@njit(cache=True, nogil=True, error_model="numpy")
def densest(rows, position, x, y, cos, sin, half, depth, width, out_count):
    """Most people on any of the strips of ground that lie side by side before a front.

    rows  : i8[k], who counts ; position : f4[n, 2], m
    x, y  : f4, m, middle of the front ; cos, sin : f4, where it faces
    half  : f4, m, half the length of the front ; depth, width : f4, m, of a strip
    out_count : i8[s], one for each strip, overwritten

    Check: against tests/naive.py, tests/kernels/test_lines.py.
    """
    out_count[:] = 0
    most = 0
    for i in rows:
        dx, dy = position[i, 0] - x, position[i, 1] - y
        along, across = dx * cos + dy * sin, dy * cos - dx * sin
        if 0.0 < along < depth and abs(across) < half:
            strip = int((across + half) / width)
            out_count[strip] += 1
            most = max(most, out_count[strip])
    return most


@njit(cache=True, nogil=True, error_model="numpy")
def links_that_hold(
    front, ends, position, slot, mode, status, until, time, breaks, forms, settles, out_links,
    out_pair, out_ends,
):  # fmt: skip
    """The pairs of neighbours in fronts that are linked now.

    front : i8[f], rows of the fronts of lines, one after the other ; ends : i8[u], where each one's end
    position, slot : f4[n, 2], m ; mode, status : i1[n]
    until : f8[p], s, for each pair: until when it stays broken, 0 = it was never broken ; time : s
    breaks, forms, settles : f4, m: a link is not longer, asks for slots so near, and to form again for officers so near
                             each other and that near their slots
    out_links : i4[p, 2], rows ; out_pair : i4[p], place of the left one in his front
    out_ends : i8[u], where the links of each front end

    A link that was never broken asks only for nearness; one that was needs both officers back in place.

    Check: against tests/naive.py, tests/kernels/test_lines.py.
    """
    found, pair, begin = 0, 0, 0
    for u in range(ends.size):
        for k in range(begin, ends[u] - 1):
            i, j = front[k], front[k + 1]
            holds = mode[i] == _FORMED and mode[j] == _FORMED and status[i] == _ACTIVE and status[j] == _ACTIVE
            holds = holds and time >= until[pair]
            holds = holds and math.hypot(slot[j, 0] - slot[i, 0], slot[j, 1] - slot[i, 1]) < forms
            if holds:
                apart = math.hypot(position[j, 0] - position[i, 0], position[j, 1] - position[i, 1])
                if until[pair] == 0.0:
                    holds = apart < breaks
                else:
                    one = math.hypot(position[i, 0] - slot[i, 0], position[i, 1] - slot[i, 1])
                    other = math.hypot(position[j, 0] - slot[j, 0], position[j, 1] - slot[j, 1])
                    holds = apart < forms and one < settles and other < settles
            if holds:
                out_links[found, 0], out_links[found, 1], out_pair[found] = i, j, k - begin
                found += 1
            pair += 1
        begin, out_ends[u] = ends[u], found


@njit(cache=True, nogil=True, error_model="numpy")
def strained(links, position, load, longest, strongest, out_apart):
    """Whether any link is too long or loaded too much.

    links : i4[m, 2], rows ; position : f4[n, 2], m ; load : f4[m], N ; longest : f4, m ; strongest : f4, N
    out_apart : f4[m], m, how long each is

    Check: against tests/naive.py, tests/kernels/test_lines.py.
    """
    any_is = False
    for k in range(links.shape[0]):
        i, j = links[k, 0], links[k, 1]
        out_apart[k] = math.hypot(position[i, 0] - position[j, 0], position[i, 1] - position[j, 1])
        any_is |= out_apart[k] > longest or load[k] > strongest
    return any_is


@njit(cache=True, nogil=True, error_model="numpy")
def bracing(rows, cos, sin, position, slot, mode, discipline, mass, brace, per_gain, most, out):
    """What each officer holds who is pushed out of his slot, N: towards where he looks, and no more than he can brace.

    rows : i8[k] ; cos, sin : f4[k], where they look ; position, slot : f4[n, 2], m ; mode : i1[n]
    discipline, brace : f4[n] ; mass : f4[n], kg ; per_gain : f4, s2 : the pull is discipline mass distance over this
    most : f4, N, by the freshest ; out : f4[k], N, none from whoever is not in his slot

    Check: against tests/naive.py, tests/kernels/test_lines.py.
    """
    for k in range(rows.size):
        i = rows[k]
        out[k] = 0.0
        if mode[i] == _FORMED:
            given = (slot[i, 0] - position[i, 0]) * cos[k] + (slot[i, 1] - position[i, 1]) * sin[k]
            pull = discipline[i] * mass[i] / per_gain * given
            out[k] = min(max(pull, np.float32(0.0)), most * brace[i])


@njit(cache=True, nogil=True, error_model="numpy")
def pushed_stretches(front, first, loads, least, size, held, mode, brace, most, position, out):
    """Lines that are pushed on in stretches of a few officers; returns how many stretches.

    front : i8[f], rows of the fronts of lines, one after the other ; first : i8[l], where each begins
    loads : f8[l], N/m, on each line ; least : N/m, a line less pushed has no stretches
    size  : officers of a stretch; the last of a line takes those that are left over
    held  : f4[f], N, by each ; mode : i1[n] ; brace : f4[n] ; most : f4, N, by the freshest ; position : f4[n, 2], m
    out   : f4[f, 6], x0, y0, x1, y1 [m], the push and what the stretch bears [N/m]

    Check: against tests/naive.py, tests/kernels/test_lines.py.
    """
    found = 0
    for line in range(first.size):
        begin, end = first[line], first[line + 1] if line + 1 < first.size else front.size
        if loads[line] < least or end - begin < 2:
            continue
        while begin < end:
            last = begin + size if end - begin >= 2 * size else end
            force, bears = 0.0, 0.0
            for k in range(begin, last):
                force += held[k]
                if mode[front[k]] == _FORMED:
                    bears += most * brace[front[k]]
            length = 0.6 * (last - begin)
            out[found, :2], out[found, 2:4] = position[front[begin]], position[front[last - 1]]
            out[found, 4], out[found, 5] = force / length, bears / length
            found, begin = found + 1, last
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def unit_places(begin, ends, position, slot, placed, out_middle, out_share):
    """Where units are: the middle of each and the share of its officers who are in their slots.

    begin : the first row of the first ; ends : i8[u], how many rows all up to each have together
    position, slot : f4[n, 2], m ; placed : m from his slot within which an officer is in it
    out_middle : f8[u, 2], m ; out_share : f8[u] ; 0 for a unit without officers

    Check: against tests/naive.py, tests/kernels/test_lines.py.
    """
    first = 0
    for u in range(ends.size):
        x, y, inside = 0.0, 0.0, 0
        for i in range(begin + first, begin + ends[u]):
            x, y = x + position[i, 0], y + position[i, 1]
            dx, dy = slot[i, 0] - position[i, 0], slot[i, 1] - position[i, 1]
            inside += dx * dx + dy * dy < placed * placed
        count = max(1, ends[u] - first)
        out_middle[u, 0], out_middle[u, 1], out_share[u] = x / count, y / count, inside / count
        first = ends[u]


@njit(cache=True, nogil=True, error_model="numpy")
def walls_beside(
    front, ends, slot, position, mode, status, radius, solid, tile, room, longest, out_row, out_at,
):  # fmt: skip
    """Officers at the ends of lines whose shields rest against a wall; returns how many.

    front : i8[f], rows of the fronts of lines, two officers or more each, one after the other ; ends : i8[u], where
            each one's end
    slot, position : f4[n, 2], m ; mode, status : i1[n] ; radius : f4[n], m
    solid : i2[rows, cols], 0 = free ; tile : m
    room    : float, m between an officer's slot and a wall that his shield closes
    longest : float, m from a wall beyond which he has lost touch with it
    out_row : i4[2 u] ; out_at : f4[2 u, 2], m, the points on the walls

    Check: against tests/naive.py, tests/kernels/test_lines.py.
    """
    found = 0
    for k in range(2 * ends.size):
        u = k // 2
        begin = ends[u - 1] if u > 0 else 0
        i, j = (front[ends[u] - 1], front[ends[u] - 2]) if k % 2 else (front[begin], front[begin + 1])
        if mode[i] != _FORMED or status[i] != _ACTIVE:
            continue
        dx, dy = float(slot[i, 0] - slot[j, 0]), float(slot[i, 1] - slot[j, 1])
        length = math.sqrt(dx * dx + dy * dy)
        if length < 1e-3:
            continue
        ex, ey = dx / length, dy / length
        x, y, reach = float(slot[i, 0]), float(slot[i, 1]), float(radius[i]) + room
        way = free_way(solid, tile, x, y, ex, ey, reach)
        at_x, at_y = x + way * ex, y + way * ey
        if way < reach and math.hypot(at_x - position[i, 0], at_y - position[i, 1]) < longest:
            out_row[found], out_at[found, 0], out_at[found, 1] = i, at_x, at_y
            found += 1
    return found
