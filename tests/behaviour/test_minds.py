"""Minds: with what feelings people come, what changes them and which way, and the mood of the crowd."""

from typing import Any

import numpy as np
import pytest

from crowdsim.behaviour.minds import (
    CALM,
    TENSE,
    VIOLENT,
    Moods,
    around_for,
    arrest_seen,
    feel,
    feelings,
    give_minds,
)
from crowdsim.params import MindParams
from crowdsim.population.grids import Grids, open_grids
from crowdsim.population.population import Population, empty_population
from crowdsim.population.roles import Disposition, Mind, Role, Status

P = MindParams()
DT = 0.2
DEMONSTRATORS = np.arange(200)


class Square:
    """200 demonstrators in the middle of 60 x 60 m, none of them a provocateur unless asked for; B = 0."""

    def __init__(self, provocateurs: int = 0, hardcore: int = 20, others: int = 0, temper: str = "tense") -> None:
        rng = np.random.default_rng(11)
        self.people: Population = empty_population(200 + others)
        self.people.status[:] = Status.ACTIVE
        self.people.position[:] = rng.uniform(22.0, 38.0, (200 + others, 2))
        self.people.temper[DEMONSTRATORS] = (rng.permutation(200) + 0.5) / 200
        give_minds(self.people, DEMONSTRATORS, hardcore, provocateurs, temper, rng)
        self.grids: Grids = open_grids(60.0, 60.0, P.legitimacy)
        self.around = around_for(self.grids, self.people.capacity)
        self.unheard = np.zeros(self.people.capacity, np.float32)
        self.threat = np.zeros(self.people.capacity, np.float32)
        self.time = 0.0

    def seconds(self, seconds: float, pace: float = 1.0, p: MindParams = P, **stimuli: float) -> "Square":
        """Let time pass with stimuli everywhere; pulses already in the grids last one decision."""
        for _ in range(round(seconds / DT)):
            for name, value in stimuli.items():
                getattr(self.grids, name)[:] = value
            feel(
                self.people, self.people.active, self.grids, self.around, self.unheard, self.threat, self.time, DT,
                pace, p,
            )  # fmt: skip
            self.grids.clear()
            self.time += DT
        return self

    def mean(self, column: str) -> float:
        return float(getattr(self.people, column)[DEMONSTRATORS].mean())

    def count(self, mind: Mind) -> int:
        return int((self.people.mind == mind).sum())


# --- with what feelings people come ---


def test_the_readiest_are_provocateurs_the_next_ones_hardcore_and_the_rest_ordinary() -> None:
    people = Square(provocateurs=10, hardcore=30).people
    by_temper = np.argsort(-people.temper[:200])
    disposition, grievance = people.disposition[by_temper], people.grievance[by_temper]
    assert (disposition[:10] == Disposition.PROVOCATEUR).all()
    assert (disposition[10:40] == Disposition.HARDCORE).all()
    assert (disposition[40:] == Disposition.ORDINARY).all()
    assert (grievance[10:40] >= 0.6).all() and (np.diff(grievance[10:40]) <= 0.0).all()
    assert people.anger[by_temper[:10]].min() >= 0.6
    assert people.threshold[by_temper[:10]].mean() < -0.1 < -0.03 < people.threshold[by_temper[10:]].mean() < 0.03


def test_tempers_order_the_anger_people_come_with() -> None:
    assert Square(temper="calm").mean("anger") < Square().mean("anger") < Square(temper="volatile").mean("anger")


# --- what changes them, and which way ---


def test_a_crowd_that_nothing_bothers_cools_and_at_most_chants() -> None:
    square = Square()
    before = square.mean("anger")
    square.seconds(300.0)
    assert square.mean("anger") < before
    assert square.count(Mind.CALM) > 150 and square.count(Mind.CALM) + square.count(Mind.CHANTING) == 200


