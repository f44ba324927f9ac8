"""The walking decision, about ten times a second for each person: where to, and how fast.

Source: the strip-and-choice model that docs/model.md describes, calibrated on recorded trajectories [P].
"""

import math

import numpy as np
from numba import get_thread_id, njit, prange

from crowdsim.kernels.cells import (
    ALONE,
    BEAT,
    CHUNK,
    E0X,
    E0Y,
    FORMED,
    GOAL,
    KIND,
    LED,
    PUSHER,
    RADIUS,
    VX,
    VY,
    WALKER,
    WAY,
    X,
    Y,
    col_of,
    row_of,
)
from crowdsim.kernels.fields import FAR, free_way, sample_way
from crowdsim.kernels.lanes import (
    LANES,
    bits,
    every,
    first,
    higher,
    lane,
    least,
    load,
    load_half,
    lower,
    lowest_bit,
    root,
    size,
    store,
    total,
    where,
)  # fmt: skip
from crowdsim.params import WalkParams

COS, SIN, LEAN, TURNED = range(4)  # rows of a fan
FAN_ROWS = 4
_NEAR = 12.0  # m: a person walks straight to a place of his own once he is this near and sees it
_NEAR_OFFICER = 30.0  # m: an officer, whose slot may be at the far end of a long line
_ARRIVED = 1.0  # m: with less way than this he is in the zone his place is in
_LEAST_STEP = 0.05  # m/s: who could only walk slower than this stands
_LOOK = 1.0  # m: nearer than this a gap matters to more than the speed: to leaning, and to whether someone queues
_WATCHED = 12.0  # people: more than these slow nobody further
_NONE = 1.0e9

# Rows of a thread's scratch. For each block of people who may matter to one decision, where and how they are; of each
# block, in the column of its number, which of them do and which of those are met, lane k in bit k; and of each
# direction the gap to choose by, and those to keep.
DX, DY, DVX, DVY, LENGTH, STRIP, AWAY = range(7)
HEEDED, MET = 7, 8
CHOICE, SAME, ONCOMING = 9, 10, 11
SCRATCH_ROWS = 12
_BLOCKS = 16  # weighed at once
SCRATCH_COLS = _BLOCKS * LANES


