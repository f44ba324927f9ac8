"""Every key asks for what the help sheet says."""

from pathlib import Path

import pygame
import pytest
from synthetic import SyntheticSource

from crowdsim.session.commands import DeclarePhase
from crowdsim.view.inputs import _PLAIN, Do, key_asks
from crowdsim.view.keysheet import GROUPS
from crowdsim.view.layers import LAYERS
from crowdsim.view.picture import Look
from crowdsim.view.window import Window

SIZE = (1280, 720)


@pytest.fixture
def window() -> Window:
    window = Window(SyntheticSource(300), SIZE, Look(panel=False))
    window.draw(0.0)
    return window


def press(window: Window, key: int, mod: int = 0) -> None:
    window.handle(pygame.event.Event(pygame.KEYDOWN, key=key, mod=mod, unicode=""))
    window.draw(0.01)


@pytest.mark.parametrize(
    ("key", "mod", "asked"),
    [
        (pygame.K_SPACE, 0, Do("pause")),
        (pygame.K_PERIOD, 0, Do("step", 1)),
        (pygame.K_COMMA, 0, Do("step", -1)),
        (pygame.K_HOME, 0, Do("start")),
        (pygame.K_END, 0, Do("end")),
        (pygame.K_n, 0, Do("event", 1)),
        (pygame.K_p, 0, Do("event", -1)),
        (pygame.K_j, 0, Do("branch")),
        (pygame.K_F3, 0, Do("rename")),
        (pygame.K_k, 0, Do("compare")),
        (pygame.K_k, pygame.KMOD_LSHIFT, Do("compare_with")),
        (pygame.K_LEFTBRACKET, 0, Do("speed", -1)),
        (pygame.K_RIGHTBRACKET, 0, Do("speed", 1)),
        (pygame.K_PLUS, 0, Do("zoom", 1)),
        (pygame.K_EQUALS, pygame.KMOD_LSHIFT, Do("zoom", 1)),
        (pygame.K_KP_MINUS, 0, Do("zoom", -1)),
        (pygame.K_LEFT, 0, Do("pan_x", 1)),
        (pygame.K_RIGHT, 0, Do("pan_x", -1)),
        (pygame.K_UP, 0, Do("pan_y", 1)),
        (pygame.K_DOWN, 0, Do("pan_y", -1)),
        (pygame.K_0, 0, Do("fit")),
        (pygame.K_1, 0, Do("follow", 0)),
        (pygame.K_9, 0, Do("follow", 8)),
        (pygame.K_1, pygame.KMOD_LSHIFT, DeclarePhase("hijau")),
        (pygame.K_2, pygame.KMOD_RSHIFT, DeclarePhase("kuning")),
        (pygame.K_3, pygame.KMOD_LSHIFT, DeclarePhase("merah")),
        (pygame.K_d, 0, Do("density")),
        (pygame.K_f, 0, Do("unit_labels")),
        (pygame.K_l, 0, Do("legend")),
        (pygame.K_F5, 0, Do("presenter")),
        (pygame.K_F6, 0, Do("theme")),
        (pygame.K_F7, 0, Do("language")),
        (pygame.K_F11, 0, Do("fullscreen")),
        (pygame.K_F12, 0, Do("picture")),
        (pygame.K_EQUALS, pygame.KMOD_LCTRL, Do("scale", 1)),
        (pygame.K_MINUS, pygame.KMOD_LCTRL, Do("scale", -1)),
        (pygame.K_h, 0, Do("help")),
        (pygame.K_ESCAPE, 0, Do("menu")),
        (pygame.K_F2, 0, Do("plan")),
        (pygame.K_n, pygame.KMOD_LCTRL, Do("new")),
        (pygame.K_o, pygame.KMOD_LCTRL, Do("open")),
        (pygame.K_s, pygame.KMOD_LCTRL, Do("save")),
        (pygame.K_q, pygame.KMOD_LCTRL, Do("leave")),
        (pygame.K_d, pygame.KMOD_LCTRL, None),
        (pygame.K_q, 0, None),
    ],
)
def test_key_asks(key: int, mod: int, asked: object) -> None:
    assert key_asks(key, mod) == asked


def test_running_and_pausing(window: Window) -> None:
    source = window.source
    press(window, pygame.K_SPACE)
    assert source.paused
    press(window, pygame.K_SPACE)
    assert not source.paused
    press(window, pygame.K_PERIOD)
    assert source.paused and source.stepped == 1  # type: ignore[attr-defined]


def test_speed_goes_up_and_down_and_stops_at_the_ends(window: Window) -> None:
    press(window, pygame.K_RIGHTBRACKET)
    assert window.source.speed == 2.0
    for _ in range(10):
        press(window, pygame.K_LEFTBRACKET)
    assert window.source.speed == 0.25


def test_phases_are_commands(window: Window) -> None:
    press(window, pygame.K_3, pygame.KMOD_LSHIFT)
    assert window.source.sent == [DeclarePhase("merah")]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (pygame.K_d, "density"),
        (pygame.K_s, "squeeze"),
        (pygame.K_a, "anger"),
        (pygame.K_g, "gas"),
        (pygame.K_e, "exits"),
        (pygame.K_l, "legend"),
        (pygame.K_t, "trails"),
        (pygame.K_v, "velocity"),
        (pygame.K_c, "contacts"),
        (pygame.K_w, "warnings"),
        (pygame.K_m, "minimap"),
        (pygame.K_h, "help"),
        (pygame.K_f, "unit_labels"),
        (pygame.K_F5, "presenter"),
    ],
)
def test_switches(window: Window, key: int, name: str) -> None:
    before = getattr(window.picture.look, name)
    press(window, key)
    assert getattr(window.picture.look, name) is not before
    press(window, key)
    assert getattr(window.picture.look, name) is before


