"""Forces on bodies, every tick: drive, person-person, walls, links of a shield line."""

import math

from numba import njit, prange

from crowdsim.kernels.cells import E0X, E0Y, FORMED, GOAL, KIND, MASS, OFFICER, PUSHER, RADIUS, VX, VY, X, Y


@njit(cache=True, nogil=True, inline="always")
def turned(s, t, sorted_people):
    """Whether two people (sorted places) turn their shoulders to pass: walkers of different goals who meet head on, or
    officers of whom one is on the way. Symmetric, so that contact stays action = reaction. People of one goal never do:
    those who come to a door from both sides wait for each other."""
    one, other = sorted_people[KIND, s], sorted_people[KIND, t]
    if one >= OFFICER and other >= OFFICER:
        return one != FORMED or other != FORMED
    if one == FORMED or other == FORMED:
        return False
    if sorted_people[GOAL, s] == sorted_people[GOAL, t] and sorted_people[GOAL, s] >= 0.0:
        return False
    return sorted_people[E0X, s] * sorted_people[E0X, t] + sorted_people[E0Y, s] * sorted_people[E0Y, t] < -0.3


@njit(cache=True, nogil=True, inline="always")
def resistance(overlap, p):
    """Elastic contact force [N] of an overlap [m]: soft flesh first, then stiffer."""
    return p.stiffness * min(overlap, p.soft_depth) + p.stiffness_deep * max(0.0, overlap - p.soft_depth)


@njit(cache=True, parallel=True, nogil=True)
def add_drive(order, count, velocity, mass, kind, direction, speed, gap, push, slot, position, p, officers, out_force):
    """Set (not add) the propulsion of every active person; the damping term is never capped.

    walking : m (v* e - v) / tau           pushing, gap < push_gap : F_push e - m v / tau
    formed  : clip(m (slot - x) / (gain slot_time), F_brace) - m v / slot_time

    direction : f4[n, 2] unit ; speed : f4[n] m/s ; gap : f4[n] m ; push : f4[n] N, 0 = does not push
    slot      : f4[n, 2] m ; p : ForceParams ; officers : OfficerParams
    out_force : f4[n, 2], N, overwritten

    Check: a free walker's speed is v0 (1 - (1 - dt/tau)^k), tests/step/test_analytic.py.
    """
    for s in prange(count):
        i = order[s]
        m = mass[i]
        if kind[i] == FORMED:
            gain = m / (officers.slot_gain * officers.slot_time)
            fx = gain * (slot[i, 0] - position[i, 0])
            fy = gain * (slot[i, 1] - position[i, 1])
            size = math.sqrt(fx * fx + fy * fy)
            if size > officers.brace:
                fx *= officers.brace / size
                fy *= officers.brace / size
            out_force[i, 0] = fx - m / officers.slot_time * velocity[i, 0]
            out_force[i, 1] = fy - m / officers.slot_time * velocity[i, 1]
        elif push[i] > 0.0 and gap[i] < p.push_gap:
            out_force[i, 0] = push[i] * direction[i, 0] - m / p.relax * velocity[i, 0]
            out_force[i, 1] = push[i] * direction[i, 1] - m / p.relax * velocity[i, 1]
        else:
            along = velocity[i, 0] * direction[i, 0] + velocity[i, 1] * direction[i, 1]
            tau = p.relax_brake if along > speed[i] else p.relax
            out_force[i, 0] = m * (speed[i] * direction[i, 0] - velocity[i, 0]) / tau
            out_force[i, 1] = m * (speed[i] * direction[i, 1] - velocity[i, 1]) / tau


