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
from harness.manifest import About, Manifest
from harness.scale import Surroundings
from harness.stack.firewall import Firewall
from harness.stack.fixture import FixturePlace, fixture, warm
from harness.stack.process import Process, output_of
from harness.stack.redis_server import PORT, redis_server

RETRIES = Path("/proc/sys/net/ipv4/tcp_retries2")


@dataclass(frozen=True, slots=True)
class LocalCell:
    """One profile, started."""

    profile: str
    ground: CellGround
    place: FixturePlace
    about: About
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
    RETRIES.write_text(str(timers.tcp_retries2), encoding="ascii")
    grounds = [_ground(number, cell.profile) for number, cell in enumerate(manifest.cells, 1)]
    firewall = Firewall(grounds)
    await firewall.set_up()
    scopes = [AsyncExitStack() for _ in grounds]
    try:
        async with http_session(timeout=5) as http:
            tasks: list[asyncio.Task[LocalCell]] = []
            async with asyncio.TaskGroup() as starting:
                for scope, ground, cell in zip(scopes, grounds, manifest.cells, strict=True):
                    opening = _open(scope, ground, run, cell.file, timers, manifest.time_scale, http)
                    tasks.append(starting.create_task(opening))
            cells = [task.result() for task in tasks]
            # Together and not before all are up: whoever came first would have been warm and idle for longest.
            await asyncio.gather(*(warm(cell.place, http) for cell in cells))
        yield LocalStack(cells, firewall)
    finally:
        await asyncio.gather(*(scope.aclose() for scope in scopes))


def _ground(number: int, profile: str) -> CellGround:
    return CellGround(profile, f"127.0.{number}.1", PORT, f"127.0.{number}.9")


async def _open(  # noqa: PLR0913  one cell's parts
    scope: AsyncExitStack,
    ground: CellGround,
    run: Path,
    file: str,
    timers: Surroundings,
    time_scale: float,
    http: aiohttp.ClientSession,
) -> LocalCell:
    prefix = ground.redis.rpartition(".")[0]
    cwd = run / "work" / ground.profile
    cwd.mkdir(parents=True)
    redis_log = run / "logs" / f"redis-{ground.profile}.log"
    redis = await scope.enter_async_context(
        redis_server(ground.profile, (ground.redis, f"{prefix}.2"), timers, redis_log, cwd)
    )
    place = FixturePlace(
        profile=ground.profile,
        file=run / file,
        address=f"{prefix}.3",
        redis=ground.redis,
        redis_port=ground.port,
        time_scale=time_scale,
        log=run / "logs" / f"fixture-{ground.profile}.log",
        cwd=cwd,
    )
    process, about = await scope.enter_async_context(fixture(place, http))
    return LocalCell(ground.profile, ground, place, about, (redis, process))
