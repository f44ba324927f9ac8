"""The pictures of the page: stills, replays, maps of the densest and tightest, charts."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from crowdsim.report.charts import Chart, Curve, lines
from crowdsim.report.course import MOST_SQUEEZE, Course
from crowdsim.report.moments import Moment, chosen
from crowdsim.report.replay import Replay, area_around, replay
from crowdsim.view import stills
from crowdsim.view.words import Words
from crowdsim.world.tilemap import Rect, TileMap

_STILL = (1200, 900)  # px
_GROUND = 2400  # px, the longer side of the picture of the ground, which maps and replays share
_ZOOM = 14.0  # px/m at most
_INK = {"a": "#0072B2", "b": "#D55E00", "c": "#009E73", "d": "#CC79A7", "e": "#7B838D"}
_MINDS = (
    ("calm", "#CDE3F2"),
    ("chanting", "#F2D38A"),
    ("pushing", "#E69F00"),
    ("violent", "#B5371C"),
    ("fleeing", "#8E9AA6"),
)
_SHARES = ("feelings", "minds")  # charts of numbers from 0 to 1
_DENSITY = ((2.0, "#8FB8DE"), (3.5, "#F2C200"), (5.0, "#E0701A"), (7.0, "#8C1D18"))
_SQUEEZE = ((250.0, "#8FB8DE"), (500.0, "#F2C200"), (1000.0, "#E0701A"), (2000.0, "#8C1D18"))


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


def _uri(data: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def ground(tile_map: TileMap) -> str:
    """The place without people, which maps and replays share: a data URI."""
    zoom = min(_ZOOM, _GROUND / max(tile_map.size))
    return _uri(stills.encoded(stills.ground(tile_map, zoom), "jpg"), "jpeg")


def moments(course: Course, words: Words) -> list[Shown]:
    """The key moments with their stills and replays."""
    found = chosen(course, words)
    if not found:
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
    for moment in found:
        maker.show(area_around(course, moment.position))
        surface = maker.draw(course.recording.frame_at(moment.time), events=course.events)
        still = _uri(stills.encoded(surface, "jpg"), "jpeg")
        place = course.where(moment.position, words)
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
    return lines(words("chart.load"), curves, words, start=start, end=end, marks=mark)


def heat(course: Course, words: Words) -> list[Heat]:
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
        legend = [(colour, f"≥ {words.short(least)} {unit}") for least, colour in steps]
        most = float(values.max(initial=0.0))
        peak = f"{'≥ ' * (key == 'squeeze' and most >= MOST_SQUEEZE)}{words.short(most)} {unit}"
        found.append(Heat(words(f"heat.{key}"), image, (cols, rows), area, legend, peak))
    return found


def _coloured(values: np.ndarray, steps: Sequence[tuple[float, str]]) -> np.ndarray:
    """Values as pixels, u1[rows, cols, 4]: a colour for each step, nothing below the first."""
    pixels = np.zeros((*values.shape, 4), np.uint8)
    for least, colour in steps:
        pixels[values >= least] = (*bytes.fromhex(colour[1:]), 215)
    return pixels


def over_time(course: Course, words: Words) -> list[Chart]:
    """The readings of the run as charts."""

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
        lines(
            words(f"chart.{name}"),
            curves,
            words,
            end=course.duration,
            top=1.0 if name in _SHARES else None,
            marks=marks,
            phases=course.declared,
            stacked=name == "minds",
        )
        for name, curves in (
            ("feelings", feelings),
            ("minds", minds),
            ("gate", gate),
            ("people", people),
            ("density", [curve("peak_density", words("curve.density"), "b")]),
            ("thrown", [curve("objects_per_min", words("curve.thrown"), "d")]),
            ("injured", hurt),
        )
    ]  # fmt: skip
    return [chart for chart in drawn if chart is not None]
