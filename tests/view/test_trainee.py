"""The trainees' view: no minds, nothing that lies ahead, and of the others only whom the own side sees."""

from dataclasses import replace

import numpy as np
import pygame
import pytest
from synthetic import SyntheticSource
from test_desk import press, spin
from test_view_picture import MAP, lonely

from crowdsim.frame import Event, Frame, PartyView
from crowdsim.population.roles import BarrierState, Role, Status
from crowdsim.view import overlays
from crowdsim.view.inputs import Do
from crowdsim.view.inspector import Inspector
from crowdsim.view.picture import Look
from crowdsim.view.trainee import Trainee, as_seen, watched
from crowdsim.view.window import Window
from crowdsim.world.tilemap import Post, TileMap

SIZE = (1280, 720)
SHUT, OPEN = (np.array([state, state], np.int8) for state in (BarrierState.CLOSED, BarrierState.OPEN))
OPEN_GROUND = replace(MAP, solid=np.zeros_like(MAP.solid), gates=tuple(replace(gate, low=True) for gate in MAP.gates))
IN_THE_YARD, ON_THE_ROAD, BEHIND_THE_OFFICE = (80.0, 70.0), (80.0, 79.0), (80.0, 22.5)


def two(officer: tuple[float, float], other: tuple[float, float], **changes: object) -> Frame:
    """An officer in row 0, a demonstrator in row 1, nobody else; the officer looks away."""
    away = np.arctan2(officer[1] - other[1], officer[0] - other[0])
    frame = lonely(Role.OFFICER, officer, facing=np.full(40, away, np.float32), barrier_state=SHUT)
    status, position, role = frame.status.copy(), frame.position.copy(), frame.role.copy()
    status[1], position[1], role[1] = Status.ACTIVE, other, Role.DEMONSTRATOR
    return replace(frame, status=status, position=position, role=role, **changes)


def seen(frame: Frame, place: TileMap = MAP) -> bool:
    return bool(watched(place, frame)[1])


def test_a_wall_or_shut_gate_hides_people_and_a_fence_or_open_gate_does_not() -> None:
    assert not seen(two(IN_THE_YARD, (95.0, 79.0))), "a wall of the compound stands between"
    frame = two(IN_THE_YARD, ON_THE_ROAD)
    assert not seen(frame)
    assert seen(replace(frame, barrier_state=OPEN))
    low = replace(MAP, gates=tuple(replace(gate, low=True) for gate in MAP.gates))
    assert seen(frame, low)


def test_a_building_hides_who_is_behind_it() -> None:
    assert not seen(two(IN_THE_YARD, BEHIND_THE_OFFICE))
    assert seen(two(IN_THE_YARD, (60.0, 60.0)))
    assert seen(two((80.0, 45.0), (80.0, 44.2))), "who leans on the wall is seen from close by"


def test_nobody_is_seen_from_farther_away_than_stated() -> None:
    reach = overlays.SIGHT[0]
    assert seen(two((20.0, 84.0), (19.5 + reach, 84.0)))
    assert not seen(two((20.0, 84.0), (20.5 + reach, 84.0)))


def test_only_who_stands_watches_and_the_own_side_is_always_there() -> None:
    frame = two((70.0, 84.0), (80.0, 84.0))
    status = frame.status.copy()
    status[0] = Status.FALLEN
    assert not seen(replace(frame, status=status))
    assert watched(MAP, replace(frame, status=status))[0], "his comrades miss him at once"
    role = frame.role.copy()
    role[0] = Role.BYSTANDER
    assert not seen(replace(frame, role=role))


def test_the_command_post_watches_too() -> None:
    frame = two(IN_THE_YARD, ON_THE_ROAD)
    post = Post("posko", {"id": "Posko", "en": "Command post"}, (100.0, 84.0), 0.0)
    assert seen(frame, replace(MAP, posts={"posko": post}))
    assert not seen(frame, replace(MAP, posts={"pos_lain": post}))


def test_who_is_not_seen_is_nowhere_in_what_is_shown() -> None:
    party = PartyView("hostage", ON_THE_ROAD, (1,), "", "held")
    frame = two(IN_THE_YARD, ON_THE_ROAD, parties=(party,), readings={"present": 2.0})
    shown = as_seen(MAP, frame)
    assert shown.status[0] == Status.ACTIVE and shown.status[1] == Status.WAITING
    assert shown.parties == () and shown.readings["present"] == 1.0
    assert frame.status[1] == Status.ACTIVE, "the frame itself is not written"
    known = as_seen(MAP, replace(frame, barrier_state=OPEN))
    assert known.parties == (party,) and known.readings["present"] == 2.0
    assert np.array_equal(known.status, frame.status)


