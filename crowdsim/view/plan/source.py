"""A draft as what a window shows: the moment its run will begin with, standing still."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from crowdsim.frame import Event, Frame, SourceStatus
from crowdsim.params import Params
from crowdsim.session.commands import Command
from crowdsim.session.draft import Draft
from crowdsim.world.tilemap import TileMap


class Planned:
    """Answers a window's questions out of a draft. Time does not pass, and commands have nobody to reach."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.paused = False
        self.run_file: Path | None = None
        self.speed = 1.0
        self.events: list[Event] = []
        self.series: Mapping[str, tuple[Sequence[float], Sequence[float]]] = {}
        self._shown: Frame | None = None
        self._numbered = draft.frame
        self._read()

    def _read(self) -> None:
        scenario = self.draft.scenario
        self.map: TileMap = scenario.map
        self.title = scenario.title
        self.duration = scenario.spec.duration
        self.params: Params = scenario.params

    def advance(self, seconds: float) -> tuple[Frame, Frame, float]:
        """Always the first moment."""
        if self.draft.frame is not self._shown:
            self._shown = self.draft.frame
            # Another number for each: a picture looks again at a frame only when its tick is another one.
            self._numbered = replace(self._shown, tick=self._numbered.tick + 1)
            self._read()
        return self._numbered, self._numbered, 1.0

    def send(self, command: Command) -> None:
        """Nothing runs yet."""

    def step(self, frames: int = 1) -> None:
        """Nothing runs yet."""

    @property
    def known(self) -> float:
        """Only the first moment is."""
        return 0.0

    def seek(self, time: float, hold: bool = False) -> None:
        """There is no other moment yet."""

    def status(self) -> SourceStatus:
        """Ready."""
        return SourceStatus()
