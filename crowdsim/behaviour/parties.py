"""Parties: people who are taken somewhere and those who take them. Delegates, the chair, the arrested, the hurt.

A party is a handful of people with a state; its rules are pure functions of where everybody is.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

import numpy as np

from crowdsim.population.roles import Role

LED_BY_CROWD = -2
"""In `people.led_by`: held by demonstrators."""

PERSONS: dict[str, Role] = {"ketua": Role.CHAIR, "delegasi": Role.DELEGATE, "korlap": Role.COORDINATOR}
"""Whom an escort can be told to take, and their roles."""

OFFENDERS = ("violent", "provocateur", "korlap", "peaceful")
"""Whom an arrest can be aimed at. `peaceful`: somebody who did nothing, to show what that costs."""


class State(StrEnum):
    """What a party is doing."""

    FETCH = "fetch"  # its leaders are on their way
    HOLD = "hold"  # they have him, and cannot leave yet
    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"


@dataclass
class Party:
    """People who are taken somewhere."""

    kind: str  # "delegation", "chair", "hostage", "arrest", "casualty"
    rows: np.ndarray  # i8[k], whom it is about
    by: int  # index of the unit that leads, LED_BY_CROWD for captors
    leaders: np.ndarray  # i8[m], rows of those who lead
    since: float  # s, when it entered its state
    zone: str = ""  # where to
    goal: int = -1  # field to there
    spot: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), np.float32))  # f4[k, 2], m, places there
    fetch_goal: int = -1  # field to where the people were seen last
    seen_at: tuple[float, float] = (np.inf, np.inf)  # m, where that was
    state: State = State.FETCH
    held: float = 0.0  # s: how long what it waits for has held
    target: str = ""  # arrests: what the arrested is taken for


@cache
def ring(count: int, inner: int = 8) -> np.ndarray:
    """Places round somebody, f8[count, 2], m: `inner` at 1.2 m, then rings a metre further out."""
    places: list[np.ndarray] = []
    radius, left, room = 1.2, count, inner
    while left > 0:
        here = min(left, room)
        angle = 2.0 * np.pi * (np.arange(here) + 0.5 * len(places)) / here
        places.append(radius * np.column_stack([np.cos(angle), np.sin(angle)]))
        left, radius = left - here, radius + 1.0
        room = int(2.0 * np.pi * radius / 0.75)
    whole = np.vstack(places) if places else np.zeros((0, 2))
    whole.flags.writeable = False  # the next who asks gets the same
    return whole


def within(position: np.ndarray, point: np.ndarray, radius: float) -> np.ndarray:
    """bool[k]: who stands within `radius` m of a point."""
    away: np.ndarray = position - point
    away *= away
    near: np.ndarray = away[..., 0] + away[..., 1] < radius * radius
    return near


def can_grab(violent: int, near_violent: int, near_officers: int) -> bool:
    """Whether a crowd could take somebody: three within reach, and officers fewer than a third of the violent around.

    Source: docs/model.md, hostage [D].
    """
    return violent >= 3 and 3 * near_officers < near_violent


def can_free(officers: int, captors: int) -> bool:
    """Whether officers could free him: six within two metres, and half as many again as those who hold him [D]."""
    return officers >= 6 and officers >= 1.5 * captors


def nearest(position: np.ndarray, point: np.ndarray, candidates: np.ndarray, reach: float) -> int:
    """The nearest of the candidate rows within `reach` m, -1 = none; the lower row of equals."""
    if not len(candidates):
        return -1
    away = ((position[candidates] - point) ** 2).sum(axis=1)
    best = int(np.argmin(away))
    return int(candidates[best]) if away[best] < reach * reach else -1
