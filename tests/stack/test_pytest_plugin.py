"""The example project's test, as its owner would run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from harness.places import ROOT

PROJECT = ROOT / "docs" / "examples" / "pytest-project"


def test_the_example_project_passes_and_keeps_its_run(tmp_path: Path) -> None:
    words = [
        "-m",
        "pytest",
        "-p",
        "harness.pytest_plugin",
        "-p",
        "no:cacheprovider",
        "--resilience-runs",
        str(tmp_path),
    ]
    said = subprocess.run(
        [sys.executable, *words],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "RESILIENCE_REQUIRED": "1", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert said.returncode == 0, said.stdout + said.stderr
    assert "1 passed" in said.stdout
    run = tmp_path / "test-a-kept-alive-connection-survives-a-quiet-hour"
    cells = json.loads((run / "verdicts.json").read_text())["cells"]
    assert [cell["profile"] for cell in cells] == ["shared", "keepalive"]
    assert (run / "report.html").is_file()
