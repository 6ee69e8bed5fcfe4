"""Redis stands still and its kernel does not: packets are acknowledged, and nothing is answered."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from harness.faults.base import Disturbs, Fault, Ground, Held, Mechanism
from harness.faults.proving import proven


class RedisFrozen(Fault):
    """SIGSTOP and SIGCONT. Neither TCP keepalive nor TCP_USER_TIMEOUT can notice it."""

    kind: Literal["redis-frozen"]
    mechanism: ClassVar[Mechanism] = "process"
    disturbs: ClassVar[Disturbs] = "redis"
    summary: ClassVar[str] = "Redis is stopped (SIGSTOP): its kernel acknowledges, nobody answers"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        return proven(ground, self.kind, begin=lambda: _freeze(ground), end=lambda: _thaw(ground), expected="silence")


async def _freeze(ground: Ground) -> None:
    await asyncio.gather(*(server.freeze() for server in ground.servers.values()))


async def _thaw(ground: Ground) -> None:
    await asyncio.gather(*(server.thaw() for server in ground.servers.values()))
