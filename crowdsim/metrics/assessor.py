"""Assessor: judges a run while it goes on: the score so far, and red flags at the second they are earned."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crowdsim.frame import Frame

if TYPE_CHECKING:  # a window that opens does not wait for what brings numba
    from crowdsim.metrics.criteria import Result
    from crowdsim.metrics.rules import Violation
    from crowdsim.metrics.score import Score
    from crowdsim.metrics.session import Session
    from crowdsim.session.branches import Branch
    from crowdsim.session.simulation import Simulation


@dataclass(frozen=True)
class Flag:
    """What caps the score from its second on: a broken rule, a crush, a critical injury nobody came to in time."""

    id: str  # of the rule or criterion: "R2", "K25"
    time: float  # s, when it was earned: a helper who does not come is missed only once he is overdue
    since: float  # s, when it happened
    position: tuple[float, float] | None  # m
    subject: str
    reason: dict[str, str]  # {"id", "en"}


@dataclass(frozen=True)
class Standing:
    """How a run stands at a second. When it has ended, this is its assessment."""

    time: float  # s
    results: "dict[str, Result]"
    violations: "dict[str, list[Violation]]"
    score: "Score"
    flags: tuple[Flag, ...]  # in the order they were earned


class Assessor:
    """Looks at a run once a second of it: about 2 ms after a quarter of an hour, outside the tick."""

    def __init__(self, before: Sequence[Standing] = ()) -> None:
        """`before`: how it stood until now, when somebody else has looked so far."""
        self._standings: list[Standing] = list(before)
        self._read: dict[str, float] | None = None

    def __call__(self, simulation: "Simulation", frame: Frame) -> None:
        """Look at a simulation that goes on, when it has new readings."""
        from crowdsim.metrics.session import Session

        if frame.readings is not self._read:
            self._read = frame.readings
            self.look(Session.of_simulation(simulation))

    def at(self, time: float) -> Standing | None:
        """How the run stood at a second, s; None before the first look."""
        seen = self._standings  # the thread that looks puts another list in its place
        count = bisect_right(seen, time + 1e-6, key=lambda standing: standing.time)
        return seen[count - 1] if count else None

    def until(self, time: float) -> list[Standing]:
        """How it stood at every second up to one, s."""
        return [standing for standing in self._standings if standing.time <= time + 1e-6]

    @property
    def standing(self) -> Standing | None:
        """As last looked."""
        return self._standings[-1] if self._standings else None

    def look(self, session: "Session") -> Standing:
        """Judge a session as it stands. Wound back, it stands as it did then: flags of later are taken down."""
        from crowdsim.metrics.criteria import evaluate
        from crowdsim.metrics.rules import violations
        from crowdsim.metrics.score import score

        now = session.duration
        before = [standing for standing in self._standings if standing.time < now - 1e-6]
        results, broken = evaluate(session), violations(session)
        known = {_key(flag): flag for flag in (before[-1].flags if before else ())}
        flags = [
            Flag(name, now, found.time, found.position, found.subject, found.reason)
            for name, each in broken.items()
            for found in each
        ]
        flags += [Flag(name, now, now, None, "", result.reason) for name, result in results.items() if result.grave]
        kept = sorted((known.get(_key(flag), flag) for flag in flags), key=lambda flag: flag.time)
        total = score(results, broken, session.profile.weights)
        standing = Standing(now, results, broken, total, tuple(kept))
        self._standings = [*before, standing]
        return standing


class Assessors:
    """One for every branch of a session; a branch begins as the one it left stood then."""

    def __init__(self) -> None:
        self._of: dict[str, Assessor] = {}

    def __call__(self, branch: "Branch", simulation: "Simulation", frame: Frame) -> None:
        """Look at a branch that goes on."""
        if branch.id not in self._of:
            parted = branch.parted * simulation.params.time.dt
            before = self._of[branch.parent.id].until(parted) if branch.parent is not None else ()
            self._of[branch.id] = Assessor(before)
        self._of[branch.id](simulation, frame)

    def at(self, branch: str, time: float) -> Standing | None:
        """How a branch stood at a second, s; None before the first look."""
        return self._of[branch].at(time) if branch in self._of else None


def _key(flag: Flag) -> tuple[object, ...]:
    """What makes a flag the same one a second later: its reason may say more by then. A criterion has one flag."""
    return (flag.id,) if flag.id.startswith("K") else (flag.id, flag.since, flag.subject, flag.position)
