"""The panel at the right: readings, sliders, the gate's load over time, the legend. Painted only when it changes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pygame
from imgui_bundle import imgui

from crowdsim.frame import Frame
from crowdsim.params import LIMITS, Params
from crowdsim.session.commands import SetParam
from crowdsim.view.hud import role_icons, split
from crowdsim.view.raster import Raster
from crowdsim.view.scene import DENSITY_HIGH, DENSITY_LOW, canvas
from crowdsim.view.source import Series
from crowdsim.view.theme import ROLE_NAMES, SECTION, SMALL, VALUE, Colour, Theme, font_path
from crowdsim.view.words import Words, clock


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
_LINE = 1.21  # the line height of Inter over its em: ImGui sizes a font by its line, pygame by its em
_EVERY = 0.1  # s between two commands while a slider is dragged
_PLOT_EVERY = 0.5  # s of simulated time between two pictures of the plot


class Panel:
    """Owns a surface as large as its place in the window."""

    def __init__(self, theme: Theme, words: Words, size: tuple[int, int]) -> None:
        self.theme, self.words, self.size = theme, words, size
        self.surface = canvas(size)
        self.surface.fill(theme["panel"])
        self._context = imgui.create_context()
        imgui.set_current_context(self._context)
        imgui.get_io().set_ini_filename("")
        self._raster = Raster()
        fonts = imgui.get_io().fonts
        self._regular = fonts.add_font_from_file_ttf(str(font_path(bold=False)), theme.px(SMALL))
        self._bold = fonts.add_font_from_file_ttf(str(font_path(bold=True)), theme.px(VALUE))
        self._style()
        self._values: dict[str, float] = {}
        self._held: dict[str, float] = {}  # s until the source's own value is believed again
        self._unsent: dict[str, float] = {}
        self._since_sent = 0.0
        self._turned = ""
        self._dirty = 3  # pictures ImGui still needs to settle
        self._keys: dict[str, tuple] = {}
        self._icons = role_icons(theme, theme.px(10))
        self._rows = self._measure()

    def close(self) -> None:
        """Free the interface library's memory."""
        imgui.set_current_context(self._context)
        self._raster.close()
        imgui.destroy_context(self._context)

    def _measure(self) -> dict[str, pygame.Rect]:
        """The parts of the panel from top to bottom, px."""
        px, width = self.theme.px, self.size[0]
        heights = (
            ("title", 66),
            ("readings", 82),
            ("sliders", 324),
            ("plot", 258),
            ("legend", 214),
            ("density", 100),
        )  # together less than 1080
        rows, top = {}, 0
        for name, height in heights:
            rows[name] = pygame.Rect(0, top, width, px(height))
            top += px(height)
        return rows

    # Input -----------------------------------------------------------------------------------------------------

    def handle(self, event: pygame.event.Event, left: int) -> bool:
        """Take a mouse event of the window when it concerns the panel, whose left edge is at `left` px."""
        if event.type not in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            return False
        inside = event.pos[0] >= left
        if not inside and not self._turned:
            return False
        imgui.set_current_context(self._context)
        io = imgui.get_io()
        io.add_mouse_pos_event(float(event.pos[0] - left), float(event.pos[1]))
        if event.type != pygame.MOUSEMOTION and event.button == 1:
            io.add_mouse_button_event(0, event.type == pygame.MOUSEBUTTONDOWN)
        self._dirty = 3
        return True

    # Drawing ---------------------------------------------------------------------------------------------------

    def update(
        self, seconds: float, frame: Frame, title: dict[str, str], params: Params, series: Series
    ) -> list[SetParam]:
        """Repaint what changed in the `seconds` of wall time since the last call; what the trainer turned."""
        commands = self._update_sliders(seconds, params)
        words = self.words
        self._part("title", (words.pick(title),), self._paint_title)
        present = round(frame.readings.get("present", 0.0))
        peak = frame.readings.get("peak_density")
        densest = words("panel.per_area", value=words.number(peak, 1)) if peak is not None else "–"
        self._part("readings", (words("panel.people", count=words.number(present)), densest), self._paint_readings)
        self._part("plot", (int(frame.time / _PLOT_EVERY),), lambda: self._paint_plot(series, frame.time))
        self._part("legend", (), self._paint_legend)
        self._part("density", (), self._paint_density)
        return commands

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
            self._text(line, SMALL, bold=True, midleft=(px(22), area.top + px(20) + number * px(30)))

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
            count = min(len(then), len(what))  # a live series may just be growing
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
        self.surface.fill(self.theme["panel_line"], (px(22), area.top + px(8), area.width - 2 * px(22), px(2)))
        half = (len(ROLE_NAMES) + 1) // 2
        for number, name in enumerate(ROLE_NAMES):
            x = px(22) + (number // half) * (area.width // 2 - px(4))
            y = area.top + px(34) + (number % half) * px(39)
            icon = self._icons[number]
            self.surface.blit(icon, icon.get_rect(center=(x + px(18), y)))
            self._text(self.words(f"role.{name}"), SMALL, midleft=(x + px(44), y))

    def _paint_density(self) -> None:
        px, theme, area = self.theme.px, self.theme, self._rows["density"]
        self._text(self.words("panel.density"), SMALL, bold=True, midleft=(px(22), area.top + px(18)))
        bar = pygame.Rect(px(22), area.top + px(40), area.width - 2 * px(22), px(20))
        ramp = np.array([theme[f"density_{n}"] for n in range(DENSITY_LOW, DENSITY_HIGH + 1)], float)
        for x in range(bar.width):
            at = x / max(bar.width - 1, 1) * (len(ramp) - 1)
            k = min(int(at), len(ramp) - 2)
            colour = ramp[k] + (ramp[k + 1] - ramp[k]) * (at - k)
            self.surface.fill(tuple(int(c) for c in colour), (bar.left + x, bar.top, 1, bar.height))
        for number in range(len(ramp)):
            x = bar.left + round(bar.width * number / (len(ramp) - 1))
            label = f"{DENSITY_LOW + number}" + ("+" if number == len(ramp) - 1 else "")
            edge = {"midtop": (x, bar.bottom + px(2))}
            if number == 0:
                edge = {"topleft": (bar.left, bar.bottom + px(2))}
            elif number == len(ramp) - 1:
                edge = {"topright": (bar.right, bar.bottom + px(2))}
            self._text(label, SMALL, False, True, **edge)

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
                self._dirty = max(self._dirty, 1)
        if self._dirty:
            self._dirty -= 1
            self._paint_sliders(max(seconds, 1e-4))
        self._since_sent += seconds
        if not self._unsent or (self._turned and self._since_sent < _EVERY):
            return []
        commands = [SetParam(name, value) for name, value in self._unsent.items()]
        self._unsent.clear()
        self._since_sent = 0.0
        return commands

    def _paint_sliders(self, seconds: float) -> None:
        theme, px, area = self.theme, self.theme.px, self._rows["sliders"]
        imgui.set_current_context(self._context)
        io = imgui.get_io()
        io.display_size = imgui.ImVec2(*self.size)
        io.delta_time = seconds
        imgui.new_frame()
        imgui.set_next_window_pos(imgui.ImVec2(0, area.top))
        imgui.set_next_window_size(imgui.ImVec2(area.width, area.height))
        bare = imgui.WindowFlags_.no_decoration | imgui.WindowFlags_.no_background | imgui.WindowFlags_.no_move
        imgui.begin("sliders", None, bare | imgui.WindowFlags_.no_saved_settings | imgui.WindowFlags_.no_nav)
        before, self._turned = self._turned, ""
        for number, knob in enumerate(KNOBS):
            top = number * px(80)
            limit = LIMITS[knob.name]
            value = self._values[knob.name]
            imgui.set_cursor_pos(imgui.ImVec2(px(22), top + px(6)))
            imgui.push_font(self._regular, px(SMALL) * _LINE)
            imgui.text(self.words(f"param.{knob.name}"))
            imgui.pop_font()
            imgui.push_font(self._bold, px(VALUE) * _LINE)
            shown = f"{self.words.number(value, knob.decimals)} {knob.unit}"
            imgui.set_cursor_pos(imgui.ImVec2(area.width - px(22) - imgui.calc_text_size(shown).x, top + px(5)))
            imgui.text(shown)
            imgui.pop_font()
            imgui.set_cursor_pos(imgui.ImVec2(px(22), top + px(46)))
            imgui.set_next_item_width(area.width - 2 * px(22))
            changed, new = imgui.slider_float(f"##{knob.name}", value, limit.low, limit.high, "")
            if imgui.is_item_active():
                self._turned = knob.name
            new = min(max(round(new / knob.step) * knob.step, limit.low), limit.high)
            new = round(new, 6)
            if changed and new != value:
                self._values[knob.name] = self._unsent[knob.name] = new
                self._held[knob.name] = 1.0
                self._dirty = max(self._dirty, 1)
        if before and before != self._turned:
            self._dirty = max(self._dirty, 1)
        imgui.end()
        imgui.render()
        self.surface.fill(theme["panel"], area)
        self._raster.paint(self.surface)

    def _style(self) -> None:
        theme, px = self.theme, self.theme.px
        style = imgui.get_style()
        style.window_padding = imgui.ImVec2(0, 0)
        style.frame_padding = imgui.ImVec2(0, px(2) - px(SMALL) * 0.1)
        style.window_border_size = 0.0
        style.frame_rounding = style.grab_rounding = float(px(6))
        style.grab_min_size = float(px(14))

        def colour(index: imgui.Col_, value: Colour) -> None:
            style.set_color_(index.value, imgui.ImVec4(value[0] / 255, value[1] / 255, value[2] / 255, 1.0))

        colour(imgui.Col_.text, theme["text"])
        colour(imgui.Col_.slider_grab, theme["accent"])
        colour(imgui.Col_.slider_grab_active, theme["text"])
        for index in (imgui.Col_.frame_bg, imgui.Col_.frame_bg_hovered, imgui.Col_.frame_bg_active):
            colour(index, theme["panel_raised"])
