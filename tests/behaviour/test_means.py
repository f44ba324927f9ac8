"""Means and damage: treading, getting up, gas, water rules, voice, discipline, climbing, fire, the building."""

import numpy as np
import pytest
from scenes import Scene, gate, grid, officers, open_field, scenario, tilemap

from crowdsim.behaviour.damage import (
    Facade,
    Store,
    burn,
    check_store,
    damage_class,
    facade_of,
    fires_at,
    pelt,
    ram,
    set_fire,
)
from crowdsim.behaviour.gas import breathe, cloud_over
from crowdsim.behaviour.harm import bodies_of, faint, fell, get_up, hurt, injured_by_group, lay_down
from crowdsim.behaviour.violence import chase, climb, provoke, tempers_of
from crowdsim.behaviour.voice import hail_reach, said_to, speak
from crowdsim.behaviour.water import Cannon, breaches
from crowdsim.params import Params
from crowdsim.population.barriers import barriers_of
from crowdsim.population.grids import grids_for
from crowdsim.population.roles import BarrierState, Cause, Injury, Mind, Role, Status
from crowdsim.session.commands import UseTool
from crowdsim.session.simulation import Simulation
from crowdsim.step.incidents import uniform

P = Params()
NEVER, ALWAYS = np.float32(0.999999), np.float32(0.0)


def under(speed: float, role: Role, lying: Role) -> float:
    """The dose that somebody who lies gets in a second from one who is on top of him."""
    scene = Scene(open_field(), 2)
    people = scene.people
    people.position[:] = [(5.0, 5.0), (5.1, 5.0)]
    people.velocity[1] = speed, 0.0
    people.role[:] = lying, role
    fell(people, np.array([0]), 0.0)
    lay_down(people, 0.0)
    people.status[0] = Status.ACTIVE
    scene.sort()
    people.status[0] = Status.FALLEN
    get_up(people, scene.senses.cells, np.full(2, NEVER), 1.0, P.harm)
    return float(people.dose[0])


def test_who_moves_over_somebody_treads_on_him_and_who_stands_there_does_not() -> None:
    assert under(1.0, Role.DEMONSTRATOR, Role.DEMONSTRATOR) > 0.0
    assert under(0.0, Role.DEMONSTRATOR, Role.DEMONSTRATOR) == 0.0
    assert under(1.0, Role.SHIELD, Role.DEMONSTRATOR) > 0.0
    assert under(1.0, Role.SHIELD, Role.SHIELD) == 0.0  # a colleague


def test_an_injury_is_by_crush_only_where_there_is_a_squeeze() -> None:
    scene = Scene(open_field(), 2)
    scene.people.dose[:] = 0.5
    scene.people.squeeze[:] = 900.0, 0.0
    faint(scene.people, 3.0, P.harm)
    assert scene.people.cause.tolist() == [Cause.CRUSH, Cause.FALL]
    assert (scene.people.injury == Injury.SERIOUS).all()


def risen(helper: bool) -> int:
    """How many of twenty who lie apart get up within 2 s."""
    scene = Scene(open_field(), 40)
    people, rng = scene.people, np.random.default_rng(3)
    people.position[:20] = grid(2.0, 2.0, 5, 4, 2.0)
    people.position[20:] = people.position[:20] + ((0.7, 0.0) if helper else (0.0, 100.0))
    people.role[20:] = Role.OFFICER
    fell(people, np.arange(20), 0.0)
    lay_down(people, 0.0)
    scene.sort()
    return sum(len(get_up(people, scene.senses.cells, rng.random(40), 0.2, P.harm)) for _ in range(10))


def test_who_is_helped_gets_up_sooner() -> None:
    alone, helped = risen(False), risen(True)
    assert 4 <= alone <= 13 and helped > alone + 3


