"""Time how long a live session takes to go back: 60 s and a single frame, from many moments.

    python docs/tools/time_back.py [SCENARIO.toml ...]

Without a name: the default exercise and `stress_5000`. Each is played without a window to 460 s, where the
default is at its wildest, or to its end, then wound back from each third second of the last minute.
"""

import statistics
import sys
import time
from pathlib import Path

from crowdsim.places import shipped
from crowdsim.session.branches import Branches
from crowdsim.session.scenario import load_scenario
from crowdsim.session.simulation import Simulation

PLAYED = 460.0  # s, at most
BACK = 60.0  # s


def seconds_to(branches: Branches, tick: int) -> float:
    """s of wall time until the state is that of a tick."""
    began = time.perf_counter()
    while not branches.seek(tick):
        pass
    return time.perf_counter() - began


def main() -> None:
    """A line for each scenario."""
    named = [Path(name) for name in sys.argv[1:]]
    default = [shipped("maps", "kpu_kaltara", f"{name}.toml") for name in ("sispamkota", "stress_5000")]
    for path in named or default:
        scenario = load_scenario(path)
        branches, played = Branches(Simulation(scenario)), min(PLAYED, scenario.spec.duration)
        dt = branches.simulation.params.time.dt
        frame = int(branches.simulation.params.time.record_every)
        while branches.simulation.time < played:
            branches.advance()
        back, one = [], []
        for second in range(int(played), int(played - BACK), -3):
            seconds_to(branches, round(second / dt))
            one.append(seconds_to(branches, round(second / dt) - frame))
            back.append(seconds_to(branches, round((second - BACK) / dt)))
        kept = sum(point.size for point in branches.current.checkpoints.values()) / 1e6
        print(
            f"{path.stem}: {BACK:.0f} s back {statistics.median(back):.2f} s (at most {max(back):.2f}), one frame back "
            f"{statistics.median(one):.2f} s (at most {max(one):.2f}); checkpoints {kept:.0f} MB in {played:.0f} s"
        )


if __name__ == "__main__":
    main()
