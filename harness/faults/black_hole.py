"""Nothing gets through, in either direction; when it heals, the same connections go on."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from harness.faults.base import Disturbs, Fault, Ground, Held, Mechanism, Obstacle
from harness.faults.proving import obstructing


class BlackHole(Fault):
    kind: Literal["black-hole"]
    mechanism: ClassVar[Mechanism] = "kernel"
    disturbs: ClassVar[Disturbs] = "connections"
    summary: ClassVar[str] = "every packet is dropped, both ways; healing lets the same connections resume"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        return obstructing(ground, Obstacle(self.kind, to_server="", to_client=""), "silence")
