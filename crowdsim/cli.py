"""Every command of the program: reading arguments, calling, and saying what went wrong. Nothing else."""

import json
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crowdsim.places import runs_folder, shipped
from crowdsim.problems import InputError, NoDisplayError, Problem

if TYPE_CHECKING:
    from crowdsim.record.again import Unfinished

app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="2D crowd dynamics for public-order training. Without a command it plays the default exercise.",
)

Seed = Annotated[int | None, typer.Option(min=0, help="Seed of the run; default: the scenario's.")]
Until = Annotated[float | None, typer.Option(min=0.1, max=36_000, help="Seconds; default: the scenario's duration.")]
Threads = Annotated[int, typer.Option(min=0, help="Threads of the simulation; 0 = all.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress lines.")]
Verbose = Annotated[bool, typer.Option("-v", help="Say on stderr what is used: threads, folders, files.")]
Lang = Annotated[str | None, typer.Option(help="id or en; default: the system's.")]
Size = Annotated[str | None, typer.Option(help="WxH in pixels, such as 1920x1080.")]


# The base of everything typer says about wrong arguments, wherever a version of it keeps that class.
_ARGUMENT_ERROR: type[Exception] = typer.BadParameter.__mro__[2]


os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # stdout is for what was asked


def main(argv: list[str] | None = None) -> int:
    """Run the program; the exit code of the contract: 0, 1, 2, 3 or 130."""
    try:
        result = app(args=argv, standalone_mode=False)
        return int(result or 0)
    except InputError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return 2
    except typer.Exit as stop:
        return int(stop.exit_code)
    except typer.Abort:
        return 130
    except _ARGUMENT_ERROR as error:
        error.show()  # type: ignore[attr-defined]
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 0
    except Exception:
        return _crashed()


def _crashed() -> int:
    """The program's own fault: keep what is needed to mend it, and say where."""
    try:
        folder = runs_folder()
    except OSError:  # the crash may be that very folder's
        folder = Path(tempfile.gettempdir())
    report = folder / f"crash-{datetime.now():%Y%m%d-%H%M%S}.txt"
    from crowdsim.record.summary import versions

    report.write_text(f"{' '.join(sys.argv)}\n{json.dumps(versions())}\n\n{traceback.format_exc()}", encoding="utf-8")
    print(f"The program failed: this is its own fault. Crash report: {report}", file=sys.stderr)
    print("What was recorded up to then is kept in runs/.", file=sys.stderr)
    return 3


def default_scenario() -> Path:
    """The exercise played when nothing else is named."""
    return shipped("maps", "kpu_kaltara", "sispamkota.toml")


def has_display() -> bool:
    """Whether a window can be opened here."""
    if os.environ.get("SDL_VIDEODRIVER") in ("dummy", "offscreen"):
        return False
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


@app.callback(invoke_without_command=True)
def play(context: typer.Context) -> int | None:
    """Play the default exercise when no command is given."""
    if context.invoked_subcommand is not None:
        return None
    if has_display():
        with suppress(NoDisplayError):
            return live(None)
    print("No display: playing the exercise without a window.", file=sys.stderr)
    from crowdsim.record.keep import run_path
    from crowdsim.session.scenario import load_scenario

    loaded = load_scenario(default_scenario())
    with _written("runs", "Start the program in a folder that can be written"):
        path = run_path(loaded, loaded.spec.seed)
    code = run(default_scenario(), out=path)
    return code or report([path])


def unfinished() -> "Unfinished | None":
    """The newest run of this folder, when the program was cut off in the midst of it."""
    from crowdsim.record.again import newest_unfinished

    return newest_unfinished(runs_folder())


