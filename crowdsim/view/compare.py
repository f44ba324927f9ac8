"""Compare: two futures with one clock, beside each other or one as a ghost over the other, and how they differ."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pygame

from crowdsim.frame import BranchView, Comparison, Frame
from crowdsim.population.roles import OFFICER_ROLES, Status
from crowdsim.view.camera import Camera
from crowdsim.view.fit import shorten
from crowdsim.view.ground import Ground
from crowdsim.view.hud import above
from crowdsim.view.inputs import Do
from crowdsim.view.labels import Box
from crowdsim.view.layers import Shown
from crowdsim.view.picture import Moment
from crowdsim.view.scene import Scene
from crowdsim.view.source import Branching
from crowdsim.view.theme import MAP_LABEL, SMALL, VALUE, Theme
from crowdsim.view.tool import Tool
from crowdsim.view.trainee import Trainee
from crowdsim.view.words import Words, clock

if TYPE_CHECKING:
    from crowdsim.view.window import Window

MODES = ("", "beside", "ghost")
_TABLE = 430  # px of 1080, between the two maps
_ROW = 44
_ELSEWHERE = 0.5  # m: a ghost is drawn of whoever is farther than this from where he is here
_TIMES = ("breach", "compound", "line", "dispersal")
_PERCENT = ("damage",)
_OFFICERS = [int(role) for role in OFFICER_ROLES]


class _Pane:
    """One of the two maps."""

    def __init__(self, window: "Window") -> None:
        picture = window.picture
        self.scene = Scene(picture.map, Ground(picture.map), picture.theme, picture.words)
        self.theme = picture.theme

    def draw(
        self,
        surface: pygame.Surface,
        place: pygame.Rect,
        whole: Camera,
        seen: tuple[Frame, Frame, float],
        shown: Shown,
        kept: tuple[Box, ...],
    ) -> None:
        """The middle of what the window's camera shows, a little smaller; no label on the boxes `kept` (px)."""
        camera = Camera(whole.map_size, place)
        # Between as wide and as high: what goes on is mostly in the middle.
        camera.zoom = max(whole.zoom * (place.width / whole.view.width) ** 0.5, camera.whole_zoom())
        camera.look_at(*whole.centre)
        self.scene.draw(surface, camera, *seen, shown, kept)