@njit(cache=True, parallel=True, nogil=True)
def add_people_push(order, count, start, rows, cols, cell_size, sorted_people, shoulder, dt, p, out_force, out_squeeze):
    """Add the social force and the damped, Coulomb-capped contact of all neighbours to every active person.

    social  : A exp(min(0, r_ij - d) / B) (lam + (1 - lam) (1 + cos phi) / 2) n ; none for pushers and formed officers,
              nor within a pair in contact that holds a pusher: it is not action = reaction
    contact : max(0, K(g) - c v_n) n - sign(v_t) min(kappa g |v_t|, mu f_n, 0.25 m |v_t| / dt) t , g = overlap,
              K(g) = k min(g, soft_depth) + k_deep max(0, g - soft_depth)

    sorted_people : f4[SORTED_ROWS, n] ; shoulder : share of the sum of radii between people who turn their shoulders
    p             : ForceParams
    out_force     : f4[n, 2], N, added to ; out_squeeze : f4[n], N, overwritten with half the sum of contact forces

    Source: Helbing, Farkas & Vicsek (2000), doi:10.1038/35035023; cap and damping as in docs/model.md [P].
    Check : contact forces of a pair cancel; against tests/naive.py on fixed seeds, tests/kernels/test_forces.py.
    """
    reach2 = p.reach * p.reach
    for s in prange(count):
        i = order[s]
        x, y = sorted_people[X, s], sorted_people[Y, s]
        vx, vy = sorted_people[VX, s], sorted_people[VY, s]
        radius, mass, kind = sorted_people[RADIUS, s], sorted_people[MASS, s], sorted_people[KIND, s]
        e0x, e0y = sorted_people[E0X, s], sorted_people[E0Y, s]
        social = p.social if kind != PUSHER and kind != FORMED else 0.0
        fx, fy, squeeze = 0.0, 0.0, 0.0
        col = min(max(int(x / cell_size), 0), cols - 1)
        row = min(max(int(y / cell_size), 0), rows - 1)
        for r in range(max(0, row - 1), min(rows, row + 2)):
            first = start[r * cols + max(0, col - 1)]
            last = start[r * cols + min(cols - 1, col + 1) + 1]
            for t in range(first, last):
                dx, dy = x - sorted_people[X, t], y - sorted_people[Y, t]
                square = dx * dx + dy * dy
                if square > reach2 or t == s:
                    continue
                distance = math.sqrt(square)
                if distance < 1e-5:
                    # Two bodies at one point part along x, the earlier row to the west.
                    distance = 1e-5
                    dx = 1e-5 if s > t else -1e-5
                    dy = 0.0
                nx, ny = dx / distance, dy / distance
                other = sorted_people[KIND, t]
                sum_radius = radius + sorted_people[RADIUS, t]
                if turned(s, t, sorted_people):
                    sum_radius *= shoulder
                overlap = sum_radius - distance
                if social > 0.0 and not (overlap > 0.0 and other == PUSHER):
                    toward = -(e0x * nx + e0y * ny)
                    weight = p.rear + (1.0 - p.rear) * 0.5 * (1.0 + toward)
                    reached = min(0.0, overlap) if p.social_hard > 0.5 else overlap
                    size = social * weight * math.exp(reached / p.social_range)
                    fx += size * nx
                    fy += size * ny
                if overlap > 0.0:
                    rvx, rvy = vx - sorted_people[VX, t], vy - sorted_people[VY, t]
                    normal_speed = rvx * nx + rvy * ny
                    normal = max(0.0, resistance(overlap, p) - p.damping * normal_speed)
                    tx, ty = -ny, nx
                    slide = rvx * tx + rvy * ty
                    lighter = min(mass, sorted_people[MASS, t])
                    rub = min(
                        p.friction * overlap * abs(slide),
                        min(p.friction_limit * normal, 0.25 * lighter * abs(slide) / dt),
                    )
                    if slide > 0.0:
                        rub = -rub
                    fx += normal * nx + rub * tx
                    fy += normal * ny + rub * ty
                    squeeze += normal
        out_force[i, 0] += fx
        out_force[i, 1] += fy
        out_squeeze[i] = 0.5 * squeeze


_WALL_REACH = 0.4
"""m: no body is wider, and a wall's social push is next to nothing beyond."""


@njit(cache=True, nogil=True, inline="always")
def _tile_code(solid, r, c):
    """What a tile holds; beyond the map's edge a wall."""
    if r < 0 or r >= solid.shape[0] or c < 0 or c >= solid.shape[1]:
        return 1
    return solid[r, c]


