"""What Redis answers does not arrive: a command that timed out was executed all the same."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from harness.faults.base import Disturbs, Fault, Ground, Held, Mechanism, Obstacle
from harness.faults.proving import obstructing


class ResponsesLost(Fault):
    kind: Literal["responses-lost"]
    mechanism: ClassVar[Mechanism] = "kernel"
    disturbs: ClassVar[Disturbs] = "connections"
    summary: ClassVar[str] = "Redis's packets are dropped: commands are executed, and nobody hears of it"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        return obstructing(ground, Obstacle(self.kind, to_server=None, to_client=""), "silence")
