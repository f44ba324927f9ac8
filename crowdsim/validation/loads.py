"""What a pushing crowd puts on a wall, on a line of shields and on a gate: which is the harder, and how hard."""

import math
from dataclasses import dataclass

import numpy as np

from crowdsim.behaviour.officers import (
    Unit,
    deployed,
    links_of,
    seat_officers,
    stays_of,
    strain_links,
    take_formation,
)
from crowdsim.kernels.cells import OFFICER, PUSHER, WALKER
from crowdsim.population.roles import Mode, Role, Status
from crowdsim.population.spawn import bodies
from crowdsim.validation.case import Case, Expect, Figure, Measured, Setting
from crowdsim.validation.experiments import spread
from crowdsim.validation.ground import Ground, Plan
from crowdsim.world.tilemap import Rect

_MODEL = "orders of the model's prototype, docs/model.md"
_TILE = 0.2  # m: walls act as far as with small tiles, and a tick costs a tenth


# --- who pushes when --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pushing:
    """Who leans on whoever is ahead, and when.

    Without a heave each person pushes in bouts of 2-4 s, `share` of his time, each for himself. With one the first
    `share` of the people in an order of chance push together, `heave` s on and as long off.
    """

    share: float
    heave: float = 0.0  # s, 0 = everyone for himself


class Pushers:
    """The rows of a ground's people who push as told, and the bout each is in."""

    def __init__(self, ground: Ground, rows: np.ndarray, pushing: Pushing, rng: np.random.Generator) -> None:
        self.ground, self.rows, self.pushing, self.rng = ground, rows, pushing, rng
        self.left = rng.uniform(0.0, 4.0, len(rows))  # s of the present bout: nobody begins together
        self.leaning = rng.random(len(rows)) < pushing.share
        self.heaving = rng.permutation(len(rows)) < round(pushing.share * len(rows))

    def decide(self, dt: float) -> None:
        """Write kind and push; `dt` s have passed since the last time."""
        if self.pushing.heave:
            on = self.ground.time % (2 * self.pushing.heave) < self.pushing.heave
            leaning = self.heaving & on
        else:
            draw = self.rng.random((len(self.rows), 2))
            self.left -= dt
            over = self.left <= 0.0
            self.left[over] = 2.0 + 2.0 * draw[over, 0]
            self.leaning[over] = draw[over, 1] < self.pushing.share
            leaning = self.leaning
        people = self.ground.people
        people.kind[self.rows] = np.where(leaning, PUSHER, WALKER)
        people.push[self.rows] = np.where(leaning, self.ground.params.force.push, 0.0)


def populate(ground: Ground, rows: np.ndarray, place: np.ndarray, officer: bool, rng: np.random.Generator) -> None:
    """Put people at places [m, of the plan] who go for the first goal, or officers who wait for a slot."""
    people = ground.people
    people.radius[rows], people.mass[rows], people.speed_wish[rows] = bodies(len(rows), officer, rng)
    people.position[rows] = place - ground.origin
    people.status[rows] = Status.ACTIVE
    people.mode[rows] = Mode.WALK
    people.goal[rows] = -1 if officer else 0
    people.role[rows] = Role.SHIELD if officer else Role.DEMONSTRATOR
    people.kind[rows] = OFFICER if officer else WALKER


# --- a wall -----------------------------------------------------------------------------------------------------------

STRIP = Plan(
    free=((0.0, 0.0, 10.0, 25.0), (0.0, -1.4, 10.0, -0.4)),
    goals=((0.0, -1.4, 10.0, -0.8),),
    barriers=((0.0, -0.4, 10.0, 0.0),),
    tile=_TILE,
    through=True,
)
"""A strip 10 m wide whose end at y = 0 is a wall that measures."""

SHARES = (0.0, 0.3, 0.6, 1.0)
"""Of the time a person pushes, before the wall."""

_FRONT = 3.5  # m before the wall, where density and squeeze are taken
_SPACING = 0.62  # m between people at first
_ABREAST = 16


