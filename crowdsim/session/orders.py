"""What an order or a wish does: slots for a unit, places and fields for a crowd. Ways to go are the navigator's."""

import math
from collections.abc import Callable

import numpy as np

from crowdsim.behaviour.demonstrators import Crowd
from crowdsim.behaviour.formations import FORMATIONS, stage
from crowdsim.behaviour.officers import Unit, open_gap, take_formation, take_slots
from crowdsim.behaviour.sop import Profile
from crowdsim.behaviour.unit import (
    Advance,
    Arrest,
    Brace,
    Close,
    Cover,
    FormUp,
    Hold,
    MoveTo,
    Open,
    Order,
    Push,
    Withdraw,
    kind_of,
)
from crowdsim.population.population import Population
from crowdsim.population.roles import Role
from crowdsim.population.spawn import scatter
from crowdsim.session.commands import Inject
from crowdsim.session.navigator import around, on_free_ground
from crowdsim.session.place import area_of
from crowdsim.step.decide import brace_slots
from crowdsim.world.tilemap import Rect
from crowdsim.world.world import Goal, World

_OFF = 0.8  # m from an arc of officers that people come to stand
GoalIndex = Callable[[Goal], int]


def give_order(
    unit: Unit,
    order: Order,
    others: list[Unit],
    people: Population,
    world: World,
    goal_index: GoalIndex,
    quick: bool,
    profile: Profile,
    time: float,
) -> None:
    """Replace the unit's order and take the posture that goes with it; `quick`: its officers run to their places.

    When each of them acts on it is `officers.react`.
    """
    posture = profile.order[kind_of(order)].posture
    unit.remaining, unit.held_back = 0.0, False
    match order:
        case MoveTo(zone):
            rect = area_of(world.map, zone)[0]
            taken = np.vstack([other.slots() for other in others]) if others else np.zeros((0, 2))
            stand(unit, _column(rect, len(unit.rows), taken), people, world, goal_index)
        case FormUp():
            form_up(unit, order, others, people, world, goal_index)
        case Advance(distance) | Push(distance):
            unit.remaining = distance
        case Withdraw(distance):
            unit.remaining = -distance
        case Open(width):
            open_gap(unit, width)
        case Close():
            open_gap(unit, 0.0)
        case Brace(barrier):
            x, y = people.position[unit.rows].mean(axis=0)
            slots = brace_slots(world.gate(barrier).rect, len(unit.rows), (float(x), float(y)))
            stand(unit, slots, people, world, goal_index)
        case Hold(stance):
            posture = stance or posture
        case Cover() | Arrest():
            pass
    unit.order, unit.since = order, time
    unit.quick = quick and isinstance(order, FormUp | MoveTo | Brace)
    take_posture(unit, posture, profile)


def take_posture(unit: Unit, posture: str, profile: Profile) -> None:
    """How hard its officers brace, and how fast they move as a formation."""
    unit.posture, unit.pace, unit.share = posture, profile.posture[posture].pace, profile.posture[posture].push


def _column(rect: Rect, count: int, taken: np.ndarray) -> np.ndarray:
    """A column in a zone, beside those who stand there; across them where there is no room, else round its middle."""
    for occupied in (taken, np.zeros((0, 2))):
        slots = stage(rect, count, occupied)
        if slots is not None:
            return slots
    x0, y0, x1, y1 = rect
    return FORMATIONS["banjar3"](count, 0.0) + ((x0 + x1) / 2, (y0 + y1) / 2)


def stand(unit: Unit, slots: np.ndarray, people: Population, world: World, goal_index: GoalIndex) -> None:
    """Send a unit to given slots on the map (f8[k, 2], m), in no formation that joins shields."""
    slots = on_free_ground(world, slots)
    x, y = slots.mean(axis=0)
    unit.formation, unit.anchor, unit.heading, unit.remaining = "banjar3", (float(x), float(y)), -np.pi / 2, 0.0
    take_slots(unit, people, slots - (x, y))
    unit.goal = goal_index(around(world, slots))


