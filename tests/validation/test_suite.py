"""The suite: which cases run with which seeds, what the gates say, and what is told of it."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from crowdsim import cli
from crowdsim.problems import InputError, Problem
from crowdsim.validation import exchange, report, suite
from crowdsim.validation.case import SEEDS, Case, Expect, Figure, Measured, Row, Setting
from crowdsim.validation.ground import Track

HERE = Setting()


def case(name: str = "one", gate: str = "V1", **others: object) -> Case:
    """A case whose number is its seed over 100."""

    def run(seed: int, setting: Setting) -> Measured:
        return {"number": seed / 100, "curve": [(0.0, 0.0), (1.0, seed / 100)]}

    people = {"people": [(0.0, 0.0), (1.0, 1.0)]}
    settings = {
        "run": run,
        "expects": (Expect("number", "m", 1.0, 0.1),),
        "figures": (Figure("curve", "A curve", "m", "1/m2", lambda data: people, "bend"),),
    }
    return Case(name, f"The case {name}", "standard", gate, "a source", **(settings | others))  # type: ignore[arg-type]


def noisy(tolerance: float) -> Case:
    """A case that gives 0.9 and 1.1 in turn."""
    return case(
        run=lambda seed, setting: {"number": 0.9 if seed % 2 else 1.1},
        expects=(Expect("number", "", 1.0, tolerance),),
        seeds=3,
        most=8,
    )


def raises(error: Exception) -> Case:
    """A case whose runs end with an error."""

    def run(seed: int, setting: Setting) -> Measured:
        raise error

    return case("bad", "V2", run=run, seeds=2)


# --- names ------------------------------------------------------------------------------------------------------------


def test_every_case_has_a_name_of_its_own_a_layer_and_a_gate_that_exists() -> None:
    names = [one.name for one in suite.CASES]
    assert len(set(names)) == len(names)
    for one in suite.CASES:
        assert one.layer in suite.LAYERS, one.name
        assert one.gate in ("", *suite.GATES), one.name
        assert len({e.quantity for e in one.expects}) == len(one.expects), one.name
        assert ":" not in one.name


def test_cases_are_chosen_by_name_layer_and_speed() -> None:
    assert [one.name for one in suite.chosen(["single_file", "round_trip"], None, False)] == [
        "single_file",
        "round_trip",
    ]
    assert {one.layer for one in suite.chosen([], "experiment", False)} == {"experiment"}
    assert all(one.quick for one in suite.chosen([], None, True))
    assert [one.name for one in suite.chosen(["corridors"], None, True)] == ["corridors"]  # named, though not quick


@pytest.mark.parametrize(
    ("names", "layer", "near"),
    [(["singel_file"], None, "single_file"), ([], "experimental", "experiment"), (["q"], None, "Use one of corridors")],
)
def test_an_unknown_name_brings_the_nearest_known_one(names: list[str], layer: str | None, near: str) -> None:
    with pytest.raises(InputError, match=near):
        suite.chosen(names, layer, False)


# --- running ----------------------------------------------------------------------------------------------------------


def test_seeds_come_in_order_and_end_when_the_mean_has_settled() -> None:
    assert suite.validate([noisy(1.0)], HERE).rows[0].seeds == list(SEEDS[:3])
    assert suite.validate([noisy(0.2)], HERE).rows[0].seeds == list(SEEDS[:8])  # never settles: all it may have
    assert suite.validate([noisy(0.3)], HERE).rows[0].seeds == list(SEEDS[:4])  # one more was enough
    assert suite.validate([noisy(0.2)], HERE, quick=True).rows[0].seeds == [SEEDS[0]]


def test_a_row_tells_the_median_and_the_range() -> None:
    (row,) = suite.validate([case(seeds=3)], HERE).rows
    assert (row.case, row.value, row.range, row.passed) == ("one: number", 1.02, (1.01, 1.03), True)


def test_a_run_that_raises_is_a_failed_row_and_the_suite_goes_on() -> None:
    result = suite.validate([raises(ZeroDivisionError("no people")), case()], HERE)
    assert [(row.case, row.passed) for row in result.rows] == [("bad", False), ("one: number", True)]
    assert "ZeroDivisionError: no people" in result.rows[0].note
    assert "seed 101" in result.rows[0].note and result.rows[0].seeds == [101, 102]
    assert result.gates["V1"] is True and result.gates["V2"] is False


def test_a_missing_package_or_file_is_not_a_failure() -> None:
    result = suite.validate([raises(InputError([Problem("x", "", "is missing", "Install it")]))], HERE)
    assert result.rows[0].passed is None and "Install it" in result.rows[0].note
    assert result.gates["V2"] is None


def test_a_run_that_forgets_a_number_is_a_failed_row() -> None:
    (row,) = suite.validate([case(run=lambda seed, setting: {"other": 1.0})], HERE).rows
    assert row.passed is False and "number" in row.note


def test_without_recordings_cases_are_named_not_failed() -> None:
    result = suite.validate(suite.chosen(["entrance"], None, False), HERE)
    assert result.gates["V5"] is None
    assert result.rows[0].passed is None
    assert "CROWDSIM_DATA" in result.rows[0].note
    assert "1 could not run:\n  entrance" in suite.table(result)


def test_interrupted_keeps_what_was_computed() -> None:
    def stopped(seed: int, setting: Setting) -> Measured:
        if seed == SEEDS[1]:
            raise KeyboardInterrupt
        return {"number": 1.0}

    result = suite.validate([case("first"), case("second", run=stopped, seeds=3), case("third")], HERE)
    assert result.interrupted
    assert [row.case for row in result.rows] == ["first: number", "second", "second: number", "third"]
    assert "after 1 of 3" in result.rows[1].note
    assert "2 could not run" in suite.table(result)


def test_workers_give_the_same_rows_in_the_same_order() -> None:
    cases = suite.chosen(["single_file"], None, False)
    few = [replace(one, seeds=2) for one in cases]
    shares: list[float] = []
    apart = suite.validate(few, HERE, workers=2, tell=shares.append)
    assert apart.rows == suite.validate(few, HERE).rows
    assert shares == sorted(shares) and shares[-1] == 1.0


# --- gates and the table ----------------------------------------------------------------------------------------------


def line(gate: str, passed: bool | None) -> Row:
    """A line of a gate."""
    return Row("a: b", "model", passed, 1.0, None, None, "", gate=gate)


def test_a_gate_holds_when_all_its_judged_lines_do() -> None:
    rows = [line("V1", True), line("V1", None), line("V2", True), line("V2", False), line("V3", None), line("", False)]
    gates = suite.gates_of(rows)
    assert list(gates) == [f"V{k}" for k in range(1, 11)]
    assert (gates["V1"], gates["V2"], gates["V3"], gates["V4"]) == (True, False, None, None)


def test_the_table_fits_a_terminal_and_ends_with_gates_and_what_is_left() -> None:
    many = [
        case("a_case_with_a_long_name_that_goes_on_and_on_and_on", expects=(Expect("number", "m", 5.0, 0.123456),)),
        case("only_reports", "", expects=(Expect("number", "m"),)),
        case("beside", "V3", expects=(Expect("number", "m", 5.0, 0.1, gate=False),)),
        raises(ValueError("x" * 300)),
        *(case(f"needs_{k}", recordings=True) for k in range(12)),
    ]
    text = suite.table(suite.validate(many, HERE))
    assert max(len(row) for row in text.splitlines()) <= 120
    assert "\nFAILS a_case" in text and "\nfails beside" in text
    assert "gates: V1 FAILS" in text and "V4 –" in text
    assert "12 could not run:\n  needs_0, needs_1" in text
    assert text.splitlines()[-1] == "1 lines only report: only_reports"


def test_the_peers_best_model_is_the_one_nearest_to_what_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "single_file: speed": {"slow": 0.3, "near": 0.44, "stuck": None},
        "bidirectional: lane order": {"slow": 0.3, "near": 0.5},
        "corridors: mean |dv|": {"slow": 0.2, "near": 0.1},
        "openings: mean error": {"slow": 0.2, "near": 0.3},
        "replays: mean error": {"slow": 0.4, "near": 0.3},
    }
    monkeypatch.setattr(suite, "PEERS", {"jupedsim": {"values": values}})
    assert suite.best_peer("single_file: speed") == ("near", 0.44)
    assert suite.best_peer("bidirectional: lane order") == ("near", 0.5)
    assert suite.best_peer("corridors: mean |dv|") == ("near", 0.1)
    assert suite.best_peer("openings: mean error") == ("near", 0.3)  # nothing asked: the best of all replays
    assert suite.best_peer("openings: r2") is None


# --- the page ---------------------------------------------------------------------------------------------------------


PEERS = {
    "jupedsim": {
        "version": "1.4.2",
        "source": "measured somewhere",
        "models": {"cfsm": "CollisionFreeSpeedModel", "sfm": "SocialForceModel"},
        "values": {"one: number": {"cfsm": 0.77, "sfm": None}},
        "curves": {"bend": {"cfsm": [[0.0, 0.0], [1.0, 0.77]]}},
    }
}


def page(tmp_path: Path, cases: list[Case], name: str = "page.html") -> str:
    """The page of a run of cases."""
    result = suite.validate(cases, HERE)
    report.write(tmp_path / name, result, HERE, "3 May 2031", {"crowdsim": "0.1", "cpu": "<fast & small>"})
    return (tmp_path / name).read_text(encoding="utf-8")


def test_the_page_says_what_holds_and_what_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib")
    monkeypatch.setattr(suite, "PEERS", PEERS)
    failing = case("two", "V2", expects=(Expect("number", "m", 5.0, 0.1, note="a <small> note"),))
    text = page(tmp_path, [case(seeds=2), failing, replace(case("three", ""), layer="behaviour")])
    assert "Gate V1 holds. Gate V2 does not hold. Gates V3, V4, V5, V6, V7, V8, V9 and V10 were not judged" in text
    assert "Of 3 numbers that something is asked of, 2 hold." in text
    assert "3 May 2031" in text and "&lt;fast &amp; small&gt;" in text and "a &lt;small&gt; note" in text
    assert "The psychology has no measured calibration" in text
    assert "JuPedSim 1.4.2" in text and "0.77" in text and "JuPedSim cfsm" in text
    assert text.count("<svg") == 3 and "crowdsim, 2 seeds" in text and "1/m²" in text


def test_the_page_needs_no_other_file_and_is_the_same_each_time(tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib")
    text = page(tmp_path, [case()])
    assert text == page(tmp_path, [case()], "again.html")
    assert "src=" not in text and "url(http" not in text and "@import" not in text and "<script" not in text
    assert "<?xml" not in text


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "jinja2", None)
    with pytest.raises(InputError, match=r"\.\[report\]"):
        report.check_extra()


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def no_recordings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CROWDSIM_DATA", raising=False)


def test_validate_prints_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["validate", "--case", "single_file", "--quick", "--json", "--quiet"]) in (0, 1)
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"cases", "gates", "peers", "versions"}
    (row,) = told["cases"]
    keys = {"case", "layer", "passed", "value", "expected", "tolerance", "unit", "seeds", "source", "note"}
    assert keys <= set(row)
    assert row["case"] == "single_file: speed" and row["seeds"] == [SEEDS[0]]
    assert told["gates"]["V7"] is row["passed"]


@pytest.mark.parametrize(("expected", "code"), [(1.0, 0), (9.0, 1)])
def test_the_exit_code_is_1_when_a_gate_is_false(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], expected: float, code: int
) -> None:
    monkeypatch.setattr(suite, "CASES", (case(quick=True, expects=(Expect("number", "", expected, 0.1),)),))
    assert cli.main(["validate", "--quick", "--quiet"]) == code
    assert ("V1 holds" in capsys.readouterr().out) is (code == 0)


def test_wrong_arguments_are_the_users(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    assert cli.main(["validate", "--case", "entrence"]) == 2
    assert "Did you mean 'entrance'?" in capsys.readouterr().err
    assert cli.main(["validate", "--quick", "--report", str(tmp_path / "page.pdf")]) == 2
    assert cli.main(["validate", "--quick", "--data", str(tmp_path / "nowhere")]) == 2


def test_interrupted_is_130_and_prints_the_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(seed: int, setting: Setting) -> Measured:
        raise KeyboardInterrupt

    monkeypatch.setattr(suite, "CASES", (case(quick=True), case("two", quick=True, run=stop)))
    assert cli.main(["validate", "--quick", "--quiet"]) == 130
    assert "holds one: number" in capsys.readouterr().out


def test_the_list_names_every_case(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["validate", "--list"]) == 0
    out = capsys.readouterr().out
    assert all(one.name in out for one in suite.CASES)


# --- exchange ---------------------------------------------------------------------------------------------------------


def test_every_format_gives_the_crossings_of_the_run(tmp_path: Path) -> None:
    pytest.importorskip("pedpy")
    import shapely

    frames = np.arange(60)
    position = np.full((60, 2, 2), np.nan, np.float32)
    position[:, 0] = np.column_stack([np.full(60, 0.1), 2.0 - 0.07 * frames])
    position[10:, 1] = np.column_stack([np.full(50, -0.1), 2.0 - 0.05 * frames[10:]])
    track = Track(50.0 / 3.0, position, np.full(2, np.nan))
    room, line = shapely.box(-1, -3, 1, 3), shapely.LineString([(-1, 0.03), (1, 0.03)])
    names = []
    for name, data, area in exchange.read_back(tmp_path, track, room):
        names.append(name)
        assert exchange.crossing_frames(data, line) == {0: 29, 1: 40}
        assert data.frame_rate == pytest.approx(track.fps, abs=1e-9)
        assert area.equals(room) and exchange.outside(data, area) == 0
    assert names == ["jupedsim", "pedpy", "csv"]
    assert exchange.differing({1: 2, 3: 4}, {1: 2, 3: 5, 6: 7}) == 2


def test_long_cases_run_only_when_they_or_their_layer_are_named() -> None:
    assert "story" not in [case.name for case in suite.chosen([], None, False)]
    assert "story" in [case.name for case in suite.chosen([], "behaviour", False)]
    assert [case.name for case in suite.chosen(["story"], None, False)] == ["story"]
