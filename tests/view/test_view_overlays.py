"""What lies over the map: each layer shows what it is about, and the menu turns it on."""

from dataclasses import replace

import numpy as np
import pygame
import pytest
from synthetic import Crowd, SyntheticSource, full
from test_view_picture import MAP, drawn, lonely, near, nobody

from crowdsim.frame import Frame, UnitView
from crowdsim.metrics.lookout import Lookout
from crowdsim.population.roles import BarrierState, Role, Status
from crowdsim.view import overlays
from crowdsim.view.inputs import Do
from crowdsim.view.layers import LAYERS, NAMES
from crowdsim.view.picture import Look, Moment, Picture
from crowdsim.view.scene import canvas
from crowdsim.view.stills import OVERLAYS, StillMaker
from crowdsim.view.watch import Watch
from crowdsim.view.window import Window

BARE = Look(panel=False, unit_labels=False, warnings=False, gas=False)


def middle(frame: Frame, look: Look) -> np.ndarray:
    """The pixels of the map about (80, 60) m, without the legend of the layers at the right."""
    return drawn(frame, look)[1][340:940]


def pair(apart: float, squeeze: float) -> Frame:
    """Two who stand side by side near (80, 60) m, pressed with `squeeze` N."""
    frame = lonely(Role.DEMONSTRATOR, (80.0 - apart / 2, 60.0))
    status, position, role = frame.status.copy(), frame.position.copy(), frame.role.copy()
    status[1], position[1], role[1] = Status.ACTIVE, (80.0 + apart / 2, 60.0), Role.DEMONSTRATOR
    return replace(frame, status=status, position=position, role=role, squeeze=np.full(len(role), squeeze, np.float32))


def test_contacts_join_those_who_touch_and_are_pressed() -> None:
    colour = Picture(MAP, (640, 360), BARE).theme["squeeze_3"]
    look = replace(BARE, contacts=True)
    assert near(middle(pair(0.44, 900.0), look), colour).sum() > 20
    assert near(middle(pair(0.44, 40.0), look), colour).sum() == 0
    assert near(middle(pair(0.60, 900.0), look), colour).sum() == 0


def test_an_arrow_points_where_somebody_walks() -> None:
    frame = lonely(Role.DEMONSTRATOR)
    velocity = frame.velocity.copy()
    velocity[0] = (3.0, 0.0)
    walking = replace(frame, velocity=velocity)
    plain, arrows = drawn(walking, BARE)[1], drawn(walking, replace(BARE, velocity=True))[1]
    x, y = np.nonzero((plain != arrows).any(axis=2))
    picture, _ = drawn(walking, BARE)
    px, py = picture.camera.to_screen(80.0, 60.0)
    assert x.max() > px + 2.5 * picture.camera.zoom and x.min() > px - 0.6 * picture.camera.zoom
    assert np.abs(y - py).max() < 0.7 * picture.camera.zoom


def test_a_trail_lies_where_somebody_came_from_and_going_back_in_time_clears_it() -> None:
    frames = [replace(lonely(Role.DEMONSTRATOR, (74.0 + 2 * t, 60.0)), time=10.0 + t, tick=t) for t in range(4)]
    picture = Picture(MAP, (1280, 720), replace(BARE, trails=True))
    picture.camera.fit(70, 50, 90, 70)
    picture._placed_camera = True
    surface = canvas((1280, 720))
    for frame in frames:
        picture.draw(surface, Moment(frame, frame))
    x, y = (round(v) for v in picture.camera.to_screen(76.0, 60.0))
    trail = near(pygame.surfarray.array3d(surface), picture.theme["trail"], 90)
    assert trail[x - 2 : x + 3, y - 2 : y + 3].any()
    picture.draw(surface, Moment(frames[0], frames[0]))
    assert not near(pygame.surfarray.array3d(surface), picture.theme["trail"], 90)[x - 2 : x + 3, y - 2 : y + 3].any()


def test_pressure_is_shown_where_a_dense_crowd_jostles_not_where_it_stands() -> None:
    crowd = Crowd(600)
    still = replace(crowd.frame(10.0), status=np.full(600, Status.ACTIVE, np.int8))
    position = still.position.copy()
    x, y = np.meshgrid(76 + 0.4 * np.arange(20), 55 + 0.4 * np.arange(20))
    position[:400] = np.column_stack([x.ravel(), y.ravel()])
    rng = np.random.default_rng(3)
    jostled = replace(still, position=position, velocity=rng.normal(0, 0.2, position.shape).astype(np.float32))
    calm = replace(jostled, velocity=np.full(position.shape, 0.5, np.float32))
    look = replace(BARE, pressure=True)

    def changed(frame: Frame) -> int:
        return int((middle(frame, BARE) != middle(frame, look)).any(axis=2).sum())

    assert changed(jostled) > 5000 and changed(calm) == 0, "a crowd that walks as one has no pressure"


