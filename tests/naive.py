"""Each kernel again in plain NumPy and Python, in float64, as slow and obvious as possible.

Twins of pair kernels look at everybody: no cells. `out_` arguments of the kernel are what the twin returns.
"""

import heapq
import itertools
import math

import numpy as np

from crowdsim.kernels.cells import (
    E0X,
    E0Y,
    FORMED,
    GOAL,
    KIND,
    LED,
    MASS,
    OFFICER,
    PUSHER,
    RADIUS,
    VX,
    VY,
    WALKER,
    WAY,
    X,
    Y,
)  # fmt: skip


def cells_of(position, active, width, height, rows, cols):
    """Cell of each active row, -1 for the others; cells are `width` x `height` m."""
    col = np.clip((position[:, 0] / width).astype(int), 0, cols - 1)
    row = np.clip((position[:, 1] / height).astype(int), 0, rows - 1)
    return np.where(active, row * cols + col, -1)


def sort_people(position, active, width, height, rows, cols):
    """cell, start, order."""
    cell = cells_of(position, active, width, height, rows, cols)
    who = np.flatnonzero(active)
    order = who[np.argsort(cell[who], kind="stable")]
    start = np.searchsorted(cell[order], np.arange(rows * cols + 1))
    return cell, start, order


def count_within(position, active, reach):
    """How many active people stand within `reach` of each active one, himself included."""
    count = np.zeros(len(position))
    for i in np.flatnonzero(active):
        away = position[active].astype(float) - position[i].astype(float)
        count[i] = (np.hypot(*away.T) < reach).sum()
    return count


def crowd_pressure(position, velocity, counted, sigma):
    """Density times variance of the velocity about each of those counted, Gaussian weights up to 3 sigma."""
    pressure = np.zeros(len(position))
    place, moves = position[counted].astype(float), velocity[counted].astype(float)
    for i in np.flatnonzero(counted):
        away = np.hypot(*(place - position[i].astype(float)).T)
        weight = np.where(away < 3.0 * sigma, np.exp(-((away / sigma) ** 2) / 2.0), 0.0)
        mean = (weight[:, None] * moves).sum(axis=0) / weight.sum()
        variance = (weight * ((moves - mean) ** 2).sum(axis=1)).sum() / weight.sum()
        pressure[i] = weight.sum() / (2.0 * np.pi * sigma**2) * variance
    return pressure


def drive(rows, velocity, mass, kind, direction, speed, gap, push, slot, position, brace, discipline, dt, p, officers):
    """The propulsion of `rows`."""
    force = np.zeros((len(velocity), 2))
    for i in rows:
        v, m = velocity[i].astype(float), float(mass[i])
        if kind[i] >= FORMED:
            pull = m * (slot[i].astype(float) - position[i]) / (officers.slot_gain * officers.slot_time)
            pull = pull * float(discipline[i])
            size = np.linalg.norm(pull)
            force[i] = pull * min(1.0, float(brace[i]) * officers.brace / max(size, 1e-12)) - m * v / officers.slot_time
        elif push[i] > 0 and gap[i] < p.push_gap:
            force[i] = push[i] * direction[i] - m * v * (1 - math.exp(-dt / p.relax)) / dt
        else:
            tau = p.relax_brake if v @ direction[i] > speed[i] else p.relax
            force[i] = m * (speed[i] * direction[i].astype(float) - v) * (1 - math.exp(-dt / tau)) / dt
    return force


def turned(a, b):
    """Whether two people, columns of the sorted copy, turn their shoulders to pass."""
    if a[KIND] >= LED and b[KIND] >= LED:
        return not (a[KIND] == FORMED and b[KIND] == FORMED)
    if a[KIND] >= FORMED or b[KIND] >= FORMED or a[GOAL] == b[GOAL] >= 0:
        return False
    if LED in (a[KIND], b[KIND]):
        return True
    return a[E0X] * b[E0X] + a[E0Y] * b[E0Y] < -0.3


def resistance(overlap, p):
    """Elastic part of a contact, N: soft to `soft_depth`, stiffer beyond."""
    soft = min(overlap, p.soft_depth)
    return p.stiffness * soft + p.stiffness_deep * (overlap - soft)


