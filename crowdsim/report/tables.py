"""The tables of the page: people hurt and arrested, orders, events, settings, the health of the run."""

import tomllib
from collections.abc import Sequence
from typing import Any

import numpy as np

from crowdsim.frame import Event, unheard
from crowdsim.params import LIMITS, Params
from crowdsim.population.roles import Cause, Injury
from crowdsim.record.recorder import Recording
from crowdsim.report import assessment
from crowdsim.report.course import Course
from crowdsim.view.words import Words, clock

_KEY_EVENTS = (
    "push", "throw", "breach", "compound_breach", "line_breach", "hostage_taken", "hostage_freed", "injury", "arrest",
    "dispersal", "consolidation",
)  # fmt: skip
_QUIET = ("throw", "injury", "fall", "order")  # too many to list one by one: they stand in charts and tables
_HEALTH = ("valid", "doubtful", "invalid")  # from the best on
_GROUPS = ("demonstrator", "officer", "bystander")


def worst_injuries(events: Sequence[Event]) -> dict[int, Event]:
    """The worst that happened to each person who was hurt, by his row."""
    worst: dict[int, Event] = {}
    for event in events:
        if event.kind == "injury" and event.rows:
            before = worst.get(event.rows[0])
            if before is None or event.value >= before.value:
                worst[event.rows[0]] = event
    return worst


def injuries(course: Course, words: Words) -> dict[str, Any]:
    """People hurt by group and cause; a person counts once, with the worst that happened to him."""
    worst = worst_injuries(course.events)
    causes = [cause.name.lower() for cause in Cause if cause != Cause.NONE]
    causes = [cause for cause in causes if any(event.cause == cause for event in worst.values())]
    lines = []
    for group in _GROUPS:
        mine = [event for event in worst.values() if event.subject == group]
        counts = [sum(event.cause == cause for event in mine) for cause in causes]
        serious = sum(event.value >= Injury.SERIOUS for event in mine)
        lines.append({"group": words(f"group.{group}"), "counts": counts, "total": len(mine), "serious": serious})
    return {
        "causes": [words(f"cause.{cause}") for cause in causes],
        "lines": lines,
        "total": len(worst),
        "serious": sum(event.value >= Injury.SERIOUS for event in worst.values()),
    }


def arrests(course: Course, words: Words) -> dict[str, Any]:
    """Who was arrested when and where, and whether he had done what it was for."""
    arrests = [event for event in course.events if event.kind == "arrest"]
    lines = [
        {
            "time": clock(event.time),
            "text": words.pick(event.text),
            "place": course.where(event.position, words),
            "right": words("arrest.offender" if event.cause == "offender" else "arrest.wrongful"),
        }
        for event in arrests
    ]
    wrongful = sum(event.cause == "wrongful" for event in arrests)
    return {"lines": lines, "total": len(arrests), "wrongful": wrongful, "offender": len(arrests) - wrongful}


def orders(course: Course, words: Words) -> list[dict[str, str]]:
    """The journal in words."""
    dt, missed = float(course.recording.meta["dt"]), unheard(course.events)
    lines = []
    for tick, _, command in course.recording.journal():
        who, what = _said(command, course, words)
        if command["do"] == "give_order" and (tick * dt, command["unit"]) in missed:
            what = f"{what} · {words('order.unheard')}"
        operator = command.get("operator", "")  # run files of old have none
        if operator:
            what = f"{what} · {words(f'operator.{operator}') if words.has(f'operator.{operator}') else operator}"
        lines.append({"time": clock(tick * dt), "kind": words(f"command.{command['do']}"), "who": who, "what": what})
    return lines


def _said(command: dict[str, Any], course: Course, words: Words) -> tuple[str, str]:
    """Whom a command is for, and what it says."""

    def name(key: str) -> str:
        return place(command.get(key) or "")

    def place(value: str | list[float]) -> str:
        if isinstance(value, list):
            return f"({words.number(value[0])}, {words.number(value[1])}) m"
        return words.pick(course.named(value))

    do = command["do"]
    if do == "give_order":
        order = dict(command["order"])
        kind = order.pop("kind")
        for key in ("zone", "at", "barrier"):
            if order.get(key):
                order[key] = place(order[key])
        if order.get("person"):
            key = f"person.{order['person']}"
            order["person"] = words(key) if words.has(key) else order["person"]
        for key in ("distance", "width"):
            if key in order:
                order[key] = words.short(order[key])
        return name("unit"), words(f"order.{kind}", **order)
    if do == "recall":
        return name("unit"), words("order.recall")
    if do == "give_manoeuvre":
        parts = ", ".join(f"{part}: {words.pick(course.named(unit))}" for part, unit in command["units"])
        return parts, str(command["manoeuvre"])
    if do == "declare_phase":
        return str(command.get("by", "")), words(f"phase.{command['phase']}")
    if do == "use_tool":
        key = f"tool.{command['tool']}"
        tool = words(key) if words.has(key) else str(command["tool"])
        return name("by"), " · ".join(part for part in (tool, str(command.get("strength", "")), name("at")) if part)
    if do == "set_barrier":
        return name("barrier"), words("order.barrier_open" if command["open"] else "order.barrier_close")
    if do == "set_param":
        return "", f"{command['name']} = {words.short(command['value'])}"
    said = words.pick(dict(command.get("caption", [])))
    wish = command.get("wish")
    told = [said, words(f"wish.{wish}") if wish else ""]
    told += [f"{words(f'panel.{key}')} +{words.short(command[key])}" for key in ("anger", "fear") if command.get(key)]
    return str(command.get("crowd", "")), " · ".join(part for part in told if part)


