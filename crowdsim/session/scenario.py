"""Scenario: map + crowd + units + timeline + seed, as a TOML file, checked before anything runs."""

import difflib
import hashlib
import json
import math
import tomllib
from dataclasses import dataclass, fields, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crowdsim.behaviour.formations import FORMATIONS
from crowdsim.behaviour.parties import OFFENDERS, PERSONS
from crowdsim.behaviour.sop import PHASES, Profile, load_profile, order_of, profile_path
from crowdsim.behaviour.unit import ORDER_KINDS, Hold, Order, Place
from crowdsim.frame import EVENT_KINDS
from crowdsim.params import LIMITS, PRESETS, Params
from crowdsim.places import beside_or_shipped
from crowdsim.problems import InputError, Problem, Said, reason, rule, said
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
from crowdsim.session.extension import read_whole
from crowdsim.world.maps import load_map
from crowdsim.world.tilemap import Post, Rect, TileMap


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


_ORDER_NEEDS = {
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


@dataclass(frozen=True)
class Scenario:
    """A checked scenario with its map."""

    path: Path
    text: str  # the file as read; with what it extends, the whole
    spec: ScenarioFile
    map: TileMap
    params: Params

    @property
    def name(self) -> str:
        """The file's name without its suffix."""
        return self.path.stem

    @cached_property
    def profile(self) -> Profile:
        """The doctrine it is played by."""
        return load_profile(profile_path(self.spec.profile, self.path.parent))

    @property
    def fingerprint(self) -> str:
        """Hash of scenario, map and doctrine: runs with the same fingerprint, seed and journal are the same run."""
        digest = hashlib.sha256(self.text.encode())
        digest.update(self.map.path.read_bytes())
        digest.update(profile_path(self.spec.profile, self.path.parent).read_bytes())
        return digest.hexdigest()[:16]

    @property
    def title(self) -> dict[str, str]:
        """Its title in both languages."""
        return {"id": self.spec.title.id, "en": self.spec.title.en}


def area_of(tilemap: TileMap, name: Place) -> tuple[Rect, ...]:
    """The rectangles of a zone, spawn or exit, or a small one round a post or point; KeyError for an unknown name."""
    if isinstance(name, tuple):
        x, y = name
        return ((x - 1.0, y - 1.0, x + 1.0, y + 1.0),)
    if name in tilemap.zones:
        return tilemap.zones[name].rects
    if name in tilemap.spawns:
        return (tilemap.spawns[name].rect,)
    if name in tilemap.exits:
        return (tilemap.exits[name].rect,)
    x, y = tilemap.posts[name].position
    return ((x - 1.0, y - 1.0, x + 1.0, y + 1.0),)


def centre_of(tilemap: TileMap, name: Place) -> tuple[float, float]:
    """The middle of a zone, spawn, exit or post, or the point itself, m; KeyError for an unknown name."""
    rects = area_of(tilemap, name)
    x0, y0 = min(r[0] for r in rects), min(r[1] for r in rects)
    x1, y1 = max(r[2] for r in rects), max(r[3] for r in rects)
    return ((x0 + x1) / 2, (y0 + y1) / 2)


def places_of(tilemap: TileMap) -> list[str]:
    """Every name an order or a crowd may use for a place."""
    return [*tilemap.zones, *tilemap.spawns, *tilemap.posts, *tilemap.exits]


def scenario_file(text: str) -> ScenarioFile:
    """The scenario a run file holds: the whole, already checked when the run began."""
    return ScenarioFile.model_validate(tomllib.loads(text))


def load_scenario(path: Path, changes: dict[str, float] | None = None, text: str | None = None) -> Scenario:
    """Read and check a scenario; InputError lists every problem of the file, its map and `changes` (`--set`).

    text : that of the file, when it is not written yet
    """
    shown, whole = str(path), read_whole(path, text=text)
    try:
        spec = ScenarioFile.model_validate(whole.data)
    except ValidationError as error:
        raise InputError([whole.locate(_problem_of(shown, item)) for item in error.errors()]) from None
    try:
        drawn = _drawn(beside_or_shipped(path.parent / spec.map))
    except InputError as error:
        raise InputError([*error.problems]) from None
    tilemap = with_posts(drawn, spec)
    problems: list[Problem] = _check_posts(shown, spec, drawn)
    params = _params_of(spec, changes or {}, shown, problems)
    problems += _cross_check(shown, spec, tilemap)
    try:
        profile = load_profile(profile_path(spec.profile, path.parent))
        problems += _check_doctrine(shown, spec, profile)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError([whole.locate(problem) for problem in problems])
    return Scenario(path, whole.whole_text, spec, tilemap, params)


def with_posts(drawn: TileMap, spec: ScenarioFile) -> TileMap:
    """A map as drawn with the posts of a scenario, which stand in for those of the same name."""
    return replace(drawn, posts=drawn.posts | {post.id: post.post() for post in spec.post})


def _drawn(path: Path) -> TileMap:
    """The map of a file, read once: a plan is checked at every change of it, and a map takes longest."""
    try:
        stamp = path.stat()
    except OSError:
        return load_map(path)  # which says what is wrong
    return _read(path, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int, size: int) -> TileMap:
    return load_map(path)


def _known(model: type[BaseModel]) -> list[str]:
    return list(model.model_fields)


def _problem_of(file: str, item: Any) -> Problem:
    """One pydantic error in the words of the file."""
    place = ".".join(f"[{part + 1}]" if isinstance(part, int) else str(part) for part in item["loc"]).replace(".[", "[")
    value = item["input"]
    if item["type"] == "extra_forbidden":
        models: dict[str, type[BaseModel]] = {
            "crowd": CrowdSpec,
            "unit": UnitSpec,
            "post": PostSpec,
            "timeline": Entry,
        }
        model: type[BaseModel] = models.get(str(item["loc"][0]), ScenarioFile) if len(item["loc"]) > 1 else ScenarioFile
        if "order" in item["loc"]:
            model = OrderSpec
        elif "when" in item["loc"]:
            model = When
        near = difflib.get_close_matches(str(item["loc"][-1]), _known(model), 1, 0.5)
        mend = said("mend.nearest", near=near[0]) if near else said("key.known", known=", ".join(_known(model)))
        return Problem(file, place, said("key.unknown", key=item["loc"][-1]), mend)
    if item["type"] == "missing":
        return Problem(file, place, said("key.missing"), said("key.add"))
    return Problem(file, place, said("value.not_allowed", value=json.dumps(value, default=str)), rule(item))


def _params_of(spec: ScenarioFile, changes: dict[str, float], file: str, problems: list[Problem]) -> Params:
    params = PRESETS.get(spec.preset)
    if params is None:
        problems.append(
            Problem(
                file,
                "preset",
                said("param.no_preset", preset=spec.preset),
                said("param.presets", known=", ".join(PRESETS)),
            )
        )
        params = Params()
    wanted = [(file, f"params.{g}.{k}", f"{g}.{k}", v) for g, group in spec.params.items() for k, v in group.items()]
    wanted += [("--set", name, name, value) for name, value in changes.items()]
    for where, place, name, value in wanted:
        try:
            params = params.with_value(name, value)
        except KeyError:
            near = difflib.get_close_matches(name, LIMITS, 1, 0.4)
            mend = said("mend.nearest", near=near[0]) if near else said("param.see_names")
            problems.append(Problem(where, place, said("param.unknown", name=name), mend))
        except ValueError as error:
            problems.append(Problem(where, place, reason(error), said("param.inside")))
    return params


def _cross_check(file: str, spec: ScenarioFile, tilemap: TileMap) -> list[Problem]:
    """Everything that names something must name something that is there."""
    problems: list[Problem] = []
    places = places_of(tilemap)
    gates = [gate.id for gate in tilemap.gates]
    crowds = [crowd.id for crowd in spec.crowd]
    units = [unit.id for unit in spec.unit]

    def must(value: str, known: list[str], what: str, place: str) -> None:
        if value not in known:
            near = difflib.get_close_matches(value, known, 1, 0.4)
            all_known = ", ".join(known[:12]) or said("mend.none")
            mend = said("mend.nearest", near=near[0]) if near else said("mend.known", known=all_known)
            problems.append(Problem(file, place, said("name.none", what=said(f"what.{what}"), value=value), mend))

    named = [entry.id for entry in spec.timeline if entry.id]
    posts = [post.id for post in spec.post]
    for kind, names in (("crowd", crowds), ("unit", units), ("post", posts), ("timeline", named)):
        for name in sorted({name for name in names if names.count(name) > 1}):
            problems.append(Problem(file, kind, said("name.twice", name=name), said("name.own_id")))
    if spec.compound:
        must(spec.compound, list(tilemap.zones), "zone", "compound")
    if spec.holding:
        must(spec.holding, list(tilemap.zones), "zone", "holding")
    for name in spec.blocked:
        must(name, list(tilemap.exits), "exit", "blocked")
    if spec.chair:
        must(spec.chair.start, places, "zone_or_post", "chair.start")
        for key, zone in (("safe", spec.chair.safe), ("captivity", spec.chair.captivity)):
            if zone:
                must(zone, list(tilemap.zones), "zone", f"chair.{key}")
    if spec.store:
        must(spec.store, list(tilemap.zones), "zone", "store")
    for name in spec.fires:
        must(name, places, "place", "fires")
    if max(abs(speed) for speed in spec.wind) > 8.0:
        problems.append(Problem(file, "wind", said("wind.too_strong"), said("wind.no_storm")))
    for k, crowd in enumerate(spec.crowd, 1):
        place = f"crowd[{k}]"
        for name in crowd.spawns:
            must(name, places, "spawn_or_zone", f"{place}.spawn")
        special = crowd.provocateurs + crowd.hardcore + crowd.delegates + crowd.coordinator
        if special > crowd.count:
            mend = said("crowd.part_of_count")
            message = said("crowd.too_many_special", special=special, count=crowd.count)
            problems.append(Problem(file, place, message, mend))
        for key, value, known, what in (
            ("toward", crowd.toward, places, "zone"),
            ("through", crowd.through, gates, "barrier"),
            ("front", crowd.front, list(tilemap.zones), "zone"),
        ):
            if value:
                must(value, known, what, f"{place}.{key}")
        known_spawns = [name for name in crowd.spawns if name in places]
        area = sum((x1 - x0) * (y1 - y0) for name in known_spawns for x0, y0, x1, y1 in area_of(tilemap, name))
        if known_spawns and crowd.count > 4.5 * area:
            problems.append(
                Problem(
                    file,
                    f"{place}.count",
                    said("crowd.no_room", count=crowd.count, area=area, spawns=", ".join(known_spawns)),
                    said("crowd.room_for", most=int(4.5 * area)),
                )
            )
    for k, unit in enumerate(spec.unit, 1):
        place = f"unit[{k}]"
        must(unit.start, places, "zone_or_post", f"{place}.start")
        if unit.formation:
            must(unit.formation, list(FORMATIONS), "formation", f"{place}.formation")
        if unit.start in tilemap.zones and not unit.formation:
            area = sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in area_of(tilemap, unit.start))
            if unit.count * 0.9 > area:
                problems.append(
                    Problem(
                        file,
                        f"{place}.count",
                        said("unit.too_many", count=unit.count, zone=unit.start, area=area),
                        said("unit.room_for", most=int(area / 0.9)),
                    )
                )
    exits = [name for name in tilemap.exits if name not in spec.blocked]
    for k, entry in enumerate(spec.timeline, 1):
        problems += _check_entry(
            file, f"timeline[{k}]", entry, spec.duration, tilemap, exits, must, gates, crowds, units, places
        )
    return problems


