"""The mechanical checks themselves: they find the right force, and they notice a model that is wrong."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from crowdsim import kernels
from crowdsim.params import Params
from crowdsim.record.loads import LinePressure, read_pressure
from crowdsim.step import integrate
from crowdsim.validation import mechanics
from crowdsim.validation.case import Case, Row, Setting, rows_of
from crowdsim.validation.experiments import bottleneck_plan
from crowdsim.validation.ground import Plan
from crowdsim.validation.measure import in_area

CASES = {case.name: case for case in mechanics.CASES}


def with_force(**values: float) -> Setting:
    return Setting(replace(Params(), force=Params().force._replace(**values)))


def lines(case: Case, setting: Setting | None = None) -> dict[str, Row]:
    """The lines of a case with one seed, by quantity."""
    rows = rows_of(case, [case.run(1, setting or Setting())], [1])
    return {row.case.split(": ", 1)[1]: row for row in rows}


# --- line pressure ---------------------------------------------------------------------------------------------------


def test_line_pressure_is_the_force_over_the_length_and_survives_the_file(tmp_path: Path) -> None:
    """Three people lean on 2 m from the south, one beyond its end; long after, the file adds up to their force."""
    line = LinePressure((1.0, 5.0), (3.0, 5.0), stretch=0.25)
    position = np.array([[1.5, 5.2], [2.1, 5.2], [3.05, 5.2]])
    force = np.array([[0.0, -300.0], [50.0, -200.0], [0.0, -100.0]])  # 50 N along the line press on nobody
    for tick in range(500):
        line.feel(position, np.full(3, 0.2), force, 0.02)
        if tick % 100 == 99:
            line.keep(0.02 * (tick + 1))
    line.write(tmp_path / "gate.csv")
    table = read_pressure(tmp_path / "gate.csv")
    assert (tmp_path / "gate.csv").read_text(encoding="utf-8").startswith("time_s,position_m,kn_per_m\n")
    assert table.shape == (5 * 8, 3)
    last = table[table[:, 0] == 10.0]
    assert last[:, 1] == pytest.approx(np.arange(0.125, 2.0, 0.25))
    assert last[:, 2].sum() * 0.25 == pytest.approx(0.6, abs=1e-3)
    # Bodies cover 0.3-0.7 m with 750 N/m, 0.9-1.3 m with 500 N/m and, of the third, the last 0.2 m with 100 N.
    wanted = [0.0, 0.6, 0.6, 0.2, 0.5, 0.1, 0.0, 0.4]
    assert last[:, 2] == pytest.approx(wanted, abs=1e-3)


def test_line_pressure_rises_with_half_a_second() -> None:
    line = LinePressure((0.0, 0.0), (0.0, 1.0), stretch=1.0)
    for _ in range(500):
        line.feel(np.array([[0.2, 0.5]]), np.array([0.2]), np.array([[-800.0, 0.0]]), 0.001)
    assert line.pressure[0] == pytest.approx(800.0 * (1.0 - np.exp(-1.0)), rel=0.01)


def test_a_line_nobody_touched_makes_a_file_without_lines(tmp_path: Path) -> None:
    LinePressure((0.0, 0.0), (1.0, 0.0)).write(tmp_path / "empty.csv")
    assert (tmp_path / "empty.csv").read_text(encoding="utf-8") == "time_s,position_m,kn_per_m\n"


# --- forces ----------------------------------------------------------------------------------------------------------


def test_three_rows_load_the_gate_with_twelve_pushes_and_the_file_says_so(tmp_path: Path) -> None:
    force, mapped = mechanics.pushing_rows(3, 1, Params(), tmp_path / "gate.csv")
    assert force == pytest.approx(1200.0, rel=0.05)
    assert mapped == pytest.approx(force, rel=0.02)
    table = read_pressure(tmp_path / "gate.csv")
    assert table[:, 2].min() >= 0.0
    assert table[-1, 0] == pytest.approx(12.0)


def test_wall_friction_holds_and_notices_none_and_the_wrong_sign() -> None:
    case = CASES["wall_friction"]
    assert all(row.passed for row in lines(case).values())
    assert not lines(case, with_force(friction=0.0))["lost in 2 s"].passed
    assert not lines(case, with_force(friction=-Params().force.friction))["largest gain"].passed


def test_bodies_that_part_keep_the_sum_of_momenta() -> None:
    found = mechanics.momentum(1, Setting())
    assert found["momentum"] <= 1e-5
    assert 0.1 < found["energy, to 1.3 kN"] <= found["energy, to 10 % overlap"]


def test_a_step_that_takes_contacts_as_they_are_gains_energy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what makes it implicit a stiff spring and a long step gain energy: the check must see it."""
    held = integrate.move

    def explicit(order, count, force, resist, *rest):  # type: ignore[no-untyped-def]
        held(order, count, force, np.zeros_like(resist), *rest)

    monkeypatch.setattr(integrate, "move", explicit)
    stiff = with_force(stiffness=1.2e5, damping=0.0)
    assert not lines(CASES["momentum"], stiff)["energy, to 1.3 kN"].passed
    monkeypatch.undo()
    assert lines(CASES["momentum"], stiff)["energy, to 1.3 kN"].passed


