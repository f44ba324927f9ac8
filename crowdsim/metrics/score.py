"""Score: what criteria and rules come to, out of a hundred. It rewards neither speed of dispersal nor arrests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crowdsim.behaviour.sop import Weights
from crowdsim.metrics.criteria import CRITERIA, GROUPS, Result
from crowdsim.metrics.rules import Violation

_WORTH = {"green": 1.0, "amber": 0.5, "red": 0.0}  # of a band [P]
BROKEN, GRAVE = 60.0, 40.0
"""Most that is left when a rule was broken; when there was a crush, or a critical injury nobody came to [P]."""


@dataclass(frozen=True)
class Score:
    """Out of a hundred; a group nothing of which could be measured is None and counts for nothing."""

    total: float | None
    groups: dict[str, float | None]
    cap: str  # "60: R2, R9" or "40: K25", "" = none


def score(
    results: Mapping[str, Result], violations: Mapping[str, Sequence[Violation]], weights: Weights | None = None
) -> Score:
    """Weighted mean of the groups, each the weighted mean of its known criteria; capped by rules and crushes.

    weights : of the profile ; default: safety 35, proportionality 25, command 20, formation 12, readiness 8
    """
    share = weights or Weights()
    groups: dict[str, float | None] = {}
    for group in reversed(GROUPS):
        known = [results[c.id] for c in CRITERIA if c.group == group and c.id in results]
        known = [result for result in known if result.band != "unknown" and result.weight > 0.0]
        whole = sum(result.weight for result in known)
        worth = sum(result.weight * _WORTH[result.band] for result in known)
        groups[group] = round(100.0 * worth / whole, 1) if known else None
    parts = [(getattr(share, group), value) for group, value in groups.items() if value is not None]
    whole = sum(weight for weight, _ in parts)
    if not whole:
        return Score(None, groups, "")
    total, cap = sum(weight * value for weight, value in parts) / whole, ""
    grave = [name for name, result in results.items() if result.grave]
    broken = [name for name, found in violations.items() if found]
    if grave:
        total, cap = min(total, GRAVE), f"{GRAVE:.0f}: {', '.join(grave)}"
    elif broken:
        total, cap = min(total, BROKEN), f"{BROKEN:.0f}: {', '.join(broken)}"
    return Score(round(total, 1), groups, cap)
