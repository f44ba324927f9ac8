"""The command line: exit codes, what goes to stdout and what to stderr, files left behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crowdsim import cli
from crowdsim.cli import window
from crowdsim.places import shipped
from crowdsim.record.recorder import Recording

ROOT = Path(__file__).resolve().parents[1]
SHORT = """\
version = 1
title = { id = "Uji singkat", en = "Short test" }
map = "kpu_kaltara.tmx"
duration = 2.0
seed = 5

[[crowd]]
id = "massa"
spawn = "M1"
count = 15

[[unit]]
id = "lanjut1"
label = "LANJUT 1"
kind = "dalmas_lanjut"
count = 6
start = "tahap_lanjut"
role = "shield"

[[timeline]]
at = 0.5
do = "inject"
crowd = "massa"
wish = "gather"
zone = "depan_gerbang"
event = "march"
"""
KEYS = {
    "scenario", "map", "seed", "duration_s", "startup_s", "wall_s", "real_time_factor", "people", "officers", "threads",
    "versions", "state_hash", "run_file", "events", "first_event_s", "phases", "gates", "criteria", "rules", "score",
    "injured", "arrested", "peak_density", "peak_squeeze_n", "dispersed_at_s", "health",
}  # fmt: skip
EVENTS = {
    "march", "negotiation", "push", "throw", "breach", "line_leak", "line_breach", "line_collapse", "compound_breach",
    "hostage_taken", "hostage_freed", "damage", "arrest", "injury", "fall", "warning", "tool", "phase", "dispersal",
    "consolidation",
}  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder as the current one, with a short scenario beside a copy of its map."""
    place = tmp_path / "maps" / "kpu_kaltara"
    place.mkdir(parents=True)
    shutil.copy(shipped("maps", "kpu_kaltara", "kpu_kaltara.tmx"), place)
    shutil.copytree(shipped("assets", "tiles"), tmp_path / "assets" / "tiles")
    (place / "short.toml").write_text(SHORT, encoding="utf-8")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return place


def short(here: Path) -> str:
    return str(here / "short.toml")


