"""The score so far in the window: a plate when a flag is earned, a card when it is asked for."""

import sys
from pathlib import Path

import numpy as np
import pygame
import pytest
from synthetic import SyntheticSource

from crowdsim.metrics.assessor import Assessor, Standing
from crowdsim.view.fit import fitted
from crowdsim.view.inputs import Do
from crowdsim.view.picture import Look
from crowdsim.view.scorecard import ScoreCard
from crowdsim.view.window import Window

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "metrics"))

from made import event, made

SIZE = (1280, 720)
SESSION = made(
    {"crowd": 100.0, "peak_density": 2.0},
    [event(0.5, "injury", "demonstrator", 2.0, row=4), event(150.0, "injury", "officer", 2.0, row=5)],
    duration=400.0,
)


class JudgedSource(SyntheticSource):
    """A made-up crowd whose run is judged: somebody hurt is not reached, twice."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.assessor = Assessor()
        for second in range(300):
            self.assessor.look(SESSION.until(float(second)))

    def standing(self, time: float) -> Standing | None:
        return self.assessor.at(time)


def key(which: int) -> pygame.event.Event:
    return pygame.event.Event(pygame.KEYDOWN, key=which, mod=0, unicode="")


def at(window: Window, time: float) -> None:
    """Show a second, however it came about."""
    window.source.paused = True
    window.source.time = time  # type: ignore[attr-defined]
    window.draw(0.02)


@pytest.fixture
def window() -> Window:
    return Window(JudgedSource(), SIZE, Look(panel=False, legend=False))


def card(window: Window) -> ScoreCard:
    return next(tool for tool in window.tools if isinstance(tool, ScoreCard))


def plate(window: Window) -> tuple[int, int, int, int] | None:
    """Where a plate or the card lies."""
    boxes = card(window).boxes()
    return boxes[0] if boxes else None


def test_a_flag_is_shown_when_it_is_earned_and_for_a_while(window: Window) -> None:
    at(window, 88.0)
    assert plate(window) is None, "ninety seconds are not over"
    at(window, 91.2)
    box = plate(window)
    assert box is not None
    x, y, _, h = box
    place = window.picture.place.map
    assert place.contains(pygame.Rect(box))
    red = np.abs(pygame.surfarray.array3d(window.surface)[x + 2, y : y + h].astype(int) - window.picture.theme["merah"])
    assert (red.sum(axis=-1) < 10).mean() > 0.9
    for _ in range(420):
        card(window).draw(window.surface, type("M", (), {"time": 91.2})(), 0.02)  # type: ignore[arg-type]
    assert plate(window) is None, "after eight seconds"


def test_a_leap_through_time_is_no_news(window: Window) -> None:
    at(window, 20.0)
    at(window, 200.0)
    assert plate(window) is None
    at(window, 239.0)
    assert plate(window) is None
    at(window, 241.5)
    assert plate(window) is not None, "the second is earned as it plays"
    at(window, 10.0)
    assert plate(window) is None


def test_news_is_told_once_and_what_a_command_does_while_the_picture_stands_is_news() -> None:
    source = SyntheticSource(events=[event(9.9, "push"), event(10.0, "breach")])
    window = Window(source, SIZE, Look(panel=False, legend=False))
    at(window, 9.8)

    def news(time: float) -> list[str]:
        at(window, time)
        return [one.kind for one in window.moment.news]  # type: ignore[union-attr]

    assert news(10.0) == ["push", "breach"]
    source.events.append(event(10.0, "order"))  # given at the picture of 10 s, which is up
    assert news(10.1) == ["order"]
    assert news(10.2) == []
    assert news(9.8) == [] and news(9.9) == ["push"], "gone back, and on again"


@pytest.mark.parametrize("lang", ["id", "en"])
def test_r_shows_the_card_and_takes_it_away(lang: str) -> None:
    window = Window(JudgedSource(), SIZE, Look(lang=lang))
    at(window, 250.0)
    before = pygame.surfarray.array3d(window.surface)
    window.handle(key(pygame.K_r))
    window.draw(0.02)
    box = plate(window)
    assert box is not None and box[3] > 200 and window.picture.place.map.contains(pygame.Rect(box))
    assert (pygame.surfarray.array3d(window.surface) != before).any(axis=-1).sum() > 0.5 * box[2] * box[3]
    window.handle(key(pygame.K_r))
    window.draw(0.02)
    assert plate(window) is None


def test_the_card_fits_a_small_window(window: Window) -> None:
    window.resize((640, 360))
    at(window, 250.0)
    window.handle(key(pygame.K_r))
    window.draw(0.02)
    box = plate(window)
    assert box is not None and window.picture.place.map.contains(pygame.Rect(box))


def test_where_nobody_judges_there_is_no_card() -> None:
    window = Window(SyntheticSource(), SIZE, Look())
    window.draw(0.02)
    window.handle(key(pygame.K_r))
    window.draw(0.02)
    assert plate(window) is None


def test_card_and_meaning_of_the_colours_lie_beside_each_other() -> None:
    window = Window(JudgedSource(), (1920, 1080), Look(legend=False, density=True, squeeze=True))
    window.draw(0.0)
    window.do(Do("score"))
    window.draw(0.1)
    window.draw(0.1)
    (box,) = card(window).boxes()
    assert window.picture.layers is not None
    assert not pygame.Rect(box).colliderect(pygame.Rect(window.picture.layers))
    status = window.picture.hud.draw_status(window.surface, ["Mengikuti LANJUT 1"])
    assert status is not None and not pygame.Rect(box).colliderect(pygame.Rect(status))
    window.close()


@pytest.mark.parametrize("room", [(100, -39), (-8, 60), (0, 0)])
def test_what_has_no_room_at_all_is_drawn_with_no_size(room: tuple[int, int]) -> None:
    """A window can be made so low that banner, bar and timeline leave nothing of the map."""
    picture, shrink = fitted(pygame.Surface((158, 245)), pygame.Rect((4, 35), room))
    assert picture.get_size() == (0, 0) and shrink == 0.0
