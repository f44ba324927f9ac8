"""Which seconds a film shows: as they come, or slower around key moments, each told in a line."""

from collections.abc import Iterable, Iterator, Sequence

from crowdsim.frame import Event, Frame

KEY_EVENTS = (
    "march", "push", "breach", "line_breach", "compound_breach", "hostage_taken", "hostage_freed", "dispersal",
)  # fmt: skip
"""Events of which the first is a key moment; of `injury` it is the first serious one."""

_BEFORE, _AFTER = 2.0, 3.0  # s of the exercise that go by slowly around a key moment
_TOLD = 5.0  # s of the exercise a key moment is told
_SERIOUS = 2.0


def key_moments(events: Sequence[Event]) -> list[Event]:
    """The first event of each kind worth looking at twice, in the order of time."""
    first: dict[str, Event] = {}
    for event in events:
        if event.kind in KEY_EVENTS or (event.kind == "injury" and event.value >= _SERIOUS):
            first.setdefault(event.kind, event)
    return sorted(first.values(), key=lambda event: event.time)


def times(start: float, end: float, step: float, slow: float = 1.0, moments: Sequence[Event] = ()) -> Iterator[float]:
    """The second of each picture: every `step` s, `slow` times closer around key moments."""
    spans = [(event.time - _BEFORE, event.time + _AFTER) for event in moments]
    now = start
    while now <= end + 1e-9:
        yield now
        now += step / slow if any(low - 1e-9 <= now < high - 1e-9 for low, high in spans) else step


def pairs(frames: Iterable[Frame], seconds: Iterable[float]) -> Iterator[tuple[Frame, Frame, float]]:
    """(previous, current, blend) at each of these seconds, which rise; as long as there are frames."""
    coming = iter(frames)
    previous = current = next(coming)
    for now in seconds:
        while current.time < now - 1e-9:
            following = next(coming, None)
            if following is None:
                return
            previous, current = current, following
        span = current.time - previous.time
        blend = (now - previous.time) / span if span > 0 else 1.0
        yield previous, current, min(1.0, max(0.0, blend))


def told(moments: Sequence[Event], time: float) -> Event | None:
    """The key moment a picture of this second tells, the last one of the seconds before."""
    near = [event for event in moments if event.time <= time + 1e-6 and time - event.time < _TOLD]
    return near[-1] if near else None
