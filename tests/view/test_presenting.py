"""Presenting and helping: layers by mouse, bookmarks and strokes, pause at a breach, spotlight, tour, tips."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pygame
import pytest
from synthetic import SyntheticSource

from crowdsim.frame import Event
from crowdsim.problems import InputError
from crowdsim.view.bookmarks import Bookmarks
from crowdsim.view.desk.menu import Menu
from crowdsim.view.notes import Bookmark, Notes
from crowdsim.view.picture import Look
from crowdsim.view.presenter import PAUSE, Presenter
from crowdsim.view.window import Window

SIZE = (1280, 720)


@pytest.fixture(params=["id", "en"])
def window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Window:
    monkeypatch.setenv("CROWDSIM_SETTINGS", str(tmp_path / "settings.json"))
    window = Window(SyntheticSource(300, run_file=tmp_path / "run.crowdsim"), SIZE, Look(lang=request.param))
    window.draw(0.0)
    return window


def tool(window: Window, kind: type[Any]) -> Any:
    return next(one for one in window.tools if isinstance(one, kind))


def press(window: Window, key: int, mod: int = 0) -> None:
    window.handle(pygame.event.Event(pygame.KEYDOWN, key=key, mod=mod, unicode=""))
    window.draw(0.01)


def mouse(window: Window, kind: int, at: tuple[int, int]) -> None:
    if kind == pygame.MOUSEMOTION:
        window.handle(pygame.event.Event(kind, pos=at, rel=(1, 1), buttons=(1, 0, 0)))
    else:
        window.handle(pygame.event.Event(kind, pos=at, button=1))
    window.draw(0.01)


def drag(window: Window, *points: tuple[int, int]) -> None:
    mouse(window, pygame.MOUSEBUTTONDOWN, points[0])
    for point in points[1:]:
        mouse(window, pygame.MOUSEMOTION, point)
    mouse(window, pygame.MOUSEBUTTONUP, points[-1])


def pink(window: Window) -> int:
    """Pixels of the colour of strokes about the places where the tests draw."""
    pixels = pygame.surfarray.array3d(window.surface)[295:385, 290:410].astype(int)
    return int((np.abs(pixels - window.picture.theme["stroke"]).sum(axis=2) < 12).sum())


def test_a_bookmark_keeps_note_strokes_and_place_beside_the_run(window: Window, tmp_path: Path) -> None:
    bare = pink(window)  # a provocateur may stand there
    press(window, pygame.K_x)
    drag(window, (300, 300), (340, 320), (380, 300))
    drag(window, (300, 400), (380, 400))
    assert pink(window) > bare + 150
    press(window, pygame.K_x)
    press(window, pygame.K_b)
    for letter in "lini":
        window.handle(pygame.event.Event(pygame.TEXTINPUT, text=letter))
    press(window, pygame.K_d)  # a letter is a letter while one writes
    assert not window.picture.look.density
    press(window, pygame.K_RETURN)
    (kept,) = Notes(tmp_path / "run.crowdsim").bookmarks
    assert kept.note == "lini" and len(kept.strokes) == 2 and kept.time == pytest.approx(window.time, abs=1.0)
    camera = window.picture.camera
    assert kept.strokes[0][0] == pytest.approx(camera.to_map(300, 300), abs=0.01)
    again = Window(SyntheticSource(300, run_file=tmp_path / "run.crowdsim"), SIZE, Look())
    again.draw(0.0)
    assert pink(again) < bare + 60
    press(again, pygame.K_b, pygame.KMOD_LSHIFT)
    assert pink(again) > bare + 150, "shown again with its strokes"


def test_undo_takes_the_last_stroke_and_clearing_loses_nothing(window: Window, tmp_path: Path) -> None:
    bare = pink(window)
    press(window, pygame.K_x)
    drag(window, (300, 300), (380, 300))
    drag(window, (300, 400), (380, 400))
    press(window, pygame.K_z)
    assert len(tool(window, Bookmarks).strokes) == 1
    press(window, pygame.K_x, pygame.KMOD_LSHIFT)
    assert pink(window) < bare + 60
    assert [len(one.strokes) for one in Notes(tmp_path / "run.crowdsim").bookmarks] == [1]


def test_a_source_that_can_seek_goes_to_the_bookmark(window: Window) -> None:
    asked = []
    window.source.seek = asked.append  # type: ignore[attr-defined]
    tool(window, Bookmarks).notes.put(Bookmark(31.0, "a"))
    press(window, pygame.K_b, pygame.KMOD_LSHIFT)
    assert asked == [31.0] and window.source.paused


def test_notes_that_cannot_be_read_say_where_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "run.notes.json").write_text(json.dumps({"version": 9, "bookmarks": []}))
    with pytest.raises(InputError, match=r"run\.notes\.json.*format 9.*Mend the file"):
        Notes(tmp_path / "run.crowdsim")


def test_the_exercise_stands_still_at_a_breach_while_presenting_and_goes_on(window: Window) -> None:
    source = window.source
    press(window, pygame.K_F5)
    source.events.append(Event(0, window.time + 0.005, "breach", (80.0, 74.0), "main", 2.0))
    window.draw(0.01)
    assert source.paused
    window.draw(PAUSE / 2)
    assert source.paused
    window.draw(PAUSE)
    assert not source.paused
    press(window, pygame.K_F5)
    source.events.append(Event(0, window.time + 0.005, "breach", (80.0, 74.0), "main", 2.0))
    window.draw(0.01)
    assert not source.paused, "the console alone goes on"


def test_a_breach_that_is_known_beforehand_stops_it_when_its_second_comes(window: Window) -> None:
    """As in a recording, and in a live session that was wound back."""
    source = window.source
    start = window.time
    source.events.append(Event(0, start + 1.0, "breach", (80.0, 74.0), "main", 2.0))
    press(window, pygame.K_F5)
    for _ in range(9):
        window.draw(0.1)
    assert not source.paused
    for _ in range(3):
        window.draw(0.1)
    assert source.paused
    window.draw(PAUSE)
    window.draw(0.1)
    assert not source.paused
    source.seek(start)  # once more
    for _ in range(13):
        window.draw(0.1)
    assert source.paused


def test_the_spotlight_dims_all_but_the_place_of_the_mouse(window: Window) -> None:
    mouse(window, pygame.MOUSEMOTION, (400, 300))
    window.source.paused = True
    window.draw(0.0)
    before = pygame.surfarray.array3d(window.surface).astype(int)
    press(window, pygame.K_s, pygame.KMOD_LSHIFT)
    after = pygame.surfarray.array3d(window.surface).astype(int)
    assert np.abs(after[380:420, 280:320] - before[380:420, 280:320]).max() < 30
    assert after[700:800, 480:560].mean() < 0.6 * before[700:800, 480:560].mean()
    press(window, pygame.K_s, pygame.KMOD_LSHIFT)
    assert not tool(window, Presenter).spotlight


def test_the_letter_of_the_key_is_no_part_of_the_note(window: Window) -> None:
    """A real keyboard sends the letter after the key that began the note."""
    press(window, pygame.K_b)
    window.handle(pygame.event.Event(pygame.TEXTINPUT, text="b"))
    window.handle(pygame.event.Event(pygame.KEYUP, key=pygame.K_b, mod=0))
    for letter in "baris":
        window.handle(pygame.event.Event(pygame.TEXTINPUT, text=letter))
    assert tool(window, Bookmarks).writing == "baris"


def test_who_had_paused_finds_it_paused_after_the_tour(window: Window) -> None:
    window.source.paused = True
    press(window, pygame.K_F1)
    press(window, pygame.K_ESCAPE)
    assert window.source.paused


def test_a_list_at_the_left_edge_is_not_hidden_by_the_menu_button(window: Window) -> None:
    menu = tool(window, Menu)
    assert menu.handle_place.width
    press(window, pygame.K_o)
    window.draw(0.01)
    assert not menu.handle_place.width
    press(window, pygame.K_o)
    window.draw(0.01)
    assert menu.handle_place.width


def test_a_click_on_the_small_map_moves_the_camera(window: Window) -> None:
    press(window, pygame.K_m)
    for _ in range(5):
        press(window, pygame.K_PLUS)
    place = window.picture.minimap.place
    mouse(window, pygame.MOUSEBUTTONDOWN, (place.left + 10, place.top + 10))
    mouse(window, pygame.MOUSEBUTTONUP, (place.left + 10, place.top + 10))
    x, y = window.picture.camera.centre
    mouse(window, pygame.MOUSEBUTTONDOWN, (place.right - 10, place.bottom - 10))
    assert window.picture.camera.centre[0] > x + 20 and window.picture.camera.centre[1] > y + 10


def test_a_slider_tells_its_range_unit_and_source(window: Window) -> None:
    press(window, pygame.K_TAB)
    panel = window.picture.panel
    assert panel is not None
    rows, left = panel._rows["sliders"], window.picture.place.panel.left
    for _ in range(4):
        at = (left + rows.width // 2, rows.top + panel.theme.px(60))
        window.handle(pygame.event.Event(pygame.MOUSEMOTION, pos=at, rel=(1, 1), buttons=(0, 0, 0)))
        window.draw(0.1)
    tip = panel.tip()
    assert tip is not None
    assert "N" in tip[0][1] and len(tip[0]) == 3
