"""Redis is killed, and is back when the fault is over, with its sessions or without."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from redis.asyncio import Redis

from harness.faults.admin import on_each
from harness.faults.base import Disturbs, Fault, Ground, Held, Mechanism
from harness.faults.proving import proven


class RedisDown(Fault):
    """SIGKILL, then a start. `sessions` kept: all data is saved to disk before, as a persistent Redis would have.

    Lost: nothing is saved, and what an earlier crash of this run has saved is removed.
    """

    kind: Literal["redis-down"]
    sessions: Literal["kept", "lost"] = "kept"
    mechanism: ClassVar[Mechanism] = "process"
    disturbs: ClassVar[Disturbs] = "redis"
    summary: ClassVar[str] = "Redis is killed, and started again at the end; its data kept or lost"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        return proven(
            ground, self.kind, begin=lambda: self._kill(ground), end=lambda: _start(ground), expected="closed"
        )

    async def _kill(self, ground: Ground) -> None:
        if self.sessions == "kept":
            await on_each(ground, Redis.save)
        await asyncio.gather(*(server.kill() for server in ground.servers.values()))
        if self.sessions == "lost":
            await asyncio.gather(*(server.forget() for server in ground.servers.values()))


async def _start(ground: Ground) -> None:
    await asyncio.gather(*(server.start() for server in ground.servers.values()))
