"""Formations: pure slot functions. x to the right along the front, y to the rear, metres.

Geometry after the table of docs/doctrine.md [P]; nothing stands closer than 0.6 m, a body in kit is 0.56 m wide.
"""

import math
from collections.abc import Callable

import numpy as np


def _ranks(count: int, ranks: int, spacing: float, depth: float, staggered: bool = False) -> np.ndarray:
    """`count` slots in `ranks` rows, front row first, each row centred; `staggered`: every second row in the gaps."""
    front = math.ceil(count / ranks)
    slots = []
    for k in range(ranks):
        here = min(front, count - k * front)
        if here <= 0:
            break
        # A row with one officer less stands in the gaps of the first as soon as it is centred.
        aside = spacing / 2 if staggered and k % 2 and (front - here) % 2 == 0 else 0.0
        x = (np.arange(here) - (here - 1) / 2) * spacing + aside
        slots.append(np.column_stack([x, np.full(here, k * depth)]))
    return np.vstack(slots) if slots else np.zeros((0, 2))


def bersaf1(count: int, radius: float = 0.0) -> np.ndarray:
    """Single rank, 0.7 m."""
    return _ranks(count, 1, 0.7, 0.0)


def bersaf1t(count: int, radius: float = 0.0) -> np.ndarray:
    """Closed shield rank, 0.6 m; also linked arms."""
    return _ranks(count, 1, 0.6, 0.0)


def bersaf2(count: int, radius: float = 0.0) -> np.ndarray:
    """Double rank, the rear one in the gaps of the front."""
    return _ranks(count, 2, 0.6, 0.8, staggered=True)


def bersaf3(count: int, radius: float = 0.0) -> np.ndarray:
    """Triple rank."""
    return _ranks(count, 3, 0.6, 0.8)


def tingkat(count: int, radius: float = 0.0) -> np.ndarray:
    """Two ranks that touch, the rear shields above the front ones."""
    return _ranks(count, 2, 0.6, 0.6)


def dorong(count: int, radius: float = 0.0) -> np.ndarray:
    """Double rank close together, the rear one in the gaps: to push, or crouched as cover."""
    return _ranks(count, 2, 0.6, 0.6, staggered=True)


def tahap(count: int, radius: float = 0.0) -> np.ndarray:
    """Three lines, 8 m one behind the other."""
    return _ranks(count, 3, 0.7, 8.0)


def catur(count: int, radius: float = 0.0) -> np.ndarray:
    """Checkerboard of two ranks: people filter through."""
    return _ranks(count, 2, 1.2, 1.2, staggered=True)


def busur(count: int, radius: float = 0.0) -> np.ndarray:
    """Half circle before a wall, both ends a body's width from it; `radius` m, or what 0.7 m spacing asks for."""
    radius = radius or 0.7 * count / math.pi
    end = math.asin(min(0.5, 0.35 / radius)) if radius > 0 else 0.0
    angle = np.linspace(math.pi - end, end, count) if count > 1 else np.array([math.pi / 2])
    return np.column_stack([radius * np.cos(angle), -radius * np.sin(angle)])


def banjar3(count: int, radius: float = 0.0) -> np.ndarray:
    """Column of three."""
    return _ranks(count, max(1, math.ceil(count / 3)), 0.9, 1.0)


def banjar1(count: int, radius: float = 0.0) -> np.ndarray:
    """Single file."""
    return _ranks(count, max(1, count), 0.9, 0.9)


def paruh(count: int, radius: float = 0.0) -> np.ndarray:
    """Wedge: the tip first, then one pace aside and one back."""
    k = (np.arange(count) + 1) // 2
    side = np.where(np.arange(count) % 2 == 1, -1.0, 1.0)
    return np.column_stack([side * k * 0.7, k * 0.7])


def serong_ka(count: int, radius: float = 0.0) -> np.ndarray:
    """Echelon, its left in front: it turns a crowd aside to its right."""
    k = np.arange(count)
    return np.column_stack([(k - (count - 1) / 2) * 0.7, k * 0.7])


