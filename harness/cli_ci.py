"""The doors for a CI service: what is asked of many machines, and one run made of theirs."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from harness.ci import telling_ci
from harness.errors import EXIT_FAIL, EXIT_PASS, EXIT_UNKNOWN, InputError
from harness.launch import judge_and_report
from harness.listing import show_verdict
from harness.merge import merge_all
from harness.question import Question, ask
from harness.schema import KINDS, schema_text
from harness.shard import parse_shard, share
from harness.speaking import speaking_clearly
from harness.suite import ask_suite


def asked(
    scenarios: Sequence[str], profiles: Sequence[str], firewall: str | None, suite: str | None, shard: str | None
) -> list[Question]:
    """What 'harness run' is asked to play here. Raises InputError."""
    wanted = parse_shard(shard) if shard else None
    if suite and (scenarios or profiles or firewall):
        raise InputError("--suite says itself which scenarios, profiles and firewalls to play; give it alone")
    if suite:
        questions = ask_suite(suite)
    else:
        questions = [question for name in scenarios or ("idle-drop",) for question in ask(name, profiles, firewall)]
    return share(questions, wanted) if wanted else questions


def require_once(shard: str | None, repeats: int) -> None:
    """Raises InputError where a share is to be repeated: 'harness merge' joins single runs."""
    if shard and repeats > 1:
        raise InputError("--shard plays a share once, for 'harness merge' to join; repeat it on one machine instead")


@click.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The new Run, or its folder.")
def merge(runs: tuple[Path, ...], output: Path) -> None:
    """Make one Run of the parts that shards have played, judge and report it.

    RUNS are Runs, or folders of Runs as --shard writes them; parts of one scenario become OUTPUT/SCENARIO there, or
    OUTPUT itself where only Runs of one scenario are named.
    """
    with speaking_clearly(), telling_ci(os.environ) as told:
        order = [EXIT_PASS, EXIT_UNKNOWN, EXIT_FAIL]
        worst = EXIT_PASS
        for path in merge_all(runs, output, ["harness", *sys.argv[1:]]):
            verdict = judge_and_report(path)
            told.append(path)
            show_verdict(path, verdict)
            worst = max(worst, verdict.exit_code, key=order.index)
        sys.exit(worst)


@click.command()
@click.argument("what", type=click.Choice(sorted(KINDS)), default="scenario")
def schema(what: str) -> None:
    """Print the JSON Schema of scenario files (or suites), for editors that check and complete as one types."""
    with speaking_clearly():
        click.echo(schema_text(what))


def register(main: click.Group) -> None:
    for command in (merge, schema):
        main.add_command(command)
