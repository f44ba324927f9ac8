"""Readiness, K1-K3: what is in place before the crowd comes."""

from crowdsim.behaviour.unit import FormUp
from crowdsim.metrics.finding import NO_READING, Finding, both, unknown, until_closed
from crowdsim.metrics.session import Session


def in_post(s: Session) -> Finding:
    """K1: share of officers within 1 m of their place when the crowd begins to march, %."""
    march = s.first("march")
    if march is None:
        return unknown("Massa tidak bergerak: gelar pasukan tidak berakhir", "No crowd marched: the muster has no end")
    if not s.has("in_post"):
        return NO_READING
    share = 100.0 * s.at("in_post", march - 1.0)
    return Finding(
        share, both(f"{share:.0f} % di pos saat massa bergerak", f"{share:.0f} % in post as the crowd set out")
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
        return unknown(
            "Profil tidak memuat daftar kelengkapan satuan ini", "The profile has no kit list for these units"
        )
    return Finding(
        100.0 * there / required,
        both("; ".join(lacks) or "Kelengkapan utuh", "; ".join(lacks) or "Everything is there"),
    )


def time_to_line(s: Session) -> Finding:
    """K3: from the first order to a shielded unit to form up until a shield line stands closed, s."""
    shields = {unit.id for unit in s.spec.unit if unit.role == "shield"}
    called = next((t for t, c in s.orders if c.unit in shields and isinstance(c.order, FormUp)), None)
    if called is None:
        return unknown("Barisan tameng tidak dipanggil", "No shield line was called")
    before = sum(s.at(name, called) for name in ("closed_shields", "closed_riot"))
    return until_closed(s, called, ("closed_shields", "closed_riot"), before)
