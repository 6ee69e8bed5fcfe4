"""Redis itself closes clients that sent no command for a while: its `timeout` setting, as managed services have it."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from pydantic import field_validator

from harness.faults.admin import on_each
from harness.faults.base import CellGround, Fault, Ground, Held, Mechanism
from harness.faults.canary import Canary, Felt
from harness.faults.proving import proven
from harness.units import Duration, show_duration, whole_seconds

LATE = 2.0  # s; Redis looks through its clients in turns, and can be that late


class ServerTimeout(Fault):
    """Redis counts whole seconds, at least one; a keepalive probe is no command."""

    kind: Literal["server-timeout"]
    after: Duration
    mechanism: ClassVar[Mechanism] = "process"
    summary: ClassVar[str] = "Redis closes connections that were idle for a while (its timeout setting)"

    @field_validator("after")
    @classmethod
    def _positive(cls, after: float) -> float:
        if after <= 0:
            raise ValueError("after must be above zero, for example 10m")
        return after

    def describe(self) -> str:
        return f"{self.summary}, after {show_duration(self.after)}"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        seconds = whole_seconds(self.after / ground.time_scale)

        async def asks_after(canary: Canary, _: CellGround) -> Felt:
            await asyncio.sleep(seconds + LATE)
            return await canary.ping()

        return proven(
            ground,
            self.kind,
            begin=lambda: on_each(ground, lambda redis: redis.config_set("timeout", int(seconds))),
            end=lambda: on_each(ground, lambda redis: redis.config_set("timeout", 0)),
            expected="closed",
            asking=asks_after,
        )
