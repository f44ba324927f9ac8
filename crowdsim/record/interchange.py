"""Trajectories as other programs read them: JuPedSim's SQLite version 2, PedPy's text, CSV, Parquet; the ground as WKT.

Frames start at 0 and are evenly spaced. Coordinates are written as they are given, to the last bit, so that what is
measured on a file equals what was measured on the run. A file is written stretch by stretch, a stretch being frames
that share one ground, and appears under its name when it is whole. Needs the extra `study`.
"""

import csv
import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from crowdsim.problems import InputError, Problem

SNAP = 0.01
"""m: corners of the ground are put on this grid, so that parts that touch share their corners."""


@dataclass(frozen=True)
class Stretch:
    """Everyone present in some frames one after the other, by frame and then by person, and the ground they walk on."""

    first: int  # number of the first frame
    frames: int
    ground: Any  # shapely polygon, or several where barriers part the ground
    frame: np.ndarray  # i8[k]
    person: np.ndarray  # i8[k]
    place: np.ndarray  # f8[k, 2], m
    look: np.ndarray  # f8[k, 2], unit vectors
    more: Mapping[str, np.ndarray] = field(default_factory=dict)  # further columns of tables, [k] each


@dataclass(frozen=True)
class Table:
    """A table beside the trajectories: its name, its columns with their types, its rows."""

    name: str
    columns: tuple[str, ...]  # "id INTEGER", …
    rows: Iterable[Sequence[Any]]


def stretch_of(position: np.ndarray, ground: Any, facing: np.ndarray | None = None) -> Stretch:
    """Trajectories as one stretch.

    position : f4[frames, n, 2], m, nan = absent ; facing : f4[frames, n], rad ; without it people look where they go
    """
    frame, person = np.nonzero(np.isfinite(position[..., 0]))
    look = _looks(position, facing)[frame, person]
    return Stretch(0, len(position), ground, frame, person, position[frame, person].astype(float), look)


def walkable_of_rects(rects: Sequence[tuple[float, float, float, float]]) -> Any:
    """The union of free rectangles (x0, y0, x1, y1) in m, as one shapely polygon with holes."""
    shapely = _library("shapely")
    return _one_polygon(_union(shapely.box(*np.array(rects, float).T)))


def walkable_of_tiles(
    solid: np.ndarray, tile: float, origin: tuple[float, float] = (0.0, 0.0), among: np.ndarray | None = None
) -> Any:
    """The free tiles of a map, as one shapely polygon with holes. Arguments as of `ground_of_tiles`.

    among : f8[k, 2], m, positions; of a ground in several parts, the one that holds the first of them is taken
    """
    return _one_polygon(ground_of_tiles(solid, tile, origin), among)


