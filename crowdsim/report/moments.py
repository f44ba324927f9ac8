"""Key moments: which seconds of a run are worth looking at again, and what led to them."""

from dataclasses import dataclass, field

import numpy as np

from crowdsim.frame import Event, Frame
from crowdsim.population.roles import DEMONSTRATOR_ROLES, Mind, Mode, Status
from crowdsim.report.course import CRUSHING, Course
from crowdsim.session.causes import BEFORE, BRACING, LEANING, THROUGH, Passage, hands, strain
from crowdsim.view.theme import ROLE_NAMES
from crowdsim.view.words import Words, clock
from crowdsim.world.tilemap import Gate

_BREACHES = 3  # more than these are told in the table of events
_SOON = 30.0  # s: what falls due this soon after a moment belongs to it
_MINDS = tuple(mind.name.lower() for mind in Mind)


@dataclass(frozen=True)
class Moment:
    """A second to look at, where, and sentences on what led to it."""

    kind: str
    time: float  # s
    position: tuple[float, float]  # m
    title: str
    chain: list[str] = field(default_factory=list)
    barrier: int | None = None  # whose load led to it


def chosen(course: Course, words: Words) -> list[Moment]:
    """The moments the program chooses, in the order of time."""
    moments = [_push(course, words), _gap(course, words), _squeeze(course, words)]
    moments += [_breach(course, words, event) for event in _breaches(course)[:_BREACHES]]
    for kind in ("hostage_taken", "hostage_freed"):
        event = course.first(kind)
        if event is not None and event.position is not None:
            chain = _hostage(course, words, event)
            moments.append(Moment(kind, event.time, event.position, words.pick(event.text), chain))
    for event in course.events:
        if event.kind == "injury" and event.value >= 2 and event.position is not None:
            text = [words("injury_line", group=words(f"group.{event.subject}"), cause=words(f"cause.{event.cause}"))]
            moments.append(Moment("serious", event.time, event.position, words("moment.serious"), text))
            break
    return sorted((moment for moment in moments if moment is not None), key=lambda moment: moment.time)


def _breaches(course: Course) -> list[Event]:
    return [event for event in course.events if event.kind == "breach" and event.position is not None]


def _push(course: Course, words: Words) -> Moment | None:
    event = course.first("push")
    if event is None:
        return None
    place = event.position or _crowd_at(course, event.time)
    if place is None:
        return None
    chain = [words("chain.pushing", count=words.number(event.value))] if event.value else []
    before = [told for told in course.events if told.time <= event.time and told.kind in ("answer", "throw", "clash")]
    seen: set[str] = set()
    for told in before:
        if told.kind not in seen:
            seen.add(told.kind)
            what = words.pick(told.text) or words(f"event.{told.kind}")
            chain.append(words("chain.before", time=clock(told.time), what=what, span=_seconds(words, event, told)))
    chain += _late(course, words, event.time)
    return Moment("push", event.time, place, words("moment.push"), chain)


def _crowd_at(course: Course, time: float) -> tuple[float, float] | None:
    """The middle of those who push, or else of the crowd; for an event that was noted without a place."""
    frame = course.recording.frame_at(time)
    crowd = np.isin(frame.role, DEMONSTRATOR_ROLES) & (frame.status == Status.ACTIVE)
    pushing = crowd & (frame.mode == Mode.PUSH)
    if not crowd.any():
        return None
    x, y = np.median(frame.position[pushing if pushing.any() else crowd], axis=0).tolist()
    return x, y


def _seconds(words: Words, later: Event, earlier: Event) -> str:
    return words.number(later.time - earlier.time)


def _gap(course: Course, words: Words) -> Moment | None:
    peak = course.widest_gap
    if peak is None:
        return None
    name = words.pick(course.named(peak.subject))
    text = [words("chain.gap", line=name, width=words.number(peak.value, 1))]
    return Moment("gap", peak.time, peak.position, words("moment.gap"), text)


def _squeeze(course: Course, words: Words) -> Moment | None:
    peak = course.worst_squeeze
    if peak is None or peak.value <= 0.0:
        return None
    times, values = course.series("peak_density")
    text = [words("chain.crushed", count=words.number(peak.value), force=words.number(CRUSHING))]
    if len(times):
        density = float(values[min(int(np.searchsorted(times, peak.time)), len(times) - 1)])
        text.append(words("chain.density", density=words.number(density, 1)))
    return Moment("squeeze", peak.time, peak.position, words("moment.squeeze"), text)


