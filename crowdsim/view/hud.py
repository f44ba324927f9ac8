"""What lies over and around the map: phase banner, timeline, scale bar, legend, status line, help."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pygame

from crowdsim.frame import Event
from crowdsim.view import keysheet
from crowdsim.view.fit import fitted, shorten, split
from crowdsim.view.labels import Box
from crowdsim.view.legend import EDGE, draw_chips, draw_key
from crowdsim.view.theme import CAPTION, CLOCK, MAP_LABEL, SMALL, VALUE, WORD, Colour, Theme, mix
from crowdsim.view.words import Words, clock

PHASES = ("hijau", "kuning", "merah")

_ALARM = ("breach", "line_breach", "line_collapse", "compound_breach", "hostage_taken", "injury")
_UNREST = ("push", "throw", "clash", "line_leak", "damage", "fall")
_SMALLER = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4)  # type of a banner that is too full
_CHIP, _LOW_CHIP = 54, 38  # px of 1080: a row of the legend, the lowest one of a column
_CAPTION_ROOM = 230  # px of 1080: what goes on is not said in less
# Which label wins when two marks of the timeline lie close.
_WEIGHT = {"breach": 5, "compound_breach": 5, "line_breach": 4, "hostage_taken": 4, "march": 3, "push": 3, "phase": 1}


@dataclass(frozen=True)
class Layout:
    """Where things are in the window, px."""

    banner: pygame.Rect
    timeline: pygame.Rect
    panel: pygame.Rect  # no width: not shown
    bar: pygame.Rect  # no height: nothing can be ordered
    map: pygame.Rect


def layout(size: tuple[int, int], theme: Theme, panel: int, bar: int = 0) -> Layout:
    """The parts of a window of this size, with a panel so many px wide and a bar so many px high."""
    width, height = size
    side = min(panel, width // 2)
    top, bottom = theme.px(92), theme.px(104)
    return Layout(
        banner=pygame.Rect(0, 0, width - side, top),
        timeline=pygame.Rect(0, height - bottom, width - side, bottom),
        panel=pygame.Rect(width - side, 0, side, height),
        bar=pygame.Rect(0, height - bottom - bar, width - side, bar),
        map=pygame.Rect(0, top, width - side, height - top - bottom - bar),
    )


def above(area: pygame.Rect, boxes: Sequence[Box]) -> pygame.Rect:
    """The part of an area that is left above the strips along its foot, px."""
    strips = [top for _, top, width, high in boxes if width >= area.width and top + high >= area.bottom > top]
    return pygame.Rect(area.left, area.top, area.width, min([area.bottom, *strips]) - area.top)


class Hud:
    """Draws the parts around the map; each is painted anew only when what it says changes."""

    def __init__(self, theme: Theme, words: Words, place: Layout, small: Theme | None = None) -> None:
        """small : for the legend, which must not hide what it explains however large the rest is written."""
        self.theme, self.words, self.place = theme, words, place
        self.foot = place.map.bottom  # px: where the map ends above what lies over its foot
        self._small = small or theme
        self._kept: dict[str, tuple[tuple, pygame.Surface]] = {}

    @property
    def free(self) -> pygame.Rect:
        """The map above what lies over its foot, px."""
        area = self.place.map
        return pygame.Rect(area.left, area.top, area.width, self.foot - area.top)

    def _cached(self, name: str, key: tuple) -> pygame.Surface | None:
        held = self._kept.get(name)
        return held[1] if held and held[0] == key else None

    def _keep(self, name: str, key: tuple, picture: pygame.Surface) -> pygame.Surface:
        self._kept[name] = (key, picture)
        return picture

    # Banner ----------------------------------------------------------------------------------------------------

    def draw_banner(
        self,
        surface: pygame.Surface,
        phase: str,
        caption: dict[str, str],
        seconds: float,
        due: str = "",
        late: float = 0.0,
    ) -> None:
        """Phase as word, place among three and colour; what goes on; the phase the facts call for, if it is another
        one, and how long [s] it has been; the time.
        """
        due = due if due in PHASES and due != phase else ""
        key = (phase, *self._lines_of(caption), clock(seconds), due, clock(late) if due and late >= 1.0 else "")
        picture = self._cached("banner", key) or self._keep("banner", key, self._banner(*key))
        surface.blit(picture, self.place.banner)

    def _lines_of(self, caption: dict[str, str]) -> tuple[str, str]:
        """What the banner says, and a second line: words of command are Indonesian whatever the language, with the
        English below. They are known by their capitals or exclamation mark.
        """
        spoken = caption.get("id", "")
        if spoken and (spoken.isupper() or spoken.endswith("!")):
            return spoken, caption.get("en", "")
        return (self.words.pick(caption) if caption else ""), ""

    def _banner(self, phase: str, caption: str, below: str, time: str, due: str = "", late: str = "") -> pygame.Surface:
        """In a narrow window in smaller type, so that all of it can be read; where there is no room for what goes on
        even so, without that.
        """
        themes = [self.theme, *(Theme(self.theme.name, 1080, self.theme.scale * part) for part in _SMALLER)]
        for wanted, said in ((_CAPTION_ROOM if caption else 0, (caption, below)), (0, ("", ""))):
            for theme in themes:
                picture, room, whole = self._banner_in(theme, phase, *said, time, due, late)
                if whole and room >= theme.px(wanted):
                    return picture
        return picture

    def _banner_in(
        self, theme: Theme, phase: str, caption: str, below: str, time: str, due: str, late: str
    ) -> tuple[pygame.Surface, int, bool]:
        """The banner in one size of type, how much room, px, what goes on has in it, and whether it is said whole."""
        px = theme.px
        ground = theme[phase] if phase in PHASES else theme["panel"]
        ink = theme[f"{phase}_text"] if phase in PHASES else theme["text"]
        picture = pygame.Surface(self.place.banner.size)
        picture.fill(ground)
        middle = picture.get_height() // 2
        right = picture.get_width() - px(34)
        written = theme.write(time, CLOCK, ink, bold=True)
        # The clock keeps the width of its widest digits, so that the pips do not tremble with the seconds.
        slot = theme.font(CLOCK, True).size("00:00")[0]
        picture.blit(written, written.get_rect(midright=(right, middle)))
        right -= max(slot, written.get_width()) + px(46)
        radius = px(29)
        for index in reversed(range(len(PHASES))):
            name = PHASES[index]
            at = (right - radius, middle)
            lit = name == phase
            letter_ink = ground if lit else ink
            pygame.draw.aacircle(
                picture, ink if lit else mix(ground, theme["outline"], 0.28 if ink[0] > 128 else 0.12), at, radius
            )
            if not lit:
                letter_ink = ink
            letter = theme.write(self.words(f"phase.{name}")[0], VALUE, letter_ink, bold=True)
            picture.blit(letter, letter.get_rect(center=at))
            if name == due:  # where it should stand
                pygame.draw.circle(picture, theme[due], at, radius + px(5), px(6))
            right -= 2 * radius + px(10)
        if due:
            plate = self._due_plate(theme, due, late)
            right -= px(14)
            picture.blit(plate, plate.get_rect(midright=(right, middle)))
            right -= plate.get_width()
        left = px(34)
        if phase in PHASES:
            word = theme.write(self.words(f"phase.{phase}"), WORD, ink, bold=True)
            picture.blit(word, word.get_rect(midleft=(left, middle)))
            left += word.get_width() + px(28)
            picture.fill(mix(ground, ink, 0.5), (left, middle - px(28), px(3), px(56)))
            left += px(30)
        room = right - px(20) - left
        if not caption:
            return picture, room, room >= 0
        if below:
            rows = (caption, CAPTION, True, -15), (below, SMALL, False, 29)
            whole = all(theme.font(size, bold).size(text)[0] <= room for text, size, bold, _ in rows)
            for text, size, bold, drop in rows:
                line = theme.write(shorten(theme, text, size, room), size, ink, bold)
                picture.blit(line, line.get_rect(midleft=(left, middle + round(drop * theme.scale))))
            return picture, room, whole
        sizes = [size for size in (CAPTION, 36, 32, MAP_LABEL) if theme.font(size, True).size(caption)[0] <= room]
        if not sizes:
            first, rest = split(theme, caption, MAP_LABEL, room)
            for text, foot in ((first, middle), (rest, middle + px(38))):
                picture.blit(theme.write(text, MAP_LABEL, ink, bold=True), (left, foot - px(38)))
            return picture, room, f"{first} {rest}".strip() == caption
        line = theme.write(caption, sizes[0], ink, bold=True)
        picture.blit(line, line.get_rect(midleft=(left, middle)))
        return picture, room, True

    def _due_plate(self, theme: Theme, due: str, late: str) -> pygame.Surface:
        """The phase the facts call for, and for how long."""
        px = theme.px
        ink = theme[f"{due}_text"]
        first = theme.write(self.words("due", phase=self.words(f"phase.{due}")), SMALL, ink, bold=True)
        rows = [first]
        if late:
            rows.append(theme.write(self.words("due_for", time=late), SMALL, ink))
        width = max(row.get_width() for row in rows) + 2 * px(18)
        picture = pygame.Surface((width, px(76)), pygame.SRCALPHA)
        pygame.draw.rect(picture, theme["outline"], picture.get_rect(), border_radius=px(10))
        pygame.draw.rect(picture, theme[due], picture.get_rect().inflate(-px(6), -px(6)), border_radius=px(8))
        for number, row in enumerate(rows):
            y = picture.get_height() // 2 + round((number - (len(rows) - 1) / 2) * px(31))
            picture.blit(row, row.get_rect(center=(width // 2, y)))
        return picture

    # Timeline --------------------------------------------------------------------------------------------------

    def draw_timeline(
        self,
        surface: pygame.Surface,
        seconds: float,
        duration: float,
        events: list[Event],
        paused: bool,
        speed: float,
        phase: str,
        known: float = 0.0,
    ) -> None:
        """Play state, progress in the colours of the phases, and what happened when; fainter what comes after now up
        to `known`, s."""
        done = self.across(seconds, duration) - self._track().left
        ahead = max(done, self.across(known, duration) - self._track().left)
        happened = hash(tuple((event.time, event.kind) for event in events))
        key = (done, ahead, duration, happened, paused, speed, phase)
        picture = self._cached("timeline", key)
        if picture is None:
            painted = self._timeline(done, ahead, duration, events, paused, speed, phase)
            picture = self._keep("timeline", key, painted)
        surface.blit(picture, self.place.timeline)

    @property
    def names(self) -> pygame.Rect:
        """Where events are named, px of the timeline: above the track, beside the pace."""
        return pygame.Rect(px := self.theme.px(168), 0, self.place.timeline.width - 2 * px, self._track().top)

    def across(self, time: float, duration: float) -> int:
        """Where a time, s, lies on the timeline, px of the window."""
        track = self._track()
        return track.left + round(track.width * min(max(time / max(duration, 1e-9), 0.0), 1.0))

    def time_at(self, x: int, duration: float) -> float:
        """The time, s, of a place on the timeline, px of the window; before its left end negative."""
        track = self._track()
        return (x - track.left) / max(track.width, 1) * duration

    def _track(self) -> pygame.Rect:
        px = self.theme.px
        width, height = self.place.timeline.size
        return pygame.Rect(px(150), round(height * 0.60), width - px(150) - px(150), px(16))

    def _timeline(
        self,
        done: int,
        ahead: int,
        duration: float,
        events: list[Event],
        paused: bool,
        speed: float,
        phase: str,
    ) -> pygame.Surface:
        theme, px, track = self.theme, self.theme.px, self._track()
        picture = pygame.Surface(self.place.timeline.size)
        picture.fill(theme["panel"])
        middle = track.centery
        _play_sign(picture, (px(52), round(picture.get_height() * 0.42)), px(22), not paused, theme["text"])
        pace = theme.write(
            self.words("speed", factor=self.words.number(speed, 0 if speed == int(speed) else 2)),
            SMALL,
            theme["text_soft"],
            bold=True,
        )
        picture.blit(pace, pace.get_rect(midleft=(px(84), round(picture.get_height() * 0.42))))
        pygame.draw.rect(picture, theme["panel_raised"], track, border_radius=px(8))

        def across(time: float) -> int:
            return self.across(time, duration)

        changes = [(e.time, e.subject) for e in events if e.kind == "phase" and e.subject in PHASES]
        first = PHASES[0] if changes else phase
        spans = [(0.0, first), *changes]
        for number, (start, name) in enumerate(spans):
            begin = across(start)
            end = across(spans[number + 1][0]) if number + 1 < len(spans) else track.left + ahead
            colour = theme[name] if name in PHASES else theme["accent"]
            for until, faint in ((track.left + ahead, 0.7), (track.left + done, 0.0)):
                pygame.draw.rect(
                    picture,
                    mix(colour, theme["panel_raised"], faint),
                    pygame.Rect(begin, track.top, max(0, min(end, until) - begin), track.height),
                    border_top_left_radius=px(8) if number == 0 else 0,
                    border_bottom_left_radius=px(8) if number == 0 else 0,
                )
        self._marks(picture, track, events, across)
        head = (track.left + done, middle)
        pygame.draw.rect(picture, theme["text"], (head[0] - px(3), middle - px(19), px(6), px(38)))
        pygame.draw.aacircle(picture, theme["panel"], head, px(16))
        pygame.draw.aacircle(picture, theme["text"], head, px(13))
        total = theme.write(clock(duration), VALUE, theme["text"], bold=True)
        picture.blit(total, total.get_rect(midright=(picture.get_width() - px(34), middle)))
        return picture

    def _marks(
        self, picture: pygame.Surface, track: pygame.Rect, events: list[Event], across: Callable[[float], int]
    ) -> None:
        """One mark for each kind and place, none on a graver one; a label only where it meets no other, and once for
        several of a kind that lie close."""
        theme, px = self.theme, self.theme.px
        marks: list[tuple[int, str]] = []
        near: dict[str, int] = {}
        for event in events:
            if event.kind in ("phase", "order") or not self.words.has(f"event.{event.kind}"):
                continue
            x = across(event.time)
            if x - near.get(event.kind, -10_000) < px(22):
                continue  # a run of the same thing is one mark
            near[event.kind] = x
            marks.append((x, event.kind))
        marks.sort(key=lambda mark: -_WEIGHT.get(mark[1], 2))
        kept: list[tuple[int, str]] = []
        for x, kind in marks:
            if all(abs(x - other) >= px(20) for other, _ in kept):
                kept.append((x, kind))
                mark_event(picture, (x, track.centery), px(12), kind, theme)
        taken: list[pygame.Rect] = []
        named: list[tuple[int, str]] = []
        for x, kind in kept:
            if any(kind == other and abs(x - there) < px(240) for there, other in named):
                continue
            label = theme.write(self.words(f"event.{kind}"), SMALL, theme["text"])
            foot = track.top - px(12)
            # Above its mark; else ending or beginning there.
            for corner in (
                {"midbottom": (x, foot)},
                {"bottomright": (x + px(12), foot)},
                {"bottomleft": (x - px(12), foot)},
            ):
                box = label.get_rect(**corner)
                box.clamp_ip(self.names)
                if box.inflate(px(16), 0).collidelist(taken) < 0:
                    taken.append(box)
                    named.append((x, kind))
                    picture.blit(label, box)
                    break

    # Over the map ----------------------------------------------------------------------------------------------

    def draw_scale(self, surface: pygame.Surface, zoom: float, kept: Sequence[Box] = ()) -> Box | None:
        """A bar of a round length; where it lies. It gives way to what is `kept` (px) there."""
        theme, px = self.theme, self.theme.px
        fits = [length for length in (1, 2, 5, 10, 20, 50, 100) if length * zoom <= self._small.px(300)] or [1]
        metres = fits[-1]
        long = round(metres * zoom)
        label = theme.write_haloed(self.words("scale", length=metres), SMALL, theme["text"], theme["panel"])
        left, bottom = self.place.map.left + px(30), self.foot - px(28)
        bar = pygame.Rect(left, bottom - px(8), long, px(8))
        written = pygame.Rect(left, bar.top - label.get_height(), max(long, label.get_width()), label.get_height())
        if written.collidelist(kept) >= 0:
            return None
        surface.fill(theme["panel"], bar.inflate(px(6), px(6)))
        surface.fill(theme["text"], bar)
        surface.blit(label, (left - px(3), bar.top - label.get_height() - px(2)))
        area = pygame.Rect(written.left, written.top, written.width, bottom - bar.top + px(50))
        return area.left, area.top, area.width, area.height

    def draw_status(self, surface: pygame.Surface, lines: list[str], kept: Sequence[Box] = ()) -> Box | None:
        """Short lines at the corner under the banner, or right of what is `kept` (px) there; where they lie. They give
        way where there is no room for them: that it is paused says the timeline as well."""
        if not lines:
            return None
        theme, px = self.theme, self.theme.px
        key = (tuple(lines),)
        picture = self._cached("status", key)
        if picture is None:
            room = self.place.map.width - 2 * px(24) - 2 * px(20)
            rows = [row for line in lines for row in split(theme, line, VALUE, room) if row]
            if not rows:  # not even room for a letter
                return None
            written = [theme.write(row, VALUE, theme["text"], bold=True) for row in rows]
            width = max(line.get_width() for line in written) + 2 * px(20)
            row = written[0].get_height()
            picture = pygame.Surface((width, row * len(written) + 2 * px(10)))
            picture.fill(theme["panel"])
            picture.fill(theme["accent"], (0, 0, px(6), picture.get_height()))
            for number, line in enumerate(written):
                picture.blit(line, (px(20), px(10) + number * row))
            self._keep("status", key, picture)
        at = picture.get_rect(topleft=(self.place.map.left + px(24), self.place.map.top + px(24)))
        while (met := at.collidelist(kept)) >= 0:
            at.left = kept[met][0] + kept[met][2] + px(12)
        if at.right > self.place.map.right and kept:
            return None
        surface.blit(picture, at)
        return at.left, at.top, at.width, at.height

    def draw_legend(
        self, surface: pygame.Surface, present: tuple[int, ...], world: pygame.Rect, kept: Sequence[Box] = ()
    ) -> Box | None:
        """Who is who, as chips at the lower right of the map; where they lie. `present`: see `legend_order`.

        Where the ground leaves room beside itself (`world`: the whole of it, px) they stand there in a column and hide
        nobody; else they lie in rows. They give way to what is `kept` (px) there.
        """
        area, px, small = self.place.map, self.theme.px, self._small.px
        right, bottom = area.right - px(24), self.foot - px(20)
        row = min(small(_CHIP), (bottom - area.top - px(24) - small(EDGE)) // max(1, len(present)))
        picture = self._chips(present, 0, row) if row >= small(_LOW_CHIP) else None
        if picture is None or right - picture.get_width() < world.right + px(12):
            wide = area.width - max(small(400), px(180))  # the scale bar lies at the left
            picture = self._chips(present, wide, small(_CHIP))
        at = picture.get_rect(bottomright=(right, bottom))
        if at.collidelist(kept) >= 0:
            return None
        surface.blit(picture, at)
        return at.left, at.top, at.width, at.height

    def _chips(self, present: tuple[int, ...], limit: int, row: int) -> pygame.Surface:
        """Chips in rows no wider than `limit` px, or than one of them; a row is `row` px high."""
        name, key = "legend" if limit else "legend column", (present, limit, row)
        return self._cached(name, key) or self._keep(
            name, key, draw_chips(self._small, self.words, present, limit, row)
        )

    def draw_layers(
        self,
        surface: pygame.Surface,
        layers: tuple[str, ...],
        wind: tuple[float, float] | None,
        kept: Sequence[Box] = (),
    ) -> tuple[int, int, int, int] | None:
        """What the colours of the layers mean that are shown, at the upper right of the map, or where it is free of
        what is `kept` (px); where it lies. Where room is short it is written smaller, then in columns; then the last
        layers give way.

        wind: m/s east and south, beside the gas.
        """
        px, area = self.theme.px, self.place.map
        room = pygame.Rect(area.left, area.top, area.width, self.foot - px(20) - area.top)
        while layers:
            blows = (round(wind[0], 1), round(wind[1], 1)) if wind and "gas" in layers else None
            for small, columns in ((False, 1), (True, 1), (False, 2), (True, 2), (True, 3)):
                key, name = (layers, blows), f"layers {small} {columns}"
                theme = self._small if small else self.theme
                picture = self._cached(name, key) or self._keep(
                    name, key, draw_key(theme, self.words, layers, blows, columns)
                )
                first = picture.get_rect(topright=(area.right - px(24), area.top + px(24)))
                ends = [first.right, *sorted((box[0] - px(12) for box in kept), reverse=True)]
                tops = [first.top, *sorted(box[1] + box[3] + px(12) for box in kept), room.bottom - first.height]
                tried = (first.move(end - first.right, top - first.top) for end in ends for top in tops)
                at = next((box for box in tried if room.contains(box) and box.collidelist(kept) < 0), None)
                if at is not None:
                    surface.blit(picture, at)
                    return at.left, at.top, at.width, at.height
            layers = layers[:-1]
        return None

    def draw_tip(self, surface: pygame.Surface, lines: list[str], top: int) -> None:
        """A plate left of the panel about something in it; the first line is its name."""
        theme, px = self.theme, self.theme.px
        room = self.place.map.width - px(80)
        written = [
            theme.write(shorten(theme, line, SMALL, room, bold=not n), SMALL, theme["text"], bold=not n)
            for n, line in enumerate(lines)
        ]
        box = pygame.Rect(0, 0, max(line.get_width() for line in written) + px(40), px(38) * len(written) + px(18))
        box.topright = self.place.panel.left - px(12), top
        surface.fill(theme["outline"], box.inflate(px(4), px(4)))
        surface.fill(theme["panel"], box)
        for number, line in enumerate(written):
            surface.blit(line, line.get_rect(midleft=(box.left + px(20), box.top + px(28) + number * px(38))))

    def draw_help(self, surface: pygame.Surface) -> pygame.Rect:
        """The sheet of keys over all but the banner; where it lies."""
        size = surface.get_size()
        room = pygame.Rect(0, self.place.banner.bottom, size[0], size[1] - self.place.banner.bottom)
        key = (tuple(room),)
        picture = self._cached("help", key) or self._keep("help", key, self._help(room))
        surface.fill(self.theme["panel"], self.place.panel)  # its head stands beside the banner
        return surface.blit(picture, picture.get_rect(center=room.center))

    def _help(self, room: pygame.Rect) -> pygame.Surface:
        whole = pygame.Surface(room.size)
        whole.fill(self.theme["panel"])
        sheet = fitted(keysheet.paint(self.theme, self.words, room.size), room)[0]
        whole.blit(sheet, sheet.get_rect(center=whole.get_rect().center))
        return whole


def _play_sign(surface: pygame.Surface, at: tuple[int, int], r: int, playing: bool, colour: Colour) -> None:
    """The state: a triangle while it runs, two bars while it is paused."""
    x, y = at
    if playing:
        corners = [(x - r * 0.7, y - r), (x + r, y), (x - r * 0.7, y + r)]
        pygame.draw.polygon(surface, colour, corners)
        pygame.draw.aalines(surface, colour, True, corners)
    else:
        for left in (x - r * 0.8, x + r * 0.25):
            pygame.draw.rect(surface, colour, (left, y - r, r * 0.55, 2 * r))


def mark_event(surface: pygame.Surface, at: tuple[int, int], r: int, kind: str, theme: Theme) -> None:
    """Warning: a yellow triangle as on a road. Alarm: a diamond. Unrest: a triangle. Anything else: a disc."""
    x, y = at
    if kind == "warning":
        colour, points = theme["warning"], [(x, y - r * 1.2), (x + r * 1.2, y + r * 0.9), (x - r * 1.2, y + r * 0.9)]
    elif kind in _ALARM:
        colour, points = theme["breach"], [(x, y - r * 1.2), (x + r * 1.2, y), (x, y + r * 1.2), (x - r * 1.2, y)]
    elif kind in _UNREST:
        colour, points = (
            theme["provocateur"],
            [(x, y - r * 1.2), (x + r * 1.1, y + r * 0.8), (x - r * 1.1, y + r * 0.8)],
        )
    else:
        pygame.draw.aacircle(surface, theme["panel"], at, r)
        pygame.draw.aacircle(surface, theme["text"], at, r - 2)
        return
    edge = [(x + (px - x) * 1.35, y + (py - y) * 1.35) for px, py in points]
    pygame.draw.polygon(surface, theme["outline" if kind == "warning" else "panel"], edge)
    pygame.draw.polygon(surface, colour, points)
    pygame.draw.aalines(surface, colour, True, points)
