"""The whole JVM stands still at a safepoint, as in a long garbage collection or a heap dump."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from pydantic import field_validator

from harness.faults.app import in_application
from harness.faults.base import Fault, Ground, Held, Mechanism
from harness.units import Duration, show_duration


class GcPause(Fault):
    """Once, for `lasts`; it can't be cut short and overshoots by some 0.5 s of the run."""

    kind: Literal["gc-pause"]
    lasts: Duration
    mechanism: ClassVar[Mechanism] = "app"
    summary: ClassVar[str] = "the application's JVM stands still, once"

    @field_validator("lasts")
    @classmethod
    def _positive(cls, lasts: float) -> float:
        if lasts <= 0:
            raise ValueError("lasts must be above zero, for example 2m")
        return lasts

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
