"""Kill runs at random moments, the hard way, and see what is left: `python docs/tools/kill_runs.py [--times 10]`.

Every file must open, have lost at most a second (of the run or of wall time, whichever is more), and what it holds must
come again bit for bit. Prints a table; ends with 1 when something does not hold.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from crowdsim.places import shipped
from crowdsim.record.recorder import Recording
from crowdsim.record.rerun import check

RUN = """
import os, sys
from crowdsim import cli
from crowdsim.record.keep import Keeper
keep = Keeper.__call__
def told(self, simulation, frame):
    keep(self, simulation, frame)
    os.write(1, b"%d\\n" % simulation.tick)
Keeper.__call__ = told
cli.main(["run", sys.argv[1], "--out", sys.argv[2], "--quiet"])
"""


def killed(scenario: Path, path: Path, after: float) -> list[tuple[float, int]]:
    """Play a scenario into a run file and kill it `after` s of its first frame; when it told of which tick."""
    process = subprocess.Popen([sys.executable, "-c", RUN, str(scenario), str(path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    seen: list[tuple[float, int]] = []
    for line in process.stdout:
        seen.append((time.monotonic(), int(line)))
        if seen[-1][0] - seen[0][0] >= after:
            break
    process.kill()
    process.stdout.close()
    process.wait()
    return seen


def main() -> int:
    """The table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", type=Path, default=shipped("maps", "kpu_kaltara", "sispamkota.toml"))
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--within", type=float, default=20.0, help="s of wall time after the first frame")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1000))
    asked = parser.parse_args()
    draw = random.Random(asked.seed)
    print(f"kills drawn with seed {asked.seed}")
    print(f"{'killed after':>12} {'reached':>9} {'kept':>9} {'lost, run':>10} {'lost, wall':>11} {'states':>7}  again")
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for k in range(asked.times):
            path = Path(folder) / f"{k}.crowdsim"
            after = draw.uniform(0.0, asked.within)
            seen = killed(asked.scenario, path, after)
            recording = Recording(path)
            last, reached = recording.times[-1], seen[-1][1] * float(recording.meta["dt"])
            missing = [when for when, tick in seen if tick > recording.ticks[-1]]
            lost_wall = seen[-1][0] - missing[0] if missing else 0.0
            found = check(recording)
            holds = found.first is None and (reached - last <= 1.0 or lost_wall <= 1.0)
            wrong += not holds
            print(
                f"{after:10.2f} s {reached:7.1f} s {last:7.1f} s {reached - last:8.1f} s {lost_wall:9.2f} s "
                f"{found.states:7d}  {'yes' if found.first is None else f'no, from tick {found.first.tick}'}"
                f"{'' if holds else '  FAILS'}",
                flush=True,
            )
    print(f"{asked.times - wrong} of {asked.times} hold")
    return int(wrong > 0)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    sys.exit(main())