def contact(overlap, n, relative, dt, p):
    """Force [N] on a body with `overlap` m, whose partner lies towards -n and from which it moves with `relative`.

    Taken as it will be after `dt`, the partner going on as he does. Returns the force, by how much it falls for each
    m/s the body gains (2 x 2), and the size of its normal part.
    """
    if overlap <= 0.0:
        return np.zeros(2), np.zeros((2, 2)), 0.0
    stiffness = p.stiffness if overlap < p.soft_depth else p.stiffness_deep
    yielding = p.damping + dt * stiffness
    normal = resistance(overlap, p) - yielding * (relative @ n)
    if normal <= 0.0:
        return np.zeros(2), np.zeros((2, 2)), 0.0
    t = np.array([-n[1], n[0]])
    slide = relative @ t
    rough = min(p.friction * overlap, p.friction_limit * normal / max(abs(slide), 1e-4))
    return normal * n - rough * slide * t, yielding * np.outer(n, n) + rough * np.outer(t, t), normal


def people_push(sorted_people, shoulder, dt, p):
    """Force, resistance (xx, xy, yy) and sum of normal forces of everyone in the sorted copy, in its order."""
    people = sorted_people.astype(float).T
    n_people = len(people)
    force, resist, squeeze = np.zeros((n_people, 2)), np.zeros((n_people, 3)), np.zeros(n_people)
    for s, a in enumerate(people):
        for t, b in enumerate(people):
            away = a[[X, Y]] - b[[X, Y]]
            distance = np.linalg.norm(away)
            if s == t or distance > p.reach:
                continue
            if distance < 1e-5:
                distance, away = 1e-5, np.array([1e-5 if s > t else -1e-5, 0.0])
            n = away / distance
            reach = (a[RADIUS] + b[RADIUS]) * (shoulder if turned(a, b) else 1.0)
            overlap = reach - distance
            social = a[KIND] not in (PUSHER, FORMED) and not (overlap > 0 and b[KIND] == PUSHER)
            if social:
                ahead = -(a[[E0X, E0Y]] @ n)
                weight = p.rear + (1 - p.rear) * (1 + ahead) / 2
                inside = min(0.0, overlap) if p.social_hard > 0.5 else overlap
                force[s] += p.social * weight * math.exp(inside / p.social_range) * n
            push, fall, normal = contact(overlap, n, a[[VX, VY]] - b[[VX, VY]], dt, p)
            force[s] += push
            fall *= 0.5 * (1.0 + a[MASS] / b[MASS])
            resist[s] += fall[0, 0], fall[0, 1], fall[1, 1]
            squeeze[s] += normal
    return force, resist, squeeze


def wall_push(rows_of_people, position, velocity, radius, solid, tile, dt, p):
    """Force, resistance (xx, xy, yy), sum of normal forces, barrier leaned on and force on it.

    Of the tiles around a person those are felt whose nearest point is not hidden behind the solid one next to it, seen
    from him along either axis.
    """
    rows, cols = solid.shape

    def code(r, c):
        return solid[r, c] if 0 <= r < rows and 0 <= c < cols else 1

    n_people = len(position)
    force, resist, squeeze = np.zeros((n_people, 2)), np.zeros((n_people, 3)), np.zeros(n_people)
    barrier, load = np.full(n_people, -1), np.zeros((n_people, 2))
    span = math.ceil(p.wall_reach / tile)
    for i in rows_of_people:
        here = position[i].astype(float)
        c, r = int(here[0] / tile), int(here[1] / tile)
        hardest = 0.0
        for dr in range(-span, span + 1):
            for dc in range(-span, span + 1):
                if (dr, dc) == (0, 0) or code(r + dr, c + dc) == 0:
                    continue
                if (dr and code(r + dr - np.sign(dr), c + dc)) or (dc and code(r + dr, c + dc - np.sign(dc))):
                    continue
                corner = np.array([(c + dc) * tile, (r + dr) * tile])
                away = here - np.clip(here, corner, corner + tile)
                distance = np.linalg.norm(away)
                n = away / distance if distance > 1e-6 else np.array([-dc, -dr], float)
                overlap = radius[i] - distance
                inside = min(0.0, overlap) if p.social_hard > 0.5 else overlap
                force[i] += p.social_wall * math.exp(inside / p.social_range) * n
                push, fall, normal = contact(overlap, n, velocity[i].astype(float), dt, p)
                force[i] += push
                resist[i] += fall[0, 0], fall[0, 1], fall[1, 1]
                squeeze[i] += normal
                if code(r + dr, c + dc) >= 2 and normal > hardest:
                    hardest = normal
                    barrier[i] = code(r + dr, c + dc) - 2
                    load[i] = -normal * n
    return force, resist, squeeze, barrier, load


