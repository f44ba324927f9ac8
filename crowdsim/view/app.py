"""The window and its loop."""

import os
import threading
import time
from collections.abc import Callable, Iterable

import pygame

from crowdsim import settings
from crowdsim.frame import Frame
from crowdsim.problems import InputError, NoDisplayError, Problem, said
from crowdsim.view.inputs import Do
from crowdsim.view.picture import Look, Moment, Picture
from crowdsim.view.projector import Projector
from crowdsim.view.scene import canvas
from crowdsim.view.source import Opener, Source
from crowdsim.view.warm import warm_up
from crowdsim.view.window import Window
from crowdsim.view.words import Words, system_language

FRAMES_PER_S = 60


def run(
    source: Source,
    *,
    lang: str | None = None,
    theme: str = "dark",
    presenter: bool = False,
    size: tuple[int, int] | None = None,
    display: int = 0,
    projector: int | None = None,
    tour: bool = False,
    until: float | None = None,
    told: Callable[[str], bool] | None = None,
    opener: Opener | None = None,
    greet: Callable[[Window], None] | None = None,
) -> int:
    """Show the source in a window until it is closed; the exit code.

    projector : number of the screen an audience looks at, shown the presenter's picture in a window of its own
    tour : show the window to who has never seen it

    `until` ends it after so many wall seconds. `told` hears "picture" when the map is first on the screen and
    "motion" when the exercise has first moved on; when it answers False, the window closes. `opener` plays other
    scenarios; `greet` is called with the window once it can draw.
    """
    os.environ.setdefault("SDL_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR", "0")
    try:
        pygame.display.init()
    except pygame.error:
        raise NoDisplayError from None
    # With a screen named that is not there, SDL silently draws into nothing.
    if pygame.display.get_driver() in ("offscreen", "dummy") and "SDL_VIDEODRIVER" not in os.environ:
        raise NoDisplayError
    if display >= pygame.display.get_num_displays():
        mend = said("screen.known", last=pygame.display.get_num_displays() - 1)
        raise InputError([Problem("arguments", "--display", said("screen.none", number=display), mend)])
    if projector is not None and projector >= pygame.display.get_num_displays():
        mend = said("screen.known", last=pygame.display.get_num_displays() - 1)
        raise InputError([Problem("arguments", "--projector", said("screen.none", number=projector), mend)])
    pygame.font.init()
    look = Look(lang=lang or system_language(), theme=theme, presenter=presenter)
    words = Words(look.lang)
    pygame.display.set_caption(words("window") + " · " + words.pick(source.title))
    if size is None:
        wide, high = pygame.display.get_desktop_sizes()[display]
        size = (min(1920, wide), min(1080, high))
    screen = pygame.display.set_mode(size, pygame.RESIZABLE, display=display)
    began = time.perf_counter()
    try:
        window = Window(source, screen.get_size(), look, opener)
        window.projecting = projector is not None
        if tour and not settings.load().get("tour_seen"):
            window.do(Do("tour"))
        if not _open(window, screen, told):
            return 0
        if greet is not None:
            greet(window)
        loop = Loop(window, display, projector)
        clock = pygame.time.Clock()
        moved = False
        first: float | None = None  # s of the exercise in the first picture
        last = time.perf_counter()
        while not window.leaving:
            loop.hear()
            now = time.perf_counter()
            loop.show(now - last)
            last = now
            if first is None:
                first = window.time
            if not moved and window.time > first:
                moved = True
                if told is not None and not told("motion"):
                    break
            if until is not None and now - began > until:
                break
            clock.tick(FRAMES_PER_S)
        window.close()
        if window.wrong is not None:  # on the terminal as well
            raise window.wrong
        return 0
    finally:
        pygame.display.quit()


