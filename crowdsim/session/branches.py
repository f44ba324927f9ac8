"""Branches: a session that can go back in time, and the futures that were tried in it.

Going to a moment restores the nearest checkpoint before it and plays on with the commands that were sent: the same
seed and the same commands give the same bits. What is sent at a moment whose future is known opens another branch;
the known future is kept, and can be returned to.
"""

from dataclasses import dataclass, field

from crowdsim.frame import BranchView, Event, Frame
from crowdsim.session.checkpoint import Checkpoint
from crowdsim.session.commands import Command
from crowdsim.session.readings import History
from crowdsim.session.reel import Reel
from crowdsim.session.simulation import Simulation

EVERY = 5.0  # s between two checkpoints: playing that much again takes 0.1 s with 800 people, 0.4 s with 5,000
_SEEN_EVERY = 0.5  # s between two frames that are kept
_MOST = 160e6  # bytes of checkpoints, and as many of frames: beyond it every second of them goes


@dataclass(eq=False)
class Branch:
    """One future: what was sent in it, and what came of it as far as it was played. Lists begin at the start."""

    id: str  # "A", "B" …, in the order of their beginning
    name: str  # what a trainer calls it
    parent: "Branch | None"
    parted: int  # tick at which it left its parent
    asked: list[tuple[int, Command]]  # what was sent, and when; the scenario's own commands come by themselves
    reel: Reel
    known: int = 0  # tick it was played to
    events: list[Event] = field(default_factory=list)
    journal: list[tuple[int, int, Command]] = field(default_factory=list)
    hashes: list[tuple[int, str]] = field(default_factory=list)
    history: History = field(default_factory=History)
    checkpoints: dict[int, Checkpoint] = field(default_factory=dict)  # since it parted
    tip: Checkpoint | None = None  # where it was left
    differs: int | None = None  # tick at which playing it again gave another state, which must never be

    def take(self, simulation: Simulation) -> None:
        """What has come of it so far."""
        self.known = simulation.tick
        self.events, self.journal, self.hashes = simulation.events, simulation.journal, simulation.hashes
        self.history = simulation.history