def events(course: Course, words: Words) -> list[dict[str, str]]:
    """What was observed, without what the charts and tables count."""
    return [
        {
            "time": clock(event.time),
            "kind": words(f"event.{event.kind}"),
            "what": words.pick(event.text),
            "place": course.where(event.position, words),
        }
        for event in course.events
        if event.kind not in _QUIET
    ]


def settings(course: Course, words: Words) -> list[tuple[str, str]]:
    """What the run was made with: name, value."""
    meta = course.recording.meta
    scenario = tomllib.loads(meta["scenario"]) if meta.get("scenario") else {}
    versions = ", ".join(f"{name} {value}" for name, value in meta["versions"].items())
    hashes = course.recording.hashes()
    return [
        (words("setting.file"), course.recording.path.name),
        (words("setting.seed"), str(meta["seed"])),
        (words("setting.duration"), clock(course.duration)),
        (words("setting.people"), words.number((course.recording.role >= 0).sum())),
        (words("setting.pace"), words("setting.pace_text", pace=words.short(scenario.get("pace", 1.0)))),
        (words("setting.profile"), str(scenario.get("profile", "model2025"))),
        (words("setting.preset"), str(scenario.get("preset", "default"))),
        (words("setting.legitimacy"), words.short(scenario.get("legitimacy", 0.55))),
        (words("setting.blocked"), ", ".join(scenario.get("blocked", [])) or "–"),
        (words("setting.fingerprint"), str(meta["fingerprint"])),
        (words("setting.hash"), hashes[-1][1] if hashes else "–"),
        (words("setting.versions"), versions),
    ]


def changes(params: dict[str, dict[str, float]], words: Words) -> list[tuple[str, str, str, str]]:
    """Parameters that are not at their default: name, value, default, where its range comes from."""
    usual = Params()
    changed = []
    for group, values in params.items():
        for field, value in values.items():
            name = f"{group}.{field}"
            if name in LIMITS and not np.isclose(usual.get(name), value):
                limit = LIMITS[name]
                told = f"{words.short(value)} {limit.unit}".strip()
                changed.append((name, told, words.short(usual.get(name)), limit.source))
    return changed


def worst_health(runs: Sequence[Recording]) -> dict[str, Any] | None:
    """The summary of the run whose numbers can be believed least; None when one was not finished."""
    found = [run.meta.get("summary") for run in runs]
    known = [summary for summary in found if summary is not None]
    if len(known) < len(found):
        return None
    return max(known, key=lambda summary: _HEALTH.index(summary["health"]["verdict"]))


def health(summary: dict[str, Any] | None, words: Words) -> dict[str, Any]:
    """The certificate: whether the numbers of the run can be believed."""
    if summary is None:
        return {"verdict": "unknown", "label": words("health.unknown"), "lines": []}
    health = summary["health"]
    return {
        "verdict": health["verdict"],
        "label": words(f"health.{health['verdict']}"),
        "lines": [
            (words(f"health.{key}"), words.short(float(health[key]) * (100.0 if key == "max_overlap" else 1.0)))
            for key in ("max_overlap", "wall_penetrations", "nan", "lost_people", "stuck")
        ],
    }


def each(
    runs: Sequence[Recording], judged: Sequence[assessment.Assessment | None], words: Words
) -> list[dict[str, str]]:
    """A line for each of several runs: what tells it from the others."""
    lines = []
    for run, found in zip(runs, judged, strict=True):
        first, hurt = assessment.first_times(run), worst_injuries(run.events)
        breach = first.get("breach")
        lines.append(
            {
                "name": assessment.label(run.path),
                "seed": str(run.meta["seed"]),
                "score": words.short(None if found is None else found.score.total),
                "cap": "" if found is None else str(found.score.cap),
                "breach": "–" if breach is None else clock(breach),
                "injured": str(len(hurt)),
                "serious": str(sum(event.value >= Injury.SERIOUS for event in hurt.values())),
            }
        )
    return lines


def broken(judged: Sequence[assessment.Assessment | None], words: Words) -> list[dict[str, str]]:
    """A line for each rule that was broken: in how many of several runs, and how often."""
    known = [found for found in judged if found is not None]
    lines = []
    for rule in assessment.rules():
        counts = [float(len(found.violations.get(rule.id, []))) for found in known]
        often = assessment.spread(list(counts))
        if often is None or often.high == 0.0:
            continue
        lines.append(
            {
                "rule": f"{rule.id} {words.pick(rule.name)}",
                "runs": f"{sum(count > 0 for count in counts)}/{len(known)}",
                "count": words.short(often.middle),
                "range": f"{words.short(often.low)}–{words.short(often.high)}",
            }
        )
    return lines


def times(runs: Sequence[Recording], words: Words) -> list[dict[str, str]]:
    """When key events first happened: median and range over the runs, and in how many of them."""
    firsts = [assessment.first_times(run) for run in runs]
    lines: list[tuple[float, dict[str, str]]] = []
    for kind in _KEY_EVENTS:
        values = assessment.spread([first.get(kind) for first in firsts])
        if values is not None:
            span = "" if len(runs) == 1 else f"{clock(values.low)}–{clock(values.high)}"
            count = f"{values.runs}/{len(runs)}"
            line = {"event": words(f"event.{kind}"), "time": clock(values.middle), "range": span, "runs": count}
            lines.append((values.middle, line))
    return [line for _, line in sorted(lines, key=lambda pair: pair[0])]
