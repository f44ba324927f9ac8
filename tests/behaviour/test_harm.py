"""Harm and means: dose, falls, who lies, gas, water, the voice, things thrown."""

import numpy as np
import pytest
from scenes import Scene, grid, officers, open_field, scenario, tilemap

from crowdsim.behaviour.gas import cloud_over, enclosure, ignite, wind_round_walls
from crowdsim.behaviour.harm import bodies_of, fell, lay_down, press
from crowdsim.behaviour.water import stream
from crowdsim.kernels.air import drift
from crowdsim.params import Params
from crowdsim.population.grids import grids_for
from crowdsim.population.roles import Mind, Status
from crowdsim.session.simulation import Simulation
from crowdsim.world.world import World


@pytest.mark.parametrize(("force", "due", "slack"), [(1112.0, 300.0, 5.0), (6227.0, 15.0, 1.0), (490.0, None, 0.0)])
def test_a_constant_squeeze_is_critical_after_the_time_it_should_be(
    force: float, due: float | None, slack: float
) -> None:
    scene = Scene(open_field(), 1)
    scene.people.position[:] = 5.0, 5.0
    scene.people.squeeze[:] = force
    scene.sort()
    bodies = bodies_of(scene.people, np.random.default_rng(1))
    bodies.vulnerability[:] = 1.0
    p, when = Params(), None
    for k in range(3000):
        press(scene.people, scene.senses.cells, scene.senses.contact, bodies, 0.2, p.harm, p.officers)
        if when is None and scene.people.dose[0] >= 1.0:
            when = (k + 1) * 0.2
    assert when == (None if due is None else pytest.approx(due, abs=slack))


def test_who_lies_stays_where_he_is_while_others_press_on_him() -> None:
    scene = Scene(open_field(), 9)
    scene.people.position[:] = grid(5.0, 5.0, 3, 3, 0.33)
    scene.people.radius[:] = 0.2
    before = scene.people.position[4].copy()
    fell(scene.people, np.array([4]), 0.0)
    lay_down(scene.people, 0.0)
    scene.seconds(1.0)
    assert (scene.people.position[4] == before).all()
    away = np.hypot(*(scene.people.position - before).T)
    assert away[[0, 1, 2, 3, 5, 6, 7, 8]].min() > 0.37


def test_gas_is_neither_made_nor_lost_without_decay_and_passes_no_wall() -> None:
    world = World.from_map(tilemap(40.0, 40.0, walls=[(20.0, 0.0, 20.5, 40.0)]))
    grids = grids_for(world.map, world.solid == 0, 0.5)
    grids.gas[10, 4] = 100.0
    scratch, spread = np.zeros_like(grids.gas), np.ones_like(grids.gas)
    still = wind_round_walls((0.0, 0.0), grids.open_east, grids.open_south)
    for _ in range(300):
        drift(grids.gas, grids.open_east, grids.open_south, spread, 0.0 * spread, *still, 2.0, 0.2, scratch, grids.gas)
    assert grids.gas.sum() == pytest.approx(100.0, rel=0.01)
    assert grids.gas[:, 11:].sum() == 0.0
    assert grids.gas[10, 4] < 20.0


def test_the_wind_goes_round_walls_and_leaves_a_yard_in_its_lee() -> None:
    yard = [(10.0, 10.0, 30.0, 10.5), (10.0, 29.5, 30.0, 30.0), (10.0, 10.0, 10.5, 30.0), (29.5, 10.0, 30.0, 18.0),
            (29.5, 20.0, 30.0, 30.0)]  # fmt: skip
    world = World.from_map(tilemap(40.0, 40.0, walls=yard))
    grids = grids_for(world.map, world.solid == 0, 0.5)
    east, south = wind_round_walls((1.0, 0.0), grids.open_east, grids.open_south)
    kept = np.diff(east, axis=1) + np.diff(south, axis=0)
    assert np.abs(kept).max() < 1e-3, "as much leaves a cell as enters it"
    assert np.abs(east[7:13, 7:14]).max() < 0.1, "no draught in the yard"
    assert east[2, 10] > 1.05, "beside it the wind is stronger"
    free = wind_round_walls((1.0, -0.5), np.ones((6, 6), bool), np.ones((6, 6), bool))
    assert np.allclose(free[0], 1.0, atol=1e-4) and np.allclose(free[1], -0.5, atol=1e-4), "in the open it is even"


