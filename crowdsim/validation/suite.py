"""The suite: all cases, running them in worker processes, the gates, and the table a person reads."""

import difflib
import multiprocessing
import os
import signal
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

from crowdsim.kernels import set_threads
from crowdsim.problems import InputError, Problem
from crowdsim.validation import (
    behaviour,
    clogging,
    exchange,
    exercise,
    experiments,
    harm,
    loads,
    mechanics,
    psychology,
)
from crowdsim.validation.case import SEEDS, Case, Measured, Points, Row, Setting, rows_of, settled
from crowdsim.validation.peers import PEERS
from crowdsim.validation.recordings import HOW_TO_GET
from crowdsim.validation.standards import diagrams, openings, walking, ways

CASES: tuple[Case, ...] = (
    *experiments.CASES,
    *walking.CASES,
    *diagrams.CASES,
    *openings.CASES,
    *ways.CASES,
    *mechanics.CASES,
    *clogging.CASES,
    *loads.CASES,
    *behaviour.CASES,
    *harm.CASES,
    *psychology.CASES,
    *exercise.CASES,
    *exchange.CASES,
)

LAYERS = {
    "standard": "Standard tests of the field",
    "model": "Checks of the model",
    "experiment": "Recorded experiments and published numbers",
    "behaviour": "Behaviour",
}

GATES = {
    "V1": "Standard tests",
    "V2": "Model checks",
    "V3": "Fundamental diagram",
    "V4": "Openings",
    "V5": "Entrance 0.5 m",
    "V6": "Two streams",
    "V7": "Single file",
    "V8": "Faster is slower",
    "V9": "Force on a barrier",
    "V10": "Exchange of files",
}


@dataclass
class Outcome:
    """What became of one run: what it measured, or why it did not end."""

    seed: int
    measured: Measured | None = None
    seconds: float = 0.0
    error: str = ""
    unable: bool = False  # the error is of the installation or the data, not of the model


@dataclass
class Result:
    """The table, and what it was made of."""

    cases: tuple[Case, ...]  # those asked for
    rows: list[Row] = field(default_factory=list)
    gates: dict[str, bool | None] = field(default_factory=dict)
    outcomes: dict[str, list[Outcome]] = field(default_factory=dict)  # by case, in order of the seeds
    interrupted: bool = False

    def as_json(self) -> dict[str, Any]:
        """The object of `validate --json`, without versions."""
        return {"cases": [vars(row) for row in self.rows], "gates": self.gates, "peers": PEERS}

    def curves(self, case: str, curve: str) -> dict[int, Points]:
        """A curve of a case, by seed."""
        runs = {outcome.seed: outcome.measured for outcome in self.outcomes.get(case, [])}
        return {seed: run[curve] for seed, run in runs.items() if run and curve in run}  # type: ignore[misc]


# --- which cases ------------------------------------------------------------------------------------------------------


def chosen(names: Sequence[str], layer: str | None, quick: bool) -> tuple[Case, ...]:
    """The cases asked for, in the order of `CASES`; a case that is named is also part of a quick run, and long ones run
    only when they or their layer are named."""
    known = [case.name for case in CASES]
    problems = [_unknown("--case", name, known) for name in names if name not in known]
    if layer is not None and layer not in LAYERS:
        problems.append(_unknown("--layer", layer, list(LAYERS)))
    if problems:
        raise InputError(problems)
    return tuple(
        case
        for case in CASES
        if layer in (None, case.layer) and (case.name in names if names else _unasked(case, layer, quick))
    )


def _unasked(case: Case, layer: str | None, quick: bool) -> bool:
    """Whether a case runs that nobody named."""
    return case.quick if quick else not case.long or layer is not None


def _unknown(option: str, value: str, known: list[str]) -> Problem:
    near = difflib.get_close_matches(value, known, 1, 0.4)
    mend = f"Did you mean '{near[0]}'?" if near else f"Use one of {', '.join(known)}"
    return Problem("validate", option, f"'{value}' is unknown", mend)


