"""Which parameter moves which case: each raised by a tenth alone, the change of what the cases measure, in percent.

    python docs/tools/sensitivity.py --data FOLDER    some minutes; prints the table of docs/validation.md

Seeds 1 and 2, those of the tuning: this is about the model, not about how well it does.
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from crowdsim.kernels import set_threads
from crowdsim.params import LIMITS, Params
from crowdsim.validation import experiments
from crowdsim.validation.case import Setting
from crowdsim.validation.standards import diagrams

SEEDS = (1, 2)
STEP = 1.10
NAMES = (
    "walk.time_gap", "walk.watch", "walk.length", "walk.half_width", "walk.ease", "walk.turn", "walk.anticipation",
    "walk.choice_same", "walk.choice_oncoming", "walk.keep", "walk.straight", "walk.shoulder", "walk.squeeze_speed",
    "walk.least_aside", "walk.detour", "force.relax", "force.stiffness", "force.friction", "force.social",
)  # fmt: skip


def measures(name: str, seed: int, data: Path) -> dict[str, float]:
    """What the table shows, with one parameter raised; "" = none."""
    set_threads(1)
    params = Params()
    if name:
        params = params.with_value(name, min(params.get(name) * STEP, LIMITS[name].high))
    setting = Setting(params, data)
    entrance = experiments.entrance(seed, setting)
    both = experiments.bidirectional(seed, setting)
    corridor = experiments.replay_uo("uo-145-180-180", seed, setting)
    found = {
        "v(1)": diagrams.corridor_speed(1.0, seed, setting),
        "v(2)": diagrams.corridor_speed(2.0, seed, setting),
        "v(3)": diagrams.corridor_speed(3.0, seed, setting),
        "uo-145 J": corridor["flow"],
        "Js 0.8 m": experiments.bottleneck(0.8, seed, setting),
        "Js 1.6 m": experiments.bottleneck(1.6, seed, setting),
        "0.5 m J": entrance["flow"],
        "0.5 m density": entrance["density"],
        "lane order": both["lane order"],
        "single file": experiments.single_file(1.26, seed, setting),
    }
    return {key: float(value) for key, value in found.items()}  # type: ignore[arg-type]


def main() -> None:
    """Print the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    jobs = [(name, seed) for name in ("", *NAMES) for seed in SEEDS]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        runs = list(pool.map(measures, *zip(*jobs, strict=True), [data] * len(jobs)))
    found = dict(zip(jobs, runs, strict=True))
    keys = list(runs[0])
    base = np.array([[found["", seed][key] for key in keys] for seed in SEEDS])
    noise = base.std(axis=0, ddof=1) / base.mean(axis=0) * 100 / np.sqrt(len(SEEDS))
    print("| raised by 10 % | " + " | ".join(keys) + " |")
    print("|---" * (len(keys) + 1) + "|")
    for name in NAMES:
        change = np.array([[found[name, seed][key] for key in keys] for seed in SEEDS]).mean(axis=0) / base.mean(axis=0)
        cells = [f"{100 * (value - 1):+.0f}" for value in change]
        print(f"| `{name}` | " + " | ".join(cells) + " |")
    print("| *standard error of the mean* | " + " | ".join(f"±{value:.0f}" for value in noise) + " |")


if __name__ == "__main__":
    main()
