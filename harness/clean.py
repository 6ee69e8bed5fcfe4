"""Removes what a run that was killed left behind."""

from __future__ import annotations

import click

from harness.places import LATEST, REPORTS, clear_work, shown


def clean_up() -> None:
    """A killed run leaves an empty mount point; its programs ended with their namespace."""
    cleared = [run for run in sorted(REPORTS.glob("*/")) if run.name != LATEST and clear_work(run)]
    for run in cleared:
        click.echo(f"removed {shown(run)}/work")
    if not cleared:
        click.echo("nothing to remove")
