"""Playback: a recorded run feeds a window, as a live one does; it can be wound to any second."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from crowdsim.frame import Event, Frame, SourceStatus
from crowdsim.metrics.assessor import Assessor, Standing
from crowdsim.metrics.session import Session
from crowdsim.params import Params
from crowdsim.record.recorder import Recording
from crowdsim.session.commands import Command, SetParam, decode
from crowdsim.world.tilemap import TileMap

_SECONDS = 5  # that are judged for one picture, at most: after a leap the score catches up
_PLOTTED = ("gate.load", "gate.capacity")


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
        self._first_params, self.params = params, params
        dt = float(recording.meta["dt"])
        commands = [(tick * dt, decode(command)) for tick, _, command in recording.journal()]
        self._turned = [(time, command) for time, command in commands if isinstance(command, SetParam)]
        self.paused = False
        self.speed = 1.0
        self.run_file: Path | None = recording.path
        self._recording = recording
        self._plotted = {name: recording.series(name) for name in _PLOTTED}
        self.events: list[Event] = recording.events  # all that is known: what is shown may be earlier
        self.series: Mapping[str, tuple[Sequence[float], Sequence[float]]] = {}
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
        """s up to which any moment can be shown."""
        return self.duration

    def seek(self, time: float, hold: bool = False) -> None:
        """Show a moment, s. `hold`: the hand is still on it, which makes no difference here."""
        self._clock = min(max(0.0, time), self.duration)
        self._coming: Iterator[Frame] = self._recording.frames(max(0.0, self._clock - 0.2))
        self._before = self._after = next(self._coming)
        self._follow()

    def _follow(self) -> None:
        """Take frames until those around the clock are at hand; what has been observed by then."""
        while self._after.time < self._clock - 1e-9:
            following = next(self._coming, None)
            if following is None:
                break
            self._before, self._after = self._after, following
        self.params = self._first_params
        for time, turned in self._turned:
            if time <= self._clock + 1e-6:
                self.params = self.params.with_value(turned.name, turned.value)
        until = {name: bisect_right(times, self._clock + 1e-6) for name, (times, _) in self._plotted.items()}
        self.series = {name: (t[: until[name]], v[: until[name]]) for name, (t, v) in self._plotted.items()}

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
        if frames != 1:
            times = self._recording.times
            at = bisect_right(times, self._clock + 1e-9) - 1 + frames
            self.seek(times[min(max(at, 0), len(times) - 1)])
            return
        following = next(self._coming, None) if self._after.time <= self._clock + 1e-9 else self._after
        if following is not None:
            self._clock = following.time
            if following is not self._after:
                self._before, self._after = self._after, following
            self._follow()

    def status(self) -> SourceStatus:
        """How it is doing."""
        return SourceStatus(real_time_factor=self.speed, ended=self._clock >= self.duration - 1e-6)
