"""Bookmarks with a note, and strokes drawn on the map over what happens."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pygame

from crowdsim.view.brush import Brush
from crowdsim.view.fit import fitted
from crowdsim.view.inputs import Do, key_asks
from crowdsim.view.labels import Box
from crowdsim.view.notes import Bookmark, Notes, Stroke
from crowdsim.view.theme import SMALL, VALUE
from crowdsim.view.tool import Tool
from crowdsim.view.words import clock

if TYPE_CHECKING:
    from crowdsim.view.picture import Moment, Picture
    from crowdsim.view.window import Window

_WIDE, _RIM = 6, 3  # px of 1080: a stroke and its rim
_STEP = 4  # px between two points of a stroke
_SAME = 3.0  # s: strokes so near a bookmark belong to it
_LONGEST = 120  # letters of a note


class Bookmarks(Tool):
    """B keeps the moment, Shift + B goes to the next one; X draws, Z takes a stroke back, Shift + X clears the screen.

    What is drawn goes into the bookmark of its moment, which is made if there is none, so it is never lost.
    """

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self.notes = Notes(window.run_file)
        self.drawing = False
        self.strokes: list[Stroke] = []
        self.writing: str | None = None  # the note as typed so far
        self._opening = False  # the letter of the key that began the note is still to come
        self._chosen: Bookmark | None = None
        self._line: list[tuple[float, float]] | None = None  # the stroke under the hand, m
        self._plated: Box | None = None  # where the note lies

    # Input -----------------------------------------------------------------------------------------------------

    def handle(self, event: pygame.event.Event) -> bool:
        """Letters of a note while one is written; the mouse on the map while drawing."""
        if self.writing is not None and event.type in (pygame.KEYDOWN, pygame.KEYUP, pygame.TEXTINPUT):
            self._write(event)
            return True
        if not self.drawing:
            return False
        picture = self.window.picture
        if event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE:
            self.drawing, self._line = False, None
            return True
        if event.type == pygame.KEYDOWN and event.key in (
            pygame.K_x,
            pygame.K_z,
        ):  # with units in hand these are orders
            asked = key_asks(event.key, event.mod)
            return isinstance(asked, Do) and self.do(asked)
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1 and picture.place.map.collidepoint(event.pos):
            self._line = [picture.camera.to_map(*event.pos)]
            return True
        if event.type == pygame.MOUSEMOTION and self._line:
            x, y = picture.camera.to_map(*event.pos)
            if np.hypot(x - self._line[-1][0], y - self._line[-1][1]) * picture.camera.zoom >= _STEP:
                self._line.append((x, y))
            return True
        if event.type == pygame.MOUSEBUTTONUP and event.button == 1 and self._line:
            self.strokes.append(tuple(self._line))
            self._line = None
            self._keep_strokes()
            return True
        return False

    def _write(self, event: pygame.event.Event) -> None:
        text = self.writing or ""
        opening, self._opening = self._opening, False
        if event.type == pygame.TEXTINPUT:
            if not (opening and event.text.lower() == "b"):
                self.writing = (text + event.text)[:_LONGEST]
        elif event.type == pygame.KEYDOWN and event.key == pygame.K_BACKSPACE:
            self.writing = text[:-1]
        elif event.type == pygame.KEYDOWN and event.key in (pygame.K_RETURN, pygame.K_KP_ENTER, pygame.K_ESCAPE):
            if event.key != pygame.K_ESCAPE and text.strip() and self._chosen:
                self._put(replace(self._chosen, note=text.strip()))
            self.writing = None

    def do(self, asked: Do) -> bool:
        """Keys of bookmarks and strokes."""
        match asked.what:
            case "bookmark":
                self._chosen = self._here() or self._chosen
                self._put(self._made())
                self.writing = self._chosen.note if self._chosen else ""
                self._opening = True
            case "next_bookmark":
                self._next()
            case "draw":
                self.drawing, self._line = not self.drawing, None
            case "undo_stroke" if self.drawing:
                if self.strokes:
                    self.strokes.pop()
                    self._keep_strokes()
            case "clear_strokes":
                self.strokes, self._line, self._chosen = [], None, None
            case _:
                return False
        return True

    # Bookmarks -------------------------------------------------------------------------------------------------

    def _here(self) -> Bookmark | None:
        """The bookmark of this moment."""
        near = [one for one in self.notes.bookmarks if abs(one.time - self.window.time) < _SAME]
        return min(near, key=lambda one: abs(one.time - self.window.time), default=None)

    def _made(self) -> Bookmark:
        """The bookmark of this moment as it should be now."""
        camera = self.window.picture.camera
        area = (*camera.to_map(*camera.view.topleft), *camera.to_map(*camera.view.bottomright))
        old = self._here()
        time, note = (old.time, old.note) if old else (round(self.window.time, 2), "")
        self._chosen = old
        return Bookmark(time, note, tuple(self.strokes), area)

    def _keep_strokes(self) -> None:
        self._put(self._made())

    def _put(self, bookmark: Bookmark) -> None:
        kept = self.notes.put(bookmark, self._chosen)
        self._chosen = bookmark
        if kept:
            number = self.notes.bookmarks.index(bookmark) + 1
            self.window.tell("notes.added", number=str(number), time=clock(bookmark.time))
        else:
            self.window.tell("notes.lost", file=str(self.notes.path))

    def _next(self) -> None:
        """To the next bookmark after the one shown, from the last to the first."""
        window, kept = self.window, self.notes.bookmarks
        if not kept:
            window.tell("notes.none")
            return
        at = kept.index(self._chosen) + 1 if self._chosen in kept else 0
        self._chosen = chosen = kept[at % len(kept)]
        self.strokes = list(chosen.strokes)
        if chosen.area:
            window.picture.show(chosen.area)
        number, seek = str(kept.index(chosen) + 1), getattr(window.source, "seek", None)
        if seek:  # not every source can go back
            window.source.paused = True
            seek(chosen.time)
            window.tell("notes.shown", number=number, count=str(len(kept)), time=clock(chosen.time))
        else:
            window.tell("notes.far", number=number, time=clock(chosen.time))

    def boxes(self) -> list[Box]:
        """The note."""
        return [self._plated] if self._plated else []

    # Drawing ---------------------------------------------------------------------------------------------------

    def draw(self, surface: pygame.Surface, moment: "Moment", seconds: float) -> None:
        """Strokes, the note, and what the keys do while drawing."""
        picture = self.window.picture
        self._plated = None
        self.present(surface, picture)
        words = picture.words
        if self.writing is not None:
            self._plate(surface, words("notes.write"), self.writing + "▏")
        elif self.drawing:
            self._plate(surface, words("notes.drawing"), "")

    def present(self, surface: pygame.Surface, picture: "Picture") -> None:
        """Strokes and the note of the bookmark that is shown."""
        lines = [*self.strokes, *([tuple(self._line)] if self._line else [])]
        theme, view = picture.theme, picture.camera.view
        if lines:
            brush = Brush.on(surface, view, picture.camera.origin, picture.camera.zoom)
            ends = np.array([(*a, *b) for line in lines for a, b in zip(line, [*line[1:], line[-1]], strict=True)])
            brush.lines(ends, (_WIDE / 2 + _RIM) * theme.scale, theme["outline"])
            brush.lines(ends, _WIDE / 2 * theme.scale, theme["stroke"])
            del brush
        if self._chosen and self._chosen.note and self.writing is None and not self.drawing:
            self._plate(surface, self._chosen.note, "", picture)

    def _plate(self, surface: pygame.Surface, first: str, second: str, on: "Picture | None" = None) -> None:
        """One or two lines under the banner; a long one is wrapped."""
        picture = on or self.window.picture
        theme, view = picture.theme, picture.hud.free
        room = round(view.width * 0.45)
        font, bold = theme.font(SMALL), theme.font(VALUE, True)
        rows = [(row, SMALL, False) for row in wrapped(first, font, room)]
        rows += [(row, VALUE, True) for row in wrapped(second, bold, room)]
        pictures = [theme.write(row, size, theme["text"], heavy) for row, size, heavy in rows]
        pad, step = theme.px(18), theme.px(36)
        width = max(one.get_width() for one in pictures) + 2 * pad
        plate = pygame.Surface((width, step * len(pictures) + pad))
        plate.fill(theme["panel"])
        plate.fill(theme["stroke"], (0, 0, theme.px(6), plate.get_height()))
        for number, one in enumerate(pictures):
            plate.blit(one, one.get_rect(midleft=(pad, pad // 2 + step // 2 + number * step)))
        gap = theme.px(24)
        plate = fitted(plate, view.inflate(-gap, -2 * gap))[0]  # in large type it would lie over the bar
        at = plate.get_rect(midtop=(view.centerx, view.top + gap))
        if picture is self.window.picture:
            self._plated = (at.left, at.top, at.width, at.height)
        surface.fill(theme["outline"], at.inflate(theme.px(4), theme.px(4)))
        surface.blit(plate, at)


def wrapped(text: str, font: pygame.font.Font, room: int) -> list[str]:
    """The text in lines of at most `room` px, broken between words; a longer word stands alone."""
    lines: list[str] = []
    for word in text.split():
        if lines and font.size(f"{lines[-1]} {word}")[0] <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
