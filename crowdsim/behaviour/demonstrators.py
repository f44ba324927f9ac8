"""What a crowd does: where it was told to go, what its people's minds make of that, who leans, gives way or runs.

Every rule is a function of columns; randomness arrives as an argument.
"""

from dataclasses import dataclass, field

import numpy as np

from crowdsim.kernels.wishes import GOLDEN, feel_unheard, follow_wish
from crowdsim.params import CrowdParams
from crowdsim.population.population import Population

_BEAT = 5.0  # s: period of the common heave, a chant
_GIVE_WAY = 3.5  # m: ordinary people this near to an advancing line give way to it
_BACK = 45.0  # s: for so long they stay back
_FIRM = np.float32(0.96)  # temper from which one does not, when a crowd pushes because it was told to
_NEAR_DOOR = 15.0  # m from what one came for: nearer, waiting unheard weighs fully
_RUN = 2.2  # times the free speed of somebody who flees
_SEE_CHAIR = 25.0  # m
_AT_CHAIR = 10  # people who go for the chair at once


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


def pushers_from(share: float, p: CrowdParams) -> np.float32:
    """The temper from which one is of the most ready `share` of the people; the parameter `crowd.pushing` scales it."""
    return np.float32(1.0 - min(1.0, share * p.pushing))


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
        x, y = np.float32(crowd.door[0]), np.float32(crowd.door[1])
        feel_unheard(crowd.rows, people.position, people.mode, people.status, listening, x, y, _NEAR_DOOR, out)


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

    draw : f8[n, 2] uniform ; shields : f4[s, 2], m, officers of advancing lines
    chair : f4[c, 2], m, whoever the violent go for: one place or none

    Who wants in, because he was told to and is ready for it or because he feels like it, goes there and leans.
    Ordinary people near an advancing line stay back: for good those who were told to push.
    """
    pushing = crowd.wish == "push"
    through = np.empty(len(crowd.rows), bool)
    violent = follow_wish(
        crowd.rows, people.led_by, people.mind, people.anger, people.temper, people.desired_speed, people.position,
        crowd.spot, crowd.push_spot, crowd.going, draw, shields,
        pushing, crowd.wish == "leave", pushers_from(crowd.share, p), pushers_from(1.5 * crowd.share, p), _FIRM,
        crowd.push_goal, crowd.push_rect, crowd.goal, crowd.back_goal, crowd.flee_goal,
        time, dt, (time % _BEAT) < 0.5 * _BEAT, p.bout, p.heave, p.gather_speed, push_force, _GIVE_WAY,
        np.inf if pushing else time + _BACK, _RUN, crowd.bout, crowd.leaning, crowd.gave_way,
        people.kind, people.push, people.speed_wish, people.goal, people.slot, people.has_slot, people.mode, through,
    )  # fmt: skip
    if violent:
        _rage(crowd, people, np.flatnonzero(through), chair)


def _rage(crowd: Crowd, people: Population, through: np.ndarray, chair: np.ndarray) -> None:
    """The violent who are through: the nearest go for the chair where they see him, half of the rest for the front of
    the building; the others stay where they are, among the officers. through : i8[v], their places in the crowd"""
    rows = crowd.rows[through]
    left = np.ones(len(rows), bool)
    if len(chair):
        away = np.hypot(*(people.position[rows] - chair[0]).T)
        nearest = np.argsort(away, kind="stable")[:_AT_CHAIR]
        nearest = nearest[away[nearest] < _SEE_CHAIR]
        people.slot[rows[nearest]] = chair[0]
        left[nearest] = False
    if crowd.front_goal >= 0:
        at_front = left & (draw_fixed(rows + 1) < 0.5)
        people.goal[rows[at_front]] = crowd.front_goal
        people.slot[rows[at_front]] = crowd.front_spot[through[at_front]]
    people.has_slot[rows] = True
    people.speed_wish[rows] = 1.2 * people.desired_speed[rows]


def draw_fixed(rows: np.ndarray) -> np.ndarray:
    """A number in 0..1 that belongs to a row for good: the golden-ratio sequence, even over any set of rows."""
    drawn: np.ndarray = (rows * GOLDEN) % 1.0
    return drawn
