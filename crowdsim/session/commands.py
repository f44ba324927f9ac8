"""What may be asked of a running simulation. What it does is in `simulation.py`."""

from dataclasses import asdict, dataclass
from typing import Any

from crowdsim.behaviour.unit import ORDER_KINDS, Order, kind_of


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
class GiveManoeuvre:
    """Start a manoeuvre of the doctrine profile. `units` pairs each part of it with a unit: (("front", "awal"), …)."""

    manoeuvre: str
    units: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class UseTool:
    """Use a means: appeal, warning, water, gas, barricade, extinguish."""

    tool: str
    at: str  # place aimed at, or spoken to
    by: str = ""  # unit or vehicle that has it
    strength: str = ""  # water: "diffuse", "jet" or "off"


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
    answer: str = ""  # what its delegates were told: "accepted", "rejected"
    anger: float = 0.0  # added to the anger of everybody in the crowd
    fear: float = 0.0


Command = GiveOrder | GiveManoeuvre | DeclarePhase | UseTool | SetBarrier | SetParam | Inject

_KINDS: dict[str, type] = {
    "give_order": GiveOrder,
    "give_manoeuvre": GiveManoeuvre,
    "declare_phase": DeclarePhase,
    "use_tool": UseTool,
    "set_barrier": SetBarrier,
    "set_param": SetParam,
    "inject": Inject,
}


def encode(command: Command) -> dict[str, Any]:
    """A command as plain JSON values, for the journal."""
    data = asdict(command)
    if isinstance(command, GiveOrder):
        data["order"] = {"kind": kind_of(command.order), **asdict(command.order)}
    return {"do": next(name for name, kind in _KINDS.items() if type(command) is kind), **data}


def decode(data: dict[str, Any]) -> Command:
    """The command a journal line holds; `decode(encode(c)) == c`."""
    values = {key: _tuples(value) for key, value in data.items() if key not in ("do", "order")}
    if "order" in data:
        order = {key: value for key, value in data["order"].items() if key != "kind"}
        values["order"] = ORDER_KINDS[data["order"]["kind"]](**order)
    command: Command = _KINDS[data["do"]](**values)
    return command


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list | tuple) else value
