"""A fault of the application that a client can't have. The others are met in test_every_fault.py."""

from __future__ import annotations

from pathlib import Path

from user import DATA, harness


def test_a_trouble_that_a_client_cant_have_is_no_verdict(tmp_path: Path) -> None:
    said = harness("run", DATA / "pool.yaml", "-p", "shared", "-o", tmp_path / "run")
    assert said.code == 3
    assert "The client has no pool" in said.out.replace("\n", " ")
