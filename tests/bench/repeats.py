"""Is a verdict stable, and is one process compared with itself ever a regression? Real repeats: an hour, not in CI.

python tests/bench/repeats.py [--scenario idle-drop] [--repeats 10] [-o FOLDER] [PROFILE...]     default: every shipped profile that starts
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

from harness.compare.comparison import Change
from harness.compare.difference import compare
from harness.compare.reading import facts_of
from harness.places import PROFILES, REPORTS
from harness.repeated_verdict import read_repeated_verdict, tally
from harness.repeats import Repeats, runs_of
from harness.verdict import worst

HARNESS = Path(sys.executable).parent / "harness"
SIDE_BY_SIDE = 9  # profiles on two cores; of twelve the harness's check of itself finds one ruling in fifty starved
NEVER_STARTS = {"boot-4.1-without-jdk-net"}  # that it does not is what it shows


def main() -> int:
    asked = _asked()
    shipped = sorted(file.stem for file in PROFILES.glob("*.yml") if file.stem not in NEVER_STARTS)
    profiles, kept = asked.profiles or shipped, True
    for first in range(0, len(profiles), SIDE_BY_SIDE):
        batch, out = profiles[first : first + SIDE_BY_SIDE], asked.output / str(first // SIDE_BY_SIDE + 1)
        words = [word for profile in batch for word in ("-p", profile)]
        subprocess.run([HARNESS, "run", asked.scenario, *words, "--repeat", str(asked.repeats), "-o", out], check=False)
        kept = all([*map(_told, (_stable(out), _quiet(out))), kept])
    return 0 if kept else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("profiles", nargs="*")
    parser.add_argument("--scenario", default="idle-drop")
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument(
        "-o", "--output", type=Path, default=REPORTS / f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}-repeats"
    )
    return parser.parse_args()


def _told(lines: Iterator[tuple[str, bool]]) -> bool:
    found = list(lines)
    for text, kept in found:
        print(f"{'kept  ' if kept else 'MISSED'}  {text}", flush=True)  # noqa: T201
    return all(kept for _, kept in found)


def _stable(out: Path) -> Iterator[tuple[str, bool]]:
    """Of each profile whether every expectation was ruled alike in every repeat."""
    checks = read_repeated_verdict(out).checks
    for profile in dict.fromkeys(check.profile for check in checks):
        own = [check for check in checks if check.profile == profile]
        odd = [f"{check.name}: {tally(check.rulings)}" for check in own if len({*check.rulings}) > 1]
        each = [worst([*rulings]) for rulings in zip(*(check.rulings for check in own), strict=True)]
        yield f"{profile}: {tally(each)}{'; ' if odd else ''}{'; '.join(odd)}", not odd


def _quiet(out: Path) -> Iterator[tuple[str, bool]]:
    """Of pairs of single runs, and of the repeats' two halves."""
    runs = runs_of(out)
    singles = [_worse(base, new) for base, new in combinations(runs, 2)]
    yield f"pairs of runs without a regression: {singles.count(0)} of {len(singles)}", not any(singles)
    halves = _worse(_part(out, runs[0::2], "even"), _part(out, runs[1::2], "odd"))
    yield f"regressions between the repeats' halves: {halves}", halves == 0


def _worse(base: Path, new: Path) -> int:
    return compare(facts_of(base), facts_of(new), str(base), str(new)).count(Change.WORSE)


def _part(out: Path, runs: Sequence[Path], name: str) -> Path:
    """A repeated run of some of the repeats."""
    part = out / name
    part.mkdir(exist_ok=True)
    names = [f"../{run.name}" for run in runs]
    Repeats(scenario="part", repeats=len(runs), seeds=[0] * len(runs), runs=names, ended="finished").write(part)
    return part


if __name__ == "__main__":
    sys.exit(main())
