"""What the shell offers where the Tab key is pressed: names alone, so that it comes at once."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from harness.places import PROFILES, SCENARIOS, SUITES


def scenarios(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    return _offered(SCENARIOS, begun)


def profiles(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    return _offered(PROFILES, begun)


def suites(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    return _offered(SUITES, begun)


def firewalls(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    from harness.firewalls import rows  # noqa: PLC0415  they are in a file, which only this one needs to read

    return [CompletionItem(name, help=about) for name, about in rows() if name.startswith(begun)]


def _offered(folder: Path, begun: str) -> list[CompletionItem]:
    """A path, as it looks like one, is completed by the shell itself."""
    if "/" in begun or begun.startswith("."):
        return [CompletionItem(begun, type="file")]
    names = sorted(file.stem for file in folder.iterdir() if file.suffix in (".yaml", ".yml", ".properties"))
    return [CompletionItem(name) for name in names if name.startswith(begun)]
