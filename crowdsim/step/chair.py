"""The chair: whether a crowd takes him, holds him and must let him go."""

import numpy as np

from crowdsim.behaviour.harm import hurt
from crowdsim.behaviour.parties import LED_BY_CROWD, Party, State, can_free, can_grab, within
from crowdsim.frame import Event
from crowdsim.kernels.cells import WALKER
from crowdsim.population.grids import Grids
from crowdsim.population.population import Population
from crowdsim.population.roles import Cause, Injury, Mind, Mode, Role, Status
from crowdsim.step.errands import Errands, GoalOf, event_of, let_go, places_in, walk_led

_ACTIVE = int(Status.ACTIVE)
_OFFICER, _SHIELD = int(Role.OFFICER), int(Role.SHIELD)
_CAPTOR_SPEED = 0.6  # m/s [D]
_GRAB = 4.0  # s
_FREE = 5.0  # s
_CAPTORS = 6
_VIOLENT, _PUSHING = int(Mind.VIOLENT), int(Mind.PUSHING)


def chair_row(people: Population, errands: Errands) -> int:
    """Row of the chair, -1 = none or gone."""
    row = errands.chair
    return row if row >= 0 and people.status[row] == _ACTIVE else -1


def exposed(people: Population, errands: Errands) -> np.ndarray:
    """Place of the chair where a crowd could take him, f4[1, 2], m; f4[0, 2] when he is safe, held, or not there."""
    row = chair_row(people, errands)
    if row < 0 or people.led_by[row] == LED_BY_CROWD:
        return np.zeros((0, 2), np.float32)
    x, y = people.position[row].tolist()
    for x0, y0, x1, y1 in errands.zones.get(errands.safe, ()):
        if x0 < x < x1 and y0 < y < y1:
            return np.zeros((0, 2), np.float32)
    return people.position[row : row + 1]


def watch_chair(
    people: Population,
    errands: Errands,
    grids: Grids,
    goal_of: GoalOf,
    tick: int,
    time: float,
    dt: float,
    draw: np.ndarray,
) -> list[Event]:
    """Whether a crowd takes the chair, and whether it must let him go."""
    row = chair_row(people, errands)
    if row < 0:
        return []
    here = people.position[row]
    held_by = next((p for p in errands.parties if p.kind == "hostage"), None)
    violent = np.flatnonzero(people.mind == _VIOLENT)
    if len(violent):
        violent = violent[within(people.position[violent], here, 2.0)]
        violent = violent[(people.status[violent] == _ACTIVE) & (people.crowd[violent] >= 0)]
    if held_by is None and errands.grab_held == 0.0 and not can_grab(len(violent), len(violent), 0):
        return []  # too few by him, whether he is exposed or not
    if held_by is None and not len(exposed(people, errands)):
        errands.grab_held = 0.0
        return []
    close = within(people.position, here, 2.0)
    by_him = np.flatnonzero(close & people.active)
    role = people.role[by_him]
    officers = int(((role == _OFFICER) | (role == _SHIELD)).sum())  # medics and negotiators keep nobody off
    if held_by is None:
        reach = int(within(people.position[violent], here, 1.0).sum())
        can = can_grab(reach, len(violent), officers)
        errands.grab_held = errands.grab_held + dt if can else max(0.0, errands.grab_held - dt)
        if errands.grab_held < _GRAB:
            return []
        candidates = violent[people.led_by[violent] == -1]
        away = ((people.position[candidates] - here) ** 2).sum(axis=1)
        captors = candidates[np.argsort(away, kind="stable")[:_CAPTORS]]
        for party in [p for p in errands.parties if p.kind == "chair"]:
            party.state = State.FETCH
        taken = Party("hostage", np.array([row]), LED_BY_CROWD, captors, time, errands.captivity, state=State.HOLD)
        rects = errands.zones.get(errands.captivity, ((*(here - 1.0).tolist(), *(here + 1.0).tolist()),))
        taken.goal, taken.spot = goal_of(rects), places_in(rects[0], 1)
        errands.parties.append(taken)
        people.led_by[row] = LED_BY_CROWD
        errands.grab_held = 0.0
        people.violent_at[captors] = time
        words = ("Ketua disandera", "The chair is taken hostage")
        return [event_of("hostage_taken", tick, time, people, row, "ketua", f"{len(captors)} captors", words)]
    captors = held_by.leaders
    if can_free(officers, len(captors)):
        held_by.held += dt
    else:
        held_by.held = 0.0
    r, c = grids.cells(people.position[row : row + 1])
    talk = 0.003 * float(grids.dialogue[r[0], c[0]] * grids.legitimacy[r[0], c[0]])
    cause = ""
    if held_by.held >= _FREE:
        cause = "rescue"
    elif len(captors) < 2:
        cause = "abandoned"
    elif draw[row] < talk * dt:
        cause = "talk"
    if not cause:
        hazard = 0.001 * (5.0 if officers else 1.0)
        if draw[row] > 1.0 - hazard * dt:
            hurt(people, np.array([row]), Injury.LIGHT, Cause.FORCE, time)
        return []
    people.violent_at[captors] = time
    let_go(people, held_by)
    errands.parties.remove(held_by)
    # Whoever has most people with him takes him away.
    errands.parties.sort(key=lambda p: -int((p.kind == "chair") * close[p.leaders].sum()))
    words = ("Ketua dibebaskan", "The chair is freed")
    return [event_of("hostage_freed", tick, time, people, row, "ketua", cause, words)]


def hold(people: Population, party: Party, errands: Errands, time: float) -> list[Party]:
    """Captors keep the chair between them and take him along; who has had enough lets go, and another steps in."""
    row = int(party.rows[0])
    willing = people.active & (people.mind >= _PUSHING) & (people.mind <= _VIOLENT) & (people.crowd >= 0)
    near = within(people.position, people.position[row], 3.0)
    stays = party.leaders[willing[party.leaders] & near[party.leaders]]
    people.led_by[party.leaders] = -1
    people.led_by[stays] = LED_BY_CROWD  # before others are looked for, or they would be found again
    if len(stays) < _CAPTORS:
        more = np.flatnonzero(willing & (people.mind == _VIOLENT) & near & (people.led_by == -1))
        stays = np.concatenate([stays, more[: _CAPTORS - len(stays)]])
    party.leaders = stays
    walk_led(people, party.rows, party.spot, party.goal, _CAPTOR_SPEED, LED_BY_CROWD)
    if not len(stays):
        return []
    people.led_by[stays] = LED_BY_CROWD
    people.mode[stays] = Mode.FIGHT
    angle = 2.0 * np.pi * np.arange(len(stays)) / len(stays)
    around = 0.7 * np.column_stack([np.cos(angle), np.sin(angle)])
    people.slot[stays] = people.position[row] + around
    people.has_slot[stays] = True
    people.goal[stays] = -1
    people.speed_wish[stays] = _CAPTOR_SPEED + 0.4
    people.kind[stays] = WALKER
    people.push[stays] = 0.0
    return []
