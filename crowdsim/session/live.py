"""Live: a simulation against the wall clock, in a thread of its own, so that the picture stays smooth."""

import sys
import threading
import time as wall
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crowdsim.frame import BranchView, Comparison, Event, Frame, Portrait, SourceStatus, empty_frame
from crowdsim.params import Params
from crowdsim.session.commands import TRAINER, Command, SetParam
from crowdsim.session.scenario import Scenario
from crowdsim.starting import compile_apart
from crowdsim.world.tilemap import TileMap

if TYPE_CHECKING:
    from crowdsim.session.branches import Branch, Branches
    from crowdsim.session.simulation import Simulation

    Keep = Callable[[Branch, Simulation, Frame], None]
    Judge = Callable[[str, float], Any]
    Compare = Callable[[Scenario, Branch, Branch], Comparison]

_PREPARING = {
    "id": "Menyiapkan mesin hitung… (lama hanya pertama kali)",
    "en": "Preparing the engine… (slow only the first time)",
}
_AGAIN = {"id": "Mengulang latihan: {time} detik…", "en": "Playing it again: {time} s…"}
_LAG = 0.93  # share of the asked speed below which the clock is said to be slow
_PLOTTED = ("gate.load", "gate.capacity")
_COMPARED_EVERY = 2.0  # s by which futures must have grown to be compared again


Again = tuple[Sequence[tuple[int, int, Command]], int]
"""A journal, and the tick up to which it is played."""


