"""The run file: what was, read back; what a killed run leaves; what is no run file."""

import json
import math
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scenes import room, scenario

from crowdsim import cli
from crowdsim.frame import EVENT_KINDS, Frame, PartyView, UnitView
from crowdsim.metrics.session import Session
from crowdsim.problems import InputError
from crowdsim.record import recorder as recorder_module
from crowdsim.record.keep import Keeper, run_path
from crowdsim.record.recorder import APPLICATION_ID, Recorder, Recording
from crowdsim.record.seconds import Rows, Texts, pack, pack_angle, pack_position, unpack
from crowdsim.record.summary import assessment, summary
from crowdsim.session.commands import encode
from crowdsim.session.simulation import Simulation

SECONDS = 14.0
TIMELINE = [
    {"at": 1.0, "do": "inject", "crowd": "crowd", "wish": "push", "zone": "east", "through": "gate", "share": 0.9,
     "event": "push", "caption": {"id": "Dorong", "en": "Push"}},
    {"at": 6.0, "do": "declare_phase", "phase": "merah", "by": "X"},
]  # fmt: skip
SCENARIO = """
version = 1
title = { id = "Kecil", en = "Small" }
map = "small.tmx"
duration = 60.0
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Simulation, list[Frame], Path]:
    """A run with a push and a breach, all its frames, and the file it wrote."""
    folder = tmp_path_factory.mktemp("runs")
    here = room(capacity=150.0, toughness=1000.0)
    drawn = folder / "small.tmx"
    drawn.write_text("a map", encoding="utf-8")
    object.__setattr__(here, "path", drawn)
    simulation = Simulation(scenario(here, timeline=TIMELINE, unit=[]))
    path = folder / "run.crowdsim"
    keeper = Keeper(path)
    frames = [simulation.frame()]
    keeper(simulation, frames[0])
    while simulation.time < SECONDS - 1e-9:
        frames.append(simulation.advance())
        keeper(simulation, frames[-1])
    keeper.close(summary(simulation, 0.5, 1.0, str(path)))
    return simulation, frames, path


def test_every_frame_comes_back_to_the_millimetre(kept: tuple[Simulation, list[Frame], Path]) -> None:
    _, frames, path = kept
    read = list(Recording(path).frames())
    assert len(read) == len(frames) == 141
    for was, now in zip(frames, read, strict=True):
        assert now.tick == was.tick and now.time == pytest.approx(was.time)
        np.testing.assert_allclose(now.position, was.position, atol=0.00051)
        turned = np.angle(np.exp(1j * (now.facing.astype(float) - was.facing)))
        assert np.abs(turned).max() < 0.013
        np.testing.assert_array_equal(now.status, was.status)
        np.testing.assert_array_equal(now.mode, was.mode)
        assert np.abs(now.squeeze - np.minimum(was.squeeze, 5100.0)).max() <= 20.0
        np.testing.assert_array_equal(now.barrier_state, was.barrier_state)
        np.testing.assert_allclose(now.barrier_load, was.barrier_load, atol=0.06)
        np.testing.assert_allclose(now.barrier_integrity, was.barrier_integrity, atol=1e-4)
        assert (now.phase, now.caption, [o.subject for o in now.openings]) == (
            was.phase, was.caption, [o.subject for o in was.openings]
        )  # fmt: skip
        assert now.readings == pytest.approx(was.readings, abs=1e-3)
        assert now.lines.shape == was.lines.shape
        np.testing.assert_allclose(now.lines[:, :4], was.lines[:, :4], atol=0.051)
        np.testing.assert_allclose(now.lines[:, 4:], was.lines[:, 4:], atol=5.1)
        assert now.legitimacy is not None and was.legitimacy is not None
        np.testing.assert_allclose(now.legitimacy, was.legitimacy, atol=0.0101)
    np.testing.assert_array_equal(read[0].role, frames[0].role)
    np.testing.assert_array_equal(read[0].radius, frames[0].radius)


def test_read_velocities_are_those_of_people(kept: tuple[Simulation, list[Frame], Path]) -> None:
    """Nobody crosses the map in a tenth of a second, wherever reading begins."""
    _, frames, path = kept
    recording = Recording(path)
    for start in (0.0, 3.0, 10.0, 12.3):
        first = next(recording.frames(start))
        assert np.abs(first.velocity).max() < 6.0
        later = recording.frame_at(start + 0.05)
        assert np.abs(later.velocity).max() < 6.0
    wrong, people_moving = [], 0
    for was, now in zip(frames[1:], list(recording.frames())[1:], strict=True):
        moving = np.linalg.norm(was.velocity, axis=1) > 0.5
        people_moving += int(moving.sum())
        wrong += np.linalg.norm(now.velocity - was.velocity, axis=1)[moving].tolist()
    assert people_moving > 100
    assert np.median(wrong) < 0.2


def test_events_journal_and_hashes_come_back(kept: tuple[Simulation, list[Frame], Path]) -> None:
    simulation, _, path = kept
    recording = Recording(path)
    assert {"push", "phase", "breach"} <= {event.kind for event in recording.events}
    assert recording.events == simulation.events
    assert recording.journal() == [(t, n, json.loads(json.dumps(encode(c)))) for t, n, c in simulation.journal]
    assert recording.hashes() == simulation.hashes
    assert len(recording.hashes()) == 7


def test_the_head_says_what_is_needed_to_run_it_again(kept: tuple[Simulation, list[Frame], Path]) -> None:
    simulation, _, path = kept
    meta = Recording(path).meta
    assert meta["seed"] == simulation.seed
    assert meta["fingerprint"] == simulation.scenario.fingerprint
    assert meta["params"]["force"]["push"] == simulation.params.force.push
    assert meta["versions"]["numba"] and meta["versions"]["cpu"]
    assert meta["summary"]["state_hash"] == simulation.state_hash()
    assert sqlite3.connect(path).execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID


def test_a_series_has_a_value_a_second(kept: tuple[Simulation, list[Frame], Path]) -> None:
    simulation, _frames, path = kept
    times, values = Recording(path).series("pushing")
    np.testing.assert_allclose(times, np.arange(SECONDS), atol=1e-9)
    for name, (when, readings) in simulation.history.series().items():
        again = Recording(path).all_series()[name]
        np.testing.assert_allclose(again[0], when, atol=1e-9, err_msg=name)
        np.testing.assert_array_equal(again[1], readings, err_msg=name)
    assert max(values) > 5 and values[0] == 0
    assert Recording(path).series("no such reading") == ([], [])


def test_a_run_file_is_judged_like_the_run_itself(kept: tuple[Simulation, list[Frame], Path]) -> None:
    simulation, _frames, path = kept
    # The scenario of this run was never a file: what its head holds is what a session is read from.
    recording = Recording(path)
    recording.meta["scenario"] = SCENARIO
    again, first = Session.of_recording(recording), Session.of_simulation(simulation)
    assert again.journal == first.journal and again.events == first.events and again.duration == first.duration
    judged = assessment(first)
    assert judged["criteria"]["K25"]["value"] > 1.0 and judged["criteria"]["K30"]["value"] == 1
    assert assessment(again)["criteria"] == judged["criteria"]


@pytest.mark.parametrize("second", [0.0, 0.1, 4.95, 9.999, 10.0, 13.7, 99.0])
def test_a_frame_is_found_by_its_second(kept: tuple[Simulation, list[Frame], Path], second: float) -> None:
    _, frames, path = kept
    found = Recording(path).frame_at(second)
    wanted = max((frame for frame in frames if frame.time <= second + 1e-6), key=lambda frame: frame.tick)
    assert found.tick == wanted.tick
    np.testing.assert_allclose(found.position, wanted.position, atol=0.00051)


def test_a_part_is_that_part(kept: tuple[Simulation, list[Frame], Path]) -> None:
    _, frames, path = kept
    part = list(Recording(path).frames(10.5, 11.0))
    assert [frame.tick for frame in part] == [f.tick for f in frames if 10.5 - 1e-6 <= f.time <= 11.0 + 1e-6]


def test_somebody_set_down_elsewhere_stays_there(kept: tuple[Simulation, list[Frame], Path]) -> None:
    """Two bytes hold 32 m of a move."""
    frame = kept[1][20]
    place = frame.position.copy()
    place[3] += np.float32(70.0)
    moved = replace(frame, tick=frame.tick + 5, position=place)
    blob, rest = pack([frame, moved])
    people = Rows(frame.role, frame.radius, frame.unit)
    again = unpack([frame.tick, moved.tick], blob, rest, people, 0.02, lambda tick: {}, None)
    np.testing.assert_allclose(again[1].position, place, atol=0.00051)
    np.testing.assert_allclose(again[0].position, frame.position, atol=0.00051)


def test_a_run_of_the_format_before_is_still_read(kept: tuple[Simulation, list[Frame], Path], tmp_path: Path) -> None:
    _, frames, path = kept
    older = tmp_path / "older.crowdsim"
    as_version_2(path, older, frames)
    new, old = Recording(path), Recording(older)
    assert (old.version, old.ticks, old.events) == (2, new.ticks, new.events)
    assert old.series("pushing") == new.series("pushing")
    for one, other in zip(new.frames(9.0, 11.0), old.frames(9.0, 11.0), strict=True):
        np.testing.assert_allclose(other.position, one.position, atol=0.00051)
        np.testing.assert_array_equal(other.status, one.status)
        assert (other.tick, other.phase, other.readings.keys()) == (one.tick, one.phase, one.readings.keys())


def as_version_2(new: Path, older: Path, frames: list[Frame]) -> None:
    """The run as the program wrote it that kept every frame by itself."""
    shutil.copy(new, older)
    file = sqlite3.connect(older)
    rows = file.execute("SELECT tick, name, value FROM series").fetchall()
    file.executescript("DROP VIEW series; DROP TABLE readings; DROP TABLE seconds; PRAGMA user_version = 2;")
    file.execute("CREATE TABLE series (tick, name, value)")
    file.execute("CREATE TABLE frames (tick, key, time, people, rest)")
    file.executemany("INSERT INTO series VALUES (?, ?, ?)", rows)
    before = np.zeros((len(frames[0].status), 3), int)
    for k, frame in enumerate(frames):
        now = np.column_stack([pack_position(frame.position), pack_angle(frame.facing)]).astype(int)
        change = now.astype(np.int32) if k % 100 == 0 else (now - before).astype(np.int16)
        small = np.zeros(5 * len(now), np.int8)
        small[: len(now)], small[len(now) : 2 * len(now)] = frame.status, frame.mode
        rest: dict[str, object] = {"links": [], "openings": [], "phase": frame.phase, "caption": frame.caption}
        barriers = (frame.barrier_state, frame.barrier_load, frame.barrier_integrity, frame.barrier_capacity)
        rest["barriers"] = [column.tolist() for column in barriers]
        rest |= {f"reading:{name}": value for name, value in frame.readings.items()}
        told = json.dumps(
            rest if k % 100 == 0 else {"phase": frame.phase} | {n: v for n, v in rest.items() if ":" in n}
        )
        data = (frame.tick, k % 100 == 0, frame.time, zlib.compress(change.tobytes() + small.tobytes()), told)
        file.execute("INSERT INTO frames VALUES (?, ?, ?, ?, ?)", data)
        before = now
    file.commit()
    file.close()


@pytest.mark.parametrize("command", [["report"], ["render"], ["export", "--format", "csv"], ["replay", "--check"]])
def test_a_run_of_a_newer_format_is_refused(
    kept: tuple[Simulation, list[Frame], Path], tmp_path: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    newer = tmp_path / "newer.crowdsim"
    shutil.copy(kept[2], newer)
    with sqlite3.connect(newer) as file:
        file.execute("PRAGMA user_version = 4")
        file.execute("DROP TABLE seconds")  # who knows what it holds
    assert cli.main([*command, str(newer)]) == 2
    told = capsys.readouterr().err
    assert str(newer) in told and "format 4; this program reads up to 3" in told and "Traceback" not in told


@pytest.mark.parametrize("parted", [0, 100, 335])
def test_a_run_that_parts_from_another_holds_what_they_share(
    kept: tuple[Simulation, list[Frame], Path], tmp_path: Path, parted: int
) -> None:
    simulation, frames, path = kept
    shared = Recording(path).meta
    recorder = Recorder(tmp_path / "b.crowdsim", shared, (path, parted))
    for frame in frames[parted // 5 + 1 :]:
        recorder.write(frame, simulation.events, simulation.journal, simulation.hashes)
    recorder.settle()
    recorder.close(branch="B")
    one, other = Recording(path), Recording(tmp_path / "b.crowdsim")
    assert (other.ticks, other.events, other.hashes(), other.meta["branch"]) == (
        one.ticks,
        one.events,
        one.hashes(),
        "B",
    )
    for a, b in zip(one.frames(5.0, 8.0), other.frames(5.0, 8.0), strict=True):
        np.testing.assert_array_equal(a.position, b.position)
        assert (a.tick, a.readings) == (b.tick, b.readings)
    assert one.series("pushing") == other.series("pushing")


def test_a_run_is_ours_while_it_stands_still(kept: tuple[Simulation, list[Frame], Path], tmp_path: Path) -> None:
    """Another window must not take a paused run, which writes nothing, for one that was cut off."""
    path = tmp_path / "c.crowdsim"
    recorder = Recorder(path, Recording(kept[2]).meta)
    recorder.settle()
    other = sqlite3.connect(path, timeout=0.0, isolation_level=None)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    recorder.close()
    other.execute("BEGIN IMMEDIATE")
    other.close()


def test_packing_rounds_to_the_millimetre_and_wraps_angles() -> None:
    position = np.array([[0.0004, 159.9996], [1.2344, 7.0]], np.float32)
    np.testing.assert_array_equal(pack_position(position), [[0, 160000], [1234, 7000]])
    np.testing.assert_array_equal(pack_angle(np.array([0.0, -np.pi / 2, 2 * np.pi, 7 * np.pi])), [0, 192, 0, 128])


def test_what_was_told_before_is_told_again_with_every_second(kept: tuple[Simulation, list[Frame], Path]) -> None:
    """Words kept from one second to the next give the same file as words found anew."""
    rng = np.random.default_rng(5)
    unit = UnitView("u", "U", "dalmas", "hold", "bersaf1", 4, (1.0, 2.0), 0.0, 1.0, 3.0, True)
    frames = []
    for frame in kept[1][:30]:
        k = int(rng.integers(3))  # few values, so that they stay, go and come back
        frames.append(replace(
            frame,
            units=(unit._replace(order=("hold", "form_up", "push")[k], heading=float(k)),),
            lines=np.full((k, 6), 12.34, np.float32),
            facade=np.full((5, 5), 0.5 * int(rng.integers(2)), np.float32),
            parties=(PartyView("arrest", (1.0, 2.0 + k), (3, 4), "u", "held"),) * int(rng.integers(2)),
            phase=("hijau", "kuning", "merah")[k],
        ))  # fmt: skip
    texts: Texts = {}
    for begin in (0, 10, 20):
        part = frames[begin : begin + 10]
        assert pack(part, texts) == pack(part)


class Interrupted:
    """A database in front of which somebody presses Ctrl+C, once, when a statement has been carried out."""

    def __init__(self, database: sqlite3.Connection, after: str) -> None:
        self._database, self._after = database, after

    def __getattr__(self, name: str) -> object:
        done = getattr(self._database, name)
        if not callable(done):
            return done

        def call(statement: str = "", *values: object) -> object:
            found = done(*((statement, *values) if statement else ()))
            if self._after and statement.startswith(self._after):
                self._after = ""
                raise KeyboardInterrupt
            return found

        return call


@pytest.mark.parametrize("after", ["", "INSERT INTO events", "INSERT INTO seconds", "RELEASE", "COMMIT"])
def test_whoever_interrupts_a_run_keeps_all_of_it_once(
    kept: tuple[Simulation, list[Frame], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    """While a second is packed, and after each step of writing it."""
    simulation, frames, _ = kept
    recorder = Recorder(tmp_path / "run.crowdsim", {"dt": 0.02, "title": {}})
    for frame in frames[:40]:
        recorder.write(frame, [], [], [])
    if after:
        recorder._db = Interrupted(recorder._db, after)  # type: ignore[assignment]
        recorder._committed = -math.inf
    else:
        whole = recorder_module.pack

        def interrupted(*given: object) -> object:
            monkeypatch.setattr(recorder_module, "pack", whole)
            raise KeyboardInterrupt

        monkeypatch.setattr(recorder_module, "pack", interrupted)
    with pytest.raises(KeyboardInterrupt):
        recorder.write(frames[40], simulation.events[:1], [], [])
    recorder.close()
    read = Recording(tmp_path / "run.crowdsim")
    assert len(list(read.frames())) == 41 and len(read.events) == 1


def test_a_full_disk_is_told_as_such_and_what_fitted_is_kept(
    kept: tuple[Simulation, list[Frame], Path], tmp_path: Path
) -> None:
    path = tmp_path / "run.crowdsim"
    recorder = Recorder(path, {"dt": 0.02, "title": {}})
    pages = recorder._db.execute("PRAGMA page_count").fetchone()[0]
    recorder._db.execute(f"PRAGMA max_page_count = {pages + 3}")
    with pytest.raises(InputError, match=str(path)):
        for frame in kept[1]:
            recorder.write(frame, [], [], [])
            recorder._committed = -math.inf  # commit with every second
    recorder.close()
    read = list(Recording(path).frames())
    assert 11 <= len(read) < len(kept[1])
    np.testing.assert_allclose(read[-1].position, kept[1][len(read) - 1].position, atol=0.00051)


def test_a_disk_that_is_full_in_the_end_is_told_too(kept: tuple[Simulation, list[Frame], Path], tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "run.crowdsim", {"dt": 0.02, "title": {}})
    recorder.write(kept[1][0], [], [], [])
    recorder.settle()
    recorder._db.execute("PRAGMA max_page_count = 1")
    with pytest.raises(InputError, match=r"run\.crowdsim"):
        recorder.close({"long": "x" * 100_000})
    assert len(list(Recording(tmp_path / "run.crowdsim").frames())) == 1


def test_the_summary_has_every_key_of_the_contract(kept: tuple[Simulation, list[Frame], Path]) -> None:
    simulation, _, path = kept
    result = summary(simulation, 0.5, 2.0, str(path))
    assert set(result) >= {
        "scenario", "map", "seed", "duration_s", "startup_s", "wall_s", "real_time_factor", "people", "officers",
        "threads", "versions", "state_hash", "run_file", "events", "first_event_s", "phases", "gates", "criteria",
        "rules", "score", "injured", "arrested", "peak_density", "peak_squeeze_n", "dispersed_at_s", "health",
    }  # fmt: skip
    assert set(result["events"]) >= set(EVENT_KINDS)
    assert result["events"]["breach"] == 1 and result["events"]["line_leak"] == 0
    assert result["events"]["throw"] == 0 and result["arrested"] == {"offender": 0, "wrongful": 0}
    assert set(result["injured"]) == {"demonstrator", "officer", "bystander"}
    breach = next(event for event in simulation.events if event.kind == "breach")
    assert result["first_event_s"]["breach"] == pytest.approx(breach.time, abs=0.01)
    (gate,) = result["gates"]
    assert gate["id"] == "gate" and gate["state"] == "broken"
    assert gate["opened_at_s"] == pytest.approx(breach.time, abs=0.01)
    assert gate["peak_load_kn_per_m"] > 0.15
    assert result["phases"] == [{"t": 6.0, "declared": "merah", "due": "hijau"}]
    assert set(result["criteria"]) == {f"K{k}" for k in range(1, 33)}
    assert set(result["criteria"]["K1"]) == {"value", "unit", "band", "reason"}
    assert set(result["rules"]) == {f"R{k}" for k in range(1, 13)} and result["rules"]["R1"]["violations"] == 0
    assert set(result["score"]) == {"total", "groups", "cap"}
    assert set(result["health"]) == {"verdict", "max_overlap", "wall_penetrations", "nan", "lost_people", "stuck"}
    assert result["real_time_factor"] == pytest.approx(SECONDS / 2.0)
    assert (result["people"], result["officers"]) == (40, 0)
    json.dumps(result)


# --- what is no run file ---------------------------------------------------------------------------------------------


def another_database(path: Path) -> None:
    sqlite3.connect(path).execute("CREATE TABLE meta (key, value)").connection.close()


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.write_text("hello", encoding="utf-8"),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"SQLite format 3\x00" + bytes(200)),
        another_database,
        lambda path: path.mkdir(),
        lambda path: None,
    ],
    ids=["text", "empty", "broken database", "another database", "folder", "nothing"],
)
def test_what_is_no_run_file_is_said_to_be_none(tmp_path: Path, make: object) -> None:
    path = tmp_path / "x.crowdsim"
    make(path)  # type: ignore[operator]
    with pytest.raises(InputError) as caught:
        Recording(path)
    assert str(path) in str(caught.value) and caught.value.problems[0].mend


def test_a_run_file_cut_in_half_is_said_to_be_none_or_read_up_to_there(
    kept: tuple[Simulation, list[Frame], Path], tmp_path: Path
) -> None:
    data = kept[2].read_bytes()
    path = tmp_path / "half.crowdsim"
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError):
        list(Recording(path).frames())


def test_a_place_that_cannot_be_written_is_said_to_be(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    here = room()
    drawn = tmp_path / "small.tmx"
    drawn.write_text("a map", encoding="utf-8")
    object.__setattr__(here, "path", drawn)
    simulation = Simulation(scenario(here))
    for path in (blocked / "run.crowdsim", tmp_path):
        with pytest.raises(InputError, match="--out"):
            Keeper(path)(simulation, simulation.frame())


def test_runs_of_one_second_do_not_overwrite_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = []
    for _ in range(3):
        path = run_path(scenario(), 5)
        path.touch()
        names.append(path.name)
    assert len(set(names)) == 3
    assert all(name.startswith("small-5-") and name.endswith(".crowdsim") for name in names)


# --- a killed run ----------------------------------------------------------------------------------------------------

ENDLESS = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from scenes import room, scenario
from crowdsim.record.keep import Keeper
from crowdsim.session.simulation import Simulation
here = room()
drawn = Path(sys.argv[1]).with_suffix(".tmx")
drawn.write_text("a map")
object.__setattr__(here, "path", drawn)
simulation = Simulation(scenario(here), threads=1)
keeper = Keeper(Path(sys.argv[1]))
keeper(simulation, simulation.frame())
while True:
    keeper(simulation, simulation.advance())
    print(simulation.tick, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is not of that system")
@pytest.mark.parametrize("after", [0.0, 0.9, 1.6])
def test_a_killed_run_has_lost_a_second_at_most(tmp_path: Path, after: float) -> None:
    """`after` s of wall time. A second of the run or of wall time, whichever is more."""
    path = tmp_path / "killed.crowdsim"
    process = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, str(path), str(Path(__file__).resolve().parents[1])],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )  # fmt: skip
    assert process.stdout is not None
    seen: list[tuple[float, int]] = []  # when it was told, and the tick
    for line in process.stdout:
        seen.append((time.monotonic(), int(line)))
        if seen[-1][0] - seen[0][0] >= after:
            process.send_signal(signal.SIGKILL)
            break
    process.stdout.close()
    process.wait(timeout=30)
    recording = Recording(path)
    lost = [when for when, tick in seen if tick * 0.02 > recording.times[-1] + 1.0]
    assert not lost or seen[-1][0] - lost[0] < 1.0
    frames = list(recording.frames())
    assert len(frames) == len(recording.times) >= (1 if after == 0.0 else 51)
    assert np.isfinite(frames[-1].position).all()
    hashed = [tick for tick, _ in recording.hashes()]
    assert hashed == list(range(100, 100 * len(hashed) + 1, 100)) and (hashed or not after)
    assert "summary" not in recording.meta
