"""What other programs give for the same cases, as docs/tools/measure_peer.py wrote it into peers.json."""

import json
from pathlib import Path
from typing import Any

PEERS: dict[str, Any] = json.loads(Path(__file__).with_name("peers.json").read_text(encoding="utf-8"))
"""By program: version, models, values by line of the table, curves."""


def best(line: str) -> float:
    """The least value of a line that any model of any peer reached."""
    found = [value for peer in PEERS.values() for value in peer["values"][line].values() if value is not None]
    return min(found)
