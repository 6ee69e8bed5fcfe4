"""The whole JVM stands still at a safepoint, as in a long garbage collection or a heap dump."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from harness.faults.app import in_application
from harness.faults.base import Fault, Ground, Held, Mechanism
from harness.units import PositiveDuration, show_duration, too_short

OVERSHOOT = 0.5  # s


class GcPause(Fault):
    """Once, for `lasts`; it can't be cut short and overshoots by some 0.5 s of the run."""

    kind: Literal["gc-pause"]
    lasts: PositiveDuration
    mechanism: ClassVar[Mechanism] = "app"
    stops_application: ClassVar[bool] = True
    summary: ClassVar[str] = "the application's JVM stands still, once"

    def problems(self, time_scale: float) -> list[str]:
        return too_short("lasts", self.lasts, time_scale, OVERSHOOT, "a pause overshoots by as much")

    def felt_within(self, time_scale: float) -> float:
        return self.lasts / time_scale + OVERSHOOT

    def describe(self) -> str:
        return f"{self.summary}, for {show_duration(self.lasts)}"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        millis = round(self.lasts / ground.time_scale * 1000)
        return in_application(
            ground,
            self.kind,
            {"millis": str(millis)},
            began=lambda _: True,  # it begins half a second after the answer; the end says how long it was
            ended=lambda said: said["stoppedMillis"] >= millis,
        )
