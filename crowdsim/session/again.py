"""Playing a journal again in a run that has its own timeline."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from crowdsim.frame import Frame
from crowdsim.session.commands import Command
from crowdsim.session.simulation import Simulation


class Playing(Protocol):
    """Plays a simulation: the simulation itself, or whoever alone may move it on."""

    def send(self, command: Command) -> None:
        """Ask for a command at this moment."""

    def advance(self) -> Frame:
        """Play on to the next frame."""


def play_again(
    run: Playing, simulation: Simulation, journal: Sequence[tuple[int, int, Command]], until: int
) -> Iterator[Frame]:
    """Play a fresh `simulation` up to the tick `until`, giving it what the journal holds beyond its own timeline.

    Every command has a number in the order it was asked for; one the timeline asks for by itself turns up under the
    number the journal has, what is missing came from outside, and that is asked between two frames. Yields each frame;
    equal `simulation.hashes` tell that it is the same run.
    """
    left = sorted(journal, key=lambda item: item[:2])
    while simulation.tick < until:
        while left and left[0][0] <= simulation.tick:
            _, sequence, command = left.pop(0)
            if not simulation.has_queued(sequence):
                run.send(command)
        yield run.advance()
