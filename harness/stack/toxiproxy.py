"""Toxiproxy in each cell's path, behind the kernel firewall: it has the address that clients know."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from harness.errors import CannotPlay, HarnessError
from harness.faults.base import CellGround, Toxic
from harness.places import TOXIPROXY
from harness.stack.process import Process, running
from harness.stack.toxiproxy_api import Toxiproxy
from harness.stack.waiting import wait_until

API_HOST, API_PORT = "127.0.0.1", "8474"
READY_WITHIN = 10.0


@dataclass(frozen=True, slots=True)
class CellProxy:
    """One proxy: the server that has it, and its name there."""

    server: Toxiproxy
    name: str


class Proxies:
    """What faults may ask of the proxies, by profile; which server has a cell's proxy is the stack's own affair."""

    def __init__(self, by_profile: Mapping[str, CellProxy]) -> None:
        self._by_profile = by_profile

    async def add(self, cell: CellGround, toxic: Toxic) -> None:
        proxy = self._by_profile[cell.profile]
        await proxy.server.add_toxic(proxy.name, toxic)

    async def remove(self, cell: CellGround, name: str) -> None:
        proxy = self._by_profile[cell.profile]
        await proxy.server.remove_toxic(proxy.name, name)

    async def set_enabled(self, cell: CellGround, *, enabled: bool) -> None:
        proxy = self._by_profile[cell.profile]
        await proxy.server.set_enabled(proxy.name, enabled)

    async def toxics(self, cell: CellGround) -> Sequence[Toxic]:
        proxy = self._by_profile[cell.profile]
        return await proxy.server.toxics(proxy.name)


def about_proxy(version: str) -> dict[str, str]:
    """For the manifest."""
    return {"toxiproxy": f"{version}, between the firewall and each Redis"}


@dataclass(frozen=True, slots=True)
class SharedServer:
    """One server that has the proxies of all cells."""

    api: Toxiproxy
    process: Process
    version: str

    async def lead(self, cell: CellGround) -> None:
        """From the cell's known address to its Redis. Accepts connections when this returns. Raises HarnessError."""
        await self.api.create(cell.profile, f"{cell.redis}:{cell.port}", f"{cell.direct}:{cell.port}")

    def ground(self, cells: Iterable[CellGround]) -> Proxies:
        return Proxies({cell.profile: CellProxy(self.api, cell.profile) for cell in cells})

    @property
    def about(self) -> dict[str, str]:
        return about_proxy(self.version)


@asynccontextmanager
async def shared_server(run: Path, http: aiohttp.ClientSession) -> AsyncIterator[SharedServer]:
    """Open once its API answers. Raises CannotPlay."""
    argv = [str(TOXIPROXY), "-host", API_HOST, "-port", API_PORT]
    api = Toxiproxy(f"http://{API_HOST}:{API_PORT}", http)

    async def answers() -> bool:
        try:
            return bool(await api.version())
        except HarnessError:
            return False

    async with running("Toxiproxy", argv, run / "logs" / "toxiproxy.log", run) as process:
        await wait_until(answers, within=READY_WITHIN, what="Toxiproxy answers", gave_up=process.ended)
        yield SharedServer(api, process, await api.version())


def require_server() -> None:
    """Raises CannotPlay where it is not built."""
    if not TOXIPROXY.exists():
        raise CannotPlay(
            "a fault of this scenario is Toxiproxy's, and its server is not built; install Go 1.23 or newer "
            "(https://go.dev/dl), then run 'toxiproxy/build'"
        )
