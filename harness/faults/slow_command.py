"""One command keeps Redis busy, and everybody else waits: Redis executes one at a time."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager, suppress
from typing import ClassVar, Literal

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from harness.faults.admin import admin, on_each
from harness.faults.base import CellGround, Fault, Ground, Held, Mechanism
from harness.faults.proving import proven

# After busy-reply-threshold (5 s, not scaled) others are told BUSY instead of nothing; the end kills the script.
BUSY = "while true do end"
LOOK = 0.1  # s without an answer, and Redis is taken to be busy


class SlowCommand(Fault):
    kind: Literal["slow-command"]
    mechanism: ClassVar[Mechanism] = "process"
    summary: ClassVar[str] = "a Lua script keeps Redis busy until the end; after 5 s Redis answers others with BUSY"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        scripts: list[asyncio.Task[None]] = []

        async def begin() -> None:
            await on_each(ground, _impatient)
            scripts.extend(asyncio.create_task(_run(cell)) for cell in ground.cells)
            await asyncio.gather(*(_until_busy(cell) for cell in ground.cells))

        async def end() -> None:
            await on_each(ground, Redis.script_kill)
            await asyncio.gather(*scripts)

        return proven(ground, self.kind, begin=begin, end=end, expected="silence")


async def _impatient(redis: Redis) -> None:
    """SCRIPT KILL is heard only once Redis is past this threshold; the canary's patience is under it."""
    await redis.config_set("busy-reply-threshold", 1000)


async def _until_busy(cell: CellGround) -> None:
    """Until the script has Redis to itself: a canary that asked earlier would be served."""
    async with Redis(host=cell.direct, port=cell.port, socket_timeout=LOOK, retry=Retry(NoBackoff(), 0)) as redis:
        with suppress(RedisTimeoutError):
            while True:
                await redis.ping()


async def _run(cell: CellGround) -> None:
    redis = admin(cell)
    redis.connection_pool.connection_kwargs["socket_timeout"] = None
    try:
        await redis.eval(BUSY, 0)
    except RedisError:
        return  # killed at the end, as it was meant to be
    finally:
        await redis.aclose()
