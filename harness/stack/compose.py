"""The Compose stack: one Compose project per profile, the same cell in containers.

fixture --> firewall (DNAT; nft in FORWARD) --> redis        canary: bare sockets from the fixture's network
The harness stands outside: it reaches the fixture and, past the firewall, Redis by ports published on 127.0.0.1.
"""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import docker

from harness.application import Application
from harness.faults.admin import admin
from harness.faults.base import CellGround, ProxyGround
from harness.faults.toxics import NoProxy
from harness.load.driver import http_session
from harness.manifest import About, Cell, Manifest
from harness.scale import Surroundings
from harness.stack.compose_ground import ComposeFirewall, ComposeRedis
from harness.stack.engine import Container, find_compose, find_engine, own_mark, watching
from harness.stack.firewall import Firewall
from harness.stack.fixture import ASK_EVERY, READY_WITHIN, is_ready
from harness.stack.foreign import answers, application_of
from harness.stack.image import with_image
from harness.stack.images import variables_of
from harness.stack.ports import free_ports
from harness.stack.project import Project, project_up
from harness.stack.redis_server import PORT
from harness.stack.relay import relaying
from harness.stack.shell import Shell, shell
from harness.stack.together import start_together
from harness.stack.toxiproxy import CellProxy, Proxies, about_proxy
from harness.stack.toxiproxy_api import Toxiproxy
from harness.stack.waiting import wait_until

LEADS_WITHIN = 30.0
HERE = "127.0.0.1"
RELAY = ("python3", "-u", "/usr/local/lib/relay.py")


@dataclass(frozen=True, slots=True)
class ComposeCell:
    """One profile, started."""

    profile: str
    ground: CellGround
    server: ComposeRedis
    firewall: Firewall
    fixture: Container
    services: Mapping[str, Container]
    proxy: CellProxy | None
    about: About = field(default_factory=About)
    application: Application | None = None

    @property
    def processes(self) -> tuple[Container, ...]:
        return tuple(self.services.values())

    @property
    def url(self) -> str:
        return self.ground.http


@dataclass(frozen=True, slots=True)
class ComposeStack:
    cells: Sequence[ComposeCell]
    firewall: ComposeFirewall
    machine: Mapping[str, str]
    proxy: ProxyGround = field(default_factory=NoProxy)


@asynccontextmanager
async def compose_stack(
    run: Path, manifest: Manifest, timers: Surroundings, *, through_proxy: bool
) -> AsyncIterator[ComposeStack]:
    """Brings all cells up side by side; open when all are ready. Takes down whatever stands, however it ends."""
    client, compose = await asyncio.to_thread(lambda: (find_engine(), find_compose()))
    scopes = [AsyncExitStack() for _ in manifest.cells]
    try:
        async with http_session(timeout=5) as http:
            starter = _Starter(client, compose, run, manifest, timers, http, through_proxy)
            cells = await start_together(map(starter.start, scopes, itertools.count(1), manifest.cells), http)
            everything = [container for cell in cells for container in cell.processes]
            async with watching(client, own_mark(), everything):
                yield await _stack(client, cells)
    finally:
        await asyncio.gather(*(scope.aclose() for scope in scopes))
        await asyncio.to_thread(client.close)


async def _stack(client: docker.DockerClient, cells: Sequence[ComposeCell]) -> ComposeStack:
    firewall = ComposeFirewall(
        {cell.profile: cell.firewall for cell in cells}, {cell.profile: cell.fixture for cell in cells}
    )
    proxies = {cell.profile: cell.proxy for cell in cells if cell.proxy}
    machine = await _machine(client, cells[0])
    if not proxies:
        return ComposeStack(cells, firewall, machine)
    told = about_proxy(await next(iter(proxies.values())).server.version())
    return ComposeStack(cells, firewall, {**machine, **told}, Proxies(proxies))


