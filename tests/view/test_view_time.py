"""The hand on time: dragging the timeline, keys through time, a scripted session that branches and is compared."""

import time
from collections.abc import Callable, Iterator

import numpy as np
import pygame
import pytest
from scenes import room, scenario
from synthetic import EVENTS, SyntheticSource

from crowdsim.behaviour.unit import Brace
from crowdsim.metrics.compare import compare_branches
from crowdsim.session.commands import GiveOrder, Inject
from crowdsim.session.live import Live
from crowdsim.view.compare import Compare
from crowdsim.view.picture import Look
from crowdsim.view.timebar import Timebar
from crowdsim.view.window import Window

SIZE = (1280, 720)
PATIENCE = 120.0  # s


def press(window: Window, key: int, mod: int = 0) -> None:
    window.handle(pygame.event.Event(pygame.KEYDOWN, key=key, mod=mod, unicode=""))
    window.draw(0.01)


def mouse(window: Window, kind: int, x: float, y: float, button: int = 1) -> None:
    more = {"rel": (1, 0), "buttons": (1, 0, 0)} if kind == pygame.MOUSEMOTION else {"button": button}
    window.handle(pygame.event.Event(kind, pos=(round(x), round(y)), **more))
    window.draw(0.01)


def on_track(window: Window, moment: float) -> tuple[int, int]:
    """Where a moment lies on the timeline, px."""
    picture = window.picture
    return picture.hud.across(moment, window.source.duration), picture.place.timeline.centery + 8


# --- any source -------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["id", "en"])
def window(request: pytest.FixtureRequest) -> Window:
    """252 s into a made-up exercise, paused."""
    window = Window(SyntheticSource(100, paused=True), SIZE, Look(lang=request.param, panel=False))
    window.draw(0.0)
    return window


def test_the_timeline_is_dragged(window: Window) -> None:
    source = window.source
    mouse(window, pygame.MOUSEBUTTONDOWN, *on_track(window, 100.0))
    mouse(window, pygame.MOUSEMOTION, *on_track(window, 60.0))
    mouse(window, pygame.MOUSEMOTION, *on_track(window, 500.0))
    mouse(window, pygame.MOUSEBUTTONUP, *on_track(window, 200.0))
    mouse(window, pygame.MOUSEMOTION, *on_track(window, 30.0))
    times, held = zip(*source.sought, strict=True)  # type: ignore[attr-defined]
    assert times == pytest.approx([100.0, 60.0, 252.0, 200.0], abs=1.0), "no further than what is known"
    assert held == (True, True, True, False), "and the hand has let go at the end"
    assert window.time == pytest.approx(200.0, abs=1.0)


def test_the_sign_beside_the_timeline_pauses(window: Window) -> None:
    place = window.picture.place.timeline
    mouse(window, pygame.MOUSEBUTTONDOWN, place.left + 20, place.centery)
    assert not window.source.paused and not window.source.sought  # type: ignore[attr-defined]


def test_the_map_is_still_moved_by_hand(window: Window) -> None:
    centre = window.picture.camera.centre
    window.picture.camera.zoom_at(3.0, 400, 300)
    at = window.picture.place.map.center
    mouse(window, pygame.MOUSEBUTTONDOWN, *at)
    mouse(window, pygame.MOUSEMOTION, at[0] + 1, at[1])
    mouse(window, pygame.MOUSEBUTTONUP, *at)
    assert window.picture.camera.centre != centre and not window.source.sought  # type: ignore[attr-defined]


def test_keys_go_to_the_start_the_end_and_the_events(window: Window) -> None:
    known = window.source.known
    press(window, pygame.K_HOME)
    assert window.time == 0.0
    told = sorted({event.time for event in EVENTS if 0.0 < event.time <= known})
    seen = []
    for _ in told:
        press(window, pygame.K_n)
        seen.append(window.time)
    assert seen == pytest.approx(told)
    press(window, pygame.K_n)
    assert window.time == pytest.approx(told[-1]), "there is no later one"
    press(window, pygame.K_p)
    assert window.time == pytest.approx(told[-2])
    press(window, pygame.K_END)
    assert window.time == pytest.approx(known)
    press(window, pygame.K_COMMA)
    assert window.source.paused and window.time == pytest.approx(known - 0.1)


