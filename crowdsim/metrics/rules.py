"""Rules R1-R12: what must not happen, each a pure function of a session to the times it did."""

from collections.abc import Callable
from dataclasses import dataclass

from crowdsim.behaviour.sop import PHASES
from crowdsim.behaviour.voice import APART, ASKED, COMPLY
from crowdsim.metrics.groups.safety import serious, ways_are_open
from crowdsim.metrics.session import Session, Step, marks_of

_AT_ONCE = 10.0  # s: a step of dispersal repeated within this is the same one
_DENSE, _DENSE_HELD = 4.0, 2.0  # 1/m2 before a line that moves on, s
_REACHED, _AT_POST = 90.0, 240.0  # s after a serious injury
_HANDED_OVER = 300.0  # s after an arrest [P]
_HALVED, _GRACE = 120.0, 60.0  # s of half the violence, s more to step down [P]
_FEW_VIOLENT = 4.0  # people: fewer than this at their most is no violence that could halve [P]


@dataclass(frozen=True)
class Violation:
    """A rule broken: when, where, by whom or on whom, and why."""

    time: float  # s
    position: tuple[float, float] | None  # m
    subject: str
    reason: dict[str, str]


@dataclass(frozen=True)
class Rule:
    """One rule: what it is called and the function that finds where it was broken."""

    id: str
    name: dict[str, str]
    fn: Callable[[Session], list[Violation]]


def violations(session: Session) -> dict[str, list[Violation]]:
    """Every rule on one session, by its id; an empty list: it was kept."""
    return {rule.id: rule.fn(session) for rule in RULES}


def _broken(time: float, place: tuple[float, float] | None, subject: str, indonesian: str, english: str) -> Violation:
    return Violation(round(time, 2), place, subject, {"id": indonesian, "en": english})


def _steps(s: Session, *kinds: str) -> list[Step]:
    """Steps of dispersal, those that follow at once left out."""
    found: list[Step] = []
    for step in s.dispersal_steps:
        if kinds and step.what not in kinds:
            continue
        if not any(other.what == step.what and step.time - other.time < _AT_ONCE for other in found):
            found.append(step)
    return found


def escape_first(s: Session) -> list[Violation]:
    """R1: two ways out, wide enough for the people there, before a push, water or gas."""
    if not s.has("open_exits", "exit_width", "crowd"):
        return []
    return [
        _broken(step.time, step.position, step.by or step.what,
                f"{s.at('open_exits', step.time):.0f} jalan keluar, {s.at('exit_width', step.time):.0f} m",
                f"{s.at('open_exits', step.time):.0f} ways out, {s.at('exit_width', step.time):.0f} m")
        for step in _steps(s)
        if not ways_are_open(s, step.time)
    ]  # fmt: skip


def warn(s: Session) -> list[Violation]:
    """R2: three warnings apart from each other, each heard by four fifths, before water or gas."""
    found = []
    for step in _steps(s, "water", "gas"):
        heard = len(s.counted_warnings(step.time, APART / s.spec.pace, heard=True))
        said = len(s.counted_warnings(step.time, APART / s.spec.pace))
        if heard < ASKED:
            found.append(
                _broken(step.time, step.position, step.what,
                        f"{said} peringatan, {heard} di antaranya terdengar oleh 80 %",
                        f"{said} warnings, {heard} of them heard by 80 %")
            )  # fmt: skip
    return found


def time_to_comply(s: Session) -> list[Violation]:
    """R3: two minutes, over the pace, between the last warning and a push, water or gas."""
    found = []
    for step in _steps(s):
        said = s.counted_warnings(step.time, 0.0)
        if not said:
            continue  # R2 says so
        waited = step.time - said[-1].time
        if waited < COMPLY / s.spec.pace - 1e-6:
            found.append(
                _broken(step.time, step.position, step.by or step.what,
                        f"{waited:.0f} dtk setelah peringatan terakhir", f"{waited:.0f} s after the last warning")
            )  # fmt: skip
    return found


def _marked(s: Session, mark: str, indonesian: str, english: str, *subjects: str) -> list[Violation]:
    """Where a use of a means broke a rule when it happened."""
    return [
        _broken(e.time, e.position, e.subject, indonesian, english)
        for e in s.of("tool")
        if mark in marks_of(e) and (not subjects or e.subject in subjects)
    ]


def no_gas_into_enclosures(s: Session) -> list[Violation]:
    """R4: no gas where people cannot get away from it."""
    return _marked(s, "R4", "Gas di tempat tertutup atau padat", "Gas in an enclosure or a dense crowd", "gas")


def never_at_people(s: Session) -> list[Violation]:
    """R5: no canister within 5 m of a person."""
    return _marked(s, "R5", "Tabung gas dekat orang", "Canister aimed at people", "gas")


def containment(s: Session) -> list[Violation]:
    """R6: nobody is contained for more than ten minutes, or without a way out."""
    return [
        _broken(e.time, e.position, e.subject, e.text.get("id", e.cause), e.text.get("en", e.cause))
        for e in s.of("warning")
        if e.cause in ("too_long", "no_exit")
    ]


def water(s: Session) -> list[Violation]:
    """R7: no jet on people who are near, pinned, fallen or high up."""
    return _marked(s, "R7", "Semburan pada orang yang terlindungi aturan", "Jet on people the rule protects", "water")


