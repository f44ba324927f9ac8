"""Officers in their slots, gaps of a front and places round people, beside one officer at a time."""

import math

import naive
import numpy as np
import pytest
from scenes import room

from crowdsim.behaviour.officers import Unit, deployed, gaps, links_of, seat_officers, stays_of
from crowdsim.behaviour.parties import ring
from crowdsim.kernels.cells import FORMED, PASSING
from crowdsim.kernels.lines import (
    bracing,
    densest,
    places_round,
    pushed_stretches,
    send_to,
    strained,
    unit_places,
)
from crowdsim.params import OfficerParams
from crowdsim.population.population import Population, empty_population
from crowdsim.population.roles import Mode, Status
from crowdsim.world.world import World

P = OfficerParams()
N = 60


def officers(seed: int) -> tuple[list[Unit], Population]:
    """Two units of thirty, some near their slots and some not, some fallen, some who lead somebody."""
    rng = np.random.default_rng(seed)
    people = empty_population(N)
    people.status[:] = np.where(rng.random(N) < 0.9, Status.ACTIVE, Status.FALLEN)
    people.position[:] = rng.uniform(0.0, 20.0, (N, 2))
    people.slot[:] = people.position + rng.uniform(-2.0, 2.0, (N, 2))
    people.mode[:] = np.where(rng.random(N) < 0.7, Mode.FORMED, Mode.WALK)
    people.led_by[rng.random(N) < 0.1] = 1
    people.reacts_at[:] = rng.uniform(0.0, 20.0, N)
    people.fatigue[:], people.discipline[:] = rng.random(N), rng.random(N)
    people.brace[:] = rng.random(N)
    units = []
    for k in range(2):
        rows = np.arange(30 * k, 30 * k + 30)
        unit = Unit(f"u{k}", "U", "dalmas", rows, True, False, goal=4 + k, share=0.6 + 0.2 * k, quick=k == 1)
        unit.target = (people.position[rows] + rng.uniform(-2.0, 2.0, (30, 2))).astype(np.float32)
        unit.look = rng.uniform(-3.0, 3.0, 30).astype(np.float32)
        unit.passing = k == 1
        unit.ahead = rows[:12]
        units.append(unit)
    return units, people


def test_officers_take_their_slots_when_they_have_heard() -> None:
    units, people = officers(1)
    due = {}
    for k, unit in enumerate(units):
        speed, kind = (P.quick_speed, PASSING) if k else (P.walk_speed, FORMED)
        for i, target, look in zip(unit.rows, unit.target, unit.look, strict=True):
            due[i] = naive.take_place(i, target, look, unit.goal, unit.share, speed, kind, people, 10.0, 0.2, P)
    before = {name: column.copy() for name, column in people.columns().items()}
    seat_officers(deployed(units), people, 10.0, 0.2, P)
    for i, does in due.items():
        for name, column in people.columns().items():
            np.testing.assert_allclose(column[i], does.get(name, before[name][i]), rtol=2e-5, atol=1e-6, err_msg=name)
    assert sum(not does for does in due.values()) > 5
    assert len({does["mode"] for does in due.values() if does}) == 2


@pytest.mark.parametrize("seed", [2, 3])
def test_gaps_are_those_between_neighbours_who_stand(seed: int) -> None:
    units, people = officers(seed)
    found = np.column_stack(gaps(units[0], people))
    np.testing.assert_allclose(found, naive.gaps(units[0].ahead, people), rtol=1e-5, atol=1e-5)
    assert 3 < len(found) < 11, "some have fallen or lost their slots"
    people.mode[:] = Mode.WALK
    assert len(gaps(units[0], people)[0]) == 0


@pytest.mark.parametrize("place", [(5.0, 5.0), (9.4, 2.0), (0.3, 9.8)])
def test_places_round_somebody_stay_on_his_side_of_a_wall(place: tuple[float, float]) -> None:
    world, rng = World.from_map(room()), np.random.default_rng(4)
    position = (np.array(place) + rng.uniform(-0.2, 0.2, (5, 2))).astype(np.float32)
    velocity = rng.uniform(-0.3, 0.3, (5, 2)).astype(np.float32)
    rows, places, out = np.array([0, 2, 3]), ring(14), np.empty((14, 2), np.float32)
    places_round(rows, position, velocity, np.float32(0.5), places, world.solid, world.map.tile_size, out)
    due = naive.places_round(rows, position, velocity, 0.5, places, world.solid, world.map.tile_size)
    np.testing.assert_allclose(out, due, atol=1e-5)
    assert world.is_free(out).all()


