"""Answers come in small pieces, as over a path with a tiny MTU or a dripping middlebox."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from pydantic import Field

from harness.faults.base import Fault, Ground, Held, Mechanism, Toxic
from harness.faults.toxics import poisoned, shorter_than_a_toxic, slowed
from harness.units import Duration, show_duration

SLICES = 5  # of the answer that proves it, at least


class Sliced(Fault):
    """Toxiproxy halves an answer until no piece is above `size`; its API calls that the average."""

    kind: Literal["sliced"]
    size: int = Field(ge=1, le=65_536)
    delay: Duration
    mechanism: ClassVar[Mechanism] = "proxy"
    summary: ClassVar[str] = "Redis's answers come in slices of so many bytes, with a delay after each"

    def problems(self, time_scale: float) -> list[str]:
        return shorter_than_a_toxic("delay", self.delay, time_scale)

    def felt_within(self, time_scale: float) -> float:
        # Halving makes less than twice as many slices as it must, and an answer has a few bytes of its own.
        return 3 * SLICES * self.delay / time_scale + super().felt_within(time_scale)

    def describe(self) -> str:
        return f"Redis's answers come in slices of {self.size} bytes at most, {show_duration(self.delay)} after each"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        delay = round(self.delay / ground.time_scale * 1e6)  # microseconds, unlike all other toxics
        attributes: dict[str, int | str] = {"average_size": self.size, "size_variation": 0, "delay": delay}
        toxic = Toxic(self.kind, "slicer", "downstream", 1.0, attributes)
        least = (SLICES - 1) * delay / 1e6
        return poisoned(ground, self.kind, [toxic], "slow", slowed(least, showing=least, size=SLICES * self.size))
