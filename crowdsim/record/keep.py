"""Recording a simulation: which file, what stands at its head, and every frame of it."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crowdsim.frame import Frame
from crowdsim.places import runs_folder
from crowdsim.record.recorder import Recorder
from crowdsim.session.scenario import Scenario

if TYPE_CHECKING:
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
            from crowdsim.record.summary import versions  # brings numba, for which the window does not wait

            scenario = simulation.scenario
            self._recorder = Recorder(
                self.path,
                {
                    "scenario": scenario.text,
                    "scenario_path": str(scenario.path.resolve()),
                    "map_path": str(scenario.map.path.resolve()),
                    "fingerprint": scenario.fingerprint,
                    "title": scenario.title,
                    "duration": scenario.spec.duration,
                    "seed": simulation.seed,
                    "dt": simulation.params.time.dt,
                    "params": {name: group._asdict() for name, group in vars(simulation.params).items()},
                    "versions": versions(),
                },
            )
        self._recorder.write(frame, simulation.events, simulation.journal, simulation.hashes)

    def close(self, summary: dict | None = None) -> None:
        """Finish the file."""
        if self._recorder is not None:
            self._recorder.close(summary)
            self._recorder = None
