"""Faults of the application in a whole run: what the client gets, and what the JVM reported."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from user import DATA, harness


def outcomes(run: Path) -> set[str]:
    with (run / "samples.csv").open() as file:
        return {row["outcome"] for row in csv.DictReader(file)}


def rulings(run: Path) -> dict[str, str]:
    (cell,) = json.loads((run / "verdicts.json").read_text())["cells"]
    return {check["name"]: check["ruling"] for check in cell["checks"]}


def test_a_blocked_event_loop_times_out_and_a_pause_only_delays(tmp_path: Path) -> None:
    said = harness("run", DATA / "application.yaml", "-o", tmp_path / "run")
    assert rulings(tmp_path / "run") == {
        "succeeds/before": "pass",
        "succeeds/blocked": "fail",
        "answers-within/pausing/p75": "fail",
        "succeeds/after": "pass",
    }, said.out
    assert "command-timeout" in outcomes(tmp_path / "run")


def test_a_pool_that_is_held_is_exhausted_and_serves_again_after(tmp_path: Path) -> None:
    said = harness("run", DATA / "pool.yaml", "-o", tmp_path / "run")
    assert rulings(tmp_path / "run") == {
        "succeeds/before": "pass",
        "succeeds/held": "fail",
        "succeeds/after": "pass",
    }, said.out
    assert "pool-exhausted" in outcomes(tmp_path / "run")


def test_a_trouble_that_a_client_cant_have_is_no_verdict(tmp_path: Path) -> None:
    said = harness("run", DATA / "pool.yaml", "-p", "shared", "-o", tmp_path / "run")
    assert said.code == 3
    assert "The client has no pool" in said.out.replace("\n", " ")
