"""What is kept of a Run to compare it with another: small enough for a file that is looked at in a review."""

from __future__ import annotations

from typing import Literal

from harness.errors import EXIT_UNKNOWN, HarnessError
from harness.verdict import Ruling
from harness.yamlfile import Strict


class CannotCompare(HarnessError):
    """The two say nothing of each other; the text says why."""

    exit_code = EXIT_UNKNOWN


class Figure(Strict):
    """What a check measured: the share of requests that failed, or a time in seconds of production.

    `alike` says how many failures come at once. `low` and `high` are a time's own interval at 95 %, nothing where it
    can't be told. `each` are the repeats' own values.
    """

    name: str
    unit: Literal["share", "s"]
    value: float
    requests: int = 0
    alike: float = 1
    low: float | None = None
    high: float | None = None
    each: list[float] = []


class CheckFacts(Strict):
    """One expectation of one profile: a ruling for each repeat, and the figure over all of them."""

    claim: str
    rulings: list[Ruling]
    because: str
    figure: Figure | None = None

    @property
    def failing(self) -> int:
        return self.rulings.count(Ruling.FAIL)

    @property
    def judged(self) -> int:
        return len(self.rulings) - self.rulings.count(Ruling.UNKNOWN)


class ProfileFacts(Strict):
    """`asked` is what the profile's file says, `settings` what the live client had, at production scale."""

    asked: dict[str, str] = {}
    settings: dict[str, str] = {}
    versions: dict[str, str] = {}
    checks: dict[str, CheckFacts]


class Facts(Strict):
    """`parts` are digests of what the scenario asks, so that a difference can be named without the text."""

    baseline: Literal[1] = 1
    harness: str
    scenario: str
    parts: dict[str, str]
    time_scale: float
    stack: str
    mechanisms: list[str]
    seeds: list[int]
    profiles: dict[str, ProfileFacts]

    @property
    def repeats(self) -> int:
        return len(self.seeds)
