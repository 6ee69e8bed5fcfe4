"""A proxy that forgets connections in which no data went for a while."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from harness.faults.base import Fault, Ground, Held, Mechanism
from harness.faults.canary import Felt
from harness.faults.proving import asks_after
from harness.faults.toxics import both_ways, milliseconds, poisoned, shorter_than_a_toxic
from harness.units import Duration, show_duration

GUARD = 0.25  # s; asked well after the time is up
WHAT = {"drop": "swallows what comes later", "reset": "resets both ends", "close": "closes both ends"}
SERVERS_WORD = {"drop": "silent", "reset": "reset", "close": "close"}
FELT: dict[str, Felt] = {"drop": "silence", "reset": "reset", "close": "closed"}


class ProxyIdleDrop(Fault):
    """Only data counts as use: a client's probes end at the proxy's kernel. Healing closes what lost data."""

    kind: Literal["proxy-idle-drop"]
    limit: Duration
    on_expiry: Literal["drop", "reset", "close"] = "drop"
    mechanism: ClassVar[Mechanism] = "proxy"
    summary: ClassVar[str] = "a proxy forgets connections without data; keepalive probes are none"
    blind: ClassVar[bool] = True

    def problems(self, time_scale: float) -> list[str]:
        return shorter_than_a_toxic("limit", self.limit, time_scale)

    def felt_within(self, time_scale: float) -> float:
        return self.limit / time_scale + GUARD + super().felt_within(time_scale)

    def describe(self) -> str:
        return f"{self.summary}: after {show_duration(self.limit)} it {WHAT[self.on_expiry]}"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        idle = milliseconds(self.limit / ground.time_scale)
        toxics = both_ways(self.kind, "idle_drop", {"idle": idle, "on_expiry": SERVERS_WORD[self.on_expiry]})
        return poisoned(ground, self.kind, toxics, FELT[self.on_expiry], asks_after(idle / 1000 + GUARD))
