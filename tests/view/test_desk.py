"""The menu, files, what went wrong, likings: by the events a user makes."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest
from synthetic import SyntheticSource

from crowdsim import settings
from crowdsim.frame import Event
from crowdsim.places import shipped
from crowdsim.problems import Problem
from crowdsim.record.again import newest_unfinished
from crowdsim.record.recorder import Recording
from crowdsim.record.stage import Stage
from crowdsim.session.commands import DeclarePhase
from crowdsim.session.scenario import load_scenario
from crowdsim.view.desk.files import Files
from crowdsim.view.desk.menu import Menu
from crowdsim.view.desk.messages import Problems, Question
from crowdsim.view.greet import Greeting
from crowdsim.view.picture import Look
from crowdsim.view.sound import RATE, Sound, tones
from crowdsim.view.widgets import Widgets
from crowdsim.view.window import Window

FIELD = shipped("maps", "lapangan_agathis", "latihan.toml")
SIZE = (1280, 720)


def press(window: Window, key: int, mod: int = 0) -> None:
    for kind in (pygame.KEYDOWN, pygame.KEYUP):
        window.handle(pygame.event.Event(kind, key=key, mod=mod, unicode=""))
    spin(window)


def spin(window: Window, pictures: int = 3) -> None:
    for _ in range(pictures):
        window.draw(0.02)


def click(window: Window, tool: Widgets, name: str) -> None:
    """Point at a widget by its name, press and let go."""
    at = tool.spots[name].center
    window.handle(pygame.event.Event(pygame.MOUSEMOTION, pos=at, rel=(0, 0), buttons=(0, 0, 0)))
    spin(window, 1)
    window.handle(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=at, button=1))
    spin(window, 1)
    window.handle(pygame.event.Event(pygame.MOUSEBUTTONUP, pos=at, button=1))
    spin(window)


def write(window: Window, text: str) -> None:
    window.handle(pygame.event.Event(pygame.TEXTINPUT, text=text))
    spin(window)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder of one's own, with two scenarios: one good, one with mistakes."""
    monkeypatch.chdir(tmp_path)
    text = FIELD.read_text(encoding="utf-8")
    (tmp_path / "baik.toml").write_text(text, encoding="utf-8")
    (tmp_path / "rusak.toml").write_text(text.replace('"busur"', '"bussur"').replace("count = 150", "count = 99999"))
    return tmp_path


@pytest.fixture(params=["id", "en"])
def window(request: pytest.FixtureRequest) -> Iterator[Window]:
    """A window that can open files."""
    stage = Stage(threads=1)
    shown = Window(SyntheticSource(people=120), SIZE, Look(lang=request.param), stage)
    spin(shown)
    yield shown
    shown.close()
    stage.stop()


def test_escape_opens_the_menu_and_ctrl_q_leaves(window: Window) -> None:
    menu = window.tool(Menu)
    press(window, pygame.K_ESCAPE)
    assert menu.open and not window.leaving
    press(window, pygame.K_ESCAPE)
    assert not menu.open and not window.leaving
    at = menu.handle_place.center
    window.handle(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=at, button=1))
    spin(window)
    assert menu.open
    click(window, menu, "close")
    assert not menu.open and not window.leaving
    press(window, pygame.K_q, pygame.KMOD_CTRL)
    assert window.leaving


def test_an_open_menu_keeps_keys_and_mouse_from_the_run(window: Window) -> None:
    press(window, pygame.K_ESCAPE)
    press(window, pygame.K_SPACE)
    press(window, pygame.K_2, pygame.KMOD_SHIFT)
    zoom = window.picture.camera.zoom
    window.handle(pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=2, precise_x=0.0, precise_y=2.0, pos=(300, 300)))
    assert not window.source.paused and not window.source.sent and window.picture.camera.zoom == zoom  # type: ignore[attr-defined]


