"""Hand: takes hold of units and gives them orders, with the mouse on the map and letters on the keyboard."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

import pygame

from crowdsim.behaviour.unit import Escort, FormUp, MoveTo, Order, kind_of
from crowdsim.frame import UNHEARD, Event, Frame, UnitView
from crowdsim.session.commands import WHY, Command, GiveManoeuvre, GiveOrder, Recall, UseTool, objections
from crowdsim.view.hand import menus, shown
from crowdsim.view.hand.bar import Bar
from crowdsim.view.hand.keys import ALWAYS, LETTERS, Letter
from crowdsim.view.hand.line import Line, fitting
from crowdsim.view.hand.menu import Menu
from crowdsim.view.hand.pick import Point, gate_at, person_at, unit_at, units_in
from crowdsim.view.inputs import Do
from crowdsim.view.labels import Box
from crowdsim.view.source import Obedient
from crowdsim.view.timebar import Timebar
from crowdsim.view.tool import Tool

if TYPE_CHECKING:
    from crowdsim.view.picture import Moment
    from crowdsim.view.window import Window

_DRAG = 6  # px the pointer moves before a press is a drag
_HANDLE = 18  # px of 1080 round the handle of a line that still take it
_MOST = 0.3  # of the map that the bar may hide
_BESIDE = 4.0  # m between units that walk to one point: a column of three and a pace
_WARNING = 7.0  # s of wall time
_LONGEST_UNDO = 50  # orders that are remembered to be called back


@dataclass(frozen=True)
class Asked:
    """What the next click on the map is for."""

    text: str  # of `hand.ask`
    take: Callable[[Point], bool]  # m; False: that was not it, ask again


@dataclass
class Press:
    """A mouse button that is down."""

    button: int
    at: tuple[int, int]  # px
    drag: str = ""  # "box", "line", "bend" or "pan", once it has moved
    unit: str = ""  # whose line is bent


class Hand(Tool):
    """Which units are in hand, what is being asked for, what is being drawn."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.held: list[str] = []  # unit ids, in the order they were taken
        self.asked: Asked | None = None
        self.menu: Menu | None = None
        self.formation = ""  # for the next line; "" = the one the unit stands in
        self.lines: dict[str, Line] = {}  # the last line each unit was given, by which it is bent
        self.given: dict[str, tuple[float, Order]] = {}  # unit: when it was told by hand [s], what
        self.unheard: set[str] = set()  # units that did not hear their last order
        self._last: tuple[int, Event | None] = (0, None)  # how many events there were then, and the last of them
        self._undo: list[list[str]] = []  # units of each order by hand
        self.pressed: Press | None = None
        self.pointer = (0, 0)
        self.ghost: dict[str, Line] = {}
        self._bar = Bar()
        self._menu_box: pygame.Rect | None = None
        self._note_box: pygame.Rect | None = None  # of the note beside a front that is being drawn
        self.blocked = 0  # slots of the ghost that lie in a wall
        self._asked_of: object = None
        self._obeys = False
        self.warning: list[str] = []  # criteria and rules the last order or means goes against
        self._warned = 0.0  # s of wall time it is still shown
        self._used = ""  # the means used by hand whose event has not come yet

    # What it works with ----------------------------------------------------------------------------------------

    @property
    def source(self) -> Obedient | None:
        """The simulation, if it obeys."""
        source = self.window.source
        if self._asked_of is not source:  # asking whether it obeys looks at all it has
            self._asked_of, self._obeys = source, isinstance(source, Obedient)
        return source if self._obeys else None  # type: ignore[return-value]

    @property
    def frame(self) -> Frame:
        """The moment on the screen."""
        return self.window.frame

    @property
    def units(self) -> list[UnitView]:
        """Those in hand, in the order they were taken."""
        known = {unit.id: unit for unit in self.frame.units}
        return [known[name] for name in self.held if name in known]

    def say(self, key: str, **values: object) -> str:
        """A text of this tool."""
        return self.window.picture.words(f"hand.{key}", **values)

    # Asking the simulation -------------------------------------------------------------------------------------

    def send(self, *commands: Command) -> None:
        """Ask for something, and say what doctrine has against it."""
        source = self.source
        if source is None:
            return
        for command in commands:
            source.send(command)
            if isinstance(command, UseTool):
                self._used = command.tool
        self.warn([mark for command in commands for mark in self.against(command)])

    def warn(self, against: Sequence[str]) -> None:
        """Show for a while what doctrine has against what was just done."""
        if against:
            self.warning, self._warned = list(dict.fromkeys(against)), _WARNING

    def against(self, command: Command) -> tuple[str, ...]:
        """The criteria a command would go against now."""
        source = self.source
        now, events = self.window.time, self.window.source.events
        declared = next((e.time for e in reversed(events) if e.kind == "phase" and e.time <= now), 0.0)
        since = now - declared
        return objections(command, source.profile, self.frame.phase, since) if source else ()

    def order(self, orders: Order | dict[str, Order], queued: bool = False) -> None:
        """Give the units in hand one order, or each its own; `queued`: after what they do now."""
        each = orders if isinstance(orders, dict) else dict.fromkeys(self.held, orders)
        if not each:
            return
        for unit, order in each.items():
            self.given[unit] = (self.window.time, order)
            if not isinstance(order, FormUp):
                self.lines.pop(unit, None)
        self._undo = [*self._undo[-_LONGEST_UNDO:], list(each)]
        self.window.tell(
            "hand.ordered", units=self.names(list(each)), order=self._order_name(next(iter(each.values())))
        )
        self.send(*(GiveOrder(unit, order, queued) for unit, order in each.items()))

    def play(self, command: GiveManoeuvre) -> None:
        """Begin a manoeuvre; called back by any of its units, it is off for all."""
        units = [unit for _, unit in command.units]
        self._undo = [*self._undo[-_LONGEST_UNDO:], units[:1]]
        self.window.tell("hand.ordered", units=self.names(units), order=self.say(f"key.{command.manoeuvre}"))
        self.send(command)

    def call_back(self, units: Sequence[str]) -> None:
        """Take back the last order to some units while nobody acts on it; a manoeuvre, until the new line stands."""
        if units:
            self.window.tell("hand.recalled", units=self.names(units))
            self.send(*(Recall(unit) for unit in units))
            for unit in units:
                self.given.pop(unit, None)
                self.lines.pop(unit, None)

    def ask(self, text: str, take: Callable[[Point], bool]) -> None:
        """Wait for a click on the map."""
        self.menu, self.asked = None, Asked(self.say(f"ask.{text}"), take)

    def open(self, menu: Menu) -> None:
        """Show a menu."""
        self.asked, self.menu = None, menu

    def take(self, units: Sequence[str], more: bool = False) -> None:
        """Take hold of units; `more`: besides those in hand, or let go of one that is."""
        if more and len(units) == 1 and units[0] in self.held:
            self.held = [unit for unit in self.held if unit != units[0]]
        else:
            self.held = list(dict.fromkeys([*(self.held if more else ()), *units]))
        self.asked, self.menu, self.formation, self.ghost = None, None, "", {}

    def names(self, units: Sequence[str]) -> str:
        """What units are called."""
        labels = {unit.id: unit.label for unit in self.frame.units}
        return ", ".join(labels.get(unit, unit) for unit in units)

    def _order_name(self, order: Order) -> str:
        if isinstance(order, Escort):
            place = self.window.source.map.zones[order.zone].name
            return f"{self.say('key.escort')} ► {self.window.picture.words.pick(place)}"
        return self.say(f"key.{kind_of(order)}")

    # Keys ------------------------------------------------------------------------------------------------------

    def handle(self, event: pygame.event.Event) -> bool:
        """Mouse on the map and bar, and the letters; whatever it does not know is left to the others."""
        if self.source is None:
            return False
        if event.type == pygame.KEYDOWN:
            return self._key(event.key, event.mod)
        if event.type == pygame.MOUSEBUTTONDOWN:
            return self._down(event)
        if event.type == pygame.MOUSEMOTION:
            return self._moved(event)
        if event.type == pygame.MOUSEBUTTONUP:
            return self._up(event)
        return False

    def _key(self, key: int, mod: int) -> bool:
        if mod & pygame.KMOD_CTRL:
            if key == pygame.K_z and self._undo:
                self.call_back(self._undo.pop())
            return key == pygame.K_z
        if key == pygame.K_ESCAPE:
            return self.let_go()
        if mod & pygame.KMOD_ALT:
            return False
        if self.menu:
            choice = self.menu.key(key)
            if choice:
                self.menu = None
                choice.choose()
            return choice is not None or pygame.K_a <= key <= pygame.K_z or pygame.K_0 <= key <= pygame.K_9
        shift = bool(mod & pygame.KMOD_SHIFT)
        for letter in (*(LETTERS if self.held else ()), *ALWAYS):
            if letter.key == key:
                self.press(letter, shift)
                return True
        return False

    def let_go(self) -> bool:
        """Let go of one thing after the other: menu, question, line, units."""
        if self.pressed or self.menu or self.asked or self.formation:
            self.pressed, self.menu, self.asked, self.formation, self.ghost = None, None, None, "", {}
            return True
        if self.held:
            self.held = []
            return True
        return False

    def cancel(self) -> None:
        """Ask for nothing any more."""
        self.asked = None

    def do(self, asked: Do) -> bool:
        """Take a unit by its number; once more: the window keeps the map on it."""
        if asked.what != "follow" or self.source is None:
            return False
        units, number = self.frame.units, int(asked.value)
        if number >= len(units) or self.held == [units[number].id]:
            return False
        self.take([units[number].id])
        return True

    def press(self, letter: Letter, queued: bool = False) -> None:
        """What a letter asks for, now that units are in hand."""
        if letter.order is not None:
            self.order(letter.order, queued)
        elif letter.name == "recall":
            self.call_back(self.held)
        elif letter.name == "move_to":
            self.ask("place", lambda at: self._go(at, queued))
        else:
            menus.BY_LETTER[letter.name](self, queued)

    def _go(self, at: Point, queued: bool) -> bool:
        """Walk to a point; several units stand beside each other."""
        units = sorted(self.units, key=lambda unit: unit.centre[0])
        first = at[0] - _BESIDE * (len(units) - 1) / 2
        self.order(
            {unit.id: MoveTo((round(first + k * _BESIDE, 2), round(at[1], 2))) for k, unit in enumerate(units)}, queued
        )
        return True

    # Mouse -----------------------------------------------------------------------------------------------------

    def _over_map(self, at: tuple[int, int]) -> bool:
        return self.window.picture.place.map.collidepoint(at) and not self._bar.area.collidepoint(at)

    def to_map(self, at: tuple[int, int]) -> Point:
        """The point of the map under a pixel, m."""
        return self.window.picture.camera.to_map(*at)

    def _down(self, event: pygame.event.Event) -> bool:
        at = event.pos
        if event.button not in (1, 3):
            return False
        if self.menu and self.menu.covers(at):
            choice = self.menu.at(at) if event.button == 1 else None
            if choice:
                self.menu = None
                choice.choose()
            return True
        if self._bar.area.collidepoint(at):
            chip = self._bar.chip_at(at) if event.button == 1 else None
            if chip and chip.do:
                chip.do()
            return True
        if not self._over_map(at) or pygame.key.get_mods() & pygame.KMOD_ALT:
            return False
        self.menu = None
        self.pressed = Press(event.button, at)
        return True

    def _moved(self, event: pygame.event.Event) -> bool:
        self.pointer = event.pos
        press = self.pressed
        if press is None:
            return False
        if not press.drag and math.dist(press.at, event.pos) > _DRAG:
            press.drag, press.unit = self._what_drag(press)
            if press.drag == "pan":
                self.window.picture.camera.pan(event.pos[0] - press.at[0], event.pos[1] - press.at[1])
                return True
        if press.drag == "pan":
            self.window.drag_map(*event.rel)
        elif press.drag in ("line", "bend"):
            self.ghost = self._drawn(press, event.pos)
        return True

    def _what_drag(self, press: Press) -> tuple[str, str]:
        if press.button == 3:
            return "pan", ""
        if self.asked or not self.held or pygame.key.get_mods() & pygame.KMOD_CTRL:
            return "box", ""
        camera, reach = self.window.picture.camera, self.window.picture.theme.px(_HANDLE)
        for unit in self.held:
            if unit in self.lines and math.dist(camera.to_screen(*self.lines[unit].handle), press.at) < reach:
                return "bend", unit
        return "line", ""

    def _drawn(self, press: Press, at: tuple[int, int]) -> dict[str, Line]:
        """The lines a drag would give now."""
        if press.drag == "bend":
            return {press.unit: self.lines[press.unit].bent_to(self.to_map(at))}
        units = self.units
        start, end = self.to_map(press.at), self.to_map(at)
        wanted = self.formation or fitting(units, math.dist(start, end))
        return Line(start, end, wanted).shared(units) if units else {}

    def _up(self, event: pygame.event.Event) -> bool:
        press, self.pressed = self.pressed, None
        if press is None or press.button != event.button:
            return False
        shift = bool(pygame.key.get_mods() & pygame.KMOD_SHIFT)
        if press.drag == "box":
            (x0, y0), (x1, y1) = self.to_map(press.at), self.to_map(event.pos)
            self.take(units_in(self.frame, (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))), more=shift)
        elif press.drag in ("line", "bend"):
            self._draw_up(self._drawn(press, event.pos), shift)
        elif not press.drag and press.button == 3:
            self._right_click(event.pos, shift)
        elif not press.drag:
            self._click(event.pos, shift)
        self.ghost = {}
        return True

    def _draw_up(self, lines: dict[str, Line], queued: bool) -> None:
        """Send units to the lines that were drawn for them."""
        headings = {unit.id: unit.heading for unit in self.units}
        self.formation = ""
        self.order({unit: line.order(headings[unit]) for unit, line in lines.items() if unit in headings}, queued)
        self.lines |= lines

    def _right_click(self, at: tuple[int, int], queued: bool) -> None:
        if self.asked or self.formation:
            self.asked, self.formation = None, ""
        elif self.held:
            self._go(self.to_map(at), queued)

    def _click(self, at: tuple[int, int], shift: bool) -> None:
        frame, zoom, place = self.frame, self.window.picture.camera.zoom, self.to_map(at)
        if self.asked:
            asked = self.asked
            if asked.take(place) and self.asked is asked:
                self.asked = None
            return
        if self.formation and self.held:
            self._draw_up(Line(place, place, self.formation).shared(self.units), shift)
            return
        unit = unit_at(frame, place, zoom)
        if unit:
            self.take([unit], more=shift)
            return
        gate = gate_at(self.window.source.map, place, zoom)
        if gate >= 0 and person_at(frame, place, zoom) < 0:
            self.open(menus.gate(self, self.window.source.map.gates[gate].id))
        elif not self.held:
            self.window.do(Do("inspect_person", person_at(self.window.shown, place, zoom)))

    # Drawing ---------------------------------------------------------------------------------------------------

    def boxes(self) -> Sequence[Box]:
        """The bar where it lies over the map, the menu, fronts in hand and the note beside one."""
        found = [self._bar.area] if self._bar.area.height > self.window.picture.place.bar.height else []
        found += shown.front_boxes(self)
        if self.ghost and self._note_box:
            found.append(self._note_box)
        if self.menu and self._menu_box:
            found.append(self._menu_box)
        elif self.warning:
            found.append(shown.warning_box(self))
        return [(box.left, box.top, box.width, box.height) for box in found]

    def draw_on_map(self, surface: pygame.Surface, moment: Moment) -> None:
        """Units in hand, what they were told, what is being drawn."""
        if self.source is not None:
            self.blocked = shown.draw_units(self, surface, moment)

    def draw(self, surface: pygame.Surface, moment: Moment, seconds: float) -> None:
        """Notes on the map, the bar, the menu."""
        if self.source is None:
            return
        picture = self.window.picture
        self._listen(moment)
        self._warned -= seconds
        if self._warned <= 0.0:
            self.warning = []
        surface.set_clip(picture.place.map)
        self._note_box = shown.draw_notes(self, surface)
        surface.set_clip(None)
        over_foot = not picture.place.bar.height and bool(self.held or self.asked or self.menu)
        picture.quiet = over_foot or (not picture.place.bar.height and bool(self.warning))
        if picture.place.bar.height or over_foot:
            most = picture.place.bar.height + round(picture.place.map.height * _MOST)
            self._bar.draw(surface, picture.theme, picture.place.bar, shown.rows(self, moment), most)
        else:  # while presenting the projector shows the map, until somebody is in hand
            self._bar.hide(picture.place.bar)
        timebar = self.window.tool(Timebar)
        timebar.foot = self.bar_top
        if self.menu:  # above the tree of branches, which takes its own clicks
            room = picture.place.map.copy()
            room.height = min([self.bar_top, *(top for _, top, _, _ in timebar.boxes())]) - room.top
            self._menu_box = self.menu.draw(surface, picture.theme, room, self.pointer)

    @property
    def bar_top(self) -> int:
        """Where the bar begins, px."""
        return self._bar.area.top or self.window.picture.place.map.bottom

    def on_the_way(self, unit: str, time: float) -> float:
        """For how many seconds more the last order by hand can be called back."""
        given = self.given.get(unit)
        return given[0] + self.window.source.params.officers.relay - time if given else 0.0

    def _listen(self, moment: Moment) -> None:
        """Say what has come of an order or a means: not heard, called back too late, a rule it broke."""
        self.given = {unit: told for unit, told in self.given.items() if told[0] <= moment.time}
        self._see_unheard(moment)
        for event in moment.news:
            if event.kind == "order" and event.cause in ("too_late", UNHEARD):
                self.window.tell("hand.said", text=self.window.picture.words.pick(event.text))
            elif event.kind in ("tool", "warning") and self._used in (event.subject, event.kind):
                broken = [mark for mark in event.cause.split(", ") if mark in WHY]
                self.warn(broken)
                self._used = ""

    def _see_unheard(self, moment: Moment) -> None:
        """Which units did not hear the last they were told, at whatever moment one looks."""
        count = bisect_right(moment.events, moment.time, key=attrgetter("time"))
        seen = (count, moment.events[count - 1] if count else None)
        if seen != self._last:
            last = {event.subject: event.cause for event in moment.events[:count] if event.kind == "order"}
            before, self.unheard = self.unheard, {unit for unit, cause in last.items() if cause == UNHEARD}
            self._last = seen
            for unit in sorted(self.unheard - before):
                self._forget(unit)

    def _forget(self, unit: str) -> None:
        """A unit goes on with what it did: there is nothing to call back, and no front to bend."""
        self.given.pop(unit, None)
        self.lines.pop(unit, None)
        newest = next((units for units in reversed(self._undo) if unit in units), [unit])
        newest.remove(unit)
        self._undo = [units for units in self._undo if units]
