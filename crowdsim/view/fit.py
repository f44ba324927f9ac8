"""Fit: texts and pictures made to fit into the room there is."""

from collections.abc import Sequence

import pygame

from crowdsim.view.theme import Theme


def fitted(picture: pygame.Surface, room: pygame.Rect) -> tuple[pygame.Surface, float]:
    """The picture, and how much it was shrunk to fit: in a narrow window smaller rather than cut off."""
    if picture.get_width() <= room.width and picture.get_height() <= room.height:
        return picture, 1.0
    shrink = min(max(0, room.width) / picture.get_width(), max(0, room.height) / picture.get_height())
    return pygame.transform.smoothscale_by(picture, shrink), shrink  # of no size where there is no room at all


def shorten(theme: Theme, text: str, size: int, room: int, bold: bool = True) -> str:
    """The text, cut with an ellipsis so that it takes at most `room` px."""
    font = theme.font(size, bold)
    if font.size(text)[0] <= room:
        return text
    while text and font.size(text + "…")[0] > room:
        text = text[:-1].rstrip()
    return text + "…" if text else ""


def fitting(theme: Theme, parts: Sequence[str], size: int, room: int, bold: bool = False) -> str:
    """As many of the parts, the first ones first, as fit into `room` px whole; the first one cut when it must be."""
    kept = [part for part in parts if part]
    while len(kept) > 1 and theme.font(size, bold).size(" · ".join(kept))[0] > room:
        kept.pop()
    return shorten(theme, " · ".join(kept), size, room, bold)


def split(theme: Theme, text: str, size: int, room: int, bold: bool = True) -> tuple[str, str]:
    """The text as two lines of at most `room` px; the second is cut when it must be."""
    words = text.split()
    while words and theme.font(size, bold).size(" ".join(words))[0] > room:
        words.pop()
    first = " ".join(words)
    return first, shorten(theme, text[len(first) :].strip(), size, room, bold)
