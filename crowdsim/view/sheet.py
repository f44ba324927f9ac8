"""A sheet of Dear ImGui widgets on a surface of its own: sliders, lists, buttons, text, without a graphics card."""

from collections.abc import Callable

import pygame
from imgui_bundle import imgui

from crowdsim.view.raster import Raster
from crowdsim.view.scene import canvas
from crowdsim.view.theme import SMALL, VALUE, Colour, Theme, font_path

_LINE = 1.21  # the line height of Inter over its em: ImGui sizes a font by its line, pygame by its em
_SETTLE = 3  # pictures ImGui needs after an input until nothing changes any more
_KEYS = {
    pygame.K_TAB: imgui.Key.tab,
    pygame.K_LEFT: imgui.Key.left_arrow,
    pygame.K_RIGHT: imgui.Key.right_arrow,
    pygame.K_UP: imgui.Key.up_arrow,
    pygame.K_DOWN: imgui.Key.down_arrow,
    pygame.K_PAGEUP: imgui.Key.page_up,
    pygame.K_PAGEDOWN: imgui.Key.page_down,
    pygame.K_HOME: imgui.Key.home,
    pygame.K_END: imgui.Key.end,
    pygame.K_DELETE: imgui.Key.delete,
    pygame.K_BACKSPACE: imgui.Key.backspace,
    pygame.K_SPACE: imgui.Key.space,
    pygame.K_RETURN: imgui.Key.enter,
    pygame.K_KP_ENTER: imgui.Key.keypad_enter,
    pygame.K_ESCAPE: imgui.Key.escape,
    pygame.K_a: imgui.Key.a,
    pygame.K_c: imgui.Key.c,
    pygame.K_v: imgui.Key.v,
    pygame.K_x: imgui.Key.x,
    pygame.K_y: imgui.Key.y,
    pygame.K_z: imgui.Key.z,
}


class Sheet:
    """Owns a surface; `paint` lays out and draws its widgets on it when an input or `stale` asks for it.

    Widgets are called in `build`, in the way of Dear ImGui, inside a bare window that fills the sheet. Type is set with
    `small()` and `bold()`, so that the sheet writes as large as the rest of the screen.
    """

    def __init__(self, theme: Theme, size: tuple[int, int], ground: str = "panel") -> None:
        """`size` in px; `ground` names the colour of the theme behind the widgets."""
        self.theme, self.size, self.ground = theme, size, ground
        self.surface = canvas(size)
        self.surface.fill(theme[ground])
        self._context = imgui.create_context()
        imgui.set_current_context(self._context)
        imgui.get_io().set_ini_filename("")
        self._raster = Raster()
        fonts = imgui.get_io().fonts
        self._small = fonts.add_font_from_file_ttf(str(font_path(bold=False)), theme.px(SMALL))
        self._bold = fonts.add_font_from_file_ttf(str(font_path(bold=True)), theme.px(VALUE))
        self._unsettled = _SETTLE
        _style(theme)

    def close(self) -> None:
        """Free the interface library's memory."""
        imgui.set_current_context(self._context)
        self._raster.close()
        imgui.destroy_context(self._context)

    # Input -----------------------------------------------------------------------------------------------------

    def handle(self, event: pygame.event.Event, left: int = 0, top: int = 0) -> bool:
        """Tell the widgets of an event of the window, whose point (`left`, `top`) px is the corner of the sheet.

        Whether it was of a kind that widgets take; the caller decides if the sheet should have it at all.
        """
        imgui.set_current_context(self._context)
        io = imgui.get_io()
        match event.type:
            case pygame.MOUSEMOTION:
                io.add_mouse_pos_event(float(event.pos[0] - left), float(event.pos[1] - top))
            case pygame.MOUSEBUTTONDOWN | pygame.MOUSEBUTTONUP if event.button in (1, 2, 3):
                io.add_mouse_pos_event(float(event.pos[0] - left), float(event.pos[1] - top))
                io.add_mouse_button_event((0, 2, 1)[event.button - 1], event.type == pygame.MOUSEBUTTONDOWN)
            case pygame.MOUSEWHEEL:
                io.add_mouse_wheel_event(float(event.x), float(event.y))
            case pygame.KEYDOWN | pygame.KEYUP:
                down = event.type == pygame.KEYDOWN
                io.add_key_event(imgui.Key.mod_ctrl, bool(event.mod & pygame.KMOD_CTRL))
                io.add_key_event(imgui.Key.mod_shift, bool(event.mod & pygame.KMOD_SHIFT))
                if event.key in _KEYS:
                    io.add_key_event(_KEYS[event.key], down)
            case pygame.TEXTINPUT:
                io.add_input_characters_utf8(event.text)
            case _:
                return False
        self._unsettled = _SETTLE
        return True

    @property
    def writing(self) -> bool:
        """Whether a text field has the keyboard."""
        imgui.set_current_context(self._context)
        return bool(imgui.get_io().want_text_input)

    def stale(self, pictures: int = 1) -> None:
        """What the widgets show has changed: lay them out again, for so many pictures."""
        self._unsettled = max(self._unsettled, pictures)

    # Drawing ---------------------------------------------------------------------------------------------------

    def paint(self, seconds: float, build: Callable[[], None]) -> bool:
        """Lay the widgets out and draw them, if anything changed; whether it was painted anew.

        `build` calls the widgets; `seconds` of wall time since the last call.
        """
        if not self._unsettled:
            return False
        self._unsettled -= 1
        imgui.set_current_context(self._context)
        io = imgui.get_io()
        io.display_size = imgui.ImVec2(*self.size)
        io.delta_time = max(seconds, 1e-4)
        imgui.new_frame()
        imgui.set_next_window_pos(imgui.ImVec2(0, 0))
        imgui.set_next_window_size(imgui.ImVec2(*self.size))
        bare = imgui.WindowFlags_.no_decoration | imgui.WindowFlags_.no_background | imgui.WindowFlags_.no_move
        imgui.begin("sheet", None, bare | imgui.WindowFlags_.no_saved_settings | imgui.WindowFlags_.no_nav)
        self.small()
        build()
        imgui.pop_font()
        imgui.end()
        imgui.render()
        self.surface.fill(self.theme[self.ground])
        self._raster.paint(self.surface)
        return True

    def small(self) -> None:
        """Push the small type; `imgui.pop_font()` ends it."""
        imgui.push_font(self._small, self.theme.px(SMALL) * _LINE)

    def bold(self) -> None:
        """Push the bold type of values; `imgui.pop_font()` ends it."""
        imgui.push_font(self._bold, self.theme.px(VALUE) * _LINE)


