"""A narrow line: bytes pass at a rate."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from pydantic import Field

from harness.faults.base import Fault, Ground, Held, Mechanism
from harness.faults.toxics import both_ways, poisoned, slowed

PULL = 0.2  # s that the answer which proves it takes


class Bandwidth(Fault):
    """`rate` in KB (1000 bytes) per second, not scaled: an answer has as many bytes at any time scale."""

    kind: Literal["bandwidth"]
    rate: int = Field(ge=1, le=10_000)
    mechanism: ClassVar[Mechanism] = "proxy"
    summary: ClassVar[str] = "each connection passes so many KB per second each way; the rate is not scaled"

    def describe(self) -> str:
        return f"each connection passes {self.rate} KB per second each way, in seconds of the run"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        size = round(self.rate * 1000 * PULL)
        toxics = both_ways(self.kind, "bandwidth", {"rate": self.rate})
        return poisoned(ground, self.kind, toxics, "slow", slowed(PULL, showing=PULL, size=size))
