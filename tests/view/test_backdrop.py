"""A photo of a plan under one's own map: brought to scale by two clicks, dragged, kept beside the scenario."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest
from synthetic import SyntheticSource
from test_desk import click, press, spin, write
from test_plan import FIELD, SIZE, mouse, on_screen

from crowdsim.record.stage import Stage
from crowdsim.view.backdrop import Backdrop, Photo, beside, keep, read
from crowdsim.view.desk.desk import Desk
from crowdsim.view.desk.files import Files
from crowdsim.view.desk.menu import Menu
from crowdsim.view.desk.messages import Problems, Question
from crowdsim.view.picture import Look
from crowdsim.view.window import Window


@pytest.fixture(params=["id", "en"])
def window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Window]:
    monkeypatch.chdir(tmp_path)
    shutil.copy(FIELD, tmp_path / "rencana.toml")
    image = pygame.Surface((400, 200))
    image.fill((255, 0, 0))
    pygame.image.save(image, str(tmp_path / "denah.png"))
    (tmp_path / "rusak.png").write_text("no picture")
    stage = Stage(threads=1)
    shown = Window(SyntheticSource(people=50), SIZE, Look(lang=request.param), stage)
    shown.tool(Desk).plan_file(tmp_path / "rencana.toml")
    spin(shown)
    yield shown
    shown.close()
    stage.stop()


def test_chosen_measured_dragged_and_kept(window: Window, tmp_path: Path) -> None:
    plain = pygame.surfarray.array3d(window.surface).astype(int)
    press(window, pygame.K_ESCAPE)
    click(window, window.tool(Menu), "backdrop")
    files = window.tool(Files)
    click(window, files, "denah.png")
    click(window, files, "take")
    backdrop = window.tool(Backdrop)
    assert backdrop.step == "points" and backdrop.photo is not None
    x, y = (round(v) for v in on_screen(window, 30.0, 10.0))
    spin(window)
    redder = pygame.surfarray.array3d(window.surface).astype(int)[x, y] - plain[x, y]
    assert redder[0] > 40 and redder[1] < 10
    # 20 m on the photo as it lies now are said to be 10 m: it becomes half as large about the first point.
    before = backdrop.photo
    for metres in (30.0, 50.0):
        mouse(window, pygame.MOUSEBUTTONDOWN, on_screen(window, metres, 20.0))
    assert backdrop.open
    spin(window)
    click(window, backdrop, "distance")
    press(window, pygame.K_END)
    for _ in range(4):
        press(window, pygame.K_BACKSPACE)
    write(window, "10")
    press(window, pygame.K_RETURN)
    now = backdrop.photo
    assert backdrop.step == "drag" and now.scale == pytest.approx(before.scale / 2, rel=0.02)
    assert now.at == pytest.approx((15.0, 10.0), abs=0.5)
    zoom = window.picture.camera.zoom
    window.handle(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(400, 300)))
    window.handle(pygame.event.Event(pygame.MOUSEMOTION, pos=(440, 300), rel=(40, 0), buttons=(1, 0, 0)))
    window.handle(pygame.event.Event(pygame.MOUSEBUTTONUP, button=1, pos=(440, 300)))
    press(window, pygame.K_RETURN)
    kept = json.loads((tmp_path / "rencana.photo.json").read_text(encoding="utf-8"))
    assert kept["image"] == "denah.png" and kept["at"][0] == pytest.approx(now.at[0] + 40 / zoom, abs=0.1)
    # It is there when the scenario is played, and goes when it is taken away.
    window.open_file(tmp_path / "rencana.toml")
    assert window.tool(Backdrop).photo is not None
    window.tool(Desk).plan_file(tmp_path / "rencana.toml")
    spin(window)
    press(window, pygame.K_ESCAPE)
    click(window, window.tool(Menu), "backdrop")
    click(window, window.tool(Question), "remove")
    assert not beside(tmp_path / "rencana.toml").exists() and window.tool(Backdrop).photo is None


def test_what_is_no_picture_is_told(window: Window, tmp_path: Path) -> None:
    window.tool(Backdrop).begin(tmp_path / "rusak.png")
    assert window.tool(Problems).open and window.tool(Backdrop).photo is None


@pytest.mark.parametrize("text", ["", "[]", '{"at": [0], "image": "a.png"}', '{"at": [0, 0], "metres_per_pixel": -1}'])
def test_a_broken_file_beside_the_scenario_counts_as_none(tmp_path: Path, text: str) -> None:
    beside(tmp_path / "a.toml").write_text(text)
    assert read(tmp_path / "a.toml") is None


def test_kept_and_read(tmp_path: Path) -> None:
    pygame.image.save(pygame.Surface((8, 8)), str(tmp_path / "b.png"))
    photo = Photo(tmp_path / "b.png", (-3.5, 12.25), 0.125)
    keep(photo, tmp_path / "a.toml")
    assert read(tmp_path / "a.toml") == photo