@dataclass
class Press:
    """What a crowd did to a barrier and to itself, sampled ten times a second once it had settled."""

    load: np.ndarray  # f8[samples], N/m, as the barrier feels it: EMA over 0.5 s
    density: float = 0.0  # 1/m2, in front
    squeeze: tuple[float, float, float] = (0.0, 0.0, 0.0)  # N, median, 95 % quantile and most, in front
    speed: float = 0.0  # m/s, root mean square, in front

    @property
    def mean(self) -> float:
        """N/m."""
        return float(self.load.mean())

    @property
    def p99(self) -> float:
        """N/m, the 99 % quantile."""
        return float(np.quantile(self.load, 0.99))


def press(ground: Ground, pushers: Pushers, front: Rect, settle: float, seconds: float) -> Press:
    """Let people push on barrier 0 for `settle` s, then measure for `seconds` what it and they in `front` bear.

    front : m, of the plan, the ground before the barrier
    """
    people, dt = ground.people, ground.params.time.dt
    every = round(ground.params.time.decide_every)
    sample = max(1, round(0.1 / dt))
    x0, y0, x1, y1 = ground.plan.moved(front)
    load, counts, squeeze, square = [], [], [], []
    for tick in range(round((settle + seconds) / dt)):
        if tick % every == 0:
            pushers.decide(every * dt)
        ground.step()
        if tick % sample == 0 and tick * dt >= settle:
            x, y = people.position.T
            here = people.active & (x > x0) & (x < x1) & (y > y0) & (y < y1)
            load.append(float(ground.barriers.load[0]))
            counts.append(int(here.sum()))
            squeeze.append(people.squeeze[here])
            square.append((people.velocity[here].astype(float) ** 2).sum(axis=1))
    felt = np.concatenate(squeeze)
    if not len(felt):
        return Press(np.array(load))
    median, high = np.quantile(felt, (0.5, 0.95)).tolist()
    return Press(
        np.array(load),
        float(np.mean(counts)) / ((x1 - x0) * (y1 - y0)),
        (median, high, float(felt.max())),
        float(np.sqrt(np.concatenate(square).mean())),
    )


def wall(
    pushing: Pushing, rows: int, seed: int, setting: Setting, settle: float = 30.0, seconds: float = 25.0
) -> Press:
    """`rows` rows of 16 people who want through a closed wall of 10 m."""
    rng = np.random.default_rng(seed)
    count = _ABREAST * rows
    ground = Ground(STRIP, count, setting.params)
    row, file = np.divmod(np.arange(count), _ABREAST)
    place = np.column_stack([0.35 + file * _SPACING, 0.35 + row * _SPACING]) + rng.uniform(-0.05, 0.05, (count, 2))
    populate(ground, np.arange(count), place, False, rng)
    pushers = Pushers(ground, np.arange(count), pushing, rng)
    return press(ground, pushers, (0.0, 0.0, 10.0, _FRONT), settle, seconds)


def broken_orders(values: list[float], room: float = 0.0) -> int:
    """How many neighbours in a list that should not fall do fall, by more than `room`."""
    return int((np.diff(values) < -room).sum())


def wall_loads(seed: int, setting: Setting) -> Measured:
    """Load on a wall over the share of the time that people push, for 18 and 36 rows."""
    found: Measured = {}
    broken = 0
    for rows in (18, 36):
        runs = [wall(Pushing(share), rows, seed, setting) for share in SHARES]
        for share, run in zip(SHARES, runs, strict=True):
            name = f"{_ABREAST * rows} people, {share:.0%}"
            found[f"{name}: load"] = run.mean / 1000.0
            found[f"{name}: load p99"] = run.p99 / 1000.0
            found[f"{name}: density"] = run.density
            found[f"{name}: squeeze"], found[f"{name}: squeeze p95"], found[f"{name}: squeeze most"] = run.squeeze
            found[f"{name}: speed"] = run.speed
        broken += broken_orders([run.mean for run in runs]) + broken_orders([run.squeeze[1] for run in runs])
        found[f"load, {_ABREAST * rows} people"] = [
            (share, run.mean / 1000.0) for share, run in zip(SHARES, runs, strict=True)
        ]
    found["orders broken"] = float(broken)
    for share in SHARES[1:]:
        few, many = (float(found[f"{n} people, {share:.0%}: load"]) for n in (288, 576))  # type: ignore[arg-type]
        found[f"load of 576 over 288, {share:.0%}"] = many / few
    return found


# --- a line of shields ------------------------------------------------------------------------------------------------

