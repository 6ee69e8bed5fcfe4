"""Where a fault can't see what a client does: a proxy acknowledges what it swallows, and answers probes itself.

A client with TCP keepalive or TCP_USER_TIMEOUT fares worse there than on a real path. Its rulings are no rulings.
"""

from __future__ import annotations

from harness.analysis import Record
from harness.expectations.base import Expectation
from harness.manifest import About, Value
from harness.spans import Span
from harness.units import show_duration

BECAUSE = "the proxy acknowledges what it swallows and answers probes itself, where a real path would not"


def blindness(record: Record, profile: str, expectation: Expectation) -> list[str]:
    """Why this expectation can't be ruled on for this client; nothing where it can."""
    about = next(cell.about for cell in record.manifest.cells if cell.profile == profile)
    for span in blind_spans(record, expectation.during_phase):
        if setting := _out_of_sight(about, span.ended - span.began):
            return [f"{span.name} can't judge a client with {setting}: {BECAUSE}"]
    return []


def blind_spans(record: Record, phase: str) -> list[Span]:
    """Of the faults that stand in the phase, from injected to healed; without a phase, of all.

    By what the scenario says, not by overlap: a fault is healed some milliseconds after the next phase has begun.
    """
    phases = [each for each in record.scenario.phases if phase in ("", each.name)]
    kinds = {fault.kind for each in phases for fault in each.faults if fault.blind}
    times = [span for span in record.phases if phase in ("", span.name)]
    return [
        span
        for span in record.faults
        if span.name in kinds and any(span.began < time.ended and time.began < span.ended for time in times)
    ]


def _out_of_sight(about: About, held: float) -> str:
    """What of the client would have acted within `held` seconds of the run, in words.

    Keepalive that is the kernel's own affair (two hours) has no `keepalive.idle`, and does nothing within a run.
    """
    idle = about.setting("keepalive.idle")
    on = about.setting("keepalive")
    if on is not None and on.run is True and idle is not None and 0 < _seconds(idle.run) < held:
        return f"TCP keepalive after {show_duration(_seconds(idle.production))}"
    limit = about.setting("tcp-user-timeout")
    if limit is not None and _seconds(limit.run) > 0:
        return f"TCP_USER_TIMEOUT of {show_duration(_seconds(limit.production))}"
    return ""


def _seconds(value: Value) -> float:
    """Of a setting in milliseconds; one that is off is 0."""
    return 0.0 if isinstance(value, str | None) else value / 1000
