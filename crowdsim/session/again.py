"""Playing a journal again into a simulation that has its own timeline."""

from collections.abc import Iterator, Sequence

from crowdsim.frame import Frame
from crowdsim.session.commands import Command
from crowdsim.session.simulation import Simulation


def play_again(simulation: Simulation, journal: Sequence[tuple[int, int, Command]], until: int) -> Iterator[Frame]:
    """Run a fresh simulation up to the tick `until`, giving it what the journal holds beyond its own timeline.

    Every command has a number in the order it was asked for; one the timeline asks for by itself turns up under the
    number the journal has, what is missing came from outside. Yields each frame;
    equal `simulation.hashes` tell that it is the same run.
    """
    every = int(simulation.params.time.record_every)
    left = sorted(journal, key=lambda item: item[:2])
    while simulation.tick < until:
        for _ in range(every):
            while left and left[0][0] <= simulation.tick:
                _, sequence, command = left.pop(0)
                if not simulation.has_queued(sequence):
                    simulation.send(command)
            simulation.step()
        yield simulation.frame()
