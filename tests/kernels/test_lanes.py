"""Each operation on lanes against its scalar twin, lane by lane; and the bits on processors with narrower registers."""

import math
import operator
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numba import njit

from crowdsim.kernels.lanes import (
    HALF,
    LANES,
    bits,
    every,
    exp,
    first,
    higher,
    lane,
    least,
    load,
    load_half,
    lower,
    lowest_bit,
    root,
    size,
    some,
    store,
    total,
    where,
)  # fmt: skip

FLOATS = st.floats(-1e3, 1e3, width=32)
PAIRS = arrays(np.float32, (2, LANES), elements=FLOATS)


@njit
def operations(x, y, out):
    store(out, 0, 0, x + y)
    store(out, 1, 0, x - y)
    store(out, 2, 0, x * y)
    store(out, 3, 0, x / where(y < 0.0, y - 1.0, y + 1.0))
    store(out, 4, 0, -x)
    store(out, 5, 0, 2.5 * x - 0.1)
    store(out, 6, 0, lower(x, y))
    store(out, 7, 0, higher(x, 1.0))
    store(out, 8, 0, size(x))
    store(out, 9, 0, root(size(x)))
    store(out, 10, 0, where((x > 0.0) & ~(y >= 0.0) | (x <= -5.0), x, 0.1))


@njit
def arithmetic(a, out):
    operations(load(a, 0, 0), load(a, 1, 0), out)
    store(out, 11, 0, every(0.1))


@njit
def arithmetic_of_half(a, out):
    operations(load_half(a, 0, 0), load_half(a, 1, 0), out)


def arithmetic_wanted(a: np.ndarray) -> np.ndarray:
    x, y = a
    f = np.float32
    wanted = [x + y, x - y, x * y, x / np.where(y < 0, y - f(1), y + f(1)), -x, f(2.5) * x - f(0.1), np.minimum(x, y),
              np.maximum(x, f(1)), np.abs(x), np.sqrt(np.abs(x)), np.where((x > 0) & (y < 0) | (x <= -5), x, f(0.1)),
              np.full(LANES, 0.1, f)]  # fmt: skip
    return np.array(wanted, f)


@settings(max_examples=60, deadline=None)
@given(PAIRS)
def test_arithmetic_has_the_bits_of_single_floats(a: np.ndarray) -> None:
    out = np.zeros((12, LANES), np.float32)
    arithmetic(a, out)
    np.testing.assert_array_equal(out, arithmetic_wanted(a))


@settings(max_examples=60, deadline=None)
@given(PAIRS)
def test_half_a_block_has_them_too_and_leaves_the_other_half_alone(a: np.ndarray) -> None:
    out = np.full((11, LANES), 7.0, np.float32)
    arithmetic_of_half(a, out)
    np.testing.assert_array_equal(out[:, :HALF], arithmetic_wanted(a)[:11, :HALF])
    assert (out[:, HALF:] == 7.0).all()


