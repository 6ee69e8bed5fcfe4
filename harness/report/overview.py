"""Several scenarios at one glance: a heat map, profile by scenario, each cell leading to its report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.analysis import Record
from harness.report.facts import Client, Findings, find
from harness.report.html import TEMPLATES, environment
from harness.report.table import NOTHING, heat
from harness.report.words import sentence, word
from harness.units import show_share
from harness.verdict import VERDICTS, read_verdict

PAGE, SUMMARY = "index.html", "summary.md"


@dataclass(frozen=True, slots=True)
class Square:
    """One profile under one scenario: the verdict, and the worst share of requests served in a judged phase."""

    word: str
    share: str
    heat: str
    link: str


@dataclass(frozen=True, slots=True)
class Column:
    scenario: str
    sentence: str
    title: str
    link: str


@dataclass(frozen=True, slots=True)
class Overview:
    columns: list[Column]
    rows: list[tuple[str, list[Square | None]]]


def write_overview(folder: Path, runs: Sequence[Path]) -> list[Path]:
    """Of the Runs in the folder that were judged; nothing where none was."""
    found = [find(Record(run), read_verdict(run)) for run in runs if (run / VERDICTS).is_file()]
    if not found:
        return []
    told = _overview(folder, found)
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    (folder / PAGE).write_text(
        environment(TEMPLATES).get_template("overview.html").render(overview=told, style=style), encoding="utf-8"
    )
    (folder / SUMMARY).write_text("\n".join(_lines(told)) + "\n", encoding="utf-8")
    return [folder / PAGE, folder / SUMMARY]


def _overview(folder: Path, found: Sequence[Findings]) -> Overview:
    profiles = dict.fromkeys(client.profile for findings in found for client in findings.clients)
    rows = [(profile, [_square(folder, findings, profile) for findings in found]) for profile in profiles]
    return Overview([_column(folder, findings) for findings in found], rows)


def _column(folder: Path, findings: Findings) -> Column:
    name = findings.record.manifest.scenario
    return Column(name, sentence(findings.verdict), findings.record.scenario.title, f"{_place(folder, findings)}")


def _place(folder: Path, findings: Findings) -> str:
    return f"{findings.record.path.resolve().relative_to(folder.resolve())}/report.html"


def _square(folder: Path, findings: Findings, profile: str) -> Square | None:
    """None where the scenario did not play the profile."""
    for number, client in enumerate(findings.clients, 1):
        if client.profile == profile:
            share = _worst(findings, client)
            shown = NOTHING if share is None else show_share(share)
            return Square(word(client.verdict), shown, heat(share), f"{_place(folder, findings)}#profile-{number}")
    return None


def _worst(findings: Findings, client: Client) -> float | None:
    shares = (client.requests.during(phase).share() for phase in findings.judged_phases)
    return min((share for share in shares if share is not None), default=None)


def _lines(told: Overview) -> Iterator[str]:
    yield "# What each profile did under each scenario\n"
    yield _row(["profile", *(column.scenario for column in told.columns)])
    yield _row(["---"] * (len(told.columns) + 1))
    for profile, squares in told.rows:
        yield _row([profile, *(f"{square.word}, {square.share}" if square else NOTHING for square in squares)])
    yield "\nThe share is that of the requests served in the worst judged phase.\n"
    yield from (f"- **{column.scenario}**: {column.sentence}" for column in told.columns)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
