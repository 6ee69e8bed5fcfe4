"""Every fault of the kernel firewall: what a bare socket feels, what is executed, and that it heals."""

from __future__ import annotations

import asyncio

import pytest
from lab import Connection, Lab, idle

from harness.faults import Fault, IdleDrop
from harness.faults.black_hole import BlackHole
from harness.faults.canary import connect
from harness.faults.data_lost import DataLost
from harness.faults.flows_killed import FlowsKilled
from harness.faults.packet_loss import PacketLoss
from harness.faults.requests_lost import RequestsLost
from harness.faults.responses_lost import ResponsesLost
from harness.faults.syn_dropped import SynDropped
from harness.faults.syn_rejected import SynRejected

ASKING = 0.6  # s; longer than a canary waits for its answer


async def said(connection: Connection, command: bytes, within: float = 0.3) -> bytes:
    """The answer's first line; empty at the connection's end, b'silence' where there is none in time."""
    reader, writer = connection
    writer.write(command + b"\r\n")
    try:
        return (await asyncio.wait_for(reader.readline(), within)).strip()
    except TimeoutError:
        return b"silence"
    except ConnectionResetError:
        return b"reset"


def felt(lab: Lab) -> list[tuple[str, str]]:
    """What the canary of the first cell felt and was expected to feel, during the fault and after it."""
    proofs = [event.detail for event in lab.recorder.events if event.what == "felt" and event.profile == "one"]
    return [(proof["felt"], proof["expected"]) for proof in proofs]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (BlackHole(kind="black-hole"), "silence"),
        (RequestsLost(kind="requests-lost"), "silence"),
        (ResponsesLost(kind="responses-lost"), "silence"),
        (DataLost(kind="data-lost"), "silence"),
        (SynDropped(kind="syn-dropped"), "silence"),
        (SynRejected(kind="syn-rejected", by="reset"), "refused"),
        (SynRejected(kind="syn-rejected", by="icmp"), "unreachable"),
        (FlowsKilled(kind="flows-killed", by="silence"), "silence"),
        (FlowsKilled(kind="flows-killed", by="reset"), "reset"),
    ],
)
async def test_a_fault_proves_that_it_took_effect_and_that_it_ended(lab: Lab, fault: Fault, expected: str) -> None:
    async with fault.hold(lab.site()):
        await idle(ASKING)
    assert felt(lab) == [(expected, expected), ("answer", "answer")]


async def test_a_lossy_path_makes_some_answers_slow(lab: Lab) -> None:
    async with PacketLoss(kind="packet-loss", share="10%").hold(lab.site()):
        async with asyncio.timeout(20):
            while not lab.recorder.events:
                await idle(0.1)
    assert felt(lab)[0] == ("slow", "slow")


async def test_a_connection_goes_on_after_a_black_hole(lab: Lab) -> None:
    connection = await lab.client()
    async with BlackHole(kind="black-hole").hold(lab.site()):
        assert await said(connection, b"PING") == b"silence"
        assert await connect(lab.cells[0]) == "silence"
    assert await asyncio.wait_for(connection[0].readline(), 5) == b"+PONG\r\n"


async def test_a_command_whose_answer_is_lost_was_executed(lab: Lab) -> None:
    connection = await lab.client()
    async with ResponsesLost(kind="responses-lost").hold(lab.site()):
        assert await said(connection, b"INCR counter") == b"silence"
        assert await said(await lab.connect(lab.cells[0].direct), b"GET counter") == b"$1"


async def test_a_command_that_is_lost_was_not_executed(lab: Lab) -> None:
    connection = await lab.client()
    async with RequestsLost(kind="requests-lost").hold(lab.site()):
        assert await said(connection, b"INCR counter") == b"silence"
        assert await said(await lab.connect(lab.cells[0].direct), b"GET counter") == b"$-1"


async def test_established_connections_go_on_while_no_new_one_can_be_made(lab: Lab) -> None:
    connection = await lab.client()
    async with SynDropped(kind="syn-dropped").hold(lab.site()):
        assert await said(connection, b"PING") == b"+PONG"


async def test_new_connections_are_served_after_all_of_before_were_killed(lab: Lab) -> None:
    connection = await lab.client()
    async with FlowsKilled(kind="flows-killed").hold(lab.site()):
        assert await said(connection, b"PING") == b"silence"
        assert await said(await lab.client(), b"PING") == b"+PONG"


@pytest.mark.parametrize(
    ("on_expiry", "expected"),
    [("drop", "silence"), ("reset-on-use", "reset"), ("reset-both", "reset"), ("close", "closed")],
)
async def test_an_expiry_does_what_it_is_told(lab: Lab, on_expiry: str, expected: str) -> None:
    async with IdleDrop.model_validate({"kind": "idle-drop", "limit": "600ms", "on_expiry": on_expiry}).hold(
        lab.site()
    ):
        await idle(2.0)
    assert felt(lab) == [(expected, expected)]


@pytest.mark.parametrize("on_expiry", ["reset-both", "close"])
async def test_an_idle_reader_learns_of_an_expiry_that_is_told(lab: Lab, on_expiry: str) -> None:
    reader, _ = await lab.client()
    async with IdleDrop.model_validate({"kind": "idle-drop", "limit": "600ms", "on_expiry": on_expiry}).hold(
        lab.site()
    ):
        if on_expiry == "close":
            assert await asyncio.wait_for(reader.read(), 2) == b""
        else:
            with pytest.raises(ConnectionResetError):
                await asyncio.wait_for(reader.read(), 2)


async def test_only_data_refreshes_where_it_is_told_so(lab: Lab) -> None:
    talking, silent = await lab.client(), await lab.client()
    assert [await said(talking, b"PING"), await said(silent, b"PING")] == [b"+PONG", b"+PONG"]
    fault = IdleDrop.model_validate({"kind": "idle-drop", "limit": "600ms", "refreshed_by": "data"})
    async with fault.hold(lab.site()):
        for _ in range(3):
            await idle(0.4)
            assert await said(talking, b"PING") == b"+PONG"
        assert await said(silent, b"PING") == b"silence"
