"""The ground: the tile map as a flat plan, drawn with shapes at the zoom of the camera, so it is crisp at any zoom."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pygame

from crowdsim.view.camera import Camera
from crowdsim.view.theme import Theme, mix
from crowdsim.world.tilemap import Surface, TileMap, Vehicle

Tiles = tuple[int, int, int, int]  # col, row, cols, rows

_RAISED = (Surface.WALL, Surface.BUILDING, Surface.OBSTACLE)  # cast a shadow and get a firm outline
_LANE = 3.5  # m, a road band at least two lanes wide gets a broken middle line


class Ground:
    """The map without people and barriers. Keeps its last picture until the camera or the theme changes."""

    def __init__(self, tile_map: TileMap) -> None:
        self.map = tile_map
        self._rects = {kind: _rectangles(tile_map.surface == kind) for kind in Surface}
        self._edges = _edges(tile_map.surface)
        self._picture: pygame.Surface | None = None
        self._key: tuple = ()
        self._laid: tuple[object, Callable[[pygame.Surface, Camera], None]] | None = None

    def lay(self, what: object, draw: Callable[[pygame.Surface, Camera], None] | None) -> None:
        """Something more is drawn on the ground, such as a photo; `what` is another object when it has changed."""
        self._laid = None if draw is None else (what, draw)

    @property
    def laid(self) -> object:
        """What is drawn on the ground besides the map."""
        return self._laid[0] if self._laid else None

    def picture(self, camera: Camera, theme: Theme) -> pygame.Surface:
        """The ground as the camera sees it, as large as its view."""
        key = (camera.key, theme.name, theme.scale, self.laid)
        if self._picture is None or key != self._key:
            if self._picture is None or self._picture.get_size() != camera.view.size:
                self._picture = pygame.Surface(camera.view.size, depth=32, masks=(0xFF0000, 0xFF00, 0xFF, 0))
            self._draw(self._picture, camera, theme)
            self._key = key
        return self._picture

    def _draw(self, surface: pygame.Surface, camera: Camera, theme: Theme) -> None:
        tile = self.map.tile_size
        ox, oy = camera.origin[0] - camera.view.left, camera.origin[1] - camera.view.top
        step = tile * camera.zoom

        def rect(tiles: Tiles) -> pygame.Rect:
            left, top = round(ox + tiles[0] * step), round(oy + tiles[1] * step)
            return pygame.Rect(
                left,
                top,
                round(ox + (tiles[0] + tiles[2]) * step) - left,
                round(oy + (tiles[1] + tiles[3]) * step) - top,
            )

        surface.fill(mix(theme["closed"], theme["outline"], 0.25))
        for kind in Surface:
            if kind not in _RAISED:
                for tiles in self._rects[kind]:
                    surface.fill(theme[kind.name.lower()], rect(tiles))
        self._draw_lanes(surface, theme, rect, camera.zoom)
        self._draw_edges(surface, theme, ox, oy, step, firm=False)
        shade = 6 if theme.name == "light" else 5
        for kind in _RAISED:  # the sun stands in the north-west
            drop = round(camera.zoom * (0.9 if kind == Surface.BUILDING else 0.3))
            for tiles in self._rects[kind]:
                dark = 255 * shade // 8
                surface.fill((dark, dark, dark), rect(tiles).move(drop, drop), pygame.BLEND_MULT)
        for kind in reversed(_RAISED):
            for tiles in self._rects[kind]:
                surface.fill(theme[kind.name.lower()], rect(tiles))
        self._draw_edges(surface, theme, ox, oy, step, firm=True)
        for vehicle in self.map.vehicles:
            _draw_vehicle(surface, vehicle, theme, ox, oy, camera.zoom)
        for x, y, radius in self.map.trees:
            at, r = (ox + x * camera.zoom, oy + y * camera.zoom), radius * camera.zoom
            if surface.get_rect().inflate(2 * r, 2 * r).collidepoint(at):
                pygame.draw.aacircle(surface, mix(theme["tree"], theme["outline"], 0.35), at, r)
                pygame.draw.aacircle(surface, theme["tree"], at, max(r - theme.px(2), 1))
                pygame.draw.aacircle(surface, theme["tree_light"], (at[0] - r * 0.22, at[1] - r * 0.22), r * 0.5)
        if self._laid:
            self._laid[1](surface, camera)

    def _draw_lanes(
        self, surface: pygame.Surface, theme: Theme, rect: Callable[[Tiles], pygame.Rect], zoom: float
    ) -> None:
        """A broken line along the middle of every road band."""
        tile = self.map.tile_size
        thick = max(1, round(0.15 * zoom))
        for tiles in self._rects[Surface.ROAD]:
            across, along = sorted((tiles[2] * tile, tiles[3] * tile))
            if across < 2 * _LANE - 1.1 or across > 6 * _LANE or along < 3 * across:
                continue
            area = rect(tiles)
            level = area.width > area.height
            length = area.width if level else area.height
            for start in np.arange(2.0 * zoom, length - 3 * zoom, 6.0 * zoom):
                if level:
                    dash = (area.left + int(start), area.centery - thick // 2, int(3 * zoom), thick)
                else:
                    dash = (area.centerx - thick // 2, area.top + int(start), thick, int(3 * zoom))
                surface.fill(theme["mark"], dash)

    def _draw_edges(self, surface: pygame.Surface, theme: Theme, ox: float, oy: float, step: float, firm: bool) -> None:
        """Seams between two kinds of ground, or the outlines of what stands up."""
        thick = theme.px(2) if firm else theme.px(1.4)
        colour = theme["outline_wall"] if firm else theme["seam"]
        view = surface.get_rect()
        for col, row, cols, rows in self._edges[firm]:
            left, top = round(ox + col * step), round(oy + row * step)
            width, height = round(ox + (col + cols) * step) - left, round(oy + (row + rows) * step) - top
            line = pygame.Rect(left, top, max(width, thick), max(height, thick)).move(
                -(thick // 2) if not cols else 0, -(thick // 2) if not rows else 0
            )
            if view.colliderect(line):
                surface.fill(colour, line)


def _rectangles(wanted: np.ndarray) -> list[Tiles]:
    """The tiles of `wanted` as few rectangles: runs of a row, joined with the same run of the row above."""
    done: list[Tiles] = []
    growing: dict[tuple[int, int], int] = {}  # (first col, cols) -> first row
    for row in range(wanted.shape[0] + 1):
        runs: set[tuple[int, int]] = set()
        if row < wanted.shape[0] and wanted[row].any():
            steps = np.diff(np.concatenate([[0], wanted[row].astype(np.int8), [0]]))
            starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
            runs = {(int(start), int(end - start)) for start, end in zip(starts, ends, strict=True)}
        for run in [run for run in growing if run not in runs]:
            first = growing.pop(run)
            done.append((run[0], first, run[1], row - first))
        for run in runs:
            growing.setdefault(run, row)
    return done


def _edges(surface: np.ndarray) -> dict[bool, list[Tiles]]:
    """Lines between unlike tiles: key True = around what stands up, False = seams of the ground."""
    raised = np.isin(surface, _RAISED)
    found: dict[bool, list[Tiles]] = {True: [], False: []}
    for level in (True, False):
        kinds, up = (surface, raised) if level else (surface.T, raised.T)
        unlike = kinds[1:] != kinds[:-1]
        firm = unlike & (up[1:] | up[:-1])
        for key, mask in ((True, firm), (False, unlike & ~firm)):
            for row in range(mask.shape[0]):
                if mask[row].any():
                    steps = np.diff(np.concatenate([[0], mask[row].astype(np.int8), [0]]))
                    for start, end in zip(np.flatnonzero(steps == 1), np.flatnonzero(steps == -1), strict=True):
                        line = (int(start), row + 1, int(end - start), 0)
                        found[key].append(line if level else (line[1], line[0], 0, line[2]))
    return found


def _draw_vehicle(surface: pygame.Surface, vehicle: Vehicle, theme: Theme, ox: float, oy: float, zoom: float) -> None:
    """A parked vehicle from above: body, roof, and a brighter bar where it faces."""
    x0, y0, x1, y1 = vehicle.rect
    middle = np.array([ox + (x0 + x1) / 2 * zoom, oy + (y0 + y1) / 2 * zoom])
    length, width = max(x1 - x0, y1 - y0) * zoom, min(x1 - x0, y1 - y0) * zoom
    ahead = np.array([np.cos(vehicle.heading), np.sin(vehicle.heading)])
    aside = np.array([-ahead[1], ahead[0]])

    def part(back: float, front: float, half: float, colour: tuple[int, int, int]) -> None:
        corners = [
            middle + ahead * length * along + aside * width * across
            for along, across in ((back, -half), (front, -half), (front, half), (back, half))
        ]
        pygame.draw.polygon(surface, colour, corners)
        for start, end in pairwise([*corners, corners[0]]):
            pygame.draw.aaline(surface, colour, start, end)

    part(-0.5, 0.5, 0.5, theme["outline"])
    part(-0.485, 0.485, 0.47, theme["vehicle"])
    part(-0.42, 0.12, 0.38, theme["vehicle_roof"])
    part(0.24, 0.36, 0.40, theme["outline"])
    if vehicle.kind == "ambulance":
        part(-0.30, 0.0, 0.09, theme["medic"])
        part(-0.19, -0.11, 0.26, theme["medic"])