def listing(cases: Sequence[Case]) -> str:
    """The cases by name, a line each."""
    lines = []
    for layer, title in LAYERS.items():
        mine = [case for case in cases if case.layer == layer]
        lines += ["", title] if mine else []
        for case in mine:
            marks = ", ".join(
                ["quick"] * case.quick
                + ["long: by name or layer"] * case.long
                + ["needs the recordings"] * case.recordings
            )
            lines.append(f"  {case.name:28} {case.gate:4} {case.title}" + (f" ({marks})" if marks else ""))
    return "\n".join(lines).strip("\n")


# --- running them -----------------------------------------------------------------------------------------------------


def validate(
    cases: Sequence[Case],
    setting: Setting,
    quick: bool = False,
    workers: int = 1,
    tell: Callable[[float], None] = lambda share: None,
    note: Callable[[str], None] = lambda line: None,
) -> Result:
    """Run cases and judge them.

    quick   : one seed each
    workers : processes; with 1 all runs in this one. More of them change nothing but the time.
    tell    : is told the share done, 0..1
    note    : is told of each run that has ended
    """
    result = Result(tuple(cases), outcomes={case.name: [] for case in cases})
    able = [case for case in cases if setting.data is not None or not case.recordings]
    rounds = {case.name: 1 if quick else case.seeds for case in able}  # seeds asked for up to now
    most = {case.name: 1 if quick else max(case.seeds, case.most) for case in able}

    def ended(case: Case, outcome: Outcome) -> None:
        done = result.outcomes[case.name]
        done.append(outcome)
        note(f"{case.name}, seed {outcome.seed}: {outcome.error or 'done'} in {outcome.seconds:.1f} s")
        if len(done) == rounds[case.name] < most[case.name]:
            done.sort(key=lambda one: one.seed)
            if _more(case, done):
                rounds[case.name] += 1
            else:
                most[case.name] = rounds[case.name]
        tell(sum(len(result.outcomes[name]) for name in most) / max(1, sum(most.values())))

    try:
        if workers == 1:
            _run_here(able, setting, rounds, ended)
        else:
            _run_apart(able, setting, rounds, workers, result, ended)
    except KeyboardInterrupt:
        result.interrupted = True
    for outcomes in result.outcomes.values():
        outcomes.sort(key=lambda one: one.seed)
    for case in cases:
        result.rows += _rows(case, result, setting, rounds.get(case.name, 0))
    result.gates = gates_of(result.rows)
    return result


def _more(case: Case, outcomes: Sequence[Outcome]) -> bool:
    runs = [outcome.measured for outcome in outcomes if outcome.measured is not None]
    return len(runs) == len(outcomes) and not settled(case, runs)


def attempt(case: Case, seed: int, setting: Setting) -> Outcome:
    """One run of a case. What goes wrong in it is part of the outcome: a suite goes on."""
    began = time.perf_counter()
    try:
        measured = case.run(seed, setting)
        given = {**measured, **(case.derive(measured) if case.derive else {})}  # type: ignore[arg-type]
        missing = [expect.quantity for expect in case.expects if expect.quantity not in given]
        if missing:
            raise ValueError(f"the run does not give {', '.join(missing)}")
    except InputError as error:
        return Outcome(seed, None, time.perf_counter() - began, str(error), unable=True)
    except Exception as error:
        return Outcome(seed, None, time.perf_counter() - began, f"{type(error).__name__}: {error}")
    return Outcome(seed, measured, time.perf_counter() - began)


def _run_here(
    cases: Sequence[Case], setting: Setting, rounds: dict[str, int], ended: Callable[[Case, Outcome], None]
) -> None:
    set_threads(1)
    try:
        for case in cases:
            k = 0
            while k < rounds[case.name]:
                ended(case, attempt(case, SEEDS[k], setting))
                k += 1
    finally:
        set_threads(0)