def _style(theme: Theme) -> None:
    """Colours and roundness of the theme, for the context that is current."""
    px, style = theme.px, imgui.get_style()
    style.window_padding = imgui.ImVec2(0, 0)
    style.frame_padding = imgui.ImVec2(0, px(2) - px(SMALL) * 0.1)
    style.window_border_size = 0.0
    style.frame_rounding = style.grab_rounding = float(px(6))
    style.grab_min_size = float(px(14))

    def colour(index: imgui.Col_, value: Colour, alpha: float = 1.0) -> None:
        style.set_color_(index.value, imgui.ImVec4(value[0] / 255, value[1] / 255, value[2] / 255, alpha))

    colour(imgui.Col_.text, theme["text"])
    colour(imgui.Col_.text_disabled, theme["text_soft"])
    colour(imgui.Col_.slider_grab, theme["accent"])
    colour(imgui.Col_.slider_grab_active, theme["text"])
    colour(imgui.Col_.check_mark, theme["accent"])
    colour(imgui.Col_.text_selected_bg, theme["accent"], 0.4)
    for index in (imgui.Col_.frame_bg, imgui.Col_.frame_bg_hovered, imgui.Col_.frame_bg_active, imgui.Col_.button):
        colour(index, theme["panel_raised"])
    colour(imgui.Col_.popup_bg, theme["panel"])
    colour(imgui.Col_.border, theme["panel_line"])
    colour(imgui.Col_.separator, theme["panel_line"])
    for index in (imgui.Col_.header, imgui.Col_.header_hovered, imgui.Col_.button_hovered):
        colour(index, theme["accent"], 0.35)
    for index in (imgui.Col_.header_active, imgui.Col_.button_active):
        colour(index, theme["accent"], 0.6)
    colour(imgui.Col_.scrollbar_bg, theme["panel"])
    colour(imgui.Col_.scrollbar_grab, theme["panel_line"])
