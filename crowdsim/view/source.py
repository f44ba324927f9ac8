"""What the window asks of whatever feeds it: a live simulation, a recording, a made-up crowd."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from crowdsim.frame import Event, Frame, SourceStatus, empty_frame
from crowdsim.params import Params
from crowdsim.session.commands import Command
from crowdsim.world.tilemap import TileMap

if TYPE_CHECKING:
    from crowdsim.session.scenario import Scenario

Series = Mapping[str, tuple[Sequence[float], Sequence[float]]]
"""Times [s] and values of what is plotted. The window looks for "gate.load" and "gate.capacity" [N/m], the barrier
with the highest share of its capacity at each time; a name that is missing is not drawn."""


class Source(Protocol):
    """Feeds the window. `paused` and `speed` are set by the window and obeyed by the source."""

    map: TileMap
    title: dict[str, str]  # {"id", "en"}
    duration: float  # s
    params: Params  # as they are now
    paused: bool
    speed: float  # simulated seconds per wall second asked for
    events: list[Event]  # grows, in the order of time
    series: Series

    def advance(self, seconds: float) -> tuple[Frame, Frame, float]:
        """Let `seconds` of wall time pass; the two frames around now and where between them now is, 0..1."""

    def send(self, command: Command) -> None:
        """Ask the simulation for something."""

    def step(self) -> None:
        """While paused: one frame forward."""

    def status(self) -> SourceStatus:
        """How it is doing."""


class Bare:
    """The place alone: what is shown when nothing can be played on it."""

    def __init__(self, of: Source) -> None:
        self.map, self.title, self.duration, self.params = of.map, of.title, of.duration, of.params
        self.paused, self.speed = True, 1.0
        self.events: list[Event] = []
        self.series: Series = {}
        self._frame = empty_frame(of.map, caption=of.title)

    def advance(self, seconds: float) -> tuple[Frame, Frame, float]:
        """Always the same."""
        return self._frame, self._frame, 1.0

    def send(self, command: Command) -> None:
        """Nobody is there."""

    def step(self) -> None:
        """Nothing moves."""

    def status(self) -> SourceStatus:
        """Nothing to say."""
        return SourceStatus()


class Broken(Protocol):
    """A recorded run that was cut off."""

    @property
    def title(self) -> dict[str, str]:
        """The scenario's, {"id", "en"}."""

    @property
    def time(self) -> float:
        """s, of its last moment."""


class Opener(Protocol):
    """Gives the window something else to show; whoever starts the window brings it along."""

    path: Path | None  # of the scenario that is played

    def play(self, scenario: "Scenario") -> Source:
        """Begin a run of a checked scenario; the run before it ends."""

    def stop(self) -> None:
        """End the run there is."""

    def resume(self, broken: Broken) -> Source:
        """Play a run that was cut off again, up to where it ended, and go on from there."""

    def forget(self, broken: Broken) -> None:
        """It is not to be offered again."""
