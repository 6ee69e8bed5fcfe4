"""Every fault of Toxiproxy: what a bare socket feels, established and new, what the proof says, and that it heals."""

from __future__ import annotations

import asyncio
import time

import pytest
from lab import Lab, idle
from test_kernel_faults import ASKING, felt, said

from harness.errors import HarnessError
from harness.faults import Fault, IdleDrop
from harness.faults.bandwidth import Bandwidth
from harness.faults.base import Toxic
from harness.faults.canary import connect
from harness.faults.latency import Latency
from harness.faults.proxy_hung import ProxyHung
from harness.faults.proxy_idle_drop import ProxyIdleDrop
from harness.faults.proxy_refused import ProxyRefused
from harness.faults.proxy_reset import ProxyReset
from harness.faults.redis_down import RedisDown
from harness.faults.sliced import Sliced

LATENCY = Latency.model_validate({"kind": "latency", "delay": "200ms", "jitter": "50ms"})
BANDWIDTH = Bandwidth.model_validate({"kind": "bandwidth", "rate": 20})
SLICED = Sliced.model_validate({"kind": "sliced", "size": 10, "delay": "30ms"})
HUNG, RESET, REFUSED = ProxyHung(kind="proxy-hung"), ProxyReset(kind="proxy-reset"), ProxyRefused(kind="proxy-refused")


def idle_drop(on_expiry: str = "drop") -> ProxyIdleDrop:
    return ProxyIdleDrop.model_validate({"kind": "proxy-idle-drop", "limit": "600ms", "on_expiry": on_expiry})


def figures(lab: Lab) -> list[dict[str, float]]:
    """What both cells' canaries measured while the fault held."""
    proofs = [event.detail for event in lab.recorder.events if event.what == "felt" and "took_ms" in event.detail]
    return [{name: proof[name] for name in ("took_ms", "least_ms", "bytes")} for proof in proofs]


@pytest.mark.parametrize(
    ("fault", "expected", "lasts"),
    [
        (LATENCY, "slow", 6.0),
        (BANDWIDTH, "slow", 1.0),
        (SLICED, "slow", 1.0),
        (HUNG, "silence", ASKING),
        (RESET, "reset", ASKING),
        (REFUSED, "refused", ASKING),
        (idle_drop(), "silence", 1.6),
        (idle_drop("reset"), "reset", 1.6),
        (idle_drop("close"), "closed", 1.6),
    ],
)
async def test_a_fault_of_the_proxy_proves_that_it_took_effect_and_that_it_ended(
    proxied: Lab, fault: Fault, expected: str, lasts: float
) -> None:
    async with fault.hold(proxied.site()):
        await idle(lasts)
    assert felt(proxied) == [(expected, expected), ("answer", "answer")]
    assert [await proxied.proxy.toxics(cell) for cell in proxied.cells] == [[], []]


@pytest.mark.parametrize("fault", [LATENCY, BANDWIDTH, SLICED, HUNG, RESET, REFUSED, idle_drop()])
async def test_a_path_that_was_healed_is_as_quick_as_before(proxied: Lab, fault: Fault) -> None:
    async with fault.hold(proxied.site()):
        pass
    assert await said(await proxied.client(), b"PING", within=0.15) == b"+PONG"


@pytest.mark.parametrize(
    ("fault", "first", "second"),
    [
        (
            LATENCY,
            {"least_ms": 150.0, "bytes": 1},
            Toxic("latency", "latency", "downstream", 1, {"latency": 200, "jitter": 50}),
        ),
        (
            SLICED,
            {"least_ms": 120.0, "bytes": 50},
            Toxic("sliced", "slicer", "downstream", 1, {"average_size": 10, "size_variation": 0, "delay": 30_000}),
        ),
    ],
)
async def test_a_delay_is_proven_by_what_it_took_and_by_what_the_server_has(
    proxied: Lab, fault: Fault, first: dict[str, float], second: Toxic
) -> None:
    async with fault.hold(proxied.site()):
        assert await proxied.proxy.toxics(proxied.cells[1]) == [second]
        await idle(2.0)
    for proof in figures(proxied):
        assert proof.pop("took_ms") >= first["least_ms"]
        assert proof == first
    assert len(figures(proxied)) == 2