def _run_apart(
    cases: Sequence[Case],
    setting: Setting,
    rounds: dict[str, int],
    workers: int,
    result: Result,
    ended: Callable[[Case, Outcome], None],
) -> None:
    """The runs in processes of their own. Cases that have long runs and many left go first, so that no process waits
    for another at the end."""
    started = dict.fromkeys(rounds, 0)
    under_way: dict[Future[Outcome], tuple[Case, int]] = {}
    pool, broken = _pool(workers), False

    def weight(case: Case) -> float:
        known = [outcome.seconds for outcome in result.outcomes[case.name]]
        if not known:
            return 1.0 if started[case.name] else float("inf")
        return max(known) * (max(case.seeds, case.most) - started[case.name])

    try:
        while True:
            if broken and not under_way:  # a process that dies takes the whole pool with it, and what the others ran
                pool.shutdown()
                pool, broken = _pool(workers), False
            ready = [case for case in cases if started[case.name] < rounds[case.name]]
            while ready and not broken and len(under_way) < workers:
                case = max(ready, key=weight)
                seed = SEEDS[started[case.name]]
                under_way[pool.submit(_attempt_apart, case.name, seed, setting)] = (case, seed)
                started[case.name] += 1
                ready = [case for case in cases if started[case.name] < rounds[case.name]]
            if not under_way:
                break
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                case, seed = under_way.pop(future)
                death = future.exception()
                broken = broken or death is not None
                ended(case, Outcome(seed, error=f"{type(death).__name__}: {death}") if death else future.result())
    except KeyboardInterrupt:
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_settle_in)


def _settle_in() -> None:
    """What a worker process does first: one thread, and leave Ctrl+C to the process that waits for it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    set_threads(1)


def _attempt_apart(name: str, seed: int, setting: Setting) -> Outcome:
    """`attempt` in a worker, which knows the cases by name: a case itself may hold what cannot be sent."""
    return attempt(next(case for case in CASES if case.name == name), seed, setting)


def cores() -> int:
    """How many workers there is room for."""
    return os.cpu_count() or 1


# --- judging them -----------------------------------------------------------------------------------------------------


def _rows(case: Case, result: Result, setting: Setting, asked: int) -> list[Row]:
    """The lines of a case: its numbers, and one more where runs did not end."""
    outcomes = result.outcomes[case.name]
    good = [outcome for outcome in outcomes if outcome.measured is not None]
    bad = [outcome for outcome in outcomes if outcome.measured is None]
    rows = []
    if case.recordings and setting.data is None:
        rows.append(_line(case, None, [], f"no recordings: {HOW_TO_GET}"))
    if bad:
        # Only a failure of the program counts against it; all seeds lack the same package or file.
        failed = [outcome for outcome in bad if not outcome.unable]
        one = (failed or bad)[0]
        rows.append(_line(case, False if failed else None, [o.seed for o in bad], f"seed {one.seed}: {one.error}"))
    if len(outcomes) < asked:
        rows.append(_line(case, None, [], f"interrupted after {len(outcomes)} of {asked} runs"))
    if good:
        rows += rows_of(case, [outcome.measured or {} for outcome in good], [outcome.seed for outcome in good])
    return rows


def _line(case: Case, passed: bool | None, seeds: list[int], note: str) -> Row:
    return Row(case.name, case.layer, passed, None, None, None, "", seeds, case.source, note, gate=case.gate)


def gates_of(rows: Sequence[Row]) -> dict[str, bool | None]:
    """Each gate: whether all its lines hold; None where none could be judged."""
    gates: dict[str, bool | None] = {}
    for gate in GATES:
        judged = [row.passed for row in rows if row.gate == gate and row.passed is not None]
        gates[gate] = all(judged) if judged else None
    return gates


def coverage(result: Result) -> dict[str, tuple[int, int]]:
    """Gate: how many of its cases were judged in this run, and how many there are."""
    judged = {row.case.split(":")[0] for row in result.rows if row.gate and row.passed is not None}
    return {
        gate: (
            sum(case.gate == gate and case.name in judged for case in result.cases),
            sum(case.gate == gate for case in CASES),
        )
        for gate in GATES
    }


_EXPECTS = {f"{case.name}: {expect.quantity}": expect for case in CASES for expect in case.expects}


def peer_values(line: str) -> dict[str, float | None]:
    """What the peer's models give for a line ("case: quantity"): None where a model cannot do the case."""
    return next((peer["values"][line] for peer in PEERS.values() if line in peer.get("values", {})), {})


def best_peer(line: str) -> tuple[str, float] | None:
    """The peer's model that comes nearest to what is asked of a line, with its value; where nothing is asked, the one
    that is best over all replays."""
    values = {model: value for model, value in peer_values(line).items() if value is not None}
    expect = _EXPECTS.get(line)
    if not values or expect is None:
        return None

    def error(model: str) -> float:
        if expect.value is not None:
            return abs(values[model] - expect.value)
        if expect.low is not None:
            return -values[model]
        if expect.high is not None:
            return values[model]
        return peer_values("replays: mean error").get(model) or float("inf")

    model = min(values, key=error)
    return model, values[model]


