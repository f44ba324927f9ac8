"""Officers: a line holds, gives way and moves; its links form and break."""

import math

import numpy as np
import pytest
from scenes import Scene, grid, officers, open_field

from crowdsim.behaviour.formations import FORMATIONS
from crowdsim.behaviour.officers import (
    Owners,
    Unit,
    deployed,
    line_loads,
    links_of,
    move_formation,
    open_gap,
    seat_officers,
    strain_links,
    stretches,
    take_formation,
)
from crowdsim.kernels.cells import FORMED, OFFICER, PUSHER
from crowdsim.params import Params
from crowdsim.population.roles import Mode
from crowdsim.step.observe import line_events

OFFICERS = Params().officers
DECIDE = 0.2  # s


def line_of(scene: Scene, count: int, formation: str = "bersaf1", shielded: bool = True) -> Unit:
    """The first `count` people as a line at (10, 6) that faces west, everyone in his slot."""
    rows = np.arange(count)
    officers(scene, rows)
    unit = Unit("line", "LINE", "dalmas", rows, shielded, not shielded)
    scene.people.position[rows] = (10.0, 6.0)
    take_formation(unit, scene.people, formation, (10.0, 6.0), math.pi, 0.0)
    scene.people.position[rows] = unit.slots()[unit.seat]
    seat_officers(deployed([unit]), scene.people, 0.0, 0.0, OFFICERS)
    return unit


def run(scene: Scene, unit: Unit, seconds: float) -> list[str]:
    """Ticks and decisions about one unit; the events of its line."""
    owners: Owners = []
    told: list[str] = []
    for _ in range(round(seconds / DECIDE)):
        time = scene.tick * 0.02
        strain_links(scene.senses.links, scene.senses.link_load, owners, scene.people, time, DECIDE, OFFICERS)
        move_formation(unit, scene.people, 0.0, DECIDE, OFFICERS)
        seat_officers(deployed([unit]), scene.people, 0.0, 0.0, OFFICERS)
        line_loads(deployed([unit]), scene.people, DECIDE, OFFICERS)
        scene.senses.links, owners = links_of(deployed([unit]), scene.people, time, OFFICERS)
        scene.senses.link_load = np.zeros(len(scene.senses.links), np.float32)
        told += [event.kind for event in line_events([unit], scene.people, scene.tick, time)]
        scene.step(10)
    return told


def press(scene: Scene, rows: np.ndarray, push: float) -> None:
    """These people push east."""
    people = scene.people
    people.kind[rows] = PUSHER
    people.radius[rows] = 0.175
    people.push[rows] = push
    people.slot[rows] = people.position[rows] + (8.0, 0.0)
    people.has_slot[rows] = True


def test_a_line_holds_against_one_who_pushes() -> None:
    scene = Scene(open_field(), 11)
    scene.people.position[10] = (9.5, 6.1)
    unit = line_of(scene, 10)
    press(scene, np.array([10]), 150.0)
    told = run(scene, unit, 8.0)
    assert scene.people.position[10, 0] < 10.0, "he has not passed"
    assert np.abs(scene.people.position[:10, 0] - 10.0).max() < 0.3
    assert (scene.people.mode[:10] == Mode.FORMED).all()
    assert len(scene.senses.links) == 9
    assert told == []
    assert unit.load > 10.0


def test_a_line_of_two_is_swept_away_by_a_crowd() -> None:
    scene = Scene(open_field(), 62)
    scene.people.position[2:] = grid(4.0, 4.2, 10, 6, 0.5)[:60] + np.array((0.0, 0.3))
    unit = line_of(scene, 2)
    press(scene, np.arange(2, 62), 300.0)
    run(scene, unit, 8.0)
    assert (scene.people.position[2:, 0] > 10.5).sum() > 5


def test_the_front_feels_no_load_when_nobody_pushes() -> None:
    scene = Scene(open_field(), 8)
    unit = line_of(scene, 8)
    run(scene, unit, 3.0)
    assert unit.load == pytest.approx(0.0, abs=1.0)
    np.testing.assert_allclose(scene.people.position, unit.slots()[unit.seat], atol=0.01)


