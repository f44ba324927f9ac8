"""The import rules of docs/architecture, kept with `ast`: who may import whom, and where the big libraries live."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "crowdsim"

# Left to right: a module imports only from places with a smaller number, or from its own package.
ORDER = (
    ("places", "starting"),
    ("problems", "settings"),
    ("params",),
    ("kernels",),
    ("world",),
    ("population",),
    ("behaviour",),
    ("frame",),
    ("step",),
    ("session",),
    ("metrics",),
    ("record",),
    ("view",),
    ("report",),
    ("study", "validation"),
    ("bench", "compiling"),
    ("cli",),
    ("__main__",),
)
RANK = {name: rank for rank, names in enumerate(ORDER) for name in names}

MODULES = sorted(PACKAGE.rglob("*.py"))

# What the window may know besides its own package: words that cross, and nothing that computes.
VIEW_SEES = {
    "frame",
    "params",
    "places",
    "problems",
    "settings",
    "world",
    "population",
    "behaviour",
    "session",
    "metrics",
}
# A plan is a scenario that is being written: the view sees its words and its draft, and nothing that runs.
VIEW_SEES_OF_SESSION = {
    "crowdsim.session.commands",
    "crowdsim.session.draft",
    "crowdsim.session.place",
    "crowdsim.session.schema",
    "crowdsim.session.scenario",
}


def top_of(module: Path) -> str:
    """The package, or single module, of crowdsim a file belongs to."""
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(module: Path) -> list[tuple[int, str]]:
    """(line, dotted name) of everything a file imports, anywhere in it."""
    found = []
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno} imports relatively"
            name = node.module or ""
            # `from crowdsim import bench` names a module, `from crowdsim.view import app` one below.
            for alias in node.names:
                below = PACKAGE.parent / name.replace(".", "/") / alias.name
                is_module = below.is_dir() or below.with_suffix(".py").is_file()
                found.append((node.lineno, f"{name}.{alias.name}" if is_module else name))
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(PACKAGE)))
def test_imports_go_to_the_left(module: Path) -> None:
    own = top_of(module)
    if own == "__init__":
        known = ("crowdsim.places", "crowdsim.problems")
        assert not [name for _, name in imports_of(module) if name.startswith("crowdsim") and name not in known]
        return
    assert own in RANK, f"{own} has no place in the order: add it here and to docs/architecture"
    wrong = []
    for line, name in imports_of(module):
        parts = name.split(".")
        if parts[0] != "crowdsim" or len(parts) == 1 or parts[1] == own:
            continue
        if RANK[parts[1]] >= RANK[own]:
            wrong.append(f"{module.relative_to(PACKAGE)}:{line} imports {name}")
    assert not wrong, wrong


def importers(library: str) -> set[str]:
    """Files that import a library, as paths within the package."""
    return {
        str(module.relative_to(PACKAGE).as_posix())
        for module in MODULES
        for _, name in imports_of(module)
        if name.split(".")[0] == library
    }


@pytest.mark.parametrize("module", sorted((PACKAGE / "kernels").glob("*.py")), ids=lambda m: m.name)
def test_kernels_know_parameters_by_name_and_no_default(module: Path) -> None:
    """They name what is in the tuple they are given, `ForceParams(*p)`, and make up no number."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    names = [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "crowdsim.params"
        for alias in node.names
    ]
    used = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in names]
    calls = [
        node.func
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.args[0], ast.Starred)
    ]
    assert all(name.endswith("Params") for name in names) and all(name in calls for name in used)
    assert "crowdsim.params" not in {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}


def test_numba_only_in_kernels_and_the_stamps() -> None:
    assert {name for name in importers("numba") if not name.startswith("kernels/")} <= {"view/stamps.py"}


@pytest.mark.parametrize("library", ["pygame", "imgui_bundle", "av"])
def test_window_libraries_only_in_view(library: str) -> None:
    assert not {name for name in importers(library) if not name.startswith("view/")}


def test_the_view_never_sees_the_simulation() -> None:
    wrong = []
    for module in MODULES:
        if top_of(module) != "view":
            continue
        for line, name in imports_of(module):
            parts = name.split(".")
            if parts[0] != "crowdsim" or len(parts) == 1 or parts[1] == "view":
                continue
            allowed = parts[1] in VIEW_SEES and (parts[1] != "session" or name in VIEW_SEES_OF_SESSION)
            if not allowed:
                wrong.append(f"{module.name}:{line} imports {name}")
    assert not wrong, wrong


def test_the_command_line_loads_the_window_late() -> None:
    """A headless run needs no pygame: the command line imports the view inside its functions only."""
    modules = sorted((PACKAGE / "cli").glob("*.py"))
    assert len(modules) > 3
    for module in modules:
        top = [node for node in ast.parse(module.read_text(encoding="utf-8")).body if isinstance(node, ast.ImportFrom)]
        assert not [node for node in top if (node.module or "").startswith("crowdsim.view")], module.name


@pytest.mark.parametrize(
    "module", [m for m in MODULES if top_of(m) in ("kernels", "step")], ids=lambda m: str(m.relative_to(PACKAGE))
)
def test_no_clock_and_no_global_chance_inside_a_tick(module: Path) -> None:
    """The same seed gives the same bits: nothing in a tick reads a clock or draws from a global generator."""
    wrong = []
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Attribute):
            continue
        if node.value.attr == "random" and node.attr != "Generator":
            wrong.append(f"{module.name}:{node.lineno} uses random.{node.attr}")
    names = {name.split(".")[0] for _, name in imports_of(module)}
    assert not wrong, wrong
    assert not names & {"random", "time", "datetime", "secrets"}
