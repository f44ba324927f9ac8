"""Agenda: the commands that are due at a tick, and the entries of the timeline that wait for something to happen."""

from collections.abc import Callable, Iterator, Sequence

from crowdsim.frame import Event
from crowdsim.session.commands import Command
from crowdsim.session.schema import Entry, When


class Agenda:
    """What is yet to come. Commands of one tick keep the order in which they were asked for."""

    def __init__(self, timeline: Sequence[Entry], dt: float) -> None:
        """dt : s of a tick"""
        self._dt = dt
        self._due: list[tuple[int, int, Command, When | None]] = []
        self._waiting: list[Entry] = []
        self._sequence = 0
        for entry in timeline:
            if entry.at is not None:
                self.add(round((entry.at + entry.after) / dt), entry.command(), entry.unless)
            else:
                self._waiting.append(entry)

    def add(self, tick: int, command: Command, unless: When | None = None) -> None:
        """Put a command down for a tick; it is left out then if `unless` holds."""
        self._due.append((tick, self._sequence, command, unless))
        self._sequence += 1
        self._due.sort(key=lambda item: item[:2])

    def has_had(self, sequence: int) -> bool:
        """Whether the command of this number waits for its tick, or has had it."""
        return sequence < self._sequence

    def due(self, tick: int) -> Iterator[tuple[int, Command, When | None]]:
        """Take out what is due by a tick, one after the other, and what is put down meanwhile: number, command, and
        what it is left out for."""
        while self._due and self._due[0][0] <= tick:
            yield self._due.pop(0)[1:]

    def happened(self, event: Event, tick: int) -> None:
        """Put down what waited for an event."""
        for entry in [e for e in self._waiting if e.when and e.when.event == event.kind]:
            when = entry.when
            if when is None or event.time < when.since:
                continue
            if when.subject in ("", event.subject) and when.cause in ("", event.cause):
                self._call(entry, tick)

    def look(self, holds: Callable[[When], bool], tick: int) -> None:
        """Put down what waited for a state of things that holds now."""
        for entry in [e for e in self._waiting if e.when and not e.when.event]:
            if entry.when and holds(entry.when):
                self._call(entry, tick)

    def _call(self, entry: Entry, tick: int) -> None:
        self._waiting.remove(entry)
        self.add(tick + 1 + round(entry.after / self._dt), entry.command(), entry.unless)
