"""What a comparison says: the same for the terminal, for pages, and for programs."""

from __future__ import annotations

from enum import StrEnum

from harness.errors import EXIT_FAIL, EXIT_PASS
from harness.manifest import Recorded


class Change(StrEnum):
    WORSE = "worse"
    BETTER = "better"
    SAME = "~"
    UNKNOWN = "can't tell"


class Altered(Recorded):
    """One setting, version or line of the profile's file that is not as it was; empty where it is not there."""

    what: str
    name: str
    before: str
    after: str


class Row(Recorded):
    """One expectation of one profile. The figure is a share of requests that failed, or seconds of production."""

    check: str
    claim: str
    before: str
    after: str
    figure: str = ""
    unit: str = ""
    value_before: float | None = None
    value_after: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    change: Change
    because: str


class ProfileCompared(Recorded):
    profile: str
    altered: list[Altered]
    rows: list[Row]

    @property
    def telling(self) -> list[Row]:
        return [row for row in self.rows if row.change is not Change.SAME]


class Comparison(Recorded):
    """`level` is the confidence of every interval in it: all of them together are wrong as rarely as one at 95 %."""

    base: str
    new: str
    scenario: str
    time_scale: float
    repeats_before: int
    repeats_after: int
    level: float
    profiles: list[ProfileCompared]
    only_before: list[str]
    only_after: list[str]
    notes: list[str]

    @property
    def exit_code(self) -> int:
        return EXIT_FAIL if self.count(Change.WORSE) else EXIT_PASS

    def count(self, change: Change) -> int:
        return sum(row.change is change for profile in self.profiles for row in profile.rows)

    @property
    def sentence(self) -> str:
        """'2 regressions, 1 improvement, 37 as before; 2 can't be told'."""
        worse, better = self.count(Change.WORSE), self.count(Change.BETTER)
        unknown, same = self.count(Change.UNKNOWN), self.count(Change.SAME)
        text = f"{worse or 'no'} regression{'s' * (worse != 1)}"
        text += f", {better} improvement{'s' * (better != 1)}" if better else ""
        text += f", {same} no more than noise" if same else ""
        return text + (f"; {unknown} can't be told" if unknown else "")
