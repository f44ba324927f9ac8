"""The map on paper: large enough for its sheet, every post once, squares as on a street plan; as a command too."""

from pathlib import Path

import numpy as np
import pygame
import pytest

from crowdsim.cli import main
from crowdsim.places import shipped
from crowdsim.view.camera import Camera
from crowdsim.view.mapsheet import _discs, column_name, draw, square_of
from crowdsim.world.maps import load_map

OFFICE = shipped("maps", "kpu_kaltara", "kpu_kaltara.tmx")


def test_squares_are_named_as_on_a_street_plan() -> None:
    assert [column_name(k) for k in (0, 25, 26, 52)] == ["A", "Z", "AA", "BA"]
    assert square_of(0.0, 0.0) == "A1" and square_of(19.9, 30.0) == "B4"


def test_numbers_of_posts_do_not_lie_on_each_other_and_stay_near() -> None:
    tilemap = load_map(OFFICE)
    camera = Camera(tilemap.size, pygame.Rect(0, 0, 2300, 1725))
    camera.fit_map()
    at = _discs(camera, tilemap, 24)
    away = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)) + np.eye(len(at)) * 1e9
    true = np.array([camera.to_screen(*post.position) for post in tilemap.posts.values()])
    assert away.min() > 44 and np.hypot(*(at - true).T).max() < 90


def test_a4_is_drawn_with_ink_in_every_part() -> None:
    sheet = draw(load_map(OFFICE), "en", "A4")
    assert sheet.get_size() == (2339, 1654)
    pixels = pygame.surfarray.array3d(sheet).astype(int).sum(axis=2)
    for part in (pixels[:1600, 150:1400], pixels[1750:, 150:900], pixels[60:700, :140], pixels[60:700, 1450:]):
        assert (part < 400).mean() > 0.002


@pytest.mark.parametrize("ending", ["png", "pdf"])
def test_the_command_writes_what_it_is_asked_for(tmp_path: Path, capsys, ending: str) -> None:
    pytest.importorskip("fpdf")
    out = tmp_path / f"peta.{ending}"
    assert main(["mapsheet", str(OFFICE), "--out", str(out), "--paper", "A4", "--lang", "id"]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    assert out.read_bytes()[:4] == {"png": b"\x89PNG", "pdf": b"%PDF"}[ending]
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_another_ending_is_refused(tmp_path: Path, capsys) -> None:
    assert main(["mapsheet", str(OFFICE), "--out", str(tmp_path / "a.svg")]) == 2
    assert "Use .pdf or .png" in capsys.readouterr().err
