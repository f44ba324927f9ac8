"""Minds as kernels: sums over cells, averages, one decision and the field of legitimacy, beside plain NumPy."""

import naive
import numpy as np
import pytest

from crowdsim.behaviour.minds import _DISC_AWAY, _DISC_NEAR, _TAP
from crowdsim.kernels.minds import (
    ALARM,
    BLURRED,
    FEAR,
    GUARD,
    MINDS,
    NO_MIND,
    OFFICERS,
    ONLOOKER,
    ORDINARY,
    ORDINARY_ANGER,
    PARTICIPANT,
    PLANES,
    REBELS,
    WEIGHT,
    WEIGHTED_ANGER,
    blur_sums,
    count_near,
    decide_minds,
    feel_people,
    gather_minds,
    spread_legitimacy,
)
from crowdsim.params import MindParams

P = MindParams()
ROWS, COLS, N = 12, 17, 400
DT = 0.2


class Crowd:
    """Random people of every kind on a map of 34 x 24 m, leaving its west free."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        f4, i1 = np.float32, np.int8
        self.position = rng.uniform((8.0, 0.0), (34.0, 24.0), (N, 2)).astype(f4)
        self.active = rng.random(N) < 0.9
        self.part = rng.choice([NO_MIND, GUARD, ONLOOKER, PARTICIPANT], N, p=[0.05, 0.1, 0.1, 0.75]).astype(i1)
        self.disposition = rng.choice(3, N, p=[0.7, 0.2, 0.1]).astype(i1)
        self.mind = rng.integers(0, 5, N).astype(i1)
        self.anger, self.fear, self.solidarity = (rng.random(N).astype(f4) for _ in range(3))
        self.grievance, self.aversion, self.bond = (rng.random(N).astype(f4) for _ in range(3))
        self.unheard, self.threat = rng.random(N).astype(f4), (rng.random(N) * (rng.random(N) < 0.2)).astype(f4)
        self.offset = rng.normal(0.0, 0.06, N).astype(f4)
        self.cell = np.zeros(N, np.int32)
        self.box = np.zeros(4, np.int64)
        self.sums = np.full((PLANES, ROWS, COLS), 9.0, f4)
        self.sums[ALARM] = 0.0
        gather_minds(
            self.position, self.active, self.part, self.disposition, self.mind, self.anger, self.fear, 0.5, self.cell,
            self.sums, self.box,
        )  # fmt: skip

    def cells(self) -> tuple[np.ndarray, np.ndarray]:
        return (self.position[:, 1] // 2).astype(int), (self.position[:, 0] // 2).astype(int)

    def blurred(self) -> np.ndarray:
        out = np.full((BLURRED, ROWS, COLS), np.nan, np.float32)
        scratch = np.full((ROWS + 1, (COLS + 4 * (_TAP.size - 1)) * BLURRED), 7.0, np.float32)
        blur_sums(self.sums, self.box, _TAP, scratch, out)
        return out


def test_sums_over_cells_weigh_people_by_state_and_provocateurs_three_times() -> None:
    crowd = Crowd(1)
    r, c = crowd.cells()
    here, part = crowd.active, crowd.part
    joins, minds = here & (part == PARTICIPANT), here & (part >= ONLOOKER)
    stirring = crowd.disposition == 2
    weight = np.array([0.5, 0.8, 1.0, 1.5, 0.5])[crowd.mind] * np.where(stirring, 3.0, 1.0)
    shown = np.where(stirring, np.maximum(crowd.anger, 0.85), crowd.anger)
    expected = {
        WEIGHT: weight * joins,
        WEIGHTED_ANGER: weight * shown * joins,
        MINDS: minds,
        FEAR: crowd.fear * minds,
        ORDINARY: joins & ~stirring,
        ORDINARY_ANGER: crowd.anger * (joins & ~stirring),
        OFFICERS: here & (part == GUARD),
        REBELS: joins & ((crowd.mind == 2) | (crowd.mind == 3)),
    }
    for plane, each in expected.items():
        sums = np.zeros((ROWS, COLS))
        np.add.at(sums, (r, c), each)
        np.testing.assert_allclose(crowd.sums[plane], sums, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(crowd.cell, np.where(here & (part != NO_MIND), r * COLS + c, -1))
    assert crowd.box[2] == 4, "nobody stands in the west"


def test_the_blur_is_a_blur_wherever_people_stand() -> None:
    crowd = Crowd(2)
    out = crowd.blurred()
    here = crowd.sums[MINDS] > 0.0
    assert 50 < here.sum() < ROWS * COLS
    for plane in range(BLURRED):
        expected = naive.blur(crowd.sums[plane].astype(float), _TAP)
        np.testing.assert_allclose(out[plane, here], expected[here], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(("disc", "cells"), [(_DISC_NEAR, 5), (_DISC_AWAY, 10)])
def test_counts_within_a_disc(disc: np.ndarray, cells: int) -> None:
    crowd = Crowd(3)
    out = np.zeros((ROWS, COLS), np.float32)
    running = np.full((ROWS, COLS + 22), 5.0, np.float32)
    count_near(crowd.sums[OFFICERS], crowd.sums[MINDS], crowd.box, disc, running, out)
    expected = naive.count_near(crowd.sums[OFFICERS].astype(float), cells)
    here = crowd.sums[MINDS] > 0.0
    np.testing.assert_allclose(out[here], expected[here], atol=1e-4)


@pytest.mark.parametrize("pace", [1.0, 4.0])
def test_a_decision_of_a_mind_is_the_equations(pace: float) -> None:
    crowd = Crowd(4)
    rng = np.random.default_rng(5)
    size = ROWS * COLS
    field = {name: rng.random(size).astype(np.float32) for name in ("l", "D", "E", "J", "Th")}
    officers, rebels = (rng.integers(0, 12, size).astype(np.float32) for _ in range(2))
    alarmed = (rng.random(size) < 0.5).astype(np.float32)
    blurred = crowd.blurred().reshape(BLURRED, size)
    before = {name: getattr(crowd, name).copy() for name in ("anger", "fear", "solidarity", "mind")}
    since = np.full(N, 10.0, np.float32)
    feel_people(
        crowd.cell, crowd.part, crowd.disposition, crowd.grievance, crowd.aversion, crowd.offset, crowd.bond,
        crowd.unheard, crowd.threat, blurred, officers, rebels, alarmed, field["l"], field["D"], field["E"],
        field["J"], field["Th"], 20.0, DT, pace, P, crowd.anger, crowd.fear, crowd.solidarity, crowd.mind, since,
    )  # fmt: skip
    enter = [-np.inf, P.chant, P.push, P.violence]
    for i in range(N):
        old = tuple(before[name][i] for name in ("anger", "fear", "solidarity", "mind"))
        k = crowd.cell[i]
        if k < 0 or crowd.part[i] < ONLOOKER:
            assert (crowd.anger[i], crowd.fear[i], crowd.solidarity[i], crowd.mind[i]) == old
            continue
        person = {
            "a": float(old[0]), "f": float(old[1]), "s": float(old[2]), "h": float(crowd.grievance[i]),
            "R": float(crowd.aversion[i]), "offset": float(crowd.offset[i]), "bond": float(crowd.bond[i]),
            "B": float(crowd.unheard[i]), "threat": float(crowd.threat[i]), "disposition": int(crowd.disposition[i]),
        }  # fmt: skip
        place = {name: float(values[k]) for name, values in field.items()}
        b = blurred[:, k].astype(float)
        place |= {"F": b[FEAR] / b[MINDS], "C": float(officers[k]), "A_near": float(rebels[k])}
        place["A"] = b[WEIGHTED_ANGER] / b[WEIGHT] if b[WEIGHT] else 0.0
        a, f, s, drive = naive.feel(person, place, DT, pace, P)
        if crowd.part[i] == ONLOOKER:
            a, s, drive = person["a"], person["s"], -1.0
        np.testing.assert_allclose((crowd.anger[i], crowd.fear[i], crowd.solidarity[i]), (a, f, s), atol=2e-6)
        state = int(old[3])
        if state == 4:
            state = 0 if f < 0.35 and not alarmed[k] and not person["threat"] else 4
        elif f > P.flee + 0.2 * a:
            state = 4
        else:
            able = [level for level in range(4) if drive > enter[level]]
            kept = [level for level in range(4) if level <= state and drive >= P.hold * enter[level]]
            state = max(max(able), max(kept, default=0))
            if crowd.part[i] == PARTICIPANT and person["disposition"] == 2:
                calmness = b[ORDINARY_ANGER] / b[ORDINARY]
                slack = P.hold if old[3] >= 2 else 1.0
                if state == 3 and calmness <= slack * P.cover * P.violence / P.push:
                    state = 2
                if state == 2 and calmness <= slack * P.cover:
                    state = 1
        assert crowd.mind[i] == state, i
        assert since[i] == (20.0 if state != old[3] else 10.0)


def test_legitimacy_spreads_and_is_lost_where_force_is_seen() -> None:
    rng = np.random.default_rng(6)
    shape = (ROWS, COLS)
    field, d, e, w = (rng.random(shape).astype(np.float32) for _ in range(4))
    threat = (rng.random(shape) < 0.1).astype(np.float32)
    alarm = np.full(shape, 0.01, np.float32)
    expected = naive.legitimacy(field, d, e, w, DT, 2.0, 2.0, P)
    spread_legitimacy(d, e, w, threat, DT, 2.0, 10.0, 2.0, P, np.zeros((ROWS, COLS + 5), np.float32), field, alarm)
    np.testing.assert_allclose(field, expected, atol=1e-6)
    np.testing.assert_array_equal(alarm > 0.0, threat > 0.0)


def test_a_decision_of_all_minds_is_its_parts_one_after_the_other() -> None:
    crowd, rng = Crowd(8), np.random.default_rng(9)
    shape = (ROWS, COLS)
    f4, scratch = np.float32, np.zeros((ROWS + 1, (COLS + 4 * (_TAP.size - 1)) * BLURRED), np.float32)
    running, since = np.zeros((ROWS, COLS + 22), f4), np.zeros(N, f4)
    dialogue, force, restraint, arrest, legitimacy = (rng.random(shape).astype(f4) for _ in range(5))
    threat = (rng.random(shape) < 0.05).astype(f4)
    blurred, near = np.zeros((BLURRED, *shape), f4), np.zeros((3, *shape), f4)
    own = [crowd.anger, crowd.fear, crowd.solidarity, crowd.mind, since, legitimacy, crowd.sums]
    whole = [column.copy() for column in own]
    traits = (crowd.part, crowd.disposition, crowd.grievance, crowd.aversion, crowd.offset, crowd.bond)
    spread_legitimacy(dialogue, force, restraint, threat, DT, 2.0, 10.0, 2.0, P, running, legitimacy, crowd.sums[ALARM])
    blurred[:] = crowd.blurred()
    for plane, disc, out in (
        (OFFICERS, _DISC_NEAR, near[0]),
        (REBELS, _DISC_NEAR, near[1]),
        (ALARM, _DISC_AWAY, near[2]),
    ):
        count_near(crowd.sums[plane], crowd.sums[MINDS], crowd.box, disc, running, out)
    flat = ROWS * COLS
    feel_people(
        crowd.cell, *traits, crowd.unheard, crowd.threat, blurred.reshape(BLURRED, flat), *near.reshape(3, flat),
        *(field.reshape(flat) for field in (legitimacy, dialogue, force, arrest, threat)), 20.0, DT, 2.0, P, *own[:5],
    )  # fmt: skip

    anger, fear, solidarity, mind, told, rightful, sums = whole
    decide_minds(
        crowd.position, crowd.active, *traits, crowd.unheard, crowd.threat,
        dialogue, force, restraint, arrest, threat, 20.0, DT, 2.0, 10.0, 2.0, P, _TAP, _DISC_NEAR, _DISC_AWAY,
        np.zeros(N, np.int32), np.zeros(4, np.int64), sums, scratch, running,
        np.zeros_like(blurred), np.zeros_like(near),
        rightful, anger, fear, solidarity, mind, told,
    )  # fmt: skip
    for found, due in zip(whole, own, strict=True):
        np.testing.assert_array_equal(found, due)
    assert (mind != Crowd(8).mind).any()


def test_rumour_alone_keeps_the_sum_and_evens_out() -> None:
    rng = np.random.default_rng(7)
    field = rng.random((ROWS, COLS)).astype(np.float32)
    none, alarm = np.zeros_like(field), np.zeros_like(field)
    scratch = np.zeros((ROWS, COLS + 2), np.float32)
    total, spread = field.sum(), field.std()
    p = P._replace(legitimacy_decay=3.0e8)
    for _ in range(500):
        spread_legitimacy(none, none, none, none, DT, 1.0, 10.0, 2.0, p, scratch, field, alarm)
    assert field.sum() == pytest.approx(total, rel=1e-5)
    assert field.std() < 0.3 * spread
