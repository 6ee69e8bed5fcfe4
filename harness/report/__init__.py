"""Writes every report of a Run: each exporter is one file with one function, a function of what was found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from harness.analysis import Record
from harness.errors import InputError
from harness.report import html, junit, plots, raw, summary
from harness.report.console import print_table
from harness.report.facts import Findings, find
from harness.verdict import VERDICTS, Verdict, read_verdict

# The plots come before the page, which embeds them.
EXPORTERS: list[Callable[[Findings], list[Path]]] = [
    summary.export,
    junit.export,
    raw.export,
    plots.export,
    html.export,
]

__all__ = ["EXPORTERS", "print_table", "report", "write_reports"]


def write_reports(run: Path) -> list[Path]:
    """Writes the reports of a judged Run anew, and says which files. Raises InputError where it was never judged."""
    record = Record(run)
    if not (run / VERDICTS).is_file():
        raise InputError(f"{run} was not judged: it has no {VERDICTS}; run 'harness judge {run}' first")
    return report(record, read_verdict(run))


def report(record: Record, verdict: Verdict) -> list[Path]:
    """The same for who has read the Run already."""
    findings = find(record, verdict)
    return [path for export in EXPORTERS for path in export(findings)]