def test_gas_where_people_cannot_leave_is_forbidden_and_in_the_open_is_not() -> None:
    scene = Scene(open_field(80.0, 80.0), 60)
    scene.people.position[:] = grid(37.0, 37.0, 10, 6, 0.7)
    cloud = cloud_over(scene.world, grids_for(scene.map, scene.world.solid == 0, 0.5), (0.0, 0.0))
    assert not enclosure(scene.world, scene.people, cloud, 40.0, 40.0)[0]
    yard = tilemap(40.0, 40.0, walls=[(10.0, 10.0, 30.0, 10.5), (10.0, 29.5, 30.0, 30.0), (10.0, 10.0, 10.5, 30.0),
                                      (29.5, 10.0, 30.0, 19.0), (29.5, 20.0, 30.0, 30.0)])  # fmt: skip
    scene = Scene(yard, 120)
    scene.people.position[:] = grid(12.0, 12.0, 12, 10, 0.8)
    cloud = cloud_over(scene.world, grids_for(yard, scene.world.solid == 0, 0.5), (0.0, 0.0))
    ignite(cloud, 20.0, 20.0, 0.0)
    found, width, inside = enclosure(scene.world, scene.people, cloud, 20.0, 20.0)
    assert found and width < 2.0 and inside > 60


def test_gas_over_a_press_is_forbidden_in_the_open_too() -> None:
    scene = Scene(open_field(80.0, 80.0), 60)
    cloud = cloud_over(scene.world, grids_for(scene.map, scene.world.solid == 0, 0.5), (0.0, 0.0))
    scene.people.position[:] = grid(37.0, 37.0, 10, 6, 0.45)
    assert enclosure(scene.world, scene.people, cloud, 40.0, 40.0)[0]
    scene.people.position[:] = grid(37.0, 37.0, 10, 6, 0.8)
    assert not enclosure(scene.world, scene.people, cloud, 40.0, 40.0)[0]


def test_a_jet_pushes_whom_it_meets_first_and_keeps_its_momentum() -> None:
    scene = Scene(open_field(60.0, 20.0), 3)
    scene.people.position[:] = [(20.0, 10.0), (20.5, 10.0), (30.0, 10.0)]
    rows, _, force = stream(scene.people, (5.0, 10.0), (22.0, 10.0), "jet", 900.0)
    assert rows.tolist() == [0, 1]
    assert force[0, 0] == pytest.approx(900.0 * np.exp(-15.0 / 25.0))
    assert 0.4 * force[0, 0] < force[1, 0] < 0.6 * force[0, 0]
    over, *_ = stream(scene.people, (5.0, 10.0), (32.0, 10.0), "jet", 900.0)
    assert over.tolist() == [2], "it goes over the heads of those half way"


def test_the_violent_kick_throw_and_clash_and_the_same_seed_gives_the_same() -> None:
    def run() -> Simulation:
        simulation = Simulation(scenario())
        rows = simulation.crowds[0].rows
        simulation.people.position[rows[:8]] = simulation.people.position[simulation.units[0].rows] - (0.7, 0.0)
        while simulation.time < 12.0:
            simulation.people.mind[rows] = Mind.VIOLENT
            simulation.advance()
        return simulation

    one, two = run(), run()
    kinds = {event.kind for event in one.events}
    assert {"clash", "throw"} <= kinds
    assert one.lost_people == 0 and one.verdict != "invalid"
    assert [(e.tick, e.kind, e.rows) for e in one.events] == [(e.tick, e.kind, e.rows) for e in two.events]
    calm = Simulation(scenario())
    while calm.time < 4.0:
        calm.advance()
    assert not {"clash", "throw"} & {event.kind for event in calm.events}


def test_a_jet_into_a_press_raises_the_hazard_of_falling() -> None:
    hazard = []
    for jet in (False, True):
        scene = Scene(open_field(), 30)
        scene.people.position[:] = grid(5.0, 5.0, 6, 5, 0.36)
        scene.people.velocity[:, 0] = 0.5
        officers(scene, np.array([0]))
        scene.forces_now()
        bodies = bodies_of(scene.people, np.random.default_rng(1))
        bodies.jet[:] = jet
        p = Params()
        press(scene.people, scene.senses.cells, scene.senses.contact, bodies, 0.2, p.harm, p.officers)
        hazard.append(float(bodies.hazard.sum()))
    assert hazard[0] > 0.0 and hazard[1] > 3.0 * hazard[0]
    assert (scene.people.status == Status.ACTIVE).all()
