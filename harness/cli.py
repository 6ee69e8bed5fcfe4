"""The doors: one short function per command."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from harness import cli_ci, cli_compare, completion, listing
from harness.ci import telling_ci
from harness.clean import clean_up
from harness.doctor import examine
from harness.errors import EXIT_BROKEN, EXIT_FAIL, EXIT_INTERRUPTED, EXIT_PASS, EXIT_UNKNOWN, EXIT_USAGE
from harness.places import REPORTS, new_folder, shown
from harness.planview import show_plan
from harness.question import ask, with_findings
from harness.repeating import judge_again, play, report_again
from harness.speaking import speaking_clearly as _speaking_clearly
from harness.spring.taking import say
from harness.ways import way_for

EXIT_CODES = """\b
Exit codes:
  0    every expectation met (a failure that the scenario declares as known is met)
  1    some failed, or a known failure passed
  2    wrong usage, wrong input, or something is missing on this machine
  3    could not be judged: the run can't be trusted, and the table says why
  70   the harness itself broke
  130  interrupted
"""


@click.group(epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="redis-resilience-harness", prog_name="harness")
def main() -> None:
    """Shows which Spring/Lettuce client settings survive a firewall that forgets idle Redis connections.

    Start with 'harness run idle-drop': it plays the question with eight client configurations, on a real Redis, real
    Spring Boot applications and a real kernel firewall, and ends with a table and a report.
    """


@main.command(epilog=EXIT_CODES)
@click.argument("scenarios", nargs=-1, shell_complete=completion.scenarios)
@click.option(
    "-p",
    "--profile",
    "profiles",
    multiple=True,
    shell_complete=completion.profiles,
    help="Play this profile (name or path); may be repeated.",
)
@click.option(
    "--firewall",
    shell_complete=completion.firewalls,
    help="Play behind this preset instead ('harness list firewalls').",
)
@click.option(
    "--suite",
    shell_complete=completion.suites,
    help="Play what this suite lists (name or path), each run into a folder of its own ('harness list suites').",
)
@click.option("--shard", help="Play only this share, 2/4 is the second quarter; 'harness merge' joins the runs.")
@click.option(
    "--stack", type=click.Choice(["auto", "local", "compose"]), default="auto", help="Where to play. 'auto' finds out."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same plan of requests.")
@click.option("--repeat", type=click.IntRange(1), default=1, help="Play it N times, with seeds from --seed on.")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    help="Compare with what 'harness baseline save' wrote: file or folder.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The Run directory. [reports/<time>-<scenario>]")
def run(  # noqa: PLR0913, PLR0917  one parameter per option
    scenarios: tuple[str, ...],
    profiles: tuple[str, ...],
    firewall: str | None,
    suite: str | None,
    shard: str | None,
    stack: str,
    seed: int,
    repeat: int,
    baseline: Path | None,
    output: Path | None,
) -> None:
    """Play scenarios (names from scenarios/, or paths; default: idle-drop), judge and report."""
    with _speaking_clearly(), telling_ci(os.environ) as told:
        questions = cli_ci.asked(scenarios, profiles, firewall, suite, shard)
        cli_ci.require_once(shard, repeat)
        way = way_for(stack, questions)
        questions = [with_findings(question) for question in questions]
        say(profile for question in questions for profile in question.profiles)
        if baseline:
            cli_compare.require_fitting(baseline, questions)
        codes = []
        for question in questions:
            folder = output / question.name if output and (len(questions) > 1 or suite or shard) else output
            path, code = play(question, way, folder, seed, repeat)
            told.append(path)
            codes.append(cli_compare.against(path, question.name, baseline, code) if baseline else code)
            if code == EXIT_INTERRUPTED:
                break
        if output and len(told) > 1:
            _show_overview(output, told)
        sys.exit(_worst(codes))


def _show_overview(folder: Path, runs: Sequence[Path]) -> None:
    from harness.report.overview import write_overview  # noqa: PLC0415  the reports' libraries

    for path in write_overview(folder, runs)[:1]:
        click.echo(f"overview: {shown(path)}")


def _worst(codes: list[int]) -> int:
    order = [EXIT_PASS, EXIT_UNKNOWN, EXIT_FAIL, EXIT_USAGE, EXIT_BROKEN, EXIT_INTERRUPTED]
    return max(codes, key=lambda code: order.index(code) if code in order else len(order))


@main.command()
@click.argument("scenario", shell_complete=completion.scenarios)
@click.option("-p", "--profile", "profiles", multiple=True, help="Instead of the scenario's own profiles.")
@click.option("--firewall", help="Behind this preset ('harness list firewalls').")
def plan(scenario: str, profiles: tuple[str, ...], firewall: str | None) -> None:
    """Show a scenario's timeline and what each phase does; starts nothing."""
    with _speaking_clearly():
        questions = [with_findings(question) for question in ask(scenario, profiles, firewall)]
        say(profile for question in questions for profile in question.profiles)
        for question in questions:
            show_plan(question)


@main.command(epilog=EXIT_CODES)
@click.argument("run", type=click.Path(path_type=Path), default=REPORTS / "latest")
def judge(run: Path) -> None:
    """Judge a finished run again, by the scenario.yaml in it (default: the latest)."""
    with _speaking_clearly():
        sys.exit(judge_again(run))


@main.command()
@click.argument("run", type=click.Path(path_type=Path), default=REPORTS / "latest")
def report(run: Path) -> None:
    """Write a run's reports again from its record and its verdicts (default: the latest)."""
    with _speaking_clearly():
        report_again(run)


@main.command(name="list")
@click.argument("what", type=click.Choice(listing.KINDS), required=False)
def list_(what: str | None) -> None:
    """List scenarios, profiles, faults, expectations and firewall presets, one line each."""
    with _speaking_clearly():
        listing.show_list(what)


@main.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where the Runs go. [reports/<time>-gallery]")
@click.option("--page", type=click.Path(path_type=Path), help="What is written. [docs/gallery.md]")
def gallery(output: Path | None, page: Path | None) -> None:
    """Replay what was reported upstream, and write the gallery from what was measured (about 8 minutes)."""
    with _speaking_clearly():
        from harness.gallery import PAGE, play_gallery, write_gallery  # noqa: PLC0415  the reports' libraries

        folder = new_folder(output, "gallery")
        write_gallery(play_gallery(folder, seed=1), page or PAGE)
        click.echo(f"written: {shown(page or PAGE)}; the runs are in {shown(folder)}")


@main.command()
def doctor() -> None:
    """Can this machine play? Each line says what was found, and the remedy."""
    with _speaking_clearly():
        sys.exit(EXIT_PASS if examine() else EXIT_USAGE)


@main.command()
def clean() -> None:
    """Remove whatever an earlier run left behind; finished runs and their reports stay."""
    with _speaking_clearly():
        clean_up()


main.add_command(cli_compare.compare)
main.add_command(cli_compare.baseline)
cli_ci.register(main)
