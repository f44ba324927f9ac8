"""Each rule kept and broken on small made-up sessions; what the score makes of it."""

import pytest
from made import event, made

from crowdsim.behaviour.unit import Push
from crowdsim.metrics.catalogue import RULES
from crowdsim.metrics.criteria import CRITERIA, Result, evaluate
from crowdsim.metrics.rules import violations
from crowdsim.metrics.score import score
from crowdsim.metrics.session import Session
from crowdsim.session.commands import DeclarePhase, GiveOrder

PUSH = GiveOrder("lanjut", Push(5.0))
WARNED = [event(t, "warning", "lanjut", 0.9) for t in (100.0, 140.0, 180.0)]
UNHEARD = [event(t, "warning", "lanjut", 0.3, "R2") for t in (100.0, 140.0, 180.0)]
WATER = event(400, "tool", "water", 0.1)
WAYS = {"open_exits": 3.0, "exit_width": 20.0, "crowd": 400.0}
HURT = event(100, "injury", "officer", 2.0, "object", 7)
TAKEN = event(100, "arrest", "violent", cause="offender", row=5)

KEPT: dict[str, Session] = {
    "R1": made(WAYS, [WATER], [(300.0, PUSH)]),
    "R2": made(events=[*WARNED, WATER]),
    "R3": made(events=[*WARNED, WATER], journal=[(310.0, PUSH)]),
    "R4": made(events=[event(300, "tool", "gas", cause="R2")]),
    "R5": made(events=[event(300, "tool", "gas")]),
    "R6": made(events=WARNED),
    "R7": made(events=[WATER]),
    "R8": made({"dense_ahead": {0: 0, 100: 5, 101: 3}}),
    "R9": made(events=[event(300, "tool", "force")]),
    "R10": made(events=[HURT, event(150, "aid", row=7), event(200, "aid", cause="post", row=7)]),
    "R11": made({"pursuits": 0}, [TAKEN, event(200, "hand_over", row=5)]),
    "R12": made({"violent_recent": {0: 20, 200: 2}, "declared": {0: 1, 260: 0}, "due": {0: 1, 200: 0}}),
}

BROKEN: dict[str, Session] = {
    "R1": made({**WAYS, "exit_width": 6.5}, [WATER]),
    "R2": made(events=[*UNHEARD, WATER]),
    "R3": made(events=[*WARNED], journal=[(200.0, PUSH)]),
    "R4": made(events=[event(300, "tool", "gas", cause="R2, R4")]),
    "R5": made(events=[event(300, "tool", "gas", cause="R5")]),
    "R6": made(events=[event(300, "warning", "lanjut", 610.0, "too_long")]),
    "R7": made(events=[event(300, "tool", "water", 3.0, "R7")]),
    "R8": made({"dense_ahead": {0: 0, 100: 5, 110: 3}}),
    "R9": made(events=[event(300, "tool", "force", 1.0, "R9")]),
    "R10": made(events=[HURT, event(150, "aid", row=7), event(500, "aid", cause="post", row=7)]),
    "R11": made({"pursuits": 0}, [TAKEN, event(500, "hand_over", row=5)]),
    "R12": made({"violent_recent": {0: 20, 200: 2}, "declared": 1, "due": {0: 1, 200: 0}}),
}


def test_every_rule_of_the_catalogue_has_a_session_that_keeps_and_one_that_breaks_it() -> None:
    named = [rule.id for rule in RULES]
    assert named == [f"R{number}" for number in range(1, 13)]
    assert list(KEPT) == named and list(BROKEN) == named


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_kept_and_broken(rule) -> None:
    assert violations(KEPT[rule.id])[rule.id] == []
    found = violations(BROKEN[rule.id])[rule.id]
    assert len(found) == 1, "told once"
    assert found[0].time >= 100.0 and found[0].reason["id"] and found[0].reason["en"]


def test_nothing_happened_and_nothing_is_broken() -> None:
    assert not any(violations(made()).values())


def test_other_ways_to_break_a_rule() -> None:
    assert violations(made(events=[WATER]))["R2"], "no warning at all"
    assert violations(made({**WAYS, "open_exits": 1}, [WATER]))["R1"]
    assert violations(made(events=[HURT]))["R10"], "nobody came"
    assert violations(made(events=[event(100, "arrest", cause="wrongful", row=5)]))["R11"]
    assert len(violations(made({"pursuits": {0: 0, 50: 1, 80: 2}}))["R11"]) == 2