def test_line_load_is_red_where_the_line_is_about_to_give_way_and_says_how_much() -> None:
    lines = np.array([[72, 60, 78, 60, 700, 800], [78, 60, 84, 60, 100, 800]], np.float32)
    unit = UnitView("a", "LANJUT 1", "dalmas", "hold", "bersaf", 20, (78.0, 60.0), 0.0, 1.0, 700.0, True)
    pushed = replace(lonely(Role.DEMONSTRATOR, (75.0, 60.6)), lines=lines, units=(unit,))
    picture, pixels = drawn(pushed, replace(BARE, lines=True))
    red = np.argwhere(near(pixels[:940], picture.theme["breach"]))
    left, right = (picture.camera.to_screen(x, 60.0)[0] for x in (72.0, 78.0))
    assert len(red) and left - 60 < red[:, 0].min() and red[:, 0].max() < right + 60
    assert [label.key for label in picture.scene.label_boxes] == ["line.0"]
    alone = replace(lonely(Role.DEMONSTRATOR, (75.0, 66.0)), lines=lines, units=(unit,))
    assert not near(middle(alone, replace(BARE, lines=True)), picture.theme["breach"]).any(), "nobody pushes"


def test_what_no_officer_sees_lies_in_the_shade_and_a_wall_hides() -> None:
    frame = lonely(Role.OFFICER, (80.0, 60.0), facing=np.full(40, np.pi, np.float32))
    seen = overlays.sight(MAP, frame, "")
    tile = MAP.tile_size

    def at(x: float, y: float) -> int:
        return int(seen[int(y / tile), int(x / tile)])

    assert at(60.0, 60.0) == 1 and at(78.0, 60.5) == 1
    assert at(95.0, 60.0) == 0, "behind his back"
    assert at(60.0, 30.0) == 0, "behind the building"
    assert not overlays.sight(MAP, nobody(), "").any()


def test_legitimacy_and_rings_are_drawn_on_the_ground() -> None:
    frame = nobody()
    fields = [np.full((30, 40), share, np.float32) for share in (0.05, 0.95)]
    low, high = (drawn(replace(frame, legitimacy=f), replace(BARE, legitimacy=True))[1].mean((0, 1)) for f in fields)
    assert low[0] > high[0] + 15 and high[2] > low[2] + 15, "from brown to teal"
    picture, _ = drawn(frame, replace(BARE, rings=True))
    assert {label.key for label in picture.scene.label_boxes} >= {"ring.10", "ring.20"}


def test_the_small_map_moves_the_camera() -> None:
    window = Window(SyntheticSource(300), (1280, 720), Look(panel=False))
    window.draw(0.0)
    window.handle(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_m, mod=0))
    for _ in range(6):
        window.handle(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_PLUS, mod=0))
    window.draw(0.1)
    place = window.picture.minimap.place
    at = (place.left + place.width // 4, place.top + place.height // 2)
    for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
        window.handle(pygame.event.Event(kind, button=1, pos=at))
    assert window.picture.camera.centre == pytest.approx((40.0, 60.0), abs=2.0)
    for label in window.picture.scene.label_boxes:
        assert not place.colliderect(label.box)


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("size", [(1920, 1080), (1024, 768)])
def test_every_layer_is_in_the_menu_and_a_click_turns_it(lang: str, size: tuple[int, int]) -> None:
    window = Window(SyntheticSource(300, whole=True), size, Look(lang=lang))
    window.draw(0.0)
    menu = next(tool for tool in window.tools if type(tool).__name__ == "LayerMenu")
    window.handle(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_o, mod=0))
    window.draw(0.1)
    rows = menu._rows  # type: ignore[attr-defined]
    assert [name for _, name in rows] == list(NAMES)
    assert all(window.picture.place.map.contains(box) for box, _ in rows)
    assert all(not a.colliderect(b) for n, (a, _) in enumerate(rows) for b, _ in rows[:n])
    for box, name in rows:
        before = getattr(window.picture.look, name)
        for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            window.handle(pygame.event.Event(kind, button=1, pos=box.center))
        assert getattr(window.picture.look, name) is not before
        window.draw(0.1)
    window.handle(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_ESCAPE, mod=0))
    assert not menu.boxes() and not window.leaving
    window.handle(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=rows[0][0].center))
    assert getattr(window.picture.look, rows[0][1]) is not Look().density, "a closed menu takes no click"


