"""Everybody can read it: shapes where colours fail, texts that fit, any size, any language, any input."""

import os
import random
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pygame
import pytest
from synthetic import ObedientSource, SyntheticSource

from crowdsim.session.commands import decode, encode
from crowdsim.view import hud, layers, legend, sprites, words
from crowdsim.view.bookmarks import wrapped
from crowdsim.view.inputs import Do
from crowdsim.view.picture import PRESENTER_SCALE, Look
from crowdsim.view.theme import CAPTION, ROLE_NAMES, SECTION, SMALL, THEMES, Theme, palette
from crowdsim.view.tour import STEPS
from crowdsim.view.window import Window
from crowdsim.view.words import Words

NEAR = 10.0
"""CIEDE2000 below which two colours count as alike."""
FUZZ = int(os.environ.get("CROWDSIM_FUZZ", "600"))
"""Random events; CROWDSIM_FUZZ=20000 is the long run."""
SEED = 20261124

# Machado, Oliveira & Fernandes 2009 (doi:10.1109/TVCG.2009.113), severity 1.0, on linear sRGB.
SIMULATED = {
    "normal": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def lab(colour: tuple[int, int, int], seen: str) -> np.ndarray:
    """CIE L*a*b* (D65) of a colour as somebody sees it."""
    c = np.array(colour) / 255.0
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(SIMULATED[seen]) @ linear, 0.0, 1.0)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    t = to_xyz @ linear / np.array([0.95047, 1.0, 1.08883])
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(one: np.ndarray, two: np.ndarray) -> float:
    """CIEDE2000, after Sharma, Wu & Dalal 2005 (doi:10.1002/col.20070)."""
    l1, l2 = one[0], two[0]
    c = (np.hypot(*one[1:]) + np.hypot(*two[1:])) / 2
    g = 0.5 * (1 - np.sqrt(c**7 / (c**7 + 25.0**7)))
    a1, a2 = one[1] * (1 + g), two[1] * (1 + g)
    c1, c2 = np.hypot(a1, one[2]), np.hypot(a2, two[2])
    h1, h2 = np.degrees(np.arctan2(one[2], a1)) % 360, np.degrees(np.arctan2(two[2], a2)) % 360
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    dl, dc, dh = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    lm, cm = (l1 + l2) / 2, (c1 + c2) / 2
    hm = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    t = 1 - 0.17 * np.cos(np.radians(hm - 30)) + 0.24 * np.cos(np.radians(2 * hm))
    t += 0.32 * np.cos(np.radians(3 * hm + 6)) - 0.20 * np.cos(np.radians(4 * hm - 63))
    sl = 1 + 0.015 * (lm - 50) ** 2 / np.sqrt(20 + (lm - 50) ** 2)
    sc, sh = 1 + 0.045 * cm, 1 + 0.015 * cm * t
    rt = -2 * np.sqrt(cm**7 / (cm**7 + 25.0**7)) * np.sin(np.radians(60 * np.exp(-(((hm - 275) / 25) ** 2))))
    parts = dl / sl, dc / sc, dh / sh
    return float(np.sqrt(sum(part**2 for part in parts) + rt * parts[1] * parts[2]))


def test_the_measure_of_difference_is_the_published_one() -> None:
    """Three pairs of the table of Sharma, Wu & Dalal."""
    for one, two, told in (
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ):
        assert difference(np.array(one), np.array(two)) == pytest.approx(told, abs=1e-4)


@pytest.mark.parametrize("theme", THEMES)
def test_roles_that_look_alike_differ_in_shape(theme: str) -> None:
    icons = sprites.icons(Theme(theme, 1080), 14.0)
    alike = 0
    for (i, a), (j, b) in combinations(enumerate(ROLE_NAMES), 2):
        nearest = min(difference(lab(palette(theme)[a], seen), lab(palette(theme)[b], seen)) for seen in SIMULATED)
        if nearest >= NEAR:
            continue
        alike += 1
        # Shape: what is covered, and what is light or dark inside of it.
        grey = [icon[..., :3].mean(axis=2) * (icon[..., 3] > 128) for icon in (icons[i], icons[j])]
        both = (grey[0] > 0) | (grey[1] > 0)
        changed = (np.abs(grey[0] - grey[1]) > 60) & both
        assert changed.sum() > 0.12 * both.sum(), f"{a} and {b} look alike ({nearest:.1f}) and have one shape"
    assert alike > 5


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("scale", [1.0, PRESENTER_SCALE])
def test_texts_fit_where_they_are_written(lang: str, scale: float) -> None:
    """At 1080 lines: help, layers, panel, legend, banner, tour, each measured with its font against its room."""
    theme, say = Theme("light", 1080, scale), Words(lang)
    small, bold = theme.font(SMALL), theme.font(SMALL, True)
    wide = 1920 if scale > 1 else 1440
    room = {"name": theme.px(480) - theme.px(22) * 2}
    for name in layers.NAMES:
        layer = next(one for one in layers.LAYERS if one.name == name)
        assert small.size(say(f"layers.{name}"))[0] + bold.size(layer.keys)[0] + theme.px(130) < wide / 2, name
    for step in STEPS:
        assert theme.font(SECTION, True).size(say(f"tour.{step}"))[0] < theme.px(560), step
        assert len(wrapped(say(f"tour.{step}_text"), small, theme.px(760))) <= 5, step
    for phase in hud.PHASES:
        assert theme.font(CAPTION, True).size(say(f"phase.{phase}"))[0] < wide / 3
    for key in ("anger", "fear", "legitimacy"):
        assert small.size(say(f"panel.{key}"))[0] <= room["name"] // 3, key
    for key in ("injured", "arrested", "thrown", "water", "damage", "present", "peak_density"):
        assert small.size(say(f"panel.{key}"))[0] <= room["name"] // 2, key
    for key in legend.LEGEND.values():
        assert small.size(say(key))[0] <= theme.px(480) // 2 - theme.px(46), key
    for key, text in words.texts(lang).items():
        if key.startswith("warning."):
            assert bold.size(text.format(value="100"))[0] < wide / 2, key
        if key.startswith("event."):
            assert small.size(text)[0] < theme.px(300), key


