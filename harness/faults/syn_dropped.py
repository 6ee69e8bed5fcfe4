"""No new connection can be made, and nobody says so; those that are there go on."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from harness.faults.base import Disturbs, Fault, Ground, Held, Mechanism, Obstacle
from harness.faults.proving import asks_connect, obstructing


class SynDropped(Fault):
    kind: Literal["syn-dropped"]
    mechanism: ClassVar[Mechanism] = "kernel"
    disturbs: ClassVar[Disturbs] = "connections"
    summary: ClassVar[str] = "packets that open a connection are dropped; established connections go on"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        return obstructing(
            ground,
            Obstacle(self.kind, to_server="tcp flags & (syn|ack) == syn", to_client=None),
            "silence",
            asks_connect,
        )
