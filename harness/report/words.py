"""The words that every report uses: one word per profile, one sentence per run, and durations at both scales."""

from __future__ import annotations

from collections import Counter

from harness.units import show_duration
from harness.verdict import CellVerdict, Check, Ruling, Verdict

PASS, KNOWN, FAIL, UNKNOWN, SURPRISE = "pass", "fail (known)", "FAIL", "unknown", "SURPRISE"
TALLY = {
    PASS: ("survives", "survive"),
    KNOWN: ("fails as the scenario declares", "fail as the scenario declares"),
    FAIL: ("fails", "fail"),
    SURPRISE: ("passes what the scenario declares to fail", "pass what the scenario declares to fail"),
    UNKNOWN: ("could not be judged", "could not be judged"),
}


def word(cell: CellVerdict) -> str:
    """A failure nobody declared outranks a surprise, for it may cost users; both fail the run."""
    if cell.verdict is Ruling.UNKNOWN:
        return UNKNOWN
    if any(check.ruling is Ruling.FAIL and not check.known for check in cell.checks):
        return FAIL
    if any(check.surprise for check in cell.checks):
        return SURPRISE
    if cell.counts is Ruling.UNKNOWN:
        return UNKNOWN
    return KNOWN if cell.verdict is Ruling.FAIL else PASS


def check_word(check: Check) -> str:
    if check.surprise:
        return SURPRISE
    if check.ruling is Ruling.FAIL:
        return KNOWN if check.known else FAIL
    return str(check.ruling)


def doubts(verdict: Verdict) -> list[str]:
    """All reasons to distrust the run, the harness's own first."""
    return [*verdict.doubts, *(f"{cell.profile}: {doubt}" for cell in verdict.cells for doubt in cell.doubts)]


def sentence(verdict: Verdict) -> str:
    """The whole run in one line: 'pass — 8 profiles: 4 survive, 4 fail as the scenario declares'."""
    tally = Counter(word(cell) for cell in verdict.cells)
    parts = [f"{tally[kind]} {TALLY[kind][tally[kind] > 1]}" for kind in TALLY if tally[kind]]
    profiles = f"{len(verdict.cells)} profile" + ("" if len(verdict.cells) == 1 else "s")
    text = f"{verdict.verdict} — {profiles}: {', '.join(parts) or 'nothing was judged'}"
    doubted = len(doubts(verdict))
    return text + (f"; {doubted} doubt{'s' * (doubted > 1)} about the measurement" if doubted else "")


def why(cell: CellVerdict) -> str:
    """One line that says what decided; empty for a plain pass."""
    said = word(cell)
    telling = [check for check in cell.checks if check_word(check) == said] if said != PASS else []
    if not telling:
        return "" if said == PASS else "; ".join(cell.doubts) or "no check was judged"
    first = telling[0]
    more = f" and {len(telling) - 1} more check{'s' * (len(telling) > 2)}" if len(telling) > 1 else ""
    return f"{first.name}{more}: {reason(first)}"


def reason(check: Check) -> str:
    """Why a check is ruled as it is, with what the scenario says where it declared a failure."""
    first_line = check.because.partition("\n")[0]
    if check.surprise:
        return f"{first_line}; declared to fail because {check.known}"
    if check.known and check.ruling is Ruling.FAIL:
        return f"{first_line}; known: {check.known}"
    return first_line


def both(run: float, scale: float) -> str:
    """A stretch of the run in production time, with run time beside it where they differ."""
    if scale == 1:
        return show_duration(run)
    return f"{show_duration(run * scale)} ({show_duration(run)} in the run)"


def short_both(run: float, scale: float) -> tuple[str, str]:
    """The same for narrow columns: production time, and run time or nothing."""
    return show_duration(run * scale), "" if scale == 1 else show_duration(run)
