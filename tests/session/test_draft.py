"""A scenario while it is planned: every change passes the checks, comments stay, and the file plays like the draft."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from crowdsim.places import shipped
from crowdsim.problems import InputError
from crowdsim.session import document
from crowdsim.session.draft import Draft, way_to
from crowdsim.session.scenario import load_scenario
from crowdsim.session.simulation import Simulation

FIELD = shipped("maps", "lapangan_agathis")
OFFICE = shipped("maps", "kpu_kaltara")


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    """The exercise on the field, in a folder of one's own."""
    path = tmp_path / "rencana.toml"
    shutil.copy(FIELD / "latihan.toml", path)
    return Draft.open(path)


def comments(text: str) -> list[str]:
    return [line[line.index("#") :] for line in text.splitlines() if "#" in line]


def test_saved_plays_to_the_same_hash_and_keeps_its_comments(tmp_path: Path) -> None:
    path = tmp_path / "sispamkota.toml"
    shutil.copy(OFFICE / "sispamkota.toml", path)
    draft = Draft.open(path)
    before = draft.text
    unit = next(k for k, u in enumerate(draft.spec.unit) if u.id == "lanjut1")
    draft.place(unit, (78.0, 66.0), 90.0, formation="bersaf2", count=20, posture="siaga", kit={"helm": 18})
    draft.set("crowd", 0, count=120, provocateurs=12, hardcore=20, temper="volatile")
    draft.add("timeline", at=3.0, do="give_order", unit="lanjut1", order={"kind": "advance", "distance": 2.0})
    draft.add_unit((60.0, 66.0), 90.0, id="phh9", label="PHH 9", kind="phh", count=6, role="shield", formation="paruh")
    draft.remove("unit", next(k for k, u in enumerate(draft.spec.unit) if u.id == "raimas"))
    assert comments(draft.text) == comments(before)
    played = Simulation(draft.scenario)
    saved = draft.save()
    again = Simulation(load_scenario(saved))
    for _ in range(50):
        played.advance()
        again.advance()
    assert played.time == 5.0 and played.state_hash() == again.state_hash()
    assert played.scenario.fingerprint == again.scenario.fingerprint
    assert comments(saved.read_text(encoding="utf-8")) == comments(before)


def test_the_frame_shows_everyone_where_the_run_places_him(draft: Draft) -> None:
    draft.place(1, (31.0, 40.0), 180.0, formation="bersaf1", count=7)
    run = Simulation(load_scenario(draft.save())).frame()
    assert np.array_equal(run.position, draft.frame.position)
    rows = draft.frame.position[draft.frame.unit == 1]
    assert len(rows) == 7 and rows.mean(axis=0) == pytest.approx((31.0, 40.0), abs=0.05)
    assert np.ptp(rows[:, 0]) < 0.1 and np.ptp(rows[:, 1]) == pytest.approx(4.2, abs=0.1)  # a rank that faces west


def test_what_does_not_pass_is_not_done_and_says_why(draft: Draft) -> None:
    text = draft.text
    for change, place in (
        (lambda: draft.set("unit", 0, count=4000), "unit[1].count"),
        (lambda: draft.set("unit", 0, posture="santai"), "unit[1].posture"),
        (lambda: draft.set("crowd", 0, provocateurs=400), "crowd[1]"),
        (lambda: draft.place(0, (-5.0, 3.0), 0.0), "post[1].at"),
        (lambda: draft.add("timeline", at=5.0, do="declare_phase", phase="biru"), "timeline"),
        (lambda: draft.add("unit", id="awal", label="A", kind="phh", count=3, start="tali"), "unit"),
    ):
        with pytest.raises(InputError) as caught:
            change()
        assert any(problem.place.startswith(place) for problem in caught.value.problems), caught.value
        assert all(problem.file.endswith("rencana.toml") and problem.mend for problem in caught.value.problems)
        assert draft.text == text and not draft.changed and not draft.can_undo


def test_officers_cannot_start_in_a_wall(tmp_path: Path) -> None:
    path = tmp_path / "rencana.toml"
    shutil.copy(OFFICE / "sispamkota.toml", path)
    draft = Draft.open(path)
    with pytest.raises(InputError, match="stand in a wall"):
        draft.place(2, (57.0, 60.0), 90.0, formation="bersaf1", count=40)


def test_undo_and_redo(draft: Draft) -> None:
    first = draft.text
    draft.set("unit", 0, count=20)
    second = draft.text
    draft.remove("timeline", 0)
    assert draft.undo() and draft.text == second and draft.undo() and draft.text == first and not draft.undo()
    assert not draft.changed
    assert draft.redo() and draft.spec.unit[0].count == 20 and draft.can_redo
    draft.set("unit", 0, count=21)
    assert not draft.redo() and draft.can_undo


