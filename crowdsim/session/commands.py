"""What may be asked of a running simulation. What it does is in `simulation.py`."""

from dataclasses import dataclass

from crowdsim.behaviour.unit import Order


@dataclass(frozen=True)
class GiveOrder:
    """Tell one unit what to do."""

    unit: str
    order: Order


@dataclass(frozen=True)
class DeclarePhase:
    """Declare `hijau`, `kuning` or `merah`. The program never does so by itself."""

    phase: str
    by: str = ""


@dataclass(frozen=True)
class SetBarrier:
    """Open or close a gate or door on purpose. Closing waits until nobody stands in the way."""

    barrier: str
    open: bool


@dataclass(frozen=True)
class SetParam:
    """Change a number of `params.py`, such as `force.push`."""

    name: str
    value: float


@dataclass(frozen=True)
class Inject:
    """Something the exercise control makes happen: a wish of a crowd, a caption.

    wish: "" (caption only), "gather" (walk to `zone` and stand), "push" (force a way to `zone` through the barrier
    `through`, by `share` of the people), "calm" (stop pushing, stand), "leave" (by the open exits named in `exits`).
    """

    crowd: str = ""
    wish: str = ""
    zone: str = ""
    through: str = ""
    share: float = 0.0
    exits: tuple[str, ...] = ()
    event: str = ""  # an event to note: "march", "negotiation" …
    caption: tuple[tuple[str, str], ...] = ()  # (("id", …), ("en", …))


Command = GiveOrder | DeclarePhase | SetBarrier | SetParam | Inject
