"""A callback sleeps on Lettuce's event loop: every connection on that loop waits, and Redis is fine."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from harness.faults.app import in_application
from harness.faults.base import Fault, Ground, Held, Mechanism


class EventLoopBlocked(Fault):
    kind: Literal["event-loop-blocked"]
    mechanism: ClassVar[Mechanism] = "app"
    summary: ClassVar[str] = "a callback blocks the client's event loop threads; Redis and the network are fine"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        return in_application(
            ground,
            self.kind,
            {},
            began=lambda said: bool(said["threads"]) and all(one["blocked"] for one in said["threads"]),
            ended=lambda said: bool(said["threads"]) and not any(one["blocked"] for one in said["threads"]),
        )