def _check_posts(file: str, spec: ScenarioFile, drawn: TileMap) -> list[Problem]:
    """Posts of the scenario must stand on ground, under names nothing else has."""
    problems: list[Problem] = []
    for k, post in enumerate(spec.post, 1):
        x, y = post.at
        wide, high = drawn.size
        if not (0.0 <= x < wide and 0.0 <= y < high):
            mend = said("map.size", width=wide, height=high)
            problems.append(Problem(file, f"post[{k}].at", said("post.outside", x=x, y=y), mend))
        elif drawn.solid[int(y / drawn.tile_size), int(x / drawn.tile_size)]:
            message = said("post.in_wall", x=x, y=y)
            problems.append(Problem(file, f"post[{k}].at", message, said("map.free_ground")))
        if post.id in {*drawn.zones, *drawn.spawns, *drawn.exits}:
            message = said("post.name_taken", name=post.id)
            problems.append(Problem(file, f"post[{k}].id", message, said("post.another_name")))
    return problems


def _check_condition(
    file: str, place: str, when: When, must: Any, gates: list[str], crowds: list[str], units: list[str]
) -> list[Problem]:
    problems: list[Problem] = []
    names = ("event", "anger", "share", "heard", "load", "phase", "due")
    asked = [name for name in names if getattr(when, name)]
    if len(asked) != 1:
        found = said("when.several", names=", ".join(asked)) if asked else said("when.none")
        problems.append(Problem(file, place, found, said("when.give_one", known=", ".join(names))))
    if when.anger or when.share or when.heard:
        must(when.subject, crowds, "crowd", f"{place}.subject")
    if when.load:
        must(when.subject, [*gates, *units], "barrier_or_unit", f"{place}.subject")
    if when.share and not when.state:
        problems.append(Problem(file, f"{place}.state", said("key.missing"), said("when.name_share")))
    return problems


