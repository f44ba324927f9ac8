"""Rerun: a recorded run simulated once more, from its scenario, seed and journal; whether it comes to the same bits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from crowdsim.params import Params
from crowdsim.problems import InputError, Problem, said
from crowdsim.record.recorder import Recording
from crowdsim.session.commands import decode
from crowdsim.session.scenario import Scenario, with_posts
from crowdsim.session.schema import scenario_file
from crowdsim.world.maps import load_map

if TYPE_CHECKING:
    from crowdsim.session.simulation import Simulation


@dataclass(frozen=True)
class Difference:
    """The first state that is another than the recorded one."""

    tick: int
    time: float  # s
    recorded: str
    now: str


@dataclass(frozen=True)
class Check:
    """What simulating a run once more has shown."""

    states: int  # that were compared
    until: float  # s, the last of them
    first: Difference | None  # None = all are equal
    versions: dict[str, tuple[str, str]]  # of what differs from when it was written: then, now


def scenario_of(recording: Recording) -> Scenario:
    """What a run was made of; InputError when the map, the doctrine or the parameters are not those any more."""
    meta, file = recording.meta, str(recording.path)
    spec = scenario_file(meta["scenario"])
    path = Path(meta["scenario_path"])
    scenario = Scenario(
        path, meta["scenario"], spec, with_posts(load_map(recording.map_path), spec), params_of(recording)
    )
    try:
        same = scenario.fingerprint == meta["fingerprint"]
    except OSError as error:
        raise InputError(
            [Problem(file, "profile", said("file.gone", path=error.filename), said("file.put_back"))]
        ) from None
    if not same:
        mend = said("run.put_back", map=recording.map_path, profile=spec.profile)
        raise InputError([Problem(file, "", said("run.other_map"), mend)])
    return scenario


def states(recording: Recording, threads: int = 0) -> Iterator["Simulation"]:
    """The one simulation as it stands at the start and after every tick of a recorded run, up to its last frame."""
    from crowdsim.session.simulation import Simulation  # brings numba

    simulation = Simulation(scenario_of(recording), int(recording.meta["seed"]), threads, timeline=False)
    journal = [(tick, decode(command)) for tick, _, command in recording.journal()]
    asked = 0
    yield simulation
    while simulation.tick < recording.ticks[-1]:
        while asked < len(journal) and journal[asked][0] <= simulation.tick:
            simulation.send(journal[asked][1])
            asked += 1
        simulation.step()
        yield simulation


def hashes_of(recording: Recording) -> dict[int, str]:
    """The recorded state hashes by their ticks, the last one of a finished run among them."""
    known = dict(recording.hashes())
    summary = recording.meta.get("summary")
    if summary is not None:
        known[round(float(summary["duration_s"]) / float(recording.meta["dt"]))] = summary["state_hash"]
    return known


def check(recording: Recording, threads: int = 0, tell: Callable[[float], object] = lambda time: None) -> Check:
    """Simulate a run once more up to the first state that differs, or its end. tell : hears the time reached, s"""
    from crowdsim.record.summary import versions

    known, count, until, first = hashes_of(recording), 0, 0.0, None
    for simulation in states(recording, threads):
        tell(simulation.time)
        told = known.get(simulation.tick)
        if told is None:
            continue
        count, until, now = count + 1, float(simulation.time), simulation.state_hash()
        if now != told:
            first = Difference(simulation.tick, until, told, now)
            break
    then, today = recording.meta["versions"], versions()
    changed = {
        name: (str(then.get(name, "–")), str(today.get(name, "–")))
        for name in [*then, *(name for name in today if name not in then)]
        if then.get(name) != today.get(name)
    }
    return Check(count, until, first, changed)


def params_of(recording: Recording) -> Params:
    """The parameters a run began with; InputError when another version had others."""
    groups, file, usual = recording.meta["params"], str(recording.path), Params()
    found = {}
    for group in fields(Params):
        told, known = groups.get(group.name, {}), getattr(usual, group.name)
        if set(told) != set(known._fields):
            names = ", ".join(f"{group.name}.{name}" for name in sorted(set(told) ^ set(known._fields)))
            mend = said("run.again")
            raise InputError([Problem(file, "params", said("run.other_params", names=names), mend)])
        found[group.name] = type(known)(**told)
    return Params(**found)
