"""A run of a plan with posts of its own can be simulated once more from its file alone."""

import shutil
from pathlib import Path

from crowdsim.places import shipped
from crowdsim.record import rerun
from crowdsim.record.keep import Keeper
from crowdsim.record.recorder import Recording
from crowdsim.session.draft import Draft
from crowdsim.session.simulation import Simulation


def test_states_come_again_where_units_stand_at_posts_of_the_plan(tmp_path: Path) -> None:
    path = tmp_path / "rencana.toml"
    shutil.copy(shipped("maps", "lapangan_agathis", "latihan.toml"), path)
    draft = Draft.open(path)
    draft.place(1, (31.0, 40.0), 180.0, formation="bersaf1", count=7)
    simulation = Simulation(draft.scenario)
    keeper = Keeper(tmp_path / "run.crowdsim")
    keeper(simulation, simulation.frame())
    for _ in range(25):
        keeper(simulation, simulation.advance())
    keeper.close()
    found = rerun.check(Recording(tmp_path / "run.crowdsim"))
    assert found.states > 0 and found.first is None
