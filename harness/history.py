"""What a client did over time, read back from the events: its connections, and what became of its pool."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from harness.record import Event

OPENED, REOPENED, CLOSED, BROKEN, FAILED = "opened", "reopened", "closed", "broken", "failed"
KINDS = (OPENED, REOPENED, CLOSED, BROKEN, FAILED)
WHATS = {"connected": OPENED, "closed": CLOSED, "broken": BROKEN, "connect-failed": FAILED}
POOL = "pool"


@dataclass(frozen=True, slots=True)
class Doing:
    """One thing that became of a connection, on the run's clock.

    `reopened` is one that the client's reconnecting made, `closed` the client's own doing, `broken` anybody else's, and
    `failed` an attempt that led to none; `again` says that it was the client's own reconnecting.
    """

    at: float
    kind: str
    cause: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class PoolState:
    """Of all the client's pools together: connections lent and not, threads that wait for one, made and destroyed."""

    at: float
    active: int
    idle: int
    waiting: int
    created: int = 0
    destroyed: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """`kinds` are those that this client can tell; none where nothing was recorded. `pools` counts its pools."""

    kinds: Sequence[str] = ()
    doings: Sequence[Doing] = ()
    pool: Sequence[PoolState] = ()
    pools: int = 0

    def count(self, kind: str, began: float, ended: float) -> int:
        return sum(doing.kind == kind and began <= doing.at < ended for doing in self.doings)

    def retries(self, began: float, ended: float) -> int:
        """Attempts of the client's reconnecting that led to no connection."""
        return sum(doing.kind == FAILED and doing.again and began <= doing.at < ended for doing in self.doings)

    def pooled(self, began: float, ended: float) -> list[PoolState]:
        """The states in that time, the one that it began with included."""
        before = [state for state in self.pool if state.at < began]
        return [*before[-1:], *(state for state in self.pool if began <= state.at < ended)]


def history(events: Iterable[Event], profile: str) -> History:
    """Empty for a run of before this was recorded, and for an application that does not tell it."""
    mine = sorted((event for event in events if event.profile == profile), key=lambda event: event.at)
    told = [_doing(event) for event in mine if event.what in WHATS]
    states = list(_states(event for event in mine if event.what == POOL))
    pools = len({event.detail["pool"] for event in mine if event.what == POOL})
    if told:
        return History(KINDS, told, states, pools)
    # Jedis tells what its pool does and no more: counts, which say neither who closed a connection nor what failed.
    counted = [doing for pair in pairwise(states) for doing in _counted(*pair)]
    return History((OPENED, CLOSED) if states else (), counted, states, pools)


def _doing(event: Event) -> Doing:
    kind = WHATS[event.what]
    again = bool(event.detail.get("reconnect"))
    kind = REOPENED if again and kind == OPENED else kind
    return Doing(event.at, kind, str(event.detail.get("cause", "")), again)


def _states(events: Iterable[Event]) -> Iterator[PoolState]:
    last: dict[str, dict[str, Any]] = {}
    for event in events:
        last[str(event.detail["pool"])] = event.detail
        summed = {
            name: sum(int(state.get(name, 0)) for state in last.values())
            for name in ("active", "idle", "waiting", "created", "destroyed")
        }
        yield PoolState(event.at, **summed)


def _counted(before: PoolState, after: PoolState) -> Iterator[Doing]:
    yield from [Doing(after.at, OPENED)] * (after.created - before.created)
    yield from [Doing(after.at, CLOSED)] * (after.destroyed - before.destroyed)
