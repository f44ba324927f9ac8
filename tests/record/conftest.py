"""A run of a march and a gate that shuts on the shipped map, recorded as `run` records it."""

import shutil

import pytest
from marches import MARCH, March

from crowdsim.places import shipped
from crowdsim.record.keep import Keeper
from crowdsim.record.summary import summary
from crowdsim.session.scenario import load_scenario
from crowdsim.session.simulation import Simulation


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
