"""Violence at arm's length: kicks and grabs at officers and barriers, climbing, and officers who lose their temper."""

from dataclasses import dataclass

import numpy as np

from crowdsim.behaviour.harm import hurt, is_demonstrator, is_officer, level_of
from crowdsim.kernels.cells import OFFICER, Cells
from crowdsim.kernels.harm import nearest
from crowdsim.params import HarmParams
from crowdsim.population.barriers import LOAD_TIME, Barriers
from crowdsim.population.population import Population
from crowdsim.population.roles import Cause, Mind, Mode, Role, Status
from crowdsim.world.world import World

_VIOLENT, _PUSHING = int(Mind.VIOLENT), int(Mind.PUSHING)
_SHIELD = int(Role.SHIELD)
_FORMED, _WALK = int(Mode.FORMED), int(Mode.WALK)
_ACTIVE = int(Status.ACTIVE)

_REACH = 1.1  # m between two people within which one can kick or grab the other
_KICK = 60.0  # N s, on a barrier
_SHIELD_FRONT = 0.5  # cosine: a shield covers 60 degrees to either side
_BLOW_LIGHT, _BLOW_SERIOUS = 0.15, 0.01  # of a blow by an officer
_PROVOKED = 5.0  # s after he was hit in which an officer may lose his temper
_COLLEAGUE, _SHAKEN = 60.0, 3.0  # s after a colleague of his unit was hurt, times as likely to strike
_CHASE, _CHASE_REACH = 10.0, 20.0  # s, m from his slot
OFFENDER = 60.0
"""s after a violent act in which force on its doer is force on an offender."""
_CLIMB_FALL = 0.05


@dataclass
class Tempers:
    """What officers carry over from one decision to the next."""

    hit_at: np.ndarray  # f4[n], s, when he was last hit
    quarry: np.ndarray  # i8[n], row he runs after, -1
    chase_until: np.ndarray  # f4[n], s
    unit_hurt: np.ndarray  # f4[u + 1], s, when an officer of each unit was last hurt; the last place is nobody's


def tempers_of(people: Population) -> Tempers:
    """Officers nobody has touched yet."""
    n = people.capacity
    units = int(people.unit.max(initial=-1)) + 2
    return Tempers(
        np.full(n, -np.inf, np.float32),
        np.full(n, -1, np.int64),
        np.full(n, -np.inf, np.float32),
        np.full(units, -np.inf, np.float32),
    )


def recently_hit(tempers: Tempers, time: float) -> np.ndarray:
    """Rows of the officers who were hit so lately that they may still lose their temper."""
    return (tempers.hit_at > time - _PROVOKED).nonzero()[0]


def violent_rows(people: Population) -> np.ndarray:
    """Rows of the people who feel like violence and are on their feet."""
    rows: np.ndarray = (people.mind == _VIOLENT).nonzero()[0]
    return rows[(people.status[rows] == _ACTIVE) & (people.led_by[rows] < 0) & ~is_officer(people, rows)]


def nearest_to(
    points: np.ndarray, cells: Cells, people: Population, eligible: np.ndarray, reach: float
) -> tuple[np.ndarray, np.ndarray]:
    """Row (-1 = none) and distance [m] of the nearest eligible person within `reach` m of each point, f4[k, 2]."""
    row, away = np.empty(len(points), np.int64), np.empty(len(points), np.float32)
    nearest(
        np.ascontiguousarray(points, np.float32), cells.order, cells.start, cells.grid,
        people.position, eligible, reach, row, away,
    )  # fmt: skip
    return row, away


def shielded(people: Population, rows: np.ndarray, toward: np.ndarray) -> np.ndarray:
    """bool[k]: whether a shield stands between each officer and what comes. toward : f4[k, 2], the way it comes"""
    facing = people.facing[rows]
    size = np.maximum(np.hypot(toward[:, 0], toward[:, 1]), 1e-6)
    front = -(np.cos(facing) * toward[:, 0] + np.sin(facing) * toward[:, 1]) / size
    covered: np.ndarray = (people.role[rows] == _SHIELD) & (people.mode[rows] == _FORMED)
    return covered & (front > _SHIELD_FRONT)


def strike(
    who: np.ndarray, people: Population, cells: Cells, tempers: Tempers, luck: np.ndarray, time: float, p: HarmParams
) -> tuple[np.ndarray, np.ndarray]:
    """Kicks and grabs of `who`, the violent whose turn it is, at the officers in reach; luck : f4[n] uniform.

    Returns who struck and the officer he struck, one row each for each act. A shield in front stops four in five.
    """
    whom, _ = nearest_to(people.position[who], cells, people, people.active & is_officer(people), _REACH)
    who, whom = who[whom >= 0], whom[whom >= 0]
    if not len(who):
        return who, whom
    people.violent_at[who] = time
    tempers.hit_at[whom] = time
    covered = shielded(people, whom, people.position[whom] - people.position[who])
    chance = np.where(covered, 1.0 - p.shield, 1.0)
    level = level_of(luck[who], p.strike_light * chance, p.strike_serious * chance)
    hurt(people, whom[level > 0], level[level > 0], Cause.FORCE, time)
    return who, whom


