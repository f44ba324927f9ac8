"""How workloads are timed: turns, stages, processes, ratios, rows. No test looks at how long anything took."""

import io
import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from crowdsim import cli
from crowdsim.bench import peers, sides, suite, table, timing, worker
from crowdsim.bench.crowds import gate, plaza
from crowdsim.bench.sides import NOTHING, OnGround, Turn, clocked, in_blocks
from crowdsim.bench.timing import Worker, timed
from crowdsim.params import Params
from crowdsim.problems import InputError

ROW = {
    "workload", "people", "threads", "dt_s", "steps", "ns_per_person_step", "person_steps_per_s", "cpu_s", "wall_s",
    "real_time_factor", "stages_ns", "peak_rss_mb", "against",
}  # fmt: skip


# --- the clock --------------------------------------------------------------------------------------------------------


class Counting:
    """A side that only counts."""

    threads, dt, model, people = 1, 0.02, "none", 7

    def __init__(self) -> None:
        self.steps, self.before = 0, 0

    def turn(self, seconds: float) -> Turn:
        return in_blocks(self, seconds, self._before, self._step)

    def _before(self) -> None:
        self.before += 1

    def _step(self) -> None:
        self.steps += 1


@pytest.mark.parametrize(("seconds", "steps", "blocks"), [(0.001, 1, 1), (1.0, 50, 1), (1.1, 55, 2), (3.0, 150, 3)])
def test_a_turn_takes_the_steps_of_its_seconds_and_stops_the_clock_every_block(
    seconds: float, steps: int, blocks: int
) -> None:
    side = Counting()
    done = side.turn(seconds)
    assert (side.steps, side.before) == (steps, blocks) == (done.steps, blocks)
    assert done.person_steps == 7 * steps
    assert done.seconds == pytest.approx(steps * 0.02)


def test_turns_add_up() -> None:
    both = Turn(1, 10, 0.5, 2.0, 3.0) + Turn(2, 20, 0.25, 0.5, 0.125)
    assert both == Turn(3, 30, 0.75, 2.5, 3.125) == NOTHING + both


