"""Decide, five times a second: what crowds wish and units do, as slots, goals and pushes."""

import math

import numpy as np

from crowdsim.behaviour.demonstrators import Crowd, wish_of_crowd
from crowdsim.behaviour.officers import (
    Deployment,
    Unit,
    density_ahead,
    deployed,
    line_loads,
    links_of,
    middles,
    move_formation,
    seat_officers,
    stays_of,
    strain_links,
    swap_slots,
)
from crowdsim.behaviour.unit import Advance, Brace, Push
from crowdsim.kernels.ground import raise_near, show_shields
from crowdsim.params import OfficerParams, Params
from crowdsim.population.barriers import Barriers
from crowdsim.population.grids import CELL, Grids
from crowdsim.population.population import Population
from crowdsim.population.roles import Mind, Mode, Status
from crowdsim.step.senses import Senses
from crowdsim.world.world import World

_VIOLENT, _FORMED, _ACTIVE = int(Mind.VIOLENT), int(Mode.FORMED), int(Status.ACTIVE)
_CALM_SEEN, _SHIELDS_SEEN = 15.0, 6.0  # m
_BRACE_REACH = 1.8  # m from a barrier within which a bracing officer counts
_ADVANCES = (Advance, Push)
_SWAPS = 30.0  # s after an order during which officers on the way exchange slots


def decide(
    world: World,
    people: Population,
    units: list[Unit],
    crowds: list[Crowd],
    barriers: Barriers,
    senses: Senses,
    grids: Grids,
    deployment: Deployment,
    chair: np.ndarray,
    time: float,
    dt: float,
    params: Params,
    draw: np.ndarray,
) -> Deployment:
    """Write slot, goal, mode, push and speed of everyone; returns how the units are deployed now.

    chair : f4[c, 2], m, where the violent find whom they want to take ; draw : f8[n, 2], uniform
    dt    : s since the last decision
    """
    p = params.officers
    strain_links(senses.links, senses.link_load, deployment.owners, people, time, dt, p)
    for unit in units:
        if isinstance(unit.order, Push):
            unit.held_back = too_dense(unit, people, p)
        move_formation(unit, people, time, dt, p)
    deployment = deployed(units, deployment)
    seat_officers(deployment, people, time, dt, p)
    for unit in units:
        if unit.remaining == 0.0 and not len(unit.joined) and time - unit.since < _SWAPS:
            swap_slots(unit, people)
    deployment = deployed(units, deployment)
    line_loads(deployment, people, dt, p)
    senses.links, deployment.owners = links_of(deployment, people, time, p)
    senses.link_load = np.zeros(len(senses.links), np.float32)
    senses.stays, senses.stay_at = stays_of(deployment, people, world.solid, world.map.tile_size, p)
    brace_barriers(world, units, people, barriers, p.brace * p.barrier_share)

    shields = advancing_shields(units, people)
    for crowd in crowds:
        wish_of_crowd(crowd, people, shields, chair, time, dt, draw, params.force.push, params.crowd)
    show_police(deployment, people, grids, shields)
    return deployment


def show_police(deployment: Deployment, people: Population, grids: Grids, shields: np.ndarray) -> None:
    """What the police look like to those around: calm without shields, a threat where shields advance.

    shields : f4[s, 2], m, of advancing lines
    Shields that come at people who did nothing are force at random, .3 of what a jet or a blow is [D].
    """
    if len(deployment.bare):
        raise_near(middles(deployment.bare, people), _CALM_SEEN, 0.5, CELL, grids.restraint)
    if len(shields):
        peaceful = people.active & (people.crowd >= 0) & (people.mind != _VIOLENT)
        show_shields(
            shields, people.position, peaceful, _SHIELDS_SEEN, 0.5, 0.3, CELL, grids.threat, grids.force
        )  # fmt: skip


def too_dense(unit: Unit, people: Population, p: OfficerParams) -> bool:
    """Whether a pushing line has to stand still: too many people just ahead; it goes on when a tenth less are."""
    crowd = np.flatnonzero((people.unit < 0) & people.active)
    return density_ahead(unit, people, crowd) > p.push_density * (0.9 if unit.held_back else 1.0)


def advancing_shields(units: list[Unit], people: Population) -> np.ndarray:
    """Positions [m] of formed officers whose line has been told to advance, f4[s, 2]."""
    rows = [
        unit.rows[people.mode[unit.rows] == _FORMED]
        for unit in units
        if unit.shielded and isinstance(unit.order, _ADVANCES)
    ]
    return people.position[np.concatenate(rows)] if rows else np.zeros((0, 2), np.float32)


def brace_barriers(world: World, units: list[Unit], people: Population, barriers: Barriers, each: float) -> None:
    """Add `each` N, over the barrier's width, for every officer told to brace it who is there; the tired add less."""
    barriers.brace[:] = 0.0
    for unit in units:
        if not isinstance(unit.order, Brace):
            continue
        k = world.barrier_index(unit.order.barrier)
        x0, y0, x1, y1 = world.map.gates[k].rect
        x, y = people.position[unit.rows].T
        away = np.hypot(np.clip(x, x0, x1) - x, np.clip(y, y0, y1) - y)
        strength = people.brace[unit.rows[(away < _BRACE_REACH) & (people.status[unit.rows] == _ACTIVE)]]
        barriers.brace[k] += float(strength.sum()) * each / barriers.width[k]


def brace_slots(rect: tuple[float, float, float, float], count: int, side: tuple[float, float]) -> np.ndarray:
    """Slots [m] for bracing a barrier from the side on which the point `side` lies: ranks along it, 0.45 m off."""
    x0, y0, x1, y1 = rect
    along_x = x1 - x0 >= y1 - y0
    length = (x1 - x0) if along_x else (y1 - y0)
    files = max(1, math.floor(length / 0.6))
    rank, file = np.divmod(np.arange(count), files)
    along = (file - (files - 1) / 2) * 0.6
    off = 0.45 + rank * 0.6
    if along_x:
        north = side[1] < (y0 + y1) / 2
        return np.column_stack([(x0 + x1) / 2 + along, (y0 - off) if north else (y1 + off)])
    west = side[0] < (x0 + x1) / 2
    return np.column_stack([(x0 - off) if west else (x1 + off), (y0 + y1) / 2 + along])
