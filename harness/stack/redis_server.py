"""One cell's own Redis: nothing on disk, its keepalive explicit, and a second address past the firewall."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from harness.scale import Surroundings
from harness.stack.process import Process, running
from harness.stack.waiting import wait_until

PORT = 6379
READY_WITHIN = 10.0


@asynccontextmanager
async def redis_server(
    name: str, addresses: tuple[str, str], timers: Surroundings, log: Path, cwd: Path
) -> AsyncIterator[Process]:
    """Listens on the address behind the firewall and on the direct one; open once it answers PING on the latter."""
    argv = [
        *("redis-server", "--port", str(PORT), "--bind", *addresses, "--protected-mode", "no"),
        *("--save", "", "--appendonly", "no", "--dir", str(cwd), "--loglevel", "notice"),
        *("--tcp-keepalive", f"{timers.tcp_keepalive:.0f}", "--timeout", f"{timers.redis_timeout:.0f}"),
    ]
    async with running(f"Redis of {name}", argv, log, cwd) as process:
        await wait_until(
            lambda: _answers(addresses[1]),
            within=READY_WITHIN,
            what=f"Redis of {name} answers PING",
            gave_up=process.ended,
        )
        yield process


async def _answers(address: str) -> bool:
    client = Redis(host=address, port=PORT, socket_timeout=1)
    try:
        return bool(await client.ping())
    except (RedisError, OSError):
        return False
    finally:
        await client.aclose()
