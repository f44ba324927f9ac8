"""Scenario files: what is wrong is said with file, place, value and mend, all of it in one pass."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from scenes import room, scenario

from crowdsim.behaviour.unit import Escort, FormUp, MoveTo
from crowdsim.params import HFV2000
from crowdsim.places import shipped
from crowdsim.problems import InputError, Problem
from crowdsim.session.check import check_names
from crowdsim.session.commands import GiveManoeuvre, GiveOrder, SetBarrier
from crowdsim.session.scenario import load_scenario
from crowdsim.session.simulation import Simulation

_ORDER = 'order = { kind = "form_up", formation = "bersaf2", at = "gerbang", heading_deg = 90.0 }'
_GIVE = f'do = "give_order"\nunit = "lanjut1"\n{_ORDER}\n'

GOOD = """\
version = 1
title = { id = "Uji", en = "Test" }
map = "kpu_kaltara.tmx"
duration = 30.0
seed = 3

[[crowd]]
id = "massa"
spawn = "M1"
count = 40

[[unit]]
id = "lanjut1"
label = "LANJUT 1"
kind = "dalmas_lanjut"
count = 20
start = "tahap_lanjut"
role = "shield"

[[timeline]]
at = 5.0
do = "give_order"
unit = "lanjut1"
order = { kind = "form_up", formation = "bersaf2", at = "gerbang", heading_deg = 90.0 }

[[timeline]]
when = { event = "breach", subject = "gerbang_utama" }
after = 2.0
do = "set_barrier"
barrier = "gerbang_keluar"
open = true
"""


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the map, and room for scenarios."""
    folder = tmp_path_factory.mktemp("maps") / "kpu_kaltara"
    shutil.copytree(shipped("maps", "kpu_kaltara"), folder)
    if shipped("assets", "tiles").is_dir():
        shutil.copytree(shipped("assets", "tiles"), folder.parent.parent / "assets" / "tiles", dirs_exist_ok=True)
    return folder


def problems_of(place: Path, text: str | bytes, changes: dict[str, float] | None = None) -> list[Problem]:
    path = place / "try.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    try:
        load_scenario(path, changes)
    except InputError as error:
        assert error.problems
        for problem in error.problems:
            assert problem.file and problem.message and problem.mend, problem
            there = problem.in_language("id")
            assert there.message != problem.message and there.mend != problem.mend, problem
            assert len(str(problem)) < 400 and "\n" not in str(problem)
        return error.problems
    return []


def one(place: Path, old: str, new: str) -> Problem:
    """The one problem of the good scenario with `old` replaced."""
    assert old in GOOD
    found = problems_of(place, GOOD.replace(old, new, 1))
    assert len(found) == 1, [str(problem) for problem in found]
    assert found[0].file.endswith("try.toml")
    return found[0]


def test_a_good_scenario_is_what_it_says(place: Path) -> None:
    path = place / "good.toml"
    path.write_text(GOOD, encoding="utf-8")
    loaded = load_scenario(path, {"force.push": 250.0})
    assert (loaded.name, loaded.spec.duration, loaded.spec.seed) == ("good", 30.0, 3)
    assert loaded.params.force.push == 250.0
    first, second = loaded.spec.timeline
    order = first.command()
    assert isinstance(order, GiveOrder) and isinstance(order.order, FormUp)
    assert order.order.heading == pytest.approx(1.5707963)
    assert second.command() == SetBarrier("gerbang_keluar", True)
    assert Simulation(loaded).people.capacity == 60


