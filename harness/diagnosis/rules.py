"""One rule per cause: what must be in the record for it, given back as the lines that it rests on; else nothing.

A rule asks for what it needs to see, and for the absence of what would speak against it. docs/diagnosis.md says it too,
in words. Those about the path are in path_rules.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from harness.cause import Label, Witness
from harness.diagnosis.facts import ESTABLISHED, Facts, Known, Thread
from harness.diagnosis.match import MOST, Match, Rule
from harness.diagnosis.path_rules import connect_timeout, network_delay, stale_connection
from harness.diagnosis.told import attempts, from_sockets, of_the_pool, samples, waiters, what_redis_said

SEEN = 2  # lines of a kind that are quoted
BUSY = ("RedisBusyException", "JedisBusyException")
BLOCKING = re.compile(r"^(b[lrz]|xread|wait|subscribe|psubscribe)")
LOOP = re.compile(r"(epoll|nio|kqueue|uring)EventLoop", re.IGNORECASE)
LOGGING = ("ch.qos.logback.", "org.slf4j.", "org.apache.logging.")
LIBRARIES = ("java.", "jdk.", "sun.", "io.netty.", "io.lettuce.", "reactor.", "org.springframework.")


def harness_overload(facts: Facts) -> Match | None:
    """The harness stood still, or sent late, for a good part of what most of the failures took."""
    failed = facts.failures
    if failed.stood <= failed.count * MOST:
        return None
    text = f"{failed.stood} of {failed.count} failures fell into a standstill of the harness itself"
    return Match(Label.HARNESS_OVERLOAD, [Witness(file="events.jsonl", text=text)])


def slow_command(facts: Facts) -> Match | None:
    """Redis says that it is busy, has it in its slow log, or a blocking command holds the connection that failed."""
    for look in (_busy, _blocking, _in_slow_log):
        if match := look(facts):
            return match
    return None


def _busy(facts: Facts) -> Match | None:
    busy, failed = facts.failures.rooted(*BUSY), facts.failures
    waited = failed.share("command-timeout") * failed.count
    if not busy or busy + waited <= failed.count * MOST:
        return None
    seen = samples(facts, f"{busy} of {failed.count} failures are Redis's own answer BUSY")
    return Match(Label.SLOW_COMMAND, [seen, *what_redis_said(facts)], "busy")


def _blocking(facts: Facts) -> Match | None:
    """A connection in BLPOP is no trouble of itself; one on which others wait is."""
    ports = facts.failures.ports
    held = [known for known in facts.evidence.clients or () if _blocks(known) and _waits(known, ports)]
    if not held or facts.dropped:
        return None
    quoted = [Witness(file="clients.txt", text=known.line) for known in held[:SEEN]]
    return Match(Label.SLOW_COMMAND, quoted, "blocking")


def _blocks(known: Known) -> bool:
    """Redis marks those that CLIENT PAUSE keeps waiting in the same way; their commands are others."""
    return "b" in known.flags and bool(BLOCKING.match(known.command))


def _waits(known: Known, ports: Iterable[int]) -> bool:
    return known.port in ports or known.unread > 0


def _in_slow_log(facts: Facts) -> Match | None:
    """An entry as long as half the client's timeout, from when the failures were. Its clock has seconds only."""
    since, until = (facts.wall + at for at in (facts.failures.first - 1, facts.failures.last + 1))
    long = [e for e in facts.evidence.slow if facts.timeout and e.took >= facts.timeout / 2 and since <= e.at <= until]
    if not long or facts.dropped:
        return None
    return Match(Label.SLOW_COMMAND, [Witness(file="slowlog.txt", text=entry.line) for entry in long[:SEEN]], "busy")


def server_stall(facts: Facts) -> Match | None:
    """Redis does not answer past the firewall either, while a connection to it stands and its kernel acknowledges."""
    evidence = facts.evidence
    silent = "no answer" in evidence.redis_said
    stands = [s for s in evidence.sockets or () if s.state == ESTABLISHED and (s.ours or s.unread)]
    if not silent or not stands or evidence.sending_again or facts.dropped:
        return None
    unread = sorted((s for s in stands if not s.ours and s.unread), key=lambda s: -s.unread)
    return Match(Label.SERVER_STALL, [*what_redis_said(facts), *from_sockets(unread or stands)])


def blocked_event_loop(facts: Facts) -> Match | None:
    """A thread of Netty's event loop waits in somebody else's code; Redis answers and the network loses nothing."""
    threads = facts.evidence.threads
    inside = Counter(thread.name for thread in threads if _foreign(thread))
    held = [t for t in threads if _foreign(t) and (t.state != "RUNNABLE" or inside[t.name] > 1)]
    if not held or facts.dropped or facts.evidence.clients is None:
        return None
    quoted = {thread.name: f'"{thread.name}" {thread.state} at {_foreign(thread)}' for thread in held}
    lines = [Witness(file="threads.txt", text=text) for text in [*quoted.values()][:SEEN]]
    return Match(Label.BLOCKED_EVENT_LOOP, lines)


def _foreign(thread: Thread) -> str:
    """The innermost frame of an event loop's thread that belongs to no library; nothing where there is none.

    Who writes a line of log may be writing what the harness itself has turned on.
    """
    if not LOOP.search(thread.name) or any(frame.startswith(LOGGING) for frame in thread.frames):
        return ""
    return next((frame for frame in thread.frames if not frame.startswith(LIBRARIES)), "")


def reconnect_back_off(facts: Facts) -> Match | None:
    """The connection was closed, and commands wait in the client for the next attempt to make one."""
    evidence, failed = facts.evidence, facts.failures
    waited = failed.share("command-timeout", "connection-failure", "redis-error", "pool-exhausted")
    if not (evidence.disconnected or facts.retries) or evidence.connecting or facts.dropped or waited <= MOST:
        return None
    logged = [Witness(file="lettuce.log", text=evidence.disconnected)] if evidence.disconnected else []
    return Match(Label.RECONNECT_BACK_OFF, [*logged, *attempts(facts)])


def pool_exhausted(facts: Facts) -> Match | None:
    """Every connection of the pool is lent, while those connections themselves have nothing to do."""
    failed, evidence = facts.failures, facts.evidence
    refused = failed.outcomes.get("pool-exhausted", 0)
    full = [pool for pool in evidence.pools if facts.pool_size and pool.active >= facts.pool_size and not pool.idle]
    busy = any(socket.unread or socket.tries for socket in evidence.sockets or ())
    if facts.dropped or busy:
        return None
    seen = samples(facts, f"{refused} of {failed.count} found no connection in the pool")
    if full and evidence.clients is not None and failed.share("pool-exhausted", "http-timeout") > MOST:
        return Match(Label.POOL_EXHAUSTED, [*of_the_pool(full), *[seen] * (refused > 0), *waiters(facts)])
    if refused == failed.count:
        return Match(Label.POOL_EXHAUSTED, [seen, *waiters(facts)])
    return None


def application_overload(facts: Facts) -> Match | None:
    """The application's JVM stood still, and the harness did not."""
    failed = facts.failures
    if facts.dropped or failed.app_stood <= failed.count * MOST:
        return None
    text = f"{failed.app_stood} of {failed.count} failures fell into a standstill of the application's JVM"
    return Match(Label.APPLICATION_OVERLOAD, [Witness(file="events.jsonl", text=text)])


WHO_HOLDS_THE_ANSWER: Sequence[Rule] = (slow_command, server_stall, blocked_event_loop, stale_connection, network_delay)
WHAT_FOLLOWS: Sequence[Rule] = (connect_timeout, reconnect_back_off, pool_exhausted, application_overload)
