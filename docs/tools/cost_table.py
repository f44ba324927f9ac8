"""Cost from a thousand to a million people, written to docs/benchmarks.md with the machine's name.

python docs/tools/cost_table.py                                   about a quarter of an hour
python docs/tools/cost_table.py --people 1000,10000 --threads 1   a part of it
"""

import argparse
import sys
from pathlib import Path

from crowdsim.bench.suite import plan, rows_of
from crowdsim.bench.table import cost_table, lines
from crowdsim.bench.timing import check

OUT = Path(__file__).resolve().parents[1] / "benchmarks.md"


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description="Measure the cost of a person-step as the number of people grows.")
    parser.add_argument("--workload", default="plaza,press", help="comma-separated, of plaza, gate, press")
    parser.add_argument("--people", default="1000,10000,100000,1000000", help="comma-separated")
    parser.add_argument("--threads", default="1,2", help="comma-separated")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args()
    names = asked.workload.split(",")
    people, threads = ([int(n) for n in text.split(",")] for text in (asked.people, asked.threads))
    check(names, people, [])
    rows = []
    for case in plan(names, people, threads, []):
        rows += rows_of(case, asked.repeats, (1920, 1080))
        print(lines(rows[-1:]), file=sys.stderr, flush=True)
    command = " ".join(["python docs/tools/cost_table.py", *sys.argv[1:]])
    asked.out.write_text(cost_table(rows[-1]["machine"], rows, command), encoding="utf-8")


if __name__ == "__main__":
    main()
