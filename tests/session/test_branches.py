"""Going back in a session, another order at an earlier moment, and the futures that are kept."""

from itertools import pairwise

import pytest
from scenes import room, scenario
from state import differences

from crowdsim.behaviour.unit import Brace, Withdraw
from crowdsim.frame import Frame
from crowdsim.session import branches as module
from crowdsim.session.branches import Branches
from crowdsim.session.commands import DeclarePhase, GiveOrder, Inject
from crowdsim.session.simulation import Simulation

PUSH = Inject("crowd", "push", "east", "gate", 0.9)
HOLD, BACK = GiveOrder("line", Brace("gate")), GiveOrder("line", Withdraw(2.0))
TICKS = 50  # a second
SCENE = scenario(room(capacity=150.0, toughness=1500.0))  # forty people before a gate that does not hold for long


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checkpoints every two seconds, so that short runs have some."""
    monkeypatch.setattr(module, "EVERY", 2.0)


def play(session: Branches, seconds: float) -> None:
    while session.simulation.time < seconds - 1e-9:
        session.advance()


def go(session: Branches, seconds: float) -> None:
    while not session.seek(round(seconds * TICKS)):
        pass


def undisturbed(*sent: tuple[float, object], until: float) -> Simulation:
    """The same without a session around it: what is sent, at its second."""
    alone = Simulation(SCENE)
    while alone.time < until - 1e-9:
        for at, command in sent:
            if abs(at - alone.time) < 1e-9:
                alone.send(command)  # type: ignore[arg-type]
        alone.advance()
    return alone


def breached(session: Branches, branch: str) -> float | None:
    return next((e.time for e in session.all[branch].events if e.kind == "breach"), None)


@pytest.fixture
def played() -> Branches:
    """A push at second 1, the gate gives way, fourteen seconds in all."""
    session = Branches(Simulation(SCENE))
    play(session, 1.0)
    session.send(PUSH)
    play(session, 14.0)
    assert breached(session, "A")
    return session


@pytest.mark.parametrize("second", [0.0, 1.0, 3.1, 4.0, 9.9, 14.0])
def test_a_moment_gone_back_to_is_that_moment(played: Branches, second: float) -> None:
    go(played, second)
    assert differences(played.simulation, undisturbed((1.0, PUSH), until=second)) == []


def test_who_only_looks_and_plays_on_changes_nothing(played: Branches) -> None:
    for second in (9.0, 2.0, 12.0, 0.5):
        go(played, second)
    play(played, 20.0)
    assert list(played.all) == ["A"] and played.current.differs is None
    assert played.current.known == 20 * TICKS
    assert differences(played.simulation, undisturbed((1.0, PUSH), until=20.0)) == []


def test_another_order_at_an_earlier_moment_opens_a_branch_and_keeps_the_future(played: Branches) -> None:
    kept = list(played.all["A"].hashes), list(played.all["A"].events), list(played.all["A"].journal)
    go(played, 3.0)
    played.send(HOLD)
    played.send(DeclarePhase("kuning"))
    play(played, 16.0)
    assert [(b.id, b.parent, b.parted, b.end, b.current) for b in played.views()] == [
        ("A", "", 0.0, pytest.approx(14.0), False),
        ("B", "A", pytest.approx(3.0), pytest.approx(16.0), True),
    ]
    a, b = played.all["A"], played.all["B"]
    assert (a.hashes, a.events, a.journal) == kept
    assert b.hashes[:1] == a.hashes[:1] and b.hashes[3:7] != a.hashes[3:7]
    assert {e.kind for e in b.events} != {e.kind for e in a.events} or breached(played, "B") != breached(played, "A")
    alone = undisturbed((1.0, PUSH), (3.0, HOLD), (3.0, DeclarePhase("kuning")), until=16.0)
    assert differences(played.simulation, alone) == []


def test_both_futures_play_again_to_their_hashes(played: Branches) -> None:
    go(played, 3.0)
    played.send(HOLD)
    play(played, 12.0)
    here = played.simulation
    assert played.first_difference("A") is None and played.first_difference("B") is None
    assert played.simulation is here, "looking goes nowhere"
    tick, right = played.all["A"].hashes[5]
    played.all["A"].hashes[5] = (tick, "0" * len(right))
    assert played.first_difference("A") == tick, "a state that is another is found"


def test_a_future_that_is_not_the_same_again_is_said_to_be_so(played: Branches) -> None:
    tick, right = played.current.hashes[2]
    played.current.hashes[2] = (tick, "0" * len(right))
    go(played, 2.0)
    play(played, 14.0)
    assert [branch.differs for branch in played.views()] == [pytest.approx(tick / TICKS)]


def test_switching_keeps_the_moment_or_goes_to_the_end(played: Branches) -> None:
    go(played, 3.0)
    played.send(HOLD)
    play(played, 6.0)
    played.switch("A")
    assert played.simulation.time == pytest.approx(6.0)
    assert differences(played.simulation, undisturbed((1.0, PUSH), until=6.0)) == []
    go(played, 12.0)
    played.switch("B")
    assert played.simulation.time == pytest.approx(6.0), "B is not known further"
    assert differences(played.simulation, undisturbed((1.0, PUSH), (3.0, HOLD), until=6.0)) == []
    with pytest.raises(KeyError):
        played.switch("Z")


def test_a_branch_of_a_branch_and_one_of_their_common_past(played: Branches) -> None:
    go(played, 6.0)
    played.send(HOLD)  # B
    play(played, 10.5)
    go(played, 8.0)
    played.send(BACK)  # C, a branch of B
    play(played, 11.0)
    go(played, 4.0)
    played.send(BACK)  # D: this is before B parted, so it leaves A
    play(played, 9.0)
    assert [(b.id, b.parent, round(b.parted)) for b in played.views()] == [
        ("A", "", 0), ("B", "A", 6), ("C", "B", 8), ("D", "A", 4)
    ]  # fmt: skip
    assert played.parted("C", "B") == 8 * TICKS and played.parted("C", "A") == 6 * TICKS
    assert played.parted("D", "C") == played.parted("C", "D") == 4 * TICKS
    for branch, sent, second in (
        ("A", [(1.0, PUSH)], 13.0),
        ("B", [(1.0, PUSH), (6.0, HOLD)], 10.3),
        ("C", [(1.0, PUSH), (6.0, HOLD), (8.0, BACK)], 10.9),  # B was left at 10.5: no place to go on from
        ("D", [(1.0, PUSH), (4.0, BACK)], 9.0),
    ):
        played.switch(branch)
        go(played, second)
        assert differences(played.simulation, undisturbed(*sent, until=second)) == [], branch
        assert played.first_difference(branch) is None


def test_what_is_sent_at_the_end_of_the_future_goes_on_with_it(played: Branches) -> None:
    played.send(HOLD)
    go(played, 5.0)  # what was asked for at the end waits there
    go(played, 14.0)
    play(played, 16.0)
    assert list(played.all) == ["A"]
    assert differences(played.simulation, undisturbed((1.0, PUSH), (14.0, HOLD), until=16.0)) == []


def test_a_branch_has_a_name_of_its_own(played: Branches) -> None:
    played.rename("A", "Gerbang dibuka")
    assert [(b.id, b.name) for b in played.views()] == [("A", "Gerbang dibuka")]


def test_every_moment_of_every_branch_can_be_looked_at(played: Branches) -> None:
    """The frames kept are those of the branch, and no further from the moment than half a second."""
    go(played, 3.0)
    played.send(HOLD)
    play(played, 24.0)  # so long that the frames between the regular ones are no longer there
    for branch in ("A", "B"):
        played.switch(branch)
        for second in (0.0, 0.7, 2.9, 3.0, 3.2, 7.75, 11.9):
            before, after, blend = played.seen(branch, second)
            assert before.time <= second + 1e-9 and second <= after.time + 1e-9
            assert after.time - before.time <= 0.5 + 1e-9
            assert before.time + blend * (after.time - before.time) == pytest.approx(second)
            for frame in (before, after):
                go(played, frame.time)
                same(frame, played.simulation.frame())
    last = played.seen("B", 99.0)
    assert last[1].time == pytest.approx(24.0), "beyond the end: the end"


def same(one: Frame, other: Frame) -> None:
    assert one.tick == other.tick
    assert one.position.tobytes() == other.position.tobytes() and one.units == other.units


def test_memory_is_bounded_and_the_moments_stay(played: Branches, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the most that is kept every second checkpoint and frame goes; all moments are there as before."""
    monkeypatch.setattr(module, "_MOST", 10 * played.current.checkpoints[0].size)
    play(played, 60.0)
    points = sorted(played.current.checkpoints)
    assert len(points) <= 10 and points[0] == 0
    assert len({b - a for a, b in pairwise(points)}) == 1, "evenly"
    assert played.current.reel.size <= 10 * played.current.checkpoints[0].size
    go(played, 31.3)
    assert differences(played.simulation, undisturbed((1.0, PUSH), until=31.3)) == []


def test_a_branch_that_has_just_begun_shows_the_last_frame_of_its_past(played: Branches) -> None:
    """Also when somebody looks at a moment it has not got to yet."""
    go(played, 6.0)
    played.send(HOLD)
    before, after, _ = played.seen("B", 11.0)
    assert before.time == pytest.approx(6.0) and after is before
