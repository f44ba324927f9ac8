"""The workloads by name, and the rows of those a user asks for."""

from collections.abc import Iterator
from typing import Any

from crowdsim.bench import window
from crowdsim.bench.timing import Row, cases, timed

WORKLOADS = {
    "plaza": "one person to a square metre, half walking each way",
    "gate": "three to a square metre, pressing through a gate 6 m wide",
    "press": "four to a square metre, before a gate that is shut",
    "exercise": "the default exercise while the crowd pushes at the gate",
    "view": "the window with the simulation beside it",
    "overlays": "a picture with each overlay and with all, in processor time",
    "start": "from the start of the process to the first picture and the first motion",
}


def plan(workloads: list[str], people: list[int], threads: list[int], against: list[str]) -> list[dict[str, Any]]:
    """The cases to time, one after the other."""
    asked: list[dict[str, Any]] = []
    for name in workloads:
        if name == "start":
            asked.append({"workload": name})
        elif name in ("view", "overlays"):
            asked += [{"workload": name, "people": n, "threads": max(threads)} for n in people]
        else:
            asked += cases(name, people, threads, against)
    return asked


def rows_of(case: dict[str, Any], repeats: int, size: tuple[int, int]) -> Iterator[Row]:
    """Time one case."""
    if case["workload"] == "start":
        yield from window.start(repeats, size)
    elif case["workload"] == "view":
        yield window.view(case["people"], case["threads"], repeats, size)
    elif case["workload"] == "overlays":
        yield from window.overlays(case["people"], case["threads"], repeats, size)
    else:
        yield timed(repeats=repeats, **case)
