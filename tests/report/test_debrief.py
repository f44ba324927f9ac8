"""The debrief: what a reader finds on the page of a small run, of several runs, with criteria and without."""

import base64
import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scenes import room, scenario

from crowdsim.behaviour.unit import Open
from crowdsim.frame import Event
from crowdsim.params import Params
from crowdsim.population.roles import Mind
from crowdsim.problems import InputError
from crowdsim.record.keep import Keeper
from crowdsim.record.recorder import Recording
from crowdsim.record.summary import summary
from crowdsim.report import assessment, charts, debrief, moments, paper, replay, tables
from crowdsim.report.course import Course, Span, density_of, read
from crowdsim.session.commands import GiveOrder
from crowdsim.session.simulation import Simulation
from crowdsim.view.words import Words, texts

SECONDS = 14.0
TIMELINE = [
    {"at": 1.0, "do": "inject", "crowd": "crowd", "wish": "push", "zone": "east", "through": "gate", "share": 0.9,
     "event": "push", "caption": {"id": "Dorong & <maju>", "en": "Push & <on>"}},
    {"at": 6.0, "do": "declare_phase", "phase": "merah", "by": "Kapolres"},
]  # fmt: skip


def played(folder: Path, name: str, seed: int, seconds: float = SECONDS) -> Path:
    """A short run with a push and a breach, kept."""
    here = room(capacity=150.0, toughness=1000.0)
    drawn = folder / "small.tmx"
    drawn.write_text("a map", encoding="utf-8")
    object.__setattr__(here, "path", drawn)
    text = 'pace = 3.0\nblocked = ["X9"]\n'  # a scenario made in code has no text of its own
    simulation = Simulation(replace(scenario(here, timeline=TIMELINE, unit=[]), text=text), seed)
    path = folder / f"{name}.crowdsim"
    keeper = Keeper(path)
    keeper(simulation, simulation.frame())
    while simulation.time < seconds - 1e-9:
        keeper(simulation, simulation.advance())
    keeper.close(summary(simulation, 0.5, 1.0, str(path)))
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def run(folder: Path) -> Path:
    return played(folder, "one", 1)


@pytest.fixture(scope="module")
def course(run: Path) -> Course:
    return read(Recording(run), room(capacity=150.0, toughness=1000.0))


@pytest.fixture
def without_criteria(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assessment, "assess", lambda recording: None)


