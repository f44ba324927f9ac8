"""Minds alone, in few runs, and Epstein's model: the arithmetic of the cases and that they can fail."""

import numpy as np

from crowdsim.params import Params
from crowdsim.validation import psychology
from crowdsim.validation.case import Case, Setting, rows_of

SETTING = Setting(Params())


def case(name: str) -> Case:
    return next(case for case in psychology.CASES if case.name == name)


def verdicts(name: str, setting: Setting = SETTING) -> list[bool | None]:
    """Of one seed that the suite does not use."""
    one = case(name)
    return [row.passed for row in rows_of(one, [one.run(3, setting)], [3]) if row.passed is not None]


def test_provocateurs_turn_a_crowd_and_without_contagion_they_do_not() -> None:
    assert all(verdicts("provocateurs"))
    still = Setting(Params().with_value("mind.contagion", 0.0))
    assert not all(verdicts("provocateurs", still))


def test_force_at_random_unites_a_crowd_and_without_outrage_it_does_not() -> None:
    assert all(verdicts("indiscriminate_force"))
    params = Params().with_value("mind.outrage", 0.0).with_value("mind.legitimacy_force", 0.0)
    assert not all(verdicts("indiscriminate_force", Setting(params.with_value("mind.bonding", 0.0))))


def test_dialogue_delays_the_push_and_wrongful_arrests_raise_it_where_targeted_ones_do_not() -> None:
    assert all(verdicts("dialogue"))
    assert all(verdicts("arrests"))
    deaf = Setting(Params().with_value("mind.soothing", 0.0).with_value("mind.legitimacy_dialogue", 0.0))
    assert deaf.params.mind.soothing == 0.0 and not all(verdicts("dialogue", deaf))


def test_arrested_people_are_those_meant() -> None:
    p = SETTING.params.mind
    assert psychology.Field(3, p, 30, arrests=(60.0, 90.0, 30)).run().pushing.size == 1200
    status, mind = np.array([1, 4, 1, 1]), np.array([3, 0, 0, 1])
    assert psychology._next(np.array([1, 0, 2, 3]), status, mind, peaceful=True) == 2
    assert psychology._next(np.array([1, 0, 2, 3]), status, mind, peaceful=False) == 0
    assert psychology._next(np.array([1]), status, mind, peaceful=False) == -1


def test_nobody_rebels_where_nothing_is_wrong_and_everybody_can_be_counted() -> None:
    assert psychology.rebellion(3, lambda tick: 1.0, 30, 0.04).max() == 0
    freely = psychology.rebellion(3, lambda tick: 0.0, 5, 0.0)
    assert 0.85 * 1120 < freely[0] < 0.95 * 1120, "without cops all whose hardship exceeds the threshold"
    assert (freely == freely[0]).all()