LINE = Plan(
    free=((0.0, -12.0, 10.2, 16.0),),
    goals=((0.0, -12.0, 10.2, -11.4),),
    tile=_TILE,
)
"""A strip as wide as 17 officers 0.6 m apart: the ends of a line at y = 0 stand at the walls."""

LINE_SHARES = (0.1, 0.3, 0.6, 1.0)
"""Of the time a person pushes, before the line."""

RANKS = {1: ("bersaf1t", 17), 2: ("bersaf2", 33), 3: ("bersaf3", 51)}
"""Ranks: formation and officers; the rear rank of two stands in the gaps of the front."""

_CROWD = 288
_WATCHED = 90.0  # s
_ENOUGH = 100  # people through, from which a line is gone and nothing more to learn


def line(ranks: int, pushing: Pushing, seed: int, setting: Setting, seconds: float = _WATCHED) -> np.ndarray:
    """Times [s] at which people of a crowd of 288 crossed a line of shields, in order; it ends when 100 have.

    Crossed is who stands 1 m behind the slots of the last rank: the line's place is that of its slots, wherever its
    officers were pushed.
    """
    rng = np.random.default_rng(seed)
    formation, officers = RANKS[ranks]
    ground = Ground(LINE, officers + _CROWD, setting.params)
    people, params, dt = ground.people, setting.params.officers, setting.params.time.dt
    shields, crowd = np.arange(officers), np.arange(officers, officers + _CROWD)
    populate(ground, shields, np.zeros((officers, 2)), True, rng)
    unit = Unit("line", "LINE", "dalmas", shields, True, False)
    anchor = (float(5.1 - ground.origin[0]), float(-ground.origin[1]))
    take_formation(unit, people, formation, anchor, math.pi / 2, 0.0)
    people.position[shields] = unit.slots()[unit.seat]
    populate(ground, crowd, spread((0.3, 0.8, 9.9, 11.6), _CROWD, rng), False, rng)
    pushers = Pushers(ground, crowd, pushing, rng)

    behind = float(unit.slots()[:, 1].min()) - 1.0
    beyond = LINE.goals[0][3] - LINE.origin[1]
    every = round(setting.params.time.decide_every)
    deployment = deployed([unit])
    crossed = np.full(_CROWD, np.nan)
    for tick in range(round(seconds / dt)):
        if tick % every == 0:
            strain_links(
                ground.senses.links, ground.senses.link_load, deployment.owners, people, ground.time, every * dt, params
            )
            seat_officers(deployment, people, ground.time, 0.0, params)
            ground.senses.links, deployment.owners = links_of(deployment, people, ground.time, params)
            ground.senses.link_load = np.zeros(len(ground.senses.links), np.float32)
            ground.senses.stays, ground.senses.stay_at = stays_of(
                deployment, people, ground.world.solid, ground.world.map.tile_size, params
            )
            pushers.decide(every * dt)
            y = people.position[crowd, 1]
            crossed[np.isnan(crossed) & (y < behind)] = ground.time
            people.status[crowd[y < beyond]] = Status.LEFT
            if np.isfinite(crossed).sum() >= _ENOUGH:
                break
        ground.step()
    return np.sort(crossed[np.isfinite(crossed)])


def passed(crossed: np.ndarray) -> float:
    """People through; 100 is all that is told apart."""
    return float(min(len(crossed), _ENOUGH))


def third(crossed: np.ndarray) -> float:
    """Time [s] of the third crossing; the time watched when there was none."""
    return float(crossed[2]) if len(crossed) > 2 else _WATCHED


def line_holds(seed: int, setting: Setting) -> Measured:
    """One to three ranks of shields before a crowd of which a share pushes."""
    found: Measured = {}
    times = np.zeros((len(RANKS), len(LINE_SHARES)))
    through = np.zeros_like(times)
    for i, ranks in enumerate(RANKS):
        for k, share in enumerate(LINE_SHARES):
            crossed = line(ranks, Pushing(share), seed, setting)
            times[i, k], through[i, k] = third(crossed), passed(crossed)
            found[f"ranks {ranks}, {share:.0%}: third"] = float(times[i, k])
            found[f"ranks {ranks}, {share:.0%}: through"] = float(through[i, k])
    # Two people more or less, or 2 s, the shortest bout, are chance: three through are a leak.
    found["more ranks worse"] = float(
        sum(broken_orders(list(column), 2.0) for column in (*times.T, *-through.T)),
    )
    found["more pushers better"] = float(sum(broken_orders(list(row), 2.0) for row in (*-times, *through)))
    for k, share in enumerate(LINE_SHARES):
        found[f"through, {share:.0%}"] = [(float(ranks), float(through[i, k])) for i, ranks in enumerate(RANKS)]
    return found


