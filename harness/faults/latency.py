"""A long way: every answer comes later, none is lost."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from harness.faults.base import Fault, Ground, Held, Mechanism, Toxic
from harness.faults.toxics import ATTEMPTS, milliseconds, poisoned, shorter_than_a_toxic, slowed
from harness.units import Duration, show_duration


class Latency(Fault):
    """In one direction, so that a round trip takes longer by `delay`, give or take up to `jitter`."""

    kind: Literal["latency"]
    delay: Duration
    jitter: Duration = 0.0
    mechanism: ClassVar[Mechanism] = "proxy"
    summary: ClassVar[str] = "Redis's answers come later by a delay, give or take a jitter"

    def problems(self, time_scale: float) -> list[str]:
        found = shorter_than_a_toxic("delay", self.delay, time_scale)
        if self.jitter:
            found += shorter_than_a_toxic("jitter", self.jitter, time_scale)
        if self.jitter > self.delay:
            found.append(f"jitter is more than delay; give {show_duration(self.delay)} at most")
        return found

    def felt_within(self, time_scale: float) -> float:
        attempts = ATTEMPTS if self.jitter else 1
        return attempts * self.delay / time_scale + super().felt_within(time_scale)

    def describe(self) -> str:
        jitter = f", give or take up to {show_duration(self.jitter)}" if self.jitter else ""
        return f"Redis's answers come {show_duration(self.delay)} later{jitter}"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        delay, jitter = (milliseconds(each / ground.time_scale) for each in (self.delay, self.jitter))
        toxic = Toxic(self.kind, "latency", "downstream", 1.0, {"latency": delay, "jitter": jitter})
        least = (delay - jitter) / 1000
        return poisoned(ground, self.kind, [toxic], "slow", slowed(least, showing=delay / 1000))
