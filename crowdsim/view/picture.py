"""The whole screen as one picture: the same code draws the window, a still and a film."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pygame

from crowdsim.frame import Event, Frame, SourceStatus
from crowdsim.params import Params
from crowdsim.population.roles import Mind, Status
from crowdsim.session.commands import Command
from crowdsim.view import hud, sprites
from crowdsim.view.camera import Camera
from crowdsim.view.effects import GAS_STEPS
from crowdsim.view.ground import Ground
from crowdsim.view.labels import Box
from crowdsim.view.layers import NAMES, WITH_LEGEND, Shown
from crowdsim.view.legend import legend_order
from crowdsim.view.minimap import Minimap
from crowdsim.view.overlays import Trails
from crowdsim.view.scene import Scene
from crowdsim.view.source import Series
from crowdsim.view.theme import Theme
from crowdsim.view.warm import warm_up
from crowdsim.view.watch import Watch
from crowdsim.view.words import Words, clock
from crowdsim.world.tilemap import Rect, TileMap

if TYPE_CHECKING:
    from crowdsim.view.panel import Panel

PRESENTER_SCALE = 1.3
BAR = 148  # px of 1080: three rows of chips
PLAN_WIDTH = 620  # px of 1080: the sheet of a plan
PANEL_SCALE = 1.03  # at which the panel fills the height
PAGES = ("situation", "controls")
"""Of the panel: what goes on; what can be turned."""
_MARGIN = 9.0  # m around what the first picture shows
_PAST = 1.0  # s before what is known: said to be the past


@dataclass(frozen=True)
class Look:
    """How the screen looks; a change of it needs no new camera."""

    lang: str = "id"
    theme: str = "dark"
    presenter: bool = False
    panel: bool = True
    bar: bool = False  # of orders, under the map
    scale: float = 1.0
    page: str = "situation"  # of the panel, one of PAGES
    density: bool = False
    squeeze: bool = False
    anger: bool = False
    exits: bool = False
    gas: bool = True
    pressure: bool = False
    contacts: bool = False
    lines: bool = False
    legitimacy: bool = False
    trails: bool = False
    velocity: bool = False
    sight: bool = False
    rings: bool = False
    warnings: bool = True
    minimap: bool = False
    unit_labels: bool = True
    legend: bool = False
    help: bool = False
    plan: bool = False  # a plan lies in the panel's place
    trainee: bool = False  # only what the command post could see
    followed: str = ""  # unit id

    @property
    def layers(self) -> frozenset[str]:
        """The names of what lies over the map."""
        return frozenset(name for name in NAMES if getattr(self, name))

    @property
    def shown_theme(self) -> str:
        """A projector washes the dark theme out, so presenting is light."""
        return "light" if self.presenter else self.theme


# A change of these needs new fonts, sprites and panel.
_FIRM = ("lang", "theme", "presenter", "panel", "bar", "scale", "plan")


@dataclass(frozen=True)
class Moment:
    """Everything one picture tells."""

    previous: Frame
    current: Frame
    blend: float = 1.0
    title: dict[str, str] = field(default_factory=dict)
    duration: float = 0.0  # s
    known: float = 0.0  # s up to which it was played: later than now when one has gone back
    recorded: bool = False  # all of it is known from the first second on
    params: Params = field(default_factory=Params)
    events: Sequence[Event] = ()  # all that are known, later ones too
    news: Sequence[Event] = ()  # those that happened since the picture before, while time passed
    series: Series = field(default_factory=dict)
    status: SourceStatus = field(default_factory=SourceStatus)
    paused: bool = False
    speed: float = 1.0
    notice: str = ""  # a passing line, such as where a picture was saved

    @property
    def time(self) -> float:
        """Seconds of the exercise shown, between the two frames."""
        return self.previous.time + (self.current.time - self.previous.time) * self.blend


class Picture:
    """Draws moments of one map at one size. `look` may be set at any time."""

    def __init__(self, tile_map: TileMap, size: tuple[int, int], look: Look) -> None:
        self.map, self.size = tile_map, size
        self.ground = Ground(tile_map)
        self.camera = Camera(tile_map.size, pygame.Rect(0, 0, *size))
        self.panel: Panel | None = None
        self._look = look
        self._placed_camera = False
        self._seen: set[int] = set()  # roles and states of mind, for the legend
        self._due: tuple[str, str, float] = ("", "", 0.0)  # phase declared, phase due, s since when they differ
        self._action_key: tuple = ()
        self.layers: Box | None = None  # where it stands what the colours of the layers mean, px
        self.quiet = False  # a tool needs the foot of the map: no legend there
        self.trails = Trails()
        self.watch = Watch(tile_map)
        self._build()
        self.camera.fit_map()

    @property
    def look(self) -> Look:
        """How it looks now."""
        return self._look

    @look.setter
    def look(self, look: Look) -> None:
        old, self._look = self._look, look
        if any(getattr(old, name) != getattr(look, name) for name in _FIRM):
            self._build()

    def resize(self, size: tuple[int, int]) -> None:
        """The window has another size."""
        if size != self.size:
            self.size = size
            self._build()

    def close(self) -> None:
        """Free what the panel holds outside Python."""
        if self.panel:
            self.panel.close()
            self.panel = None

    def _build(self) -> None:
        look = self._look
        factor = look.scale * (PRESENTER_SCALE if look.presenter else 1.0)
        high = min(self.size[1], self.size[0] * 3 // 4)  # a window on end: the banner must fit its width
        self.theme = Theme(look.shown_theme, high, factor)
        # Larger text must not push the panel out of the window.
        self._panel_theme = Theme(look.shown_theme, high, min(factor, PANEL_SCALE))
        self.words = Words(look.lang)
        side = self._panel_theme.px(PLAN_WIDTH if look.plan else 480) if look.panel and not look.presenter else 0
        bar = self.theme.px(BAR) if look.bar and not look.presenter and not look.plan else 0
        self.place = hud.layout(self.size, self.theme, side, bar)
        self.hud = hud.Hud(self.theme, self.words, self.place, Theme(look.shown_theme, high, min(factor, 1.0)))
        self.scene = Scene(self.map, self.ground, self.theme, self.words)
        self.scene.trails = self.trails
        self.minimap = Minimap(self.map, self.ground, self.theme, self.place.map)
        self.close()
        centre = self.camera.centre
        self.camera.view = self.place.map.copy()
        self.camera.zoom = max(self.camera.zoom, self.camera.whole_zoom())
        self.camera.look_at(*centre)

    def remember(self, frames: Iterable[Frame]) -> None:
        """See the seconds before the next moment: trails and warnings come from them."""
        for frame in frames:
            self.trails.note(frame)
            self.watch.look(frame)

    # Camera ----------------------------------------------------------------------------------------------------

    @property
    def shows_action(self) -> bool:
        """Whether the camera stands where `show_action` put it."""
        return self._action_key == (self.camera.centre, self.camera.zoom)

    def show_action(self, frame: Frame) -> None:
        """Point the camera at the people there are and the gates and doors between them."""
        self._frame_action(frame)
        self._action_key = (self.camera.centre, self.camera.zoom)

    def show(self, area: Rect) -> None:
        """Point the camera at a part of the map (m), and leave it there."""
        self.camera.fit(*area)
        self._placed_camera = True

    def _frame_action(self, frame: Frame) -> None:
        points = [
            np.array([[gate.rect[0], gate.rect[1]], [gate.rect[2], gate.rect[3]]])
            for gate in self.map.gates
            if gate.kind == "gate"
        ]
        points += [np.array([party.position]) for party in frame.parties]
        active = frame.position[frame.status == Status.ACTIVE]
        if len(active) > 20:  # a few stragglers must not shrink everybody else
            points.append(np.percentile(active, (2, 98), axis=0))
        elif len(active):
            points.append(active)
        if not points:
            self.camera.fit_map()
            return
        both = np.concatenate(points)
        (x0, y0), (x1, y1) = both.min(axis=0) - _MARGIN, both.max(axis=0) + _MARGIN
        self.camera.fit(float(x0), float(y0), float(x1), float(y1))
        self._note_seen(frame)
        if self._legend_wanted():  # do not hide people under the legend: let the view end above it
            world = self.camera.world
            legend = self.hud.draw_legend(pygame.Surface((1, 1)), legend_order(self._seen), world)
            under = legend[3] if legend and world.colliderect(legend) else 0
            room = self.camera.view.height - under
            lower = float(y1 - y0) * under / max(room, 1)
            self.camera.fit(float(x0), float(y0), float(x1), float(y1) + lower)

    # Drawing ---------------------------------------------------------------------------------------------------

    def draw_opening(self, surface: pygame.Surface, title: dict[str, str], message: str) -> None:
        """The ground and a line, before anything that takes time to load is there."""
        surface.blit(self.ground.picture(self.camera, self.theme), self.place.map)
        self.hud.draw_banner(surface, "", title, 0.0)
        surface.fill(self.theme["panel"], self.place.timeline.union(self.place.bar))
        if self.place.panel.width:
            surface.fill(self.theme["panel"], self.place.panel)
        self.hud.draw_status(surface, [message])

    def draw(
        self,
        surface: pygame.Surface,
        moment: Moment,
        seconds: float = 0.0,
        kept: Sequence[Box] = (),
        on_map: Callable[[pygame.Surface, Moment], None] | None = None,
    ) -> list[Command]:
        """The moment onto the surface, `seconds` of wall time after the last one; what the panel asks for.

        Labels leave the places `kept` (px) free; `on_map` draws on the map, under what lies over it.
        """
        warm_up()
        look, frame = self._look, moment.current
        if not self._placed_camera and (frame.status == Status.ACTIVE).any():
            self.show_action(frame)
            self._placed_camera = True
        if len(moment.previous.status) != len(frame.status):  # the empty place before the first people
            moment = replace(moment, previous=frame)
        if look.followed:
            self._follow(moment)
        self.hud.foot = hud.above(self.place.map, kept).bottom
        self.minimap.stand_on(self.hud.foot)
        boxes = (*self._reserve(moment, kept), *kept)
        self.watch.look(frame)
        events = self.watch.among(moment.events, moment.time) if look.warnings else moment.events
        shown = Shown(
            look.layers,
            look.followed,
            self.watch.standing(moment.time) if look.warnings else (),
        )
        self.scene.draw(surface, self.camera, moment.previous, frame, moment.blend, shown, boxes)
        surface.set_clip(self.place.map)
        if on_map:
            on_map(surface, moment)
        self._corners(surface, moment, kept)
        if look.minimap:
            self.minimap.draw(surface, self.camera, frame)
        surface.set_clip(None)
        late = self._late(frame, moment.time)
        self.hud.draw_banner(surface, frame.phase, frame.caption, moment.time, frame.due, late)
        self.hud.draw_timeline(
            surface,
            moment.time,
            moment.duration,
            list(events),
            moment.paused,
            moment.speed,
            frame.phase,
            moment.known,
        )
        commands = self._draw_panel(surface, replace(moment, events=events), seconds)
        if look.help:
            self.hud.draw_help(surface)
        return commands

    def _draw_panel(self, surface: pygame.Surface, moment: Moment, seconds: float) -> list[Command]:
        if not self.place.panel.width or self._look.plan:
            return []
        if self.panel is None:
            from crowdsim.view.panel import Panel  # the interface library loads late: a bare map needs none

            self.panel = Panel(self._panel_theme, self.words, self.place.panel.size)
        commands = self.panel.update(seconds, moment, self._look.page)
        surface.blit(self.panel.surface, self.place.panel)
        tip = self.panel.tip()
        if tip:
            self.hud.draw_tip(surface, *tip)
        return list(commands)

    def _reserve(self, moment: Moment, kept: Sequence[Box]) -> list[tuple[int, int, int, int]]:
        """Places over the map that labels must leave free."""
        if not self._seen or moment.current.tick % 50 == 0:
            self._note_seen(moment.current)
        blank = pygame.Surface((1, 1))  # drawn on nothing, to learn how large they are
        boxes = self._corners(blank, moment, kept)
        if self._look.minimap:
            left, top, width, height = self.minimap.place
            boxes.append((left, top, width, height))
        return boxes

    def _corners(self, surface: pygame.Surface, moment: Moment, kept: Sequence[Box]) -> list[Box]:
        """What is said, how long a bar is, who is who, what colours mean; where they lie. The first has its place
        before the next, and all leave free what is `kept` (px)."""
        frame, taken = moment.current, list(kept)
        if self._look.minimap:
            left, top, width, height = self.minimap.place
            taken.append((left, top, width, height))
        status = self.hud.draw_status(surface, self._lines(moment), taken)
        taken += [status] if status else []
        scale = self.hud.draw_scale(surface, self.camera.zoom, taken)
        taken += [scale] if scale else []
        legend = None
        if self._legend_wanted():
            legend = self.hud.draw_legend(surface, legend_order(self._seen), self.camera.world, taken)
            taken += [legend] if legend else []
        self.layers = self.hud.draw_layers(surface, self._layers(frame), _wind(frame), taken)
        return [box for box in (status, scale, legend, self.layers) if box]

    def forget_seen(self) -> None:
        """The legend begins anew."""
        self._seen.clear()

    def _note_seen(self, frame: Frame) -> None:
        """Whoever was seen once stays in the legend."""
        up = frame.status == Status.ACTIVE
        self._seen |= set(np.unique(frame.role[up]).tolist())
        if frame.mind is not None:
            self._seen |= {sprites.MARK + int(mind) - 1 for mind in np.unique(frame.mind[up]) if mind > Mind.CALM}

    def _layers(self, frame: Frame) -> tuple[str, ...]:
        """The layers that are shown and need a word about their colours."""
        there = {
            "gas": frame.gas is not None and bool((frame.gas >= GAS_STEPS[0]).any()),
            "legitimacy": frame.legitimacy is not None,
        }
        return tuple(name for name in WITH_LEGEND if getattr(self._look, name) and there.get(name, True))

    def _late(self, frame: Frame, time: float) -> float:
        """For how long [s] another phase has been due than the one declared, as far as this picture has seen."""
        declared, due, since = self._due
        if (declared, due) != (frame.phase, frame.due) or time < since:
            since = time
            self._due = (frame.phase, frame.due, since)
        return time - since

    def _legend_wanted(self) -> bool:
        return self._look.legend != self._look.presenter and bool(self._seen) and not self.quiet

    def _lines(self, moment: Moment) -> list[str]:
        """What the corner says, most important first."""
        lines = []
        if moment.status.message:
            lines.append(self.words.pick(moment.status.message))
        if moment.status.ended:
            lines.append(self.words("ended"))
        elif moment.paused:
            lines.append(self.words("paused"))
        if moment.known - moment.time > _PAST and not moment.recorded:
            lines.append(self.words("time.past", ago=clock(moment.known - moment.time)))
        if moment.status.lagging:
            lines.append(self.words("slow", factor=self.words.number(moment.status.real_time_factor, 1)))
        if self._look.followed:
            unit = next((unit for unit in moment.current.units if unit.id == self._look.followed), None)
            if unit:
                lines.append(self.words("following", unit=unit.label))
        if moment.notice:
            lines.append(moment.notice)
        return lines

    def _follow(self, moment: Moment) -> None:
        """Keep the followed unit in the middle."""
        before = {unit.id: unit.centre for unit in moment.previous.units}
        for unit in moment.current.units:
            if unit.id == self._look.followed and unit.count:
                x0, y0 = before.get(unit.id, unit.centre)
                x1, y1 = unit.centre
                self.camera.look_at(x0 + (x1 - x0) * moment.blend, y0 + (y1 - y0) * moment.blend)


def _wind(frame: Frame) -> tuple[float, float] | None:
    """m/s east and south, if the frame knows of wind."""
    x, y = frame.readings.get("wind_x"), frame.readings.get("wind_y")
    return None if x is None or y is None else (x, y)
