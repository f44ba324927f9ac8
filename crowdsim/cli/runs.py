"""Commands that play a scenario headless, or write what was recorded: `run`, `export`, `report`."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from crowdsim.cli.arguments import (
    Json,
    Lang,
    Quiet,
    Seed,
    Threads,
    Until,
    Verbose,
    changes_of,
    check_looks,
    choice,
    run_file_at,
)
from crowdsim.cli.output import detail, progress, written
from crowdsim.places import runs_folder
from crowdsim.problems import InputError, Problem
from crowdsim.starting import compile_apart


def run(
    scenario: Annotated[Path, typer.Argument(help="A scenario (.toml).")],
    seed: Seed = None,
    until: Until = None,
    threads: Threads = 0,
    change: Annotated[list[str] | None, typer.Option("--set", help="A parameter, such as force.push=250.")] = None,
    out: Annotated[Path | None, typer.Option(help="The run file.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Play a scenario without a window, as fast as it goes, and write a run file."""
    began = time.perf_counter()
    changes = changes_of(change or [])
    moved = compile_apart()
    from crowdsim.record.keep import Keeper, run_path
    from crowdsim.record.summary import summary
    from crowdsim.session.scenario import load_scenario
    from crowdsim.session.simulation import Simulation

    loaded = load_scenario(scenario, changes)
    with written("runs", "Start the program in a folder that can be written, or choose another place with --out"):
        path = run_file_at(out) if out else run_path(loaded, loaded.spec.seed if seed is None else seed)
    end = loaded.spec.duration if until is None else until
    with progress("Preparing the engine", 1.0, quiet) as tell:
        Simulation(loaded, seed, threads).rehearse(moved)
        simulation = Simulation(loaded, seed, threads)
        tell(1.0)
    keeper = Keeper(path)
    startup = time.perf_counter() - began
    detail(verbose, f"{simulation.threads} threads, compiled code in {os.environ['NUMBA_CACHE_DIR']}, run file {path}")
    interrupted = False
    first = time.perf_counter()
    keeper(simulation, simulation.frame())
    try:
        with progress(loaded.name, end, quiet) as tell:
            while simulation.time < end - 1e-9:
                keeper(simulation, simulation.advance())
                tell(simulation.time)
    except KeyboardInterrupt:
        interrupted = True
    except BaseException:
        keeper.close()  # what was recorded up to then is kept
        raise
    wall = time.perf_counter() - first
    result = summary(simulation, startup, wall, str(keeper.path))
    keeper.close(result)
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
    elif not quiet:
        _tell_result(result)
    if interrupted:
        print(f"interrupted at {simulation.time:.0f} s; kept: {keeper.path}", file=sys.stderr)
        return 130
    if not as_json:
        print(keeper.path)
    return 0


def _tell_result(result: dict[str, Any]) -> None:
    """A few lines a person reads, before the run file's name."""
    breach = result["first_event_s"].get("breach")
    broke = f"a barrier gave way at {breach:.0f} s" if breach else "no barrier gave way"
    print(
        f"{result['duration_s']:.0f} s of exercise in {result['wall_s']:.1f} s ({result['real_time_factor']:.0f} times "
        f"real time), {result['people']} people; {broke}; health: {result['health']['verdict']}"
    )


def export(
    recording: Annotated[Path, typer.Argument(help="A run file (.crowdsim).")],
    kind: Annotated[str, typer.Option("--format", help="jupedsim, pedpy, csv or parquet.")] = "jupedsim",
    fps: Annotated[
        float | None, typer.Option(min=0.01, max=1000.0, help="Frames a second; default: as recorded.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The file; default: named after the run, in runs/.")] = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Write the trajectories of a run for other programs: JuPedSim, PedPy, tables."""
    from crowdsim.record import export as exports
    from crowdsim.record.recorder import Recording

    choice("--format", kind, tuple(exports.FORMATS))
    run_file = Recording(recording)
    with written("runs", "Start the program in a folder that can be written, or choose another place with --out"):
        path = out or runs_folder() / f"{recording.stem}{exports.FORMATS[kind]}"
    if path.exists() and path.samefile(recording):
        raise InputError([Problem(str(path), "--out", "is the run itself, and it stays", "Choose another name")])
    detail(verbose, f"{len(run_file.times)} frames at {exports.recorded_rate(run_file):g} a second")
    with written(str(path), "Choose another place with --out"):
        path.parent.mkdir(parents=True, exist_ok=True)
        with progress(path.name, run_file.times[-1], quiet) as tell:
            files = exports.write(path, run_file, kind, fps, tell, lambda line: print(line, file=sys.stderr))
    for file in files:
        print(file)
    return 0


def report(
    recordings: Annotated[list[Path], typer.Argument(help="Run files (.crowdsim) of one scenario.")],
    out: Annotated[Path | None, typer.Option(help="The page (.html); default: named after the run, in runs/.")] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Also write a PDF beside the page.")] = False,
    lang: Lang = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Write the debrief of a run, or of several runs of one scenario, as one page."""
    check_looks(lang)
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    from crowdsim.record.recorder import Recording
    from crowdsim.report import debrief, paper
    from crowdsim.view.words import system_language
    from crowdsim.world.maps import load_map

    if pdf:  # before the long work, not after it
        paper.check_extra()
    if out is not None and out.suffix.lower() not in (".html", ".htm"):
        mend = "Use .html; --pdf writes a PDF beside it"
        raise InputError([Problem("report", "--out", f"'{out.suffix}' is no kind of page", mend)])
    runs = [Recording(path) for path in recordings]
    with written("runs", "Start the program in a folder that can be written, or choose another place with --out"):
        path = out or runs_folder() / f"{recordings[0].stem}.html"
    detail(verbose, f"{len(runs)} runs, the first of {len(runs[0].times)} frames to {runs[0].times[-1]:g} s")
    tile_map = load_map(runs[0].map_path)
    with written(str(path), "Choose another place with --out"), progress("report", 1.0, quiet) as tell:
        path.parent.mkdir(parents=True, exist_ok=True)
        page = debrief.write(path, runs, tile_map, lang or system_language())
        if pdf:
            paper.write(path.with_suffix(".pdf"), page)
        tell(1.0)
    if pdf:
        print(path.with_suffix(".pdf"))
    print(path)
    return 0
