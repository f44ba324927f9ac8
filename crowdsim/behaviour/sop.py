"""Doctrine as data: postures, phases and what makes them due, words of command, manoeuvres; read from a profile."""

import difflib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from crowdsim.behaviour.formations import FORMATIONS
from crowdsim.behaviour.unit import ORDER_KINDS, Order
from crowdsim.places import shipped
from crowdsim.problems import InputError, Problem, reason, rule, said, toml_fault

PHASES = ("hijau", "kuning", "merah")
"""From calm to grave."""

TOOLS = ("appeal", "warning", "barricade", "extinguish", "water", "gas")
"""What a phase may permit."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Strict):
    """Words in both languages."""

    id: str
    en: str

    def both(self) -> dict[str, str]:
        """As captions hold it."""
        return {"id": self.id, "en": self.en}


class Posture(_Strict):
    """How officers stand: how fast their formation moves, over the advance speed, and how hard they brace."""

    name: Text
    pace: Annotated[float, Field(ge=0, le=2)]  # share of officers.advance_speed; withdrawing keeps its own speed
    push: Annotated[float, Field(ge=0, le=1)]  # share of officers.brace


class Trigger(_Strict):
    """A reading that stays above a value for some seconds."""

    reading: str
    above: Annotated[float, Field(ge=0)]
    lasting: Annotated[float, Field(ge=0)] = 0.0  # s


class Phase(_Strict):
    """What a phase permits, who declares it, what makes it due."""

    declared_by: str
    force_cap: Annotated[int, Field(ge=1, le=5)]  # stages of force; the sixth, firearms, is no tool of this program
    tools: tuple[Literal["appeal", "warning", "barricade", "extinguish", "water", "gas"], ...]
    levels: tuple[str, ...] = ()  # what the doctrine itself calls the levels this colour stands for
    due: tuple[Trigger, ...] = ()  # any of them
    late: Annotated[float, Field(ge=0)] = 0.0  # s after its declaration from which `late_tools` are permitted too
    late_tools: tuple[Literal["water", "gas"], ...] = ()

    def permits(self, tool: str, since: float) -> bool:
        """Whether a tool may be used `since` s after the phase was declared."""
        return tool in self.tools or (tool in self.late_tools and since >= self.late)


class OrderWords(_Strict):
    """The word of command of an order, and the posture it brings."""

    words: str
    posture: str


class Until(_Strict):
    """When a step is done: everything that is given holds at once."""

    in_place: Annotated[float, Field(gt=0, le=1)] | None = None  # share of slots with their officer within 0.5 m
    closed: Annotated[float, Field(gt=0, le=5)] | None = None  # m, no clear gap in the front is wider
    gap: Annotated[float, Field(gt=0, le=20)] | None = None  # m, the widest clear gap in the front is at least this
    moved: bool = False  # it has gone as far as it was told
    after: Annotated[float, Field(gt=0, le=600)] | None = None  # s


class Step(_Strict):
    """One step of a manoeuvre: who does what, until when; without `until` the next step begins at once."""

    who: str
    order: dict[str, Any] | None = None
    act: Literal["", "files", "close", "exchange"] = ""  # the relief comes up in two files, closes its line, takes over
    until: Until | None = None
    at_most: Annotated[float, Field(gt=0, le=600)] = 30.0  # s, then the next step begins all the same
    words: str = ""  # of command
    caption: Text | None = None


class Manoeuvre(_Strict):
    """Steps for two or more units: `front` gives its line over to `relief`."""

    name: Text
    parts: tuple[str, ...]
    optional: tuple[str, ...] = ()
    front: str = "front"  # the part that gives its line over
    relief: str = "relief"  # the part that takes it
    formation: str  # of the line the relief closes; before an arc it takes the arc
    target: Annotated[float, Field(gt=0)]  # s it should take
    step: Annotated[tuple[Step, ...], Field(min_length=1)]


class Band(_Strict):
    """The limits of a criterion: up to `green` it is good, up to `amber` it will do; it knows which way is up."""

    green: float
    amber: float | None = None  # None = what is not green is red
    weight: Annotated[float, Field(ge=0, le=10)] = 1.0  # within its group
    mark: Literal["P", "R", "D"] = "P"  # how sure the limits are: proposal, recalled, design choice


class Weights(_Strict):
    """What each group of criteria counts for in the score."""

    readiness: Annotated[float, Field(ge=0)] = 8.0
    formation: Annotated[float, Field(ge=0)] = 12.0
    command: Annotated[float, Field(ge=0)] = 20.0
    proportionality: Annotated[float, Field(ge=0)] = 25.0
    safety: Annotated[float, Field(ge=0)] = 35.0


class Profile(_Strict):
    """A doctrine."""

    version: Literal[1]
    title: Text
    quiet: Annotated[float, Field(ge=0)]  # s without any trigger after which hijau is due again
    phase: dict[Literal["hijau", "kuning", "merah"], Phase]
    posture: Annotated[dict[str, Posture], Field(min_length=1)]
    order: dict[str, OrderWords]
    manoeuvre: dict[str, Manoeuvre]
    kit: dict[str, dict[str, Annotated[int, Field(ge=0)]]] = {}  # kind of unit: item: how many it must have
    weights: Weights = Weights()
    criterion: dict[str, Band] = {}  # "K1": what has no limits is not judged

    @model_validator(mode="before")
    @classmethod
    def _whole(cls, data: Any) -> Any:
        for group, names in (("phase", PHASES), ("order", ORDER_KINDS)):
            given = data.get(group, {}) if isinstance(data, dict) else {}
            for name in names:
                if isinstance(given, dict) and name not in given:
                    raise ValueError(said("profile.table_missing", group=group, name=name))
        return data


Held = Mapping[str, float]
"""For each trigger the seconds its reading has stayed above; for each phase those since it was last called for."""


def due_phase(readings: Mapping[str, float], held: Held, profile: Profile, dt: float) -> tuple[str, dict[str, float]]:
    """The phase the facts call for, and the timers to bring next time.

    readings : named numbers of the moment, what is missing counts as 0 ; dt : s since the last call
    A phase is called for while one of its triggers has held for long enough, and stays due until none has for
    `profile.quiet` s. The program says so and declares nothing.
    """
    timers: dict[str, float] = {}
    due = PHASES[0]
    for name in PHASES[1:]:
        called = False
        for k, trigger in enumerate(profile.phase[name].due):  # type: ignore[index]
            above = readings.get(trigger.reading, 0.0) > trigger.above
            key = f"{name}.{k}"
            timers[key] = held.get(key, 0.0) + dt if above else 0.0
            called |= above and timers[key] >= trigger.lasting
        timers[name] = 0.0 if called else held.get(name, float("inf")) + dt
        if timers[name] < profile.quiet or called:
            due = name
    return due, timers


def profiles() -> list[str]:
    """The profiles that ship with the program."""
    return sorted(path.stem for path in shipped("assets", "doctrine").glob("*.toml"))


def profile_path(name: str, beside: Path | None = None) -> Path:
    """Where a profile lies: one that ships, or a `.toml` beside the scenario that names it."""
    if name.endswith(".toml"):
        return (beside or Path()) / name
    return shipped("assets", "doctrine", f"{name}.toml")


def is_profile(path: Path) -> bool:
    """Whether a TOML file looks like a profile: it has postures."""
    try:
        return "posture" in tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False


@lru_cache
def load_profile(path: Path) -> Profile:
    """Read and check a profile; InputError lists every problem."""
    shown = str(path)
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        near = difflib.get_close_matches(path.stem, profiles(), 1, 0.3)
        mend = said("mend.nearest", near=near[0]) if near else said("mend.known", known=", ".join(profiles()))
        raise InputError([Problem(shown, "", said("profile.none"), mend)]) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError([Problem(shown, "", toml_fault(error), said("toml.mend"))]) from None
    try:
        profile = Profile.model_validate(data)
    except ValidationError as error:
        raise InputError([_problem(shown, item) for item in error.errors()]) from None
    problems = _cross_check(shown, profile)
    if problems:
        raise InputError(problems)
    return profile


def _problem(file: str, item: Any) -> Problem:
    place = ".".join(f"[{part + 1}]" if isinstance(part, int) else str(part) for part in item["loc"]).replace(".[", "[")
    if item["type"] == "missing":
        return Problem(file, place, said("key.missing"), said("key.add"))
    if item["type"] == "extra_forbidden":
        return Problem(file, place, said("key.unknown", key=item["loc"][-1]), said("profile.see_keys"))
    if item["type"] == "value_error":
        return Problem(file, place, reason(item["ctx"]["error"]), said("profile.see_how"))
    value = json.dumps(item["input"], default=str)
    return Problem(file, place, said("value.not_allowed", value=value), rule(item))


def _cross_check(file: str, profile: Profile) -> list[Problem]:
    """What names something must name something that is there."""
    problems: list[Problem] = []

    def must(value: str, known: list[str], what: str, place: str) -> None:
        if value not in known:
            near = difflib.get_close_matches(value, known, 1, 0.4)
            mend = said("mend.nearest", near=near[0]) if near else said("mend.known", known=", ".join(known))
            problems.append(Problem(file, place, said("name.none", what=said(f"what.{what}"), value=value), mend))

    for kind, order in profile.order.items():
        must(kind, list(ORDER_KINDS), "order", f"order.{kind}")
        must(order.posture, list(profile.posture), "posture", f"order.{kind}.posture")
    for name, manoeuvre in profile.manoeuvre.items():
        parts = [*manoeuvre.parts, *manoeuvre.optional]
        place = f"manoeuvre.{name}"
        must(manoeuvre.formation, list(FORMATIONS), "formation", f"{place}.formation")
        must(manoeuvre.front, parts, "part", f"{place}.front")
        must(manoeuvre.relief, parts, "part", f"{place}.relief")
        for k, step in enumerate(manoeuvre.step, 1):
            here = f"{place}.step[{k}]"
            must(step.who, parts, "part", f"{here}.who")
            if (step.order is None) == (step.act == "") and step.until is None:
                problems.append(Problem(file, here, said("manoeuvre.does_nothing"), said("manoeuvre.give_something")))
            if step.order is None:
                continue
            try:
                order_of(step.order)
            except ValueError as error:
                problems.append(Problem(file, f"{here}.order", reason(error), said("order.see")))
                continue
            if "formation" in step.order:
                must(step.order["formation"], list(FORMATIONS), "formation", f"{here}.order.formation")
            if step.order.get("posture"):
                must(step.order["posture"], list(profile.posture), "posture", f"{here}.order.posture")
            if step.order["kind"] == "form_up":
                must(step.order["at"], parts, "part", f"{here}.order.at")
    return problems


def order_of(values: Mapping[str, Any]) -> Order:
    """The order a step names by its kind; ValueError for a kind or a key that is not known or missing."""
    kind = values.get("kind")
    if kind not in ORDER_KINDS:
        raise ValueError(said("order.none", kind=kind))
    given = {key: value for key, value in values.items() if key != "kind"}
    known = {key.name: key.default is MISSING for key in fields(ORDER_KINDS[kind])}  # and whether it must be there
    for key in (key for key in given if key not in known):
        raise ValueError(said("key.unknown", key=key))
    needed = [key for key, must in known.items() if must and key not in given]
    if needed:
        raise ValueError(said("order.needs_keys", kind=kind, keys=", ".join(needed)))
    return ORDER_KINDS[kind](**given)
