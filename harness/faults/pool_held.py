"""Somebody holds all connections of the pool: the others wait for max-wait."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from harness.faults.app import in_application
from harness.faults.base import Fault, Ground, Held, Mechanism


class PoolHeld(Fault):
    kind: Literal["pool-held"]
    mechanism: ClassVar[Mechanism] = "app"
    owns: ClassVar[str] = "the pool"
    summary: ClassVar[str] = "all connections of the pool are borrowed and held until the end"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        return in_application(
            ground,
            self.kind,
            {},
            began=lambda said: said["held"] > 0,
            ended=lambda said: said["returned"] > 0,
        )
