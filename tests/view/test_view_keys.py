"""Keys and the mouse pressed one after another: ends, ways back, the camera. Each alone: `test_every_key`."""

from pathlib import Path

import pygame
import pytest
from synthetic import SyntheticSource

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