class Stand:
    """A catalogue of one criterion, one rule and one number, in the place of the program's."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        result = SimpleNamespace(
            value=0.0, unit="1/m2", band="red", reason={"id": "Terlalu padat", "en": "Too dense"}, green=3.5, amber=5.5
        )
        names = {"id": "Kepadatan puncak", "en": "Peak density"}
        criterion = SimpleNamespace(id="K25", group="safety", name=names, unit="1/m2", high=False, mark="P")
        rule = SimpleNamespace(id="R2", name={"id": "Peringatan", "en": "Warn"})
        broken = SimpleNamespace(time=7.5, position=(3.0, 4.0), subject="water", reason={"id": "Dua", "en": "Two only"})
        metric = SimpleNamespace(
            id="m", name={"id": "Angka", "en": "Number"}, unit="s", fn=lambda session: session.number
        )

        def evaluate(session: Any) -> dict[str, Any]:
            return {"K25": SimpleNamespace(**vars(result) | {"value": session.number})}

        def of_recording(recording: Recording) -> Any:
            return SimpleNamespace(number=float(recording.meta["seed"]), profile=SimpleNamespace(weights=None))

        def scored(results: dict[str, Any], *_: Any) -> Any:
            total = 57.0 + results["K25"].value
            return SimpleNamespace(total=total, groups={"safety": 40.0}, cap="60: R2")

        contents: dict[str, dict[str, Any]] = {
            "session": {"Session": SimpleNamespace(of_recording=of_recording)},
            "criteria": {"evaluate": evaluate},
            "rules": {"violations": lambda session: {"R2": [broken] * 30}},
            "score": {"score": scored},
            "catalogue": {"CRITERIA": (criterion,), "RULES": (rule,), "METRICS": (metric,)},
        }
        monkeypatch.setitem(sys.modules, "crowdsim.metrics", ModuleType("crowdsim.metrics"))
        for name, values in contents.items():
            module = ModuleType(f"crowdsim.metrics.{name}")
            vars(module).update(values)
            monkeypatch.setitem(sys.modules, module.__name__, module)


def page_of(folder: Path, runs: list[Path], lang: str = "en") -> str:
    path = folder / f"{lang}.html"
    debrief.write(path, [Recording(run) for run in runs], room(capacity=150.0, toughness=1000.0), lang)
    return path.read_text(encoding="utf-8")


def test_the_page_needs_nothing_but_itself(folder: Path, run: Path, without_criteria: None) -> None:
    page = page_of(folder, [run])
    links = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert links and all(link.startswith(("data:", "#")) for link in links)
    pictures = [base64.b64decode(link.partition("base64,")[2]) for link in links if "base64," in link]
    assert len(pictures) >= 4 and all(data[:3] in (b"\xff\xd8\xff", b"\x89PN") for data in pictures)
    assert not re.findall(r"\b(?:fetch|XMLHttpRequest|import)\s*\(|url\(", page)
    assert "default-src 'none'" in page
    assert len(page) < 8e6
    assert '<meta name="viewport"' in page and "size: A4" in page


@pytest.mark.parametrize("lang", ["id", "en"])
def test_it_says_what_happened_in_both_languages(folder: Path, run: Path, without_criteria: None, lang: str) -> None:
    page = page_of(folder, [run], lang)
    words = Words(lang, "report")
    for key in (
        "verdict_title",
        "phases",
        "moments",
        "maps",
        "charts",
        "injuries",
        "orders",
        "settings",
        "health_title",
    ):
        assert f">{words(key)}</h" in page, key
    assert words("verdict.one") in page, "one run is no forecast"
    assert words("criteria_none") in page, "without criteria it says so"
    breach = next(event for event in Recording(run).events if event.kind == "breach")
    assert f"00:{int(breach.time):02d}" in page
    assert "Push &amp; &lt;on&gt;" in page if lang == "en" else "Dorong &amp; &lt;maju&gt;" in page, "texts are escaped"
    assert "Kapolres" in page and words("phase.merah") in page


def test_a_breach_is_told_with_what_led_to_it(course: Course) -> None:
    found = moments.chosen(course, Words("en", "report"))
    breach = next(moment for moment in found if moment.kind == "breach")
    told = " ".join(breach.chain)
    event = course.first("breach")
    assert event is not None and breach.time == event.time
    gate = course.barrier("gate")
    assert gate is not None
    top = course.load[course.times < event.time, gate].max() / 1000.0
    assert f"Load up to {top:.2f} kN/m" in told
    assert re.search(r"\d+ pushed within 6 m of it: ", told)
    through = re.search(r"First through: \w+ \(person (\d+), \w+\)", told)
    assert through
    # The person named was on the near side of the gate when it gave way, and is the first on the far side.
    row, (x0, _, x1, _) = int(through[1]), course.map.gates[gate].rect
    middle = (x0 + x1) / 2
    assert course.recording.frame_at(event.time).position[row, 0] < middle
    for frame in course.recording.frames(event.time):
        beyond = np.flatnonzero(frame.position[:, 0] > middle + 0.5)
        if len(beyond):
            assert row in beyond
            break
    assert [moment.time for moment in found] == sorted(moment.time for moment in found)


def test_the_phase_due_is_set_against_the_one_declared() -> None:
    declared = [Span("hijau", 0, 20), Span("merah", 20, 60), Span("hijau", 60, 100)]
    due = [Span("", 0, 5), Span("hijau", 5, 10), Span("merah", 10, 50), Span("hijau", 50, 100)]
    lags = Course.lags(SimpleNamespace(declared=declared, due=due))  # type: ignore[arg-type]
    assert [(lag.due, lag.declared, lag.start, lag.end, lag.early) for lag in lags] == [
        ("merah", "hijau", 10, 20, False),
        ("hijau", "merah", 50, 60, True),
    ]
    bar = charts.phase_bar(declared, due, Words("en", "report"), 100.0)
    assert bar.count("<rect") == 7 and "RED 00:20–01:00" in bar


def test_a_late_phase_is_named_at_the_moment_it_matters_for(course: Course) -> None:
    late = Course(**vars(course) | {"due": [Span("hijau", 0, 1), Span("merah", 1, 14)]})
    push = next(moment for moment in moments.chosen(late, Words("en", "report")) if moment.kind == "push")
    assert "RED was due from 00:01 on and declared 5 s later." in " ".join(push.chain)


def test_a_replay_holds_positions_to_a_decimetre_five_times_a_second(course: Course) -> None:
    event = course.first("breach")
    assert event is not None and event.position is not None
    shown = replay.replay(course, event.time, event.position)
    data = base64.b64decode(shown.data)
    count = shown.frames * shown.people
    assert shown.frames == 51 and shown.people > 20 and len(data) == 5 * count
    places = np.frombuffer(data[: 4 * count], "<u2").reshape(shown.frames, shown.people, 2)
    for k in (0, 25, 50):
        frame = course.recording.frame_at(shown.start + k / replay.RATE)
        seen = places[k, :, 0] != 65535
        away = np.hypot(*(places[k, seen, None] / 10.0 - frame.position[None]).transpose(2, 0, 1)).min(axis=1)
        assert seen.sum() > 20 and away.max() < 0.08
    states = next(gate[4] for gate in shown.gates)
    assert len(states) == shown.frames and states[0] in "cd" and states[-1] == "b", "the gate is seen to break"


def test_density_counts_people_within_a_metre_of_the_middle_of_a_cell() -> None:
    position = np.random.default_rng(3).uniform(0.0, 9.0, (200, 2)).astype(np.float32)
    found = density_of(position, (9, 9))
    middle = np.stack(np.meshgrid(np.arange(9) + 0.5, np.arange(9) + 0.5), axis=-1).reshape(-1, 2)
    counted = [(np.hypot(*(position - point).T) < 1.0).sum() / np.pi for point in middle]
    np.testing.assert_allclose(found.ravel(), counted, rtol=1e-6)


def test_a_person_counts_once_with_the_worst_that_happened_to_him(course: Course, folder: Path) -> None:
    def hurt(row: int, worth: float, cause: str) -> Event:
        return Event(1, 1.0, "injury", (1.0, 1.0), "officer", worth, cause=cause, rows=(row,))

    told = Course(**vars(course) | {"events": [hurt(1, 1, "object"), hurt(1, 2, "crush"), hurt(2, 1, "object")]})
    table = debrief.tables.injuries(told, Words("en", "report"))
    officers = next(line for line in table["lines"] if line["group"] == "Officers")
    assert (table["total"], table["serious"], officers["total"]) == (2, 1, 2)
    assert dict(zip(table["causes"], officers["counts"], strict=True)) == {"crush": 1, "thrown object": 1}


def test_criteria_rules_and_score_are_printed(folder: Path, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Stand(monkeypatch)
    page = page_of(folder, [run])
    assert "Too dense" in page and "≤ 3.5 / ≤ 5.5" in page and "[P]" in page
    assert '<span class="score">58</span>' in page and "Capped at 60: R2" in page
    assert page.count("Two only") == 12 and "and 18 more" in page
    assert re.search(r"<td>Water</td><td>Two only</td>", page), "the subject in words"


def test_several_runs_give_median_and_range(folder: Path, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Stand(monkeypatch)
    runs = [run, played(folder, "two", 2, 4.0), played(folder, "nine", 9, 4.0)]
    page = debrief.compose([Recording(path) for path in runs], room(capacity=150.0, toughness=1000.0), "en")
    line = page.criteria[0]
    assert (line["value"], line["range"], line["bands"]) == ("2", "1–9", [("red", 3)])
    push, breach = (next(t for t in page.times if t["event"] == name) for name in ("Push", "Breach"))
    assert push["runs"] == "3/3" and breach["runs"] == "1/3", "two runs ended before"
    assert page.detail == "two", "seeds 1, 2 and 9 stand for the scores: 2 is in the middle"
    assert [each["name"] for each in page.each] == ["one", "two", "nine"]
    assert page.broken == [{"rule": "R2 Warn", "runs": "3/3", "count": "30", "range": "30–30"}]
    assert page.score is not None and page.score["cap"] == "" and "3 of 3 runs: 3× at 60" in page.score["caps"]
    told = page_of(folder, runs)
    assert told.count("One run: two") == 10, "each part about one run says so"
    assert "forecast" in page.verdict[-1] and "3 runs" in page.verdict[-1]


def test_runs_of_another_scenario_are_refused(folder: Path, run: Path) -> None:
    other = Recording(run)
    other.meta["fingerprint"] = "another"
    with pytest.raises(InputError, match="another scenario"):
        debrief.compose([Recording(run), other], room(), "en")


def test_settings_that_were_changed_are_named(course: Course) -> None:
    told = [value for _, value in debrief.tables.settings(course, Words("en", "report"))]
    assert "waits 3 times as short as in earnest" in told and "X9" in told and "one.crowdsim" in told
    params = {name: dict(group) for name, group in course.recording.meta["params"].items()}
    assert debrief.tables.changes(params, Words("en")) == []
    params["force"]["push"] = 321.0
    assert debrief.tables.changes(params, Words("en"))[0][:2] == ("force.push", "321 N")


def test_a_run_that_was_killed_is_told_without_a_certificate(course: Course) -> None:
    assert debrief.tables.health(None, Words("en", "report"))["verdict"] == "unknown"
    health = {"verdict": "invalid", "max_overlap": 0.2, "wall_penetrations": 3, "nan": 0, "lost_people": 0, "stuck": 0}
    told = debrief.tables.health({"health": health}, Words("en", "report"))
    runs = [SimpleNamespace(meta={"summary": {"health": {"verdict": v}}}) for v in ("valid", "invalid", "doubtful")]
    assert debrief.tables.worst_health(runs)["health"]["verdict"] == "invalid"  # type: ignore[arg-type, index]
    assert debrief.tables.worst_health([*runs, SimpleNamespace(meta={})]) is None  # type: ignore[list-item]
    assert told["verdict"] == "invalid" and ("People inside walls", "3") in told["lines"]


def test_a_chart_shows_every_value_where_it_belongs() -> None:
    times, values = np.array([0.0, 50.0, 100.0]), np.array([0.0, 4.0, 2.0])
    chart = charts.lines("c", [charts.Curve("a", "#000000", times, values)], Words("en"), end=100.0)
    assert chart is not None
    points = re.search(r'polyline points="([^"]*)"', chart.svg)
    assert points
    (x0, y0), (x1, y1), (x2, y2) = ([float(v) for v in p.split(",")] for p in points[1].split())
    assert y1 < y2 < y0, "more is higher"
    assert x0 < x1 < x2 and x1 - x0 == pytest.approx(x2 - x1, abs=0.2)
    assert y0 - y1 == pytest.approx(2 * (y0 - y2), abs=0.2)
    assert charts.lines("c", [charts.Curve("a", "#000", times[:0], values[:0])], Words("en"), end=9.0) is None


def test_the_paper_version_holds_the_same(folder: Path, run: Path, without_criteria: None) -> None:
    pytest.importorskip("fpdf")
    page = debrief.compose([Recording(run)], room(capacity=150.0, toughness=1000.0), "id")
    path = folder / "page.pdf"
    paper.write(path, page)
    data = path.read_bytes()
    assert data.startswith(b"%PDF") and data.count(b"/Type /Page\n") >= 2 and len(data) < 8e6


@pytest.mark.parametrize(("lang", "note"), [("id", "tidak terdengar"), ("en", "not heard")])
def test_an_order_nobody_heard_is_told_beside_the_orders(tmp_path: Path, lang: str, note: str) -> None:
    here = room(capacity=5000.0)
    object.__setattr__(here, "path", tmp_path / "small.tmx")
    here.path.write_text("a map", encoding="utf-8")
    simulation = Simulation(scenario(here, Params().with_value("officers.unheard", 1.0)))
    path = tmp_path / "missed.crowdsim"
    keeper = Keeper(path)
    keeper(simulation, simulation.frame())
    for mind in (Mind.CALM, Mind.VIOLENT):
        simulation.people.mind[simulation.crowds[0].rows] = mind
        simulation.send(GiveOrder("line", Open(2.0), operator="pelatih"))
        for _ in range(25):
            keeper(simulation, simulation.advance())
    keeper.close(None)
    heard, missed = tables.orders(read(Recording(path), here), Words(lang, "report"))
    assert note not in heard["what"] and missed["what"].startswith(heard["what"].split(" · ")[0])
    assert note in missed["what"]


def test_both_languages_have_the_same_keys_and_places() -> None:
    first, second = (texts(f"report.{lang}") for lang in ("id", "en"))
    assert first.keys() == second.keys()
    for key in first:
        assert first[key].strip() and re.findall(r"{\w+}", first[key]) is not None
        assert sorted(re.findall(r"{\w+}", first[key])) == sorted(re.findall(r"{\w+}", second[key])), key
    assert not set(first) & set(texts("en")), "a text of the window is not told twice"


def test_no_text_is_left_unused_and_every_order_has_one() -> None:
    from crowdsim.behaviour.unit import ORDER_KINDS
    from crowdsim.session.commands import _KINDS

    known = texts("report.en")
    assert {f"order.{kind}" for kind in ORDER_KINDS} | {f"command.{kind}" for kind in _KINDS} <= known.keys()
    assert {f"paint.{name}" for name, _ in replay.PAINTS} <= known.keys()
    code = "".join(path.read_text(encoding="utf-8") for path in Path(debrief.__file__).parent.glob("*.*"))
    built = (
        "command",
        "operator",
        "order",
        "person",
        "tool",
        "wish",
        "paint",
        "band",
        "column",
        "chart",
        "heat",
        "health",
    )
    built = tuple(f"{name}." for name in (*built, "score_group", "group", "freed"))
    assert [key for key in known if not key.startswith(built) and f'"{key}"' not in code] == []


def test_what_is_inside_a_replay_is_valid_json(folder: Path, run: Path, without_criteria: None) -> None:
    page = page_of(folder, [run])
    told = re.findall(r'<script type="application/json">(.*?)</script>', page)
    assert told and all(json.loads(text)["frames"] > 1 for text in told)
