"""What the window asks of whatever feeds it: a live simulation, a recording, a made-up crowd."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from crowdsim.behaviour.sop import Profile
from crowdsim.frame import BranchView, Comparison, Event, Frame, Portrait, SourceStatus, empty_frame
from crowdsim.params import Params
from crowdsim.session.commands import Command
from crowdsim.world.tilemap import TileMap

if TYPE_CHECKING:
    from crowdsim.metrics.assessor import Standing
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
    events: list[Event]  # all that is known, in the order of time: what is shown may be earlier
    series: Series
    run_file: Path | None  # where it is recorded; None = nowhere

    def advance(self, seconds: float) -> tuple[Frame, Frame, float]:
        """Let `seconds` of wall time pass; the two frames around now and where between them now is, 0..1."""

    def send(self, command: Command) -> None:
        """Ask the simulation for something."""

    def step(self, frames: int = 1) -> None:
        """While paused: so many frames forward, or back."""

    @property
    def known(self) -> float:
        """s up to which any moment can be shown."""

    def seek(self, time: float, hold: bool = False) -> None:
        """Show a known moment, s. `hold`: the hand is still on it, so that another will follow at once."""

    def status(self) -> SourceStatus:
        """How it is doing."""


@runtime_checkable
class Branching(Source, Protocol):
    """A source in which other futures can be tried: a live session. A recording has none."""

    def branches(self) -> tuple[BranchView, ...]:
        """The futures that were tried, in the order they began."""

    def switch(self, branch: str) -> None:
        """Show another branch, by its id, at the same moment as far as it is known."""

    def rename(self, branch: str, name: str) -> None:
        """Call a branch something else."""

    def seen(self, branch: str, time: float) -> tuple[Frame, Frame, float] | None:
        """Two frames of any branch around a time, s, and where between them it lies."""

    def compared(self, one: str, other: str) -> Comparison | None:
        """Which numbers of two branches differ; None until it is reckoned."""


@runtime_checkable
class Judged(Source, Protocol):
    """A source whose run is judged as it goes on."""

    def standing(self, time: float) -> "Standing | None":
        """How the run stood at a second; None before anybody looked."""


@runtime_checkable
class Obedient(Source, Protocol):
    """A source that does what it is asked for: a live simulation."""

    profile: Profile  # the doctrine it is played by

    def inspect(self, kind: str, which: str | int) -> Portrait | None:
        """What is known about a person (row), a unit (id) or a barrier (index); None until it has been looked up."""

    @property
    def crowds(self) -> tuple[str, ...]:
        """The crowds that have a wish: whom a rumour reaches."""

    @property
    def open_exits(self) -> tuple[str, ...]:
        """The exits the public may use now."""

    @property
    def late_crowds(self) -> tuple[str, ...]:
        """The crowds of which somebody has yet to come."""


class Still:
    """One moment in which nothing runs: time does not pass, and commands have nobody to reach."""

    def __init__(self, frame: Frame) -> None:
        """Whoever is one adds map, title, duration and parameters."""
        self.paused, self.speed = True, 1.0
        self.events: list[Event] = []
        self.series: Series = {}
        self.run_file: Path | None = None
        self.frame = frame

    def advance(self, seconds: float) -> tuple[Frame, Frame, float]:
        """Always the same."""
        return self.frame, self.frame, 1.0

    def send(self, command: Command) -> None:
        """Nobody is there."""

    def step(self, frames: int = 1) -> None:
        """Nothing moves."""

    @property
    def known(self) -> float:
        """There is no time."""
        return 0.0

    def seek(self, time: float, hold: bool = False) -> None:
        """There is no other moment."""

    def status(self) -> SourceStatus:
        """Nothing to say."""
        return SourceStatus()


class Bare(Still):
    """The place alone: what is shown when nothing can be played on it."""

    def __init__(self, of: Source) -> None:
        super().__init__(empty_frame(of.map, caption=of.title))
        self.map, self.title, self.duration, self.params = of.map, of.title, of.duration, of.params


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
