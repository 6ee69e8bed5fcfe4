"""Redis lets its clients wait, as during a failover: CLIENT PAUSE."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from redis.asyncio import Redis

from harness.faults.admin import on_each
from harness.faults.base import CellGround, Fault, Ground, Held, Mechanism
from harness.faults.canary import Canary, Felt
from harness.faults.proving import proven

LONGEST = 3_600_000  # ms; the fault's end unpauses


class ClientsPaused(Fault):
    """Only commands that write wait: a pause of all would keep out the very command that ends it."""

    kind: Literal["clients-paused"]
    mechanism: ClassVar[Mechanism] = "process"
    summary: ClassVar[str] = "CLIENT PAUSE WRITE: commands that write wait, those that read are answered"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        return proven(
            ground,
            self.kind,
            begin=lambda: on_each(ground, _pause),
            end=lambda: on_each(ground, Redis.client_unpause),
            expected="silence",
            asking=_asks_write,
        )


async def _pause(redis: Redis) -> None:
    await redis.client_pause(LONGEST, all=False)


async def _asks_write(canary: Canary, _: CellGround) -> Felt:
    return await canary.say("SET harness-canary 1", "+OK")
