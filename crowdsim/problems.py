"""What a user did wrong, said so that it can be mended: file, place, value, mend; in English, or another language."""

import errno
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from crowdsim.places import shipped


class Said(str):
    """A text in English that remembers its key and what was filled in: `in_language` says it again in another."""

    key: str
    values: dict[str, Any]


def said(key: str, /, **values: Any) -> Said:
    """The text of this key in `assets/text/problems.en.toml`, with values filled in; they may be such texts too."""
    text = Said(_texts("en")[key].format(**values))
    text.key, text.values = key, values
    return text


def in_language(text: str, lang: str) -> str:
    """What was said, in another language; a key of a file, a path or a number as it is."""
    if not isinstance(text, Said):
        return text
    values = {
        name: in_language(value, lang) if isinstance(value, str) else value for name, value in text.values.items()
    }
    return _texts(lang)[text.key].format(**values)


@lru_cache
def _texts(lang: str) -> dict[str, str]:
    """Every text by "table.name"; what a language has no text for is said in English."""
    path = shipped("assets", "text", f"problems.{lang}.toml")
    tables = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    own = {f"{table}.{name}": text for table, texts in tables.items() for name, text in texts.items()}
    return own if lang == "en" else _texts("en") | own


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the user's input. What is not a key or path is `said`, so that a window can translate it."""

    file: str
    place: str  # key, layer, object or line; "" for the file as a whole
    message: str  # what is wrong, with the value found
    mend: str  # what to do about it

    def __str__(self) -> str:
        place = f" {self.place}:" if self.place else ""
        return f"{self.file}:{place} {self.message}. {self.mend}"

    def in_language(self, lang: str) -> "Problem":
        """The same, in another language."""
        return Problem(self.file, *(in_language(text, lang) for text in (self.place, self.message, self.mend)))


class InputError(Exception):
    """The user's input is wrong; carries every problem found in one pass. The command line ends with exit code 2."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class NoDisplayError(InputError):
    """There is no screen to open a window on."""

    def __init__(self) -> None:
        super().__init__([Problem("live", "", said("screen.no_display"), said("screen.use_run"))])


def reason(error: Exception) -> Said:
    """Why something failed: a full disk, a folder that may not be written; or what our own code said."""
    if error.args and isinstance(error.args[0], Said):
        return error.args[0]
    if isinstance(error, json.JSONDecodeError):
        return said("reason.json", what=error.msg, line=error.lineno, column=error.colno)
    name = errno.errorcode.get(error.errno or 0, "") if isinstance(error, OSError) else ""
    # SQLite's names may end with a finer reason: SQLITE_READONLY_DIRECTORY.
    name = name or "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])
    return said(f"reason.{name}") if f"reason.{name}" in _texts("en") else said("reason.other", text=str(error))


def toml_fault(error: ValueError) -> Said:
    """What is wrong with a file of TOML, and where."""
    if isinstance(error, UnicodeDecodeError):
        return said("file.not_utf8")
    found = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error), re.DOTALL)
    if found is None:
        return said("toml.broken", what=str(error))
    what, line, column = found.groups()
    where = said("toml.at", line=line, column=column) if line else said("toml.at_end")
    return said("toml.broken_at", what=what, where=where)


def rule(item: Mapping[str, Any]) -> Said:
    """What pydantic says about a value: what would have been right."""
    key = f"rule.{item['type']}"
    if key not in _texts("en"):
        return said("rule.other", text=str(item["msg"]))
    return said(key, **{name: value for name, value in item.get("ctx", {}).items() if name != "error"})
