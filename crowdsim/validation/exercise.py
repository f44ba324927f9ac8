"""Whole exercises played to their end: the story of the default scenario, and what its variants change."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from crowdsim.frame import Event
from crowdsim.metrics.criteria import evaluate
from crowdsim.metrics.rules import violations
from crowdsim.metrics.score import score
from crowdsim.metrics.session import Session
from crowdsim.places import shipped
from crowdsim.population.roles import Cause, Disposition, Injury, Mind, Role
from crowdsim.session.scenario import Scenario, load_scenario
from crowdsim.session.simulation import Simulation
from crowdsim.validation.case import Case, Expect, Measured, Setting

PLACE = shipped("maps", "kpu_kaltara")
_NEVER = float("inf")


@dataclass
class Told:
    """What became of one exercise. Times in s, inf = never; shares of the supporters, who came neither to provoke nor
    with a hot head."""

    events: list[Event]
    first: dict[str, float]  # by kind: when it happened first
    violent: float  # share of the supporters who were ever violent
    pushing: float  # share of the demonstrators who ever pushed or worse
    violent_now: list[float]  # share of the demonstrators who are violent, once a second
    injured: dict[str, int]  # "crowd", "officers"
    peak_squeeze: float  # N
    peak_density: float  # 1/m2
    verdict: str
    lost: int
    stuck: int
    left: int  # demonstrators still there at the end
    hurt: dict[str, int] = field(default_factory=dict)  # injured by cause, as `Cause` names them
    score: float = 0.0  # out of a hundred
    cap: str = ""  # what capped it

    def when(self, kind: str, subject: str = "", causes: tuple[str, ...] = ()) -> float:
        """When an event of this kind, subject and one of these causes was first noted."""
        times = (
            e.time
            for e in self.events
            if e.kind == kind and subject in ("", e.subject) and (not causes or e.cause in causes)
        )
        return min(times, default=_NEVER)


def play(scenario: Scenario | Path, seed: int, until: float = _NEVER) -> Told:
    """Play a scenario with one thread, to its end or to `until` s."""
    loaded = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    simulation = Simulation(loaded, seed, threads=1)
    people = simulation.people
    crowd = np.isin(people.role, (Role.DEMONSTRATOR, Role.PROVOCATEUR, Role.DELEGATE, Role.COORDINATOR))
    supporter = crowd & (people.disposition == Disposition.ORDINARY)
    violent, pushing = np.zeros(people.capacity, bool), np.zeros(people.capacity, bool)
    violent_now = []
    second = round(1.0 / simulation.params.time.dt)
    while simulation.time < min(loaded.spec.duration, until) - 1e-9:
        simulation.step()
        if simulation.tick % second == 0:
            angry = people.active & (people.mind == Mind.VIOLENT)
            violent |= angry
            pushing |= people.active & ((people.mind == Mind.PUSHING) | (people.mind == Mind.VIOLENT))
            violent_now.append(float(angry[crowd].mean()) if crowd.any() else 0.0)
    first: dict[str, float] = {}
    for event in simulation.events:
        first.setdefault(event.kind, event.time)
    officer = (people.unit >= 0) & ~crowd
    survey = simulation.survey
    hurt = people.injury > Injury.NONE
    session = Session.of_simulation(simulation)
    judged = score(evaluate(session), violations(session), session.profile.weights)
    return Told(
        simulation.events,
        first,
        float(violent[supporter].mean()) if supporter.any() else 0.0,
        float(pushing[crowd].mean()) if crowd.any() else 0.0,
        violent_now,
        {"crowd": int((hurt & ~officer).sum()), "officers": int((hurt & officer).sum())},
        survey.peak_squeeze,
        survey.peak_density,
        simulation.verdict,
        simulation.lost_people,
        survey.health.stuck,
        int((crowd & people.active).sum()),
        {
            Cause(c).name.lower(): int(k)
            for c, k in zip(*np.unique(people.cause[hurt], return_counts=True), strict=True)
        },
        judged.total or 0.0,
        judged.cap,
    )


@cache
def told(name: str, seed: int) -> Told:
    """An exercise of the commission's office to its end; one played before is remembered."""
    return play(PLACE / f"{name}.toml", seed)


# --- the story --------------------------------------------------------------------------------------------------------

_OCCUR = (
    *("march", "negotiation", "push", "breach", "clash", "hostage_taken", "hostage_freed"),
    *("damage", "arrest", "dispersal", "consolidation"),
)
_ORDER = (
    ("march", "negotiation"),
    ("negotiation", "push"),
    ("push", "breach"),
    ("breach", "hostage_taken"),
    ("hostage_taken", "hostage_freed"),
    ("push", "clash"),
    ("breach", "damage"),
    ("clash", "arrest"),
    ("arrest", "dispersal"),
    ("dispersal", "consolidation"),
)
_SEEDS = 20


def story_of(run: Told) -> Measured:
    """Which parts of the story happened, 1 or 0, which came in their order, and whether the run can be believed."""
    times = run.first
    happened = {kind: float(kind in run.first) for kind in _OCCUR}
    happened["injuries on both sides"] = float(min(run.injured.values()) > 0)
    # What never came is missed above, and breaks no order.
    ordered = {
        f"{a} < {b}": float(times.get(a, -_NEVER) < times.get(b, _NEVER) or times.get(b, _NEVER) == _NEVER)
        for a, b in _ORDER
    }
    sound = run.verdict != "invalid" and run.lost == 0
    return {
        **happened,
        **ordered,
        "whole": float(all(happened.values()) and all(ordered.values())),
        "invalid or lost": float(not sound),
        "stuck": float(run.stuck),
        "violent supporters": run.violent,
    }