def add_link_push(links, stays, stay_at, position, velocity, radius, kind, active, dt, p, officers):
    """Force, resistance (xx, xy, yy), squeeze, and load of each link; a stay is a link to a body that never moves."""
    n_people, n_links = len(position), len(links)
    links = [*links, *((row, n_people + k) for k, row in enumerate(stays))]
    force, resist = np.zeros((n_people + len(stays), 2)), np.zeros((n_people + len(stays), 3))
    squeeze, load = np.zeros(n_people), np.zeros(len(links))
    position = np.vstack([position, np.reshape(stay_at, (-1, 2))]).astype(float)
    velocity = np.vstack([velocity, np.zeros((len(stays), 2))]).astype(float)
    for k, (a, b) in enumerate(links):
        line = position[b] - position[a]
        length = np.linalg.norm(line)
        pull = officers.link_stiffness * max(0.0, length - officers.link_length) * line / length * (k < n_links)
        force[a] += pull
        force[b] -= pull
        for i in np.flatnonzero(active & (kind < LED)):
            u = (position[i] - position[a]) @ line / length**2
            if not 0 < u < 1:
                continue
            away = position[i] - (position[a] + u * line)
            distance = np.linalg.norm(away)
            n = away / distance
            relative = velocity[i] - (1 - u) * velocity[a] - u * velocity[b]
            _, fall, normal = contact(radius[i] + officers.link_radius - distance, n, (relative @ n) * n, dt, p)
            along = (n @ fall @ n) * np.array([n[0] * n[0], n[0] * n[1], n[1] * n[1]])  # a link is smooth
            for row, share in ((i, 1.0), (a, u - 1.0), (b, -u)):
                force[row] += share * normal * n
                resist[row] += abs(share) * along
            squeeze[i] += normal / 2
            load[k] += normal
    return force[:n_people], resist[:n_people], squeeze, load[:n_links]


def links_that_hold(unit, people, time, breaks, forms, settles):
    """Pairs of neighbours of one line that are linked now, and which pairs of its front they are."""
    pairs, which = [], []
    for k, (i, j) in enumerate(zip(unit.ahead[:-1], unit.ahead[1:], strict=True)):
        apart = np.linalg.norm(people.position[i] - people.position[j])
        off = [np.linalg.norm(people.position[row] - people.slot[row]) for row in (i, j)]
        stand = all(people.mode[row] == 3 and people.status[row] == 1 for row in (i, j))
        meant = np.linalg.norm(people.slot[i] - people.slot[j]) < forms
        whole = unit.broken_until[k] == 0.0
        near = apart < breaks if whole else apart < forms and max(off) < settles
        if stand and meant and near and time >= unit.broken_until[k]:
            pairs.append((i, j))
            which.append(k)
    return pairs, which


def bracing(rows, people, p):
    """What each of the rows holds who is pushed out of his slot, N, in numpy."""
    look, off = people.look[rows], people.slot[rows] - people.position[rows]
    given = off[:, 0] * np.cos(look) + off[:, 1] * np.sin(look)
    gain = people.discipline[rows] * people.mass[rows] / (p.slot_gain * p.slot_time)
    force = np.minimum(np.maximum(gain * given, 0.0), p.brace * people.brace[rows])
    return np.where(people.mode[rows] == 3, force, 0.0)


def pushed_stretches(fronts, loads, least, size, held, people, most):
    """The stretches of the fronts that are pushed on, in numpy; `held`: of their officers, front after front."""
    found, done = [], 0
    for front, load in zip(fronts, loads, strict=True):
        force, done = held[done : done + len(front)], done + len(front)
        if load < least or len(front) < 2:
            continue
        first = np.arange(0, max(1, len(front) - size + 1), size)
        length = 0.6 * np.diff(first, append=len(front))
        bears = np.where(people.mode[front] == 3, most * people.brace[front], 0.0)
        ends = people.position[front[first]], people.position[front[np.append(first[1:], len(front)) - 1]]
        sums = [np.add.reduceat(values, first) / length for values in (force, bears)]
        found.append(np.column_stack([*ends, *sums]))
    return np.concatenate([np.zeros((0, 6)), *found])


def unit_places(units, people, placed):
    """The middle of each unit and the share of its officers in their slots, in numpy."""
    away = np.hypot(*(people.slot - people.position).T)
    middle = [people.position[unit.rows].mean(axis=0) for unit in units]
    return np.array(middle), np.array([(away[unit.rows] < placed).mean() for unit in units])


def send_to(people, rows, places, goal, mode, speed, kind, push, stuck_kind):
    """Send people to places of their own, in numpy: whoever is slow and far from his place pushes."""
    people.slot[rows], people.has_slot[rows], people.goal[rows] = places, True, goal
    people.mode[rows], people.speed_wish[rows], people.kind[rows], people.push[rows] = mode, speed, kind, 0.0
    if push > 0.0:
        slow = np.hypot(people.velocity[rows, 0], people.velocity[rows, 1]) < 0.3
        stuck = rows[slow & (np.hypot(*(places - people.position[rows]).T) > 0.8)]
        people.push[stuck], people.kind[stuck] = push, stuck_kind


