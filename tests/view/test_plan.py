"""Plan mode by the events a user makes: units, crowds, the timeline, undone, saved, played, planned on."""

import math
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pygame
import pytest
from test_desk import click, press, spin, write

from crowdsim.behaviour.unit import ORDER_KINDS
from crowdsim.places import shipped
from crowdsim.record.recorder import Recording
from crowdsim.record.stage import Stage
from crowdsim.session.scenario import load_scenario
from crowdsim.session.simulation import Simulation
from crowdsim.view.desk.desk import Desk
from crowdsim.view.desk.files import Files
from crowdsim.view.desk.menu import Menu
from crowdsim.view.desk.messages import Question
from crowdsim.view.picture import Look
from crowdsim.view.plan.plan import Plan
from crowdsim.view.window import Window

FIELD = shipped("maps", "lapangan_agathis", "latihan.toml")
SIZE = (1280, 720)


@pytest.fixture(params=["id", "en"])
def window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Window]:
    """A window that plans the exercise on the field, in a file of one's own."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(FIELD, tmp_path / "rencana.toml")
    stage = Stage(threads=1, speed=16.0)
    from synthetic import SyntheticSource

    shown = Window(SyntheticSource(people=50), SIZE, Look(lang=request.param), stage)
    shown.tool(Desk).plan_file(tmp_path / "rencana.toml")
    spin(shown)
    yield shown
    shown.close()
    stage.stop()


def plan_of(window: Window) -> Plan:
    return window.tool(Plan)


def unit_of(window: Window, name: str) -> int:
    return next(k for k, unit in enumerate(plan_of(window).draft.spec.unit) if unit.id == name)


def mouse(window: Window, kind: int, at: tuple[float, float], button: int = 1) -> None:
    event = {"pos": (round(at[0]), round(at[1]))}
    event |= {"rel": (0, 0), "buttons": (1, 0, 0)} if kind == pygame.MOUSEMOTION else {"button": button}
    window.handle(pygame.event.Event(kind, **event))
    spin(window, 2)


def drag(window: Window, start: tuple[float, float], end: tuple[float, float]) -> None:
    mouse(window, pygame.MOUSEMOTION, start)
    mouse(window, pygame.MOUSEBUTTONDOWN, start)
    for share in (0.3, 0.7, 1.0):
        at = (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
        mouse(window, pygame.MOUSEMOTION, at)
    mouse(window, pygame.MOUSEBUTTONUP, end)
    spin(window)


def on_screen(window: Window, x: float, y: float) -> tuple[float, float]:
    return window.picture.camera.to_screen(x, y)


def officer(window: Window, unit: int) -> tuple[float, float]:
    frame = plan_of(window).draft.frame
    x, y = frame.position[frame.unit == unit][0].tolist()
    return on_screen(window, x, y)


def pick(window: Window, name: str, value: str) -> None:
    """Choose out of a list that unfolds."""
    plan = plan_of(window)
    click(window, plan, name)
    for turn in (*[-1] * 12, *[1] * 24):  # to the end of the list, then to its beginning
        if f"{name}.{value}" in plan.spots:
            break
        at = next(spot for key, spot in plan.spots.items() if key.startswith(f"{name}.")).center
        mouse(window, pygame.MOUSEMOTION, at)
        event = pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=turn, precise_x=0.0, precise_y=float(turn), pos=at)
        window.handle(event)
        spin(window)
    click(window, plan, f"{name}.{value}")


def test_a_unit_is_pulled_from_the_list_onto_the_map(window: Window) -> None:
    plan = plan_of(window)
    count = len(plan.draft.spec.unit)
    drag(window, plan.spots["kind.phh"].center, on_screen(window, 60.0, 40.0))
    assert plan.refused == [] and len(plan.draft.spec.unit) == count + 1
    unit = plan.draft.spec.unit[-1]
    assert (unit.id, unit.kind, unit.count, unit.role, unit.formation) == ("phh", "phh", 30, "shield", "bersaf2")
    rows = plan.draft.frame.position[plan.draft.frame.unit == count]
    assert np.hypot(*(rows.mean(axis=0) - (60.0, 40.0))) < 1.0
    assert plan.unit == count and plan.draft.changed
    press(window, pygame.K_ESCAPE)
    drag(window, plan.spots["kind.phh"].center, on_screen(window, 60.0, 55.0))
    assert plan.draft.spec.unit[-1].id == "phh2" and plan.draft.spec.unit[-1].label == "PHH 2"


def test_a_unit_is_moved_turned_and_taken_back(window: Window) -> None:
    plan = plan_of(window)
    unit = unit_of(window, "lanjut")
    before = plan.draft.frame.position.copy()
    start = officer(window, unit)
    drag(window, start, (start[0] - 200, start[1] - 60))
    assert plan.draft.spec.unit[unit].start == "pos_lanjut"
    moved = plan.draft.frame.position[plan.draft.frame.unit == unit].mean(axis=0)
    heading = plan.heading_of(unit)
    press(window, pygame.K_r)
    assert plan.heading_of(unit) == pytest.approx(heading + 15.0)
    press(window, pygame.K_r, pygame.KMOD_SHIFT)
    press(window, pygame.K_r, pygame.KMOD_SHIFT)
    assert plan.heading_of(unit) == pytest.approx(heading - 15.0)
    for _ in range(3):
        press(window, pygame.K_z, pygame.KMOD_CTRL)
    assert np.allclose(plan.draft.frame.position[plan.draft.frame.unit == unit].mean(axis=0), moved)
    press(window, pygame.K_z, pygame.KMOD_CTRL)
    assert np.array_equal(plan.draft.frame.position, before) and not plan.draft.changed
    press(window, pygame.K_y, pygame.KMOD_CTRL)
    assert plan.draft.spec.unit[unit].start == "pos_lanjut"


def test_dropped_near_a_post_it_stands_at_the_post(window: Window) -> None:
    plan = plan_of(window)
    unit = unit_of(window, "medis")
    post = plan.draft.scenario.map.posts["posko"]
    x, y = plan.draft.frame.position[plan.draft.frame.unit == unit][0].tolist()
    from crowdsim.view.plan.ghosts import anchor_of

    ax, ay = anchor_of(plan.draft, unit)
    aim = (post.position[0] + x - ax + 0.5, post.position[1] + y - ay)
    drag(window, on_screen(window, x, y), on_screen(window, *aim))
    assert plan.refused == [], plan.refused
    assert plan.draft.spec.unit[unit].start == "posko" and not plan.draft.spec.post


def test_a_post_of_its_own_is_placed_moved_turned_used_and_removed(window: Window) -> None:
    plan = plan_of(window)
    drag(window, plan.spots["post"].center, on_screen(window, 60.0, 40.0))
    post = plan.draft.posts["pos1"]
    assert post.at == pytest.approx((60.0, 40.0), abs=0.5) and plan.post == "pos1"
    drag(window, on_screen(window, *post.at), on_screen(window, 64.0, 50.0))
    moved = plan.draft.posts["pos1"]
    assert moved.at == pytest.approx((64.0, 50.0), abs=0.5)
    press(window, pygame.K_r)
    assert plan.draft.posts["pos1"].heading_deg == (moved.heading_deg + 15.0 + 180.0) % 360.0 - 180.0
    plan.draft.add("timeline", at=5.0, do="give_order", unit="lanjut", order={"kind": "move_to", "zone": "pos1"})
    press(window, pygame.K_DELETE)
    assert plan.refused and "pos1" in plan.draft.posts  # an order leads there
    plan.undo()
    plan.post = "pos1"
    press(window, pygame.K_DELETE)
    assert not plan.draft.spec.post


def test_a_click_chooses_and_does_not_move(window: Window) -> None:
    plan = plan_of(window)
    at = officer(window, unit_of(window, "tindak"))
    mouse(window, pygame.MOUSEBUTTONDOWN, at)
    mouse(window, pygame.MOUSEBUTTONUP, at)
    assert plan.unit == unit_of(window, "tindak") and not plan.draft.changed
    press(window, pygame.K_ESCAPE)
    assert plan.unit is None and not window.tool(Menu).open


def test_what_cannot_be_is_refused_and_told(window: Window) -> None:
    plan = plan_of(window)
    text = plan.draft.text
    drag(window, officer(window, unit_of(window, "lanjut")), on_screen(window, 60.0, 9.0))  # the stand
    assert plan.refused and plan.draft.text == text


def test_keys_of_a_unit(window: Window) -> None:
    plan = plan_of(window)
    unit = unit_of(window, "tindak")
    click(window, plan, f"unit.{unit}")
    click(window, plan, "label")
    press(window, pygame.K_END)
    write(window, " A")
    press(window, pygame.K_RETURN)
    pick(window, "formation", "lingkar")
    pick(window, "posture", "siaga")
    spec = plan.draft.spec.unit[unit]
    assert (spec.label, spec.formation, spec.posture) == ("TIM TINDAK A", "lingkar", "siaga")
    at = plan.spots["count"]  # the button for one more is at its right end
    plan.spots["more"] = pygame.Rect(at.right - 12, at.top, 10, at.height)
    click(window, plan, "more")
    assert plan.draft.spec.unit[unit].count == 13
    assert plan.draft.frame.units[unit].formation == "lingkar"
    press(window, pygame.K_DELETE)
    assert plan.refused and "tindak" in plan.refused[0].message  # the timeline gives it orders


def test_a_crowd(window: Window) -> None:
    plan = plan_of(window)
    click(window, plan, "page.crowds")
    pick(window, "temper", "volatile")
    at = plan.spots["provocateurs"]
    plan.spots["half"] = pygame.Rect(at.centerx - 2, at.top, 4, at.height)
    click(window, plan, "half")
    crowd = plan.draft.spec.crowd[0]
    assert crowd.temper == "volatile" and 0.4 * crowd.count < crowd.provocateurs < 0.6 * crowd.count
    click(window, plan, "crowd.add")
    assert [c.id for c in plan.draft.spec.crowd] == ["massa", "massa2"]


def test_the_timeline(window: Window) -> None:
    plan = plan_of(window)
    count = len(plan.draft.spec.timeline)
    click(window, plan, "page.timeline")
    click(window, plan, "entry.add")
    assert len(plan.draft.spec.timeline) == count + 1
    for what in ("order", "wish", "phase", "barrier", "tool", "caption"):
        if what != "caption":
            pick(window, "what", what)
            assert plan.refused == [], what
    entry = plan.draft.spec.timeline[-1]
    assert entry.do == "use_tool" and entry.at == 60.0
    pick(window, "what", "order")
    for kind in (kind for kind in ORDER_KINDS if kind != "escort"):
        pick(window, "order", kind)
        order = plan.draft.spec.timeline[-1].order
        assert plan.refused == [] and order is not None and order.kind == kind
    pick(window, "when", "breach")
    entry = plan.draft.spec.timeline[-1]
    assert entry.at is None and entry.when is not None and entry.when.event == "breach"
    click(window, plan, "remove")
    assert len(plan.draft.spec.timeline) == count


def test_saved_from_the_menu_it_keeps_comments_and_plays_to_the_same_hash(window: Window, tmp_path: Path) -> None:
    plan = plan_of(window)
    start = officer(window, unit_of(window, "lanjut"))
    drag(window, start, (start[0] - 150, start[1]))
    in_memory = Simulation(plan.draft.scenario)
    press(window, pygame.K_ESCAPE)
    press(window, pygame.K_ESCAPE)
    click(window, window.tool(Menu), "save_as")
    files = window.tool(Files)
    assert files.open and files.name == "rencana.toml"
    files.name = ""
    click(window, files, "name")
    write(window, "baru")
    click(window, files, "take")
    saved = tmp_path / "baru.toml"
    text = saved.read_text(encoding="utf-8")
    assert text.startswith(FIELD.read_text(encoding="utf-8").splitlines()[0]) and "[[post]]" in text
    again = Simulation(load_scenario(saved))
    for _ in range(15):
        in_memory.advance()
        again.advance()
    assert in_memory.state_hash() == again.state_hash()
    assert not plan.draft.changed and plan.draft.path == saved


def test_played_and_planned_on(window: Window) -> None:
    plan = plan_of(window)
    click(window, plan, f"unit.{unit_of(window, 'lanjut')}")
    pick(window, "formation", "bersaf3")
    text = plan.draft.text
    click(window, plan, "play")
    assert window.draft is None
    end = time.monotonic() + 60
    while window.time < 1.0 and time.monotonic() < end:
        window.draw(0.1)
        time.sleep(0.005)
    unit = next(u for u in window.source.advance(0.0)[1].units if u.id == "lanjut")
    assert window.time >= 1.0 and unit.formation == "bersaf3"
    press(window, pygame.K_F2)
    assert window.draft is not None and window.draft.text == text and window.draft.changed
    stage = window.opener
    assert isinstance(stage, Stage) and "summary" in Recording(stage.kept[-1]).meta


def test_leaving_with_something_unsaved_asks_first(window: Window, tmp_path: Path) -> None:
    plan = plan_of(window)
    click(window, plan, f"unit.{unit_of(window, 'lanjut')}")
    pick(window, "formation", "bersaf3")
    window.handle(pygame.event.Event(pygame.QUIT))
    spin(window)
    question = window.tool(Question)
    assert question.open and not window.leaving
    click(window, question, "cancel")
    assert not window.leaving and not question.open
    press(window, pygame.K_q, pygame.KMOD_CTRL)
    click(window, question, "save")
    assert window.leaving and 'formation = "bersaf3"' in (tmp_path / "rencana.toml").read_text(encoding="utf-8")


def test_a_plan_that_is_played_unsaved_is_not_lost_on_leaving(window: Window) -> None:
    plan = plan_of(window)
    plan.draft.set("unit", 0, count=25)
    press(window, pygame.K_F2)
    assert window.draft is None
    press(window, pygame.K_q, pygame.KMOD_CTRL)
    question = window.tool(Question)
    assert question.open and not window.leaving
    click(window, question, "discard")
    assert window.leaving


def test_a_new_scenario_from_a_map(window: Window, tmp_path: Path) -> None:
    press(window, pygame.K_n, pygame.KMOD_CTRL)
    files = window.tool(Files)
    assert files.folder == shipped("maps")
    click(window, files, "kpu_kaltara")
    click(window, files, "kpu_kaltara.tmx")
    click(window, files, "take")
    name, heading = {
        "id": ("skenario-baru.toml", "# --- massa"),
        "en": ("new-scenario.toml", "# --- the crowd"),
    }[window.picture.words.lang]
    assert window.draft is not None and window.draft.path == tmp_path / name
    assert heading in window.draft.text and window.source.map.path.name == "kpu_kaltara.tmx"
    press(window, pygame.K_s, pygame.KMOD_CTRL)  # no file yet: asks where
    click(window, window.tool(Files), "take")
    assert load_scenario(tmp_path / name).spec.map == "kpu_kaltara.tmx"


def test_time_stands_still_while_planning(window: Window) -> None:
    before = window.source.advance(0.0)[1]
    press(window, pygame.K_SPACE)
    press(window, pygame.K_2, pygame.KMOD_SHIFT)
    spin(window)
    assert window.source.advance(1.0)[1] is before and window.time == 0.0


def test_the_picture_shows_the_ghost_in_the_hand(window: Window) -> None:
    plan = plan_of(window)
    mouse(window, pygame.MOUSEMOTION, plan.spots["kind.medis"].center)
    mouse(window, pygame.MOUSEBUTTONDOWN, plan.spots["kind.medis"].center)
    at = on_screen(window, 60.0, 40.0)
    mouse(window, pygame.MOUSEMOTION, at)
    with_ghost = pygame.surfarray.array3d(window.surface).astype(int)
    mouse(window, pygame.MOUSEMOTION, plan.spots["kind.phh"].center)
    without = pygame.surfarray.array3d(window.surface).astype(int)
    x, y = round(at[0]), round(at[1])
    near = np.abs(with_ghost - without)[x - 40 : x + 40, y - 40 : y + 40].sum(axis=2)
    assert (near > 60).sum() > 150
    mouse(window, pygame.MOUSEBUTTONUP, plan.spots["kind.phh"].center)
    assert plan.carried is None and not plan.draft.changed and not math.isnan(x)
