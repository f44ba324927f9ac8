"""The live session: time that is dragged, branches, and files of what was played. It waits for states only."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from scenes import room, scenario

from crowdsim.behaviour.unit import Brace
from crowdsim.metrics.compare import compare_branches
from crowdsim.record.keep import BranchKeeper
from crowdsim.record.recorder import Recording
from crowdsim.session.branches import Branch
from crowdsim.session.commands import GiveOrder, Inject, decode
from crowdsim.session.live import Live
from crowdsim.session.simulation import Simulation

PUSH = Inject("crowd", "push", "east", "gate", 0.9)
HOLD = GiveOrder("line", Brace("gate"))
SCENE = scenario(room(capacity=150.0, toughness=1500.0), duration=30.0)
PATIENCE = 120.0  # s: a cold machine compiles for a minute


def until(seen: Callable[[], bool], live: Live, seconds: float = 0.02) -> None:
    """Let the window's clock run, `seconds` a picture, until something is so."""
    end = time.monotonic() + PATIENCE
    while not seen():
        assert time.monotonic() < end, "never came"
        live.advance(seconds)
        time.sleep(0.002)


def now(live: Live) -> float:
    before, after, blend = live.advance(0.0)
    return before.time + blend * (after.time - before.time)


def there(live: Live, moment: float) -> Callable[[], bool]:
    """Whether the state, not only the picture, is at a moment."""
    return lambda: live.idle and abs(now(live) - moment) < 1e-6


@pytest.fixture
def live(tmp_path: Path) -> Iterator[tuple[Live, BranchKeeper]]:
    """Played for twelve seconds, with a push from the first on, then paused."""
    keeper = BranchKeeper(tmp_path / "run.crowdsim")
    drawn = tmp_path / "small.tmx"
    drawn.write_text("the head of a run file has its hash")
    live = Live(replace(SCENE, map=replace(SCENE.map, path=drawn)), keep=keeper, compare=compare_branches)
    live.speed = 16.0
    until(lambda: live.simulation is not None, live, 0.0)
    live.send(PUSH)
    until(lambda: now(live) >= 12.0, live)
    live.paused = True
    until(lambda: live.idle, live, 0.0)
    yield live, keeper
    live.stop()
    for branch, _ in live.ends():
        keeper.close(branch)


def test_time_can_be_dragged_and_let_go(live: tuple[Live, BranchKeeper]) -> None:
    source, _ = live
    known = source.known
    assert known >= 12.0
    at = source.simulation.tick
    for moment in (9.0, 3.3, 7.77, 0.0, 11.0):
        source.seek(moment, hold=True)
        assert now(source) == pytest.approx(moment), "what is shown follows the hand at once"
    assert source.simulation.tick == at, "nothing is played again while the hand moves"
    source.seek(4.0)
    until(there(source, 4.0), source)
    assert source.simulation.tick == 200 and source.known == known
    assert [e.kind for e in source.events if e.time > 4.0], "what came later is still known"
    source.seek(99.0)
    until(there(source, known), source)


def test_steps_go_both_ways(live: tuple[Live, BranchKeeper]) -> None:
    source, _ = live
    source.seek(5.0)
    until(there(source, 5.0), source)
    source.step(-1)
    source.step(-1)
    assert now(source) == pytest.approx(4.8)
    until(there(source, 4.8), source)
    source.step()
    until(there(source, 4.9), source)
    source.step(-1)
    until(there(source, 4.8), source)


def test_playing_on_in_the_past_changes_nothing_and_meets_the_present(live: tuple[Live, BranchKeeper]) -> None:
    source, _ = live
    known = source.known
    source.seek(2.0)
    source.paused = False
    until(lambda: source.known > known + 1.0, source)
    assert [branch.id for branch in source.branches()] == ["A"]
    assert source._branches.all["A"].differs is None


def test_an_order_in_the_past_opens_a_branch_and_every_branch_has_its_file(live: tuple[Live, BranchKeeper]) -> None:
    source, keeper = live
    end = source.known
    source.seek(3.3)  # within a second of the file
    until(there(source, 3.3), source)
    source.send(HOLD)
    until(lambda: len(source.branches()) == 2, source)
    source.paused = False
    until(lambda: now(source) > 14.0, source)
    source.paused = True
    until(lambda: source.idle, source, 0.0)
    source.switch("A")
    until(lambda: source.branches()[0].current, source)
    until(there(source, end), source)
    source.rename("B", "Ditahan")
    source.paused = False
    until(lambda: source.known > end + 2.0, source)  # and the first goes on
    source.stop()
    files: dict[str, Recording] = {}
    ends: dict[str, tuple[Branch, Simulation]] = {}
    for branch, simulation in source.ends():
        path = keeper.close(branch, {"events": len(simulation.events)})
        assert path is not None
        files[branch.id], ends[branch.id] = Recording(path), (branch, simulation)
    assert [file.path.name for file in files.values()] == ["run.crowdsim", "run-B.crowdsim"]
    assert files["B"].meta["branch"] == {"id": "B", "name": "Ditahan", "of": "run.crowdsim", "parted": 165}
    for name, file in files.items():
        branch, simulation = ends[name]
        assert file.ticks == list(range(0, branch.known + 1, 5)), "each file is whole, from the start to its end"
        assert (
            file.hashes() == branch.hashes and len(file.events) == len(branch.events) == file.meta["summary"]["events"]
        )
        assert simulation.tick == branch.known
        for reading in ("present", "gate.load"):
            times, values = file.series(reading)
            kept, right = branch.history.columns[reading]
            assert times == pytest.approx(list(kept)[: len(times)]) and len(times) >= len(kept) - 1
            assert values == list(right)[: len(values)]
        again = Simulation(SCENE, timeline=False)  # the journal leads to the same hashes
        commands = [(tick, decode(data)) for tick, _, data in file.journal()]
        while again.tick < branch.known:
            for tick, command in commands:
                if tick == again.tick:
                    again.send(command)
            again.step()
        assert again.hashes == file.hashes()
    assert files["A"].hashes()[:1] == files["B"].hashes()[:1] and files["A"].hashes()[4] != files["B"].hashes()[4]
    for one, other in zip(files["A"].frames(0.0, 3.3), files["B"].frames(0.0, 3.3), strict=True):
        assert one.tick == other.tick and one.units == other.units
        same = one.position.tobytes() == other.position.tobytes() and one.mode.tobytes() == other.mode.tobytes()
        assert same == (one.tick <= 170), one.tick  # what they share is the same to the bit


def test_two_futures_are_compared(live: tuple[Live, BranchKeeper]) -> None:
    source, _ = live
    source.seek(2.0)
    until(there(source, 2.0), source)
    source.send(HOLD)
    source.paused = False
    until(lambda: now(source) >= 10.0, source)
    source.paused = True
    until(lambda: source.compared("A", "B") is not None, source)
    found = source.compared("A", "B")
    rows = {name: (a, b) for name, a, b in found.rows}
    assert found.until <= 12.0 and all(a != b for a, b in rows.values())
    assert "squeeze" in rows
    times = [next((e.time for e in source._branches.all[n].events if e.kind == "breach"), None) for n in ("A", "B")]
    assert rows.get("breach", (None, None)) == tuple(t if t and t <= found.until else None for t in times)