# --- the table --------------------------------------------------------------------------------------------------------

MARKS = {True: "holds", False: "FAILS", None: "–"}  # a line that decides no gate "fails"
_WIDTH = 120


def number(value: float | None) -> str:
    """A number in four digits, as short as it goes."""
    if value is None:
        return ""
    return f"{value:.0f}" if 1000 <= abs(value) < 1e6 else f"{value:.4g}"


def spread(row: Row) -> str:
    """Least and most over the seeds, "" where there is nothing between them."""
    if row.range is None:
        return ""
    least, most = number(row.range[0]), number(row.range[1])
    return f"{least}…{most}" if least != most else ""


def table(result: Result) -> str:
    """The lines by layer, then the gates, then what could not run and what only reports. At most 120 columns."""
    lines: list[str] = []
    for layer, title in LAYERS.items():
        rows = [row for row in result.rows if row.layer == layer]
        if rows:
            head = f"{'value':>8}  {'range':15} {'unit':9} {'asked':20} {'JuPedSim' if PEERS else ''}"
            lines += ["", f"{title.upper():46} {head}".rstrip()]
        for row in rows:
            lines += _told(row)
    lines += ["", _wrapped("gates: ", [_gate_words(result, gate) for gate in GATES])]
    lines += _left_out(result.rows)
    return "\n".join(lines).lstrip("\n")


def _told(row: Row) -> list[str]:
    peer = best_peer(row.case)
    beside = f"{number(peer[1])} {peer[0]}" if peer else ""
    cells = f"{number(row.value):>8}  {spread(row):15} {row.unit:9} {row.asked:20} {beside}"
    mark = "fails" if row.passed is False and not row.gate else MARKS[row.passed]
    line = f"{mark:5} {_name(row.case):40} {cells}".rstrip()
    lines = [_short(line, _WIDTH)]
    if row.note and row.passed is False:
        lines.append(_short(f"      {' '.join(row.note.split())}", _WIDTH))
    return lines


def _gate_words(result: Result, gate: str) -> str:
    judged, known = coverage(result)[gate]
    part = f" ({judged} of {known} cases)" if judged < known and result.gates[gate] is not None else ""
    return f"{gate} {MARKS[result.gates[gate]]}{part}"


def left_out(rows: Sequence[Row]) -> tuple[list[Row], dict[str, int]]:
    """The lines of what could not run, and how many lines of each case only report."""
    unable = [row for row in rows if row.passed is None and row.value is None]
    reporting = [row.case.split(":")[0] for row in rows if row.passed is None and row.value is not None]
    return unable, dict(Counter(reporting))


def _left_out(rows: Sequence[Row]) -> list[str]:
    unable, reports = left_out(rows)
    lines = []
    if unable:
        lines.append(f"{len(unable)} could not run:")
        for reason in dict.fromkeys(row.note for row in unable):
            names = [row.case for row in unable if row.note == reason]
            lines += [_wrapped("  ", names), *_folded(reason)]
    if reports:
        words = [f"{name} ({count})" if count > 1 else name for name, count in reports.items()]
        lines.append(_wrapped(f"{sum(reports.values())} lines only report: ", words))
    return lines


def _wrapped(head: str, words: Sequence[str]) -> str:
    """Words after a head, separated by commas, over as many lines as they need."""
    lines, line = [], head
    for k, word in enumerate(words):
        piece = word + ("," if k < len(words) - 1 else "")
        if len(line) + len(piece) > _WIDTH and line.strip():
            lines.append(line.rstrip())
            line = " " * min(len(head), 8)
        line += piece + " "
    return "\n".join([*lines, line.rstrip()])


def _folded(text: str) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), _WIDTH, initial_indent="      ", subsequent_indent="      ")


def _name(line: str) -> str:
    """A line's name in 40 columns: what makes it differ from its neighbours stands at the end."""
    return line if len(line) <= 40 else f"{line[:13]}…{line[-26:]}"


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
