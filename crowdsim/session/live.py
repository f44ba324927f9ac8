"""Live: a simulation against the wall clock, in a thread of its own, so that the picture stays smooth."""

import sys
import threading
import time as wall
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from crowdsim.frame import Event, Frame, SourceStatus, empty_frame
from crowdsim.params import Params
from crowdsim.session.commands import Command, SetParam
from crowdsim.session.scenario import Scenario
from crowdsim.world.tilemap import TileMap

if TYPE_CHECKING:
    from crowdsim.session.simulation import Simulation

_PREPARING = {
    "id": "Menyiapkan mesin hitung… (lama hanya pertama kali)",
    "en": "Preparing the engine… (slow only the first time)",
}
_AGAIN = {"id": "Mengulang latihan: {time} detik…", "en": "Playing it again: {time} s…"}
_LAG = 0.93  # share of the asked speed below which the clock is said to be slow


Again = tuple[Sequence[tuple[int, int, Command]], int]
"""A journal, and the tick up to which it is played."""


class Live:
    """Feeds a window. The simulation runs at most one frame ahead of the clock, so a click acts within 0.2 s.

    When the simulation cannot keep the speed asked for, the clock waits for it and `status` says so.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int | None = None,
        threads: int = 0,
        keep: "Callable[[Simulation, Frame], None] | None" = None,
        again: "Again | None" = None,
    ) -> None:
        """`keep` is called in the simulation's thread with every new frame, to record it; `again`: a journal to play
        first, as fast as it goes.
        """
        self.map: TileMap = scenario.map
        self.title = scenario.title
        self.duration = scenario.spec.duration
        self.params: Params = scenario.params
        self.paused = False
        self.speed = 1.0
        self.events: list[Event] = []
        self._plotted: dict[str, tuple[list[float], list[float]]] = {"gate.load": ([], []), "gate.capacity": ([], [])}
        self.series: Mapping[str, tuple[Sequence[float], Sequence[float]]] = self._plotted
        self.simulation: Simulation | None = None
        self._scenario, self._seed, self._threads, self._keep = scenario, seed, threads, keep
        self._again, self._reached = again, 0.0
        self._frames: deque[Frame] = deque([empty_frame(scenario.map, scenario.spec.phase, scenario.title)])
        self._clock = 0.0
        self._asked: deque[Command] = deque()
        self._steps = 0
        self._change = threading.Condition()
        self._stopping = False
        self._error: BaseException | None = None
        self._pace: deque[tuple[float, float]] = deque(maxlen=90)  # (wall s, clock s) of late
        # The simulation asks for the interpreter a dozen times a tick: with the default 5 ms it would wait for each.
        sys.setswitchinterval(0.0005)
        self._thread = threading.Thread(target=self._run, name="simulation", daemon=True)
        self._thread.start()

    # --- the window's side ------------------------------------------------------------------------------------------

    def advance(self, seconds: float) -> tuple[Frame, Frame, float]:
        """Let `seconds` of wall time pass; the two frames around now, and where between them now is."""
        with self._change:
            if self._error is not None:
                raise self._error
            newest = self._frames[-1].time
            if self.simulation is not None:
                if not self.paused:
                    self._clock = min(self._clock + seconds * self.speed, newest, self.duration)
                    self._pace.append((wall.perf_counter(), self._clock))
                else:
                    self._pace.clear()
                    if self._steps and newest > self._clock:
                        self._clock = newest
                        self._steps -= 1
            while len(self._frames) > 2 and self._frames[1].time <= self._clock:
                self._frames.popleft()
            self._change.notify_all()
            before, after = self._frames[0], self._frames[min(1, len(self._frames) - 1)]
        span = after.time - before.time
        blend = min(1.0, max(0.0, (self._clock - before.time) / span)) if span > 0 else 1.0
        return before, after, blend

    def send(self, command: Command) -> None:
        """Ask the simulation for something; it happens at its next tick."""
        if isinstance(command, SetParam):
            self.params = self.params.with_value(command.name, command.value)
        with self._change:
            self._asked.append(command)
            self._change.notify_all()

    def step(self) -> None:
        """While paused: one frame forward."""
        with self._change:
            self._steps += 1
            self._change.notify_all()

    def status(self) -> SourceStatus:
        """How it is doing."""
        if self.simulation is None:
            told = {lang: text.format(time=f"{self._reached:.0f}") for lang, text in _AGAIN.items()}
            return SourceStatus(message=told if self._reached else _PREPARING)
        ended = self._clock >= self.duration - 1e-6
        if len(self._pace) < 30 or ended:
            return SourceStatus(real_time_factor=self.speed, ended=ended)
        (wall0, clock0), (wall1, clock1) = self._pace[0], self._pace[-1]
        factor = (clock1 - clock0) / max(1e-6, wall1 - wall0)
        return SourceStatus(real_time_factor=factor, lagging=factor < _LAG * self.speed, ended=ended)

    def stop(self) -> None:
        """End the simulation's thread, after the tick it is in."""
        with self._change:
            self._stopping = True
            self._change.notify_all()
        if self.simulation is not None:  # while it still compiles there is nothing to wait for
            self._thread.join(timeout=30.0)

    # --- the simulation's side --------------------------------------------------------------------------------------

    def _wanted(self) -> bool:
        newest = self._frames[-1].time
        if newest >= self.duration - 1e-6:
            return False
        if self.paused:
            return self._steps > 0 and newest <= self._clock
        # One frame ahead of the clock, more when a screen refresh is worth more than a frame.
        return newest < self._clock + max(0.1, 0.05 * self.speed) + 1e-6

    def _run(self) -> None:
        try:
            from crowdsim.session.simulation import Simulation  # brings numba, for which the window does not wait

            simulation = Simulation(self._scenario, self._seed, self._threads)
            warm = Simulation(self._scenario, self._seed, self._threads)
            warm.advance()  # compiles, or loads what was compiled; thrown away so that tick 0 is shown
            if self._stopping:
                return
            first = simulation.frame()
            if self._keep:
                self._keep(simulation, first)
            for frame in self._played_again(simulation):
                first = frame
            with self._change:
                self._frames = deque([first])
                self._clock = first.time
                self.events = simulation.events
                self.simulation = simulation
            while True:
                with self._change:
                    self._change.wait_for(lambda: self._stopping or self._wanted(), timeout=1.0)
                    if self._stopping:
                        return
                    if not self._wanted():
                        continue
                    asked = list(self._asked)
                    self._asked.clear()
                for command in asked:
                    simulation.send(command)
                frame = simulation.advance()
                with self._change:
                    self._frames.append(frame)
                    self.events = simulation.events
                    self._plot(frame)
                if self._keep:
                    self._keep(simulation, frame)
        except BaseException as error:
            with self._change:
                self._error = error

    def _played_again(self, simulation: "Simulation") -> "Iterator[Frame]":
        """The frames of the journal that is to be played first, if there is one."""
        from crowdsim.session.again import play_again

        journal, until = self._again or ((), 0)
        for frame in play_again(simulation, simulation, journal, until):
            if self._stopping:
                return
            self._reached = frame.time
            self._plot(frame)
            if self._keep:
                self._keep(simulation, frame)
            yield frame

    def _plot(self, frame: Frame) -> None:
        """Twice a second: load and capacity of the main gate."""
        if frame.tick % 25 or not len(frame.barrier_load):
            return
        k = next((k for k, gate in enumerate(self.map.gates) if gate.kind == "gate"), 0)
        for name, value in (("gate.load", frame.barrier_load[k]), ("gate.capacity", frame.barrier_capacity[k])):
            times, values = self._plotted[name]
            times.append(frame.time)
            values.append(float(value))
