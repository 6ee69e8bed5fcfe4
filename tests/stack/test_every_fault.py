"""Every fault that there is, met by a Lettuce client: what it gets, what a bare socket felt, and that both heal.

Each run is played once. A fault has a phase of its own, 700 ms to heal, and 400 ms in which all must be well.
tests/unit/test_faults_played.py holds the runs to having every fault.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pytest
from user import DATA, harness


class Client(NamedTuple):
    """What the Lettuce client gets while a fault holds: from how much to how much of it ok, and how the rest ends."""

    least: float
    most: float
    failures: set[str]


ALL_OK = Client(1, 1, set())


@dataclass
class Played:
    """A finished run, by phase."""

    felt: dict[str, list[str]] = field(default_factory=dict)
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)


def played(run: Path) -> Played:
    found = Played()
    events = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
    for event in events:
        if event["what"] == "felt":
            found.felt.setdefault(event["fault"], []).append(event["proof"]["felt"])
    phases = [(event["at"], event["phase"]) for event in events if event["what"] == "phase"]
    with (run / "samples.csv").open() as file:
        for row in csv.DictReader(file):
            phase = next(name for at, name in reversed(phases) if at <= float(row["due"]))
            found.outcomes.setdefault(phase, Counter())[row["outcome"]] += 1
    return found


def finished(run: Path, scenario: str, profile: str) -> Played:
    said = harness("run", DATA / f"{scenario}.yaml", "-p", DATA / "profiles" / f"{profile}.yml", "-o", run)
    assert said.code == 0, said.out + said.err
    return played(run)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return finished(tmp_path_factory.mktemp("every") / "run", "every-fault", "quick")


@pytest.fixture(scope="module")
def pooled(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return finished(tmp_path_factory.mktemp("every") / "run", "every-pool-fault", "quick-pool")


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return finished(tmp_path_factory.mktemp("every") / "run", "every-proxy-fault", "quick")


def holds(run: Played, fault: str, felt: list[str], client: Client) -> None:
    """What the bare socket felt while the fault held and after it, and what the Lettuce client got meanwhile."""
    assert run.felt[fault] == felt
    outcomes = run.outcomes[fault]
    share = outcomes["ok"] / outcomes.total()
    assert client.least <= share <= client.most, dict(outcomes)
    assert {*outcomes} - {"ok"} <= client.failures, dict(outcomes)


# Who asks within the last 300 ms of an 800 ms phase is served late, when it heals; who asks earlier has timed out.
WAITS = Client(0.15, 0.5, {"command-timeout"})
# As above, but the client learns of the healing only at its next retransmission or its next attempt to connect, whose
# delays double: those of the last 300 ms (6 of 16, and one that is due as it heals) are served all, some or none.
CUT_OFF = Client(0, 0.45, {"command-timeout"})
# The same, and the command that is on its way when the connection ends is lost.
CLOSED = Client(0, 0.45, {"command-timeout", "redis-error"})


@pytest.mark.parametrize(
    ("fault", "felt", "client"),
    [
        # Two requests 1.5 s apart; the second meets a connection that was forgotten after 1 s.
        ("idle-drop", "silence", Client(0.5, 0.5, {"command-timeout"})),
        # The kernel gives up after 500 ms (TCP_USER_TIMEOUT), at one of its retransmissions; a new connection serves.
        ("flows-killed", "silence", Client(0.15, 0.6, {"command-timeout"})),
        ("black-hole", "silence", CUT_OFF),
        ("responses-lost", "silence", CUT_OFF),
        ("requests-lost", "silence", CUT_OFF),
        # A connection can be made, but its handshake is data too.
        ("data-lost", "silence", Client(0, 0.45, {"command-timeout"})),
        # Which packet of which request is lost is a matter of their order; most come again in time.
        ("packet-loss", "slow", Client(0.6, 1, {"command-timeout"})),
        ("syn-dropped", "silence", ALL_OK),
        ("syn-rejected", "refused", ALL_OK),
        ("redis-frozen", "silence", WAITS),
        # The client is told at once, and its commands wait for a connection all the same.
        ("redis-down", "closed", CLOSED),
        # A command that is on its way at that moment may be lost; the next connection is there within milliseconds.
        ("clients-killed", "closed", Client(0.85, 1, {"command-timeout", "redis-error", "connection-failure"})),
        ("clients-paused", "silence", WAITS),
        # Timeouts for a second, then BUSY. One request may be answered before the script begins.
        ("slow-command", "silence", Client(0, 0.1, {"command-timeout", "redis-error"})),
        # The client sees that it is closed, and connects anew before it is asked again.
        ("server-timeout", "closed", ALL_OK),
        ("connections-full", "error", ALL_OK),
        # Every request writes when it was last seen. One may be answered before the memory is full.
        ("out-of-memory", "error", Client(0, 0.12, {"redis-error"})),
        ("event-loop-blocked", "proven", WAITS),
        ("blpop-on-shared", "proven", WAITS),
    ],
)
def test_a_fault_is_felt_by_a_bare_socket_and_met_by_a_shared_connection(
    shared: Played, fault: str, felt: str, client: Client
) -> None:
    after = {"idle-drop": [], "event-loop-blocked": ["proven"], "blpop-on-shared": ["proven"]}.get(fault, ["answer"])
    holds(shared, fault, [felt, *after], client)


@pytest.mark.parametrize(
    ("fault", "felt", "client"),
    [
        # Answers take longer than the command timeout of 300 ms; those that are on their way come when it heals.
        ("latency", "slow", WAITS),
        ("bandwidth", "slow", WAITS),
        ("sliced", "slow", Client(0.05, 0.5, {"command-timeout"})),
        ("proxy-hung", "silence", CLOSED),
        # Every reset takes the command along that waits longest, so that it fails at once rather than in time.
        ("proxy-reset", "reset", Client(0, 0.1, {"redis-error", "command-timeout"})),
        ("proxy-refused", "refused", CLOSED),
        # Two requests 1.5 s apart; the second meets a connection that was forgotten after 1 s.
        ("proxy-idle-drop", "silence", Client(0.5, 0.5, {"command-timeout"})),
    ],
)
def test_a_fault_of_the_proxy_is_felt_by_a_bare_socket_and_met_by_a_shared_connection(
    proxied: Played, fault: str, felt: str, client: Client
) -> None:
    holds(proxied, fault, [felt, "answer"], client)


def test_after_every_fault_of_the_proxy_a_shared_connection_serves_again(proxied: Played) -> None:
    healed = {phase: {*outcomes} for phase, outcomes in proxied.outcomes.items() if phase.endswith("-healed")}
    assert len(healed) == 7
    assert healed == {phase: {"ok"} for phase in healed}


def test_a_pause_of_the_jvm_delays_everything_and_fails_what_was_on_its_way(shared: Played) -> None:
    # Of 24. A command that waits for its answer when the JVM stops finds its timer run out before it reads on.
    holds(shared, "gc-pause", ["proven", "proven"], Client(0.9, 1, {"command-timeout"}))


def test_where_nothing_happens_nothing_fails(shared: Played) -> None:
    assert "nothing" not in shared.felt
    assert {*shared.outcomes["nothing"]} == {"ok"}


def test_after_every_fault_a_shared_connection_serves_again(shared: Played) -> None:
    healed = {phase: {*outcomes} for phase, outcomes in shared.outcomes.items() if phase.endswith("-healed")}
    assert len(healed) == 21
    assert healed == {phase: {"ok"} for phase in healed}


def test_a_pool_that_is_held_is_exhausted_until_it_is_given_back(pooled: Played) -> None:
    # Who asks within the last max-wait (300 ms of 800) is served when it is given back.
    holds(pooled, "pool-held", ["proven", "proven"], Client(0.1, 0.5, {"pool-exhausted"}))
    assert {*pooled.outcomes["pool-held-healed"]} == {"ok"}


def test_a_pool_that_is_leaked_stays_exhausted(pooled: Played) -> None:
    # One request may have borrowed before.
    holds(pooled, "pool-leaked", ["proven", "proven"], Client(0, 0.1, {"pool-exhausted"}))
    assert {*pooled.outcomes["pool-leaked-healed"]} == {"pool-exhausted"}