def walls_beside(units, people, solid, tile, room, longest):
    """Rows of the last officers of lines whose shields rest against a wall, and where."""
    rows, at = [], []
    for unit in units:
        for i, j in ((unit.ahead[0], unit.ahead[1]), (unit.ahead[-1], unit.ahead[-2])):
            out = (people.slot[i] - people.slot[j]).astype(float)
            out /= np.linalg.norm(out)
            reach = float(people.radius[i]) + room
            way = free_way(solid, tile, *people.slot[i].astype(float), *out, reach)
            point = people.slot[i] + way * out
            near = np.linalg.norm(point - people.position[i]) < longest
            if people.mode[i] == 3 and people.status[i] == 1 and way < reach and near:
                rows.append(i)
                at.append(point)
    return rows, at


def free_way(solid, tile, x, y, ex, ey, reach, step=0.001):
    """A ray marched in steps of 1 mm."""
    rows, cols = solid.shape
    way = 0.0
    while way < reach:
        c, r = math.floor((x + way * ex) / tile), math.floor((y + way * ey) / tile)
        if not (0 <= r < rows and 0 <= c < cols) or solid[r, c]:
            return way
        way += step
    return reach


def choose_way(sorted_people, s, last, free, solid, tile, p):
    """Direction, speed, clear gap ahead and choice of the person in sorted place `s`.

    The amendment of docs/model: a strip in each of seven directions, closing-speed anticipation, precedence of whoever
    is nearer to the goal, and the freest direction.
    """
    me = sorted_people[:, s].astype(float)
    here, v, e0 = me[[X, Y]], me[[VX, VY]], me[[E0X, E0Y]]
    if me[KIND] == FORMED or not e0.any():
        return e0, 0.0, p.reach, 0
    haste = p.motivation if me[KIND] < LED else 0.0
    free = free * (1 + p.urgent_speed * haste)
    time_gap, length = p.time_gap * (1 - p.urgent_gap * haste), p.length
    width = p.half_width

    turns = range(-int(p.turns), int(p.turns) + 1)
    ways, angle = {}, {}
    for k in turns:
        angle[k] = k * p.turn * (1 + p.turn_growth * (abs(k) - 1))
        c, si = math.cos(angle[k]), math.sin(angle[k])
        ways[k] = np.array([e0[0] * c - e0[1] * si, e0[0] * si + e0[1] * c])
    look = min(p.reach, max(1.0, free * (1 + p.ease) * time_gap))  # a longer gap slows nobody
    wall = {k: free_way(solid, tile, *here, *ways[k], look + me[RADIUS]) - me[RADIUS] for k in turns}
    same_gap, choice_gap, oncoming_gap = dict(wall), dict(wall), dict.fromkeys(turns, math.inf)
    ahead, watched = wall[0], 0
    for t in range(sorted_people.shape[1]):
        other = sorted_people[:, t].astype(float)
        to = other[[X, Y]] - here
        distance = np.linalg.norm(to)
        if t == s or distance > p.reach or distance < 1e-4 or to @ e0 < -0.9 * distance:
            continue
        reach = me[RADIUS] + other[RADIUS]
        together = other[GOAL] == me[GOAL] >= 0
        against = other[[E0X, E0Y]] @ e0 < -0.3 or other[[VX, VY]] @ e0 < -0.2
        crowd = (WALKER, PUSHER)
        parting = (me[KIND] == LED and other[KIND] in crowd) or (me[KIND] in crowd and other[KIND] == LED)
        oncoming = other[KIND] != FORMED and not together and (against or parting)
        if oncoming or (me[KIND] >= LED and other[KIND] >= LED):
            reach *= p.shoulder
        if to @ e0 > 0 and abs(to[0] * e0[1] - to[1] * e0[0]) < 0.8 * reach:
            ahead = min(ahead, distance - reach)
        behind_me = other[GOAL] == me[GOAL] and other[WAY] > me[WAY] and distance > 0.6 * reach
        if behind_me and not oncoming:
            continue
        own = me[KIND] >= LED and other[KIND] >= LED
        strip = 0.30 if oncoming else 0.15 if own else width
        # Watched is whoever goes one's way and could leave a gap shorter than the look.
        apart = np.linalg.norm(other[[VX, VY]] - v) * max(p.anticipation, p.choice_same) + reach * length + look
        watched += not oncoming and other[GOAL] == me[GOAL] and distance**2 <= apart**2 + width**2
        for k in turns:
            forward, lateral = to @ ways[k], (to[0] * ways[k][1] - to[1] * ways[k][0]) / strip
            if forward <= 0.2 * distance or abs(lateral) >= 1:
                continue
            gap = forward - length * reach * math.sqrt(1 - lateral**2)
            closing = (other[[VX, VY]] - v) @ ways[k]
            chosen = gap + (p.choice_oncoming * min(0.0, closing) if oncoming else p.choice_same * closing)
            if oncoming:
                oncoming_gap[k] = min(oncoming_gap[k], gap)
            else:
                same_gap[k] = min(same_gap[k], gap + p.anticipation * closing)
            choice_gap[k] = min(choice_gap[k], chosen)

    def score(k):
        gain = choice_gap[k] / time_gap
        value = min(free, gain) * math.cos(angle[k]) if gain >= 0 else 0.2 * gain
        value += p.keep * free * (k == last) + p.straight * free * (k == 0)
        return value - 0.001 * abs(k)

    best = max(turns, key=score)
    wanted = free
    if p.headway > 0.5:
        allowed = min(same_gap[best] / (time_gap * (1 + p.watch * min(watched, 12))), oncoming_gap[best] / time_gap)
        ease = p.ease * free
        wanted = max(0.0, min(free, allowed) - max(0.0, ease - abs(allowed - free)) ** 2 / max(4 * ease, 1e-9))
        if oncoming_gap[best] < same_gap[best]:
            wanted = max(wanted, min(free, p.squeeze_speed))
        if wanted * math.cos(angle[best]) < (p.least_aside if best else 0.05):
            wanted = 0.0
    if me[KIND] == PUSHER and ahead < 0.25:
        best = 0
    return ways[best], wanted, ahead, best


