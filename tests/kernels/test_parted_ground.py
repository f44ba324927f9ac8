"""The ground that hangs together while a line stands on it."""

import numpy as np
import pytest
from scipy.ndimage import label

from crowdsim.kernels.ground import part_ground

ACROSS, TILE = 0.6, 0.5


def by_tiles(solid: np.ndarray, officers: np.ndarray) -> np.ndarray:
    """The parts, with the way from every officer to every tile."""
    middles = (np.indices(solid.shape).transpose(1, 2, 0)[..., ::-1] + 0.5) * TILE
    taken = np.zeros(solid.shape, bool)
    for officer in officers.astype(float):
        taken |= np.hypot(*(middles - officer).transpose(2, 0, 1)) < ACROSS
    return label((solid == 0) & ~taken)[0]


def parts(solid: np.ndarray, officers: np.ndarray) -> np.ndarray:
    found = np.full(solid.shape, -1, np.int32)
    part_ground(solid, officers, ACROSS, TILE, found)
    return found


@pytest.mark.parametrize("seed", range(8))
def test_parts_as_scipy_numbers_them(seed: int) -> None:
    rng = np.random.default_rng(seed)
    solid = (rng.random((23, 31)) < 0.1 * (seed + 1)).astype(np.int16)  # from open ground to a heap of scraps
    officers = rng.uniform(-1.0, 16.0, (3 * seed, 2)).astype(np.float32)  # some beyond the map
    np.testing.assert_array_equal(parts(solid, officers), by_tiles(solid, officers))


def test_a_line_from_wall_to_wall_parts_the_ground() -> None:
    solid = np.zeros((20, 30), np.int16)
    line = np.array([(7.3, 0.4 + 0.8 * k) for k in range(12)], np.float32)
    assert parts(solid, line).max() == 2
    assert parts(solid, np.delete(line, (5, 6), axis=0)).max() == 1, "a way is left between them"
