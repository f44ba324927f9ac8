"""Numba kernels: arrays in, arrays out.

The compiled code is kept in a cache folder named after a hash of all kernel sources, because numba does not notice an
edit in an imported file. TBB, where its wheel is installed, is loaded by path: numba does not look in the environment's
own library folder.
"""

import ctypes
import hashlib
import os
import sys
from contextlib import suppress
from pathlib import Path


def _cache_folder() -> Path:
    """The folder for compiled kernels, outside the installation; a changed source or numba gets another one."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or str(Path.home() / ".cache")
    return Path(base) / "crowdsim" / f"kernels-{digest.hexdigest()[:16]}"


def _load_tbb() -> bool:
    """Make the TBB of this environment visible to numba."""
    names = ("Library/bin/tbb12.dll",) if sys.platform == "win32" else ("lib/libtbb.so.12",)
    for name in names:
        path = Path(sys.prefix) / name
        if path.exists():
            with suppress(OSError):
                ctypes.CDLL(str(path), mode=getattr(ctypes, "RTLD_GLOBAL", 0))
                return True
    return False


import numba  # noqa: E402

if "NUMBA_CACHE_DIR" not in os.environ:
    numba.config.CACHE_DIR = str(_cache_folder())
if "NUMBA_THREADING_LAYER" not in os.environ:
    # tbb keeps its speed beside other load and may be used from two threads at once.
    numba.config.THREADING_LAYER_PRIORITY = ["tbb", "omp", "workqueue"] if _load_tbb() else ["omp", "tbb", "workqueue"]


def set_threads(count: int) -> int:
    """Use `count` threads (0 = all) from now on in the calling thread; returns how many it is."""
    available = numba.config.NUMBA_NUM_THREADS
    chosen = available if count <= 0 else min(count, available)
    numba.set_num_threads(chosen)
    return int(chosen)


def threading_layer() -> str:
    """The layer numba chose; known after the first parallel kernel ran."""
    try:
        return str(numba.threading_layer())
    except ValueError:
        return "not started"
