"""What the client did, in words and figures: the same that the timeline's strips show."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from harness.analysis import Record
from harness.history import BROKEN, FAILED, KINDS, PoolState
from harness.report.facts import Client, Findings
from harness.report.table import NOTHING
from harness.spans import Span

WORDS = {FAILED: "failed attempts"}


@dataclass(frozen=True, slots=True)
class PhaseDoings:
    """One phase: requests, those that failed, each kind of the header's, and the pool."""

    phase: str
    figures: list[str]


@dataclass(frozen=True, slots=True)
class Doings:
    """Nothing where nothing was recorded."""

    text: str
    header: list[str]
    rows: list[PhaseDoings]


def doings(client: Client, findings: Findings) -> Doings:
    if not client.history.kinds:
        return Doings("", [], [])
    header = ["requests", "failed", *(_word(kind) for kind in client.history.kinds)]
    header += ["pool: active", "idle", "waiting"] if client.history.pool else []
    rows = [PhaseDoings(span.name, _figures(client, span)) for span in findings.record.phases]
    return Doings(_text(client, findings), header, rows)


def _word(kind: str) -> str:
    return WORDS.get(kind, kind)


def _figures(client: Client, span: Span) -> list[str]:
    requests = client.requests.during(span.name)
    counts = [len(requests.due), int(requests.failed.sum())]
    counts += [client.history.count(kind, span.began, span.ended) for kind in client.history.kinds]
    return [*map(str, counts), *(_pool(client, span) if client.history.pool else [])]


def _pool(client: Client, span: Span) -> list[str]:
    states = client.history.pooled(span.began, span.ended)
    columns = ([getattr(state, name) for state in states] for name in ("active", "idle", "waiting"))
    return [_range(column) for column in columns]


def _range(seen: list[int]) -> str:
    if not seen:
        return NOTHING
    return str(seen[0]) if min(seen) == max(seen) else f"{min(seen)} to {max(seen)}"


def _text(client: Client, findings: Findings) -> str:
    record = findings.record
    counts = {kind: client.history.count(kind, record.began, record.ended) for kind in client.history.kinds}
    told = ", ".join(f"{count} {_word(kind)}{_cause(client, kind, record)}" for kind, count in counts.items() if count)
    source = "" if len(counts) == len(KINDS) else ", as its pool counts them"
    states = client.history.pooled(record.began, record.ended)
    return f"Connections{source}: {told or 'none opened and none lost'}.{_pooled(client, states)}"


def _cause(client: Client, kind: str, played: Record) -> str:
    """The most frequent one, of what the client did not do itself."""
    causes = Counter(d.cause for d in client.history.doings if d.kind == kind and played.began <= d.at < played.ended)
    if kind not in {BROKEN, FAILED} or not causes:
        return ""
    (cause, count), *others = causes.most_common()
    return f" ({cause}{f', {count} of them' if others else ''})"


def _pooled(client: Client, states: list[PoolState]) -> str:
    if not states:
        return ""
    most, waiting = max(state.active for state in states), max(state.waiting for state in states)
    limit = f" of {client.pool_size}" if client.pool_size else ""
    return f" Pool: at most {most}{limit} connections lent, {waiting or 'no'} threads waiting for one."
