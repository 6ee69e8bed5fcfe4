"""A finished run, asked in the scenario's words."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import HarnessError, InputError
from harness.verdict import Verdict

if TYPE_CHECKING:
    from harness.analysis import View


class Untrusted(HarnessError):
    """The run can't be trusted: neither a success nor a failure may be claimed of it."""


@dataclass(frozen=True)
class Answers:
    """How one profile's requests of one phase ended; `excused` failures met a standstill of the machine."""

    requests: int
    outcomes: dict[str, int]
    excused: int
    _latencies: tuple[float, ...] = field(repr=False, default=())

    @property
    def ok(self) -> int:
        return self.outcomes.get("ok", 0)

    @property
    def failed(self) -> int:
        return self.requests - self.ok

    @property
    def share(self) -> float:
        """Of those that succeeded, between 0 and 1."""
        return self.ok / self.requests

    def percentile(self, percent: float) -> float:
        """Of the time that visitors waited, in seconds of production; failed requests count too."""
        import numpy as np  # noqa: PLC0415  only where it is asked

        return float(np.quantile(self._latencies, percent / 100))


class Played:
    """One Run, read back."""

    def __init__(self, path: Path, verdict: Verdict) -> None:
        from harness.analysis import Record  # noqa: PLC0415  pandas only where a run is looked at

        self.path, self.verdict = path, verdict
        self._record = Record(path)

    def during(self, phase: str, profile: str) -> Answers:
        """Raises InputError for a name that there is not, Untrusted where the run's own checks failed."""
        view = self._view(profile)
        phases = [span.name for span in self._record.phases]
        if phase not in phases:
            raise InputError(f"phase '{phase}' was not played; there are: {', '.join(phases)}")
        frame = view.frame[view.frame["phase"] == phase]
        if frame.empty:
            raise InputError(f"phase '{phase}' has no request of '{profile}'; give it a rate")
        outcomes = {str(kind): int(count) for kind, count in frame["outcome"].value_counts().items() if count}
        waited = tuple(float(one) * view.time_scale for one in frame["latency"])
        return Answers(len(frame), outcomes, int((frame["failed"] & frame["excused"]).sum()), waited)

    def trouble(self, profile: str) -> float:
        view = self._view(profile)
        found = view.trouble()
        return (found.ended - found.began) * view.time_scale if found else 0.0

    def _view(self, profile: str) -> View:
        cells = {cell.profile: cell for cell in self.verdict.cells}
        if profile not in cells:
            raise InputError(f"profile '{profile}' was not played; there are: {', '.join(cells)}")
        if doubts := [*self.verdict.doubts, *cells[profile].doubts]:
            raise Untrusted(f"nothing can be said of '{profile}': {'; '.join(doubts)} (the run is in {self.path})")
        return self._record.view(profile)
