"""The crowds of the workloads: where people stand, which way they go, and that every program gets the same."""

import numpy as np
import pytest
from scipy.ndimage import label
from scipy.spatial import cKDTree

from crowdsim.bench import compounds
from crowdsim.bench.crowds import CROWDS, gate, plaza
from crowdsim.places import shipped
from crowdsim.validation.ground import Ground
from crowdsim.world.maps import load_map

DENSITY = {"plaza": 1.0, "gate": 3.0, "press": 4.0}


@pytest.mark.parametrize("classic", [False, True])
@pytest.mark.parametrize("people", [1, 60, 2000])
@pytest.mark.parametrize("workload", list(CROWDS))
def test_everybody_stands_on_free_ground_and_nobody_in_another(workload: str, people: int, classic: bool) -> None:
    crowd = CROWDS[workload](people, classic=classic)
    ground = Ground(crowd.plan, people)
    assert len(crowd.position) == people
    assert ground.world.is_free(crowd.position - ground.origin).all()
    if people > 1:
        nearest = cKDTree(crowd.position).query(crowd.position, 2)[0][:, 1]
        # JuPedSim takes nobody within a radius of another; discs of 4/m2 may touch.
        assert nearest.min() > 1.9 * np.median(crowd.radius)


@pytest.mark.parametrize("workload", list(CROWDS))
def test_density_is_that_of_the_workload(workload: str) -> None:
    position = CROWDS[workload](5000).position
    low, high = position.min(axis=0), position.max(axis=0)
    middle = ((position > low + 5.0) & (position < high - 5.0)).all(axis=1)
    assert middle.sum() / np.prod(high - low - 10.0) == pytest.approx(DENSITY[workload], rel=0.05)


@pytest.mark.parametrize("workload", list(CROWDS))
def test_the_default_and_the_classic_model_have_the_same_people_at_the_same_places(workload: str) -> None:
    ours, classic = CROWDS[workload](300), CROWDS[workload](300, classic=True)
    assert np.array_equal(ours.position, classic.position)
    assert np.array_equal(ours.speed, classic.speed)
    assert np.array_equal(ours.goal, classic.goal)


def test_on_the_plaza_half_walk_each_way_and_turn_round_near_the_end() -> None:
    crowd = plaza(900)
    assert 0.4 < crowd.goal.mean() < 0.6
    place = np.array([[2.5, 10.0], [2.5, 10.0], [15.0, 10.0], [27.5, 10.0]])
    assert crowd.turned(place, np.array([0, 1, 1, 1])).tolist() == [1, 1, 1, 0]


def test_before_the_gate_people_make_for_the_gate_and_then_for_the_far_end() -> None:
    crowd = gate(300)
    place = np.array([[-3.0, 8.0], [-3.0, 1.0], [2.0, 1.0]])
    waypoint = crowd.waypoint(place, np.zeros(3, int))
    assert waypoint[0].tolist() == [0.5, 2.5] and waypoint[1].tolist() == [0.5, 1.0]
    assert waypoint[2, 0] > 25.0


def test_the_outline_is_the_free_ground() -> None:
    """Its area is that of the plan's rectangles: what others take for walls are ours."""
    for build in CROWDS.values():
        crowd = build(500)
        x, y = crowd.outline.T
        area = abs((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) / 2
        assert area == pytest.approx(sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in crowd.plan.free))


@pytest.mark.parametrize("people", [500, 2000, 2001, 7000])
def test_the_exercise_has_as_many_people_as_asked_for_and_no_more_in_a_compound(people: int) -> None:
    counts = [
        sum(crowd.count for crowd in scenario.spec.crowd) + sum(unit.count for unit in scenario.spec.unit)
        for scenario in compounds.exercise_of(people)
    ]
    assert sum(counts) == people
    assert max(counts) <= compounds.FULL and max(counts) - min(counts) <= 1


def test_compounds_side_by_side_are_walled_off_from_each_other() -> None:
    one = load_map(shipped("maps", "kpu_kaltara", "kpu_kaltara.tmx"))
    four = compounds.side_by_side(one, 4)
    rows, cols = one.solid.shape
    assert np.array_equal(four.solid[rows + 1 : 2 * rows + 1, :cols], one.solid)
    areas, _ = label(~four.solid)
    corners = ((0, 0), (0, cols + 1), (rows + 1, 0), (rows + 1, cols + 1))
    copies = [set(np.unique(areas[r : r + rows, c : c + cols])) - {0} for r, c in corners]
    assert all(copies) and not set.intersection(*copies)
    assert sum(len(copy) for copy in copies) == len(set.union(*copies))
    assert len(four.gates) == 4 * len(one.gates) == len({gate.id for gate in four.gates})
    assert {len(zone.rects) for zone in four.zones.values()} == {4 * len(z.rects) for z in one.zones.values()}
    assert compounds.side_by_side(one, 1) is one


def test_a_crowd_to_look_at_spreads_over_the_compounds_it_needs() -> None:
    for people, copies in ((1000, 1), (5000, 1), (12000, 3)):
        scenario = compounds.crowd_of(people)
        assert len(scenario.map.gates) == copies * len(compounds.crowd_of(500).map.gates)
        assert sum(c.count for c in scenario.spec.crowd) + sum(u.count for u in scenario.spec.unit) == people
        assert all(name in scenario.map.spawns for crowd in scenario.spec.crowd for name in crowd.spawns)
