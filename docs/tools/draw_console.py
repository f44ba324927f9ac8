"""Draw the trainer's console: ten pictures at 1920x1080 out of one scripted session of the default exercise.

    python docs/tools/draw_console.py FOLDER [id|en]

The session is a real one, driven by events as a mouse and a keyboard would send them: time, orders, branches, plan. It
writes its run files into a folder of its own, and takes about two minutes.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ["SDL_VIDEODRIVER"] = os.environ["SDL_AUDIODRIVER"] = "dummy"

import pygame

from crowdsim.places import shipped
from crowdsim.record.stage import Stage
from crowdsim.session.scenario import load_scenario
from crowdsim.view.picture import Look
from crowdsim.view.window import Window

SIZE = (1920, 1080)
FRAME = 1.0 / 30.0  # s
PATIENCE = 300.0  # s of wall time


class Session:
    """A window on a live session, and hands for it."""

    def __init__(self, folder: Path, lang: str) -> None:
        pygame.display.init()
        pygame.font.init()
        pygame.display.set_mode(SIZE)
        scenario = load_scenario(shipped("maps", "kpu_kaltara", "sispamkota.toml"))
        self.stage = Stage(seed=1, speed=16.0)
        self.folder = folder
        self.source = self.stage.play(scenario)
        self.window = Window(self.source, SIZE, Look(lang=lang), self.stage)

    def key(self, key: int, mod: int = 0) -> None:
        """Press a key."""
        self.window.handle(pygame.event.Event(pygame.KEYDOWN, key=key, mod=mod, unicode=""))

    def write(self, text: str) -> None:
        """Type a text."""
        for letter in text:
            self.window.handle(pygame.event.Event(pygame.TEXTINPUT, text=letter))

    def mouse(self, kind: int, at: tuple[float, float], button: int = 1) -> None:
        """Press, move or let go the mouse at a point of the window, px."""
        pos = round(at[0]), round(at[1])
        more = {"rel": (1, 1), "buttons": (1, 0, 0)} if kind == pygame.MOUSEMOTION else {"button": button}
        self.window.handle(pygame.event.Event(kind, pos=pos, **more))

    def drag(self, start: tuple[float, float], end: tuple[float, float], let_go: bool = True) -> None:
        """Drag from one point of the map to another, m."""
        camera = self.window.picture.camera
        a, b = camera.to_screen(*start), camera.to_screen(*end)
        self.mouse(pygame.MOUSEBUTTONDOWN, a)
        for share in (0.1, 0.3, 0.6, 0.8, 1.0):
            self.mouse(pygame.MOUSEMOTION, (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share))
        if let_go:
            self.mouse(pygame.MOUSEBUTTONUP, b)

    def until(self, seen: Callable[[], bool]) -> None:
        """Let pictures pass until something is so."""
        end = time.monotonic() + PATIENCE
        while not seen():
            if time.monotonic() > end:
                sys.exit("the session did not get there")
            began = time.monotonic()
            self.window.draw(FRAME)
            time.sleep(max(0.0, FRAME - (time.monotonic() - began)))

    def play_to(self, second: float) -> None:
        """Play on to a second of the exercise, and stand there."""
        self.source.paused = False
        self.until(lambda: self.window.time >= second)
        self.source.paused = True
        self.wait(0.5)

    def wait(self, seconds: float) -> None:
        """Let wall time pass."""
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end)

    def save(self, name: str) -> None:
        """Keep the picture."""
        self.wait(0.4)
        for _ in range(2):  # on a busy machine too: labels leave what was opened free in the next picture
            self.window.draw(0.0)
        pygame.image.save(self.window.surface, str(self.folder / f"{name}.png"))
        print(name)


def main() -> None:
    """Play the session and draw."""
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="crowdsim-console-"))
    os.chdir(work)
    os.environ["CROWDSIM_SETTINGS"] = str(work / "settings.json")
    session = Session(folder, sys.argv[2] if len(sys.argv) > 2 else "id")
    key, window = session.key, session.window
    session.until(lambda: session.source.simulation is not None)
    key(pygame.K_F1)
    session.save("tour")
    key(pygame.K_ESCAPE)
    session.play_to(200.0)
    key(pygame.K_3)
    session.drag((84.0, 62.0), (112.0, 62.0), let_go=False)
    session.save("front")
    session.mouse(pygame.MOUSEBUTTONUP, window.picture.camera.to_screen(112.0, 62.0))
    key(pygame.K_f)
    session.save("formations")
    key(pygame.K_ESCAPE)
    key(pygame.K_ESCAPE)
    session.play_to(386.0)
    key(pygame.K_d)
    session.save("warnings")
    key(pygame.K_d)
    session.play_to(402.0)
    key(pygame.K_r)
    session.save("score")
    key(pygame.K_r)
    session.source.seek(345.0)
    session.until(lambda: abs(window.time - 345.0) < 0.2 and session.source.idle)
    gate = next(gate for gate in session.source.map.gates if gate.id == "gerbang_utama").rect
    middle = (gate[0] + gate[2]) / 2, (gate[1] + gate[3]) / 2
    for unit in (pygame.K_3, pygame.K_4):  # both lines brace the gate, twenty seconds before anybody did
        key(unit)
        key(pygame.K_b)
        at = window.picture.camera.to_screen(*middle)
        for kind in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            session.mouse(kind, at)
        key(pygame.K_ESCAPE)
    session.play_to(401.0)
    key(pygame.K_k)
    session.wait(3.0)
    session.save("compare")
    key(pygame.K_k)
    key(pygame.K_k)
    key(pygame.K_F5)
    key(pygame.K_x)
    session.drag((72.0, 84.0), (124.0, 76.0))
    key(pygame.K_x)
    session.save("presenter")
    key(pygame.K_x, pygame.KMOD_SHIFT)
    key(pygame.K_F5)
    key(pygame.K_ESCAPE)
    session.save("menu")
    key(pygame.K_ESCAPE)
    key(pygame.K_h)
    session.save("help")
    key(pygame.K_h)
    key(pygame.K_F2)
    session.wait(3.0)
    session.save("plan")
    window.close()
    session.stage.stop()


if __name__ == "__main__":
    main()
