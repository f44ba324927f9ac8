"""Drawing in metres: the pixels of a surface and where the map lies on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pygame

from crowdsim.view import stamps
from crowdsim.view.theme import Colour

Point = tuple[float, float]


@dataclass(frozen=True)
class Brush:
    """Draws smooth shapes at places in metres, with widths in pixels, kept inside a clip."""

    pixels: np.ndarray  # u4[height, width]
    clip: np.ndarray  # i8[4], px: left, top, right, bottom
    ox: float  # px, where the map's corner lies
    oy: float
    zoom: float  # px/m

    @staticmethod
    def on(surface: pygame.Surface, area: pygame.Rect, origin: Point, zoom: float) -> Brush:
        """A brush for `area` of the surface; it holds the surface's pixels as long as it lives."""
        clip = np.array([area.left, area.top, area.right, area.bottom], np.int64)
        return Brush(pygame.surfarray.pixels2d(surface).T, clip, *origin, zoom)

    def at(self, x: float, y: float) -> Point:
        """Pixels of a point."""
        return self.ox + x * self.zoom, self.oy + y * self.zoom

    def lines(self, ends: np.ndarray, half_width: float, colour: Colour, alpha: float = 1.0) -> None:
        """ends f4[m, 4] m: x0, y0, x1, y1."""
        if len(ends):
            shift = np.array([self.ox, self.oy, self.ox, self.oy])
            ends_px = (np.asarray(ends, float) * self.zoom + shift).astype(np.float32)
            stamps.draw_segments(self.pixels, self.clip, ends_px, float(half_width), *colour, float(alpha))

    def disc(self, at: Point, radius_px: Point, colour: Colour, alpha: float = 1.0) -> None:
        """A filled ellipse about a point in px."""
        rx, ry = float(radius_px[0]), float(radius_px[1])
        stamps.draw_disc(self.pixels, self.clip, float(at[0]), float(at[1]), rx, ry, *colour, float(alpha))

    def ring(self, at: Point, radius_px: float, half_width: float, colour: Colour) -> None:
        """A circle line about a point in px."""
        x, y = float(at[0]), float(at[1])
        stamps.draw_ring(self.pixels, self.clip, x, y, float(radius_px), float(half_width), *colour)


def thick_line(
    surface: pygame.Surface, a: tuple[float, float], b: tuple[float, float], colour: Colour, width: float
) -> None:
    """A smooth line of any width and direction."""
    ax, ay, bx, by = a[0], a[1], b[0], b[1]
    length = float(np.hypot(bx - ax, by - ay))
    if length < 0.5:
        return
    nx, ny = -(by - ay) / length * width / 2, (bx - ax) / length * width / 2
    corners = [(ax + nx, ay + ny), (bx + nx, by + ny), (bx - nx, by - ny), (ax - nx, ay - ny)]
    pygame.draw.polygon(surface, colour, corners)
    if nx and ny:  # an upright line has no steps to smooth
        pygame.draw.aalines(surface, colour, True, corners)