@pytest.mark.parametrize(
    ("old", "new", "at", "says", "mend"),
    [
        ('id = "massa"\n', 'id = "massa"\nspwan = "M2"\n', "crowd[1].spwan", "'spwan'", "'spawn'"),
        ("seed = 3", "sed = 3", "sed", "'sed'", "'seed'"),
        ("heading_deg = 90.0", "headng_deg = 90.0", "timeline[1].order.headng_deg", "headng_deg", "'heading_deg'"),
        ("after = 2.0", "aftr = 2.0", "timeline[2].aftr", "'aftr'", "'after'"),
        ("count = 40", "count = -4", "crowd[1].count", "-4", "greater than or equal to 0"),
        ("count = 40", 'count = "many"', "crowd[1].count", '"many"', "integer"),
        ("count = 40", "count = 40.5", "crowd[1].count", "40.5", ""),
        ("duration = 30.0", "duration = 0.0", "duration", "0.0", "greater than 0"),
        ("duration = 30.0", "duration = nan", "duration", "NaN", ""),
        ("seed = 3", "seed = -1", "seed", "-1", ""),
        ("version = 1", "version = 2", "version", "2", "1"),
        ('title = { id = "Uji", en = "Test" }', 'title = { id = "Uji" }', "title.en", "missing", "Add"),
        ('spawn = "M1"', 'spawn = "M9"', "crowd[1].spawn", "'M9'", "Did you mean"),
        ('start = "tahap_lanjut"', 'start = "tahap_lnjut"', "unit[1].start", "'tahap_lnjut'", "'tahap_lanjut'"),
        ('unit = "lanjut1"', 'unit = "lanjut9"', "timeline[1].unit", "'lanjut9'", "'lanjut1'"),
        ('"bersaf2"', '"bersaf9"', "timeline[1].order.formation", "'bersaf9'", "'bersaf"),
        ('at = "gerbang"', 'at = "grbang"', "timeline[1].order.at", "'grbang'", "'gerbang'"),
        ('formation = "bersaf2", ', "", "timeline[1].order.formation", "missing", "form_up"),
        ('barrier = "gerbang_keluar"', 'barrier = "gerbang_kluar"', "timeline[2].barrier", "kluar", "'gerbang_keluar'"),
        ('do = "set_barrier"', 'do = "set_barier"', "timeline[2].do", "set_barier", "set_barrier"),
        ("at = 5.0\n", "", "timeline[1]", "'at' or 'when'", "second"),
        ("at = 5.0", "at = -5.0", "timeline[1].at", "-5.0", ""),
        ("count = 40", "count = 40\nprovocateurs = 30\ndelegates = 20", "crowd[1]", "50", "count"),
        ("count = 40", "count = 150000", "crowd[1].count", "150000 people do not fit", "At most"),
        ("count = 20", "count = 400", "unit[1].count", "400 officers", "larger zone"),
        ("seed = 3", 'seed = 3\nprofile = "perkap2016"', "", "no such doctrine profile", "'perkap16'"),
        (_ORDER, 'order = { kind = "escort", person = "ktua", zone = "aula" }', "timeline[1].order.person", "'ktua'",
         "'ketua'"),
        (_ORDER, 'order = { kind = "hold", posture = "siap9" }', "timeline[1].order.posture", "'siap9'", "'siap'"),
        (_ORDER, 'order = { kind = "push" }', "timeline[1].order.distance", "missing", "push"),
        (_GIVE, 'do = "give_manoeuvre"\nmanoeuvre = "lapis"\n', "timeline[1].manoeuvre", "'lapis'", "'lapis_ganti'"),
        (_GIVE, 'do = "give_manoeuvre"\nmanoeuvre = "lapis_ganti"\nparts = { front = "lanjut1" }\n',
         "timeline[1].parts.relief", "missing", "unit"),
        ('map = "kpu_kaltara.tmx"', 'map = "kpu.tmx"', "", "", ""),
    ],
)  # fmt: skip
def test_a_mistake_is_said_where_it_is(place: Path, old: str, new: str, at: str, says: str, mend: str) -> None:
    if at:
        problem = one(place, old, new)
        assert problem.place == at
    else:
        problem = problems_of(place, GOOD.replace(old, new, 1))[0]
    assert says in problem.message
    assert mend in problem.mend


def test_two_crowds_of_one_name_are_found(place: Path) -> None:
    again = '[[crowd]]\nid = "massa"\nspawn = "M2"\ncount = 5\n\n[[unit]]'
    assert "used twice" in one(place, "[[unit]]", again).message


@pytest.mark.parametrize(
    ("params", "at", "says", "mend"),
    [
        ("force = { push = 9999.0 }", "params.force.push", "9999 is outside 0..400 N", "inside the range"),
        ("force = { psh = 100.0 }", "params.force.psh", "'force.psh'", "'force.push'"),
        ("forces = { push = 100.0 }", "params.forces.push", "'forces.push'", "'force.push'"),
    ],
)
def test_a_wrong_parameter_is_said(place: Path, params: str, at: str, says: str, mend: str) -> None:
    found = problems_of(place, GOOD.replace("[[crowd]]", f"[params]\n{params}\n\n[[crowd]]", 1))
    assert [problem.place for problem in found] == [at]
    assert says in found[0].message and mend in found[0].mend


def test_wrong_changes_from_the_command_line_are_said(place: Path) -> None:
    found = problems_of(place, GOOD, {"force.puhs": 1.0, "force.push": 1e9})
    assert [problem.file for problem in found] == ["--set", "--set"]
    assert "'force.push'" in found[0].mend
    assert "outside 0..400 N" in found[1].message


def test_a_preset_is_taken_whole_and_an_unknown_one_named(place: Path) -> None:
    path = place / "hfv.toml"
    path.write_text(GOOD.replace("seed = 3", 'seed = 3\npreset = "hfv2000"'), encoding="utf-8")
    assert load_scenario(path).params == HFV2000
    problem = one(place, "seed = 3", 'seed = 3\npreset = "hfv"')
    assert (problem.place, "hfv2000" in problem.mend) == ("preset", True)


