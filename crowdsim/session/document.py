"""A scenario's text as a document: keys are set, tables come and go, and every comment stays where it was written.

The text is cut into the head and the blocks `[[unit]]`, `[[crowd]]` …; a change touches one block, which tomlkit reads
and writes with its comments. What stands between two blocks, such as a heading, belongs to neither.
"""

import re
from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.container import Container

_HEADER = re.compile(r"\s*\[\[?\s*([\w-]+)(\s*\.[\w.\s-]+)?\s*\]\]?\s*(#.*)?$")


def put_head(text: str, values: Mapping[str, Any]) -> str:
    """Set keys of the whole file where they differ; None takes one away."""
    lines = text.splitlines(keepends=True)
    first = next((n for n, line in enumerate(lines) if _HEADER.match(line)), len(lines))
    end = _last_key(lines, 0, first)
    return _changed("".join(lines[:end]), values) + "".join(lines[end:])


def put(text: str, kind: str, number: int, values: Mapping[str, Any]) -> str:
    """Set keys of the `number`th `[[kind]]` where they differ; None takes one away, a comment behind a value stays."""
    lines = text.splitlines(keepends=True)
    begin, end = _blocks(lines, kind)[number]
    return "".join(lines[:begin]) + _changed("".join(lines[begin:end]), values, kind) + "".join(lines[end:])


def add(text: str, kind: str, values: Mapping[str, Any]) -> str:
    """A new `[[kind]]` after the others of its kind, or at the end."""
    lines = text.splitlines(keepends=True)
    blocks = _blocks(lines, kind)
    at = blocks[-1][1] if blocks else len(lines)
    before = "".join(lines[:at])
    line = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not before or before.endswith(2 * line) else line if before.endswith(line) else 2 * line
    table = tomlkit.document()
    for key, value in values.items():
        if value is not None:
            table[key] = _item(value)
    block = f"[[{kind}]]{line}" + tomlkit.dumps(table).replace("\n", line)
    return before + gap + block + "".join(lines[at:])


def remove(text: str, kind: str, number: int) -> str:
    """Take the `number`th `[[kind]]` away; comments above and below it stay."""
    lines = text.splitlines(keepends=True)
    begin, end = _blocks(lines, kind)[number]
    if begin and not lines[begin - 1].strip():  # one empty line between two blocks is enough
        begin -= 1
    return "".join(lines[:begin]) + "".join(lines[end:])


def _blocks(lines: list[str], kind: str) -> list[tuple[int, int]]:
    """First line of each block of a kind, and the line after its last key."""
    headers = [(n, found) for n, line in enumerate(lines) if (found := _HEADER.match(line))]
    starts = [n for n, found in headers if found[1] == kind and not found[2]]
    # A table below one of ours, such as [unit.kit], is part of it.
    others = [n for n, found in headers if not (found[1] == kind and found[2])]
    ends = [next((n for n in others if n > start), len(lines)) for start in starts]
    return [(start, _last_key(lines, start, end)) for start, end in zip(starts, ends, strict=True)]


def _last_key(lines: list[str], begin: int, end: int) -> int:
    """`end` without the empty lines and comments before it."""
    while end > begin and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return end


def _changed(block: str, values: Mapping[str, Any], kind: str = "") -> str:
    if block and not block.endswith("\n"):
        block += "\n"
    document = tomlkit.parse(block)
    table: Container | Any = document[kind][0] if kind else document
    for key, value in values.items():
        if value is None:
            table.pop(key, None)
        elif key not in table or table[key].unwrap() != _plain(value):
            table[key] = _item(value)
    return tomlkit.dumps(document)


def _item(value: Any) -> Any:
    if isinstance(value, Mapping):
        inline = tomlkit.inline_table()
        for key, inner in value.items():
            inline[key] = _item(inner)
        return inline
    if isinstance(value, list | tuple):
        row = tomlkit.array()
        for inner in value:
            row.append(_item(inner))
        return row
    return tomlkit.item(value)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
