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
    Escort,
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
from crowdsim.population.spawn import scatter
from crowdsim.session.commands import Inject
from crowdsim.session.navigator import around, on_free_ground
from crowdsim.session.scenario import area_of
from crowdsim.step.decide import brace_slots
from crowdsim.world.tilemap import Rect
from crowdsim.world.world import Goal, World

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
        case MoveTo(zone) | Escort(_, zone):
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
    """Send a unit into a formation at a post, in the middle of a zone, or behind another unit."""
    radius, heading = 0.0, order.heading
    other = next((other for other in others if other.id == order.at), None)
    if other is not None:
        anchor = other.anchor
        heading = other.heading if heading is None else heading
    elif order.at in world.map.posts:
        post = world.map.posts[order.at]
        anchor, radius = post.position, post.radius if order.formation == "busur" else 0.0
        heading = post.heading if heading is None else heading
    else:
        x0, y0, x1, y1 = area_of(world.map, order.at)[0]
        anchor = ((x0 + x1) / 2, (y0 + y1) / 2)
        heading = unit.heading if heading is None else heading
    anchor = (anchor[0] - order.behind * math.cos(heading), anchor[1] - order.behind * math.sin(heading))
    take_formation(unit, people, order.formation, anchor, heading, radius)
    unit.goal = goal_index(around(world, unit.slots()))


def take_wish(
    crowd: Crowd, inject: Inject, people: Population, world: World, goal_index: GoalIndex, rng: np.random.Generator
) -> None:
    """Give a crowd the wish of an `inject` command."""
    here = people.position[crowd.rows]
    match inject.wish:
        case "gather":
            rects = area_of(world.map, inject.zone)
            crowd.spot = in_order(here, scatter(world, rects, len(crowd.rows), rng))
            crowd.goal = goal_index(Goal(rects))
        case "push":
            rects = area_of(world.map, inject.zone)
            if not len(crowd.spot):
                crowd.spot, crowd.goal = here.copy(), -1
            crowd.share = inject.share
            crowd.push_rect = rects[0]
            crowd.push_goal = goal_index(Goal(rects, (inject.through,) if inject.through else ()))
            crowd.push_spot = scatter(world, rects, len(crowd.rows), rng)
            crowd.back_goal = crowd.goal
            crowd.gave_way[:] = False
        case "leave":
            crowd.exits = tuple(world.map.exits[name].rect for name in inject.exits)
            crowd.goal = goal_index(Goal(crowd.exits))
            crowd.spot = np.zeros((0, 2), np.float32)
        case "calm":
            crowd.spot, crowd.goal = here.copy(), -1
    crowd.wish = inject.wish


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
