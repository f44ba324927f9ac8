"""What a trainer shows, on small scenes: each lesson beside its opposite."""

from typing import Any

import pytest
from scenes import room, scenario

from crowdsim.session.check import check_names
from crowdsim.session.schema import ScenarioFile
from crowdsim.session.simulation import Simulation

CROWD = {
    "id": "crowd", "spawn": "at_gate", "count": 40, "hardcore": 8, "provocateurs": 2, "temper": "volatile",
    "toward": "east", "through": "gate",
}  # fmt: skip
GATE = {"capacity": 300.0, "toughness": 4000.0}  # N/m, N s/m: forty who mean it open it
NEGOTIATORS = {"id": "talk", "label": "T", "kind": "negosiator", "count": 4, "start": "line", "formation": "bersaf1",
               "role": "negotiator"}  # fmt: skip
GATHER = {"at": 0.0, "do": "inject", "crowd": "crowd", "wish": "gather", "zone": "at_gate"}


def told(seconds: float, timeline: list[dict[str, Any]], where: Any = None, **spec: Any) -> dict[str, float]:
    """When each kind of event first happened, s."""
    spec = {"crowd": [CROWD], "unit": [], "duration": seconds, **spec}
    simulation = Simulation(scenario(where or room(**GATE), timeline=[GATHER, *timeline], **spec))
    while simulation.time < seconds - 1e-9:
        simulation.step()
    first: dict[str, float] = {}
    for event in simulation.events:
        first.setdefault(event.kind, event.time)
    return first


def test_an_answer_they_like_keeps_the_gate_and_one_they_refuse_does_not() -> None:
    answer = {"at": 1.0, "do": "inject", "crowd": "crowd"}
    refused = told(60.0, [answer | {"answer": "rejected", "anger": 0.2}])
    assert "breach" in refused and refused["push"] < refused["breach"]
    accepted = told(60.0, [answer | {"answer": "accepted", "anger": -0.2}])
    assert not {"push", "breach"} & set(accepted)


def test_speeches_heat_a_crowd_nobody_talks_to_and_not_one_that_is() -> None:
    speech = {"at": 10.0, "do": "inject", "crowd": "crowd", "anger": 0.3, "unless": {"heard": 0.5, "subject": "crowd"}}
    alone = told(40.0, [speech], legitimacy=0.7)
    heard = told(40.0, [speech], unit=[NEGOTIATORS], legitimacy=0.7)
    assert "push" in alone and "negotiation" in heard and "push" not in heard


def test_a_chair_who_is_brought_away_in_time_is_not_taken_and_one_who_stays_is() -> None:
    chair = {"start": "yard", "safe": "staging", "captivity": "west"}
    guard = {"id": "guard", "label": "G", "kind": "pengawal", "count": 1, "start": "yard", "formation": "bersaf1"}
    open_gate = room(4.0, True)
    angry = [{"at": 4.0, "do": "inject", "crowd": "crowd", "answer": "rejected", "anger": 0.7}]
    escort = {"at": 0.5, "do": "give_order", "unit": "guard",
              "order": {"kind": "escort", "person": "ketua", "zone": "staging"}}  # fmt: skip
    stays = told(40.0, angry, open_gate, unit=[guard], chair=chair)
    assert "hostage_taken" in stays
    brought = told(40.0, [escort, *angry], open_gate, unit=[guard], chair=chair)
    assert "hostage_taken" not in brought and "arrival" in brought


def test_one_number_is_how_rightful_the_police_seem_unless_the_scenario_says_otherwise() -> None:
    less = scenario().params.with_value("mind.legitimacy", 0.2)
    assert Simulation(scenario(params=less)).survey.readings["legitimacy"] == pytest.approx(0.2)
    assert Simulation(scenario(params=less, legitimacy=0.6)).survey.readings["legitimacy"] == pytest.approx(0.6)


def test_what_spares_an_entry_must_be_a_state() -> None:
    entry = {"at": 1.0, "do": "inject", "crowd": "crowd", "anger": 0.1}
    where = room()

    def problems(unless: dict[str, Any]) -> list[str]:
        spec = scenario(timeline=[entry | {"unless": unless}]).spec
        assert isinstance(spec, ScenarioFile)
        return [problem.place for problem in check_names("f", spec, where)]

    assert problems({"event": "push"}) == ["timeline[1].unless.event"]
    assert problems({"heard": 0.5, "subject": "crwd"}) == ["timeline[1].unless.subject"]
    assert problems({"heard": 0.5, "subject": "crowd"}) == []
