"""Harm and air as kernels, beside plain NumPy on random people."""

import naive
import numpy as np
import pytest
from scenes import Scene, open_field, random_crowd

from crowdsim.kernels.air import drift
from crowdsim.kernels.cells import FORMED, LYING, PASSING
from crowdsim.kernels.harm import beside, converse, in_dialogue, nearest, strain
from crowdsim.params import Params

P = Params()


def crowd(seed: int) -> tuple[Scene, np.random.Generator]:
    """People of every kind, some of whom lie."""
    rng = np.random.default_rng(seed)
    scene = Scene(open_field(), 150)
    random_crowd(scene, rng, (2.0, 2.0, 12.0, 9.0))
    scene.people.kind[:20] = LYING
    scene.people.kind[20:40], scene.people.kind[40:60] = FORMED, PASSING
    scene.people.squeeze[:] = rng.uniform(0.0, 2000.0, 150)
    scene.people.dose[:] = rng.uniform(0.0, 0.3, 150)
    scene.forces_now()
    return scene, rng


@pytest.mark.parametrize("seed", [1, 2])
def test_dose_shoving_and_hazard_are_those_of_the_formula(seed: int) -> None:
    scene, rng = crowd(seed)
    people, senses = scene.people, scene.senses
    n = scene.count
    bodies = {
        "shove": rng.uniform(0.0, 1.0, n).astype(np.float32),
        "vulnerability": rng.uniform(0.7, 1.5, n).astype(np.float32),
        "factor": rng.uniform(1.0, 3.0, n).astype(np.float32),
    }
    gain = P.officers.slot_gain
    due = naive.strain(people, bodies, senses.contact, people.active, 0.2, P.harm, gain)
    shove, dose, hazard = bodies["shove"].copy(), people.dose.copy(), np.zeros(n, np.float32)
    strain(
        *senses.cells, people.position, people.velocity, people.radius, people.kind, people.direction, people.speed,
        people.slot, people.squeeze, senses.contact, bodies["vulnerability"], bodies["factor"], gain, 0.2, P.harm,
        shove, dose, hazard,
    )  # fmt: skip
    for found, wanted in zip((dose, shove, hazard), due, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=2e-4, atol=1e-6)
    assert (hazard > 0.0).sum() > 20


@pytest.mark.parametrize("seed", [1, 2])
def test_who_is_about_those_who_lie(seed: int) -> None:
    scene, rng = crowd(seed)
    people, cells = scene.people, scene.senses.cells
    police, helps = rng.random(150) < 0.4, rng.random(150) < 0.1
    people.velocity[rng.random(150) < 0.5] = 0.0  # half of them stand
    rows = np.arange(20)
    density, contacts, treads = (np.zeros(20, np.float32) for _ in range(3))
    helped, near = np.zeros(20, bool), np.zeros(150, bool)
    beside(
        rows, cells.order, cells.start, cells.grid, people.position, people.velocity, people.radius, people.kind,
        police, helps, density, contacts, treads, helped, near,
    )  # fmt: skip
    due = [naive.beside(i, people, people.active, police, helps) for i in rows]
    np.testing.assert_allclose(density, [d[0] for d in due], rtol=1e-5)
    assert contacts.tolist() == [d[1] for d in due] and treads.tolist() == [d[2] for d in due]
    assert helped.tolist() == [d[3] for d in due]
    assert set(np.flatnonzero(near)) == set(np.concatenate([d[4] for d in due]))
    assert 0 < treads.sum() < contacts.sum()


def test_the_nearest_who_may_be_chosen() -> None:
    scene, rng = crowd(3)
    people, cells = scene.people, scene.senses.cells
    points, eligible = rng.uniform(0.0, 12.0, (60, 2)).astype(np.float32), rng.random(150) < 0.3
    row, away = np.zeros(60, np.int64), np.zeros(60, np.float32)
    nearest(points, cells.order, cells.start, cells.grid, people.position, eligible, 1.1, row, away)
    due = [naive.nearest(point, people.position, eligible, 1.1) for point in points]
    assert row.tolist() == due and -1 in due and max(due) >= 0


@pytest.mark.parametrize("wind", [(0.0, 0.0), (1.5, -0.7), (-2.0, 0.5)])
def test_gas_moves_as_the_equation_says(wind: tuple[float, float]) -> None:
    rng = np.random.default_rng(4)
    gas = (rng.random((9, 11)) * (rng.random((9, 11)) < 0.5) * 20.0).astype(np.float32)
    east, south = rng.random((9, 11)) < 0.8, rng.random((9, 11)) < 0.8
    spread, fade = rng.uniform(0.3, 1.0, (9, 11)).astype(np.float32), np.full((9, 11), 0.01, np.float32)
    winds = [
        (speed * rng.uniform(-0.2, 1.0, size)).astype(np.float32)
        for speed, size in zip(wind, [(9, 12), (10, 11)], strict=True)
    ]
    due, gone = naive.drift(gas, east, south, spread, fade, *winds, 2.0, 0.2)
    lost = drift(gas, east, south, spread, fade, *winds, 2.0, 0.2, np.zeros_like(gas), gas)
    np.testing.assert_allclose(gas, due, rtol=1e-4, atol=1e-5)
    assert lost == pytest.approx(gone, rel=1e-5)


@pytest.mark.parametrize("talkers", [[3, 40, 99], [40]])
def test_negotiators_get_round_to_twenty_people_each(talkers: list[int]) -> None:
    scene, rng = crowd(5)
    listens = rng.random(150) < 0.7
    dialogue = np.zeros((6, 10), np.float32)
    converse(np.array(talkers), scene.people.position, listens, 3.0, 20.0, 2.0, dialogue)
    due = naive.converse(talkers, scene.people.position, listens, 3.0, 20.0, 2.0, (6, 10))
    np.testing.assert_allclose(dialogue, due, rtol=1e-5)
    assert 0.0 < dialogue[dialogue > 0.0].min() < 1.0


def test_who_is_in_dialogue_stands_in_a_cell_of_it() -> None:
    rng = np.random.default_rng(11)
    position = rng.uniform(-3.0, 24.0, (300, 2)).astype(np.float32)  # some beyond the map
    dialogue = (rng.random((6, 10)) * (rng.random((6, 10)) < 0.3)).astype(np.float32)
    found = np.zeros(300, bool)
    in_dialogue(position, dialogue, 2.0, found)
    c, r = np.clip((position / 2.0).astype(int), 0, (9, 5)).T
    np.testing.assert_array_equal(found, dialogue[r, c] > 0.0)
    assert 30 < found.sum() < 200
