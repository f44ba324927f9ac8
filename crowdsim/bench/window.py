"""The window, timed: a picture with the simulation beside it, and the way from the start of the process to one."""

import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from crowdsim.bench.compounds import PUSHED_AT, crowd_of, exercise_of
from crowdsim.bench.machine import peak_mb
from crowdsim.frame import Frame
from crowdsim.session.live import Live
from crowdsim.session.simulation import Simulation

if TYPE_CHECKING:
    from crowdsim.view.source import Source

Row = dict[str, Any]


def view(people: int, threads: int, repeats: int, size: tuple[int, int]) -> Row:
    """The live window with the simulation running beside it, panel shown. Needs no display.

    repeats : of 90 pictures each ; size : pixels
    """
    from crowdsim.view import app

    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform in ("win32", "darwin")):
        os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    source = Live(crowd_of(people), threads=threads)
    while source.simulation is None:
        source.advance(0.0)
        time.sleep(0.02)
    times = app.measure(source, _live_frames(source, 60 + 90 * repeats), size)[60:]
    factor = source.status().real_time_factor
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


def overlays(people: int, threads: int, repeats: int, size: tuple[int, int]) -> Iterator[Row]:
    """Pictures of the press at the gate with the panel: bare, with each overlay, with all; ms of this thread alone.

    repeats : of 60 pictures each, six to a frame as at 60 pictures a second ; size : pixels
    """
    from crowdsim.view import app
    from crowdsim.view.layers import NAMES
    from crowdsim.view.picture import Look

    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    simulation = Simulation(exercise_of(people)[0], threads=threads)
    while simulation.time < PUSHED_AT:
        simulation.advance()
    frames = [simulation.advance() for _ in range(11)]
    pairs = list(itertools.pairwise(frames))
    bare: dict[str, Any] = dict.fromkeys(NAMES, False)
    looks = {"none": Look(**bare), **{name: Look(**{**bare, name: True}) for name in NAMES}}
    looks["all"] = Look(**{**bare, **dict.fromkeys(NAMES, True)})
    source = cast("Source", _Still(simulation))
    times: dict[str, list[float]] = {name: [] for name in looks}
    for _ in range(repeats):  # in turn, so that a busy moment of the machine meets them all
        for name, look in looks.items():
            shown = ((before, now, k / 6) for before, now in pairs for k in range(6))
            times[name] += app.measure(source, shown, size, look, time.thread_time)[6:]
    for name, taken in times.items():
        yield {
            "workload": "overlays",
            "people": people,
            "overlay": name,
            "size": f"{size[0]}x{size[1]}",
            "frame_ms": {
                "median": round(statistics.median(taken), 2),
                "p95": round(float(np.quantile(taken, 0.95)), 2),
                "worst": round(max(taken), 2),
            },
            "peak_rss_mb": peak_mb(),
        }


class _Still:
    """What `app.measure` asks of a source, of a simulation that stands still."""

    def __init__(self, simulation: Simulation) -> None:
        self.map, self.params = simulation.scenario.map, simulation.params
        self.title, self.duration = simulation.scenario.title, simulation.scenario.spec.duration
        self.events = simulation.events
        self.series: dict[str, Any] = {}


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
