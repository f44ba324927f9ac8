"""A run simulated once more: it comes to the same bits, or the first tick that differs is named."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from marches import March

from crowdsim import cli
from crowdsim.frame import Frame
from crowdsim.problems import InputError
from crowdsim.record import rerun
from crowdsim.record.recorder import Recording
from crowdsim.session.simulation import Simulation


def copy_of(march: March, folder: Path, *statements: str) -> Path:
    """The run file, changed."""
    path = folder / "copy.crowdsim"
    shutil.copy(march.run, path)
    with sqlite3.connect(path) as file:
        for statement in statements:
            file.execute(statement)
    file.close()
    return path


def test_every_state_comes_again(march: March, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["replay", str(march.run), "--check", "--quiet"]) == 0
    assert "8 states to 16 s come again, bit for bit" in capsys.readouterr().out


def test_the_first_state_that_differs_is_named(
    march: March, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = copy_of(march, tmp_path, "UPDATE hashes SET hash = 'another' WHERE tick IN (300, 500)")
    assert cli.main(["replay", str(path), "--check", "--quiet"]) == 1
    told = capsys.readouterr().out
    assert "tick 300, 6 s: another then," in told and "The same versions wrote it" in told
    assert cli.main(["replay", str(path), "--check", "--quiet", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["equal"], found["states"], found["first"]["tick"], found["versions"]) == (False, 3, 300, {})


def test_a_command_that_was_another_leads_elsewhere(march: March, tmp_path: Path) -> None:
    """What was asked is what is asked again, at its tick."""
    path = copy_of(march, tmp_path, "UPDATE journal SET tick = tick + 100 WHERE tick < 100")
    found = rerun.check(Recording(path))
    assert found.first is not None and found.first.tick == 100


def test_other_versions_are_named_when_a_state_differs(
    march: March, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    versions = json.dumps(Recording(march.run).meta["versions"] | {"numba": "0.1", "cpu": "Another"})
    path = copy_of(
        march, tmp_path, f"UPDATE meta SET value = '{versions}' WHERE key = 'versions'", "UPDATE hashes SET hash = 'x'"
    )
    assert cli.main(["replay", str(path), "--check", "--quiet"]) == 1
    told = capsys.readouterr().out
    assert "other versions: numba 0.1, here " in told and "cpu Another, here " in told and "scipy" not in told


def test_a_run_that_was_cut_short_is_checked_up_to_there(march: March, tmp_path: Path) -> None:
    path = copy_of(
        march, tmp_path, "DELETE FROM meta WHERE key = 'summary'", "DELETE FROM seconds WHERE tick > 460",
        "DELETE FROM hashes WHERE tick > 500",
    )  # fmt: skip
    found = rerun.check(Recording(path))
    assert (found.first, found.states, found.until) == (None, 5, 10.0)


def test_what_cannot_be_simulated_again_says_why(march: March, tmp_path: Path) -> None:
    changed = copy_of(march, tmp_path, "UPDATE meta SET value = '\"0\"' WHERE key = 'fingerprint'")
    with pytest.raises(InputError, match="the map or the doctrine is not that of the run any more"):
        rerun.check(Recording(changed))
    assert cli.main(["replay", str(changed), "--check"]) == 2
    params = Recording(march.run).meta["params"]
    params["force"]["magic"] = params["force"].pop("push")
    other = copy_of(march, tmp_path, f"UPDATE meta SET value = '{json.dumps(params)}' WHERE key = 'params'")
    with pytest.raises(InputError, match=r"another version wrote it: force\.magic, force\.push came or went"):
        rerun.check(Recording(other))


def test_what_a_file_holds_is_told_in_short(march: March, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["replay", str(march.run), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["frames"], told["duration_s"], told["states"], told["commands"]) == (161, 16.0, 8, 3)
    assert told["format"] == 3 and told["finished"] and told["events"]["march"] >= 1


def test_a_run_that_was_cut_short_is_exported_reported_and_played(
    march: March, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("shapely")
    path = copy_of(march, tmp_path, "DELETE FROM meta WHERE key = 'summary'", "DELETE FROM seconds WHERE tick > 460")
    page, file = tmp_path / "page.html", tmp_path / "x.txt"
    assert cli.main(["report", str(path), "--lang", "en", "--quiet", "--out", str(page)]) == 0
    assert cli.main(["export", str(path), "--format", "pedpy", "--quiet", "--out", str(file)]) == 0
    assert cli.main(["render", str(path), "--quiet", "--out", str(tmp_path / "last.png")]) == 0
    assert "Unknown" in page.read_text(encoding="utf-8") or "unknown" in page.read_text(encoding="utf-8")
    assert file.read_text().splitlines()[-1].split()[1] == "100", "ten seconds of frames"
    capsys.readouterr()
    assert cli.main(["replay", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["finished"] is False


def test_what_was_recorded_before_a_fault_of_the_program_is_kept(
    march: March, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    advance = Simulation.advance

    def fails(simulation: Simulation) -> Frame:
        if simulation.tick >= 230:
            raise RuntimeError("a fault")
        return advance(simulation)

    monkeypatch.setattr(Simulation, "advance", fails)
    assert cli.main(["run", str(march.scenario), "--quiet", "--out", "x.crowdsim"]) == 3
    assert "crash report" in capsys.readouterr().err.lower()
    assert Recording(Path("x.crowdsim")).ticks[-1] == 230
