"""The trouble is over within a time, counted from its first failure to the end of its last."""

from __future__ import annotations

from typing import ClassVar, Literal

from harness.expectations.base import CellView, Expectation
from harness.units import Duration, show_beside, show_duration
from harness.verdict import Check, Measure, Ruling


class Recovers(Expectation):
    kind: Literal["recovers"]
    within: Duration
    summary: ClassVar[str] = "the time from the fault's effect to the last failure stays within a limit"

    def describe(self) -> str:
        return f"failures are over within {show_duration(self.within)} of the first one"

    def check(self, view: CellView) -> Check:
        trouble = view.trouble()
        if trouble is None:
            return self.ruled(Ruling.PASS, "nothing failed", Measure(name="trouble", value=0, unit="s", run=0))
        run = trouble.ended - trouble.began
        value = run * view.time_scale
        measured = Measure(name="trouble", value=value, unit="s", run=run)
        length = show_beside(value, self.within) + (
            f" ({show_duration(run)} in the run)" if view.time_scale != 1 else ""
        )
        if not trouble.over:
            return self.ruled(Ruling.FAIL, f"still failing when the run ended, {length} after the first", measured)
        because = f"the last of {trouble.failures} failures ended {length} after the first began"
        return self.ruled(Ruling.PASS if value <= self.within else Ruling.FAIL, because, measured)
