"""Whether a scenario file is sound: its values, and that everything it names is there."""

import difflib
import json
from typing import Any

from pydantic import BaseModel

from crowdsim.behaviour.formations import FORMATIONS
from crowdsim.behaviour.parties import OFFENDERS, PERSONS
from crowdsim.behaviour.sop import PHASES, Profile
from crowdsim.frame import EVENT_KINDS
from crowdsim.params import LIMITS, PRESETS, Params
from crowdsim.problems import Problem, Said, reason, rule, said
from crowdsim.session.place import area_of, places_of
from crowdsim.session.schema import ORDER_NEEDS, CrowdSpec, Entry, OrderSpec, PostSpec, ScenarioFile, UnitSpec, When
from crowdsim.world.tilemap import TileMap


def _known(model: type[BaseModel]) -> list[str]:
    return list(model.model_fields)


def problem_of(file: str, item: Any) -> Problem:
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


def params_of(spec: ScenarioFile, changes: dict[str, float], file: str, problems: list[Problem]) -> Params:
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


def check_names(file: str, spec: ScenarioFile, tilemap: TileMap) -> list[Problem]:
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


def check_posts(file: str, spec: ScenarioFile, drawn: TileMap) -> list[Problem]:
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
            for key in sorted(ORDER_NEEDS.get(entry.order.kind, set())):
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
                if entry.order.at in places and entry.order.at in units and entry.order.at != entry.unit:
                    message = said("order.two_things", name=entry.order.at)
                    problems.append(Problem(file, f"{place}.order.at", message, said("order.one_thing")))
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


def check_doctrine(file: str, spec: ScenarioFile, profile: Profile) -> list[Problem]:
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
