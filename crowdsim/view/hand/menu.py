"""A list to choose from, above the bar: by a click, or by the letter before each line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pygame

from crowdsim.behaviour.formations import FORMATIONS
from crowdsim.view.theme import SECTION, SMALL, Theme, mix

SMALLER = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4)
"""Type, where it would hide the map or not fit."""
SIGNS = "1234567890abcdefghijklmnopqrstuvw"  # before the lines, in their order


@dataclass(frozen=True)
class Choice:
    """One line of a menu."""

    label: str
    choose: Callable[[], None]
    formation: str = ""  # shown as dots before the label
    warning: str = ""  # what doctrine says against it now


class Menu:
    """Open until something is chosen or Esc is pressed."""

    def __init__(self, title: str, choices: Sequence[Choice]) -> None:
        self.title, self.choices = title, list(choices)
        self._boxes: list[pygame.Rect] = []
        self._area = pygame.Rect(0, 0, 0, 0)
        self._fitted: tuple[object, Theme] | None = None

    def _fitting(self, theme: Theme, room: pygame.Rect) -> Theme:
        """The type in which all of it fits into a room, px: smaller where that is little."""
        key = (theme.name, theme.scale, room.size)
        if self._fitted is None or self._fitted[0] != key:
            for part in (1.0, *SMALLER):
                tried = theme if part == 1.0 else Theme(theme.name, 1080, theme.scale * part)
                font, px = tried.font(SMALL, True), tried.px
                icon = px(56) if any(choice.formation for choice in self.choices) else 0
                wide = max(
                    font.size(choice.label)[0] + (font.size(choice.warning)[0] + px(42) if choice.warning else 0)
                    for choice in self.choices
                )
                rows = max(1, min(len(self.choices), (room.height - px(92)) // px(42)))
                columns = -(-len(self.choices) // rows)
                self._fitted = key, tried
                if columns * (px(68) + icon + wide) + px(40) + px(24) <= room.width:
                    break
        assert self._fitted is not None
        return self._fitted[1]

    def key(self, key: int) -> Choice | None:
        """The choice a key stands for."""
        sign = pygame.key.name(key).removeprefix("[").removesuffix("]")
        number = SIGNS.find(sign) if len(sign) == 1 else -1
        return self.choices[number] if 0 <= number < len(self.choices) else None

    def at(self, point: tuple[int, int]) -> Choice | None:
        """The choice under a point, px."""
        return next((c for c, box in zip(self.choices, self._boxes, strict=False) if box.collidepoint(point)), None)

    def covers(self, point: tuple[int, int]) -> bool:
        """Whether a point lies on the menu, px."""
        return self._area.collidepoint(point)

    def draw(self, surface: pygame.Surface, theme: Theme, room: pygame.Rect, pointer: tuple[int, int]) -> pygame.Rect:
        """At the lower left of `room`, in as many columns as its height asks for; where it lies."""
        theme = self._fitting(theme, room)
        px = theme.px
        row, pad = px(42), px(20)
        icon = px(56) if any(choice.formation for choice in self.choices) else 0
        title = theme.write(self.title, SECTION, theme["text"], bold=True)
        rows = max(1, min(len(self.choices), (room.height - px(90)) // row, 11 if icon else 12))
        columns = -(-len(self.choices) // rows)
        signs = [theme.write(SIGNS[k].upper(), SMALL, theme["text"], bold=True) for k in range(len(self.choices))]
        texts = [theme.write(choice.label, SMALL, theme["text"]) for choice in self.choices]
        warned = [theme.write(choice.warning, SMALL, theme["text"], bold=True) for choice in self.choices]
        wide = max(t.get_width() + (w.get_width() + px(42) if c.warning else 0)
                   for t, w, c in zip(texts, warned, self.choices, strict=True))  # fmt: skip
        column = px(44) + icon + wide + px(24)
        width = min(max(columns * column, title.get_width()) + 2 * pad, room.width)
        height = px(64) + rows * row + pad
        self._area = pygame.Rect(room.left + px(24), room.bottom - height - px(8), width, height)
        surface.fill(theme["panel"], self._area)
        pygame.draw.rect(surface, theme["accent"], self._area, px(3))
        surface.blit(title, (self._area.left + pad, self._area.top + px(14)))
        self._boxes = []
        for k, choice in enumerate(self.choices):
            left = self._area.left + pad + (k // rows) * column
            box = pygame.Rect(left, self._area.top + px(60) + (k % rows) * row, column - px(12), row)
            self._boxes.append(box)
            if box.collidepoint(pointer):
                pygame.draw.rect(surface, theme["panel_raised"], box, border_radius=px(6))
            key_box = pygame.Rect(box.left + px(4), box.top + px(4), px(32), row - px(8))
            pygame.draw.rect(surface, mix(theme["panel_raised"], theme["text"], 0.15), key_box, border_radius=px(5))
            surface.blit(signs[k], signs[k].get_rect(center=key_box.center))
            if choice.formation:
                dots(surface, theme, pygame.Rect(box.left + px(44), box.top + px(3), icon - px(6), row - px(6)), choice)
            text = texts[k].get_rect(midleft=(box.left + px(46) + icon, box.centery))
            surface.blit(texts[k], text)
            if choice.warning:
                mark_warning(surface, theme, (text.right + px(22), box.centery))
                surface.blit(warned[k], warned[k].get_rect(midleft=(text.right + px(40), box.centery)))
        return self._area


def dots(surface: pygame.Surface, theme: Theme, box: pygame.Rect, choice: Choice) -> None:
    """The slots of a formation for a dozen officers, its front up."""
    slots = FORMATIONS[choice.formation](12, 0.0)
    middle = (slots.max(axis=0) + slots.min(axis=0)) / 2
    span = max(float(np.ptp(slots[:, 0])) / box.width, float(np.ptp(slots[:, 1])) / box.height, 0.1)
    for x, y in (slots - middle) / span * 0.82:
        pygame.draw.circle(surface, theme["officer"], (box.centerx + x, box.centery + y), max(2, theme.px(3)))


def mark_warning(surface: pygame.Surface, theme: Theme, at: tuple[int, int]) -> None:
    """A triangle with its point up: against doctrine."""
    px, (x, y) = theme.px, at
    corners = [(x, y - px(13)), (x + px(14), y + px(11)), (x - px(14), y + px(11))]
    pygame.draw.polygon(surface, theme["kuning"], corners)
    pygame.draw.polygon(surface, theme["outline"], corners, px(2))
    pygame.draw.rect(surface, theme["outline"], (x - px(2), y - px(6), px(4), px(9)))
    pygame.draw.rect(surface, theme["outline"], (x - px(2), y + px(5), px(4), px(4)))
