"""Labels lie beside what they name: never on people, never on one another."""

import numpy as np
import pytest
from synthetic import Crowd, full, make_map

from crowdsim.view import labels, sprites
from crowdsim.view.picture import Look, Moment, Picture
from crowdsim.view.scene import canvas

BOUNDS = (0, 100, 800, 500)


def ground(people: list[tuple[int, int, int, int]] = ()) -> labels.FreeGround:  # type: ignore[assignment]
    taken = labels.FreeGround.cells(BOUNDS)
    for box in people:
        labels.take(taken, BOUNDS, box)
    return labels.FreeGround(BOUNDS, taken)


def meet(a: labels.Box, b: labels.Box) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def test_a_lone_label_lies_close_above() -> None:
    (placed,) = labels.place([labels.Wish("a", (400, 300), (120, 30), 10, 200)], ground())
    left, top, width, height = placed.box
    assert abs(left + width / 2 - 400) <= 8
    assert 300 - 20 <= top + height <= 300 - 10


def test_labels_of_one_spot_do_not_meet() -> None:
    wishes = [labels.Wish(str(n), (400 + n, 300), (120, 30), 10, 300) for n in range(8)]
    placed = labels.place(wishes, ground())
    assert len(placed) == 8
    for n, a in enumerate(placed):
        for b in placed[n + 1 :]:
            assert not meet(a.box, b.box)


def test_a_label_moves_off_people_and_kept_boxes() -> None:
    crowd = (300, 200, 200, 120)
    chip = (500, 150, 120, 200)
    (placed,) = labels.place([labels.Wish("a", (400, 300), (120, 30), 10, 300)], ground([crowd]), kept=(chip,))
    assert not meet(placed.box, crowd)
    assert not meet(placed.box, chip)


def test_without_free_ground_it_is_left_out() -> None:
    assert labels.place([labels.Wish("a", (400, 300), (120, 30), 10, 100)], ground([(200, 100, 400, 400)])) == []


def test_it_stays_where_it_was_while_that_is_free_and_near() -> None:
    wish = labels.Wish("a", (400.0, 300.0), (120, 30), 10, 200)
    (placed,) = labels.place([wish], ground(), last={"a": (40, 30)})
    assert placed.box == (440, 330, 120, 30)
    (placed,) = labels.place([wish], ground([(440, 330, 10, 10)]), last={"a": (40, 30)})
    assert placed.box != (440, 330, 120, 30)
    (placed,) = labels.place([wish], ground(), last={"a": (180, 60)})  # free, but no longer a good place
    assert placed.box[1] + placed.box[3] <= 290


def test_a_leader_line_had_better_not_run_over_people() -> None:
    """Two free places at like distances, one behind people: the other is taken, although it lies lower in rank."""
    anchor = (400, 300)
    wall = [(100, 270, 600, 12), (100, 318, 282, 14), (418, 318, 282, 14), (100, 282, 282, 36), (418, 282, 282, 36)]
    (placed,) = labels.place([labels.Wish("a", anchor, (30, 24), 34, 200)], ground(wall))
    assert placed.box[1] > 318, placed  # below, through the gap, not above, behind the wall


def test_a_label_had_better_not_hide_the_leader_of_another() -> None:
    far = labels.Wish("far", (400, 300), (100, 30), 120, 200)  # its leader runs straight up from (400, 300)
    close = labels.Wish("close", (400, 260), (60, 24), 14, 200)
    first, second = labels.place([far, close], ground())
    start = labels.nearest_point(first.box, first.anchor)
    points = [(start[0] + (400 - start[0]) * n / 30, start[1] + (300 - start[1]) * n / 30) for n in range(1, 30)]
    assert not any(meet((int(x), int(y), 1, 1), second.box) for x, y in points)


def test_no_leader_runs_through_a_label_and_none_cross() -> None:
    """Gauges of a row of fences, with only a strip of free ground well away from them."""
    wishes = [labels.Wish(str(n), (150 + 60 * n, 500), (150, 60), 24, 420) for n in range(9)]
    wishes += [labels.Wish(f"small {n}", (170 + 130 * n, 330), (60, 24), 16, 220) for n in range(4)]
    placed = labels.place(wishes, ground([(0, 380, 800, 220)]))
    assert len(placed) >= 8

    def leader(one: labels.Placed) -> list[tuple[float, float]]:
        (x, y), (ax, ay) = labels.nearest_point(one.box, one.anchor), one.anchor
        return [(x + (ax - x) * k / 200, y + (ay - y) * k / 200) for k in range(201)]

    for one in placed:
        for other in placed:
            if one is not other:
                left, top, width, height = other.box
                inside = [left < x < left + width and top < y < top + height for x, y in leader(one)]
                assert not any(inside), (one, other)


@pytest.mark.parametrize("people", [300, 1500, 5000])
@pytest.mark.parametrize("breached", [False, True])
@pytest.mark.parametrize("presenter", [False, True])
@pytest.mark.parametrize("whole", [False, True])
def test_no_label_of_a_picture_meets_another_or_a_person(
    people: int, breached: bool, presenter: bool, whole: bool
) -> None:
    tile_map, frame = make_map(), Crowd(people).frame(60.0, breached)
    frame = full(frame) if whole else frame
    picture = Picture(tile_map, (1920, 1080), Look(presenter=presenter, panel=False, exits=whole))
    picture.draw(canvas((1920, 1080)), Moment(frame, frame))
    placed = picture.scene.label_boxes
    assert len(placed) >= 3
    camera, half = picture.camera, picture.scene.atlas(picture.camera.zoom).half
    kind = sprites.kinds(frame)
    for n, a in enumerate(placed):
        assert picture.place.map.contains(a.box)
        for b in placed[n + 1 :]:
            assert not meet(a.box, b.box), (a.key, b.key)
        x = camera.origin[0] + frame.position[:, 0] * camera.zoom
        y = camera.origin[1] + frame.position[:, 1] * camera.zoom
        r = half[np.maximum(kind, 0)]
        left, top, width, height = a.box
        covered = (x + r > left) & (x - r < left + width) & (y + r > top) & (y - r < top + height) & (kind >= 0)
        assert not covered.any(), a.key