@pytest.mark.parametrize(
    ("stimulus", "column", "sign"),
    [
        ("dialogue", "anger", -1), ("dialogue", "solidarity", -1), ("force", "anger", 1), ("force", "solidarity", 1),
        ("threat", "fear", 1), ("threat", "anger", 0), ("restraint", "fear", 0),
    ],
)  # fmt: skip
def test_a_stimulus_moves_feelings_the_right_way(stimulus: str, column: str, sign: int) -> None:
    waits = Square().seconds(60.0)
    exposed = Square().seconds(60.0, **{stimulus: 1.0})
    change = exposed.mean(column) - waits.mean(column)
    assert change * sign > 0.01 if sign else abs(change) < 0.01


@pytest.mark.parametrize(("stimulus", "sign"), [("dialogue", 1), ("restraint", 1), ("force", -1)])
def test_legitimacy_follows_what_officers_do(stimulus: str, sign: int) -> None:
    change = Square().seconds(60.0, **{stimulus: 1.0}).grids.legitimacy.mean() - P.legitimacy
    assert change * sign > 0.05


def test_the_unheard_grow_angry_and_an_answer_helps() -> None:
    silent, answered, clarified = Square(), Square(), Square()
    silent.unheard[:], answered.unheard[:] = 1.0, 0.2
    levels = [square.seconds(120.0).mean("anger") for square in (clarified, answered, silent)]
    assert levels[0] < levels[1] < levels[2] - 0.05


def test_pace_makes_a_wait_shorter_and_not_worse() -> None:
    quick, slow = Square(), Square()
    quick.unheard[:] = slow.unheard[:] = 1.0
    alone = P._replace(contagion=0.0)
    quick.seconds(60.0, 4.0, alone)
    slow.seconds(240.0, 1.0, alone)
    np.testing.assert_allclose(quick.people.anger, slow.people.anger, atol=0.005)
    assert quick.mean("anger") > Square().seconds(60.0, 1.0, alone).mean("anger") + 0.1


def test_feelings_stay_between_none_and_all_whatever_happens() -> None:
    square = Square(provocateurs=10)
    square.unheard[:] = 1.0
    square.threat[:] = 1.0
    for pace, stimuli in ((4.0, {"force": 5.0, "threat": 5.0, "arrest": 9.0}), (4.0, {"dialogue": 1.0})):
        square.seconds(120.0, pace, **stimuli)
        for values in (square.people.anger, square.people.fear, square.people.solidarity, square.grids.legitimacy):
            assert values.min() >= 0.0 and values.max() <= 1.0


def test_an_arrest_of_somebody_peaceful_costs_legitimacy_and_more_anger_and_both_frighten_those_near() -> None:
    lawful, wrong = Square(), Square()
    for square, peaceful in ((lawful, False), (wrong, True)):
        for x in (26.0, 30.0, 34.0):
            for _ in range(4):
                arrest_seen(square.grids, x, 30.0, peaceful, DT)
        square.seconds(DT)
        assert square.mean("fear") > 0.02
    assert lawful.grids.legitimacy.min() > P.legitimacy - 1e-4
    assert wrong.grids.legitimacy.min() < P.legitimacy - 0.05
    assert wrong.seconds(20.0).mean("anger") > 0.0 and wrong.mean("solidarity") > lawful.mean("solidarity") + 0.01


def test_a_wrongful_arrest_weighs_the_same_however_often_minds_decide() -> None:
    grids = {dt: open_grids(20.0, 20.0, 0.5) for dt in (0.1, 0.4)}
    for dt, one in grids.items():
        arrest_seen(one, 10.0, 10.0, True, dt)
    assert grids[0.1].force.max() * 0.1 == pytest.approx(grids[0.4].force.max() * 0.4)
    assert grids[0.1].force[5, 5] * 0.1 == pytest.approx(0.6, rel=0.05)


# --- who feels what ---


