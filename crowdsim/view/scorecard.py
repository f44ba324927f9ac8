"""The score so far on a card, and a plate when a red flag is earned: what, where, why."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pygame

from crowdsim.view.bookmarks import wrapped
from crowdsim.view.fit import fitted, fitting, shorten
from crowdsim.view.inputs import Do
from crowdsim.view.labels import Box
from crowdsim.view.source import Judged
from crowdsim.view.theme import CLOCK, SECTION, SMALL, Colour
from crowdsim.view.tool import Tool
from crowdsim.view.words import clock

if TYPE_CHECKING:
    from crowdsim.metrics.assessor import Flag, Standing
    from crowdsim.view.picture import Moment
    from crowdsim.view.window import Window

_SHOWN = 8.0  # s of wall time a plate stays
_LINES = 4  # of a card about flags, and as many about criteria
_GROUPS = {
    "safety": "scorecard.safety",
    "proportionality": "scorecard.proportionality",
    "command": "scorecard.command",
    "formation": "scorecard.formation",
    "readiness": "scorecard.readiness",
}
_WIDE, _GROUP = 780, 250  # px of 1080


class ScoreCard(Tool):
    """R shows and hides the card. A source that nobody judges has neither card nor plates."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._open = False
        self._now = -1.0  # s of the exercise, as last drawn
        self._known: tuple[Flag, ...] = ()
        self._plate: tuple[Flag, ...] = ()  # flags of the plate that is shown
        self._left = 0.0  # s of wall time
        self._drawn: tuple[object, pygame.Surface] | None = None
        self._at: list[Box] = []

    def do(self, asked: Do) -> bool:
        """Show or hide the card."""
        if asked.what != "score" or not isinstance(self.window.source, Judged):
            return False
        self._open = not self._open
        return True

    def boxes(self) -> Sequence[Box]:
        """Where card and plate lay."""
        return self._at

    def draw(self, surface: pygame.Surface, moment: "Moment", seconds: float) -> None:
        """The plate of what was earned just now, or the card."""
        self._at = []
        source = self.window.source
        standing: Standing | None = source.standing(moment.time) if isinstance(source, Judged) else None
        self._left -= seconds
        if standing is not None:
            self._look(standing, moment.time)
        picture = self.window.picture
        if standing is not None and self._open:
            sheet = self._kept(
                ("card", standing.time, id(picture.theme), picture.words.lang), lambda: self._card(standing)
            )
        elif self._left > 0.0 and self._plate:
            sheet = self._kept((self._plate, id(picture.theme), picture.words.lang), self._paint_plate)
        else:
            return
        place, px = picture.hud.free, picture.theme.px
        # At the right, for at the left there are short lines; beside a table there, and below a note.
        box = sheet.get_rect(topright=(place.right - px(24), place.top + px(24)))
        for left, top, width, height in (
            other for tool in self.window.tools if tool is not self for other in tool.boxes()
        ):
            if left > place.left and box.colliderect((left, top, width, height)):
                if left + width >= place.right - px(24):
                    box.right = left - px(12)
                else:
                    box.top = top + height + px(12)
        box.clamp_ip(place)
        surface.blit(sheet, box)
        self._at = [(box.left, box.top, box.width, box.height)]

    def _look(self, standing: "Standing", now: float) -> None:
        """What is new since the last picture; after a leap through time nothing is news."""
        new = tuple(flag for flag in standing.flags if flag not in self._known)
        if new and self._now >= 0.0 and 0.0 <= now - self._now < 5.0:
            self._plate, self._left = new, _SHOWN
        elif now < self._now:
            self._left = 0.0
        self._known, self._now = standing.flags, now

    def _kept(self, key: object, paint: Callable[[], pygame.Surface]) -> pygame.Surface:
        if self._drawn is None or self._drawn[0] != key:
            self._drawn = (key, paint())
        return self._drawn[1]

    # Painting --------------------------------------------------------------------------------------------------

    def _told(self, flag: "Flag") -> tuple[str, str]:
        """A flag in words: what it is, and why."""
        from crowdsim.metrics.catalogue import CRITERIA, RULES  # the simulation has loaded them by now

        words = self.window.picture.words
        names = {rule.id: rule.name for rule in RULES} | {criterion.id: criterion.name for criterion in CRITERIA}
        when = clock(flag.since)
        labels = {unit.id: unit.label for unit in self.window.frame.units}
        who = labels.get(flag.subject, "")
        key = f"event.{flag.subject}"
        who = who or (words(key) if words.has(key) else "")
        why = " · ".join(part for part in (words.pick(flag.reason), who) if part)
        return f"{when}  {flag.id} {words.pick(names.get(flag.id, {}))}", why

    def _paint_plate(self) -> pygame.Surface:
        """The flags that were earned together."""
        theme, words = self.window.picture.theme, self.window.picture.words
        px, room = theme.px, theme.px(_WIDE - 72)
        lines: list[tuple[str, int, Colour, bool]] = [(words("scorecard.flag"), SMALL, theme["text_soft"], False)]
        for flag in self._plate[:2]:
            what, why = self._told(flag)
            lines.append((shorten(theme, what, SECTION, room), SECTION, theme["text"], True))
            lines += [(part, SMALL, theme["text"], False) for part in wrapped(why, theme.font(SMALL), room)]
        if len(self._plate) > 2:
            lines.append((words("scorecard.more", count=len(self._plate) - 2), SMALL, theme["text_soft"], False))
        return self._sheet([theme.write(*line) for line in lines], px(_WIDE), theme["merah"])

    def _card(self, standing: "Standing") -> pygame.Surface:
        """The score so far, its groups, flags and what is red. Where the map is low, the line about it gives way, then
        one flag and one criterion after another."""
        room = self.window.picture.hud.free.height - 2 * self.window.picture.theme.px(24)
        for lines, about in ((_LINES, True), *((lines, False) for lines in range(_LINES, -1, -1))):
            rows = self._rows(standing, lines, about)
            if self._height(rows) <= room:
                break
        return self._sheet(rows, self.window.picture.theme.px(_WIDE), self.window.picture.theme["accent"])

    def _rows(self, standing: "Standing", lines: int, about: bool) -> list[pygame.Surface]:
        """What the card says, with so many lines at most of flags and of criteria."""
        from crowdsim.metrics.catalogue import CRITERIA

        theme, words = self.window.picture.theme, self.window.picture.words
        room = theme.px(_WIDE - 72)
        total = standing.score.total
        rows = [
            theme.write(words("scorecard.title", time=clock(standing.time)), SMALL, theme["text_soft"]),
            theme.write("–" if total is None else words.number(total), CLOCK, theme["text"], True),
        ]
        if standing.score.cap:
            most, _, why = standing.score.cap.partition(": ")
            rows.append(theme.write(words("scorecard.cap", most=most, why=why), SMALL, theme["text"], True))
        rows += [self._bar(name, value) for name, value in standing.score.groups.items()]
        if standing.flags:
            rows.append(theme.write(words("scorecard.flags", count=len(standing.flags)), SECTION, theme["text"], True))
            for flag in standing.flags[len(standing.flags) - min(lines, len(standing.flags)) :]:
                rows.append(theme.write(fitting(theme, self._told(flag), SMALL, room), SMALL, theme["text"]))
        reds = [each for each in CRITERIA if standing.results[each.id].band == "red"]
        if reds:
            rows.append(theme.write(words("scorecard.reds", count=len(reds)), SECTION, theme["text"], True))
            for each in reds[:lines]:
                parts = f"{each.id} {words.pick(each.name)}", words.pick(standing.results[each.id].reason)
                rows.append(theme.write(fitting(theme, parts, SMALL, room), SMALL, theme["text"]))
        if about:
            said = wrapped(words("scorecard.about"), theme.font(SMALL), room)
            rows += [theme.write(line, SMALL, theme["text_soft"]) for line in said]
        return rows

    def _bar(self, group: str, value: float | None) -> pygame.Surface:
        """A group of criteria and how much of it is reached."""
        theme, words = self.window.picture.theme, self.window.picture.words
        px = theme.px
        name = theme.write(words(_GROUPS[group]), SMALL, theme["text"])
        number = theme.write("–" if value is None else words.number(value), SMALL, theme["text"], True)
        row = pygame.Surface((px(_WIDE - 72), name.get_height() + px(4)))
        row.fill(theme["panel"])
        row.blit(name, (0, 0))
        track = pygame.Rect(px(_GROUP), name.get_height() // 2 - px(5), row.get_width() - px(_GROUP + 80), px(12))
        row.fill(theme["panel_line"], track)
        row.fill(theme["accent"], (*track.topleft, round(track.width * (value or 0.0) / 100.0), track.height))
        row.blit(number, number.get_rect(topright=(row.get_width(), 0)))
        return row

    def _height(self, rows: list[pygame.Surface]) -> int:
        """px of a plate with these rows."""
        px = self.window.picture.theme.px
        return sum(row.get_height() + px(4) for row in rows) + 2 * px(18)

    def _sheet(self, rows: list[pygame.Surface], width: int, rim: Colour) -> pygame.Surface:
        """Rows on a plate with a coloured edge; smaller where the map is narrow."""
        theme = self.window.picture.theme
        px = theme.px
        picture = pygame.Surface((width, self._height(rows)))
        picture.fill(theme["panel"])
        picture.fill(rim, (0, 0, px(10), picture.get_height()))
        y = px(18)
        for row in rows:
            picture.blit(row, (px(36), y))
            y += row.get_height() + px(4)
        place = self.window.picture.hud.free.inflate(-2 * px(24), -2 * px(24))
        return fitted(picture, place)[0]
