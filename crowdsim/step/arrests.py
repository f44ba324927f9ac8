"""Arrests: squads that look for somebody, take hold of him and lead him away."""

import numpy as np

from crowdsim.behaviour.minds import arrest_seen
from crowdsim.behaviour.officers import Unit
from crowdsim.behaviour.parties import Party, State, nearest, ring, within
from crowdsim.behaviour.unit import Arrest
from crowdsim.frame import Event
from crowdsim.population.grids import Grids
from crowdsim.population.population import Population
from crowdsim.population.roles import Disposition, Mind, Role, Status
from crowdsim.step.errands import (
    Errands,
    GoalOf,
    arrived,
    event_of,
    keep_with_them,
    look_again,
    places_in,
    seat,
    set_out,
    walk_led,
)

_ACTIVE, _DETAINED = int(Status.ACTIVE), int(Status.DETAINED)
_COORDINATOR, _DEMONSTRATOR = int(Role.COORDINATOR), int(Role.DEMONSTRATOR)
_PROVOCATEUR = int(Disposition.PROVOCATEUR)
_PATIENCE = 60.0  # s after which an arrest that did not come off is given up
_ESCORT_SPEED = 1.0  # m/s [D]
_PUSH = 250.0  # N with which an escort makes its way through people who stand in it [D]
_BESIDE = np.array([[0.55, 0.0], [-0.55, 0.0]], np.float32)  # m: places of the two who lead somebody away
_SQUAD = 6
_SQUAD_REACH = 25.0  # m from where it stands that a squad goes for somebody
_CAPTURE = 3.0  # s two officers must have hold of somebody; twice that among friends
_EVIDENCE = 60.0  # s a violent act is remembered
_PUSHING, _CHANTING = int(Mind.PUSHING), int(Mind.CHANTING)


def targets(people: Population, sort: str, time: float) -> np.ndarray:
    """Rows of the demonstrators an arrest of this sort could be aimed at, i8[k].

    `violent` and `provocateur`: only with evidence, a violent act within the last minute, or one who eggs others on.
    """
    free = people.active & (people.crowd >= 0) & (people.led_by == -1)
    evident = time - people.violent_at < _EVIDENCE
    match sort:
        case "violent":
            free &= evident
        case "provocateur":
            free &= (people.disposition == _PROVOCATEUR) & (evident | (people.mind >= _PUSHING))
        case "korlap":
            free &= people.role == _COORDINATOR
        case _:
            free &= (people.mind <= _CHANTING) & ~evident & (people.role == _DEMONSTRATOR)
    return np.flatnonzero(free)


def _free_to_take(people: Population, row: int) -> np.ndarray:
    """The row itself, while it is somebody of a crowd on his feet whom nobody leads."""
    free = people.status[row] == _ACTIVE and people.crowd[row] >= 0 and people.led_by[row] == -1
    return np.array([row] if free else [], np.int64)


def send_squads(people: Population, units: list[Unit], errands: Errands, goal_of: GoalOf, time: float) -> None:
    """Squads of six who have nothing to do look for somebody within reach whom they can take."""
    if not errands.holding:
        return
    for k, unit in enumerate(units):
        if not isinstance(unit.order, Arrest):
            continue
        busy = np.zeros(people.capacity, bool)
        for party in errands.parties:
            if party.by == k:
                busy[party.leaders] = True
        free = unit.rows[(people.status[unit.rows] == _ACTIVE) & ~busy[unit.rows]]
        if len(free) < _SQUAD:
            continue
        wanted = [int(p.rows[0]) for p in errands.parties if p.kind == "arrest"]
        chosen = unit.order.row
        sought = targets(people, unit.order.person, time) if chosen < 0 else _free_to_take(people, chosen)
        candidates = np.setdiff1d(sought, wanted)
        while len(free) >= _SQUAD and len(candidates):
            squad, free = free[:_SQUAD], free[_SQUAD:]
            reach = _SQUAD_REACH if chosen < 0 else np.inf
            row = nearest(people.position, people.position[squad].mean(axis=0), candidates, reach)
            if row < 0:
                break
            candidates = candidates[candidates != row]
            party = Party("arrest", np.array([row]), k, squad, time, errands.holding, target=unit.order.person)
            look_again(people, party, goal_of)
            errands.parties.append(party)


