"""The scenario file as it is written: its tables and keys, one class each."""

import math
import tomllib
from dataclasses import fields
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from crowdsim.behaviour.sop import order_of
from crowdsim.behaviour.unit import ORDER_KINDS, Hold, Order
from crowdsim.session.commands import (
    Command,
    DeclarePhase,
    GiveManoeuvre,
    GiveOrder,
    Inject,
    SetBarrier,
    SetParam,
    UseTool,
)
from crowdsim.world.tilemap import Post


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class Text(_Strict):
    """A caption in both languages."""

    id: str
    en: str


Point = tuple[float, float]
"""x, y [m]."""


class OrderSpec(_Strict):
    """An order as written in a timeline: `{ kind = "form_up", formation = "bersaf2", at = "gerbang" }`."""

    kind: Literal[
        "move_to",
        "form_up",
        "hold",
        "advance",
        "withdraw",
        "open",
        "close",
        "push",
        "cover",
        "brace",
        "arrest",
        "escort",
    ]
    zone: str | Point | None = None
    formation: str | None = None
    at: str | Point | None = None
    heading_deg: float | None = None
    behind: Annotated[float, Field(ge=-50, le=50)] | None = None
    posture: str | None = None
    distance: Annotated[float, Field(gt=0, le=100)] | None = None
    width: Annotated[float, Field(gt=0, le=100)] | None = None
    bend: Annotated[float, Field(ge=-50, le=50)] | None = None
    barrier: str | None = None
    person: str | None = None

    def order(self) -> Order:
        """The order as the simulation holds it; what its kind does not use is left out."""
        values = self.model_dump(exclude_none=True)
        if "heading_deg" in values:
            values["heading"] = math.radians(values.pop("heading_deg"))
        uses = {f.name for f in fields(ORDER_KINDS[self.kind])}
        return order_of({key: value for key, value in values.items() if key in uses | {"kind"}})


ORDER_NEEDS: dict[str, set[str]] = {
    "move_to": {"zone"},
    "form_up": {"formation", "at"},
    "advance": {"distance"},
    "withdraw": {"distance"},
    "push": {"distance"},
    "open": {"width"},
    "brace": {"barrier"},
    "arrest": {"person"},
    "escort": {"person", "zone"},
}
"""Keys an order cannot do without."""


class When(_Strict):
    """What a timeline entry waits for, or what spares it: one of `event`, `anger`, `share`, `heard`, `load`, `phase`,
    `due`, from `since` s on.

    event : something observed, with its `subject` if that matters, and its `cause`
    anger : mean anger of a crowd, the `subject`, reaches this ; share : the share of a crowd in a `state` does
    heard : the share of a crowd, the `subject`, that somebody talks to, all while its delegates are inside or once they
            have an answer to its liking
    load  : N/m on a barrier or on the front of a unit, the `subject`, reaches this
    phase : it is declared ; due : the facts call for it
    """

    event: str = ""
    subject: str = ""
    cause: str = ""
    anger: Annotated[float, Field(gt=0, lt=1)] | None = None
    share: Annotated[float, Field(gt=0, le=1)] | None = None
    state: Literal["", "calm", "chanting", "pushing", "violent", "fleeing"] = ""
    heard: Annotated[float, Field(gt=0, le=1)] | None = None
    load: Annotated[float, Field(gt=0)] | None = None
    phase: Literal["", "hijau", "kuning", "merah"] = ""
    due: Literal["", "hijau", "kuning", "merah"] = ""
    since: Annotated[float, Field(ge=0)] = 0.0


class Entry(_Strict):
    """One line of the timeline: a command with `at` (s) or `when` (an event), optionally `after` some seconds."""

    id: str = ""  # by which a scenario that extends this one replaces or drops it
    at: Annotated[float, Field(ge=0)] | None = None
    when: When | None = None
    after: Annotated[float, Field(ge=0)] = 0.0
    unless: When | None = None  # it does not come when this holds at its second
    do: Literal["give_order", "give_manoeuvre", "declare_phase", "use_tool", "set_barrier", "set_param", "inject"]
    unit: str = ""
    order: OrderSpec | None = None
    manoeuvre: str = ""
    parts: dict[str, str] = {}  # part of the manoeuvre: unit
    phase: str = ""
    by: str = ""
    barrier: str = ""
    open: bool = False
    name: str = ""
    value: float = 0.0
    crowd: str = ""
    wish: Literal["", "gather", "push", "calm", "leave"] = ""
    zone: str = ""
    through: str = ""
    share: Annotated[float, Field(ge=0, le=1)] = 0.0
    exits: tuple[str, ...] = ()
    tool: Literal["", "appeal", "warning", "water", "gas", "barricade", "extinguish"] = ""
    strength: Literal["", "diffuse", "jet", "off"] = ""
    answer: Literal["", "accepted", "rejected"] = ""
    anger: Annotated[float, Field(ge=-1, le=1)] = 0.0
    fear: Annotated[float, Field(ge=-1, le=1)] = 0.0
    arrive: bool = False
    fall: Point | None = None
    wind: tuple[Annotated[float, Field(ge=-8, le=8)], Annotated[float, Field(ge=-8, le=8)]] | None = None
    shut: str = ""
    reopen: str = ""
    event: str = ""
    caption: Text | None = None

    def command(self) -> Command:
        """The command this line gives."""
        if self.do == "give_order":
            return GiveOrder(self.unit, self.order.order() if self.order else Hold())
        if self.do == "give_manoeuvre":
            return GiveManoeuvre(self.manoeuvre, tuple(self.parts.items()))
        if self.do == "declare_phase":
            return DeclarePhase(self.phase, self.by)
        if self.do == "use_tool":
            return UseTool(self.tool, self.zone, self.by, self.strength)
        if self.do == "set_barrier":
            return SetBarrier(self.barrier, self.open)
        if self.do == "set_param":
            return SetParam(self.name, self.value)
        caption = (("id", self.caption.id), ("en", self.caption.en)) if self.caption else ()
        return Inject(
            *(self.crowd, self.wish, self.zone, self.through, self.share, tuple(self.exits), self.event, caption),
            *(self.answer, self.anger, self.fear, self.arrive, self.fall, self.wind, self.shut, self.reopen),
        )


