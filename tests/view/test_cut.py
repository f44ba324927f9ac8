"""Which seconds a film shows, and what it says of them."""

from pathlib import Path

import av
import numpy as np
import pygame
import pytest
from synthetic import Crowd, make_map

from crowdsim.frame import Event
from crowdsim.view import cut, film
from crowdsim.view.stills import StillMaker


def event(time: float, kind: str, value: float = 0.0) -> Event:
    return Event(0, time, kind, None, "", value, {"id": f"{kind} terjadi", "en": f"{kind} happens"})


EVENTS = [event(5.0, "push"), event(6.0, "throw"), event(20.0, "breach"), event(22.0, "breach"),
          event(30.0, "injury", 1.0), event(31.0, "injury", 2.0)]  # fmt: skip


def test_key_moments_are_the_first_of_their_kind() -> None:
    assert [(e.kind, e.time) for e in cut.key_moments(EVENTS)] == [("push", 5.0), ("breach", 20.0), ("injury", 31.0)]


def test_time_goes_slower_around_them_only() -> None:
    plain = list(cut.times(0.0, 12.0, 0.5))
    assert plain == pytest.approx(np.arange(0.0, 12.01, 0.5))
    slow = np.array(list(cut.times(0.0, 12.0, 0.5, 5.0, cut.key_moments(EVENTS))))
    steps = np.diff(slow)
    near = (slow[:-1] >= 3.0 - 1e-9) & (slow[:-1] < 8.0 - 1e-9)
    assert steps[near] == pytest.approx(0.1) and steps[~near] == pytest.approx(0.5)
    assert near.sum() == 50


def test_pictures_lie_between_the_frames_around_them() -> None:
    crowd = Crowd(30)
    frames = [crowd.frame(k / 10) for k in range(21)]
    found = list(cut.pairs(frames, cut.times(0.0, 1.5, 0.04)))
    shown = [one.time + (other.time - one.time) * blend for one, other, blend in found]
    assert shown == pytest.approx(np.arange(0.0, 1.501, 0.04))
    assert all(other.time - one.time < 0.11 for one, other, _ in found)
    assert len(list(cut.pairs(frames, cut.times(1.5, 9.0, 0.1)))) == 6, "as long as there are frames"


def test_each_is_told_for_a_while_in_the_language_of_the_film() -> None:
    moments = cut.key_moments(EVENTS)
    said = {time: cut.told(moments, time) for time in (4.9, 5.0, 9.9, 10.1, 20.0)}
    assert [event and event.kind for event in said.values()] == [None, "push", "push", None, "breach"]
    pictures = []
    for lang in ("id", "en"):
        maker = StillMaker(make_map(), size=(960, 540), lang=lang)
        for told in (None, moments[0]):
            pictures.append(pygame.surfarray.array3d(maker.draw(Crowd(30).frame(5.0), told=told)))
        maker.close()
    assert (pictures[0] != pictures[1]).any() and (pictures[2] != pictures[3]).any()
    corner = np.s_[:400, 60:160]
    assert (pictures[1][corner] != pictures[3][corner]).any()


def test_a_slow_film_is_longer(tmp_path: Path) -> None:
    crowd = Crowd(30)
    frames = [crowd.frame(k / 10) for k in range(81)]
    lengths = []
    for slow in (1.0, 4.0):
        maker = StillMaker(make_map(), size=(320, 240))
        moments = cut.key_moments(EVENTS)
        pairs = cut.pairs(frames, cut.times(4.0, 6.0, 0.1, slow, moments))
        path = tmp_path / f"{slow}.mp4"
        film.write(path, (maker.draw(b, a, blend) for a, b, blend in pairs), 10)
        maker.close()
        with av.open(str(path)) as file:
            lengths.append(file.streams.video[0].frames)
    assert lengths == [21, 81]
