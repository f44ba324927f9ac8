"""Criteria K1-K32: each a pure function of a session to one number, with limits from the doctrine profile."""

from collections.abc import Callable
from dataclasses import dataclass

from crowdsim.behaviour.sop import Band, load_profile, profile_path
from crowdsim.metrics.finding import BandName, Finding, Text, both
from crowdsim.metrics.groups.command import (
    backs_turned,
    control,
    orders_heard,
    out_of_formation,
    phase_delay,
    pursuits,
)
from crowdsim.metrics.groups.formation import (
    came_past,
    gap_seconds,
    hand_over_to_riot,
    line_relief,
    open_during_exchange,
    slot_error,
)
from crowdsim.metrics.groups.proportionality import (
    dialogue,
    force_over_phase,
    lawful_arrests,
    on_offenders,
    step_down,
    time_to_holding,
    warnings_before,
    water_and_gas,
)
from crowdsim.metrics.groups.readiness import (
    in_post,
    kit,
    time_to_line,
)
from crowdsim.metrics.groups.safety import (
    breaches,
    chair,
    crowd_pressure,
    damage,
    density,
    injuries,
    lain,
    time_to_medic,
    ways_out,
)
from crowdsim.metrics.session import Session

GROUPS = ("readiness", "formation", "command", "proportionality", "safety")


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
            None, criterion.unit, "unknown", both("Profil tidak memuat batasnya", "The profile has no limits")
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
