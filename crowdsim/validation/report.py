"""The suite's results as a page: one file with its tables and figures inside, for the screen and for paper."""

import io
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from crowdsim.problems import InputError, Problem
from crowdsim.validation import suite
from crowdsim.validation.case import Case, Figure, Points, Row, Setting
from crowdsim.validation.suite import Result

OURS, PEOPLE = "#0A4FB0", "#11151A"
PEERS = ("#C75B00", "#7B838D", "#00735C", "#C2006B", "#9A6A00")

_PEER = "JuPedSim"

_LINES = 40  # more points than these are a line
_TEMPLATE = "report.html"

_ABOUT = {
    "standard": "Tests the field has agreed on: does the program do what it says? Where a standard only asks for a "
    "description, the criterion is this project's.",
    "model": "Physics and numerics: forces that balance, steps that are small enough, files that say what the run did.",
    "experiment": "People set in where and when they entered a recording, the same measures taken on both. "
    "The parameters were calibrated on these recordings, with other seeds; a case that was left out of it says so.",
    "behaviour": "The psychology has no measured calibration. How far people push, fear, follow or defy is chosen, "
    "not fitted: there is no recording to fit it to. These lines show that effects have the right direction and order, "
    "and no more; do not read a forecast into them.",
}


@dataclass(frozen=True)
class Drawn:
    """A figure on the page."""

    title: str
    svg: str


@dataclass(frozen=True)
class Block:
    """A case on the page: its lines and figures."""

    case: Case
    rows: list[Row]
    seeds: str
    figures: list[Drawn]

    @property
    def judged(self) -> bool:
        """Whether anything was measured, or failed."""
        return any(row.value is not None or row.passed is False for row in self.rows)

    @property
    def beside(self) -> bool:
        """Whether the peer has a value for any line."""
        return any(suite.peer_values(row.case) for row in self.rows)


def write(path: Path, result: Result, setting: Setting, date: str, machine: dict[str, Any]) -> None:
    """Write the page.

    setting : what the runs were made with; the figures read the recordings in its folder
    date    : as it is to be printed
    machine : what the runs were made on, name: value
    """
    check_extra()
    import jinja2

    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    page = jinja2.Environment(autoescape=True, loader=loader, trim_blocks=True, lstrip_blocks=True)
    page.globals.update(number=suite.number, spread=suite.spread, best=_best, peer=suite.peer_values, unit=_unit)
    unable, reports = suite.left_out(result.rows)
    layers = []
    for layer, title in suite.LAYERS.items():
        blocks = [_block(case, result, setting) for case in result.cases if case.layer == layer]
        if blocks:
            models = _models([row for block in blocks for row in block.rows])
            layers.append((layer, title, _ABOUT[layer], blocks, models))
    text = page.get_template(_TEMPLATE).render(
        date=date,
        machine={name: value for name, value in machine.items() if name not in ("load", "threading")} | _measuring(),
        summary=summary(result),
        gates=[(gate, title, result.gates[gate], suite.coverage(result)[gate]) for gate, title in suite.GATES.items()],
        layers=layers,
        unable=unable,
        reports=reports,
        peers=suite.PEERS,
        peer_name=_PEER,
        interrupted=result.interrupted,
    )
    path.write_text(text, encoding="utf-8")


def check_extra() -> None:
    """InputError that names the extra when a library the page needs is missing."""
    try:
        import jinja2  # noqa: F401
        import matplotlib  # noqa: F401
    except ImportError as error:
        mend = "Install the extra: python -m pip install -e '.[report]'"
        raise InputError(
            [Problem("validate", "--report", f"needs a package that is missing: {error.name}", mend)]
        ) from None


def summary(result: Result) -> list[str]:
    """What holds and what fails, in sentences."""
    by = {held: [gate for gate, value in result.gates.items() if value is held] for held in (True, False, None)}
    sentences = []
    if by[True]:
        sentences.append(f"{_gates(by[True])} hold{'s' * (len(by[True]) == 1)}.")
    if by[False]:
        sentences.append(f"{_gates(by[False])} do{'es' * (len(by[False]) == 1)} not hold.")
    if by[None]:
        sentences.append(f"{_gates(by[None])} {'was' if len(by[None]) == 1 else 'were'} not judged in this run.")
    judged = [row for row in result.rows if row.passed is not None]
    failed = [row for row in judged if row.passed is False]
    sentences.append(f"Of {len(judged)} numbers that something is asked of, {len(judged) - len(failed)} hold.")
    return sentences


def _measuring() -> dict[str, str]:
    """Versions of what measures, where it is installed."""
    with suppress(metadata.PackageNotFoundError):
        return {"pedpy": metadata.version("pedpy")}
    return {}