def serong_ki(count: int, radius: float = 0.0) -> np.ndarray:
    """Echelon, its right in front: it turns a crowd aside to its left."""
    return serong_ka(count) * (-1.0, 1.0)


def lingkar(count: int, radius: float = 0.0) -> np.ndarray:
    """Ring facing out, 0.7 m along the circle."""
    radius = radius or max(0.7, 0.7 * count / (2 * math.pi))
    angle = -math.pi / 2 + 2 * math.pi * np.arange(count) / max(1, count)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def kotak(count: int, radius: float = 0.0) -> np.ndarray:
    """Box facing out, 0.85 m along its sides: 0.6 m remain between two on either side of a corner."""
    side = max(0.85, 0.85 * count / 4)
    along = np.arange(count) * max(0.85, 4 * side / max(1, count))
    leg, rest = np.divmod(along, side)
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5), (-0.5, -0.5)]) * side
    leg = np.minimum(leg.astype(int), 3)
    return corners[leg] + (corners[leg + 1] - corners[leg]) * (rest / side)[:, None]


def sekat(count: int, radius: float = 0.0) -> np.ndarray:
    """Filter line: a single rank with one opening of 1.2 m clear width in the middle."""
    slots = _ranks(count, 1, 0.7, 0.0)
    half = (1.2 + 0.56 - 0.7) / 2
    slots[:, 0] += np.where(slots[:, 0] < 0, -half, half)
    return slots


