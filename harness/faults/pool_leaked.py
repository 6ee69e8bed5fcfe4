"""Connections are borrowed and never returned: the pool stays exhausted, also after the fault."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from harness.faults.app import in_application
from harness.faults.base import Fault, Ground, Held, Mechanism


class PoolLeaked(Fault):
    kind: Literal["pool-leaked"]
    mechanism: ClassVar[Mechanism] = "app"
    owns: ClassVar[str] = "the pool"
    summary: ClassVar[str] = "all connections of the pool are borrowed and never returned"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        return in_application(
            ground,
            self.kind,
            {},
            began=lambda said: said["held"] > 0,
            ended=lambda said: said["leaked"] > 0,
        )
