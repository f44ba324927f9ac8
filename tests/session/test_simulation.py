"""The simulation as a whole: same seed same bits, commands and timeline, barriers, replay, the ledger."""

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import pytest
from scenes import room, scenario

from crowdsim.behaviour.unit import Advance, Brace, Close, FormUp, MoveTo, Open, Withdraw
from crowdsim.params import Params
from crowdsim.places import shipped
from crowdsim.population.roles import BarrierState, Mode, Role, Status
from crowdsim.session.commands import DeclarePhase, GiveOrder, Inject, SetBarrier, SetParam, decode, encode
from crowdsim.session.scenario import Scenario, load_scenario
from crowdsim.session.simulation import Simulation

PUSH = Inject("crowd", "push", "east", "gate", 0.9)
# A scenario in which much happens in twenty seconds: a push, a breach, a line that is told to advance.
BUSY = [
    {"at": 1.0, "do": "inject", "crowd": "crowd", "wish": "push", "zone": "east", "through": "gate", "share": 0.9},
    {"at": 1.5, "do": "inject", "crowd": "others", "wish": "gather", "zone": "west"},
    {"at": 2.0, "do": "give_order", "unit": "line", "order": {"kind": "form_up", "formation": "bersaf2", "at": "line"}},
    {"at": 3.0, "do": "declare_phase", "phase": "kuning", "by": "X"},
    {"at": 9.0, "do": "set_param", "name": "force.push", "value": 180.0},
    {"when": {"event": "breach", "subject": "gate"}, "do": "give_order", "unit": "line",
     "order": {"kind": "advance", "distance": 1.0}},
    {"when": {"event": "breach"}, "after": 2.0, "do": "declare_phase", "phase": "merah"},
]  # fmt: skip


CROWDS = [{"id": "crowd", "spawn": "at_gate", "count": 40}, {"id": "others", "spawn": "narrow", "count": 8}]


def busy() -> Scenario:
    return scenario(room(capacity=150.0, toughness=1500.0), crowd=CROWDS, timeline=BUSY)


def run(simulation: Simulation, seconds: float) -> Simulation:
    while simulation.time < seconds - 1e-9:
        simulation.step()
    return simulation


def kinds(simulation: Simulation) -> list[str]:
    return [event.kind for event in simulation.events]


# --- determinism -----------------------------------------------------------------------------------------------------


def test_same_seed_same_bits_whatever_the_threads() -> None:
    one, two, again = (run(Simulation(busy(), threads=threads), 20.0) for threads in (1, 2, 2))
    assert "breach" in kinds(one)
    assert one.hashes == two.hashes == again.hashes
    assert len(one.hashes) == 10
    assert one.state_hash() == two.state_hash()
    assert one.events == two.events


def test_another_seed_is_another_run() -> None:
    one, other = (run(Simulation(busy(), seed=seed), 4.0) for seed in (1, 2))
    assert one.state_hash() != other.state_hash()
    assert not np.array_equal(one.people.radius, other.people.radius)


def test_chance_in_decisions_differs_between_seeds() -> None:
    """Bouts of pushing come from the seed, not from a constant."""
    leaning = []
    for seed in (1, 2):
        simulation = run(Simulation(busy(), seed=seed), 4.0)
        leaning.append(simulation.crowds[0].bout.copy())
    assert not np.allclose(leaning[0], leaning[1])


def test_the_default_exercise_is_the_same_with_one_and_two_threads() -> None:
    """Twenty seconds with everybody on the move: the march is called for at once."""
    loaded = load_scenario(shipped("maps", "kpu_kaltara", "sispamkota.toml"))
    found = []
    for threads, seed in ((1, 1), (2, 1), (2, 2)):
        simulation = Simulation(loaded, seed, threads)
        simulation.send(Inject("massa", "gather", "depan_gerbang"))
        simulation.send(GiveOrder("lanjut1", FormUp("bersaf2", "gerbang")))
        run(simulation, 20.0)
        found.append(simulation.hashes)
        assert simulation.lost_people == 0
    assert found[0] == found[1]
    assert found[0][-1] != found[2][-1]


def test_looking_changes_nothing() -> None:
    one, other = Simulation(busy()), Simulation(busy())
    while one.time < 4.0:
        one.step()
        other.step()
        frame = other.frame()
        frame.position[:] = 0.0  # a copy: whoever scribbles on it hurts nobody
        _ = other.verdict, other.state_hash()
    assert one.state_hash() == other.state_hash()


