"""The pictures of the documentation: the default exercise at its moments, every label readable and in nobody's way."""

import os
import runpy
from pathlib import Path

import numpy as np
import pytest

from crowdsim.frame import Event, Frame
from crowdsim.session.simulation import Simulation
from crowdsim.view import sprites
from crowdsim.view.picture import Look, Moment, Picture
from crowdsim.view.scene import canvas

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
MOMENTS = runpy.run_path(str(ROOT / "docs" / "tools" / "draw_pictures.py"))["MOMENTS"]

pytestmark = pytest.mark.xdist_group("exercise")


@pytest.fixture(scope="module")
def exercise(played) -> tuple[Simulation, dict[str, Frame]]:
    """The default exercise, seed 1, with the frames of the documentation's moments."""
    simulation, told = played
    return simulation, told.frames


def events_until(simulation: Simulation, time: float) -> list[Event]:
    return [event for event in simulation.events if event.time <= time]


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("panel", [True, False])
def test_labels_meet_nobody(exercise, moment: str, lang: str, panel: bool) -> None:
    simulation, frames = exercise
    frame = frames[moment]
    picture = Picture(simulation.scenario.map, (1920, 1080), Look(lang=lang, panel=panel))
    events = events_until(simulation, frame.time)
    picture.draw(canvas((1920, 1080)), Moment(frame, frame, title=simulation.scenario.title, events=events))
    placed = picture.scene.label_boxes
    camera, half, kind = picture.camera, picture.scene.atlas(picture.camera.zoom).half, sprites.kinds(frame)
    x = camera.origin[0] + frame.position[:, 0] * camera.zoom
    y = camera.origin[1] + frame.position[:, 1] * camera.zoom
    r = half[np.maximum(kind, 0)]
    assert len([label for label in placed if label.key.startswith("unit.")]) >= 12
    for n, a in enumerate(placed):
        left, top, width, height = a.box
        assert picture.place.map.contains(a.box), a.key
        for b in placed[n + 1 :]:
            apart = (
                left + width <= b.box[0]
                or b.box[0] + b.box[2] <= left
                or top + height <= b.box[1]
                or b.box[1] + b.box[3] <= top
            )
            assert apart, (a.key, b.key)
        covered = (x + r > left) & (x - r < left + width) & (y + r > top) & (y - r < top + height) & (kind >= 0)
        assert not covered.any(), a.key
    picture.close()


def test_the_story_is_told(exercise) -> None:
    """March, push, breach and the line that closes it: in that order, and the gate fell to load, not to a clock."""
    simulation, frames = exercise
    first = {event.kind: event.time for event in reversed(simulation.events)}
    assert first["march"] < first["negotiation"] < first["push"] < first["breach"] < first["compound_breach"]
    gate = simulation.world.barrier_index("gerbang_utama")
    assert frames["push"].barrier_load[gate] > 100.0
    assert [opening.subject for opening in frames["breach"].openings] == ["gerbang_utama"]
    wedge = next(unit for unit in frames["wedge"].units if unit.formation == "paruh")
    assert wedge.in_slot > 0.6  # it is on the move, through people
    assert simulation.verdict == "valid"
    assert simulation.lost_people == 0