def test_the_tab_of_the_panel_opens_the_menu() -> None:
    window = Window(SyntheticSource(300), (1920, 1080), Look())
    window.draw(0.0)
    menu = next(tool for tool in window.tools if type(tool).__name__ == "LayerMenu")
    panel, page = window.picture.place.panel, window.picture.look.page
    window.handle(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(panel.right - 60, 85)))
    window.draw(0.1)
    assert menu.boxes() and window.picture.look.page == page


def test_every_layer_has_a_key_that_turns_it_and_render_knows_it() -> None:
    window = Window(SyntheticSource(300), (1280, 720), Look(panel=False))
    window.draw(0.0)
    for layer in LAYERS:
        *held, letter = layer.keys.lower().split(" + ")
        mod = pygame.KMOD_LSHIFT if held else 0
        before = getattr(window.picture.look, layer.name)
        window.handle(pygame.event.Event(pygame.KEYDOWN, key=ord(letter), mod=mod))
        assert getattr(window.picture.look, layer.name) is not before, layer
    assert set(NAMES) < set(OVERLAYS)


def test_a_warning_is_a_sign_a_plate_and_a_line_in_the_log() -> None:
    frame = full(Crowd(800).frame(60.0))
    picture = Picture(MAP, (1920, 1080), Look(lang="en"))
    lookout = Lookout(MAP)
    lookout.look(frame)
    (alarm,) = lookout.standing(frame.time)
    assert alarm.kind == "crush"
    surface = canvas((1920, 1080))
    picture.draw(surface, Moment(frame, frame))
    assert "warning.0" in {label.key for label in picture.scene.label_boxes}
    x, y = (round(v) for v in picture.camera.to_screen(*alarm.position))
    sign = near(pygame.surfarray.array3d(surface)[x - 20 : x + 20, y - 20 : y + 20], picture.theme["warning"])
    assert sign.sum() > 100
    assert picture.panel is not None
    assert any(kind == "warning" and "hard pressed" in said for _, kind, said in picture.panel._keys["situation"][2])
    picture.look = replace(picture.look, warnings=False)
    picture.draw(surface, Moment(frame, frame))
    assert "warning.0" not in {label.key for label in picture.scene.label_boxes}


def test_a_trainee_sees_no_warning_and_no_legitimacy() -> None:
    window = Window(SyntheticSource(800, whole=True, start=60.0), (1920, 1080), Look())
    window.draw(0.1)

    def warned() -> bool:
        window.draw(0.1)
        log = window.picture.panel._keys["situation"][2]  # type: ignore[union-attr]
        return any(kind == "warning" for _, kind, _ in log)

    assert warned()
    window.do(Do("trainee"))
    assert not warned()
    window.handle(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_w, mod=0))
    window.handle(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_a, mod=pygame.KMOD_LSHIFT))
    assert not warned() and not window.picture.look.legitimacy
    window.do(Do("trainee"))
    assert warned()


def test_an_unknown_overlay_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="'heat'; there are density, pressure"):
        StillMaker(MAP, overlays=("heat",))


def test_officers_do_not_see_through_a_shut_gate_but_over_a_low_one() -> None:
    frame = lonely(Role.OFFICER, at=(80.0, 70.0), facing=np.full(40, np.pi / 2, np.float32))
    place, state = MAP, np.array([BarrierState.CLOSED, BarrierState.CLOSED], np.int8)
    road = int(78 / 0.5), int(80 / 0.5)
    assert not overlays.sight(place, replace(frame, barrier_state=state), "")[road]
    low = replace(place, gates=tuple(replace(gate, low=True) for gate in place.gates))
    assert overlays.sight(low, replace(frame, barrier_state=state), "")[road]
    opened = np.array([BarrierState.OPEN, BarrierState.CLOSED], np.int8)
    seen = overlays.sight(place, replace(frame, barrier_state=opened), "")
    assert seen[road] and not seen[int(60 / 0.5), road[1]], "what lies behind him he does not see"


def test_a_warning_is_told_once_among_the_events_in_the_order_of_time() -> None:
    watch = Watch(MAP)
    squeeze = np.full(800, 900.0, np.float32)
    source = SyntheticSource(800)
    for second in range(10, 14):
        watch.look(replace(source.crowd.frame(float(second)), squeeze=squeeze))
    told = watch.among(source.events, 20.0)
    assert sum(event.kind == "warning" for event in told) == 1
    assert [event.time for event in told] == sorted(event.time for event in told)
    assert watch.among(source.events, 5.0) is source.events
