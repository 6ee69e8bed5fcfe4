"""The comparison in the terminal; its sentence is the last line."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.compare.comparison import Change, Comparison, ProfileCompared
from harness.compare.words import altered, lines, opening, reading

FIGURE, ROOMY = 12, 104  # columns: of a figure that still can be read, and of a terminal with room for intervals
STYLES = {Change.WORSE: "bold red", Change.BETTER: "green", Change.SAME: "dim", Change.UNKNOWN: "cyan"}


def print_comparison(comparison: Comparison, console: Console) -> None:
    for line in opening(comparison):
        console.print(Text(line))
    for profile in comparison.profiles:
        _print_profile(profile, comparison.time_scale, console)
    console.print()
    console.print(Text(reading(comparison), style="dim"))
    colour = "red" if comparison.count(Change.WORSE) else "green"
    console.print(Text.assemble("comparison: ", (comparison.sentence, f"bold {colour}")), soft_wrap=True)


def _print_profile(profile: ProfileCompared, scale: float, console: Console) -> None:
    console.print()
    console.print(Text(profile.profile, style="bold"))
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    roomy = console.width >= ROOMY
    table.add_column("expectation", no_wrap=roomy, overflow="fold")
    for header in ("before", "after"):
        table.add_column(header, min_width=FIGURE)
    table.add_column("difference", justify="right", no_wrap=True)
    if roomy:
        table.add_column("interval", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for line in lines(profile, scale):
        word = "" if line.change is Change.SAME else str(line.change)
        style = STYLES[line.change]
        interval = [line.interval] if roomy else []
        table.add_row(line.check, line.before, line.after, Text(line.difference, style), *interval, Text(word, style))
    console.print(table)
    for row in profile.telling:
        console.print(Text.assemble("  ", (row.check, STYLES[row.change]), f": {row.because}"))
    for change in profile.altered:
        console.print(Text(f"  {altered(change)}", style="yellow"))