def test_theme_language_presenter_and_scale_rebuild_the_picture(window: Window) -> None:
    picture = window.picture
    press(window, pygame.K_F6)
    assert picture.theme.name == "light"
    press(window, pygame.K_F6)
    press(window, pygame.K_F7)
    assert picture.words.lang == "en"
    size = picture.theme.scale
    press(window, pygame.K_F5)
    assert picture.theme.name == "light" and picture.theme.scale == pytest.approx(1.3 * size)
    press(window, pygame.K_F5)
    assert picture.theme.name == "dark"
    press(window, pygame.K_EQUALS, pygame.KMOD_LCTRL)
    assert picture.theme.scale == pytest.approx(1.1 * size)


def test_camera_keys(window: Window) -> None:
    camera = window.picture.camera
    press(window, pygame.K_0)
    assert camera.zoom == camera.whole_zoom()
    press(window, pygame.K_PLUS)
    assert camera.zoom == pytest.approx(1.25 * camera.whole_zoom())
    for _ in range(4):
        press(window, pygame.K_PLUS)
    x = camera.centre[0]
    press(window, pygame.K_RIGHT)
    assert camera.centre[0] > x
    y = camera.centre[1]
    press(window, pygame.K_UP)
    assert camera.centre[1] < y


def test_following_a_unit_and_letting_go(window: Window) -> None:
    press(window, pygame.K_PLUS)
    press(window, pygame.K_3)
    assert window.picture.look.followed == "cadangan"
    unit = window.source.advance(0.0)[1].units[2]
    assert window.picture.camera.centre == pytest.approx(unit.centre, abs=1.0)
    press(window, pygame.K_LEFT)
    assert window.picture.look.followed == ""
    press(window, pygame.K_7)  # there is no seventh unit
    assert window.picture.look.followed == ""


def test_wheel_zooms_at_the_cursor_and_drag_pans(window: Window) -> None:
    camera = window.picture.camera
    press(window, pygame.K_0)
    for _ in range(5):
        press(window, pygame.K_PLUS)
    at = (700, 300)
    under = camera.to_map(*at)
    window.handle(pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=2, precise_x=0.0, precise_y=2.0, pos=at))
    assert camera.to_map(*at) == pytest.approx(under, abs=0.2)
    assert camera.zoom > 1.25 * camera.whole_zoom()
    under = camera.to_map(600, 300)
    window.handle(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(600, 300)))
    window.handle(pygame.event.Event(pygame.MOUSEMOTION, buttons=(1, 0, 0), pos=(640, 330), rel=(40, 30)))
    window.handle(pygame.event.Event(pygame.MOUSEBUTTONUP, button=1, pos=(640, 330)))
    assert camera.to_map(640, 330) == pytest.approx(under, abs=0.2)
    window.handle(pygame.event.Event(pygame.MOUSEMOTION, buttons=(0, 0, 0), pos=(700, 330), rel=(60, 0)))
    assert camera.to_map(640, 330) == pytest.approx(under, abs=0.2)


def test_picture_is_saved_among_the_runs(window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    press(window, pygame.K_F12)
    (path,) = (tmp_path / "runs").glob("*.png")
    assert pygame.image.load(path).get_size() == SIZE


def test_escape_closes_the_help_and_never_the_window(window: Window) -> None:
    press(window, pygame.K_h)
    press(window, pygame.K_ESCAPE)
    assert not window.picture.look.help and not window.leaving
    press(window, pygame.K_ESCAPE)
    press(window, pygame.K_ESCAPE)
    assert not window.leaving


def test_full_screen_and_size(window: Window) -> None:
    press(window, pygame.K_F11)
    assert window.fullscreen
    window.handle(pygame.event.Event(pygame.VIDEORESIZE, size=(1000, 600), w=1000, h=600))
    window.draw(0.01)
    assert window.surface.get_size() == (1000, 600)
    assert window.picture.camera.view.bottom <= 600


def test_a_click_on_the_sheet_of_keys_closes_it_and_does_nothing_else(window: Window) -> None:
    press(window, pygame.K_h)
    window.handle(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(640, 300)))
    assert not window.picture.look.help
    window.handle(pygame.event.Event(pygame.MOUSEBUTTONUP, button=1, pos=(640, 300)))
    assert window.source.sent == []  # type: ignore[attr-defined]


def test_the_sheet_tells_of_every_key() -> None:
    """A key that does something is on the sheet, on the list of layers or both."""
    told = " ".join(key for _, lines in GROUPS for key, _ in lines) + " " + " ".join(layer.keys for layer in LAYERS)
    names = {pygame.K_HOME: "Home", pygame.K_END: "End", pygame.K_ESCAPE: "Esc", pygame.K_TAB: "Tab"}
    silent = {pygame.K_SPACE, pygame.K_EQUALS, pygame.K_KP0, pygame.K_KP_PLUS, pygame.K_KP_MINUS}
    silent |= {pygame.K_LEFT, pygame.K_RIGHT, pygame.K_UP, pygame.K_DOWN, *range(pygame.K_1, pygame.K_9 + 1)}
    for key in set(_PLAIN) - silent:
        name = names.get(key, pygame.key.name(key).upper())
        assert name in told.split(), name
