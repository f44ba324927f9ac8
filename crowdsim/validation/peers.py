"""What other programs give for the same cases, as docs/tools/measure_peer.py wrote it into peers.json."""

import json
from pathlib import Path
from typing import Any

PEERS: dict[str, Any] = json.loads(Path(__file__).with_name("peers.json").read_text(encoding="utf-8"))
"""By program: version, models, values by line of the table, curves."""


UNTUNED = ("cfsm", "sfm_020", "sfm_030", "sfm")
"""The models of JuPedSim that the comparison was laid down with, none of them fitted to these replays."""

TUNED = "cfsm_tuned"
"""The one that came nearest once we had chosen a radius and a time gap for it on the very replays."""


def jupedsim(line: str, models: tuple[str, ...]) -> float:
    """The least value of a line of the table that one of these models reached."""
    values = PEERS["jupedsim"]["values"][line]
    return float(min(values[model] for model in models if values.get(model) is not None))