def _check_entry(
    file: str,
    place: str,
    entry: Entry,
    duration: float,
    tilemap: TileMap,
    exits: list[str],
    must: Any,
    gates: list[str],
    crowds: list[str],
    units: list[str],
    places: list[str],
) -> list[Problem]:
    problems: list[Problem] = []
    for key, kind in (("event", entry.event), ("when.event", entry.when.event if entry.when else "")):
        if kind:
            must(kind, list(EVENT_KINDS), "event", f"{place}.{key}")
    if entry.at is not None and entry.at + entry.after > duration:
        mend = said("timeline.earlier")
        message = said("timeline.after_end", at=entry.at + entry.after, duration=duration)
        problems.append(Problem(file, f"{place}.at", message, mend))
    if entry.when is not None:
        problems += _check_condition(file, f"{place}.when", entry.when, must, gates, crowds, units)
    if entry.unless is not None:
        problems += _check_condition(file, f"{place}.unless", entry.unless, must, gates, crowds, units)
        if entry.unless.event:
            mend = said("when.name_state")
            problems.append(
                Problem(file, f"{place}.unless.event", said("value.not_allowed", value=entry.unless.event), mend)
            )
    if (entry.at is None) == (entry.when is None):
        problems.append(Problem(file, place, said("timeline.at_or_when"), said("timeline.give_one")))
    if entry.do == "give_order":
        must(entry.unit, units, "unit", f"{place}.unit")
        if entry.order is None:
            problems.append(Problem(file, f"{place}.order", said("key.missing"), said("order.add")))
        else:
            for key in sorted(_ORDER_NEEDS.get(entry.order.kind, set())):
                if getattr(entry.order, key) is None:
                    mend = said("order.needs", kind=entry.order.kind)
                    problems.append(Problem(file, f"{place}.order.{key}", said("key.missing"), mend))
            if entry.order.formation is not None:
                must(entry.order.formation, list(FORMATIONS), "formation", f"{place}.order.formation")
            for key, point in (("at", entry.order.at), ("zone", entry.order.zone)):
                width, height = tilemap.size
                if isinstance(point, tuple) and not (0.0 <= point[0] <= width and 0.0 <= point[1] <= height):
                    message = said("order.outside", x=point[0], y=point[1])
                    mend = said("map.size", width=width, height=height)
                    problems.append(Problem(file, f"{place}.order.{key}", message, mend))
                if isinstance(point, tuple) and entry.order.kind == "escort":
                    mend = said("order.named_place")
                    problems.append(Problem(file, f"{place}.order.{key}", said("order.is_point"), mend))
            if isinstance(entry.order.at, str):
                must(entry.order.at, [*places, *units], "post_zone_or_unit", f"{place}.order.at")
            if isinstance(entry.order.zone, str):
                must(entry.order.zone, places, "zone", f"{place}.order.zone")
            if entry.order.barrier is not None:
                must(entry.order.barrier, gates, "barrier", f"{place}.order.barrier")
            if entry.order.kind == "open" and (entry.order.width or 0.0) > 20.0:
                mend = said("order.widest_gap")
                problems.append(
                    Problem(
                        file, f"{place}.order.width", said("order.width_not_allowed", width=entry.order.width), mend
                    )
                )
            if entry.order.person is not None:
                persons = list(OFFENDERS) if entry.order.kind == "arrest" else list(PERSONS)
                must(entry.order.person, persons, "person", f"{place}.order.person")
    elif entry.do == "use_tool":
        if not entry.tool:
            problems.append(Problem(file, f"{place}.tool", said("key.missing"), said("tool.name_means")))
        vehicles = [vehicle.id for vehicle in tilemap.vehicles]
        if entry.by:
            must(entry.by, [*units, *vehicles], "unit_or_vehicle", f"{place}.by")
        known, what = (gates, "barrier") if entry.tool == "barricade" else (places, "place")
        must(entry.zone, known, what, f"{place}.zone")
    elif entry.do == "give_manoeuvre":
        for part, unit in entry.parts.items():
            must(unit, units, "unit", f"{place}.parts.{part}")
        for unit in sorted({unit for unit in entry.parts.values() if list(entry.parts.values()).count(unit) > 1}):
            mend = said("manoeuvre.own_unit")
            problems.append(Problem(file, f"{place}.parts", said("manoeuvre.two_parts", unit=unit), mend))
    elif entry.do == "declare_phase":
        must(entry.phase, list(PHASES), "phase", f"{place}.phase")
    elif entry.do == "set_barrier":
        must(entry.barrier, gates, "barrier", f"{place}.barrier")
    elif entry.do == "set_param":
        must(entry.name, [name for name in LIMITS if not name.startswith("time.")], "parameter", f"{place}.name")
        if entry.name in LIMITS and not LIMITS[entry.name].low <= entry.value <= LIMITS[entry.name].high:
            limit = LIMITS[entry.name]
            message = said(
                "param.outside",
                name=entry.name,
                value=entry.value,
                low=limit.low,
                high=limit.high,
                unit=f" {limit.unit}".rstrip(),
            )
            problems.append(Problem(file, f"{place}.value", message, said("param.inside")))
    else:
        if entry.wish or entry.answer or entry.anger or entry.fear or entry.arrive:
            must(entry.crowd, crowds, "crowd", f"{place}.crowd")
        if entry.wish in ("gather", "push"):
            must(entry.zone, places, "zone", f"{place}.zone")
        if entry.through:
            must(entry.through, gates, "barrier", f"{place}.through")
        for name in entry.exits:
            must(name, exits, "open_exit" if name in tilemap.exits else "exit", f"{place}.exits")
        for key, name in (("shut", entry.shut), ("reopen", entry.reopen)):
            if name:
                must(name, [n for n, way in tilemap.exits.items() if not way.police_only], "exit", f"{place}.{key}")
        if entry.wish == "leave" and not entry.exits:
            problems.append(Problem(file, f"{place}.exits", said("key.missing"), said("wish.name_exits")))
    return problems


