"""What a run amounts to: the object of `run --json`, documented in docs/interface."""

import platform
from importlib import metadata
from typing import Any

import numpy as np

from crowdsim import __version__
from crowdsim.behaviour.harm import injured_by_group
from crowdsim.frame import EVENT_KINDS
from crowdsim.kernels import threading_layer
from crowdsim.metrics.criteria import evaluate
from crowdsim.metrics.rules import violations
from crowdsim.metrics.score import score
from crowdsim.metrics.session import Session
from crowdsim.population.roles import BarrierState, Role
from crowdsim.session.simulation import Simulation

_FIRST = 3  # violations of a rule that are told one by one
_ARRESTED = ("offender", "wrongful")


def versions() -> dict[str, str]:
    """Versions of all that can change the bits, and the processor."""
    names = ("numpy", "numba", "scipy")
    return {
        "crowdsim": __version__,
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in names},
        "cpu": _cpu(),
        "threading": threading_layer(),
    }


def _cpu() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def assessment(session: Session) -> dict[str, Any]:
    """What criteria, rules and score say: the keys `criteria`, `rules` and `score`."""
    results, broken = evaluate(session), violations(session)
    total = score(results, broken, session.profile.weights)
    return {
        "criteria": {
            name: {"value": r.value, "unit": r.unit, "band": r.band, "reason": r.reason} for name, r in results.items()
        },
        "rules": {
            name: {
                "violations": len(found),
                "first": [{"t": v.time, "subject": v.subject, "reason": v.reason} for v in found[:_FIRST]],
            }
            for name, found in broken.items()
        },
        "score": {"total": total.total, "groups": total.groups, "cap": total.cap},
    }


def summary(simulation: Simulation, startup: float, wall: float, run_file: str) -> dict[str, Any]:
    """The object of `run --json`; startup and wall in s."""
    sim = simulation
    counts = dict.fromkeys(EVENT_KINDS, 0)
    first: dict[str, float] = {}
    for event in sim.events:
        counts[event.kind] = (counts.get(event.kind) or 0) + 1
        first.setdefault(event.kind, round(event.time, 2))
    gates = []
    for k, gate in enumerate(sim.scenario.map.gates):
        opened = sim.barriers.opened_at[k]
        gates.append(
            {
                "id": gate.id,
                "state": BarrierState(int(sim.barriers.state[k])).name.lower(),
                "opened_at_s": None if np.isnan(opened) else round(float(opened), 2),
                "peak_load_kn_per_m": round(float(sim.barriers.peak[k]) / 1000.0, 3),
            }
        )
    session = Session.of_simulation(sim)
    phases = [
        {"t": round(e.time, 2), "declared": e.subject, "due": session.due_at(e.time)}
        for e in sim.events
        if e.kind == "phase"
    ]
    people = sim.people
    return {
        "scenario": str(sim.scenario.path),
        "map": str(sim.scenario.map.path),
        "seed": sim.seed,
        "duration_s": round(sim.time, 2),
        "startup_s": round(startup, 3),
        "wall_s": round(wall, 3),
        "real_time_factor": round(sim.time / wall, 2) if wall > 0 else None,
        "people": sim.entered,
        "officers": sim.officer_count,
        "threads": sim.threads,
        "versions": versions(),
        "state_hash": sim.state_hash(),
        "run_file": run_file,
        "events": counts,
        "first_event_s": first,
        "phases": phases,
        "gates": gates,
        **assessment(session),
        "injured": injured_by_group(people),
        "arrested": {cause: sum(e.kind == "arrest" and e.cause == cause for e in sim.events) for cause in _ARRESTED},
        "peak_density": round(sim.survey.peak_density, 2),
        "peak_squeeze_n": round(sim.survey.peak_squeeze, 1),
        "dispersed_at_s": sim.survey.dispersed_at,
        "health": {
            "verdict": sim.verdict,
            "max_overlap": round(sim.survey.health.max_overlap, 4),
            "wall_penetrations": sim.survey.health.wall_penetrations,
            "nan": sim.survey.health.nan,
            "lost_people": sim.lost_people,
            "stuck": sim.survey.health.stuck,
        },
        "demonstrators_present": int((people.role[sim.senses.active] <= Role.DELEGATE).sum()),
    }
