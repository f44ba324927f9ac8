"""Every scenario that ships loads, and runs five seconds with numbers one can believe."""

from pathlib import Path

import numpy as np
import pytest

from crowdsim.places import shipped
from crowdsim.session.scenario import load_scenario
from crowdsim.session.simulation import Simulation

SCENARIOS = sorted(shipped("maps").glob("*/*.toml"))


def test_the_default_exercise_ships() -> None:
    assert shipped("maps", "kpu_kaltara", "sispamkota.toml") in SCENARIOS


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_scenario_runs_five_seconds(path: Path) -> None:
    loaded = load_scenario(path)
    simulation = Simulation(loaded)
    people = simulation.people
    chair = loaded.spec.chair is not None
    assert people.capacity == sum(c.count for c in loaded.spec.crowd) + sum(u.count for u in loaded.spec.unit) + chair
    start = people.position.copy()
    assert simulation.world.is_free(start[people.active]).all(), "nobody starts in a wall"
    while simulation.time < 5.0 - 1e-9:
        frame = simulation.advance()
    assert frame.time == pytest.approx(5.0)
    assert simulation.verdict == "valid", vars(simulation.survey.health)
    assert simulation.lost_people == 0
    assert np.isfinite(people.position).all() and np.isfinite(people.velocity).all()
    assert simulation.world.is_free(people.position[people.active]).all()
    assert np.hypot(*people.velocity[people.active].T).max() < simulation.params.force.max_speed + 1e-3
    captions = [entry.caption for entry in loaded.spec.timeline if entry.caption]
    assert all(caption.id and caption.en for caption in captions)
    assert all(loaded.title[lang] for lang in ("id", "en"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_timeline_ends_with_its_scenario(path: Path) -> None:
    """What is planned at a second happens before the end."""
    spec = load_scenario(path).spec
    late = [entry.at for entry in spec.timeline if entry.at is not None and entry.at + entry.after >= spec.duration]
    assert not late
