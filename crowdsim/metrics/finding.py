"""Finding: what a criterion found in a session, in both languages, and what several of them reckon with."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from crowdsim.metrics.session import Session

BandName = Literal["green", "amber", "red", "unknown"]
Text = dict[str, str]


@dataclass(frozen=True)
class Finding:
    """What a criterion found: a number, or why there is none; `worst` where a band overrules the limits."""

    value: float | None
    reason: Text
    worst: BandName | None = None  # no better than this, whatever the limits say
    grave: bool = False  # caps the whole score
    scale: float = 1.0  # by which the limits are multiplied


def both(indonesian: str, english: str) -> Text:
    """The same said in both languages."""
    return {"id": indonesian, "en": english}


def unknown(indonesian: str, english: str) -> Finding:
    """Nothing was found, and why."""
    return Finding(None, both(indonesian, english))


NO_READING = unknown("Rekaman tidak memuat pembacaannya", "The record does not hold the readings")
NONE_USED = unknown("Tidak ada yang digunakan", "None was used")


def num(number: float) -> str:
    """A number as a reason says it: whole, or with two digits."""
    return f"{number:.0f}" if abs(number) >= 10 or number == round(number) else f"{number:.2g}"


def until_closed(s: Session, start: float, names: tuple[str, ...], before: float = 0.0) -> Finding:
    """From a time until more lines stand than `before`; the time that passed when they never did."""
    if not s.has(*names):
        return NO_READING
    times = s.times(names[0])
    stands = (np.sum([s.values(name) for name in names], axis=0) > before) & (times > start - 1.0)
    if stands.any():
        took = max(0.0, float(times[stands][0]) - start)
        return Finding(took, both(f"Barisan tertutup setelah {num(took)} dtk", f"The line stood after {num(took)} s"))
    past = s.duration - start
    words = both(f"Belum tertutup dalam {num(past)} dtk", f"Not closed within {num(past)} s")
    return Finding(past, words, worst="red")


def longest_stretch(times: np.ndarray, holds: np.ndarray) -> float:
    """The longest stretch, s, over which something held at every reading."""
    longest, since = 0.0, None
    for time, held in zip(times.tolist(), holds.tolist(), strict=True):
        if held and since is None:
            since = time
        elif not held and since is not None:
            longest, since = max(longest, time - since), None
    return max(longest, times[-1] - since + 1.0) if since is not None else longest
