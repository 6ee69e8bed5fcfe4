"""What a scenario will do, in words and times, before anything starts."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from harness.question import Question
from harness.scale import surroundings
from harness.scenario import Scenario, timeline
from harness.units import show_duration, show_load


def show_plan(question: Question, console: Console | None = None) -> None:
    """Prints the question, the timeline, what is scaled, and what is expected."""
    out = console or Console()
    scenario = question.scenario

    def say(*lines: str, style: str | None = None) -> None:
        out.print(*lines, sep="\n  ", highlight=False, markup=False, style=style)

    say(scenario.title, style="bold")
    say(scenario.question.strip())
    say(_scale_line(scenario))
    out.print(_phases(scenario))
    say("outside the client:", *_surroundings(scenario))
    say("expected of every profile:", *(f"{e.name}: {e.describe()}" for e in scenario.expectations))
    say("profiles:", *(_profile_line(question, p.name, p.about) for p in question.profiles))


def _scale_line(scenario: Scenario) -> str:
    length = f"{show_duration(scenario.length)} of production"
    if scenario.time_scale == 1:
        return f"length: {length}, played as they are"
    run = show_duration(scenario.length / scenario.time_scale)
    return f"length: {length}, played {scenario.time_scale:g}:1 in {run} (and the time that starting takes)"


def _phases(scenario: Scenario) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("phase", "from", "lasts", "in the run", "requests", "in the run", "faults"):
        table.add_column(column, overflow="fold")
    scale = scenario.time_scale
    for phase, began, ended in timeline(scenario):
        rate = scenario.rate(phase)
        faults = "; ".join(f"{fault.describe()} [{fault.mechanism}]".replace("[", "\\[") for fault in phase.faults)
        run = f"{began:g}-{ended:g} s"
        ordinary = scenario.visits(phase) == "sessions" or not scenario.loaded(phase)
        asked = "" if ordinary else f" ({scenario.visits(phase)})"
        table.add_row(
            phase.name, show_duration(began * scale), show_duration(phase.lasts), run,
            show_load(phase.at_once, rate) + asked,
            show_load(phase.at_once, rate * scale), faults or "none",
        )  # fmt: skip
    return table


def _surroundings(scenario: Scenario) -> list[str]:
    return [
        f"{s.name}: {show_duration(s.production)}, in the run {show_duration(s.run or 0)}"
        + (f" ({s.why})" if s.why else "")
        if s.production
        else f"{s.name}: off"
        for s in surroundings(scenario)
    ]


def _profile_line(question: Question, name: str, about: str) -> str:
    known = [k for k in question.scenario.known if k.profile == name]
    declared = "; known to fail: " + ", ".join(check for k in known for check in k.checks) if known else ""
    return f"{name}: {about}{declared}"
