"""At least this share of the requests of a phase succeed."""

from __future__ import annotations

from typing import ClassVar, Literal

from harness.expectations.base import CellView, Expectation
from harness.units import Share, show_share
from harness.verdict import Check, Measure, Ruling


class Succeeds(Expectation):
    kind: Literal["succeeds"]
    during: str
    share: Share
    summary: ClassVar[str] = "at least a share of the requests of a phase succeed"

    @property
    def during_phase(self) -> str:
        return self.during

    def describe(self) -> str:
        share = "all" if self.share == 1 else f"at least {show_share(self.share)} of the"
        return f"{share} requests during '{self.during}' succeed"

    def check(self, view: CellView) -> Check:
        outcomes = view.outcomes(self.during)
        if outcomes.total == 0:
            return self.ruled(Ruling.UNKNOWN, f"no request was due during '{self.during}'")
        share = outcomes.ok / outcomes.total
        measured = Measure(name="succeeded", value=share, unit="share")
        failed = outcomes.total - outcomes.ok
        because = f"{show_share(share)} of {outcomes.total} requests succeeded"
        if failed:
            kinds = sorted(outcomes.failures.items(), key=lambda item: -item[1])
            because += f", {failed} failed: " + ", ".join(f"{count} {kind}" for kind, count in kinds)
        return self.ruled(Ruling.PASS if share >= self.share else Ruling.FAIL, because, measured)
