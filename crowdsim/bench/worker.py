"""One side of a comparison in a process of its own: `python -m crowdsim.bench.worker`, asked in lines of JSON.

The first line names the case; each line after it is a request, and each gets one line back.
"""

import json
import os
import sys
from dataclasses import asdict
from typing import Any, TextIO

from crowdsim.bench.compounds import PUSHED_AT
from crowdsim.bench.machine import machine, peak_mb
from crowdsim.bench.peers import peer
from crowdsim.bench.sides import Exercise, OnGround, Side, ours

WARM = 0.4
"""s of simulated time before the clock first runs: code compiles, people get going."""


def built(case: dict[str, Any]) -> Side:
    """The side a case names, warmed up."""
    if case["side"] == "ours":
        side: Side = ours(case["workload"], case["people"], case["threads"], case["model"])
    else:
        side = peer(case["side"], case["workload"], case["people"], case["threads"])
    side.turn(PUSHED_AT if isinstance(side, Exercise) else WARM)
    return side


def answer(side: Side, request: dict[str, Any]) -> dict[str, Any]:
    """What a request gets back: {"turn": s} its cost, {"stages": s} ns per person-step, {"about": true} what it is.

    A peer that breaks off in its turn says so: {"broke_off": its own words}.
    """
    if "turn" in request:
        try:
            return asdict(side.turn(request["turn"]))
        except RuntimeError as error:
            if isinstance(side, OnGround | Exercise):
                raise
            return {"broke_off": str(error)}
    if "stages" in request:
        return side.stages(request["stages"]) if isinstance(side, OnGround | Exercise) else {}
    return {
        "people": side.people,
        "threads": side.threads,
        "dt": side.dt,
        "model": side.model,
        "peak_rss_mb": peak_mb(),
        "machine": machine(),
    }


def serve(requests: TextIO, replies: TextIO) -> None:
    """Build the side of the first line and answer the others until they end; {"again": true} builds it anew."""
    case = json.loads(requests.readline())
    side = built(case)
    print(json.dumps({"ready": True}), file=replies, flush=True)
    for line in requests:
        request = json.loads(line)
        if "again" in request:
            side = built(case)
        print(json.dumps(answer(side, request)), file=replies, flush=True)


if __name__ == "__main__":
    # Whatever a library prints goes to stderr: the replies have the pipe for themselves.
    pipe = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    serve(sys.stdin, pipe)
