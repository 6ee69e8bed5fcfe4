"""The causes that no other test plays, each once, with the profiles that show them; scored in test_what_was_scored.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from scoring import Pair, scored, wrong
from user import harness


@pytest.mark.parametrize(
    ("scenario", "profiles"),
    [
        ("slow-command", ["shared-hasty"]),
        pytest.param("server-frozen", ["shared"], marks=pytest.mark.long),
        pytest.param("partition", ["shared", "shared-keepalive-user-timeout"], marks=pytest.mark.long),
        pytest.param("blocked-event-loop", ["shared", "pooled-blog"], marks=pytest.mark.long),
        pytest.param("failover", ["shared", "shared-keepalive"], marks=pytest.mark.long),
        pytest.param("restarted-redis", ["indexed"], marks=pytest.mark.long),
        pytest.param("pool-exhausted", ["pooled-blog"], marks=pytest.mark.long),
    ],
)
def test_a_cause_that_is_played_is_the_one_that_is_found(
    tmp_path: Path, causes: list[Pair], scenario: str, profiles: list[str]
) -> None:
    run = tmp_path / "run"
    said = harness("run", scenario, *(word for profile in profiles for word in ("-p", profile)), "-o", run)
    found = scored(run)
    causes += found
    assert found, said.out + said.err
    assert wrong(found) == [], said.out
