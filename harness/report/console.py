"""The table people read in the terminal when a run is over; the verdict is its last line."""

from __future__ import annotations

import re
from dataclasses import replace

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from harness.analysis import Record
from harness.report.facts import find
from harness.report.reasons import cause_line
from harness.report.table import MACHINE_NOTE, Both, Row, rows
from harness.report.words import FAIL, KNOWN, PASS, SURPRISE, UNKNOWN, doubts, sentence, why, word
from harness.verdict import Verdict

LEAST = 12  # columns for the name of a profile, however narrow the terminal
STYLES = {PASS: "green", KNOWN: "yellow", FAIL: "bold red", SURPRISE: "bold magenta", UNKNOWN: "cyan"}


def print_table(record: Record, verdict: Verdict, console: Console) -> None:
    findings = find(record, verdict)
    console.print()
    console.print(_fitting(rows(findings), findings.judged_phases, console), crop=False)
    if findings.scale != 1:
        console.print(Text(f"in production time, run time beside; {MACHINE_NOTE}", style="dim"))
    _print_reasons(verdict, console)
    for note in verdict.notes:
        console.print(Text.assemble(("note: ", "bold"), note))
    for doubt in doubts(verdict):
        console.print(Text.assemble(("doubt: ", "bold cyan"), doubt))
    console.print()
    console.print(Text(f"report: {record.path / 'report.html'}"), soft_wrap=True)
    console.print(Text.assemble("verdict: ", (sentence(verdict), f"bold {_colour(verdict)}")), soft_wrap=True)


def _colour(verdict: Verdict) -> str:
    return {"pass": "green", "fail": "red", "unknown": "cyan"}[verdict.verdict]


def _fitting(found: list[Row], phases: list[str], console: Console) -> Table:
    """Run time beside production time where there is room, else beneath it, and long names broken at hyphens."""
    wide = _table(found, phases, wide=True)
    if _width(wide, console) <= console.width:
        return wide
    narrow = _table(found, phases, wide=False)
    lacking = _width(narrow, console) - console.width
    if lacking <= 0:
        return narrow
    room = max(LEAST, max(len(row.profile) for row in found) - lacking)
    table = _table([replace(row, profile=folded(row.profile, room)) for row in found], phases, wide=False)
    table.width = max(console.width, _width(table, console))  # better too wide than without its figures
    return table


def _width(table: Table, console: Console) -> int:
    """What the table would take, had the terminal no edge."""
    return Measurement.get(console, console.options.update(width=1000), table).maximum


def _table(found: list[Row], phases: list[str], *, wide: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("profile", overflow="fold")
    for phase in phases:
        table.add_column(f"{folded(phase, 1)}\nok", justify="right", no_wrap=True)
    for header in ("worst\np99", "trouble\nlasted", "packets\ndropped"):
        table.add_column(header, justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for row in found:
        figures = [*row.shares, _both(row.p99, wide=wide), _both(row.trouble, wide=wide), row.dropped]
        table.add_row(row.profile, *figures, Text(row.verdict, style=STYLES[row.verdict]))
    return table


def folded(name: str, room: int) -> str:
    """The name on as many lines as it takes, broken after its hyphens; a part without one may be wider."""
    lines = [""]
    for part in re.findall(r"[^-]*-|[^-]+$", name):
        if lines[-1] and len(lines[-1] + part) > room:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def _both(figure: Both, *, wide: bool) -> str:
    return str(figure) if wide or not figure.run else f"{figure.production}\n({figure.run})"


def _print_reasons(verdict: Verdict, console: Console) -> None:
    told = [cell for cell in verdict.cells if word(cell) != PASS]
    if told:
        console.print()
    for cell in told:
        said = word(cell)
        console.print(Text.assemble((cell.profile, "bold"), " ", (said, STYLES[said]), f": {why(cell)}"))
        if line := cause_line(cell):
            console.print(Text.assemble(("  cause: ", "bold"), line))