def _hostage(course: Course, words: Words, event: Event) -> list[str]:
    """By how many he was taken; how he came free, and after how long."""
    if event.kind == "hostage_taken":
        count = event.cause.split()[0] if event.cause else ""
        text = [words("chain.captors", count=count)] if count.isdigit() else []
        return text + _late(course, words, event.time) + _next_order(course, words, event.time)
    text = []
    key = f"freed.{event.cause}"
    if words.has(key):
        text.append(words("chain.how", cause=words(key)))
    taken = [told for told in course.events if told.kind == "hostage_taken" and told.time <= event.time]
    if taken:
        text.append(words("chain.held", seconds=_seconds(words, event, taken[-1])))
    return text


def _breach(course: Course, words: Words, event: Event) -> Moment:
    """A barrier gave way: its load, who leaned on it, who came through first, which order came late."""
    assert event.position is not None
    barrier = course.barrier(event.subject)
    chain = []
    if barrier is not None:
        chain += _load(course, words, barrier, event.time)
        chain += _leaning(course, words, course.map.gates[barrier], event.time)
        chain += _first_through(course, words, course.map.gates[barrier], event.time)
    chain += _late(course, words, event.time) + _next_order(course, words, event.time)
    name = words.pick(course.named(event.subject))
    return Moment("breach", event.time, event.position, words("moment.breach", barrier=name), chain, barrier)


def _load(course: Course, words: Words, barrier: int, time: float) -> list[str]:
    """How high the load on a barrier was, since when and how long it was more than it bears."""
    found = strain(course.times, course.load[:, barrier], course.capacity[:, barrier], time)
    if found is None:
        return []
    peak, capacity = (words.number(value / 1000.0, 2) for value in (found.peak, found.bears))
    text = [words("chain.load", peak=peak, time=clock(found.at), bears=capacity)]
    if found.since is not None:
        seconds = words.number(found.seconds)
        text.append(words("chain.above", time=clock(found.since), seconds=seconds, span=words.number(BEFORE)))
    return text


def _frame_before(course: Course, time: float) -> Frame:
    return course.recording.frame_at(max(0.0, time - 0.2))


def _leaning(course: Course, words: Words, gate: Gate, time: float) -> list[str]:
    """Who pushed near a barrier just before it gave way, and who stood behind it."""
    found = hands(_frame_before(course, time), gate)
    text = []
    if found.leaning:
        told = [f"{words.number(n)} {words(f'mind.{_MINDS[k]}').lower()}" for k, n in enumerate(found.minds) if n]
        count, reach = words.number(found.leaning), words.number(LEANING)
        text.append(words("chain.leaning", count=count, reach=reach, kinds=", ".join(told)))
    text.append(words("chain.bracing", count=words.number(found.bracing), reach=words.number(BRACING)))
    return text


def _first_through(course: Course, words: Words, gate: Gate, time: float) -> list[str]:
    """Who came through the opening first."""
    passage = Passage(_frame_before(course, time), gate)
    for frame in course.recording.frames(time, time + THROUGH):
        row = passage.first(frame.position)
        if row >= 0:
            who = words(f"role.{ROLE_NAMES[frame.role[row]]}").lower()
            mind = words(f"mind.{_MINDS[frame.mind[row]]}").lower() if frame.mind is not None else "–"
            after = words.number(max(0.0, frame.time - time), 1)
            return [words("chain.first", who=who, row=row, mind=mind, seconds=after)]
    return []


def _late(course: Course, words: Words, time: float) -> list[str]:
    """The phase that was due before a moment and was not, or late, declared."""
    for lag in course.lags():
        if lag.start <= time + _SOON and lag.end >= time - BEFORE and not lag.early:
            declared = next((s for s in course.declared if s.phase == lag.due and s.start >= lag.end - 0.5), None)
            due = words(f"phase.{lag.due}")
            if declared is None:
                return [words("chain.never", due=due, time=clock(lag.start))]
            seconds = declared.start - lag.start
            told = words("chain.late", due=due, time=clock(lag.start), seconds=words.number(seconds))
            return (
                [told + " " + words("chain.after", seconds=words.number(declared.start - time))]
                if (declared.start > time)
                else [told]
            )
    return []


def _next_order(course: Course, words: Words, time: float) -> list[str]:
    """How long after a moment a unit got its next order."""
    dt = float(course.recording.meta["dt"])
    for tick, _, command in course.recording.journal():
        if tick * dt > time and command["do"] in ("give_order", "give_manoeuvre"):
            who = words.pick(course.named(command["unit"])) if "unit" in command else command["manoeuvre"]
            return [words("chain.next", unit=who, seconds=words.number(tick * dt - time))]
    return [words("chain.none")]
