"""Relay: orders on their way to a unit, which can still be called back or are lost, and those that wait for the one
before."""

from copy import copy
from dataclasses import dataclass, field

import numpy as np

from crowdsim.behaviour.officers import Unit, in_place
from crowdsim.behaviour.unit import Advance, Arrest, Cover, Escort, Order, Push, Withdraw
from crowdsim.population.population import Population
from crowdsim.session.commands import GiveOrder

_DONE = 0.9  # share of the slots with their officer at which a formation stands
_ERRAND = 10.0  # s after which a unit with nobody left to lead has done its errand


@dataclass
class Lost:
    """An order its unit did not hear. Whoever gave it knows no sooner than when nobody answers."""

    command: GiveOrder
    given: float  # s
    noticed: bool = False


@dataclass
class Relay:
    """What each unit was told, by its id: how it stood before, as long as that can come back, and what waits; and what
    it was told and did not hear."""

    before: dict[str, list[tuple[Unit, np.ndarray]]] = field(default_factory=dict)
    waiting: dict[str, list[Order]] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)

    def remember(self, unit: Unit, people: Population, time: float) -> None:
        """An order is about to replace what the unit does: keep how it stands."""
        kept = self.before.get(unit.id, []) if time < unit.acts_at else []  # what was acted upon does not come back
        self.before[unit.id] = [*kept, (copy(unit), people.reacts_at[unit.rows].copy())]

    def call_back(self, unit: Unit, people: Population, time: float) -> bool:
        """Take back what was lost, what waits last, or the order on its way; False when the officers act on it."""
        lost = self.lost_by(unit.id)
        if lost:
            self.lost.remove(lost[-1])
            return True
        waiting = self.waiting.get(unit.id)
        if waiting:
            waiting.pop()
            return True
        kept = self.before.get(unit.id)
        if not kept or time >= unit.acts_at:
            return False
        was, reacts_at = kept.pop()
        vars(unit).update(vars(was))
        people.reacts_at[unit.rows] = reacts_at
        unit.settle()  # two may have changed places since
        return True

    def lost_by(self, unit: str) -> list[Lost]:
        """What a unit did not hear and nobody has given up yet."""
        return [lost for lost in self.lost if lost.command.unit == unit]

    def give_up(self, unit: str) -> None:
        """Whatever a unit did not hear is overtaken."""
        self.lost = [lost for lost in self.lost if lost.command.unit != unit]

    def unanswered(self, time: float, relay: float) -> list[Lost]:
        """The lost orders whose answer should have come by now, each once."""
        found = [lost for lost in self.lost if not lost.noticed and time >= lost.given + relay]
        for lost in found:
            lost.noticed = True
        return found

    def repeated(self, time: float, after: float) -> list[GiveOrder]:
        """The lost orders that are not waited for any longer, `after` s since they were given."""
        over = [lost for lost in self.lost if lost.noticed and time >= lost.given + after]
        self.lost = [lost for lost in self.lost if lost not in over]
        return [lost.command for lost in over]

    def goals(self, units: list[Unit], time: float) -> set[int]:
        """Fields of what may still be called back."""
        return {was.goal for unit in units if time < unit.acts_at for was, _ in self.before.get(unit.id, ())}

    def due(
        self, units: list[Unit], busy: set[int], tied: set[str], people: Population, time: float
    ) -> list[tuple[Unit, Order]]:
        """The orders whose turn has come. busy : indices of the units that lead somebody ; tied : ids of those that
        change places with another
        """
        found: list[tuple[Unit, Order]] = []
        if not any(self.waiting.values()):
            return found
        for k, unit in enumerate(units):
            waiting = self.waiting.get(unit.id)
            if waiting and unit.id not in tied and done(unit, k in busy, people, time):
                found.append((unit, waiting.pop(0)))
        return found


def done(unit: Unit, busy: bool, people: Population, time: float) -> bool:
    """Whether a unit has done what it was told. busy : it leads somebody"""
    if time < unit.acts_at:
        return False
    match unit.order:
        case Advance() | Withdraw() | Push():
            return unit.remaining == 0.0
        case Cover():
            return False  # until it holds again by itself
        case Arrest() | Escort():
            return not busy and time - unit.acts_at > _ERRAND
        case _:
            return in_place(unit, people) >= _DONE
