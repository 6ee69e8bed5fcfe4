"""Is a verdict stable, and is one process compared with itself ever a regression? Real repeats: an hour, not in CI.

python tests/bench/repeats.py [--scenario idle-drop] [--repeats 10] [-o FOLDER] [PROFILE...]     default: every shipped profile that starts
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

from harness.compare.comparison import Change
from harness.compare.difference import compare
from harness.compare.facts import Facts
from harness.compare.reading import facts_of
from harness.places import PROFILES, REPORTS
from harness.repeated_verdict import read_repeated_verdict, tally
from harness.repeats import Repeats, runs_of
from harness.verdict import worst

HARNESS = Path(sys.executable).parent / "harness"
SIDE_BY_SIDE = 9  # profiles on two cores; of twelve the harness's check of itself finds one ruling in fifty starved
NEVER_STARTS = {"boot-4.1-without-jdk-net"}  # that it does not is what it shows
APART = ["pooled-without-commons-pool2"]  # a connection for every command: that starves eight others


def main() -> int:
    asked, kept = _asked(), True
    for number, batch in enumerate(_batches(asked.profiles), 1):
        words, out = [word for profile in batch for word in ("-p", profile)], asked.output / str(number)
        subprocess.run([HARNESS, "run", asked.scenario, *words, "--repeat", str(asked.repeats), "-o", out], check=False)
        kept = all([*map(_told, (_stable(out), _quiet(out))), kept])
    return 0 if kept else 1


def _batches(named: Sequence[str]) -> Sequence[Sequence[str]]:
    """Those named, or every shipped profile that starts."""
    profiles = named or sorted({file.stem for file in PROFILES.glob("*.yml")} - NEVER_STARTS)
    together = [profile for profile in profiles if profile not in APART]
    starts = range(0, len(together), SIDE_BY_SIDE)
    return [together[first : first + SIDE_BY_SIDE] for first in starts] + [[one] for one in APART if one in profiles]


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
    singles = [_worse(base, new) for base, new in permutations(map(facts_of, runs), 2)]
    yield f"ordered pairs of runs without a regression: {singles.count(0)} of {len(singles)}", not any(singles)
    first, second = facts_of(_part(out, runs[0::2], "even")), facts_of(_part(out, runs[1::2], "odd"))
    halves = _worse(first, second) + _worse(second, first)
    yield f"regressions between the repeats' halves, either way: {halves}", halves == 0


def _worse(base: Facts, new: Facts) -> int:
    return compare(base, new, "base", "new").count(Change.WORSE)


def _part(out: Path, runs: Sequence[Path], name: str) -> Path:
    """A repeated run of some of the repeats."""
    part = out / name
    part.mkdir(exist_ok=True)
    names = [f"../{run.name}" for run in runs]
    Repeats(scenario="part", repeats=len(runs), seeds=[0] * len(runs), runs=names, ended="finished").write(part)
    return part


if __name__ == "__main__":
    sys.exit(main())
