"""Which fields are in use, and how they follow from where people are slow."""

import numpy as np
import pytest
from scenes import grid, room, tilemap

from crowdsim.params import Params
from crowdsim.population.population import Population, empty_population
from crowdsim.population.roles import Mode, Status
from crowdsim.session.navigator import Navigator
from crowdsim.validation.ground import Entry, Plan, walk
from crowdsim.world.world import Goal, World

EAST = Goal(((38.0, 0.0, 40.0, 20.0),))
WEST = Goal(((0.0, 0.0, 2.0, 20.0),))
TICKS = round(1.0 / Params().time.dt)


def hall() -> World:
    """A hall of 40 x 20 m without anything in it."""
    return World.from_map(tilemap(40.0, 20.0))


def crowd(speed: float, position: np.ndarray, goal: int = 0) -> Population:
    """People who want 1.3 m/s to the east and have `speed`."""
    people = empty_population(len(position))
    people.status[:], people.mode[:], people.goal[:] = Status.ACTIVE, Mode.WALK, goal
    people.position[:], people.speed_wish[:] = position, 1.3
    people.velocity[:, 0] = speed
    return people


def look(navigator: Navigator, world: World, people: Population, seconds: int, params: Params | None = None) -> None:
    for tick in range(seconds * TICKS):
        navigator.look(world, people, tick, params or Params())


NORTH = grid(18.0, 2.0, 9, 12, 0.6)  # 2.8 people per m2 north of the axis, x 18 to 23 m
BEHIND = (18, 30)  # tile at x = 15.25, y = 9.25 m, north of the axis too


def test_ways_lead_around_people_who_stand() -> None:
    world, navigator = hall(), Navigator([EAST])
    assert abs(navigator.fields(world).direction[0][*BEHIND, 1]) < 0.01
    look(navigator, world, crowd(0.0, NORTH), 8)
    found = navigator.fields(world)
    assert found.direction[0][*BEHIND, 1] > 0.15, "to the south, where nobody stands"
    assert found.way[0][*BEHIND] > world.field(EAST)[0][*BEHIND]
    assert abs(world.field(EAST)[1][*BEHIND, 1]) < 0.01, "the world is as it was"


@pytest.mark.parametrize(("speed", "params"), [(1.25, Params()), (0.0, Params().with_value("walk.detour", 0.0))])
def test_the_way_stays_the_shortest(speed: float, params: Params) -> None:
    """Where many walk and nobody is held up; and where people are told to take the shortest."""
    world, navigator = hall(), Navigator([EAST])
    look(navigator, world, crowd(speed, NORTH), 8, params)
    np.testing.assert_array_equal(navigator.fields(world).direction[0], world.field(EAST)[1])
    np.testing.assert_array_equal(navigator.fields(world).way[0], world.field(EAST)[0])


def test_a_crowd_that_walks_on_is_forgotten() -> None:
    world, navigator = hall(), Navigator([EAST])
    look(navigator, world, crowd(0.0, NORTH), 8)
    look(navigator, world, crowd(1.3, NORTH), 20)
    np.testing.assert_array_equal(navigator.fields(world).way[0], world.field(EAST)[0])


def test_without_detours_the_shortest_way_comes_back() -> None:
    """`walk.detour` may be turned to 0 while it runs."""
    world, navigator = hall(), Navigator([EAST])
    people = crowd(0.0, NORTH)
    look(navigator, world, people, 8)
    assert (navigator.fields(world).way[0] != world.field(EAST)[0]).any()
    look(navigator, world, people, 4, Params().with_value("walk.detour", 0.0))
    np.testing.assert_array_equal(navigator.fields(world).way[0], world.field(EAST)[0])


def test_one_person_s_field_has_its_turn() -> None:
    """One field at a time, the one most people have longest waited for; a single person's comes too."""
    world, navigator = hall(), Navigator([EAST, WEST])
    people = crowd(0.0, NORTH)
    people.goal[0] = 1
    shortest = navigator.fields(world).way.copy()
    look(navigator, world, people, 3)
    changed = (navigator.fields(world).way != shortest).any(axis=(1, 2))
    assert changed.tolist()[:2] == [True, False]
    look(navigator, world, people, 240)
    assert (navigator.fields(world).way != shortest).any(axis=(1, 2))[:2].all()


def test_a_new_goal_leaves_the_others_as_they_are() -> None:
    world, navigator = hall(), Navigator([EAST])
    look(navigator, world, crowd(0.0, NORTH), 8)
    before = navigator.fields(world).way[0].copy()
    assert navigator.index(WEST) == 1 and navigator.index(EAST) == 0
    found = navigator.fields(world)
    np.testing.assert_array_equal(found.way[0], before)
    np.testing.assert_array_equal(found.way[1], world.field(WEST)[0])
    assert navigator.index(Goal(((0.0, 0.0, 1.0, 1.0),)), used=[1]) == 0, "nobody uses the first any more"
    assert (navigator.fields(world).way[0] != before).any()


def test_a_breach_opens_ways_at_once() -> None:
    """No field of the world before a gate opened outlives it."""
    world, goal = World.from_map(room()), Goal(((15.0, 4.0, 16.0, 6.0),))
    navigator = Navigator([goal])
    look(navigator, world, crowd(0.0, grid(11.0, 4.0, 6, 6, 0.5)), 8)
    opened = world.with_passable((True,))
    np.testing.assert_array_equal(navigator.fields(opened).way[0], opened.field(goal)[0])


def test_a_large_crowd_uses_the_outer_half_of_a_bend() -> None:
    """Two hundred people around a corner 10 m wide: many more pass its outer part, and all are sooner there."""
    plan = Plan(free=((0.0, 0.0, 30.0, 10.0), (20.0, 10.0, 30.0, 25.0)), goals=((20.0, 23.0, 30.0, 25.0),), tile=0.25)
    n = 200
    outer, last = [], []
    for detour in (0.0, 1.0):
        entry = Entry(grid(0.5, 0.4, 10, 20, 0.48)[:n], np.zeros(n), np.zeros(n, np.int32), np.full(n, 1.34))
        params = Params().with_value("walk.detour", detour)
        track = walk(plan, entry, 120.0, np.random.default_rng(1), params, fps=2.0)
        frame = np.round(2.0 * track.crossings(1, 10.0, 1)).astype(int)
        outer.append(int((track.position[frame, np.arange(n), 0] > 23.0).sum()))
        last.append(float(track.finished.max()))
    assert outer[1] > outer[0] + 15
    assert last[1] < 0.9 * last[0]
