"""Muster: the rows, crowds and units a scenario starts with."""

import numpy as np

from crowdsim.behaviour.demonstrators import Crowd, crowd_of
from crowdsim.behaviour.formations import stage
from crowdsim.behaviour.minds import give_minds
from crowdsim.behaviour.officers import Unit, deployed, seat_officers
from crowdsim.behaviour.unit import FormUp
from crowdsim.population.population import Population, empty_population
from crowdsim.population.roles import Disposition, Role, Status
from crowdsim.population.spawn import bodies, scatter
from crowdsim.problems import InputError, Problem, reason, said
from crowdsim.session.orders import GoalIndex, aim_at, form_up, side_by_side, stand, take_posture
from crowdsim.session.place import area_of
from crowdsim.session.scenario import Scenario
from crowdsim.session.schema import CrowdSpec, UnitSpec
from crowdsim.world.tilemap import Rect
from crowdsim.world.world import World

_ROLES = {role.name.lower(): role for role in Role}


def muster(
    scenario: Scenario, world: World, goal_index: GoalIndex, rng: np.random.Generator
) -> tuple[Population, list[Crowd], list[Unit]]:
    """Everyone of the scenario at his place; InputError lists all who have none."""
    spec, shown = scenario.spec, str(scenario.path)
    count = sum(crowd.count for crowd in spec.crowd) + sum(unit.count for unit in spec.unit)
    people = empty_population(count + (spec.chair is not None))
    crowds: list[Crowd] = []
    units: list[Unit] = []
    problems: list[Problem] = []
    first = 0
    for number, crowd_spec in enumerate(spec.crowd):
        rows = np.arange(first, first + crowd_spec.count)
        first += crowd_spec.count
        people.crowd[rows] = number
        try:
            crowds.append(_crowd(crowd_spec, spec.compound, rows, people, world, goal_index, rng))
        except ValueError as error:
            place = f"crowd[{number + 1}].count"
            problems.append(Problem(shown, place, reason(error), said("crowd.more_spawns")))
    taken = np.zeros((0, 2))
    for number, unit_spec in enumerate(spec.unit):
        rows = np.arange(first, first + unit_spec.count)
        first += unit_spec.count
        people.unit[rows] = number
        unit = _unit(unit_spec, rows, people, rng)
        people.discipline[rows] = scenario.params.officers.discipline
        take_posture(unit, unit_spec.posture or scenario.profile.order["hold"].posture, scenario.profile)
        units.append(unit)
        if not _place(unit, unit_spec, taken, scenario, people, world, goal_index):
            message = said("unit.no_room", count=unit_spec.count, unit=unit_spec.id, start=unit_spec.start)
            mend = said("unit.larger_zone")
            problems.append(Problem(shown, f"unit[{number + 1}].start", message, mend))
        walled = int((~world.is_free(people.position[rows])).sum())
        if walled:
            message = said("unit.in_wall", walled=walled, count=unit_spec.count, unit=unit_spec.id)
            mend = said("unit.another_place")
            problems.append(Problem(shown, f"unit[{number + 1}].start", message, mend))
        taken = np.vstack([taken, people.position[rows].astype(float)])
    if spec.chair:
        _chair(first, area_of(world.map, spec.chair.start)[0], people, rng)
    if problems:
        raise InputError(problems)
    people.still[:] = people.position
    return people, crowds, units


