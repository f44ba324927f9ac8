"""The panel: sliders turned by the mouse ask the simulation; everything fits."""

import numpy as np
import pygame
import pytest
from synthetic import SyntheticSource

from crowdsim.params import LIMITS
from crowdsim.session.commands import SetParam
from crowdsim.view.panel import KNOBS
from crowdsim.view.picture import PAGES, Look
from crowdsim.view.window import Window

SIZE = (1920, 1080)


@pytest.fixture
def window():
    window = Window(SyntheticSource(200), SIZE, Look(page="controls"))
    for _ in range(4):
        window.draw(0.05)
    yield window
    window.picture.close()


def slider(window: Window, number: int, share: float) -> tuple[int, int]:
    """A point of the window on a slider, `share` of the way along its track."""
    panel = window.picture.panel
    assert panel is not None
    place, px = window.picture.place.panel, window.picture.theme.px
    along = px(22) + px(10) + share * (place.width - 2 * px(22) - 2 * px(10))
    return round(place.left + along), panel._rows["sliders"].top + number * px(80) + px(58)


def mouse(window: Window, kind: int, at: tuple[int, int], **more: object) -> None:
    if kind == pygame.MOUSEMOTION:
        more = {"rel": (0, 0), "buttons": (0, 0, 0)}
    pygame.event.clear()
    pygame.event.post(pygame.event.Event(kind, pos=at, **more))
    for event in pygame.event.get():
        window.handle(event)
    window.draw(0.12)
    window.draw(0.12)


@pytest.mark.parametrize("number", range(len(KNOBS)))
def test_turning_a_slider_sends_its_parameter(window: Window, number: int) -> None:
    knob, limit = KNOBS[number], LIMITS[KNOBS[number].name]
    mouse(window, pygame.MOUSEMOTION, slider(window, number, 0.2))
    mouse(window, pygame.MOUSEBUTTONDOWN, slider(window, number, 0.2), button=1)
    mouse(window, pygame.MOUSEMOTION, slider(window, number, 0.8))
    mouse(window, pygame.MOUSEBUTTONUP, slider(window, number, 0.8), button=1)
    sent = window.source.sent  # type: ignore[attr-defined]
    assert sent and all(isinstance(command, SetParam) and command.name == knob.name for command in sent)
    wanted = limit.low + 0.8 * (limit.high - limit.low)
    assert sent[-1].value == pytest.approx(wanted, abs=0.03 * (limit.high - limit.low))
    assert sent[-1].value / knob.step == pytest.approx(round(sent[-1].value / knob.step))
    assert window.source.params.get(knob.name) == sent[-1].value


def test_a_click_beside_the_sliders_sends_nothing_and_does_not_move_the_map(window: Window) -> None:
    centre = window.picture.camera.centre
    at = (window.picture.place.panel.left + 60, 700)
    mouse(window, pygame.MOUSEBUTTONDOWN, at, button=1)
    mouse(window, pygame.MOUSEMOTION, (at[0] + 90, at[1] + 50))
    mouse(window, pygame.MOUSEBUTTONUP, at, button=1)
    assert window.source.sent == []  # type: ignore[attr-defined]
    assert window.picture.camera.centre == centre


def test_a_value_set_elsewhere_shows_on_the_slider(window: Window) -> None:
    panel = window.picture.panel
    assert panel is not None
    before = pygame.surfarray.array2d(panel.surface)
    window.source.params = window.source.params.with_value("force.push", 300.0)
    for _ in range(3):
        window.draw(0.05)
    rows = panel._rows["sliders"]
    after = pygame.surfarray.array2d(panel.surface)
    assert (before[:, rows.top : rows.top + 80] != after[:, rows.top : rows.top + 80]).any()
    assert (before[:, : rows.top] == after[:, : rows.top]).all()


def test_an_idle_panel_is_not_painted_again(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = window.picture.panel
    assert panel is not None
    window.source.paused = True
    window.draw(0.02)
    monkeypatch.setattr(panel, "_build_sliders", lambda: pytest.fail("painted although nothing changed"))
    for _ in range(5):
        window.draw(0.02)


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("page", PAGES)
def test_nothing_runs_off_the_panel(lang: str, theme: str, page: str) -> None:
    """The outermost pixels at every side, and the gap between the columns of the legend, stay empty."""
    window = Window(SyntheticSource(200, whole=True), SIZE, Look(lang=lang, theme=theme, page=page))
    for _ in range(4):
        window.draw(0.05)
    panel = window.picture.panel
    assert panel is not None
    pixels = pygame.surfarray.array2d(panel.surface)
    ground = panel.surface.map_rgb(window.picture.theme["panel"])
    frame = np.concatenate([pixels[:8].ravel(), pixels[-8:].ravel(), pixels[:, :8].ravel(), pixels[:, -8:].ravel()])
    assert (frame == ground & 0xFFFFFF).all()
    assert all(rect.bottom <= SIZE[1] for rect in panel._rows.values())
    assert (pixels != ground).mean() > 0.05
    window.picture.close()
