"""The bar under the map: whom one has in hand, and what the letters do now. Every chip can be clicked as well."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pygame

from crowdsim.view.fit import fitting
from crowdsim.view.hand.menu import SMALLER, mark_warning
from crowdsim.view.theme import SMALL, Theme, mix

_ROW = 46  # px of 1080


@dataclass(frozen=True)
class Chip:
    """A key and what it does."""

    sign: str
    label: str
    do: Callable[[], None] | None = None
    lit: bool = False
    colour: str = ""  # of the theme, behind it; "" = none
    warned: bool = False


@dataclass(frozen=True)
class Row:
    """Chips from the left, as many lines as they need, and some at the right of the last one; or a line of text."""

    chips: Sequence[Chip] = ()
    right: Sequence[Chip] = ()
    text: str = ""


class Bar:
    """Paints itself anew when what it says changes."""

    def __init__(self) -> None:
        self._key: tuple = ()
        self._picture = pygame.Surface((1, 1))
        self._boxes: list[tuple[pygame.Rect, Chip]] = []
        self.area = pygame.Rect(0, 0, 0, 0)

    def chip_at(self, point: tuple[int, int]) -> Chip | None:
        """The chip under a point, px."""
        inside = (point[0] - self.area.left, point[1] - self.area.top)
        return next((chip for box, chip in self._boxes if box.collidepoint(inside)), None)

    def draw(self, surface: pygame.Surface, theme: Theme, place: pygame.Rect, rows: Sequence[Row], most: int) -> None:
        """In its place; what it needs more than that lies over the foot of the map, at `most` (px) high: rather than
        hide the map it is written smaller.
        """
        said = tuple((r.text, _said(r.chips), _said(r.right)) for r in rows)
        key = (theme.name, theme.scale, tuple(place), most, said)
        if key != self._key:
            self._key = key
            for part in (1.0, *SMALLER):
                self._paint(theme if part == 1.0 else Theme(theme.name, 1080, theme.scale * part), place, rows)
                if self.area.height <= most:
                    break
        else:  # the same words; but what a click does may be another thing
            chips = [chip for row in rows for chip in (*row.chips, *row.right)]
            self._boxes = [(box, chip) for (box, _), chip in zip(self._boxes, chips, strict=True)]
        surface.blit(self._picture, self.area)

    def hide(self, place: pygame.Rect) -> None:
        """Show nothing; where it would begin is the foot of its place."""
        self._key, self._boxes, self.area = (), [], pygame.Rect(place.left, place.bottom, place.width, 0)

    def _paint(self, theme: Theme, place: pygame.Rect, rows: Sequence[Row]) -> None:
        px = theme.px
        row, pad = px(_ROW), px(16)
        boxes: list[tuple[pygame.Rect, Chip]] = []
        texts: list[tuple[int, str]] = []
        y = px(4)
        for part in rows:
            kept = sum(_width(theme, chip) for chip in part.right)
            if part.text:
                texts.append((y, fitting(theme, part.text.split(" · "), SMALL, place.width - kept - 3 * pad, True)))
            room = place.width - 2 * pad
            lines = _lines(theme, part.chips, room, kept)
            for number, line in enumerate(lines):
                x = pad
                for chip in line:
                    wide = _width(theme, chip)
                    boxes.append((pygame.Rect(x, y, wide - px(8), row - px(4)), chip))
                    x += wide
                if number + 1 < len(lines):
                    y += row
            x = place.width - pad - kept
            for chip in part.right:
                wide = _width(theme, chip)
                boxes.append((pygame.Rect(x, y, wide - px(8), row - px(4)), chip))
                x += wide
            y += row
        height = max(place.height, y + px(4))
        self.area = pygame.Rect(place.left, place.bottom - height, place.width, height)
        self._picture = pygame.Surface(self.area.size)
        self._picture.fill(theme["panel"])
        self._picture.fill(
            theme["accent"] if height > place.height else theme["panel_line"], (0, 0, place.width, px(3))
        )
        self._boxes = boxes
        for top, text in texts:
            written = theme.write(text, SMALL, theme["text"], bold=True)
            self._picture.blit(written, written.get_rect(midleft=(pad, top + row // 2)))
        for box, chip in boxes:
            _draw_chip(self._picture, theme, box, chip)


def _said(chips: Sequence[Chip]) -> tuple:
    return tuple((chip.sign, chip.label, chip.lit, chip.colour, chip.warned) for chip in chips)


def _width(theme: Theme, chip: Chip) -> int:
    px, font = theme.px, theme.font(SMALL, True)
    sign = max(px(32), font.size(chip.sign)[0] + px(14)) if chip.sign else 0
    label = theme.font(SMALL, bool(chip.colour)).size(chip.label)[0]
    return sign + label + px(32 if chip.colour else 18) + (px(30) if chip.warned else 0)


def _lines(theme: Theme, chips: Sequence[Chip], room: int, kept: int) -> list[list[Chip]]:
    """Chips broken into lines; the last one leaves `kept` px free at its right."""
    lines: list[list[Chip]] = [[]]
    x = 0
    for chip in chips:
        wide = _width(theme, chip)
        if x + wide > room and lines[-1]:
            lines.append([])
            x = 0
        lines[-1].append(chip)
        x += wide
    if x + kept > room and lines[-1]:
        lines.append([])
    return lines


def _draw_chip(picture: pygame.Surface, theme: Theme, box: pygame.Rect, chip: Chip) -> None:
    px, x, ink = theme.px, box.left, theme["text"]
    if chip.colour:
        ink = theme[f"{chip.colour}_text"]
        pygame.draw.rect(picture, theme[chip.colour], box, border_radius=px(8))
        if chip.lit:
            pygame.draw.rect(picture, theme["text"], box, px(4), border_radius=px(8))
        x += px(12)
    elif chip.lit:
        pygame.draw.rect(picture, mix(theme["panel"], theme["accent"], 0.35), box, border_radius=px(8))
        picture.fill(theme["accent"], (box.left, box.bottom - px(4), box.width, px(4)))
    if chip.sign:
        wide = max(px(32), theme.font(SMALL, True).size(chip.sign)[0] + px(14))
        key = pygame.Rect(x + px(2), box.top + px(4), wide - px(2), box.height - px(10))
        pygame.draw.rect(picture, mix(theme["panel_raised"], theme["text"], 0.18), key, border_radius=px(5))
        sign = theme.write(chip.sign, SMALL, theme["text"], bold=True)
        picture.blit(sign, sign.get_rect(center=key.center))
        x += wide + px(6)
    label = theme.write(chip.label, SMALL, ink, bold=bool(chip.colour))
    picture.blit(label, label.get_rect(midleft=(x, box.centery)))
    if chip.warned:
        mark_warning(picture, theme, (x + label.get_width() + px(18), box.centery))
