"""A tone when the phase changes or a barrier gives way: made by formulas, off until it is asked for."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pygame

from crowdsim import settings
from crowdsim.view.inputs import Do
from crowdsim.view.tool import Tool

if TYPE_CHECKING:
    from crowdsim.view.picture import Moment
    from crowdsim.view.window import Window

RATE = 44_100  # samples a second
_PHASE = ((660.0, 0.16), (880.0, 0.30))  # Hz and s, one after the other
_BREACH = ((330.0, 0.18), (247.0, 0.18), (196.0, 0.45))
_HEARD = {"phase": _PHASE, "breach": _BREACH, "line_breach": _BREACH, "compound_breach": _BREACH}


class Sound(Tool):
    """Listens to the events of the run. Without a sound card it says so once and stays silent."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self.played: list[str] = []  # kinds of events, in the order of their tones
        self.on = bool(settings.load().get("sound", False)) and _open_card()

    def do(self, asked: Do) -> bool:
        """Switch it."""
        if asked.what != "sound":
            return False
        if not self.on and not _open_card():
            self.window.tell("sound.none")
            return True
        self.on = not self.on
        settings.save(sound=self.on)
        if self.on:
            self._play("phase")
        self.window.tell("on" if self.on else "off", what=self.window.picture.words("menu.sound"))
        return True

    def state_of(self, name: str) -> bool | None:
        """Whether it is on."""
        return self.on if name == "sound" else None

    def draw(self, surface: pygame.Surface, moment: "Moment", seconds: float) -> None:
        """Draws nothing: a picture is when news is looked at. Going back in time makes no sound."""
        kinds = [event.kind for event in moment.news if event.kind in _HEARD]
        if self.on and kinds:
            self._play(max(kinds, key=lambda kind: kind != "phase"))  # one tone at a time, the graver one

    def _play(self, kind: str) -> None:
        self.played.append(kind)
        if pygame.mixer.get_init():
            pygame.mixer.Sound(buffer=tones(_HEARD[kind]).tobytes()).play()


def tones(notes: tuple[tuple[float, float], ...]) -> np.ndarray:
    """Notes (Hz, s) as samples of one channel, i2, soft at both ends so that nothing clicks."""
    parts = []
    for frequency, lasting in notes:
        t = np.arange(int(RATE * lasting)) / RATE
        swell = np.minimum(1.0, np.minimum(t, t[-1] - t) / 0.02)
        parts.append(swell * (np.sin(2 * np.pi * frequency * t) + 0.3 * np.sin(4 * np.pi * frequency * t)))
    return (np.concatenate(parts) * 0.25 * 32_767).astype(np.int16)


def _open_card() -> bool:
    """Whether there is a sound card to play on."""
    if pygame.mixer.get_init():
        return True
    try:
        with _quiet():
            pygame.mixer.init(RATE, -16, 1)
    except pygame.error:
        return False
    return True


@contextmanager
def _quiet() -> Iterator[None]:
    """The sound libraries of Linux write to the terminal by themselves when there is no card."""
    if not sys.platform.startswith("linux"):
        yield
        return
    sys.stderr.flush()
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)
