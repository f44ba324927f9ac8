"""Playing a journal again into a session that has its own timeline."""

from collections.abc import Iterator, Sequence

from crowdsim.frame import Frame
from crowdsim.session.branches import Branches
from crowdsim.session.commands import Command


def play_again(branches: Branches, journal: Sequence[tuple[int, int, Command]], until: int) -> Iterator[Frame]:
    """Play a fresh session up to the tick `until`, giving it what the journal holds beyond its own timeline.

    Every command has a number in the order it was asked for; one the timeline asks for by itself turns up under the
    number the journal has, what is missing came from outside, between two frames. Yields each frame; equal hashes tell
    that it is the same run.
    """
    left = sorted(journal, key=lambda item: item[:2])
    while branches.simulation.tick < until:
        while left and left[0][0] <= branches.simulation.tick:
            _, sequence, command = left.pop(0)
            if not branches.simulation.has_queued(sequence):
                branches.send(command)
        yield branches.advance()
