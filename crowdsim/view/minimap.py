"""The whole map in a corner: where people are, and which part of it is seen."""

import numpy as np
import pygame

from crowdsim.frame import Frame
from crowdsim.population.roles import OFFICER_ROLES, Status
from crowdsim.view.camera import Camera
from crowdsim.view.ground import Ground
from crowdsim.view.theme import Theme
from crowdsim.world.tilemap import TileMap

_SIDE = 300  # px of 1080, the longer side


class Minimap:
    """Draws it at the lower left of `view`, above the scale bar."""

    def __init__(self, tile_map: TileMap, ground: Ground, theme: Theme, view: pygame.Rect) -> None:
        self._map, self._ground, self._theme = tile_map, ground, theme
        width, height = tile_map.size
        side = min(theme.px(_SIDE), view.width // 3, view.height // 3)
        self._zoom = side / max(width, height)
        size = max(1, round(width * self._zoom)), max(1, round(height * self._zoom))
        self.place = pygame.Rect(0, 0, *size)
        self.place.left = view.left + theme.px(30)
        self.stand_on(view.bottom)
        self._below: pygame.Surface | None = None
        self._picture: tuple[int, pygame.Surface] | None = None

    def stand_on(self, foot: int) -> None:
        """The map now ends there, px: a bar may lie over its foot."""
        self.place.bottom = foot - self._theme.px(96)

    def at(self, px: float, py: float) -> tuple[float, float] | None:
        """Metres of a point of the window, None outside the small map."""
        if not self.place.collidepoint(px, py):
            return None
        return (px - self.place.left) / self._zoom, (py - self.place.top) / self._zoom

    def draw(self, surface: pygame.Surface, camera: Camera, frame: Frame) -> None:
        """The small map with a dot for everybody and a frame about what the camera sees."""
        theme = self._theme
        if self._below is None:
            own = Camera(self._map.size, pygame.Rect(0, 0, *self.place.size))
            own.fit_map()
            self._below = self._ground.picture(own, theme).copy()
        if self._picture is None or self._picture[0] != frame.tick:
            self._picture = frame.tick, self._dots(self._below, frame)
        surface.fill(theme["outline"], self.place.inflate(theme.px(8), theme.px(8)))
        surface.fill(theme["text_soft"], self.place.inflate(theme.px(4), theme.px(4)))
        surface.blit(self._picture[1], self.place)
        (x0, y0), (x1, y1) = camera.to_map(*camera.view.topleft), camera.to_map(*camera.view.bottomright)
        seen = pygame.Rect(
            round(self.place.left + x0 * self._zoom),
            round(self.place.top + y0 * self._zoom),
            round((x1 - x0) * self._zoom),
            round((y1 - y0) * self._zoom),
        ).clip(self.place)
        pygame.draw.rect(surface, theme["outline"], seen.inflate(theme.px(3), theme.px(3)), theme.px(5))
        pygame.draw.rect(surface, theme["ring"], seen, theme.px(2.5))

    def _dots(self, below: pygame.Surface, frame: Frame) -> pygame.Surface:
        """Two pixels for each person; officers last, so that a line is not lost in a crowd."""
        picture = below.copy()
        pixels = pygame.surfarray.pixels2d(picture)
        here = (frame.status == Status.ACTIVE) | (frame.status == Status.FALLEN)
        officer = np.isin(frame.role, OFFICER_ROLES)
        for who, name in ((here & ~officer, "demonstrator"), (here & officer, "officer")):
            x, y = (frame.position[who] * self._zoom).astype(int).T
            for dx in (0, 1):
                for dy in (0, 1):
                    column, row = x + dx, y + dy
                    good = (column >= 0) & (row >= 0) & (column < pixels.shape[0]) & (row < pixels.shape[1])
                    pixels[column[good], row[good]] = picture.map_rgb(self._theme[name])
        return picture
