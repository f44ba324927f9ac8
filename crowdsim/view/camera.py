"""The map's metres and the window's pixels."""

import math
from dataclasses import dataclass

import pygame

MAX_ZOOM = 90.0  # px/m: a person fills a twentieth of the screen


@dataclass
class Camera:
    """Looks at `centre` (m) with `zoom` (px/m) through `view`, the part of the window that shows the map."""

    map_size: tuple[float, float]  # m
    view: pygame.Rect
    centre: tuple[float, float] = (0.0, 0.0)
    zoom: float = 1.0

    def to_screen(self, x: float, y: float) -> tuple[float, float]:
        """Pixels of a point of the map."""
        ox, oy = self.origin
        return ox + x * self.zoom, oy + y * self.zoom

    def to_map(self, px: float, py: float) -> tuple[float, float]:
        """Metres of a point of the window."""
        ox, oy = self.origin
        return (px - ox) / self.zoom, (py - oy) / self.zoom

    @property
    def origin(self) -> tuple[float, float]:
        """Where the map's corner (0, 0) lies, px. Whole pixels, so that the ground does not swim under people."""
        return (
            float(round(self.view.centerx - self.centre[0] * self.zoom)),
            float(round(self.view.centery - self.centre[1] * self.zoom)),
        )

    @property
    def key(self) -> tuple:
        """Changes when the picture of the ground does."""
        return (*self.origin, self.zoom, self.view.left, self.view.top, self.view.width, self.view.height)

    @property
    def world(self) -> pygame.Rect:
        """Where the whole map lies, px; much of it may be outside of the view."""
        width, height = self.map_size
        return pygame.Rect(*self.origin, math.ceil(width * self.zoom), math.ceil(height * self.zoom))

    def whole_zoom(self) -> float:
        """The zoom at which the whole map fits, px/m."""
        return min(self.view.width / self.map_size[0], self.view.height / self.map_size[1])

    def fit(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Show this part of the map (m) as large as it fits."""
        zoom = min(self.view.width / max(x1 - x0, 1.0), self.view.height / max(y1 - y0, 1.0))
        self.zoom = self._bounded(zoom)
        self.look_at((x0 + x1) / 2, (y0 + y1) / 2)

    def fit_map(self) -> None:
        """Show the whole map."""
        self.fit(0.0, 0.0, *self.map_size)

    def look_at(self, x: float, y: float) -> None:
        """Move to a point (m), but never so far that only the outside of the map is seen."""
        halves = self.view.width / 2 / self.zoom, self.view.height / 2 / self.zoom
        point = []
        for at, half, size in zip((x, y), halves, self.map_size, strict=True):
            point.append(size / 2 if 2 * half >= size else min(max(at, half), size - half))
        self.centre = (point[0], point[1])

    def pan(self, dx: float, dy: float) -> None:
        """Drag the map by so many pixels."""
        self.look_at(self.centre[0] - dx / self.zoom, self.centre[1] - dy / self.zoom)

    def zoom_at(self, factor: float, px: float, py: float) -> None:
        """Zoom by `factor`, keeping the point under the cursor where it is."""
        x, y = self.to_map(px, py)
        self.zoom = self._bounded(self.zoom * factor)
        self.look_at(
            x - (px - self.view.centerx) / self.zoom,
            y - (py - self.view.centery) / self.zoom,
        )

    def _bounded(self, zoom: float) -> float:
        return min(max(zoom, self.whole_zoom()), MAX_ZOOM)
