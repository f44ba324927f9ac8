"""Every text of the real exercise on the screen: large enough for the last row, whole, and on no other text.

The size of a text is its em in pixels of the screen, after whatever was drawn smaller to fit: at 26 px a capital is
19 px high, which is 10 minutes of arc for who sits six picture heights away.
"""

import os
from pathlib import Path

import pygame
import pytest
from shown import Exercise, Screens
from traced import Traced, faults, tracing

from crowdsim.view.fit import fitted
from crowdsim.view.picture import Look
from crowdsim.view.theme import SMALL, Theme

pytestmark = pytest.mark.xdist_group("exercise")

FLOOR = 26.0  # px of em at 1920x1080 in presenter mode
LONG = os.environ.get("CROWDSIM_SCREENS") == "all"
"""Every moment in both languages, themes and ways; else a screen of each kind."""

CASES = [
    # size, language, theme, presenter, scale, moments
    ((1920, 1080), "id", "dark", True, 1.0, ("breach",)),
    ((1920, 1080), "en", "dark", True, 1.0, ("breach",)),
    ((1024, 768), "id", "light", False, 1.0, ("march", "push")),
]
if LONG:
    every = ("march", "push", "breach", "hostage", "wedge")
    CASES = [((1920, 1080), lang, "dark", True, 1.0, every) for lang in ("id", "en")]
    CASES += [((1920, 1080), lang, theme, False, 1.0, every) for lang in ("id", "en") for theme in ("dark", "light")]
    CASES += [((1024, 768), lang, "light", way, 1.0, every) for lang in ("id", "en") for way in (False, True)]
    CASES += [((1920, 1080), lang, "light", way, 2.0, every) for lang in ("id", "en") for way in (False, True)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(str(part) for part in case[:5]))
def test_every_text_can_be_read(played, tmp_path: Path, case: tuple) -> None:
    size, lang, theme, presenter, scale, moments = case
    exercise: Exercise = played[1]
    least = FLOOR if presenter and scale == 1.0 and size[1] == 1080 else 0.0
    look = Look(lang=lang, theme=theme, presenter=presenter, scale=scale)
    spare = (not LONG and lang == "en") or size[0] == 1024
    seen, wrong = 0, []
    with tracing():
        for name, surface in Screens(exercise, size, look, tmp_path, moments, spare):
            seen += len(surface.texts)  # type: ignore[attr-defined]
            wrong += [f"{name}: {fault}" for fault in faults(surface, least)]
    assert seen > 500
    assert not wrong, "\n".join(wrong[:20])


def test_what_is_wrong_with_a_text_is_found() -> None:
    """Small, cut by its plate, by what lies over it, on another one, shrunk: the eye of the test sees each."""
    with tracing():
        theme = Theme("light", 1080)
        text = theme.write("Gerbang utama", SMALL, theme["text"])

        def screen(*at: tuple[int, int]) -> Traced:
            surface = pygame.Surface((600, 200))
            for place in at:
                surface.blit(text, place)
            return surface  # type: ignore[return-value]

        assert faults(screen((10, 10)), FLOOR) == []
        assert "26.0 px" in faults(screen((10, 10)), 28.0)[0]
        assert "cut off" in faults(screen((500, 10)))[0]
        assert "overlap" in faults(screen((10, 10), (40, 20)))[0]
        covered = screen((10, 10))
        covered.fill(theme["panel"], (0, 0, 60, 200))
        assert "cut off" in faults(covered)[0]
        covered.fill(theme["panel"])
        assert faults(covered) == [], "what nobody sees is in nobody's way"
        plate = screen((10, 10))
        shrunk, part = fitted(plate, pygame.Rect(0, 0, 300, 200))
        whole = screen()
        whole.blit(shrunk, (0, 0))
        assert part == 0.5 and "13.0 px" in faults(whole, FLOOR)[0]
