"""Redis closes every client's connection once, as an operator's CLIENT KILL or a failover does."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from redis.asyncio import Redis

from harness.faults.admin import on_each
from harness.faults.base import Disturbs, Fault, Ground, Held, Mechanism
from harness.faults.proving import proven


class ClientsKilled(Fault):
    kind: Literal["clients-killed"]
    mechanism: ClassVar[Mechanism] = "process"
    disturbs: ClassVar[Disturbs] = "connections"
    summary: ClassVar[str] = "CLIENT KILL: Redis closes every connection once; new ones are served"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        return proven(ground, self.kind, begin=lambda: on_each(ground, _kill), end=_nothing, expected="closed")


async def _kill(redis: Redis) -> None:
    await redis.client_kill_filter(_type="normal", skipme=True)


async def _nothing() -> None:
    """What is closed stays closed; the clients connect anew."""