def test_gas_slows_frightens_and_doses_all_but_the_masked() -> None:
    scene = Scene(open_field(40.0, 40.0), 4)
    people = scene.people
    people.position[:] = [(5.0, 5.0), (25.0, 25.0), (5.0, 5.0), (35.0, 5.0)]
    grids = grids_for(scene.map, scene.world.solid == 0, 0.5)
    grids.gas[grids.cells(people.position[:1])] = 6.0
    grids.gas[grids.cells(people.position[1:2])] = 1.0
    grids.dialogue[:] = 1.0
    bodies = bodies_of(people, np.random.default_rng(1))
    bodies.masked[2] = True
    cloud = cloud_over(scene.world, grids, (0.0, 0.0))
    for _ in range(300):
        breathe(people, grids, cloud, bodies, np.full(4, NEVER), 0.0, 0.2)
    assert people.gas_dose == pytest.approx([6.0, 1.0, 0.0, 0.0], rel=0.01)
    free = people.desired_speed
    assert people.speed_wish == pytest.approx([0.6 * free[0], 0.8 * free[1], free[2], free[3]])
    assert grids.threat[grids.cells(people.position)].tolist() == pytest.approx([1.0, 0.4, 1.0, 0.0])
    assert grids.dialogue[grids.cells(people.position)].tolist() == [0.0, 1.0, 0.0, 1.0]
    assert not people.injury.any()
    people.gas_dose[0] = 61.0
    breathe(people, grids, cloud, bodies, np.full(4, ALWAYS), 0.0, 0.2)
    assert people.injury.tolist() == [Injury.SERIOUS, 0, 0, 0] and people.cause[0] == Cause.GAS


def marks(kind: str, far: float = 20.0, density: float = 1.0, lies: bool = False, at: float = 20.0, soft: bool = True):
    scene = Scene(open_field(60.0, 20.0), 1)
    scene.people.position[:] = at, 10.0
    scene.people.status[:] = Status.FALLEN if lies else Status.ACTIVE
    cannon = Cannon("awc", (5.0, 10.0), kind=kind, target=(40.0, 10.0), warned_softly=soft)
    return breaches(scene.world, scene.people, cannon, np.array([0]), np.array([far]), np.array([density]))


def test_each_part_of_the_water_rule_is_marked_and_a_lawful_jet_is_not() -> None:
    assert marks("jet") == [] and marks("diffuse", far=1.0, density=9.0, soft=False) == []
    assert marks("jet", far=9.0) == ["R7 near"]
    assert marks("jet", lies=True) == ["R7 fallen"]
    assert marks("jet", density=4.5) == ["R7 press"]
    assert marks("jet", at=59.5) == ["R7 pinned"]
    assert marks("jet", soft=False) == ["R7 first"]


