"""A firewall that forgets connections in which nothing was said for a while."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from pydantic import field_validator

from harness.faults.base import Fault, Ground, Held, IdlePolicy, Mechanism, OnExpiry, RefreshedBy
from harness.faults.forgetting import forgetting
from harness.units import Duration, show_duration

WHAT = {
    "drop": "and drops their packets in silence",
    "reset-on-use": "and resets whoever uses one",
    "reset-both": "and resets both ends at once",
    "close": "and closes them, as a proxy does",
}
BY = {"any": "", "data": "; only data refreshes", "client": "; only the client's packets refresh"}


class IdleDrop(Fault):
    """Per connection; any packet, a keepalive probe too, starts the limit anew, if `refreshed_by` is any."""

    kind: Literal["idle-drop"]
    limit: Duration
    on_expiry: OnExpiry = "drop"
    refreshed_by: RefreshedBy = "any"
    mechanism: ClassVar[Mechanism] = "kernel"
    summary: ClassVar[str] = "the firewall forgets idle connections"

    @field_validator("limit")
    @classmethod
    def _positive(cls, limit: float) -> float:
        if limit <= 0:
            raise ValueError("limit must be above zero, for example 240s")
        return limit

    def describe(self) -> str:
        return f"{self.summary} {WHAT[self.on_expiry]}, after {show_duration(self.limit)}{BY[self.refreshed_by]}"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        return forgetting(ground, IdlePolicy(self.limit / ground.time_scale, self.on_expiry, self.refreshed_by))
