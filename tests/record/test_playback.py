"""A recording in the window's place of a live session: it can be wound to any moment."""

import pytest
from scenes import room, scenario

from crowdsim.params import Params
from crowdsim.record.playback import Playback
from crowdsim.record.recorder import Recorder, Recording
from crowdsim.session.commands import Inject
from crowdsim.session.simulation import Simulation
from crowdsim.view.source import Branching, Source


@pytest.fixture(scope="module")
def playback(tmp_path_factory: pytest.TempPathFactory) -> Playback:
    """Ten seconds of a push, recorded, and shown paused."""
    path = tmp_path_factory.mktemp("runs") / "run.crowdsim"
    scene = scenario(room(capacity=150.0, toughness=1500.0))
    simulation = Simulation(scene)
    simulation.send(Inject("crowd", "push", "east", "gate", 0.9))
    recorder = Recorder(path, {"dt": 0.02, "title": scene.title})
    recorder.write(simulation.frame(), simulation.events, simulation.journal, simulation.hashes)
    while simulation.time < 10.0:
        recorder.write(simulation.advance(), simulation.events, simulation.journal, simulation.hashes)
    recorder.close()
    shown = Playback(Recording(path), scene.map, Params())
    shown.paused = True
    return shown


def now(source: Source) -> float:
    before, after, blend = source.advance(0.02)
    return before.time + blend * (after.time - before.time)


def test_a_recording_is_wound_to_any_moment_and_stepped_both_ways(playback: Playback) -> None:
    source: Source = playback
    assert source.known == source.duration == pytest.approx(10.0)
    for moment, hold in ((7.0, True), (3.33, True), (0.0, False), (9.95, False), (99.0, False), (5.0, False)):
        source.seek(moment, hold)
        assert now(source) == pytest.approx(min(moment, 10.0))
    source.step(-1)
    assert now(source) == pytest.approx(4.9)
    source.step(-1)
    source.step()
    source.step()
    assert now(source) == pytest.approx(5.0)
    source.seek(0.0)
    source.step(-1)
    assert now(source) == 0.0
    source.seek(10.0)
    source.step()
    assert now(source) == pytest.approx(10.0)
    assert source.events[-1].time > 5.0, "what comes is known"


def test_a_recording_has_no_branches(playback: Playback) -> None:
    assert not isinstance(playback, Branching)


def test_it_plays_on_from_where_it_was_wound_to(playback: Playback) -> None:
    playback.seek(4.0)
    playback.paused = False
    playback.advance(0.5)
    playback.paused = True
    assert now(playback) == pytest.approx(4.5)