class Compare(Tool):
    """K shows the other branch beside this one, then as a ghost over it, then no more."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self.mode = ""
        self._with = ""  # id of the other branch
        self._panel = True  # whether the panel was shown before
        self._panes: tuple[_Pane, _Pane] | None = None
        self._table: pygame.Rect | None = None
        self._dragged = False  # the mouse has hold of the maps

    def do(self, asked: Do) -> bool:
        """The next way to compare, or another branch to compare with."""
        if asked.what not in ("compare", "compare_with"):
            return False
        others = self._others()
        if not others:
            self.window.tell("time.alone")
            self._turn("")
        elif asked.what == "compare_with":
            ids = [branch.id for branch in others]
            other = self._other()
            self._with = ids[(ids.index(other.id) + 1) % len(ids)] if other else ids[0]
            self._turn(self.mode or MODES[1])
        else:
            self._turn(MODES[(MODES.index(self.mode) + 1) % len(MODES)])
        return True

    def handle(self, event: pygame.event.Event) -> bool:
        """Over two maps the mouse moves and zooms both; nobody else has it there."""
        if self.mode != "beside":
            return False
        picture = self.window.picture
        left, right, middle = self._places()
        if event.type == pygame.MOUSEWHEEL:
            at = getattr(event, "pos", None) or pygame.mouse.get_pos()
            pane = next((pane for pane in (left, right) if pane.collidepoint(at)), None)
            if pane is not None:
                grown = (picture.place.map.width / pane.width) ** 0.5
                x = picture.place.map.centerx + (at[0] - pane.centerx) * grown
                y = picture.place.map.centery + (at[1] - pane.centery) * grown
                picture.camera.zoom_at(1.15 ** (event.precise_y or event.y), x, y)
            return pane is not None
        if event.type == pygame.MOUSEBUTTONDOWN and left.unionall([middle, right]).collidepoint(event.pos):
            self._dragged = True
            return True
        if event.type == pygame.MOUSEBUTTONUP and self._dragged:
            self._dragged = False
            return True
        if event.type == pygame.MOUSEMOTION and self._dragged:
            grown = (picture.place.map.width / left.width) ** 0.5
            self.window.drag_map(event.rel[0] * grown, event.rel[1] * grown)
            return True
        return False

    def boxes(self) -> Sequence[Box]:
        """The table beside the ghosts."""
        if self.mode != "ghost" or not self._table:
            return ()
        return ((self._table.left, self._table.top, self._table.width, self._table.height),)

    def draw(self, surface: pygame.Surface, moment: Moment, seconds: float) -> None:
        """The other branch at this moment, and the numbers that differ."""
        source, other = self.window.source, self._other()
        if not self.mode or not isinstance(source, Branching):
            return
        if other is None:
            self._turn("")
            return
        here = next(branch for branch in source.branches() if branch.current)
        seen = source.seen(other.id, moment.time)
        found = source.compared(here.id, other.id)
        if seen is None or len(moment.previous.status) != len(seen[1].status):
            return
        picture = self.window.picture
        if picture.look.trainee:
            trainee = self.window.tool(Trainee)
            seen = trainee.frame(seen[0]), trainee.frame(seen[1]), seen[2]
        if self.mode == "ghost":
            _draw_ghosts(surface, picture.camera, moment, seen, picture.theme)
            free = picture.hud.free
            area = pygame.Rect(0, 0, picture.theme.px(_TABLE), free.height)
            area.topright = free.topright
            self._table = _draw_table(surface, area, (here, other), found, picture.theme, picture.words, fill=False)
            return
        if self._panes is None or self._panes[0].theme is not picture.theme:
            self._panes = (_Pane(self.window), _Pane(self.window))
        look = picture.look
        shown = Shown(look.layers - {"unit_labels"})
        left, right, middle = self._places()
        kept = tuple(box for tool in self.window.tools for box in tool.boxes())
        self._panes[0].draw(surface, left, picture.camera, (moment.previous, moment.current, moment.blend), shown, kept)
        self._panes[1].draw(surface, right, picture.camera, seen, shown, kept)
        _name(surface, left, here, moment.time, picture.theme, picture.words)
        _name(surface, right, other, moment.time, picture.theme, picture.words)
        _draw_table(surface, middle, (here, other), found, picture.theme, picture.words, fill=True)

    # Inside ----------------------------------------------------------------------------------------------------

    def _turn(self, mode: str) -> None:
        """Change the way; side by side the two maps take the place of the panel too."""
        window = self.window
        look = window.picture.look
        if mode == "beside" and self.mode != "beside":
            self._panel = look.panel
            window.picture.look = replace(look, panel=False)
        elif self.mode == "beside" and mode != "beside":
            window.picture.look = replace(look, panel=self._panel)
        self.mode = mode

    def _others(self) -> list[BranchView]:
        source = self.window.source
        return [branch for branch in source.branches() if not branch.current] if isinstance(source, Branching) else []

    def _other(self) -> BranchView | None:
        """The one compared with: as chosen, else the one this branch left, else the latest."""
        others = self._others()
        source = self.window.source
        here = next((b for b in source.branches() if b.current), None) if isinstance(source, Branching) else None
        wanted = (self._with, here.parent if here else "")
        return next((b for name in wanted for b in others if b.id == name), others[-1] if others else None)

    def _places(self) -> tuple[pygame.Rect, pygame.Rect, pygame.Rect]:
        """Left map, right map, and the table between them."""
        area = above(self.window.picture.place.map, [box for tool in self.window.tools for box in tool.boxes()])
        table = min(self.window.picture.theme.px(_TABLE), area.width // 3)
        wide = (area.width - table) // 2
        left = pygame.Rect(area.left, area.top, wide, area.height)
        right = pygame.Rect(area.right - wide, area.top, wide, area.height)
        return left, right, pygame.Rect(left.right, area.top, right.left - left.right, area.height)


def _draw_ghosts(
    surface: pygame.Surface, camera: Camera, moment: Moment, seen: tuple[Frame, Frame, float], theme: Theme
) -> None:
    """Rings where people are in the other branch, of those who are elsewhere here."""
    previous, current, blend = seen
    there = previous.position + (current.position - previous.position) * np.float32(blend)
    here = moment.previous.position + (moment.current.position - moment.previous.position) * np.float32(moment.blend)
    up = (current.status == Status.ACTIVE) | (current.status == Status.FALLEN)
    gone = moment.current.status != current.status
    rows = np.flatnonzero(up & (gone | (np.hypot(*(there - here).T) > _ELSEWHERE)))
    radius = max(5, round(0.27 * camera.zoom))
    ox, oy = camera.origin
    corner = np.rint(there[rows] * camera.zoom + (ox - radius, oy - radius)).astype(int)
    officers = np.isin(current.role[rows], _OFFICERS)
    surface.set_clip(camera.view)
    for those, name in ((~officers, "demonstrator"), (officers, "officer")):
        ring = pygame.Surface((2 * radius + 1, 2 * radius + 1), pygame.SRCALPHA)
        pygame.draw.circle(ring, (*theme["outline"], 170), (radius, radius), radius, 3)
        pygame.draw.circle(ring, (*theme[name], 255), (radius, radius), radius - 1, 2)
        surface.fblits([(ring, (x, y)) for x, y in corner[those].tolist()])
    surface.set_clip(None)


def _name(
    surface: pygame.Surface, place: pygame.Rect, branch: BranchView, time: float, theme: Theme, words: Words
) -> None:
    """A plate with the name of a branch, and that it is over where it is."""
    px = theme.px
    said = branch.name if branch.name == branch.id else f"{branch.id}  {branch.name}"
    if time > branch.end + 0.2:
        said += "  ·  " + words("compare.ended", at=clock(branch.end))
    written = theme.write(said, MAP_LABEL, theme["text"], bold=True)
    plate = written.get_rect(topleft=(place.left + px(24), place.top + px(22))).inflate(px(28), px(14))
    pygame.draw.rect(surface, theme["panel"], plate, border_radius=px(8))
    pygame.draw.rect(surface, theme["accent" if branch.current else "text_soft"], plate, px(3), border_radius=px(8))
    surface.blit(written, written.get_rect(center=plate.center))


def _draw_table(
    surface: pygame.Surface,
    area: pygame.Rect,
    branches: tuple[BranchView, BranchView],
    found: Comparison | None,
    theme: Theme,
    words: Words,
    fill: bool,
) -> pygame.Rect:
    """The numbers that differ: this branch at the left, the other at the right; where they stand.

    `fill`: the table takes all of the area, else as much of its height as it needs.
    """
    px = theme.px
    rows = list(found.rows) if found else []
    room = max(1, (area.height - px(110)) // px(_ROW))
    rows = rows[:room]
    high = area.height if fill else px(118) + px(_ROW) * max(1, len(rows))
    surface.fill(theme["panel"], (area.left, area.top, area.width, high))
    x0, x1, y = area.left + px(20), area.right - px(20), area.top + px(40)
    for branch, at in zip(branches, ({"midleft": (x0, y)}, {"midright": (x1, y)}), strict=True):
        written = theme.write(branch.id, MAP_LABEL, theme["accent" if branch.current else "text"], bold=True)
        surface.blit(written, written.get_rect(**at))
    if rows and found is not None:
        written = theme.write(words("compare.title", at=clock(found.until)), SMALL, theme["text_soft"])
        if written.get_width() + 2 * px(60) <= x1 - x0:  # up to when: in a narrow table the clock tells it
            surface.blit(written, written.get_rect(center=(area.centerx, y)))
    else:
        text = words("compare.reckoning") if found is None else words("compare.same")
        text = shorten(theme, text, SMALL, x1 - x0, bold=False)
        written = theme.write(text, SMALL, theme["text_soft"])
        surface.blit(written, written.get_rect(center=(area.centerx, area.top + px(98))))
    pygame.draw.line(surface, theme["panel_line"], (x0, y + px(30)), (x1, y + px(30)), px(2))
    for number, (name, one, other) in enumerate(rows):
        y = area.top + px(98) + number * px(_ROW)
        text = shorten(theme, words(f"compare.{name.removeprefix('injured.')}"), SMALL, x1 - x0 - px(180), bold=False)
        label = theme.write(text, SMALL, theme["text_soft"])
        surface.blit(label, label.get_rect(center=(area.centerx, y)))
        for value, at in ((one, {"midleft": (x0, y)}), (other, {"midright": (x1, y)})):
            written = theme.write(_value(name, value, words), VALUE, theme["text"], bold=True)
            surface.blit(written, written.get_rect(**at))
    return pygame.Rect(area.left, area.top, area.width, high)


def _value(name: str, value: float | None, words: Words) -> str:
    if value is None:
        return words("compare.never")
    if name in _TIMES:
        return clock(value)
    return words.short(100.0 * value) if name in _PERCENT else words.short(value)
