"""The window, timed: a picture with the simulation beside it, and the way from the start of the process to one."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from crowdsim.bench.compounds import crowd_of
from crowdsim.bench.machine import peak_mb
from crowdsim.frame import Frame
from crowdsim.session.live import Live

_OVERLAID = 45  # pictures timed with each layer over the map

Row = dict[str, Any]


def view(people: int, threads: int, repeats: int, size: tuple[int, int]) -> Row:
    """The live window with the simulation running beside it, panel shown, then with each layer and with all over it.

    Needs no display.

    repeats : of 90 pictures each ; size : pixels
    """
    from crowdsim.view import app
    from crowdsim.view.layers import NAMES
    from crowdsim.view.picture import Look

    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform in ("win32", "darwin")):
        os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    source = Live(crowd_of(people), threads=threads)
    while source.simulation is None:
        source.advance(0.0)
        time.sleep(0.02)
    times = app.measure(source, _live_frames(source, 60 + 90 * repeats), size)[60:]
    factor = source.status().real_time_factor
    laid: dict[str, float] = {}
    for name in (*NAMES, "all"):
        chosen = Look(**{**vars(Look()), **dict.fromkeys(NAMES if name == "all" else (name,), True)})
        pictures = app.measure(source, _live_frames(source, 15 + _OVERLAID), size, chosen)[15:]
        laid[name] = round(statistics.median(pictures), 2)
    source.stop()
    return {
        "workload": "view",
        "people": people,
        "threads": threads,
        "size": f"{size[0]}x{size[1]}",
        "driver": os.environ.get("SDL_VIDEODRIVER", "window"),
        "frame_ms": {
            "median": round(statistics.median(times), 2),
            "p95": round(float(np.quantile(times, 0.95)), 2),
            "worst": round(max(times), 2),
        },
        "overlay_ms": laid,
        "frames_per_s": round(1000.0 / statistics.median(times), 1),
        "real_time_factor": round(factor, 2),
        "peak_rss_mb": peak_mb(),
    }


def _live_frames(source: Live, count: int) -> Iterator[tuple[Frame, Frame, float]]:
    last = time.perf_counter()
    for _ in range(count):
        now = time.perf_counter()
        yield source.advance(now - last)
        last = now


def start(repeats: int, size: tuple[int, int]) -> list[Row]:
    """From the start of the process to the first picture of the map and to the first motion, caches cold and warm."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_CACHE_HOME": folder, "LOCALAPPDATA": folder}
        environment.pop("NUMBA_CACHE_DIR", None)
        for cache, times in (("cold", 1), ("warm", repeats)):
            runs = [_start_once(environment, size) for _ in range(times)]
            row: Row = {"workload": "start", "cache": cache, "repeats": times}
            for key in ("first_picture_s", "first_motion_s"):
                row[key] = round(statistics.median(run[key] for run in runs), 2)
            rows.append(row)
    return rows


def _start_once(environment: dict[str, str], size: tuple[int, int]) -> dict[str, float]:
    """One start of the window in a process of its own, which ends itself at the first motion."""
    if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")) and sys.platform.startswith("linux"):
        environment = {**environment, "SDL_VIDEODRIVER": "dummy"}
    command = [sys.executable, "-m", "crowdsim", "live", "--size", f"{size[0]}x{size[1]}", "--probe", repr(time.time())]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            command, env=environment, cwd=folder, capture_output=True, text=True, timeout=600, check=False
        )
    if done.returncode != 0:
        raise RuntimeError(f"the window did not start: {done.stderr[-2000:]}")
    result: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return result
