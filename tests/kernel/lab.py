"""A real Redis and a real kernel firewall in two cells, in the namespaces that in_namespaces.py made; `proxied` has a real
Toxiproxy in the path besides.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from harness.clock import Clock
from harness.faults.base import CellGround, ProxyGround
from harness.faults.toxics import NoProxy
from harness.load.driver import http_session
from harness.places import TOXIPROXY
from harness.record import Event, Sample
from harness.runner import Site
from harness.scale import Surroundings
from harness.stack.firewall import Firewall
from harness.stack.process import output_of
from harness.stack.redis_server import RedisPlace, RedisServer, redis_server
from harness.stack.toxiproxy import shared_server

NUMBERS = itertools.count(1)
TIMERS = Surroundings(tcp_keepalive=0, redis_timeout=0, tcp_retries2=5, http_timeout=3)

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Kept:
    """A recorder that keeps what it is given."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.now = Clock().now

    def event(self, event: Event) -> None:
        self.events.append(event)

    def sample(self, sample: Sample) -> None:
        raise AssertionError(sample)


@dataclass(frozen=True)
class Lab:
    cells: tuple[CellGround, CellGround]
    firewall: Firewall
    recorder: Kept
    opened: list[asyncio.StreamWriter]
    servers: dict[str, RedisServer]
    proxy: ProxyGround = field(default_factory=NoProxy)

    async def client(self, cell: int = 0) -> Connection:
        """A connection as the fixture's: not from the canary's address."""
        return await self.connect(self.cells[cell].redis)

    async def connect(self, address: str) -> Connection:
        connection = await asyncio.open_connection(address, 6379)
        self.opened.append(connection[1])
        return connection

    def site(self, time_scale: float = 1) -> Site:
        return Site(time_scale, self.cells, self.firewall, self.recorder, self.servers, self.proxy)


def _cell(name: str) -> CellGround:
    """Addresses that no other test had: what is left of its connections would be counted here."""
    number = next(NUMBERS)
    return CellGround(name, f"127.0.{number}.1", 6379, f"127.0.{number}.9", f"127.0.{number}.2")


def _require_own_namespaces() -> None:
    if Path("/proc/1/comm").read_text() != Path("/proc/self/comm").read_text():
        pytest.fail("these tests change the firewall: run them by 'make stack-test', in namespaces of their own")


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    cells = (_cell("one"), _cell("two"))
    async with _built(tmp_path, cells, [(cell.redis, cell.direct) for cell in cells]) as lab:
        yield lab


@pytest.fixture
async def proxied(tmp_path: Path) -> AsyncIterator[Lab]:
    """The same with Toxiproxy on the address that clients know, as the stack has it."""
    if not TOXIPROXY.exists():
        pytest.skip("toxiproxy-server is not built; it takes Go 1.23 or newer")
    cells = (_cell("one"), _cell("two"))
    (tmp_path / "logs").mkdir()
    addresses = [(cell.direct,) for cell in cells]
    async with (
        _built(tmp_path, cells, addresses) as lab,
        http_session(5) as http,
        shared_server(tmp_path, http) as server,
    ):
        for cell in cells:
            await server.lead(cell)
        yield replace(lab, proxy=server.ground(cells))


@asynccontextmanager
async def _built(
    tmp_path: Path, cells: tuple[CellGround, CellGround], addresses: Sequence[tuple[str, ...]]
) -> AsyncIterator[Lab]:
    _require_own_namespaces()
    await output_of("ip", "link", "set", "lo", "up")
    firewall = Firewall(cells)
    await output_of("nft", "flush", "ruleset")
    await firewall.set_up()
    places = [
        RedisPlace(cell.profile, bound, TIMERS, tmp_path / "log", tmp_path / cell.profile)
        for cell, bound in zip(cells, addresses, strict=True)
    ]
    for place in places:
        place.cwd.mkdir()
    async with redis_server(places[0]) as one, redis_server(places[1]) as two:
        lab = Lab(cells, firewall, Kept(), [], {"one": one, "two": two})
        yield lab
        for writer in lab.opened:
            writer.transport.abort()
        await asyncio.sleep(0)


async def idle(seconds: float) -> None:
    """Silence on the wire is what these tests are about: it can't be had without letting time pass."""
    await asyncio.sleep(seconds)
