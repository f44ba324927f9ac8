"""The drawing loops against plain arithmetic."""

import numpy as np
import pytest

from crowdsim.view import stamps

CLIP = np.array([4, 4, 28, 28], np.int64)


def test_a_sprite_never_leaves_its_clip() -> None:
    sprites = np.full((1, 1, 12, 12), 0xFF112233, np.uint32)
    pixels = np.zeros((32, 32), np.uint32)
    people = np.array([[x, y] for x in range(-8, 40, 3) for y in range(-8, 40, 3)], np.float32)
    n = len(people)
    angle, kind, one = np.zeros(n, np.float32), np.zeros(n, np.int32), np.ones(1, np.int32)
    row = np.arange(n, dtype=np.int32)
    stamps.stamp_people(
        pixels, CLIP, sprites, 0 * one, one, 1, 6 * one, row, kind, people, people, angle, angle, 0.0, 0.0, 0.0, 1.0
    )
    assert (pixels[4:28, 4:28] == 0x112233).all()
    pixels[4:28, 4:28] = 0
    assert not pixels.any()


def test_half_covered_pixels_are_mixed() -> None:
    sprites = np.full((1, 1, 2, 2), 128 << 24 | 0x404040, np.uint32)  # 0x80 at half cover
    pixels = np.full((32, 32), 0x808080, np.uint32)
    at, angle = np.array([[16.0, 16.0]], np.float32), np.zeros(1, np.float32)
    one, kind = np.ones(1, np.int32), np.zeros(1, np.int32)
    stamps.stamp_people(pixels, CLIP, sprites, kind, one, 1, one, kind, kind, at, at, angle, angle, 0.0, 0.0, 0.0, 1.0)
    assert pixels[16, 16] == 0x808080


def test_density_counts_people_per_square_metre() -> None:
    rng = np.random.default_rng(1)
    people = rng.uniform(0, 20, (1200, 2)).astype(np.float32)  # 3 per m2
    field, spare = np.zeros((40, 40), np.float32), np.zeros((40, 40), np.float32)
    kind = np.zeros(1200, np.int32)
    stamps.density(people, kind, 0.5, field, spare)
    assert field[4:-4, 4:-4].mean() == pytest.approx(3.0, rel=0.1)
    kind[:] = -1
    stamps.density(people, kind, 0.5, field, spare)
    assert not field.any()


def test_marked_cells_hold_every_person() -> None:
    rng = np.random.default_rng(2)
    people = rng.uniform(0, 300, (40, 2)).astype(np.float32)
    taken = np.zeros((40, 40), np.uint8)
    stamps.mark_cells(taken, people, np.zeros(40, np.int32), np.full(1, 7.0, np.float32), 0.0, 0.0, 1.0, 8, 0.0)
    for x, y in people:
        for dx in (-6.9, 0, 6.9):
            for dy in (-6.9, 0, 6.9):
                col, row = int((x + dx) // 8), int((y + dy) // 8)
                if 0 <= col < 40 and 0 <= row < 40:
                    assert taken[row, col]
    assert 0 < taken.mean() < 0.4


def paint(place: list[tuple[float, float]], index: list[int], alpha: int = 255) -> np.ndarray:
    pixels = np.zeros((32, 32), np.uint32)
    colour = np.tile(np.array([255, 255, 255, alpha], np.uint8), (len(place), 1))
    uv = np.full((len(place), 2), 0.5, np.float32)
    white = np.full((2, 2), 255, np.uint8)
    where = np.array(place, np.float32)
    stamps.paint_triangles(pixels, 0, 0, 32, 32, where, uv, colour, np.array(index, np.uint32), white)
    return pixels


def test_the_short_way_of_rectangles_paints_what_triangles_would() -> None:
    corners = [(3.0, 5.0), (20.0, 5.0), (20.0, 17.0), (3.0, 17.0)]
    short = paint(corners, [0, 1, 2, 0, 2, 3])
    long = paint(corners, [1, 2, 0, 3, 0, 2])  # another order of corners is not recognised
    assert (short == long).all()
    assert (short[5:17, 3:20] == 0xFFFFFF).all() and np.count_nonzero(short) == 12 * 17


def test_a_fan_has_neither_gaps_nor_doubled_seams() -> None:
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    # About the middle of a pixel, so that the seams along the axes and diagonals run through middles of others.
    rim = [(16.5, 16.5), *((16.5 + 11 * float(np.cos(a)), 16.5 + 11 * float(np.sin(a))) for a in angles)]
    index = [i for n in range(24) for i in (0, 1 + n, 1 + (n + 1) % 24)]
    pixels = paint(rim, index, alpha=128)
    inside = np.hypot(*(np.mgrid[0:32, 0:32] - 16.0)) < 10
    assert len(np.unique(pixels[inside])) == 1


def test_a_ring_leaves_its_inside_alone() -> None:
    pixels = np.full((32, 32), 0x123456, np.uint32)
    stamps.draw_ring(pixels, np.array([0, 0, 32, 32], np.int64), 16.0, 16.0, 10.0, 2.0, 255, 0, 0)
    assert pixels[16, 16] == 0x123456
    assert pixels[16, 26] == 0xFF0000


def test_density_colours_start_at_their_threshold() -> None:
    ramp = np.array([[0, 0, 0], [200, 0, 0], [250, 0, 0]], np.uint8)
    clip = np.array([0, 0, 32, 32], np.int64)
    for value, painted in ((1.9, False), (3.0, True)):
        pixels = np.full((32, 32), 0xFFFFFF, np.uint32)
        field = np.full((16, 16), value, np.float32)
        stamps.paint_heat(pixels, clip, field, 1.0, ramp, 2, 1.0, 1.0, 0.0, 0.0, 2.0)
        assert (pixels[16, 16] != 0xFFFFFF) == painted
    assert pixels[16, 16] >> 16 == pytest.approx(200, abs=2)
    field[:, 9:] = 0.0  # the slope from 3 to 0 passes the threshold a third of the way
    pixels = np.full((32, 32), 0xFFFFFF, np.uint32)
    stamps.paint_heat(pixels, clip, field, 1.0, ramp, 2, 1.0, 1.0, 0.0, 0.0, 2.0)
    assert pixels[16, 16] != 0xFFFFFF and (pixels[16, 18:] == 0xFFFFFF).all()
