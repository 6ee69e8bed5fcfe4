"""A blocking pop on the connection that all share: what comes after it waits behind it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from harness.faults.app import in_application
from harness.faults.base import Fault, Ground, Held, Mechanism


class BlpopOnShared(Fault):
    kind: Literal["blpop-on-shared"]
    mechanism: ClassVar[Mechanism] = "app"
    summary: ClassVar[str] = "BLPOP 0 on the shared connection: later commands queue behind it"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        return in_application(
            ground,
            self.kind,
            {},
            began=lambda said: said["blocked"] is True,
            ended=lambda said: said["blocked"] is False,
        )
