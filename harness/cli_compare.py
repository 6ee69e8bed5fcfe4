"""The doors to comparing: 'compare', and 'baseline save'."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console

from harness.errors import EXIT_FAIL, EXIT_PASS, EXIT_UNKNOWN, InputError
from harness.places import shown
from harness.question import Question
from harness.repeats import is_played, played_in
from harness.speaking import speaking_clearly

FORMATS = ["console", "markdown", "html", "json"]
EXIT_CODES = """\b
Exit codes:
  0    no regression
  1    a ruling went from pass to fail, or a figure got worse by more than noise
  2    wrong usage or input
  3    the two can't be compared, and the message says why
"""


@click.command(epilog=EXIT_CODES)
@click.argument("base", type=click.Path(exists=True, path_type=Path))
@click.argument("new", type=click.Path(exists=True, path_type=Path))
@click.option("--format", "format_", type=click.Choice(FORMATS), default="console", help="Of the output. [console]")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Into this file.")
def compare(base: Path, new: Path, format_: str, output: Path | None) -> None:
    """Lay two runs side by side: what changed, by how much, and whether that is more than noise.

    Each is a folder that 'harness run' wrote, also with --repeat or of several scenarios, or a file of 'harness
    baseline save'.
    """
    with speaking_clearly():
        from harness.compare.doing import compared, render  # noqa: PLC0415  scipy only where it is used

        codes = []
        for name, older, newer in paired(base, new):
            comparison = compared(older, newer)
            render(comparison, format_, output.with_stem(f"{output.stem}-{name}") if output and name else output)
            codes.append(comparison.exit_code)
        sys.exit(max(codes, key=[EXIT_PASS, EXIT_UNKNOWN, EXIT_FAIL].index))


def paired(base: Path, new: Path) -> list[tuple[str, Path, Path]]:
    """The two themselves; of folders with the runs of several scenarios, each scenario's two. Raises InputError."""
    inner = [played_in(one) for one in (base, new)]
    if any(one.is_file() or is_played(one) for one in (base, new)):
        return [("", base, new)]
    only = sorted(inner[0].keys() ^ inner[1].keys())
    if only or not inner[0]:
        lacking = f"only one of them has {', '.join(only)}" if only else "neither has a run in it"
        raise InputError(f"{base} and {new} can't be compared: {lacking}; give two runs, or what one suite wrote twice")
    return [(name, path, inner[1][name]) for name, path in inner[0].items()]


@click.group()
def baseline() -> None:
    """Keep what a run showed in a small file, to compare later runs with."""


@baseline.command()
@click.argument("run", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("file", type=click.Path(path_type=Path))
def save(run: Path, file: Path) -> None:
    """Write the baseline of RUN into FILE; an older baseline in it is replaced.

    Of a folder with the runs of several scenarios, one baseline each is written into the folder FILE.
    """
    with speaking_clearly():
        from harness.compare.baseline import save_of  # noqa: PLC0415  as above

        for written in save_of(run, file):
            Console().print(f"baseline: {shown(written)}", highlight=False, soft_wrap=True)


def require_fitting(place: Path, questions: Sequence[Question]) -> None:
    """Before anything starts. Raises InputError."""
    from harness.compare.baseline import require_fitting as require  # noqa: PLC0415  as above

    require(place, questions)


def against(run: Path, scenario: str, place: Path, own: int) -> int:
    """Compares a run that was judged with a baseline. A regression is always 1; else the code stays the run's own."""
    if own not in {EXIT_PASS, EXIT_FAIL, EXIT_UNKNOWN}:
        return own
    from harness.compare.baseline import baseline_of  # noqa: PLC0415  as above
    from harness.compare.doing import against_baseline  # noqa: PLC0415

    return against_baseline(run, baseline_of(place, scenario)) or own