def pixels_of(source: SyntheticSource, look: Look) -> np.ndarray:
    """The map and the timeline of a moment."""
    window = Window(source, SIZE, look)
    window.picture.show((60.0, 60.0, 100.0, 90.0))
    spin(window)
    pixels = pygame.surfarray.array3d(window.surface).astype(int)
    place = window.picture.place
    window.close()
    return pixels[: place.map.right, place.map.top :]


def still(frame: Frame, place: TileMap = MAP) -> SyntheticSource:
    source = SyntheticSource(people=40, map=place, paused=True, events=[])
    source._pair = frame, frame
    source._frames = lambda: (frame, frame)  # type: ignore[method-assign]
    return source


def test_the_picture_leaves_out_who_is_behind_the_wall() -> None:
    frame = two(IN_THE_YARD, ON_THE_ROAD)
    alone = frame.status.copy()
    alone[1] = Status.LEFT
    trainee = pixels_of(still(frame), Look(trainee=True))
    assert np.array_equal(trainee, pixels_of(still(replace(frame, status=alone)), Look()))
    assert not np.array_equal(trainee, pixels_of(still(frame), Look()))
    opened = replace(frame, barrier_state=OPEN)
    assert np.array_equal(pixels_of(still(opened), Look(trainee=True)), pixels_of(still(opened), Look()))


def test_a_click_where_nobody_is_shown_tells_nothing() -> None:
    frame = two(IN_THE_YARD, ON_THE_ROAD)
    window = Window(still(frame), SIZE, Look())
    spin(window)
    inspector = window.tool(Inspector)
    inspector._find(ON_THE_ROAD)
    assert inspector.subject == ("person", 1)
    window.do(Do("trainee"))
    spin(window)
    assert inspector.subject is None, "the sheet closes with him out of sight"
    inspector._find(ON_THE_ROAD)
    assert inspector.subject is None
    window.close()


def test_trainees_see_no_minds_no_provocateurs_and_nothing_that_lies_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overlays, "SIGHT", (1000.0, 1.05))  # nobody is out of sight here
    known = SyntheticSource(people=300, whole=True, map=OPEN_GROUND)
    known.events.append(Event(20_000, 400.0, "breach", subject="main"))
    told = pixels_of(known, Look(trainee=True))
    assert not np.array_equal(told, pixels_of(known, Look()))
    # The same moment of a crowd in which there is nothing to hide: the same picture.
    plain = SyntheticSource(people=300, whole=True, map=OPEN_GROUND)
    frames = plain._frames

    def harmless() -> tuple:
        return tuple(
            replace(frame, mind=None, due="", role=np.where(frame.role == 1, 0, frame.role).astype(np.int8))
            for frame in frames()
        )

    plain._frames = harmless  # type: ignore[method-assign]
    plain._pair = harmless()
    assert np.array_equal(told, pixels_of(plain, Look()))


def test_readings_nobody_at_the_command_post_has_are_gone() -> None:
    source = SyntheticSource(people=60, whole=True)
    window = Window(source, SIZE, Look(trainee=True))
    source.events.append(Event(20_000, 400.0, "breach"))
    spin(window)
    moment, frame = window.moment, window.frame
    assert moment is not None and moment.events and all(event.time <= moment.time for event in moment.events)
    assert "anger" in frame.readings and "mind.violent" in frame.readings
    assert not any(name.startswith(("mind", "anger", "fear", "legitimacy")) for name in moment.current.readings)
    assert "water" in moment.current.readings
    window.close()


def test_the_layer_of_minds_stays_shut_for_trainees() -> None:
    window = Window(SyntheticSource(people=50), SIZE, Look())
    press(window, pygame.K_a)
    assert window.picture.look.anger
    window.do(Do("trainee"))
    assert not window.picture.look.anger
    press(window, pygame.K_a)
    assert not window.picture.look.anger
    window.close()


def test_a_frame_is_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A window draws a frame several times, and following eyes over the whole map is not for each of them."""
    asked: list[Frame] = []
    monkeypatch.setattr(
        "crowdsim.view.trainee.watched", lambda place, frame: asked.append(frame) or np.ones(len(frame.role), bool)
    )
    window = Window(still(two(IN_THE_YARD, ON_THE_ROAD)), SIZE, Look(trainee=True))
    spin(window, 5)
    assert len(asked) == 1 and window.tool(Trainee).frame(asked[0]) is window.tool(Trainee).frame(asked[0])
    window.close()