async def test_a_delay_is_divided_by_the_time_scale_and_a_rate_is_not(proxied: Lab) -> None:
    site = proxied.site(time_scale=10)
    async with LATENCY.hold(site):
        (toxic,) = await proxied.proxy.toxics(proxied.cells[0])
    assert toxic.attributes == {"latency": 20, "jitter": 5}
    async with BANDWIDTH.hold(site) as held:
        assert [toxic["attributes"] for toxic in held.proof["one"]] == [{"rate": 20}, {"rate": 20}]


async def test_answers_on_an_established_connection_come_later(proxied: Lab) -> None:
    reader, writer = await proxied.client()
    async with LATENCY.hold(proxied.site()):
        began = time.monotonic()
        writer.write(b"PING\r\n")
        assert await reader.readline() == b"+PONG\r\n"
        assert time.monotonic() - began >= 0.15


async def test_a_narrow_line_takes_as_long_as_its_rate_says(proxied: Lab) -> None:
    reader, writer = await proxied.client()
    async with BANDWIDTH.hold(proxied.site()):
        began = time.monotonic()
        writer.write(b"EVAL \"return string.rep('x', 10000)\" 0\r\n")
        await reader.readexactly(10_000)
        assert time.monotonic() - began >= 0.5


async def test_an_answer_comes_in_slices(proxied: Lab) -> None:
    reader, writer = await proxied.client()
    async with SLICED.hold(proxied.site()):
        writer.write(b"ECHO 0123456789abcdefghij\r\n")
        pieces: list[bytes] = []
        while b"".join(pieces) != b"$20\r\n0123456789abcdefghij\r\n":
            pieces.append(await asyncio.wait_for(reader.read(100), 2))
    assert [len(piece) for piece in pieces] == [6, 7, 7, 7]


async def test_a_hung_proxy_lets_a_client_in_and_healing_closes_its_connection(proxied: Lab) -> None:
    established = await proxied.client()
    async with HUNG.hold(proxied.site()):
        late = await proxied.client()
        assert await said(established, b"INCR counter") == b"silence"
        assert await said(late, b"PING") == b"silence"
        assert await said(await proxied.connect(proxied.cells[0].direct), b"GET counter") == b"$-1"
    assert [await asyncio.wait_for(reader.read(), 2) for reader, _ in (established, late)] == [b"", b""]


async def test_whoever_was_connected_is_closed_and_whoever_comes_is_reset(proxied: Lab) -> None:
    established = await proxied.client()
    async with RESET.hold(proxied.site()):
        assert await said(established, b"PING") == b""
        assert await said(await proxied.client(), b"PING") == b"reset"


async def test_a_proxy_that_is_gone_closes_its_connections_and_refuses_new_ones(proxied: Lab) -> None:
    reader, _ = await proxied.client()
    async with REFUSED.hold(proxied.site()):
        assert await asyncio.wait_for(reader.read(), 2) == b""
        with pytest.raises(ConnectionRefusedError):
            await proxied.client()


async def test_an_idle_connection_is_dropped_and_a_busy_one_is_not(proxied: Lab) -> None:
    busy, silent = await proxied.client(), await proxied.client()
    async with idle_drop().hold(proxied.site()):
        for _ in range(4):
            await idle(0.3)
            assert await said(busy, b"PING") == b"+PONG"
        assert await said(silent, b"PING") == b"silence"
    assert await asyncio.wait_for(silent[0].read(), 2) == b""
    assert await said(busy, b"PING") == b"+PONG"


async def test_the_kernel_firewall_stands_in_front_of_the_proxy(proxied: Lab) -> None:
    async with IdleDrop.model_validate({"kind": "idle-drop", "limit": "600ms"}).hold(proxied.site()):
        await idle(1.6)
    assert felt(proxied) == [("silence", "silence")]
    assert (await proxied.firewall.dropped())["one"].canary > 0


async def test_redis_starts_again_behind_the_proxy(proxied: Lab) -> None:
    async with RedisDown(kind="redis-down").hold(proxied.site()):
        await idle(ASKING)
        # Toxiproxy lets in, finds nobody, and closes: a reset if our command was there first and is unread.
        assert await connect(proxied.cells[0]) in {"closed", "reset"}
    assert felt(proxied) == [("closed", "closed"), ("answer", "answer")]


async def test_a_path_without_a_proxy_says_so(lab: Lab) -> None:
    with pytest.raises(HarnessError, match="there is no Toxiproxy in front of the Redis of 'one'"):
        async with HUNG.hold(lab.site()):
            pass
