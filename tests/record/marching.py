"""A run of a march and a gate that shuts on the shipped map, recorded as `run` records it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from crowdsim.frame import Frame
from crowdsim.places import shipped
from crowdsim.record.keep import Keeper
from crowdsim.record.summary import summary
from crowdsim.session.scenario import load_scenario
from crowdsim.session.simulation import Simulation

MARCH = """\
version = 1
title = { id = "Uji pawai", en = "A march" }
map = "kpu_kaltara.tmx"
duration = 16.0
seed = 5

[[crowd]]
id = "massa"
spawn = "M1"
count = 150

[[unit]]
id = "lanjut1"
label = "LANJUT 1"
kind = "dalmas_lanjut"
count = 6
start = "tahap_lanjut"
role = "shield"

[[timeline]]
at = 0.5
do = "inject"
crowd = "massa"
wish = "gather"
zone = "depan_gerbang"
event = "march"

[[timeline]]
at = 4.1
do = "set_barrier"
barrier = "gerbang_utama"
open = false

[[timeline]]
at = 5.0
do = "set_param"
name = "walk.anticipation"
value = 0.3
"""


@dataclass(frozen=True)
class March:
    """The run file, the scenario it is of, and every frame as it was."""

    run: Path
    scenario: Path
    frames: list[Frame]


@pytest.fixture(scope="session")
def march(tmp_path_factory: pytest.TempPathFactory) -> March:
    folder = tmp_path_factory.mktemp("march")
    place = folder / "maps" / "kpu_kaltara"
    place.mkdir(parents=True)
    shutil.copy(shipped("maps", "kpu_kaltara", "kpu_kaltara.tmx"), place)
    shutil.copytree(shipped("assets", "tiles"), folder / "assets" / "tiles")
    path = place / "march.toml"
    path.write_text(MARCH, encoding="utf-8")
    simulation = Simulation(load_scenario(path))
    run = folder / "march.crowdsim"
    keeper = Keeper(run)
    frames = [simulation.frame()]
    keeper(simulation, frames[0])
    while simulation.time < 16.0 - 1e-9:
        frames.append(simulation.advance())
        keeper(simulation, frames[-1])
    keeper.close(summary(simulation, 0.5, 1.0, str(run)))
    return March(run, path, frames)
