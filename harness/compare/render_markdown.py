"""The comparison for a CI job's page or a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from harness.compare.comparison import Change, Comparison, ProfileCompared
from harness.compare.words import Line, altered, lines, opening, reading
from harness.report.markdown import row, safe


def markdown(comparison: Comparison) -> str:
    return "\n".join(_lines(comparison)) + "\n"


def _lines(comparison: Comparison) -> Iterator[str]:
    first, *more = opening(comparison)
    yield f"## {safe(comparison.sentence)}\n\n{safe(first)}"
    yield from (f"\n> {safe(note)}" for note in more)
    for profile in comparison.profiles:
        yield from _profile(profile, comparison.time_scale)
    yield f"\n{safe(reading(comparison)).capitalize()}."


def _profile(profile: ProfileCompared, scale: float) -> Iterator[str]:
    yield f"\n### {safe(profile.profile)}\n"
    yield row(["expectation", "before", "after", "difference", "interval", ""])
    yield row(["---", "---", "---", "--:", "--:", "---"])
    yield from (row(_cells(line)) for line in lines(profile, scale))
    if profile.telling:
        yield ""
    yield from (f"- **{safe(one.check)}** {one.change}: {safe(one.because)}" for one in profile.telling)
    if profile.altered:
        yield "\nWhat changed with it:\n"
    yield from (f"- {safe(altered(change))}" for change in profile.altered)


def _cells(line: Line) -> list[str]:
    told = (line.check, line.before, line.after, line.difference, line.interval)
    return [*(safe(text).replace("~", "\\~") for text in told), f"**{line.change}**" * (line.change is not Change.SAME)]
