"""The idle drop on the real kernel: what a bare socket feels."""

from __future__ import annotations

import asyncio
import socket

import pytest
from lab import Connection, Lab, idle

from harness.faults import IdleDrop
from harness.faults.base import IdlePolicy
from harness.faults.canary import Canary

LIMIT = 0.6


async def answered(connection: Connection, within: float = 0.3) -> bool:
    reader, writer = connection
    writer.write(b"PING\r\n")
    try:
        return await asyncio.wait_for(reader.readline(), within) == b"+PONG\r\n"
    except TimeoutError:
        return False


async def test_a_connection_that_was_idle_for_the_limit_meets_silence_and_a_busy_one_is_served(lab: Lab) -> None:
    quiet, busy = await lab.client(), await lab.client()
    assert [await answered(quiet), await answered(busy)] == [True, True]
    await lab.firewall.forget_idle(IdlePolicy(LIMIT))
    for _ in range(4):
        await idle(LIMIT / 2)
        assert await answered(busy)
    assert not await answered(quiet)


async def test_the_limit_counts_from_the_injection_for_connections_that_were_idle_before(lab: Lab) -> None:
    connection = await lab.client()
    assert await answered(connection)
    await idle(2 * LIMIT)
    await lab.firewall.forget_idle(IdlePolicy(LIMIT))
    await idle(LIMIT / 2)
    assert await answered(connection)


async def test_a_new_connection_is_served_at_once_while_the_old_one_is_dead(lab: Lab) -> None:
    old = await lab.client()
    await lab.firewall.forget_idle(IdlePolicy(LIMIT))
    await idle(LIMIT + 0.2)
    assert not await answered(old)
    assert await answered(await lab.client())


async def test_a_keepalive_probe_keeps_a_connection_known(lab: Lab) -> None:
    connection = await lab.client()
    kernel: socket.socket = connection[1].get_extra_info("socket")
    kernel.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL):
        kernel.setsockopt(socket.IPPROTO_TCP, option, 1)
    await lab.firewall.forget_idle(IdlePolicy(1.6))
    await idle(2.2)
    assert await answered(connection)


async def test_the_reset_by_redis_own_keepalive_does_not_reach_a_forgotten_client(lab: Lab) -> None:
    """Redis gives up a connection whose probes meet silence, and sends a reset; a silent firewall drops that as well."""
    direct_reader, direct = await lab.connect(lab.cells[0].direct)
    direct.write(b"CONFIG SET tcp-keepalive 1\r\n")
    assert await direct_reader.readline() == b"+OK\r\n"
    reader, writer = await lab.client()
    local = writer.get_extra_info("sockname")[1]
    await lab.firewall.forget_idle(IdlePolicy(LIMIT))
    await idle(5)
    direct.write(b"CLIENT KILL ADDR 127.0.0.1:%d\r\n" % local)
    assert await direct_reader.readline() == b":0\r\n", "Redis itself should have given the connection up"
    assert not reader.at_eof()
    assert not await answered((reader, writer))


async def test_after_healing_the_same_connection_goes_on(lab: Lab) -> None:
    connection = await lab.client()
    await lab.firewall.forget_idle(IdlePolicy(LIMIT))
    await idle(LIMIT + 0.2)
    assert not await answered(connection, within=0.1)
    await lab.firewall.remember()
    # What was dropped is retransmitted: the PING of before is answered first.
    assert await asyncio.wait_for(connection[0].readline(), 3) == b"+PONG\r\n"


async def test_drops_are_counted_by_cell_and_side_and_the_canarys_apart(lab: Lab) -> None:
    connection = await lab.client(cell=1)
    canary = await Canary.open(lab.cells[0])
    await canary.ping()
    await lab.firewall.forget_idle(IdlePolicy(LIMIT))
    await idle(LIMIT + 0.2)
    assert not await answered(connection)
    assert await canary.ping() == "silence"
    await canary.leave()
    one, two = (await lab.firewall.dropped())["one"], (await lab.firewall.dropped())["two"]
    assert (one.client, one.server, one.canary > 0) == (0, 0, True)
    assert (two.client > 0, two.canary) == (True, 0)


async def test_the_fault_proves_itself_by_a_bare_socket_in_every_cell(lab: Lab) -> None:
    async with IdleDrop(kind="idle-drop", limit="36s").hold(lab.site(time_scale=60)) as held:
        assert held.proof == {"limit": 0.6}
        await idle(LIMIT + 1.2)
    felt = {event.profile: event.detail["felt"] for event in lab.recorder.events}
    assert felt == {"one": "silence", "two": "silence"}
    assert set(held.receipt) == {"one", "two"}
    assert held.receipt["one"]["client"] == 0


async def test_a_fault_that_is_over_before_its_limit_proves_nothing(lab: Lab) -> None:
    async with IdleDrop(kind="idle-drop", limit="60s").hold(lab.site()):
        await idle(0.2)
    assert lab.recorder.events == []


async def test_leaving_by_an_exception_heals_too(lab: Lab) -> None:
    connection = await lab.client()
    with pytest.raises(InterruptedError):
        await hold_until_it_breaks(lab)
    assert await answered(connection)


async def hold_until_it_breaks(lab: Lab) -> None:
    async with IdleDrop(kind="idle-drop", limit="500ms").hold(lab.site()):
        await idle(0.7)
        raise InterruptedError


async def test_the_state_for_the_evidence_lists_the_live_flows(lab: Lab) -> None:
    connection = await lab.client()
    port = connection[1].get_extra_info("sockname")[1]
    assert f". {port} ." in await lab.firewall.state(lab.cells[0].profile)
