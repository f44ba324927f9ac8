"""What can be laid over the map to see what people alone do not show: fields, loads, ways, sight."""

from collections import deque

import numpy as np

from crowdsim.frame import Frame
from crowdsim.population.roles import OFFICER_ROLES, BarrierState, Status
from crowdsim.view import stamps
from crowdsim.view.brush import Brush, Point
from crowdsim.view.theme import Theme
from crowdsim.world.tilemap import TileMap

PRESSURE_STEPS = (0.005, 0.01, 0.02)
"""1/s2: a quarter, half and all of what turned a crowd's flow turbulent in the film of Mina 2006 ([R])."""
LINE_STEPS = (0.5, 0.8)
"""Share of what a stretch of a line bears: it works hard; it is about to give way ([P])."""
RINGS = (10, 20, 30, 50)
"""m from the main gate: talking, out of arm's reach, out of a stone's usual reach, what a loud-hailer reaches ([D])."""
CONTACT_STEPS = (100.0, 300.0, 600.0)
"""N on the less squeezed of two who touch: a brush, felt, hard to bear."""
SIGHT = (60.0, 1.05)
"""m and rad to either side an officer watches ([D])."""

FLOW = 1.0
"""People a second and metre of a way out: the 60 a minute of rule R1 ([P])."""
NO_CONTACTS = np.zeros((0, 2), np.int64), np.zeros(0, np.float32)

_TRAIL_EVERY, _TRAIL_LENGTH = 0.5, 17  # s between two points of a trail, and how many are kept: eight seconds
_CELL = 1.0  # m, of the pressure
_EYES = 48  # officers whose sight is drawn; neighbours see the same
_WORST = 1500  # contacts drawn
_NAMED = 4  # stretches of lines whose load is written
_MOVES = 0.15  # m/s: slower is no arrow
_TOUCH = 0.03  # m between two bodies that touch


class Trails:
    """Where everybody was in the last seconds, from the frames that were shown."""

    def __init__(self) -> None:
        self._points: deque[tuple[float, np.ndarray]] = deque(maxlen=_TRAIL_LENGTH)

    def note(self, frame: Frame) -> None:
        """Remember a frame; after a jump in time a trail begins anew."""
        if self._points:
            last = self._points[-1][0]
            if frame.time < last or frame.time - last > 20 * _TRAIL_EVERY:
                self._points.clear()
            elif frame.time - last < _TRAIL_EVERY - 1e-6:
                return
        if self._points and self._points[-1][1].shape != frame.position.shape:
            self._points.clear()
        self._points.append((frame.time, frame.position))

    def draw(self, brush: Brush, theme: Theme, frame: Frame) -> None:
        """A fading line behind everyone who walks."""
        if not self._points or self._points[-1][1].shape != frame.position.shape:
            return
        history = np.stack([*(points for _, points in self._points), frame.position]).astype(np.float32)
        rows = np.flatnonzero(frame.status == Status.ACTIVE).astype(np.int32)
        half = max(1, round(0.9 * theme.scale))
        stamps.draw_trails(
            brush.pixels, brush.clip, history, rows, brush.ox, brush.oy, brush.zoom, *theme["trail"], half
        )


def draw_legitimacy(brush: Brush, theme: Theme, field: np.ndarray) -> None:
    """How rightful the police seem, f4[rows, cols] on cells of 4 m, from brown (not) over nothing to teal (very)."""
    cell = 4.0
    # One more colour below and one more cell around: `paint_heat` fades in above its lowest, and none shall fade here.
    ramp = np.array([theme[f"legitimacy_{n}"] for n in (1, 1, 2, 3, 4, 5)], np.uint8)
    origin = brush.ox - cell * brush.zoom, brush.oy - cell * brush.zoom
    around = np.pad(field, 1, mode="edge")
    stamps.paint_heat(brush.pixels, brush.clip, around, cell, ramp, -0.25, 0.25, 0.5, *origin, brush.zoom)


