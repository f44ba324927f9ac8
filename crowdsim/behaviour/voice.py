"""Voice: what a loud-hailer reaches, who understands it, who would go; and negotiators who talk with those near."""

from dataclasses import dataclass, field

import numpy as np

from crowdsim.behaviour.harm import is_demonstrator
from crowdsim.kernels.harm import converse, in_dialogue
from crowdsim.params import MeansParams
from crowdsim.population.grids import CELL, Grids
from crowdsim.population.population import Population
from crowdsim.population.roles import Mind, Role, Status

_CHANTING, _CALM = int(Mind.CHANTING), int(Mind.CALM)
_NEGOTIATOR = int(Role.NEGOTIATOR)
_ACTIVE = int(Status.ACTIVE)

_DROWNED = 40.0  # m less for all who chant [D]: enough to matter, not to silence every warning in a loud crowd
_LEAST = 5.0  # m, so near one is heard over anything
_CLEAR, _FAINT = 0.8, 0.3  # share who understand, at the loud-hailer and at the edge of its reach
APART = 30.0  # s between two warnings that count, over the pace [P]
ASKED = 3  # warnings before water in a jet or gas
COMPLY = 120.0  # s between the last warning and what it warned of
_REMEMBERED = 300.0  # s
_LIAISON, _LISTENERS = 8.0, 20.0  # m, people one negotiator can talk with


@dataclass
class Said:
    """Who talks with whom, and what was said so far. Roles stay what they are for the whole session."""

    negotiators: np.ndarray  # i8[k], rows
    demonstrators: np.ndarray  # bool[n]
    warnings: list[float] = field(default_factory=list)  # s
    understood_at: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))  # f4[n], s
    willing: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))  # bool[n], would leave by an open exit
    pace: float = 1.0  # of the exercise: a short one shortens what is waited for

    def marks(self, time: float) -> list[str]:
        """The rules on warning that a forceful means used now would break: R2 too few, R3 no time to comply."""
        counted, last = 0, -np.inf
        for warned in self.warnings:
            if warned - last >= APART / self.pace:
                counted, last = counted + 1, warned
        found = ["R2"] if counted < ASKED else []
        if not self.warnings or time - self.warnings[-1] < COMPLY / self.pace:
            found.append("R3")
        return found


def said_to(people: Population) -> Said:
    """Nothing yet."""
    n = people.capacity
    return Said(
        negotiators=(people.role == _NEGOTIATOR).nonzero()[0],
        demonstrators=is_demonstrator(people),
        understood_at=np.full(n, -np.inf, np.float32),
        willing=np.zeros(n, bool),
    )


def hail_reach(people: Population, x: float, y: float, p: MeansParams) -> float:
    """m to which a loud-hailer is heard: p.hail, 2 m less for each 5 % of those within it who chant or worse."""
    near = people.active & is_demonstrator(people)
    near &= np.hypot(people.position[:, 0] - x, people.position[:, 1] - y) < p.hail
    chanting = float((people.mind[near] >= _CHANTING).mean()) if near.any() else 0.0
    return max(_LEAST, p.hail - _DROWNED * chanting)


def speak(
    said: Said, people: Population, x: float, y: float, warning: bool, draw: np.ndarray, time: float, p: MeansParams
) -> tuple[float, float]:
    """Say something through a loud-hailer at a point [m]; draw : f4[n] uniform.

    Returns the shares of the demonstrators within p.hail m who hear and who understand it.
    """
    reach = hail_reach(people, x, y, p)
    away = np.hypot(people.position[:, 0] - x, people.position[:, 1] - y)
    addressed = people.active & is_demonstrator(people) & (away < p.hail)
    hears = addressed & (away < reach)
    understands = hears & (draw < _CLEAR + (_FAINT - _CLEAR) * away / reach)
    if warning:
        said.warnings.append(time)
        said.understood_at[understands] = time
    count = max(1, int(addressed.sum()))
    return float(hears.sum()) / count, float(understands.sum()) / count


def persuade(said: Said, people: Population, draw: np.ndarray, time: float, dt: float, p: MeansParams) -> None:
    """Those who understood a warning, and are neither angry nor pushing, make up their minds to go: `said.willing`.

    Whether a way out is open is for those to know who send them.
    """
    if not said.warnings or said.warnings[-1] <= time - _REMEMBERED:
        return
    rows = (draw < p.comply * dt).nonzero()[0]  # few: the rest is asked of them alone
    rows = rows[(said.understood_at[rows] > time - _REMEMBERED) & (people.status[rows] == _ACTIVE)]
    mind = people.mind[rows]
    said.willing[rows[((mind == _CALM) | (mind == _CHANTING)) & (people.anger[rows] < 0.3)]] = True


def talk(said: Said, people: Population, grids: Grids) -> None:
    """Negotiators talk with the demonstrators within 8 m, twenty each; to more of them they get round less often."""
    rows = said.negotiators[people.status[said.negotiators] == _ACTIVE]
    if not len(rows):
        return
    converse(rows, people.position, people.active & said.demonstrators, _LIAISON, _LISTENERS, CELL, grids.dialogue)


def talked_to(people: Population, grids: Grids) -> np.ndarray:
    """bool[n]: with whom somebody talks."""
    found = np.empty(people.capacity, bool)
    in_dialogue(people.position, grids.dialogue, CELL, found)
    return found