def test_a_short_turn_is_walked_again_from_where_it_began(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock runs longer, and people end up where one lap takes them."""
    once, often = (OnGround(plaza(40), Params(), "default", 1) for _ in range(2))
    monkeypatch.setattr(sides, "LAP", 0.0)
    one = once.turn(0.2)
    laps: list[Turn] = []
    lap = often._lap

    def counted(seconds: float) -> Turn:
        laps.append(lap(seconds))
        return Turn(*vars(laps[-1]).values()) if len(laps) == 3 else Turn(10, 400, 0.2, 0.0, 0.0)

    monkeypatch.setattr(often, "_lap", counted)
    monkeypatch.setattr(sides, "LAP", 1e-12)
    done = often.turn(0.2)
    assert len(laps) == 3 and done.steps == 3 * one.steps
    assert np.array_equal(once.ground.people.position, often.ground.people.position)
    assert once.ground.tick == often.ground.tick


def test_people_who_are_nowhere_end_the_run() -> None:
    side = OnGround(gate(30), Params(), "default", 1)
    side.ground.people.position[3] = np.nan
    with pytest.raises(RuntimeError, match="lost people"):
        side.turn(0.02)


def test_stages_are_those_of_a_tick_and_the_functions_come_back() -> None:
    from crowdsim.validation import ground

    kept = {name: getattr(ground, name) for name in sides.STAGES if hasattr(ground, name)}
    found = OnGround(gate(30), Params(), "default", 1).stages(0.1)
    assert set(found) == {"sort", "walk", "forces", "integrate", "observe", "other"}
    assert min(found.values()) > 0.0
    with pytest.raises(ZeroDivisionError):
        sides.staged(ground, lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    assert all(getattr(ground, name) is call for name, call in kept.items())


# --- processes --------------------------------------------------------------------------------------------------------


def test_a_row_is_that_of_the_contract() -> None:
    row = timed("plaza", 30, 1, "default", [], 2)
    assert set(row) >= ROW
    assert (row["workload"], row["people"], row["threads"], row["dt_s"]) == ("plaza", 30, 1, 0.02)
    low, high = row["ns_range"]
    assert 0.0 < low <= row["ns_per_person_step"] <= high
    assert row["against"] is None
    json.dumps(row)


def test_a_side_that_breaks_off_says_why() -> None:
    with pytest.raises(RuntimeError, match="KeyError: 'nowhere'"):
        Worker(side="ours", workload="nowhere", people=10, threads=1, model="default")


@pytest.mark.parametrize(("name", "model", "dt"), [("jupedsim", "hfv2000", 0.01), ("pyrvo", "default", 0.02)])
def test_a_peer_is_timed_in_turn_with_ours(name: str, model: str, dt: float) -> None:
    pytest.importorskip(name, reason=f"{name} is not installed: python -m pip install -e '.[bench]'")
    row = timed("plaza", 40, 1, model, [name], 1)
    found = row["against"][name]
    assert row["dt_s"] == dt
    assert found["pairs"] == 5
    low, high = found["ratio_range"]
    assert 0.0 < low <= found["ratio"] <= high
    assert found["person_steps_per_s"] > 0


def test_the_ratio_is_per_cpu_second_with_one_thread_and_per_second_of_wall_with_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timing, "version_of", lambda name: "1")
    mine = {"person_steps": 600, "seconds": 1.0, "wall": 2.0, "cpu": 3.0, "steps": 1}
    theirs = {"person_steps": 100, "seconds": 1.0, "wall": 2.0, "cpu": 1.0, "steps": 1}
    slower = {**theirs, "cpu": 2.0, "wall": 8.0}
    about = {"model": "m", "dt": 0.01, "peak_rss_mb": 1.0}
    found = {"turns": [(mine, theirs), (mine, slower), (mine, slower)], "about": about, "restarts": 0}
    alone = timing._compared("jupedsim", found, alone=True)
    assert (alone["ratio"], alone["ratio_range"], alone["person_steps_per_s"]) == (4.0, [2.0, 4.0], 50)
    more = timing._compared("jupedsim", found, alone=False)
    assert (more["ratio"], more["ratio_range"]) == (24.0, [6.0, 24.0])
    assert more["real_time_ratio"] == 4.0


def test_each_peer_gets_the_model_it_is_comparable_with() -> None:
    found = timing.cases("gate", [10, 20], [1], ["jupedsim", "pyrvo"])
    assert [(case["people"], case["model"], case["against"]) for case in found] == [
        (10, "hfv2000", ["jupedsim"]), (10, "default", ["pyrvo"]),
        (20, "hfv2000", ["jupedsim"]), (20, "default", ["pyrvo"]),
    ]  # fmt: skip
    assert timing.cases("gate", [10], [0], [])[0]["threads"] >= 1
    assert [case["speedup"] for case in timing.cases("gate", [10], [1, 2], [])] == [False, True]
    assert not timing.cases("gate", [10], [2], [])[0]["speedup"]


def test_two_threads_are_timed_in_turn_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    quick, slow = {"person_steps": 100, "wall": 1.0}, {"person_steps": 100, "wall": 1.5}
    found = timing._speedup({"turns": [(quick, slow), (quick, slow), (slow, slow)]})
    assert (found["ratio"], found["ratio_range"], found["pairs"]) == (1.5, [1.0, 1.5], 3)
    row = timed("press", 20, 2, "default", [], 1, speedup=True)
    assert row["speedup"]["pairs"] == 5 and row["speedup"]["ratio"] > 0.0


class Scripted:
    """A worker that answers turns as told, and notes what it was asked."""

    def __init__(self, *turns: dict[str, Any]) -> None:
        self.turns, self.asked = list(turns), []  # type: ignore[var-annotated]

    def __call__(self, **_: Any) -> "Scripted":
        return self

    def __enter__(self) -> "Scripted":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def ask(self, **request: Any) -> dict[str, Any]:
        self.asked.append(next(iter(request)))
        return self.turns.pop(0) if "turn" in request else {}


def test_when_a_peer_breaks_off_both_begin_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pair is always of the same simulated seconds."""
    ours = Scripted(*({"mine": k} for k in range(6)))
    other = Scripted({"n": 0}, {"n": 1}, {"broke_off": "in a wall"}, {"n": 2}, {"n": 3}, {"n": 4})
    monkeypatch.setattr(timing, "Worker", other)
    found = timing._beside(ours, {"side": "jupedsim", "workload": "gate", "people": 9}, 0.5, 1)  # type: ignore[arg-type]
    assert [(mine["mine"], theirs["n"]) for mine, theirs in found["turns"]] == [(0, 0), (1, 1), (3, 2), (4, 3), (5, 4)]
    assert found["restarts"] == 1
    assert ours.asked == ["turn"] * 3 + ["again"] + ["turn"] * 3
    assert other.asked == [*ours.asked, "about"]


def test_a_peer_that_only_breaks_off_is_the_users_to_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "Worker", Scripted(*[{"broke_off": "in a wall"}] * 9))
    ours = Scripted(*[{}] * 9)
    with pytest.raises(InputError, match="jupedsim breaks off with 9 people of gate: in a wall"):
        timing._beside(ours, {"side": "jupedsim", "workload": "gate", "people": 9}, 0.5, 1)  # type: ignore[arg-type]