def _gates(names: Sequence[str]) -> str:
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"Gate{'s' * (len(names) > 1)} {listed}"


def _models(rows: Sequence[Row]) -> list[str]:
    """The peer's models that have a value for any of these lines, in the order of the peer's file."""
    named = [model for peer in suite.PEERS.values() for model in peer.get("models", {})]
    return [model for model in named if any(model in suite.peer_values(row.case) for row in rows)]


def _best(line: str) -> str:
    found = suite.best_peer(line)
    return found[0] if found else ""


def _unit(name: str) -> str:
    return name.replace("m2", "m²").replace("s2", "s²")


def _block(case: Case, result: Result, setting: Setting) -> Block:
    rows = [row for row in result.rows if row.case.split(":")[0] == case.name]
    seeds = sorted({seed for row in rows for seed in row.seeds})
    told = f"seed {seeds[0]}" if len(seeds) == 1 else f"{len(seeds)} seeds, {seeds[0]}–{seeds[-1]}" if seeds else ""
    figures = [_drawn(case, figure, result, setting) for figure in case.figures]
    return Block(case, rows, told, [drawn for drawn in figures if drawn is not None])


# --- figures ----------------------------------------------------------------------------------------------------------


def _drawn(case: Case, figure: Figure, result: Result, setting: Setting) -> Drawn | None:
    """A curve of ours over the people's and the peer's; None when we have none."""
    ours = result.curves(case.name, figure.curve)
    if not ours:
        return None
    import matplotlib
    from matplotlib.figure import Figure as Canvas

    look = {
        "svg.fonttype": "none",
        "svg.hashsalt": f"{case.name} {figure.curve}",  # the same results make the same page
        "font.size": 9.5,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": "#868E98",
        "axes.labelcolor": "#4A525C",
        "xtick.color": "#4A525C",
        "ytick.color": "#4A525C",
        "axes.grid": True,
        "grid.color": "#E6E8EB",
        "axes.axisbelow": True,
        "legend.frameon": False,
    }
    with matplotlib.rc_context(look):
        canvas = Canvas(figsize=(6.2, 3.7), layout="constrained")
        axes = canvas.add_subplot()
        for k, label, points in _peer_curves(figure.peer):
            _plot(axes, points, label, PEERS[k % len(PEERS)], dots="--o", line="-", ms=3.5, lw=1.3, zorder=2)
        try:
            people = figure.people(setting.data)
        except (InputError, OSError):  # a recording that is not there: the page goes without it
            people = {}
        for label, points in people.items():
            _plot(axes, points, label, PEOPLE, dots="D", line="-", ms=6.5, mfc="none", mew=1.5, lw=2.2, zorder=3)
        label = f"crowdsim, {len(ours)} seed{'s' * (len(ours) > 1)}"
        for points in ours.values():
            _plot(axes, points, label, OURS, dots="o", line="-", ms=5, mew=0, lw=1.4, alpha=0.65, zorder=4)
            label = "_"  # one line in the legend for all
        axes.set_xlabel(_unit(figure.x))
        axes.set_ylabel(_unit(figure.y))
        if axes.dataLim.x0 >= 0.0:
            axes.set_xlim(left=0.0)
        if axes.dataLim.y0 >= 0.0:
            axes.set_ylim(bottom=0.0)
        handles, labels = axes.get_legend_handles_labels()
        axes.legend(handles[::-1], labels[::-1], fontsize=8.5, loc="best")
        text = io.StringIO()
        canvas.savefig(text, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    return Drawn(figure.title, _inline(text.getvalue(), figure.title))


def _plot(axes: Any, points: Points, label: str, color: str, dots: str, line: str, **look: Any) -> None:
    """Points as marks, or as a line where they are many; the label "_" stays out of the legend."""
    x, y = [point[0] for point in points], [point[1] for point in points]
    axes.plot(x, y, line if len(points) > _LINES else dots, color=color, label=label, **look)


def _peer_curves(name: str) -> list[tuple[int, str, Points]]:
    """The peer's curves of a figure: number of the model, its name, points."""
    return [
        (k, f"{_PEER} {model}", peer["curves"][name][model])
        for peer in suite.PEERS.values()
        for k, model in enumerate(peer["models"])
        if peer["curves"].get(name, {}).get(model)
    ]


def _inline(svg: str, title: str) -> str:
    """An SVG file as a part of a page: without its head, a fixed size, and names that others may have too."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' id="[a-z]+[\w.]*_\d+"', "", svg)
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    label = title.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return svg.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)
