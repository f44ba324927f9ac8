"""Many people and few: how the work of a tick is shared out never changes a bit."""

import numpy as np
import pytest

from crowdsim.kernels import numba, set_threads
from crowdsim.kernels.cells import ALONE, SORTED_ROWS, gather_people
from crowdsim.kernels.motion import move
from crowdsim.population.roles import Mode, Status
from crowdsim.validation.ground import Ground, Plan


def crowd(count: int) -> Ground:
    """People 0.7 m apart, a little shaken, half of them bound for each side."""
    side = 60.0
    ground = Ground(Plan(free=((0.0, 0.0, side, side),), goals=((0.0, 0.0, 1.0, side), (side - 1.0, 0.0, side, side))),
                    count)  # fmt: skip
    rng = np.random.default_rng(4)
    k = np.arange(count)
    people = ground.people
    people.position[:] = np.column_stack([2.0 + 0.7 * (k % 78), 2.0 + 0.7 * (k // 78)]) + rng.uniform(
        -0.1, 0.1, (count, 2)
    )
    people.radius[:], people.mass[:], people.speed_wish[:] = 0.2, 75.0, rng.uniform(0.8, 1.6, count)
    people.goal[:], people.mode[:], people.status[:] = k % 2, Mode.WALK, Status.ACTIVE
    people.heading[:], people.direction[:] = 0.0, 0.0
    return ground


@pytest.mark.parametrize("count", [ALONE, ALONE + 1])
def test_one_thread_and_two_give_the_same_bits(count: int) -> None:
    """As many people as one thread takes by itself, and one more."""
    before, found = numba.get_num_threads(), []
    try:
        for threads in (1, 2):
            if set_threads(threads) < threads:
                pytest.skip("this machine has one processor")
            ground = crowd(count)
            for tick in range(20):
                ground.step()
                if tick == 4:  # everybody has had his turn once
                    for chosen in (ground.people.heading, ground.people.direction):
                        assert (np.hypot(*chosen.T) > 0.99).all(), "nobody is forgotten"
            found.append((ground.people.position.copy(), ground.people.velocity.copy()))
    finally:
        set_threads(before)
    assert np.abs(found[0][1]).max() > 0.5, "they walk"
    for one, two in zip(*found, strict=True):
        np.testing.assert_array_equal(one.view(np.uint32), two.view(np.uint32))


def test_nobody_is_left_out_where_the_work_is_shared() -> None:
    """The same people as the first of a small crowd and of one too large for one thread."""
    n = ALONE + 1
    rng = np.random.default_rng(5)
    f4 = np.float32
    order = rng.permutation(n).astype(np.int32)
    pair, one = rng.random((n, 2)).astype(f4), rng.random(n).astype(f4)
    whole = np.arange(n, dtype=np.int32)
    shared, alone = np.zeros((SORTED_ROWS, n + 16), f4), np.zeros((SORTED_ROWS, n + 16), f4)
    kinds = np.zeros(n, f4)
    columns = (pair, pair + f4(1.0), one, one + f4(1.0), pair + f4(2.0), one + f4(2.0), whole, kinds, whole)
    gather_people(order, n, *columns, shared)
    gather_people(order, n - 1, *columns, alone)
    np.testing.assert_array_equal(shared[:, : n - 1], alone[:, : n - 1])
    assert shared[0, n - 1] == pair[order[n - 1], 0] and alone[0, n - 1] == 0.0
    solid, clear = np.zeros((20, 20), np.int16), np.full((20, 20), 3.0, f4)
    ends = []
    for count in (n, n - 1):
        position, velocity = pair + f4(4.0), np.zeros((n, 2), f4)
        move(
            order, count, 50.0 * pair, np.zeros((n, 3), f4), 1.0 + one, solid, clear, 0.5, 0.02, 5.0, position, velocity
        )
        ends.append(position)
    last = order[n - 1]
    np.testing.assert_array_equal(np.delete(ends[0], last, 0), np.delete(ends[1], last, 0))
    assert (ends[0][last] != ends[1][last]).all() and (ends[1] != pair + f4(4.0)).any(axis=1).sum() == n - 1