def test_a_peer_says_that_it_broke_off_and_we_do_not() -> None:
    def broken(seconds: float) -> Turn:
        raise RuntimeError("in a wall")

    assert worker.answer(SimpleNamespace(turn=broken), {"turn": 1.0}) == {"broke_off": "in a wall"}  # type: ignore[arg-type]
    ours = OnGround(gate(5), Params(), "default", 1)
    ours.turn = broken  # type: ignore[method-assign]
    with pytest.raises(RuntimeError, match="in a wall"):
        worker.answer(ours, {"turn": 1.0})


def test_again_builds_the_side_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Counting] = []

    def built(case: dict[str, Any]) -> Counting:
        made.append(Counting())
        return made[-1]

    monkeypatch.setattr(worker, "built", built)
    replies = io.StringIO()
    worker.serve(io.StringIO('{"side": "x"}\n{"turn": 0.1}\n{"again": true}\n{"turn": 0.2}\n'), replies)
    told = [json.loads(line) for line in replies.getvalue().splitlines()]
    assert [reply.get("steps") for reply in told] == [None, 5, None, 10]
    assert [side.steps for side in made] == [5, 10]


# --- what a user sees -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--workload", "plazza"], "'plazza' is unknown. Use plaza"),
        (["--workload", "plaza", "--people", "0"], "plaza cannot have 0 people"),
        (["--workload", "press", "--people", "99000000"], "press cannot have 99000000 people. Use 1 to 2000000"),
        (["--workload", "exercise", "--people", "20"], "exercise cannot have 20 people"),
        (["--workload", "view", "--against", "pyrvo"], "'view' cannot be timed beside a peer. Use plaza, gate, press"),
        (["--workload", "overlays", "--people", "5000"], "overlays cannot have 5000 people. Use"),
        (["--against", "menge"], "'menge' is unknown. Use jupedsim, pyrvo"),
        (["--people", "many"], "'many' is not a list of numbers"),
    ],
)
def test_wrong_wishes_name_the_value_and_the_mend(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["bench", *arguments]) == 2
    shown = capsys.readouterr()
    assert told in shown.err and not shown.out


