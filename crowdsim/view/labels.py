"""Where labels go: beside what they name, on free ground, never on people or on one another."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

Box = tuple[int, int, int, int]  # left, top, width, height, px


@dataclass(frozen=True)
class Wish:
    """A label that wants a place."""

    key: str
    anchor: tuple[float, float]  # px, the thing it names
    size: tuple[int, int]  # px
    clear: int  # px to keep from the anchor
    reach: int  # px it may be moved away at most; beyond that it is dropped
    centred: bool = False  # lies best on the anchor itself, such as the name of a building
    leader: bool = True  # gets a leader line, which had better not run over people


@dataclass(frozen=True)
class Placed:
    """A label that got one."""

    key: str
    box: Box
    anchor: tuple[float, float]


class FreeGround:
    """Which cells of the view are taken, with sums that answer "is this box free" in four look-ups."""

    CELL = 8  # px

    def __init__(self, bounds: Box, taken: np.ndarray) -> None:
        """`taken` u1[rows, cols]: cells reached by a person, the first one at the corner of `bounds`."""
        self.bounds = bounds
        self.taken = taken
        self.sums = np.zeros((taken.shape[0] + 1, taken.shape[1] + 1), np.int32)
        np.cumsum(np.cumsum(taken, 0, dtype=np.int32), 1, out=self.sums[1:, 1:])

    @staticmethod
    def cells(bounds: Box) -> np.ndarray:
        """An empty `taken` for these bounds."""
        return np.zeros((bounds[3] // FreeGround.CELL + 1, bounds[2] // FreeGround.CELL + 1), np.uint8)

    def free(self, boxes: np.ndarray) -> np.ndarray:
        """Which of the boxes i4[m, 4] lie wholly inside the bounds and on nobody."""
        left, top = boxes[:, 0] - self.bounds[0], boxes[:, 1] - self.bounds[1]
        right, bottom = left + boxes[:, 2], top + boxes[:, 3]
        inside = (left >= 0) & (top >= 0) & (right <= self.bounds[2]) & (bottom <= self.bounds[3])
        rows, cols = self.sums.shape
        c0, r0 = np.clip(left // self.CELL, 0, cols - 1), np.clip(top // self.CELL, 0, rows - 1)
        c1, r1 = np.clip(-(-right // self.CELL), 0, cols - 1), np.clip(-(-bottom // self.CELL), 0, rows - 1)
        people = self.sums[r1, c1] - self.sums[r0, c1] - self.sums[r1, c0] + self.sums[r0, c0]
        return inside & (people == 0)


def take(taken: np.ndarray, bounds: Box, box: Box) -> None:
    """Note in `taken` (see `FreeGround`) that nothing may lie on `box`."""
    cell = FreeGround.CELL
    left, top = max(box[0] - bounds[0], 0), max(box[1] - bounds[1], 0)
    right, bottom = box[0] - bounds[0] + box[2], box[1] - bounds[1] + box[3]
    if right > 0 and bottom > 0:
        taken[top // cell : -(-bottom // cell), left // cell : -(-right // cell)] = 1


_CROSSED = 12.0  # px further away a label may lie to keep a twelfth of its leader off people
_MOVED = 60.0  # px nearer a new place must be before a label moves there


def _crossings(boxes: np.ndarray, anchor: tuple[float, float], busy: np.ndarray, bounds: Box) -> np.ndarray:
    """How many of twelve points of each box's leader line lie on a busy cell, not counting the end at the anchor."""
    x = np.clip(anchor[0], boxes[:, 0], boxes[:, 0] + boxes[:, 2])
    y = np.clip(anchor[1], boxes[:, 1], boxes[:, 1] + boxes[:, 3])
    share = np.linspace(0.0, 0.7, 12)
    px = x[:, None] + (anchor[0] - x)[:, None] * share - bounds[0]
    py = y[:, None] + (anchor[1] - y)[:, None] * share - bounds[1]
    rows, cols = busy.shape
    col = np.clip(px // FreeGround.CELL, 0, cols - 1).astype(int)
    row = np.clip(py // FreeGround.CELL, 0, rows - 1).astype(int)
    return busy[row, col].sum(axis=1, dtype=np.int64)


def _ladder(length: int, clear: int, reach: int, step: int) -> np.ndarray:
    """Starts of a side `length` px long, along one axis: about the anchor, just clear of it, and on outwards."""
    out = np.arange(clear, reach + 1, step)
    about = np.arange(0, length // 2 + 1, step)
    return np.unique(np.concatenate([out, -out - length, about - length // 2, -about - length // 2]))


@lru_cache(maxsize=256)
def _offsets(width: int, height: int, clear: int, reach: int, centred: bool) -> tuple[np.ndarray, np.ndarray]:
    """Corners of boxes to try, relative to the anchor, i4[m, 2], the most readable first, and their cost in px.

    That is: near, and rather above than beside or below.
    """
    step = max(12, height // 2)
    x, y = np.meshgrid(_ladder(width, clear, reach, step), _ladder(height, clear, reach, step))
    left, top = x.ravel(), y.ravel()
    gap_x = np.maximum(np.maximum(left, -(left + width)), 0)
    gap_y = np.maximum(np.maximum(top, -(top + height)), 0)
    away = np.hypot(gap_x, gap_y)
    aslant = np.abs(left + width / 2) / 3  # a box straight above reads as belonging there
    below = np.where(top > 0, height / 2, np.where(gap_y == 0, height / 4, 0.0))
    if centred:
        cost = np.hypot(left + width / 2, top + height / 2)
        good = np.flatnonzero(cost <= reach)
    else:
        cost = away + aslant * (gap_y > 0) + np.abs(top + height / 2) / 3 * (gap_y == 0) + below
        good = np.flatnonzero((away >= clear) & (away <= reach))
    order = good[np.argsort(cost[good], kind="stable")]
    return np.column_stack([left[order], top[order]]), cost[order]


def _candidates(wish: Wish) -> tuple[np.ndarray, np.ndarray]:
    """Boxes to try, i4[m, 4], and the cost of each."""
    corner, cost = _offsets(*wish.size, wish.clear, wish.reach, wish.centred)
    corner = corner + np.rint(wish.anchor).astype(np.int64)
    return np.column_stack([corner, np.full((len(corner), 2), wish.size)]), cost


def _meets(boxes: np.ndarray, box: Box, gap: int) -> np.ndarray:
    """Which of the boxes come nearer than `gap` px to `box`."""
    return (
        (boxes[:, 0] < box[0] + box[2] + gap)
        & (box[0] - gap < boxes[:, 0] + boxes[:, 2])
        & (boxes[:, 1] < box[1] + box[3] + gap)
        & (box[1] - gap < boxes[:, 1] + boxes[:, 3])
    )


def place(
    wishes: list[Wish],
    ground: FreeGround,
    kept: tuple[Box, ...] = (),
    last: dict[str, tuple[int, int]] | None = None,
    gap: int = 6,
) -> list[Placed]:
    """A place for each wish, the first ones served first; one that finds none is left out.

    `kept`: boxes nothing may lie on, such as the scale bar. `last`: where labels lay relative to their anchor in the
    picture before; a label stays there while it can, so that labels do not jump about.
    """
    taken = list(kept)
    placed = []
    lines: list[tuple[float, float]] = []  # points of the leaders drawn already, not to be hidden either
    busy = ground.taken.copy()  # people, and the labels that lie already: what a leader had better not cross
    for wish in wishes:
        boxes, cost = _candidates(wish)
        if last and wish.key in last and not wish.centred:
            dx, dy = last[wish.key]
            stay = (round(wish.anchor[0]) + dx, round(wish.anchor[1]) + dy, *wish.size)
            point = nearest_point(stay, wish.anchor)
            away = float(np.hypot(point[0] - wish.anchor[0], point[1] - wish.anchor[1]))
            boxes, cost = np.concatenate([[stay], boxes]), np.concatenate([[away - _MOVED], cost])
        good = ground.free(boxes)
        for box in taken:
            good &= ~_meets(boxes, box, gap)
        first = np.flatnonzero(good)[:150]
        if not len(first):
            continue
        price = cost[first]
        if wish.leader and not wish.centred:
            price = price + _CROSSED * _crossings(boxes[first], wish.anchor, busy, ground.bounds)
        if lines:
            x, y = np.array(lines).T
            left, top, width, height = (column[:, None] for column in boxes[first].T)
            over = (left < x) & (x < left + width) & (top < y) & (y < top + height)
            price = price + _CROSSED * over.sum(axis=1)
        chosen = boxes[first[int(np.argmin(price))]].tolist()
        taken.append((chosen[0], chosen[1], chosen[2], chosen[3]))
        take(busy, ground.bounds, taken[-1])
        if wish.leader and not wish.centred:
            x0, y0 = nearest_point(taken[-1], wish.anchor)
            away_x, away_y = wish.anchor[0] - x0, wish.anchor[1] - y0
            lines += [(x0 + away_x * n / 12, y0 + away_y * n / 12) for n in range(1, 13)]
        placed.append(Placed(wish.key, taken[-1], wish.anchor))
    return placed


def nearest_point(box: Box, point: tuple[float, float]) -> tuple[float, float]:
    """The point of the box's rim or inside nearest to `point`: where a leader line starts."""
    return (
        min(max(point[0], box[0]), box[0] + box[2]),
        min(max(point[1], box[1]), box[1] + box[3]),
    )