def story(seed: int, setting: Setting) -> Measured:
    """The default exercise once."""
    return story_of(told("sispamkota", seed))


_STORY = (
    *(Expect(kind, "", low=0.8, pool="mean", note="share of the seeds") for kind in _OCCUR),
    Expect("injuries on both sides", "", low=0.8, pool="mean", note="share of the seeds"),
    *(Expect(f"{a} < {b}", "", low=0.8, pool="mean", note="share of the seeds") for a, b in _ORDER),
    Expect("whole", "", pool="mean", note="share of the seeds in which all happens in order"),
    Expect("invalid or lost", "", high=0.0, pool="max"),
    Expect("stuck", "people", high=0.0, pool="max"),
    Expect("violent supporters", "", note="share of the supporters who were ever violent"),
)

# --- its variants -----------------------------------------------------------------------------------------------------


def _against(variant: str) -> Callable[[int, Setting], Measured]:
    """A run of a variant beside the default exercise with the same seed."""

    def run(seed: int, setting: Setting) -> Measured:
        measured: Measured = {}
        for name in ("sispamkota", variant):
            run = told(name, seed)
            mark = "default" if name == "sispamkota" else "variant"
            end = float(len(run.violent_now))
            measured |= {
                f"breach, {mark}": float("breach" in run.first),
                f"hostage, {mark}": float("hostage_taken" in run.first),
                f"first push, {mark}": min(run.first.get("push", _NEVER), end),
                f"violent supporters, {mark}": run.violent,
                f"violent at once, {mark}": max(run.violent_now),
                f"injured, {mark}": float(sum(run.injured.values())),
                f"injured by gas, {mark}": float(run.hurt.get("gas", 0)),
                f"squeeze, {mark}": run.peak_squeeze,
                f"dispersed, {mark}": min(run.first.get("dispersal", _NEVER), end),
                f"score, {mark}": run.score,
            }
        return measured

    return run


def _ratio(quantity: str) -> Callable[[dict[str, float]], dict[str, float]]:
    """How many times as much of a quantity the variant has, of the medians."""

    def derive(medians: dict[str, float]) -> dict[str, float]:
        base = medians[f"{quantity}, default"]
        return {"ratio": medians[f"{quantity}, variant"] / base if base else _NEVER}

    return derive


def _variant(name: str, title: str, expects: tuple[Expect, ...], ratio: str = "", beside: tuple[str, ...] = ()) -> Case:
    """A variant beside the default; of `ratio` and of what stands `beside` it both medians are reported."""
    both = tuple(Expect(f"{what}, {mark}") for what in (ratio, *beside) if what for mark in ("default", "variant"))
    return Case(
        f"variant_{name}",
        title,
        "behaviour",
        "",
        "doctrine [P]: a variant for teaching",
        _against(name),
        (*expects, *both),
        seeds=10,
        long=True,
        derive=_ratio(ratio) if ratio else None,
    )


CASES = (
    Case(
        "story",
        "The default exercise to its end",
        "behaviour",
        "",
        "the story of the exercise [P]",
        story,
        _STORY,
        seeds=_SEEDS,
        long=True,
    ),
    _variant(
        "damai",
        "A peaceful answer: nobody breaks in",
        (Expect("breach, variant", high=0.0, pool="max"),),
        beside=("injured",),
    ),
    _variant(
        "ruang_aman",
        "The chair in the safe room early: nobody takes him",
        (Expect("hostage, variant", high=0.0, pool="max"), Expect("hostage, default", low=0.8, pool="mean")),
    ),
    _variant(
        "dialog",
        "Dialogue doubles the time to the first push",
        (Expect("ratio", low=2.0, note="900 s where nobody pushes"),),
        "first push",
        ("injured",),
    ),
    _variant(
        "jalan_tertutup",
        "Two ways out blocked: more squeeze",
        (Expect("ratio", low=1.0),),
        "squeeze",
        ("injured", "dispersed"),
    ),
    _variant(
        "gas_halaman",
        "Gas in the yard: more injuries",
        (Expect("ratio", low=1.0),),
        "injured",
        ("injured by gas", "squeeze"),
    ),
    _variant(
        "serampangan",
        "Force on the peaceful turns supporters",
        (Expect("ratio", low=3.0),),
        "violent supporters",
        ("violent at once", "injured"),
    ),
    _variant(
        "korlap",
        "A wrongful arrest turns supporters",
        (Expect("ratio", low=1.0),),
        "violent supporters",
        ("violent at once", "injured"),
    ),
    _variant(
        "by_the_book",
        "By the book: a score of 85",
        (Expect("score, variant", low=85.0), Expect("breach, variant", high=0.0, pool="max")),
        beside=("injured",),
    ),
    _variant(
        "force_first",
        "Force before dialogue: no more than 60",
        (Expect("score, variant", high=60.0),),
        beside=("injured",),
    ),
)
