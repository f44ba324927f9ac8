"""Texts, numbers, colours and fonts."""

import re
from pathlib import Path

import pytest

from crowdsim.behaviour.formations import FORMATIONS
from crowdsim.behaviour.sop import load_profile, profile_path
from crowdsim.behaviour.unit import ORDER_KINDS
from crowdsim.frame import EVENT_KINDS
from crowdsim.metrics import lookout
from crowdsim.params import LIMITS
from crowdsim.problems import InputError
from crowdsim.view import hud, keysheet, layers, legend, panel, theme, tour, words
from crowdsim.view.desk import menu
from crowdsim.view.hand import keys
from crowdsim.view.plan import entries, kinds, plan

VIEW = Path(words.__file__).parent
GROUPS = {
    "party": ("delegation", "chair", "hostage", "arrest", "casualty"),
    "state": ("waiting", "talking", "held", "on_the_way", "arrived"),
    "spray": ("jet", "diffuse"),
    "exit": ("open", "shut"),
    "damage": ("none", "light", "moderate", "heavy"),
    "panel": (
        "situation",
        "controls",
        "injured",
        "arrested",
        "thrown",
        "water",
        "damage",
        "anger",
        "fear",
        "legitimacy",
    ),
}


def test_both_languages_have_the_same_keys_and_places() -> None:
    first, second = (words.texts(lang) for lang in ("id", "en"))
    assert first.keys() == second.keys()
    for key in first:
        assert first[key].strip() and second[key].strip(), key
        assert re.findall(r"{\w+}", first[key]) == re.findall(r"{\w+}", second[key]), key


def test_every_text_the_code_asks_for_exists() -> None:
    known = words.texts("id")
    asked = set()
    for path in VIEW.rglob("*.py"):
        asked |= set(re.findall(r'words\("([a-z_.]+)"', path.read_text(encoding="utf-8")))
    asked |= {f"event.{kind}" for kind in EVENT_KINDS} | {f"phase.{phase}" for phase in hud.PHASES}
    asked |= {f"role.{role}" for role in theme.ROLE_NAMES}
    asked |= set(legend.LEGEND.values()) | {f"layer.{layer}" for layer in layers.WITH_LEGEND}
    asked |= {f"layers.{name}" for name in layers.NAMES} | {f"warning.{kind}" for kind in lookout.KINDS}
    asked |= {f"{group}.{kind}" for group, kinds in GROUPS.items() for kind in kinds}
    asked |= {f"layers.{name}" for name in layers.NAMES} | {f"warning.{kind}" for kind in lookout.KINDS}
    asked |= {f"tour.{step}" for step in tour.STEPS} | {f"tour.{step}_text" for step in tour.STEPS}
    asked |= {f"param.{knob.name}" for knob in panel.KNOBS} | {"opening_kind.breach", "opening_kind.line_breach"}
    asked |= {f"help.{title}" for title, _ in keysheet.GROUPS}
    asked |= {f"help.{text or key}" for _, lines in keysheet.GROUPS for key, text in lines}
    asked |= {f"hand.key.{letter.name}" for letter in (*keys.LETTERS, *keys.ALWAYS)}
    asked |= {f"hand.layer.{name}" for name, _ in keys.LAYERS} | {f"hand.formation.{name}" for name in FORMATIONS}
    inspector = (VIEW / "inspector.py").read_text(encoding="utf-8")
    asked |= {f"inspect.{key}" for key in re.findall(r'say\("(\w+)"', inspector)}
    for path in (VIEW / "hand").glob("*.py"):
        asked |= {f"hand.{key}" for key in re.findall(r'\.say\("([a-z_.]+)"', path.read_text(encoding="utf-8"))}
    asked |= {f"menu.{entry}" for entry in (*menu.FILES, *menu.WISHES, "leave")} | {
        f"planned.what.{w}" for w in entries.WHATS
    }
    asked |= {f"planned.kind.{kind}" for kind in kinds.KINDS} | {f"planned.formation.{name}" for name in FORMATIONS}
    asked |= {f"planned.order.{kind}" for kind in ORDER_KINDS} | {f"plan.{page}" for page in plan.PAGES}
    asked |= {f"planned.kit.{item}" for kit in load_profile(profile_path("model2025")).kit.values() for item in kit}
    assert len(asked) > 160
    assert asked <= known.keys()


