"""What is thrown, sprayed, in the air, burning or broken, and the ways out."""

import numpy as np

from crowdsim.frame import Frame, Spray
from crowdsim.population.grids import CELL as GAS_CELL
from crowdsim.view import stamps
from crowdsim.view.brush import Brush, Point
from crowdsim.view.theme import Theme
from crowdsim.world.tilemap import Exit, TileMap

GAS_STEPS = (0.5, 5.0)
"""mg/m3: smarting eyes; nobody stays in it of his own will ([P])."""
_GAS_ALPHA = (0.32, 0.62)
_PANE = 1.6  # m, a window of a front
_WHOLE = 0.995  # health from which a stretch is drawn as whole: not at all
_SPREAD = {"jet": 0.035, "diffuse": 0.26}  # half width of the water over its reach


def draw_gas(brush: Brush, theme: Theme, gas: np.ndarray) -> None:
    """The cloud in two steps, f4[rows, cols] mg/m3."""
    rows, cols = np.nonzero(gas >= GAS_STEPS[0] / 2)
    if not len(rows):
        return
    step = GAS_CELL * brush.zoom
    clip = brush.clip.copy()
    clip[:2] = np.maximum(clip[:2], (brush.ox + (cols.min() - 1) * step, brush.oy + (rows.min() - 1) * step))
    clip[2:] = np.minimum(clip[2:], (brush.ox + (cols.max() + 2) * step, brush.oy + (rows.max() + 2) * step))
    ramp = np.array([theme["gas_1"], theme["gas_2"]], np.uint8)
    steps, alpha = np.array(GAS_STEPS, np.float32), np.array(_GAS_ALPHA, np.float32)
    hatch = theme.px(16) // 2 * 2  # pixels are painted in pairs
    stamps.paint_steps(
        brush.pixels, clip, gas, GAS_CELL, steps, alpha, ramp, max(hatch, 8), brush.ox, brush.oy, brush.zoom
    )


def draw_facade(brush: Brush, theme: Theme, facade: np.ndarray) -> None:
    """The windows along every damaged stretch, f4[c, 5]; as many are broken as the health says."""
    for x0, y0, x1, y1, health in facade[facade[:, 4] < _WHOLE]:
        count = max(1, round(float(np.hypot(x1 - x0, y1 - y0)) / _PANE))
        start, way = np.array([x0, y0]), np.array([x1 - x0, y1 - y0]) / count
        side = np.array([-way[1], way[0]]) / max(float(np.hypot(*way)), 1e-6)
        # Broken ones lie scattered, always the same first.
        broken = (np.arange(count) * 0.618) % 1.0 < max(1.0 - health, 0.5 / count)
        middle = start + (np.arange(count)[:, None] + 0.5) * way
        frames = np.hstack([middle - 0.36 * way, middle + 0.36 * way])
        wide = max(0.13 * brush.zoom, 2.2 * theme.scale)
        brush.lines(frames, wide + 1.0, theme["outline"])
        brush.lines(frames[~broken], wide, theme["glass"])
        brush.lines(frames[broken], wide, theme["outline"])
        reach = max(0.55, 5.5 * theme.scale / brush.zoom)
        stars = []
        for a, b in ((0.30, 1.0), (-0.30, 1.0), (0.0, -1.0)):  # what a shattered pane looks like from above
            stars.append(np.hstack([middle, middle + way * a + side * b * reach])[broken])
            stars.append(np.hstack([middle, middle - way * a - side * b * reach])[broken])
        brush.lines(np.concatenate(stars), max(1.5 * theme.scale, 1.0), theme["outline"])
        brush.lines(np.concatenate(stars), max(0.9 * theme.scale, 0.6), theme["glass_broken"])


def draw_sprays(brush: Brush, theme: Theme, sprays: tuple[Spray, ...], time: float) -> None:
    """Water on its way."""
    for spray in sprays:
        (ax, ay), (bx, by) = spray.nozzle, spray.target
        length = float(np.hypot(bx - ax, by - ay))
        far = max(_SPREAD.get(spray.kind, 0.1) * length, 0.5)
        back = min(0.7 * far / max(length, 1e-6), 0.5)  # the round end shall reach the target, not pass it
        ends = (*brush.at(ax, ay), *brush.at(bx + (ax - bx) * back, by + (ay - by) * back))
        near = max(0.2 * brush.zoom, 1.5 * theme.scale)
        solid = 0.95 if spray.kind == "jet" else 0.62
        stamps.draw_spray(
            brush.pixels, brush.clip, *ends, near, max(far * brush.zoom, near), solid, float(time), *theme["water"]
        )
        tip = brush.at(bx, by)
        brush.ring(tip, max(0.6 * brush.zoom, 7 * theme.scale), 2.6 * theme.scale, theme["outline"])
        brush.ring(tip, max(0.6 * brush.zoom, 7 * theme.scale), 1.4 * theme.scale, theme["water_edge"])


