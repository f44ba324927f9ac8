"""What lies over the map says what it shall: where, how much, and nothing where there is nothing."""

from dataclasses import replace

import numpy as np
from synthetic import Crowd, SyntheticSource, make_map
from test_view_picture import MAP, drawn, lonely

from crowdsim.frame import Frame
from crowdsim.population.roles import BarrierState, Role
from crowdsim.view import overlays, stills
from crowdsim.view.layers import NAMES
from crowdsim.view.picture import Look, Moment, Picture
from crowdsim.view.scene import canvas
from crowdsim.view.watch import Watch

BARE = Look(panel=False, unit_labels=False, warnings=False)


def changed(frame: Frame, name: str) -> np.ndarray:
    """Which pixels a layer changes below its legend, b[width, height]."""
    plain, laid = drawn(frame, BARE)[1], drawn(frame, replace(BARE, **{name: True}))[1]
    return (plain.astype(int) != laid).any(axis=2)[:, 200:]


def test_legitimacy_is_brown_where_it_is_lost_and_teal_where_it_is_high() -> None:
    field = np.full((30, 40), 0.5, np.float32)
    field[:, :20], field[:, 20:] = 0.0, 1.0  # the map's middle lies at x = 80 m
    picture, pixels = drawn(replace(lonely(Role.BYSTANDER), legitimacy=field), replace(BARE, legitimacy=True))
    height = pixels.shape[1] // 2
    left, right = pixels[300, height - 100 : height].astype(int), pixels[980, height - 100 : height].astype(int)
    assert (left[:, 0] - left[:, 2]).mean() > 25 and (right[:, 2] - right[:, 0]).mean() > 25
    assert not changed(lonely(Role.BYSTANDER), "legitimacy").any() or picture is not None  # an old run has none


def test_an_arrow_points_where_somebody_goes_and_none_where_he_stands() -> None:
    walks = lonely(Role.DEMONSTRATOR)
    velocity = walks.velocity.copy()
    velocity[0] = (2.0, 0.0)
    x = np.flatnonzero(changed(replace(walks, velocity=velocity), "velocity").any(axis=1))
    picture = drawn(walks, BARE)[0]
    at = picture.camera.to_screen(80.0, 60.0)[0]
    assert x.max() > at + 1.5 * picture.camera.zoom and x.min() > at - 6
    assert not changed(walks, "velocity").any()


def test_two_who_are_pressed_together_are_joined_and_two_who_only_touch_are_not() -> None:
    frame = Crowd(60).frame(10.0)
    position, squeeze = frame.position.copy(), np.zeros(60, np.float32)
    position[:2] = (80.0, 60.0), (80.4, 60.0)
    squeeze[:2] = 700.0, 350.0
    pairs, force = overlays.contacts(replace(frame, position=position, squeeze=squeeze))
    assert [sorted(pair) for pair in pairs.tolist()] == [[0, 1]] and force.tolist() == [350.0]
    assert not len(overlays.contacts(replace(frame, position=position))[0])


def test_a_trail_follows_a_walker_and_ends_where_time_jumps() -> None:
    base = lonely(Role.DEMONSTRATOR)
    trails, picture = overlays.Trails(), Picture(MAP, (1280, 720), replace(BARE, trails=True))
    picture.trails, picture.scene.trails = trails, trails
    picture._placed_camera = True
    picture.camera.fit(70, 50, 90, 70)

    def at(time: float, x: float) -> Frame:
        position = base.position.copy()
        position[0] = (x, 60.0)
        return replace(base, time=time, tick=round(50 * time), position=position)

    picture.remember([at(10 + k / 2, 74 + k / 2) for k in range(10)])
    surface = canvas((1280, 720))
    frame = at(15.0, 79.0)
    picture.draw(surface, Moment(frame, frame))
    behind, before = (surface.get_at(tuple(round(v) for v in picture.camera.to_screen(x, 60.0)))[:3] for x in (76, 86))
    assert behind != before
    trails.note(at(3.0, 76.0))
    assert len(trails._points) == 1, "back in time, the trail begins anew"


def test_officers_do_not_see_through_a_shut_gate_but_over_a_low_one() -> None:
    frame = lonely(Role.OFFICER, at=(80.0, 70.0), facing=np.full(40, np.pi / 2, np.float32))
    place, state = make_map(), np.array([BarrierState.CLOSED, BarrierState.CLOSED], np.int8)
    road = int(78 / 0.5), int(80 / 0.5)
    assert not overlays.sight(place, replace(frame, barrier_state=state), "")[road]
    low = replace(place, gates=tuple(replace(gate, low=True) for gate in place.gates))
    assert overlays.sight(low, replace(frame, barrier_state=state), "")[road]
    opened = np.array([BarrierState.OPEN, BarrierState.CLOSED], np.int8)
    seen = overlays.sight(place, replace(frame, barrier_state=opened), "")
    assert seen[road] and not seen[int(60 / 0.5), road[1]], "what lies behind him he does not see"


def test_pressure_is_of_people_who_move_apart_not_of_those_who_stand_or_walk_together() -> None:
    frame = Crowd(800).frame(10.0)
    assert not changed(frame, "pressure").any()
    together = replace(frame, velocity=np.full((800, 2), 1.0, np.float32))
    assert not changed(together, "pressure").any()
    apart = np.random.default_rng(2).normal(0.0, 0.6, (800, 2)).astype(np.float32)
    assert changed(replace(frame, velocity=apart), "pressure").sum() > 2000


def test_a_warning_is_told_once_among_the_events_in_the_order_of_time() -> None:
    watch = Watch(make_map())
    squeeze = np.full(800, 900.0, np.float32)
    source = SyntheticSource(800)
    for second in range(10, 14):
        watch.look(replace(source.crowd.frame(float(second)), squeeze=squeeze))
    told = watch.among(source.events, 20.0)
    assert sum(event.kind == "warning" for event in told) == 1
    assert [event.time for event in told] == sorted(event.time for event in told)
    assert watch.among(source.events, 5.0) is source.events


def test_render_knows_every_layer() -> None:
    assert set(NAMES) <= set(stills.OVERLAYS)
    maker = stills.StillMaker(MAP, size=(640, 360), overlays=NAMES)
    maker.draw(Crowd(100).frame(20.0))
    maker.close()
