"""Removes what a run that was killed left behind."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from harness.errors import CannotPlay
from harness.places import LATEST, REPORTS, clear_work, shown


def clean_up() -> None:
    """A killed local run leaves an empty mount point; one of the Compose stack containers, networks and volumes."""
    cleared = [f"{shown(run)}/work" for run in _runs() if clear_work(run)]
    cleared += _containers()
    for what in cleared:
        click.echo(f"removed {what}")
    if not cleared:
        click.echo("nothing to remove")


def _runs() -> list[Path]:
    """Those of repeated runs, too."""
    folders = [folder for folder in sorted(REPORTS.glob("*/")) if folder.name != LATEST]
    return [run for folder in folders for run in (folder, *sorted(folder.glob("[0-9]*/")))]


def _containers() -> list[str]:
    """What harnesses of this machine that live no more have left; nothing where there is no Docker."""
    if shutil.which("docker") is None:
        return []
    from harness.stack.engine import LABEL, find_engine, orphans, remove  # noqa: PLC0415  only where it is used

    try:
        client = find_engine()
    except CannotPlay:
        return []
    removed = [(mark, remove(client, f"{LABEL}={mark}")) for mark in sorted(orphans(client))]
    client.close()
    return [
        f"{gone.containers} containers, {gone.networks} networks and {gone.volumes} volumes of the harness {mark}"
        for mark, gone in removed
    ]