def test_provocateurs_only_agitate_while_those_around_them_are_calm() -> None:
    square = Square(provocateurs=10)
    square.seconds(60.0, p=P._replace(contagion=0.0))
    stirring = square.people.disposition == Disposition.PROVOCATEUR
    assert (square.people.mind[stirring] == Mind.CHANTING).all()
    square.people.anger[DEMONSTRATORS] = 0.6
    square.seconds(10.0, p=P._replace(contagion=0.0))
    assert (square.people.mind[stirring] == Mind.VIOLENT).all()


def test_provocateurs_stir_others_up_and_talking_does_not_move_them() -> None:
    without, with_ = Square(), Square(provocateurs=20)
    ordinary = with_.people.disposition == Disposition.ORDINARY
    for square in (without, with_):
        square.seconds(180.0)
    assert with_.people.anger[ordinary].mean() > without.people.anger[ordinary].mean() + 0.03
    with_.seconds(120.0, dialogue=1.0)
    assert with_.people.anger[with_.people.disposition == Disposition.PROVOCATEUR].min() >= 0.6


@pytest.mark.parametrize("role", [Role.BYSTANDER, Role.PRESS, Role.CHAIR])
def test_onlookers_feel_fear_and_flee_but_are_never_angry(role: Role) -> None:
    square = Square(others=20)
    square.people.role[200:] = role
    square.seconds(60.0, force=1.0, threat=1.0)
    assert (square.people.mind[200:] == Mind.FLEEING).all()
    assert square.people.anger[200:].max() == 0.0


def test_officers_have_no_mind_and_deter() -> None:
    alone, guarded = Square(others=60), Square(others=60)
    alone.people.status[200:] = Status.WAITING
    guarded.people.role[200:] = Role.SHIELD
    for square in (alone, guarded):
        square.people.anger[DEMONSTRATORS] = 0.5
        square.seconds(6.0)
    assert guarded.count(Mind.PUSHING) < 0.7 * alone.count(Mind.PUSHING)
    guarded.seconds(30.0, threat=1.0, force=1.0)
    assert (guarded.people.mind[200:] == Mind.CALM).all() and guarded.people.fear[200:].max() == 0.0


def test_people_taken_away_neither_change_nor_count() -> None:
    square, twin = Square(), Square()
    rage = DEMONSTRATORS[:40]
    for one in (square, twin):
        one.people.anger[rage] = 1.0
        one.people.status[rage] = Status.DETAINED
    twin.people.anger[rage] = 0.0
    square.seconds(20.0)
    twin.seconds(20.0)
    np.testing.assert_array_equal(square.people.anger[40:200], twin.people.anger[40:200])
    assert (square.people.anger[rage] == 1.0).all()


# --- states ---


def lone(**columns: Any) -> Square:
    """One demonstrator alone in the square, in no mood to change."""
    square = Square()
    square.people.status[1:] = Status.WAITING
    square.people.aversion[0] = square.people.threshold[0] = 0.0
    square.people.solidarity[0] = square.people.bond[0] = 0.5  # N = a while there is no fear
    for name, value in columns.items():
        getattr(square.people, name)[0] = value
    return square


def test_a_state_is_left_lower_than_it_is_entered() -> None:
    still = P._replace(anger_decay=1200.0, dwell=0.0)
    for anger, calm, pushing in ((0.34, Mind.CHANTING, Mind.PUSHING), (0.2, Mind.CHANTING, Mind.CHANTING)):
        for start, expected in ((Mind.CALM, calm), (Mind.PUSHING, pushing)):
            assert lone(anger=anger, mind=start).seconds(1.0, p=still).people.mind[0] == expected


def test_a_state_lasts_five_seconds_at_least_but_flight_does_not_wait() -> None:
    square = lone(anger=0.3, mind=Mind.CALM, mind_since=0.0)
    square.seconds(4.8)
    assert square.people.mind[0] == Mind.CALM
    square.seconds(0.6)
    assert square.people.mind[0] == Mind.CHANTING
    square.people.fear[0] = 0.95
    assert square.seconds(0.4).people.mind[0] == Mind.FLEEING


