"""Rulings: what the judge writes and every report reads."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from harness.cause import Cause
from harness.errors import EXIT_FAIL, EXIT_PASS, EXIT_UNKNOWN
from harness.manifest import Recorded

VERDICTS = "verdicts.json"


class Ruling(StrEnum):
    PASS = "pass"  # noqa: S105  a ruling, no password
    UNKNOWN = "unknown"
    FAIL = "fail"


SEVERITY = [Ruling.PASS, Ruling.UNKNOWN, Ruling.FAIL]


def worst(rulings: list[Ruling]) -> Ruling:
    """Fail outranks unknown, unknown outranks pass; of nothing, nothing is known."""
    return max(rulings, key=SEVERITY.index, default=Ruling.UNKNOWN)


class Measure(Recorded):
    """A measured figure. Durations are in seconds of production; `run` is the same in seconds of the run."""

    name: str
    value: float | None
    unit: str = ""
    run: float | None = None


class Check(Recorded):
    """One expectation of one profile, judged. `known` holds the scenario's reason where the failure was declared."""

    kind: str
    name: str
    during: str = ""
    ruling: Ruling
    because: str
    measured: list[Measure] = []
    known: str = ""
    cause: Cause | None = None

    @property
    def surprise(self) -> bool:
        """Declared to fail, and passed."""
        return bool(self.known) and self.ruling is Ruling.PASS

    @property
    def counts(self) -> Ruling:
        """What this check means for the run: a declared failure is fine, a declared failure that passes is not."""
        if self.known and self.ruling is not Ruling.UNKNOWN:
            return Ruling.FAIL if self.surprise else Ruling.PASS
        return self.ruling


class CellVerdict(Recorded):
    """`verdict` says how the client did; `known` that every failure was declared, so that the run does not fail."""

    profile: str
    verdict: Ruling
    known: bool
    checks: list[Check]
    doubts: list[str] = []
    cause: Cause | None = None
    """Of the first failed check whose cause was determined; None where nothing failed, or a run of before."""

    @property
    def counts(self) -> Ruling:
        return worst([check.counts for check in self.checks])


class Verdict(Recorded):
    verdict: Ruling
    scenario: str
    cells: list[CellVerdict]
    doubts: list[str] = []
    notes: list[str] = []

    @property
    def exit_code(self) -> int:
        return {Ruling.PASS: EXIT_PASS, Ruling.FAIL: EXIT_FAIL, Ruling.UNKNOWN: EXIT_UNKNOWN}[self.verdict]

    def write(self, run: Path) -> None:
        (run / VERDICTS).write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")


def read_verdict(run: Path) -> Verdict:
    return Verdict.model_validate_json((run / VERDICTS).read_text(encoding="utf-8"))
