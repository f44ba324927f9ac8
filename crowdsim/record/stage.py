"""Stage: what is played live, and the run file it is kept in, one run at a time."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from crowdsim.frame import Comparison, Frame
from crowdsim.metrics.assessor import Assessors
from crowdsim.record.again import Unfinished, leave
from crowdsim.record.keep import BranchKeeper, run_path
from crowdsim.session.live import Again, Live
from crowdsim.session.scenario import Scenario

if TYPE_CHECKING:  # a window that opens does not wait for what brings numba
    from crowdsim.session.branches import Branch
    from crowdsim.session.simulation import Simulation


class Stage:
    """Begins runs for a window and ends them, each with its run file finished."""

    def __init__(self, seed: int | None = None, threads: int = 0, speed: float = 1.0, paused: bool = False) -> None:
        """`seed`, `speed` and `paused` are those of the first run; later ones take the scenario's seed, and pause."""
        self.path: Path | None = None  # of the scenario played
        self.kept: list[Path] = []  # run files, in the order they were begun
        self._seed, self._threads, self._speed, self._paused = seed, threads, speed, paused
        self._live: Live | None = None
        self._keeper: BranchKeeper | None = None
        self._began = 0.0

    def play(self, scenario: Scenario) -> Live:
        """Begin a run of a scenario; the one before it ends. OSError when the run file has no place."""
        self.stop()
        return self._begin(scenario, scenario.spec.seed if self._seed is None else self._seed, None)

    def resume(self, broken: object) -> Live:
        """Play a run that was cut off again, into a new file, and go on from there; the run before it ends."""
        assert isinstance(broken, Unfinished)
        self.stop()
        live = self._begin(broken.scenario, broken.seed, (broken.journal, broken.tick))
        leave(broken)
        return live

    def forget(self, broken: object) -> None:
        """It is not to be offered again."""
        assert isinstance(broken, Unfinished)
        leave(broken)

    def _begin(self, scenario: Scenario, seed: int, again: Again | None) -> Live:
        path = run_path(scenario, seed)
        keeper, assessors = BranchKeeper(path), Assessors()

        def keep(branch: "Branch", simulation: "Simulation", frame: Frame) -> None:
            keeper(branch, simulation, frame)
            assessors(branch, simulation, frame)

        self._keeper = keeper
        self._live = Live(scenario, seed, self._threads, keep, _compare, assessors.at, again)
        self._live.run_file = path
        self._live.speed, self._live.paused = self._speed, self._paused
        self.path, self._began = scenario.path, time.perf_counter()
        self.kept.append(path)
        self._seed, self._paused = None, False
        return self._live

    def stop(self) -> None:
        """End the run, if there is one, and finish its file."""
        self._end(finished=True)

    def fail(self) -> None:
        """End the run without finishing its file, so that it can be gone on with."""
        self._end(finished=False)

    def _end(self, finished: bool) -> None:
        live, keeper = self._live, self._keeper
        self._live = self._keeper = None
        if live is None or keeper is None:
            return
        live.stop()
        self.kept.pop()  # that of the first branch: it comes with the others
        wall = time.perf_counter() - self._began
        for branch, simulation in live.ends():  # none when it was closed before anything happened
            path = keeper.path(branch)
            if live.untouched or simulation.tick == 0:  # nothing to keep when time never passed
                keeper.close(branch)
                path.unlink(missing_ok=True)
            elif finished:
                from crowdsim.record.summary import summary

                keeper.close(branch, summary(simulation, 0.0, wall, str(path)))
            else:
                keeper.close(branch)
            if path.exists():
                self.kept.append(path)


def _compare(scenario: Scenario, one: "Branch", other: "Branch") -> Comparison:
    """Which numbers of two branches differ; what reckons them is loaded when it is first wanted."""
    from crowdsim.metrics.compare import compare_branches

    return compare_branches(scenario, one, other)
