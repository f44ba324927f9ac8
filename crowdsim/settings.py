"""What a user likes, kept between two starts: a small JSON file in his configuration folder."""

import json
import os
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

VERSION = 1


def settings_path() -> Path:
    """The file; `CROWDSIM_SETTINGS` names another one, as the tests do."""
    named = os.environ.get("CROWDSIM_SETTINGS")
    return Path(named) if named else user_config_path("crowdsim", appauthor=False) / "settings.json"


def load() -> dict[str, Any]:
    """Every setting by its name; none when there is no file yet, or none that can be read."""
    try:
        found = json.loads(settings_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict) or found.pop("version", None) != VERSION:
        return {}
    return found


def save(**changes: Any) -> bool:
    """Keep these settings beside the others; whether that could be done.

    Values are what JSON holds; None forgets one. What cannot be written is no reason to end an exercise, and the file
    of a later version is left alone.
    """
    path = settings_path()
    try:
        if json.loads(path.read_text(encoding="utf-8"))["version"] > VERSION:
            return False
    except (OSError, ValueError, KeyError, TypeError):
        pass  # none yet, or none of ours
    kept = {name: value for name, value in {**load(), **changes}.items() if value is not None}
    passing = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"version": VERSION, **kept}, ensure_ascii=False, indent=1)
        passing.write_text(text, encoding="utf-8")
        passing.replace(path)  # whole or not at all
    except OSError:
        return False
    return True
