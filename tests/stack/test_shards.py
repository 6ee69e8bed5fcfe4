"""Two halves of a scenario, played apart, and the run that is made of them."""

from __future__ import annotations

import json
from pathlib import Path

from user import DATA, harness, rulings


def test_halves_that_were_played_apart_are_judged_as_one_run(tmp_path: Path) -> None:
    for number in (1, 2):
        said = harness("run", DATA / "short.yaml", "--shard", f"{number}/2", "-o", tmp_path / f"half-{number}")
        assert said.code == 0, said.out + said.err
        assert len(json.loads((tmp_path / f"half-{number}" / "short" / "manifest.json").read_text())["cells"]) == 1
    page, whole = tmp_path / "page.md", tmp_path / "whole"
    halves = sorted(tmp_path.glob("half-*"))
    said = harness("merge", *halves, "-o", whole, GITHUB_STEP_SUMMARY=str(page), GITHUB_ACTIONS="true")
    assert said.code == 0, said.out + said.err
    assert rulings(whole / "short") == {**rulings(halves[0] / "short"), **rulings(halves[1] / "short")}
    assert "2 profiles: 1 survives, 1 fails as the scenario declares" in page.read_text()
    assert "::error" not in said.out
    again = harness("merge", halves[0], halves[0] / "short", halves[1], "-o", whole)
    assert again.code == 2
    assert "is not empty" in again.err