def test_a_peer_that_is_missing_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(peers.util, "find_spec", lambda name: None)
    assert cli.main(["bench", "--against", "jupedsim,pyrvo", "--people", "10"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[2].split()[0] for line in told] == ["jupedsim", "pyrvo"]
    assert all("pip install" in line for line in told)


def test_every_wrong_wish_is_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        timing.check(["start", "exercise"], [1, 10**9], ["pyrvo"])
    assert len(caught.value.problems) == 4


def test_bench_prints_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        cli.main(["bench", "--workload", "press", "--people", "20", "--threads", "1", "--repeats", "1", "--json"]) == 0
    )
    found = json.loads(capsys.readouterr().out)
    assert found["machine"]["cpu"] and found["machine"]["threading"] != "not started"
    assert [row["workload"] for row in found["rows"]] == ["press"]


def test_interrupted_it_prints_what_was_timed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def rows(case: dict[str, Any], repeats: int, size: tuple[int, int]) -> list[dict[str, Any]]:
        if case["people"] > 1000:
            raise KeyboardInterrupt
        return [_row(case["people"], 1, 40.0, 150.0)]

    monkeypatch.setattr(suite, "rows_of", rows)
    assert cli.main(["bench", "--workload", "plaza", "--people", "1000,2000,3000", "--threads", "1", "--json"]) == 130
    shown = capsys.readouterr()
    assert [row["people"] for row in json.loads(shown.out)["rows"]] == [1000]
    assert "1 of 3" in shown.err


def _row(people: int, threads: int, ns: float, memory: float) -> dict[str, Any]:
    return {
        "workload": "plaza", "model": "default", "people": people, "threads": threads, "dt_s": 0.02, "against": None,
        "ns_per_person_step": ns, "ns_range": [ns - 1, ns + 1], "peak_rss_mb": memory, "real_time_factor": 3.0,
        "speedup": {"ratio": 1.7, "ratio_range": [1.6, 1.8]} if threads > 1 else None,
        "stages_ns": {"forces": 30.0, "observe": 0.1},
    }  # fmt: skip


def test_the_cost_table_has_a_row_for_each_number_of_people() -> None:
    rows = [_row(1000, 1, 40.0, 150.0), _row(1000, 2, 25.0, 151.0), _row(1_000_000, 1, 60.0, 1126.5625)]
    names = dict.fromkeys(("name", "cpu", "cores", "system", "python", "numba", "threading", "load"), "X1")
    written = table.cost_table(names, rows, "python this.py").splitlines()
    assert "X1" in written[2] and "python this.py" in written[2]
    assert written[-4] == "| people | plaza, 1 thread | plaza, 2 threads | memory, MB | kB a person |"
    assert written[-2] == "| 1,000 | 40 (39..41) | 25 (24..26), 1.70 times one | 151 |  |"
    assert written[-1] == "| 1,000,000 | 60 (59..61) |  | 1127 | 1.00 |"


def test_lines_name_the_stages_that_cost_something_and_the_peer() -> None:
    row = _row(1000, 1, 40.0, 150.0)
    row["against"] = {
        "jupedsim": {
            "ratio": 71.23, "ratio_range": [70.0, 73.0], "version": "1.4.2", "per": "second of cpu", "restarts": 0,
            "real_time_ratio": 71.0, "model": "SocialForceModel", "dt_s": 0.01, "pairs": 5,
        }
    }  # fmt: skip
    ours, theirs = table.lines([row]).splitlines()
    assert "40.0 ns a person-step (39..41)" in ours and "forces 30" in ours and "observe" not in ours
    assert "71.2 times the person-steps of jupedsim 1.4.2 (70.0..73.0) per second of cpu" in theirs


def test_clocked_counts_what_it_did() -> None:
    done: list[int] = []
    turn = clocked(lambda: done.append(1), 4, people=3, dt=0.5)
    assert (len(done), turn.steps, turn.person_steps, turn.seconds) == (4, 4, 12, 2.0)
