"""Playback: a recorded run feeds a window, as a live one does; it can be wound to any second."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from crowdsim.frame import Event, Frame, SourceStatus
from crowdsim.metrics.assessor import Assessor, Standing
from crowdsim.metrics.session import Session
from crowdsim.params import Params
from crowdsim.record.recorder import Recording
from crowdsim.session.commands import Command
from crowdsim.world.tilemap import TileMap

_PLOTTED = ("gate.load", "gate.capacity")
_SECONDS = 5  # that are judged for one picture, at most: after a leap the score catches up
_BEFORE = 0.2  # s: two frames are wanted, the one before the clock and the one after


class Playback:
    """Shows what was recorded. Nothing can be asked of it: what is sent to it goes nowhere."""

    def __init__(self, recording: Recording, tile_map: TileMap, params: Params, session: Session | None = None) -> None:
        """params : those the run began with ; session : what it is judged by, None = nobody judges it"""
        self.map = tile_map
        self.title = {
            "id": f"{recording.meta['title'].get('id', '')} (rekaman)",
            "en": f"{recording.meta['title'].get('en', '')} (recording)",
        }
        self.duration = recording.times[-1]
        self.params = params
        self.paused = False
        self.speed = 1.0
        self._recording = recording
        self.events: list[Event] = recording.events
        self.series: Mapping[str, tuple[Sequence[float], Sequence[float]]] = {n: recording.series(n) for n in _PLOTTED}
        self._session = session
        self._assessor = Assessor()
        self._judged = -1  # s up to which it has been looked at
        self.seek(0.0)

    def standing(self, time: float) -> Standing | None:
        """How the run stood at a second. Looked at second by second, so that flags have theirs; nothing else waits."""
        if self._session is None:
            return None
        for second in range(self._judged + 1, min(int(time), self._judged + _SECONDS) + 1):
            self._assessor.look(self._session.until(float(second)))
            self._judged = second
        return self._assessor.at(time)

    @property
    def known(self) -> float:
        """All of it, s."""
        return self.duration

    def seek(self, time: float, hold: bool = False) -> None:
        """Wind to a second; with or without a hand on it."""
        self._clock = min(max(0.0, time), self.duration)
        self._coming: Iterator[Frame] = self._recording.frames(max(0.0, self._clock - _BEFORE))
        self._before = self._after = next(self._coming)
        self._follow()

    def _follow(self) -> None:
        """Take frames until those around the clock are at hand."""
        while self._after.time < self._clock - 1e-9:
            following = next(self._coming, None)
            if following is None:
                break
            self._before, self._after = self._after, following

    def advance(self, seconds: float) -> tuple[Frame, Frame, float]:
        """Let `seconds` of wall time pass; the two frames around now, and where between them now is."""
        if not self.paused:
            self._clock = min(self._clock + seconds * self.speed, self.duration)
            self._follow()
        span = self._after.time - self._before.time
        blend = (self._clock - self._before.time) / span if span > 0 else 1.0
        return self._before, self._after, min(1.0, max(0.0, blend))

    def send(self, command: Command) -> None:
        """A recording takes no commands."""

    def step(self, frames: int = 1) -> None:
        """While paused: so many frames forward, or back."""
        times = self._recording.times
        k = bisect_right(times, self._clock + 1e-6) - 1 + frames
        if frames == 1 and k < len(times):
            self._clock = times[k]
            self._follow()
        else:
            self.seek(times[min(max(0, k), len(times) - 1)])

    def status(self) -> SourceStatus:
        """How it is doing."""
        return SourceStatus(real_time_factor=self.speed, ended=self._clock >= self.duration - 1e-6)
