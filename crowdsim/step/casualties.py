"""The hurt: medics who reach them, treat them and carry them to an aid post."""

import numpy as np

from crowdsim.behaviour.harm import carry, deliver
from crowdsim.behaviour.officers import Unit
from crowdsim.behaviour.parties import Party, State, within
from crowdsim.frame import Event
from crowdsim.population.population import Population
from crowdsim.population.roles import Injury, Role, Status
from crowdsim.step.errands import Errands, GoalOf, arrived, event_of, look_again, places_in, seat, set_out
from crowdsim.world.tilemap import Rect

_ACTIVE, _FALLEN, _CARRIED = int(Status.ACTIVE), int(Status.FALLEN), int(Status.CARRIED)
_MEDIC = int(Role.MEDIC)
_SERIOUS = int(Injury.SERIOUS)
_PATIENCE = 60.0  # s after which an arrest that did not come off is given up
_CARRY_SPEED = 0.8  # m/s [D]
_TREAT = 6.0  # s a medic takes before he carries
_MEDICS = 2  # to carry one person


def send_medics(people: Population, units: list[Unit], errands: Errands, goal_of: GoalOf, time: float) -> None:
    """Free medics in pairs to those who cannot walk, the longest waiting first."""
    if not errands.aid:
        return
    fallen = np.flatnonzero(people.status == _FALLEN)
    waiting = fallen[people.injury[fallen] >= _SERIOUS]
    if not len(waiting):
        return
    served = {int(p.rows[0]) for p in errands.parties if p.kind == "casualty"}
    waiting = np.array([row for row in waiting.tolist() if row not in served], np.int64)
    if not len(waiting):
        return
    medics = (people.role == _MEDIC) & people.active
    for party in errands.parties:
        medics[party.leaders] = False
    free = np.flatnonzero(medics)
    for row in waiting[np.argsort(people.hurt_at[waiting], kind="stable")]:
        if len(free) < _MEDICS:
            return
        away = ((people.position[free] - people.position[row]) ** 2).sum(axis=1)
        pair = free[np.argsort(away, kind="stable")[:_MEDICS]]
        free = free[(free[:, None] != pair).all(axis=1)]
        post = min(errands.aid, key=lambda name: _distance(errands.zones[name][0], people.position[row]))
        party = Party("casualty", np.array([row]), int(people.unit[pair[0]]), pair, time, post)
        look_again(people, party, goal_of)
        errands.parties.append(party)


def _distance(rect: Rect, point: np.ndarray) -> float:
    return float(np.hypot((rect[0] + rect[2]) / 2 - point[0], (rect[1] + rect[3]) / 2 - point[1]))


def carry_hurt(
    people: Population,
    units: list[Unit],
    party: Party,
    errands: Errands,
    goal_of: GoalOf,
    tick: int,
    time: float,
    events: list[Event],
) -> list[Party]:
    """Reach, treat, carry to the aid post, and go back."""
    row, medics = int(party.rows[0]), party.leaders[people.status[party.leaders] == _ACTIVE]
    if not len(medics) or int(people.status[row]) not in (_FALLEN, _CARRIED):
        return [party]
    here = people.position[row]
    side = np.array([[0.5, 0.0], [-0.5, 0.0]], np.float32)[: len(medics)]
    if party.state == State.FETCH:
        seat(people, medics, np.asarray(here + side, np.float32), party.fetch_goal, 2.0)
        if within(people.position[medics], here, 1.1).any():
            party.state, party.since = State.HOLD, time
            late = time - float(people.hurt_at[row])
            words = (f"Korban ditolong setelah {late:.0f} dtk", f"Casualty reached after {late:.0f} s")
            events.append(event_of("aid", tick, time, people, row, units[party.by].id, f"{late:.1f}", words))
        elif time - party.since > 2 * _PATIENCE:
            return [party]
    elif party.state == State.HOLD:
        seat(people, medics, np.asarray(here + side, np.float32), party.fetch_goal, 1.0)
        if time - party.since > _TREAT:
            carry(people, row)
            set_out(people, party, errands, goal_of, time)
    else:
        bearer = medics[0]
        places = np.repeat(party.spot, len(medics), axis=0) + side
        seat(people, medics, np.asarray(places, np.float32), party.goal, _CARRY_SPEED)
        people.position[row] = people.position[bearer] + 0.4 * (people.position[medics[-1]] - people.position[bearer])
        people.velocity[row] = people.velocity[bearer]
        there = arrived(people, party, errands)
        if there:
            people.velocity[row] = 0.0
            at_post = int((people.status == _CARRIED).sum())
            deliver(people, row, places_in(errands.zones[party.zone][0], 20)[(at_post - 1) % 20])
            words = ("Korban di pos kesehatan", "Casualty at the aid post")
            events.append(event_of("aid", tick, time, people, row, units[party.by].id, "post", words))
            return [party]
    return []