def test_no_text_is_left_unused() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in VIEW.rglob("*.py"))
    built = ("phase.", "role.", "event.", "help.", "param.", "opening_kind.", "panel.", "mind.", "mark.", "injury.")
    built += (
        "layer.",
        "layers.",
        "warning.",
        "tour.",
        "cause.",
        "compare.",
        "hand.",
        "inspect.",
        "menu.",
        "problems.",
        "planned.",
        "mapsheet.",
        "plan.",
    )
    built += tuple(f"{group}." for group in GROUPS)
    assert [key for key in words.texts("id") if not key.startswith(built) and f'"{key}"' not in code] == []


def test_numbers_follow_the_language() -> None:
    assert words.Words("id").number(2.34, 1) == "2,3"
    assert words.Words("en").number(2.34, 1) == "2.3"
    assert words.Words("id").number(2000) == "2.000"
    assert words.Words("en").number(-0.01, 1) == "0.0" or words.Words("en").number(-0.01, 1) == "-0.0"
    assert words.clock(252.9) == "04:12"
    assert words.clock(6000) == "100:00"


def test_the_system_chooses_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    def prefers(*codes: str) -> str:
        monkeypatch.setattr("pygame.system.get_pref_locales", lambda: [{"language": code} for code in codes])
        return words.system_language()

    assert prefers("fr", "en") == "en"
    assert prefers("in") == "id"
    assert prefers("fr") == "id"
    assert prefers() == "id"


def test_knobs_are_parameters_with_sensible_ranges() -> None:
    for knob in panel.KNOBS:
        limit = LIMITS[knob.name]
        assert 5 <= (limit.high - limit.low) / knob.step <= 100


def test_both_palettes_hold_the_same_colours() -> None:
    assert theme.palette("dark").keys() == theme.palette("light").keys()
    for name in theme.ROLE_NAMES:
        assert theme.palette("dark")[name] != theme.palette("dark")["road"]


def test_a_missing_palette_or_colour_says_file_place_and_mend(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="colours are missing"):
        theme.palette("dark", tmp_path / "palette.toml")
    path = tmp_path / "p.toml"
    path.write_text('[dark]\nroad = "#10"\nwall="x"\nonly_here = "#000000"\n[light]\nroad="#FFFFFF"\nwall="#000000"\n')
    with pytest.raises(InputError) as error:
        theme.palette("light", path)
    assert [(p.file, p.place) for p in error.value.problems] == [(str(path), "light.only_here")]
    with pytest.raises(InputError, match=r"dark\.wall.*not a colour"):
        theme.palette("dark", path)
    with pytest.raises(InputError, match="no such theme"):
        theme.palette("sepia", path)


def test_a_missing_font_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "shipped", lambda *parts: tmp_path.joinpath(*parts))
    with pytest.raises(InputError, match="font is missing"):
        theme.font_path(bold=True)


def test_missing_texts_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "shipped", lambda *parts: tmp_path.joinpath(*parts))
    with pytest.raises(InputError, match="texts of this language"):
        words.texts("fr")


def test_type_is_never_smaller_than_the_floor() -> None:
    sizes = (theme.SMALL, theme.VALUE, theme.MAP_LABEL, theme.SECTION, theme.BREACH, theme.CAPTION, theme.WORD)
    assert min(sizes) == 26
    look = theme.Theme("dark", 1080)
    assert look.write("Hg", theme.SMALL, look["text"]).get_height() >= 26
    assert theme.Theme("dark", 540).px(26) == 13


def test_short_numbers_have_as_many_decimals_as_they_need() -> None:
    english, indonesian = words.Words("en"), words.Words("id")
    told = [english.short(value) for value in (None, 0.0, 3.5, 0.016, 12.345, 1234.5, 2.0)]
    assert told == ["–", "0", "3.5", "0.016", "12.3", "1,234", "2"]
    assert indonesian.short(3.25) == "3,25"
