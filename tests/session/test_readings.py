"""What the criteria are judged by, looked at in small worlds."""

import math

import numpy as np
import pytest
from scenes import grid, room, scenario, tilemap

from crowdsim.behaviour.unit import Advance, Escort, FormUp, MoveTo
from crowdsim.population.roles import Mode, Role, Status
from crowdsim.session.commands import DeclarePhase, GiveOrder, SetBarrier
from crowdsim.session.readings import History
from crowdsim.session.simulation import Simulation


def run(simulation: Simulation, seconds: float) -> dict[str, float]:
    """The readings of the last second."""
    while simulation.time < seconds + 0.02:
        simulation.step()
    return simulation.survey.readings


def look(simulation: Simulation) -> dict[str, float]:
    """The readings of this moment, whatever a test has changed."""
    simulation._look()
    return simulation.survey.readings


def line_of(simulation: Simulation) -> np.ndarray:
    return simulation.units[0].rows


def test_a_line_that_stands_is_closed_and_one_that_walks_there_is_not() -> None:
    simulation = Simulation(scenario(crowd=[], unit=[{**LINE, "start": "staging", "formation": ""}]))
    assert run(simulation, 1.0)["lines"] == 0.0
    simulation.send(GiveOrder("line", FormUp("bersaf1", "line")))
    assert run(simulation, 2.0)["closed_lines"] == 0.0, "the order is under way"
    assert run(simulation, 20.0)["closed_lines"] == 1.0
    assert simulation.survey.readings["closed_shields"] == 1.0
    assert simulation.survey.readings["slot_error"] < 0.3
    assert simulation.survey.readings["in_post"] == 1.0


LINE = {"id": "line", "label": "LINE", "kind": "dalmas", "count": 8, "start": "line", "formation": "bersaf1",
        "role": "shield"}  # fmt: skip


def standing(**spec) -> Simulation:
    simulation = Simulation(scenario(unit=[LINE], **spec))
    run(simulation, 3.0)
    return simulation


def test_a_cordon_far_away_closes_nothing_at_the_front() -> None:
    simulation = Simulation(scenario(crowd=[], unit=[{**LINE, "kind": "tni"}]))
    readings = run(simulation, 3.0)
    assert (readings["lines"], readings["closed_lines"]) == (1.0, 0.0)


def test_a_gap_is_told_with_its_width() -> None:
    simulation = standing(crowd=[])
    assert simulation.survey.readings["widest_gap"] == 0.0
    middle = simulation.units[0].ahead[3:5]
    simulation.people.status[middle] = Status.FALLEN
    gap = look(simulation)["widest_gap"]
    assert 1.3 < gap < 1.8, "two of eight at 0.7 m are gone: 2.1 m less a body of 0.56 m"
    assert simulation.survey.readings["closed_lines"] == 0.0


def test_who_walks_past_a_line_is_counted_and_who_was_always_behind_it_is_not() -> None:
    simulation = standing()
    people, crowd = simulation.people, simulation.crowds[0].rows
    people.position[crowd] = grid(1.0, 1.0, 5, 8, 0.5)
    look(simulation)
    people.position[crowd] = grid(13.0, 2.0, 5, 8, 0.6)  # behind the line at x = 12 m, which faces west
    assert look(simulation)["behind_line"] == 0.0
    people.position[crowd[:3]] = [[10.9, 4.5], [10.9, 5.0], [10.9, 5.5]]
    assert look(simulation)["behind_line"] == 0.0
    people.position[crowd[:2]] = [[13.5, 4.5], [13.5, 5.0]]
    assert look(simulation)["behind_line"] == 2.0
    people.led_by[crowd[0]] = 0
    assert look(simulation)["behind_line"] == 1.0, "who is led through has not come past"


