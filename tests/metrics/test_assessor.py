"""A run judged while it goes on: flags at the second they are earned, and in the end what the finished run says."""

import numpy as np
from made import event, made
from scenes import scenario

from crowdsim.metrics.assessor import Assessor
from crowdsim.metrics.criteria import evaluate
from crowdsim.metrics.rules import violations
from crowdsim.metrics.score import score
from crowdsim.metrics.session import Session
from crowdsim.session.commands import UseTool
from crowdsim.session.simulation import Simulation


def watched(session: Session, seconds: range) -> Assessor:
    """Looked at second by second."""
    assessor = Assessor()
    for second in seconds:
        assessor.look(session.until(float(second)))
    return assessor


def test_a_rule_is_flagged_in_the_second_it_is_broken_with_its_reason() -> None:
    simulation = Simulation(scenario())
    assessor, seen = Assessor(), []
    frame = simulation.frame()
    while simulation.time < 6.0 - 1e-9:
        if abs(simulation.time - 3.3) < 1e-9:
            simulation.send(UseTool("gas", "west", "line"))
        assessor(simulation, frame)
        assert assessor.standing is not None
        seen.append((simulation.time, [flag.id for flag in assessor.standing.flags]))
        frame = simulation.advance()
    first = next(time for time, flags in seen if "R2" in flags)
    assert 3.3 < first <= 4.2, "with the readings of the fourth second"
    flag = next(flag for flag in assessor.standing.flags if flag.id == "R2")
    assert flag.since == 3.3 and 3.3 < flag.time <= 4.2 and flag.position is not None
    assert "0 warnings" in flag.reason["en"] and "0 peringatan" in flag.reason["id"]
    assert assessor.standing.score.total is not None and assessor.standing.score.total <= 60.0


def test_in_the_end_it_says_what_the_finished_session_says() -> None:
    simulation = Simulation(scenario(timeline=[
        {"at": 1.0, "do": "inject", "crowd": "crowd", "wish": "push", "zone": "east", "through": "gate", "share": 0.9},
        {"at": 4.0, "do": "declare_phase", "phase": "merah"},
        {"at": 5.0, "do": "use_tool", "tool": "gas", "zone": "west", "by": "line"},
    ]))  # fmt: skip
    assessor = Assessor()
    while simulation.time < 12.0 - 1e-9:
        assessor(simulation, simulation.advance())
    session = Session.of_simulation(simulation)
    standing = assessor.look(session)
    results, broken = evaluate(session), violations(session)
    assert (standing.results, standing.violations) == (results, broken)
    assert standing.score == score(results, broken, session.profile.weights)
    assert sum(result.value is not None for result in results.values()) > 10
    flagged = [(flag.id, flag.since) for flag in standing.flags if flag.id.startswith("R")]
    assert sorted(flagged) == sorted((name, v.time) for name, found in broken.items() for v in found) != []


def test_whoever_does_not_come_is_missed_once_he_is_overdue() -> None:
    session = made({"crowd": 100.0}, [event(100.0, "injury", "demonstrator", 2.0, row=4)], duration=400.0)
    assessor = watched(session, range(90, 189))
    assert assessor.standing is not None and assessor.standing.flags == ()
    assessor.look(session.until(191.0))
    (flag,) = assessor.standing.flags
    assert (flag.id, flag.since, flag.time) == ("R10", 100.0, 191.0)
    assessor.look(session.until(300.0))
    (later,) = assessor.standing.flags
    assert later.time == 191.0, "earned once"


def test_a_crush_is_a_flag_that_caps_the_score() -> None:
    session = made({"peak_density": {0: 2.0, 50: 8.0, 80: 2.0}, "crowd": 100.0}, duration=120.0)
    assessor = watched(session, range(40, 100))
    assert assessor.standing is not None
    (flag,) = [flag for flag in assessor.standing.flags if flag.id == "K25"]
    assert 55.0 <= flag.time <= 57.0, "five seconds of it"
    assert assessor.standing.score.cap.startswith("40")


def test_wound_back_it_stands_as_it_did_then() -> None:
    injuries = [event(10.0, "injury", "demonstrator", 2.0, row=4), event(200.0, "injury", "officer", 2.0, row=5)]
    session = made({"crowd": 100.0}, injuries, duration=400.0)
    assessor = watched(session, range(0, 400, 7))
    assert assessor.standing is not None and len(assessor.standing.flags) == 2
    standing = assessor.look(session.until(150.0))
    assert [flag.since for flag in standing.flags] == [10.0] and standing.time == 150.0
    times, values = session.until(150.0).series["crowd"]
    assert times[-1] == 150.0 and len(values) == 151 and np.all(values == 100.0)