@app.command()
def live(
    scenario: Annotated[Path | None, typer.Argument(help="A scenario (.toml).")] = None,
    speed: Annotated[float, typer.Option(min=0.1, max=32.0, help="Times real time.")] = 1.0,
    paused: Annotated[bool, typer.Option("--paused", help="Start paused.")] = False,
    plan: Annotated[bool, typer.Option("--plan", help="Start with planning the scenario.")] = False,
    lang: Lang = None,
    presenter: Annotated[bool, typer.Option("--presenter", help="For the projector: light, large, no panel.")] = False,
    theme: Annotated[str, typer.Option(help="dark or light.")] = "dark",
    display: Annotated[int, typer.Option(min=0, help="Number of the screen.")] = 0,
    projector: Annotated[int | None, typer.Option(min=0, help="Number of a second screen, for an audience.")] = None,
    size: Size = None,
    seed: Seed = None,
    threads: Threads = 0,
    probe: Annotated[float, typer.Option(hidden=True, help="For bench: end at the first motion, say when.")] = 0.0,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Play a scenario in a window."""
    from crowdsim.view.words import languages

    _choice("--theme", theme, ("dark", "light"))
    if lang is not None:
        _choice("--lang", lang, languages())
    shape = _size(size) if size else None
    from crowdsim.session.scenario import load_scenario

    wrong: list[Problem] = []
    try:
        loaded = load_scenario(scenario or default_scenario())
    except InputError as error:
        if not has_display() or probe:
            raise
        # A trainer at the projector sees no terminal: what is wrong is told in the window too.
        wrong = error.problems
        for problem in wrong:
            print(problem, file=sys.stderr)
        loaded, paused = load_scenario(default_scenario()), True
    if not has_display() and not probe:
        raise NoDisplayError
    # Only what the first picture needs; the simulation is imported in its own thread while the map already shows.
    from crowdsim import settings
    from crowdsim.record.stage import Stage
    from crowdsim.view import app as window
    from crowdsim.view.greet import Greeting

    stage = Stage(seed, threads, speed, paused or plan)
    with _written("runs", "Start the program in a folder that can be written"):
        greeting = Greeting(wrong, plan, None if probe or scenario or plan else unfinished())
        source = stage.play(loaded)
    if scenario and not wrong and not probe:
        settings.remember(loaded.path)
    _detail(verbose, f"run file {stage.kept[-1]}, compiled code in {os.environ['NUMBA_CACHE_DIR']}")
    seen: dict[str, float] = {}

    def told(what: str) -> bool:
        seen[f"first_{what}_s"] = round(time.time() - probe, 3)
        return not probe or what != "motion"

    try:
        code = window.run(
            source,
            lang=lang,
            theme=theme,
            presenter=presenter,
            size=shape,
            display=display,
            projector=projector,
            tour=not probe,
            told=told,
            opener=stage,
            greet=greeting,
        )
    except BaseException:
        stage.fail()  # the run file stays open to be gone on with
        raise
    stage.stop()
    if probe:
        print(json.dumps(seen))
    elif not quiet:
        for path in stage.kept:
            print(path)
    return 2 if wrong and code == 0 else code


@app.command()
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
    changes = _changes(change or [])
    from crowdsim.kernels import compile_apart
    from crowdsim.record.keep import Keeper, run_path
    from crowdsim.record.summary import summary
    from crowdsim.session.scenario import load_scenario
    from crowdsim.session.simulation import Simulation

    loaded = load_scenario(scenario, changes)
    with _written("runs", "Start the program in a folder that can be written, or choose another place with --out"):
        path = _run_file(out) if out else run_path(loaded, loaded.spec.seed if seed is None else seed)
    end = loaded.spec.duration if until is None else until
    compile_apart()
    with _progress("Preparing the engine", 1.0, quiet) as tell:
        Simulation(loaded, seed, threads).advance()  # compiles, or loads what was compiled
        simulation = Simulation(loaded, seed, threads)
        tell(1.0)
    keeper = Keeper(path)
    startup = time.perf_counter() - began
    _detail(verbose, f"{simulation.threads} threads, compiled code in {os.environ['NUMBA_CACHE_DIR']}, run file {path}")
    interrupted = False
    first = time.perf_counter()
    keeper(simulation, simulation.frame())
    try:
        with _progress(loaded.name, end, quiet) as tell:
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


def _detail(verbose: bool, line: str) -> None:
    """A line for -v."""
    if verbose:
        print(line, file=sys.stderr)


def _tell_result(result: dict[str, Any]) -> None:
    """A few lines a person reads, before the run file's name."""
    breach = result["first_event_s"].get("breach")
    broke = f"a barrier gave way at {breach:.0f} s" if breach else "no barrier gave way"
    print(
        f"{result['duration_s']:.0f} s of exercise in {result['wall_s']:.1f} s ({result['real_time_factor']:.0f} times "
        f"real time), {result['people']} people; {broke}; health: {result['health']['verdict']}"
    )


@app.command()
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
        _detail(verbose, f"checking {path}")
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
        print(f"{len(files)} files, no problems")
    return 0


@app.command()
def render(
    recording: Annotated[Path, typer.Argument(help="A run file (.crowdsim).")],
    out: Annotated[Path | None, typer.Option(help=".png, .mp4 or .gif; default: beside the run, in runs/.")] = None,
    at: Annotated[str | None, typer.Option(help="A still: a second, or the first event of a kind.")] = None,
    start: Annotated[float, typer.Option("--from", min=0.0, help="Film: first second.")] = 0.0,
    to: Annotated[float | None, typer.Option(min=0.0, help="Film: last second.")] = None,
    fps: Annotated[int, typer.Option(min=1, max=60, help="Film: pictures a second.")] = 25,
    speed: Annotated[float, typer.Option(min=0.1, max=64.0, help="Film: times real time.")] = 1.0,
    slow: Annotated[float, typer.Option(min=1.0, max=20.0, help="Film: times slower at key moments.")] = 1.0,
    size: Size = None,
    overlay: Annotated[
        str, typer.Option(help="What lies over the map, such as density,lines; comma-separated. `?` names all.")
    ] = "",
    lang: Lang = None,
    theme: Annotated[str, typer.Option(help="dark or light.")] = "light",
    panel: Annotated[bool, typer.Option("--panel", help="With the panel.")] = False,
    presenter: Annotated[bool, typer.Option("--presenter", help="As on a projector: light, large, no panel.")] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Draw a still or a film of a recorded run."""
    from crowdsim.view.words import languages

    _choice("--theme", theme, ("dark", "light"))
    if lang is not None:
        _choice("--lang", lang, languages())
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    from crowdsim.record.recorder import Recording
    from crowdsim.view import cut, film, stills
    from crowdsim.view.words import system_language
    from crowdsim.world.maps import load_map

    names = [name for name in overlay.split(",") if name]
    for name in names:
        _choice("--overlay", name, stills.OVERLAYS)
    shape = _size(size) if size else (1920, 1080)
    run_file = Recording(recording)
    _detail(verbose, f"{len(run_file.times)} frames to {run_file.times[-1]:g} s, map {run_file.meta['map_path']}")
    with _written("runs", "Start the program in a folder that can be written, or choose another place with --out"):
        path = out or runs_folder() / (f"{recording.stem}-{at}.png" if at is not None else f"{recording.stem}.mp4")
    if path.suffix.lower() not in (".png", ".mp4", ".gif"):
        raise InputError(
            [Problem("render", "--out", f"'{path.suffix}' is no kind of picture", "Use .png, .mp4 or .gif")]
        )
    if path.suffix.lower() != ".png" and at is not None:
        mend = "Use .png, or --from and --to instead of --at"
        raise InputError([Problem("render", "--out", f"'{path.suffix}' is a film, --at asks for a still", mend)])
    if path.suffix.lower() == ".png" and at is None:
        at = f"{run_file.times[-1]}"
    maker = stills.StillMaker(
        load_map(run_file.map_path),
        size=shape,
        lang=lang or system_language(),
        theme=theme,
        overlays=["unit_labels", *names],
        panel=panel,
        presenter=presenter,
        title=run_file.meta["title"],
        duration=float(run_file.meta["duration"]),
        series={name: run_file.series(name) for name in ("gate.load", "gate.capacity")},
    )
    events = run_file.events
    if at is not None:
        moment = _moment(run_file, at)
        maker.remember(run_file.frames(max(0.0, moment - stills.BEFORE), moment - 1e-3))
        surface = maker.draw(run_file.frame_at(moment), events=events)
        with _written(str(path), "Choose another place with --out"):
            path.parent.mkdir(parents=True, exist_ok=True)
            stills.save_png(surface, path)
    else:
        end = run_file.times[-1] if to is None else min(to, run_file.times[-1])
        if start >= end:
            mend = f"The run lasts {run_file.times[-1]:.0f} s"
            raise InputError([Problem("render", "--from", f"{start:g} s is not before {end:g} s", mend)])
        with _written(str(path), "Choose another place with --out"), _progress(path.name, end - start, quiet) as tell:
            path.parent.mkdir(parents=True, exist_ok=True)
            maker.remember(run_file.frames(max(0.0, start - stills.BEFORE), start - 1e-3))
            moments = cut.key_moments(events)
            seconds = cut.times(start, end, speed / fps, slow, moments)
            frames = run_file.frames(max(0.0, start - 0.2), end)

            def pictures() -> Iterator[Any]:
                for previous, current, blend in cut.pairs(frames, seconds):
                    now = previous.time + (current.time - previous.time) * blend
                    yield maker.draw(current, previous, blend, events, cut.told(moments, now))
                    tell(now - start)

            film.write(path, pictures(), fps)
    maker.close()
    print(path)
    return 0


@app.command()
def mapsheet(
    place: Annotated[Path, typer.Argument(help="A map (.tmx), or a scenario (.toml) for its posts too.")],
    out: Annotated[Path | None, typer.Option(help=".pdf or .png; default: in runs/.")] = None,
    paper: Annotated[str, typer.Option(help="A3 or A4.")] = "A3",
    lang: Lang = None,
) -> int:
    """Draw a map on paper for the wall game: grid, scale, posts, signs."""
    _choice("--paper", paper, ("A3", "A4"))
    if lang is not None:
        _choice("--lang", lang, ("id", "en"))
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    from crowdsim.session.scenario import load_scenario
    from crowdsim.view import mapsheet as sheet
    from crowdsim.view.words import system_language
    from crowdsim.world.maps import load_map

    if out is not None and out.suffix.lower() not in (".pdf", ".png"):
        raise InputError([Problem("mapsheet", "--out", f"'{out.suffix}' is no kind of sheet", "Use .pdf or .png")])
    drawn = load_scenario(place).map if place.suffix == ".toml" else load_map(place)
    with _written("runs", "Start the program in a folder that can be written, or choose another place with --out"):
        path = out or runs_folder() / f"{place.stem}-{paper}.png"
    picture = path.with_suffix(".png")
    if path.suffix.lower() == ".pdf":
        from crowdsim.report import paper as pdf

        pdf.check_extra()
        sheet.write(picture, drawn, lang or system_language(), paper)
        with _written(str(path), "Choose another place with --out"):
            pdf.write_picture(path, picture, sheet.PAPERS[paper])
        picture.unlink()
    else:
        sheet.write(picture, drawn, lang or system_language(), paper)
    print(path)
    return 0


@app.command()
def replay(
    recording: Annotated[Path, typer.Argument(help="A run file (.crowdsim).")],
    check: Annotated[bool, typer.Option("--check", help="Simulate it once more and compare every state.")] = False,
    speed: Annotated[float, typer.Option(min=0.1, max=32.0, help="Times real time.")] = 1.0,
    paused: Annotated[bool, typer.Option("--paused", help="Start paused.")] = False,
    lang: Lang = None,
    presenter: Annotated[bool, typer.Option("--presenter", help="For the projector: light, large, no panel.")] = False,
    theme: Annotated[str, typer.Option(help="dark or light.")] = "dark",
    display: Annotated[int, typer.Option(min=0, help="Number of the screen.")] = 0,
    projector: Annotated[int | None, typer.Option(min=0, help="Number of a second screen, for an audience.")] = None,
    size: Size = None,
    threads: Threads = 0,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Open a recorded run in the window; --check: simulate it once more; --json: what the file holds."""
    from crowdsim.view.words import languages

    _choice("--theme", theme, ("dark", "light"))
    if lang is not None:
        _choice("--lang", lang, languages())
    shape = _size(size) if size else None
    from crowdsim.record.recorder import Recording

    run_file = Recording(recording)
    _detail(verbose, f"{len(run_file.times)} frames to {run_file.times[-1]:g} s, format {run_file.version}")
    if check:
        return _check_again(run_file, threads, as_json, quiet)
    if as_json:
        print(json.dumps(run_file.contents(), ensure_ascii=False))
        return 0
    if not has_display():
        raise NoDisplayError
    from crowdsim.metrics.session import Session
    from crowdsim.params import Params
    from crowdsim.record.playback import Playback
    from crowdsim.view import app as window
    from crowdsim.world.maps import load_map

    try:
        session = Session.of_recording(run_file)
    except InputError:  # its doctrine is no longer there: it plays, and nobody judges it
        session = None
    source = Playback(run_file, load_map(run_file.map_path), Params(), session)
    source.speed, source.paused = speed, paused
    return window.run(
        source,
        lang=lang,
        theme=theme,
        presenter=presenter,
        size=shape,
        display=display,
        projector=projector,
    )


def _check_again(run_file: Any, threads: int, as_json: bool, quiet: bool) -> int:
    """Simulate a run once more; 0 when every recorded state comes again, 1 when one does not."""
    from dataclasses import asdict

    from crowdsim.record import rerun

    with _progress(f"{run_file.path.name} again", run_file.times[-1], quiet) as tell:
        found = rerun.check(run_file, threads, tell)
    if as_json:
        print(json.dumps({"run": str(run_file.path), "equal": found.first is None} | asdict(found)))
        return int(found.first is not None)
    if found.first is None:
        print(f"{run_file.path}: {found.states} states to {found.until:g} s come again, bit for bit")
        return 0
    first = found.first
    print(
        f"{run_file.path}: another state at tick {first.tick}, {first.time:g} s: {first.recorded} then, {first.now} now"
    )
    changed = ", ".join(f"{name} {then}, here {now}" for name, (then, now) in found.versions.items())
    print(
        f"It was written by other versions: {changed}"
        if changed
        else "The same versions wrote it: the file or the program is at fault"
    )
    return 1


@app.command()
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

    _choice("--format", kind, tuple(exports.FORMATS))
    run_file = Recording(recording)
    with _written("runs", "Start the program in a folder that can be written, or choose another place with --out"):
        path = out or runs_folder() / f"{recording.stem}{exports.FORMATS[kind]}"
    if path.exists() and path.samefile(recording):
        raise InputError([Problem(str(path), "--out", "is the run itself, and it stays", "Choose another name")])
    _detail(verbose, f"{len(run_file.times)} frames at {exports.recorded_rate(run_file):g} a second")
    with _written(str(path), "Choose another place with --out"):
        path.parent.mkdir(parents=True, exist_ok=True)
        with _progress(path.name, run_file.times[-1], quiet) as tell:
            files = exports.write(path, run_file, kind, fps, tell, lambda line: print(line, file=sys.stderr))
    for file in files:
        print(file)
    return 0


@app.command()
def report(
    recordings: Annotated[list[Path], typer.Argument(help="Run files (.crowdsim) of one scenario.")],
    out: Annotated[Path | None, typer.Option(help="The page (.html); default: named after the run, in runs/.")] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Also write a PDF beside the page.")] = False,
    lang: Lang = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Write the debrief of a run, or of several runs of one scenario, as one page."""
    from crowdsim.view.words import languages

    if lang is not None:
        _choice("--lang", lang, languages())
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
    with _written("runs", "Start the program in a folder that can be written, or choose another place with --out"):
        path = out or runs_folder() / f"{recordings[0].stem}.html"
    _detail(verbose, f"{len(runs)} runs, the first of {len(runs[0].times)} frames to {runs[0].times[-1]:g} s")
    tile_map = load_map(runs[0].map_path)
    with _written(str(path), "Choose another place with --out"), _progress("report", 1.0, quiet) as tell:
        path.parent.mkdir(parents=True, exist_ok=True)
        page = debrief.write(path, runs, tile_map, lang or system_language())
        if pdf:
            paper.write(path.with_suffix(".pdf"), page)
        tell(1.0)
    if pdf:
        print(path.with_suffix(".pdf"))
    print(path)
    return 0


@contextmanager
def _written(what: str, mend: str) -> Iterator[None]:
    """A place that cannot be written is the user's to change."""
    try:
        yield
    except OSError as error:
        raise InputError([Problem(what, "", f"cannot be written: {error}", mend)]) from None


def _run_file(path: Path) -> Path:
    """A place for a run file: never one where some other file of the user's lies."""
    if path.is_file() and path.stat().st_size:
        with path.open("rb") as file:
            head = file.read(72)
        if head[68:72] != b"CROW":  # a run file's application id
            what = "there is another file, which is not a run, and it stays"
            raise InputError([Problem(str(path), "--out", what, "Choose another name")])
    return path


def _moment(run_file: Any, at: str) -> float:
    """The second a still shows: a number, or the name of an event."""
    try:
        second = float(at)
    except ValueError:
        known = {event.kind: event.time for event in reversed(run_file.events)}
        if at not in known:
            mend = f"Its events are {', '.join(sorted(known)) or 'none'}"
            raise InputError([Problem(str(run_file.path), "--at", f"there is no event '{at}'", mend)]) from None
        return float(known[at])
    if not 0.0 <= second <= run_file.times[-1] + 1e-6:
        mend = f"Choose 0 to {run_file.times[-1]:g}"
        raise InputError([Problem(str(run_file.path), "--at", f"{second:g} s is outside the run", mend)])
    return second


@app.command()
def bench(
    workload: Annotated[
        str | None, typer.Option(help="plaza, gate, press, exercise, view, start; comma-separated.")
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

    _detail(verbose, f"compiled code in {os.environ['NUMBA_CACHE_DIR']}")
    beside = [name for name in against.split(",") if name]
    names = [name for name in (workload or ("plaza,gate" if beside else "plaza,exercise")).split(",") if name]
    for name in names:
        _choice("--workload", name, tuple(suite.WORKLOADS))
    for name in beside:
        _choice("--against", name, tuple(peers.PEERS))
    counts, many = _numbers("--people", people), _numbers("--threads", threads)
    pixels = _size(size or "1920x1080")
    timing.check(names, counts, beside)
    peers.check_installed(beside)
    rows: list[dict[str, Any]] = []
    planned = suite.plan(names, counts, many, beside)
    interrupted = False
    try:
        with _progress("bench", float(len(planned)), quiet) as tell:
            for k, case in enumerate(planned, 1):
                _detail(verbose, f"timing {case}")
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


@app.command()
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
        _print(suite.listing(cases if case or layer or quick else suite.CASES))
        return 0
    setting = Setting(data=data_folder(data))
    workers = 1 if quick else workers or suite.cores()
    if report is not None:  # before the long work, not after it
        page.check_extra()
        if report.suffix.lower() != ".html":
            raise InputError([Problem("validate", "--report", f"'{report.suffix}' is no kind of page", "Use .html")])
        with _written(str(report), "Choose another place with --report"):
            report.parent.mkdir(parents=True, exist_ok=True)
            report.open("a").close()
    _detail(verbose, f"{len(cases)} cases, {workers} processes, recordings in {setting.data}")
    with _progress("validate", 1.0, quiet) as tell:
        result = suite.validate(cases, setting, quick, workers, tell, lambda line: _detail(verbose, line))
    told = result.as_json() | {"versions": versions()}
    if as_json:
        print(json.dumps(told))
    else:
        _print(suite.table(result))
    if report is not None:
        with _written(str(report), "Choose another place with --report"):
            page.write(report, result, setting, datetime.now().strftime("%d %B %Y, %H:%M"), machine())
        print(report, file=sys.stderr if as_json else sys.stdout)
    if result.interrupted:
        print("interrupted; the lines above are what was computed", file=sys.stderr)
        return 130
    return 1 if False in result.gates.values() else 0


def _print(text: str) -> None:
    """Print text with signs that not every terminal can show."""
    print(text.encode(sys.stdout.encoding or "utf-8", "replace").decode(sys.stdout.encoding or "utf-8"))


def _choice(option: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise InputError([Problem("arguments", option, f"'{value}' is unknown", f"Use {', '.join(known)}")])


def _numbers(option: str, text: str) -> list[int]:
    try:
        numbers = [int(part) for part in text.split(",") if part]
    except ValueError:
        numbers = []
    if not numbers or min(numbers) < 0:
        mend = "Use whole numbers, such as 1000,5000"
        raise InputError([Problem("arguments", option, f"'{text}' is not a list of numbers", mend)])
    return numbers


def _size(text: str) -> tuple[int, int]:
    """`WxH` in pixels."""
    parts = text.lower().split("x")
    if len(parts) == 2 and all(part.isdigit() for part in parts):
        width, height = int(parts[0]), int(parts[1])
        if 320 <= width <= 7680 and 240 <= height <= 4320:
            return width, height
    mend = "Use WxH between 320x240 and 7680x4320, such as 1920x1080"
    raise InputError([Problem("arguments", "--size", f"'{text}' is not a size", mend)])


def _changes(texts: list[str]) -> dict[str, float]:
    """`name=value` pairs of --set."""
    changes: dict[str, float] = {}
    problems = []
    for text in texts:
        name, sign, value = text.partition("=")
        try:
            changes[name.strip()] = float(value)
        except ValueError:
            sign = ""
        if not sign:
            problems.append(Problem("--set", text, "is not name=value with a number", "Write force.push=250"))
    if problems:
        raise InputError(problems)
    return changes


@contextmanager
def _progress(name: str, total: float, quiet: bool) -> Iterator[Any]:
    """A bar on a terminal, a plain line every tenth otherwise; both on stderr."""
    if quiet:
        yield lambda done: None
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task(name, total=total, rate="")
            began = time.perf_counter()

            def show(done: float) -> None:
                rate = done / max(1e-6, time.perf_counter() - began)
                bar.update(task, completed=done, rate=f"{rate:.0f}×" if total > 2 else "")

            yield show
    else:
        told = [0]
        began = time.perf_counter()

        def say(done: float) -> None:
            tenth = int(10 * done / total + 1e-9)
            if tenth > told[0]:
                told[0] = tenth
                took = time.perf_counter() - began
                left = max(0.0, took * (total - done) / max(done, 1e-9))
                print(f"{name}: {10 * tenth} %, {took:.0f} s, {left:.0f} s left", file=sys.stderr, flush=True)

        yield say