def _check_doctrine(file: str, spec: ScenarioFile, profile: Profile) -> list[Problem]:
    """Manoeuvres, their parts and postures must be those of the profile."""
    problems: list[Problem] = []

    def miss(place: str, what: Said, value: str, known: list[str]) -> None:
        near = difflib.get_close_matches(value, known, 1, 0.4)
        mend = said("mend.nearest", near=near[0]) if near else said("mend.known", known=", ".join(known))
        problems.append(
            Problem(file, place, said("profile.has_none", profile=spec.profile, what=what, value=value), mend)
        )

    for k, unit in enumerate(spec.unit, 1):
        if unit.posture and unit.posture not in profile.posture:
            miss(f"unit[{k}].posture", said("what.posture"), unit.posture, list(profile.posture))
    for k, entry in enumerate(spec.timeline, 1):
        place = f"timeline[{k}]"
        if entry.order is not None and entry.order.posture and entry.order.posture not in profile.posture:
            miss(f"{place}.order.posture", said("what.posture"), entry.order.posture, list(profile.posture))
        if entry.do != "give_manoeuvre":
            continue
        manoeuvre = profile.manoeuvre.get(entry.manoeuvre)
        if manoeuvre is None:
            miss(f"{place}.manoeuvre", said("what.manoeuvre"), entry.manoeuvre, list(profile.manoeuvre))
            continue
        parts = [*manoeuvre.parts, *manoeuvre.optional]
        for part in entry.parts:
            if part not in parts:
                miss(f"{place}.parts.{part}", said("what.part_of", manoeuvre=entry.manoeuvre), part, parts)
        for part in manoeuvre.parts:
            if part not in entry.parts:
                problems.append(
                    Problem(file, f"{place}.parts.{part}", said("key.missing"), said("manoeuvre.name_unit"))
                )
    return problems
