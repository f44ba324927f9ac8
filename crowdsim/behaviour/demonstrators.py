"""What a crowd does: where it was told to go, what its people's minds make of that, who leans, gives way or runs.

Every rule is a function of columns; randomness arrives as an argument.
"""

from dataclasses import dataclass, field

import numpy as np

from crowdsim.kernels.cells import PUSHER, WALKER
from crowdsim.params import CrowdParams
from crowdsim.population.population import Population
from crowdsim.population.roles import Mind, Mode

_BEAT = 5.0  # s: period of the common heave, a chant
_GIVE_WAY = 3.5  # m: ordinary people this near to an advancing line give way to it
_BACK = 45.0  # s: for so long they stay back
_FIRM = 0.96  # temper from which one does not, when a crowd pushes because it was told to
_NEAR_DOOR = 15.0  # m from what one came for: nearer, waiting unheard weighs fully
_RUN = 2.2  # times the free speed of somebody who flees
_SEE_CHAIR = 25.0  # m
_AT_CHAIR = 10  # people who go for the chair at once

_CHANTING, _PUSHING, _VIOLENT, _FLEEING = (
    int(Mind.CHANTING),
    int(Mind.PUSHING),
    int(Mind.VIOLENT),
    int(Mind.FLEEING),
)


def _places() -> np.ndarray:
    return np.zeros((0, 2), np.float32)


@dataclass
class Crowd:
    """People who share a wish."""

    id: str
    rows: np.ndarray  # i4[k]
    arrive: float  # s
    wish: str = ""  # "", "gather", "push", "calm", "leave"
    share: float = 0.0  # of the people who push because they are told to
    spot: np.ndarray = field(default_factory=_places)  # f4[k, 2], m, a place of one's own
    goal: int = -1  # field to where the spots are
    push_goal: int = -1  # field through the barrier, to what they want
    push_spot: np.ndarray = field(default_factory=_places)  # f4[k, 2], m, there
    push_rect: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)  # m, where the pushing ends
    door: tuple[float, float] = (0.0, 0.0)  # m, the barrier they have to pass
    front_goal: int = -1  # field to the front of the building
    front_spot: np.ndarray = field(default_factory=_places)  # f4[k, 2], m, a place at it
    exits: tuple[tuple[float, float, float, float], ...] = ()  # m, where it may leave
    flee_goal: int = -1  # field to the exits it knows to be open
    back_goal: int = -1  # field to where those go who give way
    heard: bool = False  # whether its demand was answered to its liking
    going: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))  # who has made up his mind to go home
    bout: np.ndarray = field(default_factory=lambda: np.zeros(0))  # s left of the present bout
    leaning: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    gave_way: np.ndarray = field(default_factory=lambda: np.zeros(0))  # s, until when he stays back


def crowd_of(name: str, rows: np.ndarray, arrive: float = 0.0) -> Crowd:
    """A crowd that wishes nothing yet."""
    count = len(rows)
    return Crowd(
        name,
        rows,
        arrive,
        going=np.zeros(count, bool),
        bout=np.zeros(count),
        leaning=np.zeros(count, bool),
        gave_way=np.full(count, -np.inf),
    )


def pushers(temper: np.ndarray, share: float, p: CrowdParams) -> np.ndarray:
    """bool[k]: the most ready `share` of the people push; the parameter `crowd.pushing` scales it."""
    return temper >= 1.0 - min(1.0, share * p.pushing)


def eagerness(mind: np.ndarray, anger: np.ndarray) -> np.ndarray:
    """f8[k]: share of the time somebody leans who pushes because he wants to: .3-.6 pushing, .6-.9 violent [D]."""
    return np.where(mind == _VIOLENT, 0.6, 0.3) + 0.3 * np.clip(anger, 0.0, 1.0)


