"""Water cannon: what the stream of a vehicle reaches, how hard, and which rules it breaks."""

import math
from dataclasses import dataclass

import numpy as np

from crowdsim.behaviour.violence import OFFENDER
from crowdsim.params import MeansParams
from crowdsim.population.population import Population
from crowdsim.population.roles import Role, Status
from crowdsim.world.tilemap import TileMap, Vehicle
from crowdsim.world.world import World

_FALLEN = int(Status.FALLEN)
_OFFICER, _SHIELD = int(Role.OFFICER), int(Role.SHIELD)

_TANK, _FLOW = 5000.0, {"jet": 20.0, "diffuse": 10.0}  # l, l/s
_REACH = {"jet": 50.0, "diffuse": 25.0}  # m
_SOFTER = 25.0  # m over which the stream loses 1 - 1/e of its force
_CORE, _SPREAD = {"jet": 0.5, "diffuse": 1.0}, {"jet": 0.01, "diffuse": 0.15}  # m, and m a metre: half width
_OVER = 2.0 / 3.0  # of the way to its target a jet passes over heads: from 3 m down to a chest at 1.2 m [D]
_STRIP = 0.5  # m, as wide as a body: the first in each strip takes the water, whoever stands right behind half of it
_BEHIND = 0.8  # m
_TOO_NEAR, _PRESS, _PINNED = 10.0, 4.0, 1.0  # m, 1/m2, m from a wall
_LIGHT, _SERIOUS = 0.02, 0.001  # 1/s, injuries of those the jet hits within _TOO_NEAR m


@dataclass
class Cannon:
    """A water cannon on its vehicle."""

    vehicle: str
    nozzle: tuple[float, float]  # m
    left: float = _TANK  # l
    kind: str = "off"  # "off", "diffuse" or "jet"
    target: tuple[float, float] = (0.0, 0.0)  # m
    since: float = 0.0  # s
    warned_softly: bool = False  # it sprayed diffusely before it ever shot a jet
    marks: tuple[str, ...] = ()  # rules broken since it was turned on
    hit: int = 0  # people-decisions
    innocent: int = 0  # of them on people who did nothing violent in the last minute


def cannons_of(tilemap: TileMap) -> list[Cannon]:
    """The water cannons of the map, full."""
    return [Cannon(v.id, nozzle_of(v)) for v in tilemap.vehicles if v.kind == "awc"]


def nozzle_of(vehicle: Vehicle) -> tuple[float, float]:
    """Where the monitor sits: over the cab, at the front end."""
    x0, y0, x1, y1 = vehicle.rect
    ahead = 0.4 * max(x1 - x0, y1 - y0)
    x, y = (x0 + x1) / 2 + ahead * math.cos(vehicle.heading), (y0 + y1) / 2 + ahead * math.sin(vehicle.heading)
    return x, y


def stream(
    people: Population, nozzle: tuple[float, float], target: tuple[float, float], kind: str, strength: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Whom a stream hits, how far off [m], and with what force f4[k, 2], N.

    F = F_0 e^(-d / 25 m), shared by the bodies side by side that it meets first; those right behind them get half as
    much. What it meets of officers it hits too; who stands in the first two thirds of the way it passes over. A diffuse
    spray reaches 25 m, wets all in its cone and has no force.

    Source: 20 kg/s at 45 m/s are 900 N [R]; its sharing keeps the momentum of the water.
    """
    ax, ay = target[0] - nozzle[0], target[1] - nozzle[1]
    length = max(1e-6, math.hypot(ax, ay))
    ax, ay = ax / length, ay / length
    dx, dy = people.position[:, 0] - nozzle[0], people.position[:, 1] - nozzle[1]
    along, aside = dx * ax + dy * ay, dy * ax - dx * ay
    reach = min(_REACH[kind], length + 5.0)  # it falls on what it is aimed at
    half = _CORE[kind] + _SPREAD[kind] * along
    on_ground = people.active | (people.status == _FALLEN)
    first = _OVER * length if kind == "jet" else 0.5
    rows = np.flatnonzero(on_ground & (along > first) & (along < reach) & (np.abs(aside) < half))
    if not len(rows):
        return rows, np.zeros(0), np.zeros((0, 2), np.float32)
    rows = rows[np.argsort(along[rows], kind="stable")]
    far = along[rows]
    if kind == "diffuse":
        return rows, far, np.zeros((len(rows), 2), np.float32)
    strip = np.floor(aside[rows] / _STRIP).astype(int)
    _, place, which = np.unique(strip, return_index=True, return_inverse=True)
    behind = far - far[place][which]
    share = np.where(behind <= 0.0, 1.0, np.where(behind < _BEHIND, 0.5, 0.0))
    force = strength * np.exp(-far / _SOFTER) * share / len(place)
    wet = share > 0.0
    return rows[wet], far[wet], (force[wet, None] * np.array([ax, ay])).astype(np.float32)


def breaches(
    world: World, people: Population, cannon: Cannon, rows: np.ndarray, far: np.ndarray, density: np.ndarray
) -> list[str]:
    """R7 in its parts, as marks: what a jet does that it must not. density : f4[k], 1/m2, about those it hits.

    `R7 near` within 10 m, `R7 fallen` on somebody who lies, `R7 pinned` against a wall, `R7 press` where they cannot
    give way, `R7 first` a jet before any diffuse spray.
    """
    if cannon.kind != "jet":
        return []
    found = []
    if not cannon.warned_softly:
        found.append("R7 first")
    if not len(rows):
        return found
    if (far < _TOO_NEAR).any():
        found.append("R7 near")
    if (people.status[rows] == _FALLEN).any():
        found.append("R7 fallen")
    way = np.array(cannon.target) - np.array(cannon.nozzle)
    behind = people.position[rows] + (_PINNED * way / max(1e-6, np.hypot(*way))).astype(np.float32)
    if not world.is_free(behind).all():
        found.append("R7 pinned")
    if (density > _PRESS).any():
        found.append("R7 press")
    return found


def innocent(people: Population, rows: np.ndarray, time: float) -> np.ndarray:
    """bool[k]: who of them did nothing violent in the last minute; the police do not count."""
    offended: np.ndarray = people.violent_at[rows] > time - OFFENDER
    return ~offended & (people.role[rows] != _OFFICER) & (people.role[rows] != _SHIELD)


def flow(cannon: Cannon, dt: float) -> bool:
    """Use up water; returns whether it runs dry."""
    cannon.left = max(0.0, cannon.left - _FLOW[cannon.kind] * dt)
    return cannon.left <= 0.0


def bruised(draw: np.ndarray, far: np.ndarray, dt: float) -> np.ndarray:
    """The injury level of each person a jet hits from too near, i1[k]. draw : f4[k] uniform"""
    serious, light = _SERIOUS * dt, _LIGHT * dt
    level = np.where(draw < serious, 2, np.where(draw < serious + light, 1, 0))
    return np.where(far < _TOO_NEAR, level, 0).astype(np.int8)


def shares(cannon: Cannon) -> float:
    """Share of those hit who had done nothing violent."""
    return cannon.innocent / cannon.hit if cannon.hit else 0.0


def forceful(cannon: Cannon, p: MeansParams) -> float:
    """N at the nozzle."""
    return p.jet if cannon.kind == "jet" else 0.0
