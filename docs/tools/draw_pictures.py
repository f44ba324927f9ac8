"""Draw every picture of the documentation: play the default exercise once, then `render` its moments.

    python docs/tools/draw_pictures.py                      plays seed 1 to its end, draws all pictures
    python docs/tools/draw_pictures.py --run FILE.crowdsim  draws from a run that is there already
    python docs/tools/draw_pictures.py --only breach        one moment
    python docs/tools/draw_pictures.py --list               prints the render commands and draws nothing

Everything goes through the program's own command line, so a picture shows what a user gets.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
RUN = ROOT / "runs" / "pictures.crowdsim"
SCENARIO = "maps/kpu_kaltara/sispamkota.toml"
SEED = 1

# Moment -> the second it shows, of the default exercise with seed 1. Tuned by eye; `docs/pictures/README.md` says what
# each is meant to show.
MOMENTS = {"march": 80.0, "push": 382.0, "breach": 396.0, "hostage": 432.0, "wedge": 592.0}
THEMES = ("dark", "light")
LANGUAGES = ("id", "en")
SIZE = "1920x1080"


def picture_commands(run: str, moments: dict[str, float]) -> list[list[str]]:
    """Arguments of `crowdsim` for each picture."""
    return [
        ["render", run, "--at", f"{second:g}", "--size", SIZE, "--panel", "--theme", theme, "--lang", lang,
         "--out", f"docs/pictures/{moment}-{theme}-{lang}.png"]
        for moment, second in moments.items()
        for theme in THEMES
        for lang in LANGUAGES
    ]  # fmt: skip


def crowdsim(arguments: list[str]) -> None:
    """Run one command of the program from the root of the checkout; stop at the first that fails."""
    environment = {**os.environ, "SDL_VIDEODRIVER": "dummy"}
    done = subprocess.run([sys.executable, "run.py", *arguments], cwd=ROOT, env=environment, check=False)
    if done.returncode:
        sys.exit(f"crowdsim {' '.join(arguments)} ended with {done.returncode}")


def main() -> None:
    """Play, then draw."""
    parser = argparse.ArgumentParser(description="Draw every picture of the documentation.")
    parser.add_argument("--run", type=Path, help="a run of the default exercise, seed 1")
    parser.add_argument("--only", choices=MOMENTS, help="one moment")
    parser.add_argument("--list", action="store_true", help="print the commands, draw nothing")
    asked = parser.parse_args()
    moments = {name: second for name, second in MOMENTS.items() if asked.only in (None, name)}
    run = asked.run.resolve() if asked.run else RUN
    shown = str(run.relative_to(ROOT)) if run.is_relative_to(ROOT) else str(run)
    play = ["run", SCENARIO, "--seed", str(SEED), "--out", shown]
    commands = ([] if asked.run else [play]) + picture_commands(shown, moments)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for arguments in commands:
        if asked.list:
            print("python run.py", " ".join(arguments))
        else:
            crowdsim(arguments)


if __name__ == "__main__":
    main()
