"""The verdict over the repeats of one scenario. Disagreement is shown and not averaged away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.analysis import Record
from harness.compare.facts import UNSTABLE, CheckFacts, Facts, one_ruling, tally
from harness.compare.figures import own_interval
from harness.compare.reading import facts_of_records, verdict_of
from harness.compare.words import show_figure
from harness.errors import InputError
from harness.manifest import Recorded
from harness.repeats import read_repeats, runs_of
from harness.report.markdown import row, safe
from harness.report.settings import ABSENT
from harness.report.words import FAIL, KNOWN, PASS, UNKNOWN, sentence
from harness.verdict import VERDICTS, Check, Ruling, Verdict, worst

SUMMARY = "summary.md"
HEADERS = ["profile", "expectation", "rulings", "measured", "interval at 95 %", "repeats from, to", "verdict"]
STYLES = {PASS: "green", KNOWN: "yellow", FAIL: "bold red", UNSTABLE: "bold magenta", UNKNOWN: "cyan"}


class RepeatedCheck(Recorded):
    """One expectation of one profile over all repeats; the figures are in words, and in each repeat's own verdict."""

    profile: str
    name: str
    claim: str
    rulings: list[Ruling]
    verdict: str
    measured: str = ABSENT
    interval: str = ABSENT
    spread: str = ABSENT
    because: str = ""

    @property
    def cells(self) -> list[str]:
        return [
            self.profile,
            self.name,
            tally(self.rulings),
            self.measured,
            self.interval,
            self.spread,
            self.verdict,
        ]


class RepeatedVerdict(Recorded):
    """The worst of the repeats' verdicts: what fails once in ten runs fails in production, too."""

    verdict: Ruling
    scenario: str
    ended: str
    repeats: list[Ruling]
    sentences: list[str]
    checks: list[RepeatedCheck]

    @property
    def exit_code(self) -> int:
        return Verdict(verdict=self.verdict, scenario=self.scenario, cells=[]).exit_code

    @property
    def sentence(self) -> str:
        """'fail — 10 repeats: fail in 1 of 10, pass in 9; 1 check is unstable'."""
        unstable = sum(check.verdict == UNSTABLE for check in self.checks)
        text = f"{self.verdict} — {len(self.repeats)} repeats: {tally(self.repeats)}"
        text += f"; {unstable} check{'s are' if unstable > 1 else ' is'} unstable" if unstable else ""
        return text if self.ended == "finished" else f"{text}; {self.ended} before the rest was played"


def judge_repeats(folder: Path) -> RepeatedVerdict:
    """Of repeats that were judged; writes the verdict and the summary. Raises InputError where none was played."""
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
    (folder / VERDICTS).write_text(verdict.model_dump_json(indent=2) + "\n", encoding="utf-8")
    write_summary(folder)
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
    console.print(Text(f"report: {folder / SUMMARY}"), soft_wrap=True)
    colour = {"pass": "green", "fail": "red", "unknown": "cyan"}[verdict.verdict]
    console.print(Text.assemble("verdict: ", (verdict.sentence, f"bold {colour}")), soft_wrap=True)


def write_summary(folder: Path) -> Path:
    """From the verdict alone. Raises InputError where there is none."""
    if not (folder / VERDICTS).is_file():
        raise InputError(f"{folder} was not judged: it has no {VERDICTS}; run 'harness judge {folder}' first")
    verdict = RepeatedVerdict.model_validate_json((folder / VERDICTS).read_text(encoding="utf-8"))
    file = folder / SUMMARY
    file.write_text("\n".join(_markdown(folder, verdict)) + "\n", encoding="utf-8")
    return file


def _markdown(folder: Path, verdict: RepeatedVerdict) -> Iterator[str]:
    yield f"## {safe(verdict.sentence)}\n"
    yield row(HEADERS)
    yield row(["---"] * len(HEADERS))
    for check in verdict.checks:
        *cells, word = check.cells
        yield row([*map(safe, cells), word if word == PASS else f"**{word}**"])
    yield "\nShares are of requests that failed.\n\n### Repeat by repeat\n"
    seeds = read_repeats(folder).seeds
    for number, (run, said) in enumerate(zip(runs_of(folder), verdict.sentences, strict=True)):
        yield f"- [{run.name}]({run.name}/report.html), seed {seeds[number]}: {safe(said)}"
