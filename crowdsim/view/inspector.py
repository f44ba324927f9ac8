"""Inspector: why somebody, a unit or a gate does what it does, on a small sheet. Alt and a click open it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pygame

from crowdsim.frame import BarrierPortrait, Frame, PersonPortrait, Portrait, Told, UnitPortrait
from crowdsim.population.roles import BarrierState, Injury, Mind, Status
from crowdsim.view.fit import fitted
from crowdsim.view.hand.pick import Point, gap_at, gate_at, person_at
from crowdsim.view.inputs import Do
from crowdsim.view.labels import Box
from crowdsim.view.source import Obedient
from crowdsim.view.theme import ROLE_NAMES, SECTION, SMALL, Theme
from crowdsim.view.tool import Tool
from crowdsim.view.words import Words, clock

if TYPE_CHECKING:
    from crowdsim.view.picture import Moment
    from crowdsim.view.window import Window

_EVERY = 0.25  # s of wall time between two looks
_WIDE = 620  # px of 1080
_ROW, _CHART = 36, 150

Line = tuple[str, str]  # what, how much


class Inspector(Tool):
    """What is looked at, and the sheet about it at the right of the map."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.subject: tuple[str, str | int] | None = None  # ("person", row), ("unit", id) or ("barrier", index)
        self.portrait: Portrait | None = None
        self._since = math.inf
        self._area: pygame.Rect | None = None
        self._key: tuple = ()
        self._picture = pygame.Surface((1, 1))

    # What is looked at -----------------------------------------------------------------------------------------

    def look_at(self, kind: str, which: str | int) -> None:
        """Open the sheet about something, or close the one about it."""
        self.subject = None if self.subject == (kind, which) else (kind, which)
        self.portrait, self._since = None, math.inf

    def handle(self, event: pygame.event.Event) -> bool:
        """Alt and a click; Esc and a click on the sheet close it."""
        if event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE and self.subject:
            self.subject = None
            return True
        if event.type != pygame.MOUSEBUTTONDOWN or event.button != 1:
            return False
        if self.subject and self._area and self._area.collidepoint(event.pos):
            self.subject = None
            return True
        if pygame.key.get_mods() & pygame.KMOD_ALT and self.window.picture.place.map.collidepoint(event.pos):
            self._find(self.window.picture.camera.to_map(*event.pos))
            return True
        return False

    def _find(self, at: Point) -> None:
        """A person; else a gap of a line or gate; else a gate. A second click on an officer asks about his unit."""
        frame, zoom = self.window.shown, self.window.picture.camera.zoom
        row, gap = person_at(frame, at, zoom), gap_at(frame, at)
        names = [gate.id for gate in self.window.source.map.gates]
        if row >= 0 and self.subject == ("person", row) and frame.unit[row] >= 0:
            self.look_at("unit", frame.units[frame.unit[row]].id)
        elif row >= 0:
            self.look_at("person", row)
        elif gap is not None:
            self.look_at("barrier", names.index(gap.subject)) if gap.subject in names else self.look_at(
                "unit", gap.subject
            )
        elif gate_at(self.window.source.map, at, zoom) >= 0:
            self.look_at("barrier", gate_at(self.window.source.map, at, zoom))
        else:
            self.subject = None

    def do(self, asked: Do) -> bool:
        """A click on somebody, or the menu of a gate, asks for the sheet; a click on nobody closes it."""
        if asked.what == "inspect_gate":
            self.look_at("barrier", int(asked.value))
        elif asked.what == "inspect_person" and asked.value >= 0:
            self.look_at("person", int(asked.value))
        elif asked.what == "inspect_person":
            self.subject = None
        else:
            return False
        return True

    # Drawing ---------------------------------------------------------------------------------------------------

    def boxes(self) -> Sequence[Box]:
        """The sheet."""
        area = self._area if self.subject else None
        return [(area.left, area.top, area.width, area.height)] if area else []

    def draw(self, surface: pygame.Surface, moment: Moment, seconds: float) -> None:
        """The sheet, looked up anew four times a second, and a ring round what it is about."""
        if self.subject is None:
            return
        source, picture, frame = self.window.source, self.window.picture, moment.current
        kind, number = self.subject
        if kind == "person" and frame.status[int(number)] == Status.WAITING:  # out of the trainees' sight
            self.subject = None
            return
        self._since += seconds
        if (self._since >= _EVERY or self.portrait is None) and isinstance(source, Obedient):
            self.portrait, self._since = source.inspect(*self.subject), 0.0
        title, lines = self._told(frame, picture.words)
        theme = picture.theme
        chart = self.portrait if isinstance(self.portrait, BarrierPortrait) and len(self.portrait.times) > 1 else None
        last = float(chart.times[-1]) if chart else 0.0
        place = picture.hud.free
        key = (theme.name, theme.scale, title, tuple(lines), last, place.size)
        if key != self._key:
            self._key = key
            self._picture = fitted(paint(theme, picture.words, title, lines, chart), place)[0]
        top = picture.layers[1] + picture.layers[3] if picture.layers else place.top + theme.px(10)
        self._area = self._picture.get_rect(topright=(place.right - theme.px(24), top + theme.px(14)))
        self._area.clamp_ip(place)
        surface.set_clip(place)
        at = self._place(frame)
        if at:
            x, y = picture.camera.to_screen(*at)
            r = max(theme.px(20), round(0.8 * picture.camera.zoom))
            pygame.draw.circle(surface, theme["outline"], (x, y), r + theme.px(2), theme.px(7))
            pygame.draw.circle(surface, theme["accent"], (x, y), r, theme.px(4))
        surface.blit(self._picture, self._area)
        surface.set_clip(None)

    def _place(self, frame: Frame) -> Point | None:
        """Where it is, m."""
        assert self.subject is not None
        kind, which = self.subject
        if kind == "person" and int(which) < len(frame.position):
            x, y = frame.position[int(which)].tolist()
            return x, y
        if kind == "unit":
            weakest = self.portrait.weakest if isinstance(self.portrait, UnitPortrait) else None
            return weakest or next((unit.centre for unit in frame.units if unit.id == which), None)
        rect = self.window.source.map.gates[int(which)].rect if kind == "barrier" else None
        return ((rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2) if rect else None

    def _told(self, frame: Frame, words: Words) -> tuple[str, list[Line]]:
        """Title and lines of the sheet."""
        assert self.subject is not None
        kind, which = self.subject
        if kind == "person":
            row = int(which)
            portrait = self.portrait if isinstance(self.portrait, PersonPortrait) else None
            return person(words, frame, row, portrait)
        if kind == "unit":
            label = next((unit.label for unit in frame.units if unit.id == which), str(which))
            return label, unit(words, frame, str(which), self.portrait)
        gate = self.window.source.map.gates[int(which)]
        return words.pick(gate.name), barrier(words, frame, int(which), self.portrait)


def person(words: Words, frame: Frame, row: int, known: PersonPortrait | None) -> tuple[str, list[Line]]:
    """Who he is, what he feels and wants, what pushes him."""
    say, number = _say(words), words.number
    title = f"{words('role.' + ROLE_NAMES[frame.role[row]])} {row}"
    lines: list[Line] = []
    if frame.unit[row] >= 0:
        lines.append((say("unit"), frame.units[frame.unit[row]].label))
    elif frame.mind is not None:
        lines.append((say("mind"), words(f"mind.{Mind(int(frame.mind[row])).name.lower()}")))
    if frame.status[row] != Status.ACTIVE:
        lines.append((say("status"), say(f"status_{Status(int(frame.status[row])).name.lower()}")))
    if frame.injury is not None and frame.injury[row] > 0:
        lines.append((say("hurt"), words(f"injury.{Injury(int(frame.injury[row])).name.lower()}")))
    speed = float(np.hypot(*frame.velocity[row]))
    wish = f" ({say('of', value=number(known.wish, 1))})" if known else ""
    lines.append((say("speed"), f"{number(speed, 1)} m/s{wish}"))
    lines.append((say("squeeze"), f"{number(float(frame.squeeze[row]))} N"))
    if known is None:
        return title, lines
    lines.append((say("forces"), f"{number(known.total)} N"))
    if known.drive:
        lines.append((say("drive"), f"{number(known.drive)} N"))
    if known.leans_on:
        lines.append((say("leans_on"), known.leans_on))
    if known.slot and frame.unit[row] >= 0:
        lines.append((say("slot"), f"{number(known.away, 1)} m"))
        lines.append((say("tired"), f"{number(100 * known.fatigue)} %"))
    if known.hears:
        lines.append((say("hears"), f"{number(known.hears, 1)} s"))
    if frame.unit[row] < 0:
        lines.append((say("anger"), f"{number(100 * known.anger)} %"))
        lines.append((say("fear"), f"{number(100 * known.fear)} %"))
    if known.goal:
        x, y = frame.position[row].tolist()
        lines.append((say("goal"), f"{number(math.dist(known.goal, (x, y)))} m {say(compass(x, y, *known.goal))}"))
    if known.led_by:
        lines.append((say("led_by"), known.led_by))
    return title, lines


def unit(words: Words, frame: Frame, name: str, known: Portrait | None) -> list[Line]:
    """What it was told, how it stands, where its line is weakest."""
    say, number = _say(words), words.number
    lines: list[Line] = []
    seen = next((unit for unit in frame.units if unit.id == name), None)
    if seen:
        name = f"hand.formation.{seen.formation}"
        shape = words(name) if words.has(name) else seen.formation
        lines.append((say("order"), f"{words(f'hand.key.{seen.order}')} ({shape})"))
        lines.append((say("in_slot"), f"{number(100 * seen.in_slot)} % / {seen.count}"))
        lines.append((say("line_load"), f"{number(seen.line_load / 1000, 2)} kN/m"))
    if not isinstance(known, UnitPortrait):
        return lines
    lines.append((say("posture"), known.posture))
    lines.append((say("slot_error"), f"{number(known.slot_error, 2)} m"))
    if math.isfinite(known.gap):
        lines.append((say("gap"), f"{number(max(0.0, known.gap), 2)} m"))
    lines.append((say("tired"), f"{number(100 * known.fatigue)} %"))
    if known.hears:
        lines.append((say("hears"), f"{number(known.hears, 1)} s"))
    lines += [(say("waits"), words(f"hand.key.{kind}")) for kind in known.waiting]
    lines += [(clock(told.time), _order(words, told)) for told in known.told]
    return lines


def barrier(words: Words, frame: Frame, k: int, known: Portrait | None) -> list[Line]:
    """Its load against what it bears; if it gave way, why."""
    say, number = _say(words), words.number
    state = BarrierState(int(frame.barrier_state[k])).name.lower()
    lines = [
        (say("state"), say(f"state_{state}")),
        (say("load"), f"{number(frame.barrier_load[k] / 1000, 2)} kN/m"),
        (say("bears"), f"{number(frame.barrier_capacity[k] / 1000, 2)} kN/m"),
        (say("whole"), f"{number(100 * frame.barrier_integrity[k])} %"),
    ]
    if not isinstance(known, BarrierPortrait):
        return lines
    lines.append((say("leaning"), number(known.leaning)))
    lines.append((say("bracing"), number(known.bracing)))
    if known.broke is None:
        return lines
    lines.append((say("broke"), clock(known.broke)))
    if known.above_since is not None:
        lines.append((say("above"), say("above_for", time=clock(known.above_since), seconds=number(known.above))))
    if known.first >= 0:
        who = words(f"role.{ROLE_NAMES[frame.role[known.first]]}")
        lines.append((say("first"), f"{who} {known.first} (+{number(known.first_after, 1)} s)"))
    if known.late_phase:
        late = say("due_for", phase=words(f"phase.{known.late_phase}"), seconds=number(known.late))
        lines.append((say("late"), late))
    if known.next_order:
        after = number(known.next_order.time - known.broke)
        lines.append((say("next_order"), f"{_order(words, known.next_order)} (+{after} s)"))
    return lines


def _say(words: Words):  # type: ignore[no-untyped-def]
    return lambda key, **values: words(f"inspect.{key}", **values)


def _order(words: Words, told: Told) -> str:
    name = words(f"hand.key.{told.order}") if words.has(f"hand.key.{told.order}") else told.order
    by, missed = words("inspect.by_hand") if told.operator else "", "" if told.heard else words("inspect.unheard")
    return " · ".join(filter(None, (name, by, missed)))


def compass(x0: float, y0: float, x1: float, y1: float) -> str:
    """The quarter of the compass from one point to another: "north", "east", "south" or "west"."""
    if abs(x1 - x0) > abs(y1 - y0):
        return "east" if x1 > x0 else "west"
    return "south" if y1 > y0 else "north"


def paint(
    theme: Theme, words: Words, title: str, lines: Sequence[Line], chart: BarrierPortrait | None
) -> pygame.Surface:
    """The sheet: a title, lines of what and how much, and the load of a barrier over time."""
    px, pad = theme.px, theme.px(18)
    written = [
        (theme.write(a, SMALL, theme["text_soft"]), theme.write(b, SMALL, theme["text"], bold=True)) for a, b in lines
    ]
    head = theme.write(title, SECTION, theme["text"], bold=True)
    widest = max((a.get_width() + b.get_width() + px(30) for a, b in written), default=0)
    width = max(min(px(_WIDE), widest), widest, head.get_width()) + 2 * pad
    height = px(64) + len(lines) * px(_ROW) + (px(_CHART) if chart else 0) + pad
    sheet = pygame.Surface((width, height))
    sheet.fill(theme["panel"])
    pygame.draw.rect(sheet, theme["accent"], sheet.get_rect(), px(3))
    sheet.blit(head, (pad, px(14)))
    y = px(60)
    for left, right in written:
        sheet.blit(left, left.get_rect(midleft=(pad, y + px(_ROW) // 2)))
        sheet.blit(right, right.get_rect(midright=(width - pad, y + px(_ROW) // 2)))
        y += px(_ROW)
    if chart:
        _draw_chart(sheet, theme, words, pygame.Rect(pad, y + px(10), width - 2 * pad, px(_CHART - 20)), chart)
    return sheet


def _draw_chart(sheet: pygame.Surface, theme: Theme, words: Words, box: pygame.Rect, known: BarrierPortrait) -> None:
    """Load (solid) and what the barrier bears (dashed) over time; a mark where it gave way."""
    px = theme.px
    pygame.draw.rect(sheet, theme["panel_raised"], box)
    top = max(float(known.load.max()), float(known.bears.max()), 1.0) * 1.1
    first, last = float(known.times[0]), float(known.times[-1])

    def at(time: float, value: float) -> Point:
        return box.left + (time - first) / max(last - first, 1e-6) * box.width, box.bottom - value / top * box.height

    step = max(1, len(known.times) // box.width)
    load = [at(t, v) for t, v in zip(known.times[::step], known.load[::step], strict=True)]
    bears = [at(t, v) for t, v in zip(known.times[::step], known.bears[::step], strict=True)]
    if len(load) > 1:
        pygame.draw.lines(sheet, theme["load"], False, load, px(4))
        for k in range(0, len(bears) - 1, 8):
            pygame.draw.lines(sheet, theme["capacity"], False, bears[k : k + 5], px(3))
    if known.broke is not None:
        x, _ = at(known.broke, 0.0)
        pygame.draw.line(sheet, theme["breach"], (x, box.top), (x, box.bottom), px(3))
    labels = (
        (clock(first), {"bottomleft": (box.left + px(6), box.bottom)}),
        (clock(last), {"bottomright": (box.right - px(6), box.bottom)}),
        (f"{words.number(top / 1000, 1)} kN/m", {"topleft": (box.left + px(6), box.top)}),
    )
    for text, corner in labels:
        label = theme.write_haloed(text, SMALL, theme["text"], theme["panel"], bold=False)
        sheet.blit(label, label.get_rect(**corner))