class Loop:
    """A window on the screen: hears the events that were posted, and shows the picture after them."""

    def __init__(self, window: Window, display: int = 0, projector: int | None = None) -> None:
        """`display`: the screen it lies on; `projector`: the one its audience looks at."""
        self.window, self.display, self.projector = window, display, projector
        self.second: Projector | None = None
        self._titled = window.source
        self._full = False
        self._size = window.surface.get_size()  # px, of the window before it filled the screen
        self._corner = (0, 0)  # and where it lay

    def hear(self) -> None:
        """Every event that was posted, and what of it concerns the screen: second window, full screen, title."""
        window = self.window
        for event in pygame.event.get():
            if self.second is not None and self.second.takes(event):
                if event.type == pygame.WINDOWCLOSE:
                    window.projecting = False
            else:
                window.handle(event)
        if window.projecting != (self.second is not None):
            self.second = _project(window, self.second, self.projector, self.display)
        if window.fullscreen != self._full:
            self._fill(window.fullscreen)
        if window.source is not self._titled:
            self._titled = window.source
            caption = window.picture.words("window") + " · " + window.picture.words.pick(window.source.title)
            pygame.display.set_caption(caption)

    def _fill(self, full: bool) -> None:
        """A borderless window of the desktop's size: switching is quick and other screens stay as they are."""
        self._full = full
        if full:
            self._size = pygame.display.get_window_size()
            self._corner = pygame.display.get_window_position()
        wanted = pygame.display.get_desktop_sizes()[self.display] if full else self._size
        screen = pygame.display.set_mode(wanted, pygame.NOFRAME if full else pygame.RESIZABLE, display=self.display)
        if self.display == 0:  # where other screens begin is not known
            pygame.display.set_window_position((0, 0) if full else self._corner)
        self.window.resize(screen.get_size())

    def show(self, seconds: float) -> None:
        """Let `seconds` of wall time pass and show what is then, on both screens."""
        self.window.draw(seconds)
        screen = pygame.display.get_surface()
        if screen is not None:
            screen.blit(self.window.surface, (0, 0))
            pygame.display.flip()
        if self.second is not None:
            self.second.draw(self.window, 0.0)

    def close(self) -> None:
        """Take the audience's window from the screen."""
        if self.second is not None:
            self.second.close()
            self.second = None


def _project(window: Window, second: Projector | None, asked: int | None, console: int) -> Projector | None:
    """Open the audience's window, or close it. With one screen only it is a window to be moved by hand."""
    if second is not None:
        second.close()
        return None
    there = pygame.display.get_num_displays()
    other = asked if asked is not None else next((n for n in range(there) if n != console), console)
    title = f"{window.picture.words('window')} · {window.picture.words('help.presenter')}"
    return Projector(window, title, other, (1280, 720) if other == console else None)


def _open(window: Window, screen: pygame.Surface, told: Callable[[str], bool] | None) -> bool:
    """Show the map at once while the drawing loops load in the background; False when the window was closed."""
    picture = window.picture
    failed: list[BaseException] = []

    def load() -> None:
        try:
            warm_up()
        except BaseException as error:  # handed to the thread that can report it
            failed.append(error)

    loader = threading.Thread(target=load, name="drawing loops", daemon=True)
    loader.start()
    shown = False
    while (loader.is_alive() or not shown) and not window.leaving:
        picture.draw_opening(window.surface, window.source.title, picture.words("compiling"))
        screen.blit(window.surface, (0, 0))
        pygame.display.flip()
        if not shown:
            shown = True
            if told is not None and not told("picture"):
                window.leaving = True
        for event in pygame.event.get():
            window.handle(event)
        loader.join(0.03)
    if failed:
        raise failed[0]
    return not window.leaving


def measure(
    source: Source,
    frames: Iterable[tuple[Frame, Frame, float]],
    size: tuple[int, int] = (1920, 1080),
    look: Look | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> list[float]:
    """Milliseconds each picture takes, panel shown, from the frames to the flipped screen.

    `frames`: (previous, current, blend) one after the other, as `source.advance` would give them; the source itself
    is asked only for its map, title, parameters, events and series.
    """
    pygame.display.init()
    pygame.font.init()
    screen = pygame.display.set_mode(size)
    picture = Picture(source.map, size, look or Look())
    surface = canvas(size)
    times = []
    try:
        for previous, current, blend in frames:
            began = clock()
            pygame.event.pump()
            moment = Moment(
                previous,
                current,
                blend,
                title=source.title,
                duration=source.duration,
                params=source.params,
                events=source.events,
                series=source.series,
            )
            picture.draw(surface, moment, 1.0 / FRAMES_PER_S)
            screen.blit(surface, (0, 0))
            pygame.display.flip()
            times.append((clock() - began) * 1000.0)
    finally:
        picture.close()
        pygame.display.quit()
    return times
