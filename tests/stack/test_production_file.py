"""A team's production file, played."""

from __future__ import annotations

import json
from pathlib import Path

from user import DATA, harness, rulings

PRODUCTION = DATA / "production-application.yml"


def test_a_production_file_is_played_as_it_is_and_leaves_no_password(tmp_path: Path) -> None:
    run = tmp_path / "run"
    secrets = {"KEYSTORE_PASSWORD": "from-the-vault", "SPRING_DATA_REDIS_PASSWORD": "from-the-vault"}
    said = harness("run", DATA / "short.yaml", "-p", PRODUCTION, "-o", run, REDIS_TIMEOUT="10s", **secrets)
    assert rulings(run) == {
        "production-application succeeds/warm-up": "pass",
        "production-application succeeds/return": "fail",
        "production-application recovers": "fail",
    }, said.err
    assert said.code == 1, "sharing is on, so that the pool does not help; and nobody declared that"
    assert json.loads((run / "verdicts.json").read_text())["cells"][0]["doubts"] == []
    assert "lettuce.pool.test-on-borrow does nothing: Spring Boot" in said.err
    assert "lettuce.pool.max-lifetime` does nothing: Spring Boot" in (run / "summary.md").read_text()
    holding = [path for path in run.rglob("*") if path.is_file() and holds_secret(path.read_bytes())]
    assert (holding, holds_secret((said.out + said.err).encode())) == ([], False)


def holds_secret(text: bytes) -> bool:
    return b"Pa55word" in text or b"from-the-vault" in text
