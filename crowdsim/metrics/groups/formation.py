"""Formation, K4-K9: lines that are relieved, stand closed and let nobody past."""

import math

import numpy as np

from crowdsim.behaviour.sop import PHASES
from crowdsim.metrics.finding import NO_READING, Finding, both, num, unknown, until_closed
from crowdsim.metrics.session import Session

_GAP = 0.55  # m, the width of shoulders


def line_relief(s: Session) -> Finding:
    """K4: from KUNING declared until a shield line stands closed, s."""
    declared = s.declared("kuning")
    if declared is None:
        return unknown("KUNING tidak dinyatakan", "KUNING was not declared")
    return until_closed(s, declared, ("closed_shields",))


def hand_over_to_riot(s: Session) -> Finding:
    """K5: from MERAH declared until a line of the riot unit stands closed, s."""
    declared = s.declared("merah")
    if declared is None:
        return unknown("MERAH tidak dinyatakan", "MERAH was not declared")
    return until_closed(s, declared, ("closed_riot",))


def gap_seconds(s: Session) -> Finding:
    """K6: seconds in which some line had a gap of more than 0.55 m clear width."""
    if not s.has("widest_gap", "lines"):
        return NO_READING
    if s.peak("lines") == 0.0:
        return unknown("Tidak ada barisan", "There was no line")
    seconds, widest = s.seconds("widest_gap", _GAP), s.peak("widest_gap")
    return Finding(seconds, both(f"Celah terlebar {widest:.1f} m", f"Widest gap {widest:.1f} m"))


def slot_error(s: Session) -> Finding:
    """K7: root mean square distance of officers from their slots, m, over the seconds in which lines stand."""
    if not s.has("slot_error", "lines"):
        return NO_READING
    error = s.values("slot_error")[s.values("lines") > 0.0]
    if not len(error):
        return unknown("Tidak ada barisan", "There was no line")
    rms = math.sqrt(float((error**2).mean()))
    return Finding(rms, both(f"Rata-rata {rms:.2f} m dari tempatnya", f"{rms:.2f} m from their slots"))


def open_during_exchange(s: Session) -> Finding:
    """K8: seconds without any closed line during exchanges, or in the minute after KUNING or MERAH without one."""
    if not s.has("closed_lines"):
        return NO_READING
    begun = [(e.time, e.subject) for e in s.of("manoeuvre") if not e.cause]
    spans = []
    for start, name in begun:
        ends = [e.time for e in s.of("manoeuvre", name) if e.cause and e.time > start]
        spans.append((start, ends[0] if ends else min(s.duration, start + 300.0)))
    if not begun:
        spans = [(time, min(s.duration, time + 60.0)) for time, c in s.declarations if c.phase != PHASES[0]]
    if not spans:
        return unknown("Tidak ada pergantian barisan", "No line was exchanged")
    times, closed = s.times("closed_lines"), s.values("closed_lines")
    during = np.any([(times >= start) & (times <= end) for start, end in spans], axis=0)
    seconds = float((during & (closed == 0.0)).sum())
    return Finding(
        seconds, both(f"{num(seconds)} dtk tanpa barisan tertutup", f"{num(seconds)} s without a closed line")
    )


def came_past(s: Session) -> Finding:
    """K9: the most demonstrators who had come past a line at one time."""
    if not s.has("behind_line", "lines"):
        return NO_READING
    if s.peak("lines") == 0.0:
        return unknown("Tidak ada barisan", "There was no line")
    most = s.peak("behind_line")
    return Finding(most, both(f"Paling banyak {most:.0f} orang", f"{most:.0f} people at most"))
