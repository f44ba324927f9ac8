"""Every criterion and rule over several runs of one scenario, as a table: `python docs/tools/assess_runs.py RUN …`.

Median and range of what is known, how often each band, and why a value is missing where it is.
"""

import argparse
from collections import Counter
from pathlib import Path

from crowdsim.metrics.catalogue import CRITERIA, RULES
from crowdsim.record.recorder import Recording
from crowdsim.report.assessment import BANDS, assess, spread


def main() -> None:
    """The table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=Path, nargs="+")
    asked = parser.parse_args()
    judged = [found for found in (assess(Recording(path)) for path in asked.runs) if found is not None]
    total = spread([each.score.total for each in judged])
    assert total is not None
    print(f"{len(judged)} runs, score {total.middle:.0f} ({total.low:.0f}–{total.high:.0f})\n")
    print("| criterion | median (range) | green, amber, red | no value |\n|---|---|---|---|")
    for criterion in CRITERIA:
        results = [each.results[criterion.id] for each in judged]
        bands = Counter(result.band for result in results)
        values = spread([result.value for result in results])
        said = f"{values.middle:.3g} ({values.low:.3g}–{values.high:.3g}) {criterion.unit}".strip() if values else "–"
        reasons = sorted({result.reason["en"] for result in results if result.value is None})
        why = f"{bands['unknown']}: {'; '.join(reasons)}" if reasons else ""
        counts = ", ".join(str(bands[band]) for band in BANDS[:3])
        print(f"| {criterion.id} {criterion.name['en']} | {said} | {counts} | {why} |")
    print("\n| rule | runs that broke it | times, median (range) | for example |\n|---|---|---|---|")
    for rule in RULES:
        found = [each.violations[rule.id] for each in judged]
        times = spread([float(len(each)) for each in found])
        assert times is not None
        first = next((f"{each[0].reason['en']} ({each[0].time:.0f} s)" for each in found if each), "")
        often = sum(bool(each) for each in found)
        said = f"{times.middle:.0f} ({times.low:.0f}–{times.high:.0f})"
        print(f"| {rule.id} {rule.name['en']} | {often} | {said} | {first} |")


if __name__ == "__main__":
    main()