def test_relaxation_holds_and_notices_a_walker_held_back() -> None:
    case = CASES["relaxation"]
    assert all(row.passed for row in lines(case).values())
    slow = mechanics.relaxation(1, with_force(max_speed=1.2))
    assert slow["worst"] > 0.02


# --- geometry and crowds ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("turn", "exact"), [((0.0, True), True), ((90.0, False), True), ((45.0, False), False)])
def test_a_turned_plan_has_the_same_free_ground(turn: tuple[float, bool], exact: bool) -> None:
    plan = Plan(free=((0.0, 0.0, 3.0, 2.0), (3.0, 0.5, 5.0, 1.0)), goals=((4.0, 0.5, 4.5, 1.0),))
    here = mechanics.turned(plan, turn)
    area = sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in here.free)
    assert area == pytest.approx(7.0, rel=1e-6 if exact else 0.02)
    points = np.random.default_rng(1).uniform((-1.0, -1.0), (6.0, 3.0), (2000, 2))
    edge = np.abs(points[:, :1] - [0.0, 3.0, 5.0]).min(axis=1), np.abs(points[:, 1:] - [0, 0.5, 1, 2]).min(axis=1)
    points = points[np.minimum(*edge) > 0.05]

    def inside(places: np.ndarray, of: Plan) -> np.ndarray:
        return np.any([in_area(places, rect) for rect in of.free], axis=0)

    np.testing.assert_array_equal(inside(mechanics._turn(points, turn), here), inside(points, plan))
    back = mechanics._turn(mechanics._turn(points, turn), turn, back=True)
    np.testing.assert_allclose(back, points, atol=1e-12)
    x0, y0, x1, y1 = here.goals[0]
    assert ((x0 + x1) / 2, (y0 + y1) / 2) == pytest.approx(mechanics._turn(np.array([4.25, 0.75]), turn).tolist())


def test_turning_by_nothing_is_the_same_map() -> None:
    plan = bottleneck_plan(1.0, 30)
    np.testing.assert_array_equal(mechanics.turned(plan, (0.0, False)).tilemap().solid, plan.tilemap().solid)


def test_a_goal_behind_a_shut_gate_is_walked_up_to_only_where_the_plan_says_so() -> None:
    plan = Plan(((0.0, 0.0, 1.0, 4.0), (0.0, 4.2, 1.0, 6.0)), ((0.0, 5.0, 1.0, 6.0),), ((0.0, 4.0, 1.0, 4.2),))
    assert plan.goal_fields()[0].through == ()
    assert replace(plan, through=True).goal_fields()[0].through == ("b0",)


def test_packed_bodies_neither_overlap_nor_leave() -> None:
    rng = np.random.default_rng(5)
    radius = np.clip(rng.normal(0.175, 0.015, 96), 0.13, 0.22)
    place = mechanics.packed(radius, 4.0, 4.0, rng)
    away = np.hypot(*(place[:, None] - place[None, :]).transpose(2, 0, 1))
    np.fill_diagonal(away, 9.0)
    assert (radius[:, None] + radius[None, :] - away).max() < 0.01
    assert (place > 0.12).all() and (place < 3.88).all()


def test_a_finer_step_decides_as_often() -> None:
    fine = mechanics._finer(Params(), 4).time
    assert fine.dt * fine.walk_every == pytest.approx(Params().time.dt * Params().time.walk_every)


def test_determinism_gives_the_threads_back() -> None:
    before = kernels.numba.get_num_threads()
    found = mechanics.determinism(3, Setting())
    assert found["again"] == 0.0
    assert found["two threads"] == 0.0 or kernels.set_threads(2) == 1
    kernels.set_threads(before)
    assert kernels.numba.get_num_threads() == before


def test_every_line_has_a_measured_number() -> None:
    """The quick cases give each quantity they expect; the gates are V2 and V9."""
    assert {case.gate for case in mechanics.CASES} == {"V2", "V9"}
    for case in mechanics.CASES:
        assert len({expect.quantity for expect in case.expects}) == len(case.expects)
        if case.quick:
            assert all(row.value is not None for row in lines(case).values()), case.name
