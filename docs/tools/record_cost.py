"""What writing the run file costs: `python docs/tools/record_cost.py [--start 350] [--seconds 120] [--pairs 4]`.

Plays the same stretch of a run again and again from a checkpoint, in turn without and with a run file, and compares
processor time (user and system, all threads) and wall time pair by pair. On a busy machine these differ by more than
writing costs; so the time the writing itself takes is told too.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from crowdsim.places import shipped
from crowdsim.record.keep import Keeper
from crowdsim.record.recorder import Recorder
from crowdsim.session.checkpoint import Checkpoint
from crowdsim.session.scenario import load_scenario
from crowdsim.session.simulation import Simulation

spent_writing = [0.0]
"""Processor time within the recorder, s."""


def timed(work: Callable[..., Any]) -> Callable[..., Any]:
    """A function whose processor time is added up."""

    def run(*given: Any) -> Any:
        began = time.thread_time()
        done = work(*given)
        spent_writing[0] += time.thread_time() - began
        return done

    return run


def played(kept: Checkpoint, seconds: float, path: Path | None) -> tuple[float, float, int]:
    """Processor and wall time, s, of a stretch, and how long its file is, bytes."""
    simulation = kept.restore()
    end = simulation.time + seconds
    keeper = Keeper(path) if path else None
    use, wall = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    while simulation.time < end - 1e-9:
        frame = simulation.advance()
        if keeper:
            keeper(simulation, frame)
    if keeper:
        keeper.close()
    wall, now = time.perf_counter() - wall, resource.getrusage(resource.RUSAGE_SELF)
    spent = now.ru_utime + now.ru_stime - use.ru_utime - use.ru_stime
    return spent, wall, path.stat().st_size if path else 0


def main() -> None:
    """The table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", type=Path, default=shipped("maps", "kpu_kaltara", "sispamkota.toml"))
    parser.add_argument("--seed", type=int, default=101)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--start", type=float, default=350.0, help="s, where the stretch begins")
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--pairs", type=int, default=4)
    asked = parser.parse_args()
    simulation = Simulation(load_scenario(asked.scenario), asked.seed, asked.threads)
    while simulation.time < asked.start - 1e-9:
        simulation.advance()
    kept = Checkpoint(simulation)
    played(kept, min(5.0, asked.seconds), None)  # warm
    shares: dict[str, list[float]] = {"processor": [], "wall": []}
    Recorder.write = timed(Recorder.write)  # type: ignore[method-assign]
    print(f"{'without: processor':>18} {'wall':>7}   {'with: processor':>15} {'wall':>7}   more, of the time without")
    with tempfile.TemporaryDirectory() as folder:
        simulated = 0.0
        for k in range(asked.pairs):
            bare, plain, _ = played(kept, asked.seconds, None)
            spent, wall, size = played(kept, asked.seconds, Path(folder) / f"{k}.crowdsim")
            simulated += bare
            shares["processor"].append(100.0 * (spent / bare - 1.0))
            shares["wall"].append(100.0 * (wall / plain - 1.0))
            print(
                f"{bare:16.2f} s {plain:5.1f} s   {spent:13.2f} s {wall:5.1f} s   {shares['processor'][-1]:+.1f} %, "
                f"{shares['wall'][-1]:+.1f} %",
                flush=True,
            )
    for name, values in shares.items():
        print(f"{name}: median {median(values):+.1f} % ({min(values):+.1f} to {max(values):+.1f})")
    print(f"writing itself: {100.0 * spent_writing[0] / simulated:.1f} % of the processor time without")
    print(f"{size / asked.seconds / 1e3:.1f} kB a second of the run")


if __name__ == "__main__":
    main()
