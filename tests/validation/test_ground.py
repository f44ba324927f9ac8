"""The validation's own instruments: crowds in plain geometries, and measures with known answers."""

from pathlib import Path

import numpy as np
import pytest

from crowdsim.problems import InputError
from crowdsim.validation import experiments, recordings
from crowdsim.validation.case import Setting
from crowdsim.validation.ground import Entry, Plan, Track, free_speeds, walk
from crowdsim.validation.measure import flow_10_90, flow_in, in_area, lane_order, mean_speed

CORRIDOR = Plan(free=((0.0, 0.0, 20.0, 2.0),), goals=((19.0, 0.0, 20.0, 2.0),))


def march(speed: float, lateral: list[float], seconds: float = 10.0, fps: float = 10.0) -> Track:
    """People who go along x at one speed, one at each `lateral` m, all from x = -5 m."""
    t = np.arange(round(seconds * fps)) / fps
    position = np.zeros((len(t), len(lateral), 2), np.float32)
    position[:, :, 0] = (-5.0 + speed * t)[:, None]
    position[:, :, 1] = lateral
    return Track(fps, position, np.full(len(lateral), np.nan))


def test_a_lone_walker_keeps_his_speed() -> None:
    entry = Entry(np.array([[1.0, 1.0]]), np.zeros(1), np.zeros(1, np.int32), np.array([1.33]))
    track = walk(CORRIDOR, entry, 30.0, np.random.default_rng(1))
    assert track.finished[0] == pytest.approx(18.0 / 1.33 + 0.37, abs=0.3)
    assert mean_speed(track, (5.0, 0.0, 15.0, 2.0), 0.0, 30.0) == pytest.approx(1.33, abs=0.01)
    assert track.penetrations == 0


def test_people_enter_at_their_time_and_place() -> None:
    entry = Entry(np.array([[1.0, 1.0], [2.0, 0.5]]), np.array([0.0, 3.0]), np.zeros(2, np.int32), np.full(2, 1.0))
    track = walk(CORRIDOR, entry, 6.0, np.random.default_rng(2))
    there = np.isfinite(track.position[:, 1, 0])
    assert track.times[there][0] == pytest.approx(3.0, abs=0.11)
    assert np.allclose(track.position[there][0, 1], (2.0, 0.5), atol=0.1)


def test_an_opening_lets_about_two_people_a_metre_and_second_through() -> None:
    assert 1.6 <= experiments.bottleneck(1.0, seed=7, setting=Setting()) <= 2.35


def test_speed_flow_and_crossings_of_a_known_march() -> None:
    track = march(1.5, [0.0, 1.0, 2.0])
    assert mean_speed(track, (-4.0, -1.0, 4.0, 3.0), 0.0, 10.0) == pytest.approx(1.5, abs=1e-5)
    times = track.crossings(0, 0.0, 1)
    assert times == pytest.approx(5.0 / 1.5, abs=1e-4)
    assert np.isnan(track.crossings(0, 0.0, -1)).all()
    assert flow_in(times, 0.0, 6.0) == pytest.approx(0.5)
    assert flow_10_90(np.arange(0.0, 100.0, 0.5)) == pytest.approx(2.0)
    assert np.isnan(flow_10_90(np.arange(3.0)))


def test_lane_order_of_lanes_and_of_a_mix() -> None:
    lanes = march(0.1, [0.5, 0.5, 0.5, 2.5, 2.5, 2.5])
    assert lane_order(lanes, 0, np.array([0, 0, 0, 1, 1, 1]), 0.0, 9.0, reach=6.0) == pytest.approx(1.0)
    mixed = march(0.1, [1.0, 1.0, 1.0])
    assert lane_order(mixed, 0, np.array([0, 1, 1]), 0.0, 9.0, reach=6.0) < 0.5


def test_nobody_is_in_an_area_while_absent() -> None:
    assert in_area(np.array([[0.5, 0.5], [np.nan, np.nan], [2.0, 0.5]]), (0, 0, 1, 1)).tolist() == [True, False, False]


def test_free_speeds_stay_inside_the_protocol() -> None:
    speed = free_speeds(2000, np.random.default_rng(3))
    assert speed.min() >= 0.7 and speed.max() <= 2.0
    assert speed.mean() == pytest.approx(1.34, abs=0.03)


def test_a_missing_recording_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="PedPy"):
        recordings.load(tmp_path / "no.txt", 16.0, True)
    with pytest.raises(InputError, match="is not a folder"):
        recordings.data_folder(tmp_path / "nowhere")
    (tmp_path / "words.txt").write_text("not a table")
    with pytest.raises(InputError, match="table of numbers"):
        recordings.load(tmp_path / "words.txt", 16.0, True)


def test_a_recordings_clock_runs_from_its_own_zero(tmp_path: Path) -> None:
    """Reference windows count from frame 0 of the camera, entries from the first sample: 48 frames at 16 Hz are 3 s."""
    (tmp_path / "late.txt").write_text("1 48 10 20 170\n1 49 11 20 170\n2 64 50 60 170\n")
    late = recordings.load(tmp_path / "late.txt", 16.0, True)
    first, time, last = late.entries()
    assert late.began == pytest.approx(3.0)
    assert time.tolist() == [0.0, 1.0]
    assert first[0] == pytest.approx((0.10, 0.20)) and last[0] == pytest.approx((0.11, 0.20))
