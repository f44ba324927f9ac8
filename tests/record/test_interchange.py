"""Trajectories as other programs read them: what is read is what was written; what would be read wrongly is refused."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest

pedpy = pytest.importorskip("pedpy")
shapely = pytest.importorskip("shapely")

from crowdsim.record import interchange  # noqa: E402

ROOM = shapely.Polygon([(0, 0), (10, 0), (10, 4), (0, 4)], [[(4, 1), (6, 1), (6, 3), (4, 3)]])
FPS = 50.0 / 3.0


def walkers(frames: int = 40) -> np.ndarray:
    """Two people who go east along the south of the pillar; the second comes in frame 5 and leaves after frame 30."""
    position = np.full((frames, 2, 2), np.nan, np.float32)
    x = np.linspace(0.3, 9.7, frames, dtype=np.float32)
    position[:, 0] = np.column_stack([x, np.full(frames, 0.5)])
    position[5:31, 1] = np.column_stack([x[5:31], np.full(26, 0.25)])
    return position


def samples(data: object) -> dict[tuple[int, int], tuple[float, float]]:
    """(person, frame): place, of PedPy's trajectory."""
    rows = data.data  # type: ignore[attr-defined]
    return {(int(i), int(k)): (x, y) for i, k, x, y in zip(rows.id, rows.frame, rows.x, rows.y, strict=True)}


def expected(position: np.ndarray) -> dict[tuple[int, int], tuple[float, float]]:
    """The same, of an array."""
    frames, people = np.nonzero(np.isfinite(position[..., 0]))
    return {(i, k): tuple(position[k, i].astype(float)) for k, i in zip(frames.tolist(), people.tolist(), strict=True)}


def test_jupedsim_file_gives_back_every_bit(tmp_path: Path) -> None:
    file = tmp_path / "run.sqlite"
    interchange.write_jupedsim(file, FPS, [interchange.stretch_of(walkers(), ROOM)])
    data = pedpy.load_trajectory_from_jupedsim_sqlite(trajectory_file=file)
    assert data.frame_rate == FPS
    assert samples(data) == expected(walkers())
    area = pedpy.load_walkable_area_from_jupedsim_sqlite(trajectory_file=file)
    assert area.polygon.equals(ROOM)


