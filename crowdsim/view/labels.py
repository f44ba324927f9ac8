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


_TRIED = 150  # free places, the best first, among which one is chosen
_CROSSED = 12.0  # px further away a label may lie to keep a twelfth of its leader off people
_TANGLED = 160.0  # px further away it may lie so that two leaders do not cross
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


def _meet(boxes: np.ndarray, others: np.ndarray, gap: int) -> np.ndarray:
    """Which of the boxes i4[m, 4] come nearer than `gap` px to any of the others i4[k, 4]."""
    low, high = boxes[:, None, :2], boxes[:, None, :2] + boxes[:, None, 2:]
    apart = (low >= others[:, :2] + others[:, 2:] + gap) | (others[:, :2] - gap >= high)
    found: np.ndarray = ~apart.any(axis=2).all(axis=1)
    return found


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
    leaders = np.zeros((0, 4))  # x0, y0, x1, y1 px of those drawn already: no label hides one
    busy = ground.taken.copy()  # people, and the labels that lie already: what a leader had better not cross
    for wish in wishes:
        boxes, cost = _candidates(wish)
        if last and wish.key in last and not wish.centred:
            dx, dy = last[wish.key]
            stay = (round(wish.anchor[0]) + dx, round(wish.anchor[1]) + dy, *wish.size)
            point = nearest_point(stay, wish.anchor)
            away = float(np.hypot(point[0] - wish.anchor[0], point[1] - wish.anchor[1]))
            boxes, cost = np.concatenate([[stay], boxes]), np.concatenate([[away - _MOVED], cost])
        led = wish.leader and not wish.centred
        good = ground.free(boxes)
        boxes, cost = boxes[good], cost[good]
        others = np.array(taken).reshape(-1, 4)
        good = ~_meet(boxes, others, gap) & ~_run_through(leaders[None], boxes[:, None]).any(axis=1)
        boxes, cost = boxes[good], cost[good]
        if led:
            own = _leaders(boxes, wish.anchor)
            clean = ~_run_through(own[:, None], others[None, len(kept) :]).any(axis=1)  # what is kept may hide its end
            boxes, cost, own = boxes[clean][:_TRIED], cost[clean][:_TRIED], own[clean][:_TRIED]
        if not len(boxes):
            continue
        if led:
            cost = cost + _CROSSED * _crossings(boxes, wish.anchor, busy, ground.bounds)
            for leader in leaders:
                cost = cost + _TANGLED * _cross(own, leader)
        chosen = int(np.argmin(cost))
        left, top, width, height = boxes[chosen].tolist()
        taken.append((left, top, width, height))
        take(busy, ground.bounds, taken[-1])
        if led:
            leaders = np.vstack([leaders, own[chosen]])
        placed.append(Placed(wish.key, taken[-1], wish.anchor))
    return placed


def _leaders(boxes: np.ndarray, anchor: tuple[float, float]) -> np.ndarray:
    """From the rim of each box to the anchor, f8[m, 4] px."""
    x = np.clip(anchor[0], boxes[:, 0], boxes[:, 0] + boxes[:, 2])
    y = np.clip(anchor[1], boxes[:, 1], boxes[:, 1] + boxes[:, 3])
    return np.column_stack([x, y, np.full(len(boxes), anchor[0]), np.full(len(boxes), anchor[1])])


def _run_through(lines: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Which line x0, y0, x1, y1 [px] meets the inside of which box; one of the two may be a single one."""
    enter, leave = np.zeros(()), np.ones(())
    for axis in (0, 1):
        start, way = lines[..., axis], lines[..., axis + 2] - lines[..., axis]
        way = np.where(np.abs(way) < 1e-6, 1e-6, way)
        low, high = (boxes[..., axis] - start) / way, (boxes[..., axis] + boxes[..., axis + 2] - start) / way
        enter, leave = np.maximum(enter, np.minimum(low, high)), np.minimum(leave, np.maximum(low, high))
    found: np.ndarray = enter < leave
    return found


def _cross(lines: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Which of the lines f8[m, 4] px cross another one."""

    def side(ax: np.ndarray, ay: np.ndarray, bx: np.ndarray, by: np.ndarray, x: float, y: float) -> np.ndarray:
        return (bx - ax) * (y - ay) - (by - ay) * (x - ax)

    x0, y0, x1, y1 = lines.T
    ox0, oy0, ox1, oy1 = other.tolist()
    parted = side(x0, y0, x1, y1, ox0, oy0) * side(x0, y0, x1, y1, ox1, oy1) < 0
    ends = [(ox1 - ox0) * (y - oy0) - (oy1 - oy0) * (x - ox0) for x, y in ((x0, y0), (x1, y1))]
    return parted & (ends[0] * ends[1] < 0)


def nearest_point(box: Box, point: tuple[float, float]) -> tuple[float, float]:
    """The point of the box's rim or inside nearest to `point`: where a leader line starts."""
    return (
        min(max(point[0], box[0]), box[0] + box[2]),
        min(max(point[1], box[1]), box[1] + box[3]),
    )
