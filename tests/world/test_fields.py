"""Navigation fields and rays: against hand-computed ways, a graph search, and a ray marched in millimetres."""

import math

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import TILE, gate, open_field, room, tilemap
from scipy import ndimage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from crowdsim.kernels.fields import FAR, descend, free_way, march, sample_way
from crowdsim.validation import ground
from crowdsim.world.world import FIRST_BARRIER, WALL, Goal, World


def way_of(cost: np.ndarray, passable: np.ndarray, source: np.ndarray) -> np.ndarray:
    way = np.empty(cost.shape, np.float32)
    march(cost.astype(np.float32), passable, source, TILE, way)
    return way


def descent(way: np.ndarray) -> np.ndarray:
    direction = np.empty((*way.shape, 2), np.float32)
    descend(way, direction)
    return direction


def graph_way(cost: np.ndarray, passable: np.ndarray, source: np.ndarray, sides: int) -> np.ndarray:
    """Shortest ways over tiles joined by 4 or 8 sides; a step costs the mean of its two tiles."""
    index = np.arange(cost.size).reshape(cost.shape)
    rows, cols, lengths = [], [], []
    for dr, dc in ((0, 1), (1, 0), (1, 1), (1, -1))[: 2 if sides == 4 else 4]:
        a = (slice(0, cost.shape[0] - dr), slice(max(0, -dc), cost.shape[1] - max(0, dc)))
        b = (slice(dr, cost.shape[0]), slice(max(0, dc), cost.shape[1] - max(0, -dc)))
        open_ = passable[a] & passable[b]
        rows.append(index[a][open_])
        cols.append(index[b][open_])
        lengths.append((cost[a][open_] + cost[b][open_]) / 2 * TILE * math.hypot(dr, dc))
    i, j, w = np.concatenate(rows), np.concatenate(cols), np.concatenate(lengths)
    graph = coo_array((w, (i, j)), shape=(cost.size, cost.size)).tocsr()
    found = dijkstra(graph, directed=False, indices=np.flatnonzero(source & passable), min_only=True)
    return found.reshape(cost.shape)


