"""Plan mode: a scenario is put together on the map before it runs. Every change is one the checks have passed."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import pygame
from imgui_bundle import imgui

from crowdsim.problems import InputError, Problem
from crowdsim.session.draft import Draft
from crowdsim.view.inputs import Do
from crowdsim.view.labels import Box
from crowdsim.view.plan import ghosts
from crowdsim.view.plan.crowds import CrowdPage
from crowdsim.view.plan.entries import EntryPage
from crowdsim.view.plan.units import UnitPage
from crowdsim.view.widgets import INPUT, Widgets

if TYPE_CHECKING:
    from crowdsim.view.picture import Moment
    from crowdsim.view.window import Window

PAGES = ("units", "crowds", "timeline")
KEYS = {
    (pygame.K_ESCAPE, pygame.KMOD_NONE): "let_go",
    (pygame.K_z, pygame.KMOD_CTRL): "undo",
    (pygame.K_y, pygame.KMOD_CTRL): "redo",
    (pygame.K_z, pygame.KMOD_CTRL | pygame.KMOD_SHIFT): "redo",
    (pygame.K_r, pygame.KMOD_NONE): "turn",
    (pygame.K_r, pygame.KMOD_SHIFT): "turn_back",
    (pygame.K_DELETE, pygame.KMOD_NONE): "remove",
}
"""What keys do while planning, before the window's own: by key and modifiers held."""
_NEAR = 1.6  # m: a unit dropped this near a post of the map stands at that post
_TURN = 15.0  # degrees a turn of the wheel


