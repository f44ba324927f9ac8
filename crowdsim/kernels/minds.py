"""Minds: what people around somebody feel, as sums over cells; how his own feelings follow; how legitimacy spreads."""

import math

import numpy as np
from numba import njit

# Planes of the sums over cells, f4[PLANES, rows, cols]. The first BLURRED are averaged over the neighbourhood.
WEIGHT, WEIGHTED_ANGER, MINDS, FEAR, ORDINARY, ORDINARY_ANGER, OFFICERS, REBELS, ALARM = range(9)
BLURRED, PLANES = 6, 9

# What part a person has in it, by his role.
NO_MIND, GUARD, ONLOOKER, PARTICIPANT = 0, 1, 2, 3

CALM, CHANTING, PUSHING, VIOLENT, FLEEING = 0, 1, 2, 3, 4  # Mind
_HARDCORE, _PROVOCATEUR = 1, 2  # Disposition
_STIRRING = 0.85  # anger a provocateur shows, whatever he feels
_RESTLESS = 0.6  # anger below which he does not fall
_LOUD = 3.0  # as many others as he counts for
_HARD_TO_TALK_TO = 0.3  # share of the effect of dialogue on hardcore people
_COOLING = 0.3  # contagion towards calmer neighbours, over that towards angrier ones
_BORN_ANGER = 0.25  # anger at rest of somebody with grievance 1 where legitimacy is 0
_DETERRENCE = 2.3  # P_arr = 0.9 with an officer for each rebel
_FEARLESS = 0.2  # fear it takes more to flee at anger 1
_RELIEF = 0.35  # fear below which somebody stops fleeing


@njit(cache=True, nogil=True, error_model="numpy")
def gather_minds(position, active, part, disposition, mind, anger, fear, per_cell, out_cell, out_sums, out_box):
    """Sum weights, anger, fear and numbers of people over cells.

    w = (calm, fleeing .5, chanting .8, pushing 1, violent 1.5) x (3 for a provocateur), who shows anger max(a, .85)

    position : f4[n, 2], m ; active : bool[n] ; part, disposition, mind : i1[n] ; anger, fear : f4[n]
    per_cell : 1/m, cells to a metre
    out_cell : i4[n], -1 for the inactive ; out_sums : f4[PLANES, rows, cols], all but ALARM overwritten
    out_box  : i8[4], first and last row, first and last column with minds in them; last < first when there are none

    Check: tests/kernels/test_feelings.py against naive sums.
    """
    rows, cols = out_sums.shape[1], out_sums.shape[2]
    out_sums[:ALARM] = 0.0
    r0, r1, c0, c1 = rows, -1, cols, -1
    for i in range(active.size):
        out_cell[i] = -1
        if not active[i] or part[i] == NO_MIND:
            continue
        r = min(max(int(position[i, 1] * per_cell), 0), rows - 1)
        c = min(max(int(position[i, 0] * per_cell), 0), cols - 1)
        out_cell[i] = r * cols + c
        if part[i] == GUARD:
            out_sums[OFFICERS, r, c] += np.float32(1.0)
            continue
        r0, r1, c0, c1 = min(r0, r), max(r1, r), min(c0, c), max(c1, c)
        out_sums[MINDS, r, c] += np.float32(1.0)
        out_sums[FEAR, r, c] += fear[i]
        if part[i] == ONLOOKER:
            continue
        state = mind[i]
        weight, shown = np.float32(0.5), anger[i]
        if state == CHANTING:
            weight = np.float32(0.8)
        elif state == PUSHING:
            weight = np.float32(1.0)
        elif state == VIOLENT:
            weight = np.float32(1.5)
        if disposition[i] == _PROVOCATEUR:
            weight *= np.float32(_LOUD)
            shown = max(shown, np.float32(_STIRRING))
        else:
            out_sums[ORDINARY, r, c] += np.float32(1.0)
            out_sums[ORDINARY_ANGER, r, c] += anger[i]
        out_sums[WEIGHT, r, c] += weight
        out_sums[WEIGHTED_ANGER, r, c] += weight * shown
        if state in (PUSHING, VIOLENT):
            out_sums[REBELS, r, c] += np.float32(1.0)
    out_box[0], out_box[1], out_box[2], out_box[3] = r0, r1, c0, c1


