"""Commands that open a window: the default exercise, `live`, `replay`."""

import json
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crowdsim.cli.arguments import (
    Display,
    Json,
    Lang,
    Paused,
    Presenter,
    Projector,
    Quiet,
    Seed,
    Size,
    Speed,
    Theme,
    Threads,
    Verbose,
    check_looks,
    size_of,
)
from crowdsim.cli.output import detail, progress, written
from crowdsim.cli.runs import report, run
from crowdsim.places import runs_folder, shipped
from crowdsim.problems import InputError, NoDisplayError, Problem

if TYPE_CHECKING:
    from crowdsim.record.again import Unfinished


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
    with written("runs", "Start the program in a folder that can be written"):
        path = run_path(loaded, loaded.spec.seed)
    code = run(default_scenario(), out=path)
    return code or report([path])


def unfinished() -> "Unfinished | None":
    """The newest run of this folder, when the program was cut off in the midst of it."""
    from crowdsim.record.again import newest_unfinished

    return newest_unfinished(runs_folder())


def live(
    scenario: Annotated[Path | None, typer.Argument(help="A scenario (.toml).")] = None,
    speed: Speed = 1.0,
    paused: Paused = False,
    plan: Annotated[bool, typer.Option("--plan", help="Start with planning the scenario.")] = False,
    lang: Lang = None,
    presenter: Presenter = False,
    theme: Theme = "dark",
    display: Display = 0,
    projector: Projector = None,
    size: Size = None,
    seed: Seed = None,
    threads: Threads = 0,
    probe: Annotated[float, typer.Option(hidden=True, help="For bench: end at the first motion, say when.")] = 0.0,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Play a scenario in a window."""
    check_looks(lang, theme)
    shape = size_of(size) if size else None
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
    with written("runs", "Start the program in a folder that can be written"):
        greeting = Greeting(wrong, plan, None if probe or scenario or plan else unfinished())
        source = stage.play(loaded)
    if scenario and not wrong and not probe:
        settings.remember(loaded.path)
    detail(verbose, f"run file {stage.kept[-1]}, compiled code in {os.environ['NUMBA_CACHE_DIR']}")
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


def replay(
    recording: Annotated[Path, typer.Argument(help="A run file (.crowdsim).")],
    check: Annotated[bool, typer.Option("--check", help="Simulate it once more and compare every state.")] = False,
    speed: Speed = 1.0,
    paused: Paused = False,
    lang: Lang = None,
    presenter: Presenter = False,
    theme: Theme = "dark",
    display: Display = 0,
    projector: Projector = None,
    size: Size = None,
    threads: Threads = 0,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Open a recorded run in the window; --check: simulate it once more; --json: what the file holds."""
    check_looks(lang, theme)
    shape = size_of(size) if size else None
    from crowdsim.record.recorder import Recording

    run_file = Recording(recording)
    detail(verbose, f"{len(run_file.times)} frames to {run_file.times[-1]:g} s, format {run_file.version}")
    if check:
        return _check_again(run_file, threads, as_json, quiet)
    if as_json:
        print(json.dumps(run_file.contents(), ensure_ascii=False))
        return 0
    if not has_display():
        raise NoDisplayError
    from crowdsim.metrics.session import Session
    from crowdsim.params import Params
    from crowdsim.record import rerun
    from crowdsim.record.playback import Playback
    from crowdsim.view import app as window
    from crowdsim.world.maps import load_map

    try:
        session = Session.of_recording(run_file)
    except InputError:  # its doctrine is no longer there: it plays, and nobody judges it
        session = None
    try:
        params = rerun.params_of(run_file)
    except InputError:  # written when there were others
        params = Params()
    source = Playback(run_file, load_map(run_file.map_path), params, session)
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

    with progress(f"{run_file.path.name} again", run_file.times[-1], quiet) as tell:
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
