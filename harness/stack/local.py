"""The local stack: one cell per profile on loopback addresses, inside namespaces that only this run lives in.

cell N    127.0.N.1  Redis, behind the kernel firewall        127.0.N.3  fixture (HTTP)
          127.0.N.2  the same Redis, past the firewall        127.0.N.9  canary's source address
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from harness.faults.base import CellGround
from harness.load.driver import http_session
from harness.manifest import About, Cell, Manifest
from harness.scale import Surroundings
from harness.stack.firewall import Firewall
from harness.stack.fixture import HTTP_PORT, FixturePlace, fixture, warm
from harness.stack.process import Process, output_of
from harness.stack.redis_server import PORT, RedisPlace, RedisServer, redis_server


@dataclass(frozen=True, slots=True)
class LocalCell:
    """One profile, started."""

    profile: str
    ground: CellGround
    place: FixturePlace
    about: About
    server: RedisServer
    processes: tuple[Process, ...]

    @property
    def url(self) -> str:
        return self.place.url


@dataclass(frozen=True, slots=True)
class LocalStack:
    """All cells, and the firewall they share."""

    cells: Sequence[LocalCell]
    firewall: Firewall


@asynccontextmanager
async def local_stack(run: Path, manifest: Manifest, timers: Surroundings) -> AsyncIterator[LocalStack]:
    """Starts all cells side by side; open when all are ready. Stops whatever it started, however it ends."""
    await output_of("ip", "link", "set", "lo", "up")
    await output_of("sysctl", "-q", "-w", f"net.ipv4.tcp_retries2={timers.tcp_retries2}")
    grounds = [_ground(number, cell.profile) for number, cell in enumerate(manifest.cells, 1)]
    firewall = Firewall(grounds)
    await firewall.set_up()
    scopes = [AsyncExitStack() for _ in grounds]
    try:
        async with http_session(timeout=5) as http:
            yield LocalStack(await _start(_Starter(run, manifest, timers, http), grounds, scopes), firewall)
    finally:
        await asyncio.gather(*(scope.aclose() for scope in scopes))


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


async def _start(starter: _Starter, grounds: list[CellGround], scopes: list[AsyncExitStack]) -> list[LocalCell]:
    async with asyncio.TaskGroup() as starting:
        tasks = [
            starting.create_task(starter.start(scope, ground, cell))
            for scope, ground, cell in zip(scopes, grounds, starter.manifest.cells, strict=True)
        ]
    cells = [task.result() for task in tasks]
    # Together and not before all are up: whoever came first would have been warm and idle for longest.
    await asyncio.gather(*(warm(cell.place, starter.http) for cell in cells))
    return cells


@dataclass(frozen=True, slots=True)
class _Starter:
    """What all cells of a run have in common."""

    run: Path
    manifest: Manifest
    timers: Surroundings
    http: aiohttp.ClientSession

    async def start(self, scope: AsyncExitStack, ground: CellGround, cell: Cell) -> LocalCell:
        prefix = ground.redis.rpartition(".")[0]
        place = self._place(ground, cell, prefix)
        place.cwd.mkdir(parents=True)
        log = self.run / "logs" / f"redis-{ground.profile}.log"
        redis = await scope.enter_async_context(
            redis_server(RedisPlace(ground.profile, (ground.redis, ground.direct), self.timers, log, place.cwd))
        )
        process, about = await scope.enter_async_context(fixture(place, self.http))
        return LocalCell(ground.profile, ground, place, about, redis, (redis.process, process))

    def _place(self, ground: CellGround, cell: Cell, prefix: str) -> FixturePlace:
        return FixturePlace(
            profile=ground.profile,
            file=self.run / cell.file,
            address=f"{prefix}.3",
            redis=ground.redis,
            redis_port=ground.port,
            time_scale=self.manifest.time_scale,
            log=self.run / "logs" / f"fixture-{ground.profile}.log",
            cwd=self.run / "work" / ground.profile,
        )
