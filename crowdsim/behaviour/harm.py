"""Harm to bodies: dose, falls, injuries. Every rule is a function of columns; randomness arrives as draws."""

from dataclasses import dataclass

import numpy as np

from crowdsim.kernels.cells import LYING, WALKER, Cells
from crowdsim.kernels.harm import beside, strain
from crowdsim.params import HarmParams, OfficerParams
from crowdsim.population.population import Population
from crowdsim.population.roles import (
    DEMONSTRATOR_ROLES,
    OFFICER_ROLES,
    Cause,
    Injury,
    Mind,
    Mode,
    Role,
    Status,
)

_NONE, _LIGHT, _SERIOUS = int(Injury.NONE), int(Injury.LIGHT), int(Injury.SERIOUS)
_FALLEN, _ACTIVE = int(Status.FALLEN), int(Status.ACTIVE)
_FLEEING_MIND, _VIOLENT = int(Mind.FLEEING), int(Mind.VIOLENT)
_PUSH, _STAND = int(Mode.PUSH), int(Mode.STAND)

DISTRESS = 0.1
"""Dose from which somebody in a press stops pushing and cries out."""
_ROOM = 5.0  # 1/m2 about him, with which one cannot get up
_TRAMPLED = 0.02  # 1/s, dose of who lies, of each person who moves over him
_CRAWL = 0.3  # share of his free speed at which somebody picks his way past one who lies
_FLEEING = 3.0  # times the hazard
_FALL_LIGHT, _FALL_SERIOUS = 0.05, 0.005  # of the falls
_CALM = 0.5  # fear below which a neighbour helps


@dataclass
class Bodies:
    """What harm keeps of each person besides the columns."""

    vulnerability: np.ndarray  # f4[n], 0.7 .. 1.5, factor on the dose
    shove: np.ndarray  # f4[n], m/s, EMA 0.5 s of how he is moved against his will
    hazard: np.ndarray  # f4[n], 1/s, of falling
    jet: np.ndarray  # bool[n], under a jet now
    gas: np.ndarray  # f4[n], mg/m3 he breathes now
    masked: np.ndarray  # bool[n], breathes through a mask


def bodies_of(people: Population, rng: np.random.Generator) -> Bodies:
    """Bodies before anything happened to them."""
    n = people.capacity
    return Bodies(
        vulnerability=(0.7 + 0.8 * rng.random(n)).astype(np.float32),
        shove=np.zeros(n, np.float32),
        hazard=np.zeros(n, np.float32),
        jet=np.zeros(n, bool),
        gas=np.zeros(n, np.float32),
        masked=np.zeros(n, bool),
    )


def _table(roles: tuple[Role, ...]) -> np.ndarray:
    known = np.zeros(len(Role), bool)
    known[[int(role) for role in roles]] = True
    return known


_ALL = slice(None)
_OFFICER, _DEMONSTRATOR = _table(OFFICER_ROLES), _table(DEMONSTRATOR_ROLES)


def is_officer(people: Population, rows: np.ndarray | slice = _ALL) -> np.ndarray:
    """bool[k]: who of `rows` has one of the police's roles."""
    member: np.ndarray = _OFFICER.take(people.role[rows])
    return member


def is_demonstrator(people: Population, rows: np.ndarray | slice = _ALL) -> np.ndarray:
    """bool[k]: who of `rows` has one of the demonstration's roles."""
    member: np.ndarray = _DEMONSTRATOR.take(people.role[rows])
    return member


def hurt(people: Population, rows: np.ndarray, level: np.ndarray | int, cause: Cause, time: float) -> np.ndarray:
    """Injure `rows`, each to at least his `level`; an injury never heals. Returns the rows that are worse off now."""
    if not len(rows):
        return rows
    who = np.unique(rows)
    before = people.injury[who]
    np.maximum.at(people.injury, rows, np.asarray(level, np.int8))
    worse: np.ndarray = who[people.injury[who] > before]
    people.cause[worse] = cause
    fresh = worse[~np.isfinite(people.hurt_at[worse])]
    people.hurt_at[fresh] = time
    return worse


def injured_by_group(people: Population) -> dict[str, int]:
    """How many of each group are hurt, whatever the level. Whoever is on neither side is a bystander."""
    hurt_now = people.injury > _NONE
    officer, demonstrator = is_officer(people) & hurt_now, is_demonstrator(people) & hurt_now
    sides = {"demonstrator": int(demonstrator.sum()), "officer": int(officer.sum())}
    return {**sides, "bystander": int(hurt_now.sum()) - sum(sides.values())}


def level_of(draw: np.ndarray, light: float | np.ndarray, serious: float | np.ndarray) -> np.ndarray:
    """The injury a uniform draw stands for: serious with its chance, else light with its own, else none, i1[k]."""
    return np.where(draw < serious, _SERIOUS, np.where(draw < serious + light, _LIGHT, 0)).astype(np.int8)


def fell(people: Population, rows: np.ndarray, time: float) -> None:
    """Put `rows`, who are on their feet, on the ground where they stand."""
    people.status[rows] = _FALLEN
    people.down_since[rows] = time
    people.velocity[rows] = 0.0