@njit(cache=True, nogil=True, error_model="numpy")
def blur_sums(sums, box, tap, scratch, out):
    """Gaussian blur of the first BLURRED planes, in each row from the first cell that minds are in to the last.

    Other cells are left alone.

    out[p, r, c] = sum_jk tap[|j|] tap[|k|] sums[p, r + j, c + k]

    Beyond the map there is nothing, so near its edge the sums are smaller, while their quotients, all that is used, are
    averages over the part of the neighbourhood that exists.

    sums, out : f4[>= BLURRED, rows, cols] ; box : i8[4] ; tap : f4[k], from the middle outwards
    scratch   : f4[rows + 1, (cols + 4 (k - 1)) BLURRED], a line for each row of cells and one to spare

    Check: tests/kernels/test_feelings.py against the plain sums.
    """
    r0, r1, c0, c1 = box[0], box[1] + 1, box[2], box[3] + 1
    reach, rows = tap.size - 1, sums.shape[1]
    # The planes of a cell lie side by side in a line, cell after cell: one loop takes a stretch of all of them, and a
    # stretch of a row reaches from its first to its last mind, in columns of lines, which have a margin.
    first, last = np.full(rows, 0), np.full(rows, 0)
    line = scratch[rows]
    for r in range(r0, r1):
        left, right = 0, 0
        for c in range(c0, c1):
            if sums[MINDS, r, c] != 0.0:
                left, right = (c if right == 0 else left), c + 1
        if right == 0:
            continue
        left, right = left + 2 * reach, right + 2 * reach
        first[r], last[r] = left, right
        line[(left - 2 * reach) * BLURRED : (right + 2 * reach) * BLURRED] = 0.0
        for c in range(left, right):
            for p in range(BLURRED):
                line[c * BLURRED + p] = sums[p, r, c - 2 * reach]
        start, end = (left - reach) * BLURRED, (right + reach) * BLURRED
        along, here = scratch[r, start:end], line[start:end]
        for j in range(along.size):
            along[j] = tap[0] * here[j]
        for k in range(1, reach + 1):
            share, east, west = tap[k], line[start + k * BLURRED :], line[start - k * BLURRED :]
            for j in range(along.size):
                along[j] = along[j] + share * east[j] + share * west[j]
    for r in range(r0, r1):
        left, right = first[r], last[r]
        start, end = left * BLURRED, right * BLURRED
        to, here = line[start:end], scratch[r, start:end]
        for j in range(to.size):
            to[j] = tap[0] * here[j]
        for k in range(max(-reach, r0 - r), min(reach, r1 - 1 - r) + 1):
            if k == 0 or last[r + k] == 0:
                continue
            start, end = max(left, first[r + k] - reach) * BLURRED, min(right, last[r + k] + reach) * BLURRED
            share, to, beside = tap[abs(k)], line[start:end], scratch[r + k, start:end]
            for j in range(to.size):
                to[j] += share * beside[j]
        for c in range(left, right):
            for p in range(BLURRED):
                out[p, r, c - 2 * reach] = line[c * BLURRED + p]


