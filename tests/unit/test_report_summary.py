"""summary.md and summary.csv."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from report_sample import found, write_run

from harness.report import summary
from harness.verdict import read_verdict


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run(tmp_path / "run")


def test_the_summary_begins_with_the_verdict_and_goes_on_with_the_table(run: Path) -> None:
    summary.export(found(run))
    lines = (run / "summary.md").read_text(encoding="utf-8").split("\n")
    assert lines[0] == "## fail — 4 profiles: 2 survive, 1 fails as the scenario declares, 1 fails"
    row = next(line for line in lines if line.startswith("| lettuce-shared |"))
    assert row == "| lettuce-shared | 16.7 % | 100 % | 1 min (1 s) | 13 min 15 s (13.3 s) | 26 | **fail (known)** |"


def test_the_summary_says_why_profiles_failed(run: Path) -> None:
    summary.export(found(run))
    why = (run / "summary.md").read_text(encoding="utf-8").partition("### Why")[2]
    assert "- **lettuce-pooled** FAIL: succeeds/first-visitors and 1 more check: 78.3 % of 60 requests succeeded" in why
    assert "- **lettuce-keepalive**" not in why


def test_text_from_the_run_cannot_break_the_table(run: Path) -> None:
    verdict = read_verdict(run)
    first = verdict.cells[1].checks[0].model_copy(update={"because": "a|b <img>\n`c`"})
    cells = [verdict.cells[0], verdict.cells[1].model_copy(update={"checks": [first]}), *verdict.cells[2:]]
    verdict.model_copy(update={"cells": cells}).write(run)
    summary.export(found(run))
    assert "a\\|b &lt;img> \\`c\\` |" in (run / "summary.md").read_text(encoding="utf-8")


def test_the_summary_stays_under_a_mebibyte(run: Path) -> None:
    verdict = read_verdict(run)
    wordy = verdict.cells[1].checks[0].model_copy(update={"because": "ü" * 800_000})
    cells = [verdict.cells[1].model_copy(update={"checks": [wordy]})]
    verdict.model_copy(update={"cells": cells}).write(run)
    summary.export(found(run))
    written = (run / "summary.md").read_bytes()
    assert len(written) < 1_048_576
    assert written.decode().endswith("(cut here; the rest is in report.html)\n")


def test_the_table_file_has_one_row_per_profile_and_check_at_both_scales(run: Path) -> None:
    summary.export(found(run))
    with (run / "summary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12
    assert rows[2] == {
        "profile": "lettuce-shared",
        "check": "recovers",
        "kind": "recovers",
        "during": "",
        "ruling": "fail",
        "verdict": "fail (known)",
        "because": "the last of 50 failures ended 13 min (13.25 s in the run) after the first began",
        "known": "the shared connection is dead until the kernel gives up on it",
        "value": "795.0",
        "unit": "s",
        "run": "13.25",
    }