def test_the_stretch_that_is_pushed_carries_the_load_of_its_line() -> None:
    """Pressed at one end, the stretch there comes nearest to what it bears; together they carry the line's load."""
    scene = Scene(open_field(), 12)
    unit = line_of(scene, 12)
    unit.load = 100.0
    ends = unit.ahead[:3]
    scene.people.position[ends, 0] += 0.15  # a hand's breadth behind their slots
    deployment = deployed([unit])
    line_loads(deployment, scene.people, 0.0, OFFICERS)
    found = stretches(deployment, scene.people, OFFICERS)
    share = found[:, 4] / found[:, 5]
    assert len(found) == 3 and share[0] > 0.15 and share[1:].max() < 0.02
    assert np.hypot(*(found[0, :2] - scene.people.position[unit.ahead[0]])) < 1e-6
    unit.load = 0.0
    assert not len(stretches(deployment, scene.people, OFFICERS)), "a line nobody pushes has nothing to show"


def test_a_closed_rank_of_officers_in_kit_stands_at_ease() -> None:
    """0.6 m apart with bodies of 0.56 m: nobody pushes anybody out of his slot."""
    scene = Scene(open_field(), 20)
    unit = line_of(scene, 20, "bersaf1t")
    run(scene, unit, 4.0)
    np.testing.assert_allclose(scene.people.position, unit.slots()[unit.seat], atol=0.02)
    assert scene.people.squeeze.max() < 20.0


def test_links_join_neighbours_of_the_front_and_no_others() -> None:
    scene = Scene(open_field(), 12)
    unit = line_of(scene, 12, "bersaf2")
    links, owners = links_of(deployed([unit]), scene.people, 0.0, OFFICERS)
    front = unit.front()
    assert len(front) == 6
    np.testing.assert_array_equal(links, np.column_stack([front[:-1], front[1:]]))
    assert [(owner.id, pairs.tolist()) for owner, pairs in owners] == [(unit.id, [0, 1, 2, 3, 4])]


def test_officers_without_shield_or_rope_have_no_links() -> None:
    scene = Scene(open_field(), 6)
    unit = line_of(scene, 6)
    unit.shielded = False
    assert len(links_of(deployed([unit]), scene.people, 0.0, OFFICERS)[0]) == 0


def test_an_opened_gap_has_no_link_across_it() -> None:
    scene = Scene(open_field(), 8)
    unit = line_of(scene, 8)
    open_gap(unit, 3.0)
    told = run(scene, unit, 6.0)
    assert len(scene.senses.links) == 6
    front = unit.front()
    assert np.linalg.norm(scene.people.position[front[3]] - scene.people.position[front[4]]) == pytest.approx(
        3.7, abs=0.1
    )
    assert told == [], "a gap opened on purpose is no breach"


def test_a_link_too_long_breaks_and_stays_broken_for_a_while() -> None:
    scene = Scene(open_field(), 4)
    unit = line_of(scene, 4)
    links, owners = links_of(deployed([unit]), scene.people, 0.0, OFFICERS)
    front = unit.front()
    scene.people.position[front[2:], 1] -= 0.5  # stretched to 1.2 m
    strain_links(links, np.zeros(3, np.float32), owners, scene.people, 0.0, DECIDE, OFFICERS)
    scene.people.position[front] = unit.slots()[:4]
    assert len(links_of(deployed([unit]), scene.people, 1.0, OFFICERS)[0]) == 2
    assert len(links_of(deployed([unit]), scene.people, 10.0, OFFICERS)[0]) == 3, "back in place, they join again"


@pytest.mark.parametrize(("shielded", "limit"), [(True, OFFICERS.link_load), (False, OFFICERS.rope_load)])
def test_a_link_breaks_under_load_for_half_a_second_not_in_a_moment(shielded: bool, limit: float) -> None:
    def links_left(load: float, decisions: int) -> int:
        scene = Scene(open_field(), 4)
        unit = line_of(scene, 4, shielded=shielded)
        links, owners = links_of(deployed([unit]), scene.people, 0.0, OFFICERS)
        loads = np.array([0.0, load, 0.0], np.float32)
        for k in range(decisions):
            strain_links(links, loads, owners, scene.people, k * DECIDE, DECIDE, OFFICERS)
        return len(links_of(deployed([unit]), scene.people, decisions * DECIDE, OFFICERS)[0])

    assert links_left(1.1 * limit, 2) == 3
    assert links_left(1.1 * limit, 4) == 2
    assert links_left(0.9 * limit, 50) == 3


