"""Stage: what is played live, and the run file it is kept in, one run at a time."""

import time
from pathlib import Path

from crowdsim.record.again import Unfinished, leave
from crowdsim.record.keep import Keeper, run_path
from crowdsim.session.live import Again, Live
from crowdsim.session.scenario import Scenario


class Stage:
    """Begins runs for a window and ends them, each with its run file finished."""

    def __init__(self, seed: int | None = None, threads: int = 0, speed: float = 1.0, paused: bool = False) -> None:
        """`seed`, `speed` and `paused` are those of the first run; later ones take the scenario's seed, and pause."""
        self.path: Path | None = None  # of the scenario played
        self.kept: list[Path] = []  # run files, in the order they were begun
        self._seed, self._threads, self._speed, self._paused = seed, threads, speed, paused
        self._live: Live | None = None
        self._keeper: Keeper | None = None
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
        self._keeper = Keeper(run_path(scenario, seed))
        self._live = Live(scenario, seed, self._threads, self._keeper, again)
        self._live.speed, self._live.paused = self._speed, self._paused
        self.path, self._began = scenario.path, time.perf_counter()
        self.kept.append(self._keeper.path)
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
        if live.simulation is None:  # closed before anything happened: there is no file
            if keeper.path in self.kept:
                self.kept.remove(keeper.path)
        elif live.simulation.tick == 0:  # nor when time never passed
            keeper.close()
            keeper.path.unlink(missing_ok=True)
            self.kept.remove(keeper.path)
        elif finished:
            from crowdsim.record.summary import summary

            keeper.close(summary(live.simulation, 0.0, time.perf_counter() - self._began, str(keeper.path)))
        else:
            keeper.close()
