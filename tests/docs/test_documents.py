"""The documents say what is built: commands, parameters, formations, links between pages, files in the wheel."""

import re
import tomllib
from pathlib import Path

import pytest
import typer

from crowdsim.behaviour.formations import FORMATIONS
from crowdsim.behaviour.unit import ORDER_KINDS
from crowdsim.cli import app
from crowdsim.frame import EVENT_KINDS
from crowdsim.metrics.catalogue import CRITERIA, RULES
from crowdsim.params import LIMITS, Params
from crowdsim.session.scenario import load_scenario
from crowdsim.session.schema import CrowdSpec, Entry, ScenarioFile, UnitSpec

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def anchor(heading: str) -> str:
    """The anchor a heading gets: lower case, no signs, hyphens."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    lost = []
    for target in re.findall(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if target.startswith("http"):
            continue
        name, _, place = target.partition("#")
        file = (page.parent / name) if name else page
        if not file.exists():
            lost.append(target)
        elif place:
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            if place not in [anchor(heading) for heading in headings]:
                lost.append(target)
    assert not lost


def test_readme_shows_the_two_commands_word_for_word() -> None:
    lines = text("README.md").splitlines()
    assert "python -m pip install -e . && python run.py" in lines
    assert "python -m pip install -e '.[test]' && python -m pytest" in lines
    assert re.search(r"python -m pip install -e '\.\[test\]'\n(.*\n)*python -m pytest", text(".ci/run"))


def test_every_command_and_option_is_documented() -> None:
    interface = text("docs/interface.md")
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    for name, command in commands.items():
        assert f"`{name}" in interface, name
        for option in command.params:
            for spelling in option.opts:
                if spelling.startswith("-") and not getattr(option, "hidden", False):
                    assert re.search(rf"`{re.escape(spelling)}[ `]", interface), (name, spelling)


def test_every_parameter_stands_in_the_table_with_its_default_and_range() -> None:
    rows = {
        cells[1].strip(" `"): [cell.strip().replace(",", "") for cell in cells[3:5]]
        for line in text("docs/model.md").splitlines()
        if (cells := line.split("|")) and len(cells) == 8 and re.match(r" `\w+\.\w+` ", cells[1])
    }
    assert set(rows) == set(LIMITS)
    for name, (default, span) in rows.items():
        low, high = span.split("–")
        assert float(default) == pytest.approx(Params().get(name)), name
        assert (float(low), float(high)) == (LIMITS[name].low, LIMITS[name].high), name


def test_formations_orders_events_and_keys_are_documented() -> None:
    doctrine, interface = text("docs/doctrine.md"), text("docs/interface.md")
    assert [name for name in FORMATIONS if f"| `{name}` |" not in doctrine] == []
    words = [*ORDER_KINDS, *EVENT_KINDS, *ScenarioFile.model_fields, *CrowdSpec.model_fields, *UnitSpec.model_fields]
    words += [key for key in Entry.model_fields if key != "text"]
    tables = {"crowd": "[[crowd]]", "unit": "[[unit]]", "timeline": "[[timeline]]"}
    missing = [
        word for word in words if not re.search(rf"(`|\b){re.escape(tables.get(word, word))}(`|\b| )", interface)
    ]
    assert missing == []


def test_criteria_and_rules_stand_in_the_tables_with_their_limits() -> None:
    rows = {cells[1].strip(): cells for line in text("docs/doctrine.md").splitlines() if (cells := line.split("|"))[1:]}
    for criterion in CRITERIA:
        cells = rows[criterion.id]
        assert criterion.name["id"] in cells[2]
        assert float(re.findall(r"[\d.]+", cells[5])[0]) == criterion.green, criterion.id
        said = re.findall(r"[\d.]+", cells[6])
        assert (float(said[0]) if said else None) == criterion.amber, criterion.id
        assert cells[7].strip() == f"[{criterion.mark}]"
    assert [rule.id for rule in RULES if rule.name["id"] not in rows[rule.id][2]] == []


@pytest.mark.parametrize("name", FORMATIONS)
def test_formation_table_has_the_geometry_as_built(name: str) -> None:
    row = next(line for line in text("docs/doctrine.md").splitlines() if line.startswith(f"| `{name}` |"))
    slots = FORMATIONS[name](30, 0.0)
    front, depth = (slots.max(axis=0) - slots.min(axis=0)).tolist()
    said = [float(number) for number in row.split("|")[6].split("×")]
    assert said[0] == pytest.approx(front, abs=0.06)
    assert (said[1] if len(said) > 1 else 0.0) == pytest.approx(depth, abs=0.06)


def test_the_scenario_in_the_readme_loads(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", text("README.md"), re.DOTALL)
    assert example
    place = ROOT / "maps" / "kpu_kaltara" / "kpu_kaltara.tmx"
    file = tmp_path / "latihan.toml"
    file.write_text(example.group(1).replace('"kpu_kaltara.tmx"', f'"{place.as_posix()}"'), encoding="utf-8")
    assert load_scenario(file).spec.crowd[0].count == 150


def test_the_wheel_takes_assets_and_maps_along() -> None:
    hatch = tomllib.loads(text("pyproject.toml"))["tool"]["hatch"]["build"]["targets"]
    assert hatch["wheel"]["force-include"] == {"assets": "crowdsim/assets", "maps": "crowdsim/maps"}
    assert [name for name in hatch["sdist"]["include"] if not (ROOT / name).exists()] == []
