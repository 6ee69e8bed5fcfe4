"""A run that an early harness left is judged and reported as one of today."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.judge import judge
from harness.manifest import SCHEMA, read_manifest
from harness.places import ROOT
from harness.report import write_reports

OLD = ROOT / "tests" / "data" / "old-run"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return Path(shutil.copytree(OLD, tmp_path / "run"))


def test_it_is_of_the_first_version_and_has_none_of_the_later_keys(run: Path) -> None:
    manifest = json.loads((run / "manifest.json").read_text())
    assert (manifest["schema_version"], SCHEMA) == (1, 1)
    assert "parts" not in manifest
    assert manifest["cells"][0].keys() == {"profile", "file", "address", "about"}


def test_it_is_judged(run: Path) -> None:
    verdict = judge(run)
    assert {cell.profile: [check.ruling.value for check in cell.checks] for cell in verdict.cells} == {
        "lettuce-shared": ["fail", "pass", "fail"],
        "lettuce-keepalive": ["pass", "pass", "pass"],
    }
    assert (verdict.exit_code, verdict.doubts) == (0, [])


def test_its_reports_are_written(run: Path) -> None:
    judge(run)
    written = {path.name for path in write_reports(run)}
    assert {"report.html", "summary.md", "summary.csv", "junit.xml", "samples.parquet"} <= written


def test_a_run_of_a_later_version_is_refused_with_the_version_that_can_read_it(run: Path) -> None:
    text = (run / "manifest.json").read_text()
    (run / "manifest.json").write_text(text.replace('"schema_version": 1', '"schema_version": 2'))
    with pytest.raises(InputError, match=r"manifest.json, schema_version: 2 is of a later harness, .* \(0\.1\.0\)"):
        read_manifest(run)
