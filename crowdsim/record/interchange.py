"""Trajectories as other programs read them: JuPedSim's SQLite version 2, PedPy's text, CSV; the ground also as WKT.

Positions are f4[frames, n, 2] in m, nan while a person is absent; frames start at 0 and are evenly spaced. Coordinates
are written as they are given, to the last bit, so that what is measured on a file equals what was measured on the run.
The ground that can be walked on is one polygon with holes: most readers know no other. Needs the extra `study`.
"""

import csv
import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from crowdsim.problems import InputError, Problem

SNAP = 0.01
"""m: corners of the ground are put on this grid, so that parts that touch share their corners."""


def walkable_of_rects(rects: Sequence[tuple[float, float, float, float]]) -> Any:
    """The union of free rectangles (x0, y0, x1, y1) in m, as one shapely polygon with holes."""
    shapely = _library("shapely")
    return _one_polygon(shapely.box(*np.array(rects, float).T))


def walkable_of_tiles(
    solid: np.ndarray, tile: float, origin: tuple[float, float] = (0.0, 0.0), among: np.ndarray | None = None
) -> Any:
    """The free tiles of a map, as one shapely polygon with holes.

    solid  : bool[rows, columns]
    tile   : side of a tile, m
    origin : coordinates of the map's corner, m
    among  : f8[k, 2], m, positions; of a ground in several parts, the one that holds the first of them is taken
    """
    shapely = _library("shapely")
    # A box for each run of free tiles in a row: a small part of the tiles, and the same union.
    edge = np.diff(np.pad(~solid, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, first = np.nonzero(edge == 1)
    last = np.nonzero(edge == -1)[1]
    x0, y0 = origin
    boxes = shapely.box(x0 + first * tile, y0 + rows * tile, x0 + last * tile, y0 + (rows + 1) * tile)
    return _one_polygon(boxes, among)


def write_jupedsim(
    path: Path, fps: float, position: np.ndarray, walkable: Any, facing: np.ndarray | None = None
) -> None:
    """Write a JuPedSim trajectory, SQLite version 2: one file, with the ground in it. An older file is replaced.

    fps      : 1/s
    position : f4[frames, n, 2], m, nan = absent
    walkable : shapely polygon; ValueError when somebody is outside it
    facing   : f4[frames, n], rad, where people look; without it, the way they go
    """
    check(fps, position, walkable)
    frame, person, place = _samples(position)
    look = _looks(position, facing)[frame, person]
    wkt = walkable.wkt
    digest = int.from_bytes(hashlib.sha256(wkt.encode()).digest()[:8], "big", signed=True)
    xmin, ymin, xmax, ymax = walkable.bounds
    bounds = {"xmin": xmin, "xmax": xmax, "ymin": ymin, "ymax": ymax}
    path.unlink(missing_ok=True)
    file = sqlite3.connect(path)
    try:
        with file:
            file.execute("CREATE TABLE metadata(key TEXT NOT NULL PRIMARY KEY UNIQUE, value TEXT NOT NULL)")
            file.execute("CREATE TABLE geometry(hash INTEGER NOT NULL, wkt TEXT NOT NULL)")
            file.execute("CREATE TABLE frame_data(frame INTEGER NOT NULL, geometry_hash INTEGER NOT NULL)")
            file.execute(
                "CREATE TABLE trajectory_data(frame INTEGER NOT NULL, id INTEGER NOT NULL, pos_x REAL NOT NULL, "
                "pos_y REAL NOT NULL, ori_x REAL NOT NULL, ori_y REAL NOT NULL)"
            )
            told = {"version": "2", "fps": repr(float(fps)), **{name: repr(float(v)) for name, v in bounds.items()}}
            file.executemany("INSERT INTO metadata VALUES(?, ?)", told.items())
            file.execute("INSERT INTO geometry VALUES(?, ?)", (digest, wkt))
            file.executemany("INSERT INTO frame_data VALUES(?, ?)", ((k, digest) for k in range(len(position))))
            columns = (frame, person, place[:, 0], place[:, 1], look[:, 0], look[:, 1])
            file.executemany(
                "INSERT INTO trajectory_data VALUES(?, ?, ?, ?, ?, ?)", zip(*(c.tolist() for c in columns), strict=True)
            )
            file.execute("CREATE UNIQUE INDEX geometry_hash ON geometry(hash)")
            file.execute("CREATE INDEX frame_id_idx ON trajectory_data(frame, id)")
    finally:
        file.close()


def write_pedpy(path: Path, fps: float, position: np.ndarray, walkable: Any) -> None:
    """Write PedPy's text: id, frame, x, y, z [m], the frame rate in its head. Arguments as of `write_jupedsim`."""
    check(fps, position, walkable)
    frame, person, place = _samples(position)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"# framerate: {float(fps)!r}\n# id frame x/m y/m z/m\n")
        for i, k, (x, y) in zip(person.tolist(), frame.tolist(), place.tolist(), strict=True):
            file.write(f"{i} {k} {x!r} {y!r} 0\n")


def write_csv(path: Path, fps: float, position: np.ndarray, walkable: Any, facing: np.ndarray | None = None) -> None:
    """Write a table with the columns id, frame, t [s], x, y [m], ori_x, ori_y. Arguments as of `write_jupedsim`."""
    check(fps, position, walkable)
    frame, person, place = _samples(position)
    look = _looks(position, facing)[frame, person]
    columns = (person, frame, frame / fps, place[:, 0], place[:, 1], look[:, 0], look[:, 1])
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("id", "frame", "t", "x", "y", "ori_x", "ori_y"))
        table.writerows(zip(*(c.tolist() for c in columns), strict=True))


