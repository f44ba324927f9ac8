"""Each criterion on two small made-up sessions: one that is good, one that is not."""

from dataclasses import replace

import pytest
from made import PROFILE, UNITS, event, made

from crowdsim.behaviour.unit import FormUp, Hold, Push
from crowdsim.frame import Event
from crowdsim.metrics.catalogue import CRITERIA, METRICS
from crowdsim.metrics.criteria import evaluate
from crowdsim.metrics.session import Session
from crowdsim.session.commands import DeclarePhase, GiveOrder, Inject, UseTool

KUNING, MERAH, HIJAU = DeclarePhase("kuning", "Kapolres"), DeclarePhase("merah", "Kapolda"), DeclarePhase("hijau", "")
FORM = GiveOrder("lanjut", FormUp("bersaf2", "gerbang"))
PUSH = GiveOrder("lanjut", Push(5.0))
MARCH = event(60, "march", "massa")
LINES = {"lines": 1.0}
WARNED = [event(t, "warning", "lanjut", 0.9) for t in (100.0, 140.0, 180.0)]
WAYS = {"open_exits": 3.0, "exit_width": 20.0, "crowd": 400.0}
HURT = event(100, "injury", "demonstrator", 2.0, "crush", 7)
HELD = event(300, "tool", "force", 1.0, "", 3)
STRUCK = event(300, "tool", "force", 1.0, "R9", 3)
SHORT_KIT = ({**UNITS[1], "kit": {"helm": 20, "tameng": 25}},)

GOOD: dict[str, Session] = {
    "K1": made({"in_post": {0: 0.2, 50: 0.97, 60: 0.1}}, [MARCH]),
    "K2": made(units=({**UNITS[1], "kit": {"helm": 31}},)),
    "K3": made({"closed_shields": {0: 0, 200: 1}, "closed_riot": 0}, journal=[(100.0, FORM)]),
    "K4": made({"closed_shields": {0: 0, 150: 1}}, journal=[(100.0, KUNING)]),
    "K5": made({"closed_riot": {0: 0, 180: 1}}, journal=[(100.0, MERAH)]),
    "K6": made({**LINES, "widest_gap": 0.5}),
    "K7": made({**LINES, "slot_error": 0.3}),
    "K8": made(
        {"closed_lines": {0: 1, 110: 0, 114: 1}},
        [event(100, "manoeuvre", "lapis_ganti"), event(140, "manoeuvre", "lapis_ganti", 40.0, "relieved")],
    ),
    "K9": made({**LINES, "behind_line": 0}),
    "K10": made({"due": {0: 0, 100: 1}, "declared": {0: 0, 125: 1}}, journal=[(125.0, KUNING)]),
    "K11": made(journal=[(10.0, KUNING), (20.0, UseTool("water", "x", "awc", "diffuse"))]),
    "K12": made({"out_of_slot": 0}),
    "K13": made({"pursuits": 0}),
    "K14": made({"backs_turned": 0}),
    "K15": made(journal=[(10.0, FORM), (100.0, GiveOrder("lanjut", Hold())), (101.0, GiveOrder("phh", Hold()))]),
    "K16": made({"force_stage": 4, "declared": 1}),
    "K17": made(events=WARNED, journal=[(400.0, PUSH)]),
    "K18": made(events=[HELD, event(400, "tool", "water_off", 0.05)]),
    "K19": made({"due": {0: 0, 100: 1, 200: 0}, "declared": {0: 0, 100: 1, 300: 0}}, journal=[(100.0, KUNING)]),
    "K20": made({"listeners": {0: 20}}, [event(350, "arrival", "delegasi")], [(400.0, PUSH)]),
    "K21": made(events=[event(300, "tool", "water"), event(400, "tool", "gas", cause="R2")]),
    "K22": made(events=[event(t, "arrest", cause="offender") for t in (10.0, 20.0)]),
    "K23": made(events=[event(100, "arrest", cause="offender", row=5), event(200, "hand_over", row=5)]),
    "K24": made(WAYS, journal=[(300.0, Inject("massa", "leave"))]),
    "K25": made({"peak_density": 3.0}),
    "K26": made({"pressure_over": 0}),
    "K27": made({"crowd": 400, "officers": 300}, [HURT]),
    "K28": made(events=[HURT, event(150, "aid", row=7)]),
    "K29": made({"lain": 0}),
    "K30": made(events=[]),
    "K31": made({"chair_exposed": {0: 0, 100: 1, 120: 0}}),
    "K32": made(store="gudang"),
}

