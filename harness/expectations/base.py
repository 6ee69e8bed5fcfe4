"""What an expectation is, and what it may see of a run: nothing but the record."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Protocol

from harness.verdict import Check, Measure, Ruling
from harness.yamlfile import Strict


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How the requests of one phase ended."""

    ok: int
    failures: dict[str, int]

    @property
    def total(self) -> int:
        return self.ok + sum(self.failures.values())


@dataclass(frozen=True, slots=True)
class Trouble:
    """From the first failed request after a fault began to hold to the end of the last one, in seconds of the run.

    `over` is false where no request that was due after the last failure succeeded: the run ended in trouble.
    """

    began: float
    ended: float
    failures: int
    over: bool


class CellView(Protocol):
    """One profile's record, as the expectations see it."""

    @property
    def time_scale(self) -> float: ...

    def outcomes(self, phase: str) -> Outcomes: ...

    def latency(self, phase: str, percentile: float) -> float | None:
        """Seconds of the run from due to done, of every request of the phase, failed ones too; None without any."""

    def trouble(self) -> Trouble | None:
        """None where nothing failed while a fault held, or after."""


class Expectation(Strict):
    """A claim about one profile's record."""

    kind: str
    summary: ClassVar[str]

    @property
    def during_phase(self) -> str:
        return ""

    @property
    def name(self) -> str:
        return f"{self.kind}/{self.during_phase}" if self.during_phase else self.kind

    @abstractmethod
    def check(self, view: CellView) -> Check:
        """The ruling, and because of what. Reads the record only."""

    @abstractmethod
    def describe(self) -> str:
        """The claim in words, at production scale."""

    def ruled(self, ruling: Ruling, because: str, *measured: Measure) -> Check:
        return Check(
            kind=self.kind,
            name=self.name,
            during=self.during_phase,
            ruling=ruling,
            because=because,
            measured=list(measured),
        )
