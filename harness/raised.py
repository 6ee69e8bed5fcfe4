"""Timeouts that a run can't have as short as production: a request waits longer for them than the time scale says.

The fixture raises them to what round trips take (its TimeScale). Of a slow answer one can then tell how much of it that
was at most: as many whole timeouts as it has room for. A failure that rests on that alone is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from harness.manifest import About, Setting
from harness.units import show_duration

# Which timeout ends which failure; any other answer may have waited for Redis before it came.
OTHERS = {"connection-failure": "connect-timeout", "pool-exhausted": "pool.max-wait"}
SLACK = 1e-6  # s; due and done are kept to a microsecond, and a wait of one timeout must not be taken for less


@dataclass(frozen=True, slots=True)
class Wait:
    """A raised timeout: seconds of production, of the run, and what it is longer there, in seconds of the run."""

    name: str
    production: float
    run: float
    excess: float

    def shortened(self, latency: float) -> float:
        """The least that such a request would have taken with production's timeout, in seconds of the run."""
        return latency - (latency + SLACK) // self.run * self.excess

    def __str__(self) -> str:
        production, run, scaled = map(show_duration, (self.production, self.run, self.run - self.excess))
        return f"{self.name} of {production} is {run} of the run and not {scaled}"


@dataclass(frozen=True, slots=True)
class Waits:
    """A client's raised timeouts: that of its commands, and those of other failures by their outcome."""

    command: Wait | None
    others: Mapping[str, Wait]

    @classmethod
    def of(cls, about: About, time_scale: float) -> Waits:
        others = {outcome: _wait(about.setting(name), time_scale) for outcome, name in OTHERS.items()}
        return cls(_wait(about.patience, time_scale), {outcome: wait for outcome, wait in others.items() if wait})

    def least(self, latencies: Iterable[float], outcomes: Iterable[str]) -> list[float]:
        return [
            wait.shortened(latency) if (wait := self._met(outcome)) else latency
            for latency, outcome in zip(latencies, outcomes, strict=True)
        ]

    def told(self, outcomes: Iterable[str]) -> str:
        """Those that requests with these outcomes may have waited for, each once."""
        return "; ".join(dict.fromkeys(str(wait) for outcome in outcomes if (wait := self._met(outcome))))

    def __bool__(self) -> bool:
        return bool(self.command or self.others)

    def _met(self, outcome: str) -> Wait | None:
        return self.others.get(outcome, None if outcome in OTHERS else self.command)


def _wait(setting: Setting | None, time_scale: float) -> Wait | None:
    if setting is None or setting.exact or setting.unit != "ms":
        return None
    if not isinstance(setting.production, int | float) or not isinstance(setting.run, int | float):
        return None
    production, run = setting.production / 1000, setting.run / 1000
    excess = run - production / time_scale
    return Wait(setting.name, production, run, excess) if excess > 0 else None
