"""What is drawn on the map for orders by hand: who is in hand, where a formation will stand, what waits for a click."""

import math
from collections.abc import Sequence

import numpy as np
import pygame

from crowdsim.frame import Frame
from crowdsim.population.roles import Status
from crowdsim.view.brush import Brush
from crowdsim.view.camera import Camera
from crowdsim.view.hand.line import Line
from crowdsim.view.theme import SMALL, Theme
from crowdsim.world.tilemap import TileMap

_ROUND_BODY = 0.5  # m from the middle of an officer to the corners of his mark
_PACE = 0.9  # m
_FAR = 8  # px of 1080 that mark must reach at least
_SLOT = 0.28  # m, radius of a slot


def draw_selected(brush: Brush, theme: Theme, frame: Frame, places: np.ndarray, units: Sequence[str]) -> None:
    """A square on its point round every officer in hand; seen from afar, a frame round each unit.

    places : f4[n, 2], m, of everybody now
    """
    wanted = [k for k, unit in enumerate(frame.units) if unit.id in units]
    rows = np.flatnonzero(np.isin(frame.unit, wanted) & (frame.status == Status.ACTIVE))
    if not len(rows):
        return
    if brush.zoom * _ROUND_BODY < theme.px(_FAR):
        boxes = np.array([_frame_round(places[rows[frame.unit[rows] == k]]) for k in np.unique(frame.unit[rows])])
        x0, y0, x1, y1 = boxes.T
        corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
        ends = np.vstack([np.column_stack([*corners[k], *corners[(k + 1) % 4]]) for k in range(4)])
    else:
        at = places[rows]
        tips = [at + np.array(tip) * _ROUND_BODY for tip in ((0, -1), (1, 0), (0, 1), (-1, 0))]
        ends = np.vstack([np.hstack([tips[k], tips[(k + 1) % 4]]) for k in range(4)])
    brush.lines(ends, theme.px(4) / 2 + 1, theme["outline"])
    brush.lines(ends, theme.px(3) / 2, theme["text"])


def _frame_round(at: np.ndarray) -> np.ndarray:
    """The corners of a box round some points, f8[4], m, with a pace to spare."""
    return np.concatenate([at.min(axis=0) - _PACE, at.max(axis=0) + _PACE])


def draw_slots(brush: Brush, theme: Theme, tile_map: TileMap, slots: np.ndarray, sure: bool) -> int:
    """Where officers will stand, f8[k, 2], m: rings, and crosses where nobody can stand; how many of these.

    sure : it is ordered, not only shown
    """
    solid = _on_solid(tile_map, slots)
    half = theme.px(2) if sure else theme.px(3) / 2
    for x, y in slots[~solid].tolist():
        at = brush.at(x, y)
        brush.ring(at, max(_SLOT * brush.zoom, theme.px(4)), half + 1.0, theme["outline"])
        brush.ring(at, max(_SLOT * brush.zoom, theme.px(4)), half, theme["accent"] if sure else theme["text"])
    if solid.any():
        at, reach = slots[solid], max(0.35, theme.px(8) / brush.zoom)
        ends = np.vstack([np.hstack([at - reach, at + reach]), np.hstack([at + (-reach, reach), at + (reach, -reach)])])
        brush.lines(ends, theme.px(3), theme["breach_inner"])
        brush.lines(ends, theme.px(2), theme["breach"])
    return int(solid.sum())


def draw_front(brush: Brush, theme: Theme, line: Line, handle: bool) -> None:
    """The line itself, an arrow where its front looks, and the handle by which it is bent."""
    front = line.front
    ends = np.hstack([front[:-1], front[1:]])
    brush.lines(ends, theme.px(3), theme["outline"], 0.6)
    brush.lines(ends, theme.px(2), theme["accent"], 0.9)
    reach, h = theme.px(44) / brush.zoom, line.heading
    x, y = line.handle
    tip = (x + reach * math.cos(h), y + reach * math.sin(h))
    wings = [(tip[0] - 0.4 * reach * math.cos(h + a), tip[1] - 0.4 * reach * math.sin(h + a)) for a in (-0.5, 0.5)]
    arrow = np.array([[x, y, *tip], [*wings[0], *tip], [*wings[1], *tip]])
    brush.lines(arrow, theme.px(4), theme["outline"])
    brush.lines(arrow, theme.px(3), theme["text"])
    if handle:
        at = brush.at(x, y)
        brush.disc(at, (theme.px(11), theme.px(11)), theme["outline"])
        brush.disc(at, (theme.px(8), theme.px(8)), theme["text"])


def draw_note(surface: pygame.Surface, theme: Theme, area: pygame.Rect, at: tuple[int, int], text: str) -> pygame.Rect:
    """A line of text beside the pointer, inside an area (px); where it lies."""
    px = theme.px
    written = theme.write(text, SMALL, theme["text"], bold=True)
    box = pygame.Rect(0, 0, written.get_width() + 2 * px(14), written.get_height() + 2 * px(7))
    box.midtop = (at[0], at[1] + px(34))
    if box.bottom > area.bottom:
        box.bottom = at[1] - px(26)
    box.clamp_ip(area)
    surface.fill(theme["panel"], box)
    pygame.draw.rect(surface, theme["accent"], box, px(2))
    surface.blit(written, written.get_rect(center=box.center))
    return box


def draw_box(surface: pygame.Surface, theme: Theme, start: tuple[int, int], end: tuple[int, int]) -> None:
    """The box that takes hold of all units in it."""
    box = pygame.Rect(min(start[0], end[0]), min(start[1], end[1]), abs(end[0] - start[0]), abs(end[1] - start[1]))
    pygame.draw.rect(surface, theme["outline"], box.inflate(theme.px(2), theme.px(2)), theme.px(5))
    pygame.draw.rect(surface, theme["text"], box, theme.px(2))


def brush_on(surface: pygame.Surface, camera: Camera) -> Brush:
    """A brush for the map; it holds the surface's pixels as long as it lives."""
    return Brush.on(surface, camera.view, camera.origin, camera.zoom)


def _on_solid(tile_map: TileMap, slots: np.ndarray) -> np.ndarray:
    """Which of some points (f8[k, 2], m) lie in a wall or outside the map, bool[k]."""
    col, row = np.floor(slots / tile_map.tile_size).astype(int).T
    rows, cols = tile_map.solid.shape
    outside = (row < 0) | (col < 0) | (row >= rows) | (col >= cols)
    solid: np.ndarray = outside | tile_map.solid[np.clip(row, 0, rows - 1), np.clip(col, 0, cols - 1)]
    return solid