@njit(cache=True, nogil=True, error_model="numpy")
def fan_of(p, out_fan):
    """The directions a person tries, from the far left to the far right, one a lane.

    out_fan : f4[FAN_ROWS, LANES]   cosine and sine of the turn, gain of the turn [share of the free speed],
                                    penalty for its size [m/s]
    """
    turns = int(p.turns)
    for k in range(LANES):
        turn = k - turns
        # Near straight on people look finely, where a small step aside costs little way; far aside coarsely.
        angle = turn * p.turn * (1.0 + p.turn_growth * (abs(turn) - 1.0))
        out_fan[COS, k] = math.cos(angle)
        out_fan[SIN, k] = math.sin(angle)
        out_fan[LEAN, k] = p.straight if turn == 0 else 0.0
        out_fan[TURNED, k] = 0.001 * abs(turn)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _aim_one(i, x, y, near, speed_wish, goal, slot, has_slot, way_field, direction_field, solid, tile):
    """Direction, way left [m] and speed [m/s] of person i if nobody stood in the way."""
    ex, ey, way, speed = 0.0, 0.0, 0.0, 0.0
    if goal[i] >= 0:
        way, ex, ey = sample_way(way_field[goal[i]], direction_field[goal[i]], tile, x, y)
        speed = speed_wish[i]
    if has_slot[i]:
        dx, dy = slot[i, 0] - x, slot[i, 1] - y
        distance = math.sqrt(dx * dx + dy * dy)
        seen = distance < 0.3
        if goal[i] < 0 or way < _ARRIVED:
            seen = True  # he is in the zone his place is in: past a pole or a car he finds his way by eye
        elif not seen and distance < near:
            seen = free_way(solid, tile, x, y, dx / distance, dy / distance, distance) >= distance - 1e-3
        if seen:
            # The way left stays the field's where there is one: who is nearer to the goal goes first, place or no.
            if goal[i] < 0:
                way = distance
            ex, ey, speed = 0.0, 0.0, 0.0
            if distance > 0.05:
                ex, ey = dx / distance, dy / distance
                speed = min(speed_wish[i], distance / 0.6)
    if way >= FAR or (ex == 0.0 and ey == 0.0):
        speed = 0.0
    return ex, ey, way, speed


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def _weigh(blocks, e0x, e0y, fan, p, scratch):
    """Shorten the gaps in each direction, seven at most and one a lane, by what the people in `blocks` of the scratch
    leave of them."""
    ex = load_half(fan, COS, 0) * e0x - load_half(fan, SIN, 0) * e0y
    ey = load_half(fan, SIN, 0) * e0x + load_half(fan, COS, 0) * e0y
    choice = load_half(scratch, CHOICE, 0)
    same, oncoming = load_half(scratch, SAME, 0), load_half(scratch, ONCOMING, 0)
    for block in range(blocks):
        heeded, met = np.int64(scratch[HEEDED, block]), np.int64(scratch[MET, block])
        while heeded != 0:
            k = lowest_bit(heeded)
            meets = (met >> k) & 1
            heeded &= heeded - 1
            t = block * LANES + k
            dx, dy = scratch[DX, t], scratch[DY, t]
            forward = ex * dx + ey * dy
            off = (ey * dx - ex * dy) * scratch[STRIP, t]
            rest = 1.0 - off * off
            inside = (forward > scratch[AWAY, t]) & (rest > 0.0)
            gap = forward - root(higher(rest, 0.0)) * scratch[LENGTH, t]
            closing = ex * scratch[DVX, t] + ey * scratch[DVY, t]
            if meets:
                chosen = gap + lower(closing, 0.0) * p.choice_oncoming
                oncoming = where(inside, lower(gap, oncoming), oncoming)
            else:
                chosen = gap + closing * p.choice_same
                same = where(inside, lower(gap + closing * p.anticipation, same), same)
            choice = where(inside, lower(chosen, choice), choice)
    store(scratch, CHOICE, 0, choice)
    store(scratch, SAME, 0, same)
    store(scratch, ONCOMING, 0, oncoming)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _choose_one(s, last_turn, free, start, grid, sorted_people, solid, clear, tile, p, push_gap, fan, scratch):
    """Turn, direction, speed [m/s] and gap ahead [m] of the person at sorted place s; see `walk`.

    scratch : f4[SCRATCH_ROWS, SCRATCH_COLS]
    """
    kind = sorted_people[KIND, s]
    e0x, e0y = sorted_people[E0X, s], sorted_people[E0Y, s]
    if kind >= FORMED or (e0x == 0.0 and e0y == 0.0):
        return 0, e0x, e0y, 0.0, p.reach
    turns = int(p.turns)
    x, y = sorted_people[X, s], sorted_people[Y, s]
    vx, vy = sorted_people[VX, s], sorted_people[VY, s]
    radius, way, goal = sorted_people[RADIUS, s], sorted_people[WAY, s], sorted_people[GOAL, s]

    # Haste is a citizen's: officers keep the step they are told.
    haste = p.motivation if kind < LED else 0.0
    free *= 1.0 + p.urgent_speed * haste
    time_gap = p.time_gap * (1.0 - p.urgent_gap * haste)
    width = p.half_width
    # A gap longer than this slows nobody and makes no direction better: what lies beyond is not looked at.
    look = min(p.reach, max(_LOOK, free * (1.0 + p.ease) * time_gap))

    r = min(max(int(y / tile), 0), clear.shape[0] - 1)
    c = min(max(int(x / tile), 0), clear.shape[1] - 1)
    open_ground = clear[r, c] >= look + radius
    store(scratch, CHOICE, 0, every(look))
    if not open_ground:
        for k in range(2 * turns + 1):
            ex = fan[COS, k] * e0x - fan[SIN, k] * e0y
            ey = fan[SIN, k] * e0x + fan[COS, k] * e0y
            scratch[CHOICE, k] = free_way(solid, tile, x, y, ex, ey, look + radius) - radius
    store(scratch, SAME, 0, load(scratch, CHOICE, 0))
    store(scratch, ONCOMING, 0, every(_NONE))
    nearest = every(scratch[CHOICE, turns])

    reach2 = p.reach * p.reach
    foresight = max(p.anticipation, p.choice_same)
    blocks, watched = np.int64(0), every(0.0)
    left, right = col_of(grid, x - p.reach), col_of(grid, x + p.reach) + 1
    for r in range(row_of(grid, y - p.reach), row_of(grid, y + p.reach) + 1):
        begin, end = start[r * grid.cols + left], start[r * grid.cols + right]
        for t in range(begin, end, LANES):
            dx, dy = load(sorted_people, X, t) - x, load(sorted_people, Y, t) - y
            square = dx * dx + dy * dy
            forward = dx * e0x + dy * e0y
            near = (square <= reach2) & (square >= 1e-8) & first(end - t) & ~lane(s - t)
            near = near & ((forward >= 0.0) | (forward * forward <= square * 0.81))
            if bits(near) == 0:
                continue
            distance = root(square)
            their_vx, their_vy = load(sorted_people, VX, t), load(sorted_people, VY, t)
            other, their_goal = load(sorted_people, KIND, t), load(sorted_people, GOAL, t)
            facing = load(sorted_people, E0X, t) * e0x + load(sorted_people, E0Y, t) * e0y
            same_goal = (their_goal >= goal) & (their_goal <= goal)
            oncoming = ((facing < -0.3) | (their_vx * e0x + their_vy * e0y < -0.2)) & (other < FORMED)
            if kind == LED:  # he and the crowd make way for each other, wherever they head
                oncoming = oncoming | ((other >= WALKER) & (other < LED))
            elif kind < LED:
                oncoming = oncoming | ((other >= LED) & (other <= LED))
            if goal >= 0.0:
                oncoming = oncoming & ~same_goal
            slim = oncoming
            if kind >= LED:
                slim = slim | (other >= LED)
            sum_radius = load(sorted_people, RADIUS, t) + radius
            sum_radius = where(slim, sum_radius * p.shoulder, sum_radius)
            lateral = size(dx * e0y - dy * e0x)
            facing_one = near & (forward > 0.0) & (lateral < sum_radius * 0.8)
            nearest = where(facing_one, lower(nearest, distance - sum_radius), nearest)
            # Whoever is nearer to the goal goes first.
            behind = same_goal & (load(sorted_people, WAY, t) > way) & (distance > sum_radius * 0.6)
            # Nobody further off than this, however slow he is, leaves a gap shorter than `look`.
            dvx, dvy = their_vx - vx, their_vy - vy
            bound = root(dvx * dvx + dvy * dvy) * foresight + sum_radius * p.length + look
            far = square > bound * bound + width * width
            heeded = near & (oncoming | ~(behind | far))
            watched = watched + where(heeded & same_goal & ~oncoming, 1.0, 0.0)
            strip = every(1.0 / width)
            if kind >= LED:  # officers let their own pass between them, in a closed line too
                strip = where(other >= LED, 1.0 / 0.15, strip)
            at = blocks * LANES
            store(scratch, DX, at, dx)
            store(scratch, DY, at, dy)
            store(scratch, DVX, at, dvx)
            store(scratch, DVY, at, dvy)
            store(scratch, LENGTH, at, sum_radius * p.length)
            store(scratch, STRIP, at, where(oncoming, 1.0 / 0.30, strip))
            store(scratch, AWAY, at, distance * 0.2)
            # They are weighed all together later: what depends on the bits of a block would wait for it here.
            scratch[HEEDED, blocks], scratch[MET, blocks] = bits(heeded), bits(oncoming)
            blocks += bits(heeded) != 0
            if blocks == _BLOCKS:
                _weigh(blocks, e0x, e0y, fan, p, scratch)
                blocks = np.int64(0)
    _weigh(blocks, e0x, e0y, fan, p, scratch)

    ahead = least(nearest)
    gain = load(scratch, CHOICE, 0) * (1.0 / time_gap)
    score = where(gain >= 0.0, lower(gain, free) * load(fan, COS, 0), gain * 0.2)
    score = score + load(fan, LEAN, 0) * free - load(fan, TURNED, 0)
    score = where(lane(last_turn + turns), score + p.keep * free, score)
    score = where(first(2 * turns + 1), score, -_NONE)
    best = lowest_bit(bits(score >= -least(-score)))
    chosen_speed = free
    if p.headway > 0.5:
        gap_same, gap_oncoming = scratch[SAME, best], scratch[ONCOMING, best]
        # The more people go his way before him, the more time he leaves: in a broad crowd any of them may step into his
        # strip, in a file and in a narrow passage few can. One time gap for all made either too slow or too fast.
        # Whoever has to get through people who want to be elsewhere watches none of them, or he would stick.
        watching = p.watch * min(total(watched), _WATCHED)
        allowed = min(gap_same / (time_gap * (1.0 + watching)), gap_oncoming / time_gap)
        # The lower of both speeds, its corner rounded: who could just walk freely holds back a little.
        ease = p.ease * free
        corner = max(0.0, ease - abs(allowed - free))
        chosen_speed = max(0.0, min(free, allowed) - corner * corner / max(4.0 * ease, 1e-9))
        if gap_oncoming < gap_same:
            chosen_speed = max(chosen_speed, min(free, p.squeeze_speed))
        # A step aside that hardly leads on is left alone: without this a packed crowd never comes to rest.
        onward = chosen_speed * fan[COS, best]
        if onward < (_LEAST_STEP if best == turns else p.least_aside):
            chosen_speed = 0.0
    if kind == PUSHER and ahead < push_gap:
        best = turns  # who leans, leans towards the goal
    ex = fan[COS, best] * e0x - fan[SIN, best] * e0y
    ey = fan[SIN, best] * e0x + fan[COS, best] * e0y
    return best - turns, ex, ey, chosen_speed, ahead


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _whose_turn(t, last_one, due, sorted_people):
    """Those of the block at t whose turn it is, lane k in bit k."""
    beat = load(sorted_people, BEAT, t)
    return bits((beat >= due) & (beat <= due) & first(last_one - t))


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def aim(
    first_one, last_one, due, order, speed_wish, goal, slot, has_slot, way_field, direction_field, solid,
    tile, sorted_people, out_heading, out_way, out_free_speed,
):  # fmt: skip
    """The first half of `walk`, for the sorted places first_one .. last_one - 1: where each would go."""
    for t in range(first_one, last_one, LANES):
        turn = _whose_turn(t, last_one, due, sorted_people)
        while turn != 0:
            s = t + lowest_bit(turn)
            turn &= turn - 1
            i = order[s]
            x, y = sorted_people[X, s], sorted_people[Y, s]
            near = _NEAR_OFFICER if sorted_people[KIND, s] >= LED else _NEAR
            ex, ey, way, speed = _aim_one(
                i, x, y, near, speed_wish, goal, slot, has_slot, way_field, direction_field, solid, tile
            )
            out_heading[i, 0] = ex
            out_heading[i, 1] = ey
            out_way[i] = way
            out_free_speed[i] = speed
            sorted_people[E0X, s] = ex
            sorted_people[E0Y, s] = ey
            sorted_people[WAY, s] = way


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def choose_way(
    first_one, last_one, due, order, start, grid, sorted_people, solid, clear, tile, p,
    push_gap, fan, scratch, choice, free_speed, out_direction, out_speed, out_gap,
):  # fmt: skip
    """The second half of `walk`, for the sorted places first_one .. last_one - 1: which way, and how fast.

    scratch : f4[SCRATCH_ROWS, SCRATCH_COLS]
    """
    blind = p.turns < 0.5 and p.headway < 0.5
    for t in range(first_one, last_one, LANES):
        turn = _whose_turn(t, last_one, due, sorted_people)
        while turn != 0:
            s = t + lowest_bit(turn)
            turn &= turn - 1
            i = order[s]
            if blind and sorted_people[KIND, s] < PUSHER:
                out_direction[i, 0] = sorted_people[E0X, s]
                out_direction[i, 1] = sorted_people[E0Y, s]
                out_speed[i] = free_speed[i]
                out_gap[i] = p.reach
                continue
            chosen, ex, ey, speed, ahead = _choose_one(
                s, choice[i], free_speed[i], start, grid, sorted_people, solid, clear, tile, p,
                push_gap, fan, scratch,
            )  # fmt: skip
            choice[i] = chosen
            out_direction[i, 0] = ex
            out_direction[i, 1] = ey
            out_speed[i] = speed
            out_gap[i] = ahead


