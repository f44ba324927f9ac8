"""Crowds and officers as others have described them: bodies that follow orders. Minds: `psychology`."""

import math

import numpy as np

from crowdsim.kernels.cells import count_within
from crowdsim.population.roles import Status
from crowdsim.validation.case import Case, Expect, Figure, Measured, Setting
from crowdsim.validation.experiments import spread
from crowdsim.validation.ground import Ground, Plan
from crowdsim.validation.loads import RANKS, Pushing, line, passed, populate

_POSADAS = "Posadas & Teknomo 2016, Simulation 92"
_KETTLE = "RiMEA 4.1.1 test 9: half the width, about twice the time"

# --- rank depth -------------------------------------------------------------------------------------------------------

_SHARE = 0.6  # of the time that people push: there the depth of a line decides


def rank_depth(seed: int, setting: Setting) -> Measured:
    """People through a line of one, two and three ranks within 90 s."""
    through = [passed(line(ranks, Pushing(_SHARE), seed, setting)) for ranks in RANKS]
    found: Measured = {f"through {ranks}": count for ranks, count in zip(RANKS, through, strict=True)}
    found["most gained by a rank"] = float(np.diff(through).max())
    found["through"] = [(float(ranks), count) for ranks, count in zip(RANKS, through, strict=True)]
    return found


# --- a closed yard ----------------------------------------------------------------------------------------------------

YARD = Plan(
    free=((0.0, 0.0, 12.0, 12.0), (-3.0, 4.0, -0.4, 8.0), (12.4, 4.0, 15.0, 8.0)),
    goals=((-3.0, 4.0, -1.4, 8.0), (13.4, 4.0, 15.0, 8.0)),
    barriers=((-0.4, 5.4, 0.0, 6.6), (12.0, 5.4, 12.4, 6.6)),
    tile=0.2,
    through=True,
)
"""A yard of 12 x 12 m with an exit of 1.2 m in its west and one in its east wall."""

_PEOPLE = 120
_NEVER = 180.0  # s watched


def kettle(exits: int, seed: int, setting: Setting, people: int = _PEOPLE) -> tuple[float, float, int]:
    """People in the yard told to leave by the nearest open exit; they go to both when none is.

    Returns the time [s] until all are out, inf when they are not within 180 s, or 60 s with no exit; the peak density
    [1/m2], people within 1 m over pi m2, 99 % quantile over the crowd; and how many are left inside.
    """
    rng = np.random.default_rng(seed)
    ground = Ground(YARD, people, setting.params)
    place = spread((0.5, 0.5, 11.5, 11.5), people, rng)
    populate(ground, np.arange(people), place, False, rng)
    ground.open(dict.fromkeys(range(exits), True))
    ground.people.goal[:] = np.where((place[:, 0] < 6.0) | (exits == 1), 0, 1)
    crowd, senses = ground.people, ground.senses
    west, east = -1.4 - ground.origin[0], 13.4 - ground.origin[0]
    second = round(1.0 / setting.params.time.dt)
    peak = 0.0
    for tick in range(round((_NEVER if exits else 60.0) / setting.params.time.dt)):
        ground.step()
        if tick % 10 == 0:
            x = crowd.position[:, 0]
            crowd.status[(x < west) | (x > east)] = Status.LEFT
            if not crowd.active.any():
                return ground.time, peak, 0
        if tick % second == 0:
            count_within(
                crowd.position,
                senses.active,
                senses.order,
                senses.start,
                senses.grid,
                1.0,
                senses.crowding,
            )
            peak = max(peak, float(np.quantile(senses.crowding[senses.active], 0.99)) / math.pi)
    return float("inf"), peak, int(crowd.active.sum())


def kettling(seed: int, setting: Setting) -> Measured:
    """The yard with no exit open, one, and two."""
    found: Measured = {}
    time: dict[int, float] = {}
    for exits in (0, 1, 2):
        time[exits], found[f"density, {exits} exits"], left = kettle(exits, seed, setting)
        found[f"left inside, {exits} exits"] = float(left)
    found["time, 1 exits"], found["time, 2 exits"] = time[1], time[2]
    found["ratio"] = time[2] / time[1]
    return found


CASES = (
    Case(
        "rank_depth",
        "More ranks of shields let fewer through",
        "behaviour",
        "",
        _POSADAS,
        rank_depth,
        (
            Expect(
                "most gained by a rank", "people", high=2.0, note="through with a rank more, less without; 2: chance"
            ),
            *(Expect(f"through {ranks}", "people", note="within 90 s, 100: the line is gone") for ranks in RANKS),
        ),
        seeds=3,
        figures=(Figure("through", "People through a line within 90 s, 60 % pushing", "ranks", "people"),),
    ),
    Case(
        "kettling",
        "120 people in a closed yard, told to leave: no exit of 1.2 m open, one, two",
        "behaviour",
        "",
        _KETTLE,
        kettling,
        (
            Expect("ratio", "", 0.55, 0.10, note="time with two exits over time with one"),
            Expect("time, 1 exits", "s"),
            Expect("time, 2 exits", "s"),
            *(Expect(f"density, {exits} exits", "1/m2", note="peak, within 1 m, 99 % quantile") for exits in (0, 1, 2)),
            *(Expect(f"left inside, {exits} exits", "people", note="of 120") for exits in (0, 1, 2)),
        ),
        seeds=3,
    ),
)