def test_jupedsim_file_is_laid_out_as_version_2(tmp_path: Path) -> None:
    file = tmp_path / "run.sqlite"
    file.write_text("an older export")
    interchange.write_jupedsim(file, FPS, [interchange.stretch_of(walkers(), ROOM)])
    database = sqlite3.connect(file)
    columns = {
        table: [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        for table in ("trajectory_data", "metadata", "geometry", "frame_data")
    }
    assert columns == {
        "trajectory_data": ["frame", "id", "pos_x", "pos_y", "ori_x", "ori_y"],
        "metadata": ["key", "value"],
        "geometry": ["hash", "wkt"],
        "frame_data": ["frame", "geometry_hash"],
    }
    told = dict(database.execute("SELECT key, value FROM metadata"))
    assert told["version"] == "2" and float(told["fps"]) == FPS
    assert [float(told[key]) for key in ("xmin", "xmax", "ymin", "ymax")] == [0.0, 10.0, 0.0, 4.0]
    ((digest, wkt),) = database.execute("SELECT hash, wkt FROM geometry")
    assert shapely.from_wkt(wkt).equals(ROOM)
    assert database.execute("SELECT frame, geometry_hash FROM frame_data").fetchall() == [
        (k, digest) for k in range(40)
    ]
    assert {row[1] for row in database.execute("PRAGMA index_list(geometry)")} == {"geometry_hash"}
    assert {row[1] for row in database.execute("PRAGMA index_list(trajectory_data)")} == {"frame_id_idx"}
    database.close()


def test_people_look_where_they_are_told_or_where_they_go(tmp_path: Path) -> None:
    file = tmp_path / "run.sqlite"
    turned = np.full((40, 2), np.pi / 2, np.float32)
    position = walkers()
    position[20:, 0] = position[20, 0]  # stops
    for facing, look in ((turned, (0.0, 1.0)), (None, (1.0, 0.0))):
        interchange.write_jupedsim(file, FPS, [interchange.stretch_of(position, ROOM, facing)])
        with sqlite3.connect(file) as database:
            found = np.array(database.execute("SELECT ori_x, ori_y FROM trajectory_data").fetchall())
        database.close()
        assert np.allclose(found, look, atol=1e-6)


def test_who_goes_back_looks_back_and_keeps_looking_there() -> None:
    x = np.array([1.0, 2.0, 3.0, 2.0, 1.0, 1.0, 1.0])
    position = np.stack([x, np.ones(7)], axis=-1)[:, None, :]
    assert interchange._looks(position, None)[:, 0, 0].tolist() == [1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0]


def test_text_is_read_by_pedpy_without_being_told_anything(tmp_path: Path) -> None:
    file = tmp_path / "run.txt"
    interchange.write_pedpy(file, FPS, [interchange.stretch_of(walkers(), ROOM)])
    data = pedpy.load_trajectory(trajectory_file=file)
    assert data.frame_rate == FPS
    assert samples(data) == expected(walkers())


def test_table_has_a_head_and_a_row_for_each_sample(tmp_path: Path) -> None:
    file = tmp_path / "run.csv"
    interchange.write_csv(file, 10.0, [interchange.stretch_of(walkers(), ROOM)])
    head, *rows = file.read_text().splitlines()
    assert head == "id,frame,t,x,y,ori_x,ori_y"
    assert len(rows) == 40 + 26
    assert rows[0].split(",")[:3] == ["0", "0", "0.0"]
    assert rows[-1].split(",")[:3] == ["0", "39", "3.9"]


def test_parquet_gives_back_every_bit_and_says_what_ground_it_is_on(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    file = tmp_path / "run.parquet"
    interchange.write_parquet(file, FPS, [interchange.stretch_of(walkers(), ROOM)])
    table = parquet.read_table(file)
    assert float(table.schema.metadata[b"fps"]) == FPS
    assert shapely.from_wkt(table.schema.metadata[b"ground"].decode()).equals(ROOM)
    data = pedpy.TrajectoryData(data=table.to_pandas()[["id", "frame", "x", "y"]], frame_rate=FPS)
    assert samples(data) == expected(walkers())


@pytest.mark.parametrize("writer", [interchange.write_jupedsim, interchange.write_pedpy, interchange.write_csv,
                                    interchange.write_parquet])  # fmt: skip
def test_a_position_outside_is_a_fault_and_nothing_is_written(writer: object, tmp_path: Path) -> None:
    position = walkers()
    position[7, 0] = (5.0, 2.0)  # within the pillar
    file = tmp_path / "run"
    with pytest.raises(ValueError, match=r"1 positions are outside.* person 0 in frame 7 at \(5\.000, 2\.000\)"):
        writer(file, FPS, [interchange.stretch_of(position, ROOM)])  # type: ignore[operator]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("fps", "position", "area", "words"),
    [
        (0.0, walkers(), ROOM, "frame rate"),
        (10.0, np.full((3, 1, 2), np.nan), ROOM, "nobody"),
        (10.0, walkers(), ROOM.exterior, "polygon"),
        (10.0, walkers(), shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)]), "polygon"),
    ],
)
def test_what_readers_would_take_without_a_word(
    fps: float, position: np.ndarray, area: object, words: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=words):
        interchange.write_csv(tmp_path / "run.csv", fps, [interchange.stretch_of(position, area)])


def test_ground_of_rectangles_is_their_union() -> None:
    area = interchange.walkable_of_rects([(0, 0, 4, 4), (6, 0, 10, 4), (4, 0, 6, 1), (4, 3, 6, 4)])
    assert area.area == pytest.approx(4 * 4 * 2 + 2 * 2)
    assert len(area.interiors) == 1
    with pytest.raises(ValueError, match="2 parts"):
        interchange.walkable_of_rects([(0, 0, 1, 1), (2, 0, 3, 1)])


def test_ground_of_tiles_has_the_obstacles_as_holes() -> None:
    solid = np.ones((12, 22), bool)
    solid[1:9, 1:21] = False
    solid[3:7, 9:13] = True
    area = interchange.walkable_of_tiles(solid, 0.5, (-0.5, -0.5))
    assert area.equals(ROOM)
    assert len(area.exterior.coords) == 5  # corners only, not a point for each tile
    solid[10, 3:5] = False  # a yard of its own
    with pytest.raises(ValueError, match="2 parts"):
        interchange.walkable_of_tiles(solid, 0.5, (-0.5, -0.5))
    assert interchange.walkable_of_tiles(solid, 0.5, (-0.5, -0.5), walkers()[0, :1]).equals(ROOM)
