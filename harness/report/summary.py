"""summary.md, short enough for a CI job's page, and summary.csv, one row per profile and check."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from harness.record import EVIDENCE
from harness.report.evidence import pieces
from harness.report.facts import Findings
from harness.report.markdown import row as _row
from harness.report.markdown import safe as _safe
from harness.report.reasons import cause_line
from harness.report.table import MACHINE_NOTE, rows
from harness.report.words import PASS, check_word, doubts, sentence, why, word
from harness.units import show_duration
from harness.verdict import Check, Verdict

LIMIT = 1024 * 1024 - 1024  # a CI service refuses a summary above 1 MiB as a whole
CUT = "\n\n(cut here; the rest is in report.html)\n"
COLUMNS = ("profile", "check", "kind", "during", "ruling", "verdict", "because", "known", "value", "unit", "run")


def export(findings: Findings) -> list[Path]:
    markdown = findings.record.path / "summary.md"
    markdown.write_text(_cut("\n".join(_markdown(findings)) + "\n"), encoding="utf-8")
    table = findings.record.path / "summary.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(_lines(findings.verdict))
    return [markdown, table]


def _cut(text: str) -> str:
    whole = text.encode()
    return text if len(whole) <= LIMIT else whole[:LIMIT].decode(errors="ignore") + CUT


def _markdown(findings: Findings) -> Iterator[str]:
    scenario = findings.record.scenario
    yield f"## {sentence(findings.verdict)}"
    yield f"\n**{_safe(scenario.title)}**" + (f" {_safe(scenario.question)}" if scenario.question else "")
    yield ""
    yield from _table(findings)
    if findings.scale != 1:
        yield f"\nIn production time; in brackets the run's, {findings.scale:g}:1. {MACHINE_NOTE.capitalize()}."
    yield from _reasons(findings.verdict)
    yield from (f"\n> **note:** {_safe(note)}" for note in findings.verdict.notes)
    yield from (f"\n> **doubt:** {_safe(doubt)}" for doubt in doubts(findings.verdict))
    yield from _files(findings)
    yield from _evidence(findings)
    yield from _checks(findings)


def _table(findings: Findings) -> Iterator[str]:
    phases = [f"{phase}: requests ok" for phase in findings.judged_phases]
    headers = ["profile", *phases, "worst p99", "trouble lasted", "packets dropped", "verdict"]
    yield _row(headers)
    yield _row(["---", *["--:"] * (len(headers) - 2), "---"])
    for row in rows(findings):
        verdict = f"**{row.verdict}**" if row.verdict != PASS else PASS
        yield _row([row.profile, *row.shares, str(row.p99), str(row.trouble), row.dropped, verdict])


def _reasons(verdict: Verdict) -> Iterator[str]:
    told = [cell for cell in verdict.cells if word(cell) != PASS]
    if told:
        yield "\n### Why\n"
    for cell in told:
        cause = f"  \n  cause: {_safe(line)}" if (line := cause_line(cell)) else ""
        yield f"- **{cell.profile}** {word(cell)}: {_safe(why(cell))}{cause}"


def _files(findings: Findings) -> Iterator[str]:
    told = [cell for client in findings.clients if (cell := client.cell).source or cell.findings]
    if told:
        yield "\n### What became of the profiles' files"
    for cell in told:
        yield f"\n**{cell.profile}** {_safe(cell.source)}".rstrip() + "\n"
        yield from (f"- `{finding.key}` {_safe(str(finding).removeprefix(finding.key))}" for finding in cell.findings)


def _evidence(findings: Findings) -> Iterator[str]:
    found = [cell.profile for cell in findings.verdict.cells if pieces(findings.record.path, cell.profile)]
    if found:
        folders = ", ".join(f"`{EVIDENCE}/{profile}/`" for profile in found)
        yield f"\nWhat was looked up at the first failure (sockets, threads, logs, Redis, firewall): {folders}."


def _checks(findings: Findings) -> Iterator[str]:
    claims = {expectation.name: expectation.describe() for expectation in findings.record.scenario.expectations}
    yield "\n<details><summary>Every check</summary>\n"
    yield _row(["profile", "check", "ruling", "because"])
    yield _row(["---"] * 4)
    for cell in findings.verdict.cells:
        for check in cell.checks:
            claim = _safe(claims.get(check.name, check.name))
            yield _row([cell.profile, claim, check_word(check), _safe(check.because)])
    yield f"\n</details>\n\nThe run took {show_duration(findings.record.ended - findings.record.began)}."


def _lines(verdict: Verdict) -> Iterator[list[object]]:
    for cell in verdict.cells:
        for check in cell.checks:
            yield [
                cell.profile,
                check.name,
                check.kind,
                check.during,
                check.ruling.value,
                check_word(check),
                check.because,
                check.known,
                *_measured(check),
            ]


def _measured(check: Check) -> list[object]:
    """The first figure is the one that decided; production scale, then the run's."""
    first = check.measured[0] if check.measured else None
    return [first.value, first.unit, first.run] if first else ["", "", ""]
