"""A zombie peer: data is lost, keepalive probes are answered."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from harness.faults.base import Disturbs, Fault, Ground, Held, Mechanism, Obstacle
from harness.faults.proving import obstructing


class DataLost(Fault):
    kind: Literal["data-lost"]
    mechanism: ClassVar[Mechanism] = "kernel"
    disturbs: ClassVar[Disturbs] = "connections"
    summary: ClassVar[str] = "packets with data are dropped, empty ones pass: keepalive sees a healthy connection"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        return obstructing(
            ground,
            Obstacle(self.kind, to_server="tcp flags & psh == psh", to_client="tcp flags & psh == psh"),
            "silence",
        )
