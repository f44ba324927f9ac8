"""Grids: what is spread over the ground and changes, on cells of two metres: legitimacy, what was seen, gas."""

from dataclasses import dataclass, field

import numpy as np

from crowdsim.kernels.ground import raise_near
from crowdsim.world.tilemap import TileMap

CELL = 2.0
"""m: side of a cell."""


@dataclass
class Grids:
    """Fields over the map, f4[rows, cols] each. Whoever acts fills the stimuli; they are cleared once minds took them.

    A stimulus is what somebody standing in the cell is exposed to during this decision, 0 .. 1. What is over at once,
    an arrest, is a pulse: `arrest` is a sum of pulses, any other stimulus takes one as amount over `dt`.
    """

    legitimacy: np.ndarray  # how rightful the police seem, 0..1
    dialogue: np.ndarray  # D: somebody talks with them
    force: np.ndarray  # E: force on people who did nothing violent, seen from here
    arrest: np.ndarray  # J: lawful arrests seen, one pulse each
    threat: np.ndarray  # Th: something to be afraid of
    restraint: np.ndarray  # W: visible restraint, an open way out
    gas: np.ndarray  # mg/m3
    open_east: np.ndarray  # bool[rows, cols]: air passes to the cell in the east
    open_south: np.ndarray  # bool[rows, cols]: air passes to the cell in the south
    stimuli: tuple[str, ...] = field(default=("dialogue", "force", "arrest", "threat", "restraint"))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, cols = self.legitimacy.shape
        return rows, cols

    def coarse_legitimacy(self) -> np.ndarray:
        """Legitimacy on cells of twice the side, f4[rows / 2, cols / 2], in steps of two percent: a recording keeps
        what changes. An odd last row or column is left out."""
        rows, cols = self.shape[0] // 2, self.shape[1] // 2
        whole = self.legitimacy[: 2 * rows, : 2 * cols]
        west, east = whole[:, 0::2], whole[:, 1::2]
        four: np.ndarray = (west[0::2] + east[0::2]) + (west[1::2] + east[1::2])
        return np.rint(four * np.float32(12.5)) / np.float32(50.0)

    def clear(self) -> None:
        """Forget the stimuli of this moment."""
        for name in self.stimuli:
            getattr(self, name).fill(0.0)

    def cells(self, position: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Row and column, i8[n] each, of the cells that points [m], shape [n, 2], lie in; beyond the map its edge."""
        rows, cols = self.shape
        at = (position.T / CELL).astype(np.int64, order="C")  # all columns, then all rows
        # Two ufuncs take a fifth of the time of np.clip on so few people.
        np.minimum(np.maximum(at, 0, out=at), [[cols - 1], [rows - 1]], out=at)
        return at[1], at[0]

    def expose(self, name: str, x: float, y: float, radius: float, amount: float) -> None:
        """Raise a stimulus to at least `amount` within `radius` m of a point; `arrest` takes pulses only."""
        raise_near(np.array([[x, y]], float), radius, amount, CELL, getattr(self, name))

    def pulse(self, name: str, x: float, y: float, width: float, amount: float) -> None:
        """Add amount exp(-d^2 / 2 width^2) to a stimulus, d [m] from the point; nothing beyond 3 width."""
        rows, cols = self.shape
        reach = 3.0 * width
        r0, r1 = max(0, int((y - reach) / CELL)), min(rows, int((y + reach) / CELL) + 1)
        c0, c1 = max(0, int((x - reach) / CELL)), min(cols, int((x + reach) / CELL) + 1)
        cy = (np.arange(r0, r1) + 0.5) * CELL - y
        cx = (np.arange(c0, c1) + 0.5) * CELL - x
        square = cy[:, None] ** 2 + cx[None, :] ** 2
        getattr(self, name)[r0:r1, c0:c1] += np.where(
            square <= reach * reach, amount * np.exp(-square / (2.0 * width * width)), 0.0
        ).astype(np.float32)


def grids_for(tilemap: TileMap, passable: np.ndarray, legitimacy: float) -> Grids:
    """Empty grids over a map. passable : bool[tile rows, tile cols], where no wall stands."""
    width, height = tilemap.size
    grids = open_grids(width, height, legitimacy)
    grids.open_east, grids.open_south = airways(passable, tilemap.tile_size, grids.shape)
    return grids


def open_grids(width: float, height: float, legitimacy: float) -> Grids:
    """Empty grids over free ground of `width` x `height` m."""
    shape = (int(np.ceil(height / CELL)), int(np.ceil(width / CELL)))
    empty, free = np.zeros(shape, np.float32), np.ones(shape, bool)
    return Grids(
        legitimacy=np.full(shape, legitimacy, np.float32),
        dialogue=empty.copy(),
        force=empty.copy(),
        arrest=empty.copy(),
        threat=empty.copy(),
        restraint=empty.copy(),
        gas=empty.copy(),
        open_east=free.copy(),
        open_south=free.copy(),
    )


def airways(passable: np.ndarray, tile: float, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Between which cells air passes: where some row, or column, of tiles is free from one middle to the other.

    passable : bool[tile rows, tile cols] ; returns open_east, open_south, bool[rows, cols]
    """
    k = round(CELL / tile)
    rows, cols = shape
    free = np.zeros((rows * k, cols * k), bool)
    free[: passable.shape[0], : passable.shape[1]] = passable
    east, south = np.zeros(shape, bool), np.zeros(shape, bool)
    h = k // 2
    strips = np.stack([free[:, h + d : h + d + (cols - 1) * k : k] for d in range(k + 1)]).all(axis=0)
    east[:, :-1] = strips.reshape(rows, k, cols - 1).any(axis=1)
    strips = np.stack([free[h + d : h + d + (rows - 1) * k : k, :] for d in range(k + 1)]).all(axis=0)
    south[:-1, :] = strips.reshape(rows - 1, cols, k).any(axis=2)
    return east, south
