"""What the hand shows: marks on the map, what the bar says, the note beside the pointer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pygame

from crowdsim.behaviour.formations import FORMATIONS
from crowdsim.behaviour.unit import FormUp
from crowdsim.session.commands import WHY, DeclarePhase, GiveOrder
from crowdsim.view.hand import marks, menus
from crowdsim.view.hand.bar import Chip, Row
from crowdsim.view.hand.keys import ALWAYS, LAYERS, LETTERS, Letter
from crowdsim.view.hand.line import Line, slots_of
from crowdsim.view.hand.menu import mark_warning
from crowdsim.view.hud import PHASES
from crowdsim.view.inputs import Do
from crowdsim.view.theme import SMALL

if TYPE_CHECKING:
    from crowdsim.view.hand.tool import Hand
    from crowdsim.view.picture import Moment

_ON_BAR = 9  # units with a chip of their own
_AROUND = 2.0  # m around a front, that its ranks take
_FRONT = 1.0  # m: a shorter line has no front to show


def draw_notes(hand: Hand, surface: pygame.Surface) -> pygame.Rect | None:
    """The box that is being drawn, a note beside the pointer, what doctrine has against what was done.

    Returns where the note lies, px.
    """
    picture, press = hand.window.picture, hand.pressed
    if press and press.drag == "box":
        marks.draw_box(surface, picture.theme, press.at, hand.pointer)
    note, box = _note(hand), None
    if note and picture.place.map.collidepoint(hand.pointer):
        box = marks.draw_note(surface, picture.theme, picture.camera.view, hand.pointer, note)
    if hand.warning and not hand.menu:
        _draw_warning(hand, surface)
    return box


def front_boxes(hand: Hand) -> list[pygame.Rect]:
    """Where fronts lie that are drawn or in hand, px, piece by piece: labels leave them free."""
    camera = hand.window.picture.camera
    side = round(2 * _AROUND * camera.zoom)
    found = []
    for line in [*hand.ghost.values(), *(hand.lines[unit] for unit in hand.held if unit in hand.lines)]:
        front = line.front
        pieces = max(1, round(line.length / _AROUND))
        at = np.linspace(0, len(front) - 1, pieces + 1)
        for x, y in zip(*(np.interp(at, range(len(front)), front[:, k]) for k in (0, 1)), strict=True):
            box = pygame.Rect(0, 0, side, side)
            box.center = camera.to_screen(float(x), float(y))
            found.append(box)
    return found


def draw_units(hand: Hand, surface: pygame.Surface, moment: Moment) -> int:
    """Units in hand, the slots they were told, the ghost of a line; how many slots of it lie in a wall."""
    picture, frame = hand.window.picture, moment.current
    brush, theme, tile_map = marks.brush_on(surface, picture.camera), picture.theme, hand.window.source.map
    here = frame.position
    if len(moment.previous.position) == len(here):
        here = moment.previous.position + (here - moment.previous.position) * moment.blend
    known = {unit.id: unit for unit in frame.units}
    marks.draw_selected(brush, theme, frame, here, hand.held)
    ghost = hand.ghost
    for unit in [unit for unit in hand.held if unit in known and unit not in ghost]:
        _, order = hand.given.get(unit, (0.0, None))
        if isinstance(order, FormUp) and hand.on_the_way(unit, moment.time) > 0.0:
            marks.draw_slots(brush, theme, tile_map, slots_of(order, known[unit].count), sure=True)
        if unit in hand.lines and hand.lines[unit].length > _FRONT:
            marks.draw_front(brush, theme, hand.lines[unit], handle=True)
    if hand.formation and hand.held and not hand.pressed:
        at = hand.to_map(hand.pointer)
        ghost = Line(at, at, hand.formation).shared(hand.units)
    blocked = 0
    for unit, line in ghost.items():
        slots = slots_of(line.order(known[unit].heading), known[unit].count)
        blocked += marks.draw_slots(brush, theme, tile_map, slots, sure=False)
        if line.length > _FRONT:
            marks.draw_front(brush, theme, line, handle=False)
    return blocked


def _note(hand: Hand) -> str:
    """What is said beside the pointer."""
    if hand.asked:
        return hand.asked.text
    if hand.ghost:
        line = next(iter(hand.ghost.values()))
        text = f"{_name(hand, line.formation)} · {hand.window.picture.words.number(line.length, 1)} m"
        return text + (f" · {hand.say('blocked', count=hand.blocked)}" if hand.blocked else "")
    return hand.say("ask.line", formation=_name(hand, hand.formation)) if hand.formation and hand.held else ""


def rows(hand: Hand, moment: Moment) -> list[Row]:
    """What the bar says: a question; or units and layers; or who is in hand and what the letters do."""
    words, declared = hand.window.picture.words, moment.current.phase
    phases = [
        Chip("", words(f"phase.{name}"), lambda name=name: hand.send(DeclarePhase(name)), name == declared, name)  # type: ignore[misc]
        for name in PHASES
    ]
    always = [Chip(letter.sign, hand.say(f"key.{letter.name}"), _presses(hand, letter)) for letter in ALWAYS]
    if hand.asked:
        return [Row(text=hand.asked.text), Row([Chip("Esc", hand.say("cancel"), lambda: hand.cancel())], phases)]
    if not hand.held:
        units = [
            Chip(str(k + 1), unit.label, lambda unit=unit: hand.take([unit.id]), warned=unit.id in hand.unheard)  # type: ignore[misc]
            for k, unit in enumerate(moment.current.units[:_ON_BAR])
        ]
        if len(moment.current.units) > _ON_BAR:  # all of them would hide the map
            units.append(Chip("Alt", hand.say("more_units"), lambda: menus.units(hand, _ON_BAR)))
        layers = [Chip(sign, hand.say(f"layer.{name}"), _toggles(hand, name)) for name, sign in LAYERS]
        return [Row(units, phases), Row([*layers, *always])]
    chips = [
        Chip(
            letter.sign,
            hand.say(f"key.{letter.name}") + _metres(letter),
            _presses(hand, letter),
            warned=letter.order is not None and bool(hand.against(GiveOrder("", letter.order))),
        )
        for letter in LETTERS
    ]
    return [Row(right=phases, text=_about(hand, moment)), Row([*chips, *always])]


def _toggles(hand: Hand, layer: str) -> Callable[[], None]:
    return lambda: hand.window.do(Do("unit_labels" if layer == "labels" else layer))


def _about(hand: Hand, moment: Moment) -> str:
    """Who is in hand, what they were told, how they stand."""
    words, known = hand.window.picture.words, {unit.id: unit for unit in moment.current.units}
    units = [known[name] for name in hand.held if name in known]
    if len(units) != 1:
        return " + ".join(unit.label for unit in units) + f" · {sum(unit.count for unit in units)}"
    unit = units[0]
    left = hand.on_the_way(unit.id, moment.time)
    parts = [
        unit.label,
        str(unit.count),
        f"{hand.say(f'key.{unit.order}')} ({_name(hand, unit.formation)})",
        hand.say("in_slot", percent=words.number(100 * unit.in_slot)),
    ]
    if left > 0:
        parts.append(hand.say("on_the_way", seconds=words.number(left)))
    if unit.id in hand.unheard:
        parts.insert(1, hand.say("unheard"))
    return " · ".join(parts)


def _name(hand: Hand, formation: str) -> str:
    """What a formation is called."""
    return hand.say(f"formation.{formation}") if formation in FORMATIONS else formation


def _metres(letter: Letter) -> str:
    """How far, or how wide, an order that is given at once goes."""
    length = getattr(letter.order, "distance", 0.0) or getattr(letter.order, "width", 0.0)
    return f" {length:.0f} m" if length else ""


def _presses(hand: Hand, letter: Letter) -> Callable[[], None]:
    return lambda: hand.press(letter)


def _reasons(hand: Hand) -> list[str]:
    return [f"{mark} {hand.window.picture.words.pick(WHY[mark])}" for mark in hand.warning if mark in WHY]


def warning_box(hand: Hand) -> pygame.Rect:
    """Where it stands what doctrine has against what was just done."""
    theme, place = hand.window.picture.theme, hand.window.picture.place.map
    px = theme.px
    lines = [hand.say("against"), *_reasons(hand)]
    width = max(theme.font(SMALL, True).size(line)[0] for line in lines) + px(86)
    box = pygame.Rect(0, 0, width, len(lines) * px(38) + px(24))
    box.bottomleft = (place.left + px(24), min(place.bottom, hand.bar_top) - px(96))
    return box


def _draw_warning(hand: Hand, surface: pygame.Surface) -> None:
    theme, box = hand.window.picture.theme, warning_box(hand)
    px = theme.px
    surface.fill(theme["panel"], box)
    pygame.draw.rect(surface, theme["kuning"], box, px(4))
    y = box.top + px(12) + px(19)
    mark_warning(surface, theme, (box.left + px(36), y))
    for line in (hand.say("against"), *_reasons(hand)):
        written = theme.write(line, SMALL, theme["text"], bold=True)
        surface.blit(written, written.get_rect(midleft=(box.left + px(64), y)))
        y += px(38)