def kepung(count: int, radius: float = 0.0) -> np.ndarray:
    """Three quarters of a circle facing in; a quarter, where the formation's front is, stays open to leave by."""
    radius = radius or max(0.85, 0.8 * count / (1.5 * math.pi))
    angle = math.pi * (np.linspace(-0.25, 1.25, count) if count > 1 else np.array([0.5]))
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def tindak(count: int, radius: float = 0.0) -> np.ndarray:
    """Groups of six to arrest one person: two who take hold, two who cover, the leader, one with a camera."""
    group = np.array([(-0.4, 0.0), (0.4, 0.0), (-0.8, 0.8), (0.8, 0.8), (0.0, 0.8), (0.0, 1.6)])
    k = np.arange(count)
    return group[k % 6] + np.column_stack([np.zeros(count), 2.4 * (k // 6)])


Formation = Callable[[int, float], np.ndarray]

FORMATIONS: dict[str, Formation] = {
    "bersaf1": bersaf1,
    "bersaf1t": bersaf1t,
    "bersaf2": bersaf2,
    "bersaf3": bersaf3,
    "berkait": bersaf1t,
    "busur": busur,
    "banjar3": banjar3,
    "banjar1": banjar1,
    "lapis_tahap": tahap,
    "lapis_tingkat": tingkat,
    "dorong": dorong,
    "paruh": paruh,
    "serong_ka": serong_ka,
    "serong_ki": serong_ki,
    "lingkar": lingkar,
    "kotak": kotak,
    "sekat": sekat,
    "kepung": kepung,
    "berlindung": dorong,
    "catur": catur,
    "tindak": tindak,
}

LINES = (
    "bersaf1", "bersaf1t", "bersaf2", "bersaf3", "berkait", "busur", "lapis_tahap", "lapis_tingkat", "dorong", "sekat",
    "berlindung",
)  # fmt: skip
"""Formations whose neighbours in the front join shields or hold a rope."""

OUTWARD = ("busur", "lingkar", "kotak")
"""Formations whose officers look away from the anchor; those of a `kepung` look at it."""

_SHORT = 4.0  # m of front that stay straight: two ranks of a shorter one would meet
_ROUND = ("busur", "lingkar", "kotak", "kepung")


def shaped(formation: str, count: int, radius: float = 0.0, width: float = 0.0, bend: float = 0.0) -> np.ndarray:
    """Slots of a formation, f8[count, 2], m, drawn out to a front of `width` m and bent.

    radius : m, of an arc or ring, 0 = its own ; width : nothing comes closer together than in the formation itself
    bend   : m the middle of the front stands ahead of its ends, negative behind; lines alone, to a half circle
    """
    slots = FORMATIONS[formation](count, radius)
    span = float(np.ptp(slots[:, 0])) if count else 0.0
    if span > 0.0 and width > span:
        slots = slots * (width / span, width / span if formation in _ROUND else 1.0)
        span = width
    ahead = math.copysign(1.0, bend)
    depth = float(slots[:, 1].max(initial=0.0)) if ahead > 0 else 0.0  # the rear stands closer, on a smaller circle
    tightest = max(span / 2, span / math.pi + depth)
    rise = min(abs(bend), tightest - math.sqrt(tightest**2 - span**2 / 4))
    if rise < 0.05 or span < _SHORT or formation not in LINES or formation in _ROUND:
        return slots
    circle = (span**2 / 4 + rise**2) / (2 * rise)  # radius of the front
    turn = max(4 * math.atan2(2 * rise, span) / span, 1 / (circle - depth))  # rad for each m along the front
    angle = slots[:, 0] * turn
    reach = circle - ahead * slots[:, 1]
    return np.column_stack([reach * np.sin(angle), ahead * (circle - rise - reach * np.cos(angle))])


_RANKS = {"bersaf2": 2, "bersaf3": 3, "lapis_tahap": 3, "lapis_tingkat": 2, "dorong": 2, "berlindung": 2}


def front_of(formation: str, count: int) -> int:
    """How many of the first slots make the front, in order from left to right."""
    return math.ceil(count / ranks_of(formation))


def ranks_of(formation: str) -> int:
    """Rows of a line one behind the other; 1 for what is no line."""
    return _RANKS.get(formation, 1)


def stage(rect: tuple[float, float, float, float], count: int, taken: np.ndarray) -> np.ndarray | None:
    """Slots [m], shape [count, 2], of a column of three laid in a zone along its long side, clear of the `taken` slots.

    Columns stand side by side, then one behind the other; None when the zone has no room left.
    """
    x0, y0, x1, y1 = rect
    along_x = x1 - x0 >= y1 - y0
    length, breadth = (x1 - x0, y1 - y0) if along_x else (y1 - y0, x1 - x0)
    for files in (3, 4, 5, 6, 8):
        ranks = math.ceil(count / files)
        rank, file = np.divmod(np.arange(count), files)
        need_length, need_breadth = (ranks - 1) * 1.0 + 0.7, (files - 1) * 0.9 + 0.7
        for start in np.arange(0.0, length - need_length + 1e-6, 1.0):
            for side in np.arange(0.0, breadth - need_breadth + 1e-6, 0.45):
                u, v = start + 0.35 + rank * 1.0, side + 0.35 + file * 0.9
                slots = np.column_stack([x0 + u, y0 + v] if along_x else [x0 + v, y0 + u])
                if not len(taken) or ((slots[:, None] - taken[None]) ** 2).sum(axis=2).min() > 0.8**2:
                    return slots
    return None


def opened(slots: np.ndarray, width: float) -> np.ndarray:
    """The same slots with a gap of `width` m in the middle: each half steps aside."""
    moved = slots.copy()
    moved[:, 0] += np.where(slots[:, 0] < 0, -width / 2, width / 2)
    return moved


def place(slots: np.ndarray, anchor: tuple[float, float], heading: float) -> np.ndarray:
    """Slots on the map, m: the front of the formation faces `heading` (rad, 0 = east, clockwise)."""
    forward = np.array([math.cos(heading), math.sin(heading)])
    right = np.array([-math.sin(heading), math.cos(heading)])
    return np.asarray(anchor) + slots[:, :1] * right - slots[:, 1:] * forward


def match(position: np.ndarray, slots: np.ndarray) -> np.ndarray:
    """Slot of each officer, i4[n]: the assignment with the least sum of squared distances, so that no two meet who walk
    straight and arrive together. Needs as many slots as officers."""
    from scipy.optimize import linear_sum_assignment  # a third of a second that the first picture need not wait for

    square = ((position[:, None, :] - slots[None, :, :]) ** 2).sum(axis=2)
    rows, columns = linear_sum_assignment(square)
    result = np.empty(len(position), np.int32)
    result[rows] = columns
    return result