def test_a_scenario_is_opened_from_the_list_and_remembered(window: Window, home: Path) -> None:
    press(window, pygame.K_o, pygame.KMOD_CTRL)
    files = window.tool(Files)
    assert files.folder == home and [path.name for path in files.rows()] == ["baik.toml", "rusak.toml"]
    click(window, files, "baik.toml")
    click(window, files, "take")
    assert window.source.map.path.name == "lapangan_agathis.tmx" and not window.tool(Files).open
    assert settings.recent() == [home / "baik.toml"]
    window.opener.path = None
    press(window, pygame.K_ESCAPE)
    click(window, window.tool(Menu), "recent0")
    assert window.opener is not None and window.opener.path == home / "baik.toml"


def test_a_run_of_which_nobody_saw_a_second_is_not_kept(home: Path) -> None:
    stage = Stage(threads=1)
    live = stage.play(load_scenario(home / "baik.toml"))
    live.advance(0.0)
    end = time.monotonic() + 60.0
    while live.simulation is None or live.simulation.tick == 0:  # it is a frame ahead of whoever looks
        assert time.monotonic() < end
        time.sleep(0.01)
    stage.stop()
    assert not list((home / "runs").glob("*.crowdsim"))


def test_a_scenario_with_mistakes_opens_a_card_that_names_them(window: Window) -> None:
    before = window.source
    assert not window.open_file(Path("rusak.toml"))
    spin(window)
    problems = window.tool(Problems)
    assert problems.open and window.source is before
    assert {problem.place for problem in problems.problems} == {"crowd[1].count", "unit[1].formation"}
    assert any("busur" in problem.mend for problem in problems.problems)
    press(window, pygame.K_RETURN)
    assert not problems.open


