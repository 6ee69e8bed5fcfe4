"""Causes, from excerpts of what real runs left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.cause import Label
from harness.diagnosis import decide
from harness.diagnosis.facts import Evidence, Facts, Failures, Known, Pool, SlowEntry, Socket, Thread
from harness.diagnosis.reading import read_evidence
from harness.places import ROOT

EXCERPTS = ROOT / "tests" / "data" / "evidence"


def timeouts(count: int, port: int, **more: float) -> Failures:
    given = {"median": 2.0, "first": 30.0, "last": 40.0} | more
    root = {"io.lettuce.core.RedisCommandTimeoutException": count}
    return Failures({"command-timeout": count}, root, {port: count} if port else {}, **given)  # type: ignore[arg-type]


def unheard(count: int, port: int) -> Failures:
    lost = {"fixture.message.MessageLostException": count}
    return Failures({"message-lost": count}, lost, {port: count}, 1.0, 30.0, 40.0)


def ended(outcome: str, root: str, count: int) -> Failures:
    return Failures({outcome: count}, {root: count}, {}, 0.5, 30.0, 40.0)


def seen(folder: str, failures: Failures, **more: float) -> Facts:
    return replace(Facts("one", failures, timeout=1.0, evidence=read_evidence(EXCERPTS / folder)), **more)  # type: ignore[arg-type]


NO_ELEMENT = "java.util.NoSuchElementException"
BUSY = "io.lettuce.core.RedisBusyException"
FOUND = {
    "stale-connection": (seen("stale-connection", timeouts(59, 45510), dropped=7, looked_after=2.1), "silent"),
    "stale-connection-pool": (seen("stale-connection-pool", timeouts(4, 54344), dropped=9, looked_after=2.1), "silent"),
    "stale-connection-reset": (
        seen(
            "stale-connection-reset",
            ended("redis-error", "io.netty.channel.unix.Errors$NativeIoException", 1),
            dropped=1,
        ),
        "reset",
    ),
    "stale-connection-in-use": (
        seen("stale-connection-in-use", timeouts(246, 44972), dropped=11, looked_after=2.1),
        "in use",
    ),
    "stale-connection-listening": (seen("stale-connection-listening", unheard(48, 38220), dropped_back=9), "listening"),
    "stale-connection-listening-given-up": (
        seen("stale-connection-listening-given-up", unheard(120, 42506)),
        "listening",
    ),
    "server-stall": (seen("server-stall", timeouts(39, 36624)), ""),
    "slow-command-busy": (
        seen(
            "slow-command-busy",
            replace(ended("redis-error", BUSY, 36), outcomes={"redis-error": 36, "command-timeout": 4}),
        ),
        "busy",
    ),
    "slow-command-blocking": (seen("slow-command-blocking", timeouts(40, 60344)), "blocking"),
    "blocked-event-loop": (
        seen("blocked-event-loop", Failures({"command-timeout": 10, "pool-exhausted": 23}, {}, {}, 2.0)),
        "",
    ),
    "network-delay-lost": (seen("network-delay-lost", timeouts(50, 53398, back=50), dropped=8), "lost"),
    "network-delay-late": (
        replace(seen("network-delay-late", timeouts(49, 59404, back=49)), timeout=0.3),
        "late",
    ),
    "connect-timeout": (seen("connect-timeout", timeouts(45, 0), dropped=14), ""),
    "connect-timeout-jedis": (
        seen("connect-timeout-jedis", ended("connection-failure", "JedisConnectionException", 50), dropped=90),
        "",
    ),
    "reconnect-back-off": (seen("reconnect-back-off", timeouts(14, 0)), ""),
    "pool-exhausted": (seen("pool-exhausted", ended("pool-exhausted", NO_ELEMENT, 45), pool_size=8), ""),
    "pool-exhausted-jedis": (seen("pool-exhausted-jedis", ended("http-timeout", "", 20), pool_size=8), ""),
}


def label_of(folder: str) -> Label:
    return next(label for label in Label if folder.startswith(label.value.replace(" ", "-")))


@pytest.mark.parametrize("folder", sorted(FOUND))
def test_what_a_real_run_left_has_its_cause_and_says_what_it_rests_on(folder: str) -> None:
    facts, form = FOUND[folder]
    cause = decide(facts)
    assert (cause.label, cause.form) == (label_of(folder), form)
    assert cause.evidence


def test_every_excerpt_is_looked_at() -> None:
    assert sorted(folder.name for folder in EXCERPTS.iterdir()) == sorted(FOUND)


@pytest.mark.parametrize("folder", sorted(FOUND))
def test_without_what_was_looked_up_no_cause_is_guessed(folder: str) -> None:
    facts, _ = FOUND[folder]
    label = decide(replace(facts, evidence=Evidence())).label
    # What the samples and the firewall's counters say for themselves stays; nothing else may take its place.
    assert label in {label_of(folder), Label.NOT_DETERMINED}


@pytest.mark.parametrize("folder", sorted(FOUND))
@pytest.mark.parametrize("other", sorted(FOUND))
def test_evidence_of_another_failure_gives_the_cause_it_shows_or_none(folder: str, other: str) -> None:
    """The failures of one run with what was looked up in another: at most one of the two may be named."""
    facts, _ = FOUND[folder]
    mixed = replace(facts, evidence=FOUND[other][0].evidence)
    assert decide(mixed).label in {label_of(folder), label_of(other), Label.NOT_DETERMINED}


def test_the_lines_of_a_forgotten_connection_name_socket_table_and_counter() -> None:
    facts, _ = FOUND["stale-connection"]
    assert [str(witness) for witness in decide(facts).evidence] == [
        "sockets.txt: ESTAB 0 168 [::ffff:127.0.0.1]:45510 [::ffff:127.0.1.1]:6379 timer:(on,1.268ms,3)",
        "firewall.txt: no connection with local port 45510",
        "events.jsonl: the firewall dropped 7 packets of the client and 0 of Redis meanwhile",
    ]


def test_attempts_to_connect_again_tell_a_back_off_where_the_log_came_too_late() -> None:
    back_off, _ = FOUND["reconnect-back-off"]
    unheard = replace(back_off, evidence=replace(back_off.evidence, disconnected=""))
    assert decide(unheard).label is Label.NOT_DETERMINED
    told = decide(replace(unheard, attempts=13, retries=12))
    assert told.label is Label.RECONNECT_BACK_OFF
    assert [str(one) for one in told.evidence] == ["events.jsonl: 13 attempts to connect failed meanwhile"]
    assert decide(replace(unheard, attempts=13, retries=12, dropped=3)).label is not Label.RECONNECT_BACK_OFF


def test_what_the_client_was_seen_doing_meanwhile_is_quoted_with_the_cause() -> None:
    back_off, _ = FOUND["reconnect-back-off"]
    assert str(decide(replace(back_off, attempts=28)).evidence[-1]) == (
        "events.jsonl: 28 attempts to connect failed meanwhile"
    )
    dry, _ = FOUND["pool-exhausted"]
    assert str(decide(replace(dry, waiting=19)).evidence[-1]) == (
        "events.jsonl: up to 19 threads waited for a connection of the pool meanwhile"
    )


def test_the_lines_of_a_connection_that_only_listens_name_both_its_ends() -> None:
    told = [decide(FOUND[name][0]).evidence for name in sorted(FOUND) if "listening" in name]
    assert [[str(witness).partition(" ino:")[0] for witness in lines] for lines in told] == [
        [
            "sockets.txt: ESTAB 0 0 [::ffff:127.0.0.1]:38220 [::ffff:127.0.1.1]:6379",
            "firewall.txt: no connection with local port 38220",
            "sockets.txt: ESTAB 0 195 127.0.1.1:6379 127.0.0.1:38220 timer:(on,632ms,2)",
        ],
        [
            "sockets.txt: ESTAB 0 0 [::ffff:127.0.0.1]:42506 [::ffff:127.0.1.1]:6379",
            "firewall.txt: no connection with local port 42506",
            "clients.txt: no connection with local port 42506: Redis has given it up",
        ],
    ]


def test_a_message_that_did_not_come_over_a_connection_that_everybody_knows_has_no_cause_here() -> None:
    facts, _ = FOUND["stale-connection-listening"]
    known = replace(facts.evidence, flows=frozenset({38220}), clients=None)
    assert decide(replace(facts, evidence=known, dropped_back=0)).label is Label.NOT_DETERMINED
    quiet = tuple(replace(socket, tries=0) for socket in facts.evidence.sockets or ())
    assert decide(replace(facts, evidence=replace(facts.evidence, sockets=quiet))).label is Label.NOT_DETERMINED


def test_a_connection_that_sends_again_while_no_packet_was_dropped_is_not_called_stale() -> None:
    facts, _ = FOUND["stale-connection"]
    assert decide(replace(facts, dropped=0)).label is Label.NOT_DETERMINED


def test_where_the_evidence_contradicts_itself_nothing_is_determined_and_both_are_told() -> None:
    facts, _ = FOUND["blocked-event-loop"]
    blpop = Known("addr=127.0.0.1:1 flags=b cmd=blpop", 1, "b", "blpop", 84, 3)
    cause = decide(replace(facts, evidence=replace(facts.evidence, clients=(blpop,))))
    assert cause.label is Label.NOT_DETERMINED
    assert cause.evidence[0].text == "the evidence contradicts itself: slow command and blocked event loop"


def test_a_pool_that_runs_dry_because_its_connections_are_dead_is_not_the_cause() -> None:
    facts, _ = FOUND["stale-connection-pool"]
    dry = Failures({"command-timeout": 51, "pool-exhausted": 51}, {}, {54344: 51}, 2.0, 30.0, 40.0)
    full = replace(facts.evidence, pools=(Pool("active 8, idle 0, waiters 3", 8, 0, 3),))
    assert decide(replace(facts, failures=dry, pool_size=8, evidence=full)).label is Label.STALE_CONNECTION


def test_the_harness_own_standstill_outranks_everything() -> None:
    facts, _ = FOUND["stale-connection"]
    stood = replace(facts, failures=timeouts(4, 45510, stood=3))
    assert decide(stood).label is Label.HARNESS_OVERLOAD
    assert str(decide(stood).evidence[0]) == (
        "events.jsonl: 3 of 4 failures fell into a standstill of the harness itself"
    )


def test_a_standstill_of_the_application_alone_is_its_overload_and_gives_way_to_what_redis_says() -> None:
    stood = Facts("one", timeouts(4, 1, app_stood=3), timeout=1.0)
    assert decide(stood).label is Label.APPLICATION_OVERLOAD
    busy, _ = FOUND["slow-command-busy"]
    assert decide(replace(busy, failures=replace(busy.failures, app_stood=40))).label is Label.SLOW_COMMAND


def test_lost_sessions_are_none_of_the_causes_and_are_said_to_be_lost() -> None:
    cause = decide(Facts("one", Failures({"session-lost": 7}, {}, {}, 0.003)))
    assert cause.label is Label.NOT_DETERMINED
    assert cause.evidence[0].text.startswith("7 session-lost: Redis answered, and no longer had the sessions")


def test_an_entry_of_the_slow_log_counts_only_from_the_time_of_the_failures() -> None:
    entry = SlowEntry("2026-01-01T00:00:35Z 4000000 µs: KEYS *", 1035.0, 4.0)
    facts = Facts("one", timeouts(4, 1), timeout=1.0, wall=1000.0, evidence=Evidence(slow=(entry,)))
    assert decide(facts).label is Label.SLOW_COMMAND
    assert decide(replace(facts, wall=0.0)).label is Label.NOT_DETERMINED


def test_a_client_that_redis_itself_keeps_waiting_is_no_blocking_command() -> None:
    paused = Known("addr=127.0.0.1:1 flags=b cmd=hset", 1, "b", "hset", 84, 3)
    facts = Facts("one", timeouts(4, 1), timeout=1.0, evidence=Evidence(clients=(paused,)))
    assert decide(facts).label is Label.NOT_DETERMINED


@pytest.mark.parametrize(
    ("state", "frames", "label"),
    [
        (
            "WAITING",
            ("java.lang.Object.wait(Object.java)", "com.acme.Cache.get(Cache.java:1)"),
            Label.BLOCKED_EVENT_LOOP,
        ),
        ("RUNNABLE", ("com.acme.Cache.get(Cache.java:1)",), Label.NOT_DETERMINED),
        ("RUNNABLE", ("io.netty.channel.epoll.Native.epollWait(Native.java:1)",), Label.NOT_DETERMINED),
        ("BLOCKED", ("ch.qos.logback.core.X.y(X.java:1)", "com.acme.A.b(A.java:1)"), Label.NOT_DETERMINED),
    ],
)
def test_an_event_loop_is_blocked_where_it_waits_in_code_of_no_library(
    state: str, frames: tuple[str, ...], label: Label
) -> None:
    loop = Thread("lettuce-epollEventLoop-4-1", state, frames)
    facts = Facts("one", timeouts(4, 1), timeout=1.0, evidence=Evidence(clients=(), threads=(loop,)))
    assert decide(facts).label is label


def test_without_the_sockets_others_that_are_served_meanwhile_tell_a_dead_connection_from_a_lossy_path() -> None:
    dead = Facts("one", timeouts(6, 54344, gone=5, beside=150), timeout=1.0, dropped=40)
    assert decide(dead).label is Label.STALE_CONNECTION
    back = Facts("one", timeouts(12, 42994, back=12), timeout=1.0, dropped=7)
    assert decide(back).label is Label.NETWORK_DELAY


def test_a_file_that_is_not_there_and_one_that_says_why_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "clients.txt").write_text("not to be had: no answer within 2 s\n")
    (tmp_path / "gauges.json").write_text("<html>")
    found = read_evidence(tmp_path)
    assert (found.clients, found.redis_said, found.sockets, found.pools) == (None, "no answer within 2 s", None, ())
    assert read_evidence(tmp_path / "nowhere") == Evidence()


def test_of_a_socket_its_end_its_tries_and_what_it_last_heard_are_read() -> None:
    found = read_evidence(EXCERPTS / "stale-connection")
    line = "ESTAB 0 168 [::ffff:127.0.0.1]:45510 [::ffff:127.0.1.1]:6379 timer:(on,1.268ms,3)"
    assert found.sockets == (Socket(line, ours=True, state="ESTAB", port=45510, unread=0, tries=3, heard=10.076),)
    assert found.flows == frozenset()
    assert read_evidence(EXCERPTS / "network-delay-lost").flows == frozenset({53398, 43229})
