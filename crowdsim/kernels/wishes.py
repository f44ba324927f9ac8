"""Wishes: where everybody of a crowd goes, who of them leans, gives way, leaves or runs."""

import math

import numpy as np
from numba import njit

from crowdsim.kernels.cells import PUSHER, WALKER
from crowdsim.kernels.minds import CHANTING, FLEEING, PUSHING, VIOLENT

STAND, WALK, PUSH, LEAVE = 0, 1, 2, 4  # Mode
_ACTIVE = 1  # Status
GOLDEN = 0.6180339887498949
_HELD_OFF = 0.6  # m from his place somebody walks back to it


@njit(cache=True, nogil=True, error_model="numpy")
def follow_wish(
    rows, led_by, mind, anger, temper, desired_speed, position, spot, push_spot, going, draw, shields,
    pushing, leaving, told_from, follow_from, firm_from, push_goal, push_rect, goal, back_goal, flee_goal,
    now, dt, heave, bout_time, heave_share, gather_speed, push_force, near, until, run, out_bout, out_leaning,
    out_gave_way, out_kind, out_push, out_speed, out_goal, out_slot, out_has_slot, out_mode, out_through,
):  # fmt: skip
    """Write goal, slot, mode, kind, push and speed of everybody of a crowd whom nobody leads; returns how many are
    through and violent.

    rows    : i8[k], of the crowd ; led_by : i4[n] ; mind : i1[n] ; anger, temper, desired_speed : f4[n]
    position: f4[n, 2], m ; spot, push_spot : f4[k, 2] or f4[0, 2], m, places of their own: theirs, and beyond the door
    going   : bool[k], who has made up his mind to go home ; draw : f8[n, 2], uniform
    shields : f4[s, 2], m, officers of advancing lines
    pushing, leaving : bool, what the crowd was told ; told_from, follow_from : f4, temper to push, to follow
    firm_from : f4, temper from which one does not give way ; push_rect : 4 floats, m, where the pushing ends
    push_goal, goal, back_goal, flee_goal : fields, -1 = none
    now, dt : s ; heave : bool, the common beat is on ; bout_time : s ; heave_share : of those who keep the common beat
    gather_speed : of 1.34 m/s ; push_force : N ; near : m to a shield at which one gives way, until `until` s
    run     : times the free speed of somebody who flees
    out_bout: f8[k], s, out_leaning : bool[k], out_gave_way : f8[k], s, all read and written
    out_kind, out_push, out_speed : f4[n] ; out_goal : i4[n] ; out_slot : f4[n, 2] ; out_has_slot : bool[n]
    out_mode : i1[n] ; out_through : bool[k], who is through and violent

    Check: against tests/naive.py, tests/kernels/test_wishes.py.
    """
    f4 = np.float32
    wanted = False
    for k in range(rows.size):
        i = rows[k]
        out_through[k] = False
        if led_by[i] == -1 and push_goal >= 0:
            angry = mind[i] == PUSHING or mind[i] == VIOLENT
            wanted = wanted or angry or (pushing and temper[i] >= told_from)
    through = 0
    west, east, north, south = _about(shields, near)
    for k in range(rows.size):
        i = rows[k]
        if led_by[i] != -1:
            continue
        x, y, own = position[i, 0], position[i, 1], desired_speed[i]
        out_kind[i], out_push[i], out_goal[i] = WALKER, 0.0, goal
        out_speed[i] = f4(gather_speed) * own / f4(1.34)
        if spot.shape[0] > 0:
            out_slot[i, 0], out_slot[i, 1] = spot[k, 0], spot[k, 1]
            out_has_slot[i] = True
        far = math.hypot(out_slot[i, 0] - x, out_slot[i, 1] - y) > f4(_HELD_OFF)
        out_mode[i] = WALK if far and out_has_slot[i] else STAND
        angry = mind[i] == PUSHING or mind[i] == VIOLENT
        if wanted:
            told = pushing and temper[i] >= told_from
            who, follows = told or angry, pushing and temper[i] >= follow_from and not told
            firm = mind[i] == VIOLENT if angry else temper[i] >= firm_from
            may = not firm and out_gave_way[k] < until and west < x < east and north < y < south
            if may and _beside(x, y, shields, near):
                out_gave_way[k] = until
            back = out_gave_way[k] > now
            beyond = push_rect[0] < x < push_rect[2] and push_rect[1] < y < push_rect[3]
            if (who or follows) and not back:
                out_goal[i], out_mode[i], out_speed[i], out_has_slot[i] = push_goal, WALK, own, beyond
                out_slot[i, 0], out_slot[i, 1] = push_spot[k, 0], push_spot[k, 1]
            _lean(
                k, i, mind[i], anger[i], angry, draw, dt, heave, heave_share, bout_time, out_bout, out_leaning
            )  # fmt: skip
            if who and not back and not beyond:
                if out_leaning[k]:
                    out_push[i], out_kind[i] = push_force, PUSHER
                out_mode[i] = PUSH
            if back:
                out_goal[i] = back_goal if back_goal >= 0 else goal
                out_mode[i], out_speed[i] = WALK, own
            if beyond and not back and mind[i] == VIOLENT:
                out_through[k] = True
                through += 1
        flees = mind[i] == FLEEING and flee_goal >= 0
        if flees or ((going[k] or leaving) and mind[i] <= CHANTING):
            out_mode[i], out_goal[i], out_has_slot[i] = LEAVE, flee_goal, False
            out_kind[i], out_push[i], out_speed[i] = WALKER, 0.0, own
            if flees:
                out_speed[i] = own * f4(run)
    return through


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def _about(shields, near):
    """The rectangle within which somebody can be beside a shield: west, east, north, south, m; nowhere without any."""
    west, east, north, south = np.inf, -np.inf, np.inf, -np.inf
    for s in range(shields.shape[0]):
        west, east = min(west, shields[s, 0] - near), max(east, shields[s, 0] + near)
        north, south = min(north, shields[s, 1] - near), max(south, shields[s, 1] + near)
    return west, east, north, south


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def _beside(x, y, shields, near):
    """Whether a shield is nearer than `near` m."""
    for s in range(shields.shape[0]):
        dx, dy = float(shields[s, 0]) - float(x), float(shields[s, 1]) - float(y)
        if dx * dx + dy * dy < near * near:
            return True
    return False


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def _lean(k, i, mind, anger, angry, draw, dt, heave, heave_share, bout_time, out_bout, out_leaning):
    """Whether he leans right now: heavers follow the common beat, the others bouts of their own.

    Share of the bouts in which one leans: .6 for whoever was told to push, .3-.6 pushing and .6-.9 violent because he
    wants to [D].
    """
    out_bout[k] -= dt
    if out_bout[k] <= 0.0:
        out_bout[k] = bout_time * (0.67 + 0.66 * draw[i, 0])
        share = 0.6
        if angry:
            clipped = min(max(anger, np.float32(0.0)), np.float32(1.0))
            share = (0.6 if mind == VIOLENT else 0.3) + float(np.float32(0.3) * clipped)
        out_leaning[k] = draw[i, 1] < share
    own = i * GOLDEN
    if own - math.floor(own) < heave_share:
        out_leaning[k] = heave


@njit(cache=True, nogil=True, error_model="numpy")
def feel_unheard(rows, position, mode, status, listening, door_x, door_y, near, out):
    """How much those of a crowd feel that nobody answers: 1 near the door, half behind, a fifth while somebody talks.

    rows : i8[k] ; position : f4[n, 2], m ; mode, status : i1[n] ; listening : bool[n] ; door_x, door_y, near : f4, m
    out  : f4[n], written for `rows`; 0 for whoever is on his way or takes no part

    Check: against tests/naive.py, tests/kernels/test_wishes.py.
    """
    for i in rows:
        away = math.hypot(position[i, 0] - door_x, position[i, 1] - door_y)
        out[i] = 0.0
        if status[i] == _ACTIVE and (mode[i] != WALK or away < near):
            out[i] = (1.0 if away < near else 0.5) * (0.2 if listening[i] else 1.0)
