"""Minds: with what feelings people come, how they change in a decision, and the mood of the crowd.

The rates are chosen, not measured: nobody has calibrated such a model. It shows signs and orders of magnitude.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from crowdsim.kernels.minds import (
    BLURRED,
    GUARD,
    NO_MIND,
    ONLOOKER,
    PARTICIPANT,
    PLANES,
    decide_minds,
)
from crowdsim.params import MindParams
from crowdsim.population.grids import CELL, Grids
from crowdsim.population.population import Population
from crowdsim.population.roles import DEMONSTRATOR_ROLES, Disposition, Mind, Role

_VIOLENT, _PUSHING = int(Mind.VIOLENT), int(Mind.PUSHING)

_NEIGHBOURHOOD = 4.0  # m: standard deviation of the blur by which people feel each other
_NEAR = 10.0  # m within which officers and rebels are counted against each other
_AWAY = 20.0  # m from any threat: there one stops fleeing
_ALARM = 10.0  # s a threat is remembered where it was
_ARREST_SEEN = 5.0  # m: width of the pulse of an arrest
_WRONG_ARREST = 0.6  # s of force against a peaceful person that a wrongful arrest is worth
_ARREST_FRIGHT = 0.5  # s of threat that any arrest is worth

# Negotiators and medics do not deter: they are not there to arrest anybody.
_PART = np.full(len(Role), NO_MIND, np.int8)
_PART[[Role.OFFICER, Role.SHIELD]] = GUARD
_PART[[Role.BYSTANDER, Role.PRESS, Role.CHAIR]] = ONLOOKER
_PART[list(DEMONSTRATOR_ROLES)] = PARTICIPANT


# --- with what feelings people come -----------------------------------------------------------------------------------


class Temper(NamedTuple):
    """The anger a crowd comes with, even between two bounds. What it thinks of the police is `mind.legitimacy`."""

    calmest: float
    angriest: float


TEMPERS: dict[str, Temper] = {"calm": Temper(0.0, 0.10), "tense": Temper(0.05, 0.20), "volatile": Temper(0.15, 0.35)}
"""Presets [D]."""


def give_minds(
    people: Population,
    rows: np.ndarray,
    hardcore: int,
    provocateurs: int,
    temper: str,
    rng: np.random.Generator,
) -> None:
    """Fill the mind columns of a crowd: the readiest by `temper` are provocateurs, the next ones hardcore.

    Grievance h ~ Beta(2, 2), hardcore .6-1 rising with readiness, provocateurs .9 ; aversion R ~ U(0, 1), provocateurs
    .1 ; threshold N(0, .06), provocateurs .15 lower ; solidarity ~ U(.3, .6), fear 0 [P]

    rows : i4[k], of demonstrators. Onlookers need none of this.
    """
    count = len(rows)
    grievance = rng.beta(2.0, 2.0, count)
    strong = np.sort(rng.uniform(0.6, 1.0, count)[: min(hardcore, count)])[::-1]
    aversion, offset = rng.random(count), rng.normal(0.0, 0.06, count)
    solidarity = rng.uniform(0.3, 0.6, count)
    preset = TEMPERS[temper]
    anger = rng.uniform(preset.calmest, preset.angriest, count)
    order = np.argsort(-people.temper[rows], kind="stable")
    stirring, firm = order[:provocateurs], order[provocateurs : provocateurs + hardcore]
    disposition = np.full(count, Disposition.ORDINARY, np.int8)
    disposition[firm] = Disposition.HARDCORE
    disposition[stirring] = Disposition.PROVOCATEUR
    grievance[firm] = strong[: len(firm)]
    grievance[stirring], aversion[stirring] = 0.9, 0.1
    offset[stirring] -= 0.15
    anger[stirring] = np.maximum(anger[stirring], 0.6)
    people.disposition[rows] = disposition
    people.grievance[rows], people.aversion[rows], people.threshold[rows] = grievance, aversion, offset
    people.anger[rows], people.fear[rows] = anger, 0.0
    people.solidarity[rows], people.bond[rows] = solidarity, solidarity
    people.mind[rows], people.mind_since[rows] = Mind.CALM, 0.0


# --- what they are exposed to -----------------------------------------------------------------------------------------


def arrest_seen(grids: Grids, x: float, y: float, peaceful: bool, dt: float) -> None:
    """Let those around see an arrest at a point, m: lawful, or of somebody `peaceful`, which is force at random.

    J += 1 if lawful, E dt += .6 s if not, Th dt += .5 s either way, Gaussian of 5 m ; dt : s between two decisions
    """
    if peaceful:
        grids.pulse("force", x, y, _ARREST_SEEN, _WRONG_ARREST / dt)
    else:
        grids.pulse("arrest", x, y, _ARREST_SEEN, 1.0)
    grids.pulse("threat", x, y, _ARREST_SEEN, _ARREST_FRIGHT / dt)


# --- a decision of all minds ------------------------------------------------------------------------------------------


@dataclass
class Around:
    """What surrounds people, on the cells of the grids: room for sums and averages, filled anew at each decision.

    Only `sums[ALARM]`, how fresh a threat is, 0..1, is kept from one to the next.
    """

    cell: np.ndarray  # i4[n]
    box: np.ndarray  # i8[4], first and last row, first and last column with minds in them
    sums: np.ndarray  # f4[PLANES, rows, cols]
    blurred: np.ndarray  # f4[BLURRED, rows, cols]
    scratch: np.ndarray  # f4[rows + 1, lines of the blur]
    running: np.ndarray  # f4[rows, cols and a margin]
    near: np.ndarray  # f4[3, rows, cols]: officers and rebels within 10 m, alarm within 20 m


def around_for(grids: Grids, n: int) -> Around:
    """Room for n people on these grids."""
    rows, cols = grids.shape
    margin = 2 * (int(_AWAY / CELL) + 1)
    f4 = np.float32
    return Around(
        cell=np.full(n, -1, np.int32),
        box=np.zeros(4, np.int64),
        sums=np.zeros((PLANES, rows, cols), f4),
        blurred=np.zeros((BLURRED, rows, cols), f4),
        scratch=np.zeros((rows + 1, (cols + 4 * _REACH) * BLURRED), f4),
        running=np.zeros((rows, cols + margin), f4),
        near=np.zeros((3, rows, cols), f4),
    )


def _disc(radius: float) -> np.ndarray:
    """Half widths of a disc in cells, i8[k], of its middle row and the rows beside it."""
    reach = int(radius / CELL)
    return np.array([int(np.sqrt((radius / CELL) ** 2 - k * k)) for k in range(reach + 1)], np.int64)


_REACH = int(3.0 * _NEIGHBOURHOOD / CELL)
_TAP = np.exp(-0.5 * (np.arange(_REACH + 1) * CELL / _NEIGHBOURHOOD) ** 2)
_TAP = (_TAP / (2.0 * _TAP.sum() - _TAP[0])).astype(np.float32)
_DISC_NEAR, _DISC_AWAY = _disc(_NEAR), _disc(_AWAY)


def feel(
    people: Population,
    active: np.ndarray,
    grids: Grids,
    around: Around,
    unheard: np.ndarray,
    threat: np.ndarray,
    time: float,
    dt: float,
    pace: float,
    p: MindParams,
) -> None:
    """One decision of all minds: the field of legitimacy, then anger, fear, solidarity and state of everyone active.

    active  : bool[n], who takes part: averages know nobody else, and nobody else changes
    unheard : f4[n], B ; threat : f4[n], what somebody feels on his own body, beside `grids.threat`
    time    : s ; dt : s since the last decision
    pace    : factor on all that takes minutes, frustration, dialogue and coming to rest; contagion, force and fear keep
              their time. So a wait is shorter and ends where it would have ended.

    Stimuli of `grids` are read, not cleared. Equations: `kernels.minds.feel_people`, `spread_legitimacy`.
    """
    decide_minds(
        people.position, active, _PART.take(people.role), people.disposition, people.grievance, people.aversion,
        people.threshold, people.bond, unheard, threat,
        grids.dialogue, grids.force, grids.restraint, grids.arrest, grids.threat,
        time, dt, pace, _ALARM, CELL, p, _TAP, _DISC_NEAR, _DISC_AWAY,
        around.cell, around.box, around.sums, around.scratch, around.running, around.blurred, around.near,
        grids.legitimacy, people.anger, people.fear, people.solidarity, people.mind, people.mind_since,
    )  # fmt: skip


# --- the crowd as a whole ---------------------------------------------------------------------------------------------


class Feelings(NamedTuple):
    """Demonstrators on the ground, provocateurs included: shares in each state, and means; 0..1, all 0 of nobody."""

    calm: float
    chanting: float
    pushing: float
    violent: float
    fleeing: float
    anger: float
    fear: float
    solidarity: float
    legitimacy: float  # where they stand


def feelings(people: Population, active: np.ndarray, grids: Grids) -> Feelings:
    """Shares and means over the demonstrators who are active."""
    who = np.flatnonzero(active & (_PART[people.role] == PARTICIPANT))
    if not len(who):
        return Feelings(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    calm, chanting, pushing, violent, fleeing = np.bincount(people.mind[who], minlength=len(Mind)) / len(who)
    return Feelings(
        float(calm),
        float(chanting),
        float(pushing),
        float(violent),
        float(fleeing),
        float(people.anger[who].mean()),
        float(people.fear[who].mean()),
        float(people.solidarity[who].mean()),
        float(grids.legitimacy[grids.cells(people.position[who])].mean()),
    )


CALM, TENSE, VIOLENT = 0, 1, 2
"""Moods of a crowd."""

SECTOR = 30.0
"""m: side of a sector."""

_FEW = 10  # demonstrators: fewer have no mood
_ATTACKS = 60.0  # s: who attacked within it is an attacker
_RISE_TENSE, _RISE_VIOLENT, _FALL = 10.0, 5.0, 60.0  # s a condition has to hold


class Moods:
    """The mood of the crowd by sector of 30 m and as a whole. It is what analysts see; the phase is declared by people.

    tense   : mean anger > .35 or pushing > 5 % for 10 s, until anger < .25 and pushing < 2 % for 60 s
    violent : violent > 3 % or more than 6 attackers in the last minute for 5 s, until < 1 % and none for 60 s
    """

    def __init__(self, grids: Grids) -> None:
        rows, cols = grids.shape
        per = SECTOR / CELL
        self.shape = (int(np.ceil(rows / per)), int(np.ceil(cols / per)))
        count = self.shape[0] * self.shape[1] + 1  # the last is the whole
        self._mood = np.zeros(count, np.int8)
        self._held = np.zeros((4, count))  # s: rise to tense, rise to violent, fall from tense, fall from violent

    @property
    def crowd(self) -> int:
        """Mood of the whole crowd: CALM, TENSE or VIOLENT."""
        return int(self._mood[-1])

    @property
    def sectors(self) -> np.ndarray:
        """Mood by sector, i1[rows, cols]."""
        return self._mood[:-1].reshape(self.shape)

    def look(self, people: Population, active: np.ndarray, time: float, dt: float) -> None:
        """Take a look at the crowd, dt [s] after the last one."""
        who = np.flatnonzero(active & (_PART[people.role] == PARTICIPANT))
        rows, cols = self.shape
        place = (people.position[who] / SECTOR).astype(np.int64)
        sector = np.clip(place[:, 1], 0, rows - 1) * cols + np.clip(place[:, 0], 0, cols - 1)
        mind = people.mind[who]
        attacker = people.violent_at[who] > time - _ATTACKS
        violent = mind == _VIOLENT

        def total(weight: np.ndarray) -> np.ndarray:
            each = np.bincount(sector, weight, rows * cols)
            return np.append(each, each.sum())

        people_in = total(np.ones(len(who)))
        enough = people_in >= _FEW
        of = 1.0 / np.maximum(people_in, 1.0)
        anger = total(people.anger[who].astype(float)) * of
        pushing, violence = total(violent | (mind == _PUSHING)) * of, total(violent) * of
        attackers = total(attacker)
        holds = np.array(
            [
                enough & ((anger > 0.35) | (pushing > 0.05)),
                enough & ((violence > 0.03) | (attackers > 6.0)),
                ~enough | ((anger < 0.25) & (pushing < 0.02)),
                ~enough | ((violence < 0.01) & (attackers < 1.0)),
            ]
        )
        self._held = np.where(holds, self._held + dt, 0.0)
        tense, violent_, calm, subsided = self._held
        mood = self._mood.copy()
        mood[(self._mood == CALM) & (tense >= _RISE_TENSE)] = TENSE
        mood[(self._mood == TENSE) & (calm >= _FALL)] = CALM
        mood[(self._mood == VIOLENT) & (subsided >= _FALL)] = TENSE
        mood[violent_ >= _RISE_VIOLENT] = VIOLENT
        self._mood = mood
