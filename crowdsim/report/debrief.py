"""The debrief: everything a run amounts to on one page that needs nothing but itself."""

import base64
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from crowdsim.frame import Event
from crowdsim.params import LIMITS, Params
from crowdsim.population.roles import Cause, Injury
from crowdsim.problems import InputError, Problem
from crowdsim.record.recorder import Recording
from crowdsim.report import assessment, charts
from crowdsim.report.charts import Chart, Curve
from crowdsim.report.course import MOST_SQUEEZE, Course, read
from crowdsim.report.moments import Moment, chosen
from crowdsim.report.replay import LEAD, PAINTS, RATE, Replay, area_around, replay
from crowdsim.view import stills
from crowdsim.view.words import Words, clock
from crowdsim.world.tilemap import Rect, TileMap

_STILL = (1200, 900)  # px
_GROUND = 2400  # px, the longer side of the picture of the ground, which maps and replays share
_ZOOM = 14.0  # px/m at most
_MANY = 12  # violations of one rule that are listed
_KEY_EVENTS = (
    "push", "throw", "breach", "compound_breach", "line_breach", "hostage_taken", "hostage_freed", "injury", "arrest",
    "dispersal", "consolidation",
)  # fmt: skip
_QUIET = ("throw", "injury", "fall")  # too many to list one by one: they stand in charts and tables
_INK = {"a": "#0072B2", "b": "#D55E00", "c": "#009E73", "d": "#CC79A7", "e": "#7B838D"}
_MINDS = (
    ("calm", "#CDE3F2"),
    ("chanting", "#F2D38A"),
    ("pushing", "#E69F00"),
    ("violent", "#B5371C"),
    ("fleeing", "#8E9AA6"),
)
_DENSITY = ((2.0, "#8FB8DE"), (3.5, "#F2C200"), (5.0, "#E0701A"), (7.0, "#8C1D18"))
_SQUEEZE = ((250.0, "#8FB8DE"), (500.0, "#F2C200"), (1000.0, "#E0701A"), (2000.0, "#8C1D18"))
_GROUPS = ("demonstrator", "officer", "bystander")


@dataclass(frozen=True)
class Shown:
    """A key moment on the page."""

    moment: Moment
    place: str
    still: str  # data URI
    replay: Replay
    load: Chart | None


@dataclass(frozen=True)
class Heat:
    """The highest values of a run over the ground."""

    title: str
    image: str  # data URI
    size: tuple[int, int]  # cells
    area: Rect  # m, what is shown
    key: list[tuple[str, str]]  # colour, what it means
    peak: str


@dataclass(frozen=True)
class Page:
    """What the template prints. Everything about one run is about the first."""

    words: Words
    title: str
    runs: list[str]
    verdict: list[str]
    score: dict[str, Any] | None
    criteria: list[dict[str, Any]]
    violations: list[dict[str, Any]]
    phases: str
    lags: list[str]
    moments: list[Shown]
    heat: list[Heat]
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
    """Write the page of one run, or of several runs of one scenario, whose first is told in full; what it prints."""
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
    course = read(runs[0], tile_map)
    judged = [assessment.assess(run) for run in runs]
    meta = runs[0].meta
    ground, heat = _ground(tile_map), _heat(course, words)
    injuries, arrests = _injuries(course, words), _arrests(course, words)
    criteria = _criteria(judged, words)
    return Page(
        words=words,
        title=words.pick(meta["title"]),
        runs=[assessment.label(run.path) for run in runs],
        verdict=_verdict(course, runs, judged, injuries, arrests, words),
        score=_score(judged, words),
        criteria=criteria,
        violations=_violations(judged[0], course, words),
        phases=charts.phase_bar(course.declared, course.due, words, course.duration),
        lags=_lags(course, words),
        moments=_moments(course, words),
        heat=heat,
        charts=_charts(course, words),
        injuries=injuries,
        arrests=arrests,
        orders=_orders(course, words),
        events=_events(course, words),
        settings=_settings(course, words),
        changes=_changes(meta["params"], words),
        health=_health(meta.get("summary"), words),
        times=_times(runs, words),
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


def _verdict(
    course: Course,
    runs: Sequence[Recording],
    judged: Sequence[assessment.Assessment | None],
    injuries: dict[str, Any],
    arrests: dict[str, Any],
    words: Words,
) -> list[str]:
    """Sentences on the first run, and what one run, or several, can tell."""
    said = []
    breach = course.first("breach")
    if breach is None:
        said.append(words("verdict.held"))
    else:
        name = words.pick(course.named(breach.subject))
        said.append(words("verdict.breach", barrier=name, time=clock(breach.time)))
    taken, freed = course.first("hostage_taken"), course.first("hostage_freed")
    if taken is not None:
        if freed is not None:
            span = words.number(freed.time - taken.time)
            said.append(words("verdict.freed", time=clock(taken.time), seconds=span))
        else:
            said.append(words("verdict.held_hostage", time=clock(taken.time)))
    said.append(words("verdict.injured", count=injuries["total"], serious=injuries["serious"]))
    if arrests["total"]:
        said.append(words("verdict.arrested", count=arrests["total"], wrongful=arrests["wrongful"]))
    end = course.first("dispersal")
    said.append(words("verdict.dispersed", time=clock(end.time)) if end else words("verdict.remained"))
    if judged[0] is None:
        said.append(words("verdict.no_criteria"))
    said.append(words("verdict.one") if len(runs) == 1 else words("verdict.several", count=len(runs)))
    return said


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
        groups.append({"name": label, "value": _number(value, words), "width": 0 if value is None else round(value)})
    return {
        "total": _number(None if total is None else total.middle, words),
        "range": ""
        if total is None or len(known) == 1
        else f"{_number(total.low, words)}–{_number(total.high, words)}",
        "groups": groups,
        "cap": _text(known[0].cap, words),
    }


def _criteria(judged: Sequence[assessment.Assessment | None], words: Words) -> list[dict[str, Any]]:
    """A line for each criterion: its value, or the median and range over the runs."""
    known = [each for each in judged if each is not None]
    lines = []
    for criterion in assessment.criteria() if known else ():
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
                "value": "–" if values is None else _number(values.middle, words),
                "range": "" if values is None or len(known) == 1 else _range(values, words),
                "band": bands[0] if len(known) == 1 else "",
                "bands": [(band, bands.count(band)) for band in assessment.BANDS if band in bands],
                "green": _limit(criterion.green, words),
                "amber": _limit(criterion.amber, words),
                "mark": _text(getattr(criterion, "mark", ""), words),
                "reason": words.pick(results[0].reason) if results[0].reason else "",
            }
        )
    return lines


