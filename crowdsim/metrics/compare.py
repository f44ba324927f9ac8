"""What two futures of one session came to, beside each other: the numbers in which they differ."""

from crowdsim.frame import Comparison
from crowdsim.metrics.criteria import evaluate
from crowdsim.metrics.rules import violations
from crowdsim.metrics.score import score
from crowdsim.metrics.session import Session
from crowdsim.session.branches import Branch
from crowdsim.session.scenario import Scenario

NUMBERS = (
    "score",
    "breach",
    "compound",
    "line",
    "squeeze",
    "density",
    "injured.demonstrator",
    "injured.officer",
    "injured.bystander",
    "arrested",
    "thrown",
    "damage",
    "broken_rules",
    "dispersal",
)
"""In the order they are shown."""

_FIRST = {"breach": "breach", "compound": "compound_breach", "line": "line_breach", "dispersal": "dispersal"}
_PEAK = {"squeeze": "squeeze_p95", "density": "peak_density", "damage": "damage"}


def outcome(session: Session) -> dict[str, float | None]:
    """The numbers of a session; None where something did not happen or was not measured.

    breach, compound, line, dispersal: when it first happened, s ; squeeze: peak of the 95 % quantile, N ;
    density: peak, 1/m2 ; injured, arrested: people ; thrown: events of it ; damage: share of the front ;
    broken_rules: how many of them ; score: out of a hundred
    """
    results, broken = evaluate(session), violations(session)
    end = session.duration
    return {
        "score": score(results, broken, session.profile.weights).total,
        **{name: session.first(kind) for name, kind in _FIRST.items()},
        **{name: session.peak(reading) for name, reading in _PEAK.items()},
        **{
            f"injured.{group}": session.at(f"injured.{group}", end)
            for group in ("demonstrator", "officer", "bystander")
        },
        "arrested": float(len(session.of("arrest"))),
        "thrown": float(len(session.of("throw"))),
        "broken_rules": float(sum(bool(found) for found in broken.values())),
    }


def compare(one: Session, other: Session) -> Comparison:
    """The numbers in which two sessions differ, both cut where the shorter one ends."""
    until = min(one.duration, other.duration)
    a, b = outcome(one.until(until)), outcome(other.until(until))
    return Comparison(until, tuple((name, a[name], b[name]) for name in NUMBERS if a[name] != b[name]))


def compare_branches(scenario: Scenario, one: Branch, other: Branch) -> Comparison:
    """The same of two branches of a session."""
    return compare(Session.of_branch(scenario, one), Session.of_branch(scenario, other))
