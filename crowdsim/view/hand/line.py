"""A line drawn on the ground: the front of a formation, straight or bent, shared out among units."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from crowdsim.behaviour.formations import LINES, place, shaped
from crowdsim.behaviour.unit import FormUp
from crowdsim.frame import UnitView

Point = tuple[float, float]

_RANKS = ("bersaf1t", "bersaf2", "bersaf3")  # one, two and three ranks of a closed line
_APART = 0.7  # m between the fronts of two units
_DRAWN = 1.1  # a front may be so much longer than the line: nobody draws to the decimetre
_SHORTEST = 1.0  # m: a shorter line says where, and not how wide or which way


@dataclass(frozen=True)
class Line:
    """From the left end of a front to its right end; the unit looks to the left of the way it was drawn."""

    start: Point  # m
    end: Point
    formation: str
    bend: float = 0.0  # m, the middle before the ends

    @property
    def middle(self) -> Point:
        """Half way between its ends."""
        return (self.start[0] + self.end[0]) / 2, (self.start[1] + self.end[1]) / 2

    @property
    def length(self) -> float:
        """m."""
        return math.dist(self.start, self.end)

    @property
    def heading(self) -> float:
        """Where the front looks, rad: the right of the front lies at the end of the line."""
        return math.atan2(self.end[1] - self.start[1], self.end[0] - self.start[0]) - math.pi / 2

    @property
    def handle(self) -> Point:
        """Where the middle of the front is, bent as it is, m."""
        x, y = self.middle
        return x + self.bend * math.cos(self.heading), y + self.bend * math.sin(self.heading)

    @property
    def front(self) -> np.ndarray:
        """Points along it, f8[k, 2], m, the arc if it is bent."""
        if abs(self.bend) < 0.05:
            return np.array([self.start, self.end])
        rise, half = abs(self.bend), self.length / 2
        circle = (half**2 + rise**2) / (2 * rise)
        angle = np.linspace(-1, 1, 25) * 2 * math.atan2(rise, half)
        arc = np.column_stack([circle * np.sin(angle), circle * (1 - np.cos(angle)) - rise])
        return place(arc * (1.0, math.copysign(1.0, self.bend)), self.middle, self.heading)

    def bent_to(self, at: Point) -> "Line":
        """The same line with its middle drawn to the height of a point."""
        x, y = self.middle
        ahead = (at[0] - x) * math.cos(self.heading) + (at[1] - y) * math.sin(self.heading)
        most = self.length / 2
        return replace(self, bend=round(min(max(ahead, -most), most), 1))

    def order(self, heading: float) -> FormUp:
        """What it tells one unit; a line that is none keeps the `heading` (rad) the unit has."""
        x, y = self.middle
        at = (round(x, 2), round(y, 2))
        if self.length < _SHORTEST:
            return FormUp(self.formation, at, round(heading, 4))
        return FormUp(self.formation, at, round(self.heading, 4), width=round(self.length, 2), bend=self.bend)

    def shared(self, units: Sequence[UnitView]) -> dict[str, "Line"]:
        """A piece for each unit by its numbers, so that they cross each other's way as little as they can."""
        if len(units) == 1:
            return {units[0].id: self}
        right = (-math.sin(self.heading), math.cos(self.heading))
        along = sorted(units, key=lambda unit: (unit.centre[0] * right[0] + unit.centre[1] * right[1], unit.id))
        own = [float(np.ptp(shaped(self.formation, unit.count)[:, 0])) + _APART for unit in along]
        more = max(1.0, self.length / sum(own))  # a line too short for them all is drawn out to both sides
        at, pieces = -more * sum(own) / 2, {}
        for unit, wide in zip(along, own, strict=True):
            ends = (at + _APART / 2, at + more * wide - _APART / 2)
            at += more * wide
            start, end = ((self.middle[0] + s * right[0], self.middle[1] + s * right[1]) for s in ends)
            pieces[unit.id] = Line(start, end, self.formation)
        return pieces


def slots_of(order: FormUp, count: int) -> np.ndarray:
    """Where the officers of a unit will stand, f8[count, 2], m: the slots the order gives them."""
    assert isinstance(order.at, tuple) and order.heading is not None
    return place(shaped(order.formation, count, 0.0, order.width, order.bend), order.at, order.heading)


def fitting(units: Sequence[UnitView], length: float) -> str:
    """The formation for a line of so many m when none was chosen: the one the first unit stands in if that is a line,
    else a closed rank; and as many ranks more as the line is too short, so that it fits a passage it is drawn across.
    """
    stands = units[0].formation if units and units[0].formation in LINES else _RANKS[0]
    if stands not in _RANKS or length < _SHORTEST:
        return stands
    deeper = _RANKS[_RANKS.index(stands) :]
    count = sum(unit.count for unit in units)
    return next((name for name in deeper if np.ptp(shaped(name, count)[:, 0]) <= _DRAWN * length), deeper[-1])