class Plan(Widgets):
    """The sheet at the right, and what the mouse does on the map while a plan is shown."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        assert window.draft is not None
        self.draft: Draft = window.draft
        self.page = PAGES[0]
        self.unit: int | None = None  # the chosen one
        self.post: str | None = None  # the chosen post of the scenario
        self.refused: list[Problem] = []  # what the last change would have broken
        self.carried: ghosts.Carried | None = None  # a unit in the hand
        self._pages = {"units": UnitPage(self), "crowds": CrowdPage(self), "timeline": EntryPage(self)}
        self._bar: tuple[tuple, pygame.Surface] | None = None
        self._pressed = False  # a button that went down on the sheet is still held

    def lie(self, width: int, height: int) -> pygame.Rect:
        """In the place of the panel."""
        return self.window.picture.place.panel.copy()

    def boxes(self) -> list[Box]:
        """Labels leave the posts of the scenario and their names free."""
        camera, px = self.window.picture.camera, self.window.picture.theme.px
        spots = [camera.to_screen(*post.at) for post in self.draft.posts.values()]
        return [(round(x) - px(60), round(y) - px(62), px(120), px(80)) for x, y in spots]

    # Changes -------------------------------------------------------------------------------------------------------

    def attempt(self, change: Callable[[], object]) -> bool:
        """Change the draft; what the checks have against it is shown, and then nothing has changed."""
        try:
            change()
        except InputError as error:
            self.refused = error.problems
            self.stale()
            return False
        self.refused = []
        self._settled()
        return True

    def _settled(self) -> None:
        """After any change: what was chosen may be gone."""
        if self.unit is not None and self.unit >= len(self.draft.spec.unit):
            self.unit = None
        if self.post not in self.draft.posts:
            self.post = None
        for page in self._pages.values():
            page.settled()
        self.stale()

    def choose_unit(self, number: int | None) -> None:
        """The unit whose keys are shown."""
        self.unit, self.post = number, None
        self.page = "units"
        self.stale()

    def heading_of(self, number: int) -> float:
        """Where a unit faces, degrees, 0 = east, 90 = south."""
        return math.degrees(self.draft.frame.units[number].heading)

    def turn(self, number: int, heading: float) -> None:
        """Let a unit face another way (degrees); one that stood in a zone gets a post of its own there."""
        heading = (heading + 180.0) % 360.0 - 180.0
        self.attempt(lambda: self.draft.place(number, ghosts.anchor_of(self.draft, number), heading))

    # Input ---------------------------------------------------------------------------------------------------------

    def do(self, asked: Do) -> bool:
        """Time stands still here: what is about the run does nothing."""
        return asked.what in ("pause", "step", "speed", "follow", "presenter", "page")

    def handle(self, event: pygame.event.Event) -> bool:
        """The sheet first, then the units on the map."""
        if event.type not in INPUT:
            return False
        area = self.window.picture.place
        pointed = event.type in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP)
        if self.carried is not None and pointed:
            return self._carry(event)
        if event.type == pygame.MOUSEWHEEL:
            at = getattr(event, "pos", None) or pygame.mouse.get_pos()
            if self.place.collidepoint(at):
                self._to_sheet(event)
                return True
            return False
        if pointed:
            if self.place.collidepoint(event.pos) or (event.type != pygame.MOUSEBUTTONDOWN and self._pressed):
                self._to_sheet(event)
                return True
            if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1 and area.map.collidepoint(event.pos):
                return self._take(event.pos)
            return event.type != pygame.MOUSEMOTION and not area.map.collidepoint(event.pos)
        return self._key(event)

    def _to_sheet(self, event: pygame.event.Event) -> None:
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:
            self._pressed = True
        elif event.type == pygame.MOUSEBUTTONUP:
            self._pressed = False
        if self.sheet:
            self.sheet.handle(event, self.place.left, self.place.top)

    def _key(self, event: pygame.event.Event) -> bool:
        writing = bool(self.sheet and self.sheet.writing)
        if writing:
            self._to_sheet(event)
            return True
        if event.type != pygame.KEYDOWN:
            return False
        held = next((held for held in (pygame.KMOD_CTRL, pygame.KMOD_ALT) if event.mod & held), pygame.KMOD_NONE)
        if event.mod & pygame.KMOD_SHIFT:
            held |= pygame.KMOD_SHIFT
        return self._ask(KEYS.get((event.key, held), ""))

    def _ask(self, what: str) -> bool:
        """Do what a key of the table asks for; whether there was anything to do it to."""
        chosen = self.unit is not None or self.post is not None
        match what:
            case "let_go" if self.carried or chosen:
                self.carried = None
                self.choose_unit(None)
            case "undo":
                self.undo()
            case "redo":
                self.redo()
            case "turn" | "turn_back":
                self._turn(-_TURN if what == "turn_back" else _TURN)
            case "remove" if chosen:
                self._remove()
            case _:
                return False
        return True

    def _turn(self, step: float) -> None:
        """Turn what is in the hand or chosen by so many degrees."""
        if self.carried:
            self.carried.heading += step
        elif self.unit is not None:
            self.turn(self.unit, self.heading_of(self.unit) + step)
        elif self.post:
            post = self.draft.posts[self.post]
            heading = (post.heading_deg + step + 180.0) % 360.0 - 180.0
            self.attempt(lambda: self.draft.put_post(post.id, post.at, heading))

    def _remove(self) -> None:
        """The chosen unit or post."""
        unit, own = self.unit, [post.id for post in self.draft.spec.post]
        if unit is not None:
            self.attempt(lambda: self.draft.remove("unit", unit))
        elif self.post:
            self.attempt(lambda: self.draft.remove("post", own.index(self.post or "")))

    def undo(self) -> None:
        """Take the last change back."""
        if self.draft.undo():
            self.refused = []
            self._settled()

    def redo(self) -> None:
        """Make it again."""
        if self.draft.redo():
            self.refused = []
            self._settled()

    def _take(self, at: tuple[int, int]) -> bool:
        """Take the unit under the pointer into the hand; on empty ground the map is moved as ever."""
        camera = self.window.picture.camera
        x, y = camera.to_map(*at)
        for post in self.draft.posts.values():
            if math.dist((x, y), post.at) < 16.0 / camera.zoom:
                self.choose_unit(None)
                self.post = post.id
                grip = (post.at[0] - x, post.at[1] - y)
                self.carried = ghosts.Carried("bersaf1", 1, post.heading_deg, post.at, grip, None, own=post.id)
                return True
        number = ghosts.unit_at(self.draft.frame, camera.to_map(*at), 14.0 / camera.zoom)
        if number is None:
            return False
        self.choose_unit(number)
        unit = self.draft.spec.unit[number]
        x, y = ghosts.anchor_of(self.draft, number)
        here = camera.to_map(*at)
        self.carried = ghosts.Carried(
            unit.formation or "banjar3", unit.count, self.heading_of(number), (x, y), (x - here[0], y - here[1]), number
        )
        return True

    def carry_new(self, kind: str) -> None:
        """Take a new unit of a kind into the hand."""
        from crowdsim.view.plan.kinds import fresh

        values = fresh(kind, [unit.id for unit in self.draft.spec.unit])
        self.carried = ghosts.Carried(
            values["formation"], values["count"], ghosts.usual_heading(self.draft), None, (0.0, 0.0), None, values
        )

    def carry_post(self) -> None:
        """Take a new post into the hand."""
        taken = self.draft.scenario.map.posts
        name = next(name for n in range(1, 10_000) if (name := f"pos{n}") not in taken)
        heading = ghosts.usual_heading(self.draft)
        self.carried = ghosts.Carried("bersaf1", 1, heading, None, (0.0, 0.0), None, own=name)

    def _carry(self, event: pygame.event.Event) -> bool:
        carried, place = self.carried, self.window.picture.place
        assert carried is not None
        if event.type == pygame.MOUSEMOTION or (event.type == pygame.MOUSEBUTTONUP and event.button == 1):
            x, y = self.window.picture.camera.to_map(*event.pos)
            over = place.map.collidepoint(event.pos)
            if event.type == pygame.MOUSEMOTION:
                moved = (x + carried.grip[0], y + carried.grip[1])
                carried.moved |= carried.at is None or math.dist(moved, carried.at) > 0.3
                if carried.moved:
                    carried.at = moved if over else None
                    carried.post = self._post_near(carried.at) if carried.at and not carried.own else ""
            else:
                self.carried = None
                self._to_sheet(event)  # it may have gone down there
                if over and carried.at and carried.moved:
                    self._drop(carried)
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == 3:
            carried.heading += _TURN
        return True

    def _post_near(self, at: tuple[float, float]) -> str:
        posts = self.draft.scenario.map.posts
        own = {post.id for post in self.draft.spec.post} - set(self.draft.posts)
        near = [(math.dist(at, post.position), name) for name, post in posts.items() if name not in own]
        away, name = min(near, default=(math.inf, ""))
        return name if away <= _NEAR else ""

    def _drop(self, carried: ghosts.Carried) -> None:
        draft, at = self.draft, carried.at
        assert at is not None
        if carried.own:
            if self.attempt(lambda: draft.put_post(carried.own, at, carried.heading)):
                self.choose_unit(None)
                self.post = carried.own
            return
        if carried.unit is not None:
            number = carried.unit
            if carried.post:
                self.attempt(lambda: draft.station(number, carried.post))
            else:
                self.attempt(lambda: draft.place(number, at, carried.heading))
            return
        values = carried.values
        if carried.post:
            done = self.attempt(lambda: draft.add("unit", **values, start=carried.post))
        else:
            done = self.attempt(lambda: draft.add_unit(at, carried.heading, **values))
        if done:
            self.choose_unit(next(k for k, unit in enumerate(draft.spec.unit) if unit.id == values["id"]))

    # Drawing -------------------------------------------------------------------------------------------------------

    def draw(self, surface: pygame.Surface, moment: "Moment", seconds: float) -> None:
        """Marks on the map, the bar below it, the sheet."""
        picture = self.window.picture
        surface.set_clip(picture.place.map)
        ghosts.draw_posts(surface, self, self.carried.post if self.carried else "")
        if self.page == "crowds":
            ghosts.draw_spawns(surface, self)
        if self.unit is not None and not (self.carried and self.carried.moved):
            ghosts.draw_chosen(surface, self, self.unit)
        if self.carried and self.carried.at:
            ghosts.draw_carried(surface, self, self.carried)
        surface.set_clip(None)
        self._draw_bar(surface)
        super().draw(surface, moment, seconds)

    def _draw_bar(self, surface: pygame.Surface) -> None:
        """Instead of the timeline: the planned seconds of the exercise, which file it is, and what the mouse does."""
        place = self.window.picture.place.timeline
        key = (self.draft.text, self.draft.path, self.draft.changed, place.size, self.window.picture.theme, self.page)
        if self._bar is None or self._bar[0] != key:
            self._bar = (key, ghosts.bar(self, place.size))
        surface.blit(self._bar[1], place)

    def build(self) -> None:
        """Buttons, pages, and what was refused."""
        words, draft = self.words, self.draft
        self.button("play", words("plan.play"), lambda: self.window.do(Do("play")))
        imgui.same_line()
        self.button("save", words("plan.save"), lambda: self.window.do(Do("save")))
        imgui.same_line()
        self.button("undo", words("plan.undo"), self.undo, on=draft.can_undo)
        imgui.same_line()
        self.button("redo", words("plan.redo"), self.redo, on=draft.can_redo)
        for number, name in enumerate(PAGES):
            if number:
                imgui.same_line()
            chosen = name == self.page
            if chosen:
                red, green, blue = self.theme["accent"]
                imgui.push_style_color(imgui.Col_.button, imgui.ImVec4(red / 255, green / 255, blue / 255, 0.45))
            self.button(f"page.{name}", words(f"plan.{name}"), lambda name=name: self._turn_to(name))  # type: ignore[misc]
            if chosen:
                imgui.pop_style_color()
        imgui.separator()
        room = self.theme.px(190) if self.refused else 0
        imgui.begin_child("page", imgui.ImVec2(0, -room if room else 0))
        self._pages[self.page].build()
        imgui.end_child()
        if self.refused:
            imgui.separator()
            imgui.begin_child("refused", imgui.ImVec2(0, 0))
            self.paragraph(words("plan.refused"), "breach")
            for problem in (found.in_language(self.window.picture.look.lang) for found in self.refused[:3]):
                self.paragraph(f"{problem.message}. {problem.mend}")
            imgui.end_child()

    def _turn_to(self, page: str) -> None:
        self.page, self.refused = page, []
