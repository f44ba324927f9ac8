"""Escorts: the chair, delegates or the coordinator fetched by a unit and brought to a zone."""

import numpy as np

from crowdsim.behaviour.officers import Unit
from crowdsim.behaviour.parties import LED_BY_CROWD, PERSONS, Party, State
from crowdsim.behaviour.unit import Escort
from crowdsim.frame import Event
from crowdsim.population.population import Population
from crowdsim.population.roles import Role, Status
from crowdsim.step.errands import (
    Errands,
    GoalOf,
    arrived,
    event_of,
    keep_with_them,
    let_go,
    look_again,
    ring_round,
    seat,
    set_out,
    wait_for_each_other,
    walk_led,
)
from crowdsim.world.world import World

_CHAIR, _ACTIVE = int(Role.CHAIR), int(Status.ACTIVE)
_NEAR = 1.7  # m: a leader this near to his place counts
_FETCHED = 0.5  # share of the leaders, or eight of them, who must be there to set out
_ESCORT_SPEED = 1.0  # m/s [D]
_RUSH = 1.8  # m/s: an escort when the phase is not green
_PUSH = 250.0  # N with which an escort makes its way through people who stand in it [D]

_NAMES = {
    Role.CHAIR: ("Ketua", "The chair"),
    Role.DELEGATE: ("Utusan", "The delegates"),
    Role.COORDINATOR: ("Korlap", "The coordinator"),
}


def take_orders(people: Population, units: list[Unit], errands: Errands, goal_of: GoalOf, time: float) -> None:
    """A party for every escort that was ordered, and none for those whose order is another by now."""
    for party in [p for p in errands.parties if p.kind in ("chair", "delegation")]:
        order = units[party.by].order
        if isinstance(order, Escort) and int(people.role[party.rows[0]]) == PERSONS.get(order.person):
            if order.zone != party.zone:
                party.zone = order.zone
                set_out(people, party, errands, goal_of, time)
                party.state = State.FETCH
            continue
        let_go(people, party)
        errands.parties.remove(party)
    for k, unit in enumerate(units):
        if not isinstance(unit.order, Escort) or any(p.by == k and p.kind != "arrest" for p in errands.parties):
            continue
        nobody = (people.led_by == -1) | (people.led_by == LED_BY_CROWD)
        rows = np.flatnonzero((people.role == PERSONS[unit.order.person]) & people.active & nobody)
        if not len(rows):
            continue
        kind = "chair" if people.role[rows[0]] == _CHAIR else "delegation"
        errands.parties.append(Party(kind, rows, k, unit.rows, time, unit.order.zone))


def escort(
    world: World,
    people: Population,
    units: list[Unit],
    party: Party,
    errands: Errands,
    goal_of: GoalOf,
    quick: bool,
    tick: int,
    time: float,
    events: list[Event],
) -> list[Party]:
    """Fetch, set out when half of the leaders are round them, arrive."""
    led_by = people.led_by[party.rows].tolist()
    taken = LED_BY_CROWD in led_by
    leaders = party.leaders[people.status[party.leaders] == _ACTIVE]
    chair = people.role[party.rows[0]] == _CHAIR
    speed = _RUSH if quick and chair else _ESCORT_SPEED
    if party.state == State.FETCH:
        if not taken and not all(by in (-1, party.by) for by in led_by):
            return []  # others have him: wait in the slots of the unit
        look_again(people, party, goal_of)
        places = ring_round(world, people, party, leaders)
        seat(people, leaders, places, party.fetch_goal, 2.2 if quick else 1.3, _PUSH if quick else 0.0)
        near = int((np.hypot(*(places - people.position[leaders]).T) < _NEAR).sum())
        if not taken and near >= min(8, _FETCHED * len(leaders)):
            set_out(people, party, errands, goal_of, time)
    elif taken:
        party.state = State.FETCH
        return []
    if party.state == State.ON_THE_WAY:
        walk_led(people, party.rows, party.spot, party.goal, speed, party.by)
        wait_for_each_other(people, party.rows)
        places = ring_round(world, people, party, leaders, 0.5)
        seat(people, leaders, places, party.goal, speed + 0.5, _PUSH * quick)
        keep_with_them(people, party, leaders, goal_of)
        if arrived(people, party, errands):
            party.state, party.since = State.ARRIVED, time
            who, what = _NAMES[Role(int(people.role[party.rows[0]]))]
            place = errands.names.get(party.zone, {})
            words = (
                f"{who} tiba: {place.get('id', party.zone)}",
                f"{what} arrived: {place.get('en', party.zone)}",
            )
            name = next(name for name, role in PERSONS.items() if role == people.role[party.rows[0]])
            events.append(event_of("arrival", tick, time, people, int(party.rows[0]), name, party.zone, words))
    elif party.state == State.ARRIVED:
        walk_led(people, party.rows, party.spot, party.goal, speed, party.by)
        seat(people, leaders, ring_round(world, people, party, leaders), party.goal, speed)
    return []
