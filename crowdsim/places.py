"""Where things lie: the data that ships with the program, and the folder a user's results go to."""

import hashlib
import os
import tempfile
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(*parts: str) -> Path:
    """A file or folder of `assets/` or `maps/`: inside the package once installed, beside it in a checkout."""
    inside = _PACKAGE.joinpath(*parts)
    return inside if (_PACKAGE / parts[0]).is_dir() else _PACKAGE.parent.joinpath(*parts)


def beside_or_shipped(path: Path) -> Path:
    """A map or scenario at its place; when there is none, the one of that name that ships."""
    if path.exists():
        return path
    return next(iter(sorted(shipped("maps").glob(f"*/{path.name}"))), path) if path.name else path


def runs_folder() -> Path:
    """`runs/` under the current folder, made when missing; nothing a user makes goes into the installation."""
    folder = Path.cwd() / "runs"
    folder.mkdir(exist_ok=True)
    return folder


def compiled_folder() -> Path:
    """The folder for compiled kernels, outside the installation.

    It is named after a hash of every file that holds kernels, because numba does not notice an edit in a file that
    another imports. Where the user's cache cannot be written, it lies in the system's folder for passing files.
    """
    digest = hashlib.sha256()
    for source in [*sorted((_PACKAGE / "kernels").glob("*.py")), _PACKAGE / "view" / "stamps.py"]:
        digest.update(source.read_bytes())
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or str(Path.home() / ".cache")
    for base in (Path(home), Path(tempfile.gettempdir())):
        folder = base / "crowdsim" / f"compiled-{digest.hexdigest()[:16]}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            break
    return folder
