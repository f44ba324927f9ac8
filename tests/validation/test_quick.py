"""The quick form of the real suite: one seed of each quick case, the recordings too where they are."""

import os
from pathlib import Path

from crowdsim.validation import suite
from crowdsim.validation.case import Setting

KNOWN_MISSES = {
    "openings: specific flow 0.8 m",
    "bidirectional: lane order",
    "corridors: mean |dJ|",
    "entrance: density",
    "iso_14: spread",
    "iso_7: slower",
}
"""Lines that fail, or hold with so little margin that one seed may fail: docs/validation.md says by how much."""


def test_the_quick_form_holds_but_for_what_the_documents_admit() -> None:
    data = os.environ.get("CROWDSIM_DATA")
    result = suite.validate(suite.chosen([], None, True), Setting(data=Path(data) if data else None), quick=True)
    assert len(result.rows) > 60
    assert [row.case for row in result.rows if row.note.startswith("error")] == []
    failed = {row.case for row in result.rows if row.passed is False and row.gate}
    assert failed <= KNOWN_MISSES, failed - KNOWN_MISSES