def lean(
    leaning: np.ndarray,
    bout: np.ndarray,
    heaver: np.ndarray,
    share: np.ndarray,
    time: float,
    dt: float,
    draw: np.ndarray,
    p: CrowdParams,
) -> None:
    """Who leans right now: heavers follow the common beat, the others bouts of their own.

    leaning : bool[k] and bout : s[k], both read and written ; heaver : bool[k] ; draw : f8[k, 2] uniform
    share   : f8[k], of the bouts in which one leans
    """
    bout -= dt
    over = bout <= 0.0
    bout[over] = p.bout * (0.67 + 0.66 * draw[over, 0])
    leaning[over] = draw[over, 1] < share[over]
    leaning[heaver] = (time % _BEAT) < 0.5 * _BEAT


def give_way(position: np.ndarray, firm: np.ndarray, shields: np.ndarray, until: float, gave_way: np.ndarray) -> None:
    """Ordinary people near an advancing line of shields stay back until `until` s.

    position : f4[k, 2], m ; firm : bool[k], who does not ; shields : f4[s, 2], m, officers of advancing lines
    gave_way : f8[k], s, written
    """
    if not len(shields):
        return
    from scipy.spatial import cKDTree  # only a run in which a line advances pays for loading it

    away, _ = cKDTree(shields).query(position, distance_upper_bound=_GIVE_WAY)
    gave_way[np.isfinite(away) & ~firm] = until


def unheard(crowds: list[Crowd], people: Population, listening: np.ndarray, out: np.ndarray) -> None:
    """How much everybody feels that nobody answers: 1 near the door, half behind, a fifth while somebody talks.

    listening : bool[n], who is being talked to, or knows that his delegates are
    out       : f4[n], written; 0 for whoever has no demand, is on his way, or was answered

    Source: the frustration term of docs/model.md, minds [P].
    """
    out[:] = 0.0
    for crowd in crowds:
        if crowd.heard or crowd.push_goal < 0 or crowd.wish in ("", "leave"):
            continue
        rows = crowd.rows
        away = np.hypot(people.position[rows, 0] - crowd.door[0], people.position[rows, 1] - crowd.door[1])
        here = (people.mode[rows] != Mode.WALK) | (away < _NEAR_DOOR)
        weight = np.where(away < _NEAR_DOOR, 1.0, 0.5) * np.where(listening[rows], 0.2, 1.0)
        out[rows] = np.where(here & people.active[rows], weight, 0.0)


def wish_of_crowd(
    crowd: Crowd,
    people: Population,
    shields: np.ndarray,
    chair: np.ndarray,
    time: float,
    dt: float,
    draw: np.ndarray,
    push_force: float,
    p: CrowdParams,
) -> None:
    """Write goal, slot, mode, push and speed of everyone in the crowd whom nobody leads.

    draw : f8[k, 2] uniform ; shields : f4[s, 2], m, officers of advancing lines
    chair : f4[c, 2], m, whoever the violent go for: one place or none
    """
    free = np.flatnonzero(people.led_by[crowd.rows] == -1)
    rows = crowd.rows[free]
    mind = people.mind[rows]
    people.kind[rows] = WALKER
    people.push[rows] = 0.0
    own = people.desired_speed[rows]
    people.speed_wish[rows] = p.gather_speed * own / 1.34
    people.goal[rows] = crowd.goal
    if len(crowd.spot):
        people.slot[rows] = crowd.spot[free]
        people.has_slot[rows] = True
    far = np.hypot(*(people.slot[rows] - people.position[rows]).T) > 0.6
    people.mode[rows] = np.where(far & people.has_slot[rows], Mode.WALK, Mode.STAND)

    ready = _press(crowd, people, free, shields, time, dt, draw, push_force, p)
    _rage(crowd, people, free, ready, chair)
    going = (crowd.going[free] | (crowd.wish == "leave")) & (mind <= _CHANTING)
    fleeing = mind == _FLEEING if crowd.flee_goal >= 0 else np.zeros(len(rows), bool)
    away = rows[going | fleeing]
    people.mode[away] = Mode.LEAVE
    people.goal[away] = crowd.flee_goal
    people.has_slot[away] = False
    people.kind[away] = WALKER
    people.push[away] = 0.0
    people.speed_wish[away] = people.desired_speed[away]
    people.speed_wish[rows[fleeing]] *= _RUN


