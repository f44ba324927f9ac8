"""A small exercise with everything on: the ledger, equal bits, replay, conditions, exits, and what a file may say."""

from typing import Any

import numpy as np
import pytest
from scenes import room, scenario, tilemap

from crowdsim.population.roles import Mind, Role, Status
from crowdsim.problems import Problem
from crowdsim.session.check import check_names
from crowdsim.session.scenario import Scenario
from crowdsim.session.schema import ScenarioFile
from crowdsim.session.simulation import Simulation

CHAIR = {"start": "yard", "safe": "staging", "captivity": "west"}
CROWD = {
    "id": "crowd", "spawn": "at_gate", "count": 40, "delegates": 3, "coordinator": True, "groups": 0.4, "hardcore": 6,
    "provocateurs": 2, "temper": "volatile", "toward": "east", "through": "gate",
}  # fmt: skip
UNITS = [
    {"id": "line", "label": "L", "kind": "dalmas", "count": 8, "start": "line", "formation": "bersaf1",
     "role": "shield"},
    {"id": "squad", "label": "S", "kind": "tangkap", "count": 6, "start": "staging"},
]  # fmt: skip
TIMELINE = [
    {"at": 0.5, "do": "set_barrier", "barrier": "gate", "open": True},
    {"at": 1.0, "do": "give_order", "unit": "squad", "order": {"kind": "arrest", "person": "peaceful"}},
    {"at": 2.0, "do": "inject", "crowd": "crowd", "anger": 0.6},
    {"when": {"anger": 0.5, "subject": "crowd"}, "do": "declare_phase", "phase": "kuning"},
    {"when": {"phase": "kuning", "since": 6.0}, "do": "declare_phase", "phase": "merah"},
]


def exercise() -> Scenario:
    return scenario(room(), crowd=[CROWD], unit=UNITS, chair=CHAIR, holding="staging", timeline=TIMELINE)


def run(simulation: Simulation, seconds: float) -> Simulation:
    while simulation.time < seconds - 1e-9:
        simulation.step()
        assert simulation.lost_people == 0
    return simulation


def test_equal_bits_with_two_threads_and_from_the_journal() -> None:
    one = run(Simulation(exercise(), threads=1), 15.0)
    two = run(Simulation(exercise(), threads=2), 15.0)
    assert one.hashes == two.hashes and one.events == two.events
    again = Simulation(exercise(), timeline=False)
    journal = list(one.journal)
    while again.time < 15.0 - 1e-9:
        while journal and journal[0][0] == again.tick:
            again.send(journal.pop(0)[2])
        again.step()
    assert again.hashes == one.hashes
    assert one.errands.parties or any(event.kind == "arrest" for event in one.events), "it was an exercise with parties"


def test_conditions_happen_once_and_not_before_their_time() -> None:
    told = [(e.subject, e.time) for e in run(Simulation(exercise()), 12.0).events if e.kind == "phase"]
    assert [phase for phase, _ in told] == ["kuning", "merah"]
    assert 2.0 < told[0][1] < 4.0 and 6.0 <= told[1][1] < 7.5


def test_groups_stand_together_and_one_coordinator_leads() -> None:
    simulation = Simulation(exercise())
    people = simulation.people
    groups = np.unique(people.group[people.group >= 0])
    assert len(groups) >= 3
    for group in groups:
        rows = np.flatnonzero(people.group == group)
        assert np.ptp(people.desired_speed[rows]) == 0
        assert np.hypot(*(people.position[rows] - people.position[rows[0]]).T).max() < 3.0
    assert (people.role == Role.COORDINATOR).sum() == 1 and (people.role == Role.DELEGATE).sum() == 3
    leader = np.flatnonzero(people.role == Role.COORDINATOR)[0]
    assert people.position[leader, 0] >= np.quantile(people.position[:40, 0], 0.8), "nearest to the gate"


def test_who_flees_leaves_by_the_open_exit_and_never_by_the_blocked_one() -> None:
    exits = {"near": (0.0, 4.0, 0.5, 6.0), "far": (19.5, 4.0, 20.0, 6.0)}
    zones = {"west": (1.0, 1.0, 5.0, 9.0)}
    where = tilemap(20.0, 10.0, zones=zones, exits=exits)
    crowd = [{"id": "crowd", "spawn": "west", "count": 12}]
    simulation = Simulation(scenario(where, crowd=crowd, unit=[], blocked=["near"]))
    people = simulation.people
    last = people.position.copy()
    for _ in range(1250):
        people.mind[:] = np.where(people.active, Mind.FLEEING, people.mind)
        people.fear[:] = 1.0
        here = people.active.copy()
        last[here] = people.position[here]
        simulation.step()
    gone = people.status == Status.LEFT
    assert gone.sum() > 6 and simulation.lost_people == 0
    assert last[gone, 0].min() > 15.0


@pytest.mark.parametrize(
    ("entry", "place", "mend"),
    [
        ({"at": 1.0, "do": "use_tool", "tool": "barricade", "zone": "east"}, "timeline[1].zone", "gate"),
        ({"at": 1.0, "do": "use_tool", "tool": "water", "zone": "gate"}, "timeline[1].zone", "at_gate"),
        ({"when": {"anger": 0.5, "subject": "crwd"}, "do": "inject"}, "timeline[1].when.subject", "'crowd'"),
        ({"when": {}, "do": "inject"}, "timeline[1].when", "Give one of"),
        ({"when": {"share": 0.5, "subject": "crowd"}, "do": "inject"}, "timeline[1].when.state", "Name the state"),
        ({"at": 1.0, "do": "inject", "crowd": "crowd", "wish": "leave", "exits": ["out"]}, "timeline[1].exits", "none"),
        ({"at": 1.0, "do": "give_order", "unit": "line", "order": {"kind": "escort", "person": "ketu", "zone": "east"}},
         "timeline[1].order.person", "'ketua'"),
    ],
)  # fmt: skip
def test_a_slip_in_the_timeline_says_where_and_how_to_mend_it(entry: dict[str, Any], place: str, mend: str) -> None:
    data = exercise().spec.model_dump(exclude_none=True) | {"timeline": [entry], "blocked": ["out"]}
    problems: list[Problem] = check_names("small.toml", ScenarioFile.model_validate(data), room())
    assert [(p.file, p.place) for p in problems] == [("small.toml", place)]
    assert mend in problems[0].mend or mend in problems[0].message