def kick_barriers(who: np.ndarray, leaning: np.ndarray, people: Population, barriers: Barriers, time: float) -> int:
    """Kicks of `who`, the violent whose turn it is, at the barriers they lean on, 60 N s each; returns how many.

    leaning : i2[n], barrier or -1
    """
    who = who[leaning[who] >= 0]
    if not len(who):
        return 0
    people.violent_at[who] = time
    which = leaning[who]
    np.add.at(barriers.load, which, _KICK / (barriers.width[which] * LOAD_TIME))
    return len(who)


def climb(
    world: World, people: Population, leaning: np.ndarray, draw: np.ndarray, luck: np.ndarray, dt: float, p: HarmParams
) -> tuple[np.ndarray, np.ndarray]:
    """Those who push or are violent may climb a low gate or fence they lean on: they come down on the other side.

    Returns who climbed, and who of them fell.
    """
    rows = (draw < p.climb * dt).nonzero()[0]
    rows = rows[leaning[rows] >= 0]
    if not len(rows):
        return rows, rows
    minded = (people.mind[rows] == _PUSHING) | (people.mind[rows] == _VIOLENT)
    rows = rows[minded & (people.status[rows] == _ACTIVE)]
    rows = rows[[world.map.gates[k].low for k in leaning[rows]]] if len(rows) else rows
    over = []
    for i in rows:  # now and then one
        x0, y0, x1, y1 = world.map.gates[leaning[i]].rect
        x, y = people.position[i].tolist()
        if x1 - x0 >= y1 - y0:
            y = y1 + y0 - y
        else:
            x = x1 + x0 - x
        if world.is_free(np.array([[x, y]]))[0]:
            people.position[i] = x, y
            people.velocity[i] = 0.0
            over.append(i)
    climbed = np.array(over, np.int64)
    return climbed, climbed[luck[climbed] < _CLIMB_FALL]


def provoke(
    people: Population,
    cells: Cells,
    tempers: Tempers,
    draw: np.ndarray,
    luck: np.ndarray,
    time: float,
    dt: float,
    p: HarmParams,
) -> tuple[np.ndarray, np.ndarray]:
    """Officers who were hit may leave their slot after somebody, or strike the nearest; the less disciplined sooner.

    chase  : (1 - q) pursue ; strike : (1 - q) unsanctioned, three times that after a colleague of his unit was hurt
    draw   : f4[n, 2] and luck : f4[n], uniform

    Returns who struck, and whom.
    """
    hot = recently_hit(tempers, time)
    hot = hot[people.status[hot] == _ACTIVE]
    if not len(hot):
        return hot, hot
    loose = 1.0 - people.discipline[hot]
    shaken = tempers.unit_hurt[people.unit[hot]] > time - _COLLEAGUE
    runs = draw[:, 0][hot] < loose * p.pursue * dt
    blows = draw[:, 1][hot] < loose * p.unsanctioned * dt * np.where(shaken, _SHAKEN, 1.0)
    loses = runs | blows  # now and then one: only then it matters who is near
    if not np.count_nonzero(loses):
        return hot[:0], hot[:0]
    hot, runs, blows = hot[loses], runs[loses], blows[loses]
    near, _ = nearest_to(people.position[hot], cells, people, people.active & is_demonstrator(people), _REACH)
    runs, blows = runs & (near >= 0), blows & (near >= 0)
    tempers.quarry[hot[runs]] = near[runs]
    tempers.chase_until[hot[runs]] = time + _CHASE
    who, whom = hot[blows], near[blows]
    level = level_of(luck[who], _BLOW_LIGHT, _BLOW_SERIOUS)
    hurt(people, whom[level > 0], level[level > 0], Cause.FORCE, time)
    return who, whom


def chase(people: Population, tempers: Tempers, time: float, speed: float) -> np.ndarray:
    """Those who left their slots run after whom they are after, for ten seconds or twenty metres; returns their rows.

    After units have seated their officers. speed : m/s
    """
    rows: np.ndarray = (tempers.chase_until > time).nonzero()[0]
    if not len(rows):
        return rows
    after = tempers.quarry[rows]
    far = np.hypot(*(people.slot[rows] - people.position[rows]).T) > _CHASE_REACH
    over = far | ~people.active[rows] | ~people.active[after]
    tempers.chase_until[rows[over]] = -np.inf
    rows, after = rows[~over], after[~over]
    people.slot[rows] = people.position[after]
    people.kind[rows] = OFFICER
    people.mode[rows] = _WALK
    people.speed_wish[rows] = speed
    return rows