class Branches:
    """A simulation somewhere in one of its futures. Only this may send to the simulation or move it on."""

    def __init__(self, simulation: Simulation) -> None:
        """`simulation` is at its start."""
        self.simulation = simulation
        self._dt = simulation.params.time.dt
        self._frame_ticks = int(simulation.params.time.record_every)
        self._every = self._frame_ticks * round(EVERY / self._dt / self._frame_ticks)
        self._seen_every = self._frame_ticks * max(1, round(_SEEN_EVERY / self._dt / self._frame_ticks))
        first = Branch("A", "A", None, simulation.tick, [], Reel(self._seen_every))
        first.take(simulation)
        self.all: dict[str, Branch] = {first.id: first}
        self.current = first
        self._keep(simulation.frame())

    # --- going on -----------------------------------------------------------------------------------------------------

    def send(self, command: Command) -> None:
        """Ask for a command at this moment. Where the future is known, another branch begins here."""
        if self.simulation.tick < self.current.known:
            self._part()
        self.current.asked.append((self.simulation.tick, command))

    def advance(self) -> Frame:
        """Play on to the next frame: again, where it is known."""
        branch, simulation = self.current, self.simulation
        for tick, command in branch.asked:
            if tick == simulation.tick:
                simulation.send(command)
        frame = simulation.advance()
        if simulation.tick > branch.known:
            branch.take(simulation)
        elif branch.differs is None and simulation.hashes[-1:] != branch.hashes[: len(simulation.hashes)][-1:]:
            branch.differs = simulation.tick
        self._keep(frame)
        return frame

    @property
    def untouched(self) -> bool:
        """Whether nothing was ever asked for."""
        return len(self.all) == 1 and not self.current.asked

    @property
    def replays(self) -> bool:
        """Whether the next frame is one that was there before."""
        return self.simulation.tick < self.current.known

    # --- going elsewhere ----------------------------------------------------------------------------------------------

    def seek(self, tick: int) -> bool:
        """Get nearer to a tick of the known future by one frame, or by a jump to a checkpoint; True when it is there.

        Called until it is, so that whoever calls can change his mind in between. Beyond what is known, the end of it.
        """
        tick = min(tick - tick % self._frame_ticks, self.current.known)
        nearest = self._nearest(tick)
        if not nearest.tick <= self.simulation.tick <= tick:
            self._leave()
            self.simulation = nearest.restore()
        elif self.simulation.tick < tick:
            self.advance()
        return self.simulation.tick == tick

    def switch(self, branch_id: str) -> None:
        """Go over to another branch, at the same moment or, if it is not known that far, where its future ends.

        KeyError when there is none of this name.
        """
        other = self.all[branch_id]
        if other is self.current:
            return
        here = self.simulation.tick
        self._leave()
        together = here <= self.parted(self.current.id, branch_id)
        self.current = other
        if not together:
            self.simulation = self._nearest(min(here, other.known)).restore()
        while not self.seek(here):
            pass

    def rename(self, branch_id: str, name: str) -> None:
        """Call a branch something else; KeyError when there is none of this name."""
        self.all[branch_id].name = name

    # --- looking ------------------------------------------------------------------------------------------------------

    def parted(self, one: str, other: str) -> int:
        """Tick up to which two branches are the same."""
        upto = dict(self._line(self.all[one]))
        return int(next(min(tick, upto[b], b.known) for b, tick in self._line(self.all[other]) if b in upto))

    def seen(self, branch_id: str, time: float) -> tuple[Frame, Frame, float]:
        """Two kept frames of a branch around a time, s, and where between them it lies, 0..1."""
        tick = time / self._dt
        found: list[Frame] = []
        for branch, until in self._line(self.all[branch_id]):
            found += branch.reel.around(tick, until) or ()
            if tick > branch.parted and any(frame.tick <= tick for frame in found):
                break
        before = max((f for f in found if f.tick <= tick), key=lambda f: f.tick, default=found[0])
        after = min((f for f in found if f.tick > before.tick), key=lambda f: f.tick, default=before)
        span = after.time - before.time
        return before, after, min(1.0, max(0.0, (time - before.time) / span)) if span > 0 else 1.0

    def views(self) -> tuple[BranchView, ...]:
        """The branches as others see them."""
        return tuple(
            BranchView(
                branch.id,
                branch.name,
                branch.parent.id if branch.parent else "",
                branch.parted * self._dt,
                branch.known * self._dt,
                branch is self.current,
                None if branch.differs is None else branch.differs * self._dt,
            )
            for branch in list(self.all.values())  # whoever looks may be another thread
        )

    def first_difference(self, branch_id: str) -> int | None:
        """Play a branch again from where it parted; the tick of the first state that is another, None when none is.

        The session itself stays where it is.
        """
        branch = self.all[branch_id]
        again = self._again(branch, branch.parted)
        return next((a[0] for a, b in zip(again.hashes, branch.hashes, strict=True) if a != b), None)

    def end(self, branch_id: str) -> Simulation:
        """A simulation where the future of a branch ends."""
        branch = self.all[branch_id]
        return self._again(branch, branch.known)

    # --- inside -------------------------------------------------------------------------------------------------------

    def _part(self) -> None:
        tick = self.simulation.tick
        self._leave()
        asked = [item for item in self.current.asked if item[0] < tick]
        number = len(self.all)
        name = chr(ord("A") + number % 26) + (str(number // 26) if number >= 26 else "")
        new = Branch(name, name, self._owner(tick), tick, asked, Reel(self._seen_every))
        new.take(self.simulation)
        self.all[name] = new
        self.current = new

    def _leave(self) -> None:
        """Remember where the future ends before leaving that place."""
        branch, simulation = self.current, self.simulation
        if simulation.tick == branch.known and (branch.tip is None or branch.tip.tick < branch.known):
            branch.tip = Checkpoint(simulation)

    def _again(self, branch: Branch, tick: int) -> Simulation:
        """Another simulation, played again to the end of a branch, at the latest from a tick on."""
        self._leave()
        again = self._nearest(tick, branch).restore()
        while again.tick < branch.known:
            for asked, command in branch.asked:
                if asked == again.tick:
                    again.send(command)
            again.advance()
        return again

    def _line(self, branch: Branch) -> list[tuple[Branch, float]]:
        """A branch, its parent and so on, each with the tick up to which its past is that of the first."""
        line: list[tuple[Branch, float]] = [(branch, float("inf"))]
        while branch.parent is not None:
            line.append((branch.parent, branch.parted))
            branch = branch.parent
        return line

    def _owner(self, tick: int) -> Branch:
        """Whose a moment of the current branch is: its own, or still an ancestor's."""
        return next(branch for branch, _ in self._line(self.current) if tick > branch.parted or not branch.parent)

    def _nearest(self, tick: int, branch: Branch | None = None) -> Checkpoint:
        """The last checkpoint of a branch, the current one, up to a tick."""
        found = [
            point
            for owner, until in self._line(branch or self.current)
            for point in (*owner.checkpoints.values(), *([owner.tip] if owner.tip else []))
            if point.tick <= min(tick, until)
        ]
        return max(found, key=lambda point: point.tick)

    def _keep(self, frame: Frame) -> None:
        """Keep a frame and, now and then, the state; less densely when there is too much of them."""
        owner = self._owner(frame.tick)
        owner.reel.add(frame)
        if frame.tick % self._every == 0 and frame.tick not in owner.checkpoints:
            owner.checkpoints[frame.tick] = Checkpoint(self.simulation)
            if sum(p.size for b in self.all.values() for p in b.checkpoints.values()) > _MOST:
                self._every *= 2
                for branch in self.all.values():
                    for tick in [t for t in branch.checkpoints if t % self._every]:
                        del branch.checkpoints[tick]
        if sum(branch.reel.size for branch in self.all.values()) > _MOST:
            self._seen_every *= 2
            for branch in self.all.values():
                branch.reel.thin()
