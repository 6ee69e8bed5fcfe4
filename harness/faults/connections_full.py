"""Redis has as many clients as it allows: whoever is connected is served, whoever comes is sent away."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import ClassVar, Literal

from harness.faults.admin import admin
from harness.faults.base import Disturbs, Fault, Ground, Held, Mechanism
from harness.faults.proving import asks_connect, proven


class ConnectionsFull(Fault):
    kind: Literal["connections-full"]
    mechanism: ClassVar[Mechanism] = "process"
    disturbs: ClassVar[Disturbs] = "redis"
    summary: ClassVar[str] = "maxclients is reached: new connections are refused with an error"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        # Our own connections stay open while it holds: one that left would make room.
        open_ones = AsyncExitStack()

        async def begin() -> None:
            for cell in ground.cells:
                redis = await open_ones.enter_async_context(admin(cell))
                open_ones.push_async_callback(redis.config_set, "maxclients", 10_000)
                await redis.config_set("maxclients", (await redis.info("clients"))["connected_clients"])

        return proven(ground, self.kind, begin=begin, end=open_ones.aclose, expected="error", asking=asks_connect)
