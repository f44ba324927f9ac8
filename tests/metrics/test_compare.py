"""Two futures beside each other: only what differs, and no further than both are known."""

from made import event, made

from crowdsim.metrics.compare import NUMBERS, compare, outcome


def test_only_what_differs_is_told_and_in_its_order() -> None:
    one = made(
        {"squeeze_p95": {0: 100.0, 50: 900.0}, "peak_density": 4.0}, [event(60.0, "breach"), event(70.0, "arrest")]
    )
    other = made({"squeeze_p95": {0: 100.0, 80: 300.0}, "peak_density": 4.0}, [event(70.0, "arrest")])
    found = compare(one, other)
    rows = {name: (a, b) for name, a, b in found.rows}
    assert rows["breach"] == (60.0, None) and rows["squeeze"] == (900.0, 300.0)
    assert "density" not in rows and "arrested" not in rows
    names = [name for name, _, _ in found.rows]
    assert names == sorted(names, key=NUMBERS.index)


def test_both_are_cut_where_the_shorter_one_ends() -> None:
    long = made({"squeeze_p95": {0: 100.0, 50: 900.0}}, [event(30.0, "throw"), event(60.0, "breach")], duration=100.0)
    short = made({"squeeze_p95": 100.0}, duration=40.0)
    found = compare(long, short)
    assert found.until == 40.0
    assert [(name, a, b) for name, a, b in found.rows if name in ("breach", "squeeze", "thrown")] == [
        ("thrown", 1.0, 0.0)
    ]
    assert compare(short, long).until == 40.0


def test_the_same_twice_differs_in_nothing() -> None:
    session = made({"squeeze_p95": 5.0}, [event(3.0, "breach")])
    assert compare(session, session).rows == ()
    assert set(outcome(session)) == set(NUMBERS)