def _group(name: str, words: Words) -> str:
    key = f"score_group.{name.lower()}"
    return words(key) if words.has(key) else name


def _range(values: assessment.Spread, words: Words) -> str:
    return f"{_number(values.low, words)}–{_number(values.high, words)}"


def _number(value: Any, words: Words) -> str:
    """As many decimals as a reader needs."""
    if value is None:
        return "–"
    value = float(value)
    decimals = 0 if abs(value) >= 100 or value == round(value) else 1 if abs(value) >= 10 else 2
    return words.number(value, decimals)


def _limit(value: Any, words: Words) -> str:
    return _number(value, words) if isinstance(value, int | float) else _text(value, words)


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
            subject = words.pick(course.named(each.subject)) if each.subject else ""
            lines.append(
                {
                    "rule": rule,
                    "name": names.get(rule, ""),
                    "time": clock(each.time),
                    "place": _place(course, each.position, words),
                    "subject": subject,
                    "reason": _text(each.reason, words),
                }
            )
        if len(found) > _MANY:
            more = words("more", count=len(found) - _MANY)
            lines.append({"rule": rule, "name": "", "time": "", "place": "", "subject": "", "reason": more})
    return lines


def _place(course: Course, position: tuple[float, float] | None, words: Words) -> str:
    """A named area and metres from the map's north-west corner."""
    if position is None:
        return ""
    name = words.pick(course.place(position))
    metres = f"({words.number(position[0])}, {words.number(position[1])})"
    return f"{name} {metres}" if name else metres


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


# --- pictures ---------------------------------------------------------------------------------------------------------


