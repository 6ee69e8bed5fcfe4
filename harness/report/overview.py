"""Several scenarios, or several repeats, at one glance: a heat map whose squares lead to the reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.analysis import Record
from harness.repeated_verdict import UNSTABLE, read_repeated_verdict
from harness.repeats import is_repeated, runs_of
from harness.report.facts import Client, Findings, find
from harness.report.html import rendered
from harness.report.markdown import row
from harness.report.table import NOTHING, heat
from harness.report.words import sentence, word
from harness.units import show_share
from harness.verdict import VERDICTS, read_verdict

PAGE, SUMMARY, REPORT = "index.html", "summary.md", "report.html"


@dataclass(frozen=True, slots=True)
class Square:
    """One profile under one scenario: the verdict, and the worst share of requests served in a judged phase."""

    word: str
    share: str
    heat: str
    link: str


@dataclass(frozen=True, slots=True)
class Column:
    """What was played once, or repeated, and the report that it leads to. `link` counts from the page's folder."""

    name: str
    sentence: str
    title: str
    link: str
    findings: Sequence[Findings]


@dataclass(frozen=True, slots=True)
class HeatMap:
    columns: list[Column]
    rows: list[tuple[str, list[Square | None]]]


def write_overview(folder: Path, played: Sequence[Path]) -> list[Path]:
    """Of the Runs and repeated runs in the folder that were judged; nothing where none was."""
    found = [_column(folder, path) for path in played if (path / VERDICTS).is_file()]
    if not found:
        return []
    told = heat_map(found)
    (folder / PAGE).write_text(rendered("overview.html", map=told), encoding="utf-8")
    (folder / SUMMARY).write_text("\n".join(_lines(told)) + "\n", encoding="utf-8")
    return [folder / PAGE, folder / SUMMARY]


def heat_map(columns: list[Column]) -> HeatMap:
    profiles = dict.fromkeys(client.profile for column in columns for client in column.findings[0].clients)
    return HeatMap(columns, [(profile, [_square(column, profile) for column in columns]) for profile in profiles])


def found_in(run: Path) -> Findings:
    return find(Record(run), read_verdict(run))


def _column(folder: Path, path: Path) -> Column:
    findings = [found_in(run) for run in runs_of(path)]
    said = read_repeated_verdict(path).sentence if is_repeated(path) else sentence(findings[0].verdict)
    record = findings[0].record
    link = f"{path.resolve().relative_to(folder.resolve())}/{REPORT}"
    return Column(record.manifest.scenario, said, record.scenario.title, link, findings)


def _square(column: Column, profile: str) -> Square | None:
    """None where the scenario did not play the profile."""
    clients = [(f, client) for f in column.findings for client in f.clients if client.profile == profile]
    if not clients:
        return None
    words = {word(client.verdict) for _, client in clients}
    shares = [share for findings, client in clients if (share := _worst(findings, client)) is not None]
    share = min(shares, default=None)
    number = next(n for n, client in enumerate(column.findings[0].clients, 1) if client.profile == profile)
    return Square(
        words.pop() if len(words) == 1 else UNSTABLE,
        NOTHING if share is None else show_share(share),
        heat(share),
        f"{column.link}#profile-{number}",
    )


def _worst(findings: Findings, client: Client) -> float | None:
    shares = (client.requests.during(phase).share() for phase in findings.judged_phases)
    return min((share for share in shares if share is not None), default=None)


def _lines(told: HeatMap) -> Iterator[str]:
    yield "# What each profile did under each scenario\n"
    yield row(["profile", *(column.name for column in told.columns)])
    yield row(["---"] * (len(told.columns) + 1))
    for profile, squares in told.rows:
        yield row([profile, *(f"{square.word}, {square.share}" if square else NOTHING for square in squares)])
    yield "\nThe share is that of the requests served in the worst judged phase.\n"
    yield from (f"- **{column.name}**: {column.sentence}" for column in told.columns)
