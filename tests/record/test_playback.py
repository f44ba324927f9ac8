"""A recording in the window's place of a live session: it plays, is wound to any moment, is judged as it goes on."""

import numpy as np
import pytest
from marching import March
from scenes import room, scenario

from crowdsim.metrics.criteria import evaluate
from crowdsim.metrics.session import Session
from crowdsim.params import Params
from crowdsim.record.playback import Playback
from crowdsim.record.recorder import Recorder, Recording
from crowdsim.session.commands import Inject
from crowdsim.session.simulation import Simulation
from crowdsim.view.source import Branching, Source
from crowdsim.world.maps import load_map


@pytest.fixture
def playback(march: March) -> Playback:
    recording = Recording(march.run)
    return Playback(recording, load_map(recording.map_path), Params())


def shown(playback: Playback) -> float:
    """The second it shows."""
    before, after, blend = playback.advance(0.0)
    return before.time + (after.time - before.time) * blend


def test_it_plays_at_the_speed_asked_for_and_ends(playback: Playback) -> None:
    assert shown(playback) == 0.0
    playback.advance(0.25)
    assert shown(playback) == pytest.approx(0.25)
    playback.speed = 8.0
    before, after, _ = playback.advance(0.5)
    assert shown(playback) == pytest.approx(4.25) and (before.time, after.time) == pytest.approx((4.2, 4.3))
    playback.paused = True
    playback.advance(1.0)
    assert shown(playback) == pytest.approx(4.25)
    playback.paused = False
    playback.advance(100.0)
    assert shown(playback) == pytest.approx(16.0) and playback.status().ended


def test_it_is_wound_to_any_second(playback: Playback, march: March) -> None:
    for second in (15.95, 3.3, 0.0, 9.0):
        playback.seek(second)
        before, after, blend = playback.advance(0.0)
        assert shown(playback) == pytest.approx(second, abs=1e-6)
        was = march.frames[int(np.floor(second * 10 + 1e-6))]
        place = before.position + np.float32(blend) * (after.position - before.position)
        assert np.abs(place - was.position).max() < 0.2
    assert playback.known == 16.0


def test_paused_it_steps_frame_by_frame(playback: Playback) -> None:
    playback.paused = True
    playback.seek(5.0)
    playback.step()
    assert shown(playback) == pytest.approx(5.1)
    playback.step()
    assert shown(playback) == pytest.approx(5.2)
    playback.step(-3)
    assert shown(playback) == pytest.approx(4.9)


def test_what_was_recorded_is_judged_second_by_second(march: March) -> None:
    recording = Recording(march.run)
    session = Session.of_recording(recording)
    playback = Playback(recording, load_map(recording.map_path), Params(), session)
    assert playback.standing(3.4) is not None
    for _ in range(5):
        standing = playback.standing(15.0)
    assert standing is not None and standing.time == 15.0
    assert standing.results == evaluate(session.until(15.0))
    early = playback.standing(4.9)
    assert early is not None and early.time == 4.0


@pytest.fixture(scope="module")
def pushed(tmp_path_factory: pytest.TempPathFactory) -> Playback:
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


def test_a_recording_is_wound_to_any_moment_and_stepped_both_ways(pushed: Playback) -> None:
    source: Source = pushed
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


def test_a_recording_has_no_branches(pushed: Playback) -> None:
    assert not isinstance(pushed, Branching)


def test_it_plays_on_from_where_it_was_wound_to(pushed: Playback) -> None:
    pushed.seek(4.0)
    pushed.paused = False
    pushed.advance(0.5)
    pushed.paused = True
    assert now(pushed) == pytest.approx(4.5)
