"""What there is to choose from, and the table at the end of a run."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from harness import expectations, faults, firewalls
from harness.places import PROFILES, SCENARIOS, SUITES, shown
from harness.profile import SUFFIXES, read_profile
from harness.scenario import read_scenario
from harness.suite import read_suite
from harness.verdict import Verdict

KINDS = ["scenarios", "profiles", "faults", "expectations", "firewalls", "suites"]


def show_list(what: str | None) -> None:
    """Prints one kind, or all."""
    console = Console()
    for kind in [what] if what else KINDS:
        rows = _rows(kind)
        width = max((len(name) for name, _ in rows), default=0)
        console.print(kind, style="bold")
        for name, text in rows:
            console.print(f"  {name:{width}}  {text}", highlight=False, markup=False, soft_wrap=True)


def _rows(kind: str) -> list[tuple[str, str]]:
    if kind == "scenarios":
        return [(file.stem, read_scenario(file).title) for file in sorted(SCENARIOS.glob("*.yaml"))]
    if kind == "profiles":
        files = sorted(file for file in PROFILES.iterdir() if file.suffix in SUFFIXES)
        return [(file.stem, read_profile(file).about) for file in files]
    if kind == "suites":
        return [(file.stem, read_suite(file).title) for file in sorted(SUITES.glob("*.yaml"))]
    if kind == "firewalls":
        return firewalls.rows()
    if kind == "faults":
        return [(_kind(fault), f"[{fault.mechanism}] {fault.summary}") for fault in faults.ALL]
    return [(_kind(expectation), expectation.summary) for expectation in expectations.ALL]


def _kind(model: type[faults.Fault | expectations.Expectation]) -> str:
    """The one value that the model's literal `kind` allows."""
    (kind,) = model.model_fields["kind"].annotation.__args__  # type: ignore[union-attr]  # a Literal has arguments
    return str(kind)


def show_verdict(run: Path, verdict: Verdict) -> None:
    """The table that people read."""
    from harness.analysis import Record  # noqa: PLC0415  pandas only where a run is looked at
    from harness.report.console import print_table  # noqa: PLC0415

    print_table(Record(run), verdict, Console())


def write_reports_again(run: Path) -> None:
    from harness.report import write_reports  # noqa: PLC0415

    for path in write_reports(run):
        Console().print(shown(path), highlight=False, soft_wrap=True)
