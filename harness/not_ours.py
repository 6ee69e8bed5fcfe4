"""What can't be ruled on for an application that is not ours: its timers are not scaled, its keepalive is not known."""

from __future__ import annotations

from harness.analysis import Record
from harness.application import Application
from harness.blindness import BECAUSE, blind_spans
from harness.expectations.base import Expectation
from harness.scenario import Scenario


def unruled(record: Record, brought: Application | None, expectation: Expectation) -> list[str]:
    """Why this expectation can't be ruled on for this application; nothing where it can, or where it is ours."""
    if brought is None:
        return []
    phase, scale = expectation.during_phase, record.manifest.time_scale
    timers = [] if brought.keeps_time(scale) or _before_any_fault(record.scenario, phase) else [not_scaled(scale)]
    hidden = {f"{span.name} can't judge an application whose TCP timers are not known: {BECAUSE}; {REMEDY}"
              for span in blind_spans(record, phase)}  # fmt: skip
    return [*timers, *sorted(hidden)]


REMEDY = "take a fault of the kernel firewall"


def not_scaled(time_scale: float) -> str:
    """In words: all around it production's hour passes in a minute, and its own minute takes a minute."""
    return (
        f"its own timeouts were not scaled: at time_scale {time_scale:g} each of them is {time_scale:g} times too long"
        f" beside the firewall and Redis; play it at time_scale: 1, or give it settings divided by {time_scale:g} and"
        " set application.scaled: true"
    )


def _before_any_fault(scenario: Scenario, phase: str) -> bool:
    """Then no timer of its own decides: answers come at once or not at all."""
    for each in scenario.phases:
        if any(fault.kind != "nothing" for fault in each.faults):
            return False
        if each.name == phase:
            return True
    return True
