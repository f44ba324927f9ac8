"""A moment with everything in it: states of mind, injuries, thrown things, water, gas, fire, parties, the phase due."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pygame
import pytest
from synthetic import Crowd, SyntheticSource, full, make_map
from test_view_picture import MAP, drawn, lonely, near, nobody

from crowdsim.frame import Event, Frame, PartyView, Spray, UnitView
from crowdsim.metrics.lookout import open_exits
from crowdsim.population.roles import Injury, Mind, Mode, Role, Status
from crowdsim.view import effects, sprites, stamps
from crowdsim.view.legend import draw_key
from crowdsim.view.picture import Look, Moment, Picture
from crowdsim.view.scene import canvas
from crowdsim.view.theme import THEMES
from crowdsim.view.window import Window

AT = (80.0, 60.0)


def with_mind(mind: Mind, role: Role = Role.DEMONSTRATOR) -> Frame:
    frame = lonely(role, AT)
    return replace(frame, mind=np.full(len(frame.role), mind, np.int8))


def patch(frame: Frame, look: Look | None = None, **more: object) -> tuple[Picture, np.ndarray]:
    picture, pixels = drawn(frame, look, **more)  # type: ignore[arg-type]
    x, y = (round(v) for v in picture.camera.to_screen(*AT))
    return picture, pixels[x - 45 : x + 46, y - 45 : y + 46].astype(int)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("role", [Role.DEMONSTRATOR, Role.PROVOCATEUR])
def test_minds_differ_without_colour_and_the_role_keeps_its_own(role: Role, theme: str) -> None:
    look = Look(panel=False, unit_labels=False, theme=theme)
    picture, empty = patch(nobody(), look)
    shapes = {}
    for mind in Mind:
        _, pixels = patch(with_mind(mind, role), look)
        shapes[mind] = np.abs(pixels - empty).sum(axis=-1) > 60
        own = picture.theme["demonstrator" if role == Role.DEMONSTRATOR else "provocateur"]
        assert near(pixels, own).sum() > 30, mind
    inner = {mind: patch(with_mind(mind, role), look)[1].mean(axis=-1) for mind in Mind}
    for a, b in combinations(Mind, 2):
        outline = (shapes[a] != shapes[b]).sum()
        grey = (np.abs(inner[a] - inner[b]) > 25).sum()
        assert max(outline, grey) > 40, (a, b)


def test_a_pusher_points_where_he_pushes_and_a_fleeing_one_away_from_his_tail() -> None:
    _, plain = patch(with_mind(Mind.CALM))
    for mind, side in ((Mind.PUSHING, 1), (Mind.FLEEING, -1)):
        for angle, axis, sign in ((0.0, 0, 1), (np.pi / 2, 1, 1), (np.pi, 0, -1)):
            frame = with_mind(mind)
            frame = replace(frame, facing=np.full(len(frame.role), angle, np.float32))
            calm = replace(frame, mind=np.zeros(len(frame.role), np.int8))
            changed = np.abs(patch(frame)[1] - patch(calm)[1]).sum(axis=-1) > 90
            body = (np.abs(patch(calm)[1] - patch(nobody())[1]).sum(axis=-1) > 30) & ~changed
            outside = changed & ~(np.abs(patch(calm)[1] - patch(nobody())[1]).sum(axis=-1) > 30)
            assert body.any() and outside.any()
            assert (np.nonzero(outside)[axis].mean() - 45) * sign * side > 5, (mind, angle)
    assert plain.any()


def test_injuries_of_each_class_have_a_badge_of_their_own() -> None:
    frame = lonely(Role.SHIELD, AT)
    empty = patch(frame)[1]
    found = []
    for injury in (Injury.LIGHT, Injury.SERIOUS, Injury.CRITICAL):
        hurt = replace(frame, injury=np.full(len(frame.role), injury, np.int8))
        badge = np.abs(patch(hurt)[1] - empty).sum(axis=-1) > 60
        assert badge.sum() > 60
        columns, rows = np.nonzero(badge)
        assert columns.mean() > 47 and rows.mean() < 43  # at the upper right
        found.append(badge)
    for a, b in combinations(found, 2):
        assert (a != b).sum() > 20


def test_led_held_and_carried_people_are_marked_and_keep_their_place() -> None:
    frame = lonely(Role.DEMONSTRATOR, AT)
    looks = {"free": patch(frame)[1]}
    looks["led"] = patch(replace(frame, mode=np.full(len(frame.role), Mode.LED, np.int8)))[1]
    for name, status in (("held", Status.DETAINED), ("fallen", Status.FALLEN), ("carried", Status.CARRIED)):
        other = frame.status.copy()
        other[0] = status
        looks[name] = patch(replace(frame, status=other))[1]
    for a, b in combinations(looks, 2):
        assert (np.abs(looks[a] - looks[b]).sum(axis=-1) > 60).sum() > 20, (a, b)
    picture, _ = patch(frame)
    for name in ("led", "held"):
        assert near(looks[name], picture.theme["demonstrator"]).sum() > 60, name


def test_marks_are_drawn_over_the_crowd_and_halos_below() -> None:
    frame = full(Crowd(300).frame(20.0))
    picture, _ = drawn(frame)
    atlas = picture.scene.atlas(picture.camera.zoom)
    body = sprites.kinds(frame)
    rows = np.flatnonzero(body >= 0)
    _, kind = sprites.in_order(
        atlas, sprites.marks(frame), (rows, body[rows]), sprites.glow(frame, anger=True, squeeze=True)
    )
    assert (np.diff(atlas.layer[kind]) >= 0).all()
    halo, crowd = kind >= sprites.ANGER, kind == Role.DEMONSTRATOR
    mark = (kind >= sprites.MARK) & (kind < sprites.ANGER)
    assert np.flatnonzero(halo).max() < np.flatnonzero(crowd).min()
    assert np.flatnonzero(crowd).max() < np.flatnonzero(mark).min()
    assert np.flatnonzero(kind == Role.SHIELD).min() > np.flatnonzero(kind == sprites.MARK + sprites.PUSHING).max()


@pytest.mark.parametrize(("squeeze", "step"), [(250.0, None), (301.0, 0), (700.0, 1), (2000.0, 2)])
def test_squeeze_shows_in_steps(squeeze: float, step: int | None) -> None:
    frame = lonely(Role.DEMONSTRATOR, AT)
    pressed = replace(frame, squeeze=np.full(len(frame.role), squeeze, np.float32))
    rows, kind = sprites.glow(pressed, anger=False, squeeze=True)
    assert (rows.tolist(), kind.tolist()) == (([], []) if step is None else ([0], [sprites.SQUEEZE + step]))
    plain = patch(pressed)[1]
    shown = patch(pressed, Look(panel=False, unit_labels=False, squeeze=True))[1]
    assert (plain != shown).any() == (step is not None)


def thrown(*flights: tuple[float, ...], time: float = 10.0) -> Frame:
    return replace(nobody(), time=time, tick=round(time * 50), flights=np.array(flights, np.float32).reshape(-1, 6))


def test_a_thrown_thing_flies_smoothly_from_hand_to_ground() -> None:
    flight = (74.0, 60.0, 86.0, 60.0, 10.0, 12.0)
    before, after = thrown(flight, time=10.0), thrown(flight, time=12.0)
    empty = drawn(nobody())[1].astype(int)
    across, up = [], []
    for blend in (0.25, 0.5, 0.75):
        picture, pixels = drawn(after, previous=before, blend=blend)
        thing = near(pixels, picture.theme["thrown"], 12) & (np.abs(pixels - empty).sum(axis=-1) > 60)
        columns, rows = np.nonzero(thing[: round(picture.camera.to_screen(85.0, 60.0)[0])])
        right = columns > columns.max() - 5  # what follows is the trace
        ox, oy = picture.camera.origin
        across.append((columns[right].mean() - ox) / picture.camera.zoom)
        up.append(60.0 - (rows[right].mean() - oy) / picture.camera.zoom)
    assert across == pytest.approx([77.0, 80.0, 83.0], abs=0.35)
    assert up[1] > up[0] + 0.3 and up[1] > up[2] + 0.3 and up[0] == pytest.approx(up[2], abs=0.3)


def test_nothing_is_in_the_air_before_it_is_thrown_or_after_it_landed() -> None:
    flight = (74.0, 60.0, 86.0, 60.0, 10.0, 12.0)
    empty = drawn(nobody())[1]
    for time in (9.9, 12.1):
        frame = thrown(flight, time=time)
        assert (drawn(frame)[1] == empty)[:, 100:600].all(), time
    # It landed between two frames: the later one knows it no more, yet it flies on until then.
    gone, before = thrown(time=12.4), thrown(flight, time=11.6)
    assert (drawn(gone, previous=before, blend=0.25)[1] != empty)[:, 100:600].any()
    both = effects.in_the_air(before, replace(gone, flights=before.flights))
    assert len(both) == 1  # known to both frames, drawn once


def test_water_runs_from_the_nozzle_to_its_target() -> None:
    empty = drawn(nobody())[1]
    for kind, wide in (("jet", 1.2), ("diffuse", 5.0)):
        picture, pixels = drawn(replace(nobody(), sprays=(Spray(kind, (74.0, 56.0), (86.0, 56.0)),)))
        changed = (pixels != empty).any(axis=-1)
        for box in (placed.box for placed in picture.scene.label_boxes):
            changed[box[0] - 3 : box[0] + box[2] + 3, box[1] - 3 : box[1] + box[3] + 3] = False
        x = [round(picture.camera.to_screen(m, 56.0)[0]) for m in (73.3, 75.0, 80.0, 85.5, 87.0)]
        y = round(picture.camera.to_screen(80.0, 56.0)[1])
        assert not changed[x[0], y - 20 : y + 20].any() and not changed[x[4] + 8, y - 60 : y + 60].any()
        assert all(changed[column, y] for column in x[1:4])
        across = changed[x[3], y - 150 : y + 150].sum() / picture.camera.zoom
        assert wide * 0.4 < across < wide * 2.2, kind
        assert any(placed.key == "spray.0" for placed in picture.scene.label_boxes)


def test_gas_is_tinted_from_its_first_step_and_hatched_from_the_last() -> None:
    steps, alpha = np.array([0.5, 5.0], np.float32), np.array([0.3, 0.6], np.float32)
    ramp = np.array([[200, 0, 0], [0, 200, 0]], np.uint8)
    clip = np.array([0, 0, 64, 64], np.int64)

    def paint(value: float) -> np.ndarray:
        pixels = np.zeros((64, 64), np.uint32)
        stamps.paint_steps(pixels, clip, np.full((8, 8), value, np.float32), 2.0, steps, alpha, ramp, 8, 0.0, 0.0, 4.0)
        return pixels[8:56, 8:56]

    assert not paint(0.45).any()
    assert len(np.unique(paint(2.0))) == 1 and (paint(2.0) >> 16).all()
    assert len(np.unique(paint(6.0))) > 1 and not (paint(6.0) >> 16).any()
    slope = np.tile(np.linspace(0, 8, 8, dtype=np.float32), (8, 1))
    pixels = np.zeros((64, 64), np.uint32)
    stamps.paint_steps(pixels, clip, slope, 2.0, steps, alpha, ramp, 64, 0.0, 0.0, 4.0)
    red = pixels[20] >> 16
    first = int(np.flatnonzero(red)[0])
    assert red[first : first + 3].max() > 1.5 * red[first + 8]  # the line is firmer than the tint behind it


def test_gas_can_be_hidden_and_is_explained_with_the_wind() -> None:
    frame = full(Crowd(200).frame(20.0))
    picture, _ = drawn(frame)
    assert picture._layers(frame) == ("gas",)
    assert picture._layers(replace(frame, gas=None)) == ()
    hidden = Look(panel=False, unit_labels=False, gas=False)
    cloud = np.full((60, 80), 2.0, np.float32)
    still = replace(nobody(), gas=cloud)
    assert (drawn(still)[1] != drawn(nobody())[1])[:600, 300:].any()
    assert (drawn(still, hidden)[1] == drawn(nobody(), hidden)[1]).all()
    calm = draw_key(picture.theme, picture.words, ("gas",), None, 1)
    windy = draw_key(picture.theme, picture.words, ("gas",), (1.5, 0.5), 1)
    assert windy.get_height() > calm.get_height()


def test_only_damaged_stretches_of_the_front_show_their_windows() -> None:
    front = np.array([[72, 58, 79, 58, 1.0], [81, 58, 88, 58, 0.4]], np.float32)
    picture, pixels = drawn(replace(nobody(), facade=front))
    changed = (pixels != drawn(nobody())[1]).any(axis=-1)
    x = round(picture.camera.to_screen(80.0, 58.0)[0])
    assert changed[x:].sum() > 200 and not changed[:x].any()
    picture, worse = drawn(replace(nobody(), facade=np.array([[81, 58, 88, 58, 0.1]], np.float32)))
    broken = picture.theme["glass_broken"]
    assert near(worse[x:], broken, 40).sum() > near(pixels[x:], broken, 40).sum()


def test_a_stronger_fire_is_larger() -> None:
    sizes = []
    for strength in (0.2, 1.0):
        picture, pixels = drawn(replace(nobody(), fires=((80.0, 60.0, strength),)))
        sizes.append(near(pixels[:, 70:600], picture.theme["fire"], 40).sum())
    assert sizes[1] > 1.5 * sizes[0] > 100


def test_parties_are_named_with_their_state_and_unit() -> None:
    frame = lonely(Role.CHAIR, AT)
    unit = UnitView("tindak", "TIM TINDAK", "tindak", "hold", "", 6, (76.0, 64.0), 0.0, 1.0, 0.0, False)
    picture, _ = drawn(frame)
    assert [text for _, _, text, _ in picture.scene.captions.party_labels(picture.camera, frame)] == ["Ketua"]
    held = replace(frame, units=(unit,), parties=(PartyView("hostage", AT, (0,), "tindak", "held"),))
    picture, pixels = drawn(held)
    labels = picture.scene.captions.party_labels(picture.camera, held)
    assert [text for _, _, text, _ in labels] == ["Sandera · ditahan massa · TIM TINDAK"]
    assert any(placed.key == "party.0" for placed in picture.scene.label_boxes)
    middle = picture.camera.to_screen(78.0, 62.0)  # half way to the unit
    around = pixels[round(middle[0]) - 12 : round(middle[0]) + 13, round(middle[1]) - 12 : round(middle[1]) + 13]
    assert near(around, picture.theme["breach"], 60).any()


def test_the_gravest_parties_are_named_first() -> None:
    frame = replace(full(Crowd(200).frame(20.0)))
    picture, _ = drawn(frame)
    texts = [text for _, _, text, _ in picture.scene.captions.party_labels(picture.camera, frame)]
    assert [text.split()[0] for text in texts] == ["Sandera", "Delegasi", "Penangkapan", "Korban"]


def test_a_way_out_is_shut_by_a_line_before_it_not_by_one_officer() -> None:
    exits = [way for way in make_map().exits.values() if not way.police_only]
    frame = replace(nobody(), role=np.full(40, Role.SHIELD, np.int8))
    status, position = frame.status.copy(), frame.position.copy()
    position[:] = (80.0, 60.0)
    assert open_exits(frame, exits) == [True, True, True]
    for count, free in ((1, True), (20, False)):
        status[:count] = Status.ACTIVE
        position[:count] = np.column_stack([np.full(count, 3.0), np.linspace(80, 98, count)])
        shut = replace(frame, status=status.copy(), position=position.copy())
        assert open_exits(shut, exits) == [free, True, True]
    (ax, ay), (bx, by) = effects.exit_ends(exits[0], MAP)
    assert bx < ax and ay == by  # the western one points west


def test_the_phase_due_is_told_only_while_it_differs_and_for_how_long() -> None:
    picture = Picture(MAP, (1280, 720), Look(panel=False))
    surface = canvas((1280, 720))
    red = picture.theme["merah"]

    def banner(time: float, due: str) -> int:
        frame = replace(nobody(), time=time, due=due, phase="kuning")
        picture.draw(surface, Moment(frame, frame))
        return int(near(pygame.surfarray.array3d(surface)[:, : picture.place.banner.bottom], red, 12).sum())

    assert banner(10.0, "kuning") == banner(11.0, "") == 0
    assert banner(12.0, "merah") > 2000
    assert picture._late(replace(nobody(), due="merah", phase="kuning"), 57.0) == pytest.approx(45.0)
    assert picture._late(replace(nobody(), due="merah", phase="kuning"), 5.0) == 0.0  # somebody went back in time
    assert picture._late(replace(nobody(), due="kuning", phase="kuning"), 60.0) == 0.0


@pytest.mark.parametrize("lang", ["id", "en"])
def test_words_of_command_are_indonesian_with_the_english_below(lang: str) -> None:
    picture, _ = drawn(nobody(), Look(panel=False, lang=lang))
    assert picture.hud._lines_of({"id": "MAJU = JALAN", "en": "Forward = march"}) == ("MAJU = JALAN", "Forward = march")
    assert picture.hud._lines_of({"id": "Berlindung!", "en": "Take cover!"}) == ("Berlindung!", "Take cover!")
    story = {"id": "Massa datang", "en": "The crowd arrives"}
    assert picture.hud._lines_of(story) == (story[lang], "")
    assert picture.hud._lines_of({}) == ("", "")


@pytest.fixture
def window():
    window = Window(SyntheticSource(200, whole=True), (1920, 1080), Look(lang="en"))
    window.draw(0.05)
    yield window
    window.picture.close()


def test_the_situation_page_shows_what_is_there_and_nothing_that_is_not(window: Window) -> None:
    panel, frame = window.picture.panel, window.source.advance(0.0)[1]
    assert panel is not None
    shares, levels = panel._mood(frame)
    assert shares == (48, 27, 14, 3, 8) and dict(levels) == {"anger": 46, "fear": 21, "legitimacy": 58}
    figures = dict(panel._figures(frame))
    assert figures["injured"] == "3/2/0" and figures["arrested"] == "1" and figures["thrown"] == "14/min"
    assert figures["water"] == "3,150 L" and figures["damage"] == "heavy"
    bare = replace(frame, readings={"present": 3.0}, facade=frame.facade[:0])
    assert panel._mood(bare) == ((), ()) and panel._figures(bare) == ()


def test_the_log_tells_the_last_first_with_words_and_cause_and_counts_repeats(window: Window) -> None:
    panel = window.picture.panel
    assert panel is not None
    events = [
        Event(0, 10.0, "phase", subject="kuning", text={"id": "KUNING", "en": "YELLOW"}),
        Event(0, 20.0, "throw"),
        Event(0, 22.0, "throw"),
        Event(0, 23.0, "injury", cause="object"),
        Event(0, 24.0, "throw"),
        Event(0, 90.0, "throw"),
        Event(0, 95.0, "warning", text={"id": "Mundur", "en": "Move back"}),
    ]
    assert panel._log(events) == (
        ("01:35", "warning", "Move back"),
        ("01:30", "throw", "Throwing"),
        ("00:24", "throw", "Throwing ×3"),
        ("00:23", "injury", "Injury (thrown object)"),
        ("00:10", "phase", "Phase YELLOW"),
    )


def test_pages_turn_by_key_and_by_click(window: Window) -> None:
    panel = window.picture.panel
    assert panel is not None and window.picture.look.page == "situation"
    first = pygame.surfarray.array2d(panel.surface)
    window.handle(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_TAB, mod=0))
    assert window.picture.look.page == "controls"
    window.draw(0.05)
    assert (pygame.surfarray.array2d(panel.surface) != first)[:, 140:].mean() > 0.02
    place, tabs = window.picture.place.panel, panel._rows["tabs"]
    at = (place.left + place.width // 4, tabs.centery)
    window.handle(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=at))
    assert window.picture.look.page == "situation" and window.picture.panel is panel
    window.draw(0.05)
    assert (pygame.surfarray.array2d(panel.surface) == first).mean() > 0.97


@pytest.mark.parametrize("theme", THEMES)
def test_neighbouring_steps_of_a_scale_are_told_apart_by_a_colour_blind_eye(theme: str) -> None:
    """Lightness alone, as grey, orders the steps of squeeze; badges and exits differ in shape and need none."""
    picture = Picture(MAP, (640, 360), Look(theme=theme, panel=False))
    grey = np.array([0.299, 0.587, 0.114])
    road = float(np.dot(picture.theme["road"], grey))
    for name in ("squeeze", "gas"):
        levels = [
            float(np.dot(picture.theme[f"{name}_{n}"], grey)) for n in (1, 2, 3) if f"{name}_{n}" in names(picture)
        ]
        assert min(abs(a - b) for a, b in combinations(levels, 2)) > 15, name
        away = [abs(level - road) for level in levels]
        assert away[-1] > 30, name


def names(picture: Picture) -> set[str]:
    return set(picture.theme.colours)
