"""Command and procedure, K10-K15: phases, who may order what, officers who keep to it."""

from itertools import pairwise

from crowdsim.behaviour.sop import PHASES
from crowdsim.frame import unheard
from crowdsim.metrics.finding import NO_READING, Finding, both, longest_stretch, num, unknown
from crowdsim.metrics.session import Session

_EARLY = 60.0  # s, over the pace, by which a phase may be declared before it is called for
_HEARD = 4.0  # s within which an order is heard: relay and reaction
_SHOWN = 3  # mistakes that are told one by one


def phase_delay(s: Session) -> Finding:
    """K10: the longest time a higher phase was due than the one declared, s; more than a minute early is red too."""
    if not s.has("due", "declared"):
        return NO_READING
    times, due, declared = s.times("due"), s.values("due"), s.values("declared")
    if not (due > 0).any() and not (declared > 0).any():
        return unknown("Tidak ada fase lain yang semestinya", "No other phase was due")
    late = longest_stretch(times, due > declared)
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
    words = both(
        f"Terlambat {num(late)} dtk, terlalu dini {num(early)} dtk", f"{num(late)} s late, {num(early)} s too early"
    )
    return Finding(late, words, worst="red" if early > _EARLY * scale else None, scale=scale)


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
        return unknown("Tidak ada pernyataan atau penggunaan sarana", "Nothing was declared or used")
    share = 100.0 * proper / (proper + len(wrong))
    more = ", …" if len(wrong) > _SHOWN else ""
    words = both(
        ", ".join(f"{what} ({time:.0f} dtk)" for time, what, _ in wrong[:_SHOWN]) + more or "Semua sesuai",
        ", ".join(f"{what} ({time:.0f} s)" for time, _, what in wrong[:_SHOWN]) + more or "All by the book",
    )
    return Finding(share, words)


def out_of_formation(s: Session) -> Finding:
    """K12: officer seconds more than 4 m from the slot without a task."""
    if not s.has("out_of_slot"):
        return NO_READING
    sum_, most = float(s.values("out_of_slot").sum()), s.peak("out_of_slot")
    return Finding(sum_, both(f"Paling banyak {most:.0f} petugas", f"{most:.0f} officers at most"))


def pursuits(s: Session) -> Finding:
    """K13: officers who ran after somebody alone."""
    if not s.has("pursuits"):
        return NO_READING
    count = s.peak("pursuits")
    return Finding(count, both(f"{count:.0f} pengejaran", f"{count:.0f} pursuits"))


def backs_turned(s: Session) -> Finding:
    """K14: seconds in which a unit of the line walked away from people near it with its backs to them."""
    if not s.has("backs_turned"):
        return NO_READING
    seconds = s.seconds("backs_turned", 0.0)
    return Finding(seconds, both(f"{num(seconds)} dtk membelakangi massa", f"{num(seconds)} s with backs turned"))


def orders_heard(s: Session) -> Finding:
    """K15: orders that were heard, and not overtaken before there was time for it, % of all."""
    given: dict[str, list[float]] = {}
    for time, command in s.orders:
        given.setdefault(command.unit, []).append(time)
    count = sum(len(times) for times in given.values())
    if not count:
        return unknown("Tidak ada perintah", "No order was given")
    missed = unheard(s.events)
    overtaken = sum(
        time - before < _HEARD and (before, unit) not in missed
        for unit, times in given.items()
        for before, time in pairwise(times)
    )
    share = 100.0 * (count - overtaken - len(missed)) / count
    words = both(
        f"Dari {count} perintah, {len(missed)} tidak terdengar, {overtaken} tersusul sebelum terdengar",
        f"Of {count} orders, {len(missed)} not heard, {overtaken} overtaken before they could be",
    )
    return Finding(share, words)
