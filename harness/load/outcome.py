"""What became of a request, by the types of the exceptions that the fixture reports.

Types, not texts: Lettuce words one and the same timeout in four ways.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from harness.record import OK

COMMAND_TIMEOUT = "command-timeout"
CONNECTION_FAILURE = "connection-failure"
POOL_EXHAUSTED = "pool-exhausted"
SESSION_LOST = "session-lost"
MESSAGE_LOST = "message-lost"
EVENT_LOST = "event-lost"
HTTP_TIMEOUT = "http-timeout"
REDIS_ERROR = "redis-error"
FIXTURE_ERROR = "fixture-error"
APPLICATION_ERROR = "application-error"
FIXTURE_UNREACHABLE = "fixture-unreachable"
DROPPED = "dropped"
CUT_OFF = "cut-off"

# The first class any of whose exception types occurs in the chain. The fixture's own are about what the client has not
# noticed. A pool's exhaustion and a failed connect can be caused by a timeout, so they come before it: they say more.
BY_TYPE = [
    (MESSAGE_LOST, {"fixture.message.MessageLostException"}),
    (EVENT_LOST, {"fixture.session.EventLostException"}),
    (POOL_EXHAUSTED, {"java.util.NoSuchElementException", "redis.exceptions.MaxConnectionsError"}),
    (CONNECTION_FAILURE, {"io.lettuce.core.RedisConnectionException", "java.net.ConnectException"}),
    (
        COMMAND_TIMEOUT,
        {
            "io.lettuce.core.RedisCommandTimeoutException",
            "org.springframework.dao.QueryTimeoutException",
            "java.net.SocketTimeoutException",
            "redis.exceptions.TimeoutError",
        },
    ),
    (
        CONNECTION_FAILURE,
        {
            "java.io.IOException",
            "java.net.SocketException",
            "redis.clients.jedis.exceptions.JedisConnectionException",
            "org.springframework.data.redis.RedisConnectionFailureException",
            "redis.exceptions.ConnectionError",
        },
    ),
]
REDIS_PACKAGES = (
    *("io.lettuce.", "redis.clients.", "org.springframework.data.redis.", "org.springframework.dao."),
    "redis.exceptions.",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The class of what happened, and the outermost and innermost exception types."""

    kind: str
    exception: str = ""
    root: str = ""


def of_chain(types: list[str]) -> Outcome:
    """Classifies an exception chain, outermost first."""
    if not types:
        return Outcome(FIXTURE_ERROR)
    met = set(types)
    kind = next((kind for kind, known in BY_TYPE if known & met), None)
    if kind is None:
        kind = REDIS_ERROR if any(name.startswith(REDIS_PACKAGES) for name in types) else FIXTURE_ERROR
    return Outcome(kind, types[0], types[-1])


def of_answer(status: int, body: bytes) -> Outcome:
    """Classifies an HTTP answer of the fixture. 404 on /session means that the store no longer has the session."""
    if status in (200, 201):
        return Outcome(OK)
    if status == 404:
        return Outcome(SESSION_LOST)
    return _of_body(body) or Outcome(FIXTURE_ERROR, f"HTTP {status}")


def of_foreign_answer(status: int, body: bytes) -> Outcome:
    """Classifies an answer that was not expected of an application that is not ours. It may tell its exceptions too."""
    told = _of_body(body)
    if told is None or told.kind == FIXTURE_ERROR:
        return Outcome(APPLICATION_ERROR, told.exception if told else f"HTTP {status}", told.root if told else "")
    return told


def _of_body(body: bytes) -> Outcome | None:
    """By the exceptions that the answer tells; None where it tells none."""
    try:
        chain = json.loads(body)["exceptions"]
        return of_chain([str(link["type"]) for link in chain])
    except (ValueError, KeyError, TypeError):
        return None