def test_a_frame_is_of_its_moment() -> None:
    simulation = Simulation(busy())
    first = simulation.advance()
    before = first.position.copy()
    run(simulation, 5.0)
    np.testing.assert_array_equal(first.position, before)
    assert first.tick == 5 and first.time == pytest.approx(0.1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.tick = 3  # type: ignore[misc]


def test_the_journal_leads_to_the_same_bits() -> None:
    """Without its timeline, fed the commands of the journal at their ticks, a simulation does the same again."""
    first = Simulation(busy())
    run(first, 7.0)
    first.send(SetBarrier("gate", False))  # a click, besides the timeline
    first.send(GiveOrder("line", Brace("gate")))
    run(first, 20.0)
    assert {type(command) for _, _, command in first.journal} >= {Inject, DeclarePhase, GiveOrder, SetParam, SetBarrier}
    again = Simulation(busy(), timeline=False)
    left = [(tick, decode(encode(command))) for tick, _, command in first.journal]
    while again.time < 20.0 - 1e-9:
        while left and left[0][0] == again.tick:
            again.send(left.pop(0)[1])
        again.step()
    assert not left
    assert again.hashes == first.hashes
    assert again.state_hash() == first.state_hash()
    assert again.events == first.events


def test_a_journal_is_stamped_in_order() -> None:
    simulation = run(Simulation(busy()), 20.0)
    stamps = [(tick, sequence) for tick, sequence, _ in simulation.journal]
    assert stamps == sorted(stamps) and len(set(stamps)) == len(stamps)
    assert stamps[0][0] == 50, "one second of 0.02 s ticks"


# --- commands --------------------------------------------------------------------------------------------------------


def test_a_command_acts_at_the_next_tick() -> None:
    simulation = run(Simulation(scenario()), 1.0)
    simulation.send(DeclarePhase("merah", "X"))
    assert simulation.phase == "hijau"
    simulation.step()
    assert simulation.phase == "merah"
    assert simulation.journal[-1][0] == 50
    assert kinds(simulation) == ["phase"]


def test_a_parameter_changes_whole_or_not_at_all() -> None:
    simulation = Simulation(scenario())
    simulation.send(SetParam("force.push", 222.0))
    simulation.step()
    assert simulation.params.force.push == 222.0
    with pytest.raises(ValueError, match="5000 is outside"):
        simulation.send(SetParam("force.push", 5000.0))
    with pytest.raises(ValueError, match="fixed"):
        simulation.send(SetParam("time.dt", 0.01))
    simulation.step()
    assert simulation.params.force.push == 222.0
    assert len(simulation.journal) == 1


def test_the_timeline_fires_at_its_second_and_on_its_event() -> None:
    simulation = run(Simulation(busy()), 25.0)
    breach = next(event for event in simulation.events if event.kind == "breach")
    assert breach.subject == "gate"
    phases = [(event.subject, event.time) for event in simulation.events if event.kind == "phase"]
    assert phases[0] == ("kuning", 3.0)
    assert phases[1][0] == "merah"
    assert phases[1][1] == pytest.approx(breach.time + 2.0, abs=0.05)
    advanced = [tick for tick, _, command in simulation.journal if command == GiveOrder("line", Advance(1.0))]
    assert len(advanced) == 1
    assert 0.0 < advanced[0] * 0.02 - breach.time < 0.05


def test_the_timeline_waits_for_an_event_that_does_not_come() -> None:
    simulation = run(Simulation(scenario(room(capacity=1e6), crowd=CROWDS, timeline=BUSY)), 15.0)
    assert [event.subject for event in simulation.events if event.kind == "phase"] == ["kuning"]


def test_a_subject_is_minded() -> None:
    timeline = [{"when": {"event": "phase", "subject": "merah"}, "do": "set_barrier", "barrier": "gate", "open": True}]
    simulation = Simulation(scenario(timeline=timeline))
    for phase, state in (("kuning", BarrierState.CLOSED), ("merah", BarrierState.OPEN)):
        simulation.send(DeclarePhase(phase))
        run(simulation, simulation.time + 0.2)
        assert simulation.barriers.state[0] == state


# --- barriers --------------------------------------------------------------------------------------------------------


def test_a_gate_opened_on_purpose_lets_people_through() -> None:
    simulation = Simulation(scenario(unit=[]))
    simulation.send(Inject("crowd", "gather", "east"))
    simulation.send(SetBarrier("gate", True))
    run(simulation, 30.0)
    people = simulation.people
    assert (people.position[:, 0] > 10.5).sum() == 40
    assert simulation.barriers.state[0] == BarrierState.OPEN
    assert simulation.barriers.integrity[0] == 1.0
    assert "breach" not in kinds(simulation)


def test_a_shut_gate_keeps_everybody_out() -> None:
    simulation = Simulation(scenario(unit=[]))
    simulation.send(Inject("crowd", "gather", "east"))
    run(simulation, 15.0)
    assert (simulation.people.position[:, 0] < 10.0).all()


def test_a_gate_told_to_shut_waits_until_nobody_stands_between_its_leaves() -> None:
    simulation = Simulation(scenario(room(is_open=True), unit=[], crowd=[{"id": "c", "spawn": "west", "count": 1}]))
    simulation.people.position[0] = 10.25, 5.0
    simulation.send(SetBarrier("gate", False))
    run(simulation, 3.0)
    assert simulation.barriers.state[0] == BarrierState.OPEN
    assert simulation.world.is_free(simulation.people.position).all()
    simulation.people.position[0] = 12.0, 5.0
    run(simulation, 3.5)
    assert simulation.barriers.state[0] == BarrierState.CLOSED
    assert simulation.world.passable == (False,)
    assert simulation.survey.health.wall_penetrations == 0


def test_a_gate_told_to_open_while_it_waits_to_shut_stays_open() -> None:
    simulation = Simulation(scenario(room(is_open=True), unit=[], crowd=[{"id": "c", "spawn": "west", "count": 1}]))
    simulation.people.position[0] = 10.25, 5.0
    for is_open in (False, True):
        simulation.send(SetBarrier("gate", is_open))
        run(simulation, simulation.time + 1.0)
    simulation.people.position[0] = 12.0, 5.0
    run(simulation, 4.0)
    assert simulation.barriers.state[0] == BarrierState.OPEN


def breached_at(share: float, push: float, capacity: float = 300.0, limit: float = 40.0) -> float:
    simulation = Simulation(scenario(room(capacity=capacity, toughness=2000.0), unit=[]))
    simulation.send(SetParam("force.push", push))
    simulation.send(dataclasses.replace(PUSH, share=share))
    while simulation.time < limit and "breach" not in kinds(simulation):
        simulation.step()
    return next((event.time for event in simulation.events if event.kind == "breach"), math.inf)


def test_a_gate_falls_to_the_crowd_not_to_the_clock() -> None:
    """Harder pushes break it sooner, weak ones and nobody never: the same gate, the same people, the same seed."""
    hard, mild = breached_at(0.9, 250.0), breached_at(0.9, 140.0)
    assert hard < mild < 40.0
    assert mild > 1.15 * hard
    assert breached_at(0.9, 30.0) == math.inf
    assert breached_at(0.0, 250.0) == math.inf
    assert breached_at(0.9, 250.0, capacity=5000.0) == math.inf


def test_a_breach_opens_the_world_and_people_go_through() -> None:
    simulation = Simulation(scenario(room(capacity=150.0, toughness=1500.0), unit=[]))
    simulation.send(PUSH)
    run(simulation, 45.0)
    assert simulation.barriers.state[0] == BarrierState.BROKEN
    assert simulation.world.passable == (True,)
    assert (simulation.people.position[:, 0] > 10.5).sum() > 20
    assert [opening.subject for opening in simulation.frame().openings] == ["gate"]
    simulation.send(SetBarrier("gate", False))
    run(simulation, 46.0)
    assert simulation.barriers.state[0] == BarrierState.BROKEN, "what is broken cannot be shut"


def test_officers_who_brace_a_gate_hold_it() -> None:
    """The crowd that breaks the gate does not break it while six men lean on it."""

    def end(brace: bool) -> Simulation:
        line = {"id": "line", "label": "L", "kind": "d", "count": 6, "start": "line", "formation": "bersaf1"}
        simulation = Simulation(scenario(room(capacity=150.0, toughness=1500.0), unit=[line]))
        if brace:
            simulation.send(GiveOrder("line", Brace("gate")))
        run(simulation, 8.0)
        simulation.send(dataclasses.replace(PUSH, share=0.3))
        return run(simulation, 40.0)

    braced, free = end(True), end(False)
    assert free.barriers.state[0] == BarrierState.BROKEN
    assert braced.barriers.state[0] != BarrierState.BROKEN
    width = braced.barriers.width[0]
    assert braced.barriers.brace[0] * width == pytest.approx(
        6 * braced.params.officers.brace * braced.params.officers.barrier_share
    )
    assert free.barriers.brace[0] == 0.0


# --- orders ----------------------------------------------------------------------------------------------------------


def in_slots(simulation: Simulation) -> float:
    rows = simulation.units[0].rows
    away = np.linalg.norm(simulation.people.position[rows] - simulation.people.slot[rows], axis=1)
    return float(away.max())


@pytest.mark.parametrize(
    ("order", "check"),
    [
        (FormUp("bersaf2", "yard"), lambda sim: abs(sim.people.position[sim.units[0].rows].mean(0)[0] - 15.4) < 0.3),
        (FormUp("bersaf1", "yard", 0.5 * math.pi), lambda sim: np.ptp(sim.people.position[sim.units[0].rows, 1]) < 0.2),
        (MoveTo("staging"), lambda sim: (sim.people.position[sim.units[0].rows, 1] < 4.0).all()),
        (Advance(1.0), lambda sim: abs(sim.people.position[sim.units[0].rows, 0].mean() - 11.0) < 0.1),
        (Withdraw(2.0), lambda sim: abs(sim.people.position[sim.units[0].rows, 0].mean() - 14.0) < 0.1),
        (Open(2.0), lambda sim: np.diff(np.sort(sim.people.position[sim.units[0].rows, 1])).max() > 2.5),
    ],
    ids=["form up", "form up facing south", "move to", "advance", "withdraw", "open"],
)
def test_a_unit_does_what_it_is_told(order: object, check: Callable[[Simulation], bool]) -> None:
    simulation = Simulation(scenario(crowd=[]))
    simulation.send(GiveOrder("line", order))  # type: ignore[arg-type]
    run(simulation, 20.0)
    assert check(simulation)
    assert in_slots(simulation) < 0.15
    assert (simulation.people.mode == Mode.FORMED).all()
    assert simulation.frame().units[0].in_slot == 1.0


def test_a_line_that_opened_closes_again() -> None:
    simulation = Simulation(scenario(crowd=[]))
    before = np.sort(simulation.people.position[:, 1])
    for order in (Open(2.0), Close()):
        simulation.send(GiveOrder("line", order))
        run(simulation, simulation.time + 8.0)
    np.testing.assert_allclose(np.sort(simulation.people.position[:, 1]), before, atol=0.1)


@pytest.mark.parametrize("order", [Open(2.0), Close()])
def test_a_unit_standing_in_a_zone_stays_there_when_told_to_open_or_close(order: object) -> None:
    simulation = Simulation(scenario(crowd=[]))
    simulation.send(GiveOrder("line", MoveTo("staging")))
    run(simulation, 15.0)
    simulation.send(GiveOrder("line", order))  # type: ignore[arg-type]
    run(simulation, 25.0)
    x, y = simulation.people.position.mean(axis=0)
    assert 11.0 < x < 19.5 and y < 5.0
    assert in_slots(simulation) < 0.2


def test_a_post_before_a_wall_seats_nobody_in_it() -> None:
    """A line longer than the room: slots in walls move to free ground or their officers stand before them."""
    simulation = Simulation(
        scenario(crowd=[], unit=[{"id": "line", "label": "L", "kind": "d", "count": 12, "start": "east"}])
    )
    simulation.send(GiveOrder("line", FormUp("bersaf1", "line")))
    run(simulation, 15.0)
    assert simulation.world.is_free(simulation.people.position).all()
    assert simulation.survey.health.wall_penetrations == 0


# --- the ledger ------------------------------------------------------------------------------------------------------


def test_nobody_is_lost_when_people_come_and_go() -> None:
    simulation = Simulation(
        scenario(
            room(is_open=True),
            crowd=[
                {"id": "crowd", "spawn": "at_gate", "count": 30},
                {"id": "late", "spawn": "narrow", "count": 8, "arrive": 2.0},
            ],
            unit=[],
        )
    )
    assert simulation.entered == 30
    assert simulation.frame().readings["present"] == 30
    for crowd in ("crowd", "late"):
        simulation.send(Inject(crowd, "leave", exits=("out",)))
    seen = set()
    while simulation.time < 25.0:
        simulation.step()
        assert simulation.lost_people == 0
        seen.add(simulation.left)
    assert simulation.entered == 38
    assert simulation.left == 38 and len(seen) > 10
    assert (simulation.people.status == Status.LEFT).all()
    assert simulation.verdict == "valid"


def test_the_late_do_not_enter_on_top_of_others() -> None:
    simulation = Simulation(
        scenario(
            crowd=[
                {"id": "crowd", "spawn": "narrow", "count": 12},
                {"id": "late", "spawn": "narrow", "count": 4, "arrive": 1.0},
            ],
            unit=[],
        )
    )
    run(simulation, 10.0)
    here = simulation.people.position[simulation.people.active]
    apart = np.linalg.norm(here[:, None] - here[None], axis=2) + 9.0 * np.eye(len(here))
    assert apart.min() > 0.3
    assert simulation.lost_people == 0


def test_roles_and_counts_are_the_scenarios() -> None:
    simulation = Simulation(
        scenario(crowd=[{"id": "crowd", "spawn": "west", "count": 50, "provocateurs": 4, "delegates": 3}])
    )
    role = simulation.people.role
    assert [(role == r).sum() for r in (Role.DEMONSTRATOR, Role.PROVOCATEUR, Role.DELEGATE, Role.SHIELD)] == [
        43,
        4,
        3,
        8,
    ]
    temper = simulation.people.temper
    assert temper[role == Role.PROVOCATEUR].min() > temper[role == Role.DEMONSTRATOR].max()
    assert simulation.officer_count == 8 and simulation.entered == 58


def test_bodies_differ_and_stay_inside_their_bounds() -> None:
    simulation = Simulation(scenario(crowd=[{"id": "crowd", "spawn": ["west", "east"], "count": 300}], unit=[]))
    people = simulation.people
    assert 0.13 <= people.radius.min() < people.radius.max() <= 0.22
    assert people.radius.mean() == pytest.approx(0.175, abs=0.003)
    assert 0.7 <= people.desired_speed.min() < people.desired_speed.max() <= 2.0
    apart = np.linalg.norm(people.position[:, None] - people.position[None], axis=2) + 9.0 * np.eye(300)
    assert apart.min() > 0.4, "nobody starts inside somebody"
    assert simulation.world.is_free(people.position).all()


# --- health ----------------------------------------------------------------------------------------------------------


def test_a_nan_and_a_body_in_a_wall_are_found_out() -> None:
    simulation = Simulation(scenario(unit=[]))
    run(simulation, 1.5)
    assert simulation.verdict == "valid"
    simulation.people.position[0] = 10.2, 1.0
    run(simulation, 3.1)
    assert simulation.survey.health.wall_penetrations > 0
    assert simulation.verdict == "invalid"
    other = Simulation(scenario(unit=[]))
    run(other, 1.5)
    other.people.position[0] = np.nan
    run(other, 3.1)
    assert other.survey.health.nan > 0 and other.verdict == "invalid"


def test_people_pressed_into_each_other_make_a_run_doubtful() -> None:
    """A press beyond what bodies bear: the run says that its densities cannot be trusted."""
    params = Params().with_value("force.push", 400.0).with_value("force.stiffness", 1.0e4)
    spec = {"crowd": [{"id": "crowd", "spawn": "at_gate", "count": 90}], "unit": []}
    simulation = Simulation(scenario(room(capacity=1e6), params, **spec))
    simulation.send(dataclasses.replace(PUSH, share=1.0))
    run(simulation, 15.0)
    assert simulation.survey.health.max_overlap > 0.1
    assert simulation.verdict == "doubtful"


def test_squeeze_and_density_of_a_press_are_of_the_right_size() -> None:
    simulation = Simulation(
        scenario(room(capacity=1e6), crowd=[{"id": "crowd", "spawn": "at_gate", "count": 90}], unit=[])
    )
    calm = run(Simulation(scenario(room(capacity=1e6), unit=[])), 5.0)
    simulation.send(dataclasses.replace(PUSH, share=1.0))
    run(simulation, 15.0)
    assert 4.0 < simulation.survey.peak_density < 11.0
    assert 300.0 < simulation.survey.peak_squeeze < 4000.0
    assert calm.survey.peak_squeeze < 100.0
