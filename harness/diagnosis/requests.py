"""The requests that a check failed by, counted; and what the firewall and the machine did meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from statistics import median

from harness.analysis import EXCUSES, WAITED, Record
from harness.diagnosis.facts import Failures
from harness.record import OK
from harness.spans import Span, standing
from harness.verdict import Check

SLOW = 0.5  # of the client's timeout: what took so long waited for something, though it was served
QUICK = 0.25  # of the client's timeout: what was served within it waited for nothing
POLLED = 1.0  # s: the counters of the firewall are read twice a second, and written when they have changed


@dataclass(frozen=True, slots=True)
class Request:
    due: float
    sent: float
    done: float
    outcome: str
    root: str
    port: int


def failures(record: Record, profile: str, check: Check) -> Failures:
    """Those of the check's phase, or of all phases. Where all was served, those that were slow to be."""
    asked = _requests(record, profile)
    span = next((span for span in record.phases if span.name == check.during), None)
    within = [one for one in asked if span is None or span.began <= one.due < span.ended]
    timeout = record.cell(profile).about.timeout
    affected = [one for one in within if one.outcome != OK] or [
        one for one in within if timeout and one.done - one.due >= timeout * SLOW
    ]
    return count(affected, asked, timeout, *_standstills(record, profile))


def dropped(record: Record, profile: str, since: float, until: float) -> tuple[int, int]:
    """Packets of the client and of Redis that the firewall dropped meanwhile."""
    counted = record.firewall(profile)
    before = [count for count in counted if count.at <= since]
    after = [count for count in counted if count.at <= until + POLLED]
    client, server = (
        max(map(side, after), default=0) - max(map(side, before), default=0)
        for side in (attrgetter("client"), attrgetter("server"))
    )
    return client, server


def served_between(record: Record, profile: str, since: float, until: float) -> set[int]:
    """The ports of connections that answered a request of that time."""
    return {
        one.port for one in _requests(record, profile) if one.outcome == OK and since <= one.due and one.done <= until
    }


def count(
    affected: Sequence[Request], asked: Sequence[Request], timeout: float, own: Sequence[Span], app: Sequence[Span]
) -> Failures:
    if not affected:
        return Failures({}, {}, {}, 0.0)
    served = [one for one in asked if one.outcome == OK]
    served_last: dict[int, float] = {}
    for one in served:
        served_last[one.port] = max(one.done, served_last.get(one.port, 0.0))
    again = [bool(one.port) and served_last.get(one.port, 0.0) > one.done for one in affected]
    return Failures(
        outcomes=Counter(one.outcome for one in affected),
        roots=Counter(one.root for one in affected if one.root),
        ports=Counter(one.port for one in affected if one.port),
        median=median(one.done - one.due for one in affected),
        first=min(one.due for one in affected),
        last=max(one.done for one in affected),
        gone=sum(1 for one, back in zip(affected, again, strict=True) if one.port and not back),
        back=sum(again),
        beside=_beside(affected, [one for one in served if one.done - one.due <= timeout * QUICK]),
        stood=sum(_stood(one, own, one.sent - one.due) for one in affected),
        app_stood=sum(_stood(one, app, 0.0) for one in affected),
    )


def _requests(record: Record, profile: str) -> list[Request]:
    frame = record.view(profile).frame
    columns = [frame[name].tolist() for name in ("due", "sent", "done", "outcome", "root", "port")]
    return [Request(*row) for row in zip(*columns, strict=True)]


def _beside(affected: Sequence[Request], quick: Sequence[Request]) -> int:
    """How many were served quickly on another connection, from beginning to end while one of the affected waited."""
    ports = {one.port for one in affected}
    found = 0
    for one in quick:
        if one.port and one.port not in ports:
            found += any(late.due <= one.due and one.done <= late.done for late in affected)
    return found


def _standstills(record: Record, profile: str) -> tuple[list[Span], list[Span]]:
    """Of the harness, and of this application alone."""
    stalls = [e for e in record.events if e.what == "stall" and e.profile in {"", profile}]
    spans = [(e.profile, Span("stall", e.at, e.at + float(e.detail["lasted"]))) for e in stalls]
    return [span for whose, span in spans if not whose], [span for whose, span in spans if whose]


def _stood(one: Request, spans: Iterable[Span], late: float) -> bool:
    """Whether a standstill may have made this failure: it took so much of its time, and it waited for something."""
    stood = max(late, 0.0) + standing(one.sent, one.done, spans)
    return (one.outcome in WAITED or one.outcome == OK) and stood > (one.done - one.due) * EXCUSES