def test_flight_ends_without_fear_and_away_from_what_frightens() -> None:
    square = lone(mind=Mind.FLEEING, fear=0.3, mind_since=-99.0)
    x, y = square.people.position[0]
    for _ in range(25):
        square.grids.expose("threat", float(x) + 15.0, float(y), 2.0, 1.0)
        square.seconds(DT)
    assert square.people.mind[0] == Mind.FLEEING, "something frightens 15 m away"
    assert square.seconds(8.0).people.mind[0] == Mind.FLEEING, "it is remembered"
    assert square.seconds(4.0).people.mind[0] != Mind.FLEEING


def test_fear_holds_anger_back_for_a_while() -> None:
    square = Square()
    square.people.anger[DEMONSTRATORS] = 0.65
    square.seconds(6.0)
    assert square.count(Mind.VIOLENT) > 80
    square.people.fear[DEMONSTRATORS] = 0.7
    square.seconds(6.0)
    assert square.count(Mind.VIOLENT) < 40
    square.people.anger[DEMONSTRATORS] = 0.65
    assert square.seconds(60.0, p=P._replace(anger_decay=1200.0)).count(Mind.VIOLENT) > 80


# --- the mood ---


def test_the_mood_rises_after_seconds_falls_after_a_minute_and_knows_its_sector() -> None:
    square = Square()
    moods, people = Moods(square.grids), square.people
    assert moods.sectors.shape == (2, 2)
    people.position[:100], people.position[100:] = (10.0, 10.0), (50.0, 50.0)
    people.anger[:] = 0.1

    def look(seconds: float) -> tuple[int, int, int]:
        for _ in range(round(seconds)):
            moods.look(people, people.active, 0.0, 1.0)
        return moods.crowd, int(moods.sectors[0, 0]), int(moods.sectors[1, 1])

    assert look(30) == (CALM, CALM, CALM)
    people.mind[:15] = Mind.PUSHING
    assert look(9) == (CALM, CALM, CALM)
    assert look(1) == (TENSE, TENSE, CALM)
    people.mind[:15] = Mind.VIOLENT
    assert look(4) == (TENSE, TENSE, CALM)
    assert look(1) == (VIOLENT, VIOLENT, CALM)
    people.mind[:] = Mind.CALM
    assert look(59) == (VIOLENT, VIOLENT, CALM)
    assert look(1) == (TENSE, TENSE, CALM)
    assert look(60) == (CALM, CALM, CALM)


def test_seven_attackers_in_a_minute_make_a_mood_violent() -> None:
    square = Square()
    moods = Moods(square.grids)
    square.people.violent_at[:6] = 50.0
    for _ in range(8):
        moods.look(square.people, square.people.active, 60.0, 1.0)
    assert moods.crowd == CALM
    square.people.violent_at[6] = 50.0
    for _ in range(8):
        moods.look(square.people, square.people.active, 60.0, 1.0)
    assert moods.crowd == VIOLENT


def test_readings_count_demonstrators_on_the_ground() -> None:
    square = Square(others=50)
    square.people.role[200:] = Role.SHIELD
    square.people.mind[:50], square.people.mind[50:70] = Mind.PUSHING, Mind.VIOLENT
    square.people.status[150:200] = Status.LEFT
    now = feelings(square.people, square.people.active, square.grids)
    assert (now.pushing, now.violent, now.calm) == pytest.approx((50 / 150, 20 / 150, 80 / 150))
    assert now.legitimacy == pytest.approx(P.legitimacy)
    assert sum(feelings(square.people, np.zeros(250, bool), square.grids)) == 0.0


def test_the_same_draws_give_the_same_bits() -> None:
    first, second = Square(provocateurs=5).seconds(20.0), Square(provocateurs=5).seconds(20.0)
    for name, column in first.people.columns().items():
        np.testing.assert_array_equal(column, second.people.columns()[name])
