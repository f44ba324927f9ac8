"""Commands that check and measure: `check`, `bench`, `validate`."""

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from crowdsim.cli.arguments import Json, Quiet, Size, Verbose, choice, numbers_of, size_of
from crowdsim.cli.output import detail, print_all, progress, written
from crowdsim.problems import InputError, Problem


def check(
    paths: Annotated[
        list[Path], typer.Argument(help="Maps (.tmx), scenarios and doctrine (.toml), or folders of them.")
    ],
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Check maps, scenarios and doctrine profiles; every problem in one pass."""
    from crowdsim.behaviour.sop import is_profile, load_profile
    from crowdsim.session.scenario import load_scenario
    from crowdsim.session.simulation import Simulation
    from crowdsim.world.maps import load_map

    problems: list[Problem] = []
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = sorted([*path.rglob("*.tmx"), *path.rglob("*.toml")])
            if not found:
                problems.append(Problem(str(path), "", "holds no map and no scenario", "Name a .tmx or .toml file"))
            files += found
        else:
            files.append(path)
    for path in files:
        detail(verbose, f"checking {path}")
        try:
            if path.suffix == ".tmx":
                load_map(path)
            elif path.suffix == ".toml" and is_profile(path):
                load_profile(path)
            elif path.suffix == ".toml":
                Simulation(load_scenario(path))
            elif not path.exists():
                problems.append(Problem(str(path), "", "there is no such file or folder", "Name a .tmx or .toml file"))
            else:
                problems.append(Problem(str(path), "", "is neither a map nor a scenario", "Name a .tmx or .toml file"))
        except InputError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if as_json:
        rows = [{"file": p.file, "place": p.place, "message": p.message, "mend": p.mend} for p in problems]
        print(json.dumps({"checked": [str(path) for path in files], "problems": rows}, ensure_ascii=False))
    if problems:
        raise InputError(problems)
    if not as_json and not quiet:
        print(f"{len(files)} {'file' if len(files) == 1 else 'files'}, no problems")
    return 0


def bench(
    workload: Annotated[
        str | None, typer.Option(help="plaza, gate, press, exercise, view, overlays, start; comma-separated.")
    ] = None,
    people: Annotated[str, typer.Option(help="Numbers of people, comma-separated.")] = "1000,5000",
    threads: Annotated[str, typer.Option(help="Numbers of threads, comma-separated; 0 = all.")] = "1,2",
    against: Annotated[str, typer.Option(help="jupedsim, pyrvo: timed in turn with ours; comma-separated.")] = "",
    repeats: Annotated[int, typer.Option(min=1, max=50, help="Repeats of each case; beside a peer at least 5.")] = 5,
    size: Size = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Time named workloads, alone or beside other programs."""
    from crowdsim.bench import peers, suite, table, timing
    from crowdsim.bench.machine import machine

    detail(verbose, f"compiled code in {os.environ['NUMBA_CACHE_DIR']}")
    beside = [name for name in against.split(",") if name]
    names = [name for name in (workload or ("plaza,gate" if beside else "plaza,exercise")).split(",") if name]
    for name in names:
        choice("--workload", name, tuple(suite.WORKLOADS))
    for name in beside:
        choice("--against", name, tuple(peers.PEERS))
    counts, many = numbers_of("--people", people), numbers_of("--threads", threads)
    pixels = size_of(size or "1920x1080")
    timing.check(names, counts, beside)
    peers.check_installed(beside)
    rows: list[dict[str, Any]] = []
    planned = suite.plan(names, counts, many, beside)
    interrupted = False
    try:
        with progress("bench", float(len(planned)), quiet) as tell:
            for k, case in enumerate(planned, 1):
                detail(verbose, f"timing {case}")
                rows += suite.rows_of(case, repeats, pixels)
                tell(float(k))
    except KeyboardInterrupt:
        print(f"interrupted; timed so far: {len(rows)} of {len(planned)} cases", file=sys.stderr)
        interrupted = True
    shown = [{key: value for key, value in row.items() if key != "machine"} for row in rows]
    # Which threads the kernels use is known only where they ran.
    found = next((row["machine"] for row in rows if "machine" in row), None) or machine()
    print(json.dumps({"machine": found, "rows": shown}) if as_json else table.lines(shown))
    return 130 if interrupted else 0


def validate(
    case: Annotated[list[str] | None, typer.Option(help="A case, as --list names it; repeatable.")] = None,
    layer: Annotated[str | None, typer.Option(help="standard, model, experiment or behaviour.")] = None,
    data: Annotated[Path | None, typer.Option(help="The recordings; default: $CROWDSIM_DATA.")] = None,
    show: Annotated[bool, typer.Option("--list", help="Name the cases and stop.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="One seed; only the quick cases, or those named.")] = False,
    workers: Annotated[int, typer.Option(min=0, help="Processes that run cases; 0 = one for each core.")] = 0,
    report: Annotated[Path | None, typer.Option(help="Also write a page (.html) with tables and figures.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Run the verification and validation suite: standard tests, model checks, recorded experiments, behaviour."""
    from crowdsim.bench.machine import machine
    from crowdsim.record.summary import versions
    from crowdsim.validation import report as page
    from crowdsim.validation import suite
    from crowdsim.validation.case import Setting
    from crowdsim.validation.recordings import data_folder

    cases = suite.chosen(case or [], layer, quick)
    if show:
        print_all(suite.listing(cases if case or layer or quick else suite.CASES))
        return 0
    setting = Setting(data=data_folder(data))
    workers = 1 if quick else workers or suite.cores()
    if report is not None:  # before the long work, not after it
        page.check_extra()
        if report.suffix.lower() != ".html":
            raise InputError([Problem("validate", "--report", f"'{report.suffix}' is no kind of page", "Use .html")])
        with written(str(report), "Choose another place with --report"):
            report.parent.mkdir(parents=True, exist_ok=True)
            report.open("a").close()
    detail(verbose, f"{len(cases)} cases, {workers} processes, recordings in {setting.data}")
    with progress("validate", 1.0, quiet) as tell:
        result = suite.validate(cases, setting, quick, workers, tell, lambda line: detail(verbose, line))
    told = result.as_json() | {"versions": versions()}
    if as_json:
        print(json.dumps(told))
    else:
        print_all(suite.table(result))
    if report is not None:
        with written(str(report), "Choose another place with --report"):
            page.write(report, result, setting, datetime.now().strftime("%d %B %Y, %H:%M"), machine())
        print(report, file=sys.stderr if as_json else sys.stdout)
    if result.interrupted:
        print("interrupted; the lines above are what was computed", file=sys.stderr)
        return 130
    return 1 if False in result.gates.values() else 0