BAD: dict[str, Session] = {
    "K1": made({"in_post": {0: 1.0, 50: 0.8}}, [MARCH]),
    "K2": made(units=SHORT_KIT),
    "K3": made({"closed_shields": {0: 0, 500: 1}, "closed_riot": 0}, journal=[(100.0, FORM)]),
    "K4": made({"closed_shields": {0: 0, 250: 1}}, journal=[(100.0, KUNING)]),
    "K5": made({"closed_riot": 0}, journal=[(500.0, MERAH)]),
    "K6": made({**LINES, "widest_gap": {0: 0, 100: 0.6, 140: 0}}),
    "K7": made({**LINES, "slot_error": 0.9}),
    "K8": made({"closed_lines": {0: 1, 110: 0, 130: 1}}, journal=[(100.0, KUNING)]),
    "K9": made({**LINES, "behind_line": {0: 0, 100: 6, 101: 0}}),
    "K10": made({"due": {0: 0, 100: 1}, "declared": {0: 0, 200: 1}}, journal=[(200.0, KUNING)]),
    "K11": made(journal=[(10.0, KUNING), (20.0, UseTool("gas", "x"))]),
    "K12": made({"out_of_slot": {0: 0, 100: 3, 110: 0}}),
    "K13": made({"pursuits": {0: 0, 100: 2}}),
    "K14": made({"backs_turned": {0: 0, 100: 1, 110: 0}}),
    "K15": made(journal=[(10.0, FORM), (11.0, GiveOrder("lanjut", Hold()))]),
    "K16": made({"force_stage": {0: 1, 100: 5, 120: 1}, "declared": 1}),
    "K17": made(events=WARNED[:1], journal=[(400.0, PUSH)]),
    "K18": made(events=[HELD, STRUCK, STRUCK]),
    "K19": made({"due": {0: 0, 100: 1, 200: 0}, "declared": {0: 0, 100: 1}}, journal=[(100.0, KUNING)]),
    "K20": made({"listeners": 2}, journal=[(400.0, PUSH)]),
    "K21": made(events=[event(300, "tool", "water"), event(400, "tool", "gas", cause="R3, R4")]),
    "K22": made(events=[event(10, "arrest", cause="offender"), event(20, "arrest", cause="wrongful")]),
    "K23": made(events=[event(100, "arrest", cause="offender", row=5), event(110, "hand_over", row=6)]),
    "K24": made({**WAYS, "open_exits": {0: 3, 310: 1}}, journal=[(300.0, Inject("massa", "leave"))]),
    "K25": made({"peak_density": {0: 2, 100: 6, 101: 2}}),
    "K26": made({"pressure_over": {0: 0, 100: 20, 102: 0}}),
    "K27": made(
        {"crowd": 400, "officers": 100}, [event(t, "injury", "officer", 1.0, "object", t) for t in range(100, 104)]
    ),
    "K28": made(events=[HURT, event(290, "aid", row=7)]),
    "K29": made({"lain": {0: 0, 100: 2}}),
    "K30": made({"open_breaches": {0: 0, 100: 1}}, [event(100, "breach", "gerbang")]),
    "K31": made({"chair_exposed": {0: 0, 100: 1}}),
    "K32": made(events=[event(100, "damage", "gudang", 1.0, "fire_reached")], store="gudang"),
}


def test_every_criterion_of_the_catalogue_has_a_good_and_a_bad_session() -> None:
    named = [criterion.id for criterion in CRITERIA]
    assert named == [f"K{number}" for number in range(1, 33)]
    assert list(GOOD) == named and list(BAD) == named


@pytest.mark.parametrize("criterion", CRITERIA, ids=lambda criterion: criterion.id)
def test_good_is_green_and_bad_is_red(criterion) -> None:
    good, bad = evaluate(GOOD[criterion.id])[criterion.id], evaluate(BAD[criterion.id])[criterion.id]
    assert (good.band, bad.band) == ("green", "red"), (good, bad)
    assert good.value is not None and set(good.reason) == {"id", "en"}


def test_a_session_that_shows_nothing_is_unknown_with_a_reason() -> None:
    results = evaluate(made(units=()))
    counted = {"K30", "K32"}  # events only: that there were none is known
    assert {name for name, result in results.items() if result.band != "unknown"} == counted
    assert all(r.reason["id"] and r.reason["en"] for r in results.values())
    assert all(r.value is None for name, r in results.items() if name not in counted)


def test_between_the_limits_is_amber() -> None:
    assert evaluate(made({"peak_density": 4.0}))["K25"].band == "amber"
    assert evaluate(made({**LINES, "behind_line": 3}))["K9"].band == "amber"
    assert evaluate(made(events=WARNED[:2], journal=[(400.0, PUSH)]))["K17"].band == "amber"


