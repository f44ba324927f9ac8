"""Lead, five times a second: people who are taken somewhere. Escorts, arrests, the chair taken and freed, the hurt.

Every party is a small state machine over a handful of people; who walks does so by the same forces as everybody.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from crowdsim.behaviour.demonstrators import Crowd
from crowdsim.behaviour.harm import carry, deliver, hurt
from crowdsim.behaviour.minds import arrest_seen
from crowdsim.behaviour.officers import Unit
from crowdsim.behaviour.parties import (
    LED_BY_CROWD,
    PERSONS,
    Party,
    State,
    can_free,
    can_grab,
    nearest,
    ring,
    within,
)
from crowdsim.behaviour.unit import Arrest, Escort
from crowdsim.frame import Event
from crowdsim.kernels.cells import OFFICER, PUSHER, WALKER
from crowdsim.kernels.lines import places_round
from crowdsim.population.grids import Grids
from crowdsim.population.population import Population
from crowdsim.population.roles import Cause, Disposition, Injury, Mind, Mode, Role, Status
from crowdsim.world.tilemap import Rect
from crowdsim.world.world import World

_ACTIVE, _DETAINED, _FALLEN, _CARRIED = (
    int(Status.ACTIVE),
    int(Status.DETAINED),
    int(Status.FALLEN),
    int(Status.CARRIED),
)
_CHAIR, _OFFICER, _SHIELD, _MEDIC = int(Role.CHAIR), int(Role.OFFICER), int(Role.SHIELD), int(Role.MEDIC)
_COORDINATOR, _DEMONSTRATOR = int(Role.COORDINATOR), int(Role.DEMONSTRATOR)
_PROVOCATEUR = int(Disposition.PROVOCATEUR)
_SERIOUS = int(Injury.SERIOUS)

GoalOf = Callable[[tuple[Rect, ...]], int]

_NEAR = 1.7  # m: a leader this near to his place counts
_FETCHED = 0.5  # share of the leaders, or eight of them, who must be there to set out
_PATIENCE = 60.0  # s after which an arrest that did not come off is given up
_APART = 3.0  # m
_LOST = 5.0  # m between leaders and those they lead
_SEEN_AGAIN = 6.0  # m somebody may move before his leaders ask for the way again
_ESCORT_SPEED, _CARRY_SPEED, _CAPTOR_SPEED = 1.0, 0.8, 0.6  # m/s [D]
_RUSH = 1.8  # m/s: an escort when the phase is not green
_PUSH = 250.0  # N with which an escort makes its way through people who stand in it [D]
_SQUAD = 6
_SQUAD_REACH = 25.0  # m from where it stands that a squad goes for somebody
_CAPTURE = 3.0  # s two officers must have hold of somebody; twice that among friends
_GRAB = 4.0  # s
_FREE = 5.0  # s
_CAPTORS = 6
_TREAT = 6.0  # s a medic takes before he carries
_MEDICS = 2  # to carry one person
_EVIDENCE = 60.0  # s a violent act is remembered

_VIOLENT, _PUSHING, _CHANTING = int(Mind.VIOLENT), int(Mind.PUSHING), int(Mind.CHANTING)


@dataclass
class Errands:
    """All parties of a run, and where its people are taken to."""

    zones: dict[str, tuple[Rect, ...]]  # places of the map by name
    holding: str = ""  # zone for the arrested, "" = none: nobody is arrested
    captivity: str = ""  # zone to which a crowd takes the chair, "" = it stays where it is
    safe: str = ""  # zone in which the chair cannot be taken
    aid: tuple[str, ...] = ()  # zones for the hurt
    parties: list[Party] = field(default_factory=list)
    grab_held: float = 0.0  # s
    delegates_inside: bool = False  # whether delegates are being heard

    def goals(self) -> set[int]:
        """Fields in use."""
        return {goal for party in self.parties for goal in (party.goal, party.fetch_goal)}


def lead(
    world: World,
    people: Population,
    units: list[Unit],
    crowds: list[Crowd],
    errands: Errands,
    grids: Grids,
    goal_of: GoalOf,
    quick: bool,
    tick: int,
    time: float,
    dt: float,
    draw: np.ndarray,
) -> list[Event]:
    """Move every party on by one decision.

    goal_of : the field to some rectangles ; quick : escorts run ; draw : f8[n], uniform
    """
    events: list[Event] = []
    _take_orders(people, units, errands, goal_of, time)
    events += _watch_chair(people, errands, grids, goal_of, tick, time, dt, draw)
    _send_medics(people, units, errands, goal_of, time)
    _send_squads(people, units, errands, goal_of, time)
    over: list[Party] = []
    for party in errands.parties:
        match party.kind:
            case "hostage":
                over += _hold(people, party, errands, time)
            case "arrest":
                over += _arrest(people, units, party, errands, grids, goal_of, tick, time, dt, events)
            case "casualty":
                over += _carry(people, units, party, errands, goal_of, tick, time, events)
            case _:
                over += _escort(world, people, units, party, errands, goal_of, quick, tick, time, events)
    for party in over:
        _let_go(people, party)
        errands.parties.remove(party)
    errands.delegates_inside = any(p.kind == "delegation" and p.state == State.ARRIVED for p in errands.parties)
    return events


# --- what all share ---------------------------------------------------------------------------------------------------


def _seat(
    people: Population, rows: np.ndarray, places: np.ndarray, goal: int | np.ndarray, speed: float, push: float = 0.0
) -> None:
    """Send leaders to places of their own, past the slots of their unit; who is stuck pushes his way."""
    people.slot[rows] = places
    people.has_slot[rows] = True
    people.goal[rows] = goal
    people.mode[rows] = Mode.WALK
    people.speed_wish[rows] = speed
    people.kind[rows] = OFFICER
    people.push[rows] = 0.0
    if push > 0.0:
        slow = np.hypot(people.velocity[rows, 0], people.velocity[rows, 1]) < 0.3
        far = np.hypot(*(places - people.position[rows]).T) > 0.8
        people.push[rows[slow & far]] = push
        people.kind[rows[slow & far]] = PUSHER


def _walk_led(people: Population, rows: np.ndarray, spot: np.ndarray, goal: int, speed: float, by: int) -> None:
    """Those who are led go to where they are taken; a line of officers lets them through with their escort."""
    people.led_by[rows] = by
    people.mode[rows] = Mode.LED
    people.slot[rows] = spot
    people.has_slot[rows] = True
    people.goal[rows] = goal
    people.speed_wish[rows] = speed
    people.kind[rows] = WALKER if by == LED_BY_CROWD else OFFICER
    people.push[rows] = 0.0


def _ring_round(world: World, people: Population, party: Party, leaders: np.ndarray, ahead: float = 0.0) -> np.ndarray:
    """Places round the people of a party, f4[m, 2], m, moved on with them; on their side of any wall."""
    places = ring(len(leaders)) * (1.0 + 0.25 * math.sqrt(len(party.rows)) * (len(party.rows) > 1))
    out = np.empty((len(leaders), 2), np.float32)
    places_round(
        party.rows, people.position, people.velocity, np.float32(ahead), places, world.solid, world.map.tile_size, out
    )
    return out


def _wait_for_each_other(people: Population, rows: np.ndarray) -> None:
    """Whoever has much less way left than the last of them stands until they have caught up."""
    if len(rows) > 1:
        way = people.way[rows]
        people.speed_wish[rows[way < way.max() - _APART]] = 0.0


def _look_again(people: Population, party: Party, goal_of: GoalOf) -> None:
    """Ask for the way to the people of a party when they are not where they were."""
    x, y = people.position[party.rows].mean(axis=0).tolist()
    if abs(x - party.seen_at[0]) + abs(y - party.seen_at[1]) > _SEEN_AGAIN:
        party.seen_at = (x, y)
        x, y = 0.5 * np.floor(x / 0.5), 0.5 * np.floor(y / 0.5)  # his own tile: the next may lie behind a wall
        party.fetch_goal = goal_of(((x, y, x + 0.5, y + 0.5),))


def _way_of(people: Population, party: Party, leaders: np.ndarray, goal_of: GoalOf) -> np.ndarray:
    """Fields the leaders follow on the way, i4[m]: whoever has lost his people goes back to them."""
    lost = ~within(people.position[leaders], people.position[party.rows].mean(axis=0), _LOST)
    if lost.any():
        _look_again(people, party, goal_of)
    return np.where(lost, party.fetch_goal, party.goal)


def _set_out(people: Population, party: Party, errands: Errands, goal_of: GoalOf, time: float) -> None:
    """From here on they are on their way to the zone."""
    rects = errands.zones[party.zone]
    party.state, party.since = State.ON_THE_WAY, time
    party.goal = goal_of(rects)
    party.spot = places_in(rects[0], len(party.rows))


def places_in(rect: Rect, count: int) -> np.ndarray:
    """Places 0.8 m apart round the middle of a rectangle, f4[count, 2], m."""
    x0, y0, x1, y1 = rect
    across = max(1, min(int(np.ceil(np.sqrt(count))), int((x1 - x0) / 0.8)))
    row, col = np.divmod(np.arange(count), across)
    x = (x0 + x1) / 2 + 0.8 * (col - (min(across, count) - 1) / 2)
    y = (y0 + y1) / 2 + 0.8 * (row - row.max(initial=0) / 2)
    return np.column_stack([x, np.clip(y, y0 + 0.3, y1 - 0.3)]).astype(np.float32)


def _arrived(people: Population, party: Party, errands: Errands) -> bool:
    """Whether all are within the zone, or at their places in it."""
    there = np.hypot(*(people.position[party.rows] - party.spot).T) < 0.8
    x, y = people.position[party.rows].T
    for x0, y0, x1, y1 in errands.zones[party.zone]:
        there |= (x > x0 + 0.3) & (x < x1 - 0.3) & (y > y0 + 0.3) & (y < y1 - 0.3)
    return bool(there.all())


def _let_go(people: Population, party: Party) -> None:
    people.led_by[party.rows] = -1  # also of somebody who fell: he gets up free
    rows = party.rows[people.status[party.rows] == _ACTIVE]
    people.mode[rows] = Mode.STAND
    people.speed_wish[rows] = people.desired_speed[rows]
    if party.by == LED_BY_CROWD:
        captors = party.leaders
        people.led_by[captors[people.led_by[captors] == LED_BY_CROWD]] = -1


def _event(
    kind: str, tick: int, time: float, people: Population, row: int, subject: str, cause: str, words: tuple[str, str]
) -> Event:
    x, y = people.position[row].tolist()
    return Event(tick, time, kind, (x, y), subject, 0.0, {"id": words[0], "en": words[1]}, cause, (row,))


# --- escorts ----------------------------------------------------------------------------------------------------------

_NAMES = {
    Role.CHAIR: ("Ketua", "The chair"),
    Role.DELEGATE: ("Utusan", "The delegates"),
    Role.COORDINATOR: ("Korlap", "The coordinator"),
}


def _take_orders(people: Population, units: list[Unit], errands: Errands, goal_of: GoalOf, time: float) -> None:
    """A party for every escort that was ordered, and none for those whose order is another by now."""
    for party in [p for p in errands.parties if p.kind in ("chair", "delegation")]:
        order = units[party.by].order
        if isinstance(order, Escort) and PERSONS.get(order.person) == people.role[party.rows[0]]:
            if order.zone != party.zone:
                party.zone = order.zone
                _set_out(people, party, errands, goal_of, time)
                party.state = State.FETCH
            continue
        _let_go(people, party)
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


def _escort(
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
    taken = people.led_by[party.rows] == LED_BY_CROWD
    leaders = party.leaders[people.active[party.leaders]]
    chair = people.role[party.rows[0]] == _CHAIR
    speed = _RUSH if quick and chair else _ESCORT_SPEED
    if party.state == State.FETCH:
        if not taken.any() and not np.isin(people.led_by[party.rows], (-1, party.by)).all():
            return []  # others have him: wait in the slots of the unit
        _look_again(people, party, goal_of)
        places = _ring_round(world, people, party, leaders)
        _seat(people, leaders, places, party.fetch_goal, 2.2 if quick else 1.3, _PUSH if quick else 0.0)
        near = int((np.hypot(*(places - people.position[leaders]).T) < _NEAR).sum())
        if not taken.any() and near >= min(8, _FETCHED * len(leaders)):
            _set_out(people, party, errands, goal_of, time)
    elif taken.any():
        party.state = State.FETCH
        return []
    if party.state == State.ON_THE_WAY:
        _walk_led(people, party.rows, party.spot, party.goal, speed, party.by)
        _wait_for_each_other(people, party.rows)
        ways = _way_of(people, party, leaders, goal_of)
        _seat(people, leaders, _ring_round(world, people, party, leaders, 0.5), ways, speed + 0.5, _PUSH * quick)
        if _arrived(people, party, errands):
            party.state, party.since = State.ARRIVED, time
            who, what = _NAMES[Role(int(people.role[party.rows[0]]))]
            words = (f"{who} tiba: {party.zone}", f"{what} arrived: {party.zone}")
            name = next(name for name, role in PERSONS.items() if role == people.role[party.rows[0]])
            events.append(_event("arrival", tick, time, people, int(party.rows[0]), name, party.zone, words))
    elif party.state == State.ARRIVED:
        _walk_led(people, party.rows, party.spot, party.goal, speed, party.by)
        _seat(people, leaders, _ring_round(world, people, party, leaders), party.goal, speed)
    return []


# --- the chair --------------------------------------------------------------------------------------------------------


def chair_row(people: Population) -> int:
    """Row of the chair, -1 = none or gone."""
    for row in (people.role == _CHAIR).nonzero()[0].tolist():  # one at most
        return row if people.status[row] == _ACTIVE else -1
    return -1


def exposed(people: Population, errands: Errands) -> np.ndarray:
    """Place of the chair where a crowd could take him, f4[1, 2], m; f4[0, 2] when he is safe, held, or not there."""
    row = chair_row(people)
    if row < 0 or people.led_by[row] == LED_BY_CROWD:
        return np.zeros((0, 2), np.float32)
    x, y = people.position[row]
    for x0, y0, x1, y1 in errands.zones.get(errands.safe, ()):
        if x0 < x < x1 and y0 < y < y1:
            return np.zeros((0, 2), np.float32)
    return people.position[row : row + 1]


def _watch_chair(
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
    row = chair_row(people)
    if row < 0:
        return []
    here = people.position[row]
    held_by = next((p for p in errands.parties if p.kind == "hostage"), None)
    if held_by is None and not len(exposed(people, errands)):
        errands.grab_held = 0.0
        return []
    active = people.active
    violent = active & (people.mind == _VIOLENT) & (people.crowd >= 0)
    # Medics and negotiators keep nobody off.
    officers = active & ((people.role == _OFFICER) | (people.role == _SHIELD))
    close = within(people.position, here, 2.0)
    if held_by is None:
        reach = violent & within(people.position, here, 1.0)
        can = can_grab(int(reach.sum()), int((violent & close).sum()), int((officers & close).sum()))
        errands.grab_held = errands.grab_held + dt if can else max(0.0, errands.grab_held - dt)
        if errands.grab_held < _GRAB:
            return []
        candidates = np.flatnonzero(violent & close & (people.led_by == -1))
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
        return [_event("hostage_taken", tick, time, people, row, "ketua", f"{len(captors)} captors", words)]
    captors = held_by.leaders
    rescuers = int((officers & close).sum())
    if can_free(rescuers, len(captors)):
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
        hazard = 0.001 * (5.0 if rescuers else 1.0)
        if draw[row] > 1.0 - hazard * dt:
            hurt(people, np.array([row]), Injury.LIGHT, Cause.FORCE, time)
        return []
    people.violent_at[captors] = time
    _let_go(people, held_by)
    errands.parties.remove(held_by)
    # Whoever has most people with him takes him away.
    errands.parties.sort(key=lambda p: -int((p.kind == "chair") * close[p.leaders].sum()))
    words = ("Ketua dibebaskan", "The chair is freed")
    return [_event("hostage_freed", tick, time, people, row, "ketua", cause, words)]


def _hold(people: Population, party: Party, errands: Errands, time: float) -> list[Party]:
    """Captors keep the chair between them and take him along; who has had enough lets go, and another steps in."""
    row = int(party.rows[0])
    willing = people.active & (people.mind >= _PUSHING) & (people.mind <= _VIOLENT) & (people.crowd >= 0)
    near = within(people.position, people.position[row], 3.0)
    stays = party.leaders[willing[party.leaders] & near[party.leaders]]
    people.led_by[np.setdiff1d(party.leaders, stays)] = -1
    people.led_by[stays] = LED_BY_CROWD  # before others are looked for, or they would be found again
    if len(stays) < _CAPTORS:
        more = np.flatnonzero(willing & (people.mind == _VIOLENT) & near & (people.led_by == -1))
        stays = np.concatenate([stays, more[: _CAPTORS - len(stays)]])
    party.leaders = stays
    _walk_led(people, party.rows, party.spot, party.goal, _CAPTOR_SPEED, LED_BY_CROWD)
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


# --- arrests ----------------------------------------------------------------------------------------------------------


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
    free = bool(people.active[row]) and people.crowd[row] >= 0 and people.led_by[row] == -1
    return np.array([row] if free else [], np.int64)


def _send_squads(people: Population, units: list[Unit], errands: Errands, goal_of: GoalOf, time: float) -> None:
    """Squads of six who have nothing to do look for somebody within reach whom they can take."""
    if not errands.holding:
        return
    for k, unit in enumerate(units):
        if not isinstance(unit.order, Arrest):
            continue
        busy = np.concatenate([p.leaders for p in errands.parties if p.by == k] or [np.zeros(0, np.int64)])
        free = unit.rows[(people.status[unit.rows] == _ACTIVE) & ~np.isin(unit.rows, busy)]
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
            _look_again(people, party, goal_of)
            errands.parties.append(party)


def _arrest(
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
    squad = party.leaders[people.active[party.leaders]]
    if not people.active[row] or len(squad) < 2:
        return [party]
    if party.state == State.FETCH:
        if not isinstance(units[party.by].order, Arrest) or time - party.since > _PATIENCE:
            return [party]
        _look_again(people, party, goal_of)
        places = np.asarray(people.position[row] + 0.5 * ring(len(squad)), np.float32)
        _seat(people, squad, places, party.fetch_goal, 2.2, _PUSH)
        have_hold = within(people.position[squad], people.position[row], 0.95)
        party.held = party.held + dt if int(have_hold.sum()) >= 2 else max(0.0, party.held - dt)
        if party.held < _CAPTURE * (2.0 if party.held >= _CAPTURE and _among_friends(people, row) else 1.0):
            return []
        order = np.argsort(((people.position[squad] - people.position[row]) ** 2).sum(axis=1), kind="stable")
        party.leaders = squad[order[:2]]
        events.append(_arrested(people, party, grids, tick, time, dt))
        _set_out(people, party, errands, goal_of, time)
        return []
    near = within(people.position[squad], people.position[row], 3.0).any()
    _walk_led(people, party.rows, party.spot, party.goal, _ESCORT_SPEED if near else 0.0, party.by)
    ahead = people.velocity[row] * 0.5
    side = np.array([[0.55, 0.0], [-0.55, 0.0]], np.float32)[: len(squad)]
    ways = _way_of(people, party, squad, goal_of)
    _seat(people, squad, np.asarray(people.position[row] + ahead + side, np.float32), ways, 1.5, _PUSH)
    if _arrived(people, party, errands):
        people.status[row] = Status.DETAINED
        people.velocity[row] = 0.0
        detained = int((people.status == _DETAINED).sum())
        people.position[row] = places_in(errands.zones[party.zone][0], 30)[(detained - 1) % 30]
        words = ("Tahanan diserahkan", "Handed over to the holding point")
        events.append(_event("hand_over", tick, time, people, row, units[party.by].id, party.target, words))
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
    return _event("arrest", tick, time, people, row, party.target, cause, words)


# --- the hurt ---------------------------------------------------------------------------------------------------------


def _send_medics(people: Population, units: list[Unit], errands: Errands, goal_of: GoalOf, time: float) -> None:
    """Free medics in pairs to those who cannot walk, the longest waiting first."""
    if not errands.aid:
        return
    waiting = np.flatnonzero((people.status == _FALLEN) & (people.injury >= _SERIOUS))
    if not len(waiting):
        return
    served = [int(p.rows[0]) for p in errands.parties if p.kind == "casualty"]
    waiting = np.setdiff1d(waiting, served)
    if not len(waiting):
        return
    busy = np.concatenate([p.leaders for p in errands.parties] or [np.zeros(0, np.int64)])
    free = np.flatnonzero((people.role == _MEDIC) & people.active)
    free = np.setdiff1d(free, busy)
    for row in waiting[np.argsort(people.hurt_at[waiting], kind="stable")]:
        if len(free) < _MEDICS:
            return
        away = ((people.position[free] - people.position[row]) ** 2).sum(axis=1)
        pair = free[np.argsort(away, kind="stable")[:_MEDICS]]
        free = np.setdiff1d(free, pair)
        post = min(errands.aid, key=lambda name: _distance(errands.zones[name][0], people.position[row]))
        party = Party("casualty", np.array([row]), int(people.unit[pair[0]]), pair, time, post)
        _look_again(people, party, goal_of)
        errands.parties.append(party)


def _distance(rect: Rect, point: np.ndarray) -> float:
    return float(np.hypot((rect[0] + rect[2]) / 2 - point[0], (rect[1] + rect[3]) / 2 - point[1]))


def _carry(
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
    row, medics = int(party.rows[0]), party.leaders[people.active[party.leaders]]
    if not len(medics) or people.status[row] not in (Status.FALLEN, Status.CARRIED):
        return [party]
    here = people.position[row]
    side = np.array([[0.5, 0.0], [-0.5, 0.0]], np.float32)[: len(medics)]
    if party.state == State.FETCH:
        _seat(people, medics, np.asarray(here + side, np.float32), party.fetch_goal, 2.0)
        if within(people.position[medics], here, 1.1).any():
            party.state, party.since = State.HOLD, time
            late = time - float(people.hurt_at[row])
            words = (f"Korban ditolong setelah {late:.0f} dtk", f"Casualty reached after {late:.0f} s")
            events.append(_event("aid", tick, time, people, row, units[party.by].id, f"{late:.1f}", words))
        elif time - party.since > 2 * _PATIENCE:
            return [party]
    elif party.state == State.HOLD:
        _seat(people, medics, np.asarray(here + side, np.float32), party.fetch_goal, 1.0)
        if time - party.since > _TREAT:
            carry(people, row)
            _set_out(people, party, errands, goal_of, time)
    else:
        bearer = medics[0]
        places = np.repeat(party.spot, len(medics), axis=0) + side
        _seat(people, medics, np.asarray(places, np.float32), party.goal, _CARRY_SPEED)
        people.position[row] = people.position[bearer] + 0.4 * (people.position[medics[-1]] - people.position[bearer])
        people.velocity[row] = people.velocity[bearer]
        there = _arrived(people, party, errands)
        if there:
            people.velocity[row] = 0.0
            at_post = int((people.status == _CARRIED).sum())
            deliver(people, row, places_in(errands.zones[party.zone][0], 20)[(at_post - 1) % 20])
            words = ("Korban di pos kesehatan", "Casualty at the aid post")
            events.append(_event("aid", tick, time, people, row, units[party.by].id, "post", words))
            return [party]
    return []
