"""The walking decision: against its slow twin in a crowd, and the cases one can decide by looking."""

import math

import naive
import numpy as np
import pytest
from scenes import Scene, corridor, gate, open_field, random_crowd, room, tilemap

from crowdsim.kernels.cells import FORMED, LED, PUSHER, WALKER
from crowdsim.kernels.walking import aim, choose_way, fan_of
from crowdsim.params import Params
from crowdsim.population.population import Population
from crowdsim.world.world import Goal


def choose(scene: Scene, tick: int = 0, every: int = 1) -> Population:
    """Directions, speeds and gaps of the people as they stand; returns the people."""
    scene.senses.beat[:] = np.arange(scene.count) % every
    scene.sort()
    s, p = scene.senses, scene.people
    fan_of(scene.params.walk, s.fan)
    choose_way(
        0, s.count, -tick % every, s.order, s.start, s.grid, s.sorted, scene.world.solid, scene.world.clear,
        scene.map.tile_size, scene.params.walk, scene.params.force.push_gap, s.fan, s.scratch[0], p.choice,
        p.free_speed, p.direction, p.speed, p.gap,
    )  # fmt: skip
    return p


def aimed(scene: Scene, tick: int = 0, every: int = 1) -> Population:
    """Headings, ways and free speeds of the people as they stand; returns the people."""
    scene.senses.beat[:] = np.arange(scene.count) % every
    scene.sort()
    s, p = scene.senses, scene.people
    aim(
        0, s.count, -tick % every, s.order, p.speed_wish, p.goal, p.slot, p.has_slot, scene.navigation.way,
        scene.navigation.direction, scene.world.solid, scene.map.tile_size, s.sorted, p.heading, p.way, p.free_speed,
    )  # fmt: skip
    return p