def test_an_officer_away_from_his_slot_is_out_of_it_and_one_who_was_sent_is_not() -> None:
    simulation = standing(crowd=[])
    assert simulation.survey.readings["out_of_slot"] == 0.0
    simulation.people.position[line_of(simulation)[0]] += np.float32(4.5)
    assert look(simulation)["out_of_slot"] == 1.0
    simulation.people.position[line_of(simulation)[0]] -= np.float32(4.5)
    simulation.send(GiveOrder("line", MoveTo("staging")))
    assert run(simulation, 5.0)["out_of_slot"] == 0.0, "they are on their way"


def test_a_line_told_to_stand_elsewhere_does_not_stand_until_it_is_there() -> None:
    simulation = standing(crowd=[])
    simulation.send(GiveOrder("line", FormUp("bersaf1", "yard")))
    assert run(simulation, 4.0)["lines"] == 0.0, "they have not heard it and stand closed at the old place"
    assert run(simulation, 20.0)["lines"] == 1.0


def test_a_line_that_parts_in_the_middle_is_not_closed() -> None:
    simulation = standing(crowd=[])
    front = simulation.units[0].ahead
    apart = np.sign(simulation.people.position[front] - simulation.people.position[front].mean(axis=0))
    simulation.people.position[front] += np.float32(0.4) * apart * (np.float32(0.0), np.float32(1.0))
    readings = look(simulation)
    assert (readings["lines"], readings["closed_lines"]) == (1.0, 0.0)
    assert readings["in_post"] == 1.0


def test_an_escort_has_a_task() -> None:
    simulation = standing(crowd=[])
    simulation.units[0].order = Escort("ketua", "staging")
    simulation.people.position[line_of(simulation)[0]] += np.float32(4.5)
    assert look(simulation)["out_of_slot"] == 0.0


def test_backs_are_turned_by_a_unit_that_walks_off_and_not_by_one_that_stands() -> None:
    simulation = standing()
    people, rows = simulation.people, line_of(simulation)
    people.position[simulation.crowds[0].rows] = grid(8.0, 3.0, 5, 8, 0.5)
    assert look(simulation)["backs_turned"] == 0.0
    people.velocity[rows], people.facing[rows] = (1.0, 0.0), 0.0
    assert look(simulation)["backs_turned"] == 1.0
    people.facing[rows] = math.pi
    assert look(simulation)["backs_turned"] == 0.0, "they step back facing the crowd"


def test_a_pursuit_counts_once() -> None:
    simulation = standing(crowd=[])
    tempers = simulation.incidents.tempers
    tempers.chase_until[line_of(simulation)[0]] = simulation.time + 5.0
    assert look(simulation)["pursuits"] == 1.0
    (event,) = [event for event in simulation.events if event.kind == "pursuit"]
    row = int(line_of(simulation)[0])
    assert (event.rows, event.subject, event.time) == ((row,), "line", simulation.time)
    assert event.position == pytest.approx(tuple(simulation.people.position[row].tolist()))
    assert look(simulation)["pursuits"] == 1.0
    assert sum(event.kind == "pursuit" for event in simulation.events) == 1
    tempers.chase_until[line_of(simulation)[1]] = simulation.time + 5.0
    assert look(simulation)["pursuits"] == 2.0


def test_stages_of_force() -> None:
    simulation = standing()
    assert simulation.survey.readings["force_stage"] == 1.0
    simulation.incidents.said.warnings.append(simulation.time)
    assert look(simulation)["force_stage"] == 2.0
    simulation.send(GiveOrder("line", Advance(3.0)))
    simulation.people.position[simulation.crowds[0].rows] = grid(10.6, 2.6, 2, 20, 0.25)
    assert run(simulation, 6.0)["force_stage"] == 3.0
    assert simulation.survey.readings["dense_ahead"] > 0.0
    simulation.incidents.cloud.canisters.append((10.0, 5.0, simulation.time))
    assert look(simulation)["force_stage"] == 5.0


