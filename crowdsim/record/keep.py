"""Recording a simulation: which file, what stands at its head, and every frame of it."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crowdsim.frame import Frame
from crowdsim.places import runs_folder
from crowdsim.record.recorder import Recorder
from crowdsim.session.scenario import Scenario

if TYPE_CHECKING:
    from crowdsim.session.branches import Branch
    from crowdsim.session.simulation import Simulation


def run_path(scenario: Scenario, seed: int) -> Path:
    """`runs/<scenario>-<seed>-<time>.crowdsim`; a second run in the same second gets a number."""
    stem = f"{scenario.name}-{seed}-{datetime.now():%Y%m%d-%H%M%S}"
    path = runs_folder() / f"{stem}.crowdsim"
    number = 2
    while path.exists():
        path = runs_folder() / f"{stem}-{number}.crowdsim"
        number += 1
    return path


class Keeper:
    """Writes a simulation's frames into a run file, which it opens with the first of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._recorder: Recorder | None = None

    def __call__(self, simulation: "Simulation", frame: Frame) -> None:
        """Keep one frame and all that is new beside it."""
        if self._recorder is None:
            self._recorder = Recorder(self.path, _head(simulation))
        self._recorder.write(frame, simulation.events, simulation.journal, simulation.hashes)

    def close(self, summary: dict | None = None) -> None:
        """Finish the file."""
        if self._recorder is not None:
            self._recorder.close(summary)
            self._recorder = None


class BranchKeeper:
    """Writes every branch of a session into a run file of its own, the first into `path`.

    Each is a whole run from its start: what it shares with the branch it left is copied, so that whatever reads run
    files needs to know nothing of branches. Its head names the file it left, and when.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._recorders: dict[str, Recorder] = {}

    def path(self, branch: "Branch") -> Path:
        """`<run>.crowdsim` for the first, `<run>-B.crowdsim` … for the others."""
        return self._path if branch.parent is None else self._path.with_stem(f"{self._path.stem}-{branch.id}")

    def __call__(self, branch: "Branch", simulation: "Simulation", frame: Frame) -> None:
        """Keep a frame that was not there before."""
        recorder = self._recorders.get(branch.id)
        if recorder is None:
            before = None
            if branch.parent is not None:
                self._recorders[branch.parent.id].settle()
                before = (self.path(branch.parent), branch.parted)
            head = {**_head(simulation), "branch": self._place(branch)}
            recorder = self._recorders[branch.id] = Recorder(self.path(branch), head, before)
        recorder.write(frame, simulation.events, simulation.journal, simulation.hashes)

    def close(self, branch: "Branch", summary: dict | None = None) -> Path | None:
        """Finish the file of a branch; which one, None when nothing was played of it."""
        recorder = self._recorders.pop(branch.id, None)
        if recorder is None:
            return None
        recorder.close(summary, branch=self._place(branch))
        return recorder.path

    def _place(self, branch: "Branch") -> dict[str, Any]:
        """Where a branch belongs: what it is called, the file it left, and at which tick."""
        of = self.path(branch.parent).name if branch.parent else ""
        return {"id": branch.id, "name": branch.name, "of": of, "parted": branch.parted}


def _head(simulation: "Simulation") -> dict[str, Any]:
    """What stands at the head of a run file."""
    from crowdsim.record.summary import versions  # brings numba, for which the window does not wait

    scenario = simulation.scenario
    return {
        "scenario": scenario.text,
        "scenario_path": str(scenario.path.resolve()),
        "map_path": str(scenario.map.path.resolve()),
        "fingerprint": scenario.fingerprint,
        "title": scenario.title,
        "duration": scenario.spec.duration,
        "seed": simulation.seed,
        "dt": simulation.params.time.dt,
        "params": {name: group._asdict() for name, group in vars(scenario.params).items()},
        "versions": versions(),
    }
