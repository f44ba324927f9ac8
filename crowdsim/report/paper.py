"""The debrief on paper: a plain PDF of the same page, without what moves."""

import base64
import io
from collections.abc import Sequence
from pathlib import Path

from crowdsim.problems import InputError, Problem
from crowdsim.report.debrief import Page
from crowdsim.view.words import clock

_MARGIN = 14.0  # mm
_WIDE = 210.0 - 2 * _MARGIN
_FONT = "helvetica"  # every reader has it: nothing is embedded, and only the signs of Latin-1 can be printed
_SIGNS = str.maketrans({"–": "-", "—": "-", "•": "·", "≥": ">=", "≤": "<=", "…": "...", "’": "'", "“": '"', "”": '"'})


def check_extra() -> None:
    """InputError that names the extra when the library a PDF needs is missing."""
    try:
        import fpdf  # noqa: F401
    except ImportError as error:
        mend = "Install the extra: python -m pip install -e '.[report]'; or print the page from a browser"
        problem = Problem("report", "--pdf", f"needs a package that is missing: {error.name}", mend)
        raise InputError([problem]) from None


def write_picture(path: Path, picture: Path, size: tuple[float, float]) -> None:
    """One picture as a PDF of one sheet that it fills, `size` mm wide and high."""
    check_extra()
    import fpdf

    pdf = fpdf.FPDF(format=(size[1], size[0]), orientation="L")
    pdf.add_page()
    pdf.image(str(picture), 0, 0, *size)
    pdf.output(str(path))


