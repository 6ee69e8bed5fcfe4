"""A firewall that forgets connections in which nothing was said for a while."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from harness.faults.base import Fault, Ground, Held, IdlePolicy, Mechanism, OnExpiry, RefreshedBy
from harness.faults.forgetting import GUARD, forgetting
from harness.units import PositiveDuration, show_duration, too_short

WHAT = {
    "drop": "and drops their packets in silence",
    "reset-on-use": "and resets whoever uses one",
    "reset-both": "and resets both ends at once",
    "close": "and closes them, as a proxy does",
}
SHORTEST = 0.5  # s
BY = {"any": "", "data": "; only data refreshes", "client": "; only the client's packets refresh"}


class IdleDrop(Fault):
    """Per connection; any packet, a keepalive probe too, starts the limit anew, if `refreshed_by` is any."""

    kind: Literal["idle-drop"]
    limit: PositiveDuration
    on_expiry: OnExpiry = "drop"
    refreshed_by: RefreshedBy = "any"
    mechanism: ClassVar[Mechanism] = "kernel"
    summary: ClassVar[str] = "the firewall forgets idle connections"
    owns: ClassVar[str] = "the firewall's table"

    def problems(self, time_scale: float) -> list[str]:
        return too_short("limit", self.limit, time_scale, SHORTEST, "the firewall is late by up to 50 ms")

    def felt_within(self, time_scale: float) -> float:
        return self.limit / time_scale + GUARD + super().felt_within(time_scale)

    def not_in_compose(self) -> str:
        both = self.on_expiry == "reset-both"
        return "reset-both needs the host of Redis's sockets; take reset-on-use, or --stack local" * both

    def describe(self) -> str:
        return f"{self.summary} {WHAT[self.on_expiry]}, after {show_duration(self.limit)}{BY[self.refreshed_by]}"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        return forgetting(ground, IdlePolicy(self.limit / ground.time_scale, self.on_expiry, self.refreshed_by))