def test_a_way_out_is_shut_by_a_gate_and_by_officers_who_fill_it() -> None:
    here = room(is_open=True)
    simulation = Simulation(scenario(here, crowd=[{"id": "crowd", "spawn": "staging", "count": 20}], unit=[LINE]))
    readings = run(simulation, 1.0)
    assert (readings["open_exits"], readings["exit_width"]) == (1.0, 10.0)
    people, rows = simulation.people, line_of(simulation)
    people.position[rows] = [(0.25, 1.0 + k) for k in range(8)]
    assert look(simulation)["exit_width"] == pytest.approx(10.0 - 8 * 0.7)
    people.position[rows] = grid(15.0, 6.0, 4, 2, 0.7)
    simulation.send(SetBarrier("gate", False))
    assert run(simulation, 3.0)["open_exits"] == 0.0


def test_a_closed_line_across_the_way_shuts_an_exit_and_one_with_a_gap_does_not() -> None:
    """Three metres before the exit, from wall to wall."""
    here = tilemap(
        20.0, 12.0, walls=[(0.0, 0.0, 10.0, 3.0), (0.0, 9.0, 10.0, 12.0)], zones={"east": (11.0, 1.0, 19.0, 11.0)},
        posts={"across": (3.0, 6.0, 0.0)}, exits={"out": (0.0, 3.0, 0.5, 9.0), "other": (19.5, 0.0, 20.0, 12.0)},
    )  # fmt: skip
    line = {**LINE, "count": 9, "start": "across"}
    simulation = Simulation(scenario(here, crowd=[{"id": "crowd", "spawn": "east", "count": 20}], unit=[line]))
    readings = run(simulation, 3.0)
    assert readings["closed_lines"] == 1.0
    assert (readings["open_exits"], readings["exit_width"]) == (1.0, 12.0)
    middle = simulation.units[0].ahead[3:6]
    simulation.people.position[middle] = [(15.0, 11.0), (15.5, 11.0), (16.0, 11.0)]
    assert (look(simulation)["open_exits"], look(simulation)["exit_width"]) == (2.0, 18.0)


def test_a_chair_is_exposed_when_people_are_near_and_guards_are_not() -> None:
    chair = {"start": "yard"}
    simulation = Simulation(scenario(chair=chair, unit=[LINE]))
    people = simulation.people
    assert look(simulation)["chair_exposed"] == 1.0, "six metres from the crowd's room, alone"
    people.position[line_of(simulation)[:2]] = people.position[people.role == Role.CHAIR] + np.float32(1.0)
    assert look(simulation)["chair_exposed"] == 0.0
    assert "chair_exposed" not in look(Simulation(scenario(unit=[LINE])))


def test_who_lies_for_ten_seconds_is_counted_once() -> None:
    simulation = standing()
    people, row = simulation.people, simulation.crowds[0].rows[0]
    people.status[row], people.down_since[row] = Status.FALLEN, simulation.time - 5.0
    assert look(simulation)["lain"] == 0.0
    people.down_since[row] = simulation.time - 11.0
    assert look(simulation)["lain"] == 1.0
    people.status[row], people.down_since[row] = Status.ACTIVE, np.inf
    assert look(simulation)["lain"] == 1.0


def test_nobody_at_all_has_no_crowd_pressure() -> None:
    assert Simulation(scenario(crowd=[], unit=[])).survey.readings["pressure"] == 0.0


def march_of(simulation: Simulation) -> np.ndarray:
    """A second of a march, all but in step; the rows of those who walk."""
    conduct, rows = simulation._conduct, simulation.crowds[0].rows
    simulation.watch.marched.add("crowd")
    conduct._moves[rows] = (0.5, 0.0)
    conduct._moves[rows[::2]] = (0.55, 0.0)
    assert "pressure_over" not in simulation.survey.readings, "nobody has marched"
    assert look(simulation)["pressure_over"] == 0.0
    simulation.phase = "merah"
    return rows


def test_turbulence_is_measured_against_the_march_of_the_same_run() -> None:
    simulation = standing()
    rows = march_of(simulation)
    simulation._conduct._moves[rows[::2]] = (-1.5, 0.0)
    assert look(simulation)["pressure_over"] > 20.0


