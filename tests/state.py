"""Everything reachable from two objects, compared bit by bit: for whoever claims that two simulations are the same."""

from array import array
from collections import deque
from enum import Enum
from typing import Any

import numpy as np

from crowdsim.session.navigator import Navigator
from crowdsim.step.senses import Senses
from crowdsim.world.world import World

_PLAIN = (int, float, str, bool, bytes, type(None), Enum, array, slice)


def differences(one: Any, other: Any, path: str = "", seen: set[tuple[int, int]] | None = None) -> list[str]:
    """Where two objects differ, as paths: `.people.position`, `.units[2].order` …; the first differences only."""
    seen = set() if seen is None else seen
    if one is other or (id(one), id(other)) in seen:
        return []
    seen.add((id(one), id(other)))
    if type(one) is not type(other):
        return [f"{path}: {type(one).__name__} is not {type(other).__name__}"]
    if isinstance(one, np.ndarray):
        same = one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
        return [] if same else [f"{path}: another array"]
    if isinstance(one, _PLAIN):
        same = one == other or (one != one and other != other)  # a number that is none is the same as another
        return [] if same else [f"{path}: {one!r} is not {other!r}"]
    if isinstance(one, np.random.Generator):
        return [] if str(one.bit_generator.state) == str(other.bit_generator.state) else [f"{path}: another stream"]
    if isinstance(one, World):  # what it remembers follows from it
        return [] if one.passable == other.passable else [f"{path}: other barriers are open"]
    if isinstance(one, Senses):  # which thread did which part of the work is no state
        rest = [{name: value for name, value in vars(s).items() if name != "scratch"} for s in (one, other)]
        return differences(*rest, path, seen)
    if isinstance(one, Navigator):
        return _navigators(one, other, path, seen)
    if isinstance(one, dict):
        if list(one) != list(other):
            return [f"{path}: keys {list(one)[:9]} are not {list(other)[:9]}"]
        parts = [(f"[{key!r}]", one[key], other[key]) for key in one]
    elif isinstance(one, list | tuple | deque):
        if len(one) != len(other):
            return [f"{path}: {len(one)} are not {len(other)}"]
        parts = [(f"[{k}]", a, b) for k, (a, b) in enumerate(zip(one, other, strict=True))]
    elif isinstance(one, set | frozenset):
        return [] if one == other else [f"{path}: another set"]
    elif hasattr(one, "__dict__"):
        return differences(vars(one), vars(other), path + ".", seen)
    else:
        raise TypeError(f"{path}: how two of {type(one)} compare is not known")
    found: list[str] = []
    for name, a, b in parts:
        found += differences(a, b, path + name, seen)
        if len(found) > 20:
            break
    return found


def _navigators(one: Navigator, other: Navigator, path: str, seen: set[tuple[int, int]]) -> list[str]:
    """The fields people follow, and all it remembers; not how much room the stack has left."""
    found = []
    if one._world is not None and other._world is not None:
        a, b = one.fields(one._world), other.fields(other._world)
        asked = range(len(one._used)) if one._asked is None else sorted(one._asked)
        for k in asked:  # a field nobody follows is reckoned when somebody does
            found += differences(a.way[k], b.way[k], f"{path}.way[{k}]", seen)
            found += differences(a.direction[k], b.direction[k], f"{path}.direction[{k}]", seen)
    rest = [{name: value for name, value in vars(n).items() if name not in ("_stacked", "_new")} for n in (one, other)]
    return found + differences(*rest, path, seen)
