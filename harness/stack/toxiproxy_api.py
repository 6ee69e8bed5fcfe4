"""Toxiproxy's HTTP API.

Why not toxiproxy-python 0.1.1: its requests have no time limit, so a hung server hangs the run. It raises for 400, 404
and 409 only, so a toxic that the server failed to set (500) counts as set. Host and port belong to the class, so there
is one server per process. It blocks. None of that can be put right from outside.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import quote

import aiohttp

from harness.errors import HarnessError
from harness.faults.base import Toxic


class Toxiproxy:
    """One server. The session is the caller's, with its limits on time."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self._url, self._http = url.rstrip("/"), http

    async def version(self) -> str:
        return str((await self._ask("GET", "version"))["version"])

    async def create(self, name: str, listen: str, upstream: str) -> None:
        """A proxy that accepts connections as soon as this returns."""
        await self._ask("POST", "proxies", body={"name": name, "listen": listen, "upstream": upstream, "enabled": True})

    async def set_enabled(self, name: str, enabled: bool) -> None:  # noqa: FBT001  the API's own word
        """Disabled, new connections are refused and those that are open get a FIN."""
        await self._ask("PATCH", "proxies", name, body={"enabled": enabled})

    async def add_toxic(self, proxy: str, toxic: Toxic) -> None:
        await self._ask("POST", "proxies", proxy, "toxics", body=asdict(toxic))

    async def remove_toxic(self, proxy: str, name: str) -> None:
        await self._ask("DELETE", "proxies", proxy, "toxics", name)

    async def toxics(self, proxy: str) -> list[Toxic]:
        return [Toxic(**known) for known in await self._ask("GET", "proxies", proxy, "toxics")]

    async def reset(self) -> None:
        """Enables every proxy and removes every toxic. The proxies stay."""
        await self._ask("POST", "reset")

    async def _ask(self, method: str, *path: str, body: dict[str, Any] | None = None) -> Any:
        """The server's answer, None where it has none.

        Raises HarnessError when the server refuses, can't be reached, or answers what is not JSON.
        """
        where = "/".join(quote(part, safe="") for part in path)
        asked = f"Toxiproxy, {method} {self._url}/{where}"
        try:
            async with self._http.request(method, f"{self._url}/{where}", json=body) as answer:
                if answer.status >= 400:
                    raise HarnessError(f"{asked}: {answer.status}, {(await answer.text()).strip()}")
                return None if answer.status == 204 else await answer.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise HarnessError(f"{asked}: {str(error) or 'no answer in time'}") from error