def _uri(data: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def _ground(tile_map: TileMap) -> str:
    zoom = min(_ZOOM, _GROUND / max(tile_map.size))
    return _uri(stills.encoded(stills.ground(tile_map, zoom), "jpg"), "jpeg")


def _moments(course: Course, words: Words) -> list[Shown]:
    moments = chosen(course, words)
    if not moments:
        return []
    maker = stills.StillMaker(
        course.map,
        size=_STILL,
        lang=words.lang,
        overlays=["unit_labels"],
        title=course.recording.meta["title"],
        duration=course.duration,
    )
    shown = []
    for moment in moments:
        maker.show(area_around(course, moment.position))
        surface = maker.draw(course.recording.frame_at(moment.time), events=course.events)
        still = _uri(stills.encoded(surface, "jpg"), "jpeg")
        place = _place(course, moment.position, words)
        load = _load_chart(course, moment, words)
        shown.append(Shown(moment, place, still, replay(course, moment.time, moment.position), load))
    maker.close()
    return shown


def _load_chart(course: Course, moment: Moment, words: Words) -> Chart | None:
    """The minute of load before a barrier gave way."""
    if moment.barrier is None:
        return None
    k = moment.barrier
    start, end = max(0.0, moment.time - 60.0), min(course.duration, moment.time + 5.0)
    last = (course.times >= start) & (course.times <= end)
    curves = [
        Curve(words("curve.load"), _INK["b"], course.times[last], course.load[last, k] / 1000.0),
        Curve(words("curve.capacity"), _INK["a"], course.times[last], course.capacity[last, k] / 1000.0, dashed=True),
    ]
    mark = [(moment.time, moment.title)]
    return charts.lines(words("chart.load"), curves, words, start=start, end=end, marks=mark)


def _heat(course: Course, words: Words) -> list[Heat]:
    """The densest and tightest each square metre has seen."""
    seen = np.argwhere(course.density > 0.0)
    cols, rows = course.density.shape[1], course.density.shape[0]
    area: Rect = (0.0, 0.0, float(cols), float(rows))
    if len(seen):
        (y0, x0), (y1, x1) = np.maximum(seen.min(axis=0) - 3, 0), np.minimum(seen.max(axis=0) + 4, (rows, cols))
        area = (float(x0), float(y0), float(x1), float(y1))
    found = []
    for key, values, steps, unit in (
        ("density", course.density, _DENSITY, words("per_area")),
        ("squeeze", course.squeeze, _SQUEEZE, "N"),
    ):
        image = _uri(stills.encoded_pixels(_coloured(values, steps)), "png")
        legend = [(colour, f"≥ {_number(least, words)} {unit}") for least, colour in steps]
        most = float(values.max(initial=0.0))
        peak = f"{'≥ ' * (key == 'squeeze' and most >= MOST_SQUEEZE)}{_number(most, words)} {unit}"
        found.append(Heat(words(f"heat.{key}"), image, (cols, rows), area, legend, peak))
    return found


def _coloured(values: np.ndarray, steps: Sequence[tuple[float, str]]) -> np.ndarray:
    """Values as pixels, u1[rows, cols, 4]: a colour for each step, nothing below the first."""
    pixels = np.zeros((*values.shape, 4), np.uint8)
    for least, colour in steps:
        pixels[values >= least] = (*bytes.fromhex(colour[1:]), 215)
    return pixels


def _charts(course: Course, words: Words) -> list[Chart]:
    def curve(name: str, label: str, ink: str, scale: float = 1.0, dashed: bool = False) -> Curve:
        times, values = course.series(name)
        return Curve(label, _INK[ink], times, values / scale, dashed)

    marks = [
        (event.time, words.pick(event.text) or words(f"event.{event.kind}"))
        for event in course.events
        if event.kind in ("breach", "hostage_taken", "hostage_freed", "dispersal")
    ]
    feelings = [
        curve("anger", words("panel.anger"), "b"),
        curve("fear", words("panel.fear"), "a", dashed=True),
        curve("legitimacy", words("panel.legitimacy"), "c"),
    ]
    minds = [Curve(words(f"mind.{mind}"), colour, *course.series(f"mind.{mind}")) for mind, colour in _MINDS]
    gate = [
        curve("gate.load", words("curve.load"), "b", 1000.0),
        curve("gate.capacity", words("curve.capacity"), "a", 1000.0, dashed=True),
    ]
    people = [
        curve("near_gate", words("curve.near_gate"), "b"),
        curve("in_compound", words("curve.in_compound"), "a"),
        curve("crowd", words("curve.crowd"), "e", dashed=True),
    ]
    hurt = [
        curve("injured.demonstrator", words("group.demonstrator"), "b"),
        curve("injured.officer", words("group.officer"), "a"),
        curve("injured.bystander", words("group.bystander"), "e", dashed=True),
    ]
    drawn = [
        charts.lines(words(f"chart.{name}"), curves, words, end=course.duration, marks=marks, phases=course.declared, **look)
        for name, curves, look in (
            ("feelings", feelings, {"top": 1.0}),
            ("minds", minds, {"top": 1.0, "stacked": True}),
            ("gate", gate, {}),
            ("people", people, {}),
            ("density", [curve("peak_density", words("curve.density"), "b")], {}),
            ("thrown", [curve("objects_per_min", words("curve.thrown"), "d")], {}),
            ("injured", hurt, {}),
        )
    ]  # fmt: skip
    return [chart for chart in drawn if chart is not None]


# --- tables -----------------------------------------------------------------------------------------------------------


def _injuries(course: Course, words: Words) -> dict[str, Any]:
    """People hurt by group and cause; a person counts once, with the worst that happened to him."""
    worst: dict[int, Event] = {}
    for event in course.events:
        if event.kind == "injury" and event.rows:
            before = worst.get(event.rows[0])
            if before is None or event.value >= before.value:
                worst[event.rows[0]] = event
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


def _arrests(course: Course, words: Words) -> dict[str, Any]:
    arrests = [event for event in course.events if event.kind == "arrest"]
    lines = [
        {
            "time": clock(event.time),
            "text": words.pick(event.text),
            "place": _place(course, event.position, words),
            "right": words("arrest.offender" if event.cause == "offender" else "arrest.wrongful"),
        }
        for event in arrests
    ]
    wrongful = sum(event.cause == "wrongful" for event in arrests)
    return {"lines": lines, "total": len(arrests), "wrongful": wrongful, "offender": len(arrests) - wrongful}


def _orders(course: Course, words: Words) -> list[dict[str, str]]:
    """The journal in words."""
    dt = float(course.recording.meta["dt"])
    lines = []
    for tick, _, command in course.recording.journal():
        who, what = _said(command, course, words)
        lines.append({"time": clock(tick * dt), "kind": words(f"command.{command['do']}"), "who": who, "what": what})
    return lines


def _said(command: dict[str, Any], course: Course, words: Words) -> tuple[str, str]:
    """Whom a command is for, and what it says."""

    def name(key: str) -> str:
        return words.pick(course.named(str(command.get(key) or "")))

    do = command["do"]
    if do == "give_order":
        order = dict(command["order"])
        kind = order.pop("kind")
        for key in ("zone", "at", "barrier"):
            if order.get(key):
                order[key] = words.pick(course.named(str(order[key])))
        if order.get("person"):
            key = f"person.{order['person']}"
            order["person"] = words(key) if words.has(key) else order["person"]
        for key in ("distance", "width"):
            if key in order:
                order[key] = _number(order[key], words)
        return name("unit"), words(f"order.{kind}", **order)
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
        return "", f"{command['name']} = {_number(command['value'], words)}"
    said = words.pick(dict(command.get("caption", [])))
    parts = [said]
    if command.get("wish"):
        parts.append(words(f"wish.{command['wish']}"))
    parts += [
        f"{words(f'panel.{key}')} +{_number(command[key], words)}" for key in ("anger", "fear") if command.get(key)
    ]
    return str(command.get("crowd", "")), " · ".join(part for part in parts if part)


def _events(course: Course, words: Words) -> list[dict[str, str]]:
    """What was observed, without what the charts and tables count."""
    return [
        {
            "time": clock(event.time),
            "kind": words(f"event.{event.kind}"),
            "what": words.pick(event.text),
            "place": _place(course, event.position, words),
        }
        for event in course.events
        if event.kind not in _QUIET
    ]


def _settings(course: Course, words: Words) -> list[tuple[str, str]]:
    meta = course.recording.meta
    scenario = tomllib.loads(meta["scenario"]) if meta.get("scenario") else {}
    versions = ", ".join(f"{name} {value}" for name, value in meta["versions"].items())
    hashes = course.recording.hashes()
    lines = [
        (words("setting.file"), course.recording.path.name),
        (words("setting.seed"), str(meta["seed"])),
        (words("setting.duration"), clock(course.duration)),
        (words("setting.people"), words.number((course.recording.role >= 0).sum())),
        (words("setting.pace"), words("setting.pace_text", pace=_number(scenario.get("pace", 1.0), words))),
        (words("setting.profile"), str(scenario.get("profile", "model2025"))),
        (words("setting.preset"), str(scenario.get("preset", "default"))),
        (words("setting.legitimacy"), _number(scenario.get("legitimacy", 0.55), words)),
        (words("setting.blocked"), ", ".join(scenario.get("blocked", [])) or "–"),
        (words("setting.fingerprint"), str(meta["fingerprint"])),
        (words("setting.hash"), hashes[-1][1] if hashes else "–"),
        (words("setting.versions"), versions),
    ]
    return lines


def _changes(params: dict[str, dict[str, float]], words: Words) -> list[tuple[str, str, str, str]]:
    """Parameters that are not at their default: name, value, default, where its range comes from."""
    usual = Params()
    changed = []
    for group, values in params.items():
        for field, value in values.items():
            name = f"{group}.{field}"
            if name in LIMITS and not np.isclose(usual.get(name), value):
                limit = LIMITS[name]
                told = f"{_number(value, words)} {limit.unit}".strip()
                changed.append((name, told, _number(usual.get(name), words), limit.source))
    return changed


def _health(summary: dict[str, Any] | None, words: Words) -> dict[str, Any]:
    """The certificate: whether the numbers of the run can be believed."""
    if summary is None:
        return {"verdict": "unknown", "label": words("health.unknown"), "lines": []}
    health = summary["health"]
    return {
        "verdict": health["verdict"],
        "label": words(f"health.{health['verdict']}"),
        "lines": [
            (words(f"health.{key}"), _number(float(health[key]) * (100.0 if key == "max_overlap" else 1.0), words))
            for key in ("max_overlap", "wall_penetrations", "nan", "lost_people", "stuck")
        ],
    }


def _times(runs: Sequence[Recording], words: Words) -> list[dict[str, str]]:
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
