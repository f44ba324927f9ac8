"""Parameters: every number has a range, a source and a default inside it; a change replaces the group."""

import math

import numpy as np
import pytest
from scenes import Scene, open_field

from crowdsim.params import LIMITS, PRESETS, Params

NAMES = [f"{group}.{field}" for group, values in vars(Params()).items() for field in values._fields]


def test_every_number_has_a_range_and_every_range_a_number() -> None:
    assert sorted(NAMES) == sorted(LIMITS)


@pytest.mark.parametrize("name", NAMES)
def test_a_default_lies_inside_its_range_and_has_a_source(name: str) -> None:
    limit = LIMITS[name]
    assert limit.low <= Params().get(name) <= limit.high
    assert limit.low < limit.high
    assert limit.source


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_lies_inside_the_ranges(preset: str) -> None:
    for name in NAMES:
        assert LIMITS[name].low <= PRESETS[preset].get(name) <= LIMITS[name].high, name


@pytest.mark.parametrize("preset", PRESETS)
def test_all_numbers_are_floats(preset: str) -> None:
    """An int would compile every kernel a second time."""
    for group in vars(PRESETS[preset]).values():
        assert all(type(value) is float for value in group)


def test_a_change_makes_a_new_group_of_floats() -> None:
    before = Params()
    after = before.with_value("force.push", 300)
    assert after.force.push == 300.0 and type(after.force.push) is float
    assert before.force.push != 300.0
    assert after.walk is before.walk


@pytest.mark.parametrize("value", [-0.001, 400.001, math.inf, -math.inf, math.nan])
def test_a_value_out_of_range_is_refused_with_name_value_and_range(value: float) -> None:
    with pytest.raises(ValueError, match=r"force\.push = .* is outside 0\.\.400 N"):
        Params().with_value("force.push", value)


@pytest.mark.parametrize("name", ["force.psh", "push", "", "force", "force.push.x"])
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(KeyError):
        Params().with_value(name, 1.0)


def test_the_bounds_belong_to_the_range() -> None:
    for name, limit in LIMITS.items():
        assert Params().with_value(name, limit.low).get(name) == limit.low
        assert Params().with_value(name, limit.high).get(name) == limit.high


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_bodies_pressed_together_part_and_come_to_rest_at_the_tick_of_the_preset(name: str) -> None:
    """Sixty bodies where there is room for twenty: a step too long for the contacts would shake or explode."""
    preset = PRESETS[name].with_value("force.social", 0.0).with_value("force.social_wall", 0.0)
    scene = Scene(open_field(), 60, preset)
    rng = np.random.default_rng(3)
    scene.people.position[:] = rng.uniform((9.0, 5.0), (11.0, 6.5), (60, 2))
    scene.people.radius[:] = 0.2
    scene.people.mass[:] = rng.uniform(45.0, 110.0, 60)
    scene.seconds(8.0)
    assert np.hypot(*scene.people.velocity.T).max() < 0.02
    apart = np.hypot(*(scene.people.position[:, None] - scene.people.position[None]).T)
    assert apart[~np.eye(60, dtype=bool)].min() > 0.39
