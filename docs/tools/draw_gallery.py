"""Draw what can be laid over the map: ten pictures at 1920x1080, one at 4K and one at 1024x768, from one recorded run.

    python docs/tools/draw_gallery.py RUN.crowdsim FOLDER

The run is the default exercise with seed 1. Each picture goes through the program's own command line.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Name: second, what lies over the map, further arguments of `render`.
PICTURES: dict[str, tuple[float, str, tuple[str, ...]]] = {
    "density": (374.0, "density,warnings", ("--panel", "--lang", "id")),
    "pressure": (384.0, "pressure,contacts,warnings", ("--panel", "--theme", "dark", "--lang", "en")),
    "lines": (600.0, "lines,warnings", ("--panel", "--lang", "id")),
    "mood": (440.0, "anger,squeeze", ("--panel", "--theme", "dark", "--lang", "id")),
    "legitimacy": (500.0, "legitimacy", ("--panel", "--lang", "en")),
    "exits": (640.0, "exits,trails,minimap", ("--panel", "--lang", "id")),
    "velocity": (660.0, "velocity", ("--panel", "--theme", "dark", "--lang", "en")),
    "sight": (250.0, "sight,rings", ("--panel", "--lang", "id")),
    "presenter": (392.0, "density,warnings", ("--presenter", "--lang", "id")),
    "presenter-lines": (605.0, "lines,warnings", ("--presenter", "--lang", "en")),
    "4k": (392.0, "density,lines,exits,warnings,minimap", ("--panel", "--lang", "id", "--size", "3840x2160")),
    "1024x768": (392.0, "density,lines,warnings", ("--panel", "--lang", "id", "--size", "1024x768")),
}


def main() -> None:
    """Draw them all."""
    run, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "SDL_VIDEODRIVER": "dummy"}
    for name, (second, overlays, further) in PICTURES.items():
        asked = ["render", str(run), "--at", f"{second:g}", "--overlay", overlays, *further]
        asked += ["--out", str(folder / f"{name}.png")]
        if subprocess.run([sys.executable, "run.py", *asked], cwd=ROOT, env=environment, check=False).returncode:
            sys.exit(f"crowdsim {' '.join(asked)} failed")


if __name__ == "__main__":
    main()