@dataclass(frozen=True, slots=True)
class _Starter:
    """What all cells of a run have in common."""

    client: docker.DockerClient
    compose: list[str]
    run: Path
    manifest: Manifest
    timers: Surroundings
    http: aiohttp.ClientSession
    through_proxy: bool

    async def start(self, scope: AsyncExitStack, number: int, cell: Cell) -> ComposeCell:
        application = application_of(self.run, cell)
        project = self._project(number, cell, application)
        services = await scope.enter_async_context(project_up(self.client, self.compose, project))
        within = services["firewall"]
        inside = await scope.enter_async_context(shell(within.name, within.within("sh")))
        ground = await self._ground(scope, project, services)
        server, firewall = ComposeRedis(services["redis"], ground), Firewall([ground], "forward", inside.run)
        await server.answers()
        await self._until_it_leads(inside, within, ground)
        await firewall.set_up()
        await self._until_ready(services["fixture"], ground, application)
        proxy = self._proxy(project) if self.through_proxy else None
        known = application.about(self.manifest.time_scale) if application else About()
        return ComposeCell(
            cell.profile, ground, server, firewall, services["fixture"], services, proxy, known, application
        )

    def _project(self, number: int, cell: Cell, application: Application | None) -> Project:
        ports = free_ports("FIXTURE_PORT", "REDIS_PORT", "TOXIPROXY_PORT", "APPLICATION_PORT")
        variables = {
            "HARNESS_MARK": own_mark(),
            "HEALTH_INTERVAL": "24h",
            "PROFILE_TEXT": "" if application else (self.run / cell.file).read_text(encoding="utf-8"),
            "TIME_SCALE": f"{self.manifest.time_scale:g}",
            "REDIS_TCP_KEEPALIVE": f"{self.timers.tcp_keepalive:.0f}",
            "REDIS_TIMEOUT": f"{self.timers.redis_timeout:.0f}",
            "TCP_RETRIES2": str(self.timers.tcp_retries2),
            "REDIS_PATH": "toxiproxy" if self.through_proxy else "redis",
            **variables_of(cell.variant),
            **{name: str(port) for name, port in ports.items()},
        }
        services = ("redis", *(("toxiproxy",) if self.through_proxy else ()), "firewall", "fixture", "canary")
        project = Project(f"harness-{os.getpid()}-{number}", cell.profile, services, variables, self.run / "logs")
        return with_image(project, application, self.run / "work") if application else project

    async def _ground(self, scope: AsyncExitStack, project: Project, services: Mapping[str, Container]) -> CellGround:
        relay = await scope.enter_async_context(relaying(services["canary"].within(*RELAY)))
        server = services[project.variables["REDIS_PATH"]]
        return CellGround(
            project.profile,
            redis=await asyncio.to_thread(server.address, "back"),
            port=PORT,
            canary=await asyncio.to_thread(services["canary"].address, "front"),
            direct=HERE,
            direct_port=int(project.variables["REDIS_PORT"]),
            http=f"http://{HERE}:{project.variables[project.visited]}",
            dial=lambda: relay.dial("firewall", PORT),
            seen_as=await asyncio.to_thread(services["firewall"].address, "back"),
        )

    def _proxy(self, project: Project) -> CellProxy:
        return CellProxy(Toxiproxy(f"http://{HERE}:{project.variables['TOXIPROXY_PORT']}", self.http), "redis")

    async def _until_it_leads(self, inside: Shell, firewall: Container, ground: CellGround) -> None:
        async def leads() -> bool:
            return f"dnat to {ground.redis}:" in await inside.run("nft", "list", "ruleset")

        what = f"{firewall.name} leads to {ground.redis}"
        await wait_until(leads, within=LEADS_WITHIN, what=what, gave_up=firewall.ended, every=ASK_EVERY)

    async def _until_ready(self, fixture: Container, ground: CellGround, application: Application | None) -> None:
        await wait_until(
            lambda: (
                answers(f"{ground.http}{application.ready}", self.http)
                if application
                else is_ready(ground.http, self.http)
            ),
            within=READY_WITHIN,
            what=f"{fixture.name} is ready",
            gave_up=fixture.ended,
            every=ASK_EVERY,
        )


async def _machine(client: docker.DockerClient, cell: ComposeCell) -> dict[str, str]:
    engine = await asyncio.to_thread(client.version)
    async with admin(cell.ground) as redis:
        server = await redis.info("server")
    return {"docker": str(engine["Version"]), "kernel": str(engine["KernelVersion"]), "redis": server["redis_version"]}