@njit(cache=True, nogil=True, error_model="numpy")
def count_near(plane, minds, box, half_width, scratch, out):
    """Sum of a plane over the cells within a disc around each cell that minds are in; elsewhere `out` is left alone.

    plane, minds, out : f4[rows, cols] ; box : i8[4] ; half_width : i8[k], of the disc k rows away from its middle
    scratch    : f4[rows, >= cols + 2 half_width[0] + 2], for running sums along the rows
    """
    rows, cols = plane.shape
    pad = half_width[0] + 1
    reach = half_width.size - 1
    r0, r1, c0, c1 = box[0], box[1] + 1, box[2], box[3] + 1
    filled, many = np.empty(rows, np.int64), 0  # rows with anything in them: the others add nothing
    for r in range(max(0, r0 - reach), min(rows, r1 + reach)):
        found = False
        for c in range(cols):
            found |= plane[r, c] != 0.0
        if not found:
            continue
        filled[many] = r
        many += 1
        scratch[r, :pad] = 0.0
        total = np.float32(0.0)
        for c in range(cols):
            total += plane[r, c]
            scratch[r, pad + c] = total
        scratch[r, pad + cols :] = total
    first = 0
    for r in range(r0, r1):
        while first < many and filled[first] < r - reach:
            first += 1
        for c in range(c0, c1):
            if minds[r, c] == 0.0:
                continue
            total = np.float32(0.0)
            for s in filled[first:many]:
                if s > r + reach:
                    break
                wide = half_width[abs(s - r)]
                total += scratch[s, c + pad + wide] - scratch[s, c + pad - wide - 1]
            out[r, c] = total


