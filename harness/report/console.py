"""The table people read in the terminal when a run is over; the verdict is its last line."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.analysis import Record
from harness.report.facts import Findings, find
from harness.report.table import MACHINE_NOTE, Both, Row, rows
from harness.report.words import FAIL, KNOWN, PASS, SURPRISE, UNKNOWN, doubts, sentence, why, word
from harness.verdict import Verdict

WIDE = 100  # columns from which run time fits beside production time
STYLES = {PASS: "green", KNOWN: "yellow", FAIL: "bold red", SURPRISE: "bold magenta", UNKNOWN: "cyan"}


def print_table(record: Record, verdict: Verdict, console: Console) -> None:
    findings = find(record, verdict)
    console.print()
    console.print(_table(findings, wide=console.width >= WIDE))
    if findings.scale != 1:
        console.print(Text(f"in production time, run time beside; {MACHINE_NOTE}", style="dim"))
    _print_reasons(verdict, console)
    for doubt in doubts(verdict):
        console.print(Text.assemble(("doubt: ", "bold cyan"), doubt))
    console.print()
    console.print(Text(f"report: {record.path / 'report.html'}"), soft_wrap=True)
    console.print(Text.assemble("verdict: ", (sentence(verdict), f"bold {_colour(verdict)}")))


def _colour(verdict: Verdict) -> str:
    return {"pass": "green", "fail": "red", "unknown": "cyan"}[verdict.verdict]


def _table(findings: Findings, *, wide: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("profile", overflow="fold", min_width=12)
    for phase in findings.judged_phases:
        table.add_column(_folded(phase) + "\nok", justify="right", no_wrap=True)
    for header in ("worst\np99", "trouble\nlasted", "packets\ndropped"):
        table.add_column(header, justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for row in rows(findings):
        table.add_row(*_cells(row, wide=wide))
    return table


def _folded(phase: str) -> str:
    """Names of phases are broken at their hyphens, for the column is narrow."""
    return phase.replace("-", "-\n")


def _cells(row: Row, *, wide: bool) -> list[str | Text]:
    figures = [*row.shares, _both(row.p99, wide=wide), _both(row.trouble, wide=wide), row.dropped]
    return [row.profile, *figures, Text(row.verdict, style=STYLES[row.verdict])]


def _both(figure: Both, *, wide: bool) -> str:
    return str(figure) if wide or not figure.run else f"{figure.production}\n({figure.run})"


def _print_reasons(verdict: Verdict, console: Console) -> None:
    told = [(cell.profile, word(cell), why(cell)) for cell in verdict.cells if word(cell) != PASS]
    if told:
        console.print()
    for profile, said, reason in told:
        console.print(Text.assemble((profile, "bold"), " ", (said, STYLES[said]), f": {reason}"))