def test_every_problem_is_told_in_one_pass(place: Path) -> None:
    """Mistakes of the same stage come together: four unknown names, four problems."""
    text = GOOD
    for old, new in (('"M1"', '"M77"'), ('"tahap_lanjut"', '"x"'), ('"bersaf2"', '"y"'), ('"gerbang_keluar"', '"z"')):
        text = text.replace(old, new)
    found = problems_of(place, text)
    assert {problem.place for problem in found} == {
        "crowd[1].spawn", "unit[1].start", "timeline[1].order.formation", "timeline[2].barrier"
    }  # fmt: skip
    wrong_keys = (
        GOOD.replace("seed = 3", "sed = 3").replace("count = 40", "count = -1").replace("count = 20", "conut = 2")
    )
    assert {problem.place for problem in problems_of(place, wrong_keys)} == {
        "sed", "crowd[1].count", "unit[1].conut", "unit[1].count"
    }  # fmt: skip


@pytest.mark.parametrize("cut", [7, 60, 150, 300, len(GOOD) - 3])
def test_a_file_cut_short_is_said_to_be(place: Path, cut: int) -> None:
    assert problems_of(place, GOOD[:cut])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (bytes(range(256)), "not text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not text"),
        (b"", "missing"),
        (b"\x00\x01\x02", "TOML"),
        (b"version = 1\nversion = 2\n", "TOML"),
        ("version = 1\ntitle = 'é".encode("utf-16"), "not text"),
    ],
    ids=["all bytes", "picture", "empty", "zeros", "key twice", "utf-16"],
)
def test_a_file_that_is_no_scenario_is_said_to_be_none(place: Path, data: bytes, says: str) -> None:
    found = problems_of(place, data)
    assert any(says in problem.message for problem in found)


def test_a_missing_file_is_named_with_its_neighbour(place: Path) -> None:
    (place / "latihan.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_scenario(place / "latihn.toml")
    assert "no such file" in str(caught.value) and "latihan.toml" in str(caught.value)


def test_a_folder_is_no_scenario(place: Path) -> None:
    with pytest.raises(InputError, match="folder"):
        load_scenario(place)


def test_the_fingerprint_is_the_texts_and_the_maps(place: Path) -> None:
    path = place / "print.toml"
    path.write_text(GOOD, encoding="utf-8")
    before = load_scenario(path).fingerprint
    assert load_scenario(path).fingerprint == before
    path.write_text(GOOD.replace("seed = 3", "seed = 4"), encoding="utf-8")
    assert load_scenario(path).fingerprint != before


def test_a_manoeuvre_and_the_new_orders_are_read(place: Path) -> None:
    path = place / "orders.toml"
    second = '[[unit]]\nid = "b"\nlabel = "B"\nkind = "x"\ncount = 5\nstart = "aula"\n\n[[timeline]]'
    manoeuvre = 'do = "give_manoeuvre"\nmanoeuvre = "lapis_ganti"\nparts = { front = "b", relief = "lanjut1" }\n'
    path.write_text(GOOD.replace(_GIVE, manoeuvre).replace("[[timeline]]", second, 1), encoding="utf-8")
    given = load_scenario(path).spec.timeline[0].command()
    assert given == GiveManoeuvre("lapis_ganti", (("front", "b"), ("relief", "lanjut1")))
    escort = 'order = { kind = "escort", person = "ketua", zone = "r_aman" }'
    path.write_text(GOOD.replace(_ORDER, escort), encoding="utf-8")
    assert load_scenario(path).spec.timeline[0].command() == GiveOrder("lanjut1", Escort("ketua", "r_aman"))


def test_places_may_be_points_and_lie_on_the_map() -> None:
    """An order may name a point; one outside the map, or for an escort, is a mistake that is named."""

    def asked(**order: object) -> list[str]:
        entry = {"at": 1.0, "do": "give_order", "unit": "line", "order": order}
        spec = scenario(timeline=[entry]).spec
        return [f"{p.place}: {p.message}" for p in check_names("x.toml", spec, room())]

    assert asked(kind="form_up", formation="bersaf2", at=[15.0, 5.0], width=6.0, bend=1.0) == []
    assert asked(kind="move_to", zone=[15.0, 5.0]) == []
    assert asked(kind="move_to", zone=[150.0, 5.0]) == ["timeline[1].order.zone: (150, 5) lies outside the map"]
    assert asked(kind="escort", person="ketua", zone=[15.0, 5.0]) == ["timeline[1].order.zone: is a point"]
    twice = room()
    twice = replace(twice, posts=twice.posts | {"other": next(iter(twice.posts.values()))})
    units = [{"id": name, "label": name, "kind": "dalmas", "count": 4, "start": "line"} for name in ("line", "other")]
    entry = {"at": 1.0, "do": "give_order", "order": {"kind": "form_up", "formation": "bersaf2", "at": "other"}}
    for unit, wrong in (("line", ["timeline[1].order.at"]), ("other", [])):  # its own name can only be the post
        spec = scenario(unit=units, timeline=[{**entry, "unit": unit}]).spec
        assert [p.place for p in check_names("x.toml", spec, twice)] == wrong
    order = scenario(
        timeline=[{"at": 1.0, "do": "give_order", "unit": "line", "order": {"kind": "move_to", "zone": [15, 5]}}]
    )
    assert order.spec.timeline[0].command() == GiveOrder("line", MoveTo((15.0, 5.0)))
