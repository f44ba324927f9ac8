"""The debrief: everything a run amounts to on one page that needs nothing but itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crowdsim.problems import InputError, Problem
from crowdsim.record.recorder import Recording
from crowdsim.report import assessment, charts, pictures, tables
from crowdsim.report.charts import Chart
from crowdsim.report.course import Course, read
from crowdsim.report.replay import LEAD, PAINTS, RATE
from crowdsim.view.words import Words, clock
from crowdsim.world.tilemap import TileMap

_MANY = 12  # violations of one rule that are listed


@dataclass(frozen=True)
class Page:
    """What the template prints. Of several runs, everything about one is about the run `detail`."""

    words: Words
    title: str
    runs: list[str]
    detail: str
    each: list[dict[str, str]]  # a line for each run, when there are several
    broken: list[dict[str, str]]  # a line for each rule that was broken in some of several runs
    verdict: list[str]
    score: dict[str, Any] | None
    criteria: list[dict[str, Any]]
    numbers: list[dict[str, str]]
    violations: list[dict[str, Any]]
    phases: str
    lags: list[str]
    moments: list[pictures.Shown]
    heat: list[pictures.Heat]
    charts: list[Chart]
    injuries: dict[str, Any]
    arrests: dict[str, Any]
    orders: list[dict[str, str]]
    events: list[dict[str, str]]
    settings: list[tuple[str, str]]
    changes: list[tuple[str, str, str, str]]
    health: dict[str, Any]
    times: list[dict[str, str]]
    ground: str
    size: tuple[float, float]


def write(path: Path, runs: Sequence[Recording], tile_map: TileMap, lang: str) -> Page:
    """Write the page of one run, or of several runs of one scenario, of which one is told in full; what it prints."""
    import jinja2

    page = compose(runs, tile_map, lang)
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    engine = jinja2.Environment(autoescape=True, loader=loader, trim_blocks=True, lstrip_blocks=True)
    engine.globals.update(clock=clock, paints=PAINTS, rate=RATE, lead=LEAD)
    text = engine.get_template("debrief.html").render(page=page, t=page.words)
    path.write_text(text, encoding="utf-8")
    return page


def compose(runs: Sequence[Recording], tile_map: TileMap, lang: str) -> Page:
    """Everything the page says; InputError when the runs are not of one scenario."""
    _check_one_scenario(runs)
    words = Words(lang, "report")
    judged = [assessment.assess(run) for run in runs]
    chosen = assessment.typical(judged)
    course = read(runs[chosen], tile_map)
    meta, many = runs[chosen].meta, len(runs) > 1
    ground, heat = pictures.ground(tile_map), pictures.heat(course, words)
    injuries, arrests = tables.injuries(course, words), tables.arrests(course, words)
    return Page(
        words=words,
        title=words.pick(meta["title"]),
        runs=[assessment.label(run.path) for run in runs],
        detail=assessment.label(runs[chosen].path),
        each=tables.each(runs, judged, words) if many else [],
        broken=tables.broken(judged, words) if many else [],
        verdict=_verdict_of_several(runs, words) if many else _verdict(course, injuries, arrests, words),
        score=_score(judged, words),
        criteria=_criteria(judged, words),
        numbers=_numbers(judged, words),
        violations=_violations(judged[chosen], course, words),
        phases=charts.phase_bar(course.declared, course.due, words, course.duration),
        lags=_lags(course, words),
        moments=pictures.moments(course, words),
        heat=heat,
        charts=pictures.over_time(course, words),
        injuries=injuries,
        arrests=arrests,
        orders=tables.orders(course, words),
        events=tables.events(course, words),
        settings=tables.settings(course, words),
        changes=tables.changes(meta["params"], words),
        health=tables.health(tables.worst_health(runs), words),
        times=tables.times(runs, words),
        ground=ground,
        size=tile_map.size,
    )


def _check_one_scenario(runs: Sequence[Recording]) -> None:
    first = runs[0].meta
    problems = [
        Problem(str(run.path), "", "is a run of another scenario, or of another version of it", "Report it by itself")
        for run in runs[1:]
        if run.meta["fingerprint"] != first["fingerprint"]
    ]
    if problems:
        raise InputError(problems)


# --- what it amounts to ----------------------------------------------------------------------------------------------


def _verdict(course: Course, injuries: dict[str, Any], arrests: dict[str, Any], words: Words) -> list[str]:
    """Sentences on one run."""
    said = []
    breach = course.first("breach")
    if breach is None:
        said.append(words("verdict.held"))
    else:
        name = words.pick(course.named(breach.subject))
        said.append(words("verdict.breach", barrier=name, time=clock(breach.time)))
    taken, freed = course.first("hostage_taken"), course.first("hostage_freed")
    if taken is not None and freed is not None:
        span = words.number(freed.time - taken.time)
        said.append(words("verdict.freed", time=clock(taken.time), seconds=span))
    elif taken is not None:
        said.append(words("verdict.held_hostage", time=clock(taken.time)))
    said.append(words("verdict.injured", count=injuries["total"], serious=injuries["serious"]))
    if arrests["total"]:
        said.append(words("verdict.arrested", count=arrests["total"], wrongful=arrests["wrongful"]))
    end = course.first("dispersal")
    said.append(words("verdict.dispersed", time=clock(end.time)) if end else words("verdict.remained"))
    return [*said, words("verdict.one")]


def _verdict_of_several(runs: Sequence[Recording], words: Words) -> list[str]:
    """Sentences on several runs: in how many something happened, and when."""
    firsts = [assessment.first_times(run) for run in runs]
    said = []
    for kind in ("breach", "hostage_taken", "hostage_freed", "dispersal"):
        values = assessment.spread([first.get(kind) for first in firsts])
        event, count = words(f"event.{kind}"), 0 if values is None else values.runs
        told = words("verdict.often", event=event, count=count, runs=len(runs))
        if values is not None:
            told += " " + words(
                "verdict.when", time=clock(values.middle), low=clock(values.low), high=clock(values.high)
            )
        said.append(told)
    hurt = assessment.spread([float(len(tables.worst_injuries(run.events))) for run in runs])
    if hurt is not None:
        low, middle, high = (words.short(value) for value in (hurt.low, hurt.middle, hurt.high))
        said.append(words("verdict.hurt", count=middle, low=low, high=high))
    return [*said, words("verdict.several", count=len(runs))]


def _score(judged: Sequence[assessment.Assessment | None], words: Words) -> dict[str, Any] | None:
    known = [each.score for each in judged if each is not None]
    if not known:
        return None
    total = assessment.spread([score.total for score in known])
    groups = []
    for name in known[0].groups:
        group = assessment.spread([score.groups.get(name) for score in known])
        key = f"score_group.{str(name).lower()}"
        label = words(key) if words.has(key) else str(name)
        value = None if group is None else group.middle
        groups.append({"name": label, "value": words.short(value), "width": 0 if value is None else round(value)})
    return {
        "total": words.short(None if total is None else total.middle),
        "range": "" if total is None or len(known) == 1 else f"{words.short(total.low)}–{words.short(total.high)}",
        "groups": groups,
        "cap": _text(known[0].cap, words) if len(known) == 1 else "",
        "caps": _caps(known, words) if len(known) > 1 else "",
    }


def _caps(scores: Sequence[Any], words: Words) -> str:
    """In how many of several runs the score was capped, at what."""
    caps = [str(score.cap).partition(":")[0] for score in scores if score.cap]
    told = [words("score.times", cap=cap, count=caps.count(cap)) for cap in sorted(set(caps))]
    return words("score.caps", count=len(caps), runs=len(scores), caps=", ".join(told)) if caps else ""


def _criteria(judged: Sequence[assessment.Assessment | None], words: Words) -> list[dict[str, Any]]:
    """A line for each criterion: its value, or the median and range over the runs."""
    known = [each for each in judged if each is not None]
    lines = []
    order = list(known[0].score.groups) if known else []
    catalogue = assessment.criteria() if known else ()
    for criterion in sorted(catalogue, key=lambda each: order.index(each.group) if each.group in order else len(order)):
        results = [each.results[criterion.id] for each in known if criterion.id in each.results]
        if not results:
            continue
        values = assessment.spread([result.value for result in results])
        bands = [result.band for result in results]
        lines.append(
            {
                "id": criterion.id,
                "group": _group(criterion.group, words),
                "name": words.pick(criterion.name),
                "unit": _unit(results[0].unit),
                "value": "–" if values is None else words.short(values.middle),
                "range": "" if values is None or len(known) == 1 else _range(values, words),
                "band": bands[0] if len(known) == 1 else "",
                "bands": [(band, bands.count(band)) for band in assessment.BANDS if band in bands],
                "limits": _limits(criterion, results[0], words),
                "mark": f"[{criterion.mark}]" if criterion.mark else "",
                "reason": words.pick(results[0].reason) if results[0].reason else "",
            }
        )
    return lines


def _group(name: str, words: Words) -> str:
    key = f"score_group.{name.lower()}"
    return words(key) if words.has(key) else name


def _range(values: assessment.Spread, words: Words) -> str:
    return f"{words.short(values.low)}–{words.short(values.high)}"


def _limits(criterion: Any, result: Any, words: Words) -> str:
    """The limits that applied in the run: up to which it is good, and up to which it will do."""
    sign = "≥" if criterion.high else "≤"
    told = [f"{sign} {words.short(limit)}" for limit in (result.green, result.amber) if limit is not None]
    return " / ".join(told)


def _numbers(judged: Sequence[assessment.Assessment | None], words: Words) -> list[dict[str, str]]:
    """A line for each number that is told and not judged."""
    known = [each for each in judged if each is not None]
    lines = []
    for metric in assessment.metrics() if known else ():
        values = assessment.spread([each.numbers.get(metric.id) for each in known])
        if values is not None:
            value = f"{words.short(values.middle)} {_unit(metric.unit)}".strip()
            span = "" if len(known) == 1 else _range(values, words)
            lines.append({"name": words.pick(metric.name), "value": value, "range": span})
    return lines


def _text(value: Any, words: Words) -> str:
    """A text that may come in both languages."""
    return words.pick(value) if isinstance(value, dict) else "" if value is None else str(value)


def _unit(name: str) -> str:
    return name.replace("m2", "m²").replace("s2", "s²")


def _violations(judged: assessment.Assessment | None, course: Course, words: Words) -> list[dict[str, Any]]:
    """The rules that were broken, with the first times and places of each."""
    if judged is None:
        return []
    names = {rule.id: _text(rule.name, words) for rule in assessment.rules()}
    lines = []
    for rule, found in judged.violations.items():
        for each in found[:_MANY]:
            known = next((key for key in (f"tool.{each.subject}", f"group.{each.subject}") if words.has(key)), "")
            subject = words(known) if known else words.pick(course.named(each.subject))
            lines.append(
                {
                    "rule": rule,
                    "name": names.get(rule, ""),
                    "time": clock(each.time),
                    "place": course.where(each.position, words),
                    "subject": subject,
                    "reason": _text(each.reason, words),
                }
            )
        if len(found) > _MANY:
            more = words("more", count=len(found) - _MANY)
            lines.append({"rule": rule, "name": "", "time": "", "place": "", "subject": "", "reason": more})
    return lines


def _lags(course: Course, words: Words) -> list[str]:
    """How long another phase was due than the one declared, in sentences."""
    return [
        words(
            "bar.early" if lag.early else "bar.late",
            due=words(f"phase.{lag.due}"),
            declared=words(f"phase.{lag.declared}"),
            time=clock(lag.start),
            seconds=words.number(lag.end - lag.start),
        )
        for lag in course.lags()
        if lag.end - lag.start >= 1.0
    ]