# --- a gate -----------------------------------------------------------------------------------------------------------

GATE = Plan(
    free=((0.0, 0.0, 40.0, 16.0), (17.0, -2.4, 23.0, -0.4)),
    goals=((17.0, -2.4, 23.0, -1.4),),
    barriers=((17.0, -0.4, 23.0, 0.0),),
    tile=_TILE,
    through=True,
)
"""A road of 40 x 16 m along a railing with a gate of 6 m in its middle."""

LATCH, CHAIN, CODE = (500.0, 10e3), (1000.0, 25e3), (3000.0, 15e3)
"""Capacity N/m and toughness N s/m of a gate on its latch, as the maps draw it; chained; and built to the code for
crowds. The rule: a latch bears what people do of whom a third push, and not what they do of whom most push."""

HOUR = 3600.0
"""s: a gate that would stand as long holds."""

CROWDS: dict[str, tuple[int, Pushing]] = {
    "0%": (400, Pushing(0.0)),
    "15%": (400, Pushing(0.15)),
    "30%": (400, Pushing(0.3)),
    "45%": (400, Pushing(0.45)),
    "60%": (400, Pushing(0.6)),
    "80%": (400, Pushing(0.8)),
    "100%": (400, Pushing(1.0)),
    "60 people, all": (60, Pushing(1.0)),
    "heave 10%": (400, Pushing(0.1, 2.5)),
    "heave 20%": (400, Pushing(0.2, 2.5)),
    "heave 60%": (400, Pushing(0.6, 2.5)),
    "heave 100%": (400, Pushing(1.0, 2.5)),
}
"""Who stands before the gate: people, and how they push."""

_RISING = ("0%", "15%", "30%", "45%", "60%", "80%", "100%")
_HEAVES = ("heave 10%", "heave 20%", "heave 60%", "heave 100%")


def opening_time(load: np.ndarray, capacity: float, toughness: float) -> float:
    """Seconds after which a gate gives way under a load [N/m] that goes on as sampled; an hour when it stands as long.

    W / mean excess: what `barriers.wear` adds up.
    """
    excess = float(np.maximum(0.0, load - capacity).mean())
    return min(HOUR, toughness / excess) if excess > 0.0 else HOUR


def gate(
    people: int, pushing: Pushing, seed: int, setting: Setting, settle: float = 20.0, seconds: float = 40.0
) -> Press:
    """A crowd in the road before the gate, everyone of which wants through it; a small one stands right at it."""
    rng = np.random.default_rng(seed)
    ground = Ground(GATE, people, setting.params)
    depth = min(12.0, people / 400 * 12.0 + 1.0)
    half = min(8.0, people / 2.5 / depth / 2)
    populate(ground, np.arange(people), spread((20.0 - half, 0.4, 20.0 + half, depth), people, rng), False, rng)
    pushers = Pushers(ground, np.arange(people), pushing, rng)
    return press(ground, pushers, (17.0, 0.0, 23.0, _FRONT), settle, seconds)


def gate_loads(seed: int, setting: Setting) -> Measured:
    """Load on a gate of 6 m before crowds that push more and more, and when a gate would give way to it."""
    found: Measured = {}
    runs = {name: gate(people, pushing, seed, setting) for name, (people, pushing) in CROWDS.items()}
    for name, run in runs.items():
        found[f"{name}: load"], found[f"{name}: load p99"] = run.mean / 1000.0, run.p99 / 1000.0
        found[f"{name}: squeeze p95"] = run.squeeze[1]
        found[f"{name}: latch"] = opening_time(run.load, *LATCH)
        found[f"{name}: chain"] = opening_time(run.load, *CHAIN)
        found[f"{name}: code"] = opening_time(run.load, *CODE)
    found["orders broken"] = float(
        broken_orders([runs[name].mean for name in _RISING])
        + broken_orders([-float(found[f"{name}: latch"]) for name in _RISING])  # type: ignore[arg-type]
        + broken_orders([runs[name].mean for name in _HEAVES])
    )
    found["latch over p99 at 30%"] = LATCH[0] / 1000.0 - runs["30%"].p99 / 1000.0
    found["mean at 60% over latch"] = runs["60%"].mean / 1000.0 - LATCH[0] / 1000.0
    found["load"] = [(int(name[:-1]) / 100, runs[name].mean / 1000.0) for name in _RISING]
    return found