def write(path: Path, page: Page) -> None:
    """Write the page as a PDF of A4 sheets."""
    check_extra()
    import fpdf

    t = page.words
    pdf = fpdf.FPDF(format="A4")
    pdf.set_margin(_MARGIN)
    pdf.set_auto_page_break(True, _MARGIN)
    pdf.set_title(f"{t('debrief')}: {page.title}")
    pdf.set_lang(t.lang)
    pdf.add_page()

    def text(line: str, size: float = 9.5, bold: bool = False) -> None:
        pdf.set_font(_FONT, "B" if bold else "", size)
        pdf.multi_cell(_WIDE, size * 0.5, _latin(line), new_x="LMARGIN", new_y="NEXT")
        pdf.ln(size * 0.08)

    def head(line: str) -> None:
        if pdf.get_y() > 250:
            pdf.add_page()
        pdf.ln(3)
        text(line, 13, bold=True)

    def table(columns: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
        if not rows:
            text(t("none"))
            return
        pdf.set_font(_FONT, "", 8)
        style = fpdf.FontFace(emphasis="BOLD", fill_color=(238, 241, 244))
        with pdf.table(col_widths=tuple(widths), headings_style=style, line_height=4, text_align="LEFT") as made:
            for row in (columns, *rows):
                made.row([_latin(cell) for cell in row])

    def svg(drawing: str, wide: float) -> None:
        pdf.image(io.BytesIO(drawing.encode()), w=wide)

    text(f"{t('debrief')}: {page.title}", 16, bold=True)
    text(", ".join(page.runs), 8)
    if len(page.runs) > 1:
        text(t("runs", count=len(page.runs), detail=page.detail), 9)
    head(t("verdict_title"))
    for line in page.verdict:
        text(f"• {line}")
    text(page.health["label"])
    if page.score:
        text(f"{t('score.title')}: {page.score['total']} {t('score.of')} {page.score['range']}".strip(), 12, bold=True)
        if page.score["caps"]:
            text(page.score["caps"])
        if page.score["cap"]:
            text(t("score.cap", cap=page.score["cap"]))
        text(" · ".join(f"{group['name']}: {group['value']}" for group in page.score["groups"]))
    head(t("times_title"))
    many = len(page.runs) > 1
    names = [t("column.event"), t("column.median" if many else "column.time"), t("column.range"), t("column.runs")]
    rows = [(line["event"], line["time"], line["range"], line["runs"]) for line in page.times]
    keep = 4 if many else 2
    table(names[:keep], [row[:keep] for row in rows], (4, 1.2, 2, 1)[:keep])
    if many:
        head(t("several"))
        names = [t(f"column.{name}") for name in ("run", "cap", "serious")]
        names[1:1] = [t("setting.seed"), t("score.title")]
        names[4:4] = [t("event.breach"), t("injuries")]
        keys: tuple[str, ...] = ("name", "seed", "score", "cap", "breach", "injured", "serious")
        table(names, [[line[key] for key in keys] for line in page.each], (5, 1, 1, 2, 1.2, 1.4, 1.4))
        if page.broken:
            names = [t(f"column.{name}") for name in ("rule", "runs", "median", "range")]
            table(
                names, [[line[key] for key in ("rule", "runs", "count", "range")] for line in page.broken], (4, 1, 1, 1)
            )
        text(t("detail", run=page.detail), 11, bold=True)
    head(t("phases"))
    svg(page.phases, _WIDE * 0.8)
    for line in page.lags:
        text(f"• {line}")
    head(t("violations"))
    if page.score is None:
        text(t("criteria_none"))
    elif page.violations:
        table(
            [t(f"column.{name}") for name in ("rule", "time", "place", "who", "reason")],
            [(f"{v['rule']} {v['name']}", v["time"], v["place"], v["subject"], v["reason"]) for v in page.violations],
            (3, 1, 3, 2, 4),
        )
    else:
        text(t("violations_none"))
    head(t("criteria"))
    if page.criteria:
        text(t("criteria_about"), 8)
        table(
            [t(f"column.{name}") for name in ("criterion", "value", "band", "limits", "reason", "mark")],
            [
                (
                    f"{line['id']} {line['name']}",
                    f"{line['value']} {line['unit']} {line['range']}".strip(),
                    ", ".join(f"{count}× " * many + t(f"band.{name}") for name, count in line["bands"]),
                    line["limits"],
                    "" if many else line["reason"],
                    line["mark"],
                )
                for line in page.criteria
            ],
            (4, 2, 1.6, 2, 4, 1.4),
        )
    else:
        text(t("criteria_none"))
    if page.numbers:
        head(t("numbers"))
        for number in page.numbers:
            text(f"{number['name']}: {number['value']} {number['range']}".strip())
    head(t("moments"))
    for shown in page.moments:
        if pdf.get_y() > 150:
            pdf.add_page()
        text(f"{clock(shown.moment.time)} · {shown.moment.title}", 11, bold=True)
        text(shown.place, 8)
        for line in shown.moment.chain:
            text(f"• {line}")
        pdf.image(io.BytesIO(base64.b64decode(shown.still.partition(",")[2])), w=_WIDE * 0.66)
        pdf.ln(3)
        if shown.load:
            svg(shown.load.svg, _WIDE * 0.6)
    head(t("charts"))
    for chart in page.charts:
        if pdf.get_y() > 200:
            pdf.add_page()
        text(f"{chart.title}: {', '.join(curve.label for curve in chart.curves)}", 9, bold=True)
        svg(chart.svg, _WIDE * 0.72)
    head(t("injuries"))
    hurt = page.injuries
    table(
        [t("column.group"), *hurt["causes"], t("column.total"), t("column.serious")],
        [
            (line["group"], *map(str, line["counts"]), str(line["total"]), str(line["serious"]))
            for line in hurt["lines"]
        ],
        (2, *(1 for _ in hurt["causes"]), 1, 1),
    )
    head(t("arrests"))
    columns = [t(f"column.{name}") for name in ("time", "what", "place", "right")]
    table(columns, [(a["time"], a["text"], a["place"], a["right"]) for a in page.arrests["lines"]], (1, 3, 3, 1.5))
    head(t("orders"))
    columns = [t(f"column.{name}") for name in ("time", "kind", "who", "what")]
    table(columns, [(o["time"], o["kind"], o["who"], o["what"]) for o in page.orders], (1, 1.5, 2.5, 6))
    head(t("health_title"))
    for name, value in page.health["lines"]:
        text(f"{name}: {value}")
    head(t("settings"))
    for name, value in page.settings:
        text(f"{name}: {value}", 8.5)
    text(t("changes"), 10, bold=True)
    if page.changes:
        table([t(f"column.{name}") for name in ("name", "value", "default", "source")], page.changes, (3, 2, 2, 5))
    else:
        text(t("changes_none"))
    path.write_bytes(bytes(pdf.output()))


def _latin(text: str) -> str:
    """The text in signs the font has."""
    return text.translate(_SIGNS).encode("latin-1", "replace").decode("latin-1")