def test_an_exchange_that_was_called_off_is_over_when_the_line_is_closed() -> None:
    open_later = {"closed_lines": {0: 1, 110: 0, 113: 1, 150: 0, 170: 1}}
    begun = event(100, "manoeuvre", "lapis_ganti")
    off = event(115, "manoeuvre", "lapis_ganti", 4.0, "called_off")
    assert evaluate(made(open_later, [begun, off]))["K8"].value == 3.0
    assert evaluate(made(open_later, [begun]))["K8"].value == 23.0


def test_waits_are_as_much_shorter_as_the_exercise() -> None:
    """A pace of four: what is in time without it is late with it; what bodies do keeps its limits."""
    late = {"due": {0: 0, 100: 1}, "declared": {0: 0, 125: 1}}
    journal = [(125.0, KUNING)]
    assert evaluate(made(late, journal=journal))["K10"].band == "green"
    assert evaluate(made(late, journal=journal, pace=4.0))["K10"].band == "red"
    talk = {"listeners": {0: 20, 100: 0}}
    met = [event(90, "arrival", "delegasi")]
    assert evaluate(made(talk, met))["K20"].band == "amber"
    assert evaluate(made(talk, met, pace=4.0))["K20"].band == "green"
    assert evaluate(made({"closed_shields": {0: 0, 150: 1}}, journal=[(100.0, KUNING)], pace=4.0))["K4"].green == 60.0


def test_a_phase_declared_long_before_it_is_due_is_red() -> None:
    early = made({"due": {0: 0, 300: 1}, "declared": {0: 0, 100: 1}}, journal=[(100.0, KUNING)])
    assert evaluate(early)["K10"].band == "red"
    soon = made({"due": {0: 0, 150: 1}, "declared": {0: 0, 100: 1}}, journal=[(100.0, KUNING)])
    assert evaluate(soon)["K10"].band == "green"


def test_a_phase_declared_too_early_is_no_missed_step_down() -> None:
    early = {"due": 0, "declared": {0: 0, 100: 1}}
    assert evaluate(made(early, journal=[(100.0, KUNING)]))["K19"].value == 0.0


def test_an_order_nobody_heard_counts_against_communication_once() -> None:
    """Said again at once it is one lost order, not one that was overtaken as well."""
    journal = [(float(t), FORM) for t in (10, 13, 100, 200)]
    missed = event(12, "order", "lanjut", 10.0, "unheard")
    result = evaluate(made(events=[missed], journal=journal))["K15"]
    assert result.value == 75.0 and "1 tidak terdengar" in result.reason["id"] and "1 not heard" in result.reason["en"]
    assert evaluate(made(events=[event(12, "order", "lanjut")], journal=journal))["K15"].value == 75.0, "overtaken"


def test_delegates_received_after_the_force_come_too_late() -> None:
    late = made({"listeners": 20}, [event(450, "arrival", "delegasi")], [(400.0, PUSH)])
    assert evaluate(late)["K20"].band == "amber"


def test_force_without_an_order_is_a_breach_of_control_and_beyond_the_phase() -> None:
    blow = made({"force_stage": 1, "declared": 0}, [HELD], [(10.0, KUNING)])
    results = evaluate(blow)
    assert results["K11"].band == "red"
    assert results["K16"].value == 1.0, "stage five in a phase with a cap of four, for a second"


def test_a_warning_about_a_containment_is_none_to_the_crowd() -> None:
    told = [event(100, "warning", "kepung", 0.0, "too_long"), *WARNED]
    assert evaluate(made(events=told, journal=[(400.0, PUSH)]))["K17"].value == 3.0


def test_the_wrong_commander_is_no_control() -> None:
    assert evaluate(made(journal=[(10.0, DeclarePhase("merah", "Kapolres"))]))["K11"].band == "red"


def test_metrics_are_numbers_without_a_judgement() -> None:
    empty = made()
    full = made({"water": {0: 5000, 100: 4600}, "hostage": {0: 0, 10: 1, 20: 0}}, [event(500, "dispersal")])
    known = {metric.id: metric.fn(full) for metric in METRICS}
    assert (known["water"], known["hostage"], known["dispersed"]) == (400.0, 10.0, 500.0)
    assert METRICS[0].fn(empty) is None


def test_limits_and_weights_come_from_the_profile() -> None:
    strict = PROFILE.criterion["K25"].model_copy(update={"green": 1.0, "amber": 2.0})
    session = GOOD["K25"]
    profile = PROFILE.model_copy(update={"criterion": {"K25": strict}})
    results = evaluate(replace(session, profile=profile))
    assert results["K25"].band == "red"
    assert results["K1"].band == "unknown", "what has no limits is not judged"


def test_a_person_hurt_twice_counts_once() -> None:
    twice = [HURT, Event(1, 120.0, "injury", (0.0, 0.0), "demonstrator", 3.0, {}, "crush", (7,))]
    assert evaluate(made({"crowd": 100, "officers": 100}, twice))["K27"].value == 1.0
