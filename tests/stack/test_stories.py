"""The shipped scenarios, played whole: what 'make demo' shows, and that the long limit turns the blog's verdict round."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scoring import Pair, scored, wrong
from user import harness


def verdicts(run: Path) -> dict[str, str]:
    cells = json.loads((run / "verdicts.json").read_text())["cells"]
    return {cell["profile"]: cell["verdict"] for cell in cells}


def test_behind_a_limit_of_four_minutes_half_of_the_profiles_fail_as_declared(
    tmp_path: Path, causes: list[Pair]
) -> None:
    said = harness("run", "idle-drop", "-o", tmp_path / "run")
    assert verdicts(tmp_path / "run") == {
        "shared": "fail",
        "pooled-blog": "fail",
        "pooled-sharing": "fail",
        "pooled-checked": "fail",
        "pooled-recycled": "pass",
        "shared-keepalive": "pass",
        "shared-keepalive-user-timeout": "pass",
        "jedis": "pass",
    }, said.out + said.err
    assert said.code == 0, said.out
    assert "verdict: pass — 8 profiles: 4 survive, 4 fail as the scenario declares" in said.out
    causes += (named := scored(tmp_path / "run"))
    assert wrong(named) == []


@pytest.mark.long
def test_behind_a_limit_of_an_hour_the_blogs_cure_holds(tmp_path: Path) -> None:
    said = harness("run", "idle-drop-long-limit", "-p", "shared", "-p", "pooled-blog", "-o", tmp_path / "run")
    assert verdicts(tmp_path / "run") == {"shared": "fail", "pooled-blog": "pass"}, said.out + said.err
    assert said.code == 0, said.out
