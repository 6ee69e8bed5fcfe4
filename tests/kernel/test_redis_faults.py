"""Every fault that Redis itself makes: what a bare socket feels, and that it heals."""

from __future__ import annotations

import pytest
from lab import Lab, idle
from test_kernel_faults import ASKING, felt, said

from harness.faults import Fault
from harness.faults.clients_killed import ClientsKilled
from harness.faults.clients_paused import ClientsPaused
from harness.faults.connections_full import ConnectionsFull
from harness.faults.out_of_memory import OutOfMemory
from harness.faults.redis_down import RedisDown
from harness.faults.redis_frozen import RedisFrozen
from harness.faults.server_timeout import ServerTimeout
from harness.faults.slow_command import SlowCommand


@pytest.mark.parametrize(
    ("fault", "expected", "lasts"),
    [
        (RedisFrozen(kind="redis-frozen"), "silence", ASKING),
        (RedisDown(kind="redis-down"), "closed", ASKING),
        (ClientsKilled(kind="clients-killed"), "closed", ASKING),
        (ClientsPaused(kind="clients-paused"), "silence", ASKING),
        (SlowCommand(kind="slow-command"), "silence", 2.0),
        (ServerTimeout.model_validate({"kind": "server-timeout", "after": "1s"}), "closed", 3.6),
        (ConnectionsFull(kind="connections-full"), "error", ASKING),
        (OutOfMemory(kind="out-of-memory"), "error", ASKING),
    ],
)
async def test_a_fault_of_redis_proves_that_it_took_effect_and_that_it_ended(
    lab: Lab, fault: Fault, expected: str, lasts: float
) -> None:
    async with fault.hold(lab.site()):
        await idle(lasts)
    assert felt(lab) == [(expected, expected), ("answer", "answer")]


@pytest.mark.parametrize(("sessions", "value"), [("kept", b"$1"), ("lost", b"$-1")])
async def test_what_redis_held_is_kept_or_lost_as_told(lab: Lab, sessions: str, value: bytes) -> None:
    assert await said(await lab.client(), b"SET session 1") == b"+OK"
    async with RedisDown.model_validate({"kind": "redis-down", "sessions": sessions}).hold(lab.site()):
        pass
    assert await said(await lab.client(), b"GET session") == value


async def test_a_killed_redis_is_nobodys_accident(lab: Lab) -> None:
    process = lab.servers["one"].process
    async with RedisDown(kind="redis-down").hold(lab.site()):
        assert (process.running, process.ended_on_purpose) == (False, True)
    assert lab.servers["one"].process.running


async def test_reads_are_answered_while_writes_are_refused(lab: Lab) -> None:
    client = await lab.client()
    async with OutOfMemory(kind="out-of-memory").hold(lab.site()):
        assert await said(client, b"GET anything") == b"$-1"
        assert (await said(client, b"SET anything 1")).startswith(b"-OOM")
    assert await said(client, b"SET anything 1") == b"+OK"


async def test_whoever_is_connected_is_served_while_others_are_sent_away(lab: Lab) -> None:
    client = await lab.client()
    assert await said(client, b"PING") == b"+PONG"
    async with ConnectionsFull(kind="connections-full").hold(lab.site()):
        assert await said(client, b"PING") == b"+PONG"
        assert (await said(await lab.client(), b"PING")).startswith(b"-ERR max number of clients reached")
