"""Charts as SVG text, drawn with nothing but lines: they weigh little, print sharply and need no library."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from crowdsim.report.course import Span
from crowdsim.view.words import Words, clock

PHASE_COLOURS = {"hijau": "#00A37A", "kuning": "#F2C200", "merah": "#C8102E", "": "#D5DAE0"}
_WIDE, _HIGH = 480, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 8, 10, 24
_SIZE = 12  # px of the text
_POINTS = 600  # more would not be seen


@dataclass(frozen=True)
class Curve:
    """One line of a chart; `of` says whether it is filled down to the one before."""

    label: str
    colour: str
    times: np.ndarray  # s
    values: np.ndarray
    dashed: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart on the page."""

    title: str
    svg: str
    curves: Sequence[Curve]


def lines(
    title: str,
    curves: Sequence[Curve],
    words: Words,
    *,
    start: float = 0.0,
    end: float,
    top: float | None = None,
    marks: Sequence[tuple[float, str]] = (),
    phases: Sequence[Span] = (),
    stacked: bool = False,
) -> Chart | None:
    """Curves over time; None when there is nothing to draw.

    top    : the highest value of the axis, the data's when None
    marks  : seconds with an upright line, and what it stands for
    phases : the phase declared, as a band below the curves
    """
    curves = [curve for curve in curves if len(curve.times)]
    if not curves:
        return None
    if stacked:
        curves = _stack(curves)
    high = top if top is not None else max(float(curve.values.max()) for curve in curves)
    step = _step(high / 4.0 if high > 0 else 0.25)
    high = max(step, float(np.ceil(high / step - 1e-9)) * step)
    parts: list[str] = []
    for k in range(int(round(high / step)) + 1):
        y = _y(k * step, high)
        decimals = max(0, -int(np.floor(np.log10(step) + 1e-9)))
        parts.append(f'<line x1="{_LEFT}" x2="{_WIDE - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="rule"/>')
        parts.append(_text(_LEFT - 5, y + 4, words.number(k * step, decimals), "end"))
    parts += _time_axis(start, end)
    base = _HIGH - _BOTTOM
    for span in phases:
        x0, x1 = _x(max(span.start, start), start, end), _x(min(span.end, end), start, end)
        if x1 > x0:
            colour = PHASE_COLOURS.get(span.phase, "#D5DAE0")
            parts.append(f'<rect x="{x0:.1f}" y="{base}" width="{x1 - x0:.1f}" height="4" fill="{colour}"/>')
    for time, label in marks:
        if start <= time <= end:
            x = _x(time, start, end)
            parts.append(
                f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{base}" class="mark">'
                f"<title>{escape(label)} {clock(time)}</title></line>"
            )
    previous: np.ndarray | None = None
    drawn: list[str] = []
    for curve in curves:
        inside = (curve.times >= start - 1e-6) & (curve.times <= end + 1e-6)
        times, values = curve.times[inside], curve.values[inside]
        skip = max(1, len(times) // _POINTS)
        points = [(_x(t, start, end), _y(v, high)) for t, v in zip(times[::skip], values[::skip], strict=True)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        if stacked:
            under = previous[inside][::skip] if previous is not None else np.zeros(len(points))
            back = " ".join(
                f"{x:.1f},{_y(v, high):.1f}" for (x, _), v in reversed(list(zip(points, under, strict=True)))
            )
            drawn.append(f'<polygon points="{path} {back}" fill="{curve.colour}"/>')
        else:
            dash = ' stroke-dasharray="5 4"' if curve.dashed else ""
            drawn.append(f'<polyline points="{path}" fill="none" stroke="{curve.colour}" stroke-width="2"{dash}/>')
        previous = curve.values
    parts = drawn + parts if stacked else parts + drawn
    return Chart(title, _svg(parts, title, _HIGH), curves)


def phase_bar(declared: Sequence[Span], due: Sequence[Span], words: Words, end: float) -> str:
    """Two bands one above the other: the phase declared, and the one the facts called for."""
    parts = []
    rows = ((words("bar.declared"), declared, 18), (words("bar.due"), due, 58))
    for label, spans, y in rows:
        parts.append(_text(_LEFT, y - 5, label, "start"))
        for span in spans:
            x0, x1 = _x(span.start, 0.0, end), _x(span.end, 0.0, end)
            colour = PHASE_COLOURS.get(span.phase, "#D5DAE0")
            name = words(f"phase.{span.phase}") if words.has(f"phase.{span.phase}") else "–"
            told = f"{name} {clock(span.start)}–{clock(span.end)}"
            parts.append(
                f'<rect x="{x0:.1f}" y="{y}" width="{max(0.5, x1 - x0):.1f}" height="20" fill="{colour}">'
                f"<title>{escape(told)}</title></rect>"
            )
            if x1 - x0 > 8 * len(name):
                ink = "#FFFFFF" if span.phase == "merah" else "#101418"
                parts.append(_text((x0 + x1) / 2, y + 14, name, "middle", ink))
    return _svg(parts + _time_axis(0.0, end, 84), words("phases"), 104)


def _svg(parts: Sequence[str], title: str, high: int) -> str:
    label = escape(title, quote=True)
    # The width and height are for readers that know no style sheet, such as the printed version.
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {high}" width="{_WIDE}" height="{high}" '
        f'role="img" aria-label="{label}">{"".join(parts)}</svg>'
    )


def _stack(curves: Sequence[Curve]) -> list[Curve]:
    """Each curve on top of those before it."""
    total = np.zeros_like(curves[0].values)
    stacked = []
    for curve in curves:
        total = total + curve.values
        stacked.append(Curve(curve.label, curve.colour, curve.times, total))
    return stacked


def _x(time: float, start: float, end: float) -> float:
    return _LEFT + (time - start) / max(end - start, 1e-9) * (_WIDE - _LEFT - _RIGHT)


def _y(value: float, high: float) -> float:
    return _TOP + (1.0 - value / high) * (_HIGH - _TOP - _BOTTOM)


def _step(least: float) -> float:
    """The next of 1, 2, 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(least))
    return float(next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= least * 0.999))


def _time_axis(start: float, end: float, base: float = _HIGH - _BOTTOM) -> list[str]:
    """Minutes and seconds below a chart."""
    choices = (1, 2, 5, 10, 15, 30, 60, 120, 180, 300, 600, 900, 1800, 3600, 7200)
    step = next((step for step in choices if (end - start) / step <= 7), choices[-1])
    parts = [f'<line x1="{_LEFT}" x2="{_WIDE - _RIGHT}" y1="{base}" y2="{base}" class="axis"/>']
    for k in range(int(np.ceil(start / step - 1e-9)), int(np.floor(end / step + 1e-9)) + 1):
        x = _x(k * step, start, end)
        anchor = "end" if x > _WIDE - _RIGHT - 14 else "middle"
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{base}" y2="{base + 4}" class="axis"/>')
        parts.append(_text(x, base + 18, clock(k * step), anchor))
    return parts


def _text(x: float, y: float, text: str, anchor: str, ink: str = "#4A525C") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{_SIZE}" fill="{ink}">{escape(text)}</text>'
    )
