"""Forces on bodies, every tick: drive, person-person, walls, links of a shield line.

Contact is stiff, so the step that follows is linearly implicit: with each force goes its resistance, the 2 x 2 matrix
R [N s/m] by which it falls for every m/s its person gains, and motion.move solves (m + dt R) dv = dt F.
"""

import math

import numpy as np
from numba import njit, prange

from crowdsim.kernels.cells import (
    CHUNK,
    E0X,
    E0Y,
    FORMED,
    GOAL,
    KIND,
    LED,
    MASS,
    PUSHER,
    RADIUS,
    VX,
    VY,
    WALKER,
    X,
    Y,
    col_of,
    row_of,
)
from crowdsim.kernels.lanes import LANES, every, exp, first, higher, lane, load, lower, root, size, some, total, where
from crowdsim.params import ForceParams, OfficerParams

_NOTHING = np.float32(0.0)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def turned(s, t, sorted_people):
    """Whether two people (sorted places) turn their shoulders to pass: walkers of different goals who meet head on, the
    crowd and whom officers lead, or officers of whom one is on the way or passing. Symmetric, so that contact stays
    action = reaction. People of one goal never do: those who come to a door from both sides wait for each other."""
    one, other = sorted_people[KIND, s], sorted_people[KIND, t]
    if one >= LED and other >= LED:
        return one != FORMED or other != FORMED
    if one >= FORMED or other >= FORMED:
        return False
    if sorted_people[GOAL, s] == sorted_people[GOAL, t] and sorted_people[GOAL, s] >= 0.0:
        return False
    if one == LED or other == LED:
        return True
    return sorted_people[E0X, s] * sorted_people[E0X, t] + sorted_people[E0Y, s] * sorted_people[E0Y, t] < -0.3


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _turned(kind, goal, other, their_goal, facing):
    """`turned` for sixteen others at once. facing : cosine between the headings"""
    if kind == FORMED:
        return (other >= LED) & ((other < FORMED) | (other > FORMED))
    if kind > FORMED:
        return other >= LED
    meet = other < FORMED
    if kind < LED or kind > LED:
        meet = meet & ((facing < -0.3) | ((other >= LED) & (other <= LED)))
    if goal >= 0.0:
        meet = meet & ((their_goal < goal) | (their_goal > goal))
    if kind >= LED:
        return meet | (other >= LED)
    return meet


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def resistance(overlap, p):
    """Elastic contact force [N] of an overlap [m]: soft flesh first, then stiffer."""
    return p.stiffness * min(overlap, p.soft_depth) + p.stiffness_deep * max(0.0, overlap - p.soft_depth)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def touch(overlap, away, slide, dt, p):
    """Contact of one body with another or a wall: normal force [N], friction [N], and their resistances [N s/m].

    overlap : m, > 0 ; away, slide : m/s, relative velocity along the normal and along the tangent
    """
    stiffness = p.stiffness if overlap < p.soft_depth else p.stiffness_deep
    yielding = p.damping + dt * stiffness
    normal = resistance(overlap, p) - yielding * away
    if normal <= 0.0:
        return 0.0, 0.0, 0.0, 0.0
    rough = min(p.friction * overlap, p.friction_limit * normal / max(abs(slide), 1e-4))
    return normal, -rough * slide, yielding, rough


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def drive(
    i,
    velocity,
    mass,
    kind,
    direction,
    speed,
    gap,
    push,
    slot,
    position,
    brace,
    discipline,
    eased,
    eased_brake,
    dt,
    p,
    officers,
):
    """Propulsion of person i, N; its damping term is never capped.

    walking : m (v* e - v) / tau           pushing, gap < push_gap : F_push e - m v / tau
    formed  : clip(q m (slot - x) / (gain slot_time), b F_brace) - m v / slot_time

    1 / tau stands for (1 - exp(-dt / tau)) / dt: people alone then get up to speed alike at any tick.
    brace, discipline  : f4[n]   b, share of F_brace he braces with, and q, scale of the gain of his slot
    eased, eased_brake : 1 - exp(-dt / tau) of either tau, worked out once for all
    """
    m, vx, vy = mass[i], velocity[i, 0], velocity[i, 1]
    if kind[i] >= FORMED:
        gain = discipline[i] * (m / (officers.slot_gain * officers.slot_time))
        fx = gain * (slot[i, 0] - position[i, 0])
        fy = gain * (slot[i, 1] - position[i, 1])
        length = math.sqrt(fx * fx + fy * fy)
        most = brace[i] * officers.brace
        if length > most:
            fx *= most / length
            fy *= most / length
        rate = m / officers.slot_time
    elif push[i] > 0.0 and gap[i] < p.push_gap:
        fx, fy = push[i] * direction[i, 0], push[i] * direction[i, 1]
        rate = m * eased / dt
    else:
        along = vx * direction[i, 0] + vy * direction[i, 1]
        rate = m * (eased_brake if along > speed[i] else eased) / dt
        fx, fy = rate * speed[i] * direction[i, 0], rate * speed[i] * direction[i, 1]
    return fx - rate * vx, fy - rate * vy


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def people_push(s, start, grid, sorted_people, shoulder, dt, p):
    """Social force and damped, Coulomb-capped contact of all neighbours on the person at sorted place s.

    social  : A exp(min(0, r_ij - d) / B) (lam + (1 - lam) (1 + cos phi) / 2) n ; none for pushers and formed officers,
              nor within a pair in contact that holds a pusher: it is not action = reaction
    contact : max(0, K(g) - (c + k dt) v_n) n - min(kappa g, mu f_n / |v_t|) v_t t , g = overlap,
              K(g) = k min(g, soft_depth) + k_deep max(0, g - soft_depth)

    Returns force x, y [N], resistance xx, xy, yy [N s/m], and the sum of the normal forces [N].

    Source: Helbing, Farkas & Vicsek (2000), doi:10.1038/35035023; cap and damping as in docs/model.md [P].
    Check : contact forces of a pair cancel; against tests/naive.py on fixed seeds, tests/kernels/test_forces.py.
    """
    x, y = sorted_people[X, s], sorted_people[Y, s]
    vx, vy = sorted_people[VX, s], sorted_people[VY, s]
    radius, kind, goal = sorted_people[RADIUS, s], sorted_people[KIND, s], sorted_people[GOAL, s]
    mass = sorted_people[MASS, s]
    e0x, e0y = sorted_people[E0X, s], sorted_people[E0Y, s]
    social = p.social if kind != PUSHER and kind < FORMED else 0.0
    reach2 = p.reach * p.reach
    fx, fy = every(0.0), every(0.0)
    rxx, rxy, ryy, squeeze = every(0.0), every(0.0), every(0.0), every(0.0)
    touched = False
    left, right = col_of(grid, x - p.reach), col_of(grid, x + p.reach) + 1
    for r in range(row_of(grid, y - p.reach), row_of(grid, y + p.reach) + 1):
        begin, end = start[r * grid.cols + left], start[r * grid.cols + right]
        for t in range(begin, end, LANES):
            dx, dy = x - load(sorted_people, X, t), y - load(sorted_people, Y, t)
            square = dx * dx + dy * dy
            near = (square <= reach2) & first(end - t) & ~lane(s - t)
            if not some(near):
                continue
            distance = root(square)
            # Two bodies at one point part along x, the earlier row to the west.
            apart = distance > 1e-5
            distance = higher(distance, 1e-5)
            inverse = 1.0 / distance
            nx = where(apart, dx * inverse, where(first(s - t), 1.0, -1.0))
            ny = where(apart, dy * inverse, 0.0)
            sum_radius = load(sorted_people, RADIUS, t) + radius
            if shoulder < 1.0:
                facing = load(sorted_people, E0X, t) * e0x + load(sorted_people, E0Y, t) * e0y
                turn = _turned(kind, goal, load(sorted_people, KIND, t), load(sorted_people, GOAL, t), facing)
                sum_radius = where(turn, sum_radius * shoulder, sum_radius)
            overlap = sum_radius - distance
            touching = near & (overlap > 0.0)
            if social > 0.0:
                reached = lower(overlap, 0.0) if p.social_hard > 0.5 else overlap
                push = exp(reached * (1.0 / p.social_range)) * social
                if p.rear < 1.0:
                    push = push * (0.5 * (1.0 + p.rear) - 0.5 * (1.0 - p.rear) * (e0x * nx + e0y * ny))
                other = load(sorted_people, KIND, t)
                push = where(near & ~(touching & (other >= PUSHER) & (other <= PUSHER)), push, 0.0)
                fx = fx + push * nx
                fy = fy + push * ny
            if some(touching):
                touched = True
                rvx, rvy = vx - load(sorted_people, VX, t), vy - load(sorted_people, VY, t)
                away = rvx * nx + rvy * ny
                slide = rvy * nx - rvx * ny
                soft = lower(overlap, p.soft_depth)
                yielding = where(overlap < p.soft_depth, p.stiffness, p.stiffness_deep) * dt + p.damping
                normal = soft * p.stiffness + (overlap - soft) * p.stiffness_deep - yielding * away
                touching = touching & (normal > 0.0)
                normal = where(touching, normal, 0.0)
                yielding = where(touching, yielding, 0.0)
                rough = where(
                    touching, lower(overlap * p.friction, normal * p.friction_limit / higher(size(slide), 1e-4)), 0.0
                )
                rub = rough * slide
                fx = fx + (normal * nx + rub * ny)
                fy = fy + (normal * ny - rub * nx)
                # Of two bodies the lighter yields the more: so that what one gains is what the other loses.
                share = where(touching, 0.5 * mass / load(sorted_people, MASS, t) + 0.5, 0.0)
                yielding, rough = yielding * share, rough * share
                nxy = nx * ny
                rxx = rxx + (yielding * nx * nx + rough * ny * ny)
                rxy = rxy + (yielding - rough) * nxy
                ryy = ryy + (yielding * ny * ny + rough * nx * nx)
                squeeze = squeeze + normal
    xx, xy, yy, pressed = _NOTHING, _NOTHING, _NOTHING, _NOTHING
    if touched:
        xx, xy, yy, pressed = total(rxx), total(rxy), total(ryy), total(squeeze)
    return total(fx), total(fy), xx, xy, yy, pressed


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _tile_code(solid, r, c):
    """What a tile holds; beyond the map's edge a wall."""
    if r < 0 or r >= solid.shape[0] or c < 0 or c >= solid.shape[1]:
        return 1
    return solid[r, c]


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def wall_push(x, y, vx, vy, reach, solid, tile, dt, p):
    """Push of the walls and closed barriers on a body of radius `reach`, exact to the tile.

    Of the tiles within p.wall_reach those are felt whose nearest point is not hidden behind the next tile: a face
    straight beside the person, or a corner between two free tiles. Contact and friction as between people.

    solid : i2[rows, cols]   0 free, 1 wall, 2 + k closed barrier k
    Returns force x, y [N], resistance xx, xy, yy [N s/m], sum of the normal forces [N], the barrier leaned on hardest
    (-1 = none) and the force on it x, y [N].

    Check: sliding along a wall slows monotonically; n rows pushing load a barrier with n F, tests/step.
    """
    rows, cols = solid.shape
    span = int(math.ceil(p.wall_reach / tile))
    c = min(max(int(x / tile), 0), cols - 1)
    r = min(max(int(y / tile), 0), rows - 1)
    barrier, load_x, load_y, hardest = -1, 0.0, 0.0, 0.0
    fx, fy, rxx, rxy, ryy, squeeze = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for dr in range(-span, span + 1):
        for dc in range(-span, span + 1):
            code = _tile_code(solid, r + dr, c + dc)
            if code == 0:
                continue
            step_r = 1 if dr > 0 else -1
            step_c = 1 if dc > 0 else -1
            if dr != 0 and _tile_code(solid, r + dr - step_r, c + dc) != 0:
                continue
            if dc != 0 and _tile_code(solid, r + dr, c + dc - step_c) != 0:
                continue
            dx = 0.0 if dc == 0 else x - (c + dc + (0 if dc > 0 else 1)) * tile
            dy = 0.0 if dr == 0 else y - (r + dr + (0 if dr > 0 else 1)) * tile
            distance = math.sqrt(dx * dx + dy * dy)
            if distance > 1e-6:
                nx, ny = dx / distance, dy / distance
            else:
                nx, ny = -float(step_c) if dc != 0 else 0.0, -float(step_r) if dr != 0 else 0.0
            overlap = reach - distance
            push = p.social_wall * math.exp((min(0.0, overlap) if p.social_hard > 0.5 else overlap) / p.social_range)
            fx += push * nx
            fy += push * ny
            if overlap <= 0.0:
                continue
            slide = vy * nx - vx * ny
            normal, rub, yielding, rough = touch(overlap, vx * nx + vy * ny, slide, dt, p)
            fx += normal * nx - rub * ny
            fy += normal * ny + rub * nx
            rxx += yielding * nx * nx + rough * ny * ny
            rxy += (yielding - rough) * nx * ny
            ryy += yielding * ny * ny + rough * nx * nx
            squeeze += normal
            if code >= 2 and normal > hardest:
                hardest = normal
                barrier, load_x, load_y = code - 2, -normal * nx, -normal * ny
    return fx, fy, rxx, rxy, ryy, squeeze, barrier, load_x, load_y


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def _push_some(
    first_one,
    last_one,
    order,
    start,
    grid,
    sorted_people,
    position,
    velocity,
    radius,
    mass,
    kind,
    direction,
    speed,
    gap,
    push,
    slot,
    brace,
    discipline,
    solid,
    clear,
    tile,
    shoulder,
    dt,
    p,
    officers,
    out_force,
    out_resist,
    out_squeeze,
    out_barrier,
    out_load,
):
    """`push_bodies` for the sorted places first_one .. last_one - 1."""
    eased, eased_brake = 1.0 - math.exp(-dt / p.relax), 1.0 - math.exp(-dt / p.relax_brake)
    rows, cols = clear.shape
    per_tile = 1.0 / tile
    for s in range(first_one, last_one):
        i = order[s]
        fx, fy, rxx, rxy, ryy, squeeze = people_push(s, start, grid, sorted_people, shoulder, dt, p)
        dx, dy = drive(
            i,
            velocity,
            mass,
            kind,
            direction,
            speed,
            gap,
            push,
            slot,
            position,
            brace,
            discipline,
            eased,
            eased_brake,
            dt,
            p,
            officers,
        )
        fx += dx
        fy += dy
        x, y = sorted_people[X, s], sorted_people[Y, s]
        out_barrier[i] = -1
        r = min(max(int(y * per_tile), 0), rows - 1)
        c = min(max(int(x * per_tile), 0), cols - 1)
        if clear[r, c] < p.wall_reach:
            wx, wy, wxx, wxy, wyy, w, barrier, load_x, load_y = wall_push(
                x, y, sorted_people[VX, s], sorted_people[VY, s], radius[i], solid, tile, dt, p
            )
            fx += wx
            fy += wy
            rxx += wxx
            rxy += wxy
            ryy += wyy
            squeeze += w
            out_barrier[i] = barrier
            out_load[i, 0] = load_x
            out_load[i, 1] = load_y
        if kind[i] < WALKER:  # he lies where he fell: others press on him and go round him
            fx, fy, rxx, rxy, ryy = 0.0, 0.0, 0.0, 0.0, 0.0
        out_force[i, 0] = fx
        out_force[i, 1] = fy
        out_resist[i, 0] = rxx
        out_resist[i, 1] = rxy
        out_resist[i, 2] = ryy
        out_squeeze[i] = 0.5 * squeeze


