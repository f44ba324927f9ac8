"""Stiff bodies that rub on each other at an opening: faster is slower, and a press that must not come apart."""

import numpy as np

from crowdsim.params import HFV2000
from crowdsim.population.roles import Mode, Status
from crowdsim.validation.case import Case, Expect, Figure, Measured, Points, Setting
from crowdsim.validation.experiments import spread
from crowdsim.validation.ground import Ground, Plan

_HFV = "Helbing, Farkas & Vicsek 2000, doi:10.1038/35035023"
_PASTOR = "Pastor et al. 2015, doi:10.1103/PhysRevE.92.062817"

DRIVES = (0.8, 1.2, 1.6, 2.2, 3.2, 5.0)
"""m/s, speeds people want."""

PEOPLE, OUT = 150, 100
"""People in the room, and those whose time is taken: the last few would tell of an emptying room, not of a crowd."""

LONGEST = 300.0
"""s: a door not passed by then is jammed, and its time is infinite."""

MARGIN, NOISE = 0.10, 0.05
"""How much slower the most hurried must be than the fastest, with friction; and may be, without."""

# Tiles of 0.25 m: walls act up to half a metre, and the door is a whole number of tiles.
ROOM = Plan(
    free=((0.0, 0.0, 15.0, 15.0), (15.0, 7.0, 15.25, 8.0), (15.25, 5.0, 20.0, 10.0)),
    goals=((19.0, 5.0, 20.0, 10.0),),
    tile=0.25,
)
"""A room of 15 x 15 m, a door 1.0 m wide in the middle of its east wall, and ground beyond."""

_DOOR = 15.25  # m, where a person is out
_AWAY = 1.5  # m beyond it, where he troubles nobody any more
_LOOK = 5  # ticks between two looks at who is out


def passing_times(drive: float, friction: bool, seed: int, people: int = PEOPLE, out: int = OUT) -> np.ndarray:
    """Times [s] at which the first `out` of `people` left the room, wanting `drive` m/s; fewer when the door jammed.

    The preset of 2000 stands in place of the parameters under test.
    """
    params = HFV2000 if friction else HFV2000.with_value("force.friction", 0.0)
    rng = np.random.default_rng(seed)
    ground = Ground(ROOM, people, params)
    crowd = ground.people
    crowd.radius[:] = rng.uniform(0.25, 0.35, people)
    crowd.mass[:] = 80.0
    crowd.position[:] = spread((4.0, 1.0, 14.5, 14.0), people, rng) - ground.origin
    crowd.speed_wish[:] = drive
    crowd.goal[:] = 0
    crowd.mode[:] = Mode.WALK
    crowd.status[:] = Status.ACTIVE
    passed = np.full(people, np.nan)
    while ground.time < LONGEST and np.isfinite(passed).sum() < out:
        for _ in range(_LOOK):
            ground.step()
        x = crowd.position[:, 0] + ground.origin[0]
        passed[np.isnan(passed) & (x > _DOOR)] = ground.time
        crowd.status[x > _DOOR + _AWAY] = Status.LEFT
    return np.sort(passed[np.isfinite(passed)])[:out]


def tail_exponent(gaps: np.ndarray, least: int = 20) -> float:
    """Exponent of the power law P(longer than t) ~ t^-a that the long gaps [s] follow; nan with too few.

    The estimate of greatest likelihood above a threshold, which is the one, with at least `least` gaps above it, where
    law and gaps lie nearest to each other (Clauset, Shalizi & Newman 2009, doi:10.1137/070710111).
    """
    ordered = np.sort(gaps[gaps > 0.0])
    best, nearest = float("nan"), np.inf
    for k in range(len(ordered) - least + 1):
        tail = ordered[k:]
        spread_of_logs = float(np.log(tail / tail[0]).sum())
        if spread_of_logs <= 0.0:
            continue
        exponent = len(tail) / spread_of_logs
        share = np.arange(len(tail)) / len(tail)
        distance = float(np.abs(1.0 - (tail / tail[0]) ** -exponent - share).max())
        if distance < nearest:
            best, nearest = exponent, distance
    return best


def rise_at_the_end(times: list[float]) -> float:
    """By what share the last time exceeds the least."""
    return times[-1] / min(times) - 1.0 if np.isfinite(min(times)) else float("inf")


def largest_rise(times: list[float]) -> float:
    """By what share a time exceeds the least before it, at most; 0 = they fall throughout."""
    lowest = np.minimum.accumulate(times)
    return float(np.max(np.array(times) / lowest - 1.0)) if np.isfinite(lowest).all() else float("inf")


