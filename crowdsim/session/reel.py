"""Reel: frames kept in memory, so that a hand that drags the time sees at once what was then."""

import threading
from bisect import bisect_right, insort
from collections import deque
from dataclasses import fields

import numpy as np

from crowdsim.frame import Frame

_LATEST = 150  # frames between the regular ones that are kept, the last that came: for going back step by step
_BESIDE = 8_000  # bytes of a frame that are not arrays: units, captions, readings
_OF_ALL = ("radius", "role", "unit")  # arrays that all frames of a run share


class Reel:
    """Frames by tick: one every `spacing` ticks for good, and the latest of those between. Any thread may use it."""

    def __init__(self, spacing: int) -> None:
        self.spacing = spacing
        self.size = 0  # bytes of the regular frames
        self._frames: dict[int, Frame] = {}
        self._ticks: list[int] = []  # sorted
        self._between: deque[int] = deque()
        self._lock = threading.Lock()

    def add(self, frame: Frame) -> None:
        """Keep a frame; one of the same tick is the same."""
        with self._lock:
            if frame.tick in self._frames:
                return
            self._frames[frame.tick] = frame
            insort(self._ticks, frame.tick)
            if frame.tick % self.spacing == 0:
                self.size += size_of(frame)
                return
            self._between.append(frame.tick)
            if len(self._between) > _LATEST:
                self._drop(self._between.popleft())

    def around(self, tick: float, until: float = float("inf")) -> tuple[Frame, Frame] | None:
        """The last frame up to a tick and the next one, none of them after `until`; None when there is neither."""
        with self._lock:
            k = bisect_right(self._ticks, min(tick, until))
            near = [t for t in self._ticks[max(0, k - 1) : k + 1] if t <= until]
            return (self._frames[near[0]], self._frames[near[-1]]) if near else None

    def thin(self) -> None:
        """Keep every second of the regular frames only."""
        with self._lock:
            self.spacing *= 2
            for tick in [t for t in self._ticks if t % self.spacing and t not in self._between]:
                self.size -= size_of(self._drop(tick))

    def _drop(self, tick: int) -> Frame:
        self._ticks.remove(tick)
        return self._frames.pop(tick)


def size_of(frame: Frame) -> int:
    """Bytes a frame takes that no other frame shares."""
    own = (getattr(frame, field.name) for field in fields(frame) if field.name not in _OF_ALL)
    return _BESIDE + sum(value.nbytes for value in own if isinstance(value, np.ndarray))
