"""Redis is full and evicts nothing: reads are answered, writes are refused."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from redis.asyncio import Redis

from harness.faults.admin import on_each
from harness.faults.base import CellGround, Fault, Ground, Held, Mechanism
from harness.faults.canary import Canary, Felt
from harness.faults.proving import proven


class OutOfMemory(Fault):
    kind: Literal["out-of-memory"]
    mechanism: ClassVar[Mechanism] = "process"
    summary: ClassVar[str] = "maxmemory is reached with noeviction: writes are refused, reads are answered"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        return proven(
            ground,
            self.kind,
            begin=lambda: on_each(ground, _fill),
            end=lambda: on_each(ground, _free),
            expected="error",
            asking=_asks_write,
        )


async def _fill(redis: Redis) -> None:
    await redis.config_set("maxmemory-policy", "noeviction")
    await redis.config_set("maxmemory", 1)


async def _free(redis: Redis) -> None:
    await redis.config_set("maxmemory", 0)


async def _asks_write(canary: Canary, _: CellGround) -> Felt:
    return await canary.say("SET harness-canary 1", "+OK")
