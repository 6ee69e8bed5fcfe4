"""No new connection can be made, and the client is told at once; those that are there go on."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from harness.faults.base import Disturbs, Fault, Ground, Held, Mechanism, Obstacle
from harness.faults.canary import Felt
from harness.faults.proving import asks_connect, obstructing

SYN = "tcp flags & (syn|ack) == syn"


class SynRejected(Fault):
    """`by` reset is ECONNREFUSED, as from a closed port; `by` icmp is EHOSTUNREACH, as from a router."""

    kind: Literal["syn-rejected"]
    by: Literal["reset", "icmp"] = "reset"
    mechanism: ClassVar[Mechanism] = "kernel"
    disturbs: ClassVar[Disturbs] = "connections"
    summary: ClassVar[str] = "packets that open a connection are rejected, by reset or by ICMP"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        expected: Felt = "refused" if self.by == "reset" else "unreachable"
        act: Literal["reset", "unreachable"] = "reset" if self.by == "reset" else "unreachable"
        return obstructing(ground, Obstacle(self.kind, SYN, None, act), expected, asks_connect)
