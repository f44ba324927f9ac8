"""A recording that feeds a window."""

import numpy as np
import pytest
from marches import March

from crowdsim.metrics.criteria import evaluate
from crowdsim.metrics.session import Session
from crowdsim.params import Params
from crowdsim.record.playback import Playback
from crowdsim.record.recorder import Recording
from crowdsim.view.picture import Look
from crowdsim.view.window import Window
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


def test_what_is_plotted_ends_where_it_is(playback: Playback) -> None:
    playback.seek(6.5)
    assert playback.series["gate.load"][0][-1] == 6.0
    assert [event.kind for event in playback.events].count("march") >= 1


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


def test_a_recording_does_not_speak_of_what_is_newer(march: March) -> None:
    recording = Recording(march.run)
    playback = Playback(recording, load_map(recording.map_path), Params())
    window = Window(playback, (640, 360), Look(lang="en", panel=False))
    told: list[str] = []
    lines = window.picture._lines
    window.picture._lines = lambda moment: told.extend(lines(moment)) or []  # type: ignore[method-assign, func-returns-value]
    window.draw(0.1)
    assert not [line for line in told if "newest" in line]


def test_what_was_turned_stands_as_it_did_at_its_second(march: March) -> None:
    """The sliders of the window show what the run was played with."""
    recording = Recording(march.run)
    began = Params().with_value("force.push", 150.0)
    playback = Playback(recording, load_map(recording.map_path), began)
    for second, gap in ((4.0, Params().walk.anticipation), (6.0, 0.3), (1.0, Params().walk.anticipation)):
        playback.seek(second)
        assert playback.params.force.push == 150.0 and playback.params.walk.anticipation == gap
