"""The suite: which cases there are, the gates they belong to, and running them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from crowdsim.validation import experiments
from crowdsim.validation.ground import Case
from crowdsim.validation.recordings import HOW_TO_GET

Run = Callable[[Path | None, tuple[int, ...]], list[Case]]


def _recorded(cases: Callable[[Path, tuple[int, ...]], list[Case]]) -> Run:
    def run(data: Path | None, seeds: tuple[int, ...]) -> list[Case]:
        return cases(data, seeds) if data is not None else []

    return run


FAMILIES: dict[str, tuple[str, bool, Run]] = {
    "V3 fundamental diagram": ("V3", True, _recorded(experiments.corridor_cases)),
    "V4 bottlenecks": ("V4", False, lambda data, seeds: experiments.bottleneck_cases(seeds)),
    "V5 entrance": ("V5", True, _recorded(experiments.entrance_cases)),
    "V6 bidirectional": ("V6", True, _recorded(experiments.bidirectional_cases)),
    "V7 single file": ("V7", False, lambda data, seeds: experiments.single_file_cases(seeds)),
}
"""Name: gate, whether it needs the recordings, and the cases."""

# Cases that stand in the table beside a gate but do not decide it: the gate is on their mean.
_BESIDE = ("uo-",)


def validate(
    data: Path | None, wanted: list[str], quick: bool, tell: Callable[[float], None] = lambda done: None
) -> dict[str, Any]:
    """Run the families named (all when none is); `quick` takes one seed. The object of `validate --json`."""
    seeds = experiments.SEEDS[:1] if quick else experiments.SEEDS
    cases: list[Case] = []
    gates: dict[str, bool | None] = {}
    chosen = [name for name in FAMILIES if not wanted or name in wanted]
    for number, name in enumerate(chosen, 1):
        gate, needs_data, run = FAMILIES[name]
        if needs_data and data is None:
            cases.append(Case(name, "experiment", None, None, None, "", [], "", f"no recordings: {HOW_TO_GET}"))
            gates[gate] = None
        else:
            found = run(data, seeds)
            cases += found
            gates[gate] = all(case.passed for case in found if not case.case.startswith(_BESIDE))
        tell(float(number))
    return {"cases": [vars(case) for case in cases], "gates": gates}


def table(result: dict[str, Any]) -> str:
    """The cases as a person reads them, and at the end what could not run."""
    lines = []
    for case in result["cases"]:
        mark = {True: "holds", False: "FAILS", None: "–"}[case["passed"]]
        value = "" if case["value"] is None else f"{case['value']:.3f}"
        aim = "" if case["expected"] is None else f"{case['expected']:.3f}"
        if case["tolerance"] is not None:
            aim += f" ± {case['tolerance']:.3f}"
        lines.append(f"{mark:6} {case['case']:34} {value:>8} {case['unit']:9} {aim:18} {case['note']}")
    left_out = [case["case"] for case in result["cases"] if case["passed"] is None]
    lines.append(
        "gates: "
        + ", ".join(f"{k} {'–' if v is None else 'holds' if v else 'FAILS'}" for k, v in result["gates"].items())
    )
    if left_out:
        lines.append(f"{len(left_out)} could not run: {', '.join(left_out)}")
    return "\n".join(lines)
