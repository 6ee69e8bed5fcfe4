"""One command keeps Redis busy, and everybody else waits: Redis executes one at a time."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from harness.faults.base import Disturbs, Fault, Ground, Held, Mechanism
from harness.faults.busy import keeping_busy, sleeping
from harness.units import PositiveDuration, too_short

MARGIN = 0.5  # s between the command's end and the fault's


class SlowCommand(Fault):
    """`by` lua ends with the fault, and Redis knows that it is slow; `by` debug-sleep lasts as long as it says."""

    kind: Literal["slow-command"]
    by: Literal["lua", "debug-sleep"] = "lua"
    lasts: PositiveDuration | None = None
    mechanism: ClassVar[Mechanism] = "process"
    disturbs: ClassVar[Disturbs] = "redis"
    summary: ClassVar[str] = "one command keeps Redis busy: a script (others get BUSY after 1 s), or DEBUG SLEEP"

    def problems(self, time_scale: float) -> list[str]:
        if self.by == "lua":
            return ["lasts is for by: debug-sleep; a script ends with the phase, so remove it"] if self.lasts else []
        if self.lasts is None:
            return ["by: debug-sleep can't be cut short, and needs to know its end; add for example lasts: 2m"]
        return too_short("lasts", self.lasts, time_scale, 1.0, "a bare connection waits 500 ms for its answer")

    def felt_within(self, time_scale: float) -> float:
        return self.lasts / time_scale + MARGIN if self.lasts else super().felt_within(time_scale)

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        if self.lasts:
            return sleeping(ground, self.kind, self.lasts / ground.time_scale)
        return keeping_busy(ground, self.kind)