@njit(cache=True, nogil=True, error_model="numpy")
def feel_people(
    cell, part, disposition, grievance, aversion, threshold, bond, unheard, own_threat, blurred, officers, rebels,
    alarmed, legitimacy, dialogue, force, arrest, threat, time, dt, pace, p,
    out_anger, out_fear, out_solidarity, out_mind, out_since,
):  # fmt: skip
    """One decision of all minds: feelings by an explicit step, kept in 0..1; then what each feels like doing.

    da/dt = kc [s (A* - a)+ - .3 s (a - A*)+] + kI E (.4 + s)(1 - a)
            + pace [kb B h (1 - l)(1 - a) - kD u D a - (a - a0)/Ta] ,   a0 = .25 h (1 - l)
            and + kA J (1 - l) s (1 - a) at once
    df/dt = kf (F* - f)+ + kT Th (1 - f) - f/Tf
    ds/dt = ks E (1 - s) + pace [(s0 - s)/Ts - kS D s]
    N     = a (.6 + .4 s)/.8 - wR R P - wf f - threshold ,   P = 1 - exp(-2.3 C/(1 + A))

    cell        : i4[n], -1 = takes no part ; part, disposition : i1[n]
    grievance, aversion, threshold, bond : f4[n], h, R, offset and s0
    unheard     : f4[n], B ; own_threat : f4[n], Th on his own body, beside that of the place
    blurred     : f4[BLURRED, rows cols], in the order of the planes
    officers, rebels, alarmed : f4[rows cols], C and A within 10 m, alarm within 20 m
    legitimacy, dialogue, force, arrest, threat : f4[rows cols], l, D, E, J, Th
    time, dt : s ; pace : factor on all that takes minutes, so that it comes sooner and to the same end ; p : MindParams
    out_anger, out_fear, out_solidarity : f4[n] ; out_mind : i1[n] ; out_since : f4[n], s, all read and written

    An onlooker feels fear only. A provocateur never falls below anger .6; he pushes, or is violent, only where the
    others around him are angry: mean anger at least p.cover, or p.cover p.violence/p.push.

    Source: equations [P], no measured rates; P after Epstein (2002).
    Check : tests/kernels/test_feelings.py against a naive twin.
    """
    one, zero = np.float32(1.0), np.float32(0.0)
    step, slow = np.float32(dt), np.float32(dt * pace)
    kc, kb, ki, ka = np.float32(p.contagion), np.float32(p.frustration), np.float32(p.outrage), np.float32(p.arrest)
    kd, kf, kt = np.float32(p.soothing), np.float32(p.fear_contagion), np.float32(p.threat)
    ks, ku = np.float32(p.bonding), np.float32(p.unbonding)
    per_ta, per_tf = np.float32(1.0 / p.anger_decay), np.float32(1.0 / p.fear_decay)
    per_ts = np.float32(1.0 / p.bond_decay)
    risk, wf = np.float32(p.risk), np.float32(p.fear_weight)
    for i in range(cell.size):
        k = cell[i]
        if k < 0 or part[i] < ONLOOKER:
            continue
        a, f, s = out_anger[i], out_fear[i], out_solidarity[i]
        th = threat[k] + own_threat[i]
        mean_fear = blurred[FEAR, k] / blurred[MINDS, k]
        f_next = f + step * (kf * max(zero, mean_fear - f) + kt * th * (one - f) - f * per_tf)
        f_next = min(one, max(zero, f_next))
        drive = -one
        covered = True
        violent_cover = True
        provocateur = disposition[i] == _PROVOCATEUR
        if part[i] == PARTICIPANT:
            h, e, d, doubt = grievance[i], force[k], dialogue[k], one - legitimacy[k]
            around = blurred[WEIGHTED_ANGER, k] / blurred[WEIGHT, k]
            u = one
            if disposition[i] == _HARDCORE:
                u = np.float32(_HARD_TO_TALK_TO)
            elif provocateur:
                u = zero
            pull = max(zero, around - a) - np.float32(_COOLING) * max(zero, a - around)
            a_next = (
                a
                + step * kc * s * pull
                + slow * kb * unheard[i] * h * doubt * (one - a)
                + step * ki * e * (np.float32(0.4) + s) * (one - a)
                + ka * arrest[k] * doubt * s * (one - a)
                - slow * kd * u * d * a
                - slow * (a - np.float32(_BORN_ANGER) * h * doubt) * per_ta
            )
            s_next = s + step * ks * e * (one - s) + slow * ((bond[i] - s) * per_ts - ku * d * s)
            a, s = min(one, max(zero, a_next)), min(one, max(zero, s_next))
            if provocateur:
                a = max(a, np.float32(_RESTLESS))
                # Nobody else about: no cover.
                others = blurred[ORDINARY, k]
                calmness = blurred[ORDINARY_ANGER, k] / others if others > np.float32(1e-6) else zero
                slack = np.float32(p.hold) if out_mind[i] >= PUSHING else one
                covered = calmness > slack * np.float32(p.cover)
                violent_cover = calmness > slack * np.float32(p.cover * p.violence / p.push)
            out_anger[i], out_solidarity[i] = a, s
            caught = one - np.float32(math.exp(-_DETERRENCE * officers[k] / (one + rebels[k])))
            drive = a * (np.float32(0.6) + np.float32(0.4) * s) / np.float32(0.8) - risk * aversion[i] * caught
            drive -= wf * f_next + threshold[i]
        out_fear[i] = f_next

        state = out_mind[i]
        new = state
        if state == FLEEING:
            if f_next < np.float32(_RELIEF) and alarmed[k] <= zero and own_threat[i] <= zero:
                new = CALM
        elif f_next > np.float32(p.flee) + np.float32(_FEARLESS) * a:
            new = FLEEING
        else:
            while new < VIOLENT and drive > _entered(new + 1, p):
                new += 1
            while new > CALM and drive < np.float32(p.hold) * _entered(new, p):
                new -= 1
            if new == VIOLENT and not violent_cover:
                new = PUSHING
            if new == PUSHING and not covered:
                new = CHANTING
        if new != state and (new == FLEEING or np.float32(time) - out_since[i] >= np.float32(p.dwell)):
            out_mind[i] = new
            out_since[i] = np.float32(time)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _entered(state, p):
    """From which N on a state above calm is entered."""
    if state == CHANTING:
        return np.float32(p.chant)
    return np.float32(p.push) if state == PUSHING else np.float32(p.violence)


