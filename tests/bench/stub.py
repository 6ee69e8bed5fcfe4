"""A fixture that only answers, after a fixed time: stub.py PORT SECONDS"""

from __future__ import annotations

import asyncio
import sys

import uvloop
from aiohttp import web


async def _serve(port: int, takes: float) -> None:
    async def session(_: web.Request) -> web.Response:
        await asyncio.sleep(takes)
        return web.Response(body=b'{"token": "t"}', headers={"Set-Cookie": "SESSION=s"})

    app = web.Application()
    app.router.add_route("*", "/session", session)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=2048).start()
    print("ready", flush=True)  # noqa: T201  the bench waits for this line
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