def arrest(
    people: Population,
    units: list[Unit],
    party: Party,
    errands: Errands,
    grids: Grids,
    goal_of: GoalOf,
    tick: int,
    time: float,
    dt: float,
    events: list[Event],
) -> list[Party]:
    """Two officers take hold, the others cover; two take him away, and the rest go back."""
    row = int(party.rows[0])
    squad = party.leaders[people.status[party.leaders] == _ACTIVE]
    if people.status[row] != _ACTIVE or len(squad) < 2:
        return [party]
    if party.state == State.FETCH:
        if not isinstance(units[party.by].order, Arrest) or time - party.since > _PATIENCE:
            return [party]
        look_again(people, party, goal_of)
        places = np.asarray(people.position[row] + 0.5 * ring(len(squad)), np.float32)
        seat(people, squad, places, party.fetch_goal, 2.2, _PUSH)
        have_hold = within(people.position[squad], people.position[row], 0.95)
        party.held = party.held + dt if int(have_hold.sum()) >= 2 else max(0.0, party.held - dt)
        if party.held < _CAPTURE * (2.0 if party.held >= _CAPTURE and _among_friends(people, row) else 1.0):
            return []
        order = np.argsort(((people.position[squad] - people.position[row]) ** 2).sum(axis=1), kind="stable")
        party.leaders = squad[order[:2]]
        events.append(_arrested(people, party, grids, tick, time, dt))
        set_out(people, party, errands, goal_of, time)
        return []
    near = np.count_nonzero(within(people.position[squad], people.position[row], 3.0))
    walk_led(people, party.rows, party.spot, party.goal, _ESCORT_SPEED if near else 0.0, party.by)
    ahead = people.velocity[row] * 0.5
    seat(people, squad, people.position[row] + ahead + _BESIDE[: len(squad)], party.goal, 1.5, _PUSH)
    keep_with_them(people, party, squad, goal_of)
    if arrived(people, party, errands):
        people.status[row] = Status.DETAINED
        people.velocity[row] = 0.0
        detained = int((people.status == _DETAINED).sum())
        people.position[row] = places_in(errands.zones[party.zone][0], 30)[(detained - 1) % 30]
        words = ("Tahanan diserahkan", "Handed over to the holding point")
        events.append(event_of("hand_over", tick, time, people, row, units[party.by].id, party.target, words))
        return [party]
    return []


def _among_friends(people: Population, row: int) -> bool:
    """Whether more than four who stand by him are within two metres of somebody."""
    friends = within(people.position, people.position[row], 2.0) & (people.solidarity > 0.5) & (people.crowd >= 0)
    return int((friends & people.active).sum()) > 4


def _arrested(people: Population, party: Party, grids: Grids, tick: int, time: float, dt: float) -> Event:
    """What those around see: a lawful arrest, or one of somebody who did nothing."""
    row = int(party.rows[0])
    x, y = people.position[row].tolist()
    # What counts is what was seen when the squad set out: it takes it half a minute to get to him.
    evident = party.since - people.violent_at[row] < _EVIDENCE
    lawful = bool(evident or people.disposition[row] == _PROVOCATEUR)
    arrest_seen(grids, x, y, not lawful, dt)
    if people.role[row] == _COORDINATOR:
        grids.expose("force", x, y, 20.0, 1.0)  # everybody knows him
    cause = "offender" if lawful else "wrongful"
    words = (
        ("Pelaku ditangkap", "Offender arrested") if lawful else ("Penangkapan tanpa pelanggaran", "Wrongful arrest")
    )
    return event_of("arrest", tick, time, people, row, party.target, cause, words)
