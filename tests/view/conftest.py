"""No test of the window needs a screen."""

import os
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from console import Console
    from shown import Exercise

    from crowdsim.session.simulation import Simulation

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"


@pytest.fixture(scope="session", autouse=True)
def _pygame() -> Iterator[None]:
    import pygame

    pygame.display.init()
    pygame.font.init()
    yield
    pygame.quit()


@pytest.fixture(autouse=True)
def _likings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nobody's own settings are read or written."""
    path: Path = tmp_path_factory.mktemp("likings") / "settings.json"
    monkeypatch.setenv("CROWDSIM_SETTINGS", str(path))
    return path


@pytest.fixture(scope="session", params=["id", "en"])
def made_console(request: pytest.FixtureRequest) -> "Console":
    """One window for each language."""
    from console import Console

    return Console(request.param)


@pytest.fixture
def console(made_console: "Console", tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["Console"]:
    """In both languages: a console as it is at first, in a folder of one's own."""
    monkeypatch.chdir(tmp_path)
    made_console.afresh(tmp_path / "run.crowdsim")
    yield made_console
    made_console.loop.close()


@pytest.fixture(scope="session")
def played() -> "tuple[Simulation, Exercise]":
    """The default exercise, seed 1, at the moments of the documentation's pictures: played once for all tests."""
    import shown

    tool = Path(__file__).resolve().parents[2] / "docs" / "tools" / "draw_pictures.py"
    return shown.play(runpy.run_path(str(tool))["MOMENTS"])
