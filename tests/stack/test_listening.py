"""A connection that only listens, played: what should come over it is lost without a word, unless it has keepalive."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from scoring import Pair, scored, wrong
from user import DATA, harness, rulings


def outcomes(run: Path) -> dict[str, Counter[str]]:
    """By profile, of messages and logouts alone, and without the warm-up's."""
    events = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
    quiet = next(event["at"] for event in events if event.get("phase") == "quiet")
    found: dict[str, Counter[str]] = {}
    for line in (run / "samples.csv").read_text().splitlines()[1:]:
        profile, op, due, _, _, outcome, *_ = line.split(",")
        if op in {"message", "logout"} and float(due) > quiet:
            found.setdefault(profile, Counter())[f"{op} {outcome}"] += 1
    return found


def test_messages_and_events_are_lost_over_a_forgotten_connection_and_come_over_one_with_keepalive(
    tmp_path: Path, causes: list[Pair]
) -> None:
    run = tmp_path / "run"
    said = harness("run", DATA / "listening.yaml", "-o", run)
    assert said.code == 0, said.out + said.err
    assert outcomes(run) == {
        "listening": {"message message-lost": 10, "logout event-lost": 5},
        "listening-keepalive": {"message ok": 10, "logout ok": 5},
    }
    assert rulings(run)["listening succeeds/messages"] == "fail"
    causes += (named := scored(run))
    assert wrong(named) == []
