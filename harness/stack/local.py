"""The local stack: one cell per profile on loopback addresses, inside namespaces that only this run lives in.

cell N    127.0.N.1  Redis, behind the kernel firewall        127.0.N.3  fixture (HTTP)
          127.0.N.2  the same Redis, past the firewall        127.0.N.9  canary's source address

Where a scenario names a fault of the proxy, Toxiproxy has 127.0.N.1 and leads to 127.0.N.2, the only address that Redis
then has; the firewall stands in front of it all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from harness.application import Application
from harness.faults.base import CellGround, ProxyGround
from harness.faults.toxics import NoProxy
from harness.load.driver import http_session
from harness.manifest import About, Cell, Manifest
from harness.scale import Surroundings
from harness.stack.firewall import Firewall
from harness.stack.fixture import HTTP_PORT, FixturePlace, fixture
from harness.stack.foreign import application_of, foreign
from harness.stack.process import Process, output_of
from harness.stack.redis_server import PORT, RedisPlace, RedisServer, redis_server
from harness.stack.together import start_together
from harness.stack.toxiproxy import SharedServer, shared_server


@dataclass(frozen=True, slots=True)
class LocalCell:
    """One profile, started."""

    profile: str
    ground: CellGround
    server: RedisServer
    processes: tuple[Process, ...]
    about: About = field(default_factory=About)
    application: Application | None = None

    @property
    def url(self) -> str:
        return self.ground.http


@dataclass(frozen=True, slots=True)
class LocalStack:
    """All cells, and what they share. `machine` is for the manifest: what it was played on."""

    cells: Sequence[LocalCell]
    firewall: Firewall
    machine: Mapping[str, str]
    proxy: ProxyGround = field(default_factory=NoProxy)


@asynccontextmanager
async def local_stack(
    run: Path, manifest: Manifest, timers: Surroundings, *, through_proxy: bool
) -> AsyncIterator[LocalStack]:
    """Starts all cells side by side; open when all are ready. Stops whatever it started, however it ends."""
    await output_of("mount", "-t", "tmpfs", "tmpfs", str(run / "work"))
    await output_of("ip", "link", "set", "lo", "up")
    await output_of("sysctl", "-q", "-w", f"net.ipv4.tcp_retries2={timers.tcp_retries2}")
    grounds = [_ground(number, cell.profile) for number, cell in enumerate(manifest.cells, 1)]
    firewall = Firewall(grounds)
    await firewall.set_up()
    async with http_session(timeout=5) as http, AsyncExitStack() as shared:
        server = await shared.enter_async_context(shared_server(run, http)) if through_proxy else None
        scopes = [AsyncExitStack() for _ in grounds]
        try:
            starter = _Starter(run, manifest, timers, http, server)
            cells = await start_together(map(starter.start, scopes, grounds, manifest.cells), http)
            machine = await _machine()
            if server is None:
                yield LocalStack(cells, firewall, machine)
            else:
                yield LocalStack(cells, firewall, {**machine, **server.about}, server.ground(grounds))
        finally:
            await asyncio.gather(*(scope.aclose() for scope in scopes))


async def _machine() -> dict[str, str]:
    redis, nft = await asyncio.gather(output_of("redis-server", "--version"), output_of("nft", "--version"))
    return {"redis": redis.partition("v=")[2].partition(" ")[0], "nftables": nft.split()[1].lstrip("v")}


def _ground(number: int, profile: str) -> CellGround:
    prefix = f"127.0.{number}"
    return CellGround(
        profile,
        redis=f"{prefix}.1",
        port=PORT,
        canary=f"{prefix}.9",
        direct=f"{prefix}.2",
        http=f"http://{prefix}.3:{HTTP_PORT}",
    )


@dataclass(frozen=True, slots=True)
class _Starter:
    """What all cells of a run have in common."""

    run: Path
    manifest: Manifest
    timers: Surroundings
    http: aiohttp.ClientSession
    proxy: SharedServer | None

    async def start(self, scope: AsyncExitStack, ground: CellGround, cell: Cell) -> LocalCell:
        application = application_of(self.run, cell)
        place = self._place(ground, cell, "application" if application else "fixture")
        place.cwd.mkdir(parents=True)
        log = self.run / "logs" / f"redis-{ground.profile}.log"
        addresses = (ground.direct,) if self.proxy else (ground.redis, ground.direct)
        redis = await scope.enter_async_context(
            redis_server(RedisPlace(ground.profile, addresses, self.timers, log, place.cwd))
        )
        if self.proxy:
            await self.proxy.lead(ground)
        process = await scope.enter_async_context(
            foreign(place, application, Path(cell.folder), self.http) if application else fixture(place, self.http)
        )
        # The proxy is every cell's: whose path broke can't be judged.
        programs = (redis.process, process, *([self.proxy.process] if self.proxy else []))
        known = application.about(self.manifest.time_scale) if application else About()
        return LocalCell(ground.profile, ground, redis, programs, known, application)

    def _place(self, ground: CellGround, cell: Cell, what: str) -> FixturePlace:
        return FixturePlace(
            profile=ground.profile,
            app=cell.variant.app,
            jvm=cell.jvm,
            file=self.run / cell.file,
            url=ground.http,
            redis=ground.redis,
            redis_port=ground.port,
            redis_keys=cell.variant.redis,
            time_scale=self.manifest.time_scale,
            log=self.run / "logs" / f"{what}-{ground.profile}.log",
            cwd=self.run / "work" / ground.profile,
            cluster=self.timers.cluster,
        )
