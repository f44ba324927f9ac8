"""What may be asked of a running simulation. What it does is in `simulation.py`."""

from dataclasses import asdict, dataclass
from typing import Any

from crowdsim.behaviour.sop import Profile
from crowdsim.behaviour.unit import ORDER_KINDS, Arrest, Order, Place, Push, kind_of

TRAINER = "pelatih"
"""The operator of whatever is asked for at the window."""


@dataclass(frozen=True, kw_only=True)
class _Asked:
    operator: str = ""  # who asked for it: "" = the scenario, or `TRAINER`


@dataclass(frozen=True)
class GiveOrder(_Asked):
    """Tell one unit what to do, at once or, `queued`, when it has done what it was told before."""

    unit: str
    order: Order
    queued: bool = False


@dataclass(frozen=True)
class Recall(_Asked):
    """Call back the last order to a unit: one that waits, or one that is still on its way to the officers.

    A manoeuvre the unit plays in is called off, as long as the relief has not taken the line.
    """

    unit: str


@dataclass(frozen=True)
class DeclarePhase(_Asked):
    """Declare `hijau`, `kuning` or `merah`. The program never does so by itself."""

    phase: str
    by: str = ""


@dataclass(frozen=True)
class SetBarrier(_Asked):
    """Open or close a gate or door on purpose. Closing waits until nobody stands in the way."""

    barrier: str
    open: bool


@dataclass(frozen=True)
class SetParam(_Asked):
    """Change a number of `params.py`, such as `force.push`."""

    name: str
    value: float


@dataclass(frozen=True)
class GiveManoeuvre(_Asked):
    """Start a manoeuvre of the doctrine profile. `units` pairs each part of it with a unit: (("front", "awal"), …)."""

    manoeuvre: str
    units: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class UseTool(_Asked):
    """Use a means: appeal, warning, water, gas, barricade, extinguish."""

    tool: str
    at: Place  # aimed at, or spoken to; a barricade: the barrier
    by: str = ""  # unit or vehicle that has it
    strength: str = ""  # water: "diffuse", "jet" or "off"


@dataclass(frozen=True)
class Inject(_Asked):
    """Something the exercise control makes happen: a wish of a crowd, a caption.

    wish: "" (none), "gather" (walk to `zone` and stand), "push" (force a way to `zone` through the barrier
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
    arrive: bool = False  # those of the crowd who were to come later come now
    fall: tuple[float, float] | None = None  # m: the demonstrator nearest to it falls and is seriously hurt
    wind: tuple[float, float] | None = None  # m/s, where it blows to
    shut: str = ""  # an exit nobody can use from now on
    reopen: str = ""  # one that can be used again


Command = GiveOrder | Recall | GiveManoeuvre | DeclarePhase | UseTool | SetBarrier | SetParam | Inject

_KINDS: dict[str, type] = {
    "give_order": GiveOrder,
    "recall": Recall,
    "give_manoeuvre": GiveManoeuvre,
    "declare_phase": DeclarePhase,
    "use_tool": UseTool,
    "set_barrier": SetBarrier,
    "set_param": SetParam,
    "inject": Inject,
}


_STAGE = {Push: 4, Arrest: 4, "water": 4, "jet": 5, "gas": 5}
"""Stages of force, as K16 counts them."""


WHY = {
    "K11": {"id": "di luar wewenang fase", "en": "not permitted in this phase"},
    "K16": {"id": "melebihi tahap kekuatan fase", "en": "more force than the phase allows"},
    "R2": {"id": "belum tiga peringatan", "en": "fewer than three warnings"},
    "R3": {"id": "belum ada waktu untuk patuh", "en": "no time to comply yet"},
    "R4": {"id": "tanpa gas di tempat tertutup", "en": "no gas into enclosures"},
    "R5": {"id": "tidak pernah ke arah orang", "en": "never at people"},
}
"""What a criterion or rule says in a few words, {"id", "en"}."""


def objections(command: Command, profile: Profile, phase: str, since: float) -> tuple[str, ...]:
    """The criteria an order or a means goes against, `since` s after `phase` was declared; doctrine marks, not forbids.

    K11: a means this phase does not permit ; K16: more force than the phase allows
    """
    now = profile.phase[phase]  # type: ignore[index]
    if isinstance(command, UseTool) and command.strength != "off":
        found = () if now.permits(command.tool, since) else ("K11",)
        stage = _STAGE["jet"] if command.strength == "jet" else _STAGE.get(command.tool, 0)
    elif isinstance(command, GiveOrder):
        found, stage = (), _STAGE.get(type(command.order), 0)
    else:
        return ()
    return (*found, "K16") if stage > now.force_cap else found


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
        values["order"] = ORDER_KINDS[data["order"]["kind"]](**{key: _tuples(value) for key, value in order.items()})
    command: Command = _KINDS[data["do"]](**values)
    return command


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list | tuple) else value
