"""The first start: a process of its own compiles what moves people, while this one compiles the rest.

Here numba is not imported, so that the other process is under way before this one has begun to wait for it.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_LONGEST = 120.0
"""s to wait for the other process; what it has not compiled by then is compiled here."""


def compile_apart() -> Callable[[], None]:
    """Begin to compile what moves people (`crowdsim.compiling`) if that was never done; returns what waits for it."""
    if any(Path(os.environ["NUMBA_CACHE_DIR"]).rglob("walking.*.nbi")):
        return _nothing_to_wait_for
    package = str(Path(__file__).resolve().parents[1])
    found = os.pathsep.join(part for part in (package, os.environ.get("PYTHONPATH", "")) if part)
    try:
        other = subprocess.Popen(
            [sys.executable, "-m", "crowdsim.compiling"],
            env={**os.environ, "PYTHONPATH": found},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return _nothing_to_wait_for

    def wait() -> None:
        with suppress(subprocess.TimeoutExpired):
            other.wait(_LONGEST)

    return wait


def _nothing_to_wait_for() -> None:
    """It is compiled already, or will be here."""
