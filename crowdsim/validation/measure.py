"""Measures, as docs/validation names them: PedPy for Voronoi densities, plain definitions for the rest."""

import numpy as np

from crowdsim.problems import InputError, Problem
from crowdsim.validation.ground import Track
from crowdsim.world.tilemap import Rect

CUT_OFF = 0.8  # m, Voronoi cells


def in_area(position: np.ndarray, area: Rect) -> np.ndarray:
    """bool[...]: which positions lie in a rectangle; nan lies nowhere."""
    x, y = position[..., 0], position[..., 1]
    return (x >= area[0]) & (x <= area[2]) & (y >= area[1]) & (y <= area[3])


def mean_speed(track: Track, area: Rect, start: float, end: float) -> float:
    """Mean over the persons inside an area, then over frames, m/s."""
    speed = track.speed()
    inside = in_area(track.position, area) & np.isfinite(speed)
    chosen = (track.times >= start) & (track.times <= end) & inside.any(axis=1)
    means = [float(speed[k][inside[k]].mean()) for k in np.flatnonzero(chosen)]
    return float(np.mean(means)) if means else float("nan")


def voronoi_density(
    track: Track, walkable: list[Rect], area: Rect, start: float, end: float, each: float = 0.5
) -> float:
    """Mean Voronoi density in an area, 1/m2: cut-off 0.8 m, cells clipped by the walkable rectangles."""
    try:
        import pandas
        import pedpy
        from shapely import box, union_all
    except ImportError as error:
        mend = "Install the extra: python -m pip install -e '.[study]'"
        raise InputError(
            [Problem("validate", "", f"densities need a package that is missing: {error.name}", mend)]
        ) from None

    step = max(1, round(each * track.fps))
    rows = []
    for k in range(0, len(track.position), step):
        if not start <= k / track.fps <= end:
            continue
        for i in np.flatnonzero(np.isfinite(track.position[k, :, 0])):
            x, y = track.position[k, i].tolist()
            rows.append((i, k // step, x, y))
    if not rows:
        return float("nan")
    ground = union_all([box(*rect) for rect in walkable]).buffer(0.01)
    data = pedpy.TrajectoryData(
        data=pandas.DataFrame(rows, columns=["id", "frame", "x", "y"]), frame_rate=track.fps / step
    )
    cells = pedpy.compute_individual_voronoi_polygons(
        traj_data=data,
        walkable_area=pedpy.WalkableArea(ground),
        cut_off=pedpy.Cutoff(radius=CUT_OFF, quad_segments=3),
    )
    density, _ = pedpy.compute_voronoi_density(
        individual_voronoi_data=cells, measurement_area=pedpy.MeasurementArea(box(*area))
    )
    return float(density["density"].mean())


def flow_10_90(times: np.ndarray) -> float:
    """(n90 - n10) / (t90 - t10) of the crossing times, 1/s: the steady part, without head and tail."""
    ordered = np.sort(times[np.isfinite(times)])
    if len(ordered) < 10:
        return float("nan")
    first, last = int(0.1 * len(ordered)), int(0.9 * len(ordered))
    return float((last - first) / (ordered[last] - ordered[first]))


def flow_in(times: np.ndarray, start: float, end: float) -> float:
    """Crossings per second within a window, 1/s."""
    return float(((times >= start) & (times <= end)).sum() / (end - start))


def lane_order(track: Track, axis: int, goal: np.ndarray, start: float, end: float, reach: float = 4.0) -> float:
    """Mean over people of ((same - opposite) / (same + opposite))^2, neighbours being those with a lateral offset of
    less than 0.3 m among all with |coordinate| < `reach`; 1 = separated, towards 0 = mixed."""
    values = []
    for k in np.flatnonzero((track.times >= start) & (track.times <= end))[:: max(1, round(track.fps))]:
        place = track.position[k]
        here = np.flatnonzero(np.abs(place[:, axis]) < reach)
        if len(here) < 2:
            continue
        lateral, way = place[here, 1 - axis], goal[here]
        for i in range(len(here)):
            near = np.abs(lateral - lateral[i]) < 0.3
            near[i] = False
            if near.any():
                same = int((way[near] == way[i]).sum())
                values.append(((2 * same - int(near.sum())) / int(near.sum())) ** 2)
    return float(np.mean(values)) if values else float("nan")
