"""The list of what can be laid over the map, with its keys: opened by O, clicked on or off."""

from typing import TYPE_CHECKING

import pygame

from crowdsim.view.fit import fitted
from crowdsim.view.inputs import Do
from crowdsim.view.labels import Box
from crowdsim.view.layers import LAYERS
from crowdsim.view.theme import SECTION, SMALL
from crowdsim.view.tool import Tool

if TYPE_CHECKING:
    from crowdsim.view.picture import Moment
    from crowdsim.view.window import Window

_ROW, _HEAD, _PAD = 40, 64, 22  # px of 1080


class LayerMenu(Tool):
    """A plate at the upper left of the map."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self.open = False
        self._rows: list[tuple[pygame.Rect, str]] = []
        self._place = pygame.Rect(0, 0, 0, 0)

    def handle(self, event: pygame.event.Event) -> bool:
        """A click on a row turns its layer; Esc closes the list."""
        if not self.open:
            return False
        if event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE:
            self.open = False
            return True
        if event.type in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP) and self._place.collidepoint(event.pos):
            if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:
                for box, name in self._rows:
                    if box.collidepoint(event.pos):
                        self.window.do(Do(name))
            return True
        return False

    def do(self, asked: Do) -> bool:
        """O opens and closes."""
        if asked.what == "layers":
            self.open = not self.open
            return True
        return False

    def boxes(self) -> list[Box]:
        """The plate."""
        return [(self._place.left, self._place.top, self._place.width, self._place.height)] if self.open else []

    def draw(self, surface: pygame.Surface, moment: "Moment", seconds: float) -> None:
        """Name, key and switch of every layer."""
        if not self.open:
            return
        picture = self.window.picture
        view, px = picture.hud.free, picture.theme.px
        rows, plate = self._painted()
        plate, shrink = fitted(plate, view.inflate(-2 * px(12), -2 * px(12)))
        self._place = plate.get_rect(topleft=(view.left + px(12), view.top + px(12)))
        surface.blit(plate, self._place)
        self._rows = [
            (pygame.Rect(*(round(shrink * side) for side in box)).move(self._place.topleft), name) for box, name in rows
        ]

    def _painted(self) -> tuple[list[tuple[pygame.Rect, str]], pygame.Surface]:
        """The rows and what they look like."""
        picture = self.window.picture
        theme, words, look, px = picture.theme, picture.words, picture.look, picture.theme.px
        names = [theme.write(words(f"layers.{layer.name}"), SMALL, theme["text"]) for layer in LAYERS]
        keys = [theme.write(layer.keys, SMALL, theme["text_soft"], bold=True) for layer in LAYERS]
        title = theme.write(words("layers.title"), SECTION, theme["text"], bold=True)
        begin = px(52)
        wide = begin + max(n.get_width() for n in names) + px(30) + max(k.get_width() for k in keys)
        plate = pygame.Surface((wide + 2 * px(_PAD), px(_HEAD) + len(LAYERS) * px(_ROW) + px(_PAD) // 2))
        plate.fill(theme["panel"])
        pygame.draw.rect(plate, theme["outline"], plate.get_rect(), px(3))
        plate.blit(title, title.get_rect(midleft=(px(_PAD), px(_HEAD) // 2)))
        rows = []
        for number, layer in enumerate(LAYERS):
            box = pygame.Rect(px(_PAD), px(_HEAD) + number * px(_ROW), wide, px(_ROW))
            shown = getattr(look, layer.name)
            knob = pygame.Rect(0, 0, px(40), px(22))
            knob.midleft = box.left, box.centery
            pygame.draw.rect(plate, theme["accent" if shown else "panel_line"], knob, border_radius=px(11))
            at = knob.right - px(11) if shown else knob.left + px(11)
            pygame.draw.aacircle(plate, theme["panel"], (at, knob.centery), px(8))
            plate.blit(names[number], names[number].get_rect(midleft=(box.left + begin, box.centery)))
            plate.blit(keys[number], keys[number].get_rect(midright=(box.right, box.centery)))
            rows.append((box, layer.name))
        return rows, plate
