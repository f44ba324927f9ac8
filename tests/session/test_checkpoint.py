"""A checkpoint holds everything: whoever goes on from one does what he would have done without it, to the bit."""

import numpy as np
import pytest
from state import differences

from crowdsim.behaviour.unit import Arrest, Brace, Escort, FormUp
from crowdsim.places import shipped
from crowdsim.session.checkpoint import Checkpoint
from crowdsim.session.commands import (
    Command,
    DeclarePhase,
    GiveManoeuvre,
    GiveOrder,
    Inject,
    SetBarrier,
    SetParam,
    UseTool,
)
from crowdsim.session.portrait import Loads
from crowdsim.session.scenario import load_scenario
from crowdsim.session.simulation import Simulation

# What is sent to the default exercise, s, so that within two minutes everything there is goes on at once.
SENT: list[tuple[float, Command]] = [
    (0.0, Inject("massa", "gather", "depan_gerbang", anger=0.5)),
    (0.0, GiveOrder("lanjut1", FormUp("bersaf2", "gerbang"))),
    (20.0, GiveManoeuvre("lapis_ganti", (("front", "lanjut1"), ("relief", "lanjut2")))),
    (40.0, SetBarrier("gerbang_utama", False)),
    (42.0, Inject("massa", "push", "halaman_depan", "gerbang_utama", 0.9, anger=0.4)),
    (50.0, GiveOrder("tindak", Arrest("violent"))),
    (52.0, UseTool("water", "depan_gerbang", "awc", "jet")),
    (55.0, UseTool("gas", "depan_gerbang", "lanjut2")),
    (56.0, UseTool("warning", "depan_gerbang", "lanjut2")),
    (60.0, SetParam("force.push", 180.0)),
    (61.0, GiveOrder("lanjut3", Brace("gerbang_utama"))),
    (66.0, DeclarePhase("merah")),
    (70.0, GiveOrder("pam", Escort("ketua", "r_aman"))),
]
MOMENTS = (0.0, 24.0, 46.0, 58.0, 75.0, 100.0)
LATER = 30.0  # s


def play(simulation: Simulation, until: float) -> Simulation:
    """Go on, with what is sent."""
    while simulation.time < until - 1e-9:
        for at, command in SENT:
            if abs(at - simulation.time) < 1e-9:
                simulation.send(command)
        simulation.advance()
    return simulation


@pytest.fixture(scope="module")
def whole() -> tuple[Simulation, dict[float, Checkpoint]]:
    """The busy exercise to its end, and the checkpoints taken on the way."""
    simulation = Simulation(load_scenario(shipped("maps", "kpu_kaltara", "sispamkota.toml")), seed=3)
    taken = {}
    for moment in MOMENTS:
        taken[moment] = Checkpoint(play(simulation, moment))
    return play(simulation, MOMENTS[-1] + LATER), taken


def test_the_scene_is_busy(whole: tuple[Simulation, dict[float, Checkpoint]]) -> None:
    """Between the first checkpoint and the last all goes on that a checkpoint could forget."""
    simulation, taken = whole
    events = {e.kind for e in simulation.events if e.time <= MOMENTS[-1]}
    assert {"manoeuvre", "push", "throw", "tool", "warning", "phase"} <= events
    middle = taken[58.0].restore()
    assert middle.grids.gas.any() and middle.incidents.sprays() and len(middle.incidents.missiles.air)
    assert taken[24.0].restore().drill.running and any(
        p.kind == "arrest" for p in taken[75.0].restore().errands.parties
    )


def test_what_is_restored_is_what_was_there_and_goes_on_like_it(
    whole: tuple[Simulation, dict[float, Checkpoint]],
) -> None:
    """Everything reachable is compared at each moment and half a minute later, with a run nobody interrupted."""
    finished, taken = whole
    undisturbed = Simulation(finished.scenario, seed=3)
    again: list[Simulation] = []
    for moment in MOMENTS:
        play(undisturbed, moment)
        restored = taken[moment].restore()
        assert differences(restored, undisturbed) == []
        again.append(play(restored, moment + LATER))
    for simulation in again:
        count = len(simulation.hashes)
        assert simulation.hashes == finished.hashes[:count]
        assert simulation.events == finished.events[: len(simulation.events)]
        assert simulation.journal == finished.journal[: len(simulation.journal)]
        for name, (times, values) in simulation.history.series().items():
            assert values.tolist() == finished.history.series()[name][1][: len(times)].tolist(), name
    assert differences(again[-1], finished) == []
    assert differences(again[-2], play(taken[58.0].restore(), MOMENTS[-2] + LATER)) == []


def test_two_that_go_on_from_one_checkpoint_know_nothing_of_each_other(
    whole: tuple[Simulation, dict[float, Checkpoint]],
) -> None:
    _, taken = whole
    one, other = taken[46.0].restore(), taken[46.0].restore()
    one.people.position[:] = 0.0
    one.grids.gas[:] = 9.0
    one.history.columns.clear()
    one.units[0].rows[:] = 0
    one.send(DeclarePhase("merah"))
    assert differences(other, taken[46.0].restore()) == []


def test_a_checkpoint_shares_what_never_changes(whole: tuple[Simulation, dict[float, Checkpoint]]) -> None:
    """Worlds, maps, parameters and what happened are the same objects; a checkpoint stays a few megabytes small."""
    finished, taken = whole
    restored = taken[100.0].restore()
    assert restored.scenario is finished.scenario and restored.params is finished.params
    assert restored.world is finished.world.with_passable(restored.world.passable)
    assert restored.events[0] is finished.events[0] and restored.journal[0][2] is finished.journal[0][2]
    assert max(point.size for point in taken.values()) < 4e6


def test_what_is_kept_of_loads_does_not_grow_with_the_run() -> None:
    """The last minutes, in flat arrays: or every checkpoint would take longer than the one before."""
    loads, load = Loads(), np.arange(3.0)
    for k in range(5 * 1200):
        loads.add(k / 5, load + k, load, np.zeros((0, 2)))
    times, last, bears = loads.of(2)
    assert len(times) < 5 * 361 and times[-1] == 1199.8 and times[0] < 1199.8 - 180.0
    assert last[-1] == 2.0 + 5999 and last[0] == pytest.approx(2.0 + 5 * times[0]) and (bears == 2.0).all()
