"""Rows of `bench`: each side in a process of its own, in turn, so that a noisy machine cancels out."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import crowdsim
from crowdsim.bench.compounds import FULL, least_people
from crowdsim.bench.peers import PEERS, version_of
from crowdsim.problems import InputError, Problem

Row = dict[str, Any]
Tell = Callable[[], None]

MOST = {
    "plaza": 2_000_000, "gate": 2_000_000, "press": 2_000_000, "exercise": 200_000, "view": 100_000,
    "overlays": 2_000, "start": 0,
}  # fmt: skip
"""People of a workload at most: beyond that its memory, or the picture, is more than a plain machine has."""

AGAINST = ("plaza", "gate", "press")
"""Workloads a peer can do too."""


class Worker:
    """The other end of `crowdsim.bench.worker`."""

    def __init__(self, **case: Any) -> None:
        """Start the process and wait until its side is warm; RuntimeError when it ends instead."""
        root = str(Path(crowdsim.__file__).resolve().parents[1])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": str(case["threads"])}
        self._case = case
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - as long as it lives
        self._process = subprocess.Popen(
            [sys.executable, "-m", "crowdsim.bench.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment,
            text=True,
        )
        try:
            self.ask(**case)
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.communicate()
        self._errors.close()

    def ask(self, **request: Any) -> dict[str, Any]:
        """The reply to one request."""
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self._process.wait()
            self._errors.seek(0)
            raise RuntimeError(f"{self._case} broke off:\n{self._errors.read()[-2000:]}")
        reply: dict[str, Any] = json.loads(line)
        return reply


def check(workloads: list[str], people: list[int], against: list[str]) -> None:
    """InputError with every wish that no run could meet."""
    problems = [
        Problem("arguments", "--against", f"'{name}' cannot be timed beside a peer", f"Use {', '.join(AGAINST)}")
        for name in workloads
        if against and name not in AGAINST
    ]
    for name in workloads:
        least = least_people() if name in ("exercise", "overlays") else 1
        for count in people if name != "start" else []:
            if not least <= count <= MOST[name]:
                message = f"{name} cannot have {count} people"
                problems.append(Problem("arguments", "--people", message, f"Use {least} to {MOST[name]}"))
    if problems:
        raise InputError(problems)


def cases(workload: str, people: list[int], threads: list[int], against: list[str]) -> list[dict[str, Any]]:
    """One case for each number of people, of threads (0 = all), and model that is needed.

    Where one thread is asked for too, more threads are also timed in turn with one.
    """
    models: dict[str, list[str]] = {}
    counts = [count or os.cpu_count() or 1 for count in threads]
    for name in against:
        models.setdefault(PEERS[name].model, []).append(name)
    return [
        {
            "workload": workload,
            "people": n,
            "threads": t,
            "model": model,
            "against": peers,
            "speedup": t > 1 and 1 in counts,
        }
        for n in people
        for t in counts
        for model, peers in (models or {"default": []}).items()
    ]


def timed(
    workload: str, people: int, threads: int, model: str, against: list[str], repeats: int, speedup: bool = False
) -> Row:
    """One row: ours, and in turn with it each peer, and ours with one thread if a `speedup` is wanted.

    The ratio is ours over the peer's person-steps per CPU-second with one thread, per second of wall time with more.
    """
    case = {"workload": workload, "people": people, "threads": threads}
    seconds = turn_seconds(workload, people, against)
    with Worker(side="ours", model=model, **case) as ours:
        others = {name: _beside(ours, {"side": name, **case}, seconds, repeats) for name in against}
        if speedup:
            others["ours"] = _beside(ours, {"side": "ours", "model": model, **case, "threads": 1}, seconds, repeats)
        turns = [mine for found in others.values() for mine, _ in found["turns"]]
        turns = turns or [ours.ask(turn=seconds) for _ in range(repeats)]
        about = ours.ask(about=True)
        stages = ours.ask(stages=seconds)
    ns = [turn["wall"] / turn["person_steps"] * 1e9 for turn in turns]
    wall = statistics.median(turn["wall"] for turn in turns)
    middle = statistics.median(ns)
    alone = about["threads"] == 1
    return {
        "workload": workload,
        "model": model,
        "people": about["people"],
        "threads": about["threads"],
        "dt_s": about["dt"],
        "steps": sum(turn["steps"] for turn in turns),
        "ns_per_person_step": round(middle, 1),
        "ns_range": [round(min(ns), 1), round(max(ns), 1)],
        "person_steps_per_s": round(1e9 / middle),
        "cpu_s": round(statistics.median(turn["cpu"] for turn in turns), 4),
        "wall_s": round(wall, 4),
        "real_time_factor": round(statistics.median(turn["seconds"] / turn["wall"] for turn in turns), 3),
        "stages_ns": stages,
        "peak_rss_mb": about["peak_rss_mb"],
        "machine": about["machine"],
        "speedup": _speedup(others["ours"]) if speedup else None,
        "against": {name: _compared(name, others[name], alone) for name in against} or None,
    }


def turn_seconds(workload: str, people: int, against: list[str]) -> float:
    """s of simulated time of one turn: long enough for the clock, short enough for the slower side, which may not hold
    together for long."""
    if "pyrvo" in against:
        return 1.0
    if against:
        return min(0.5, max(0.1, 5_000 / people))
    if workload == "exercise":
        return min(10.0, max(0.4, 10.0 * FULL / people))
    return min(2.0, max(0.2, 20_000 / people))


def _beside(ours: Worker, case: dict[str, Any], seconds: float, repeats: int) -> dict[str, Any]:
    """A B A B: at least five pairs of turns, and what the other side is.

    When the other breaks off both begin again, so that a pair is always of the same seconds; InputError when it does so
    too often to be measured.
    """
    pairs = max(5, repeats)
    with Worker(**case) as other:
        turns: list[tuple[Row, Row]] = []
        restarts = 0
        while len(turns) < pairs:
            pair = ours.ask(turn=seconds), other.ask(turn=seconds)
            if "broke_off" not in pair[1]:
                turns.append(pair)
                continue
            restarts += 1
            if restarts > pairs:
                what = f"{case['people']} people of {case['workload']}"
                message = f"{case['side']} breaks off with {what}: {pair[1]['broke_off']}"
                mend = "Use other numbers of people, or another workload"
                raise InputError([Problem("arguments", "--against", message, mend)])
            for side in (ours, other):
                side.ask(again=True)
        return {"turns": turns, "about": other.ask(about=True), "restarts": restarts}


def _compared(name: str, found: dict[str, Any], alone: bool) -> Row:
    """The peer's part of a row."""
    key = "cpu" if alone else "wall"
    theirs = [turn for _, turn in found["turns"]]
    ratio = [(_rate(mine, key) / _rate(other, key)) for mine, other in found["turns"]]
    real_time = [mine["seconds"] / mine[key] / (o["seconds"] / o[key]) for mine, o in found["turns"]]
    return {
        "version": version_of(name),
        "about": PEERS[name].about,
        "model": found["about"]["model"],
        "dt_s": found["about"]["dt"],
        "pairs": len(theirs),
        "per": f"second of {key}",
        "person_steps_per_s": round(statistics.median(_rate(turn, key) for turn in theirs)),
        "ratio": round(statistics.median(ratio), 2),
        "ratio_range": [round(min(ratio), 2), round(max(ratio), 2)],
        "real_time_factor": round(statistics.median(turn["seconds"] / turn["wall"] for turn in theirs), 3),
        "real_time_ratio": round(statistics.median(real_time), 2),
        "real_time_ratio_range": [round(min(real_time), 2), round(max(real_time), 2)],
        "peak_rss_mb": found["about"]["peak_rss_mb"],
        "restarts": found["restarts"],
    }


def _speedup(found: dict[str, Any]) -> Row:
    """How many times as fast as one thread, by wall time."""
    ratio = [_rate(mine, "wall") / _rate(other, "wall") for mine, other in found["turns"]]
    return {
        "over_threads": 1,
        "pairs": len(ratio),
        "ratio": round(statistics.median(ratio), 2),
        "ratio_range": [round(min(ratio), 2), round(max(ratio), 2)],
    }


def _rate(turn: dict[str, Any], key: str) -> float:
    return float(turn["person_steps"] / max(turn[key], 1e-9))
