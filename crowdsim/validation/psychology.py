"""Minds alone: people who stand still before a line of officers, and Epstein's rebellion on a torus.

Nobody walks or pushes here: only what feelings do. The rates are chosen, not measured, so these cases guard the signs
and the orders of magnitude of the model, not its truth.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from crowdsim.behaviour.minds import VIOLENT, Moods, around_for, arrest_seen, feel, give_minds
from crowdsim.params import MindParams
from crowdsim.population.grids import open_grids
from crowdsim.population.population import empty_population
from crowdsim.population.roles import Disposition, Mind, Role, Status
from crowdsim.validation.case import Case, Expect, Figure, Measured, Setting

_CONTAGION = "Granovetter 1978, Am. J. Sociology 83; Drury & Reicher on crowds as groups"
_ESIM = "Stott & Reicher 1998, Sociology 32"
_EPSTEIN = "Epstein 2002, doi:10.1073/pnas.092080199"
_OWN = "sign of an action in the model, no measurement"

# --- 600 people before a line of officers -----------------------------------------------------------------------------

PEOPLE, GUARDS = 600, 30
_DT, _LENGTH, _PACE = 0.2, 1200.0, 1.0
_LEFT, _FRONT = 15.0, 21.0  # m: the crowd stands south of y = 21 m on 30 x 20 m, the officers a metre north of it
_WIDE, _DEEP = 30.0, 20.0
_EARSHOT, _SIGHT = 15.0, 15.0  # m from the line
_TALKERS = (4.0, 11.0, 19.0, 26.0)  # m along the line
_CHARGE = 8.0  # m from the line within which a charge frightens
_FIRST, _TIPPED = 0.05, 0.5  # share pushing or violent of those who are no provocateurs
MINUTE = 60.0


@dataclass
class Field:
    """What one run of the standing crowd is told, and what it shows; shares are of those who are no provocateurs."""

    seed: int
    p: MindParams
    provocateurs: int = 0
    temper: str = "tense"
    talk_from: float = np.inf  # s
    force: tuple[float, float] = (np.inf, np.inf)  # s, between which force hits anybody
    fright: tuple[float, float] = (np.inf, np.inf)  # s, between which something frightens and nobody is hurt
    arrests: tuple[float, float, int] = (np.inf, np.inf, 0)  # s, between which so many are arrested
    peaceful: bool = False  # the arrested are calm people, not provocateurs
    pushing: np.ndarray = field(default_factory=lambda: np.zeros(0))  # f8[k], pushing or violent, a value a second
    violent: np.ndarray = field(default_factory=lambda: np.zeros(0))
    fleeing: np.ndarray = field(default_factory=lambda: np.zeros(0))
    anger: np.ndarray = field(default_factory=lambda: np.zeros(0))
    mood: np.ndarray = field(default_factory=lambda: np.zeros(0))
    bounds: tuple[float, float] = (0.0, 1.0)  # least and greatest feeling of anybody

    def run(self) -> "Field":
        """Play it to the end."""
        rng = np.random.default_rng(self.seed)
        people = empty_population(PEOPLE + GUARDS)
        crowd = np.arange(PEOPLE)
        people.status[:] = Status.ACTIVE
        people.position[crowd] = np.column_stack(
            [_LEFT + rng.uniform(0.0, _WIDE, PEOPLE), _FRONT + rng.uniform(0.0, _DEEP, PEOPLE)]
        )
        people.position[PEOPLE:] = np.column_stack([_LEFT + 0.5 + np.arange(GUARDS), np.full(GUARDS, _FRONT - 1.0)])
        people.role[PEOPLE:] = Role.SHIELD
        people.temper[crowd] = (rng.permutation(PEOPLE) + 0.5) / PEOPLE
        give_minds(people, crowd, round(0.1 * PEOPLE), self.provocateurs, self.temper, rng)
        ordinary = people.disposition[crowd] != Disposition.PROVOCATEUR

        grids = open_grids(2 * _LEFT + _WIDE, _FRONT + _DEEP + _LEFT, self.p.legitimacy)
        around, moods = around_for(grids, people.capacity), Moods(grids)
        depth = people.position[:, 1] - _FRONT
        alone = np.where(depth < _EARSHOT, 1.0, 0.5).astype(np.float32)
        calm = np.zeros(people.capacity, np.float32)
        start, end, number = self.arrests
        due = list(np.linspace(start, end, number, endpoint=False)) if number else []
        candidates = rng.permutation(crowd[ordinary if self.peaceful else ~ordinary])
        band = np.arange(_LEFT, _LEFT + _WIDE, 4.0)

        seconds = []
        low, high = np.inf, -np.inf
        for k in range(round(_LENGTH / _DT)):
            time = k * _DT
            grids.clear()
            blocked = alone
            if time >= self.talk_from:
                for x in _TALKERS:
                    grids.expose("dialogue", _LEFT + x, _FRONT, 8.0, 1.0)
                blocked = np.where(grids.dialogue[grids.cells(people.position)] > 0.0, np.float32(0.2), alone)
            if self.force[0] <= time < self.force[1]:
                for x in band:
                    grids.expose("force", x, _FRONT, _SIGHT, 1.0)
                    grids.expose("threat", x, _FRONT, _CHARGE, 1.0)
            if self.fright[0] <= time < self.fright[1]:
                for x in band:
                    grids.expose("threat", x, _FRONT, _SIGHT, 1.0)
            while due and time >= due[0]:
                due.pop(0)
                taken = _next(candidates, people.status, people.mind, self.peaceful)
                if taken >= 0:
                    people.status[taken] = Status.DETAINED
                    x, y = people.position[taken]
                    arrest_seen(grids, float(x), float(y), self.peaceful, _DT)
            active = people.active
            feel(people, active, grids, around, blocked, calm, time, _DT, _PACE, self.p)
            if k % 5 == 0:
                moods.look(people, active, time, 5 * _DT)
                who = np.flatnonzero(active[:PEOPLE] & ordinary)
                mind = people.mind[who]
                violent = float((mind == Mind.VIOLENT).mean())
                pushing = violent + float((mind == Mind.PUSHING).mean())
                fleeing = float((mind == Mind.FLEEING).mean())
                seconds.append((pushing, violent, fleeing, float(people.anger[who].mean()), float(moods.crowd)))
                felt = (people.anger, people.fear, people.solidarity, grids.legitimacy)
                low, high = min(low, *(float(v.min()) for v in felt)), max(high, *(float(v.max()) for v in felt))
        self.pushing, self.violent, self.fleeing, self.anger, self.mood = np.array(seconds).T
        self.bounds = (low, high)
        return self

    def reached(self, share: float) -> float:
        """When this share pushes first, s; 1,200 when it never does."""
        there = np.flatnonzero(self.pushing >= share)
        return float(there[0]) if len(there) else _LENGTH


def _next(candidates: np.ndarray, status: np.ndarray, mind: np.ndarray, peaceful: bool) -> int:
    """The next to be arrested, -1 = nobody: if `peaceful` one who neither pushes nor is violent."""
    able = status[candidates] == Status.ACTIVE
    if peaceful:
        able &= mind[candidates] <= Mind.CHANTING
    found = candidates[able]
    return int(found[0]) if len(found) else -1


def _share(of_hundred: int) -> int:
    return round(PEOPLE * of_hundred / 100)


SHARES = (0, 2, 5, 10)
_LEAST = 1.0 / PEOPLE  # one person: a share of nobody has no ratio


def provocateurs(seed: int, setting: Setting) -> Measured:
    """The standing crowd with 0, 2, 5 and 10 % provocateurs."""
    found: Measured = {}
    for share in SHARES:
        run = Field(seed, setting.params.mind, _share(share)).run()
        found[f"pushing at 10 min, {share} %"] = float(run.pushing[600])
        found[f"violent at 15 min, {share} %"] = float(run.violent[900])
    return found


def _provocateurs(medians: dict[str, float]) -> dict[str, float]:
    with_, without = medians["pushing at 10 min, 5 %"], medians["pushing at 10 min, 0 %"]
    return {"pushing with 5 % over without": with_ / max(without, _LEAST)}


def dialogue(seed: int, setting: Setting) -> Measured:
    """The standing crowd with 5 % provocateurs, with and without negotiators from minute 2."""
    p = setting.params.mind
    without, with_ = Field(seed, p, _share(5)).run(), Field(seed, p, _share(5), talk_from=2 * MINUTE).run()
    return {
        "5 % push without": without.reached(_FIRST),
        "tip without": without.reached(_TIPPED),
        "tip with": with_.reached(_TIPPED),
        "pushing at 10 min without": float(without.pushing[600]),
        "pushing at 10 min with": float(with_.pushing[600]),
        "violent at 15 min with": float(with_.violent[900]),
    }


def _dialogue(medians: dict[str, float]) -> dict[str, float]:
    return {"tip with over without": medians["tip with"] / medians["tip without"]}


def indiscriminate_force(seed: int, setting: Setting) -> Measured:
    """The standing crowd with 5 % provocateurs: in minute 9 force hits anybody near the line, or the provocateurs are
    arrested."""
    p, minute = setting.params.mind, (8 * MINUTE, 9 * MINUTE)
    force = Field(seed, p, _share(5), force=minute).run()
    arrests = Field(seed, p, _share(5), arrests=(*minute, _share(5))).run()
    at = round(minute[1] + 5 * MINUTE)
    over = np.flatnonzero(force.violent[round(minute[1]) :] < 0.01)
    mood = np.flatnonzero(force.mood[round(minute[1] + 30.0) :] < VIOLENT)
    return {
        "violent 5 min after force": float(force.violent[at]),
        "violent 5 min after arrests": float(arrests.violent[at]),
        "violent at the end after force": float(force.violent[-1]),
        "fleeing at most": float(force.fleeing.max()),
        "violent people for": float(over[0]) if len(over) else _LENGTH - minute[1],
        "mood violent for": float(mood[0] + 30.0) if len(mood) else _LENGTH - minute[1],
        "least feeling": force.bounds[0],
        "greatest feeling": force.bounds[1],
        "violent by force": [(second / 60.0, float(v)) for second, v in enumerate(force.violent)][::10],
        "violent by arrests": [(second / 60.0, float(v)) for second, v in enumerate(arrests.violent)][::10],
    }


def _indiscriminate(medians: dict[str, float]) -> dict[str, float]:
    force, arrests = medians["violent 5 min after force"], medians["violent 5 min after arrests"]
    return {"violent after force over after arrests": force / max(arrests, _LEAST)}


def arrests(seed: int, setting: Setting) -> Measured:
    """The standing crowd with 5 % provocateurs: nobody arrested, all provocateurs, or 36 calm people, in minute 10."""
    p, minute = setting.params.mind, (9 * MINUTE, 10 * MINUTE)
    runs = {
        "no": Field(seed, p, _share(5)),
        "targeted": Field(seed, p, _share(5), arrests=(*minute, _share(5))),
        "wrongful": Field(seed, p, _share(5), arrests=(*minute, 36), peaceful=True),
    }
    found: Measured = {}
    for name, run in runs.items():
        run.run()
        found[f"pushing at the end, {name} arrests"] = float(run.pushing[-1])
        found[f"violent at 15 min, {name} arrests"] = float(run.violent[900])
    return found


def _arrests(medians: dict[str, float]) -> dict[str, float]:
    none, right, wrong = (medians[f"pushing at the end, {name} arrests"] for name in ("no", "targeted", "wrongful"))
    return {"gained by wrongful arrests": wrong - none, "gained by targeted arrests": right - none}


LEGITIMACY = (0.2, 0.4, 0.7, 0.85)


def legitimacy(seed: int, setting: Setting) -> Measured:
    """The standing crowd with 2 % provocateurs where the police seem more or less rightful."""
    found: Measured = {}
    for l0 in LEGITIMACY:
        run = Field(seed, setting.params.mind._replace(legitimacy=l0), _share(2)).run()
        found[f"pushing at 10 min, l0 {l0:g}"] = float(run.pushing[600])
        found[f"violent at 15 min, l0 {l0:g}"] = float(run.violent[900])
    return found


def _legitimacy(medians: dict[str, float]) -> dict[str, float]:
    shares = [medians[f"pushing at 10 min, l0 {l0:g}"] for l0 in LEGITIMACY]
    return {"orders broken": float(sum(b > a for a, b in pairwise(shares)))}


def fright(seed: int, setting: Setting) -> Measured:
    """A calm crowd where the police seem rightful, and for a minute something that frightens and hurts nobody."""
    p = setting.params.mind._replace(frustration=0.006, legitimacy=0.85)
    run = Field(seed, p, temper="calm", fright=(5 * MINUTE, 6 * MINUTE)).run()
    before, during = round(5 * MINUTE), slice(round(5 * MINUTE), round(7 * MINUTE))
    return {
        "fleeing at most": float(run.fleeing.max()),
        "anger gained": float(run.anger[during].max() - run.anger[before]),
        "pushing at most": float(run.pushing[before:].max()),
        "fleeing 3 min later": float(run.fleeing[round(9 * MINUTE)]),
    }


# --- Epstein's rebellion ----------------------------------------------------------------------------------------------

_SIDE, _VISION, _CITIZENS, _TERM = 40, 7, 0.7, 30
_FEW_COPS, _MANY_COPS = 0.04, 0.074  # of the cells, for bursts and for drops of legitimacy [R]
_THRESHOLD, _K = 0.1, 2.3
_SETTLED, _WATCHED, _EVERY = 60, 200, 10  # ticks: until it is left alone, watched after a drop, between two steps


def rebellion(
    seed: int, legitimacy: Callable[[int], float], ticks: int, share: float, whole: bool = True
) -> np.ndarray:
    """Epstein's first model: agents on a torus who rebel when G - R P > .1, cops who jail them; actives, i8[ticks].

    G = H (1 - L) ; P = 1 - exp(-2.3 C/A), C cops and A actives in sight, himself counted; the ratio is rounded down
    when `whole`. H, R ~ U(0, 1); 40 x 40 cells, 70 % agents, a `share` of cops, sight 7 cells; terms in jail are even
    up to 30 ticks [R]. Everybody acts at the same time, not one after the other as in the paper.
    """
    rng = np.random.default_rng(seed)
    citizens, cops = round(_CITIZENS * _SIDE**2), round(share * _SIDE**2)
    n = citizens + cops
    cell = rng.permutation(_SIDE**2)[:n]
    hardship, aversion = rng.random(citizens), rng.random(citizens)
    active, term = np.zeros(citizens, bool), np.zeros(citizens, np.int64)
    reach = np.arange(-_VISION, _VISION + 1)
    dy, dx = (v.ravel() for v in np.meshgrid(reach, reach))
    seen = dy * dy + dx * dx <= _VISION * _VISION
    dy, dx = dy[seen], dx[seen]
    disc = np.zeros((_SIDE, _SIDE))
    disc[dy % _SIDE, dx % _SIDE] = 1.0
    spectrum = np.fft.rfft2(disc)

    def in_sight(where: np.ndarray) -> np.ndarray:
        count = np.bincount(where, minlength=_SIDE**2).reshape(_SIDE, _SIDE)
        return np.rint(np.fft.irfft2(np.fft.rfft2(count) * spectrum, (_SIDE, _SIDE))).ravel()

    actives = np.zeros(ticks, np.int64)
    for tick in range(ticks):
        free = term == 0
        # Each who is free looks at one cell in sight and takes it if it is vacant and nobody was quicker.
        moves = rng.integers(0, len(dy), n)
        target = ((cell // _SIDE + dy[moves]) % _SIDE) * _SIDE + (cell + dx[moves]) % _SIDE
        vacant = np.ones(_SIDE**2, bool)
        vacant[cell[np.append(free, np.ones(cops, bool))]] = False
        wants = np.flatnonzero(vacant[target] & np.append(free, np.ones(cops, bool)))
        wants = wants[rng.permutation(len(wants))]
        first = wants[np.unique(target[wants], return_index=True)[1]]
        cell[first] = target[first]

        guards = in_sight(cell[citizens:])[cell[:citizens]]
        rebels = in_sight(cell[:citizens][active & free])[cell[:citizens]] + ~(active & free)
        ratio = guards / rebels
        risk = 1.0 - np.exp(-_K * (np.floor(ratio) if whole else ratio))
        active = free & (hardship * (1.0 - legitimacy(tick)) - aversion * risk > _THRESHOLD)
        actives[tick] = active.sum()

        term[~free] -= 1
        # Each cop jails one of the actives in sight.
        rebel = np.flatnonzero(active)
        if len(rebel):
            cop = cell[citizens:, None]
            y = np.abs(cop // _SIDE - cell[rebel] // _SIDE)
            x = np.abs(cop % _SIDE - cell[rebel] % _SIDE)
            y, x = np.minimum(y, _SIDE - y), np.minimum(x, _SIDE - x)
            luck = np.where(y * y + x * x <= _VISION**2, rng.random((cops, len(rebel))), -1.0)
            caught = np.unique(luck.argmax(axis=1)[luck.max(axis=1) >= 0.0])
            term[rebel[caught]] = rng.integers(0, _TERM + 1, len(caught))
            active[rebel[caught]] = False
    return actives


def _jump(seed: int, low: float) -> float:
    """Most actives after legitimacy falls from .9 to `low` at once."""
    return float(
        rebellion(seed, lambda tick: 0.9 if tick < _SETTLED else low, _SETTLED + _WATCHED, _MANY_COPS)[_SETTLED:].max()
    )


def _steps(seed: int, low: float) -> float:
    """Most actives while it falls as far by .01 every ten ticks, and after."""
    ticks = _SETTLED + round((0.9 - low) / 0.01) * _EVERY + _WATCHED
    steps = rebellion(seed, lambda tick: max(low, 0.9 - 0.01 * max(0, (tick - _SETTLED) // _EVERY)), ticks, _MANY_COPS)
    return float(steps[_SETTLED:].max())


def bursts(seed: int, setting: Setting) -> Measured:
    """Rebellion at an even legitimacy of .82, and after it falls, at once and in steps."""
    even = rebellion(seed, lambda tick: 0.82, 600, _FEW_COPS)[100:]
    exact = rebellion(seed, lambda tick: 0.82, 600, _FEW_COPS, whole=False)[100:]
    return {
        "largest after a jump": _jump(seed, 0.6),
        "largest after steps": _steps(seed, 0.6),
        "largest after a jump to .7": _jump(seed, 0.7),
        "largest after steps to .7": _steps(seed, 0.7),
        "half of the time at most": float(np.median(even)),
        "largest": float(even.max()),
        "largest, ratio not rounded": float(exact.max()),
        "actives": [(float(tick), float(v)) for tick, v in enumerate(even[:300])],
    }


def _bursts(medians: dict[str, float]) -> dict[str, float]:
    return {
        "jump over steps": medians["largest after a jump"] / max(1.0, medians["largest after steps"]),
        "largest over half of the time": medians["largest"] / max(1.0, medians["half of the time at most"]),
        "not rounded over rounded": medians["largest, ratio not rounded"] / max(1.0, medians["largest"]),
    }


# --- the cases --------------------------------------------------------------------------------------------------------

_SEEDS = 10

CASES = (
    Case(
        "provocateurs",
        "Five in a hundred provocateurs turn a crowd",
        "behaviour",
        "",
        _CONTAGION,
        provocateurs,
        (
            Expect("pushing with 5 % over without", "", low=3.0, note="share pushing of the others, at 10 min"),
            *(Expect(f"pushing at 10 min, {share} %") for share in SHARES),
            *(Expect(f"violent at 15 min, {share} %") for share in SHARES),
        ),
        seeds=_SEEDS,
        derive=_provocateurs,
    ),
    Case(
        "dialogue",
        "Negotiators from minute 2 keep a crowd with provocateurs from turning",
        "behaviour",
        "",
        _OWN,
        dialogue,
        (
            Expect("tip with over without", "", low=2.0, note="time until half of the crowd pushes; 1200 s: never"),
            Expect("tip without", "s"),
            Expect("tip with", "s"),
            Expect("5 % push without", "s", note="before minute 2: no dialogue can change it"),
            Expect("pushing at 10 min without"),
            Expect("pushing at 10 min with", note="those out of earshot, 8 m, go on"),
            Expect("violent at 15 min with"),
        ),
        seeds=_SEEDS,
        derive=_dialogue,
    ),
    Case(
        "indiscriminate_force",
        "Force at random makes a mixed crowd one against the police; arrests of the violent do not",
        "behaviour",
        "",
        _ESIM,
        indiscriminate_force,
        (
            Expect("violent after force over after arrests", "", low=3.0, note="share violent 5 min after"),
            Expect("violent people for", "s", low=60.0, note="from the end of the force; 660 s: to the end of the run"),
            Expect("least feeling", "", low=0.0, note="anger, fear, solidarity of anybody; legitimacy anywhere"),
            Expect("greatest feeling", "", high=1.0),
            Expect("violent 5 min after force"),
            Expect("violent 5 min after arrests"),
            Expect("violent at the end after force"),
            Expect("fleeing at most", note="in the minute of force"),
            Expect("mood violent for", "s", note="falls 60 s after its cause at the earliest, by its rule"),
        ),
        seeds=_SEEDS,
        derive=_indiscriminate,
        figures=(
            Figure("violent by force", "Share violent: a minute of force at random from minute 8", "min", ""),
            Figure("violent by arrests", "Share violent: provocateurs arrested in minute 9", "min", ""),
        ),
    ),
    Case(
        "arrests",
        "36 arrests of calm people anger a crowd for good; arrests of its provocateurs do not",
        "behaviour",
        "",
        _ESIM,
        arrests,
        (
            Expect("gained by wrongful arrests", "", low=0.02, note="share pushing at the end, over no arrests"),
            Expect("gained by targeted arrests", "", high=0.0),
            *(Expect(f"pushing at the end, {name} arrests") for name in ("no", "targeted", "wrongful")),
            *(Expect(f"violent at 15 min, {name} arrests") for name in ("no", "targeted", "wrongful")),
        ),
        seeds=_SEEDS,
        derive=_arrests,
    ),
    Case(
        "legitimacy",
        "The more rightful the police seem, the fewer push",
        "behaviour",
        "",
        _EPSTEIN,
        legitimacy,
        (
            Expect("orders broken", "", high=0.0, note="share pushing at 10 min over legitimacy"),
            *(Expect(f"pushing at 10 min, l0 {l0:g}") for l0 in LEGITIMACY),
            *(Expect(f"violent at 15 min, l0 {l0:g}") for l0 in LEGITIMACY),
        ),
        seeds=_SEEDS,
        derive=_legitimacy,
    ),
    Case(
        "fright",
        "Fear alone: a calm crowd flees, without anger",
        "behaviour",
        "",
        _OWN,
        fright,
        (
            Expect("fleeing at most", "", low=0.3),
            Expect("anger gained", "", high=0.02),
            Expect("pushing at most", "", high=0.02),
            Expect("fleeing 3 min later", "", high=0.02),
        ),
        seeds=_SEEDS,
    ),
    Case(
        "bursts",
        "Rebellion comes in bursts, and a sudden loss of legitimacy makes larger ones than a slow one",
        "behaviour",
        "",
        _EPSTEIN,
        bursts,
        (
            Expect("jump over steps", "", low=2.0, note="most actives, legitimacy .9 to .6 at once or in thirty steps"),
            Expect("largest over half of the time", "", low=5.0, note="actives at an even legitimacy"),
            Expect("not rounded over rounded", "", high=0.25, note="without rounding C/A down there are no bursts"),
            Expect("largest after a jump", "people"),
            Expect("largest after steps", "people"),
            Expect("largest after a jump to .7", "people"),
            Expect("largest after steps to .7", "people"),
            Expect("half of the time at most", "people"),
            Expect("largest", "people", note="of 1,120"),
            Expect("largest, ratio not rounded", "people"),
        ),
        seeds=_SEEDS,
        derive=_bursts,
        figures=(Figure("actives", "Actives at an even legitimacy, Epstein's model", "ticks", "people"),),
    ),
)
