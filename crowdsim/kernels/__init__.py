"""Numba kernels: arrays in, arrays out.

TBB, where its wheel is installed, is loaded by path: numba does not look in the environment's own library folder.
"""

import ctypes
import os
import sys
from contextlib import suppress
from pathlib import Path


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

numba.config.CACHE_DIR = os.environ["NUMBA_CACHE_DIR"]  # also where numba was imported before this package
if "NUMBA_THREADING_LAYER" not in os.environ:
    # tbb keeps its speed beside other load and may be used from two threads at once.
    numba.config.THREADING_LAYER_PRIORITY = ["tbb", "omp", "workqueue"] if _load_tbb() else ["omp", "tbb", "workqueue"]


MOST_THREADS = int(numba.config.NUMBA_NUM_THREADS)


def set_threads(count: int) -> int:
    """Use `count` threads (0 = all) from now on in the calling thread; returns how many it is."""
    chosen = MOST_THREADS if count <= 0 else min(count, MOST_THREADS)
    numba.set_num_threads(chosen)
    numba.set_parallel_chunksize(1)  # kernels cut their work into chunks themselves
    return int(chosen)


def threading_layer() -> str:
    """The layer numba chose; known after the first parallel kernel ran."""
    try:
        return str(numba.threading_layer())
    except ValueError:
        return "not started"
