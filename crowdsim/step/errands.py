"""Errands: all parties of a run, the places they go to, and what every party does on its way."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from crowdsim.behaviour.parties import LED_BY_CROWD, Party, State, ring, within
from crowdsim.frame import Event
from crowdsim.kernels.cells import LED, OFFICER, PUSHER, WALKER
from crowdsim.kernels.lines import places_round, send_to
from crowdsim.population.population import Population
from crowdsim.population.roles import Mode, Status
from crowdsim.world.tilemap import Rect
from crowdsim.world.world import World

_ACTIVE = int(Status.ACTIVE)
_WALK, _LED = int(Mode.WALK), int(Mode.LED)
_APART = 3.0  # m
_LOST = 5.0  # m between leaders and those they lead
_SEEN_AGAIN = 6.0  # m somebody may move before his leaders ask for the way again

GoalOf = Callable[[tuple[Rect, ...]], int]


@dataclass
class Errands:
    """All parties of a run, and where its people are taken to."""

    zones: dict[str, tuple[Rect, ...]]  # places of the map by name
    holding: str = ""  # zone for the arrested, "" = none: nobody is arrested
    captivity: str = ""  # zone to which a crowd takes the chair, "" = it stays where it is
    safe: str = ""  # zone in which the chair cannot be taken
    aid: tuple[str, ...] = ()  # zones for the hurt
    chair: int = -1  # row of the chair, -1 = none
    names: dict[str, dict[str, str]] = field(default_factory=dict)  # of zones, as people say them: {"id", "en"}
    parties: list[Party] = field(default_factory=list)
    grab_held: float = 0.0  # s
    delegates_inside: bool = False  # whether delegates are being heard

    def goals(self) -> set[int]:
        """Fields in use."""
        return {goal for party in self.parties for goal in (party.goal, party.fetch_goal)}


def seat(people: Population, rows: np.ndarray, places: np.ndarray, goal: int, speed: float, push: float = 0.0) -> None:
    """Send leaders to places of their own, f4[k, 2], m, past the slots of their unit; who is stuck pushes his way."""
    send_to(
        rows, places, goal, _WALK, speed, OFFICER, push, PUSHER, people.position, people.velocity,
        people.slot, people.has_slot, people.goal, people.mode, people.speed_wish, people.kind, people.push,
    )  # fmt: skip


def walk_led(people: Population, rows: np.ndarray, spot: np.ndarray, goal: int, speed: float, by: int) -> None:
    """Those who are led go to where they are taken; a line of officers lets them through with their escort."""
    people.led_by[rows] = by
    send_to(
        rows, spot, goal, _LED, speed, WALKER if by == LED_BY_CROWD else LED, 0.0, PUSHER, people.position,
        people.velocity, people.slot, people.has_slot, people.goal, people.mode, people.speed_wish, people.kind,
        people.push,
    )  # fmt: skip


def ring_round(world: World, people: Population, party: Party, leaders: np.ndarray, ahead: float = 0.0) -> np.ndarray:
    """Places round the people of a party, f4[m, 2], m, moved on with them; on their side of any wall."""
    places = ring(len(leaders)) * (1.0 + 0.25 * math.sqrt(len(party.rows)) * (len(party.rows) > 1))
    out = np.empty((len(leaders), 2), np.float32)
    places_round(
        party.rows, people.position, people.velocity, np.float32(ahead), places, world.solid, world.map.tile_size, out
    )
    return out


def wait_for_each_other(people: Population, rows: np.ndarray) -> None:
    """Whoever has much less way left than the last of them stands until they have caught up."""
    if len(rows) > 1:
        way = people.way[rows]
        people.speed_wish[rows[way < way.max() - _APART]] = 0.0


def look_again(people: Population, party: Party, goal_of: GoalOf) -> None:
    """Ask for the way to the people of a party when they are not where they were."""
    x, y = people.position[party.rows].mean(axis=0).tolist()
    if abs(x - party.seen_at[0]) + abs(y - party.seen_at[1]) > _SEEN_AGAIN:
        party.seen_at = (x, y)
        x, y = 0.5 * np.floor(x / 0.5), 0.5 * np.floor(y / 0.5)  # his own tile: the next may lie behind a wall
        party.fetch_goal = goal_of(((x, y, x + 0.5, y + 0.5),))


def keep_with_them(people: Population, party: Party, leaders: np.ndarray, goal_of: GoalOf) -> None:
    """Whoever of the leaders on the way has lost his people goes back to them."""
    middle = np.add.reduce(people.position[party.rows], axis=0) / np.float32(len(party.rows))
    near = within(people.position[leaders], middle, _LOST)
    if np.count_nonzero(near) < len(near):
        look_again(people, party, goal_of)
        people.goal[leaders[~near]] = party.fetch_goal


def set_out(people: Population, party: Party, errands: Errands, goal_of: GoalOf, time: float) -> None:
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


def arrived(people: Population, party: Party, errands: Errands) -> bool:
    """Whether all are within the zone, or at their places in it."""
    for (x, y), spot in zip(people.position[party.rows], party.spot, strict=True):
        there = any(x0 + 0.3 < x < x1 - 0.3 and y0 + 0.3 < y < y1 - 0.3 for x0, y0, x1, y1 in errands.zones[party.zone])
        if not there and np.hypot(x - spot[0], y - spot[1]) >= 0.8:
            return False
    return True


def let_go(people: Population, party: Party) -> None:
    """Nobody leads the people of a party any more, and captors do something else."""
    people.led_by[party.rows] = -1  # also of somebody who fell: he gets up free
    rows = party.rows[people.status[party.rows] == _ACTIVE]
    people.mode[rows] = Mode.STAND
    people.speed_wish[rows] = people.desired_speed[rows]
    if party.by == LED_BY_CROWD:
        captors = party.leaders
        people.led_by[captors[people.led_by[captors] == LED_BY_CROWD]] = -1


def event_of(
    kind: str, tick: int, time: float, people: Population, row: int, subject: str, cause: str, words: tuple[str, str]
) -> Event:
    """What happened where somebody is; words : Indonesian, English."""
    x, y = people.position[row].tolist()
    return Event(tick, time, kind, (x, y), subject, 0.0, {"id": words[0], "en": words[1]}, cause, (row,))