def write_ground(path: Path, walkable: Any) -> None:
    """Write the ground as WKT, which the text and the table have no room for."""
    path.write_text(walkable.wkt + "\n", encoding="utf-8")


def trajectory(fps: float, position: np.ndarray) -> Any:
    """The samples as PedPy's TrajectoryData. Arguments as of `write_jupedsim`."""
    frame, person, place = _samples(position)
    columns = {"id": person, "frame": frame, "x": place[:, 0], "y": place[:, 1]}
    return _library("pedpy").TrajectoryData(data=_library("pandas").DataFrame(columns), frame_rate=float(fps))


def check(fps: float, position: np.ndarray, walkable: Any) -> None:
    """Raise ValueError for what readers would take without a word and measure wrongly."""
    shapely, pedpy = _library("shapely"), _library("pedpy")
    if not fps > 0.0:
        raise ValueError(f"the frame rate is {fps}, not above 0")
    if not isinstance(walkable, shapely.Polygon) or not walkable.is_valid or walkable.is_empty:
        raise ValueError("the walkable ground is not one valid polygon")
    if not np.isfinite(position[..., 0]).any():
        raise ValueError("there is nobody in these trajectories")
    data = trajectory(fps, position)
    area = pedpy.WalkableArea(walkable)
    if not pedpy.is_trajectory_valid(traj_data=data, walkable_area=area):
        wrong = pedpy.get_invalid_trajectory(traj_data=data, walkable_area=area)
        one = wrong.iloc[0]
        where = f"person {one.id} in frame {one.frame} at ({one.x:.3f}, {one.y:.3f}) m"
        raise ValueError(f"{len(wrong)} positions are outside the walkable ground, the first: {where}")


def _samples(position: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Frame, person and place f8[samples, 2] of everyone present, by frame and then by person."""
    frame, person = np.nonzero(np.isfinite(position[..., 0]))
    return frame, person, position[frame, person].astype(float)


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


def _one_polygon(boxes: Any, among: np.ndarray | None = None) -> Any:
    """The union of boxes on the snapping grid; ValueError when it is in several parts and nothing says which."""
    shapely = _library("shapely")
    union = shapely.set_precision(shapely.union_all(boxes), SNAP).simplify(0.0)
    parts = list(shapely.get_parts(union))
    if len(parts) > 1 and among is not None:
        parts = [part for part in parts if shapely.contains_xy(part, *among[0])]
    if len(parts) != 1:
        raise ValueError(f"the walkable ground is in {len(shapely.get_parts(union))} parts and has to be one")
    return parts[0]


def _library(name: str) -> Any:
    """A library of the extra `study`."""
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError as error:
        mend = "Install the extra: python -m pip install -e '.[study]'"
        raise InputError([Problem("export", "", f"needs a package that is missing: {error.name}", mend)]) from None
