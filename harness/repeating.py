"""Plays a question once, or several times with other seeds and another order of its profiles; judges, and shows it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from harness import listing
from harness.errors import EXIT_INTERRUPTED, EXIT_PASS
from harness.launch import exit_code, judge_and_report, launch
from harness.places import new_folder, point_latest, shown
from harness.question import Question
from harness.repeats import Repeats, is_repeated, rotated, runs_of
from harness.stack.namespace import Way

if TYPE_CHECKING:
    from harness.repeated_verdict import RepeatedVerdict


def play(question: Question, way: Way, output: Path | None, seed: int, repeats: int) -> tuple[Path, int]:
    """The folder, and the exit code."""
    if repeats > 1:
        return _play_repeatedly(question, way, output, seed, repeats)
    run, inside = launch(question, way, output, seed)
    verdict = judge_and_report(run) if inside in (EXIT_PASS, EXIT_INTERRUPTED) else None
    if verdict is not None:
        listing.show_verdict(run, verdict)
    return run, exit_code(inside, verdict)


def _play_repeatedly(question: Question, way: Way, output: Path | None, seed: int, count: int) -> tuple[Path, int]:
    """The seeds and the orders are the same for every count: ten repeats begin as three do."""
    folder = new_folder(output, question.name)
    repeats = Repeats(scenario=question.name, repeats=count, seeds=[seed + number for number in range(count)])
    inside = EXIT_PASS
    try:
        for number, own_seed in enumerate(repeats.seeds):
            repeats.write(folder)
            Console().print(f"repeat {number + 1} of {count}, seed {own_seed}", style="bold")
            turned = replace(question, profiles=rotated(question.profiles, number))
            run, inside = launch(turned, way, folder / str(number + 1), own_seed)
            if inside != EXIT_PASS:
                break
            judge_and_report(run)
            repeats = repeats.model_copy(update={"runs": [*repeats.runs, run.name]})
    finally:
        repeats.model_copy(update={"ended": _ended(repeats, inside)}).write(folder)
        point_latest(folder)
    return folder, _judged(folder).exit_code if inside == EXIT_PASS else exit_code(inside, None)


def _ended(repeats: Repeats, inside: int) -> str:
    if len(repeats.runs) == repeats.repeats:
        return "finished"
    return "interrupted" if inside in (EXIT_PASS, EXIT_INTERRUPTED) else "broken"


def judge_again(path: Path) -> int:
    """A Run or a repeated one, by the scenario.yaml in it. Says the exit code."""
    if is_repeated(path):
        for run in runs_of(path):
            judge_and_report(run)
        return _judged(path).exit_code
    verdict = judge_and_report(path)
    listing.show_verdict(path, verdict)
    return verdict.exit_code


def report_again(path: Path) -> None:
    for run in runs_of(path) if is_repeated(path) else [path]:
        listing.write_reports_again(run)
    if is_repeated(path):
        from harness.report.repeated import write_repeated  # noqa: PLC0415  pandas only where a run is looked at

        for written in write_repeated(path):
            Console().print(shown(written), highlight=False, soft_wrap=True)


def _judged(folder: Path) -> RepeatedVerdict:
    from harness.compare.repeated import judge_repeats, print_repeats  # noqa: PLC0415  as above

    verdict = judge_repeats(folder)
    print_repeats(folder, verdict, Console())
    return verdict
