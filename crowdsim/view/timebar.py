"""Timebar: the hand on time. The timeline can be dragged; branches lie above it as a small tree."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pygame

from crowdsim.frame import BranchView
from crowdsim.view.inputs import Do
from crowdsim.view.labels import Box
from crowdsim.view.picture import Moment
from crowdsim.view.source import Branching
from crowdsim.view.theme import SMALL, mix
from crowdsim.view.tool import Tool
from crowdsim.view.words import clock

if TYPE_CHECKING:
    from crowdsim.view.window import Window

_LANES = 5  # branches the tree shows at once
_LANE = 36  # px of 1080
_BESIDE = 0.15, 0.6  # s: an event nearer than this, ahead or behind, is where one is already
_LONGEST_NAME = 28  # letters


class Timebar(Tool):
    """Takes the mouse on the timeline and on the tree, and the keys that go through time."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._held = False  # the mouse has hold of the time
        self._name: str | None = None  # as far as it is typed
        self._told: int | None = None  # how many branches there were
        self.foot: int | None = None  # px: what the tree stands on, where something lies over the foot of the map

    # Input -----------------------------------------------------------------------------------------------------

    def handle(self, event: pygame.event.Event) -> bool:
        """The mouse on timeline and tree; the keys while a name is typed."""
        if self._name is not None and event.type in (pygame.KEYDOWN, pygame.TEXTINPUT):
            self._type(event)
            return True
        source, place = self.window.source, self.window.picture.place
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:
            lane = next((b for b, box in self._lanes() if box.collidepoint(event.pos)), None)
            if lane is not None:
                self._switch(lane)
                return True
            if not place.timeline.collidepoint(event.pos):
                return False
            if self._time_at(event.pos[0]) < -0.01 * source.duration:  # the sign that says whether it runs
                source.paused = not source.paused
                return True
            self._held = True
        elif event.type == pygame.MOUSEBUTTONUP and event.button == 1 and self._held:
            self._held = False
        elif event.type != pygame.MOUSEMOTION or not self._held:
            return False
        source.seek(min(max(0.0, self._time_at(event.pos[0])), source.known), hold=self._held)
        return True

    def do(self, asked: Do) -> bool:
        """To the start, the end or an event; another branch, or another name for this one."""
        source = self.window.source
        match asked.what:
            case "start":
                source.seek(0.0)
            case "end":
                source.seek(source.known)
            case "event":
                self._to_event(asked.value > 0)
            case "branch":
                branches = self._branches()
                if len(branches) < 2:
                    self.window.tell("time.alone")
                else:
                    here = next(k for k, branch in enumerate(branches) if branch.current)
                    self._switch(branches[(here + 1) % len(branches)])
            case "rename":
                if self._branches():
                    self._name = ""
            case _:
                return False
        return True

    def _type(self, event: pygame.event.Event) -> None:
        name = self._name or ""
        if event.type == pygame.TEXTINPUT:
            self._name = (name + event.text)[:_LONGEST_NAME].lstrip()
        elif event.key == pygame.K_BACKSPACE:
            self._name = name[:-1]
        elif event.key == pygame.K_ESCAPE:
            self._name = None
        elif event.key in (pygame.K_RETURN, pygame.K_KP_ENTER):
            here = next((branch for branch in self._branches() if branch.current), None)
            if name.strip() and here and isinstance(self.window.source, Branching):
                self.window.source.rename(here.id, name.strip())
            self._name = None

    def _to_event(self, later: bool) -> None:
        """The next event of the timeline, or the one before; none where there is no other."""
        now, words = self.window.time, self.window.picture.words
        times = [e.time for e in self.window.source.events if words.has(f"event.{e.kind}")]
        ahead, behind = _BESIDE
        if later:
            found = min((time for time in times if time > now + ahead), default=None)
        else:
            found = max((time for time in times if time < now - behind), default=None)
        if found is not None:
            self.window.source.seek(found)

    def _switch(self, branch: BranchView) -> None:
        source = self.window.source
        if isinstance(source, Branching) and not branch.current:
            source.switch(branch.id)
            self.window.tell("time.switched", name=branch.name)

    def _time_at(self, x: int) -> float:
        return self.window.picture.hud.time_at(x, self.window.source.duration)

    # Drawing ---------------------------------------------------------------------------------------------------

    def _branches(self) -> tuple[BranchView, ...]:
        source = self.window.source
        return source.branches() if isinstance(source, Branching) else ()

    def _lanes(self) -> list[tuple[BranchView, pygame.Rect]]:
        """The branches of the tree, the first at the top, and the strip of each; none while there is only one."""
        branches = self._branches()
        if len(branches) < 2:
            return []
        shown = [b for b in branches if b.current or b in branches[-_LANES:]][-_LANES:]
        if not any(b.current for b in shown):
            shown = [next(b for b in branches if b.current), *shown[1:]]
        picture = self.window.picture
        place, high = picture.place, picture.theme.px(_LANE)
        top = min(place.map.bottom, self.foot or place.map.bottom) - high * len(shown)
        return [(b, pygame.Rect(place.map.left, top + k * high, place.map.width, high)) for k, b in enumerate(shown)]

    def boxes(self) -> Sequence[Box]:
        """The tree."""
        lanes = [box for _, box in self._lanes()]
        return [(lanes[0].left, lanes[0].top, lanes[0].width, sum(lane.height for lane in lanes))] if lanes else []

    def draw(self, surface: pygame.Surface, moment: Moment, seconds: float) -> None:
        """The tree above the timeline; the time under the hand; the name that is typed."""
        lanes = self._lanes()
        if lanes:
            self._draw_tree(surface, lanes, moment.duration)
        branches = self._branches()
        if self._told is not None and len(branches) > self._told:
            new = branches[-1]
            self.window.tell("time.parted", name=new.name, at=clock(new.parted))
        self._told = len(branches) or None
        if self._held:
            self._draw_plate(surface, moment, clock(moment.time))
        if self._name is not None:
            self._draw_plate(surface, moment, self.window.picture.words("time.naming", text=self._name + "_"))

    def _draw_tree(self, surface: pygame.Surface, lanes: list[tuple[BranchView, pygame.Rect]], duration: float) -> None:
        """A line for each branch from where it parted to its end, hanging from the one it left."""
        picture = self.window.picture
        theme, px = picture.theme, picture.theme.px
        area = lanes[0][1].unionall([box for _, box in lanes])
        ground = pygame.Surface(area.size)
        ground.fill(theme["panel"])
        ground.set_alpha(225)
        surface.blit(ground, area)
        middles = {branch.id: box.centery for branch, box in lanes}

        def across(time: float) -> int:
            return picture.hud.across(time, duration)

        for branch, box in lanes:
            ink = theme["accent"] if branch.current else mix(theme["panel"], theme["text_soft"], 0.8)
            start, end = across(branch.parted), max(across(branch.end), across(branch.parted) + px(4))
            if branch.parent in middles:
                pygame.draw.line(surface, ink, (start, middles[branch.parent]), (start, box.centery), px(3))
                pygame.draw.circle(surface, ink, (start, middles[branch.parent]), px(6))
            pygame.draw.line(surface, ink, (start, box.centery), (end, box.centery), px(5 if branch.current else 3))
            pygame.draw.circle(surface, ink, (end, box.centery), px(8))
            said = branch.name if branch.name == branch.id else f"{branch.id}  {branch.name}"
            if branch.differs is not None:
                said += "  ·  " + picture.words("time.differs", at=clock(branch.differs))
            elif branch.parent:
                said += "  ·  " + picture.words("time.parts", at=clock(branch.parted))
            label = theme.write(said, SMALL, theme["text"] if branch.current else theme["text_soft"], branch.current)
            at = label.get_rect(midleft=(end + px(18), box.centery))
            if at.right > area.right - px(10):
                at.right = start - px(18)
            surface.blit(label, at)

    def _draw_plate(self, surface: pygame.Surface, moment: Moment, text: str) -> None:
        """A line over the head of the timeline."""
        picture = self.window.picture
        theme, px, place = picture.theme, picture.theme.px, picture.place
        written = theme.write(text, SMALL, theme["text"], bold=True)
        names = picture.hud.names.move(place.timeline.topleft)
        surface.fill(theme["panel"], (names.left, names.top, names.width, names.height - px(12)))  # not both at once
        plate = written.get_rect().inflate(px(24), px(14))
        plate.midtop = (picture.hud.across(moment.time, moment.duration), place.timeline.top + px(4))
        plate.clamp_ip(place.timeline)
        plate.left = max(plate.left, picture.hud.across(0.0, moment.duration) - px(12))  # beside it stands the speed
        pygame.draw.rect(surface, theme["panel"], plate, border_radius=px(8))
        pygame.draw.rect(surface, theme["accent"], plate, px(3), border_radius=px(8))
        surface.blit(written, written.get_rect(center=plate.center))
