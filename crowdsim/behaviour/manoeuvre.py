"""A manoeuvre under way: the steps of the doctrine profile, one after the other, each until what it waits for holds."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from crowdsim.behaviour.officers import Unit, in_place, widest_gap
from crowdsim.behaviour.relief import Exchange, prepare
from crowdsim.behaviour.sop import Manoeuvre, Step, Until, order_of
from crowdsim.behaviour.unit import FormUp, Order
from crowdsim.params import OfficerParams
from crowdsim.population.population import Population


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
    late: list[int] = field(default_factory=list)  # steps that went on without what they waited for

    @property
    def done(self) -> bool:
        """Whether the last step is over."""
        return self.step >= len(self.manoeuvre.step)

    @property
    def relief(self) -> Unit:
        """The unit that takes the line."""
        return self.units[self.manoeuvre.relief]

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
            self.exchange.move(people, time, dt, p)
        begun: list[Step] = []
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
        elif step.act == "exchange":
            self.exchanging = True
            hear(unit, False)
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
        arrived = exchange is not None and exchange.done if sliding else unit.remaining == 0.0
        return (
            (until.after is None or time - self.stepped >= until.after)
            and (not until.moved or arrived)
            and (until.in_place is None or in_place(unit, people) >= until.in_place)
            and (until.closed is None or widest_gap(unit, people) <= until.closed)
            and (until.gap is None or widest_gap(unit, people) >= until.gap)
        )
