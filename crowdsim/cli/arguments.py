"""What may be written after a command, and what is wrong with it when it is not understood."""

from pathlib import Path
from typing import Annotated

import typer

from crowdsim.problems import InputError, Problem

Seed = Annotated[int | None, typer.Option(min=0, help="Seed of the run; default: the scenario's.")]
Until = Annotated[float | None, typer.Option(min=0.1, max=36_000, help="Seconds; default: the scenario's duration.")]
Threads = Annotated[int, typer.Option(min=0, help="Threads of the simulation; 0 = all.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress lines.")]
Verbose = Annotated[bool, typer.Option("-v", help="Say on stderr what is used: threads, folders, files.")]
Lang = Annotated[str | None, typer.Option(help="id or en; default: the system's.")]
Size = Annotated[str | None, typer.Option(help="WxH in pixels, such as 1920x1080.")]
Presenter = Annotated[bool, typer.Option("--presenter", help="For the projector: light, large, no panel.")]
Theme = Annotated[str, typer.Option(help="dark or light.")]
Speed = Annotated[float, typer.Option(min=0.1, max=32.0, help="Times real time.")]
Paused = Annotated[bool, typer.Option("--paused", help="Start paused.")]
Display = Annotated[int, typer.Option(min=0, help="Number of the screen.")]
Projector = Annotated[int | None, typer.Option(min=0, help="Number of a second screen, for an audience.")]


def choice(option: str, value: str, known: tuple[str, ...]) -> None:
    """InputError when a value is none of those known."""
    if value not in known:
        raise InputError([Problem("arguments", option, f"'{value}' is unknown", f"Use {', '.join(known)}")])


def check_looks(lang: str | None, theme: str = "light") -> None:
    """InputError when there are no texts of such a language, or no such theme."""
    from crowdsim.view.words import languages

    choice("--theme", theme, ("dark", "light"))
    if lang is not None:
        choice("--lang", lang, languages())


def numbers_of(option: str, text: str) -> list[int]:
    """Whole numbers, comma-separated."""
    try:
        numbers = [int(part) for part in text.split(",") if part]
    except ValueError:
        numbers = []
    if not numbers or min(numbers) < 0:
        mend = "Use whole numbers, such as 1000,5000"
        raise InputError([Problem("arguments", option, f"'{text}' is not a list of numbers", mend)])
    return numbers


def size_of(text: str) -> tuple[int, int]:
    """`WxH` in pixels."""
    parts = text.lower().split("x")
    if len(parts) == 2 and all(part.isdigit() for part in parts):
        width, height = int(parts[0]), int(parts[1])
        if 320 <= width <= 7680 and 240 <= height <= 4320:
            return width, height
    mend = "Use WxH between 320x240 and 7680x4320, such as 1920x1080"
    raise InputError([Problem("arguments", "--size", f"'{text}' is not a size", mend)])


def changes_of(texts: list[str]) -> dict[str, float]:
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


def run_file_at(path: Path) -> Path:
    """A place for a run file: never one where some other file of the user's lies."""
    if path.is_file() and path.stat().st_size:
        with path.open("rb") as file:
            head = file.read(72)
        if head[68:72] != b"CROW":  # a run file's application id
            what = "there is another file, which is not a run, and it stays"
            raise InputError([Problem(str(path), "--out", what, "Choose another name")])
    return path