@pytest.mark.parametrize("window", ["id"], indirect=True)  # it changes to the other one itself
def test_what_is_wrong_is_said_in_the_language_of_the_window(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(Problems, "paragraph", lambda self, text, *rest: shown.append(text))
    window.open_file(Path("rusak.toml"))
    spin(window)
    there = " ".join(shown)
    assert "orang tidak muat di" in there and "tidak ada formasi" in there and "there is" not in there
    press(window, pygame.K_RETURN)
    press(window, pygame.K_F7)
    shown.clear()
    window.open_file(Path("rusak.toml"))
    spin(window)
    assert "there is no formation" in " ".join(shown) and "tidak ada" not in " ".join(shown)


def test_who_has_no_place_is_told_when_the_run_begins(window: Window, home: Path) -> None:
    """A mistake only the muster finds: a line of officers across a wall."""
    text = (
        (home / "baik.toml")
        .read_text(encoding="utf-8")
        .replace('start = "lanjut"', 'start = "lanjut"\nformation = "paruh"')
    )
    (home / "paruh.toml").write_text(text, encoding="utf-8")
    assert isinstance(window.opener, Stage)
    window.show(window.opener.play(load_scenario(home / "paruh.toml")))
    end = time.monotonic() + 60
    while window.wrong is None and time.monotonic() < end:
        spin(window)
        time.sleep(0.01)
    spin(window)
    problems = window.tool(Problems)
    assert problems.open and problems.problems[0].place == "unit[2].start" and window.picture.map is not None


def test_what_was_wrong_with_the_named_file_is_told_at_the_start(window: Window) -> None:
    Greeting([Problem("a.toml", "unit[1]", "is wrong", "Mend it")])(window)
    spin(window)
    assert window.tool(Problems).open


def test_what_is_written_goes_into_the_name_and_not_to_the_keys(window: Window, home: Path) -> None:
    press(window, pygame.K_o, pygame.KMOD_CTRL)
    files = window.tool(Files)
    click(window, files, "name")
    write(window, "baik")
    press(window, pygame.K_d)
    assert files.path == home / "baik.toml" and not window.picture.look.density
    press(window, pygame.K_RETURN)
    assert window.source.map.path.name == "lapangan_agathis.tmx"


# Sound ----------------------------------------------------------------------------


def test_a_breach_and_a_phase_sound_once_when_it_is_on(window: Window) -> None:
    sound = window.tool(Sound)
    sound.on = True
    spin(window)
    now = window.time
    window.source.events += [  # known beforehand, as in a recording
        Event(9_000, now + 0.03, "phase", subject="merah"),
        *(Event(9_001, now + 0.09, kind) for kind in ("phase", "breach", "throw")),
        Event(9_002, now + 0.30, "breach"),
    ]
    spin(window, 10)
    assert sound.played == ["phase", "breach"]
    window.source.seek(now)
    spin(window, 1)
    assert sound.played == ["phase", "breach"], "going back makes no sound"
    sound.on = False
    spin(window, 30)
    assert sound.played == ["phase", "breach"]


def test_tones_are_short_and_do_not_click() -> None:
    wave = tones(((440.0, 0.3),))
    assert len(wave) == int(0.3 * RATE) and wave[0] == 0 and abs(int(wave[-1])) < 200 and wave.max() > 5_000


def test_without_a_sound_card_it_says_so_and_is_silent(monkeypatch, window: Window, capfd) -> None:
    def fails(*_: object) -> None:
        os.write(2, b"ALSA lib confmisc.c: cannot find card\n")
        raise pygame.error("no card")

    monkeypatch.setattr(pygame.mixer, "init", fails)
    pygame.mixer.quit()
    press(window, pygame.K_ESCAPE)
    click(window, window.tool(Menu), "sound")
    assert not window.tool(Sound).on and window._notice == window.picture.words("sound.none")
    assert capfd.readouterr().err == ""


# Going on after the program was cut off ------------------------------------------------------------------------------


def ready(window: Window, seconds: float) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and window.time < seconds:
        window.draw(0.1)
        time.sleep(0.005)
    assert window.time >= seconds


@pytest.mark.parametrize("changes", [{}, {"mind.legitimacy": 0.2}], ids=["as the file says", "with --set"])
def test_a_run_that_was_cut_off_goes_on_with_the_same_bits(home: Path, changes: dict[str, float]) -> None:
    scenario = load_scenario(home / "baik.toml", changes)
    stage = Stage(threads=1, speed=16.0)
    window = Window(stage.play(scenario), SIZE, Look(), stage)
    ready(window, 1.0)
    window.source.send(DeclarePhase("kuning", "Kapolres"))
    ready(window, 4.0)
    window.close()
    stage.fail()
    cut = Recording(stage.kept[0])
    again = newest_unfinished(home / "runs")
    assert again is not None and again.path == stage.kept[0] and again.time == cut.times[-1]

    stage = Stage(threads=1, speed=16.0)
    window = Window(SyntheticSource(people=50), SIZE, Look(), stage)
    Greeting(broken=again)(window)
    spin(window)
    question = window.tool(Question)
    assert question.open and window.source.paused
    click(window, question, "continue")
    ready(window, again.time)
    assert window.source.paused
    window.source.paused = False
    ready(window, again.time + 1.0)
    window.close()
    stage.stop()
    went_on = Recording(stage.kept[0])
    known = dict(went_on.hashes())
    assert cut.hashes() and all(known[tick] == hashed for tick, hashed in cut.hashes())
    assert went_on.times[-1] > cut.times[-1] and "summary" in went_on.meta
    assert [row for row in went_on.journal() if row[0] <= cut.ticks[-1]] == cut.journal()
    assert newest_unfinished(home / "runs") is None  # offered once


def test_a_finished_run_or_one_of_another_scenario_is_not_offered(home: Path) -> None:
    scenario = load_scenario(home / "baik.toml")
    stage = Stage(threads=1, speed=16.0)
    window = Window(stage.play(scenario), SIZE, Look(), stage)
    ready(window, 1.0)
    assert newest_unfinished(home / "runs") is None  # it is being written
    window.close()
    stage.fail()
    assert newest_unfinished(home / "runs") is not None
    copy = home / "runs2"
    shutil.copytree(home / "runs", copy)
    (home / "runs2" / stage.kept[0].name).write_bytes(b"not a run")
    assert newest_unfinished(copy) is None
