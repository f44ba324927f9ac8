"""What PedPy and JuPedSim measure on an exported run is what the run itself measures."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from marches import March

from crowdsim import cli
from crowdsim.population.roles import Role, Status
from crowdsim.record.recorder import Recording
from crowdsim.validation.ground import Track
from crowdsim.validation.measure import voronoi_density

pedpy = pytest.importorskip("pedpy")
shapely = pytest.importorskip("shapely")


@pytest.fixture(scope="session")
def exported(march: March, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The run in every format, as the command line writes it."""
    folder = tmp_path_factory.mktemp("exports")
    files = {}
    for kind in ("jupedsim", "pedpy", "csv", "parquet"):
        files[kind] = folder / f"march.{kind}"
        assert cli.main(["export", str(march.run), "--format", kind, "--out", str(files[kind]), "--quiet"]) == 0
    return files


def loaded(kind: str, file: Path) -> Any:
    """PedPy's trajectories of a file."""
    import pandas

    if kind == "jupedsim":
        return pedpy.load_trajectory_from_jupedsim_sqlite(trajectory_file=file)
    if kind == "pedpy":
        return pedpy.load_trajectory(trajectory_file=file)
    rows = pandas.read_csv(file) if kind == "csv" else pandas.read_parquet(file)
    return pedpy.TrajectoryData(data=rows[["id", "frame", "x", "y"]], frame_rate=10.0)


def area_of(kind: str, file: Path) -> Any:
    """The ground a file comes with."""
    if kind == "jupedsim":
        return pedpy.load_walkable_area_from_jupedsim_sqlite(trajectory_file=file)
    if kind == "parquet":
        parquet = pytest.importorskip("pyarrow.parquet")
        return pedpy.WalkableArea(parquet.read_schema(file).metadata[b"ground"].decode())
    return pedpy.WalkableArea(file.with_suffix(".wkt").read_text())


def own(march: March) -> Track:
    """The run as it was, not as it was recorded."""
    position = np.array([frame.position for frame in march.frames])
    status = np.array([frame.status for frame in march.frames])
    position[(status != Status.ACTIVE) & (status != Status.FALLEN)] = np.nan
    return Track(10.0, position, np.zeros(position.shape[1]))


@pytest.mark.parametrize("kind", ["jupedsim", "pedpy", "csv", "parquet"])
def test_pedpy_measures_what_the_run_itself_measures(march: March, exported: dict[str, Path], kind: str) -> None:
    data, area, track = loaded(kind, exported[kind]), area_of(kind, exported[kind]), own(march)
    assert data.frame_rate == 10.0
    assert pedpy.is_trajectory_valid(traj_data=data, walkable_area=area)

    # N(t) across a line in the way of the crowd.
    crowd = np.flatnonzero(march.frames[0].role == Role.DEMONSTRATOR)
    went = np.nanmean(track.position[-1, crowd] - track.position[0, crowd], axis=0)
    axis = int(np.abs(went).argmax())
    at = float(np.nanmean(track.position[0, crowd, axis]) + 0.5 * went[axis])
    ends = [(at, -500.0), (at, 500.0)] if axis == 0 else [(-500.0, at), (500.0, at)]
    counted, _ = pedpy.compute_n_t(traj_data=data, measurement_line=pedpy.MeasurementLine(ends))
    beyond = track.position[:, :, axis] > at
    there = np.isfinite(track.position[1:, :, 0]) & np.isfinite(track.position[:-1, :, 0])
    crossed = np.logical_or.accumulate((beyond[1:] != beyond[:-1]) & there, axis=0).sum(axis=1)
    ours = np.concatenate([[0], crossed])
    theirs = counted["cumulative_pedestrians"].to_numpy()
    assert ours[-1] > 10, "the crowd went across"
    assert np.abs(theirs - ours).max() <= 1 and theirs[159] == ours[159], "PedPy leaves the last step of all out"

    # Mean speed.
    speed = pedpy.compute_individual_speed(
        traj_data=data, frame_step=2, speed_calculation=pedpy.SpeedCalculation.BORDER_EXCLUDE
    )["speed"].mean()
    assert speed == pytest.approx(np.nanmean(track.speed(0.2)), rel=0.01)