def overlaps(sorted_people, shoulder):
    """Deepest overlap of each person with another, over the smaller diameter."""
    people = sorted_people.astype(float).T
    worst = np.zeros(len(people))
    for s, a in enumerate(people):
        for t, b in enumerate(people):
            if s != t:
                reach = (a[RADIUS] + b[RADIUS]) * (shoulder if turned(a, b) else 1.0)
                deep = reach - np.linalg.norm(a[[X, Y]] - b[[X, Y]])
                worst[s] = max(worst[s], deep / (2 * min(a[RADIUS], b[RADIUS])))
    return worst


def blur(plane, tap):
    """A plane blurred by the same taps along rows and columns; there is nothing beyond its edge."""
    rows, cols = plane.shape
    out = np.zeros((rows, cols))
    for r in range(rows):
        for c in range(cols):
            for j in range(rows):
                for k in range(cols):
                    if max(abs(r - j), abs(c - k)) < len(tap):
                        out[r, c] += float(tap[abs(r - j)]) * float(tap[abs(c - k)]) * plane[j, k]
    return out


def count_near(plane, cells):
    """Sum of a plane over the cells whose middles lie within `cells` cells of each one's."""
    rows, cols = plane.shape
    r, c = np.mgrid[:rows, :cols]
    return np.array([[plane[np.hypot(r - j, c - k) <= cells].sum() for k in range(cols)] for j in range(rows)])


def feel(person, place, dt, pace, p):
    """Anger, fear, solidarity and drive of one demonstrator a decision later; `person` and `place` are dicts.

    person: a f s, h R offset bond, B threat, disposition ; place: A F (averages), C A_near, l D E J Th
    """
    a, f, s = person["a"], person["f"], person["s"]
    doubt = 1.0 - place["l"]
    pull = max(0.0, place["A"] - a) - 0.3 * max(0.0, a - place["A"])
    u = {0: 1.0, 1: 0.3, 2: 0.0}[person["disposition"]]
    da = p.contagion * s * pull + p.outrage * place["E"] * (0.4 + s) * (1.0 - a)
    da += pace * p.frustration * person["B"] * person["h"] * doubt * (1.0 - a)
    da -= pace * (p.soothing * u * place["D"] * a + (a - 0.25 * person["h"] * doubt) / p.anger_decay)
    df = p.fear_contagion * max(0.0, place["F"] - f)
    df += p.threat * (place["Th"] + person["threat"]) * (1.0 - f) - f / p.fear_decay
    ds = p.bonding * place["E"] * (1.0 - s)
    ds += pace * ((person["bond"] - s) / p.bond_decay - p.unbonding * place["D"] * s)
    a2 = a + dt * da + p.arrest * place["J"] * doubt * s * (1.0 - a)
    a2, f2, s2 = (min(1.0, max(0.0, v)) for v in (a2, f + dt * df, s + dt * ds))
    if person["disposition"] == 2:
        a2 = max(a2, 0.6)
    caught = 1.0 - math.exp(-2.3 * place["C"] / (1.0 + place["A_near"]))
    drive = a2 * (0.6 + 0.4 * s2) / 0.8 - p.risk * person["R"] * caught - p.fear_weight * f2 - person["offset"]
    return a2, f2, s2, drive