WALLS = tilemap(
    20.0, 12.0, walls=[(6, 4, 6.5, 9), (10, 0, 10.5, 5), (10, 7, 10.5, 12)],
    gates=[gate("opening", (10.0, 5.0, 10.5, 7.0), is_open=True)],
)  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_choice_as_its_twin(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scene = Scene(WALLS, 150)
    random_crowd(scene, rng, (3, 2, 13, 10))
    scene.people.radius[:] = rng.uniform(0.15, 0.2, 150)
    scene.people.status[~scene.world.is_free(scene.people.position)] = 0
    last = scene.people.choice.copy()
    people = choose(scene)
    s = scene.senses
    same = 0
    for k in range(s.count):
        i = s.order[k]
        direction, speed, gap, chosen = naive.choose_way(
            s.sorted[:, : s.count], k, last[i], people.free_speed[i], scene.world.solid, 0.5,
            scene.params.walk,
        )  # fmt: skip
        assert people.gap[i] == pytest.approx(gap, abs=3e-3)  # a ray marched in millimetres
        if people.choice[i] == chosen:
            same += 1
            np.testing.assert_allclose(people.direction[i], direction, atol=1e-5)
            assert people.speed[i] == pytest.approx(speed, abs=0.04)  # below 0.03 m/s one stands
    assert same >= 0.98 * s.count, "two directions may score the same to a hair, not more"
    assert len(set(people.choice[s.order[: s.count]].tolist())) >= 6, "the scene makes use of the directions"


def walker(scene: Scene, i: int, place: tuple[float, float], toward: float, speed: float = 1.3) -> None:
    people = scene.people
    people.position[i] = place
    people.radius[i] = 0.18
    people.heading[i] = math.cos(toward), math.sin(toward)
    people.free_speed[i] = speed
    people.way[i] = 10.0


def test_alone_one_goes_straight_and_free() -> None:
    scene = Scene(open_field(), 1)
    walker(scene, 0, (10.0, 6.0), 0.6)
    people = choose(scene)
    np.testing.assert_allclose(people.direction[0], (math.cos(0.6), math.sin(0.6)), atol=1e-6)
    assert people.speed[0] == pytest.approx(1.3)
    walk = scene.params.walk
    assert people.gap[0] == pytest.approx(1.3 * (1.0 + walk.ease) * walk.time_gap), "as far as anybody looks"


def test_one_goes_round_somebody_who_stands_in_the_way() -> None:
    scene = Scene(open_field(), 2)
    walker(scene, 0, (8.0, 6.0), 0.0)
    walker(scene, 1, (9.0, 6.0), 0.0, speed=0.0)
    scene.people.heading[1] = 0.0
    scene.people.goal[1] = 5
    people = choose(scene)
    assert people.choice[0] != 0
    assert people.speed[0] > 0.5
    assert people.gap[0] == pytest.approx(1.0 - 0.36, abs=1e-4)


def test_in_a_corridor_too_narrow_to_pass_one_stops_behind() -> None:
    scene = Scene(corridor(20.0, 0.5), 2)
    walker(scene, 0, (8.0, 0.75), 0.0)
    walker(scene, 1, (8.42, 0.75), 0.0, speed=0.0)
    scene.people.heading[1] = 0.0
    people = choose(scene)
    assert people.speed[0] < 0.05


def test_the_more_people_go_ones_way_before_one_the_longer_a_gap_he_keeps() -> None:
    """A second one behind whoever limits his speed slows him, though farther off; one who wants to be elsewhere or
    comes towards him does not."""
    watch = Params().walk.watch

    def speed(second: float | None, toward: float = 0.0, goal: int = 0) -> float:
        scene = Scene(corridor(20.0, 0.5), 2 if second is None else 3)
        walker(scene, 0, (8.0, 0.75), 0.0)
        walker(scene, 1, (9.0, 0.75), 0.0, speed=0.0)
        scene.people.goal[:] = 0
        scene.people.way[1:] = 5.0
        if second is not None:
            walker(scene, 2, (second, 0.75), toward, speed=0.0)
            scene.people.way[2], scene.people.goal[2] = 4.0, goal
        return float(choose(scene).speed[0])

    alone = speed(None)
    assert speed(9.8) == pytest.approx(alone * (1.0 + watch) / (1.0 + 2.0 * watch), rel=1e-3)
    assert speed(9.8, goal=5) == pytest.approx(alone, rel=1e-3)
    assert speed(9.8, toward=math.pi, goal=5) == pytest.approx(alone, rel=1e-3)


@pytest.mark.parametrize(("kind", "goal", "gets_through"), [(LED, 1, True), (LED, 0, False), (WALKER, 1, False)])
def test_whom_officers_lead_squeezes_through_people_who_want_to_be_elsewhere(
    kind: float, goal: int, gets_through: bool
) -> None:
    scene = Scene(corridor(20.0, 0.5), 2)
    walker(scene, 0, (8.0, 0.75), 0.0)
    walker(scene, 1, (8.36, 0.7), 0.0, speed=0.0)
    scene.people.goal[:], scene.people.kind[0] = (0, goal), kind
    scene.people.way[:] = 10.0, 5.0
    speed = float(choose(scene).speed[0])
    assert speed == pytest.approx(scene.params.walk.squeeze_speed) if gets_through else speed < 0.05


def test_one_stops_before_a_wall_and_a_shut_gate() -> None:
    scene = Scene(room(), 2)
    walker(scene, 0, (9.81, 1.0), 0.0)
    walker(scene, 1, (9.81, 5.0), 0.0)
    scene.people.choice[:] = 0
    people = choose(scene)
    assert (people.gap < 0.02).all()
    forward = (people.direction * people.heading).sum(axis=1) * people.speed
    assert (forward < 0.2).all(), "nobody leans on it at walking speed"


def test_whoever_is_nearer_to_the_opening_goes_first() -> None:
    """Two people side by side of one goal: one of them, and only one, yields."""
    scene = Scene(open_field(), 2)
    walker(scene, 0, (8.0, 6.0), 0.0)
    walker(scene, 1, (8.3, 6.12), 0.0)
    scene.people.way[:] = 5.3, 5.0
    scene.people.goal[:] = 1
    people = choose(scene)
    assert people.speed[1] == pytest.approx(1.3), "the one in front does not wait"
    scene.people.way[:] = 5.0, 5.3  # the same bodies, the other one nearer to where they go
    people = choose(scene)
    assert people.speed[0] == pytest.approx(1.3)


def test_a_pusher_leans_towards_his_goal_not_round_whom_he_pushes() -> None:
    scene = Scene(open_field(), 2)
    walker(scene, 0, (8.0, 6.0), 0.0)
    walker(scene, 1, (8.4, 6.0), 0.0, speed=0.0)
    scene.people.heading[1] = 0.0
    scene.people.goal[1] = 3
    scene.people.choice[0] = 3
    scene.people.kind[0] = WALKER
    assert choose(scene).direction[0] @ (1.0, 0.0) < 0.95
    scene.people.kind[0] = PUSHER
    np.testing.assert_allclose(choose(scene).direction[0], (1.0, 0.0), atol=1e-6)


def test_a_formed_officer_does_not_walk() -> None:
    scene = Scene(open_field(), 1)
    walker(scene, 0, (8.0, 6.0), 0.0)
    scene.people.kind[0] = FORMED
    assert choose(scene).speed[0] == 0.0


def test_only_those_decide_whose_turn_it_is() -> None:
    scene = Scene(open_field(60.0, 12.0), 20)
    for i in range(20):
        walker(scene, i, (1.0 + 2.9 * i, 6.0), 0.0)
    scene.people.speed[:] = -1.0
    people = choose(scene, tick=3, every=5)
    np.testing.assert_array_equal(people.speed != -1.0, (np.arange(20) + 3) % 5 == 0)


# --- aim -------------------------------------------------------------------------------------------------------------


def test_one_with_a_place_of_his_own_walks_straight_to_it_and_slows_down() -> None:
    scene = Scene(open_field(), 3)
    people = scene.people
    people.position[:] = (5.0, 5.0), (5.0, 5.0), (5.0, 5.0)
    people.slot[:] = (8.0, 9.0), (5.18, 5.24), (5.01, 5.0)
    people.has_slot[:] = True
    people.speed_wish[:] = 1.2
    aimed(scene)
    np.testing.assert_allclose(people.heading, [(0.6, 0.8), (0.6, 0.8), (0, 0)], atol=1e-4)
    np.testing.assert_allclose(people.free_speed, (1.2, 0.3 / 0.6, 0.0), atol=1e-4)
    np.testing.assert_allclose(people.way, (5.0, 0.3, 0.01), atol=1e-4)


def test_behind_a_wall_one_follows_the_field_not_the_crow() -> None:
    """A place seen is walked to; one behind the wall is reached through the gate."""
    here = room(is_open=True)
    scene = Scene(here, 2, goals=(Goal(((14.0, 0.5, 15.0, 1.5),)),))
    people = scene.people
    people.position[:] = (9.0, 1.0), (12.0, 1.0)
    people.slot[:] = 14.5, 1.0
    people.has_slot[:] = True
    people.goal[:] = 0
    aimed(scene)
    assert people.heading[0, 1] > 0.7, "south along the wall to the gate"
    assert people.way[0] > 9.0
    np.testing.assert_allclose(people.heading[1], (1.0, 0.0), atol=1e-5)
    assert people.way[1] == pytest.approx(2.5, abs=0.6), "to the tiles of the goal"


def test_without_a_way_one_stands() -> None:
    scene = Scene(room(), 1, goals=(Goal(((14.0, 4.0, 15.0, 6.0),)),))
    scene.people.position[0] = (5.0, 5.0)
    scene.people.goal[0] = 0
    assert aimed(scene).free_speed[0] == 0.0


def test_without_a_goal_one_stands() -> None:
    scene = Scene(open_field(), 1)
    scene.people.position[0] = (5.0, 5.0)
    assert aimed(scene).free_speed[0] == 0.0
