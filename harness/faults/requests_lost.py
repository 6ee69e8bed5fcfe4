"""What the client sends does not arrive: no command is executed."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from harness.faults.base import Disturbs, Fault, Ground, Held, Mechanism, Obstacle
from harness.faults.proving import obstructing


class RequestsLost(Fault):
    kind: Literal["requests-lost"]
    mechanism: ClassVar[Mechanism] = "kernel"
    disturbs: ClassVar[Disturbs] = "connections"
    summary: ClassVar[str] = "the client's packets are dropped: no command is executed"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        return obstructing(ground, Obstacle(self.kind, to_server="", to_client=None), "silence")