def density_stop(s: Session) -> list[Violation]:
    """R8: a line does not move on into people who stand more than four to the square metre."""
    found, since = [], None
    for time, value in zip(s.times("dense_ahead").tolist(), s.values("dense_ahead").tolist(), strict=True):
        if value <= _DENSE:
            since = None
            continue
        since = time if since is None else since
        if time - since == _DENSE_HELD - 1.0:  # told once for each stretch
            found.append(_broken(time, None, "", f"{value:.1f}/m2 di depan barisan", f"{value:.1f}/m2 before the line"))
    return found


def differentiate(s: Session) -> list[Violation]:
    """R9: force only on somebody who was violent within the last minute."""
    return _marked(s, "R9", "Kekuatan terhadap orang yang tidak melakukan kekerasan", "Force on somebody not violent")


def medical(s: Session) -> list[Violation]:
    """R10: whoever is seriously hurt is reached within 90 s and at a post within four minutes."""
    found = []
    for row, (hurt, _) in serious(s).items():
        helped = [e for e in s.of("aid") if e.rows == row and e.time >= hurt]
        reached = min((e.time for e in helped if e.cause != "post"), default=s.duration) - hurt
        brought = min((e.time for e in helped if e.cause == "post"), default=s.duration) - hurt
        place = next((e.position for e in s.of("injury") if e.rows == row), None)
        if reached > _REACHED:
            words = (f"Ditolong setelah {reached:.0f} dtk", f"Reached after {reached:.0f} s")
        elif brought > _AT_POST:
            words = (f"Di pos setelah {brought:.0f} dtk", f"At the post after {brought:.0f} s")
        else:
            continue
        found.append(_broken(hurt, place, "", *words))
    return found


def arrest(s: Session) -> list[Violation]:
    """R11: evidence for every arrest, handed over, and nobody runs after somebody alone."""
    found = []
    for event in s.of("arrest"):
        if event.cause != "offender":
            found.append(
                _broken(event.time, event.position, event.subject, "Tanpa bukti pelanggaran", "Without evidence")
            )
        handed = [e.time for e in s.of("hand_over") if e.rows == event.rows and e.time >= event.time]
        if (handed[0] if handed else s.duration) - event.time > _HANDED_OVER:
            found.append(_broken(event.time, event.position, event.subject, "Tidak diserahkan", "Not handed over"))
    seen = s.of("pursuit")
    found += [_broken(e.time, e.position, e.subject, "Pengejaran perorangan", "Single pursuit") for e in seen]
    before = 0.0
    for time, value in zip(s.times("pursuits").tolist(), s.values("pursuits").tolist(), strict=True):
        if value > before and not any(abs(event.time - time) < 1.0 for event in seen):  # older runs have no such event
            found.append(_broken(time, None, "", "Pengejaran perorangan", "Single pursuit"))
        before = value
    return sorted(found, key=lambda violation: violation.time)


def de_escalate(s: Session) -> list[Violation]:
    """R12: when violence has been half of its height for two minutes and no fact calls for the phase, step down."""
    if not s.has("violent_recent", "declared", "due"):
        return []
    found = []
    most, since, told = 0.0, None, False
    level = 0.0
    for k, time in enumerate(s.times("violent_recent").tolist()):
        now, declared, due = (float(s.values(name)[k]) for name in ("violent_recent", "declared", "due"))
        if declared != level:
            level, most, since, told = declared, 0.0, None, False
        most = max(most, now)
        calm = level > 0 and due < level and most >= _FEW_VIOLENT and now <= most / 2.0
        since = (time if since is None else since) if calm else None
        if since is not None and not told and time - since >= _HALVED + _GRACE:
            told = True
            phase = PHASES[int(level)].upper()
            found.append(
                _broken(time, None, phase, f"{phase} bertahan walau kekerasan reda", f"{phase} kept though calm")
            )
    return found


RULES: tuple[Rule, ...] = (
    Rule("R1", {"id": "Jalan keluar lebih dulu", "en": "Escape first"}, escape_first),
    Rule("R2", {"id": "Peringatan", "en": "Warn"}, warn),
    Rule("R3", {"id": "Waktu untuk patuh", "en": "Time to comply"}, time_to_comply),
    Rule("R4", {"id": "Tanpa gas di tempat tertutup", "en": "No gas into enclosures"}, no_gas_into_enclosures),
    Rule("R5", {"id": "Tidak pernah ke arah orang", "en": "Never at people"}, never_at_people),
    Rule("R6", {"id": "Pengepungan terbatas", "en": "Containment"}, containment),
    Rule("R7", {"id": "Meriam air", "en": "Water cannon"}, water),
    Rule("R8", {"id": "Berhenti saat padat", "en": "Density stop"}, density_stop),
    Rule("R9", {"id": "Membedakan", "en": "Differentiate"}, differentiate),
    Rule("R10", {"id": "Pertolongan medis", "en": "Medical"}, medical),
    Rule("R11", {"id": "Penangkapan", "en": "Arrest"}, arrest),
    Rule("R12", {"id": "Turunkan eskalasi", "en": "De-escalate"}, de_escalate),
)
"""All of them, in order."""