def legitimacy(field, dialogue, force, restraint, dt, pace, cell, p):
    """The field of legitimacy a decision later; nothing flows across the edge."""
    padded = np.pad(field.astype(float), 1, mode="edge")
    bend = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:] - 4.0 * field
    gain = (p.legitimacy_dialogue * dialogue + p.legitimacy_restraint * restraint) * (1.0 - field)
    slow = pace * (gain + (p.legitimacy - field) / p.legitimacy_decay)
    return np.clip(field + dt * (slow - p.legitimacy_force * force + p.rumour * bend / cell**2), 0.0, 1.0)


def strain(people, bodies, contact, active, dt, p, slot_gain):
    """Dose, shoving and hazard of everyone on the ground, pair by pair. Returns dose, shove, hazard."""
    dose, shove, hazard = people.dose.astype(float), bodies["shove"].astype(float), np.zeros(len(people.dose))
    for i in np.flatnonzero(active):
        force = float(people.squeeze[i])
        if force > p.crush_least:
            dose[i] += bodies["vulnerability"][i] * (force / p.crush_force) ** 1.74 / p.crush_time * dt
        else:
            dose[i] *= 1.0 - min(1.0, dt / p.recover)
        if people.kind[i] < 0.0:
            shove[i] = 0.0
            continue
        v = people.velocity[i].astype(float)
        if people.kind[i] >= FORMED:
            to_slot = (people.slot[i] - people.position[i]).astype(float)
            most, way = np.hypot(*to_slot) / slot_gain, to_slot / max(np.hypot(*to_slot), 1e-6)
        else:
            most, way = float(people.speed[i]), people.direction[i].astype(float)
        own = np.clip(v @ way, 0.0, most)
        shove[i] += (np.hypot(*(v - own * way)) - shove[i]) * min(1.0, dt / 0.5)
        if contact[i] <= 0.0:
            continue
        away = np.hypot(*(people.position - people.position[i]).T)
        touching = active & (away < people.radius + people.radius[i])
        touching[i] = False
        if touching.sum() >= 2:
            worse = 5.0 if (people.kind[touching] < 0.0).any() else 1.0
            hazard[i] = bodies["factor"][i] * p.fall * (shove[i] / 0.5) ** 2 * worse
    return dose, shove, hazard


def beside(i, people, active, police, helps):
    """About one who lies: density [1/m2], contacts, treads, whether helped, and rows of those who step past him."""
    away = np.hypot(*(people.position - people.position[i]).T)
    near = active & (away < 1.0) & (people.kind >= 0.0)
    near[i] = False
    reach = people.radius + people.radius[i]
    on_top = near & (away < reach - 0.02) & ~(police & police[i])
    treads = on_top & (np.hypot(*people.velocity.T) > 0.3)
    past = np.flatnonzero(near & (away < reach + 0.15))
    return near.sum() / np.pi, on_top.sum(), treads.sum(), bool((near & helps).any()), past


def nearest(point, position, eligible, reach):
    """Row of the nearest eligible person within reach, -1 = none."""
    away = np.where(eligible, np.hypot(*(position - point).T), np.inf)
    away[away == 0.0] = np.inf
    return int(away.argmin()) if away.min() < reach else -1


def drift(gas, open_east, open_south, spread, fade, wind_east, wind_south, cell, dt):
    """One step of the gas, cell by cell, and what went over the edge."""
    rows, cols = gas.shape
    new, lost = gas.astype(float), 0.0
    u, v = wind_east * dt / cell, wind_south * dt / cell
    for r in range(rows):
        for c in range(cols):
            for rr, cc, is_open, wind_in in (
                (r, c + 1, open_east[r, c], u[r, c + 1]),
                (r + 1, c, open_south[r, c], v[r + 1, c]),
            ):
                if rr < rows and cc < cols and is_open:
                    mixed = min(spread[r, c], spread[rr, cc]) * dt / cell**2 * (gas[r, c] - gas[rr, cc])
                    moved = mixed + wind_in * (gas[r, c] if wind_in > 0.0 else gas[rr, cc])
                    new[r, c] -= moved
                    new[rr, cc] += moved
            out = (c == cols - 1) * max(0.0, u[r, cols]) + (c == 0) * max(0.0, -u[r, 0])
            out += (r == rows - 1) * max(0.0, v[rows, c]) + (r == 0) * max(0.0, -v[0, c])
            new[r, c] -= out * gas[r, c]
            lost += out * gas[r, c]
    return new * (1.0 - np.minimum(1.0, fade * dt)), lost


