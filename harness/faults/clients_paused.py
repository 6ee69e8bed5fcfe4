"""Redis lets its clients wait, as during a failover: CLIENT PAUSE."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from redis.asyncio import Redis

from harness.faults.admin import on_each
from harness.faults.base import CellGround, Disturbs, Fault, Ground, Held, Mechanism
from harness.faults.canary import Canary, Felt
from harness.faults.exempt import LONGEST, pausing_all
from harness.faults.proving import proven


class ClientsPaused(Fault):
    """`commands` writing: those that read are answered. `commands` all: none is."""

    kind: Literal["clients-paused"]
    commands: Literal["writing", "all"] = "writing"
    mechanism: ClassVar[Mechanism] = "process"
    disturbs: ClassVar[Disturbs] = "redis"
    summary: ClassVar[str] = "CLIENT PAUSE: commands that write wait until the end, or all commands do"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        if self.commands == "all":
            return pausing_all(ground, self.kind)
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
