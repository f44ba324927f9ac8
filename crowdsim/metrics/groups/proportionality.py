"""Proportionality, K16-K23: force against what the phase allows, warnings, dialogue, arrests."""

import numpy as np

from crowdsim.behaviour.sop import PHASES
from crowdsim.behaviour.voice import APART
from crowdsim.metrics.finding import NO_READING, NONE_USED, BandName, Finding, both, longest_stretch, num, unknown
from crowdsim.metrics.session import Session, marks_of

_TALKING = 5  # demonstrators who are talked to: a dialogue


def force_over_phase(s: Session) -> Finding:
    """K16: stages of force beyond the cap of the phase, summed over seconds; a blow nobody ordered is a second of
    stage five."""
    if not s.has("force_stage", "declared"):
        return NO_READING
    caps = np.array([s.profile.phase[phase].force_cap for phase in PHASES])  # type: ignore[index]
    declared = s.values("declared").astype(int)
    excess = np.maximum(0.0, s.values("force_stage") - caps[declared])
    total = float(excess.sum())
    for event in s.of("tool", "force"):
        total += max(0.0, 5.0 - caps[PHASES.index(s.phase_at(event.time)[0])])
    highest = s.peak("force_stage")
    return Finding(total, both(f"Tahap tertinggi {highest:.0f}", f"Highest stage {highest:.0f}"))


def warnings_before(s: Session) -> Finding:
    """K17: the fewest warnings that came before a step of dispersal."""
    steps = s.dispersal_steps
    if not steps:
        return NONE_USED
    apart = APART / s.spec.pace
    fewest = min(len(s.counted_warnings(step.time, apart)) for step in steps)
    return Finding(float(fewest), both(f"Paling sedikit {fewest} peringatan", f"{fewest} warnings at least"))


def on_offenders(s: Session) -> Finding:
    """K18: force on people who were violent within the last minute, % : blows, and what the water reached."""
    shares = [0.0 if "R9" in event.cause else 1.0 for event in s.of("tool", "force")]
    shares += [1.0 - event.value for event in s.of("tool", "water_off")]
    if not shares:
        return unknown("Tidak ada kekuatan terhadap orang", "No force on anybody")
    share = 100.0 * float(np.mean(shares))
    return Finding(share, both(f"{len(shares)} tindakan", f"{len(shares)} uses of force"))


def step_down(s: Session) -> Finding:
    """K19: the longest time a lower phase was due than the one declared, after it had been due, s."""
    if not s.has("due", "declared"):
        return NO_READING
    times, due, declared = s.times("due"), s.values("due"), s.values("declared")
    if not (declared > 0).any():
        return unknown("Tidak ada fase yang perlu diturunkan", "There was no phase to step down from")
    reached = np.zeros(len(times), bool)
    level = -1.0
    for k, (now, called) in enumerate(zip(declared.tolist(), due.tolist(), strict=True)):
        if now != level:
            level, was = now, False
        was = was or called >= level
        reached[k] = was
    calm = longest_stretch(times, (due < declared) & reached)
    scale = 1.0 / s.spec.pace
    return Finding(calm, both(f"{num(calm)} dtk tenang sebelum turun", f"{num(calm)} s of calm first"), scale=scale)


def dialogue(s: Session) -> Finding:
    """K20: minutes of dialogue before the first force, and whether delegates were received."""
    if not s.has("listeners"):
        return NO_READING
    force = [step.time for step in s.dispersal_steps] + [e.time for e in s.of("tool", "force")]
    force += [e.time for e in s.of("arrest")]
    before = min(force, default=s.duration)
    minutes = s.seconds("listeners", _TALKING - 1, 0.0, before) / 60.0
    if not force and not minutes:
        return unknown("Tanpa kekuatan dan tanpa dialog", "No force and no dialogue")
    met = any(e.time <= before for e in s.of("arrival", "delegasi"))
    words = both(
        f"{minutes:.1f} menit; utusan {'diterima' if met else 'tidak diterima'}",
        f"{minutes:.1f} minutes; delegates {'received' if met else 'not received'}",
    )
    worst: BandName | None = "red" if minutes == 0.0 else None if met else "amber"
    return Finding(minutes, words, worst=worst, scale=1.0 / s.spec.pace)


def water_and_gas(s: Session) -> Finding:
    """K21: uses of water and gas that broke none of R4, R5, R7, %."""
    uses = [e for e in s.of("tool") if e.subject in ("water", "gas")]
    if not uses:
        return NONE_USED
    bad = [e for e in uses if {"R4", "R5", "R7"} & set(marks_of(e))]
    water = s.values("water")
    litres = float(water[0] - water[-1]) if len(water) else 0.0
    canisters = sum(e.subject == "gas" for e in uses)
    words = both(f"{litres:.0f} liter, {canisters} tabung", f"{litres:.0f} litres, {canisters} canisters")
    return Finding(100.0 * (len(uses) - len(bad)) / len(uses), words)


def lawful_arrests(s: Session) -> Finding:
    """K22: arrests of people with evidence against them, % of all."""
    arrests = s.of("arrest")
    if not arrests:
        return unknown("Tidak ada penangkapan", "Nobody was arrested")
    good = len(s.of("arrest", cause="offender"))
    words = both(f"{good} dari {len(arrests)} pelaku", f"{good} of {len(arrests)} offenders")
    return Finding(100.0 * good / len(arrests), words)


def time_to_holding(s: Session) -> Finding:
    """K23: the longest time from an arrest to the holding point, s; what is under way at the end counts so far."""
    arrests = s.of("arrest")
    if not arrests:
        return unknown("Tidak ada penangkapan", "Nobody was arrested")
    waits = [
        min((e.time for e in s.of("hand_over") if e.rows == arrest.rows and e.time >= arrest.time), default=s.duration)
        - arrest.time
        for arrest in arrests
    ]
    middle = float(np.median(waits))
    return Finding(max(waits), both(f"Median {middle:.0f} dtk", f"Median {middle:.0f} s"))
