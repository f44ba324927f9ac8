"""Exchange: what a file says of a run is what the run says of itself. Gate V10."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from crowdsim.record import interchange
from crowdsim.validation.case import Case, Expect, Measured, Setting
from crowdsim.validation.experiments import bottleneck_entry, bottleneck_plan
from crowdsim.validation.ground import Track, walk

_FPS = 50.0 / 3.0  # Hz, as the replays; a rate that no text holds in a few digits
_PEOPLE = 60


def round_trip(seed: int, setting: Setting) -> Measured:
    """People through an opening of 1 m, written in every format and read back with PedPy.

    Compared are the frames in which each person crosses the line in the middle of the opening, of which N(t) is the
    count: those PedPy finds in the run's own arrays against those it finds in each file.
    """
    import shapely  # the writers say what to install when it is missing

    rng = np.random.default_rng(seed)
    plan = bottleneck_plan(1.0, _PEOPLE)
    track = walk(plan, bottleneck_entry(plan, _PEOPLE, rng), 120.0, rng, setting.params, fps=_FPS)
    ground = interchange.walkable_of_tiles(plan.tilemap().solid, plan.tile, plan.origin)
    line = shapely.LineString([(-0.5, -0.2), (0.5, -0.2)])
    before = crossing_frames(interchange.trajectory(track.fps, track.position), line)
    found: Measured = {"people": float(len(before)), "frames of ours": float(_own_differ(track, before))}
    with tempfile.TemporaryDirectory() as folder:
        for name, data, area in read_back(Path(folder), track, ground):
            found[f"{name} frames"] = float(differing(before, crossing_frames(data, line)))
            found[f"{name} rate"] = abs(data.frame_rate - track.fps)
            if area is not None:
                found[f"{name} ground"] = abs(area.area - ground.area)
                found[f"{name} outside"] = float(outside(data, area))
    return found


def read_back(folder: Path, track: Track, ground: Any) -> Iterator[tuple[str, Any, Any]]:
    """Write every format into a folder and read it again: name, PedPy's trajectory, and the ground it came with."""
    import pandas
    import pedpy

    database, text, table, wkt = (folder / f"run.{ending}" for ending in ("sqlite", "txt", "csv", "wkt"))
    interchange.write_ground(wkt, ground)
    area = pedpy.WalkableArea(wkt.read_text(encoding="utf-8")).polygon
    walked = [interchange.stretch_of(track.position, ground)]
    interchange.write_jupedsim(database, track.fps, walked)
    data = pedpy.load_trajectory_from_jupedsim_sqlite(trajectory_file=database)
    yield "jupedsim", data, pedpy.load_walkable_area_from_jupedsim_sqlite(trajectory_file=database).polygon
    interchange.write_pedpy(text, track.fps, walked)
    yield "pedpy", pedpy.load_trajectory(trajectory_file=text), area
    interchange.write_csv(table, track.fps, walked)
    rows = pandas.read_csv(table)
    rate = float((rows.frame.max() - rows.frame.min()) / (rows.t.max() - rows.t.min()))
    yield "csv", pedpy.TrajectoryData(data=rows[["id", "frame", "x", "y"]], frame_rate=rate), area


def crossing_frames(data: Any, line: Any) -> dict[int, int]:
    """Person: the frame in which he first crosses a line, as PedPy counts N(t)."""
    import pedpy

    _, crossed = pedpy.compute_n_t(traj_data=data, measurement_line=pedpy.MeasurementLine(line))
    return dict(zip(crossed.id.tolist(), crossed.frame.tolist(), strict=True))


def differing(one: dict[int, int], other: dict[int, int]) -> int:
    """How many people cross in another frame, or in only one of the two."""
    return sum(one.get(i) != other.get(i) for i in one.keys() | other.keys())


def outside(data: Any, area: Any) -> int:
    """Samples outside the ground."""
    import pedpy

    return len(pedpy.get_invalid_trajectory(traj_data=data, walkable_area=pedpy.WalkableArea(area)))


def _own_differ(track: Track, pedpys: dict[int, int]) -> int:
    """How many of PedPy's crossing frames are not those of the program's own count, which it knows nothing of."""
    times = track.crossings(1, -0.2, -1)
    # PedPy counts the frame that ends the step across the line.
    own = {int(i): int(np.ceil(times[i] * track.fps - 1e-6)) for i in np.flatnonzero(np.isfinite(times))}
    return differing(own, pedpys)


CASES = (
    Case(
        "round_trip",
        "A run written in every format and measured again with PedPy",
        "model",
        "V10",
        "this project; formats as PedPy 1.5 and JuPedSim 1.4 read them",
        round_trip,
        (
            *(
                expect
                for name in ("jupedsim", "pedpy", "csv")
                for expect in (
                    Expect(f"{name} frames", "people", 0.0, 0.0, note="who cross in another frame than in the run"),
                    Expect(f"{name} rate", "1/s", 0.0, 1e-9),
                    Expect(f"{name} ground", "m2", 0.0, 1e-9),
                    Expect(f"{name} outside", "samples", 0.0, 0.0),
                )
            ),
            Expect("frames of ours", "people", 0.0, 0.0, note="PedPy's frames beside those the program counts itself"),
            Expect("people", "people", float(_PEOPLE), 0.0, note="who cross at all"),
        ),
        quick=True,
    ),
)
