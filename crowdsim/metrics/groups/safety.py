"""Safety, K24-K32: ways out, crushes, injuries, breaches, damage."""

from crowdsim.metrics.finding import NO_READING, Finding, both, longest_stretch, num, unknown
from crowdsim.metrics.session import Session
from crowdsim.population.roles import Injury

CRUSH, CRUSH_HELD = 7.0, 5.0  # 1/m2, s: beyond this a crowd moves like a fluid [R]
_SHORT = 60.0  # s a single breach may last and still be called short
_NARROW, _PER_WIDTH, _EXITS = 6.0, 60.0, 2  # m, people for a metre, ways out: rule R1
_CAUSES = {"crush": "himpitan", "fall": "jatuh", "object": "lemparan", "force": "kekerasan", "water": "air"}
_DAMAGE = {"light": 1.0, "moderate": 2.0, "heavy": 4.0, "fire": 1.0}  # points [P]


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
        return NO_READING
    span = s.dispersing
    if span is None:
        return unknown("Tidak ada pembubaran", "Nobody was dispersed")
    times = s.times("open_exits")
    during = times[(times >= span[0]) & (times <= span[1])]
    seconds = float(sum(not ways_are_open(s, time) for time in during.tolist()))
    fewest = min((s.at("open_exits", time) for time in during.tolist()), default=0.0)
    narrow = min((s.at("exit_width", time) for time in during.tolist()), default=0.0)
    words = both(f"Paling sedikit {fewest:.0f} jalan, {narrow:.0f} m", f"{fewest:.0f} ways, {narrow:.0f} m at least")
    return Finding(seconds, words, worst="red" if fewest == 0.0 else None)


def density(s: Session) -> Finding:
    """K25: the greatest 99th percentile of the people within 1 m, 1/m2; more than 7 for more than 5 s is a crush."""
    if not s.has("peak_density"):
        return NO_READING
    over = longest_stretch(s.times("peak_density"), s.values("peak_density") > CRUSH)
    words = both(f"Di atas 7/m2 selama {num(over)} dtk", f"Above 7/m2 for {num(over)} s")
    return Finding(s.peak("peak_density"), words, grave=over > CRUSH_HELD)


def crowd_pressure(s: Session) -> Finding:
    """K26: person seconds at more than twenty times the crowd pressure of the calm march of the same run, or squeezed
    more than anybody bears for long."""
    if not s.has("pressure_over"):
        return unknown("Tidak ada pergerakan tenang sebagai pembanding", "There was no calm march to compare with")
    sum_, squeeze = float(s.values("pressure_over").sum()), s.peak("squeeze_p95")
    words = both(f"Himpitan p95 tertinggi {squeeze:.0f} N", f"Highest p95 squeeze {squeeze:.0f} N")
    return Finding(sum_, words)


def injuries(s: Session) -> Finding:
    """K27: injured of a hundred in the group that suffered most."""
    if not s.has("crowd", "officers"):
        return NO_READING
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
    return Finding(max(rates.values()), both(f"Massa {a}, petugas {b}{oleh}", f"Crowd {a}, officers {b}{by}"))


def time_to_medic(s: Session) -> Finding:
    """K28: the longest time from a serious injury to a medic, s; who waits at the end counts so far. A critical one
    who waited four minutes caps the score."""
    waits = waiting_for_medics(s)
    if not waits:
        return unknown("Tidak ada luka berat", "Nobody was seriously hurt")
    longest = max(wait for wait, _, _ in waits)
    unmet = sum(not met for _, met, _ in waits)
    grave = any(critical and wait > 240.0 for wait, _, critical in waits)
    words = both(f"{len(waits)} luka berat, {unmet} belum ditolong", f"{len(waits)} serious, {unmet} not reached")
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
        return NO_READING
    count = s.peak("lain")
    return Finding(count, both(f"{count:.0f} orang", f"{count:.0f} people"))


def breaches(s: Session) -> Finding:
    """K30: barriers that gave way and lines that broke; a long one, or people in the building, is red."""
    count = len(s.of("breach")) + len(s.of("line_breach"))
    lasted = s.seconds("open_breaches", 0.0)
    inside = s.peak("in_building")
    words = both(
        f"Terbuka {num(lasted)} dtk; di dalam gedung {inside:.0f} orang",
        f"Open for {num(lasted)} s; {inside:.0f} people in the building",
    )
    return Finding(float(count), words, worst="red" if inside > 0.0 or (count and lasted > _SHORT) else None)


def chair(s: Session) -> Finding:
    """K31: seconds in which the chair was held, or could be taken: people near and not two officers with him."""
    if not s.has("chair_exposed"):
        return unknown("Tidak ada ketua dalam skenario ini", "This scenario has no chair")
    seconds, held = s.seconds("chair_exposed", 0.0), s.seconds("hostage", 0.0)
    return Finding(seconds, both(f"{num(held)} dtk disandera", f"{num(held)} s held"))


def damage(s: Session) -> Finding:
    """K32: points for damage to the building and for fires; the ballot store lost is red."""
    events = s.of("damage")
    store = [e for e in events if s.spec.store and e.subject == s.spec.store]
    points = sum(_DAMAGE.get(e.cause, 0.0) for e in events)
    words = (
        both("Gudang logistik tertembus", "The ballot store was lost")
        if store
        else both("Gudang logistik utuh", "The ballot store is intact")
    )
    return Finding(float(points), words, worst="red" if store else None)
