"""The verdict over the repeats of one scenario. Disagreement is shown and not averaged away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.analysis import Record
from harness.compare.facts import CheckFacts, Facts
from harness.compare.figures import own_interval
from harness.compare.reading import facts_of_records, verdict_of
from harness.compare.words import show_figure
from harness.errors import InputError
from harness.places import shown
from harness.repeated_verdict import UNSTABLE, RepeatedCheck, RepeatedVerdict, one_ruling
from harness.repeats import read_repeats, runs_of
from harness.report.repeated import HEADERS, PAGE, write_repeated
from harness.report.words import FAIL, KNOWN, PASS, UNKNOWN, sentence
from harness.units import ABSENT
from harness.verdict import Check, Ruling, Verdict, worst

STYLES = {PASS: "green", KNOWN: "yellow", FAIL: "bold red", UNSTABLE: "bold magenta", UNKNOWN: "cyan"}


def judge_repeats(folder: Path) -> RepeatedVerdict:
    """Of repeats that were judged; writes the verdict and its pages. Raises InputError where none was played."""
    runs = runs_of(folder)
    if not runs:
        raise InputError(f"{folder} has no repeat that was played to its end; there is nothing to judge")
    verdicts = [verdict_of(run) for run in runs]
    facts = facts_of_records([Record(run) for run in runs], verdicts)
    ended = read_repeats(folder).ended
    found = [verdict.verdict for verdict in verdicts]
    verdict = RepeatedVerdict(
        verdict=worst(found if ended == "finished" else [*found, Ruling.UNKNOWN]),
        scenario=facts.scenario,
        ended=ended,
        repeats=found,
        sentences=[sentence(verdict) for verdict in verdicts],
        checks=list(_checks(facts, verdicts)),
    )
    verdict.write(folder)
    write_repeated(folder)
    return verdict


def _checks(facts: Facts, verdicts: Sequence[Verdict]) -> Iterator[RepeatedCheck]:
    """In the order of the first repeat, which is the one that was asked for."""
    for cell in verdicts[0].cells:
        for check in cell.checks:
            same = [one for verdict in verdicts if (one := _same(verdict, cell.profile, check.name))]
            yield _check(cell.profile, check.name, facts.profiles[cell.profile].checks[check.name], same, facts)


def _same(verdict: Verdict, profile: str, name: str) -> Check | None:
    checks = (check for cell in verdict.cells if cell.profile == profile for check in cell.checks)
    return next((check for check in checks if check.name == name), None)


def _check(profile: str, name: str, told: CheckFacts, same: Sequence[Check], facts: Facts) -> RepeatedCheck:
    check = RepeatedCheck(
        profile=profile,
        name=name,
        claim=told.claim,
        rulings=told.rulings,
        verdict=_word(told.rulings, known=any(one.known for one in same)),
        because=told.because,
        causes=[str(one.cause.label) for one in same if one.cause],
    )
    if told.figure is None:
        return check
    interval, each = own_interval(told.figure), told.figure.each
    shown = [show_figure(value, told.figure, facts.time_scale) for value in (told.figure.value, *each)]
    ends = [max(0.0, interval.low), interval.high] if interval else []
    figures = {
        "measured": shown[0],
        "interval": " to ".join(show_figure(end, told.figure, facts.time_scale) for end in ends) or ABSENT,
        "spread": " to ".join(show_figure(end, told.figure, facts.time_scale) for end in (min(each), max(each)))
        if each
        else ABSENT,
    }
    return check.model_copy(update=figures)


def _word(rulings: Sequence[Ruling], *, known: bool) -> str:
    said = one_ruling(rulings)
    if said == UNSTABLE:
        return UNSTABLE
    if Ruling.UNKNOWN in rulings:
        return UNKNOWN
    return {str(Ruling.FAIL): KNOWN if known else FAIL}.get(said, "SURPRISE" if known else said)


def print_repeats(folder: Path, verdict: RepeatedVerdict, console: Console) -> None:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for header in HEADERS:
        table.add_column(header)
    for check in verdict.checks:
        *cells, word = check.cells
        table.add_row(*cells, Text(word, STYLES.get(word, "bold magenta")))
    console.print()
    console.print(table)
    console.print(Text(f"report: {shown(folder / PAGE)}"), soft_wrap=True)
    colour = {"pass": "green", "fail": "red", "unknown": "cyan"}[verdict.verdict]
    console.print(Text.assemble("verdict: ", (verdict.sentence, f"bold {colour}")), soft_wrap=True)