@pytest.mark.parametrize("kind", ["jupedsim", "pedpy"])
def test_pedpy_finds_the_same_voronoi_density(march: March, exported: dict[str, Path], kind: str) -> None:
    data, area, track = loaded(kind, exported[kind]), area_of(kind, exported[kind]), own(march)
    crowd = np.flatnonzero(march.frames[0].role == Role.DEMONSTRATOR)
    x, y = np.nanmedian(track.position[0, crowd], axis=0).tolist()
    square = (x - 3.0, y - 3.0, x + 3.0, y + 3.0)
    rows = data.data[(data.data.frame % 5 == 0) & (data.data.frame <= 60)]
    rows = rows.assign(frame=rows.frame // 5)  # a frame nobody is in counts as empty
    cells = pedpy.compute_individual_voronoi_polygons(
        traj_data=pedpy.TrajectoryData(data=rows[["id", "frame", "x", "y"]], frame_rate=2.0),
        walkable_area=area,
        cut_off=pedpy.Cutoff(radius=0.8, quad_segments=3),
    )
    density, _ = pedpy.compute_voronoi_density(
        individual_voronoi_data=cells, measurement_area=pedpy.MeasurementArea(shapely.box(*square))
    )
    ours = voronoi_density(track, [(0.0, 0.0, 160.0, 120.0)], square, 0.0, 6.0)
    assert ours > 0.25
    assert density["density"].mean() == pytest.approx(ours, rel=0.01)


def test_jupedsim_opens_it(march: March, exported: dict[str, Path]) -> None:
    recording = pytest.importorskip("jupedsim.recording").Recording(str(exported["jupedsim"]))
    assert (recording.num_frames, recording.fps) == (161, 10.0)
    frame = recording.frame(160)
    there = np.flatnonzero(march.frames[160].status == Status.ACTIVE)
    assert [agent.id for agent in frame.agents] == there.tolist()
    assert len(recording.frame(79).agents) == 156, "who has yet to come is not there"
    places = np.array([agent.position for agent in frame.agents])
    np.testing.assert_allclose(places, march.frames[160].position[there], atol=0.0006)
    assert recording.geometry_id_for_frame(0) != recording.geometry_id_for_frame(160), "the gate has shut"


def test_our_own_tables_lie_beside_the_trajectories(march: March, exported: dict[str, Path]) -> None:
    file = sqlite3.connect(exported["jupedsim"])
    grounds = dict(file.execute("SELECT hash, wkt FROM geometry"))
    used = file.execute("SELECT geometry_hash, MIN(frame), MAX(frame) FROM frame_data GROUP BY 1 ORDER BY 2").fetchall()
    (opened, _, last), (shut, first, _) = used
    assert last + 1 == first == 43, "told to shut at 4.1 s, it does with the next decision, at 4.2 s"
    shut_ground, open_ground = shapely.from_wkt(grounds[shut]), shapely.from_wkt(grounds[opened])
    assert shut_ground.is_valid and open_ground.is_valid and open_ground.area > shut_ground.area
    roles = dict(file.execute("SELECT role, COUNT(*) FROM people GROUP BY role"))
    assert roles == {"demonstrator": 153, "shield": 6}
    assert file.execute("SELECT id, label, count FROM units").fetchall() == [("lanjut1", "LANJUT 1", 6)]
    kinds = [kind for (kind,) in file.execute("SELECT kind FROM events ORDER BY t")]
    assert kinds == [event.kind for event in Recording(march.run).events] and "march" in kinds
    present = file.execute("SELECT value FROM series WHERE name = 'present' ORDER BY t").fetchall()
    assert present[:8] == [(156.0,)] * 8 and present[-1] == (159.0,), "three come later"
    file.close()


def frames_of(file: Path) -> tuple[str, np.ndarray]:
    """How the frames came about, and the place of person 3 in each."""
    with sqlite3.connect(file) as database:
        (told,) = database.execute("SELECT value FROM metadata WHERE key = 'crowdsim'").fetchone()
        rows = database.execute("SELECT pos_x, pos_y FROM trajectory_data WHERE id = 3 ORDER BY frame").fetchall()
    database.close()
    return told, np.array(rows)


@pytest.mark.parametrize(
    ("fps", "how", "count"), [("5", "recorded", 81), ("25", "simulated again", 401), ("30", "interpolated", 481)]
)
def test_any_rate(
    march: March, tmp_path: Path, fps: str, how: str, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.sqlite"
    assert cli.main(["export", str(march.run), "--fps", fps, "--out", str(file), "--quiet"]) == 0
    told, places = frames_of(file)
    assert f'"frames": "{how}"' in told and len(places) == count
    assert ("interpolated" in capsys.readouterr().err) == (how == "interpolated"), "it says so"
    every = {"5": (1, 2), "25": (5, 2), "30": (3, 1)}[fps]  # frames of the file, frames of the recording
    recorded = np.array([frame.position[3] for frame in march.frames])[:: every[1]]
    np.testing.assert_allclose(places[:: every[0]], recorded, atol=0.0006)
    middle = march.frames[100].position[3] - march.frames[99].position[3]
    assert np.abs(middle).max() > 0.03, "he walks"


def test_what_comes_to_other_bits_is_interpolated_and_said_to_be(
    march: March, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = tmp_path / "changed.crowdsim"
    shutil.copy(march.run, changed)
    with sqlite3.connect(changed) as file:
        file.execute("UPDATE hashes SET hash = 'x' WHERE tick = 400")
    file.close()
    out = tmp_path / "x.sqlite"
    assert cli.main(["export", str(changed), "--fps", "50", "--out", str(out), "--quiet"]) == 0
    told, places = frames_of(out)
    assert '"frames": "interpolated"' in told and len(places) == 801
    assert "the run is another from 8 s on; interpolated" in capsys.readouterr().err


def test_wrong_arguments_are_the_users_to_mend(march: March, capsys: pytest.CaptureFixture[str]) -> None:
    run = str(march.run)
    for arguments in (["--format", "vadere"], ["--fps", "0"], ["--fps", "x"], ["--out", run], ["--out", "/proc/x/y"]):
        assert cli.main(["export", run, *arguments]) == 2
        told = capsys.readouterr().err
        assert arguments[0] in told or arguments[1] in told
        assert "Traceback" not in told
    assert march.run.stat().st_size > 10_000
