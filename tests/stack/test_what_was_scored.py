"""All causes that the tests before have scored, against the table in docs/diagnosis.md. The last file, by its name."""

from __future__ import annotations

import os
from pathlib import Path

from scoring import EXPECTED, NOT_DETERMINED, Pair, committed, matrix, played, right, scored, written, wrong
from user import Said

from harness.places import ROOT

PAGE = ROOT / "docs" / "diagnosis.md"
ENOUGH = 0.75  # of those that have a label; a look that came too late on a busy machine costs one


def test_no_cause_is_wrong_and_enough_are_right(short_run: tuple[Path, Said], causes: list[Pair]) -> None:
    causes += scored(short_run[0])
    assert wrong(causes) == []
    table = matrix(causes)
    assert right(causes) >= ENOUGH * sum(expected != NOT_DETERMINED for expected, _ in causes), table
    if len(causes) < len(EXPECTED):
        return  # 'make test-long' plays them all
    if os.environ.get("HARNESS_WRITE_SCORES"):
        PAGE.write_text(written(PAGE, table), encoding="utf-8")
    assert played(committed(PAGE)) == played(table), f"HARNESS_WRITE_SCORES=1 writes this anew:\n{table}"