def ground_of_tiles(solid: np.ndarray, tile: float, origin: tuple[float, float] = (0.0, 0.0)) -> Any:
    """The free tiles of a map, as a shapely polygon with holes or several of them.

    solid  : bool[rows, columns]
    tile   : side of a tile, m
    origin : coordinates of the map's corner, m
    """
    # A box for each run of free tiles in a row: a small part of the tiles, and the same union.
    edge = np.diff(np.pad(~solid, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, first = np.nonzero(edge == 1)
    last = np.nonzero(edge == -1)[1]
    x0, y0 = origin
    boxes = _library("shapely").box(x0 + first * tile, y0 + rows * tile, x0 + last * tile, y0 + (rows + 1) * tile)
    return _union(boxes)


def write_jupedsim(
    path: Path,
    fps: float,
    stretches: Iterable[Stretch],
    whole: Any = None,
    told: Mapping[str, str] | None = None,
    tables: Iterable[Table] = (),
) -> None:
    """Write a JuPedSim trajectory, SQLite version 2: one file, with the ground of every frame in it.

    fps       : 1/s
    stretches : ValueError when somebody is outside the ground, and then there is no file
    whole     : the ground with every barrier open: most readers know one ground, and take the union of all there are
    told      : further rows of `metadata` ; tables : what other readers leave alone
    """
    with _made(path) as part:
        file = sqlite3.connect(part, isolation_level=None)
        try:
            file.execute("PRAGMA synchronous = OFF")
            file.execute("PRAGMA journal_mode = OFF")
            file.execute("BEGIN")
            file.execute("CREATE TABLE metadata(key TEXT NOT NULL PRIMARY KEY UNIQUE, value TEXT NOT NULL)")
            file.execute("CREATE TABLE geometry(hash INTEGER NOT NULL, wkt TEXT NOT NULL)")
            file.execute("CREATE TABLE frame_data(frame INTEGER NOT NULL, geometry_hash INTEGER NOT NULL)")
            file.execute(
                "CREATE TABLE trajectory_data(frame INTEGER NOT NULL, id INTEGER NOT NULL, pos_x REAL NOT NULL, "
                "pos_y REAL NOT NULL, ori_x REAL NOT NULL, ori_y REAL NOT NULL)"
            )
            grounds = {} if whole is None else {_digest(whole): whole}
            for s in _checked(fps, stretches):
                digest = _digest(s.ground)
                grounds[digest] = s.ground
                numbers = range(s.first, s.first + s.frames)
                file.executemany("INSERT INTO frame_data VALUES(?, ?)", ((k, digest) for k in numbers))
                columns = (s.frame, s.person, s.place[:, 0], s.place[:, 1], s.look[:, 0], s.look[:, 1])
                rows = zip(*(c.tolist() for c in columns), strict=True)
                file.executemany("INSERT INTO trajectory_data VALUES(?, ?, ?, ?, ?, ?)", rows)
            bounds = np.array([ground.bounds for ground in grounds.values()])
            limits = [*bounds[:, :2].min(axis=0).tolist(), *bounds[:, 2:].max(axis=0).tolist()]
            head = {"version": "2", "fps": repr(float(fps))} | dict(told or {})
            head |= {name: repr(value) for name, value in zip(("xmin", "ymin", "xmax", "ymax"), limits, strict=True)}
            file.executemany("INSERT INTO metadata VALUES(?, ?)", head.items())
            file.executemany("INSERT INTO geometry VALUES(?, ?)", ((k, g.wkt) for k, g in grounds.items()))
            for table in tables:
                file.execute(f"CREATE TABLE {table.name}({', '.join(table.columns)})")
                marks = ", ".join("?" * len(table.columns))
                file.executemany(f"INSERT INTO {table.name} VALUES({marks})", table.rows)
            file.execute("CREATE UNIQUE INDEX geometry_hash ON geometry(hash)")
            file.execute("CREATE INDEX frame_id_idx ON trajectory_data(frame, id)")
            file.execute("COMMIT")
        finally:
            file.close()


def write_pedpy(path: Path, fps: float, stretches: Iterable[Stretch]) -> None:
    """Write PedPy's text: id, frame, x, y, z [m], the frame rate in its head. Arguments as of `write_jupedsim`."""
    with _made(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"# framerate: {float(fps)!r}\n# id frame x/m y/m z/m\n")
        for s in _checked(fps, stretches):
            columns = (s.person, s.frame, s.place[:, 0], s.place[:, 1])
            for i, k, x, y in zip(*(c.tolist() for c in columns), strict=True):
                file.write(f"{i} {k} {x!r} {y!r} 0\n")


def write_csv(path: Path, fps: float, stretches: Iterable[Stretch]) -> None:
    """Write a table: id, frame, t [s], x, y [m], ori_x, ori_y, and what more a stretch has. Arguments as above."""
    with _made(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        for s in _checked(fps, stretches):
            columns = _columns(s, fps)
            if file.tell() == 0:
                table.writerow(columns)
            table.writerows(zip(*(c.tolist() for c in columns.values()), strict=True))


def write_parquet(
    path: Path, fps: float, stretches: Iterable[Stretch], whole: Any = None, told: Mapping[str, str] | None = None
) -> None:
    """Write the columns of `write_csv` as Parquet; rate and ground (WKT) are in the metadata of its schema."""
    arrow, parquet = _library("pyarrow"), _library("pyarrow.parquet")
    with _made(path) as part:
        file = None
        try:
            for s in _checked(fps, stretches):
                columns = {name: _arrow(arrow, values) for name, values in _columns(s, fps).items()}
                table = arrow.table(columns)
                if file is None:
                    ground = s.ground if whole is None else whole
                    head = {"fps": repr(float(fps)), "ground": ground.wkt} | dict(told or {})
                    file = parquet.ParquetWriter(part, table.schema.with_metadata(head), compression="zstd")
                file.write_table(table.replace_schema_metadata(file.schema.metadata))
        finally:
            if file is not None:
                file.close()


def write_ground(path: Path, walkable: Any) -> None:
    """Write the ground as WKT, which text and table have no room for."""
    path.write_text(walkable.wkt + "\n", encoding="utf-8")


def trajectory(fps: float, position: np.ndarray) -> Any:
    """The samples as PedPy's TrajectoryData. Arguments as of `stretch_of`."""
    frame, person = np.nonzero(np.isfinite(position[..., 0]))
    x, y = position[frame, person].astype(float).T
    columns = {"id": person, "frame": frame, "x": x, "y": y}
    return _library("pedpy").TrajectoryData(data=_library("pandas").DataFrame(columns), frame_rate=float(fps))


def _checked(fps: float, stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """The stretches; ValueError for what readers would take without a word and measure wrongly."""
    shapely = _library("shapely")
    if not fps > 0.0:
        raise ValueError(f"the frame rate is {fps}, not above 0")
    people = 0
    for s in stretches:
        if not isinstance(s.ground, shapely.Polygon | shapely.MultiPolygon) or not s.ground.is_valid:
            raise ValueError("the walkable ground is not a valid polygon")
        shapely.prepare(s.ground)
        outside = np.flatnonzero(~shapely.contains_xy(s.ground, s.place[:, 0], s.place[:, 1]))
        if len(outside):
            i, k, (x, y) = s.person[outside[0]], s.frame[outside[0]], s.place[outside[0]]
            where = f"person {i} in frame {k} at ({x:.3f}, {y:.3f}) m"
            raise ValueError(f"{len(outside)} positions are outside the walkable ground, the first: {where}")
        people += len(s.person)
        yield s
    if not people:
        raise ValueError("there is nobody in these trajectories")


@contextmanager
def _made(path: Path) -> Iterator[Path]:
    """Where to write a file that shall be there only when it is whole; an older one is replaced."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    try:
        yield part
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _columns(s: Stretch, fps: float) -> dict[str, np.ndarray]:
    """A stretch as the columns of a table."""
    x, y = s.place.T
    ori_x, ori_y = s.look.T
    known = {"id": s.person, "frame": s.frame, "t": s.frame / fps, "x": x, "y": y, "ori_x": ori_x, "ori_y": ori_y}
    return known | dict(s.more)


def _arrow(arrow: Any, values: np.ndarray) -> Any:
    """A column for Parquet: words by their number in a list of them."""
    if values.dtype.kind != "U":
        return arrow.array(values)
    words, numbers = np.unique(values, return_inverse=True)
    return arrow.DictionaryArray.from_arrays(arrow.array(numbers, arrow.int32()), arrow.array(words.tolist()))


def _digest(ground: Any) -> int:
    return int.from_bytes(hashlib.sha256(ground.wkt.encode()).digest()[:8], "big", signed=True)


def _looks(position: np.ndarray, facing: np.ndarray | None) -> np.ndarray:
    """Unit vectors f8[frames, n, 2]: where people look, or the way they go; who stands looks as he did before."""
    if facing is not None:
        angle = facing.astype(float)
        return np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    step = np.zeros(position.shape)
    step[1:] = np.diff(position.astype(float), axis=0)
    length = np.hypot(step[..., 0], step[..., 1])
    moved = length > 1e-3  # nan, the frame a person enters in, is not
    # The last frame in which each moved, or else the first: carried along the frames.
    frames = np.arange(len(position))[:, None]
    first = np.where(moved.any(axis=0), moved.argmax(axis=0), 0)
    last = np.maximum(np.maximum.accumulate(np.where(moved, frames, 0), axis=0), first)
    with np.errstate(invalid="ignore", divide="ignore"):
        unit = np.where(moved[..., None], step / length[..., None], (1.0, 0.0))
    return np.take_along_axis(unit, last[..., None], axis=0)


def _one_polygon(ground: Any, among: np.ndarray | None = None) -> Any:
    """The ground; ValueError when it is in several parts and nothing says which."""
    shapely = _library("shapely")
    parts = list(shapely.get_parts(ground))
    if len(parts) > 1 and among is not None:
        parts = [part for part in parts if shapely.contains_xy(part, *among[0])]
    if len(parts) != 1:
        raise ValueError(f"the walkable ground is in {len(shapely.get_parts(ground))} parts and has to be one")
    return parts[0]


def _union(boxes: Any) -> Any:
    """The union of boxes on the snapping grid."""
    shapely = _library("shapely")
    return shapely.set_precision(shapely.union_all(boxes), SNAP).simplify(0.0)


def _library(name: str) -> Any:
    """A library of the extra `study`."""
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError as error:
        mend = "Install the extra: python -m pip install -e '.[study]'"
        raise InputError([Problem("export", "", f"needs a package that is missing: {error.name}", mend)]) from None
