"""Real repeats against real repeats: is one process compared with itself ever a regression? Minutes long, not in CI.

python tests/bench/repeats.py [SCENARIO [REPEATS]]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from itertools import combinations
from pathlib import Path

from harness.compare.comparison import Change
from harness.compare.difference import compare
from harness.compare.reading import facts_of
from harness.repeats import Repeats, runs_of

HARNESS = Path(sys.executable).parent / "harness"
SHORT = Path(__file__).parents[1] / "data" / "short.yaml"


def pairs_without_regression(scenario: str, repeats: int, folder: Path) -> tuple[int, int]:
    """How many pairs of single runs, and of the repeats' two halves, show none; and how many pairs there are."""
    out = folder / "out"
    subprocess.run([HARNESS, "run", scenario, "--repeat", str(repeats), "-o", out], check=False)
    runs = runs_of(out)
    pairs = [*combinations(runs, 2), (_part(out, runs[0::2], "even"), _part(out, runs[1::2], "odd"))]
    quiet = [
        compare(facts_of(base), facts_of(new), str(base), str(new)).count(Change.WORSE) == 0 for base, new in pairs
    ]
    return sum(quiet), len(pairs)


def _part(out: Path, runs: list[Path], name: str) -> Path:
    """A repeated run of some of the repeats."""
    part = out / name
    part.mkdir()
    names = [f"../{run.name}" for run in runs]
    Repeats(scenario="part", repeats=len(runs), seeds=[0] * len(runs), runs=names, ended="finished").write(part)
    return part


def main() -> int:
    scenario, repeats = [*sys.argv[1:3], *(str(SHORT), "6")[len(sys.argv[1:3]) :]]
    with tempfile.TemporaryDirectory() as folder:
        quiet, pairs = pairs_without_regression(scenario, int(repeats), Path(folder))
    print(f"no regression in {quiet} of {pairs} pairs")  # noqa: T201
    return 0 if quiet == pairs else 1


if __name__ == "__main__":
    sys.exit(main())