def test_times_to_wait_shrink_with_the_pace() -> None:
    soon = [event(t, "warning", "lanjut", 0.9) for t in (100.0, 110.0, 120.0)]
    for pace, broken in ((1.0, True), (4.0, False)):
        found = violations(made(events=[*soon, event(160, "tool", "water")], pace=pace))
        assert bool(found["R2"]) == broken
        assert bool(found["R3"]) == broken


def test_a_phase_the_facts_still_call_for_is_kept_with_reason() -> None:
    session = made({"violent_recent": {0: 20, 200: 2}, "declared": 1, "due": 1})
    assert not violations(session)["R12"]


def test_water_that_goes_on_is_one_step() -> None:
    more = [event(t, "tool", "water", 3.0) for t in (400.0, 402.0, 405.0)]
    assert len(violations(made(events=more))["R2"]) == 1


# --- score ------------------------------------------------------------------------------------------------------------


def results(band: str, **other: str) -> dict[str, Result]:
    return {c.id: Result(1.0, "", other.get(c.id, band), {"id": "x", "en": "x"}) for c in CRITERIA}  # type: ignore[arg-type]


def test_all_green_is_a_hundred_and_all_red_nothing() -> None:
    assert score(results("green"), {}).total == 100.0
    assert score(results("red"), {}).total == 0.0
    assert score(results("amber"), {}).total == 50.0


def test_groups_weigh_as_the_profile_says() -> None:
    safety = {c.id: "red" for c in CRITERIA if c.group == "safety"}
    total = score(results("green", **safety), {})
    assert total.total == 65.0
    assert total.groups == {
        "safety": 0.0, "proportionality": 100.0, "command": 100.0, "formation": 100.0, "readiness": 100.0
    }  # fmt: skip
    lighter = made().profile.weights.model_copy(update={"safety": 0.0})
    assert score(results("green", **safety), {}, lighter).total == 100.0


def test_unknown_criteria_count_for_nothing() -> None:
    unknown = {c.id: "unknown" for c in CRITERIA if c.group == "safety"}
    total = score(results("green", **unknown), {})
    assert total.total == 100.0 and total.groups["safety"] is None
    assert score(results("unknown"), {}).total is None


def test_a_broken_rule_caps_the_score_and_a_crush_caps_it_lower() -> None:
    broken = violations(BROKEN["R9"])
    capped = score(results("green"), broken)
    assert (capped.total, capped.cap) == (60.0, "60: R9")
    crushed = evaluate(made({"peak_density": {0: 2, 100: 7.5, 107: 2}}))
    assert crushed["K25"].grave and score(crushed, broken).cap == "40: K25"
    brief = evaluate(made({"peak_density": {0: 2, 100: 7.5, 104: 2}}))
    assert not brief["K25"].grave, "five seconds are the limit"
    assert score({**results("green"), "K25": crushed["K25"]}, {}).total == 40.0


def test_a_critical_injury_nobody_came_to_is_grave() -> None:
    critical = event(100, "injury", "demonstrator", 3.0, "crush", 7)
    assert evaluate(made(events=[critical]))["K28"].grave
    assert not evaluate(made(events=[critical, event(200, "aid", row=7)]))["K28"].grave


def test_more_arrests_or_a_quick_dispersal_do_not_raise_the_score() -> None:
    few = made(WAYS, [event(100, "arrest", cause="offender", row=1), event(150, "hand_over", row=1)])
    taken = [event(100 + k, "arrest", cause="offender", row=k) for k in range(9)]
    many = made(WAYS, [*taken, *[event(150 + k, "hand_over", row=k) for k in range(9)], event(300, "dispersal")])
    assert score(evaluate(few), {}).total == score(evaluate(many), {}).total


def test_declared_phases_are_read_from_the_journal() -> None:
    session = made(journal=[(100.0, DeclarePhase("kuning", ""))])
    assert session.phase_at(99.0) == ("hijau", 0.0)
    assert session.phase_at(100.0) == ("kuning", 100.0)


def test_a_lone_pursuit_is_told_with_its_place_once() -> None:
    seen = [event(50.4, "pursuit", "lanjut", row=7)]
    (found,) = violations(made({"pursuits": {0: 0, 51: 1}}, seen))["R11"]
    assert (found.time, found.position, found.subject) == (50.4, (1.0, 2.0), "lanjut")
    (older,) = violations(made({"pursuits": {0: 0, 51: 1}}))["R11"]
    assert (older.time, older.position) == (51.0, None), "a run that did not note where"