def draw_pressure(brush: Brush, theme: Theme, frame: Frame, kinds: np.ndarray, size: Point) -> None:
    """Crowd pressure in three steps with a line at each; the last one is hatched."""
    shape = int(np.ceil(size[1] / _CELL)), int(np.ceil(size[0] / _CELL))
    field = np.zeros(shape, np.float32)
    stamps.crowd_pressure(frame.position, frame.velocity, kinds, _CELL, field, np.zeros((4, *shape), np.float32))
    rows, cols = np.nonzero(field >= PRESSURE_STEPS[0])
    if not len(rows):
        return
    step, clip = _CELL * brush.zoom, brush.clip.copy()
    clip[:2] = np.maximum(clip[:2], (brush.ox + (cols.min() - 1) * step, brush.oy + (rows.min() - 1) * step))
    clip[2:] = np.minimum(clip[2:], (brush.ox + (cols.max() + 2) * step, brush.oy + (rows.max() + 2) * step))
    ramp = np.array([theme[f"pressure_{n}"] for n in (1, 2, 3)], np.uint8)
    steps, alpha = np.array(PRESSURE_STEPS, np.float32), np.array((0.45, 0.6, 0.75), np.float32)
    hatch = max(theme.px(14) // 2 * 2, 8)
    stamps.paint_steps(brush.pixels, clip, field, _CELL, steps, alpha, ramp, hatch, brush.ox, brush.oy, brush.zoom)


def draw_rings(brush: Brush, theme: Theme, centre: Point) -> None:
    """Circles at round distances about a point (m)."""
    at = brush.at(*centre)
    for metres in RINGS:
        brush.ring(at, metres * brush.zoom, 2.6 * theme.scale, theme["outline"])
        brush.ring(at, metres * brush.zoom, 1.5 * theme.scale, theme["ring"])


def ring_centre(tile_map: TileMap) -> Point:
    """m: the middle of the first gate; of the map, if it has none."""
    gate = next((gate for gate in tile_map.gates if gate.kind == "gate"), None)
    x0, y0, x1, y1 = gate.rect if gate else (0.0, 0.0, *tile_map.size)
    return (x0 + x1) / 2, (y0 + y1) / 2


def sight(tile_map: TileMap, frame: Frame, followed: str) -> np.ndarray:
    """Which tiles the officers see, u1[rows, cols]; those of the followed unit only, if one is followed."""
    blind = blind_tiles(tile_map, frame)
    watches = np.isin(frame.role, OFFICER_ROLES) & (frame.status == Status.ACTIVE)
    index = next((n for n, unit in enumerate(frame.units) if unit.id == followed), None)
    if index is not None:
        watches &= frame.unit == index
    rows = np.flatnonzero(watches)
    rows = rows[:: max(1, len(rows) // _EYES)]
    seen = np.zeros(blind.shape, np.uint8)
    reach, half_angle = SIGHT
    stamps.look_around(blind, tile_map.tile_size, frame.position[rows], frame.facing[rows], half_angle, reach, seen)
    return seen


def blind_tiles(tile_map: TileMap, frame: Frame) -> np.ndarray:
    """Which tiles nobody sees past, bool[rows, cols]: walls, buildings, shut doors; over what is low one looks."""
    blind = tile_map.solid.copy()
    for gate, state in zip(tile_map.gates, frame.barrier_state, strict=True):
        if not gate.low and state in (BarrierState.CLOSED, BarrierState.DAMAGED):
            blind[tile_map.tiles_of(gate.rect)] = True
    return blind


def draw_sight(brush: Brush, theme: Theme, seen: np.ndarray, tile: float) -> None:
    """What nobody watches lies in the shade."""
    stamps.shade(brush.pixels, brush.clip, seen, tile, 0.6, *theme["unseen"], brush.ox, brush.oy, brush.zoom)


def draw_velocity(brush: Brush, theme: Theme, frame: Frame, here: np.ndarray) -> None:
    """An arrow as long as everybody's way of the next second; here f4[n, 2] m."""
    speed = np.hypot(frame.velocity[:, 0], frame.velocity[:, 1])
    rows = np.flatnonzero((frame.status == Status.ACTIVE) & (speed > _MOVES))
    if not len(rows):
        return
    start, way = here[rows], frame.velocity[rows]
    tip = start + way
    along = way / speed[rows, None]
    across = np.column_stack([-along[:, 1], along[:, 0]])
    wing = np.minimum(0.35 * speed[rows], 0.4)[:, None]
    ends = np.vstack(
        [np.hstack([start, tip])] + [np.hstack([tip, tip - wing * (along + side * 0.7 * across)]) for side in (1, -1)]
    )
    width = max(0.035 * brush.zoom, 0.75 * theme.scale)
    brush.lines(ends, width + 0.7, theme["outline"], 0.6)
    brush.lines(ends, width, theme["velocity"])


def contacts(frame: Frame) -> tuple[np.ndarray, np.ndarray]:
    """Who touches whom: rows i8[m, 2], and N on the less squeezed of the two, the worst last."""
    up = np.flatnonzero((frame.status == Status.ACTIVE) & (frame.squeeze > CONTACT_STEPS[0]))
    if len(up) < 2:
        return NO_CONTACTS
    from scipy.spatial import cKDTree  # a tenth of a second, for which the first picture does not wait

    pairs = up[
        cKDTree(frame.position[up]).query_pairs(2 * float(frame.radius[up].max()) + _TOUCH, output_type="ndarray")
    ]
    a, b = pairs[:, 0], pairs[:, 1]
    apart = np.hypot(*(frame.position[a] - frame.position[b]).T) - frame.radius[a] - frame.radius[b]
    pairs = pairs[apart < _TOUCH]
    force = np.minimum(frame.squeeze[pairs[:, 0]], frame.squeeze[pairs[:, 1]])
    order = np.lexsort((pairs[:, 1], pairs[:, 0], force))[-_WORST:]
    return pairs[order], force[order]


def draw_contacts(brush: Brush, theme: Theme, pairs: np.ndarray, force: np.ndarray, here: np.ndarray) -> None:
    """A line between two who touch, wider and darker the harder they are pressed."""
    step = np.searchsorted(CONTACT_STEPS, force, side="right")
    for number in range(1, len(CONTACT_STEPS) + 1):
        some = pairs[step == number]
        ends = np.hstack([here[some[:, 0]], here[some[:, 1]]])
        width = max(0.03 * brush.zoom, 0.8 * theme.scale) * number
        brush.lines(ends, width + 0.8, theme["outline"], 0.7)
        brush.lines(ends, width, theme[f"squeeze_{number}"])


def line_colour(share: float) -> str:
    """The name of the colour of a stretch with this share of its capacity."""
    return "breach" if share >= LINE_STEPS[1] else "load" if share >= LINE_STEPS[0] else "good"


def worst_stretches(lines: np.ndarray, share: np.ndarray) -> list[tuple[float, float, float]]:
    """Middle (m) and share of capacity of the stretches that work hard, the worst first; one for each ten metres."""
    found: list[tuple[float, float, float]] = []
    for k in np.argsort(-share, kind="stable").tolist():
        x, y = float(lines[k, 0] + lines[k, 2]) / 2, float(lines[k, 1] + lines[k, 3]) / 2
        if share[k] < LINE_STEPS[0] or len(found) == _NAMED:
            break
        if all(np.hypot(x - a, y - b) > 10.0 for a, b, _ in found):
            found.append((x, y, float(share[k])))
    return found


def draw_lines(brush: Brush, theme: Theme, lines: np.ndarray, share: np.ndarray) -> None:
    """A bar along each stretch of a line, wider and redder the nearer it is to what it bears."""
    for low, high in ((0.0, LINE_STEPS[0]), (*LINE_STEPS,), (LINE_STEPS[1], np.inf)):
        some = lines[(share >= low) & (share < high)]
        if len(some):
            number = 1 + sum(low >= step for step in LINE_STEPS)
            width = max(0.09 * brush.zoom, 2.6 * theme.scale) * (0.6 + 0.4 * number)
            brush.lines(some[:, :4], width + 1.6, theme["outline"])
            brush.lines(some[:, :4], width, theme[line_colour(low)])
