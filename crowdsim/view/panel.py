"""The panel at the right, two pages: what goes on; what can be turned. Painted only when it changes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pygame
from imgui_bundle import imgui

from crowdsim.frame import Event, Frame
from crowdsim.params import LIMITS, Params
from crowdsim.session.commands import SetParam
from crowdsim.view import sprites
from crowdsim.view.fit import split
from crowdsim.view.hud import PHASES, mark_event
from crowdsim.view.legend import LEGEND, legend_icons
from crowdsim.view.scene import canvas
from crowdsim.view.sheet import Sheet
from crowdsim.view.source import Series
from crowdsim.view.theme import SECTION, SMALL, VALUE, Colour, Theme
from crowdsim.view.words import Words, clock

if TYPE_CHECKING:
    from crowdsim.view.picture import Moment


@dataclass(frozen=True)
class Knob:
    """A number a trainer may turn while it runs."""

    name: str  # of params.LIMITS
    step: float
    decimals: int
    unit: str  # as shown


KNOBS = (
    Knob("force.push", 5.0, 0, "N"),
    Knob("crowd.pushing", 0.05, 2, "×"),
    Knob("officers.brace", 10.0, 0, "N"),
    Knob("walk.time_gap", 0.05, 2, "s"),
)
_EVERY = 0.1  # s between two commands while a slider is dragged
_PLOT_EVERY = 0.5  # s of simulated time between two pictures of the plot
_PAGES = ("situation", "controls")
_TABS = (*_PAGES, "layers")
"""The last one is no page: it opens the list of what can lie over the map."""
_MOODS = ("anger", "fear", "legitimacy")
_GROUPS = ("demonstrator", "officer", "bystander")  # injured, shown with the sign of their role
_DAMAGE = ((0.005, "none"), (0.1, "light"), (0.3, "moderate"), (2.0, "heavy"))  # mean loss of the front, below
_REPEAT = 30.0  # s within which the same event again is one line with a number


class Panel:
    """Owns a surface as large as its place in the window."""

    def __init__(self, theme: Theme, words: Words, size: tuple[int, int]) -> None:
        self.theme, self.words, self.size = theme, words, size
        self.surface = canvas(size)
        self.surface.fill(theme["panel"])
        self._values: dict[str, float] = {}
        self._held: dict[str, float] = {}  # s until the source's own value is believed again
        self._unsent: dict[str, float] = {}
        self._since_sent = 0.0
        self._turned = ""
        self._hovered = -1  # the slider under the mouse
        self._keys: dict[str, tuple] = {}
        self._icons = legend_icons(theme, theme.px(9))
        self._page = ""
        self._rows = self._measure()
        self._sliders = Sheet(theme, self._rows["sliders"].size)

    def close(self) -> None:
        """Free the interface library's memory."""
        self._sliders.close()

    def _measure(self) -> dict[str, pygame.Rect]:
        """The parts of the panel from top to bottom, px."""
        px, width = self.theme.px, self.size[0]
        pages = (
            (("situation", 848),),
            (("sliders", 324), ("plot", 250), ("legend", 274)),
        )  # with what both have, together less than 1080
        rows = {}
        top = 0
        for name, height in (("title", 66), ("tabs", 50), ("readings", 82)):
            rows[name] = pygame.Rect(0, top, width, px(height))
            top += px(height)
        for page in pages:
            foot = top
            for name, height in page:
                rows[name] = pygame.Rect(0, foot, width, px(height))
                foot += px(height)
        return rows

    def page_at(self, at: tuple[int, int]) -> str:
        """What the tab at a point (px of the panel) is for, "" = there is none."""
        if not self._rows["tabs"].collidepoint(at):
            return ""
        return _TABS[min(at[0] * len(_TABS) // self.size[0], len(_TABS) - 1)]

    def tip(self) -> tuple[list[str], int] | None:
        """Name, range with its unit and source of the slider under the mouse, and how far down it is, px."""
        if self._page != "controls" or self._hovered < 0:
            return None
        knob, words = KNOBS[self._hovered], self.words
        limit = LIMITS[knob.name]
        low, high = (words.number(value, knob.decimals) for value in (limit.low, limit.high))
        lines = [words(f"param.{knob.name}"), words("tip.range", low=low, high=high, unit=knob.unit)]
        if limit.source:
            lines.append(words("tip.source", source=limit.source))
        return lines, self._rows["sliders"].top + self._hovered * self.theme.px(80)

    # Input -----------------------------------------------------------------------------------------------------

    def handle(self, event: pygame.event.Event, left: int) -> bool:
        """Take a mouse event of the window when it concerns the panel, whose left edge is at `left` px."""
        if event.type not in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            return False
        inside = event.pos[0] >= left
        if not inside and not self._turned:
            return False
        if event.type == pygame.MOUSEMOTION or event.button == 1:
            self._sliders.handle(event, left, self._rows["sliders"].top)
        return True

    # Drawing ---------------------------------------------------------------------------------------------------

    def update(self, seconds: float, moment: Moment, page: str) -> list[SetParam]:
        """Repaint what changed in the `seconds` of wall time since the last call; what the trainer turned."""
        frame, words = moment.current, self.words
        if page != self._page:
            self._page = page
            kept = {name: self._keys[name] for name in ("title",) if name in self._keys}
            self._keys = kept
            self._sliders.stale()
            below = self._rows["tabs"].top
            self.surface.fill(self.theme["panel"], (0, below, self.size[0], self.size[1] - below))
        self._part("title", (words.pick(moment.title),), self._paint_title)
        self._part("tabs", (), self._paint_tabs)
        present = round(frame.readings.get("present", 0.0))
        peak = frame.readings.get("peak_density")
        densest = words("panel.per_area", value=words.number(peak, 1)) if peak is not None else "–"
        self._part("readings", (words("panel.people", count=words.number(present)), densest), self._paint_readings)
        if page == "situation":
            key = (
                self._mood(frame),
                self._figures(frame),
                self._log([event for event in moment.events if event.time <= frame.time + 1e-6]),
            )
            self._part("situation", key, lambda: self._paint_situation(*key))
            return []
        self._part("plot", (int(frame.time / _PLOT_EVERY),), lambda: self._paint_plot(moment.series, frame.time))
        self._part("legend", (), self._paint_legend)
        return self._update_sliders(seconds, moment.params)

    def _part(self, name: str, key: tuple, paint: Callable[[], None]) -> None:
        if self._keys.get(name) != key:
            self._keys[name] = key
            self.surface.fill(self.theme["panel"], self._rows[name])
            paint()

    def _text(self, text: str, size: int, bold: bool = False, soft: bool = False, **at: tuple[int, int]) -> None:
        picture = self.theme.write(text, size, self.theme["text_soft" if soft else "text"], bold)
        self.surface.blit(picture, picture.get_rect(**at))

    def _paint_title(self) -> None:
        px, area = self.theme.px, self._rows["title"]
        text, room = self._keys["title"][0], area.width - 2 * px(22)
        if self.theme.font(SECTION, True).size(text)[0] <= room:
            self._text(text, SECTION, bold=True, midleft=(px(22), area.top + px(38)))
            return
        for number, line in enumerate(split(self.theme, text, SMALL, room)):  # a long title takes two smaller lines
            self._text(line, SMALL, bold=True, midleft=(px(22), area.top + px(21) + number * px(28)))

    def _paint_readings(self) -> None:
        px, area = self.theme.px, self._rows["readings"]
        for number, (key, value) in enumerate(zip(("present", "peak_density"), self._keys["readings"], strict=True)):
            y = area.top + px(20) + number * px(38)
            self._text(self.words(f"panel.{key}"), SMALL, soft=True, midleft=(px(22), y))
            self._text(value, VALUE, bold=True, midright=(area.right - px(22), y))

    def _paint_plot(self, series: Series, now: float) -> None:
        """Load over time against what the gate bears; kN/m upwards, minutes to the right."""
        px, theme, area = self.theme.px, self.theme, self._rows["plot"]
        self._text(self.words("panel.plot"), SMALL, bold=True, midleft=(px(22), area.top + px(20)))
        box = pygame.Rect(px(78), area.top + px(44), area.width - px(78) - px(26), px(138))
        pygame.draw.rect(self.surface, theme["panel_raised"], box)
        curves: list[tuple[np.ndarray, np.ndarray, Colour, str]] = []
        for name, colour, key in (
            ("gate.capacity", theme["capacity"], "capacity"),
            ("gate.load", theme["load"], "load"),
        ):
            then, what = series.get(name, ((), ()))
            count = min(bisect_right(then, now + 1e-6), len(what))
            curves.append((np.array(then[:count]), np.array(what[:count]) / 1000.0, colour, key))
        top = max([1.0, *(float(values.max()) for _, values, _, _ in curves if len(values))]) * 1.1
        tick = next(step for step in (0.5, 1, 2, 5, 10, 20, 50, 100, 1e9) if top / step <= 3.5)
        for number in range(int(top / tick) + 1):
            y = box.bottom - round(box.height * number * tick / top)
            pygame.draw.line(self.surface, theme["panel_line"], (box.left, y), (box.right - 1, y))
            label = self.words.number(number * tick, 1 if tick < 1 else 0)
            self._text(label, SMALL, soft=True, midright=(box.left - px(10), y))
        until = max(now, 60.0)
        for times, values, colour, key in curves:
            if len(times) > 1:
                # One point a pixel is all a line can show; the highest of each, as peaks are what matters.
                x = np.clip(box.width * times / until, 0, box.width - 1).astype(int)
                highest = np.full(box.width, -1.0)
                np.maximum.at(highest, x, values)
                shown = np.flatnonzero(highest >= 0)
                points = [(box.left + int(i), box.bottom - round(box.height * highest[i] / top)) for i in shown]
                if len(points) > 1:
                    thick = px(4) if key == "load" else px(3)
                    for shift in range(thick):
                        pygame.draw.aalines(self.surface, colour, False, [(a, b - shift) for a, b in points])
        if not len(curves[1][0]):
            self._text(self.words("panel.wait"), SMALL, soft=True, center=box.center)
        self._text(clock(0), SMALL, soft=True, topleft=(box.left, box.bottom + px(4)))
        self._text(clock(until), SMALL, soft=True, topright=(box.right, box.bottom + px(4)))
        foot, left = box.bottom + px(56), px(22)
        for _, _, colour, key in reversed(curves):
            self.surface.fill(colour, (left, foot - px(3), px(34), px(6)))
            self._text(self.words(f"panel.{key}"), SMALL, midleft=(left + px(46), foot))
            left += area.width // 2 - px(10)

    def _paint_legend(self) -> None:
        px, area = self.theme.px, self._rows["legend"]
        self.surface.fill(self.theme["panel_line"], (px(22), area.top + px(4), area.width - 2 * px(22), px(2)))
        kinds = [kind for kind in LEGEND if not sprites.MARK <= kind < sprites.MARK + sprites.LED]
        half = (len(kinds) + 1) // 2
        for number, kind in enumerate(kinds):
            x = px(22) + (number // half) * (area.width // 2 - px(4))
            y = area.top + px(24) + (number % half) * px(33)
            icon = self._icons[kind]
            self.surface.blit(icon, icon.get_rect(center=(x + px(16), y)))
            self._text(self.words(LEGEND[kind]), SMALL, midleft=(x + px(42), y))

    # Situation -------------------------------------------------------------------------------------------------

    def _paint_tabs(self) -> None:
        theme, px, area = self.theme, self.theme.px, self._rows["tabs"]
        wide = (area.width - 2 * px(22)) // len(_TABS)
        for number, page in enumerate(_TABS):
            box = pygame.Rect(px(22) + number * wide, area.top + px(2), wide - px(6), px(42))
            shown = page == self._page
            pygame.draw.rect(self.surface, theme["panel_raised"], box, 0 if shown else px(2), border_radius=px(6))
            if shown:
                self.surface.fill(theme["accent"], (box.left, box.bottom - px(4), box.width, px(4)))
            self._text(self.words(f"panel.{page}"), SMALL, bold=shown, soft=not shown, center=box.center)

    def _mood(self, frame: Frame) -> tuple:
        """Percent of each state of mind, and of anger, fear and legitimacy; what is not known is left out."""
        read = frame.readings
        counts = [max(read.get(f"mind.{name}", 0.0), 0.0) for name in sprites.MIND_NAMES]
        total = sum(counts)
        shares = tuple(round(100 * count / total) for count in counts) if total > 0 else ()
        return shares, tuple((name, round(100 * read[name])) for name in _MOODS if name in read)

    def _figures(self, frame: Frame) -> tuple[tuple[str, str], ...]:
        """Key and value of each line of figures; "injured" has its numbers apart."""
        read, words = frame.readings, self.words
        found = []
        hurt = [read.get(f"injured.{group}") for group in _GROUPS]
        if any(count is not None for count in hurt):
            found.append(("injured", "/".join("" if count is None else words.number(count) for count in hurt)))
        if "arrested" in read:
            found.append(("arrested", words.number(read["arrested"])))
        if "objects_per_min" in read:
            found.append(("thrown", words("panel.per_minute", count=words.number(read["objects_per_min"]))))
        if "water" in read:
            found.append(("water", words("panel.litres", count=words.number(read["water"]))))
        if len(frame.facade):
            loss = 1.0 - float(np.mean(frame.facade[:, 4]))
            grade = next(name for limit, name in _DAMAGE if loss < limit)
            found.append(("damage", words(f"damage.{grade}")))
        return tuple(found)

    def _log(self, events: Sequence[Event]) -> tuple[tuple[str, str, str], ...]:
        """Time, kind and words of the last events, the latest first; a run of the same thing is one line, where its
        last one stands, or a shower of stones would drive everything else out."""
        lines: dict[tuple[str, str], tuple[float, int]] = {}  # kind and words: last time, how often; the latest last
        told: list[tuple[float, str, str, int]] = []  # of runs that are over
        for event in events[-300:]:
            said = self._said(event)
            if not said:
                continue
            last, count = lines.pop((event.kind, said), (event.time, 0))
            if event.time - last >= _REPEAT:
                told.append((last, event.kind, said, count))
                count = 0
            lines[event.kind, said] = event.time, count + 1
        told += [(last, kind, said, count) for (kind, said), (last, count) in lines.items()]
        told.sort(key=lambda line: line[0])
        return tuple(
            (clock(last), kind, said + (f" ×{count}" if count > 1 else ""))
            for last, kind, said, count in reversed(told[-12:])
        )

    def _said(self, event: Event) -> str:
        """An event in words, with its cause if that has a name."""
        words = self.words
        if event.kind == "phase" and event.subject in PHASES:
            said = f"{words('event.phase')} {words(f'phase.{event.subject}')}"
        elif event.text:
            said = words.pick(event.text)
        elif words.has(f"event.{event.kind}"):
            said = words(f"event.{event.kind}")
        else:
            return ""
        cause = words(f"cause.{event.cause}") if words.has(f"cause.{event.cause}") else ""
        return f"{said} ({cause})" if cause and cause.lower() != said.lower() else said

    def _paint_situation(self, mood: tuple, figures: tuple, log: tuple) -> None:
        area = self._rows["situation"]
        y = self._paint_mood(mood, area.top)
        y = self._paint_figures(figures, y)
        self._paint_log(log, y, area.bottom)

    def _rule(self, y: int) -> int:
        px = self.theme.px
        self.surface.fill(self.theme["panel_line"], (px(22), y + px(5), self.size[0] - 2 * px(22), px(2)))
        return y + px(12)

    def _paint_mood(self, mood: tuple, y: int) -> int:
        """The states of mind with their signs and shares, then three figures side by side."""
        px, theme, words = self.theme.px, self.theme, self.words
        shares, levels = mood
        left, wide = px(22), self.size[0] - 2 * px(22)
        if shares or levels:
            y = self._rule(y)
            self._text(words("panel.mood"), SMALL, bold=True, midleft=(left, y + px(18)))
            y += px(38)
        if shares:
            kinds = (0, *(sprites.MARK + n for n in range(len(sprites.MIND_NAMES) - 1)))
            begin = (
                left
                + px(48)
                + max(theme.font(SMALL, False).size(words(f"mind.{name}"))[0] for name in sprites.MIND_NAMES)
            )
            track = pygame.Rect(begin + px(14), 0, left + wide - px(92) - begin - px(14), px(16))
            for name, share, kind in zip(sprites.MIND_NAMES, shares, kinds, strict=True):
                track.centery = y + px(17)
                self.surface.blit(self._icons[kind], self._icons[kind].get_rect(center=(left + px(20), track.centery)))
                self._text(words(f"mind.{name}"), SMALL, midleft=(left + px(48), track.centery))
                self._text(f"{share} %", SMALL, bold=True, midright=(left + wide, track.centery))
                pygame.draw.rect(self.surface, theme["panel_raised"], track, border_radius=px(4))
                filled = pygame.Rect(track.left, track.top, round(track.width * share / 100), track.height)
                if filled.width:
                    pygame.draw.rect(self.surface, theme[f"share_{name}"], filled, border_radius=px(4))
                y += px(34)
            y += px(4)
        for number, (name, level) in enumerate(levels):
            x = left + number * (wide // 3 + px(4))
            self._text(words(f"panel.{name}"), SMALL, soft=True, midleft=(x, y + px(18)))
            self._text(f"{level} %", VALUE, bold=True, midleft=(x, y + px(50)))
            track = pygame.Rect(x + px(76), y + px(43), wide // 3 - px(92), px(14))
            pygame.draw.rect(self.surface, theme["panel_raised"], track, border_radius=px(4))
            track.width = round(track.width * min(max(level, 0), 100) / 100)
            if track.width:
                colour = theme["good" if name == "legitimacy" else f"{name}_level"]
                pygame.draw.rect(self.surface, colour, track, border_radius=px(4))
        return y + (px(72) if levels else 0)

    def _paint_figures(self, figures: tuple, y: int) -> int:
        px, theme, right = self.theme.px, self.theme, self.size[0] - self.theme.px(22)
        if figures:
            y = self._rule(y)
        for key, value in figures:
            row = y + px(18)
            self._text(self.words(f"panel.{key}"), SMALL, soft=True, midleft=(px(22), row))
            if key == "injured":
                x = right
                roles = (0, 5, 3)  # demonstrator, officer, bystander: as in `_GROUPS`
                for role, count in reversed([pair for pair in zip(roles, value.split("/"), strict=True) if pair[1]]):
                    number = theme.write(count, VALUE, theme["text"], bold=True)
                    self.surface.blit(number, number.get_rect(midright=(x, row)))
                    x -= number.get_width() + px(20)
                    self.surface.blit(self._icons[role], self._icons[role].get_rect(center=(x, row)))
                    x -= px(32)
            else:
                self._text(value, VALUE, bold=True, midright=(right, row))
            y += px(36)
        return y

    def _paint_log(self, log: tuple, y: int, bottom: int) -> None:
        """As many of the last events as there is room for, each on one or two lines."""
        px, theme = self.theme.px, self.theme
        if not log:
            return
        y = self._rule(y)
        self._text(self.words("panel.log"), SMALL, bold=True, midleft=(px(22), y + px(18)))
        y += px(38)
        indent = px(22) + theme.font(SMALL, False).size("00:00 ")[0] + px(34)
        room = self.size[0] - indent - px(16)
        for time, kind, said in log:
            lines = [line for line in split(theme, said, SMALL, room, bold=False) if line]
            while " · " in said and lines[-1].endswith("…"):  # who ordered it gives way to what was ordered
                said = said.rpartition(" · ")[0]
                lines = [line for line in split(theme, said, SMALL, room, bold=False) if line]
            if y + len(lines) * px(32) > bottom:
                break
            self._text(time, SMALL, soft=True, midleft=(px(22), y + px(16)))
            mark_event(self.surface, (indent - px(20), y + px(16)), px(9), kind, theme)
            for line in lines:
                self._text(line, SMALL, midleft=(indent, y + px(16)))
                y += px(32)
            y += px(6)

    # Sliders ---------------------------------------------------------------------------------------------------

    def _update_sliders(self, seconds: float, params: Params) -> list[SetParam]:
        for name in list(self._held):
            self._held[name] -= seconds
            if self._held[name] <= 0 and self._turned != name:
                del self._held[name]
        for knob in KNOBS:
            value = params.get(knob.name)
            if knob.name not in self._held and self._values.get(knob.name) != value:
                self._values[knob.name] = value
                self._sliders.stale()
        self._sliders.paint(seconds, self._build_sliders)
        self.surface.blit(self._sliders.surface, self._rows["sliders"])
        self._since_sent += seconds
        if not self._unsent or (self._turned and self._since_sent < _EVERY):
            return []
        commands = [SetParam(name, value) for name, value in self._unsent.items()]
        self._unsent.clear()
        self._since_sent = 0.0
        return commands

    def _build_sliders(self) -> None:
        px, wide = self.theme.px, self.size[0]
        before, self._turned = self._turned, ""
        self._hovered = -1
        for number, knob in enumerate(KNOBS):
            top = number * px(80)
            limit = LIMITS[knob.name]
            value = self._values[knob.name]
            imgui.set_cursor_pos(imgui.ImVec2(px(22), top + px(6)))
            imgui.text(self.words(f"param.{knob.name}"))
            self._sliders.bold()
            shown = f"{self.words.number(value, knob.decimals)} {knob.unit}"
            imgui.set_cursor_pos(imgui.ImVec2(wide - px(22) - imgui.calc_text_size(shown).x, top + px(5)))
            imgui.text(shown)
            imgui.pop_font()
            imgui.set_cursor_pos(imgui.ImVec2(px(22), top + px(46)))
            imgui.set_next_item_width(wide - 2 * px(22))
            changed, new = imgui.slider_float(f"##{knob.name}", value, limit.low, limit.high, "")
            if imgui.is_item_active():
                self._turned = knob.name
            if imgui.is_item_hovered():
                self._hovered = number
            new = min(max(round(new / knob.step) * knob.step, limit.low), limit.high)
            new = round(new, 6)
            if changed and new != value:
                self._values[knob.name] = self._unsent[knob.name] = new
                self._held[knob.name] = 1.0
                self._sliders.stale()
        if before and before != self._turned:
            self._sliders.stale()