def labyrinth(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    passable = ndimage.zoom(rng.random((8, 11)), 4, order=1) < 0.62
    source = np.zeros_like(passable)
    free = np.argwhere(passable)
    source[tuple(free[rng.integers(len(free))])] = True
    return rng.uniform(1.0, 2.0, passable.shape).astype(np.float32), passable, source


@settings(deadline=None, max_examples=40, derandomize=True)
@given(
    st.integers(0, 10_000), st.integers(1, 24), st.integers(1, 24), st.sampled_from([0.0, 0.3, 3.0, 20.0, 60.0]),
    st.sampled_from([0.02, 0.5]),
)  # fmt: skip
def test_every_tile_gets_the_bits_a_heap_gives(seed: int, rows: int, cols: int, uneven: float, goal: float) -> None:
    """Ground that is even, where many tiles are equally far, and ground of which some is slow beyond measure."""
    rng = np.random.default_rng(seed)
    cost = np.exp(uneven * rng.random((rows, cols))).astype(np.float32)
    passable, source = rng.random((rows, cols)) < 0.8, rng.random((rows, cols)) < goal
    np.testing.assert_array_equal(way_of(cost, passable, source), naive.march(cost, passable, source, TILE))


def test_a_straight_corridor_is_as_long_as_it_is() -> None:
    passable = np.zeros((3, 40), bool)
    passable[1] = True
    source = np.zeros_like(passable)
    source[1, 4] = True
    way = way_of(np.ones((3, 40)), passable, source)
    np.testing.assert_allclose(way[1], np.abs(np.arange(40) - 4) * TILE, rtol=1e-6)
    assert (way[[0, 2]] == FAR).all()
    direction = descent(way)
    np.testing.assert_array_equal(direction[1, 5:], np.tile((-1.0, 0.0), (35, 1)))
    np.testing.assert_array_equal(direction[1, :4], np.tile((1.0, 0.0), (4, 1)))
    np.testing.assert_array_equal(direction[1, 4], (0.0, 0.0))


def test_slow_ground_costs_its_factor() -> None:
    cost = np.ones((1, 20))
    cost[0, 10:] = 1.5
    source = np.zeros((1, 20), bool)
    source[0, 0] = True
    way = way_of(cost, np.ones((1, 20), bool), source)
    assert way[0, 19] == pytest.approx((9 + 10 * 1.5) * TILE)


def test_open_ground_is_within_three_percent_of_the_distance() -> None:
    """From a goal some tiles wide; a single tile is the worst case of a first-order scheme."""
    shape = (121, 161)
    y, x = np.mgrid[: shape[0], : shape[1]].astype(float)
    distance = np.hypot(x - 80, y - 60) * TILE
    source = distance <= 3.0
    way = way_of(np.ones(shape), np.ones(shape, bool), source)
    far = distance > 15.0
    wanted_way = ndimage.distance_transform_edt(~source, sampling=TILE)
    np.testing.assert_allclose(way[far], wanted_way[far], rtol=0.03)
    wanted = -np.stack([x - 80, y - 60], axis=-1) * TILE / np.maximum(distance, 1e-9)[..., None]
    turned = np.abs(np.arccos(np.clip((descent(way) * wanted).sum(axis=-1), -1, 1)))
    assert np.degrees(turned[far]).max() < 8.0


@pytest.mark.parametrize("seed", range(6))
def test_ways_lie_between_the_graphs(seed: int) -> None:
    """A way is at most the one along four sides, and hardly shorter than the one along eight."""
    cost, passable, source = labyrinth(seed)
    way = way_of(cost, passable, source)
    four, eight = (
        graph_way(np.full_like(cost, 2.0), passable, source, 4),
        graph_way(np.ones_like(cost), passable, source, 8),
    )
    np.testing.assert_array_equal(way < FAR, np.isfinite(four))
    reached = np.isfinite(four)
    assert (way[reached] <= four[reached] + 1e-4).all()
    assert (way[reached] >= 0.9 * eight[reached] - TILE).all()


@pytest.mark.parametrize("seed", range(6))
def test_whoever_follows_the_field_arrives(seed: int) -> None:
    """Stepping to the neighbour the direction points at, from everywhere, ends at the goal and never in a wall."""
    cost, passable, source = labyrinth(seed)
    way = way_of(cost, passable, source)
    direction = descent(way)
    for r, c in np.argwhere((way < FAR) & ~source)[::7]:
        y, x = (r + 0.5) * TILE, (c + 0.5) * TILE
        for _ in range(4000):
            _here, ex, ey = sample_way(way, direction, TILE, x, y)
            row, col = int(y / TILE), int(x / TILE)
            if way[row, col] == 0.0:
                break
            for dx, dy in ((ex, ey), (direction[row, col, 0], direction[row, col, 1])):
                nx, ny = x + 0.1 * float(dx), y + 0.1 * float(dy)
                if passable[int(ny / TILE), int(nx / TILE)]:
                    x, y = nx, ny
                    break
        assert way[int(y / TILE), int(x / TILE)] == 0.0


def test_a_sampled_way_is_linear_between_tiles() -> None:
    passable, source = np.ones((10, 40), bool), np.zeros((10, 40), bool)
    source[:, 0] = True
    way = way_of(np.ones((10, 40)), passable, source)
    direction = descent(way)
    for x, y in ((4.25, 2.25), (4.4, 2.6), (11.13, 1.0)):
        here, ex, ey = sample_way(way, direction, TILE, x, y)
        assert here == pytest.approx(x - 0.25, abs=1e-4)
        assert (ex, ey) == pytest.approx((-1.0, 0.0), abs=1e-5)


def test_a_sample_out_of_reach_says_so() -> None:
    way = np.full((4, 4), FAR, np.float32)
    assert sample_way(way, descent(way), TILE, 1.0, 1.0)[0] == FAR


# --- rays ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_a_ray_is_the_ray_marched_in_millimetres(seed: int) -> None:
    rng = np.random.default_rng(seed)
    solid = (rng.random((14, 18)) < 0.25).astype(np.int16)
    for _ in range(60):
        x, y = rng.uniform(0.01, 8.99), rng.uniform(0.01, 6.99)
        if solid[int(y / TILE), int(x / TILE)]:
            continue
        angle = rng.uniform(0, 2 * math.pi)
        ex, ey = math.cos(angle), math.sin(angle)
        found = free_way(solid, TILE, x, y, ex, ey, 3.5)
        marched = naive.free_way(solid, TILE, x, y, ex, ey, 3.5)
        # Past a corner closer than a millimetre the marched one may slip by; never the other way round.
        assert found <= marched + 1e-6
        if found < marched - 0.0021:
            r, c = (math.floor((v + (found + 1e-4) * e) / TILE) for v, e in ((y, ey), (x, ex)))
            assert solid[r, c]


@pytest.mark.parametrize(
    ("angle", "way"), [(0, 4.5), (90, 2.5), (180, 5.0), (270, 7.0), (45, 2.5 * math.sqrt(2)), (225, 5.0 * math.sqrt(2))]
)
def test_rays_end_at_walls_and_at_the_edge_of_the_map(angle: float, way: float) -> None:
    solid = np.zeros((20, 30), np.int16)
    solid[:, 19] = WALL  # x = 9.5 m
    solid[19] = FIRST_BARRIER  # a shut gate at y = 9.5 m
    found = free_way(solid, TILE, 5.0, 7.0, math.cos(math.radians(angle)), math.sin(math.radians(angle)), 20.0)
    assert found == pytest.approx(way, abs=1e-3)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 9.4), st.floats(0.6, 6.9), st.floats(0, 2 * math.pi), st.floats(0.1, 5.0))
