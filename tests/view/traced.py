"""Follows every text from the font to the screen: how large it ends, where, and how much of it can be seen.

While `tracing` is in force a surface remembers the texts that were drawn on it. A surface drawn on another one takes
its texts along and hides what it covers; one drawn smaller takes them along smaller. Whatever way a text takes through
plates, sheets and caches, the surface of the screen knows it in the end.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pygame

from crowdsim.view import raster
from crowdsim.view.theme import Theme

Area = tuple[float, float, float, float]  # x0, y0, x1, y1, px

_LINE = 1.21  # the line height of Inter over its em
_HAIR = 1.0  # px by which the rim of a letter may be covered or touched


@dataclass(frozen=True)
class Text:
    """A text on a surface."""

    words: str
    ems: float  # px, the size of the type: the em, of which a capital is .72 high and a line 1.21
    ink: Area  # where its letters are
    seen: tuple[Area, ...]  # what of `ink` nothing covers
    sheet: int = 0  # of widgets, whose letters stand one by one

    @property
    def hidden(self) -> bool:
        """Whether nothing of it can be seen."""
        return _size(self.seen) <= 0.02 * _size((self.ink,))

    @property
    def cut(self) -> bool:
        """Whether a part of it is missing."""
        return not self.hidden and _size(self.seen) < _size((_less(self.ink),)) - 0.5

    def meets(self, other: "Text") -> bool:
        """Whether both want the same place."""
        a, b = _less(self.ink), _less(other.ink)
        return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _less(area: Area) -> Area:
    return (
        area[0] + _HAIR,
        area[1] + _HAIR,
        max(area[2] - _HAIR, area[0] + _HAIR),
        max(area[3] - _HAIR, area[1] + _HAIR),
    )


def _size(areas: tuple[Area, ...]) -> float:
    return sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in areas)


def _within(area: Area, room: Area) -> Area | None:
    x0, y0, x1, y1 = max(area[0], room[0]), max(area[1], room[1]), min(area[2], room[2]), min(area[3], room[3])
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def _without(area: Area, cover: Area) -> list[Area]:
    """What a cover leaves of an area."""
    under = _within(area, cover)
    if under is None:
        return [area]
    left = [
        (area[0], area[1], area[2], under[1]),
        (area[0], under[3], area[2], area[3]),
        (area[0], under[1], under[0], under[3]),
        (under[2], under[1], area[2], under[3]),
    ]
    return [(x0, y0, x1, y1) for x0, y0, x1, y1 in left if x0 < x1 and y0 < y1]


def _area(rect: pygame.Rect) -> Area:
    return float(rect.left), float(rect.top), float(rect.right), float(rect.bottom)


class Traced(pygame.Surface):
    """A surface that knows its texts."""

    texts: tuple[Text, ...] = ()
    letters = False  # nothing but a text, which covers nothing

    def cover(self, rect: pygame.Rect) -> None:
        """Something opaque lies there now."""
        there = _area(rect.clip(self.get_clip()))
        self.texts = tuple(
            replace(text, seen=tuple(part for seen in text.seen for part in _without(seen, there)))
            for text in self.texts
            if not text.hidden
        )

    def blit(self, source: pygame.Surface, dest: Any = (0, 0), area: Any = None, special_flags: int = 0) -> pygame.Rect:
        """As ever; and the texts of the source come along."""
        left, top = (dest[0], dest[1]) if not isinstance(dest, pygame.Rect) else dest.topleft
        place = pygame.Rect(left, top, *(source.get_size() if area is None else pygame.Rect(area).size))
        if not getattr(source, "letters", False):
            clear = bool(source.get_flags() & pygame.SRCALPHA)
            opaque = source.get_bounding_rect(200) if clear and getattr(source, "texts", ()) else None
            if opaque is not None:
                self.cover(opaque.move(left, top))
            elif not clear and source.get_colorkey() is None:
                self.cover(place)
        room = _area(self.get_clip().clip(place))
        moved = []
        for text in getattr(source, "texts", ()):
            ink, *seen = ((x0 + left, y0 + top, x1 + left, y1 + top) for x0, y0, x1, y1 in (text.ink, *text.seen))
            moved.append(replace(text, ink=ink, seen=tuple(kept for part in seen if (kept := _within(part, room)))))
        self.texts += tuple(moved)
        return super().blit(source, dest, area, special_flags)

    def fill(self, color: Any, rect: Any = None, special_flags: int = 0) -> pygame.Rect:
        """As ever; what lies below is covered."""
        if not special_flags:
            self.cover(self.get_rect() if rect is None else pygame.Rect(rect))
        return super().fill(color, rect, special_flags)


def _write(plain: Any) -> Any:
    def write(self: Theme, text: str, size: int, colour: Any, bold: bool = False) -> pygame.Surface:
        found = plain(self, text, size, colour, bold)
        if isinstance(found, Traced) or not found.get_width():
            return found
        traced = Traced(found.get_size(), pygame.SRCALPHA)
        pygame.Surface.blit(traced, found)
        ink = _area(found.get_bounding_rect(90))
        if ink[0] < ink[2]:
            traced.texts = (Text(text, float(max(8, round(size * self.scale))), ink, (_less(ink),)),)
        traced.letters = True
        self._written[(text, size, colour, bold)] = traced
        return traced

    return write


def _write_haloed(plain: Any) -> Any:
    def write_haloed(self: Theme, *args: Any, **more: Any) -> pygame.Surface:
        found = plain(self, *args, **more)
        found.texts, found.letters = found.texts[-1:], True  # the rim is the text once more
        return found

    return write_haloed


def _smaller(plain: Any) -> Any:
    def smoothscale_by(source: pygame.Surface, factor: float) -> pygame.Surface:
        found = plain(source, factor)
        traced = Traced(found.get_size(), found.get_flags() & pygame.SRCALPHA)
        pygame.Surface.blit(traced, found)

        def shrunk(area: Area) -> Area:
            return area[0] * factor, area[1] * factor, area[2] * factor, area[3] * factor

        traced.texts = tuple(
            replace(text, ems=text.ems * factor, ink=shrunk(text.ink), seen=tuple(shrunk(part) for part in text.seen))
            for text in getattr(source, "texts", ())
        )
        return traced

    return smoothscale_by


def _rect(plain: Any) -> Any:
    def rect(surface: pygame.Surface, color: Any, box: Any, width: int = 0, *args: Any, **more: Any) -> pygame.Rect:
        if isinstance(surface, Traced) and not width:
            surface.cover(pygame.Rect(box))
        return plain(surface, color, box, width, *args, **more)

    return rect


class _Letters:
    """The letters of a sheet of widgets, from the corners they are painted with."""

    def __init__(self, plain: Any) -> None:
        self.plain, self.found, self.ems = plain, [], [0.0]

    def paint_triangles(self, pixels: Any, x0: int, y0: int, x1: int, y1: int, place: Any, uv: Any, *more: Any) -> None:
        self.plain(pixels, x0, y0, x1, y1, place, uv, *more)
        corners = more[1].reshape(-1, 3)
        quads = np.unique(corners[(corners.max(axis=1) - corners.min(axis=1)) == 2][:, 0])
        for first in quads.tolist():
            four, cut = place[first : first + 4], uv[first : first + 4]
            if len(four) < 4 or np.ptp(cut[:, 0]) <= 0 or np.ptp(cut[:, 1]) <= 0 or cut[0, 0] != cut[3, 0]:
                continue  # lines and corners, which are no letters
            ink = _less((*four.min(axis=0).tolist(), *four.max(axis=0).tolist()))
            seen = _within(_less(ink), (x0, y0, x1, y1))
            if seen is not None:  # else it was scrolled away
                self.found.append((ink, seen))


def _paint(plain: Any, push: list[float]) -> Any:
    def paint(self: raster.Raster, surface: pygame.Surface) -> None:
        letters = _Letters(raster.stamps.paint_triangles)
        kept, raster.stamps = raster.stamps, letters  # type: ignore[assignment]
        try:
            plain(self, surface)
        finally:
            raster.stamps = kept
        ems = min(push, default=0.0) / _LINE
        surface.texts = tuple(Text("▯", ems, ink, (seen,), id(self)) for ink, seen in letters.found)
        push.clear()

    return paint


@contextmanager
def tracing() -> Iterator[None]:
    """Surfaces made meanwhile know their texts."""
    import pytest
    from imgui_bundle import imgui

    sizes: list[float] = []
    push_font = imgui.push_font

    def push(font: Any, size: float) -> None:
        sizes.append(size)
        push_font(font, size)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pygame.draw, "rect", _rect(pygame.draw.rect))
        patch.setattr(pygame.transform, "smoothscale_by", _smaller(pygame.transform.smoothscale_by))
        patch.setattr(Theme, "write", _write(Theme.write))
        patch.setattr(Theme, "write_haloed", _write_haloed(Theme.write_haloed))
        patch.setattr(raster.Raster, "paint", _paint(raster.Raster.paint, sizes))
        patch.setattr(imgui, "push_font", push)
        patch.setattr(pygame, "Surface", Traced)
        yield


def faults(surface: pygame.Surface, least: float = 0.0) -> list[str]:
    """What is wrong with the texts of a surface: smaller than `least` px of em, cut off, or on one another."""
    there = [text for text in surface.texts if not text.hidden]  # type: ignore[attr-defined]
    found = [f"{text.words!r} is {text.ems:.1f} px" for text in there if text.ems < least - 0.01]
    found += [f"{text.words!r} is cut short" for text in there if text.words.endswith("…") and len(text.words) > 14]
    found += [f"{text.words!r} is cut off at {[round(v) for v in text.ink]}" for text in there if text.cut]
    if there:
        ink = np.array([_less(text.ink) for text in there])
        sheet = np.array([text.sheet for text in there])
        meet = (ink[:, None, :2] < ink[None, :, 2:]).all(axis=2)
        meet &= meet.T & ((sheet[:, None] == 0) | (sheet[:, None] != sheet[None]))
        for a, b in np.argwhere(np.triu(meet, 1)).tolist():
            found.append(f"{there[a].words!r} and {there[b].words!r} overlap at {[round(v) for v in there[a].ink]}")
    return found