def test_the_densest_strip_before_a_front() -> None:
    rng = np.random.default_rng(5)
    position, rows = rng.uniform(0.0, 10.0, (400, 2)).astype(np.float32), np.arange(0, 400, 2)
    f4, heading = np.float32, 0.7
    found = densest(
        rows, position, f4(3.0), f4(4.0), f4(math.cos(heading)), f4(math.sin(heading)), f4(3.3), f4(1.8), f4(2.0),
        np.full(5, 9, np.int64),
    )  # fmt: skip
    assert found == naive.densest(rows, position, 3.0, 4.0, heading, 3.3, 1.8, 2.0) > 3


def test_links_hold_while_near_and_form_again_in_place() -> None:
    rng = np.random.default_rng(8)
    people = empty_population(60)
    units = []
    for k in range(3):
        rows = np.arange(20 * k, 20 * k + 20)
        unit = Unit(f"u{k}", "U", "dalmas", rows, True, False, formation="bersaf1t")
        unit.ahead = rows
        people.slot[rows] = (3.0, 3.0 + k) + np.arange(20)[:, None] * np.where(np.arange(20) < 16, 0.6, 0.7)[
            :, None
        ] * (1, 0)
        unit.broken_until = rng.choice([0.0, 0.0, 4.0, 9.0], 19)
        unit.overload = np.zeros(19)
        units.append(unit)
    people.position[:] = people.slot + rng.normal(0.0, 0.2, (60, 2))
    people.mode[:] = np.where(rng.random(60) < 0.9, Mode.FORMED, Mode.WALK)
    people.status[:] = np.where(rng.random(60) < 0.95, Status.ACTIVE, Status.FALLEN)
    before = [unit.broken_until.copy() for unit in units]
    due = [naive.links_that_hold(unit, people, 5.0, P.link_break, 0.85, 0.4) for unit in units]
    links, owners = links_of(deployed(units), people, 5.0, P)
    assert links.tolist() == [list(pair) for pairs, _ in due for pair in pairs]
    for unit, (owner, which), (_, wanted), was in zip(units, owners, due, before, strict=True):
        assert owner is unit and which.tolist() == wanted
        assert (unit.broken_until[which] == 0.0).all(), "joined again, it is as good as new"
        others = np.setdiff1d(np.arange(19), which)
        np.testing.assert_array_equal(unit.broken_until[others], was[others])
    assert 10 < len(links) < 50 and any(
        (was[which] == 4.0).any() for (_, which), was in zip(owners, before, strict=True)
    )


def test_officers_brace_to_the_bit_as_numpy_has_it() -> None:
    _, people = officers(6)
    people.look[:] = np.random.default_rng(7).uniform(-3.0, 3.0, N)
    rows, found = np.arange(N)[::-1].copy(), np.empty(N, np.float32)
    look = people.look[rows]
    bracing(
        rows, np.cos(look), np.sin(look), people.position, people.slot, people.mode, people.discipline, people.mass,
        people.brace, np.float32(P.slot_gain * P.slot_time), np.float32(P.brace), found,
    )  # fmt: skip
    due = naive.bracing(rows, people, P)
    np.testing.assert_array_equal(found, due)
    most = np.float32(P.brace) * people.brace[rows]
    assert np.count_nonzero(due == most) > 5 and np.count_nonzero((due > 0.0) & (due < most)) > 5, "firm and at the end"
    assert np.count_nonzero(due == 0.0) > 10


@pytest.mark.parametrize(("long", "loaded"), [(False, False), (True, False), (False, True)])
def test_one_link_that_is_too_long_or_loaded_is_seen(long: bool, loaded: bool) -> None:
    rng = np.random.default_rng(9)
    position = rng.uniform(0.0, 1.0, (40, 2)).astype(np.float32)
    links = np.column_stack([np.arange(39), np.arange(1, 40)]).astype(np.int32)
    load, apart = rng.uniform(0.0, 700.0, 39).astype(np.float32), np.empty(39, np.float32)
    position[39, 0] += 2.0 * long
    load[20] += 700.0 * loaded
    due = np.hypot(*(position[links[:, 0]] - position[links[:, 1]]).T)
    assert strained(links, position, load, np.float32(1.5), np.float32(700.0), apart) == (long or loaded)
    np.testing.assert_allclose(apart, due, rtol=1e-6)


