"""Every fault that Redis itself makes: what a bare socket feels, and that it heals."""

from __future__ import annotations

import asyncio

import pytest
from lab import Lab, idle
from test_kernel_faults import ASKING, felt, said

from harness.errors import HarnessError
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
        (ClientsPaused(kind="clients-paused", commands="all"), "silence", ASKING),
        (SlowCommand(kind="slow-command"), "silence", 2.0),
        (SlowCommand(kind="slow-command", by="debug-sleep", lasts="1s"), "silence", ASKING),
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


async def test_reads_are_answered_while_writing_clients_are_paused_and_nothing_while_all_are(lab: Lab) -> None:
    client = await lab.client()
    async with ClientsPaused(kind="clients-paused").hold(lab.site()):
        assert await said(client, b"GET anything") == b"$-1"
    async with ClientsPaused(kind="clients-paused", commands="all").hold(lab.site()):
        assert await said(client, b"GET anything") == b"silence"
        assert await said(await lab.connect(lab.cells[0].direct), b"CLIENT UNPAUSE") == b"silence"
    assert await asyncio.wait_for(client[0].readline(), 2) == b"$-1\r\n"


async def test_a_pause_of_all_leaves_no_connection_behind(lab: Lab) -> None:
    client = await lab.client()
    async with ClientsPaused(kind="clients-paused", commands="all").hold(lab.site()):
        pass
    client[1].write(b"CLIENT LIST\r\n")
    assert await client[0].readline() != b""
    assert b"cmd=monitor" not in await client[0].readline()


async def test_a_sleeping_command_is_waited_for_and_answers_nobody_busy(lab: Lab) -> None:
    client = await lab.client()
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with SlowCommand(kind="slow-command", by="debug-sleep", lasts="100s").hold(lab.site(time_scale=50)):
        assert await said(client, b"PING", within=1.5) == b"silence"
    assert loop.time() - began >= 2.0
    assert await asyncio.wait_for(client[0].readline(), 2) == b"+PONG\r\n"


async def test_a_script_answers_others_that_it_is_busy_after_a_second(lab: Lab) -> None:
    client = await lab.client()
    async with SlowCommand(kind="slow-command").hold(lab.site()):
        assert await said(client, b"PING", within=0.5) == b"silence"
        assert (await asyncio.wait_for(client[0].readline(), 2)).startswith(b"-BUSY")


async def test_a_command_that_redis_refuses_is_told_rather_than_waited_for(lab: Lab) -> None:
    direct = await lab.connect(lab.cells[0].direct)
    assert await said(direct, b"ACL SETUSER default -eval") == b"+OK"
    with pytest.raises(HarnessError, match="what was to keep Redis busy is over already"):
        await hold_for_no_time(lab, SlowCommand(kind="slow-command"))


async def hold_for_no_time(lab: Lab, fault: Fault) -> None:
    async with fault.hold(lab.site()):
        pass


@pytest.mark.parametrize(("sessions", "value"), [("kept", b"$1"), ("lost", b"$-1")])
async def test_what_redis_held_is_kept_or_lost_as_told(lab: Lab, sessions: str, value: bytes) -> None:
    assert await said(await lab.client(), b"SET session 1") == b"+OK"
    async with RedisDown.model_validate({"kind": "redis-down", "sessions": sessions}).hold(lab.site()):
        pass
    assert await said(await lab.client(), b"GET session") == value


async def test_what_one_crash_has_kept_the_next_one_can_lose(lab: Lab) -> None:
    assert await said(await lab.client(), b"SET session 1") == b"+OK"
    for sessions, value in (("kept", b"$1"), ("lost", b"$-1")):
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