def draw_fires(brush: Brush, theme: Theme, fires: tuple[tuple[float, float, float], ...], time: float) -> None:
    """A flame as tall as the fire is strong."""
    for x, y, strength in fires:
        px, py = brush.at(x, y)
        r = max(0.55 * brush.zoom, 7.0 * theme.scale) * (0.55 + 0.75 * min(max(strength, 0.0), 1.0))
        stamps.draw_glow(brush.pixels, brush.clip, px, py, 4.2 * r, *theme["fire"], 0.5)
        lean = 0.16 * r * float(np.sin(7.0 * time + x))
        for colour, size, grow in (
            (theme["outline"], 1.0, 1.8),
            (theme["fire"], 1.0, 0.0),
            (theme["fire_core"], 0.52, 0.0),
        ):
            for up, wide in ((0.0, 0.95), (0.65, 0.72), (1.2, 0.46), (1.65, 0.24), (1.95, 0.11)):
                at = (px + lean * up, py + 0.25 * r - up * size * r)
                brush.disc(at, (wide * size * r + grow, wide * size * r + grow), colour)


def in_the_air(previous: Frame, current: Frame) -> np.ndarray:
    """Everything that flies between the two frames, f4[k, 6]."""
    landed = previous.flights[previous.flights[:, 5] <= current.time]
    if not len(landed):
        return current.flights
    again = (landed[:, None, :] == current.flights[None, :, :]).all(axis=2).any(axis=1)
    return np.concatenate([landed[~again], current.flights])


def draw_throws(brush: Brush, theme: Theme, flights: np.ndarray, time: float) -> None:
    """Thrown things with their shadows and where they will land."""
    if len(flights):
        size = max(0.16 * brush.zoom, 3.4 * theme.scale)
        colours = [np.array(theme[name], np.uint8) for name in ("thrown", "outline", "thrown_ring")]
        stamps.draw_throws(
            brush.pixels, brush.clip, flights, float(time), 0.22 * brush.zoom, size,
            brush.ox, brush.oy, brush.zoom, *colours,
        )  # fmt: skip


def exit_ends(way: Exit, tile_map: TileMap) -> tuple[Point, Point]:
    """Where the arrow of a way out begins and ends, m: across its strip, towards the nearest edge of the map."""
    x0, y0, x1, y1 = way.rect
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    width, height = tile_map.size
    _, (dx, dy) = min([(x, (-1, 0)), (width - x, (1, 0)), (y, (0, -1)), (height - y, (0, 1))])
    return (x - 8.0 * dx, y - 8.0 * dy), (x, y)


def draw_exits(brush: Brush, theme: Theme, exits: list[Exit], free: list[bool], tile_map: TileMap) -> None:
    """Open: a green arrow out. Shut: a red bar across."""
    for way, is_open in zip(exits, free, strict=True):
        (ax, ay), (bx, by) = exit_ends(way, tile_map)
        long = float(np.hypot(bx - ax, by - ay))
        ux, uy = (bx - ax) / long, (by - ay) / long
        wing = 2.6
        shaft = [(ax, ay, bx, by)]
        if is_open:
            shaft += [(bx, by, bx - (ux + side * uy) * wing, by - (uy - side * ux) * wing) for side in (1, -1)]
        else:
            half = max(way.width / 2, 3.0)
            shaft = [(ax, ay, ax + ux * long * 0.45, ay + uy * long * 0.45)]
            mx, my = ax + ux * long * 0.55, ay + uy * long * 0.55
            shaft.append((mx - uy * half, my + ux * half, mx + uy * half, my - ux * half))
        thick = max(0.35 * brush.zoom, 4.0 * theme.scale)
        brush.lines(np.array(shaft), thick + 1.5, theme["outline"])
        brush.lines(np.array(shaft), thick, theme["good" if is_open else "breach"])
