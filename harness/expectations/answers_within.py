"""A percentile of a phase's requests is answered within a time, whatever the answer."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from harness.expectations.base import CellView, Expectation
from harness.units import Duration, show_beside, show_duration
from harness.verdict import Check, Measure, Ruling


class AnswersWithin(Expectation):
    kind: Literal["answers-within"]
    during: str
    percentile: float = Field(gt=0, le=100)
    within: Duration
    summary: ClassVar[str] = "a percentile of a phase's requests is answered within a time, counted from when due"

    @property
    def name(self) -> str:
        return f"{super().name}/p{self.percentile:g}"

    @property
    def during_phase(self) -> str:
        return self.during

    def describe(self) -> str:
        return f"p{self.percentile:g} of the requests during '{self.during}' is answered within {self._within()}"

    def check(self, view: CellView) -> Check:
        run = view.latency(self.during, self.percentile)
        if run is None:
            return self.ruled(Ruling.UNKNOWN, f"no request was due during '{self.during}'")
        value = run * view.time_scale
        because = f"p{self.percentile:g} was {show_beside(value, self.within)}"
        if view.time_scale != 1:
            because += f" ({show_duration(run)} in the run)"
        ruling = Ruling.PASS if value <= self.within else Ruling.FAIL
        measured = Measure(name=f"p{self.percentile:g}", value=value, unit="s", run=run)
        return self.ruled(ruling, because, measured)

    def _within(self) -> str:
        return show_duration(self.within)
