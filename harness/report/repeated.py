"""A repeated run's own page and summary: each repeat at one glance, then the figures over all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from harness.repeated_verdict import RepeatedCheck, RepeatedVerdict, read_repeated_verdict, tally
from harness.repeats import read_repeats, runs_of
from harness.report.html import rendered
from harness.report.markdown import row, safe
from harness.report.overview import REPORT, Column, found_in, heat_map
from harness.report.words import PASS

PAGE, SUMMARY = REPORT, "summary.md"
HEADERS = ["profile", "expectation", "rulings", "measured", "interval at 95 %", "repeats from, to", "verdict"]


@dataclass(frozen=True, slots=True)
class Repeat:
    """One of them, as the judge of all said it."""

    name: str
    seed: int
    said: str


def write_repeated(folder: Path) -> list[Path]:
    """From the repeats' records and the verdict over them. Raises InputError where there is none."""
    verdict = read_repeated_verdict(folder)
    seeds = read_repeats(folder).seeds
    names = [run.name for run in runs_of(folder)]
    repeats = [Repeat(*one) for one in zip(names, seeds, verdict.sentences, strict=False)]
    (folder / PAGE).write_text(_page(folder, verdict, repeats), encoding="utf-8")
    (folder / SUMMARY).write_text("\n".join(_markdown(verdict, repeats)) + "\n", encoding="utf-8")
    return [folder / PAGE, folder / SUMMARY]


def _page(folder: Path, verdict: RepeatedVerdict, repeats: list[Repeat]) -> str:
    columns = []
    for repeat in repeats:
        findings = found_in(folder / repeat.name)
        link = f"{repeat.name}/{REPORT}"
        columns.append(Column(repeat.name, repeat.said, f"seed {repeat.seed}", link, [findings]))
    chapters = [(profile, list(checks)) for profile, checks in groupby(verdict.checks, lambda check: check.profile)]
    title = columns[0].findings[0].record.scenario.title
    return rendered(
        "repeated.html", verdict=verdict, title=title, map=heat_map(columns), chapters=chapters, tally=tally
    )


def _markdown(verdict: RepeatedVerdict, repeats: list[Repeat]) -> Iterator[str]:
    yield f"## {safe(verdict.sentence)}\n"
    yield row(HEADERS)
    yield row(["---"] * len(HEADERS))
    for check in verdict.checks:
        yield row(_cells(check))
    yield "\nShares are of requests that failed.\n\n### Repeat by repeat\n"
    for repeat in repeats:
        yield f"- [{repeat.name}]({repeat.name}/{REPORT}), seed {repeat.seed}: {safe(repeat.said)}"


def _cells(check: RepeatedCheck) -> list[str]:
    *cells, word = check.cells
    return [*map(safe, cells), word if word == PASS else f"**{word}**"]