def started(*arguments: str, cwd: Path) -> subprocess.Popen[str]:
    """The program in a process of its own, as a user starts it."""
    return subprocess.Popen(
        [sys.executable, str(ROOT / "run.py"), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=cwd, env={**os.environ, "PYTHONPATH": str(ROOT), "SDL_VIDEODRIVER": "dummy"},
    )  # fmt: skip


# --- run -------------------------------------------------------------------------------------------------------------


def test_run_json_prints_one_object_with_every_key(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", short(here), "--json"]) == 0
    out, err = capsys.readouterr()
    assert out.count("\n") == 1, "one line, nothing else"
    result = json.loads(out)
    assert set(result) >= KEYS
    assert set(result["events"]) >= EVENTS
    # Noted by the timeline; a crowd that is seen to walk is noted once more.
    assert result["events"]["march"] in (1, 2) and result["first_event_s"]["march"] == 0.5
    assert (result["people"], result["officers"], result["seed"], result["duration_s"]) == (21, 6, 5, 2.0)
    assert result["health"]["verdict"] == "valid" and result["health"]["lost_people"] == 0
    assert {gate["state"] for gate in result["gates"]} <= {"closed", "damaged", "broken", "open"}
    assert Path(result["run_file"]).is_file()
    assert "100 %" in err, "progress goes to stderr"
    recording = Recording(Path(result["run_file"]))
    assert recording.times[-1] == pytest.approx(2.0)
    assert recording.meta["summary"]["state_hash"] == result["state_hash"]


def test_a_run_file_lies_in_runs_and_is_named_last(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", short(here), "--quiet"]) == 0
    out, err = capsys.readouterr()
    named = Path(out.splitlines()[-1])
    assert named.is_file() and named.parent.resolve() == (Path.cwd() / "runs").resolve()
    assert named.name.startswith("short-5-") and named.suffix == ".crowdsim"
    assert err == ""


def test_out_seed_until_and_set_are_heeded(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["run", short(here), "--json", "--quiet", "--seed", "9", "--until", "1", "--out", "sub/a.crowdsim"]
    assert cli.main([*arguments, "--set", "force.push=250", "--set", "crowd.heave=0.1"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["seed"], result["duration_s"], result["run_file"]) == (9, 1.0, str(Path("sub/a.crowdsim")))
    params = Recording(Path("sub/a.crowdsim")).meta["params"]
    assert (params["force"]["push"], params["crowd"]["heave"]) == (250.0, 0.1)
    assert not Path("runs").exists()


def test_same_seed_same_hash_and_another_another(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hashes = []
    for arguments in (["--threads", "1"], ["--threads", "2"], ["--seed", "6"]):
        assert cli.main(["run", short(here), "--json", "--quiet", "--until", "1", *arguments]) == 0
        hashes.append(json.loads(capsys.readouterr().out)["state_hash"])
    assert hashes[0] == hashes[1] != hashes[2]


WRONG = [
    (["run", "no.toml"], "no such file"),
    (["run", "{short}", "--set", "force.puhs=3"], "force.push"),
    (["run", "{short}", "--set", "force.push=9000"], "outside 0..400 N"),
    (["run", "{short}", "--set", "force.push"], "name=value"),
    (["run", "{short}", "--set", "force.push=hard"], "name=value"),
    (["run", "{short}", "--until", "-3"], "--until"),
    (["run", "{short}", "--until", "soon"], "--until"),
    (["run", "{short}", "--until", "inf"], "--until"),
    (["run", "{short}", "--until", "nan"], "--until"),
    (["run", "{short}", "--threads", "-1"], "--threads"),
    (["run", "{short}", "--seed", "x"], "--seed"),
    (["run", "{short}", "--seed", "-1"], "--seed"),
    (["run"], "scenario"),
    (["run", "{short}", "--no-such-option"], "--no-such-option"),
    (["no-such-command"], "no-such-command"),
    (["run", "{folder}"], "folder"),
    (["run", "{map}"], "kpu_kaltara.tmx"),
    (["run", "{short}", "--out", "{folder}"], "--out"),
    (["check", "no.toml"], "no such file"),
    (["check", "{readme}"], "neither a map nor a scenario"),
    (["render", "no.crowdsim"], "no such run file"),
    (["render", "{short}"], "not a crowdsim run"),
    (["report", "no.crowdsim"], "no such run file"),
    (["report", "{short}"], "not a crowdsim run"),
    (["report", "no.crowdsim", "--out", "page.pdf"], "no kind of page"),
    (["live", "{short}", "--theme", "pink"], "--theme"),
    (["live", "{short}", "--size", "huge"], "--size"),
]


@pytest.mark.parametrize(("arguments", "says"), WRONG, ids=lambda value: "-".join(value)[:50] if value else "")
def test_wrong_input_is_exit_code_2_and_words(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    names = {"short": short(here), "folder": here, "map": here / "kpu_kaltara.tmx", "readme": ROOT / "README.md"}
    assert cli.main([argument.format(**names) for argument in arguments]) == 2
    out, err = capsys.readouterr()
    assert says.lower() in err.lower()
    assert "Traceback" not in err and out == ""
    assert not list(Path.cwd().glob("runs/crash-*"))


def test_a_bad_scenario_is_one_message_each_without_a_traceback(here: Path) -> None:
    bad = here / "bad.toml"
    bad.write_text(SHORT.replace("count = 15", "count = -15").replace("seed = 5", "sed = 5"), encoding="utf-8")
    process = started("run", str(bad), cwd=Path.cwd())
    out, err = process.communicate(timeout=120)
    assert process.returncode == 2
    lines = err.strip().splitlines()
    assert len(lines) == 2 and all("bad.toml" in line for line in lines)
    assert any("crowd[1].count" in line and "-15" in line for line in lines)
    assert any("'seed'" in line for line in lines)
    assert out == ""


def test_the_programs_own_fault_is_exit_code_3_with_a_report(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from crowdsim.session.simulation import Simulation

    def broken(self: Simulation) -> None:
        raise ZeroDivisionError("a fault put in by the test")

    monkeypatch.setattr(Simulation, "step", broken)
    assert cli.main(["run", short(here), "--quiet"]) == 3
    err = capsys.readouterr().err
    (report,) = Path("runs").glob("crash-*")
    assert str(report) in err or report.name in err
    assert "Traceback" not in err
    assert "a fault put in by the test" in report.read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are of another kind there")
def test_an_interrupted_run_is_kept_and_named(here: Path) -> None:
    long = here / "long.toml"
    long.write_text(SHORT.replace("duration = 2.0", "duration = 30000.0"), encoding="utf-8")
    process = started("run", str(long), "--out", "kept.crowdsim", "--json", cwd=Path.cwd())
    kept = Path("kept.crowdsim")
    for _ in range(1200):
        if kept.exists() and kept.stat().st_size > 60_000:
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "kept.crowdsim" in err and "Traceback" not in err
    result = json.loads(out)
    recording = Recording(kept)
    assert 1.0 < recording.times[-1] < 29_000.0
    assert recording.times[-1] == pytest.approx(result["duration_s"], abs=0.2)
    assert recording.meta["summary"]["state_hash"] == result["state_hash"]
    assert len(list(recording.frames(recording.times[-1] - 1.0))) >= 10


# --- the default exercise --------------------------------------------------------------------------------------------


def test_without_a_display_the_exercise_is_played_headless(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "default_scenario", lambda: here / "short.toml")
    monkeypatch.setattr(window, "has_display", lambda: False)
    assert cli.main([]) == 0
    out, err = capsys.readouterr()
    assert "display" in err.splitlines()[0].lower()
    assert "100 %" in err
    runs = list((Path.cwd() / "runs").glob("*.crowdsim"))
    assert len(runs) == 1 and str(runs[0].name) in out
    page = Path(out.splitlines()[-1])
    assert page.name == f"{runs[0].stem}.html" and "</html>" in page.read_text(encoding="utf-8")


# --- report ----------------------------------------------------------------------------------------------------------


def test_report_is_named_after_its_run_and_named_last(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", short(here), "--quiet", "--until", "1", "--out", "kept/first.crowdsim"]) == 0
    capsys.readouterr()
    assert cli.main(["report", "kept/first.crowdsim", "--lang", "id", "--quiet"]) == 0
    out, err = capsys.readouterr()
    page = Path(out.splitlines()[-1])
    assert err == "" and page.resolve() == (Path.cwd() / "runs" / "first.html").resolve()
    assert "Uji singkat" in page.read_text(encoding="utf-8")
    pytest.importorskip("fpdf")
    assert cli.main(["report", "kept/first.crowdsim", "--pdf", "--lang", "en", "--out", "sub/mine.html"]) == 0
    assert "Short test" in Path("sub/mine.html").read_text(encoding="utf-8")
    assert Path("sub/mine.pdf").read_bytes().startswith(b"%PDF") and "mine.pdf" in capsys.readouterr().out


def test_the_default_exercise_is_the_one_that_ships() -> None:
    assert window.default_scenario().is_file()
    assert window.default_scenario().name == "sispamkota.toml"


def test_live_without_a_display_says_what_to_do(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "has_display", lambda: False)
    assert cli.main(["live", short(here)]) == 2
    err = capsys.readouterr().err
    assert "display" in err and "crowdsim run" in err


@pytest.mark.parametrize("variable", ["DISPLAY", "WAYLAND_DISPLAY"])
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a display")
def test_a_display_is_found_by_its_variable(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    assert not window.has_display()
    monkeypatch.setenv(variable, ":0")
    assert window.has_display()
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    assert not window.has_display()


# --- check -----------------------------------------------------------------------------------------------------------


def test_check_of_everything_that_ships_finds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", str(shipped("maps"))]) == 0
    assert "no problems" in capsys.readouterr().out


def test_check_lists_every_problem_of_every_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "one.toml").write_text(
        SHORT.replace('"M1"', '"M77"').replace('"depan_gerbang"', '"dpan"'), encoding="utf-8"
    )
    (here / "two.toml").write_text(SHORT.replace("duration", "duraton"), encoding="utf-8")
    (here / "three.toml").write_bytes(bytes(range(256)))
    assert cli.main(["check", str(here)]) == 2
    err = capsys.readouterr().err
    assert err.count("one.toml") == 2 and "two.toml" in err and "three.toml" in err
    assert "short.toml" not in err and "Traceback" not in err
    assert cli.main(["check", "--json", str(here)]) == 2
    result = json.loads(capsys.readouterr().out)
    assert {Path(problem["file"]).name for problem in result["problems"]} == {"one.toml", "two.toml", "three.toml"}
    assert all(problem["mend"] and problem["message"] for problem in result["problems"])
    assert len(result["checked"]) == 5


def test_check_of_a_folder_without_anything_to_check(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = here / "empty"
    empty.mkdir()
    assert cli.main(["check", str(empty)]) == 2
    assert "holds no map and no scenario" in capsys.readouterr().err


@pytest.mark.parametrize("command", [[], ["run"], ["live"], ["check"], ["render"], ["report"], ["bench"]])
def test_help_is_there(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*command, "--help"]) == 0
    assert "Usage" in capsys.readouterr().out


def test_v_says_what_is_used_on_stderr(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "-v", str(shipped("maps", "kpu_kaltara", "kpu_kaltara.tmx"))]) == 0
    told = capsys.readouterr()
    assert "checking" in told.err and "checking" not in told.out
    assert cli.main(["check", "nowhere"]) == 2
    assert "there is no such file" in capsys.readouterr().err
