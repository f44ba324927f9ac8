"""Where labels go: beside what they name, on free ground, never on people or on one another."""

from dataclasses import dataclass

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


# Directions to try, the more readable first: above, right, left, below, then the slants.
_DIRECTIONS = np.array(
    [(0, -1), (1, 0), (-1, 0), (0, 1), (0.7, -0.7), (-0.7, -0.7), (0.7, 0.7), (-0.7, 0.7)]
    + [(0.92, -0.38), (-0.92, -0.38), (0.38, -0.92), (-0.38, -0.92), (0.92, 0.38), (-0.92, 0.38)]
)


def _candidates(wish: Wish) -> np.ndarray:
    """Boxes to try, i4[m, 4], nearest first."""
    width, height = wish.size
    steps = np.arange(wish.clear, wish.reach + 1, max(12, height // 2))
    middle = np.concatenate([_DIRECTIONS * (steps[s] + np.array([width / 2, height / 2])) for s in range(len(steps))])
    if wish.centred:
        middle = np.concatenate([np.zeros((1, 2)), middle])
    corner = np.rint(middle + np.array(wish.anchor) - np.array([width / 2, height / 2])).astype(np.int64)
    return np.column_stack([corner, np.full(len(corner), width), np.full(len(corner), height)])


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
    for wish in wishes:
        boxes = _candidates(wish)
        if last and wish.key in last:
            dx, dy = last[wish.key]
            stay = [round(wish.anchor[0]) + dx, round(wish.anchor[1]) + dy, *wish.size]
            boxes = np.concatenate([[stay], boxes])
        good = ground.free(boxes)
        for box in taken:
            good &= ~_meets(boxes, box, gap)
        if good.any():
            left, top, width, height = (int(value) for value in boxes[int(np.argmax(good))])
            taken.append((left, top, width, height))
            placed.append(Placed(wish.key, (left, top, width, height), wish.anchor))
    return placed


def nearest_point(box: Box, point: tuple[float, float]) -> tuple[float, float]:
    """The point of the box's rim or inside nearest to `point`: where a leader line starts."""
    return (
        min(max(point[0], box[0]), box[0] + box[2]),
        min(max(point[1], box[1]), box[1] + box[3]),
    )