_DEPTH = "the prototype: 1 unless all push, who yield absorb it"


def _wall_rows() -> tuple[Expect, ...]:
    quantities = {
        "load": "kN/m",
        "load p99": "kN/m",
        "density": "1/m2",
        "squeeze": "N",
        "squeeze p95": "N",
        "squeeze most": "N",
        "speed": "m/s",
    }
    return tuple(
        Expect(f"{_ABREAST * rows} people, {share:.0%}: {quantity}", unit)
        for rows in (18, 36)
        for share in SHARES
        for quantity, unit in quantities.items()
    )


def _line_rows() -> tuple[Expect, ...]:
    rows: list[Expect] = []
    for ranks in RANKS:
        for share in LINE_SHARES:
            never = f"{_WATCHED:.0f} s: never"
            rows.append(Expect(f"ranks {ranks}, {share:.0%}: third", "s", note=f"time of the third crossing; {never}"))
            rows.append(Expect(f"ranks {ranks}, {share:.0%}: through", "people", note=f"{_ENOUGH}: the line is gone"))
    return tuple(rows)


def _gate_rows() -> tuple[Expect, ...]:
    quantities = {"load": "kN/m", "load p99": "kN/m", "squeeze p95": "N", "latch": "s", "chain": "s", "code": "s"}
    asked = {"45%: latch", "60%: latch", "60%: code", "100%: code"}
    return tuple(
        Expect(f"{name}: {quantity}", unit, note="3600 s: holds" if unit == "s" else "")
        for name in CROWDS
        for quantity, unit in quantities.items()
        if f"{name}: {quantity}" not in asked
    )


CASES = (
    Case(
        "wall_loads",
        "A crowd presses on a wall of 10 m, the share of the time that people push rising",
        "model",
        "",
        _MODEL,
        wall_loads,
        (
            Expect("orders broken", "", high=0.0, note="mean load, and squeeze p95, over the share"),
            *(Expect(f"load of 576 over 288, {share:.0%}", "", note=_DEPTH) for share in SHARES[1:]),
            *_wall_rows(),
        ),
        seeds=3,
        figures=(
            Figure("load, 288 people", "Load on a wall over the share pushing, 18 rows", "share", "kN/m"),
            Figure("load, 576 people", "Load on a wall over the share pushing, 36 rows", "share", "kN/m"),
        ),
    ),
    Case(
        "line_holds",
        "One to three ranks of shields on 10 m before 288 people, the share that pushes rising",
        "model",
        "",
        _MODEL,
        line_holds,
        (
            Expect("more ranks worse", "", high=0.0, note="orders broken in through and third, of 16"),
            Expect("more pushers better", "", high=0.0, note="orders broken in through and third, of 18"),
            *_line_rows(),
        ),
        seeds=3,
        figures=(Figure("through, 60%", "People through a line within 90 s, 60 % pushing", "ranks", "people"),),
    ),
    Case(
        "gate_loads",
        "400 people before a gate of 6 m in a railing, and when it would open",
        "model",
        "",
        _MODEL,
        gate_loads,
        (
            Expect(
                "orders broken", "", high=0.0, note="load over share and over heavers, time of the latch over share"
            ),
            Expect("latch over p99 at 30%", "kN/m", low=0.0, note="the rule for a latch's capacity, below"),
            Expect("mean at 60% over latch", "kN/m", low=0.0, note="the rule for a latch's capacity, above"),
            Expect("45%: latch", "s", low=2400.0, note="stands 40 min; 3600 s: holds"),
            Expect("60%: latch", "s", high=600.0, note="falls within 10 min"),
            Expect("60%: code", "s", low=HOUR, note="3600 s: holds"),
            Expect("100%: code", "s", high=60.0, note="falls to everybody pushing"),
            *_gate_rows(),
        ),
        seeds=3,
        figures=(Figure("load", "Load on a gate of 6 m over the share pushing", "share", "kN/m"),),
    ),
)
