"""Two of the scenarios of Lettuce's own FAQ, with two profiles each: what tells the causes apart is in the record.

All of them take some four minutes: 'harness run partition server-crash ...', see docs/scenarios.md. That the others can be
read and planned is tested in tests/unit/test_scenario.py, and every fault that they name in test_every_fault.py.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

from scoring import Pair, scored, wrong
from user import harness, rulings

Failures = dict[tuple[str, str], Counter[str]]


def failures(run: Path) -> Failures:
    """By profile and phase: how many failed with which outcome."""
    events = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
    phases = [(event["at"], event["phase"]) for event in events if event["what"] == "phase"]
    found: Failures = {}
    with (run / "samples.csv").open() as file:
        for row in csv.DictReader(file):
            phase = next(name for at, name in reversed(phases) if at <= float(row["due"]))
            if row["outcome"] != "ok":
                found.setdefault((row["profile"], phase), Counter())[row["outcome"]] += 1
    return found


def doings(run: Path, profile: str) -> list[tuple[float, str]]:
    """What became of a client's connections, from the first phase on, in order: when, and what."""
    events = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
    began = next(event["at"] for event in events if event["what"] == "phase")
    kinds = {"connected": "reopened", "connect-failed": "failed", "broken": "broken", "closed": "closed"}
    mine = [e for e in events if e.get("profile") == profile and e["what"] in kinds and e["at"] >= began]
    assert all(e["detail"]["reconnect"] for e in mine if e["what"] in {"connected", "connect-failed"})
    return sorted((event["at"], kinds[event["what"]]) for event in mine)


def moments(run: Path, what: str) -> list[float]:
    events = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
    return [event["at"] for event in events if event["what"] == what]


def test_a_crash_is_told_at_once_by_jedis_and_waited_out_by_lettuce_and_lost_sessions_are_lost_once(
    tmp_path: Path, causes: list[Pair]
) -> None:
    run = tmp_path / "run"
    said = harness("run", "server-crash", "-p", "shared", "-p", "jedis", "-o", run)
    assert said.code == 0, said.out + said.err
    found = failures(run)
    assert {*found["jedis", "down"]} == {"connection-failure"}
    # What is on its way when the connection ends is lost at once (a reset); all others wait for the next connection.
    assert {*found["shared", "down"]} <= {"command-timeout", "redis-error"}
    assert found["shared", "down"]["command-timeout"] > 10
    assert found["shared", "down"]["redis-error"] <= 2
    assert found["jedis", "back-empty"] == {"session-lost": 10}
    assert found["shared", "back-empty"]["session-lost"] <= 10
    told = doings(run, "shared")
    assert [kind for _, kind in told if kind != "failed"] == ["broken", "reopened"] * 2
    lost, made = [at for at, kind in told if kind == "broken"], [at for at, kind in told if kind == "reopened"]
    # Redis is killed, then a bare socket must feel it: 'injected' is told when it has.
    for killed, broken, healed, reopened in zip(
        moments(run, "injected"), lost, moments(run, "healed"), made, strict=True
    ):
        assert killed - 0.5 < broken < killed + 0.1
        assert abs(reopened - healed) < 0.75, "the longest pause between two attempts is 0.5 s at this scale"
        assert len([at for at, kind in told if kind == "failed" and broken < at < reopened]) >= 3
    assert moments(run, "pool"), "Jedis tells its pool"
    assert rulings(run)["shared answers-within/down/p95"] == "fail"
    assert rulings(run)["jedis answers-within/down/p95"] == "pass"
    causes += (named := scored(run))
    assert wrong(named) == []


def test_a_blocking_pop_stops_a_shared_connection_and_costs_a_pool_few_requests(
    tmp_path: Path, causes: list[Pair]
) -> None:
    run = tmp_path / "run"
    said = harness("run", "blocking-pop", "-p", "shared", "-p", "pooled-blog", "-o", run)
    assert said.code == 0, said.out + said.err
    found = failures(run)
    assert found["shared", "waiting"]["command-timeout"] > 30  # of 50; who comes in the last minute is served late
    # One borrower at a time is stuck on the blocked connection, until another one happens to lie above it in the pool.
    assert 1 <= found["pooled-blog", "waiting"].total() <= 10
    assert {*found["pooled-blog", "waiting"]} == {"command-timeout"}
    causes += (named := scored(run))
    assert wrong(named) == []
