"""A tool that is a sheet of widgets: where it lies, what it shows, and what its buttons do once they are all drawn."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pygame
from imgui_bundle import imgui

from crowdsim.view.sheet import Sheet
from crowdsim.view.theme import Theme
from crowdsim.view.tool import Tool

if TYPE_CHECKING:
    from crowdsim.view.picture import Moment
    from crowdsim.view.window import Window

INPUT = (
    pygame.MOUSEMOTION,
    pygame.MOUSEBUTTONDOWN,
    pygame.MOUSEBUTTONUP,
    pygame.MOUSEWHEEL,
    pygame.KEYDOWN,
    pygame.KEYUP,
    pygame.TEXTINPUT,
)
"""Events that widgets take."""


class Widgets(Tool):
    """Overrides `build`, which calls the widgets, and `lie`, which says where in the window. What a button asks for is
    done by `later`, when the widgets are finished.
    """

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self.theme = Theme("dark", 1080)
        self.place = pygame.Rect(0, 0, 0, 0)  # where it lies, px
        self.margins = 24, 24  # px, left and right, above and below its widgets
        self.spots: dict[str, pygame.Rect] = {}  # where its widgets lie, px of the window
        self.sheet: Sheet | None = None
        self._painted_for: tuple = ()
        self._asked: list[Callable[[], object]] = []
        self._half_written: dict[str, object] = {}  # what is in a field while it is being changed

    def build(self) -> None:
        """Call the widgets."""

    def lie(self, width: int, height: int) -> pygame.Rect:
        """Where in a window of this size, px."""
        raise NotImplementedError

    def later(self, what: Callable[[], object]) -> None:
        """Do something once the widgets are finished."""
        self._asked.append(what)

    def stale(self) -> None:
        """What it shows has changed."""
        if self.sheet:
            self.sheet.stale(3)

    def close(self) -> None:
        """Free the interface library's memory."""
        if self.sheet:
            self.sheet.close()
            self.sheet = None

    def draw(self, surface: pygame.Surface, moment: "Moment", seconds: float) -> None:
        """Paint it over the picture."""
        look = self.window.picture.look
        width, height = surface.get_size()
        key = (look.shown_theme, look.lang, look.scale, width, height, tuple(self.window.picture.place.map))
        if key != self._painted_for or self.sheet is None:
            self.close()
            self._painted_for = key
            self.theme = Theme(look.shown_theme, min(height, width * 9 // 16), min(max(look.scale, 0.8), 1.0))
            self.margins = self.theme.px(24), self.theme.px(24)
            self.place = self.lie(width, height)
            self.sheet = Sheet(self.theme, self.place.size)
        self.sheet.paint(seconds, self._framed)
        surface.blit(self.sheet.surface, self.place)
        asked, self._asked = self._asked, []
        for what in asked:
            what()
        if asked:
            self.stale()

    def _framed(self) -> None:
        px = self.theme.px
        across, down = self.margins
        imgui.push_style_var(imgui.StyleVar_.frame_padding, imgui.ImVec2(px(12), px(8)))
        imgui.push_style_var(imgui.StyleVar_.item_spacing, imgui.ImVec2(px(10), px(9)))
        imgui.push_style_var(imgui.StyleVar_.scrollbar_size, float(px(22)))
        imgui.push_style_var(imgui.StyleVar_.window_padding, imgui.ImVec2(px(10), px(8)))
        imgui.set_cursor_pos(imgui.ImVec2(across, down))
        imgui.begin_child("whole", imgui.ImVec2(self.place.width - 2 * across, self.place.height - 2 * down))
        self.build()
        imgui.end_child()
        imgui.pop_style_var(4)

    # Widgets -------------------------------------------------------------------------------------------------------

    def words(self, key: str, **values: object) -> str:
        """A text in the window's language."""
        return self.window.picture.words(key, **values)

    def title(self, text: str) -> None:
        """A line in bold."""
        assert self.sheet
        self.sheet.bold()
        imgui.text(text)
        imgui.pop_font()

    def paragraph(self, text: str, colour: str = "text") -> None:
        """Text that is broken into lines, in a colour of the theme."""
        red, green, blue = self.theme[colour]
        imgui.push_style_color(imgui.Col_.text, imgui.ImVec4(red / 255, green / 255, blue / 255, 1.0))
        imgui.push_text_wrap_pos(0.0)
        imgui.text_unformatted(text)
        imgui.pop_text_wrap_pos()
        imgui.pop_style_color()

    def button(self, name: str, text: str, what: Callable[[], object], width: float = 0.0, on: bool = True) -> None:
        """A button, `width` px of 1080 or as its text asks for; `on`: whether it can be pressed."""
        imgui.begin_disabled(not on)
        if imgui.button(f"{text}##{name}", imgui.ImVec2(self.theme.px(width) if width else 0.0, 0.0)):
            self.later(what)
        imgui.end_disabled()
        self.spot(name)

    def row(self, name: str, text: str, chosen: bool, what: Callable[[], object]) -> None:
        """A line of a list."""
        if imgui.selectable(f"{text}##{name}", chosen)[0]:
            self.later(what)
        self.spot(name)

    def label(self, text: str, room: float = 210.0) -> None:
        """What the next widget of the line is about; that takes the rest of the line."""
        imgui.align_text_to_frame_padding()
        imgui.text(text)
        imgui.same_line(self.theme.px(room))
        imgui.set_next_item_width(-1)

    def written(self, name: str, text: str, value: str, what: Callable[[str], object]) -> None:
        """A field for a text, taken when it is left."""
        self.label(text)
        _, new = imgui.input_text(f"##{name}", str(self._half_written.get(name, value)))
        self._settle(name, new, value, what)

    def number(self, name: str, text: str, value: int, step: int, what: Callable[[int], object]) -> None:
        """A field for a whole number with a button for less and one for more."""
        self.label(text)
        held = self._half_written.get(name, value)
        _, new = imgui.input_int(f"##{name}", int(str(held)), step, 10 * step)
        self._settle(name, max(new, 0), value, what)

    def slider(
        self, name: str, text: str, value: int, low: int, high: int, form: str, what: Callable[[int], object]
    ) -> None:
        """A slider, taken when it is let go; `form` writes its value, such as `%d %%`."""
        self.label(text)
        held = self._half_written.get(name, value)
        _, new = imgui.slider_int(f"##{name}", int(str(held)), low, high, form)
        self._settle(name, new, value, what)

    def _settle(self, name: str, new: object, value: object, what: Callable) -> None:
        self.spot(name)
        if imgui.is_item_deactivated_after_edit():
            self._half_written.pop(name, None)
            if new != value:
                self.later(lambda: what(new))
        elif imgui.is_item_active():
            self._half_written[name] = new
        else:
            self._half_written.pop(name, None)

    def choice(
        self, name: str, text: str, value: str, options: Sequence[tuple[str, str]], what: Callable[[str], object]
    ) -> None:
        """One of several (value, text)."""
        self.label(text)
        shown = next((caption for option, caption in options if option == value), value)
        if imgui.begin_combo(f"##{name}", shown, imgui.ComboFlags_.height_large):
            for option, caption in options:
                if imgui.selectable(f"{caption}##{name}.{option}", option == value)[0] and option != value:
                    self.later(lambda option=option: what(option))  # type: ignore[misc]
                if imgui.is_item_visible():
                    self.spot(f"{name}.{option}")
                else:  # the list has to be scrolled to it
                    self.spots.pop(f"{name}.{option}", None)
            imgui.end_combo()
        else:
            self.spot(name)

    def tick(self, name: str, text: str, value: bool, what: Callable[[bool], object]) -> None:
        """A box that is ticked or not."""
        changed, new = imgui.checkbox(f"{text}##{name}", value)
        self.spot(name)
        if changed:
            self.later(lambda: what(new))

    def spot(self, name: str) -> None:
        """Remember where the last widget lies, for whoever looks for it by name."""
        low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
        self.spots[name] = pygame.Rect(
            int(self.place.left + low.x), int(self.place.top + low.y), int(high.x - low.x), int(high.y - low.y)
        )
