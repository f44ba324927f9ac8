"""Fill rows from a scenario: where the crowd stands at first, how bodies differ."""

import numpy as np

from crowdsim.problems import said
from crowdsim.world.tilemap import Rect
from crowdsim.world.world import World

MIN_SPACING = 0.42
"""m: nobody is placed nearer than this to another."""


def scatter(world: World, rects: tuple[Rect, ...], count: int, rng: np.random.Generator) -> np.ndarray:
    """`count` points [m], shape [count, 2], spread over the free ground of `rects`; ValueError when they do not fit.

    A jittered hexagonal grid as wide as the number of people allows, so the crowd starts even, not clumped.
    """
    area = sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in rects)
    spacing = 1.2 * float(np.sqrt(area / max(1, count)))
    while spacing >= MIN_SPACING:
        points = np.vstack([_grid(rect, spacing) for rect in rects])
        points = points[_clear(world, points)]
        if len(points) >= count:
            chosen = np.sort(rng.permutation(len(points))[:count])
            jitter = (spacing - MIN_SPACING) / 2 * rng.uniform(-0.7, 0.7, (count, 2))
            moved = points[chosen] + jitter
            free = _clear(world, moved)
            return np.where(free[:, None], moved, points[chosen]).astype(np.float32)
        spacing *= 0.97
    raise ValueError(said("crowd.not_fitting", count=count, area=area))


def _grid(rect: Rect, spacing: float) -> np.ndarray:
    x0, y0, x1, y1 = rect
    rows = np.arange(y0 + 0.3, y1 - 0.3 + 1e-6, spacing * 0.866)
    points = [
        np.column_stack([xs, np.full(len(xs), y)])
        for k, y in enumerate(rows)
        for xs in [np.arange(x0 + 0.3 + (k % 2) * spacing / 2, x1 - 0.3 + 1e-6, spacing)]
    ]
    return np.vstack(points) if points else np.zeros((0, 2))


def _clear(world: World, points: np.ndarray) -> np.ndarray:
    """bool[n]: points with free ground 0.25 m around."""
    clear = world.is_free(points)
    for dx, dy in ((0.25, 0.0), (-0.25, 0.0), (0.0, 0.25), (0.0, -0.25)):
        clear &= world.is_free(points + np.array([dx, dy]))
    return clear


def bodies(count: int, officer: bool, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Radius [m], mass [kg] and free speed [m/s] of `count` people, f4[count] each.

    Demonstrators: radius 0.175 +- 0.015 cut to 0.13-0.22 m, as calibrated [P]; mass 65 +- 8 kg, speed 1.34 +- 0.26 m/s
    cut to 0.7-2.0 [R]. Officers in kit: 0.28 m, 90 kg [D].
    """
    if officer:
        radius = np.clip(rng.normal(0.28, 0.008, count), 0.26, 0.30)
        mass = np.clip(rng.normal(90.0, 5.0, count), 80.0, 110.0)
        speed = np.clip(rng.normal(1.3, 0.08, count), 1.1, 1.5)
    else:
        radius = np.clip(rng.normal(0.175, 0.015, count), 0.13, 0.22)
        mass = np.clip(rng.normal(65.0, 8.0, count), 45.0, 95.0)
        speed = np.clip(rng.normal(1.34, 0.26, count), 0.7, 2.0)
    return radius.astype(np.float32), mass.astype(np.float32), speed.astype(np.float32)
