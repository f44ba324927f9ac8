"""Keys as what they ask for: a command to the simulation, or something the window does itself."""

from dataclasses import dataclass

import pygame

from crowdsim.session.commands import Command, DeclarePhase
from crowdsim.view.hud import PHASES


@dataclass(frozen=True)
class Do:
    """Something the window does: `what`, and how much or which where that matters."""

    what: str
    value: float = 0.0


_PLAIN: dict[int, Do | Command] = {
    pygame.K_SPACE: Do("pause"),
    pygame.K_PERIOD: Do("step", 1),
    pygame.K_COMMA: Do("step", -1),
    pygame.K_HOME: Do("start"),
    pygame.K_END: Do("end"),
    pygame.K_n: Do("event", 1),
    pygame.K_p: Do("event", -1),
    pygame.K_j: Do("branch"),
    pygame.K_k: Do("compare"),
    pygame.K_F3: Do("rename"),
    pygame.K_LEFTBRACKET: Do("speed", -1),
    pygame.K_RIGHTBRACKET: Do("speed", 1),
    pygame.K_d: Do("density"),
    pygame.K_s: Do("squeeze"),
    pygame.K_a: Do("anger"),
    pygame.K_g: Do("gas"),
    pygame.K_e: Do("exits"),
    pygame.K_t: Do("trails"),
    pygame.K_v: Do("velocity"),
    pygame.K_c: Do("contacts"),
    pygame.K_w: Do("warnings"),
    pygame.K_m: Do("minimap"),
    pygame.K_o: Do("layers"),
    pygame.K_b: Do("bookmark"),
    pygame.K_x: Do("draw"),
    pygame.K_z: Do("undo_stroke"),
    pygame.K_F1: Do("tour"),
    pygame.K_TAB: Do("page"),
    pygame.K_f: Do("unit_labels"),
    pygame.K_l: Do("legend"),
    pygame.K_r: Do("score"),
    pygame.K_h: Do("help"),
    pygame.K_0: Do("fit"),
    pygame.K_KP0: Do("fit"),
    pygame.K_PLUS: Do("zoom", 1),
    pygame.K_EQUALS: Do("zoom", 1),
    pygame.K_KP_PLUS: Do("zoom", 1),
    pygame.K_MINUS: Do("zoom", -1),
    pygame.K_KP_MINUS: Do("zoom", -1),
    pygame.K_LEFT: Do("pan_x", 1),
    pygame.K_RIGHT: Do("pan_x", -1),
    pygame.K_UP: Do("pan_y", 1),
    pygame.K_DOWN: Do("pan_y", -1),
    pygame.K_F2: Do("plan"),
    pygame.K_F5: Do("presenter"),
    pygame.K_F6: Do("theme"),
    pygame.K_F7: Do("language"),
    pygame.K_F11: Do("fullscreen"),
    pygame.K_F12: Do("picture"),
    pygame.K_ESCAPE: Do("menu"),
    **{pygame.K_1 + n: Do("follow", n) for n in range(9)},
}
_WITH_CTRL: dict[int, Do | Command] = {
    pygame.K_n: Do("new"),
    pygame.K_o: Do("open"),
    pygame.K_s: Do("save"),
    pygame.K_q: Do("leave"),
    pygame.K_PLUS: Do("scale", 1),
    pygame.K_EQUALS: Do("scale", 1),
    pygame.K_KP_PLUS: Do("scale", 1),
    pygame.K_MINUS: Do("scale", -1),
    pygame.K_KP_MINUS: Do("scale", -1),
}
_WITH_SHIFT: dict[int, Do | Command] = {
    pygame.K_k: Do("compare_with"),
    pygame.K_d: Do("pressure"),
    pygame.K_f: Do("lines"),
    pygame.K_a: Do("legitimacy"),
    pygame.K_v: Do("sight"),
    pygame.K_c: Do("rings"),
    pygame.K_b: Do("next_bookmark"),
    pygame.K_x: Do("clear_strokes"),
    pygame.K_s: Do("spotlight"),
    pygame.K_F5: Do("projector"),
    **{pygame.K_1 + n: DeclarePhase(phase) for n, phase in enumerate(PHASES)},
}
_WITH_ALT: dict[int, Do | Command] = {pygame.K_0 + n: Do("follow", 9 + n) for n in range(10)}  # Alt adds ten

KEYS = {
    pygame.KMOD_NONE: _PLAIN,
    pygame.KMOD_CTRL: _WITH_CTRL,
    pygame.KMOD_ALT: _WITH_ALT,
    pygame.KMOD_SHIFT: _WITH_SHIFT,
}
"""Every key of the window, by the modifier held: what it asks for while nobody else takes it."""


def key_asks(key: int, mod: int) -> Do | Command | None:
    """What a pressed key asks for, with the modifier keys held; None when nothing."""
    for held in (pygame.KMOD_CTRL, pygame.KMOD_ALT):
        if mod & held:
            return KEYS[held].get(key)
    if mod & pygame.KMOD_SHIFT and key in _WITH_SHIFT:
        return _WITH_SHIFT[key]
    return _PLAIN.get(key)


def unit_sign(number: int) -> str:
    """The key that takes a unit, as printed, by its place among the units from 0; "" when there is none."""
    return str(number + 1) if number < 9 else f"Alt + {number - 9}" if number < 19 else ""