@njit
def masks(a, count, place):
    x, y = load(a, 0, 0), load(a, 1, 0)
    return (
        bits(x < y), bits(x <= y), bits(x > y), bits(x >= y), bits((x < y) & (x > 0.0)), bits((x < y) | (x > 0.0)),
        bits(~(x < y)), bits(first(count)), bits(lane(place)), some(x < y),
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(arrays(np.float32, (2, LANES), elements=st.sampled_from([-1.0, 0.0, 1.0, 2.0])), st.integers(-40, 40),
       st.integers(-40, 40))  # fmt: skip
def test_masks_are_the_comparisons_of_single_floats(a: np.ndarray, count: int, place: int) -> None:
    x, y = a
    here = np.arange(LANES)

    def number(truth: np.ndarray) -> int:
        return sum(1 << k for k in range(LANES) if truth[k])

    wanted = [number(op(x, y)) for op in (operator.lt, operator.le, operator.gt, operator.ge)]
    wanted += [number((x < y) & (x > 0)), number((x < y) | (x > 0)), number(x >= y), number(here < count)]
    assert masks(a, count, place) == (*wanted, number(here == place), bool((x < y).any()))


@njit
def over_the_lanes(a):
    return total(load(a, 0, 0)), least(load(a, 1, 0))


@settings(max_examples=60, deadline=None)
@given(PAIRS)
def test_sum_and_least(a: np.ndarray) -> None:
    found, smallest = over_the_lanes(a)
    tree = a[0].copy()
    while len(tree) > 1:  # the order in which the lanes are joined is fixed
        tree = tree[: len(tree) // 2] + tree[len(tree) // 2 :]
    assert found == tree[0]
    assert smallest == a[1].min()


@njit
def exps(a, out):
    for k in range(0, a.shape[1], LANES):
        store(out, 0, k, exp(load(a, 0, k)))


def test_exp_is_as_good_as_it_says() -> None:
    a = np.linspace(-87.0, 87.0, 16 * 4000, dtype=np.float32)[None]
    out = np.zeros_like(a)
    exps(a, out)
    error = np.abs(out[0] / np.exp(a[0].astype(float)) - 1.0)
    assert error.max() < 5e-6
    assert error[np.abs(a[0]) < 5.0].max() < 5e-7
    a = np.array([[0.0, -1e9, -200.0, 200.0] * 4], np.float32)
    out = np.zeros_like(a)
    exps(a, out)
    assert out[0, 0] == 1.0
    assert 0.0 < out[0, 1] == out[0, 2] < 1e-37 and math.isfinite(out[0, 3])


@njit
def low(number):
    return lowest_bit(number)


@pytest.mark.parametrize("number", [1, 2, 12, 0x8000, 0xFFF0])
def test_lowest_bit(number: int) -> None:
    assert low(number) == (number & -number).bit_length() - 1


def test_load_and_store_touch_sixteen_floats_from_the_place_given() -> None:
    a = np.arange(3 * 40, dtype=np.float32).reshape(3, 40)

    @njit
    def shift(a, out):
        store(out, 2, 5, load(a, 1, 7))

    out = np.full((3, 40), -1.0, np.float32)
    shift(a, out)
    np.testing.assert_array_equal(out[2, 5:21], a[1, 7:23])
    out[2, 5:21] = -1.0
    assert (out == -1.0).all()


# A process of its own for each kind of processor: numba compiles for the one it is told of when it is imported.
PRESS = """
import sys
sys.path.insert(0, sys.argv[1])
import numpy as np
from scenes import Scene, random_crowd, room
from crowdsim.world.world import Goal
scene = Scene(room(is_open=True), 400, goals=(Goal(((14.0, 2.0, 15.0, 8.0),)), Goal(((1.0, 2.0, 2.0, 8.0),))))
random_crowd(scene, np.random.default_rng(5), (1, 1, 9, 9))
scene.people.goal[:] %= 2
scene.people.speed_wish[:] = 1.3
scene.step(40)
print(scene.people.position.tobytes().hex())
"""
MASKED = {
    "own": {},
    "avx2": {"NUMBA_CPU_FEATURES": "+avx2,+avx,+fma,-avx512f"},
    "generic": {"NUMBA_CPU_NAME": "generic"},
}


def test_every_processor_computes_the_same_bits(tmp_path: Path) -> None:
    """Sixteen lanes are one, two or four registers; that must not show."""
    root_folder = Path(__file__).resolve().parents[2]
    found = {}
    for name, environment in MASKED.items():
        done = subprocess.run(
            [sys.executable, "-c", PRESS, str(root_folder / "tests")], capture_output=True, text=True, cwd=root_folder,
            env={**os.environ, **environment, "NUMBA_CACHE_DIR": str(tmp_path / name)}, timeout=280,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        found[name] = np.frombuffer(bytes.fromhex(done.stdout.strip()), np.float32)
    assert np.isfinite(found["own"]).all()
    np.testing.assert_array_equal(found["avx2"], found["own"])
    np.testing.assert_array_equal(found["generic"], found["own"])
