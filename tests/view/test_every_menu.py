"""Every entry of every menu in both languages: pointed at where it was drawn, pressed, with what a user then sees. The
entries come from what the program drew: one that is added there without a line here fails."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pygame
import pytest
from console import Console

from crowdsim import settings
from crowdsim.behaviour.formations import FORMATIONS
from crowdsim.behaviour.parties import PERSONS
from crowdsim.behaviour.unit import Arrest, Brace, Hold
from crowdsim.places import shipped
from crowdsim.problems import Problem
from crowdsim.session.commands import DeclarePhase, GiveOrder, Inject, SetBarrier, SetParam, UseTool
from crowdsim.session.draft import Draft
from crowdsim.view import panel as panels
from crowdsim.view.backdrop import Backdrop
from crowdsim.view.desk.desk import Desk
from crowdsim.view.desk.files import Files
from crowdsim.view.desk.menu import FILES, WISHES, Menu
from crowdsim.view.desk.messages import Problems, Question
from crowdsim.view.hand import menus
from crowdsim.view.hand.keys import ALWAYS, LETTERS
from crowdsim.view.hand.keys import LAYERS as CHIPS
from crowdsim.view.hand.menu import SIGNS
from crowdsim.view.hand.tool import Hand
from crowdsim.view.hud import PHASES
from crowdsim.view.inspector import Inspector
from crowdsim.view.layermenu import LayerMenu
from crowdsim.view.layers import NAMES
from crowdsim.view.plan.plan import PAGES, Plan
from crowdsim.view.sound import Sound
from crowdsim.view.tour import Tour

FIELD = shipped("maps", "lapangan_agathis", "latihan.toml")


def sent(console: Console) -> list[Any]:
    return console.first.sent  # type: ignore[attr-defined]


# --- the menu of the desk ---------------------------------------------------------------------------------------------

Seen = Callable[[Console], object]
DESK: dict[str, Seen] = {
    "new": lambda c: c.tool(Files).open and c.tool(Files).folder == shipped("maps"),
    "open": lambda c: c.tool(Files).open,
    "save": lambda c: c.say("desk.saved", file="rencana.toml") == c.window._notice,
    "save_as": lambda c: c.tool(Files).open and c.tool(Files).name == "rencana.toml",
    "plan": lambda c: c.window.draft is not None,
    "play": lambda c: c.window.draft is None and c.window.source is not c.first,
    "mapsheet": lambda c: any(Path("runs").glob("*-A3.png")),
    "backdrop": lambda c: c.tool(Files).open or c.tool(Backdrop).open,
    "trainee": lambda c: c.window.picture.look.trainee,
    "sound": lambda c: c.tool(Sound).on or c.window._notice == c.say("sound.none"),
    "language": lambda c: c.window.picture.look.lang != c.look.lang,
    "theme": lambda c: c.window.picture.theme.name == "light",
    "help": lambda c: c.window.picture.look.help,
    "fullscreen": lambda c: c.window.surface.get_size() == pygame.display.get_desktop_sizes()[0],
    "leave": lambda c: c.window.leaving,
    "close": lambda c: not c.tool(Menu).open,
    "recent0": lambda c: settings.recent()[0].name == "rencana.toml" and bool(c.window.opener.played),
}
PLANNING = ("save", "save_as", "play", "backdrop", "recent0")  # those that ask for a plan, or are tried with one


def plan(console: Console, folder: Path) -> None:
    path = folder / "rencana.toml"
    path.write_text(FIELD.read_text(encoding="utf-8"), encoding="utf-8")
    assert console.tool(Desk).plan_file(path)
    console.turn(2)


def test_the_menu_shows_every_entry_and_no_other(console: Console, tmp_path: Path) -> None:
    console.press(pygame.K_ESCAPE)
    console.turn(2)
    shown = set(console.tool(Menu).spots)
    plan(console, tmp_path)
    console.press(pygame.K_ESCAPE)
    console.turn(2)
    shown |= set(console.tool(Menu).spots)
    assert shown == set(DESK) == {*FILES, *WISHES, "leave", "close", "recent0"}


@pytest.mark.parametrize("name", DESK)
def test_an_entry_of_the_menu(console: Console, tmp_path: Path, name: str) -> None:
    if name in PLANNING:
        plan(console, tmp_path)
    elif name == "plan":
        console.window.resting = Draft.open(FIELD)
    console.click(console.tool(Menu).handle_place.center) if name == "help" else console.press(pygame.K_ESCAPE)
    console.turn(2)
    menu = console.tool(Menu)
    assert menu.open and (name == "close" or not DESK[name](console))
    console.click_widget(menu, name)
    assert DESK[name](console) and not console.tool(Menu).open


# --- cards ------------------------------------------------------------------------------------------------------------

FILE_CARD: dict[str, Seen] = {
    "up": lambda c: c.tool(Files).folder == Path.cwd().parent,
    "shipped": lambda c: c.tool(Files).folder == shipped("maps"),
    "here": lambda c: c.tool(Files).folder == Path.cwd(),
    "home": lambda c: c.tool(Files).folder == Path.home(),
    "anak": lambda c: c.tool(Files).folder == Path.cwd() / "anak",
    "satu.toml": lambda c: c.tool(Files).name == "satu.toml",
    "name": lambda c: c.tool(Files).sheet.writing,
    "take": lambda c: not c.tool(Files).open and c.window.opener.played,
    "close": lambda c: not c.tool(Files).open and not c.window.opener.played,
}


def test_the_card_of_files(console: Console, tmp_path: Path) -> None:
    (tmp_path / "satu.toml").write_text(FIELD.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "anak").mkdir()
    for name, did in FILE_CARD.items():
        if not console.tool(Files).open:
            console.press(pygame.K_o, pygame.KMOD_LCTRL)
            console.turn(2)
        files = console.tool(Files)
        files.folder = tmp_path / "anak" if name == "here" else tmp_path
        files.name = ""
        files.spots.clear()
        files.stale()
        console.turn(3)
        if name in ("anak", "satu.toml"):
            assert set(files.spots) == set(FILE_CARD)
        if name == "take":
            console.click_widget(files, "satu.toml")
        console.click_widget(files, name)
        assert did(console), name
        if name == "take":
            console.afresh(tmp_path / "run.crowdsim")


@pytest.mark.parametrize("key", [None, pygame.K_RETURN, pygame.K_ESCAPE])
def test_the_card_of_mistakes_closes(console: Console, key: int | None) -> None:
    card = console.tool(Problems)
    card.tell([Problem("a.toml", "unit[0]", "x", "y")])
    console.turn(3)
    assert set(card.spots) == {"close"}
    console.press(key) if key else console.click_widget(card, "close")
    assert not card.open and not console.window.leaving


@pytest.mark.parametrize(
    ("answer", "leaves", "saved"),
    [("save", True, True), ("discard", True, False), ("cancel", False, False)],
)
def test_the_question_before_something_is_lost(
    console: Console, tmp_path: Path, answer: str, leaves: bool, saved: bool
) -> None:
    plan(console, tmp_path)
    console.window.draft.set("unit", 0, label="LAIN")  # type: ignore[union-attr]
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    console.turn(3)
    question = console.tool(Question)
    assert set(question.spots) == {"save", "discard", "cancel"} and not console.window.leaving
    console.click_widget(question, answer)
    assert (console.window.leaving, "LAIN" in (tmp_path / "rencana.toml").read_text()) == (leaves, saved)


# --- lists of the hand ------------------------------------------------------------------------------------------------


def asks(text: str, **values: object) -> Callable[[Console], bool]:
    return lambda c: c.tool(Hand).asked is not None and c.tool(Hand).asked.text == c.say(f"hand.ask.{text}", **values)


def sends(right: Callable[[Any], bool]) -> Callable[[Console], bool]:
    return lambda c: len(sent(c)) == 1 and right(sent(c)[0])


def opens(name: str) -> Callable[[Console], bool]:
    return lambda c: c.tool(Hand).menu is not None and c.tool(Hand).menu.title == c.say(f"hand.menu.{name}")


def orders(order: object) -> Callable[[Console], bool]:
    return sends(lambda command: command == GiveOrder("lanjut1", order))  # type: ignore[arg-type]


def uses(tool: str, unit: str = "", strength: str = "") -> Callable[[Console], bool]:
    return sends(lambda c: isinstance(c, UseTool) and (c.tool, c.by, c.strength) == (tool, unit, strength))


def forms(name: str) -> Callable[[Console], bool]:
    return lambda c: c.tool(Hand).formation == name


def by_letter(name: str) -> Callable[[Console], None]:
    key = next(letter.key for letter in (*LETTERS, *ALWAYS) if letter.name == name)
    return lambda c: c.press(key)


def happening(number: int) -> Callable[[Console], None]:
    def opened(console: Console) -> None:
        by_letter("inject")(console)
        console.press(pygame.key.key_code(SIGNS[number]))

    return opened


def beyond_the_ninth(console: Console) -> None:
    hand = console.tool(Hand)
    console.press(pygame.K_ESCAPE)
    console.turn()
    box = next(box for box, chip in hand._bar._boxes if chip.sign == "Alt")
    console.click((hand._bar.area.left + box.centerx, hand._bar.area.top + box.centery))


def takes(number: int) -> Callable[[Console], bool]:
    return lambda c: c.tool(Hand).held == [c.window.frame.units[number].id]


LISTS: dict[str, tuple[Callable[[Console], object], Callable[[Console], list[Callable[[Console], object]]]]] = {
    "form_up": (by_letter("form_up"), lambda c: [forms(name) for name in FORMATIONS]),
    "posture": (by_letter("posture"), lambda c: [orders(Hold(name)) for name in c.first.profile.posture]),  # type: ignore[attr-defined]
    "arrest": (
        by_letter("arrest"),
        lambda c: [*(orders(Arrest(sort)) for sort in ("violent", "provocateur", "korlap")), asks("person")],
    ),
    "escort": (by_letter("escort"), lambda c: [asks("zone") for _ in PERSONS]),
    "means": (
        by_letter("means"),
        lambda c: [
            uses("appeal", "lanjut1"), uses("warning", "lanjut1"), asks("target"), asks("target"),
            uses("water", strength="off"), asks("target"), uses("extinguish", "lanjut1"), asks("barricade"),
        ],
    ),
    "inject": (
        by_letter("inject"),
        lambda c: [
            sends(lambda command: command.crowd == "massa" and command.anger > 0 and len(command.caption) == 2),
            sends(lambda command: command == Inject("susulan", arrive=True)),
            asks("fall"), opens("wind"), opens("exit"),
        ],
    ),
    "wind": (
        happening(3),
        lambda c: [
            sends(lambda command, wind=wind: command == Inject(wind=wind))  # type: ignore[misc]
            for wind in ((0.0, 0.0), (0.0, -2.0), (2.0, 0.0), (0.0, 2.0), (-2.0, 0.0))
        ],
    ),
    "exit": (
        happening(4),
        lambda c: [sends(lambda command, way=way: command == Inject(shut=way)) for way in ("west", "east", "lane")],  # type: ignore[misc]
    ),
    "units": (beyond_the_ninth, lambda c: [takes(number) for number in range(9, len(c.window.frame.units))]),
    "gate": (
        lambda c: c.click_map(102.0, 74.0),
        lambda c: [
            sends(lambda command: command == SetBarrier("side", True)),
            sends(lambda command: command == SetBarrier("side", False)),
            orders(Brace("side")),
            lambda c: c.tool(Inspector).subject == ("barrier", 1),
        ],
    ),
}  # fmt: skip
MANOEUVRES = {"brace", "lapis_ganti", "lintas_ganti"}  # they ask for a click and have no list


def test_every_list_of_the_hand_is_tried() -> None:
    assert set(LISTS) | MANOEUVRES == set(menus.BY_LETTER) | {"wind", "exit", "units", "gate"}


@pytest.mark.parametrize("name", LISTS)
def test_every_choice_of_a_list(console: Console, name: str) -> None:
    """By a click and by its letter in turn, the other way round in the other language."""
    hand = console.tool(Hand)
    opened, expected = LISTS[name]
    effects = expected(console)
    for number, did in enumerate(effects):
        hand.held, hand.asked, hand.menu, hand.formation = ["lanjut1"], None, None, ""
        sent(console).clear()
        opened(console)
        assert hand.menu and len(hand.menu.choices) == len(effects), "a choice more, or less, than is tried"
        label = hand.menu.choices[number].label
        assert label and "hand." not in label
        if (number + (console.look.lang == "en")) % 2:
            console.click(hand.menu._boxes[number].center)
        else:
            console.press(pygame.key.key_code(SIGNS[number]))
        assert did(console), label


# --- the bar, the list of layers, the panel, the tour -----------------------------------------------------------------


def test_every_chip_of_the_bar_at_rest(console: Console) -> None:
    """Units, phases, layers, means and happenings; and the way out of a question."""
    hand = console.tool(Hand)
    layers = {sign: "unit_labels" if name == "labels" else name for name, sign in CHIPS}

    def click(number: int) -> None:
        box = hand._bar._boxes[number][0]
        console.click((hand._bar.area.left + box.centerx, hand._bar.area.top + box.centery))

    console.turn()
    chips = [chip for _, chip in hand._bar._boxes]
    tried = []
    for number, chip in enumerate(chips):
        sent(console).clear()
        hand.held, hand.menu = [], None
        console.window.picture.look = console.window.picture.look.__class__(
            **{**vars(console.look), "bar": True, "help": False}
        )
        console.turn()
        look = console.window.picture.look
        click(number)
        if chip.colour:
            assert sent(console) == [DeclarePhase(chip.colour)] and chip.label == console.say(f"phase.{chip.colour}")
        elif chip.sign.isdigit():
            assert hand.held == [console.window.frame.units[int(chip.sign) - 1].id]
        elif chip.sign in layers and layers[chip.sign] != "layers":
            assert getattr(console.window.picture.look, layers[chip.sign]) != getattr(look, layers[chip.sign])
        elif chip.sign == "O":
            assert console.tool(LayerMenu).open
            console.press(pygame.K_ESCAPE)
        else:
            title = {"Alt": "units", "U": "means", "I": "inject"}[chip.sign]
            assert hand.menu and hand.menu.title == console.say(f"hand.menu.{title}")
            console.press(pygame.K_ESCAPE)
        tried.append(chip.sign or chip.colour)
    assert set(PHASES) | set(layers) | {letter.sign for letter in ALWAYS} <= set(tried)
    hand.ask("place", lambda at: True)
    console.turn()
    click(next(k for k, (_, chip) in enumerate(hand._bar._boxes) if chip.sign == "Esc"))
    assert hand.asked is None


def test_every_row_of_the_list_of_layers(console: Console) -> None:
    console.press(pygame.K_o)
    console.turn()
    menu = console.tool(LayerMenu)
    assert [name for _, name in menu._rows] == list(NAMES)
    for number, name in enumerate(NAMES):
        before = getattr(console.window.picture.look, name)
        assert console.window.picture.place.map.contains(menu._rows[number][0])
        console.click(menu._rows[number][0].center)
        assert getattr(console.window.picture.look, name) is not before, name
    console.press(pygame.K_ESCAPE)
    assert not menu.open and not console.window.leaving


def test_every_tab_and_slider_of_the_panel(console: Console) -> None:
    picture, place = console.window.picture, console.window.picture.place.panel
    tabs = panels._TABS
    for number in reversed(range(len(tabs))):
        panel = picture.panel
        assert panel is not None
        console.click((place.left + (number + 0.5) * place.width / len(tabs), panel._rows["tabs"].centery))
        if tabs[number] == "layers":
            assert console.tool(LayerMenu).open
            console.press(pygame.K_ESCAPE)
        else:
            assert picture.look.page == tabs[number]
    console.press(pygame.K_TAB)
    console.turn(3)
    panel = picture.panel
    assert panel is not None and picture.look.page == "controls"
    rows = panel._rows["sliders"]
    for y in range(rows.top + 4, rows.bottom, panel.theme.px(24)):
        for share in (0.3, 0.7):
            console.click((place.left + rows.width * share, y), apart=True)
    console.turn(6)
    assert {command.name for command in sent(console) if isinstance(command, SetParam)} == {
        k.name for k in panels.KNOBS
    }


def test_the_tour_is_walked_by_keys_and_by_mouse(console: Console) -> None:
    tour = console.tool(Tour)
    console.press(pygame.K_F1)
    for number in range(len(tour.steps)):
        assert tour.step == number
        console.press((pygame.K_RETURN, pygame.K_KP_ENTER, pygame.K_RIGHT)[number % 3])
    assert tour.step is None and settings.load()["tour_seen"] is True
    console.press(pygame.K_F1)
    console.press(pygame.K_RIGHT)
    console.press(pygame.K_LEFT)
    assert tour.step == 0
    for number in range(len(tour.steps)):
        assert tour.step == number
        for box, to in list(tour._buttons):  # back, where there is a way back, and on again
            if to is not None and to == number - 1:
                console.click(box.center)
                assert tour.step == number - 1
                console.press(pygame.K_RIGHT)
        console.click(next(box for box, to in tour._buttons if to == number + 1).center)
    assert tour.step is None
    console.press(pygame.K_F1)
    skip = next(box for box, to in tour._buttons if to is None)
    console.click(skip.center)
    assert tour.step is None and not console.window.leaving


# --- the sheet of a plan ----------------------------------------------------------------------------------------------

PLAN: dict[str, tuple[str, Seen]] = {
    "page.units": ("crowds", lambda c: c.tool(Plan).page == "units"),
    "page.crowds": ("units", lambda c: c.tool(Plan).page == "crowds"),
    "page.timeline": ("units", lambda c: c.tool(Plan).page == "timeline"),
    "undo": ("units", lambda c: c.tool(Plan).draft.can_redo),
    "redo": ("units", lambda c: c.tool(Plan).draft.can_undo and not c.tool(Plan).draft.can_redo),
    "crowd.add": ("crowds", lambda c: c.tool(Plan).draft.spec.crowd[-1].count == 20),
    "entry.add": ("timeline", lambda c: len(c.tool(Plan).draft.spec.timeline) > len(Draft.open(FIELD).spec.timeline)),
    "unit.back": ("units", lambda c: c.tool(Plan).unit is None),
    "save": ("units", lambda c: c.window._notice == c.say("desk.saved", file="rencana.toml")),
    "play": ("units", lambda c: c.window.draft is None),
}


def test_the_buttons_of_a_plan(console: Console, tmp_path: Path) -> None:
    plan(console, tmp_path)
    sheet = console.tool(Plan)
    for name, (page, did) in PLAN.items():
        sheet.page = page
        if name == "undo":
            assert sheet.attempt(lambda: sheet.draft.set("unit", 0, label="LAIN"))
        if name == "unit.back":
            sheet.choose_unit(0)
        sheet.stale()
        console.turn(2)
        console.click_widget(sheet, name)
        assert did(console), name


def test_everything_on_the_sheet_of_a_plan_has_a_text(
    console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every button that is drawn on any page is in the table above, and every label is a text of this language."""
    drawn: dict[str, str] = {}
    for kind in ("button", "number", "slider", "choice", "tick", "written"):
        real = getattr(Plan, kind)

        def noted(
            self: Plan, name: str, text: str, *rest: Any, real: Any = real, kind: str = kind, **more: Any
        ) -> None:
            drawn[f"{kind} {name}"] = text
            real(self, name, text, *rest, **more)

        monkeypatch.setattr(Plan, kind, noted)
    plan(console, tmp_path)
    sheet = console.tool(Plan)
    for page in PAGES:
        sheet.page = page
        for number in range(len(sheet.draft.spec.timeline) if page == "timeline" else 2):
            sheet.unit = number if page == "units" and number else None
            sheet._pages["timeline"].entry = number
            sheet.stale()
            console.turn()
    assert len(drawn) > 40 and all(text and "plan." not in text for text in drawn.values())
    buttons = {name.split()[1] for name in drawn if name.startswith("button ")}
    assert buttons == set(PLAN) | {"remove"}, "that one is tried in test_plan"
