"""Every command of the program: reading arguments, calling, and saying what went wrong. Nothing else."""

import json
import os
import sys
import tempfile
import traceback
from datetime import datetime
from pathlib import Path

import typer

from crowdsim.cli import checks, pictures, runs, window
from crowdsim.places import runs_folder
from crowdsim.problems import InputError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="2D crowd dynamics for public-order training. Without a command it plays the default exercise.",
)
app.callback(invoke_without_command=True)(window.play)
for command in (
    window.live, runs.run, checks.check, pictures.render, pictures.mapsheet, window.replay, runs.export, runs.report,
    checks.bench, checks.validate,
):  # fmt: skip
    app.command()(command)

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