def _press(
    crowd: Crowd,
    people: Population,
    free: np.ndarray,
    shields: np.ndarray,
    time: float,
    dt: float,
    draw: np.ndarray,
    push_force: float,
    p: CrowdParams,
) -> np.ndarray:
    """Those who want in go there and lean; bool[free], who of them is through and violent."""
    rows, mind = crowd.rows[free], people.mind[crowd.rows[free]]
    told = np.zeros(len(rows), bool)
    follow = told
    if crowd.wish == "push":
        temper = people.temper[rows]
        told = pushers(temper, crowd.share, p)
        follow = pushers(temper, 1.5 * crowd.share, p) & ~told  # a little less ready: along, without pushing
    angry = (mind == _PUSHING) | (mind == _VIOLENT)
    if crowd.push_goal < 0 or not (told.any() or angry.any()):
        return np.zeros(len(rows), bool)
    who = told | angry
    position = people.position[rows]
    firm = np.where(angry, mind == _VIOLENT, people.temper[rows] >= _FIRM)
    gave_way = crowd.gave_way[free]
    give_way(position, firm, shields, np.inf if crowd.wish == "push" else time + _BACK, gave_way)
    crowd.gave_way[free] = gave_way
    back = gave_way > time
    x0, y0, x1, y1 = crowd.push_rect
    beyond = (position[:, 0] > x0) & (position[:, 0] < x1) & (position[:, 1] > y0) & (position[:, 1] < y1)
    going = (who | follow) & ~back
    mine = rows[going]
    people.goal[mine] = crowd.push_goal
    people.slot[mine] = crowd.push_spot[free][going]
    people.has_slot[mine] = beyond[going]
    people.mode[mine] = Mode.WALK
    people.speed_wish[mine] = people.desired_speed[mine]
    heaver = draw_fixed(rows) < p.heave
    bout, leaning = crowd.bout[free], crowd.leaning[free]
    share = np.where(angry, eagerness(mind, people.anger[rows]), 0.6)
    lean(leaning, bout, heaver, share, time, dt, draw[free], p)
    crowd.bout[free], crowd.leaning[free] = bout, leaning
    pressing = who & ~back & ~beyond
    people.push[rows[pressing & leaning]] = push_force
    people.kind[rows[pressing & leaning]] = PUSHER
    people.mode[rows[pressing]] = Mode.PUSH
    behind = rows[back]
    people.goal[behind] = crowd.back_goal if crowd.back_goal >= 0 else crowd.goal
    people.mode[behind] = Mode.WALK
    people.speed_wish[behind] = people.desired_speed[behind]
    return beyond & ~back & (mind == _VIOLENT)


def _rage(crowd: Crowd, people: Population, free: np.ndarray, ready: np.ndarray, chair: np.ndarray) -> None:
    """The violent who are through: the nearest go for the chair where they see him, half of the rest for the front of
    the building; the others stay where they are, among the officers."""
    rows = crowd.rows[free]
    if not ready.any():
        return
    left = ready.copy()
    if len(chair):
        away = np.hypot(*(people.position[rows] - chair[0]).T)
        away[~ready] = np.inf
        nearest = np.argsort(away, kind="stable")[:_AT_CHAIR]
        nearest = nearest[away[nearest] < _SEE_CHAIR]
        people.slot[rows[nearest]] = chair[0]
        left[nearest] = False
    if crowd.front_goal >= 0:
        at_front = left & (draw_fixed(rows + 1) < 0.5)
        people.goal[rows[at_front]] = crowd.front_goal
        people.slot[rows[at_front]] = crowd.front_spot[free][at_front]
    people.has_slot[rows[ready]] = True
    people.speed_wish[rows[ready]] = 1.2 * people.desired_speed[rows[ready]]


def draw_fixed(rows: np.ndarray) -> np.ndarray:
    """A number in 0..1 that belongs to a row for good: the golden-ratio sequence, even over any set of rows."""
    return (rows * 0.6180339887498949) % 1.0