def test_a_plan_that_extends_another_writes_only_what_differs(tmp_path: Path) -> None:
    path = tmp_path / "damai.toml"
    shutil.copy(OFFICE / "damai.toml", path)
    draft = Draft.open(path)
    before = draft.text
    unit = next(k for k, u in enumerate(draft.spec.unit) if u.id == "lanjut3")
    draft.set("unit", unit, count=12)
    assert draft.spec.unit[unit].count == 12 and draft.spec.unit[unit].label == "LANJUT 3"
    assert draft.text.startswith(before) and 'id = "lanjut3"\ncount = 12' in draft.text
    named = next(k for k, e in enumerate(draft.spec.timeline) if e.id == "ketua_teras")
    draft.set("timeline", named, at=210.0)
    entry = next(e for e in draft.spec.timeline if e.id == "ketua_teras")
    assert entry.at == 210.0 and entry.unit == "ajudan"
    draft.remove("unit", next(k for k, u in enumerate(draft.spec.unit) if u.id == "raimas"))
    assert "raimas" not in {u.id for u in draft.spec.unit} and '"raimas"' in draft.text
    with pytest.raises(InputError, match="there is no unit 'lanjut3'"):  # the timeline still gives it orders
        draft.remove("unit", next(k for k, u in enumerate(draft.spec.unit) if u.id == "lanjut3"))
    fixed = next(k for k, e in enumerate(draft.spec.timeline) if draft.is_fixed("timeline", k))
    with pytest.raises(InputError, match="no id"):
        draft.set("timeline", fixed, at=1.0)


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("place", [FIELD / "lapangan_agathis.tmx", OFFICE / "kpu_kaltara.tmx"])
def test_a_new_scenario_passes_and_says_what_its_keys_mean(tmp_path: Path, place: Path, lang: str) -> None:
    draft = Draft.new(tmp_path / "baru.toml", place, lang)
    assert draft.changed and len(draft.spec.crowd) == len(draft.spec.unit) == 1 and len(draft.spec.timeline) == 3
    saved = draft.save()
    assert not draft.changed and load_scenario(saved).spec == draft.spec
    assert len(comments(saved.read_text(encoding="utf-8"))) > 10 and "$" not in draft.text and "#<" not in draft.text


def test_saved_elsewhere_it_still_finds_its_map(draft: Draft, tmp_path: Path) -> None:
    own = tmp_path / "peta" / "kantor_saya.tmx"
    own.parent.mkdir()
    text = (FIELD / "lapangan_agathis.tmx").read_text(encoding="utf-8")
    tiles = shipped("assets", "tiles", "plan_light.tsx").as_posix()
    own.write_text(text.replace("../../assets/tiles/plan_light.tsx", tiles), encoding="utf-8")
    draft.set_head(map=way_to(own, draft.path.parent))
    assert 'map = "peta/kantor_saya.tmx"' in draft.text
    saved = draft.save(tmp_path / "lain" / "b.toml")
    assert 'map = "../peta/kantor_saya.tmx"' in saved.read_text(encoding="utf-8")
    assert load_scenario(saved).map.path.resolve() == own.resolve()


def test_where_nothing_can_be_written(draft: Draft, tmp_path: Path) -> None:
    (tmp_path / "datei").write_text("")
    draft.set("unit", 0, count=20)
    with pytest.raises(InputError, match="cannot be written"):
        draft.save(tmp_path / "datei" / "b.toml")
    assert draft.changed and draft.path.name == "rencana.toml"


def test_a_block_comes_and_goes_without_a_trace() -> None:
    text = (OFFICE / "sispamkota.toml").read_text(encoding="utf-8")
    for kind in ("crowd", "unit", "timeline"):
        more = document.add(text, kind, {"id": "neu", "kit": {"helm": 1}, "exits": ["a"], "wish": None})
        count = more.count(f"[[{kind}]]")
        assert count == text.count(f"[[{kind}]]") + 1 and "wish = \n" not in more
        assert document.remove(more, kind, count - 1) == text
    windows = 'version = 1\r\n# oben\r\n[[unit]]\r\nid = "a" # hier\r\n\r\n# unten\r\n'
    changed = document.add(document.put(windows, "unit", 0, {"id": "b"}), "unit", {"id": "c"})
    assert "# hier\r\n" in changed and "\n" not in changed.replace("\r\n", "")