def converse(talkers, position, listens, reach, most, cell, shape):
    """How well each cell is talked to: the best share of any talker within reach of somebody in it."""
    heard = np.zeros(shape)
    for k in talkers:
        near = np.flatnonzero(listens & (np.hypot(*(position - position[k]).T) < reach))
        for i in near:
            r, c = int(position[i, 1] // cell), int(position[i, 0] // cell)
            heard[r, c] = max(heard[r, c], min(1.0, most / len(near)))
    return heard


def raise_near(points, radius, amount, cell, field):
    """A field raised around points, cell by cell."""
    out = field.copy()
    for x, y in points:
        for r, c in np.ndindex(out.shape):
            if math.hypot((r + 0.5) * cell - y, (c + 0.5) * cell - x) <= radius + cell / 2:
                out[r, c] = max(out[r, c], np.float32(amount))
    return out


def show_shields(shields, position, peaceful, radius, threat, force, cell, threats, forces):
    """Both fields after shields were seen."""
    here = {(int(y // cell), int(x // cell)) for x, y in shields}
    met = {(int(y // cell), int(x // cell)) for x, y in position[peaceful]}
    middles = [((c + 0.5) * cell, (r + 0.5) * cell) for r, c in sorted(here)]
    struck = [((c + 0.5) * cell, (r + 0.5) * cell) for r, c in sorted(here & met)]
    return raise_near(middles, radius, threat, cell, threats), raise_near(struck, radius, force, cell, forces)


def unheard(rows, people, listening, door, near):
    """How unheard each of a crowd feels."""
    found = np.zeros(len(rows))
    for k, i in enumerate(rows):
        away = math.dist(people.position[i], door)
        if people.status[i] == 1 and (people.mode[i] != 1 or away < near):
            found[k] = (1.0 if away < near else 0.5) * (0.2 if listening[i] else 1.0)
    return found


def wish_of_person(crowd, k, people, shields, draw, wanted, time, dt, force, p):
    """What one person of a crowd does, as a dictionary; `wanted`: whether anybody of it wants in."""
    i = crowd.rows[k]
    x, y = people.position[i]
    mind, own, temper = people.mind[i], people.desired_speed[i], people.temper[i]
    slot = crowd.spot[k] if len(crowd.spot) else people.slot[i]
    has_slot = bool(len(crowd.spot)) or bool(people.has_slot[i])
    walks = has_slot and math.dist(slot, (x, y)) > 0.6
    does = {"goal": crowd.goal, "slot": slot, "has_slot": has_slot, "mode": 1 if walks else 0, "kind": 0.0, "push": 0.0,
            "speed_wish": p.gather_speed * own / 1.34}  # fmt: skip
    bout, leaning, gave_way, through = crowd.bout[k], bool(crowd.leaning[k]), crowd.gave_way[k], False
    if wanted:
        angry, pushing = mind in (2, 3), crowd.wish == "push"
        told = pushing and temper >= 1.0 - min(1.0, crowd.share * p.pushing)
        follows = pushing and not told and temper >= 1.0 - min(1.0, 1.5 * crowd.share * p.pushing)
        firm = mind == 3 if angry else temper >= 0.96
        if not firm and any(math.dist(shield, (x, y)) < 3.5 for shield in shields):
            gave_way = math.inf if pushing else time + 45.0
        back = gave_way > time
        x0, y0, x1, y1 = crowd.push_rect
        beyond = bool(x0 < x < x1 and y0 < y < y1)
        if (told or angry or follows) and not back:
            does |= {
                "goal": crowd.push_goal,
                "slot": crowd.push_spot[k],
                "has_slot": beyond,
                "mode": 1,
                "speed_wish": own,
            }
        bout -= dt
        if bout <= 0.0:
            share = (0.6 if mind == 3 else 0.3) + 0.3 * people.anger[i] if angry else 0.6
            bout, leaning = p.bout * (0.67 + 0.66 * draw[i, 0]), bool(draw[i, 1] < share)
        if (i * 0.6180339887498949) % 1.0 < p.heave:
            leaning = time % 5.0 < 2.5
        if (told or angry) and not back and not beyond:
            does |= {"mode": 2} | ({"push": force, "kind": 1.0} if leaning else {})
        if back:
            does |= {"goal": crowd.back_goal if crowd.back_goal >= 0 else crowd.goal, "mode": 1, "speed_wish": own}
        through = beyond and not back and mind == 3
    flees = mind == 4 and crowd.flee_goal >= 0
    if flees or ((crowd.going[k] or crowd.wish == "leave") and mind <= 1):
        does |= {"mode": 4, "goal": crowd.flee_goal, "has_slot": False, "kind": 0.0, "push": 0.0}
        does["speed_wish"] = own * (2.2 if flees else 1.0)
    return does | {"bout": bout, "leaning": leaning, "gave_way": gave_way, "through": through}


def take_place(i, target, look, goal, share, speed, kind, people, time, dt, p):
    """What an officer does about his slot, as a dictionary; nothing when he lies, or leads or is led."""
    if people.status[i] != 1 or people.led_by[i] >= 0:
        return {}
    heard = people.reacts_at[i] <= time
    slot = target if heard else people.slot[i]
    away = math.dist(slot, people.position[i])
    formed = away < 1.0 or (people.mode[i] == 3 and away < 2.5)
    pull = people.discipline[i] * people.mass[i] * away / (p.slot_gain * p.slot_time * p.brace)
    effort = min(pull, people.brace[i]) if formed else 0.0
    fatigue = people.fatigue[i] + dt * (effort / p.tire if effort > 0.1 else -1.0 / p.rest)
    fatigue = min(1.0, max(0.0, fatigue))
    return {"slot": slot, "goal": goal if heard else people.goal[i], "look": look if heard else people.look[i],
            "has_slot": True, "mode": 3 if formed else 1, "kind": kind if formed else OFFICER, "speed_wish": speed,
            "push": 0.0, "fatigue": fatigue, "brace": share * (1.0 - 0.5 * fatigue)}  # fmt: skip


def gaps(front, people):
    """Of each gap in a front: place of the left neighbour, middle, clear width, and how much wider than wanted."""
    stands = [k for k, i in enumerate(front) if people.mode[i] == 3 and people.status[i] == 1]
    found = []
    for a, b in itertools.pairwise(stands):
        i, j = front[a], front[b]
        bodies = people.radius[i] + people.radius[j]
        clear = math.dist(people.position[i], people.position[j]) - bodies
        wanted = math.dist(people.slot[i], people.slot[j]) - bodies - 0.6 * (b - a - 1)
        found.append((a, *((people.position[i] + people.position[j]) / 2), clear, clear - wanted))
    return found


def places_round(rows, position, velocity, ahead, places, solid, tile):
    """Places round people, drawn in to where the way out to them is free."""
    middle = position[rows].mean(axis=0) + ahead * velocity[rows].mean(axis=0)
    found = []
    for place in places:
        free = 0
        for part in range(1, 11):
            c, r = (int(math.floor(v)) for v in (middle + part / 10 * place) / tile)
            if not (0 <= r < solid.shape[0] and 0 <= c < solid.shape[1]) or solid[r, c]:
                break
            free = part
        found.append(middle + free / 10 * place)
    return np.array(found)


def densest(rows, position, x, y, heading, half, depth, width):
    """Most people on one of the strips before a front."""
    count = {}
    for dx, dy in position[rows] - np.array([x, y]):
        along = dx * math.cos(heading) + dy * math.sin(heading)
        across = dy * math.cos(heading) - dx * math.sin(heading)
        if 0.0 < along < depth and abs(across) < half:
            strip = int((across + half) / width)
            count[strip] = count.get(strip, 0) + 1
    return max(count.values(), default=0)


def march(cost, passable, source, tile):
    """The way from every tile to the nearest source, with a heap: nearest first, of equal ones the lower index."""
    f4, (rows, cols) = np.float32, cost.shape
    far = f4(1e9)
    known, tried = np.full((rows + 2, cols + 2), far), np.full((rows + 2, cols + 2), far)
    open_ = np.pad(passable, 1)
    heap = [(f4(0.0), r + 1, c + 1) for r, c in np.argwhere(source & passable).tolist()]
    for _, r, c in heap:
        tried[r, c] = 0.0
    while heap:
        _, r, c = heapq.heappop(heap)
        if not open_[r, c]:
            continue
        open_[r, c], known[r, c] = False, tried[r, c]
        for y, x in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
            if not open_[y, x]:
                continue
            a, b = min(known[y, x - 1], known[y, x + 1]), min(known[y - 1, x], known[y + 1, x])
            low, off, h = (
                min(a, b),
                max(a, b) - min(a, b),
                np.float64(cost[y - 1, x - 1]) * tile,
            )  # sums as exact as there
            value = low + h
            if off < h:
                value = 0.5 * (low + max(a, b) + np.sqrt(2.0 * h * h - off * off))
            if value < tried[y, x]:
                tried[y, x] = value
                heapq.heappush(heap, (tried[y, x], y, x))
    return known[1:-1, 1:-1]
