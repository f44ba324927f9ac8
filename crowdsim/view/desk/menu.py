"""The menu: everything that can be reached without knowing a key."""

from typing import TYPE_CHECKING

import pygame
from imgui_bundle import imgui

from crowdsim import settings
from crowdsim.view.desk.card import Card
from crowdsim.view.inputs import Do
from crowdsim.view.labels import Box
from crowdsim.view.theme import SMALL

if TYPE_CHECKING:
    from crowdsim.view.picture import Moment
    from crowdsim.view.window import Window

FILES = ("new", "open", "save", "save_as", "plan", "play", "mapsheet", "backdrop")
WISHES = ("trainee", "sound", "language", "theme", "help", "fullscreen")
_KEYS = {
    "new": "Ctrl+N", "open": "Ctrl+O", "save": "Ctrl+S", "plan": "F2", "play": "F2", "leave": "Ctrl+Q",
    "language": "F7", "theme": "F6", "help": "H", "fullscreen": "F11",
}  # fmt: skip


class Menu(Card):
    """Esc opens and closes it, and so does the button at the left edge of the map."""

    size = (1240, 720)

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self.handle_place = pygame.Rect(0, 0, 0, 0)  # of the button

    def do(self, asked: Do) -> bool:
        """Open, unless the sheet of keys is open: Esc closes that first."""
        if asked.what != "menu" or self.window.picture.look.help:
            return False
        self.show()
        return True

    def handle(self, event: pygame.event.Event) -> bool:
        """A click on the button opens the menu."""
        if super().handle(event):
            return True
        here = event.type == pygame.MOUSEBUTTONDOWN and event.button == 1 and self.handle_place.collidepoint(event.pos)
        if here:
            self.show()
        return here

    def boxes(self) -> list[Box]:
        """Labels leave the button free, and the menu."""
        button = self.handle_place
        return [*super().boxes(), *([(*button.topleft, *button.size)] if button.width else [])]

    def draw(self, surface: pygame.Surface, moment: "Moment", seconds: float) -> None:
        """The button, and the menu when it is open."""
        self._draw_button(surface)
        super().draw(surface, moment, seconds)

    def _draw_button(self, surface: pygame.Surface) -> None:
        picture = self.window.picture
        theme, area = picture.theme, picture.place.map
        label = theme.write(picture.words("menu.title"), SMALL, theme["text"], bold=True)
        high = theme.px(54)
        place = pygame.Rect(area.left, 0, label.get_width() + theme.px(76), high)
        place.centery = area.centery
        if picture.look.minimap and place.colliderect(picture.minimap.place):
            place.bottom = picture.minimap.place.top - theme.px(12)
        others = [*super().boxes(), *(box for tool in self.window.tools if tool is not self for box in tool.boxes())]
        if place.collidelist(others) >= 0:  # a list lies there: it must be read, and Esc opens the menu as well
            self.handle_place = pygame.Rect(0, 0, 0, 0)
            return
        self.handle_place = place
        radius = theme.px(12)
        pygame.draw.rect(
            surface, theme["panel"], place, border_top_right_radius=radius, border_bottom_right_radius=radius
        )
        for step in (-1, 0, 1):
            line = pygame.Rect(place.left + theme.px(18), 0, theme.px(30), theme.px(4))
            line.centery = place.centery + step * theme.px(11)
            surface.fill(theme["text"], line)
        surface.blit(label, label.get_rect(midleft=(place.left + theme.px(60), place.centery)))

    def _entry(self, name: str, on: bool = True) -> None:
        """One line of the menu."""
        state = self.window.state_of(name)
        text = self.words(f"menu.{name}")
        if state is not None:
            text += ": " + self.words("menu.on" if state else "menu.off")
        key = _KEYS.get(name, "")
        self.button(name, text, lambda: self._choose(Do(name)), 560, on)
        if key:
            low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
            wide = imgui.calc_text_size(key).x
            at = imgui.ImVec2(high.x - wide - self.theme.px(16), low.y + self.theme.px(9))
            imgui.get_window_draw_list().add_text(at, imgui.get_color_u32(imgui.Col_.text_disabled), key)

    def _choose(self, asked: Do) -> None:
        self.hide()
        self.window.do(asked)

    def build(self) -> None:
        """Files at the left, how it looks in the middle, recent files below."""
        window, px = self.window, self.theme.px
        planning = window.draft is not None
        self.title(self.words("menu.title"))
        imgui.begin_group()
        for name in FILES:
            if name == ("plan" if planning else "play"):
                continue
            needs_draft = name in ("save", "save_as", "play", "backdrop")
            there = planning or (name in ("save", "save_as") and window.resting is not None)
            self._entry(name, window.opener is not None and (there or not needs_draft))
        imgui.end_group()
        imgui.same_line(px(620))
        imgui.begin_group()
        for name in WISHES:
            self._entry(name)
        imgui.dummy(imgui.ImVec2(0, px(8)))
        self._entry("leave")
        self.button("close", self.words("menu.back"), self.hide, 560)
        imgui.end_group()
        recent = [(number, path) for number, path in enumerate(settings.recent()) if path.is_file()][:3]
        if recent and window.opener is not None:
            imgui.dummy(imgui.ImVec2(0, px(4)))
            imgui.text_disabled(self.words("menu.recent"))
            for number, path in recent:
                text = f"{path.name}   {path.parent}"
                self.row(f"recent{number}", text, False, lambda number=number: self._choose(Do("recent", number)))  # type: ignore[misc]
