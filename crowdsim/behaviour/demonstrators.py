"""The wishes of a crowd: a simple stand-in for minds. Who pushes, when he leans, who gives way.

Every rule is a function of columns; randomness arrives as an argument.
"""

from dataclasses import dataclass, field

import numpy as np

from crowdsim.kernels.cells import PUSHER, WALKER
from crowdsim.params import CrowdParams
from crowdsim.population.population import Population
from crowdsim.population.roles import Mode

_BEAT = 5.0  # s: period of the common heave, a chant
_GIVE_WAY = 3.5  # m: ordinary people this near to an advancing line give way to it
_FIRM = 0.96  # temper from which one does not


@dataclass
class Crowd:
    """People who share a wish."""

    id: str
    rows: np.ndarray  # i4[k]
    arrive: float  # s
    wish: str = ""  # "", "gather", "push", "calm", "leave"
    share: float = 0.0  # of the people who push
    spot: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), np.float32))  # f4[k, 2], m, a place of one's own
    goal: int = -1  # field to where the spots are
    push_goal: int = -1  # field through the barrier
    push_spot: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), np.float32))  # f4[k, 2], m, beyond it
    push_rect: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)  # m, where the pushing ends
    exits: tuple[tuple[float, float, float, float], ...] = ()  # m, where it may leave
    back_goal: int = -1  # field to where those go who give way
    bout: np.ndarray = field(default_factory=lambda: np.zeros(0))  # s left of the present bout
    leaning: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    gave_way: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))


def pushers(temper: np.ndarray, share: float, p: CrowdParams) -> np.ndarray:
    """bool[k]: the most ready `share` of the people push; the parameter `crowd.pushing` scales it."""
    return temper >= 1.0 - min(1.0, share * p.pushing)


def lean(
    leaning: np.ndarray, bout: np.ndarray, heaver: np.ndarray, time: float, dt: float, draw: np.ndarray, p: CrowdParams
) -> None:
    """Who leans right now: heavers follow the common beat, the others bouts of their own.

    leaning : bool[k] and bout : s[k], both read and written ; heaver : bool[k] ; draw : f8[k, 2] uniform
    """
    bout -= dt
    over = bout <= 0.0
    bout[over] = p.bout * (0.67 + 0.66 * draw[over, 0])
    leaning[over] = draw[over, 1] < 0.6
    leaning[heaver] = (time % _BEAT) < 0.5 * _BEAT


def give_way(position: np.ndarray, temper: np.ndarray, shields: np.ndarray, gave_way: np.ndarray) -> None:
    """Mark, for good, ordinary people near an advancing line of shields.

    position : f4[k, 2], m ; shields : f4[s, 2], m, officers of advancing lines ; gave_way : bool[k], written
    """
    if not len(shields):
        return
    for shield in shields:  # a few dozen officers, vectorised over people
        near = np.hypot(position[:, 0] - shield[0], position[:, 1] - shield[1]) < _GIVE_WAY
        gave_way |= near & (temper < _FIRM)


def wish_of_crowd(
    crowd: Crowd,
    people: Population,
    shields: np.ndarray,
    time: float,
    dt: float,
    draw: np.ndarray,
    push_force: float,
    p: CrowdParams,
) -> None:
    """Write goal, slot, mode, push and speed of everyone in the crowd.

    draw : f8[k, 2] uniform ; shields : f4[s, 2], m, officers of advancing lines
    """
    rows = crowd.rows
    people.kind[rows] = WALKER
    people.push[rows] = 0.0
    people.speed_wish[rows] = people.desired_speed[rows]
    if crowd.wish == "leave":
        people.mode[rows] = Mode.LEAVE
        people.goal[rows] = crowd.goal
        people.has_slot[rows] = False
        return
    calm_speed = p.gather_speed * people.desired_speed[rows] / 1.34
    people.speed_wish[rows] = calm_speed
    people.goal[rows] = crowd.goal
    if len(crowd.spot):
        people.slot[rows] = crowd.spot
        people.has_slot[rows] = True
    far = np.hypot(*(people.slot[rows] - people.position[rows]).T) > 0.6
    people.mode[rows] = np.where(far & people.has_slot[rows], Mode.WALK, Mode.STAND)
    if crowd.wish != "push":
        return
    position, temper = people.position[rows], people.temper[rows]
    x0, y0, x1, y1 = crowd.push_rect
    beyond = (position[:, 0] > x0) & (position[:, 0] < x1) & (position[:, 1] > y0) & (position[:, 1] < y1)
    give_way(position, temper, shields, crowd.gave_way)
    who = pushers(temper, crowd.share, p)
    # Those a little less ready follow without pushing.
    follow = pushers(temper, 1.5 * crowd.share, p) & ~who
    going = (who | follow) & ~crowd.gave_way
    mine = rows[going]
    people.goal[mine] = crowd.push_goal
    people.slot[mine] = crowd.push_spot[going]
    people.has_slot[mine] = beyond[going]
    people.mode[mine] = Mode.WALK
    people.speed_wish[mine] = people.desired_speed[mine]
    heaver = draw_fixed(rows) < p.heave
    lean(crowd.leaning, crowd.bout, heaver, time, dt, draw, p)
    leaning = who & ~crowd.gave_way & ~beyond & crowd.leaning
    people.push[rows[leaning]] = push_force
    people.kind[rows[leaning]] = PUSHER
    people.mode[rows[who & ~crowd.gave_way & ~beyond]] = Mode.PUSH
    back = rows[crowd.gave_way]
    people.goal[back] = crowd.back_goal
    people.mode[back] = Mode.WALK
    people.speed_wish[back] = people.desired_speed[back]


def draw_fixed(rows: np.ndarray) -> np.ndarray:
    """A number in 0..1 that belongs to a row for good: the golden-ratio sequence, even over any set of rows."""
    return (rows * 0.6180339887498949) % 1.0