def test_a_ray_never_exceeds_its_reach(x: float, y: float, angle: float, reach: float) -> None:
    found = free_way(np.zeros((20, 30), np.int16), TILE, x, y, math.cos(angle), math.sin(angle), reach)
    assert 0.0 <= found <= reach


# --- worlds ----------------------------------------------------------------------------------------------------------


def test_a_shut_gate_is_solid_and_an_open_one_free() -> None:
    world = World.from_map(room())
    rows, cols = slice(8, 12), 20
    assert (world.solid[rows, cols] == FIRST_BARRIER).all()
    opened = world.with_passable((True,))
    assert (opened.solid[rows, cols] == 0).all()
    assert (world.solid[rows, cols] == FIRST_BARRIER).all(), "the old world has not changed"
    assert (world.solid[:8, 20] == WALL).all()


def test_the_same_flags_give_the_same_world() -> None:
    world = World.from_map(room())
    opened = world.with_passable((True,))
    assert opened is world.with_passable((True,))
    assert opened.with_passable((False,)) is world


def test_a_breach_opens_a_way() -> None:
    world = World.from_map(room())
    goal = Goal(((15.0, 4.0, 16.0, 6.0),))
    west = (slice(0, 20), slice(0, 20))
    assert (world.field(goal)[0][west] == FAR).all()
    assert (world.with_passable((True,)).field(goal)[0][west] < 40.0).all()
    through = world.field(Goal(goal.rects, ("gate",)))[0]
    assert (through[west] < 40.0).all(), "walked up to as if it were open"


def test_ways_keep_a_body_off_walls_and_no_more() -> None:
    """Ground nearer to a wall than a body costs more: beside it ways lead off, further away they run straight."""
    plan = ground.Plan(free=((0.0, 0.0, 10.0, 2.0),), goals=((9.0, 0.0, 10.0, 2.0),))
    world = World.from_map(plan.tilemap())
    way, direction = world.field(plan.goal_fields()[0])
    row = round(0.5 / ground.TILE)  # the map begins half a metre north of the corridor
    column = round(3.0 / ground.TILE)
    assert direction[row, column, 1] > 0.1, "away from the northern wall"
    assert abs(direction[row + round(0.5 / ground.TILE), column, 1]) < 0.02, "straight, half a metre from it"
    assert way[row + round(1.0 / ground.TILE), column] == pytest.approx(6.5, rel=0.02)


def test_the_quicker_of_two_gates_is_taken() -> None:
    """Where a metre before the near gate takes long, the way leads to the far one; the shortest way stays known."""
    gates = [gate("north", (10.0, 1.0, 10.5, 3.0), is_open=True), gate("south", (10.0, 7.0, 10.5, 9.0), is_open=True)]
    world = World.from_map(tilemap(20.0, 10.0, [(10.0, 0.0, 10.5, 10.0)], gates))
    goal = Goal(((15.0, 0.5, 16.0, 9.5),))
    pace = np.ones(world.solid.shape)
    quick = world.field_at_pace(goal, pace)
    np.testing.assert_array_equal(quick[0], world.field(goal)[0])
    pace[1:8, 14:20] = 4.0
    quick = world.field_at_pace(goal, pace)
    assert quick[1][8, 12, 1] > 0.3 > 0.0 > world.field(goal)[1][8, 12, 1]
    assert quick[0][8, 12] > world.field(goal)[0][8, 12] + 0.5


def test_the_nearer_of_two_gates_is_taken() -> None:
    gates = [gate("north", (10.0, 1.0, 10.5, 3.0), is_open=True), gate("south", (10.0, 7.0, 10.5, 9.0), is_open=True)]
    world = World.from_map(tilemap(20.0, 10.0, [(10.0, 0.0, 10.5, 10.0)], gates))
    _, direction = world.field(Goal(((15.0, 0.5, 16.0, 9.5),)))
    assert direction[4, 17, 1] <= 0.0
    assert direction[8, 18, 1] < -0.3
    assert direction[12, 18, 1] > 0.3
    shut = world.with_passable((False, True))
    assert shut.field(Goal(((15.0, 0.5, 16.0, 9.5),)))[1][8, 18, 1] > 0.3, "with the northern one shut, the other"


def test_open_field_is_free_to_its_edge() -> None:
    world = World.from_map(open_field(20, 12))
    assert world.is_free(np.array([(0.01, 0.01), (19.99, 11.99)])).all()
    assert not world.is_free(np.array([(-0.01, 1.0), (20.01, 1.0), (1.0, 12.01)])).any()