class Live:
    """Feeds a window. The simulation runs at most one frame ahead of the clock, so a click acts within 0.2 s.

    When the simulation cannot keep the speed asked for, the clock waits for it and `status` says so. While the time
    is dragged, frames kept of that moment are shown at once; the state follows when the hand lets go.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int | None = None,
        threads: int = 0,
        keep: "Keep | None" = None,
        compare: "Compare | None" = None,
        judge: "Judge | None" = None,
        again: "Again | None" = None,
    ) -> None:
        """Both are called in the simulation's thread: `keep` with every new frame, to record it; `compare` with two
        branches, to say which of their numbers differ. `judge` says how a branch stood at a second. `again`: a journal
        to play first, as fast as it goes.
        """
        self.map: TileMap = scenario.map
        self.title, self.profile = scenario.title, scenario.profile
        self.duration = scenario.spec.duration
        self.params: Params = scenario.params
        self.paused = False
        self.speed = 1.0
        self.run_file: Path | None = None  # where whoever keeps the frames records them
        self.events: list[Event] = []
        self.series: Mapping[str, tuple[Sequence[float], Sequence[float]]] = {name: ([], []) for name in _PLOTTED}
        self._scenario, self._seed, self._threads = scenario, seed, threads
        self._keep, self._compare, self._judge = keep, compare, judge
        self._branches: Branches | None = None
        self._frames: deque[Frame] = deque([empty_frame(scenario.map, scenario.spec.phase, scenario.title)])
        self._again, self._reached = again, 0.0
        self._clock = 0.0
        self._asked: deque[Callable[[Branches], None]] = deque()
        self._looked_at: float | None = None  # s: shown from the frames kept, until the state is there
        self._goal: float | None = None  # s: where the simulation shall go
        self._steps = 0
        self._compared: tuple[str, str, float, Comparison | None] = ("", "", -1.0, None)
        self._frame_time = scenario.params.time.record_every * scenario.params.time.dt
        self._question: tuple[str, str | int] | None = None
        self._answer: Portrait | None = None
        self._answered = -1  # tick of the answer
        self._wonders = False  # whether somebody waits for it
        self._change = threading.Condition()
        self._stopping = False
        self._began = False  # the first state is there, and may be kept
        self._working = False  # the simulation's thread is
        self._error: BaseException | None = None
        self._pace: deque[tuple[float, float]] = deque(maxlen=90)  # (wall s, clock s) of late
        # The simulation asks for the interpreter a dozen times a tick: with the default 5 ms it would wait for each.
        sys.setswitchinterval(0.0005)
        self._thread = threading.Thread(target=self._run, name="simulation", daemon=True)
        self._thread.start()

    # --- the window's side ------------------------------------------------------------------------------------------

    @property
    def simulation(self) -> "Simulation | None":
        """The simulation where it is now; None while it is being prepared."""
        return self._branches.simulation if self._branches else None

    def advance(self, seconds: float) -> tuple[Frame, Frame, float]:
        """Let `seconds` of wall time pass; the two frames around now, and where between them now is."""
        with self._change:
            if self._error is not None:
                raise self._error
            if self._looked_at is not None and self._branches is not None:
                return self._branches.seen(self._branches.current.id, self._looked_at)
            newest = self._frames[-1].time
            if self._branches is not None:
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
        """Ask the simulation for something in the name of the trainer; it happens at its next tick.

        In the past it opens another branch.
        """
        command = replace(command, operator=command.operator or TRAINER)
        if isinstance(command, SetParam):
            self.params = self.params.with_value(command.name, command.value)
        self._ask(lambda branches: branches.send(command))

    def inspect(self, kind: str, which: str | int) -> Portrait | None:
        """What the simulation knows about a person (row), a unit (id) or a barrier (index), as of its newest frame.

        None until it has looked: it does so between two ticks, and again whenever it is asked.
        """
        with self._change:
            if (kind, which) != self._question:
                self._question, self._answer, self._answered = (kind, which), None, -1
            self._wonders = True
            self._change.notify_all()
            return self._answer

    @property
    def crowds(self) -> tuple[str, ...]:
        """The crowds of demonstrators."""
        return tuple(crowd.id for crowd in self._scenario.spec.crowd if crowd.role == "demonstrator")

    @property
    def open_exits(self) -> tuple[str, ...]:
        """The exits the public may use now."""
        return self.simulation.open_exits if self.simulation else ()

    @property
    def late_crowds(self) -> tuple[str, ...]:
        """The crowds of which somebody has yet to come."""
        crowds = self.simulation.crowds if self.simulation else ()
        return tuple(crowd.id for crowd in crowds if crowd.arrive > self._clock)

    def step(self, frames: int = 1) -> None:
        """While paused: one frame forward, or so many back."""
        if frames < 0:
            now = self._clock if self._looked_at is None else self._looked_at
            self.seek(self._frame_time * (round(now / self._frame_time) + frames))
            return
        with self._change:
            self._steps += frames
            self._change.notify_all()

    def status(self) -> SourceStatus:
        """How it is doing."""
        if self._branches is None:
            told = {lang: text.format(time=f"{self._reached:.0f}") for lang, text in _AGAIN.items()}
            return SourceStatus(message=told if self._reached else _PREPARING)
        ended = self._clock >= self.duration - 1e-6 and self._looked_at is None
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
        if self._began:  # while it still compiles there is nothing to wait for
            self._thread.join(timeout=30.0)

    @property
    def untouched(self) -> bool:
        """Whether no time has passed for whoever looks: the simulation is always a little ahead."""
        return self._clock == 0.0 and self._branches is not None and self._branches.untouched

    @property
    def idle(self) -> bool:
        """Whether nothing is left to do until the clock moves on or somebody asks for something."""
        with self._change:
            return self._branches is not None and not self._working and not self._has_work()

    # --- time and branches ------------------------------------------------------------------------------------------

    @property
    def known(self) -> float:
        """s up to which the branch shown was played."""
        return self._branches.current.known * self.params.time.dt if self._branches else 0.0

    def seek(self, time: float, hold: bool = False) -> None:
        """Show a known moment, s; without `hold` the simulation goes there too, and plays on when not paused."""
        if self._branches is None:
            return
        with self._change:
            self._looked_at = min(max(0.0, time), self.known)
            self._goal = None if hold else self._looked_at
            self._pace.clear()
            self._steps = 0
            self._change.notify_all()

    def branches(self) -> tuple[BranchView, ...]:
        """The futures that were tried."""
        return self._branches.views() if self._branches else ()

    def switch(self, branch: str) -> None:
        """Show another branch, at the same moment as far as it is known."""
        self._ask(lambda branches: branches.switch(branch))

    def rename(self, branch: str, name: str) -> None:
        """Call a branch something else."""
        self._ask(lambda branches: branches.rename(branch, name))

    def seen(self, branch: str, time: float) -> tuple[Frame, Frame, float] | None:
        """Two frames of any branch around a time, s, and where between them it lies; None when there is no such one."""
        found = self._branches
        return found.seen(branch, time) if found and branch in found.all else None

    def compared(self, one: str, other: str) -> Comparison | None:
        """Which numbers of two branches differ, as far as both are known; None until that is reckoned."""
        found, compare = self._branches, self._compare
        if found is None or compare is None or not {one, other} <= found.all.keys():
            return None
        until = min(found.all[name].known for name in (one, other)) * self.params.time.dt
        known = self._compared
        if known[:2] != (one, other) or not 0.0 <= until - known[2] < _COMPARED_EVERY:
            self._compared = known = (one, other, until, known[3] if known[:2] == (one, other) else None)

            def reckon(branches: "Branches") -> None:
                result = compare(self._scenario, branches.all[one], branches.all[other])
                self._compared = (one, other, until, result)

            self._ask(reckon)
        return known[3]

    def standing(self, time: float) -> Any:
        """How the branch shown stood at a second; None when nobody judges it, or nobody has looked yet."""
        found, judge = self._branches, self._judge
        return judge(found.current.id, time) if found and judge else None

    def ends(self) -> "Iterator[tuple[Branch, Simulation]]":
        """Every branch and a simulation at the end of it; once stopped."""
        if self._branches is not None:
            for name, branch in self._branches.all.items():
                yield branch, self._branches.end(name)

    def _ask(self, what: "Callable[[Branches], None]") -> None:
        with self._change:
            self._asked.append(what)
            self._change.notify_all()

    # --- the simulation's side --------------------------------------------------------------------------------------

    def _wanted(self) -> bool:
        """Whether another frame is."""
        newest = self._frames[-1].time
        if newest >= self.duration - 1e-6 or self._looked_at is not None:
            return False
        if self.paused:
            return self._steps > 0 and newest <= self._clock
        # One frame ahead of the clock, more when a screen refresh is worth more than a frame.
        return newest < self._clock + max(0.1, 0.05 * self.speed) + 1e-6

    def _asks(self) -> bool:
        """Whether somebody waits for an answer that is not, or no longer, true."""
        return self._wonders and self.simulation is not None and self._answered != self.simulation.tick

    def _run(self) -> None:
        try:
            moved = compile_apart()
            # These bring numba, for which the window does not wait.
            from crowdsim.session.branches import Branches
            from crowdsim.session.portrait import portrait
            from crowdsim.session.simulation import Simulation

            simulation = Simulation(self._scenario, self._seed, self._threads)
            Simulation(self._scenario, self._seed, self._threads).rehearse(moved)
            with self._change:
                if self._stopping:
                    return
                self._began = True
            first = simulation.frame()
            branches = Branches(simulation)
            if self._keep:
                self._keep(branches.current, simulation, first)
            for frame in self._played_again(branches):
                first = frame
            with self._change:
                self._frames = deque([first])
                self._clock = first.time
                self._branches = branches
                self._tell(branches, first)
            while True:
                with self._change:
                    self._working = False
                    self._change.wait_for(self._has_work, timeout=1.0)
                    self._working = True
                    if self._stopping:
                        return
                    goal, looked_at = self._goal, self._looked_at
                    asked = [] if looked_at is not None else list(self._asked)
                    if looked_at is None:
                        self._asked.clear()
                    wanted = self._wanted()
                    if self._asks() and self._question is not None:
                        self._answer = portrait(branches.simulation, *self._question)
                        self._answered, self._wonders = branches.simulation.tick, False
                if goal is not None:
                    self._go(branches, goal)
                elif asked:
                    self._serve(branches, asked)
                elif wanted:
                    self._play(branches)
        except BaseException as error:
            with self._change:
                self._error = error

    def _played_again(self, branches: "Branches") -> "Iterator[Frame]":
        """The frames of the journal that is to be played first, if there is one."""
        from crowdsim.session.again import play_again

        journal, until = self._again or ((), 0)
        for frame in play_again(branches, journal, until):
            if self._stopping:
                return
            self._reached = frame.time
            if self._keep:
                self._keep(branches.current, branches.simulation, frame)
            yield frame

    def _has_work(self) -> bool:
        asked = bool(self._asked) and self._looked_at is None
        return self._stopping or self._goal is not None or asked or self._wanted() or self._asks()

    def _play(self, branches: "Branches") -> None:
        """One frame more."""
        new = not branches.replays
        frame = branches.advance()
        with self._change:
            self._frames.append(frame)
            self._tell(branches, frame)
        if self._keep and new:
            self._keep(branches.current, branches.simulation, frame)

    def _go(self, branches: "Branches", goal: float) -> None:
        """To a moment, unless the hand has moved on meanwhile."""
        tick = round(goal / self.params.time.dt)
        while not branches.seek(tick):
            if self._goal != goal or self._stopping:
                return
        with self._change:
            if self._goal == goal:
                self._show(branches)
                self._goal = self._looked_at = None

    def _serve(self, branches: "Branches", asked: "list[Callable[[Branches], None]]") -> None:
        """Do what was asked for."""
        before = branches.simulation
        for what in asked:
            what(branches)
        with self._change:
            if branches.simulation is not before:
                self._show(branches)
            else:
                self._tell(branches, self._frames[-1])

    def _show(self, branches: "Branches") -> None:
        """The simulation is somewhere else: so is the clock."""
        frame = branches.simulation.frame()
        self._frames = deque([frame])
        self._clock = frame.time
        self._answered = -1  # it is about another moment
        self.params = branches.simulation.params
        self._tell(branches, frame)

    def _tell(self, branches: "Branches", frame: Frame) -> None:
        """What is known of the branch shown: what happened, and once a second what is plotted."""
        branch = branches.current
        changed = self.events is not branch.events
        self.events = branch.events
        if changed or frame.tick % round(1.0 / self.params.time.dt) == 0:
            columns = branch.history.columns
            self.series = {n: (list(columns[n][0]), list(columns[n][1])) for n in _PLOTTED if n in columns}
