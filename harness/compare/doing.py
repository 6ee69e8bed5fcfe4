"""Compares what lies in two places, and puts the comparison where it was asked for."""

from __future__ import annotations

import json
import os
from io import StringIO
from pathlib import Path

from rich.console import Console

from harness.compare.comparison import Comparison
from harness.compare.difference import compare
from harness.compare.reading import facts_of
from harness.compare.render_console import print_comparison
from harness.compare.render_html import html
from harness.compare.render_markdown import markdown
from harness.errors import InputError
from harness.places import shown

WIDTH = 120  # of a console that is a file or a pipe


def compared(base: Path, new: Path) -> Comparison:
    """Raises InputError and CannotCompare."""
    return compare(facts_of(base), facts_of(new), shown(base), shown(new))


def render(comparison: Comparison, form: str, output: Path | None) -> None:
    """Into the file, or to where the output of a program goes."""
    if form == "console" and output is None:
        print_comparison(comparison, _console())
    elif output is None:
        print(_text(comparison, form), end="")  # noqa: T201  for a pipe, without a terminal's colours
    else:
        _write(output, _text(comparison, form))


def against_baseline(run: Path, baseline: Path) -> int:
    """Prints the comparison, leaves it in the Run, and says its exit code."""
    comparison = compared(baseline, run)
    print_comparison(comparison, _console())
    _write(run / "comparison.md", markdown(comparison))
    _write(run / "comparison.html", html(comparison))
    return comparison.exit_code


def _console() -> Console:
    """A pipe has no width of its own: then the figures are not cut short for a terminal that nobody has."""
    console = Console()
    return console if console.is_terminal or os.environ.get("COLUMNS") else Console(width=WIDTH)


def _text(comparison: Comparison, form: str) -> str:
    if form == "markdown":
        return markdown(comparison)
    if form == "html":
        return html(comparison)
    if form == "json":
        told = {"exit_code": comparison.exit_code, "sentence": comparison.sentence}
        return json.dumps({**told, **comparison.model_dump(mode="json")}, indent=2, ensure_ascii=False) + "\n"
    console = Console(file=StringIO(), record=True, width=WIDTH)
    print_comparison(comparison, console)
    return console.export_text()


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"can't write to {file}: {error.strerror}; give a file that you may write to") from error
    Console().print(f"comparison: {shown(file)}", highlight=False, soft_wrap=True)