def test_an_advancing_line_moves_as_far_as_told_and_waits_for_nobody_in_particular() -> None:
    scene = Scene(open_field(), 8)
    unit = line_of(scene, 8)
    unit.remaining = 3.0
    run(scene, unit, 12.0)
    assert unit.remaining == 0.0
    assert unit.anchor == pytest.approx((7.0, 6.0))
    np.testing.assert_allclose(scene.people.position[:, 0], 7.0, atol=0.1)


def test_a_withdrawing_line_faces_its_front() -> None:
    scene = Scene(open_field(), 8)
    unit = line_of(scene, 8)
    scene.people.facing[:] = math.pi
    unit.remaining = -2.0
    run(scene, unit, 10.0)
    np.testing.assert_allclose(scene.people.position[:, 0], 12.0, atol=0.1)
    np.testing.assert_allclose(np.cos(scene.people.facing), -1.0, atol=1e-3)


def test_a_line_waits_for_officers_who_cannot_follow() -> None:
    scene = Scene(open_field(), 8)
    unit = line_of(scene, 8)
    unit.remaining = 5.0
    for _ in range(100):  # nobody moves: the ticks are left out
        move_formation(unit, scene.people, 0.0, DECIDE, OFFICERS)
        seat_officers(deployed([unit]), scene.people, 0.0, 0.0, OFFICERS)
    assert 0.2 < 10.0 - unit.anchor[0] < 1.2


def test_an_officer_out_of_his_slot_walks_and_one_near_it_takes_it() -> None:
    scene = Scene(open_field(), 3)
    unit = line_of(scene, 3)
    scene.people.position[:, 0] += (0.5, 2.0, 3.0)
    seat_officers(deployed([unit]), scene.people, 0.0, 0.0, OFFICERS)
    np.testing.assert_array_equal(scene.people.kind, (FORMED, FORMED, OFFICER))
    scene.people.mode[:] = Mode.WALK
    seat_officers(deployed([unit]), scene.people, 0.0, 0.0, OFFICERS)
    np.testing.assert_array_equal(scene.people.kind, (FORMED, OFFICER, OFFICER))


def test_officers_form_up_from_a_heap() -> None:
    """Twelve who stand about form a double rank ten metres away, each in the slot that is his."""
    scene = Scene(open_field(), 12)
    rows = np.arange(12)
    officers(scene, rows)
    unit = Unit("line", "LINE", "dalmas", rows, True, False)
    scene.people.position[:] = grid(1.0, 2.0, 4, 3, 0.9)
    take_formation(unit, scene.people, "bersaf2", (13.0, 7.0), 0.3, 0.0)
    assert sorted(unit.seat.tolist()) == list(range(12))
    run(scene, unit, 25.0)
    away = np.linalg.norm(scene.people.position - unit.slots()[unit.seat], axis=1)
    assert away.max() < 0.1
    assert len(scene.senses.links) == 5


def test_a_hole_torn_into_a_line_is_told_once() -> None:
    scene = Scene(open_field(), 8)
    unit = line_of(scene, 8)
    assert run(scene, unit, 1.0) == []
    lost = unit.front()[3:5]
    told = []
    for k in range(40):  # two officers are dragged away
        scene.people.position[lost, 0] = 16.0
        told += line_events([unit], scene.people, scene.tick, 1.0 + k * DECIDE)
        seat_officers(deployed([unit]), scene.people, 0.0, 0.0, OFFICERS)
    assert [event.kind for event in told] == ["line_breach"]
    assert told[0].time == pytest.approx(1.0 + 3.0, abs=0.5)
    assert told[0].value == pytest.approx(3 * 0.7 - 0.56, abs=0.05)
    assert set(FORMATIONS) >= {unit.formation}