def test_what_comes_later_is_on_the_timeline_but_not_in_the_log() -> None:
    """Back in time the panel tells what had happened by then; the timeline still shows where it is going."""
    source = SyntheticSource(100, paused=True)
    window = Window(source, SIZE, Look(panel=True))
    window.draw(0.0)
    place = window.picture.place
    marks = pygame.surfarray.array3d(window.surface.subsurface(place.timeline)).copy()
    source.seek(1.0)
    window.draw(0.02)
    assert window.picture.panel is not None
    assert [line[0] for line in window.picture.panel._keys["situation"][2]] == ["00:00"]
    back = pygame.surfarray.array3d(window.surface.subsurface(place.timeline))
    x, _ = on_track(window, EVENTS[0].time)
    row = slice(place.timeline.height // 2, None)
    assert (back[x - 3 : x + 3, row] == marks[x - 3 : x + 3, row]).any()
    ahead = window.picture.hud.across(200.0, source.duration)
    bare = window.picture.hud.across(source.duration - 5, source.duration)
    y = round(place.timeline.height * 0.60) + 4
    assert (back[ahead, y] != back[bare, y]).any(), "the known future is drawn, fainter"
    assert (back[ahead, y] != marks[ahead, y]).any()


def test_without_branches_there_is_nothing_to_compare(window: Window) -> None:
    before = pygame.surfarray.array3d(window.surface).copy()
    for key in (pygame.K_k, pygame.K_j, pygame.K_F3):
        press(window, key)
    mode = next(tool for tool in window.tools if isinstance(tool, Compare)).mode
    assert mode == "" and window.picture.look.panel is False
    place = window.picture.place.map.inflate(-200, -200)
    after = pygame.surfarray.array3d(window.surface.subsurface(place))
    left, top = place.topleft
    assert (after == before[left : left + place.width, top : top + place.height]).mean() > 0.95


# --- a live session ---------------------------------------------------------------------------------------------------


def until(window: Window, seen: Callable[[], bool], seconds: float = 0.02) -> None:
    end = time.monotonic() + PATIENCE
    while not seen():
        assert time.monotonic() < end, "never came"
        window.draw(seconds)


@pytest.fixture
def live() -> Iterator[Window]:
    source = Live(scenario(room(capacity=150.0, toughness=1500.0), duration=60.0), compare=compare_branches)
    source.speed = 16.0
    window = Window(source, SIZE, Look(lang="en"))
    until(window, lambda: source.simulation is not None)
    yield window
    source.stop()
    window.close()


def picture_of(window: Window) -> np.ndarray:
    window.draw(0.0)
    return pygame.surfarray.array3d(window.surface.subsurface(window.picture.place.map)).astype(int)


def test_a_scripted_session(live: Window) -> None:
    """Play to the breach, drag back, another order, compare: the branch differs, and the kept future can be returned
    to and plays again to its hashes."""
    source = live.source
    assert isinstance(source, Live)
    source.send(Inject("crowd", "push", "east", "gate", 0.9))
    until(live, lambda: any(event.kind == "breach" for event in source.events))
    breach = next(event.time for event in source.events if event.kind == "breach")
    until(live, lambda: live.time > breach + 4.0)
    press(live, pygame.K_SPACE)
    until(live, lambda: source.idle)
    known = source.known
    kept = list(source._branches.all["A"].hashes)  # type: ignore[union-attr]
    assert list(live.tool(Timebar).boxes()) == [], "one future: no tree"

    mouse(live, pygame.MOUSEBUTTONDOWN, *on_track(live, known))
    mouse(live, pygame.MOUSEMOTION, *on_track(live, breach - 1.0))
    assert live.time == pytest.approx(breach - 1.0, abs=0.2)
    mouse(live, pygame.MOUSEBUTTONUP, *on_track(live, breach - 3.0))
    until(live, lambda: source.idle)
    assert live.time == pytest.approx(breach - 3.0, abs=0.2) and source.paused

    source.send(GiveOrder("line", Brace("gate")))
    until(live, lambda: len(source.branches()) == 2)
    press(live, pygame.K_SPACE)
    until(live, lambda: live.time > known)
    press(live, pygame.K_SPACE)
    until(live, lambda: source.idle)
    assert [branch.id for branch in source.branches() if branch.current] == ["B"]

    plain = picture_of(live)
    press(live, pygame.K_k)
    until(live, lambda: source.compared("B", "A") is not None)
    assert live.picture.panel is None, "two maps need the room"
    left, right, _ = next(tool for tool in live.tools if isinstance(tool, Compare))._places()
    whole = pygame.surfarray.array3d(live.surface).astype(int)
    panes = [whole[pane.left : pane.right, pane.top : pane.bottom] for pane in (left, right)]
    assert (panes[0] != panes[1]).any(axis=2).mean() > 0.01, "the futures differ"
    live.picture.camera.zoom_at(3.0, *right.center)
    centre = live.picture.camera.centre
    mouse(live, pygame.MOUSEBUTTONDOWN, *right.center)
    mouse(live, pygame.MOUSEMOTION, right.centerx + 1, right.centery)
    mouse(live, pygame.MOUSEBUTTONUP, *right.center)
    assert live.picture.camera.centre != centre, "both maps are moved by hand"
    press(live, pygame.K_k)
    ghosts = picture_of(live)
    assert ghosts.shape == plain.shape and (ghosts != plain).any()
    press(live, pygame.K_k)

    press(live, pygame.K_F3)
    for letter in "Dorong":
        live.handle(pygame.event.Event(pygame.TEXTINPUT, text=letter))
    press(live, pygame.K_BACKSPACE)
    press(live, pygame.K_RETURN)
    until(live, lambda: source.branches()[1].name == "Doron")
    press(live, pygame.K_j)
    until(live, lambda: source.branches()[0].current and live.time == pytest.approx(source.branches()[0].end))
    left, top, width, height = live.tool(Timebar).boxes()[0]
    assert (width, top + height) == (live.picture.place.map.width, live.picture.place.map.bottom)
    mouse(live, pygame.MOUSEBUTTONDOWN, left + 100, top + height * 3 // 4)  # the second of two
    until(live, lambda: source.branches()[1].current)
    source.stop()
    branches = source._branches
    assert branches is not None and branches.all["A"].hashes[: len(kept)] == kept
    assert branches.first_difference("A") is None and branches.first_difference("B") is None
