"""Parameters: every number has a range, a source and a default inside it; a change replaces the group."""

import math

import pytest

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


def test_the_default_tick_is_stable() -> None:
    """k dt^2 / m well below 1 for the lightest body, contact damping included."""
    p = Params()
    for preset in PRESETS.values():
        dt, force = preset.time.dt, preset.force
        assert force.stiffness * dt**2 / 45.0 < 0.5
        assert force.stiffness_deep * dt**2 / 45.0 < 0.6
        assert force.damping * dt / 45.0 < 1.0
    assert p.force.reach >= 2 * 0.32, "contact of the largest bodies is within reach"