@pytest.mark.parametrize("push", [0.0, 250.0])
def test_who_is_sent_somewhere_and_stuck_pushes_his_way(push: float) -> None:
    _, people = officers(10)
    _, due = officers(10)
    rng = np.random.default_rng(11)
    people.velocity[:] = due.velocity[:] = rng.uniform(-0.4, 0.4, (N, 2))
    rows = rng.permutation(N)[:30]
    places = (people.position[rows] + rng.uniform(-1.0, 1.0, (30, 2))).astype(np.float32)
    send_to(
        rows, places, 7, int(Mode.LED), 1.3, 3.0, push, 1.0, people.position, people.velocity, people.slot,
        people.has_slot, people.goal, people.mode, people.speed_wish, people.kind, people.push,
    )  # fmt: skip
    naive.send_to(due, rows, places, 7, int(Mode.LED), 1.3, 3.0, push, 1.0)
    for name, column in people.columns().items():
        np.testing.assert_array_equal(column, getattr(due, name), err_msg=name)
    assert (5 < np.count_nonzero(people.push) < 25) == (push > 0.0)


def test_a_line_rests_its_shields_on_a_wall_beside_it() -> None:
    """Lines of four that end 0.2 to 1 m from a wall, or the edge of the map; some officers are not there."""
    rng = np.random.default_rng(5)
    world = World.from_map(room())
    tile = world.map.tile_size
    units, people = [], empty_population(80)
    people.status[:] = Status.ACTIVE
    people.radius[:] = rng.uniform(0.25, 0.3, 80)
    for k in range(20):
        rows = np.arange(4 * k, 4 * k + 4)
        unit = Unit(f"u{k}", "U", "dalmas", rows, True, False, formation="bersaf1t")
        unit.ahead = rows
        slope = np.array([math.cos(angle := rng.uniform(-0.4, 0.4)), math.sin(angle)])
        last = (10.0 - rng.uniform(0.2, 1.0), 5.0 + rng.uniform(-2.0, 2.0)) if k % 2 else (rng.uniform(0.2, 1.0), 5.0)
        people.slot[rows] = np.array(last) + np.arange(4)[::-1, None] * 0.6 * slope * (-1.0 if k % 2 else 1.0)
        if k % 2 == 0:
            unit.ahead = rows[::-1]
        units.append(unit)
    people.position[:] = people.slot + rng.uniform(-0.4, 0.4, (80, 2))
    people.mode[:] = np.where(rng.random(80) < 0.8, Mode.FORMED, Mode.WALK)
    rows, at = stays_of(deployed(units), people, world.solid, tile, P)
    due_rows, due_at = naive.walls_beside(units, people, world.solid, tile, 0.3, P.link_break)
    assert 5 <= len(rows) <= 15
    assert rows.tolist() == due_rows
    np.testing.assert_allclose(at, due_at, atol=3e-3)  # a ray marched in millimetres
    unit.formation = "banjar3"
    assert len(stays_of(deployed([unit]), people, world.solid, tile, P)[0]) == 0, "a column joins no shields"


def test_only_pushed_lines_have_stretches_and_none_loses_an_officer() -> None:
    _, people = officers(12)
    rng = np.random.default_rng(13)
    rows = rng.permutation(N).astype(np.int64)
    counts = np.array([11, 1, 9, 4, 3, 2, 16])
    ends = np.cumsum(counts)
    front, fronts = rows[: ends[-1]], np.split(rows[: ends[-1]], ends[:-1])
    loads = np.array([60.0, 90.0, 19.9, 20.0, 40.0, 300.0, 21.0])
    held = rng.uniform(0.0, 300.0, len(front)).astype(np.float32)
    out = np.empty((len(front), 6), np.float32)
    most = np.float32(P.brace)
    count = pushed_stretches(
        front, ends - counts, loads, 20.0, 4, held, people.mode, people.brace, most, people.position, out
    )
    due = naive.pushed_stretches(fronts, loads, 20.0, 4, held, people, P.brace)
    assert count == len(due) == 2 + 1 + 1 + 1 + 4
    np.testing.assert_allclose(out[:count], due, rtol=1e-5)


def test_where_units_are_and_who_is_in_his_slot() -> None:
    units, people = officers(14)
    people.slot[:] = people.position + np.random.default_rng(15).uniform(-0.7, 0.7, (N, 2))
    middle, share = np.empty((2, 2)), np.empty(2)
    unit_places(0, np.array([30, 60]), people.position, people.slot, 0.6, middle, share)
    due_middle, due_share = naive.unit_places(units, people, 0.6)
    np.testing.assert_allclose(middle, due_middle, rtol=1e-6)
    np.testing.assert_allclose(share, due_share)
    assert 0.2 < share.min() < share.max() < 0.9
    unit_places(30, np.array([0, 20]), people.position, people.slot, 0.6, middle, share)
    np.testing.assert_allclose(middle[1], people.position[30:50].mean(axis=0), rtol=1e-6)
    assert share[0] == 0.0, "a unit without officers"
