"""Rows of `bench` as a person reads them, and as a table for the documentation."""

from datetime import date
from typing import Any

from crowdsim.bench.timing import Row


def lines(rows: list[Row]) -> str:
    """A line for each row, and one more for each peer."""
    return "\n".join(line for row in rows for line in _lines_of(row))


def _lines_of(row: Row) -> list[str]:
    if row["workload"] == "view":
        ms = row["frame_ms"]
        return [
            f"view      {row['people']:>7} people  {ms['median']:6.1f} ms a frame (p95 {ms['p95']:.1f}), "
            f"{row['frames_per_s']:.0f} frames/s, {row['real_time_factor']:.2f} times real time"
        ]
    if row["workload"] == "overlays":
        ms = row["frame_ms"]
        return [
            f"overlays  {row['people']:>7} people  {row['overlay']:<12} {ms['median']:6.1f} ms a picture "
            f"(p95 {ms['p95']:.1f})"
        ]
    if row["workload"] == "start":
        return [
            f"start     {row['cache']:>7} caches  map after {row['first_picture_s']:.2f} s, "
            f"people moving after {row['first_motion_s']:.2f} s"
        ]
    low, high = row["ns_range"]
    parts = ", ".join(f"{name} {value:.0f}" for name, value in row["stages_ns"].items() if value >= 0.5)
    told = [
        f"{row['workload']:<9} {row['people']:>7} people  {row['threads']} {_plural('thread', row['threads']):<7}  "
        f"{row['ns_per_person_step']:7.1f} ns a person-step ({low:.0f}..{high:.0f}), "
        f"{row['real_time_factor']:.2f} times real time ({row['model']}, dt {row['dt_s']:g} s: {parts})"
    ]
    if row["speedup"]:
        low, high = row["speedup"]["ratio_range"]
        told.append(f"          {row['speedup']['ratio']:.2f} times as fast as one thread ({low:.2f}..{high:.2f})")
    for name, peer in (row["against"] or {}).items():
        low, high = peer["ratio_range"]
        again = f", begun again {peer['restarts']} times" if peer["restarts"] else ""
        told.append(
            f"          {peer['ratio']:.1f} times the person-steps of {name} {peer['version']} ({low:.1f}..{high:.1f}) "
            f"per {peer['per']}, {peer['real_time_ratio']:.2f} times its simulated time "
            f"({peer['model']}, dt {peer['dt_s']:g} s, {peer['pairs']} pairs{again})"
        )
    return told


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"


def cost_table(machine: dict[str, Any], rows: list[Row], command: str) -> str:
    """Cost as work grows, as a page of markdown: a row for each number of people, a pair of columns for each case."""
    kinds = sorted({(row["workload"], row["threads"]) for row in rows}, key=lambda kind: (kind[0], kind[1]))
    found = {(row["workload"], row["threads"], row["people"]): row for row in rows}
    heads = [f"{name}, {count} {_plural('thread', count)}" for name, count in kinds]
    written = [
        "# Cost as work grows",
        "",
        f"Written by `{command}` on {date.today()}; do not edit. Machine: {machine['name']}, {machine['cpu']}, "
        f"{machine['cores']} cores, {machine['system']}; Python {machine['python']}, numba {machine['numba']}, "
        f"threads by {machine['threading']}; load {machine['load']} when it ended.",
        "",
        "Nanoseconds a person-step of wall time: median (least..most), and how many times as fast as one "
        "thread, median of pairs of turns. Memory: largest of the process, per person what "
        "is beyond that of the fewest people. The default model at its own tick.",
        "",
        f"| people | {' | '.join(heads)} | memory, MB | kB a person |",
        f"|{'---:|' * (len(heads) + 3)}",
    ]
    counts = sorted({row["people"] for row in rows})
    memory = {n: max(row["peak_rss_mb"] or 0.0 for row in rows if row["people"] == n) for n in counts}
    for n in counts:
        cells = [_cost(found.get((*kind, n))) for kind in kinds]
        more = (memory[n] - memory[counts[0]]) * 1024 / (n - counts[0]) if n > counts[0] else None
        each = "" if more is None else f"{more:.2f}"
        written.append(f"| {n:,} | {' | '.join(cells)} | {memory[n]:.0f} | {each} |")
    return "\n".join(written) + "\n"


def _cost(row: Row | None) -> str:
    if row is None:
        return ""
    low, high = row["ns_range"]
    faster = f", {row['speedup']['ratio']:.2f} times one" if row["speedup"] else ""
    return f"{row['ns_per_person_step']:.0f} ({low:.0f}..{high:.0f}){faster}"
