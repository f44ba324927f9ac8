"""Drill: the manoeuvres under way, in which units act together step by step."""

from collections.abc import Callable
from dataclasses import dataclass, field

from crowdsim.behaviour.manoeuvre import Running
from crowdsim.behaviour.officers import Unit
from crowdsim.behaviour.sop import Manoeuvre
from crowdsim.behaviour.unit import Order
from crowdsim.frame import Event
from crowdsim.params import OfficerParams
from crowdsim.population.population import Population

Words = dict[str, str]


@dataclass
class Drill:
    """Manoeuvres under way, the newest last."""

    running: list[Running] = field(default_factory=list)

    def begin(self, name: str, manoeuvre: Manoeuvre, units: dict[str, Unit], time: float) -> None:
        """Begin a manoeuvre; one that plays already with any of these units ends, a closing line first."""
        same = [r for r in self.running if {id(u) for u in r.units.values()} & {id(u) for u in units.values()}]
        closing = tuple(r for r in same if r.closing)
        self.running = [r for r in self.running if r.closing or all(r is not other for other in same)]
        self.running.append(Running(name, manoeuvre, units, time, after=closing))

    def playing(self, unit: Unit) -> Running | None:
        """The manoeuvre a unit plays in."""
        return next((r for r in reversed(self.running) if any(u is unit for u in r.units.values())), None)

    def tied(self) -> set[str]:
        """Units whose line is of two just now."""
        return {unit.id for running in self.running for unit in running.exchanges}

    def play(
        self,
        people: Population,
        tick: int,
        time: float,
        dt: float,
        p: OfficerParams,
        give: Callable[[Unit, Order], None],
        hear: Callable[[Unit, bool], None],
    ) -> tuple[Words, list[Event]]:
        """Play on every manoeuvre by `dt` s: the last words of command with what they mean, {} = none; and that a new
        line stands, or the old one again."""
        said: Words = {}
        events: list[Event] = []
        for running in list(self.running):
            for step in running.advance(people, time, dt, p, give, hear):
                if step.caption or step.words:
                    words = step.caption.both() if step.caption else {"id": step.words, "en": step.words}
                    said = {
                        lang: f"{step.words}. {text}" if step.caption and step.words else text
                        for lang, text in words.items()
                    }
            if running.relieved_at is None and running.relieved(people):
                running.relieved_at = time
                events.append(Event(tick, time, "manoeuvre", None, running.id, time - running.began, {}, "relieved"))
            if running.done:
                self.running = [other for other in self.running if other is not running]
                if running.called_off is not None:
                    took, name = time - running.called_off, running.manoeuvre.name.both()
                    off = {"id": f"{name['id']} dihentikan", "en": f"{name['en']} called off"}
                    events.append(Event(tick, time, "manoeuvre", None, running.id, took, off, "called_off"))
        return said, events
