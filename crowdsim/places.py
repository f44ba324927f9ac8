"""Where things lie: the data that ships with the program, and the folder a user's results go to."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(*parts: str) -> Path:
    """A file or folder of `assets/` or `maps/`: inside the package once installed, beside it in a checkout."""
    inside = _PACKAGE.joinpath(*parts)
    return inside if (_PACKAGE / parts[0]).is_dir() else _PACKAGE.parent.joinpath(*parts)


def runs_folder() -> Path:
    """`runs/` under the current folder, made when missing; nothing a user makes goes into the installation."""
    folder = Path.cwd() / "runs"
    folder.mkdir(exist_ok=True)
    return folder