class CrowdSpec(_Strict):
    """A crowd: where it starts, how many of each type, and when it arrives."""

    id: Annotated[str, Field(min_length=1)]
    spawn: tuple[str, ...] | str
    count: Annotated[int, Field(ge=0, le=200_000)]
    provocateurs: Annotated[int, Field(ge=0)] = 0
    hardcore: Annotated[int, Field(ge=0)] = 0  # hot-heads and aggressors
    delegates: Annotated[int, Field(ge=0)] = 0
    coordinator: bool = False
    groups: Annotated[float, Field(ge=0, le=1)] = 0.0  # share of the people who came in twos to fours
    temper: Literal["calm", "tense", "volatile"] = "tense"
    toward: str = ""  # zone they want to get to when they are angry enough
    through: str = ""  # barrier in the way
    front: str = ""  # building whose front the violent go for
    role: Literal["demonstrator", "bystander", "press"] = "demonstrator"
    arrive: Annotated[float, Field(ge=0)] = 0.0

    @property
    def spawns(self) -> tuple[str, ...]:
        """Its spawn areas, one or several."""
        return (self.spawn,) if isinstance(self.spawn, str) else tuple(self.spawn)


class UnitSpec(_Strict):
    """A unit of officers and where it stands at first."""

    id: Annotated[str, Field(min_length=1)]
    label: str
    kind: str
    count: Annotated[int, Field(ge=1, le=500)]
    start: str  # zone or post
    formation: str = ""  # at a post: the formation it stands in; "" = column of three
    role: Literal["officer", "shield", "negotiator", "medic"] = "officer"
    posture: str = ""  # of the doctrine; "" = the one of an order to hold
    rope: bool = False
    kit: dict[str, Annotated[int, Field(ge=0)]] = {}  # items there and in date; what is not named is complete


class PostSpec(_Strict):
    """A post of this scenario, beside those of the map; one of the same name takes the place of the map's."""

    id: Annotated[str, Field(min_length=1)]
    at: tuple[float, float]  # m
    heading_deg: Annotated[float, Field(ge=-360, le=360)] = -90.0  # 0 = east, 90 = south
    radius: Annotated[float, Field(ge=0, le=50)] = 0.0  # m, of an arc

    def post(self) -> Post:
        """The post as a map holds it."""
        return Post(self.id, {"id": self.id, "en": self.id}, self.at, math.radians(self.heading_deg), self.radius)


class ChairSpec(_Strict):
    """The chair of the commission, who can be escorted, and taken."""

    start: str  # zone or post
    safe: str = ""  # zone in which nobody can take him
    captivity: str = ""  # zone to which a crowd takes him


class ScenarioFile(_Strict):
    """The whole file."""

    version: Literal[1]
    title: Text
    map: str
    duration: Annotated[float, Field(gt=0, le=36_000)]
    seed: Annotated[int, Field(ge=0)] = 1
    phase: Literal["hijau", "kuning", "merah"] = "hijau"
    preset: str = "default"
    profile: str = "model2025"  # of doctrine: one that ships, or a .toml beside this file
    params: dict[str, dict[str, float]] = {}
    compound: str = ""  # the zone whose entry by ten demonstrators is a compound breach
    pace: Annotated[float, Field(ge=1, le=20)] = 1.0  # waits are shortened by this until the answer is given
    legitimacy: Annotated[float, Field(ge=0, le=1)] | None = None  # at the start, where it differs from mind.legitimacy
    holding: str = ""  # zone to which the arrested are taken
    blocked: tuple[str, ...] = ()  # exits nobody can use
    chair: ChairSpec | None = None
    wind: tuple[float, float] = (0.0, 0.0)  # m/s, where it blows to, x and y
    fires: tuple[str, ...] = ()  # places with bins or tyres that may be lit
    store: str = ""  # the zone the ballots are kept in
    crowd: tuple[CrowdSpec, ...] = ()
    unit: tuple[UnitSpec, ...] = ()
    post: tuple[PostSpec, ...] = ()
    timeline: tuple[Entry, ...] = ()


def scenario_file(text: str) -> ScenarioFile:
    """The scenario a run file holds: the whole, already checked when the run began."""
    return ScenarioFile.model_validate(tomllib.loads(text))
