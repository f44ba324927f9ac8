"""Crossings: people who come past a line that stands, and lines that stand no more."""

from dataclasses import dataclass, field

import numpy as np

from crowdsim.behaviour.officers import Unit
from crowdsim.frame import Event
from crowdsim.population.population import Population
from crowdsim.population.roles import Status

_ACTIVE = int(Status.ACTIVE)
_STAYS = 2.0  # s somebody is past a line before he has crossed it
_WITHIN, _BREACH = 10.0, 3  # s, and crossings within them that are a breach; fewer are a leak
_REARM = 15.0  # s
_FILLED, _HALF = 0.6, 0.5  # m from a slot, share of slots: with fewer filled a line has collapsed
_DRIVEN, _HELD = 1.5, 2.0  # m its officers are off on average, s


@dataclass
class Line:
    """What is remembered of a line from one second to the next."""

    past: np.ndarray  # f4[n], s each person has been past it
    crossed: list[float] = field(default_factory=list)  # s
    leak_told: float = -np.inf  # s
    breach_told: float = -np.inf  # s
    shaken: float = 0.0  # s it has been no line
    fallen: float = -np.inf  # s, when the order was given under which it collapsed


@dataclass
class Crossings:
    """`line_leak`, `line_breach` with cause `crossed`, and `line_collapse`."""

    lines: dict[str, Line] = field(default_factory=dict)

    def look(
        self,
        units: list[Unit],
        past: dict[str, np.ndarray],
        off: np.ndarray,
        people: Population,
        tick: int,
        time: float,
    ) -> list[Event]:
        """Once a second. past : rows of the demonstrators who have come past each line that once stood closed ;
        off : f4[k], m, how far each officer is from where he was told to be, one unit after the other

        A crossing is somebody past it for 2 s; one or two within 10 s are a leak, three a breach, told each 15 s.
        A line has collapsed when for 2 s less than half of its slots is filled within 0.6 m, or its officers are 1.5 m
        off their slots on average; told once for each order. Source: docs/model.md [D].
        """
        events: list[Event] = []
        for unit in units:
            if unit.id not in past:
                self.lines.pop(unit.id, None)
                continue
            if unit.id not in self.lines:
                self.lines[unit.id] = Line(np.zeros(people.capacity, np.float32))
            line = self.lines[unit.id]
            first, end = unit.span
            events += _crossing(unit, line, past[unit.id], people, tick, time)
            events += _collapse(unit, line, off[first - units[0].span[0] : end - units[0].span[0]], people, tick, time)
        return events


def _crossing(unit: Unit, line: Line, rows: np.ndarray, people: Population, tick: int, time: float) -> list[Event]:
    stayed = line.past[rows] + 1.0
    line.past.fill(0.0)
    line.past[rows] = stayed
    fresh = rows[stayed == _STAYS]
    line.crossed = [when for when in line.crossed if time - when < _WITHIN] + [time] * len(fresh)
    if not len(fresh):
        return []
    x, y = people.position[fresh].mean(axis=0).tolist()
    many = float(len(line.crossed))
    if many >= _BREACH and time - line.breach_told >= _REARM:
        line.breach_told = line.leak_told = time
        words = {"id": f"Barisan {unit.label} ditembus", "en": f"Line {unit.label} is crossed"}
        return [Event(tick, time, "line_breach", (x, y), unit.id, many, words, "crossed")]
    if many < _BREACH and time - line.leak_told >= _REARM:
        line.leak_told = time
        words = {"id": f"Ada yang lolos dari barisan {unit.label}", "en": f"Somebody came past line {unit.label}"}
        return [Event(tick, time, "line_leak", (x, y), unit.id, many, words)]
    return []


def _collapse(unit: Unit, line: Line, off: np.ndarray, people: Population, tick: int, time: float) -> list[Event]:
    here = people.status[slice(*unit.span)] == _ACTIVE
    filled = np.count_nonzero((off < _FILLED) & here) / len(off)
    gone = unit.remaining == 0.0 and (filled < _HALF or float(off[here].mean()) > _DRIVEN)
    line.shaken = line.shaken + 1.0 if gone else 0.0
    if line.shaken < _HELD or line.fallen == unit.since:
        return []
    line.fallen = unit.since
    x, y = people.position[unit.rows].mean(axis=0).tolist()
    words = {"id": f"Barisan {unit.label} runtuh", "en": f"Line {unit.label} has collapsed"}
    return [Event(tick, time, "line_collapse", (x, y), unit.id, round(filled, 2), words)]