def form_up(
    unit: Unit, order: FormUp, others: list[Unit], people: Population, world: World, goal_index: GoalIndex
) -> None:
    """Send a unit into a formation at a point, at a post, in the middle of a zone, or behind another unit."""
    radius, heading = 0.0, order.heading
    other = next((other for other in others if other.id == order.at), None)
    if other is not None:
        anchor = other.anchor
        heading = other.heading if heading is None else heading
    elif isinstance(order.at, tuple):
        anchor, heading = order.at, unit.heading if heading is None else heading
    elif order.at in world.map.posts:
        post = world.map.posts[order.at]
        anchor, radius = post.position, post.radius if order.formation == "busur" else 0.0
        heading = post.heading if heading is None else heading
    else:
        x0, y0, x1, y1 = area_of(world.map, order.at)[0]
        anchor = ((x0 + x1) / 2, (y0 + y1) / 2)
        heading = unit.heading if heading is None else heading
    anchor = (anchor[0] - order.behind * math.cos(heading), anchor[1] - order.behind * math.sin(heading))
    take_formation(unit, people, order.formation, anchor, heading, radius, order.width, order.bend)
    unit.goal = goal_index(around(world, unit.slots()))


def take_wish(
    crowd: Crowd,
    inject: Inject,
    units: list[Unit],
    people: Population,
    world: World,
    goal_index: GoalIndex,
    rng: np.random.Generator,
) -> None:
    """Give a crowd the wish of an `inject` command."""
    here = people.position[crowd.rows]
    match inject.wish:
        case "gather":
            rects = area_of(world.map, inject.zone)
            crowd.spot = in_order(here, _outside(units, world, rects, len(crowd.rows), rng))
            for group in np.unique(people.group[crowd.rows])[1:]:
                side_by_side(crowd.spot, np.flatnonzero(people.group[crowd.rows] == group), np.arange(len(crowd.rows)))
            _speakers_first(crowd, people)
            crowd.goal = crowd.back_goal = goal_index(Goal(rects))
        case "push":
            if not len(crowd.spot):
                crowd.spot, crowd.goal = here.copy(), -1
            crowd.share = inject.share
            aim_at(crowd, inject.zone, inject.through, "", world, goal_index, rng)
            crowd.back_goal = crowd.goal
            crowd.gave_way[:] = -np.inf
        case "leave":
            know_exits(crowd, inject.exits, world, goal_index)
        case "calm":
            crowd.spot, crowd.goal = here.copy(), -1
    crowd.wish = inject.wish


def _outside(
    units: list[Unit], world: World, rects: tuple[Rect, ...], count: int, rng: np.random.Generator
) -> np.ndarray:
    """Places to stand in some rectangles, f4[count, 2], m, none of them behind an arc of officers."""
    arcs = [(*unit.anchor, float(np.hypot(*unit.local[0])) + _OFF) for unit in units if unit.formation == "busur"]
    for more in (1.0, 1.1, 1.2, 1.35, 1.5, 2.0):
        points = scatter(world, rects, int(more * count), rng)
        free = np.ones(len(points), bool)
        for x, y, radius in arcs:
            free &= np.hypot(points[:, 0] - x, points[:, 1] - y) > radius
        points = points[free]
        if len(points) >= count:
            return points[np.sort(rng.permutation(len(points))[:count])]
    return scatter(world, rects, count, rng)


def _speakers_first(crowd: Crowd, people: Population) -> None:
    """Coordinator and delegates stand where the door is, side by side."""
    speakers = np.flatnonzero(np.isin(people.role[crowd.rows], (Role.COORDINATOR, Role.DELEGATE)))
    if len(speakers) and crowd.push_goal >= 0:
        away = ((crowd.spot - np.asarray(crowd.door, np.float32)) ** 2).sum(axis=1)
        first = int(np.argmin(away))
        crowd.spot[[speakers[0], first]] = crowd.spot[[first, speakers[0]]]
        side_by_side(crowd.spot, speakers, np.arange(len(crowd.rows)))


