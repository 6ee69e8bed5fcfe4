"""The lines that a finding quotes."""

from __future__ import annotations

from collections.abc import Sequence

from harness.cause import Witness
from harness.diagnosis.facts import Facts, Pool, Socket

SEEN = 2  # lines of a kind that are quoted


def samples(facts: Facts, text: str) -> Witness:
    ports = ", ".join(str(port) for port in sorted(facts.failures.ports)[:SEEN])
    more = f"; local port {ports}" if len(facts.failures.ports) == 1 else ""
    return Witness(file="samples.csv", text=text + more)


def from_sockets(found: Sequence[Socket]) -> list[Witness]:
    rest = len(found) - SEEN
    lines = [Witness(file="sockets.txt", text=socket.line) for socket in found[:SEEN]]
    return [*lines, *([Witness(file="sockets.txt", text=f"and {rest} more like that")] if rest > 0 else [])]


def firewall_dropped(facts: Facts) -> Witness:
    text = f"the firewall dropped {facts.dropped} packets of the client and {facts.dropped_back} of Redis meanwhile"
    return Witness(file="events.jsonl", text=text)


def of_the_pool(pools: Sequence[Pool]) -> list[Witness]:
    return [Witness(file="gauges.json", text=pool.line) for pool in pools]


def what_redis_said(facts: Facts) -> list[Witness]:
    said = facts.evidence.redis_said
    return [Witness(file="clients.txt", text=f"not to be had: {said}")] if said else []


def attempts(facts: Facts) -> list[Witness]:
    text = f"{facts.attempts} attempts to connect failed meanwhile"
    return [Witness(file="events.jsonl", text=text)] if facts.attempts else []


def waiters(facts: Facts) -> list[Witness]:
    text = f"up to {facts.waiting} threads waited for a connection of the pool meanwhile"
    return [Witness(file="events.jsonl", text=text)] if facts.waiting else []
