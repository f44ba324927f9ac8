"""Commands survive the journal: what is written is what is read."""

import json
import time
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st
from scenes import scenario

from crowdsim.behaviour.unit import (
    ORDER_KINDS,
    Advance,
    Arrest,
    Brace,
    Close,
    Cover,
    Escort,
    FormUp,
    Hold,
    MoveTo,
    Open,
    Push,
    Withdraw,
    kind_of,
)
from crowdsim.session.commands import (
    TRAINER,
    DeclarePhase,
    GiveOrder,
    Inject,
    Recall,
    SetBarrier,
    SetParam,
    UseTool,
    decode,
    encode,
)
from crowdsim.session.live import Live
from crowdsim.session.simulation import Simulation

WORD = st.text(max_size=12)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
POINT = st.tuples(NUMBER, NUMBER)
PLACE = WORD | POINT
ORDER = st.one_of(
    st.builds(MoveTo, PLACE),
    st.builds(FormUp, WORD, PLACE, st.none() | NUMBER, NUMBER, NUMBER, NUMBER),
    st.builds(Hold),
    st.builds(Advance, NUMBER),
    st.builds(Withdraw, NUMBER),
    st.builds(Open, NUMBER),
    st.builds(Close),
    st.builds(Brace, WORD),
    st.builds(Arrest, WORD, st.integers(-1, 500)),
    st.builds(Escort, WORD, WORD),
)
CAPTION = st.just(()) | st.tuples(st.tuples(st.just("id"), WORD), st.tuples(st.just("en"), WORD))
COMMAND = st.one_of(
    st.builds(GiveOrder, WORD, ORDER, st.booleans(), operator=WORD),
    st.builds(Recall, WORD, operator=WORD),
    st.builds(UseTool, WORD, PLACE, WORD, WORD),
    st.builds(DeclarePhase, WORD, WORD),
    st.builds(SetBarrier, WORD, st.booleans()),
    st.builds(SetParam, WORD, NUMBER),
    st.builds(Inject, WORD, WORD, WORD, WORD, NUMBER, st.lists(WORD, max_size=3).map(tuple), WORD, CAPTION),
    st.builds(Inject, WORD, arrive=st.booleans(), fall=st.none() | POINT, wind=st.none() | POINT, shut=WORD),
)


@given(COMMAND)
def test_a_command_comes_back_from_its_json(command: object) -> None:
    assert decode(json.loads(json.dumps(encode(command)))) == command  # type: ignore[arg-type]


def test_every_kind_of_order_has_one_name() -> None:
    orders = [MoveTo("a"), FormUp("b", "c"), Hold(), Advance(1.0), Withdraw(1.0), Open(1.0), Close(), Push(1.0),
              Cover(), Brace("d"), Arrest("violent"), Escort("ketua", "e")]  # fmt: skip
    assert [kind_of(order) for order in orders] == list(ORDER_KINDS)


def test_a_journal_line_is_readable() -> None:
    line = encode(GiveOrder("lanjut1", FormUp("bersaf2", "gerbang", 1.5)))
    assert line == {
        "do": "give_order",
        "unit": "lanjut1",
        "order": {
            "kind": "form_up", "formation": "bersaf2", "at": "gerbang", "heading": 1.5, "behind": 0.0,
            "width": 0.0, "bend": 0.0,
        },
        "queued": False,
        "operator": "",
    }  # fmt: skip


def test_a_journal_line_of_an_older_run_is_still_read() -> None:
    """Before places could be points and orders had an operator."""
    old = {"do": "give_order", "unit": "a", "order": {"kind": "form_up", "formation": "bersaf2", "at": "gate"}}
    assert decode(old) == GiveOrder("a", FormUp("bersaf2", "gate"))
    assert decode({"do": "inject", "crowd": "c", "wish": "calm"}) == Inject("c", "calm")


def test_what_comes_from_a_window_is_the_trainers_and_a_look_changes_nothing() -> None:
    """A live simulation stamps its commands, and answers questions between two ticks, paused or not."""
    live = Live(scenario(), threads=1)
    live.paused = True
    alone = Simulation(scenario(), threads=1)
    try:
        wait_for(lambda: live.simulation is not None)
        live.send(GiveOrder("line", Hold()))
        assert live.simulation is not None
        wait_for(lambda: live.inspect("unit", "line") is not None)
        live.step()
        wait_for(lambda: live.simulation.tick > 0)  # type: ignore[union-attr]
        wait_for(lambda: bool(live.inspect("unit", "line").told))  # type: ignore[union-attr]
        assert live.inspect("unit", "nobody") is None
    finally:
        live.stop()
    assert live.simulation.journal[0][2] == GiveOrder("line", Hold(), operator=TRAINER)
    alone.send(GiveOrder("line", Hold()))
    while alone.tick < live.simulation.tick:
        alone.step()
    assert alone.state_hash() == live.simulation.state_hash()


def wait_for(seen: Callable[[], bool]) -> None:
    for _ in range(3000):
        if seen():
            return
        time.sleep(0.02)
    raise AssertionError("never")
