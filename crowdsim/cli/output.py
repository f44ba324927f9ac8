"""What a command says while it works, and a place that cannot be written."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from crowdsim.problems import InputError, Problem, reason, said


def detail(verbose: bool, line: str) -> None:
    """A line for -v."""
    if verbose:
        print(line, file=sys.stderr)


def print_all(text: str) -> None:
    """Print text with signs that not every terminal can show."""
    print(text.encode(sys.stdout.encoding or "utf-8", "replace").decode(sys.stdout.encoding or "utf-8"))


@contextmanager
def written(what: str, mend: str) -> Iterator[None]:
    """A place that cannot be written is the user's to change."""
    try:
        yield
    except OSError as error:
        raise InputError([Problem(what, "", said("file.not_written", reason=reason(error)), mend)]) from None


@contextmanager
def progress(name: str, total: float, quiet: bool) -> Iterator[Any]:
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
