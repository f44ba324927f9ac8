"""Every key in both languages: posted as an event, heard by the loop, with what a user then sees. The keys come from
the program's own tables: one that is added there without a line here fails."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pygame
import pytest
from console import Console

from crowdsim.places import shipped
from crowdsim.session.commands import DeclarePhase, GiveOrder, Recall
from crowdsim.session.draft import Draft
from crowdsim.view.bookmarks import Bookmarks
from crowdsim.view.compare import Compare
from crowdsim.view.desk.desk import Desk
from crowdsim.view.desk.files import Files
from crowdsim.view.desk.menu import Menu
from crowdsim.view.hand.keys import ALWAYS, LAYERS, LETTERS
from crowdsim.view.hand.tool import Hand
from crowdsim.view.inputs import KEYS, Do, key_asks, unit_sign
from crowdsim.view.keysheet import GROUPS
from crowdsim.view.layermenu import LayerMenu
from crowdsim.view.layers import LAYERS as OVERLAYS
from crowdsim.view.layers import NAMES
from crowdsim.view.notes import Bookmark, Notes
from crowdsim.view.plan import plan as planning
from crowdsim.view.plan.kinds import fresh
from crowdsim.view.presenter import Presenter
from crowdsim.view.scorecard import ScoreCard
from crowdsim.view.timebar import Timebar
from crowdsim.view.tour import Tour

FIELD = shipped("maps", "lapangan_agathis", "latihan.toml")


# --- the window's keys ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Effect:
    """What a user sees, whether it is right after the key, and what there must be before."""

    see: Callable[[Console], Any]
    right: Callable[[Any, Any, float], bool]  # before, after, value
    first: Callable[[Console], object] = lambda console: None


def other(before: Any, after: Any, value: float) -> bool:
    return bool(after is not before and after != before)


def turned(see: Callable[[Console], Any]) -> Effect:
    """Off, and then on."""
    return Effect(see, lambda before, after, value: not before and bool(after))


def look(name: str) -> Effect:
    return Effect(lambda c: getattr(c.window.picture.look, name), other)


def moves(axis: int) -> Effect:
    return Effect(
        lambda c: c.window.picture.camera.centre[axis],
        lambda before, after, value: (after - before) * value < -1.0,
        lambda c: c.window.picture.camera.zoom_at(6.0, *c.window.picture.camera.view.center),
    )


def marked(console: Console) -> None:
    console.tool(Bookmarks).notes.put(Bookmark(31.0, "catatan"))


def drawn(console: Console) -> None:
    console.tool(Bookmarks).drawing = True
    console.tool(Bookmarks).strokes = [((70.0, 60.0), (80.0, 60.0))]


def resting(console: Console) -> None:
    console.window.resting = Draft.open(FIELD)


def playable(console: Console) -> None:
    console.window.opener.path = FIELD  # type: ignore[union-attr]


EFFECTS: dict[str, Effect] = {
    "pause": Effect(lambda c: c.window.source.paused, other),
    "step": Effect(lambda c: c.first.stepped, lambda before, after, value: after == before + value),  # type: ignore[attr-defined]
    "start": Effect(lambda c: c.window.time, lambda before, after, value: after == 0.0),
    "end": Effect(lambda c: c.window.time, lambda before, after, value: after == 400.0 > before),
    "event": Effect(lambda c: c.window.time, lambda before, after, value: (after - before) * value > 0.0,
                    lambda c: c.window.source.seek(130.0)),
    "branch": Effect(lambda c: c.first.current, lambda before, after, value: (before, after) == ("A", "B")),  # type: ignore[attr-defined]
    "compare": Effect(lambda c: c.tool(Compare).mode, lambda before, after, value: (before, after) == ("", "beside")),
    "compare_with": Effect(lambda c: (c.tool(Compare).mode, c.tool(Compare)._with),
                           lambda before, after, value: after[0] == "beside" and after[1] == "B"),
    "rename": turned(lambda c: c.tool(Timebar)._name is not None),
    "speed": Effect(lambda c: c.window.source.speed, lambda before, after, value: after == before * 2.0**value),
    **{name: look(name) for name in NAMES},
    "layers": turned(lambda c: c.tool(LayerMenu).open),
    "bookmark": turned(lambda c: c.tool(Bookmarks).writing is not None and Notes(c.window.run_file).bookmarks),
    "next_bookmark": Effect(lambda c: c.window.time, lambda before, after, value: after == 31.0, marked),
    "draw": turned(lambda c: c.tool(Bookmarks).drawing),
    "undo_stroke": Effect(lambda c: len(c.tool(Bookmarks).strokes),
                          lambda before, after, value: (before, after) == (1, 0), drawn),
    "clear_strokes": Effect(lambda c: len(c.tool(Bookmarks).strokes),
                            lambda before, after, value: before and not after, drawn),
    "tour": turned(lambda c: c.tool(Tour).step is not None),
    "page": look("page"),
    "score": turned(lambda c: c.tool(ScoreCard)._open),
    "help": look("help"),
    "fit": Effect(lambda c: c.window.picture.camera.zoom / c.window.picture.camera.whole_zoom(),
                  lambda before, after, value: before > 2.0 and abs(after - 1.0) < 1e-6,
                  lambda c: c.window.picture.camera.zoom_at(6.0, 400, 300)),
    "zoom": Effect(lambda c: c.window.picture.camera.zoom, lambda before, after, value: (after - before) * value > 0.0,
                   lambda c: c.window.picture.camera.zoom_at(6.0, 400, 300)),
    "pan_x": moves(0),
    "pan_y": moves(1),
    "plan": Effect(lambda c: c.window.draft is not None, other, playable),
    "new": turned(lambda c: c.tool(Files).open and any(path.suffix == "" for path in c.tool(Files).rows())),
    "open": turned(lambda c: c.tool(Files).open),
    "save": Effect(lambda c: c.tool(Files).open and c.tool(Files).name,
                   lambda before, after, value: after == FIELD.name, resting),
    "leave": turned(lambda c: c.window.leaving),
    "presenter": Effect(lambda c: (c.window.picture.theme.name, c.window.picture.panel is None),
                        lambda before, after, value: (before, after) == (("dark", False), ("light", True))),
    "projector": turned(lambda c: c.loop.second is not None),
    "spotlight": turned(lambda c: c.tool(Presenter).spotlight),
    "theme": Effect(lambda c: c.window.picture.theme.name, other),
    "language": Effect(lambda c: c.window.picture.words.lang, other),
    "fullscreen": Effect(lambda c: c.window.surface.get_size() == pygame.display.get_desktop_sizes()[0], other),
    "scale": Effect(lambda c: c.window.picture.theme.scale,
                    lambda before, after, value: (after - before) * value > 0.0),
    "picture": turned(lambda c: list(Path("runs").glob("picture-*.png"))),
    "menu": turned(lambda c: c.tool(Menu).open),
    "follow": Effect(lambda c: c.tool(Hand).held,
                     lambda before, after, value: not before and after == [CURRENT.frame.units[int(value)].id]),
}  # fmt: skip
CURRENT: Any = None  # the window of the test, of whose units the numbers tell
WINDOW_KEYS = [(key, mod, asked) for mod, table in KEYS.items() for key, asked in table.items()]


def named(key: int, mod: int) -> str:
    held = {pygame.KMOD_CTRL: "Ctrl ", pygame.KMOD_SHIFT: "Shift ", pygame.KMOD_ALT: "Alt "}.get(mod, "")
    return held + pygame.key.name(key)


@pytest.mark.parametrize(("key", "mod", "asked"), WINDOW_KEYS, ids=[named(key, mod) for key, mod, _ in WINDOW_KEYS])
def test_a_key_of_the_window(console: Console, key: int, mod: int, asked: object) -> None:
    global CURRENT
    CURRENT = console.window
    if isinstance(asked, DeclarePhase):
        console.press(key, mod)
        assert console.first.sent == [asked]  # type: ignore[attr-defined]
        return
    assert isinstance(asked, Do)
    effect = EFFECTS[asked.what]
    effect.first(console)
    console.turn()
    before = effect.see(console)
    console.press(key, mod)
    assert effect.right(before, effect.see(console), asked.value)


def test_keys_that_ask_for_nothing_and_modifiers() -> None:
    shift, ctrl, alt = pygame.KMOD_RSHIFT, pygame.KMOD_LCTRL, pygame.KMOD_LALT
    assert key_asks(pygame.K_q, 0) is None and key_asks(pygame.K_d, ctrl) is None
    assert key_asks(pygame.K_TAB, alt) is None, "who leaves for another program turns no page"
    assert key_asks(pygame.K_EQUALS, shift) == Do("zoom", 1), "plus is the shift of a key with another sign"
    assert key_asks(pygame.K_2, shift) == DeclarePhase("kuning")


def test_a_unit_in_hand_is_followed_by_its_key_and_the_bar_tells_of_the_others(console: Console) -> None:
    hand = console.tool(Hand)
    console.press(pygame.K_4, pygame.KMOD_LALT)
    assert hand.held == ["unit14"]
    console.press(pygame.K_4, pygame.KMOD_LALT)
    assert console.window.picture.look.followed == "unit14"
    console.press(pygame.K_ESCAPE)
    for number in range(len(console.window.frame.units)):
        sign = unit_sign(number)
        assert sign == (str(number + 1) if number < 9 else f"Alt + {number - 9}" if number < 19 else "")
    (chip,) = [box for box, chip in hand._bar._boxes if chip.sign == "Alt"]
    console.click((hand._bar.area.left + chip.centerx, hand._bar.area.top + chip.centery))
    assert [choice.label for choice in hand.menu.choices][:2] == ["SATUAN 10  (Alt + 0)", "SATUAN 11  (Alt + 1)"]
    assert len(hand.menu.choices) == len(console.window.frame.units) - 9
    console.press(pygame.K_b)
    assert hand.held == ["unit21"], "the last has no key of its own"


# --- letters with units in hand ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("letter", [*LETTERS, *ALWAYS], ids=lambda letter: letter.name)
def test_a_letter_of_the_hand_by_key_and_by_chip(console: Console, letter: Any) -> None:
    hand, sent = console.tool(Hand), console.first.sent  # type: ignore[attr-defined]
    console.press(pygame.K_1)
    for times, how in enumerate(("key", "chip"), 1):
        if how == "key":
            console.press(letter.key)
        else:
            box = next(box for box, chip in hand._bar._boxes if chip.sign == letter.sign)
            console.click((hand._bar.area.left + box.centerx, hand._bar.area.top + box.centery))
        if letter.order is not None:
            assert sent == times * [GiveOrder("lanjut1", letter.order)]
        elif letter.name == "recall":
            assert sent == times * [Recall("lanjut1")]
        else:  # it asks for more: by a list under its own title, or for a click, in the language of the window
            asked = hand.menu.title if hand.menu else hand.asked.text
            place = {"move_to": "ask.place", "brace": "ask.gate", "lapis_ganti": "ask.part.relief",
                     "lintas_ganti": "ask.part.screen"}.get(letter.name, f"menu.{letter.name}")  # fmt: skip
            assert asked == console.say(f"hand.{place}") and sent == []
            console.press(pygame.K_ESCAPE)
            assert hand.menu is None and hand.asked is None and hand.held == ["lanjut1"]


def test_no_key_means_two_things_in_one_state() -> None:
    """Letters of the hand; and while nobody is in hand those of the window, of which `ALWAYS` takes its own."""
    signs = [letter.key for letter in (*LETTERS, *ALWAYS)]
    assert len(signs) == len(set(signs))
    assert not {letter.key for letter in ALWAYS} & set(KEYS[pygame.KMOD_NONE])
    printed = [layer.keys for layer in OVERLAYS]
    assert len(printed) == len(set(printed))
    asked = {layer.keys: layer.name for layer in OVERLAYS}
    for keys, name in asked.items():
        mod = pygame.KMOD_SHIFT if keys.startswith("Shift") else 0
        assert key_asks(pygame.key.key_code(keys[-1].lower()), mod) == Do(name)
    for name, sign in LAYERS:
        assert key_asks(pygame.key.key_code(sign.lower()), 0) == Do("unit_labels" if name == "labels" else name)


# --- the sheet of keys ------------------------------------------------------------------------------------------------

PRINTED = {"home": "Home", "end": "End", "escape": "Esc", "tab": "Tab", "delete": "Del", "left": "←", "right": "→",
           "up": "↑", "down": "↓", "space": ""}  # fmt: skip
SAME = {pygame.K_EQUALS, pygame.K_KP0, pygame.K_KP_PLUS, pygame.K_KP_MINUS}  # as another key that is printed
RANGES = {"1 – 9": "1 2 3 4 5 6 7 8 9", "0 – 9": "0 1 2 3 4 5 6 7 8 9"}


def on_the_sheet() -> set[tuple[int, str]]:
    """Every key that is printed: with which modifier, and its sign."""
    found = set()
    names = {"Ctrl": pygame.KMOD_CTRL, "Shift": pygame.KMOD_SHIFT, "Alt": pygame.KMOD_ALT}
    lines = [key for _, lines in GROUPS for key, text in lines if text] + [layer.keys for layer in OVERLAYS]
    for line in lines:
        for short, long in RANGES.items():
            line = line.replace(short, long)
        held, signs = 0, line.split()
        if not signs:
            found.add((0, ""))
        for k, sign in enumerate(signs):
            if sign in names and signs[k + 1] == "+":
                held = names[sign]
            elif sign != "/" and not (sign == "+" and k and signs[k - 1] in names and signs[k + 1] not in ("/",)):
                found.add((held, sign))
    return found


def test_the_sheet_tells_of_every_key_of_window_and_plan() -> None:
    told = on_the_sheet()
    tables = [(mod, key) for mod, table in KEYS.items() for key in table]
    tables += [(mod, key) for key, mod in planning.KEYS if mod & pygame.KMOD_SHIFT == 0 or mod == pygame.KMOD_SHIFT]
    for mod, key in tables:
        name = pygame.key.name(key)
        sign = PRINTED.get(name, name.upper())
        assert key in SAME or (mod, sign) in told, named(key, mod)
    letters = {letter.sign for letter in ALWAYS}
    known = {(mod, PRINTED.get(pygame.key.name(key), pygame.key.name(key).upper())) for mod, key in tables}
    known |= {(0, sign) for sign in letters} | {(0, sign) for sign in ("A", "Z", "–")}
    assert told <= known, "and of none that does nothing"


# --- keys while planning ----------------------------------------------------------------------------------------------


def test_keys_while_planning(console: Console, tmp_path: Path) -> None:
    """Each on a unit that was chosen by its row."""
    path = tmp_path / "rencana.toml"
    path.write_text(FIELD.read_text(encoding="utf-8"), encoding="utf-8")
    console.tool(Desk).plan_file(path)
    console.turn(2)
    plan = console.tool(planning.Plan)
    last = len(plan.draft.spec.unit)  # one that nobody waits for, where there is room to turn
    assert plan.attempt(lambda: plan.draft.add_unit((60.0, 40.0), -90.0, **fresh("phh", [])))
    console.turn(2)
    console.click_widget(plan, f"unit.{last}")
    assert plan.unit == last
    count = last + 1
    begun = plan.heading_of(last)
    done = []

    def key(name: str) -> None:
        for (key, mod), what in planning.KEYS.items():
            if what == name and (key, mod) not in done:
                done.append((key, mod))
                console.press(key, mod)
                return

    key("turn")
    assert plan.refused == []
    assert plan.heading_of(last) == pytest.approx(begun + 15.0)
    key("turn_back")
    assert plan.heading_of(last) == pytest.approx(begun)
    key("remove")
    assert len(plan.draft.spec.unit) == count - 1
    key("undo")
    assert len(plan.draft.spec.unit) == count
    key("redo")
    assert len(plan.draft.spec.unit) == count - 1
    plan.undo()
    key("redo")
    assert len(plan.draft.spec.unit) == count - 1
    plan.undo()
    console.turn(3)
    console.click_widget(plan, f"unit.{last}")
    key("let_go")
    assert plan.unit is None and not console.tool(Menu).open
    assert set(done) == set(planning.KEYS)