def test_crowd_pressure_is_of_the_way_made_in_a_second() -> None:
    """A body that trembles and stays is not thrown about, whatever its velocity is at the moment somebody looks."""
    simulation = standing()
    rows = march_of(simulation)
    simulation.people.velocity[rows[::2]] = (-1.5, 0.0)
    assert look(simulation)["pressure_over"] == 0.0
    before, time = simulation.people.position.copy(), simulation.time
    run(simulation, time + 1.0)
    walked = (simulation.people.position - before) / (simulation.time - time)
    assert simulation._conduct._moves[rows] == pytest.approx(walked[rows], abs=0.05)


def test_who_is_pressed_and_cannot_move_is_under_too_much_of_it() -> None:
    simulation = standing()
    rows = march_of(simulation)
    simulation.people.squeeze[rows[:3]] = 1200.0
    assert look(simulation)["pressure_over"] == 3.0


def test_phases_are_numbers() -> None:
    simulation = standing(crowd=[])
    simulation.send(DeclarePhase("merah"))
    readings = run(simulation, 4.0)
    assert (readings["declared"], readings["due"]) == (2.0, 0.0)


def test_a_second_looked_at_twice_is_kept_once() -> None:
    history = History()
    for time, value in ((0.0, 1.0), (0.0, 2.0), (1.0, 3.0)):
        history.add(time, {"a": value})
    times, values = history.series()["a"]
    assert times.tolist() == [0.0, 1.0] and values.tolist() == [2.0, 3.0]


def test_readings_change_nothing() -> None:
    """They are looked at; nothing a person does follows from them."""
    one, two = (Simulation(scenario(unit=[LINE])) for _ in range(2))
    two._conduct.look = lambda *_: {"due": 0.0, "declared": 0.0}  # type: ignore[method-assign]
    run(one, 4.0)
    run(two, 4.0)
    assert one.hashes == two.hashes


def test_a_world_without_officers_or_exits() -> None:
    simulation = Simulation(scenario(tilemap(20.0, 12.0, zones={"at_gate": (2.0, 2.0, 8.0, 8.0)}), unit=[]))
    readings = run(simulation, 1.0)
    assert (readings["open_exits"], readings["exit_width"]) == (0.0, 0.0)
    assert "in_post" not in readings
    assert (simulation.people.mode != Mode.FORMED).all()


def kinds(simulation: Simulation) -> list[str]:
    return [event.kind for event in simulation.events if event.kind.startswith("line_")]


def test_one_who_comes_past_a_line_is_a_leak_and_three_are_a_breach() -> None:
    simulation = standing()
    people, crowd = simulation.people, simulation.crowds[0].rows
    people.position[crowd] = grid(1.0, 1.0, 5, 8, 0.5)
    people.position[crowd[:3]] = [[10.9, 4.5], [10.9, 5.0], [10.9, 5.5]]
    for second, behind in enumerate((0, 1, 1, 1, 3, 3, 3), 1):
        simulation.tick += 50
        people.position[crowd[:behind]] = np.reshape([[13.5, 4.5], [13.5, 5.0], [13.5, 5.5]][:behind], (behind, 2))
        look(simulation)
        if second == 2:
            assert kinds(simulation) == [], "who has just slipped past has not crossed yet"
    assert kinds(simulation) == ["line_leak", "line_breach"]
    assert simulation.events[-1].cause == "crossed" and simulation.events[-1].value == 3.0


def test_a_line_driven_from_its_slots_has_collapsed_and_one_that_lost_two_has_not() -> None:
    simulation = standing(crowd=[])
    people, rows = simulation.people, line_of(simulation)
    people.position[rows[:2], 0] += 4.0
    for _ in range(4):
        simulation.tick += 50
        look(simulation)
    assert "line_collapse" not in kinds(simulation)
    people.position[rows, 0] += 2.0
    for _ in range(4):
        simulation.tick += 50
        look(simulation)
    assert kinds(simulation).count("line_collapse") == 1