def test_fewer_understand_far_off_and_chanting_drowns_the_voice() -> None:
    scene = Scene(open_field(140.0, 40.0), 2000)
    people, rng = scene.people, np.random.default_rng(5)
    people.position[:] = np.column_stack([rng.uniform(0.0, 70.0, 2000), rng.uniform(0.0, 5.0, 2000)])
    said = said_to(people)
    heard, understood = speak(said, people, 0.0, 2.5, True, rng.random(2000), 10.0, P.means)
    got = np.isfinite(said.understood_at)
    x = people.position[:, 0]
    assert heard == pytest.approx(1.0) and understood == pytest.approx(0.55, abs=0.05)
    assert got[x < 10.0].mean() == pytest.approx(0.76, abs=0.08)
    assert got[(x > 50.0) & (x < 59.0)].mean() == pytest.approx(0.35, abs=0.08)
    people.mind[: 2000 // 5] = Mind.CHANTING  # a fifth: 8 m less
    assert hail_reach(people, 0.0, 2.5, P.means) == pytest.approx(P.means.hail - 8.0, abs=1.5)
    people.mind[:] = Mind.CHANTING
    assert speak(said, people, 0.0, 2.5, False, rng.random(2000), 20.0, P.means)[0] < 0.6


def struck(discipline: float) -> int:
    """Blows of twenty officers, each just hit and with a demonstrator in reach, in 20 s."""
    scene = Scene(open_field(), 40)
    people, rng = scene.people, np.random.default_rng(6)
    people.position[:20] = grid(2.0, 2.0, 5, 4, 2.0)
    people.position[20:] = people.position[:20] + (0.7, 0.0)
    people.unit[:20] = 0
    officers(scene, np.arange(20))
    people.discipline[:] = discipline
    scene.sort()
    tempers, blows = tempers_of(people), 0
    for _ in range(100):
        tempers.hit_at[:20] = 0.0
        who, whom = provoke(people, scene.senses.cells, tempers, rng.random((40, 2)), rng.random(40), 0.0, 0.2, P.harm)
        assert (people.role[who] == Role.SHIELD).all() and (people.role[whom] == Role.DEMONSTRATOR).all()
        blows += len(who)
    return blows


def test_the_disciplined_keep_their_temper() -> None:
    assert struck(1.0) == 0 and struck(0.0) >= 2


def test_a_chase_ends_after_ten_seconds_or_twenty_metres() -> None:
    scene = Scene(open_field(60.0, 20.0), 2)
    people = scene.people
    people.position[:] = [(5.0, 5.0), (9.0, 5.0)]
    people.slot[0] = 5.0, 5.0
    tempers = tempers_of(people)
    tempers.quarry[0], tempers.chase_until[0] = 1, 10.0
    assert chase(people, tempers, 9.0, 2.0).tolist() == [0]
    assert people.slot[0].tolist() == [9.0, 5.0]
    assert chase(people, tempers, 10.5, 2.0).tolist() == []
    tempers.chase_until[0], people.slot[0] = 20.0, (30.0, 5.0)
    assert chase(people, tempers, 11.0, 2.0).tolist() == []


@pytest.mark.parametrize("low", [True, False])
def test_only_a_low_fence_is_climbed_and_one_comes_down_beyond_it(low: bool) -> None:
    where = tilemap(20.0, 10.0, [(10.0, 0.0, 10.5, 10.0)], [gate("fence", (10.0, 4.0, 10.5, 6.0), low=low)])
    scene = Scene(where, 2)
    scene.people.position[:] = [(9.7, 5.0), (9.7, 4.5)]
    scene.people.mind[0] = Mind.PUSHING  # the other is calm
    leaning = np.zeros(2, np.int16)
    over, down = climb(scene.world, scene.people, leaning, np.zeros(2), np.array([0.01, 0.9]), 0.2, P.harm)
    assert over.tolist() == ([0] if low else []) and down.tolist() == over.tolist()
    assert scene.people.position[:, 0] == pytest.approx([10.8 if low else 9.7, 9.7])


def test_the_violent_light_a_fire_it_grows_and_officers_put_it_out() -> None:
    scene = Scene(open_field(), 6)
    people = scene.people
    people.position[:] = [(5.0, 5.0), (18.0, 5.0), *[(5.0, 6.0)] * 4]
    fires = fires_at(("tyres",), np.array([(5.0, 5.0)]))
    assert set_fire(fires, np.array([1]), people, np.zeros(6), 0.2, P.means) == []  # too far
    assert set_fire(fires, np.array([0]), people, np.full(6, NEVER), 0.2, P.means) == []
    assert set_fire(fires, np.array([0]), people, np.zeros(6), 0.2, P.means) == [0]
    lit = fires.strength[0]
    nobody, four = np.arange(0), np.arange(2, 6)
    for _ in range(150):
        burn(fires, nobody, people, 0.2, P.means)
    assert fires.strength[0] == pytest.approx(lit + 0.5, abs=0.01)
    out = [burn(fires, four, people, 0.2, P.means) for _ in range(300)]
    assert [0] in out and len(fires.burning) == 0


def test_the_building_is_broken_by_stretches_and_the_class_follows() -> None:
    front = Facade("house", np.zeros((10, 4), np.float32), np.zeros((10, 2)), np.ones(10))
    assert damage_class(front) == ""
    pelt(front, np.array([0]), np.array([40.0]), np.array([[0.0, 0.9]]))
    assert damage_class(front) == ""  # thrown from too far
    pelt(front, np.array([0]), np.array([10.0]), np.array([[0.1, 0.9]]))
    assert front.health[0] == pytest.approx(1.0 - 3.0 / 20.0) and damage_class(front) == "", "a scratch"
    for broken, name in ((1, "light"), (2, "moderate"), (4, "moderate"), (5, "heavy")):
        front.health[:broken] = 0.0
        assert damage_class(front) == name


def test_the_violent_ram_the_wall_they_stand_at() -> None:
    where = tilemap(20.0, 20.0, [(5.0, 5.0, 9.0, 9.0)], zones={"house": (5.0, 5.0, 9.0, 9.0)})
    front = facade_of(where, "house")
    assert len(front.health) == 8
    scene = Scene(where, 2)
    scene.people.position[:] = [(6.0, 4.7), (6.0, 2.0)]
    assert ram(front, np.arange(2), scene.people, 10.0).tolist() == [0]
    assert sorted(front.health)[0] == pytest.approx(1.0 - 2.0 / 20.0) and (front.health < 1.0).sum() == 1


def test_the_store_is_lost_by_its_door_or_by_fire_and_told_once() -> None:
    where = tilemap(20.0, 10.0, gates=[gate("door", (10.0, 4.0, 10.5, 6.0))])
    barriers, fires = barriers_of(where), fires_at(("bin",), np.array([(12.0, 3.0)]))
    store = Store("store", ((10.5, 2.0, 14.0, 8.0),), (0,))
    assert not check_store(store, barriers, fires)
    fires.strength[0] = 0.5
    assert check_store(store, barriers, fires) and store.lost == "fire" and not check_store(store, barriers, fires)
    store = Store("store", ((10.5, 2.0, 14.0, 8.0),), (0,))
    barriers.state[0] = BarrierState.BROKEN
    assert check_store(store, barriers, fires_at((), np.zeros((0, 2)))) and store.lost == "door"


def test_injuries_are_counted_by_group() -> None:
    scene = Scene(open_field(), 5)
    scene.people.role[:] = Role.DEMONSTRATOR, Role.SHIELD, Role.BYSTANDER, Role.PRESS, Role.DEMONSTRATOR
    hurt(scene.people, np.arange(4), Injury.LIGHT, Cause.OBJECT, 1.0)
    assert injured_by_group(scene.people) == {"demonstrator": 1, "officer": 1, "bystander": 2}


def test_draws_that_nobody_wants_do_not_shift_those_after_them() -> None:
    one, two = np.random.default_rng(1), np.random.default_rng(1)
    uniform(one, 77, 6, True)
    assert len(uniform(two, 77, 6, False)) == 0
    assert (uniform(one, 77, 4, True) == uniform(two, 77, 4, True)).all()


def test_throws_name_who_threw_and_are_counted_and_every_thread_gives_the_same() -> None:
    def run(threads: int) -> Simulation:
        simulation = Simulation(scenario(), threads=threads)
        rows = simulation.crowds[0].rows
        while simulation.time < 15.0:
            simulation.people.mind[rows] = Mind.VIOLENT
            simulation.advance()
        return simulation

    one, two = run(1), run(2)
    throws = [event for event in one.events if event.kind == "throw"]
    assert throws and all(event.rows and set(event.rows) <= set(one.crowds[0].rows) for event in throws)
    assert one.state_hash() == two.state_hash()
    readings = one.survey.readings
    assert readings["objects_per_min"] == pytest.approx(sum(event.value for event in throws), abs=8.0) and throws
    assert {"injured.officer", "injured.bystander", "water", "wind_x", "wind_y", "fires", "damage"} <= set(readings)
    before = one.state_hash()
    one.incidents.tempers.hit_at[0] += 1.0 if np.isfinite(one.incidents.tempers.hit_at[0]) else 0.0
    one.incidents.facade.health = np.append(one.incidents.facade.health, 0.5)
    assert one.state_hash() != before


def test_a_cannon_without_water_says_so() -> None:
    simulation = Simulation(scenario())
    simulation.incidents.cannons = [Cannon("awc", (5.0, 5.0), left=0.0)]
    simulation.send(UseTool("water", "west", "awc", "jet"))
    simulation.step()
    assert [event.subject for event in simulation.events if event.kind == "tool"] == ["water_empty"]
    assert simulation.incidents.cannons[0].kind == "off"
