"""What is on the screen and what input does to it."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pygame

from crowdsim.frame import Event, Frame
from crowdsim.places import runs_folder
from crowdsim.problems import InputError
from crowdsim.view.inputs import Do, key_asks
from crowdsim.view.layers import NAMES
from crowdsim.view.picture import PAGES, Look, Moment, Picture
from crowdsim.view.scene import canvas
from crowdsim.view.source import Bare, Branching, Obedient, Opener, Source
from crowdsim.view.tool import Tool
from crowdsim.view.toolbox import toolbox
from crowdsim.view.trainee import Trainee
from crowdsim.view.words import languages

if TYPE_CHECKING:
    from crowdsim.session.draft import Draft

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
_NOTICE = 4.0  # s a passing line stays
_LONGEST = 0.25  # s: after a hitch longer than this the simulation does not hurry to catch up

SomeTool = TypeVar("SomeTool", bound=Tool)


class Window:
    """What is on the screen and what input does to it; knows no operating-system window, so tests can drive it."""

    def __init__(self, source: Source, size: tuple[int, int], look: Look, opener: Opener | None = None) -> None:
        """`opener`: what can play another scenario; without one there are no files to open."""
        self.source = source
        self.opener = opener
        self.draft: Draft | None = None  # the plan that is shown, None while a run is
        self.resting: Draft | None = None  # the plan of the run that is shown
        self.moment: Moment | None = None  # shown last
        self._told = 0  # events up to the one told last
        self._frame: Frame | None = None  # of it, with what is hidden from trainees
        self.projecting = False  # a second screen is wanted
        self.picture = Picture(source.map, size, replace(look, bar=isinstance(source, Obedient)))
        self.surface = canvas(size)
        self.wrong: InputError | None = None  # with the scenario named last, which cannot be played
        self.leaving = False
        self.fullscreen = False
        self.time = 0.0  # s of the exercise shown
        self._notice, self._notice_left = "", 0.0
        self._dragging = False
        self.tools: list[Tool] = toolbox(self)

    @property
    def frame(self) -> Frame:
        """The newest frame of the moment on the screen."""
        return self._frame or self.source.advance(0.0)[1]

    @property
    def shown(self) -> Frame:
        """The same without what is hidden from trainees."""
        return self.moment.current if self.moment else self.frame

    @property
    def run_file(self) -> Path | None:
        """Where what is shown is recorded, beside which bookmarks are kept; None = nowhere."""
        return self.source.run_file

    def close(self) -> None:
        """Free what the panel and the tools hold outside Python."""
        for tool in self.tools:
            tool.close()
        self.picture.close()

    def show(self, source: Source, draft: "Draft | None" = None) -> None:
        """Another source takes the place of this one: a run, or with its `draft` a plan."""
        self.close()
        planning = draft is not None
        look = replace(self.picture.look, followed="", plan=planning)
        if planning:
            look = replace(look, presenter=False, panel=True)
        self.source, self.draft, self.wrong = source, draft, None
        self.picture = Picture(source.map, self.surface.get_size(), look)
        if planning:
            self.picture.show((0.0, 0.0, *source.map.size))
        self.time, self.moment, self._frame = 0.0, None, None
        self._dragging = False
        self.tools = toolbox(self)

    def _tell_wrong(self, error: InputError) -> None:
        """The scenario cannot be played: show the empty place and what is wrong with it."""
        from crowdsim.view.desk.messages import Problems

        self.show(Bare(self.source))
        self.wrong = error
        self.tool(Problems).tell(error.problems)

    def tool(self, kind: type[SomeTool]) -> SomeTool:
        """The tool of a kind."""
        return next(tool for tool in self.tools if isinstance(tool, kind))

    def open_file(self, path: Path) -> bool:
        """Play a scenario, or show what is wrong with it."""
        from crowdsim.view.desk.desk import Desk

        return self.tool(Desk).open_file(path)

    def state_of(self, name: str) -> bool | None:
        """Whether something that can be switched is on; None for what cannot."""
        return next((state for tool in self.tools if (state := tool.state_of(name)) is not None), None)

    def resize(self, size: tuple[int, int]) -> None:
        """The window has another size."""
        if size != self.surface.get_size():
            self.surface = canvas(size)
            self.picture.resize(size)

    def draw(self, seconds: float) -> None:
        """Let `seconds` of wall time pass and draw what is then."""
        source = self.source
        try:
            previous, current, blend = source.advance(min(seconds, _LONGEST))
        except InputError as error:  # who has no place is found out only when the run begins
            self._tell_wrong(error)
            return
        self._notice_left -= seconds
        moment = Moment(
            previous,
            current,
            blend,
            title=source.title,
            duration=source.duration,
            known=source.known,
            recorded=not isinstance(source, Branching),
            params=source.params,
            events=source.events,
            series=source.series,
            status=source.status(),
            paused=source.paused,
            speed=source.speed,
            notice=self._notice if self._notice_left > 0 else "",
        )
        moment = replace(moment, news=self._news(moment))
        self._frame = current
        if self.picture.look.trainee and self.draft is None:
            moment = self.tool(Trainee).moment(moment)
        self.time, self.moment = moment.time, moment
        kept = [box for tool in self.tools for box in tool.boxes()]
        for command in self.picture.draw(self.surface, moment, seconds, kept, self._draw_on_map):
            source.send(command)
        for tool in reversed(self.tools):
            tool.draw(self.surface, moment, seconds)

    def _news(self, moment: Moment) -> Sequence[Event]:
        """What happened since the last picture. After a leap through time, and going back, nothing is news."""
        before, now = (self.moment.time if self.moment else moment.time), moment.time
        last, told = bisect_right(moment.events, now, key=attrgetter("time")), self._told
        self._told = last
        if not 0.0 < now - before <= _LONGEST * max(moment.speed, 1.0):
            return ()
        # What a command does bears the time of the picture that was up when it was given.
        first = bisect_left(moment.events, before, key=attrgetter("time"))
        end = bisect_right(moment.events, before, key=attrgetter("time"))
        return moment.events[told if first <= told <= end else end : last]

    def _draw_on_map(self, surface: pygame.Surface, moment: Moment) -> None:
        for tool in reversed(self.tools):
            tool.draw_on_map(surface, moment)

    def handle(self, event: pygame.event.Event) -> None:
        """One event of pygame."""
        if event.type == pygame.QUIT:
            self.do(Do("leave"))
        elif any(tool.handle(event) for tool in self.tools):
            return
        elif event.type == pygame.KEYDOWN:
            asked = key_asks(event.key, event.mod)
            if isinstance(asked, Do):
                self.do(asked)
            elif asked is not None:
                self.source.send(asked)
        elif event.type in (pygame.VIDEORESIZE, pygame.WINDOWSIZECHANGED):
            size = (event.x, event.y) if event.type == pygame.WINDOWSIZECHANGED else event.size
            self.resize((max(640, size[0]), max(360, size[1])))
        else:
            self._mouse(event)

    def _mouse(self, event: pygame.event.Event) -> None:
        picture = self.picture
        place = picture.place
        if picture.panel and event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:
            page = picture.panel.page_at((event.pos[0] - place.panel.left, event.pos[1]))
            if page in PAGES:
                picture.look = replace(picture.look, page=page)
                return
            if page:
                self.do(Do(page))
                return
        if picture.panel and not self._dragging and picture.panel.handle(event, place.panel.left):
            return
        if event.type == pygame.MOUSEWHEEL:
            at = getattr(event, "pos", None) or pygame.mouse.get_pos()
            if place.map.collidepoint(at):
                self.let_go()
                picture.camera.zoom_at(1.15 ** (event.precise_y or event.y), *at)
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button in (1, 2, 3) and place.map.collidepoint(event.pos):
            self._dragging = True
        elif event.type == pygame.MOUSEBUTTONUP and event.button in (1, 2, 3):
            self._dragging = False
        elif event.type == pygame.MOUSEMOTION and self._dragging:
            self.drag_map(*event.rel)

    def drag_map(self, dx: float, dy: float) -> None:
        """Move the map by hand, px."""
        self.let_go()
        self.picture.camera.pan(dx, dy)

    def let_go(self) -> None:
        """Whoever moves the map by hand no longer follows."""
        if self.picture.look.followed:
            self.picture.look = replace(self.picture.look, followed="")

    def do(self, asked: Do) -> None:
        """Something a tool or the window itself does."""
        if any(tool.do(asked) for tool in self.tools):
            return
        source, picture, look = self.source, self.picture, self.picture.look
        camera, view = picture.camera, picture.camera.view
        match asked.what:
            case "pause":
                source.paused = not source.paused
            case "step":
                source.paused = True
                source.step(int(asked.value))
            case "speed":
                nearest = min(range(len(SPEEDS)), key=lambda n: abs(SPEEDS[n] - source.speed))
                source.speed = SPEEDS[min(max(nearest + int(asked.value), 0), len(SPEEDS) - 1)]
            case layer if layer in NAMES:
                shown = not getattr(look, layer)
                picture.look = replace(look, **{layer: shown})  # type: ignore[arg-type]
                self.tell("on" if shown else "off", what=picture.words(f"layers.{layer}"))
            case "page":
                later = PAGES[(PAGES.index(look.page) + 1) % len(PAGES)]
                picture.look = replace(look, page=later)
            case "help":
                picture.look = replace(look, help=not look.help)
            case "presenter":
                framed = picture.shows_action
                picture.look = replace(look, presenter=not look.presenter)
                if framed:  # nobody moved the map: show it all again beside what lies over it now
                    picture.show_action(self.frame)
            case "theme":
                # While presenting, F6 chooses what the trainer returns to as well as leaves the projector's light.
                picture.look = replace(look, theme="light" if look.theme == "dark" else "dark")
            case "language":
                there = languages()
                picture.look = replace(look, lang=there[(there.index(look.lang) + 1) % len(there)])
            case "scale":
                picture.look = replace(look, scale=min(max(round(look.scale + 0.1 * asked.value, 1), 0.8), 2.0))
            case "zoom":
                camera.zoom_at(1.25**asked.value, *view.center)
            case "pan_x":
                self.let_go()
                camera.pan(asked.value * view.width / 8, 0)
            case "pan_y":
                self.let_go()
                camera.pan(0, asked.value * view.height / 8)
            case "fit":
                self.let_go()
                whole = abs(camera.zoom - camera.whole_zoom()) < 1e-6
                if whole:
                    picture.show_action(self.frame)
                else:
                    camera.fit_map()
            case "follow":
                units = self.frame.units
                if int(asked.value) < len(units):
                    unit = units[int(asked.value)].id
                    picture.look = replace(look, followed="" if look.followed == unit else unit)
            case "picture":
                self.save_picture()
            case "projector":
                self.projecting = not self.projecting
            case "fullscreen":
                self.fullscreen = not self.fullscreen
            case "menu":
                picture.look = replace(look, help=False)
            case "leave":
                self.leaving = True

    def save_picture(self) -> Path:
        """The screen as it is, as a PNG among the runs."""
        path = runs_folder() / f"picture-{datetime.now():%Y%m%d-%H%M%S}.png"
        pygame.image.save(self.surface, str(path))
        self.tell("saved", file=path.name)
        return path

    def tell(self, key: str, **values: str) -> None:
        """A passing line."""
        self._notice, self._notice_left = self.picture.words(key, **values), _NOTICE
