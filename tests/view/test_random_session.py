"""Random input to a real session: nothing breaks, and whatever was recorded comes again bit for bit.

Two hundred events here; `CROWDSIM_FUZZ=20000` for as many as one has patience for.
"""

import os
import random
import time
from pathlib import Path

import pygame
import pytest
from test_access import SEED, random_event

from crowdsim.places import shipped
from crowdsim.record import rerun
from crowdsim.record.recorder import Recording
from crowdsim.record.stage import Stage
from crowdsim.session.scenario import load_scenario
from crowdsim.view.picture import Look
from crowdsim.view.window import Window

EVENTS = int(os.environ.get("CROWDSIM_FUZZ", "200"))
_WAIT = 120.0  # s for a cold machine to compile


@pytest.mark.parametrize("seed", [SEED, SEED + 1])
def test_a_session_of_random_input_plays_again(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CROWDSIM_SETTINGS", str(tmp_path / "settings.json"))
    pygame.display.set_mode((800, 600))
    dice = random.Random(seed)
    stage = Stage(seed=3, threads=1, speed=8.0)
    source = stage.play(load_scenario(shipped("maps", "kpu_kaltara", "sbb.toml")))
    window = Window(source, (800, 600), Look(lang="en"), stage)
    end = time.monotonic() + _WAIT
    while source.simulation is None:
        assert time.monotonic() < end
        window.draw(0.02)
        time.sleep(0.01)
    for number in range(EVENTS):
        window.handle(random_event(dice, window.surface.get_size()))
        if number % 4 == 0:
            window.draw(dice.choice([0.016, 0.05]))
    window.close()
    stage.stop()
    assert stage.kept or EVENTS < 1000
    for path in stage.kept:
        found = rerun.check(Recording(path), threads=1)
        assert found.first is None, f"{path.name}: {found.first}"
