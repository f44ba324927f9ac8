"""Going on with a run that was cut off: its scenario and journal are played again, up to where the file ends."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crowdsim.problems import InputError
from crowdsim.record.recorder import Recording
from crowdsim.record.rerun import scenario_of
from crowdsim.session.commands import Command, decode
from crowdsim.session.scenario import Scenario


@dataclass(frozen=True)
class Unfinished:
    """A run file without an end."""

    path: Path
    title: dict[str, str]
    scenario: Scenario
    seed: int
    time: float  # s, of its last frame
    tick: int
    journal: Sequence[tuple[int, int, Command]]
    hashes: Sequence[tuple[int, str]]


def newest_unfinished(folder: Path) -> Unfinished | None:
    """The newest run file of a folder, if the program was cut off while it wrote it and can play it again.

    A run whose scenario, map or doctrine has changed since is not offered: it would be another run.
    """
    newest = max(folder.glob("*.crowdsim"), key=lambda path: path.stat().st_mtime, default=None)
    if newest is None or _is_being_written(newest):
        return None
    try:
        run = Recording(newest)
        if "summary" in run.meta or "left" in run.meta:
            return None
        scenario = scenario_of(run)
    except InputError:
        return None
    journal = [(tick, sequence, decode(command)) for tick, sequence, command in run.journal()]
    return Unfinished(
        newest, scenario.title, scenario, int(run.meta["seed"]), run.times[-1], run.ticks[-1], journal, run.hashes()
    )


def leave(run: Unfinished) -> None:
    """Do not offer it again."""
    try:
        db = sqlite3.connect(run.path)
        db.execute("INSERT OR REPLACE INTO meta VALUES ('left', 'true')")
        db.commit()
        db.close()
    except sqlite3.Error:
        pass  # a file that cannot be written is offered once more


def _is_being_written(path: Path) -> bool:
    """Whether another window has it open for writing."""
    db = sqlite3.connect(path, timeout=0.0, isolation_level=None)
    try:
        db.execute("BEGIN IMMEDIATE")
        db.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return True
    except sqlite3.Error:
        return False
    finally:
        db.close()
    return False