@njit(cache=True, parallel=True, nogil=True)
def add_wall_push(
    order, count, position, velocity, radius, mass, solid, tile, dt, p, out_force, out_squeeze, out_barrier, out_load
):
    """Add the push of the walls and closed barriers a body touches, exact to the tile.

    Of the tiles within reach those are felt whose nearest point is not hidden behind the next tile: a face straight
    beside the person, or a corner between two free tiles. Contact and friction as between people.

    solid       : i2[rows, cols]   0 free, 1 wall, 2 + k closed barrier k
    out_force   : f4[n, 2], N, added to ; out_squeeze : f4[n], N, added to
    out_barrier : i2[n]            barrier leaned on hardest, -1 = none
    out_load    : f4[n, 2], N      force on that barrier

    Check: sliding along a wall slows monotonically; n rows pushing load a barrier with n F, tests/step.
    """
    rows, cols = solid.shape
    span = int(math.ceil(_WALL_REACH / tile))
    side = 2 * span + 1
    for s in prange(count):
        i = order[s]
        x, y, reach = position[i, 0], position[i, 1], radius[i]
        out_barrier[i] = -1
        out_load[i, 0] = 0.0
        out_load[i, 1] = 0.0
        c = min(max(int(x / tile), 0), cols - 1)
        r = min(max(int(y / tile), 0), rows - 1)
        hardest = 0.0
        fx, fy, squeeze = 0.0, 0.0, 0.0
        for k in range(side * side):
            dr, dc = k // side - span, k % side - span
            rr, cc = r + dr, c + dc
            code = _tile_code(solid, rr, cc)
            if code == 0:
                continue
            step_r = 1 if dr > 0 else -1
            step_c = 1 if dc > 0 else -1
            if dr != 0 and _tile_code(solid, rr - step_r, cc) != 0:
                continue
            if dc != 0 and _tile_code(solid, rr, cc - step_c) != 0:
                continue
            dx = 0.0 if dc == 0 else x - (cc + (0 if dc > 0 else 1)) * tile
            dy = 0.0 if dr == 0 else y - (rr + (0 if dr > 0 else 1)) * tile
            distance = math.sqrt(dx * dx + dy * dy)
            if distance > 1e-6:
                nx, ny = dx / distance, dy / distance
            else:
                nx, ny = -float(step_c) if dc != 0 else 0.0, -float(step_r) if dr != 0 else 0.0
            overlap = reach - distance
            size = p.social_wall * math.exp((min(0.0, overlap) if p.social_hard > 0.5 else overlap) / p.social_range)
            fx += size * nx
            fy += size * ny
            if overlap <= 0.0:
                continue
            normal_speed = velocity[i, 0] * nx + velocity[i, 1] * ny
            normal = max(0.0, resistance(overlap, p) - p.damping * normal_speed)
            tx, ty = -ny, nx
            slide = velocity[i, 0] * tx + velocity[i, 1] * ty
            rub = min(
                p.friction * overlap * abs(slide), min(p.friction_limit * normal, 0.25 * mass[i] * abs(slide) / dt)
            )
            if slide > 0.0:
                rub = -rub
            fx += normal * nx + rub * tx
            fy += normal * ny + rub * ty
            squeeze += normal
            if code >= 2 and normal > hardest:
                hardest = normal
                out_barrier[i] = code - 2
                out_load[i, 0] = -normal * nx
                out_load[i, 1] = -normal * ny
        out_force[i, 0] += fx
        out_force[i, 1] += fy
        out_squeeze[i] += 0.5 * squeeze


@njit(cache=True, nogil=True)
def add_link_push(
    links,
    link_count,
    order,
    start,
    rows,
    cols,
    cell_size,
    position,
    velocity,
    radius,
    mass,
    kind,
    p,
    officers,
    out_force,
    out_squeeze,
    out_load,
):
    """Add the push between the links of a line and the people who press on them, and the pull of stretched links.

    A link is a capsule between two neighbouring officers; what presses on it is shared by the lever rule. One thread:
    a few hundred links, and both sides of each contact are written.

    links      : i4[m, 2]   rows of the two officers
    out_force  : f4[n, 2], N, added to ; out_squeeze : f4[n], N, added to
    out_load   : f4[m], N   contact force on each link

    Source: docs/model.md, shield line [P].
    Check : the forces of one link sum to zero, tests/kernels/test_forces.py.
    """
    for k in range(link_count):
        a, b = links[k, 0], links[k, 1]
        ax, ay = position[a, 0], position[a, 1]
        bx, by = position[b, 0], position[b, 1]
        lx, ly = bx - ax, by - ay
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
        low_x, high_x = min(ax, bx) - 0.5, max(ax, bx) + 0.5
        low_y, high_y = min(ay, by) - 0.5, max(ay, by) + 0.5
        c0 = min(max(int(low_x / cell_size), 0), cols - 1)
        c1 = min(max(int(high_x / cell_size), 0), cols - 1)
        r0 = min(max(int(low_y / cell_size), 0), rows - 1)
        r1 = min(max(int(high_y / cell_size), 0), rows - 1)
        for r in range(r0, r1 + 1):
            for s in range(start[r * cols + c0], start[r * cols + c1 + 1]):
                i = order[s]
                if kind[i] >= OFFICER:
                    continue
                x, y = position[i, 0], position[i, 1]
                u = ((x - ax) * lx + (y - ay) * ly) / (length * length)
                if u <= 0.0 or u >= 1.0:
                    continue  # the officer's own body is there
                dx, dy = x - (ax + u * lx), y - (ay + u * ly)
                distance = math.sqrt(dx * dx + dy * dy)
                overlap = radius[i] + officers.link_radius - distance
                if overlap <= 0.0 or distance < 1e-5:
                    continue
                nx, ny = dx / distance, dy / distance
                rvx = velocity[i, 0] - (1.0 - u) * velocity[a, 0] - u * velocity[b, 0]
                rvy = velocity[i, 1] - (1.0 - u) * velocity[a, 1] - u * velocity[b, 1]
                normal = max(0.0, resistance(overlap, p) - p.damping * (rvx * nx + rvy * ny))
                out_force[i, 0] += normal * nx
                out_force[i, 1] += normal * ny
                out_force[a, 0] -= (1.0 - u) * normal * nx
                out_force[a, 1] -= (1.0 - u) * normal * ny
                out_force[b, 0] -= u * normal * nx
                out_force[b, 1] -= u * normal * ny
                out_squeeze[i] += 0.5 * normal
                out_load[k] += normal
