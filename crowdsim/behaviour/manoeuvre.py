"""A manoeuvre under way: the steps of the doctrine profile, one after the other, each until what it waits for holds."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from crowdsim.behaviour.officers import Unit, in_place, widest_gap
from crowdsim.behaviour.relief import Exchange, prepare
from crowdsim.behaviour.sop import Manoeuvre, Step, Until, order_of
from crowdsim.behaviour.unit import FormUp, Hold, Order
from crowdsim.params import OfficerParams
from crowdsim.population.population import Population

_CLOSING = 20.0
"""s after which a line that closes no longer waits for those who do not keep up ([D])."""


@dataclass
class Running:
    """One manoeuvre and the units that play its parts."""

    id: str
    manoeuvre: Manoeuvre
    units: dict[str, Unit]
    began: float  # s
    step: int = -1
    stepped: float = 0.0  # s, when the present step began
    exchange: Exchange | None = None
    exchanging: bool = False
    relieved_at: float | None = None  # s, when the new line stood
    called_off: float | None = None  # s, when
    closing: bool = False  # whether two units were at it then
    after: tuple["Running", ...] = ()  # those of the same units whose line closes first
    late: list[int] = field(default_factory=list)  # steps that went on without what they waited for

    @property
    def done(self) -> bool:
        """Whether the last step is over."""
        return self.step >= len(self.manoeuvre.step)

    @property
    def relief(self) -> Unit:
        """The unit that takes the line."""
        return self.units[self.manoeuvre.relief]

    @property
    def exchanges(self) -> tuple[Unit, ...]:
        """The two units whose line is of both just now; none of them can be told anything else before it is closed."""
        swapping = self.exchanging and self.exchange is not None and self.exchange.swapping
        return (self.exchange.front, self.exchange.relief) if swapping and self.exchange else ()

    @property
    def can_be_called_off(self) -> bool:
        """Until the relief has taken the line: after that there is nothing to go back to."""
        return self.exchange is None or not self.exchange.done

    def call_off(self, time: float, leaving: Unit | None = None) -> None:
        """End it: no further step begins, and a line that is of two units closes first, before the one that leaves."""
        self.called_off = time
        if self.exchanging and self.exchange is not None and not self.exchange.done:
            self.exchange.call_off(leaving)
            self.closing = True

    def relieved(self, people: Population) -> bool:
        """Whether the new line stands: nine tenths of its slots taken within 0.5 m, no clear gap above 0.55 m."""
        unit = self.relief
        arrived = self.exchange is not None and self.exchange.done
        return arrived and in_place(unit, people) >= 0.9 and widest_gap(unit, people) <= 0.55

    def advance(
        self,
        people: Population,
        time: float,
        dt: float,
        p: OfficerParams,
        give: Callable[[Unit, Order], None],
        hear: Callable[[Unit, bool], None],
    ) -> list[Step]:
        """One decision: slide who slides, and begin the steps whose turn has come; returns these.

        give : gives a unit an order ; hear : lets its officers react to what they have just been told, True: and find
        their way
        """
        if self.exchanging and self.exchange is not None:
            wait = self.called_off is None or time - self.called_off < _CLOSING
            self.exchange.move(people, time, dt, p, wait)
        begun: list[Step] = []
        if self.called_off is not None:
            self._close(self.called_off, give)
            return begun
        if not all(other.done for other in self.after):
            return begun
        while not self.done:
            if self.step >= 0 and not self._over(self.manoeuvre.step[self.step], people, time):
                break
            self.step += 1
            self.stepped = time
            if self.done:
                break
            step = self.manoeuvre.step[self.step]
            if step.who in self.units:
                self._begin(step, people, give, hear)
                begun.append(step)
        return begun

    def _close(self, called_off: float, give: Callable[[Unit, Order], None]) -> None:
        """Over, once the line is of one unit: whoever was told nothing else meanwhile holds."""
        if self.closing and self.exchange is not None:
            if not self.exchange.settled:
                return
            for unit in (self.exchange.front, self.exchange.relief):
                if unit.since < called_off:
                    give(unit, Hold())
        self.step = len(self.manoeuvre.step)

    def _begin(
        self, step: Step, people: Population, give: Callable[[Unit, Order], None], hear: Callable[[Unit, bool], None]
    ) -> None:
        unit = self.units[step.who]
        if step.order is not None:
            order = order_of(step.order)
            if isinstance(order, FormUp):
                order = replace(order, at=self.units[str(order.at)].id)
            give(unit, order)
        elif step.act == "files":
            front = self.units[self.manoeuvre.front]
            self.exchange = prepare(front, unit, people, self.manoeuvre.formation, self.stepped)
            hear(unit, True)
        elif step.act and self.exchange is not None:
            self.exchanging, self.exchange.opens = True, step.act == "exchange"
            hear(unit, False)
            if unit is not self.relief:
                hear(self.relief, False)

    def _over(self, step: Step, people: Population, time: float) -> bool:
        if step.until is None or step.who not in self.units:
            return True
        if self._holds(step.until, self.units[step.who], people, time):
            return True
        if time - self.stepped < step.at_most:
            return False
        self.late.append(self.step)
        return True

    def _holds(self, until: Until, unit: Unit, people: Population, time: float) -> bool:
        exchange = self.exchange
        sliding = self.exchanging and exchange is not None and unit in (exchange.front, exchange.relief)
        arrived = exchange is not None and exchange.gone >= exchange.told if sliding else unit.remaining == 0.0
        return (
            (until.after is None or time - self.stepped >= until.after)
            and (not until.moved or arrived)
            and (until.in_place is None or in_place(unit, people) >= until.in_place)
            and (until.closed is None or widest_gap(unit, people) <= until.closed)
            and (until.gap is None or widest_gap(unit, people) >= until.gap)
        )