def _crowd(
    spec: CrowdSpec,
    compound: str,
    rows: np.ndarray,
    people: Population,
    world: World,
    goal_index: GoalIndex,
    rng: np.random.Generator,
) -> Crowd:
    """Rows for a crowd, spread over its spawns; ValueError when they do not fit."""
    rects = tuple(rect for name in spec.spawns for rect in area_of(world.map, name))
    people.position[rows] = scatter(world, rects, spec.count, rng)
    people.radius[rows], people.mass[rows], people.desired_speed[rows] = bodies(len(rows), False, rng)
    people.temper[rows] = (rng.permutation(len(rows)) + 0.5) / max(1, len(rows))
    people.role[rows] = _ROLES[spec.role]
    people.facing[rows] = rng.uniform(-np.pi, np.pi, len(rows))
    crowd = crowd_of(spec.id, rows, spec.arrive)
    if spec.role == "demonstrator":
        give_minds(people, rows, spec.hardcore, spec.provocateurs, spec.temper, rng)
        people.role[rows[people.disposition[rows] == Disposition.PROVOCATEUR]] = Role.PROVOCATEUR
        # Supporters send those who are least ready to push.
        by_temper = rows[np.argsort(people.temper[rows], kind="stable")]
        people.role[by_temper[: spec.delegates]] = Role.DELEGATE
        if spec.coordinator:
            people.role[by_temper[spec.delegates]] = Role.COORDINATOR
    if spec.toward:
        aim_at(crowd, spec.toward, spec.through, spec.front, world, goal_index, rng, compound)
        _lead_the_march(crowd, people)
    _gather_groups(rows, spec.groups, people, rng)
    if spec.arrive == 0.0:
        people.status[rows] = Status.ACTIVE
    return crowd


def _lead_the_march(crowd: Crowd, people: Population) -> None:
    """The coordinator starts at the head, nearest to where they want to go."""
    leader = crowd.rows[people.role[crowd.rows] == Role.COORDINATOR]
    if len(leader):
        away = ((people.position[crowd.rows] - crowd.push_spot.mean(axis=0)) ** 2).sum(axis=1)
        first = crowd.rows[np.argmin(away)]
        people.position[[leader[0], first]] = people.position[[first, leader[0]]]


def _gather_groups(rows: np.ndarray, share: float, people: Population, rng: np.random.Generator) -> None:
    """Families and friends in twos to fours: side by side, all at the pace of the slowest."""
    sizes = rng.integers(2, 5, len(rows))
    free = rows[people.role[rows] == Role.DEMONSTRATOR]
    wanted, first = int(share * len(rows)), 0
    number = int(people.group.max(initial=-1)) + 1
    while first < min(wanted, len(free) - 1):
        group = free[first : first + int(sizes[number % len(sizes)])]
        people.group[group] = number
        people.desired_speed[group] = people.desired_speed[group].min()
        side_by_side(people.position, group, rows)
        first, number = first + len(group), number + 1


def _chair(row: int, rect: Rect, people: Population, rng: np.random.Generator) -> None:
    """The chair of the commission, in the middle of a room."""
    x0, y0, x1, y1 = rect
    people.role[row], people.status[row] = Role.CHAIR, Status.ACTIVE
    people.radius[row], people.mass[row], people.desired_speed[row] = (values[0] for values in bodies(1, False, rng))
    people.position[row] = people.slot[row] = (x0 + x1) / 2, (y0 + y1) / 2
    people.has_slot[row] = True


def _unit(spec: UnitSpec, rows: np.ndarray, people: Population, rng: np.random.Generator) -> Unit:
    """Rows for a unit, not yet placed."""
    people.role[rows] = _ROLES[spec.role]
    people.status[rows] = Status.ACTIVE
    people.radius[rows], people.mass[rows], people.desired_speed[rows] = bodies(len(rows), True, rng)
    return Unit(spec.id, spec.label, spec.kind, rows, spec.role == "shield", spec.rope)


def _place(
    unit: Unit,
    spec: UnitSpec,
    taken: np.ndarray,
    scenario: Scenario,
    people: Population,
    world: World,
    goal_index: GoalIndex,
) -> bool:
    """Put a unit where the scenario says; False when there is no room."""
    if spec.formation or spec.start not in world.map.zones:
        form_up(unit, FormUp(spec.formation or "banjar3", spec.start), [], people, world, goal_index)
    else:
        slots = stage(area_of(world.map, spec.start)[0], len(unit.rows), taken)
        if slots is None:
            return False
        stand(unit, slots, people, world, goal_index)
    people.position[unit.rows] = unit.target
    seat_officers(deployed([unit]), people, 0.0, 0.0, scenario.params.officers)
    people.facing[unit.rows] = people.look[unit.rows]
    return True
