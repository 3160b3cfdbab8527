"""Holds the floor of 95 % of lines and of branches, for each room whose mistakes would cost money.

The floor is for each room and for each measure: an average would let one room pay for another.
Reads the `.coverage` that the tests have just written; run by `make test`.
"""

import json
import sys
import tempfile
from pathlib import Path

from coverage import Coverage
from coverage.exceptions import NoDataError

ROOMS = ("ledger", "store", "model")
FLOOR = 95.0


def share(covered: int, all_of_them: int) -> float:
    return 100.0 * covered / all_of_them if all_of_them else 100.0


def measure(coverage: Coverage, room: str) -> tuple[float, float]:
    """The percentage of lines and of branches of one room that the tests went through."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.json"
        coverage.json_report(include=[f"*/ecot/{room}/*"], outfile=str(path))
        totals = json.loads(path.read_text(encoding="utf-8"))["totals"]
    lines = share(totals["covered_lines"], totals["num_statements"])
    branches = share(totals["covered_branches"], totals["num_branches"])
    return lines, branches


def main() -> int:
    coverage = Coverage()
    coverage.load()
    below = []
    for room in ROOMS:
        try:
            lines, branches = measure(coverage, room)
        except NoDataError:
            print(f"{room:8} nothing was measured")
            below.append(room)
            continue
        print(f"{room:8} lines {lines:6.2f} %   branches {branches:6.2f} %")
        if min(lines, branches) < FLOOR:
            below.append(room)
            coverage.report(include=[f"*/ecot/{room}/*"])
    if below:
        print(f"Below {FLOOR:g} %: {', '.join(below)}", file=sys.stderr)
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
