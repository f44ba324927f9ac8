"""Criteria K1-K32: each a pure function of a session to one number, with limits from the doctrine profile."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from crowdsim.behaviour.sop import PHASES, Band, load_profile, profile_path
from crowdsim.behaviour.unit import FormUp
from crowdsim.frame import unheard
from crowdsim.metrics.session import Session, marks_of
from crowdsim.population.roles import Injury

BandName = Literal["green", "amber", "red", "unknown"]
Text = dict[str, str]

GROUPS = ("readiness", "formation", "command", "proportionality", "safety")

APART = 30.0
"""s between two warnings that count, over the pace [P]."""

CRUSH, CRUSH_HELD = 7.0, 5.0  # 1/m2, s: beyond this a crowd moves like a fluid [R]
_GAP = 0.55  # m, the width of shoulders
_TALKING = 5  # demonstrators who are talked to: a dialogue
_EARLY = 60.0  # s, over the pace, by which a phase may be declared before it is called for
_SHORT = 60.0  # s a single breach may last and still be called short
_HEARD = 4.0  # s within which an order is heard: relay and reaction
_NARROW, _PER_WIDTH, _EXITS = 6.0, 60.0, 2  # m, people for a metre, ways out: rule R1
_SHOWN = 3  # mistakes that are told one by one
_CAUSES = {"crush": "himpitan", "fall": "jatuh", "object": "lemparan", "force": "kekerasan", "water": "air"}
_DAMAGE = {"light": 1.0, "moderate": 2.0, "heavy": 4.0, "fire": 1.0}  # points [P]


@dataclass(frozen=True)
class Finding:
    """What a criterion found: a number, or why there is none; `worst` where a band overrules the limits."""

    value: float | None
    reason: Text
    worst: BandName | None = None  # no better than this, whatever the limits say
    grave: bool = False  # caps the whole score
    scale: float = 1.0  # by which the limits are multiplied


@dataclass(frozen=True)
class Result:
    """A criterion judged. Limits are those that applied, scaled by the pace where they are times of waiting."""

    value: float | None
    unit: str
    band: BandName
    reason: Text
    green: float | None = None
    amber: float | None = None
    weight: float = 1.0
    grave: bool = False


@dataclass(frozen=True)
class Criterion:
    """One criterion: its group, what it is called, and the function that measures it."""

    id: str
    group: str  # one of GROUPS
    name: Text
    unit: str
    fn: Callable[[Session], Finding]
    high: bool = False  # more is better

    @property
    def _default(self) -> Band | None:
        return load_profile(profile_path("model2025")).criterion.get(self.id)

    @property
    def green(self) -> float | None:
        """The limit of the default profile up to which it is good."""
        return self._default.green if self._default else None

    @property
    def amber(self) -> float | None:
        """The limit of the default profile up to which it will do; None = what is not good is bad."""
        return self._default.amber if self._default else None

    @property
    def mark(self) -> str:
        """How sure the limits are: P, R or D."""
        return self._default.mark if self._default else ""


def evaluate(session: Session) -> dict[str, Result]:
    """Every criterion on one session, by its id."""
    return {criterion.id: judge(criterion, session) for criterion in CRITERIA}


def judge(criterion: Criterion, session: Session) -> Result:
    """One criterion on one session: green, amber, red, or unknown with the reason."""
    limits = session.profile.criterion.get(criterion.id)
    if limits is None:
        return Result(
            None, criterion.unit, "unknown", _both("Profil tidak memuat batasnya", "The profile has no limits")
        )
    found = criterion.fn(session)
    green = limits.green * found.scale
    amber = None if limits.amber is None else limits.amber * found.scale
    band: BandName = "unknown"
    if found.value is not None:
        band = _band(found.value, green, amber, criterion.high)
        if found.worst and _ORDER.index(found.worst) > _ORDER.index(band):
            band = found.worst
    value = None if found.value is None else round(found.value, 3)
    return Result(value, criterion.unit, band, found.reason, green, amber, limits.weight, found.grave)


_ORDER: tuple[BandName, ...] = ("green", "amber", "red")


def _band(value: float, green: float, amber: float | None, high: bool) -> BandName:
    def within(limit: float) -> bool:
        return value >= limit - 1e-9 if high else value <= limit + 1e-9

    if within(green):
        return "green"
    return "amber" if amber is not None and within(amber) else "red"


def _both(indonesian: str, english: str) -> Text:
    return {"id": indonesian, "en": english}


def _unknown(indonesian: str, english: str) -> Finding:
    return Finding(None, _both(indonesian, english))


_NO_READING = _unknown("Rekaman tidak memuat pembacaannya", "The record does not hold the readings")
_NONE_USED = _unknown("Tidak ada yang digunakan", "None was used")


def _n(number: float) -> str:
    return f"{number:.0f}" if abs(number) >= 10 or number == round(number) else f"{number:.2g}"


# --- readiness --------------------------------------------------------------------------------------------------------


def in_post(s: Session) -> Finding:
    """K1: share of officers within 1 m of their place when the crowd begins to march, %."""
    march = s.first("march")
    if march is None:
        return _unknown("Massa tidak bergerak: gelar pasukan tidak berakhir", "No crowd marched: the muster has no end")
    if not s.has("in_post"):
        return _NO_READING
    share = 100.0 * s.at("in_post", march - 1.0)
    return Finding(
        share, _both(f"{share:.0f} % di pos saat massa bergerak", f"{share:.0f} % in post as the crowd set out")
    )


def kit(s: Session) -> Finding:
    """K2: items of the kit lists that are there and in date, % of those required."""
    required, there, lacks = 0, 0, []
    for unit in s.spec.unit:
        for item, number in s.profile.kit.get(unit.kind, {}).items():
            has = min(number, unit.kit.get(item, number))
            required, there = required + number, there + has
            if has < number:
                lacks.append(f"{unit.label} {item} {has}/{number}")
    if not required:
        return _unknown(
            "Profil tidak memuat daftar kelengkapan satuan ini", "The profile has no kit list for these units"
        )
    return Finding(
        100.0 * there / required,
        _both("; ".join(lacks) or "Kelengkapan utuh", "; ".join(lacks) or "Everything is there"),
    )


def time_to_line(s: Session) -> Finding:
    """K3: from the first order to a shielded unit to form up until a shield line stands closed, s."""
    shields = {unit.id for unit in s.spec.unit if unit.role == "shield"}
    called = next((t for t, c in s.orders if c.unit in shields and isinstance(c.order, FormUp)), None)
    if called is None:
        return _unknown("Barisan tameng tidak dipanggil", "No shield line was called")
    before = sum(s.at(name, called) for name in ("closed_shields", "closed_riot"))
    return _until(s, called, ("closed_shields", "closed_riot"), before)


def _until(s: Session, start: float, names: tuple[str, ...], before: float = 0.0) -> Finding:
    """From a time until more lines stand than `before`; the time that passed when they never did."""
    if not s.has(*names):
        return _NO_READING
    times = s.times(names[0])
    stands = (np.sum([s.values(name) for name in names], axis=0) > before) & (times > start - 1.0)
    if stands.any():
        took = max(0.0, float(times[stands][0]) - start)
        return Finding(took, _both(f"Barisan tertutup setelah {_n(took)} dtk", f"The line stood after {_n(took)} s"))
    past = s.duration - start
    words = _both(f"Belum tertutup dalam {_n(past)} dtk", f"Not closed within {_n(past)} s")
    return Finding(past, words, worst="red")


# --- formation --------------------------------------------------------------------------------------------------------


def line_relief(s: Session) -> Finding:
    """K4: from KUNING declared until a shield line stands closed, s."""
    declared = s.declared("kuning")
    if declared is None:
        return _unknown("KUNING tidak dinyatakan", "KUNING was not declared")
    return _until(s, declared, ("closed_shields",))


def hand_over_to_riot(s: Session) -> Finding:
    """K5: from MERAH declared until a line of the riot unit stands closed, s."""
    declared = s.declared("merah")
    if declared is None:
        return _unknown("MERAH tidak dinyatakan", "MERAH was not declared")
    return _until(s, declared, ("closed_riot",))


def gap_seconds(s: Session) -> Finding:
    """K6: seconds in which some line had a gap of more than 0.55 m clear width."""
    if not s.has("widest_gap", "lines"):
        return _NO_READING
    if s.peak("lines") == 0.0:
        return _unknown("Tidak ada barisan", "There was no line")
    seconds, widest = s.seconds("widest_gap", _GAP), s.peak("widest_gap")
    return Finding(seconds, _both(f"Celah terlebar {widest:.1f} m", f"Widest gap {widest:.1f} m"))


def slot_error(s: Session) -> Finding:
    """K7: root mean square distance of officers from their slots, m, over the seconds in which lines stand."""
    if not s.has("slot_error", "lines"):
        return _NO_READING
    error = s.values("slot_error")[s.values("lines") > 0.0]
    if not len(error):
        return _unknown("Tidak ada barisan", "There was no line")
    rms = math.sqrt(float((error**2).mean()))
    return Finding(rms, _both(f"Rata-rata {rms:.2f} m dari tempatnya", f"{rms:.2f} m from their slots"))


def open_during_exchange(s: Session) -> Finding:
    """K8: seconds without any closed line during exchanges, or in the minute after KUNING or MERAH without one."""
    if not s.has("closed_lines"):
        return _NO_READING
    begun = [(e.time, e.subject) for e in s.of("manoeuvre") if not e.cause]
    spans = []
    for start, name in begun:
        ends = [e.time for e in s.of("manoeuvre", name) if e.cause and e.time > start]
        spans.append((start, ends[0] if ends else min(s.duration, start + 300.0)))
    if not begun:
        spans = [(time, min(s.duration, time + 60.0)) for time, c in s.declarations if c.phase != PHASES[0]]
    if not spans:
        return _unknown("Tidak ada pergantian barisan", "No line was exchanged")
    times, closed = s.times("closed_lines"), s.values("closed_lines")
    during = np.any([(times >= start) & (times <= end) for start, end in spans], axis=0)
    seconds = float((during & (closed == 0.0)).sum())
    return Finding(
        seconds, _both(f"{_n(seconds)} dtk tanpa barisan tertutup", f"{_n(seconds)} s without a closed line")
    )


def came_past(s: Session) -> Finding:
    """K9: the most demonstrators who had come past a line at one time."""
    if not s.has("behind_line", "lines"):
        return _NO_READING
    if s.peak("lines") == 0.0:
        return _unknown("Tidak ada barisan", "There was no line")
    most = s.peak("behind_line")
    return Finding(most, _both(f"Paling banyak {most:.0f} orang", f"{most:.0f} people at most"))


# --- command and procedure --------------------------------------------------------------------------------------------


def phase_delay(s: Session) -> Finding:
    """K10: the longest time a higher phase was due than the one declared, s; more than a minute early is red too."""
    if not s.has("due", "declared"):
        return _NO_READING
    times, due, declared = s.times("due"), s.values("due"), s.values("declared")
    if not (due > 0).any() and not (declared > 0).any():
        return _unknown("Tidak ada fase lain yang semestinya", "No other phase was due")
    late = _longest(times, due > declared)
    early = 0.0
    for when, command in s.declarations:
        level = PHASES.index(command.phase)
        after = times >= when - 1e-6
        if level == 0 or s.at("due", when) >= level:
            continue
        called = times[after & (due >= level)]
        ended = times[after & (declared < level) & (times > when + 1.0)]
        until = min([*called[:1].tolist(), *ended[:1].tolist(), s.duration])
        early = max(early, until - when)
    scale = 1.0 / s.spec.pace
    words = _both(
        f"Terlambat {_n(late)} dtk, terlalu dini {_n(early)} dtk", f"{_n(late)} s late, {_n(early)} s too early"
    )
    return Finding(late, words, worst="red" if early > _EARLY * scale else None, scale=scale)


def _longest(times: np.ndarray, holds: np.ndarray) -> float:
    """The longest stretch, s, over which something held at every reading."""
    longest, since = 0.0, None
    for time, held in zip(times.tolist(), holds.tolist(), strict=True):
        if held and since is None:
            since = time
        elif not held and since is not None:
            longest, since = max(longest, time - since), None
    return max(longest, times[-1] - since + 1.0) if since is not None else longest


def control(s: Session) -> Finding:
    """K11: declarations and means in the phase and by the commander the profile names, % of all; blows nobody
    ordered count against it."""
    proper = 0
    wrong: list[tuple[float, str, str]] = []  # s, and what was wrong in both languages
    for time, command in s.declarations:
        by = s.profile.phase[command.phase].declared_by  # type: ignore[index]
        if command.by in ("", by):  # the trainee who declares it is the commander
            proper += 1
        else:
            wrong.append((time, f"{command.phase} oleh {command.by}", f"{command.phase} by {command.by}"))
    for time, use in s.tools:
        phase, since = s.phase_at(time)
        if s.profile.phase[phase].permits(use.tool, time - since):  # type: ignore[index]
            proper += 1
        else:
            wrong.append((time, f"{use.tool} saat {phase}", f"{use.tool} in {phase}"))
    wrong += [(e.time, "pukulan tanpa perintah", "blow nobody ordered") for e in s.of("tool", "force")]
    if not proper and not wrong:
        return _unknown("Tidak ada pernyataan atau penggunaan sarana", "Nothing was declared or used")
    share = 100.0 * proper / (proper + len(wrong))
    more = ", …" if len(wrong) > _SHOWN else ""
    words = _both(
        ", ".join(f"{what} ({time:.0f} dtk)" for time, what, _ in wrong[:_SHOWN]) + more or "Semua sesuai",
        ", ".join(f"{what} ({time:.0f} s)" for time, _, what in wrong[:_SHOWN]) + more or "All by the book",
    )
    return Finding(share, words)


def out_of_formation(s: Session) -> Finding:
    """K12: officer seconds more than 4 m from the slot without a task."""
    if not s.has("out_of_slot"):
        return _NO_READING
    sum_, most = float(s.values("out_of_slot").sum()), s.peak("out_of_slot")
    return Finding(sum_, _both(f"Paling banyak {most:.0f} petugas", f"{most:.0f} officers at most"))


def pursuits(s: Session) -> Finding:
    """K13: officers who ran after somebody alone."""
    if not s.has("pursuits"):
        return _NO_READING
    count = s.peak("pursuits")
    return Finding(count, _both(f"{count:.0f} pengejaran", f"{count:.0f} pursuits"))


def backs_turned(s: Session) -> Finding:
    """K14: seconds in which a unit of the line walked away from people near it with its backs to them."""
    if not s.has("backs_turned"):
        return _NO_READING
    seconds = s.seconds("backs_turned", 0.0)
    return Finding(seconds, _both(f"{_n(seconds)} dtk membelakangi massa", f"{_n(seconds)} s with backs turned"))


def orders_heard(s: Session) -> Finding:
    """K15: orders that were heard, and not overtaken before there was time for it, % of all."""
    given: dict[str, list[float]] = {}
    for time, command in s.orders:
        given.setdefault(command.unit, []).append(time)
    count = sum(len(times) for times in given.values())
    if not count:
        return _unknown("Tidak ada perintah", "No order was given")
    missed = unheard(s.events)
    overtaken = sum(
        time - before < _HEARD and (before, unit) not in missed
        for unit, times in given.items()
        for before, time in pairwise(times)
    )
    share = 100.0 * (count - overtaken - len(missed)) / count
    words = _both(
        f"Dari {count} perintah, {len(missed)} tidak terdengar, {overtaken} tersusul sebelum terdengar",
        f"Of {count} orders, {len(missed)} not heard, {overtaken} overtaken before they could be",
    )
    return Finding(share, words)


# --- proportionality --------------------------------------------------------------------------------------------------


def force_over_phase(s: Session) -> Finding:
    """K16: stages of force beyond the cap of the phase, summed over seconds; a blow nobody ordered is a second of
    stage five."""
    if not s.has("force_stage", "declared"):
        return _NO_READING
    caps = np.array([s.profile.phase[phase].force_cap for phase in PHASES])  # type: ignore[index]
    declared = s.values("declared").astype(int)
    excess = np.maximum(0.0, s.values("force_stage") - caps[declared])
    total = float(excess.sum())
    for event in s.of("tool", "force"):
        total += max(0.0, 5.0 - caps[PHASES.index(s.phase_at(event.time)[0])])
    highest = s.peak("force_stage")
    return Finding(total, _both(f"Tahap tertinggi {highest:.0f}", f"Highest stage {highest:.0f}"))


def warnings_before(s: Session) -> Finding:
    """K17: the fewest warnings that came before a step of dispersal."""
    steps = s.dispersal_steps
    if not steps:
        return _NONE_USED
    apart = APART / s.spec.pace
    fewest = min(len(s.counted_warnings(step.time, apart)) for step in steps)
    return Finding(float(fewest), _both(f"Paling sedikit {fewest} peringatan", f"{fewest} warnings at least"))


def on_offenders(s: Session) -> Finding:
    """K18: force on people who were violent within the last minute, % : blows, and what the water reached."""
    shares = [0.0 if "R9" in event.cause else 1.0 for event in s.of("tool", "force")]
    shares += [1.0 - event.value for event in s.of("tool", "water_off")]
    if not shares:
        return _unknown("Tidak ada kekuatan terhadap orang", "No force on anybody")
    share = 100.0 * float(np.mean(shares))
    return Finding(share, _both(f"{len(shares)} tindakan", f"{len(shares)} uses of force"))


def step_down(s: Session) -> Finding:
    """K19: the longest time a lower phase was due than the one declared, after it had been due, s."""
    if not s.has("due", "declared"):
        return _NO_READING
    times, due, declared = s.times("due"), s.values("due"), s.values("declared")
    if not (declared > 0).any():
        return _unknown("Tidak ada fase yang perlu diturunkan", "There was no phase to step down from")
    reached = np.zeros(len(times), bool)
    level = -1.0
    for k, (now, called) in enumerate(zip(declared.tolist(), due.tolist(), strict=True)):
        if now != level:
            level, was = now, False
        was = was or called >= level
        reached[k] = was
    calm = _longest(times, (due < declared) & reached)
    scale = 1.0 / s.spec.pace
    return Finding(calm, _both(f"{_n(calm)} dtk tenang sebelum turun", f"{_n(calm)} s of calm first"), scale=scale)


def dialogue(s: Session) -> Finding:
    """K20: minutes of dialogue before the first force, and whether delegates were received."""
    if not s.has("listeners"):
        return _NO_READING
    force = [step.time for step in s.dispersal_steps] + [e.time for e in s.of("tool", "force")]
    force += [e.time for e in s.of("arrest")]
    before = min(force, default=s.duration)
    minutes = s.seconds("listeners", _TALKING - 1, 0.0, before) / 60.0
    if not force and not minutes:
        return _unknown("Tanpa kekuatan dan tanpa dialog", "No force and no dialogue")
    met = any(e.time <= before for e in s.of("arrival", "delegasi"))
    words = _both(
        f"{minutes:.1f} menit; utusan {'diterima' if met else 'tidak diterima'}",
        f"{minutes:.1f} minutes; delegates {'received' if met else 'not received'}",
    )
    worst: BandName | None = "red" if minutes == 0.0 else None if met else "amber"
    return Finding(minutes, words, worst=worst, scale=1.0 / s.spec.pace)


def water_and_gas(s: Session) -> Finding:
    """K21: uses of water and gas that broke none of R4, R5, R7, %."""
    uses = [e for e in s.of("tool") if e.subject in ("water", "gas")]
    if not uses:
        return _NONE_USED
    bad = [e for e in uses if {"R4", "R5", "R7"} & set(marks_of(e))]
    water = s.values("water")
    litres = float(water[0] - water[-1]) if len(water) else 0.0
    canisters = sum(e.subject == "gas" for e in uses)
    words = _both(f"{litres:.0f} liter, {canisters} tabung", f"{litres:.0f} litres, {canisters} canisters")
    return Finding(100.0 * (len(uses) - len(bad)) / len(uses), words)


def lawful_arrests(s: Session) -> Finding:
    """K22: arrests of people with evidence against them, % of all."""
    arrests = s.of("arrest")
    if not arrests:
        return _unknown("Tidak ada penangkapan", "Nobody was arrested")
    good = len(s.of("arrest", cause="offender"))
    words = _both(f"{good} dari {len(arrests)} pelaku", f"{good} of {len(arrests)} offenders")
    return Finding(100.0 * good / len(arrests), words)


def time_to_holding(s: Session) -> Finding:
    """K23: the longest time from an arrest to the holding point, s; what is under way at the end counts so far."""
    arrests = s.of("arrest")
    if not arrests:
        return _unknown("Tidak ada penangkapan", "Nobody was arrested")
    waits = [
        min((e.time for e in s.of("hand_over") if e.rows == arrest.rows and e.time >= arrest.time), default=s.duration)
        - arrest.time
        for arrest in arrests
    ]
    middle = float(np.median(waits))
    return Finding(max(waits), _both(f"Median {middle:.0f} dtk", f"Median {middle:.0f} s"))


# --- safety -----------------------------------------------------------------------------------------------------------


def needed_width(people: float) -> float:
    """Metres of way out for so many people: what lets them go in about a minute [P]."""
    return max(_NARROW, people / _PER_WIDTH)


def ways_are_open(s: Session, time: float) -> bool:
    """Whether there are two ways out, and wide enough, at a time, s."""
    wide = s.at("exit_width", time) >= needed_width(s.at("crowd", time)) - 1e-6
    return s.at("open_exits", time) >= _EXITS and wide


def ways_out(s: Session) -> Finding:
    """K24: seconds of the dispersal with fewer or narrower ways out than R1 asks for; none at all is red."""
    if not s.has("open_exits", "exit_width", "crowd"):
        return _NO_READING
    span = s.dispersing
    if span is None:
        return _unknown("Tidak ada pembubaran", "Nobody was dispersed")
    times = s.times("open_exits")
    during = times[(times >= span[0]) & (times <= span[1])]
    seconds = float(sum(not ways_are_open(s, time) for time in during.tolist()))
    fewest = min((s.at("open_exits", time) for time in during.tolist()), default=0.0)
    narrow = min((s.at("exit_width", time) for time in during.tolist()), default=0.0)
    words = _both(f"Paling sedikit {fewest:.0f} jalan, {narrow:.0f} m", f"{fewest:.0f} ways, {narrow:.0f} m at least")
    return Finding(seconds, words, worst="red" if fewest == 0.0 else None)


def density(s: Session) -> Finding:
    """K25: the greatest 99th percentile of the people within 1 m, 1/m2; more than 7 for more than 5 s is a crush."""
    if not s.has("peak_density"):
        return _NO_READING
    over = _longest(s.times("peak_density"), s.values("peak_density") > CRUSH)
    words = _both(f"Di atas 7/m2 selama {_n(over)} dtk", f"Above 7/m2 for {_n(over)} s")
    return Finding(s.peak("peak_density"), words, grave=over > CRUSH_HELD)


def crowd_pressure(s: Session) -> Finding:
    """K26: person seconds at more than twenty times the crowd pressure of the calm march of the same run, or squeezed
    more than anybody bears for long."""
    if not s.has("pressure_over"):
        return _unknown("Tidak ada pergerakan tenang sebagai pembanding", "There was no calm march to compare with")
    sum_, squeeze = float(s.values("pressure_over").sum()), s.peak("squeeze_p95")
    words = _both(f"Himpitan p95 tertinggi {squeeze:.0f} N", f"Highest p95 squeeze {squeeze:.0f} N")
    return Finding(sum_, words)


def injuries(s: Session) -> Finding:
    """K27: injured of a hundred in the group that suffered most."""
    if not s.has("crowd", "officers"):
        return _NO_READING
    sizes = {"demonstrator": s.peak("crowd"), "officer": s.peak("officers")}
    hurt: dict[str, set[tuple[int, ...]]] = {group: set() for group in sizes}
    causes: dict[str, int] = {}
    for event in s.of("injury"):
        group = "officer" if event.subject == "officer" else "demonstrator"
        if event.rows not in hurt[group]:
            causes[event.cause] = causes.get(event.cause, 0) + 1
        hurt[group].add(event.rows)
    rates = {group: 100.0 * len(hurt[group]) / max(1.0, size) for group, size in sizes.items()}
    by = "".join(f", {cause} {count}" for cause, count in sorted(causes.items()))
    oleh = "".join(f", {_CAUSES.get(cause, cause)} {count}" for cause, count in sorted(causes.items()))
    a, b = len(hurt["demonstrator"]), len(hurt["officer"])
    return Finding(max(rates.values()), _both(f"Massa {a}, petugas {b}{oleh}", f"Crowd {a}, officers {b}{by}"))


def time_to_medic(s: Session) -> Finding:
    """K28: the longest time from a serious injury to a medic, s; who waits at the end counts so far. A critical one
    who waited four minutes caps the score."""
    waits = waiting_for_medics(s)
    if not waits:
        return _unknown("Tidak ada luka berat", "Nobody was seriously hurt")
    longest = max(wait for wait, _, _ in waits)
    unmet = sum(not met for _, met, _ in waits)
    grave = any(critical and wait > 240.0 for wait, _, critical in waits)
    words = _both(f"{len(waits)} luka berat, {unmet} belum ditolong", f"{len(waits)} serious, {unmet} not reached")
    return Finding(longest, words, grave=grave)


def waiting_for_medics(s: Session) -> list[tuple[float, bool, bool]]:
    """For everybody seriously hurt: how long he waited, s, whether a medic came, whether his injury was critical."""
    found = []
    for row, (hurt, critical) in serious(s).items():
        met = [e.time for e in s.of("aid") if e.rows == row and e.cause != "post" and e.time >= hurt]
        found.append(((met[0] if met else s.duration) - hurt, bool(met), critical))
    return found


def serious(s: Session) -> dict[tuple[int, ...], tuple[float, bool]]:
    """Everybody who was seriously hurt: since when, s, and whether it became critical."""
    found: dict[tuple[int, ...], tuple[float, bool]] = {}
    for event in s.of("injury"):
        if event.value >= Injury.SERIOUS:
            since, critical = found.get(event.rows, (event.time, False))
            found[event.rows] = (since, critical or event.value >= Injury.CRITICAL)
    return found


def lain(s: Session) -> Finding:
    """K29: people who lay for ten seconds without getting up or being carried."""
    if not s.has("lain"):
        return _NO_READING
    count = s.peak("lain")
    return Finding(count, _both(f"{count:.0f} orang", f"{count:.0f} people"))


def breaches(s: Session) -> Finding:
    """K30: barriers that gave way and lines that broke; a long one, or people in the building, is red."""
    count = len(s.of("breach")) + len(s.of("line_breach"))
    lasted = s.seconds("open_breaches", 0.0)
    inside = s.peak("in_building")
    words = _both(
        f"Terbuka {_n(lasted)} dtk; di dalam gedung {inside:.0f} orang",
        f"Open for {_n(lasted)} s; {inside:.0f} people in the building",
    )
    return Finding(float(count), words, worst="red" if inside > 0.0 or (count and lasted > _SHORT) else None)


def chair(s: Session) -> Finding:
    """K31: seconds in which the chair was held, or could be taken: people near and not two officers with him."""
    if not s.has("chair_exposed"):
        return _unknown("Tidak ada ketua dalam skenario ini", "This scenario has no chair")
    seconds, held = s.seconds("chair_exposed", 0.0), s.seconds("hostage", 0.0)
    return Finding(seconds, _both(f"{_n(held)} dtk disandera", f"{_n(held)} s held"))


def damage(s: Session) -> Finding:
    """K32: points for damage to the building and for fires; the ballot store lost is red."""
    events = s.of("damage")
    store = [e for e in events if s.spec.store and e.subject == s.spec.store]
    points = sum(_DAMAGE.get(e.cause, 0.0) for e in events)
    words = (
        _both("Gudang logistik tertembus", "The ballot store was lost")
        if store
        else _both("Gudang logistik utuh", "The ballot store is intact")
    )
    return Finding(float(points), words, worst="red" if store else None)


CRITERIA: tuple[Criterion, ...] = tuple(
    Criterion(f"K{number}", group, {"id": indonesian, "en": english}, unit, fn, high)
    for number, (group, indonesian, english, unit, fn, high) in enumerate(
        (
            ("readiness", "Personel di pos", "Officers in post", "%", in_post, True),
            ("readiness", "Kelengkapan", "Kit", "%", kit, True),
            ("readiness", "Waktu kesiapan", "Time to a line", "s", time_to_line, False),
            ("formation", "Waktu lapis ganti", "Time of the line relief", "s", line_relief, False),
            ("formation", "Waktu lintas ganti", "Time of the hand-over", "s", hand_over_to_riot, False),
            ("formation", "Celah barisan", "Gaps in the line", "s", gap_seconds, False),
            ("formation", "Kerapian", "Neatness", "m", slot_error, False),
            ("formation", "Terbuka saat ganti", "Open during an exchange", "s", open_during_exchange, False),
            ("formation", "Penyeberangan barisan", "Came past the line", "", came_past, False),
            ("command", "Keterlambatan fase", "Delay of the phase", "s", phase_delay, False),
            ("command", "Kendali", "Control", "%", control, True),
            ("command", "Keluar formasi", "Out of the formation", "s", out_of_formation, False),
            ("command", "Pengejaran perorangan", "Single pursuits", "", pursuits, False),
            ("command", "Mundur membelakangi", "Backs to the crowd", "s", backs_turned, False),
            ("command", "Komunikasi", "Communication", "%", orders_heard, True),
            ("proportionality", "Tingkat kekuatan", "Force over the phase", "s", force_over_phase, False),
            ("proportionality", "Peringatan", "Warnings", "", warnings_before, True),
            ("proportionality", "Sasaran", "Force on offenders", "%", on_offenders, True),
            ("proportionality", "Penurunan eskalasi", "Stepping down", "s", step_down, False),
            ("proportionality", "Dialog", "Dialogue", "min", dialogue, True),
            ("proportionality", "Pemakaian gas dan air", "Use of gas and water", "%", water_and_gas, True),
            ("proportionality", "Penangkapan tepat", "Lawful arrests", "%", lawful_arrests, True),
            ("proportionality", "Tahanan ke titik", "Time to the holding point", "s", time_to_holding, False),
            ("safety", "Jalur keluar", "Ways out", "s", ways_out, False),
            ("safety", "Kepadatan puncak", "Peak density", "1/m2", density, False),
            ("safety", "Tekanan massa", "Crowd pressure", "s", crowd_pressure, False),
            ("safety", "Luka massa dan petugas", "Injured", "%", injuries, False),
            ("safety", "Waktu pertolongan", "Time to a medic", "s", time_to_medic, False),
            ("safety", "Jatuh terinjak", "Left lying", "", lain, False),
            ("safety", "Penerobosan", "Breaches", "", breaches, False),
            ("safety", "Ketua KPU", "The chair unprotected", "s", chair, False),
            ("safety", "Kerusakan", "Damage", "", damage, False),
        ),
        start=1,
    )
)
"""All of them, in order."""