@pytest.mark.parametrize("size", [(1024, 768), (1280, 720), (1920, 1080), (3840, 2160)])
@pytest.mark.parametrize("scale", [0.8, 1.0, 2.0])
def test_nothing_leaves_the_screen_at_any_size(size: tuple[int, int], scale: float) -> None:
    if size[0] == 3840 and scale != 1.0:
        pytest.skip("slow, and of the same shape as 1080 lines")
    window = Window(SyntheticSource(300, whole=True), size, Look(scale=scale, minimap=True, exits=True, lines=True))
    window.draw(0.0)
    window.do(Do("layers"))
    window.draw(0.1)
    place, screen = window.picture.place, pygame.Rect(0, 0, *size)
    for part in (place.banner, place.timeline, place.panel, place.map):
        assert screen.contains(part)
    for placed in window.picture.scene.label_boxes:
        assert place.map.contains(placed.box), placed.key
    assert place.map.contains(window.picture.minimap.place)
    menu = next(tool for tool in window.tools if hasattr(tool, "_rows"))
    assert all(place.map.contains(box) for box, _ in menu._rows)
    assert screen.contains(window.picture.hud.draw_help(window.surface))
    window.close()


def test_a_third_language_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it has no word for is English, and its numbers are its own."""
    real = words.shipped("assets", "text")
    for path in real.glob("*.toml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "de.toml").write_text('paused = "Angehalten"\n[layers]\ndensity = "Dichte"\n', encoding="utf-8")
    monkeypatch.setattr(words, "shipped", lambda *parts: tmp_path.joinpath(*parts[2:]))
    words.languages.cache_clear()
    words.texts.cache_clear()
    try:
        assert words.languages() == ("id", "en", "de")
        say = Words("de")
        assert (
            say("paused") == "Angehalten" and say("layers.squeeze") == "Squeeze" and say.number(1234.5, 1) == "1.234,5"
        )
        assert say.pick({"id": "Gerbang", "en": "Gate"}) == "Gate"
        window = Window(SyntheticSource(60), (1280, 720), Look(lang="en"))
        window.draw(0.0)
        window.do(Do("language"))
        window.draw(0.1)
        assert window.picture.look.lang == "de"
        window.do(Do("language"))
        assert window.picture.look.lang == "id"
        window.close()
    finally:
        monkeypatch.undo()
        words.languages.cache_clear()
        words.texts.cache_clear()


def random_event(dice: random.Random, size: tuple[int, int]) -> pygame.event.Event:
    """A key, a click, a move, the wheel, a letter, another size, focus lost."""
    at = dice.randrange(-5, size[0] + 5), dice.randrange(-5, size[1] + 5)
    match dice.randrange(12):
        case 0 | 1 | 2 | 3 | 4:
            named = [*range(pygame.K_a, pygame.K_z + 1), *range(pygame.K_0, pygame.K_9 + 1)]
            named += [*range(pygame.K_F1, pygame.K_F12), pygame.K_SPACE, pygame.K_TAB, pygame.K_RETURN, pygame.K_LEFT]
            named += [pygame.K_COMMA, pygame.K_PERIOD, pygame.K_HOME, pygame.K_PLUS, pygame.K_MINUS, pygame.K_BACKSPACE]
            mod = dice.choice([0, 0, 0, pygame.KMOD_LSHIFT, pygame.KMOD_LCTRL])
            return pygame.event.Event(
                dice.choice([pygame.KEYDOWN, pygame.KEYDOWN, pygame.KEYUP]), key=dice.choice(named), mod=mod, unicode=""
            )
        case 5 | 6:
            kind = dice.choice([pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP])
            return pygame.event.Event(kind, pos=at, button=dice.choice([1, 1, 1, 2, 3]))
        case 7 | 8:
            return pygame.event.Event(pygame.MOUSEMOTION, pos=at, rel=(dice.randrange(-40, 40), 3), buttons=(1, 0, 0))
        case 9:
            y = dice.choice([-1, 1])
            return pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=y, precise_x=0.0, precise_y=float(y), pos=at)
        case 10:
            return pygame.event.Event(pygame.TEXTINPUT, text=dice.choice("aZ é中"))
        case _:
            if dice.random() < 0.15:
                new = dice.choice([(640, 360), (1024, 768), (1280, 720), (800, 900)])
                return pygame.event.Event(pygame.VIDEORESIZE, size=new, w=new[0], h=new[1])
            return pygame.event.Event(dice.choice([pygame.WINDOWFOCUSLOST, pygame.WINDOWLEAVE, pygame.ACTIVEEVENT]))


def test_random_input_breaks_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is pressed: no error, and every command that leaves the window can be read back from a journal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CROWDSIM_SETTINGS", str(tmp_path / "settings.json"))
    dice = random.Random(SEED)
    source = ObedientSource(60, whole=True, run_file=tmp_path / "run.crowdsim")
    window = Window(source, (800, 600), Look())
    for number in range(FUZZ):
        window.handle(random_event(dice, window.surface.get_size()))
        if number % (3 if FUZZ < 1000 else 12) == 0:
            window.draw(dice.choice([0.0, 0.016, 0.2]))
        if window.picture.look.scale != 1.0 and number % 50 == 0:
            window.picture.look = replace(window.picture.look, scale=1.0)
    window.close()
    for command in source.sent:
        assert decode(encode(command)) == command
