"""Doctrine profiles: they load, say what is wrong with them, and say which phase the facts call for."""

from pathlib import Path

import pytest

from crowdsim.behaviour.formations import FORMATIONS
from crowdsim.behaviour.sop import Profile, due_phase, is_profile, load_profile, order_of, profile_path, profiles
from crowdsim.behaviour.unit import ORDER_KINDS, Advance
from crowdsim.problems import InputError


def shipped(name: str = "model2025") -> Profile:
    return load_profile(profile_path(name))


def after(readings: dict[str, float], seconds: float, held: dict[str, float] | None = None) -> tuple[str, dict]:
    """The phase due after so many seconds of the same readings."""
    due, timers = "hijau", dict(held or {})
    for _ in range(round(seconds)):
        due, timers = due_phase(readings, timers, shipped(), 1.0)
    return due, timers


def test_both_profiles_ship_and_differ_where_gas_is_concerned() -> None:
    assert profiles() == ["model2025", "perkap16"]
    strict, older = shipped(), shipped("perkap16")
    assert not strict.phase["kuning"].permits("gas", 1e6)
    assert not older.phase["kuning"].permits("gas", 10.0)
    assert older.phase["kuning"].permits("gas", 200.0)
    for profile in (strict, older):
        assert not profile.phase["hijau"].permits("water", 1e6)
        assert [profile.phase[p].force_cap for p in ("hijau", "kuning", "merah")] == [2, 4, 5]
        assert set(profile.order) == set(ORDER_KINDS)
        assert profile.posture["bertahan"].push == 1.0


@pytest.mark.parametrize(
    ("readings", "seconds", "due"),
    [
        ({}, 10, "hijau"),
        ({"line_push": 1600.0}, 4, "hijau"),
        ({"line_push": 1600.0}, 5, "kuning"),
        ({"line_push": 1400.0}, 60, "hijau"),
        ({"objects_per_min": 3.0}, 1, "kuning"),
        ({"at_gate": 10.0}, 9, "hijau"),
        ({"at_gate": 11.0}, 1, "kuning"),
        ({"objects_per_min": 21.0}, 59, "kuning"),
        ({"objects_per_min": 21.0}, 60, "merah"),
        ({"hostage": 1.0}, 1, "merah"),
        ({"serious_injuries": 1.0}, 1, "merah"),
    ],
)
def test_the_facts_call_for_a_phase(readings: dict[str, float], seconds: float, due: str) -> None:
    assert after(readings, seconds)[0] == due


def test_a_push_that_lets_go_starts_counting_again() -> None:
    _, held = after({"line_push": 1600.0}, 4)
    _, held = after({}, 1, held)
    assert after({"line_push": 1600.0}, 4, held)[0] == "hijau"


def test_green_is_due_again_after_two_minutes_of_quiet() -> None:
    _, held = after({"hostage": 1.0}, 1)
    assert after({}, 119, held)[0] == "merah"
    assert after({}, 120, held)[0] == "hijau"


def wrong(tmp_path: Path, old: str, new: str) -> str:
    text = profile_path("model2025").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_profile(path)
    for problem in error.value.problems:
        there = problem.in_language("id")
        assert there.message != problem.message and there.mend != problem.mend, problem
    return str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('GERAK", posture = "bertahan"', 'GERAK", posture = "bertahn"', "Did you mean 'bertahan'?"),
        ("push = 0.65", "push = 1.65", "posture.siaga.push: 1.65 is not allowed"),
        ('who = "front"', 'who = "frnt"', "there is no part 'frnt'"),
        ('formation = "bersaf1t"\ntarget', 'formation = "bersaf9"\ntarget', "there is no formation 'bersaf9'"),
        ("force_cap = 5", "force_cap = 6", "phase.merah.force_cap: 6 is not allowed"),
        ('kind = "hold"', 'kind = "hild"', "there is no order 'hild'"),
        ("quiet = 120.0", "quite = 120.0", "quiet: is missing"),
        ('behind = 7.0 }\ncaption = { id = "Garis', 'behnd = 7.0 }\ncaption = { id = "Garis', "behnd"),
    ],
)
def test_each_mistake_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in wrong(tmp_path, old, new)


def test_a_profile_is_told_from_a_scenario() -> None:
    assert is_profile(profile_path("perkap16"))
    assert not is_profile(Path("maps/kpu_kaltara/sispamkota.toml"))
    with pytest.raises(InputError, match="Did you mean 'perkap16'"):
        load_profile(profile_path("perkap2016"))


def test_orders_are_made_from_their_kind() -> None:
    assert order_of({"kind": "advance", "distance": 3.0}) == Advance(3.0)
    with pytest.raises(ValueError, match="distance"):
        order_of({"kind": "advance"})
    assert all(name in FORMATIONS for name in ("dorong", "kepung", "tindak"))
