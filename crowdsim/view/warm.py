"""Loading the drawing loops."""

from functools import cache

import numpy as np


@cache
def warm_up() -> None:
    """Load, or the first time compile, every drawing loop, so that no picture waits for one; once in a process.

    On arrays of its own: a loop that compiles on a surface's pixels leaves the surface locked for a while.
    """
    from crowdsim.view import panel, stamps  # noqa: F401  the panel's library takes a moment as well
    from crowdsim.view.sprites import KINDS

    pixels = np.zeros((8, 8), np.uint32)
    clip = np.array([0, 0, 8, 8], np.int64)
    one = np.zeros((1, 2), np.float32)
    angle = np.zeros(1, np.float32)
    kind = np.zeros(1, np.int32)
    whole = np.ones(KINDS, np.int32)
    half = np.ones(KINDS, np.float32)
    colours = np.zeros((KINDS, 3), np.uint8)
    sprites = np.zeros((KINDS, 1, 4, 4), np.uint32)
    each = np.arange(KINDS, dtype=np.int32)
    stamps.bake(whole, half, half, whole, colours, colours, colours, each, whole, 1, sprites)
    stamps.stamp_people(
        pixels, clip, sprites, each, whole, 1, whole, kind, kind, one, one, angle, angle, 0.5, 0.0, 0.0, 1.0
    )
    stamps.draw_segments(pixels, clip, np.zeros((1, 4), np.float32), 1.0, 0, 0, 0, 1.0)
    stamps.draw_ring(pixels, clip, 4.0, 4.0, 2.0, 1.0, 0, 0, 0)
    stamps.mark_cells(np.zeros((1, 1), np.uint8), one, kind, half, 0.0, 0.0, 1.0, 8, 2.0)
    field = np.zeros((2, 2), np.float32)
    stamps.density(one, kind, 0.5, field, field.copy())
    stamps.paint_heat(pixels, clip, field, 0.5, colours, 2, 1.0, 0.85, 0.0, 0.0, 1.0)
    steps = np.ones(2, np.float32)
    stamps.paint_steps(pixels, clip, field, 2.0, steps, steps, colours, 8, 0.0, 0.0, 1.0)
    stamps.draw_disc(pixels, clip, 4.0, 4.0, 2.0, 1.0, 0, 0, 0, 1.0)
    stamps.draw_glow(pixels, clip, 4.0, 4.0, 2.0, 0, 0, 0, 1.0)
    stamps.draw_spray(pixels, clip, 0.0, 0.0, 4.0, 4.0, 1.0, 2.0, 1.0, 0.0, 0, 0, 0)
    flights = np.zeros((1, 6), np.float32)
    stamps.draw_throws(pixels, clip, flights, 1.0, 1.0, 1.0, 0.0, 0.0, 1.0, colours[0], colours[0], colours[0])
    stamps.draw_trails(pixels, clip, np.zeros((1, 1, 2), np.float32), kind, 0.0, 0.0, 1.0, 0, 0, 0, 1)
    seen = np.zeros((2, 2), np.uint8)
    stamps.look_around(seen > 0, 0.5, one, angle, 1.0, 1.0, seen)
    stamps.in_sight(seen > 0, 0.5, one, one, 1.0, np.zeros(1, np.uint8))
    stamps.shade(pixels, clip, seen, 0.5, 0.5, 0, 0, 0, 0.0, 0.0, 1.0)
    stamps.crowd_pressure(one, one, kind, 1.0, field, np.zeros((4, 2, 2), np.float32))
    stamps.dim(pixels, clip, 4.0, 4.0, 2.0, 0.5)
    four = np.zeros((1, 4), np.uint8)
    corner = np.zeros(3, np.uint32)
    stamps.paint_triangles(pixels, 0, 0, 8, 8, one, one, four, corner, np.zeros((2, 2), np.uint8))
