"""Redis itself closes clients that sent no command for a while: its `timeout` setting, as managed services have it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from harness.faults.admin import on_each
from harness.faults.base import Fault, Ground, Held, Mechanism
from harness.faults.proving import asks_after, proven
from harness.units import PositiveDuration, show_duration, too_short, whole_seconds

ROUNDED = 0.1  # the share by which rounding to whole seconds may change what the scenario says
LATE = 2.0  # s; Redis looks through its clients in turns, and can be that late


class ServerTimeout(Fault):
    """Redis counts whole seconds, at least one; a keepalive probe is no command."""

    kind: Literal["server-timeout"]
    after: PositiveDuration
    mechanism: ClassVar[Mechanism] = "process"
    summary: ClassVar[str] = "Redis closes connections that were idle for a while (its timeout setting)"

    def problems(self, time_scale: float) -> list[str]:
        run = self.after / time_scale
        if run < 1 or abs(whole_seconds(run) / run - 1) <= ROUNDED:
            return too_short("after", self.after, time_scale, 1.0, "Redis counts whole seconds")
        told = f"after {show_duration(self.after)} is {show_duration(run)} of the run at {time_scale:g}:1"
        near = show_duration(whole_seconds(run) * time_scale)
        return [f"{told}, and Redis counts whole seconds; take for example {near}"]

    def felt_within(self, time_scale: float) -> float:
        return whole_seconds(self.after / time_scale) + LATE + super().felt_within(time_scale)

    def describe(self) -> str:
        return f"{self.summary}, after {show_duration(self.after)}"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        seconds = whole_seconds(self.after / ground.time_scale)
        return proven(
            ground,
            self.kind,
            begin=lambda: on_each(ground, lambda redis: redis.config_set("timeout", int(seconds))),
            end=lambda: on_each(ground, lambda redis: redis.config_set("timeout", 0)),
            expected="closed",
            asking=asks_after(seconds + LATE),
        )