def aim_at(
    crowd: Crowd,
    zone: str,
    through: str,
    front: str,
    world: World,
    goal_index: GoalIndex,
    rng: np.random.Generator,
    compound: str = "",
) -> None:
    """What a crowd wants to get to, through which barrier; and the building whose front the violent go for.

    compound : the zone in which one is through, "" = where they want to get to
    """
    rects = area_of(world.map, zone)
    crowd.push_rect = area_of(world.map, compound)[0] if compound else rects[0]
    crowd.push_goal = goal_index(Goal(rects, (through,) if through else ()))
    crowd.push_spot = scatter(world, rects, len(crowd.rows), rng)
    x0, y0, x1, y1 = world.gate(through).rect if through else rects[0]
    crowd.door = ((x0 + x1) / 2, (y0 + y1) / 2)
    if front:
        crowd.front_spot = along_front(world, area_of(world.map, front)[0], rects[0], len(crowd.rows))
        crowd.front_goal = goal_index(around(world, crowd.front_spot.astype(float)))


def know_exits(crowd: Crowd, names: tuple[str, ...], world: World, goal_index: GoalIndex) -> None:
    """Tell a crowd the exits it may leave by."""
    crowd.exits = tuple(world.map.exits[name].rect for name in names)
    crowd.flee_goal = goal_index(Goal(crowd.exits))


def along_front(world: World, building: Rect, yard: Rect, count: int) -> np.ndarray:
    """Places along the walls of a building that face the yard, 0.6 m before them, f4[count, 2], m, on free ground."""
    x0, y0, x1, y1 = building
    off = 0.6
    south = np.column_stack([np.linspace(x0, x1, 4 * count), np.full(4 * count, y1 + off)])
    west = np.column_stack([np.full(count, x0 - off), np.linspace(y0, y1, count)])
    east = np.column_stack([np.full(count, x1 + off), np.linspace(y0, y1, count)])
    north = np.column_stack([np.linspace(x0, x1, 4 * count), np.full(4 * count, y0 - off)])
    middle = np.array([(yard[0] + yard[2]) / 2, (yard[1] + yard[3]) / 2])
    points = np.vstack([south, west, east, north])
    points = points[world.is_free(points)]
    near = np.argsort(((points - middle) ** 2).sum(axis=1), kind="stable")[: 3 * count]
    points = points[near]
    return np.asarray(points[np.linspace(0, len(points) - 1, count).astype(int)], np.float32)


def side_by_side(place: np.ndarray, group: np.ndarray, others: np.ndarray) -> None:
    """Swap places so that a group stands together: each member takes the place nearest to the first one's.

    place : f4[n, 2], m, written ; group, others : rows of `place`, the group among the others
    """
    away = ((place[others] - place[group[0]]) ** 2).sum(axis=1)
    away[np.isin(others, group)] = np.inf
    near = others[np.argsort(away, kind="stable")[: len(group) - 1]]
    for member, other in zip(group[1:], near, strict=True):  # two or three
        place[[member, other]] = place[[other, member]]


def in_order(here: np.ndarray, spots: np.ndarray) -> np.ndarray:
    """Spots dealt out so that people keep their order: who is nearer to the place stands further to its front.

    here : f4[k, 2], m ; spots : f4[k, 2], m ; returns f4[k, 2], the spot of each person
    """
    middle = spots.mean(axis=0)
    near = np.argsort(((here - middle) ** 2).sum(axis=1), kind="stable")
    ahead = np.argsort(-(spots @ (middle - here.mean(axis=0))), kind="stable")
    dealt = np.empty_like(spots)
    dealt[near] = spots[ahead]
    return dealt
