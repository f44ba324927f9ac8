"""No test of the window needs a screen."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

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
