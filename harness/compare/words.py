"""The figures of a comparison as people read them, the same in the terminal and on pages."""

from __future__ import annotations

from dataclasses import dataclass

from harness.analysis import LAG_BUDGET
from harness.compare.comparison import Altered, Change, Comparison, ProfileCompared, Row
from harness.compare.facts import Figure
from harness.report.table import show_latency
from harness.units import ABSENT, show_duration, show_share

NONE = "none"


@dataclass(frozen=True, slots=True)
class Line:
    """A row in words. `difference` begins with ~ where it is no more than noise."""

    check: str
    claim: str
    before: str
    after: str
    difference: str
    interval: str
    change: Change
    because: str


def lines(profile: ProfileCompared, scale: float) -> list[Line]:
    return [_line(row, scale) for row in profile.rows]


def _line(row: Row, scale: float) -> Line:
    return Line(
        check=row.check,
        claim=row.claim,
        before=_beside(row.before, row, row.value_before, scale),
        after=_beside(row.after, row, row.value_after, scale),
        difference=_difference(row, scale),
        interval=f"{_signed(row.low, row.unit)} to {_signed(row.high, row.unit)}"
        if row.low is not None and row.high is not None
        else ABSENT,
        change=row.change,
        because=row.because,
    )


def _beside(ruling: str, row: Row, value: float | None, scale: float) -> str:
    """The ruling, and the figure behind it: 'fail: 5.7 %'."""
    if value is None:
        return ruling
    if row.unit == "share":
        return f"{ruling}: {show_share(value)}"
    if row.figure == "trouble":
        return f"{ruling}: {show_duration(value) if value else NONE}"
    return f"{ruling}: {show_time(value, scale)}"


def show_figure(value: float, figure: Figure, scale: float) -> str:
    """A value of that figure's kind."""
    if figure.unit == "share":
        return show_share(value)
    return NONE if figure.name == "trouble" and not value else show_time(value, scale)


def show_time(value: float, scale: float) -> str:
    """What is finer than the clockwork of the harness is time of this machine, and stands as measured."""
    return show_duration(value) if value >= LAG_BUDGET * scale else show_latency(value / scale)


def _difference(row: Row, scale: float) -> str:
    if row.change is Change.UNKNOWN:
        return "?"
    if row.change is not Change.SAME:
        return _signed(row.difference, row.unit)
    finest = LAG_BUDGET * scale if row.unit == "s" else 0
    return f"~ {_signed(row.difference, row.unit)}" if abs(row.difference or 0) > finest else "~"


def _signed(value: float | None, unit: str) -> str:
    if value is None:
        return ABSENT
    sign = "-" if value < 0 else "+"
    if unit == "share":
        return f"{sign}{abs(value) * 100:.1f}"
    return f"{sign}{show_duration(abs(value))}"


def altered(change: Altered) -> str:
    """'setting keepalive: off, now on'."""
    return f"{change.what} {change.name}: {change.before or ABSENT} → {change.after or ABSENT}"


def opening(comparison: Comparison) -> list[str]:
    """What is compared, before any figure."""
    sides = [(comparison.base, comparison.repeats_before), (comparison.new, comparison.repeats_after)]
    told = [name if repeats == 1 else f"{name} ({repeats} repeats)" for name, repeats in sides]
    lost = [
        *([f"only before: {', '.join(comparison.only_before)}"] if comparison.only_before else []),
        *([f"only after: {', '.join(comparison.only_after)}"] if comparison.only_after else []),
    ]
    return [f"{comparison.scenario}: before {told[0]}, after {told[1]}", *lost, *comparison.notes]


def reading(comparison: Comparison) -> str:
    """How to read the columns."""
    return (
        "shares are of requests that failed, and differ in percentage points; times are of production, but for those "
        "too short to scale; ~ is no more than noise; intervals at "
        f"{comparison.level * 100:.2f} %, so that all of them together hold at 95 %"
    )
