"""Muster: the rows, crowds and units a scenario starts with."""

import numpy as np

from crowdsim.behaviour.demonstrators import Crowd
from crowdsim.behaviour.formations import stage
from crowdsim.behaviour.officers import Unit, seat_officers
from crowdsim.behaviour.unit import FormUp
from crowdsim.population.population import Population, empty_population
from crowdsim.population.roles import Role, Status
from crowdsim.population.spawn import bodies, scatter
from crowdsim.problems import InputError, Problem
from crowdsim.session.orders import GoalIndex, form_up, stand, take_posture
from crowdsim.session.scenario import CrowdSpec, Scenario, UnitSpec, area_of
from crowdsim.world.world import World

_ROLES = {role.name.lower(): role for role in Role}


def muster(
    scenario: Scenario, world: World, goal_index: GoalIndex, rng: np.random.Generator
) -> tuple[Population, list[Crowd], list[Unit]]:
    """Everyone of the scenario at his place; InputError lists all who have none."""
    spec, shown = scenario.spec, str(scenario.path)
    people = empty_population(sum(crowd.count for crowd in spec.crowd) + sum(unit.count for unit in spec.unit))
    crowds: list[Crowd] = []
    units: list[Unit] = []
    problems: list[Problem] = []
    first = 0
    for number, crowd_spec in enumerate(spec.crowd):
        rows = np.arange(first, first + crowd_spec.count)
        first += crowd_spec.count
        people.crowd[rows] = number
        try:
            crowds.append(_crowd(crowd_spec, rows, people, world, rng))
        except ValueError as error:
            place = f"crowd[{number + 1}].count"
            problems.append(Problem(shown, place, str(error), "Name more spawns or fewer people"))
    taken = np.zeros((0, 2))
    for number, unit_spec in enumerate(spec.unit):
        rows = np.arange(first, first + unit_spec.count)
        first += unit_spec.count
        people.unit[rows] = number
        unit = _unit(unit_spec, rows, people, rng)
        people.discipline[rows] = scenario.params.officers.discipline
        take_posture(unit, scenario.profile.order["hold"].posture, scenario.profile)
        units.append(unit)
        if not _place(unit, unit_spec, taken, scenario, people, world, goal_index):
            message = f"{unit_spec.count} officers of '{unit_spec.id}' have no room left in '{unit_spec.start}'"
            mend = "Choose a larger zone, or another zone for one of the units"
            problems.append(Problem(shown, f"unit[{number + 1}].start", message, mend))
        taken = np.vstack([taken, people.position[rows].astype(float)])
    if problems:
        raise InputError(problems)
    people.still[:] = people.position
    return people, crowds, units


def _crowd(spec: CrowdSpec, rows: np.ndarray, people: Population, world: World, rng: np.random.Generator) -> Crowd:
    """Rows for a crowd, spread over its spawns; ValueError when they do not fit."""
    rects = tuple(rect for name in spec.spawns for rect in area_of(world.map, name))
    people.position[rows] = scatter(world, rects, spec.count, rng)
    people.radius[rows], people.mass[rows], people.desired_speed[rows] = bodies(len(rows), False, rng)
    people.temper[rows] = (rng.permutation(len(rows)) + 0.5) / max(1, len(rows))
    people.role[rows] = _ROLES[spec.role]
    by_temper = rows[np.argsort(-people.temper[rows], kind="stable")]
    people.role[by_temper[: spec.provocateurs]] = Role.PROVOCATEUR
    people.role[by_temper[len(rows) - spec.delegates :]] = Role.DELEGATE
    people.facing[rows] = rng.uniform(-np.pi, np.pi, len(rows))
    if spec.arrive == 0.0:
        people.status[rows] = Status.ACTIVE
    crowd = Crowd(spec.id, rows, spec.arrive)
    crowd.bout = np.zeros(len(rows))
    crowd.leaning = np.zeros(len(rows), bool)
    crowd.gave_way = np.zeros(len(rows), bool)
    return crowd


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
    seat_officers([unit], people, 0.0, 0.0, scenario.params.officers)
    people.facing[unit.rows] = people.look[unit.rows]
    return True