@njit(cache=True, parallel=True, nogil=True, error_model="numpy")
def push_bodies(
    order,
    count,
    start,
    grid,
    sorted_people,
    position,
    velocity,
    radius,
    mass,
    kind,
    direction,
    speed,
    gap,
    push,
    slot,
    brace,
    discipline,
    solid,
    clear,
    tile,
    shoulder,
    dt,
    p,
    officers,
    out_force,
    out_resist,
    out_squeeze,
    out_barrier,
    out_load,
):
    """Set (not add) the forces of every active person: drive, neighbours, walls.

    sorted_people : f4[SORTED_ROWS, n + LANES] ; shoulder : share of the sum of radii between people who turn theirs
    direction : f4[n, 2] unit ; speed : f4[n] m/s ; gap : f4[n] m ; push : f4[n] N, 0 = does not push
    slot      : f4[n, 2] m ; brace, discipline : f4[n], as `drive` has them
    solid, clear : as World has them
    p, officers  : ForceParams, OfficerParams, as plain tuples
    out_force : f4[n, 2], N ; out_resist : f4[n, 3], N s/m, xx xy yy
    out_squeeze : f4[n], N, half the sum of the contact forces
    out_barrier : i2[n], barrier leaned on hardest, -1 = none ; out_load : f4[n, 2], N, force on it

    Check: a free walker's speed is v0 (1 - exp(-t/tau)), tests/step/test_analytic.py.
    """
    p, officers = ForceParams(*p), OfficerParams(*officers)
    for chunk in prange((count + CHUNK - 1) // CHUNK):
        _push_some(
            chunk * CHUNK, min(count, (chunk + 1) * CHUNK), order, start, grid, sorted_people,
            position, velocity, radius, mass, kind, direction, speed, gap, push, slot, brace,
            discipline, solid, clear, tile,
            shoulder, dt, p, officers, out_force, out_resist, out_squeeze, out_barrier, out_load,
        )  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _push(i, share, normal, yielding, nx, ny, out_force, out_resist):
    """Add a share of a normal force, and of its resistance, to row i; a negative share pushes the other way."""
    out_force[i, 0] += share * normal * nx
    out_force[i, 1] += share * normal * ny
    out_resist[i, 0] += abs(share) * yielding * nx * nx
    out_resist[i, 1] += abs(share) * yielding * nx * ny
    out_resist[i, 2] += abs(share) * yielding * ny * ny


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def _press_on(
    a, b, bx, by, order, start, grid, position, velocity, radius, kind, p, dt, officers,
    out_force, out_resist, out_squeeze,
):  # fmt: skip
    """Add the push between a capsule and the people who press on it; returns the sum of the normal forces [N].

    It runs from officer a to officer b at (bx, by); b = -1 is a point of a wall, which bears what falls to it.
    """
    ax, ay = position[a, 0], position[a, 1]
    lx, ly = bx - ax, by - ay
    square = lx * lx + ly * ly
    load = 0.0
    low_x, high_x = min(ax, bx) - 0.5, max(ax, bx) + 0.5
    low_y, high_y = min(ay, by) - 0.5, max(ay, by) + 0.5
    c0, c1 = col_of(grid, low_x), col_of(grid, high_x)
    for r in range(row_of(grid, low_y), row_of(grid, high_y) + 1):
        for s in range(start[r * grid.cols + c0], start[r * grid.cols + c1 + 1]):
            i = order[s]
            if kind[i] >= LED or kind[i] < WALKER:
                continue  # shields pass over those who lie
            x, y = position[i, 0], position[i, 1]
            u = ((x - ax) * lx + (y - ay) * ly) / square
            if u <= 0.0 or u >= 1.0:
                continue  # the officer's own body is there, or the wall
            dx, dy = x - (ax + u * lx), y - (ay + u * ly)
            distance = math.sqrt(dx * dx + dy * dy)
            overlap = radius[i] + officers.link_radius - distance
            if overlap <= 0.0 or distance < 1e-5:
                continue
            nx, ny = dx / distance, dy / distance
            rvx = velocity[i, 0] - (1.0 - u) * velocity[a, 0]
            rvy = velocity[i, 1] - (1.0 - u) * velocity[a, 1]
            if b >= 0:
                rvx -= u * velocity[b, 0]
                rvy -= u * velocity[b, 1]
            normal, _, yielding, _ = touch(overlap, rvx * nx + rvy * ny, 0.0, dt, p)
            _push(i, 1.0, normal, yielding, nx, ny, out_force, out_resist)
            _push(a, u - 1.0, normal, yielding, nx, ny, out_force, out_resist)
            if b >= 0:
                _push(b, -u, normal, yielding, nx, ny, out_force, out_resist)
            out_squeeze[i] += 0.5 * normal
            load += normal
    return load


@njit(cache=True, nogil=True, error_model="numpy")
def add_link_push(
    links,
    link_count,
    stays,
    stay_at,
    order,
    start,
    grid,
    position,
    velocity,
    radius,
    kind,
    p,
    dt,
    officers,
    out_force,
    out_resist,
    out_squeeze,
    out_load,
):
    """Add the push between the links and stays of lines and the people who press on them, and the pull of stretched
    links.

    A link is a capsule between two neighbouring officers, a stay one between the last officer of a line and the wall
    beside him; what presses on it is shared by the lever rule. One thread: a few hundred of them, and both sides of
    each contact are written.

    links      : i4[m, 2]   rows of the two officers
    stays      : i4[k]      rows of officers, stay_at : f4[k, 2], m, points on the wall
    out_force  : f4[n, 2], N, out_resist : f4[n, 3], N s/m, out_squeeze : f4[n], N, all added to
    out_load   : f4[m], N   contact force on each link
    p, officers : ForceParams, OfficerParams, as plain tuples

    Source: docs/model.md, shield line [P].
    Check : the forces of one link sum to zero, tests/kernels/test_forces.py.
    """
    p, officers = ForceParams(*p), OfficerParams(*officers)
    for k in range(link_count):
        a, b = links[k, 0], links[k, 1]
        lx, ly = position[b, 0] - position[a, 0], position[b, 1] - position[a, 1]
        length = math.sqrt(lx * lx + ly * ly)
        out_load[k] = 0.0
        if length < 1e-4:
            continue
        if length > officers.link_length:
            pull = officers.link_stiffness * (length - officers.link_length) / length
            out_force[a, 0] += pull * lx
            out_force[a, 1] += pull * ly
            out_force[b, 0] -= pull * lx
            out_force[b, 1] -= pull * ly
        out_load[k] = _press_on(
            a, b, position[b, 0], position[b, 1], order, start, grid, position, velocity, radius, kind, p, dt, officers,
            out_force, out_resist, out_squeeze,
        )  # fmt: skip
    for k in range(len(stays)):
        a = stays[k]
        if math.hypot(stay_at[k, 0] - position[a, 0], stay_at[k, 1] - position[a, 1]) > 1e-4:
            _press_on(
                a, np.int32(-1), stay_at[k, 0], stay_at[k, 1], order, start, grid, position, velocity, radius, kind,
                p, dt, officers, out_force, out_resist, out_squeeze,
            )  # fmt: skip