@njit(cache=True, parallel=True, nogil=True, error_model="numpy")
def walk(
    due,
    order,
    count,
    start,
    grid,
    speed_wish,
    goal,
    slot,
    has_slot,
    way_field,
    direction_field,
    solid,
    clear,
    tile,
    p,
    push_gap,
    fan,
    scratch,
    sorted_people,
    choice,
    out_heading,
    out_way,
    out_free_speed,
    out_direction,
    out_speed,
    out_gap,
):
    """Decide for those whose turn it is: where each would go if nobody stood in the way; then the freest of the
    directions of the fan, and a speed that keeps a headway.

    due               : int              the beat of those whose turn it is
    speed_wish        : f4[n], m/s       free speed
    goal              : i4[n]            index of a navigation field, -1 = none
    slot              : f4[n, 2], m      a place of one's own, used where has_slot: bool[n]
    way_field         : f4[g, rows, cols], m ; direction_field : f4[g, rows, cols, 2]
    solid, clear      : as World has them ; p : WalkParams, as a plain tuple
    push_gap          : float, m         within which who pushes leans straight on
    fan               : f4[FAN_ROWS, LANES], scratch : f4[threads, SCRATCH_ROWS, SCRATCH_COLS]
    sorted_people     : f4[SORTED_ROWS, n + LANES]   heading and way of those whose turn it is are written here too
    choice            : i1[n]            direction chosen last time, read and written
    out_heading       : f4[n, 2] unit, out_way : f4[n] m, out_free_speed : f4[n] m/s, tapers off on arrival
    out_direction     : f4[n, 2] unit, out_speed : f4[n] m/s
    out_gap           : f4[n], m         clear gap to the next body or wall straight ahead, as far as anybody looks

    Source: headway after Tordeux, Chraibi & Seyfried (2016); strip, precedence and choice calibrated [P].
    Check : tests/step/test_analytic.py (a lone walker; a follower stops behind a standing person).
    """
    p = WalkParams(*p)
    fan_of(p, fan)
    chunks = (count + CHUNK - 1) // CHUNK
    if count <= ALONE:
        aim(
            0, count, due, order, speed_wish, goal, slot, has_slot, way_field, direction_field, solid, tile,
            sorted_people, out_heading, out_way, out_free_speed,
        )  # fmt: skip
    else:
        for chunk in prange(chunks):
            aim(
                chunk * CHUNK, min(count, (chunk + 1) * CHUNK), due, order, speed_wish, goal, slot, has_slot,
                way_field, direction_field, solid, tile, sorted_people, out_heading, out_way, out_free_speed,
            )  # fmt: skip
    for chunk in prange(chunks):
        choose_way(
            chunk * CHUNK, min(count, (chunk + 1) * CHUNK), due, order, start, grid, sorted_people, solid, clear,
            tile, p, push_gap, fan, scratch[get_thread_id()], choice, out_free_speed, out_direction, out_speed, out_gap,
        )  # fmt: skip