def lay_down(people: Population, time: float) -> None:
    """Whoever lies wants nothing and moves nowhere. After units and crowds, which know nothing of it."""
    rows = (people.status == _FALLEN).nonzero()[0]
    if not len(rows):
        return
    people.velocity[rows] = 0.0
    people.kind[rows] = LYING
    people.mode[rows] = _STAND
    people.push[rows] = 0.0
    people.goal[rows] = -1
    people.has_slot[rows] = False
    people.speed_wish[rows] = 0.0
    people.down_since[rows] = np.minimum(people.down_since[rows], time)


def press(
    people: Population,
    cells: Cells,
    contact: np.ndarray,
    bodies: Bodies,
    dt: float,
    p: HarmParams,
    officers: OfficerParams,
) -> None:
    """Dose and fall hazard of everyone on the ground, over one decision. contact : f4[n], N, now"""
    factor = np.ones(people.capacity, np.float32)
    factor[people.mind == _FLEEING_MIND] = _FLEEING
    if np.count_nonzero(bodies.jet):
        factor[bodies.jet] *= np.float32(p.fall_jet)
    if bodies.gas.any():
        factor[bodies.gas > 5.0] *= np.float32(p.fall_gas)
    strain(
        *cells, people.position, people.velocity, people.radius,
        people.kind, people.direction, people.speed, people.slot, people.squeeze, contact,
        bodies.vulnerability, factor, officers.slot_gain, dt, p, bodies.shove, people.dose, bodies.hazard,
    )  # fmt: skip


def faint(people: Population, time: float, p: HarmParams) -> None:
    """Whoever is on the ground and whose dose is too great faints: seriously hurt, critically from a dose of 1.

    The cause is the press that squeezes him now; without one it is the fall, after which others moved over him.
    """
    rows = (people.dose > p.faint).nonzero()[0]
    if not len(rows):
        return
    rows = rows[(people.status[rows] == _ACTIVE) | (people.status[rows] == _FALLEN)]
    level = np.where(people.dose[rows] >= 1.0, Injury.CRITICAL, Injury.SERIOUS)
    pressed = people.squeeze[rows] > p.crush_least
    hurt(people, rows[pressed], level[pressed], Cause.CRUSH, time)
    hurt(people, rows[~pressed], level[~pressed], Cause.FALL, time)


def ease_off(people: Population) -> np.ndarray:
    """Stop those in distress from pushing; returns their rows."""
    rows: np.ndarray = (people.dose > DISTRESS).nonzero()[0]
    if not len(rows):
        return rows
    rows = rows[people.status[rows] == _ACTIVE]
    pushing = rows[people.push[rows] > 0.0]
    people.push[pushing] = 0.0
    people.kind[pushing] = WALKER
    people.mode[pushing] = _STAND
    return rows


def stumble(
    people: Population, bodies: Bodies, draw: np.ndarray, luck: np.ndarray, time: float, dt: float
) -> np.ndarray:
    """Let those fall who lose their footing now, some of them badly; returns their rows. draw, luck : f4[n] uniform"""
    rows: np.ndarray = (draw < bodies.hazard * np.float32(dt)).nonzero()[0]
    rows = rows[people.status[rows] == _ACTIVE]
    if not len(rows):
        return rows
    level = level_of(luck[rows], _FALL_LIGHT, _FALL_SERIOUS)
    hurt(people, rows[level > 0], level[level > 0], Cause.FALL, time)
    fell(people, rows, time)
    return rows


def get_up(people: Population, cells: Cells, draw: np.ndarray, dt: float, p: HarmParams) -> np.ndarray:
    """Let those rise who can, tread on those who cannot, and slow whoever steps past them; returns who rose.

    Rate 1 / T, three times that with help at hand; not where people stand at 5 /m2 or touch him, nor when badly hurt.
    """
    rows: np.ndarray = (people.status == _FALLEN).nonzero()[0]
    if not len(rows):
        return rows
    police = is_officer(people)
    helps = people.active & (police | (people.fear < _CALM))
    helps &= (people.mind != _VIOLENT) & (people.mode != _PUSH)
    density, contacts, treads = (np.zeros(len(rows), np.float32) for _ in range(3))
    helped, near = np.zeros(len(rows), bool), np.zeros(people.capacity, bool)
    beside(
        rows, cells.order, cells.start, cells.grid, people.position, people.velocity, people.radius, people.kind,
        police, helps, density, contacts, treads, helped, near,
    )  # fmt: skip
    people.dose[rows] += _TRAMPLED * treads * dt
    slow = near.nonzero()[0]
    slow = slow[people.status[slow] == _ACTIVE]
    people.speed_wish[slow] = np.minimum(people.speed_wish[slow], _CRAWL * people.desired_speed[slow])
    can = (people.injury[rows] < _SERIOUS) & (density < _ROOM) & (contacts == 0)
    up: np.ndarray = rows[can & (draw[rows] < dt / p.rise * np.where(helped, 3.0, 1.0))]
    people.status[up] = _ACTIVE
    people.down_since[up] = np.inf
    people.kind[up] = WALKER
    return up


def carry(people: Population, row: int) -> None:
    """Take somebody who lies off the ground: from now on others carry him."""
    people.status[row] = Status.CARRIED
    people.velocity[row] = 0.0


def deliver(people: Population, row: int, place: np.ndarray) -> None:
    """Set a carried person down at a place, f4[2], m, in a medical post; there he stays, cared for."""
    people.position[row] = place
    people.down_since[row] = np.inf