@njit(cache=True, nogil=True, error_model="numpy")
def spread_legitimacy(
    dialogue, force, restraint, threat, dt, pace, memory, cell, p, scratch, out_legitimacy, out_alarm
):
    """One decision of the field of legitimacy, kept in 0..1, and of the memory of threats.

    dl/dt = -lI E + pace [(lD D + lW W)(1 - l) + (l0 - l)/Tl] + K lap(l), nothing flows across the map's edge
    alarm = max(Th > 0, alarm - dt/memory): how fresh a threat is in the cell

    dialogue, force, restraint, threat : f4[rows, cols] ; dt, memory : s ; cell : m, side of a cell ; p : MindParams
    scratch : f4[>= rows, >= cols + 2], legitimacy so far with a margin ; out_legitimacy, out_alarm : f4[rows, cols],
    read and written
    """
    rows, cols = out_legitimacy.shape
    flow = np.float32(p.rumour * dt / (cell * cell))
    loss, step, fade = (
        np.float32(p.legitimacy_force * dt),
        np.float32(dt * pace / p.legitimacy_decay),
        np.float32(dt / memory),
    )
    talk, calm = np.float32(p.legitimacy_dialogue * dt * pace), np.float32(p.legitimacy_restraint * dt * pace)
    rest, one, zero = np.float32(p.legitimacy), np.float32(1.0), np.float32(0.0)
    for r in range(rows):
        scratch[r, 0], scratch[r, cols + 1] = out_legitimacy[r, 0], out_legitimacy[r, cols - 1]
        for c in range(cols):
            scratch[r, c + 1] = out_legitimacy[r, c]
    for r in range(rows):
        # One loop for each column written: a compiler takes several cells of it at a time.
        up, row, down = scratch[max(r - 1, 0)], scratch[r], scratch[min(r + 1, rows - 1)]
        for c in range(cols):
            here = row[c + 1]
            bend = up[c + 1] + down[c + 1] + row[c] + row[c + 2] - np.float32(4.0) * here
            gain = (talk * dialogue[r, c] + calm * restraint[r, c]) * (one - here)
            new = here - loss * force[r, c] + gain + (rest - here) * step + flow * bend
            out_legitimacy[r, c] = min(one, max(zero, new))
        for c in range(cols):
            fresh = one if threat[r, c] > zero else zero
            out_alarm[r, c] = max(fresh, out_alarm[r, c] - fade)


@njit(cache=True, nogil=True, error_model="numpy")
def decide_minds(
    position, active, part, disposition, grievance, aversion, threshold, bond, unheard, own_threat,
    dialogue, force, restraint, arrest, threat, time, dt, pace, memory, cell, p, tap, disc_near, disc_away,
    out_cell, out_box, sums, scratch, running, blurred, near,
    out_legitimacy, out_anger, out_fear, out_solidarity, out_mind, out_since,
):  # fmt: skip
    """A decision of all minds: `spread_legitimacy`, `gather_minds`, what surrounds people, `feel_people`.

    One kernel, because on so few people to be called costs each of them as much as its work.

    dialogue, force, restraint, arrest, threat : f4[rows, cols] ; cell : m, side of a cell
    disc_near, disc_away : half widths of the discs in which officers and rebels are counted, and a threat alarms
    near : f4[3, rows, cols], officers, rebels, and alarm if anybody flees, written ; all others as those four do
    """
    spread_legitimacy(
        dialogue, force, restraint, threat, dt, pace, memory, cell, p, running, out_legitimacy, sums[ALARM]
    )
    gather_minds(
        position, active, part, disposition, out_mind, out_anger, out_fear, 1.0 / cell, out_cell, sums, out_box
    )
    blur_sums(sums, out_box, tap, scratch, blurred)
    minds = sums[MINDS]
    count_near(sums[OFFICERS], minds, out_box, disc_near, running, near[0])
    count_near(sums[REBELS], minds, out_box, disc_near, running, near[1])
    if (out_mind == FLEEING).any():  # nobody else asks whether he is away from what alarms
        count_near(sums[ALARM], minds, out_box, disc_away, running, near[2])
    flat = minds.size
    feel_people(
        out_cell, part, disposition, grievance, aversion, threshold, bond, unheard, own_threat,
        blurred.reshape(BLURRED, flat), near[0].reshape(flat), near[1].reshape(flat), near[2].reshape(flat),
        out_legitimacy.reshape(flat), dialogue.reshape(flat), force.reshape(flat), arrest.reshape(flat),
        threat.reshape(flat), time, dt, pace, p, out_anger, out_fear, out_solidarity, out_mind, out_since,
    )  # fmt: skip
