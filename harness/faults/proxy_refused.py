"""A proxy that is gone: its port is closed."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from harness.faults.base import Disturbs, Fault, Ground, Held, Mechanism
from harness.faults.proving import asks_connect, proven


class ProxyRefused(Fault):
    kind: Literal["proxy-refused"]
    mechanism: ClassVar[Mechanism] = "proxy"
    disturbs: ClassVar[Disturbs] = "connections"
    summary: ClassVar[str] = "the proxy is disabled: connections are closed, new ones are refused"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        return proven(
            ground,
            self.kind,
            begin=lambda: _set(ground, enabled=False),
            end=lambda: _set(ground, enabled=True),
            expected="refused",
            asking=asks_connect,
        )


async def _set(ground: Ground, *, enabled: bool) -> None:
    await asyncio.gather(*(ground.proxy.set_enabled(cell, enabled=enabled) for cell in ground.cells))
