"""The default exercise scaled in people: more or fewer in one compound, and beyond that more compounds."""

import math
from dataclasses import replace

import numpy as np

from crowdsim.places import shipped
from crowdsim.session.scenario import Scenario, load_scenario
from crowdsim.world.tilemap import Rect, TileMap

FULL = 2000
"""People of one compound at most: beyond that densities would not be those of the exercise."""

PUSHED_AT = 45.0
"""s into the exercise of `exercise_of` at which the crowd stands at the gate and pushes."""

_STORY = 0.08  # the timeline is told in this share of its time: marching at 4 s, pushing from 30 s
_BODY = 4800  # people of the stress scenario's crowds: what its spawns hold


def least_people() -> int:
    """The fewest people the exercise can be scaled to: its officers and a few demonstrators."""
    return sum(unit.count for unit in _exercise().spec.unit) + 50


def exercise_of(people: int) -> list[Scenario]:
    """The default exercise with `people` people in all, told in a twelfth of its time: one scenario per compound.

    The crowd that marches is scaled, officers and bystanders stay; so at `PUSHED_AT` it is the press at the gate.
    """
    compounds = math.ceil(people / FULL)
    return [_scaled(_exercise(), people // compounds + (k < people % compounds)) for k in range(compounds)]


def _exercise() -> Scenario:
    return load_scenario(shipped("maps", "kpu_kaltara", "sispamkota.toml"))


def _scaled(scenario: Scenario, people: int) -> Scenario:
    spec = scenario.spec
    marching = max(spec.crowd, key=lambda crowd: crowd.count)
    others = sum(unit.count for unit in spec.unit) + sum(c.count for c in spec.crowd if c is not marching)
    count = max(1, people - others)
    fewer = {"count": count, "provocateurs": min(marching.provocateurs, count), "delegates": 0}
    crowds = tuple(
        crowd.model_copy(update={"arrive": _STORY * crowd.arrive, **(fewer if crowd is marching else {})})
        for crowd in spec.crowd
    )
    timeline = tuple(
        entry if entry.at is None else entry.model_copy(update={"at": _STORY * entry.at}) for entry in spec.timeline
    )
    return replace(scenario, spec=spec.model_copy(update={"crowd": crowds, "timeline": timeline}))


# --- one map of many compounds, to look at ----------------------------------------------------------------------------


def crowd_of(people: int, duration: float = 120.0) -> Scenario:
    """The stress scenario with `people` people in all, on one map of as many compounds as they need.

    Its officers stand in the first compound only: they are not what a picture of so many is about.
    """
    scenario = load_scenario(shipped("maps", "kpu_kaltara", "stress_5000.toml"))
    spec = scenario.spec
    officers = sum(unit.count for unit in spec.unit)
    whole = sum(crowd.count for crowd in spec.crowd)
    compounds = max(1, math.ceil((people - officers) / _BODY))
    share = max(0.0, (people - officers) / whole)
    crowds = tuple(
        crowd.model_copy(
            update={
                "count": round(crowd.count * share),
                "provocateurs": 0,
                "spawn": tuple(_named(name, k) for k in range(compounds) for name in crowd.spawns),
            }
        )
        for crowd in spec.crowd
    )
    return replace(
        scenario,
        map=side_by_side(scenario.map, compounds),
        spec=spec.model_copy(update={"crowd": crowds, "duration": duration}),
    )


def side_by_side(tilemap: TileMap, copies: int) -> TileMap:
    """A map of `copies` of a map in rows, walled off from each other.

    A zone keeps its name and lies in every copy; gates, spawns and vehicles of copy k are named `name#k`, those of the
    first as drawn. Posts, exits and routes are those of the first copy.
    """
    if copies == 1:
        return tilemap
    across = math.ceil(math.sqrt(copies * tilemap.size[1] / tilemap.size[0]))
    down = math.ceil(copies / across)
    offsets = [divmod(k, across) for k in range(copies)]
    rows, cols = (n + 1 for n in tilemap.solid.shape)  # a wall between one copy and the next
    tile = tilemap.tile_size

    def laid(layer: np.ndarray, outside: int | float) -> np.ndarray:
        whole = np.full((down * rows, across * cols), outside, layer.dtype)
        for row, col in offsets:
            whole[row * rows : (row + 1) * rows - 1, col * cols : (col + 1) * cols - 1] = layer
        return whole

    def moved(rect: Rect, k: int) -> Rect:
        dy, dx = (n * size * tile for n, size in zip(offsets[k], (rows, cols), strict=True))
        return rect[0] + dx, rect[1] + dy, rect[2] + dx, rect[3] + dy

    copied = range(copies)
    zones = {
        name: replace(zone, rects=tuple(moved(rect, k) for k in copied for rect in zone.rects))
        for name, zone in tilemap.zones.items()
    }
    return replace(
        tilemap,
        surface=laid(tilemap.surface, int(tilemap.surface[0, 0])),
        solid=laid(tilemap.solid, True),
        cost=laid(tilemap.cost, 1.0),
        zones=zones,
        gates=tuple(
            replace(gate, id=_named(gate.id, k), rect=moved(gate.rect, k)) for k in copied for gate in tilemap.gates
        ),
        spawns={
            _named(name, k): replace(spawn, id=_named(name, k), rect=moved(spawn.rect, k))
            for k in copied
            for name, spawn in tilemap.spawns.items()
        },
        trees=tuple((*moved((x, y, x, y), k)[:2], radius) for k in copied for x, y, radius in tilemap.trees),
        vehicles=tuple(
            replace(vehicle, id=_named(vehicle.id, k), rect=moved(vehicle.rect, k))
            for k in copied
            for vehicle in tilemap.vehicles
        ),
        tiles=tuple(laid(layer, -1) for layer in tilemap.tiles),
    )


def _named(name: str, k: int) -> str:
    return f"{name}#{k}" if k else name
