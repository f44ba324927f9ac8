"""Named workloads, timed. `crowdsim bench` prints them; docs/interface describes a row."""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from crowdsim.frame import Frame
from crowdsim.places import shipped
from crowdsim.record.summary import versions
from crowdsim.session.live import Live
from crowdsim.session.scenario import Scenario, load_scenario
from crowdsim.session.simulation import Simulation

Rows = list[dict[str, Any]]


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        **versions(),
    }


def crowd_of(people: int, duration: float = 120.0) -> Scenario:
    """The stress scenario with `people` people in all."""
    scenario = load_scenario(shipped("maps", "kpu_kaltara", "stress_5000.toml"))
    officers = sum(unit.count for unit in scenario.spec.unit)
    whole = sum(crowd.count for crowd in scenario.spec.crowd)
    share = max(0.0, (people - officers) / whole)
    crowds = tuple(
        crowd.model_copy(update={"count": round(crowd.count * share), "provocateurs": 0})
        for crowd in scenario.spec.crowd
    )
    return replace(scenario, spec=scenario.spec.model_copy(update={"crowd": crowds, "duration": duration}))


def plaza(people: list[int], threads: list[int], repeats: int, size: tuple[int, int]) -> Rows:
    """People who stand and walk about the road and field, about one to a square metre: 200 ticks from the start."""
    return [
        _ticks("plaza", replace(s, spec=s.spec.model_copy(update={"timeline": ()})), t, repeats, skip=0.0, ticks=200)
        for n in people
        for s in [crowd_of(n)]
        for t in threads
    ]


def exercise(people: list[int], threads: list[int], repeats: int, size: tuple[int, int]) -> Rows:
    """The press at the gate: 200 ticks from 25 s on, when the crowd pushes."""
    return [_ticks("exercise", crowd_of(n), t, repeats, skip=25.0, ticks=200) for n in people for t in threads]


def _ticks(name: str, scenario: Scenario, threads: int, repeats: int, skip: float, ticks: int) -> dict[str, Any]:
    simulation = Simulation(scenario, threads=threads)
    while simulation.time < skip or simulation.tick < 50:
        simulation.step()
    wall, cpu = [], []
    for _ in range(repeats):
        began, used = time.perf_counter(), time.process_time()
        for _ in range(ticks):
            simulation.step()
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - used)
    present = simulation.senses.count
    steps = ticks * present
    middle = statistics.median(wall)
    return {
        "workload": name,
        "people": present,
        "threads": simulation.threads,
        "dt_s": simulation.params.time.dt,
        "steps": ticks * repeats,
        "ns_per_person_step": round(middle / steps * 1e9, 1),
        "ns_range": [round(min(wall) / steps * 1e9, 1), round(max(wall) / steps * 1e9, 1)],
        "person_steps_per_s": round(steps / middle),
        "cpu_s": round(statistics.median(cpu), 4),
        "wall_s": round(middle, 4),
        "real_time_factor": round(ticks * simulation.params.time.dt / middle, 2),
        "stages_ns": _stages(simulation, ticks),
        "peak_rss_mb": _peak_mb(),
        "against": None,
    }


def _stages(simulation: Simulation, ticks: int) -> dict[str, float]:
    """Nanoseconds per person-step of each stage, measured around the functions `Simulation.step` calls."""
    from crowdsim.session import simulation as module

    names = ("perceive", "steer", "forces", "integrate", "observe")
    spent = dict.fromkeys((*names, "decide"), 0.0)

    def timed(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            began = time.perf_counter()
            result = call(*arguments)
            spent[name] += time.perf_counter() - began
            return result

        return run

    kept = {name: getattr(module, name) for name in (*names, "decide")}
    try:
        for name, call in kept.items():
            setattr(module, name, timed(name, call))
        for _ in range(ticks):
            simulation.step()
    finally:
        for name, call in kept.items():
            setattr(module, name, call)
    steps = ticks * max(1, simulation.senses.count)
    words = {"perceive": "sort", "steer": "walk"}
    return {words.get(name, name): round(value / steps * 1e9, 1) for name, value in spent.items()}


def view(people: list[int], threads: list[int], repeats: int, size: tuple[int, int]) -> Rows:
    """The live window with the simulation running beside it, panel shown; needs no display."""
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform in ("win32", "darwin")):
        os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    rows = []
    for count in people:
        source = Live(crowd_of(count), threads=max(threads))
        while source.simulation is None:
            source.advance(0.0)
            time.sleep(0.02)
        from crowdsim.view import app

        times = app.measure(source, _live_frames(source, 60 + 90 * repeats), size)[60:]
        factor = source.status().real_time_factor
        source.stop()
        rows.append(
            {
                "workload": "view",
                "people": count,
                "threads": max(threads),
                "size": f"{size[0]}x{size[1]}",
                "driver": os.environ.get("SDL_VIDEODRIVER", "window"),
                "frame_ms": {
                    "median": round(statistics.median(times), 2),
                    "p95": round(float(np.quantile(times, 0.95)), 2),
                    "worst": round(max(times), 2),
                },
                "frames_per_s": round(1000.0 / statistics.median(times), 1),
                "real_time_factor": round(factor, 2),
                "peak_rss_mb": _peak_mb(),
            }
        )
    return rows


def _live_frames(source: Live, count: int) -> Iterator[tuple[Frame, Frame, float]]:
    last = time.perf_counter()
    for _ in range(count):
        now = time.perf_counter()
        yield source.advance(now - last)
        last = now


def start(people: list[int], threads: list[int], repeats: int, size: tuple[int, int]) -> Rows:
    """From the start of the process to the first picture of the map and to the first motion, caches cold and warm."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_CACHE_HOME": folder, "LOCALAPPDATA": folder}
        environment.pop("NUMBA_CACHE_DIR", None)
        for cache, times in (("cold", 1), ("warm", repeats)):
            runs = [_start_once(environment, size) for _ in range(times)]
            rows.append(
                {
                    "workload": "start",
                    "cache": cache,
                    "repeats": times,
                    **{
                        key: round(statistics.median(run[key] for run in runs), 2)
                        for key in ("first_picture_s", "first_motion_s")
                    },
                }
            )
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


def _peak_mb() -> float | None:
    """Largest memory of this process so far; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1 << 20 if sys.platform == "darwin" else 1 << 10), 1)


WORKLOADS: dict[str, Callable[[list[int], list[int], int, tuple[int, int]], Rows]] = {
    "plaza": plaza,
    "exercise": exercise,
    "view": view,
    "start": start,
}


def table(rows: Rows) -> str:
    """The rows as a person reads them."""
    lines = []
    for row in rows:
        if row["workload"] == "view":
            ms = row["frame_ms"]
            lines.append(
                f"view      {row['people']:>7} people  {ms['median']:6.1f} ms a frame (p95 {ms['p95']:.1f}), "
                f"{row['frames_per_s']:.0f} frames/s, {row['real_time_factor']:.2f} times real time"
            )
        elif row["workload"] == "start":
            lines.append(
                f"start     {row['cache']:>7} caches  map after {row['first_picture_s']:.2f} s, "
                f"people moving after {row['first_motion_s']:.2f} s"
            )
        else:
            low, high = row["ns_range"]
            lines.append(
                f"{row['workload']:<9} {row['people']:>7} people  {row['threads']} threads  "
                f"{row['ns_per_person_step']:7.1f} ns a person-step ({low:.0f}..{high:.0f}), "
                f"{row['real_time_factor']:.1f} times real time"
            )
    return "\n".join(lines)
