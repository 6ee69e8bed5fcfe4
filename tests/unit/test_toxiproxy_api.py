from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from harness.errors import HarnessError
from harness.faults.base import Toxic
from harness.stack.toxiproxy_api import Toxiproxy

LATENCY = Toxic(name="slow", type="latency", stream="upstream", toxicity=1.0, attributes={"latency": 50, "jitter": 0})
LATENCY_JSON = {
    "name": "slow",
    "type": "latency",
    "stream": "upstream",
    "toxicity": 1.0,
    "attributes": {"latency": 50, "jitter": 0},
}


class Stub:
    """Answers everything with what it was told to, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.status, self.text, self.kind, self.delay = 200, "{}", "application/json", 0.0

    async def handle(self, request: web.BaseRequest) -> web.Response:
        body = await request.json() if request.can_read_body else None
        self.asked.append((request.method, request.raw_path, body))
        await asyncio.sleep(self.delay)
        if self.status == 204:
            return web.Response(status=204)
        return web.Response(status=self.status, text=self.text, content_type=self.kind)


@asynccontextmanager
async def toxiproxy(stub: Stub) -> AsyncIterator[Toxiproxy]:
    runner = web.ServerRunner(web.Server(stub.handle), shutdown_timeout=0.05)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    limits = aiohttp.ClientTimeout(total=0.3)
    try:
        async with aiohttp.ClientSession(timeout=limits) as http:
            yield Toxiproxy(f"{site.name}/", http)
    finally:
        await runner.cleanup()


Call = Callable[[Toxiproxy], Awaitable[object]]


@pytest.mark.parametrize(
    ("call", "status", "asked"),
    [
        (
            lambda server: server.create("cell1", "127.0.1.1:6380", "127.0.1.1:6379"),
            201,
            (
                "POST",
                "/proxies",
                {"name": "cell1", "listen": "127.0.1.1:6380", "upstream": "127.0.1.1:6379", "enabled": True},
            ),
        ),
        (
            lambda server: server.set_enabled("cell1", enabled=False),
            200,
            ("PATCH", "/proxies/cell1", {"enabled": False}),
        ),
        (lambda server: server.add_toxic("cell1", LATENCY), 200, ("POST", "/proxies/cell1/toxics", LATENCY_JSON)),
        (lambda server: server.remove_toxic("cell1", "slow"), 204, ("DELETE", "/proxies/cell1/toxics/slow", None)),
        (lambda server: server.remove_toxic("a/b", "x y"), 204, ("DELETE", "/proxies/a%2Fb/toxics/x%20y", None)),
        (lambda server: server.reset(), 204, ("POST", "/reset", None)),
    ],
)
async def test_what_is_asked(call: Call, status: int, asked: tuple[str, str, Any]) -> None:
    stub = Stub()
    stub.status = status
    async with toxiproxy(stub) as server:
        await call(server)
    assert stub.asked == [asked]


async def test_the_version_is_read() -> None:
    stub = Stub()
    stub.text = '{"version": "2.12.0"}\n'
    async with toxiproxy(stub) as server:
        assert await server.version() == "2.12.0"


async def test_toxics_are_read_back_as_they_were_added() -> None:
    stub = Stub()
    stub.text = (
        '[{"attributes":{"latency":50,"jitter":0},"name":"slow","type":"latency","stream":"upstream","toxicity":1}]'
    )
    async with toxiproxy(stub) as server:
        assert await server.toxics("cell1") == [LATENCY]


@pytest.mark.parametrize("status", [400, 404, 409, 500])
async def test_a_refusal_is_raised_with_the_servers_own_words(status: int) -> None:
    stub = Stub()
    stub.status, stub.kind = status, "text/plain"
    stub.text = json.dumps({"error": "the server's reason", "status": status}) + "\n"
    async with toxiproxy(stub) as server:
        with pytest.raises(
            HarnessError, match=rf"POST http://.*/proxies/cell1/toxics: {status}, .*the server's reason"
        ):
            await server.add_toxic("cell1", LATENCY)


async def test_a_server_that_does_not_answer_in_time_is_an_error() -> None:
    stub = Stub()
    stub.delay = 5.0
    async with toxiproxy(stub) as server:
        with pytest.raises(HarnessError, match=r"Toxiproxy, GET http://.*/version: .+"):
            await server.version()


async def test_an_answer_that_is_not_json_is_an_error() -> None:
    stub = Stub()
    stub.text = "<html>"
    async with toxiproxy(stub) as server:
        with pytest.raises(HarnessError, match=r"GET http://.*/version: "):
            await server.version()


async def test_a_server_that_is_not_there_is_an_error_that_names_what_was_asked() -> None:
    async with aiohttp.ClientSession() as http:
        with pytest.raises(HarnessError, match=r"POST http://127\.0\.0\.1:1/reset: .*127\.0\.0\.1"):
            await Toxiproxy("http://127.0.0.1:1", http).reset()
