"""What a user did wrong, said in English on a terminal and in the window's language in the window."""

import ast
import errno
import pickle
import re
import sqlite3
import string
import tomllib
from functools import lru_cache
from pathlib import Path

import pytest

from crowdsim.places import shipped
from crowdsim.problems import InputError, Problem, Said, in_language, reason, rule, said, toml_fault

PACKAGE = Path(__file__).resolve().parents[1] / "crowdsim"
COMMAND_LINE = {"cli", "validation", "bench", "report", "record/export.py", "record/interchange.py"}
"""What no window calls for a user: its problems are told on a terminal, in English."""


def texts(lang: str) -> dict[str, str]:
    tables = tomllib.loads(shipped("assets", "text", f"problems.{lang}.toml").read_text(encoding="utf-8"))
    return {f"{table}.{name}": text for table, rows in tables.items() for name, text in rows.items()}


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@lru_cache
def every_call() -> list[tuple[str, ast.Call]]:
    """Every call in the package, with the file it is in."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [(path.relative_to(PACKAGE).as_posix(), node) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return found


def calls(name: str) -> list[tuple[str, ast.Call]]:
    """Those of one name."""
    return [
        (file, call) for file, call in every_call() if getattr(call.func, "id", getattr(call.func, "attr", "")) == name
    ]


def literals(node: ast.expr) -> list[str]:
    """The keys an argument may be: one, or either of two."""
    if isinstance(node, ast.Constant):
        return [node.value]
    return [*literals(node.body), *literals(node.orelse)] if isinstance(node, ast.IfExp) else []


def test_both_languages_have_a_text_for_every_problem() -> None:
    indonesian, english = texts("id"), texts("en")
    assert indonesian.keys() == english.keys()
    for key, text in indonesian.items():
        assert text.strip() and english[key].strip(), key
        assert blanks(text) <= blanks(english[key]), key
        assert text != english[key] or key in ("what.parameter",), key


def test_every_text_that_is_said_exists_and_gets_its_values() -> None:
    known, used = texts("en"), set()
    for file, call in calls("said"):
        given = {word.arg for word in call.keywords}
        for key in literals(call.args[0]):
            assert key in known, f"{file}:{call.lineno}"
            assert None in given or given == blanks(known[key]), f"{file}:{call.lineno} {key}"
            used.add(key)
    unused = known.keys() - used
    assert {key.partition(".")[0] for key in unused} <= {"what", "rule", "reason", "shape"}, unused
    assert {f"what.{what}" for what in ("zone", "post_zone_or_unit", "person")} <= known.keys()


def test_no_problem_a_window_may_show_is_plain_english() -> None:
    plain = []
    for name, texts_at in (("Problem", (2, 3)), ("add", (1, 2)), ("fail", (1, 2))):
        for file, call in calls(name):
            if name != "Problem" and file != "world/maps.py":
                continue
            if {file, file.split("/")[0]} & COMMAND_LINE:
                continue
            for arg in (call.args[k] for k in texts_at if k < len(call.args)):
                called = {id(n) for part in ast.walk(arg) if isinstance(part, ast.Call) for n in ast.walk(part)}
                words = [n for n in ast.walk(arg) if isinstance(n, (ast.JoinedStr, ast.Constant))]
                plain += [f"{file}:{call.lineno}" for n in words if id(n) not in called]
    assert not plain


def test_a_problem_is_said_in_english_and_again_in_another_language() -> None:
    problem = Problem(
        "a.toml",
        said("place.layer", name="posts"),
        said("name.none", what=said("what.zone"), value="aula"),
        said("file.permissions"),
    )
    assert str(problem) == "a.toml: layer \"posts\": there is no zone 'aula'. Check its permissions"
    assert str(problem.in_language("id")) == "a.toml: lapisan \"posts\": tidak ada zona 'aula'. Periksa izin aksesnya"
    assert problem.in_language("en") == problem
    assert problem.in_language("fr") == problem  # a language without these texts
    assert Problem("a", "b", "c", "d").in_language("id") == Problem("a", "b", "c", "d")
    again = pickle.loads(pickle.dumps(problem))  # a worker hands it on
    assert again.in_language("id") == problem.in_language("id")


@pytest.mark.parametrize(
    ("error", "english", "indonesian"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "no space left", "ruang disk habis"),
        (OSError(errno.EROFS, "Read-only file system"), "only be read", "hanya dapat dibaca"),
        (PermissionError(errno.EACCES, "Permission denied"), "permission denied", "tidak diizinkan"),
        (ValueError("Bad magic"), "Bad magic", "kata sistem: Bad magic"),
        (ValueError(said("order.none", kind="x")), "there is no order 'x'", "tidak ada perintah 'x'"),
    ],
)
def test_why_something_failed_is_said(error: Exception, english: str, indonesian: str) -> None:
    assert english in reason(error)
    assert indonesian in in_language(reason(error), "id")


def test_what_the_disk_and_the_database_say(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no database, but long enough to be taken for one " * 10)
    with pytest.raises(OSError) as caught:
        (tmp_path / "file" / "below").write_text("x")
    assert in_language(reason(caught.value), "id") == "sebagian jalur ke sana bukan folder"
    with pytest.raises(sqlite3.Error) as damaged:
        sqlite3.connect(tmp_path / "file").execute("SELECT 1 FROM meta")
    assert in_language(reason(damaged.value), "id") == "berkasnya bukan basis data"
    with pytest.raises(sqlite3.Error) as closed:
        sqlite3.connect(tmp_path / "none" / "run.crowdsim")
    assert in_language(reason(closed.value), "id") == "berkasnya tidak dapat dibuka"


@pytest.mark.parametrize(
    ("text", "place"),
    [("a = 1\nb == 2", "di baris 2, kolom 4"), ("a = [1,", "di akhir berkas"), ("a = 1\na = 2", "di ")],
)
def test_a_fault_in_toml_names_its_place(text: str, place: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    fault = toml_fault(caught.value)
    assert fault == f"not valid TOML: {caught.value}"
    assert in_language(fault, "id").startswith("bukan TOML yang sah " + place)


def test_every_rule_a_scenario_or_profile_can_break_has_words() -> None:
    """Values of every wrong sort at every place of both."""
    from pydantic import ValidationError

    from crowdsim.behaviour.sop import Profile
    from crowdsim.session.schema import CrowdSpec, Entry, OrderSpec, PostSpec, ScenarioFile, UnitSpec, When

    met = set()
    for model in (ScenarioFile, CrowdSpec, UnitSpec, PostSpec, Entry, When, OrderSpec, Profile):
        for wrong in (
            -1e9,
            1e9,
            0.5,
            float("nan"),
            "",
            "?",
            True,
            None,
            [],
            ["?"] * 9,
            [1e9] * 2,
            {},
            {"?": -1},
            10**30,
        ):
            try:
                model.model_validate(dict.fromkeys(model.model_fields, wrong))
            except ValidationError as error:
                for item in error.errors():
                    if item["type"] not in ("missing", "extra_forbidden", "value_error"):
                        met.add(item["type"])
                        told = rule(item)
                        assert isinstance(told, Said) and told.key == f"rule.{item['type']}", item["type"]
                        assert in_language(told, "id") != told
    assert len(met) > 12


def test_an_error_lists_every_problem_in_english() -> None:
    first, second = (Problem(name, "", said("file.none"), said("file.put_back")) for name in ("a", "b"))
    assert re.findall("there is no such file", str(InputError([first, second]))) == ["there is no such file"] * 2