def faster_is_slower(seed: int, setting: Setting) -> Measured:
    """The time for 100 people over the speed they want, with and without friction, and the tails of their gaps."""
    found: Measured = {}
    times: dict[bool, list[float]] = {True: [], False: []}
    exponents: list[float] = []
    for friction, name in ((True, "with"), (False, "without")):
        for drive in DRIVES:
            passed = passing_times(drive, friction, seed)
            time = float(passed[-1]) if len(passed) == OUT else float("inf")
            times[friction].append(time)
            found[f"time {name} friction, {drive} m/s"] = time
            if friction:
                exponents.append(tail_exponent(np.diff(passed)))
                found[f"tail exponent, {drive} m/s"] = exponents[-1]
        found[f"time {name} friction"] = _finite(times[friction])
    found["drive of the least time"] = DRIVES[int(np.argmin(times[True]))]
    found["rise with friction"] = rise_at_the_end(times[True])
    found["rise without friction"] = largest_rise(times[False])
    known = np.isfinite(exponents)
    found["tail slope"] = (
        float(np.polyfit(np.array(DRIVES)[known], np.array(exponents)[known], 1)[0])
        if known.sum() > 1
        else float("nan")
    )
    found["tail exponent"] = _finite(exponents)
    return found


GATE = Plan(
    free=((-15.0, -9.0, 0.0, 9.0), (0.0, -3.0, 0.5, 3.0), (0.5, -9.0, 12.0, 9.0)),
    goals=((10.0, -9.0, 12.0, 9.0),),
    tile=0.5,
)
"""A hall of 15 x 18 m, a gate of 6 m in its east wall, and ground beyond."""

_SPACING = 0.577  # m, three people to a square metre: bodies of 0.6 m overlap from the start


def gate_press(seed: int, setting: Setting) -> Measured:
    """People of radius 0.3 m, three to a square metre, press through the gate for a minute (preset hfv2000)."""
    rng = np.random.default_rng(seed)
    x, y = np.meshgrid(np.arange(-14.5, -0.4, _SPACING), np.arange(-8.5, 8.6, _SPACING))
    place = np.column_stack([x.ravel(), y.ravel()]) + rng.uniform(-0.04, 0.04, (x.size, 2))
    ground = Ground(GATE, len(place), HFV2000)
    crowd = ground.people
    crowd.radius[:], crowd.mass[:], crowd.speed_wish[:] = 0.3, 80.0, 1.34
    crowd.position[:] = place - ground.origin
    crowd.goal[:] = 0
    crowd.mode[:] = Mode.WALK
    crowd.status[:] = Status.ACTIVE
    outside, broken, fastest = 0, 0, 0.0
    for _ in range(60):
        for _ in range(round(1.0 / ground.params.time.dt)):
            ground.step()
        here = crowd.active
        broken += int((~np.isfinite(crowd.position[here])).sum())
        outside += int((~ground.world.is_free(crowd.position[here])).sum())
        fastest = max(fastest, float(np.hypot(*crowd.velocity[here].T).max(initial=0.0)))
        crowd.status[here & (crowd.position[:, 0] + ground.origin[0] > GATE.goals[0][0])] = Status.LEFT
    through = int((~crowd.active).sum())
    return {"outside": outside, "not a number": broken, "fastest": fastest, "through": through}


def _finite(values: list[float]) -> Points:
    return [(drive, value) for drive, value in zip(DRIVES, values, strict=True) if np.isfinite(value)]


CASES = (
    Case(
        "faster_is_slower",
        "Out of a room through a door of 1 m, in more and more of a hurry (preset hfv2000)",
        "experiment",
        "V8",
        _HFV,
        faster_is_slower,
        (
            Expect(
                "drive of the least time",
                "m/s",
                low=DRIVES[1],
                high=DRIVES[-2],
                note="neither the slowest nor the fastest",
            ),
            Expect("rise with friction", "", low=MARGIN, note="time at 5 m/s over the least, less 1"),
            Expect("rise without friction", "", high=NOISE, note="any time over the least of a slower drive, less 1"),
            Expect(
                "tail slope",
                "s/m",
                high=0.0,
                source=_PASTOR,
                note="exponent of the tail of the time gaps over the drive, with friction: falls",
            ),
            *(Expect(f"tail exponent, {v} m/s", "", gate=False, source=_PASTOR) for v in DRIVES),
            *(Expect(f"time with friction, {v} m/s", "s", gate=False) for v in DRIVES),
            *(Expect(f"time without friction, {v} m/s", "s", gate=False) for v in DRIVES),
        ),
        seeds=5,
        figures=(
            Figure("time with friction", "Time for 100 people out over the speed they want", "m/s", "s"),
            Figure("time without friction", "The same without friction between bodies", "m/s", "s"),
        ),
    ),
    Case(
        "gate_press",
        "Stiff bodies of 0.3 m with friction, three to a square metre, press through a gate of 6 m (preset hfv2000)",
        "model",
        "",
        _HFV,
        gate_press,
        (
            Expect("outside", "samples", high=0.0, note="of a centre in a wall; JuPedSim 1.4.2 stops after 0.35 s"),
            Expect("not a number", "samples", high=0.0),
            Expect("fastest", "m/s", high=4.0, note="nobody is shot out; the cap is 5"),
            Expect("through", "people", low=100.0, note="in 60 s"),
        ),
        seeds=3,
    ),
)
