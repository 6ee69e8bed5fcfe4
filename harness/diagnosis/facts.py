"""What the rules are told: small frozen figures of one profile's failures, and of what was looked up at the first one.

Nothing here knows which faults were played.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

ESTABLISHED, CONNECTING = "ESTAB", "SYN-SENT"


@dataclass(frozen=True, slots=True)
class Socket:
    """One end of a connection between the client and Redis, as `ss` shows it.

    `tries` is how often the same data was sent again without an answer; `unread` are bytes that this end's program has
    not taken yet; `heard` is how long ago (s) the last data came, where that is told.
    """

    line: str
    ours: bool
    state: str
    port: int
    unread: int
    tries: int
    heard: float | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A connection that Redis knows of: a line of CLIENT LIST."""

    line: str
    port: int
    flags: str
    command: str
    unread: int
    idle: int


@dataclass(frozen=True, slots=True)
class Thread:
    name: str
    state: str
    frames: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    line: str
    active: int
    idle: int
    waiters: int


@dataclass(frozen=True, slots=True)
class SlowEntry:
    """A command that Redis itself took long for; `at` is its wall clock, in whole seconds."""

    line: str
    at: float
    took: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands in `evidence/PROFILE/`. None is what could not be had, and `redis_said` why Redis told nothing."""

    sockets: tuple[Socket, ...] | None = None
    flows: frozenset[int] | None = None
    clients: tuple[Known, ...] | None = None
    redis_said: str = ""
    threads: tuple[Thread, ...] = ()
    pools: tuple[Pool, ...] = ()
    slow: tuple[SlowEntry, ...] = ()
    disconnected: str = ""

    @property
    def mine(self) -> tuple[Socket, ...]:
        """The client's own ends."""
        return tuple(socket for socket in self.sockets or () if socket.ours)

    @property
    def sending_again(self) -> tuple[Socket, ...]:
        return tuple(s for s in self.mine if s.state == ESTABLISHED and s.tries)

    @property
    def unanswered(self) -> tuple[Socket, ...]:
        """The same of either end: Redis sends again where its answers are lost."""
        return tuple(s for s in self.sockets or () if s.state == ESTABLISHED and s.tries)

    @property
    def connecting(self) -> tuple[Socket, ...]:
        return tuple(socket for socket in self.mine if socket.state == CONNECTING)

    def of_the_connections(self, ports: AbstractSet[int]) -> Evidence:
        """Only what stays true of connections that go on failing later: their sockets and the firewall's flows."""
        theirs = tuple(socket for socket in self.sockets or () if socket.port in ports)
        return Evidence(sockets=theirs, flows=self.flows)


@dataclass(frozen=True, slots=True)
class Failures:
    """The requests that a check failed by. Times are seconds of the run.

    `gone` and `back` are those whose connection never served again, and served again; `beside` were served quickly on
    other connections while one of them waited. `stood` and `app_stood` are those that a standstill of the harness, or
    of the application alone, kept for a good part of their time.
    """

    outcomes: Mapping[str, int]
    roots: Mapping[str, int]
    ports: Mapping[int, int]
    median: float
    first: float = 0.0
    last: float = 0.0
    gone: int = 0
    back: int = 0
    beside: int = 0
    stood: int = 0
    app_stood: int = 0

    @property
    def count(self) -> int:
        return sum(self.outcomes.values())

    def share(self, *outcomes: str) -> float:
        return sum(self.outcomes.get(outcome, 0) for outcome in outcomes) / max(self.count, 1)

    def rooted(self, *names: str) -> int:
        """How many have an innermost exception whose name ends like that."""
        return sum(count for root, count in self.roots.items() if root.endswith(names))


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the rules see of one profile and one check.

    `dropped` and `dropped_back` count the packets of the client and of Redis that the firewall dropped while the
    failures lasted, `attempts` those of the client that led to no connection, `retries` those of them that its
    reconnecting made, `waiting` the most threads that waited for one of its pool; `wall` is the wall clock at the run's
    start, `looked_after` how long ago (s) the request that was looked into had been due.
    """

    profile: str
    failures: Failures
    timeout: float = 0.0
    pool_size: int = 0
    dropped: int = 0
    dropped_back: int = 0
    attempts: int = 0
    retries: int = 0
    waiting: int = 0
    wall: float = 0.0
    looked_after: float = 0.0
    evidence: Evidence = Evidence()
