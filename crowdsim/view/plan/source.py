"""A draft as what a window shows: the moment its run will begin with, standing still."""

from dataclasses import replace

from crowdsim.frame import Frame
from crowdsim.params import Params
from crowdsim.session.draft import Draft
from crowdsim.view.source import Still
from crowdsim.world.tilemap import TileMap


class Planned(Still):
    """Answers a window's questions out of a draft."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft.frame)
        self.draft = draft
        self.paused = False
        self._shown: Frame | None = None
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
            self.frame = replace(self._shown, tick=self.frame.tick + 1)
            self._read()
        return super().advance(seconds)
