"""What the figures were measured on, and the memory of this process."""

import os
import platform
from typing import Any

from crowdsim.record.summary import versions


def machine() -> dict[str, Any]:
    """Name, cores, load and versions."""
    return {
        "name": platform.node(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        **versions(),
    }


def peak_mb() -> float | None:
    """Largest memory of this process so far, MB; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    import sys

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1 << 20 if sys.platform == "darwin" else 1 << 10), 1)
