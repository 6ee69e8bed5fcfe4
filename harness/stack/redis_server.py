"""One cell's own Redis: nothing on disk, its keepalive explicit, and an address past the firewall."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from harness.scale import Surroundings
from harness.stack.process import Process, running
from harness.stack.waiting import wait_until

PORT = 6379
READY_WITHIN = 10.0
SAVED = "dump.rdb"  # Redis's default name
LAST_SLOT = 16383


@dataclass(frozen=True, slots=True)
class RedisPlace:
    """Where a Redis runs, and its timers. The last address is past the firewall, and past a proxy."""

    profile: str
    addresses: tuple[str, ...]
    timers: Surroundings
    log: Path
    cwd: Path


class RedisServer:
    """One cell's Redis, which a fault may freeze, kill and start again."""

    def __init__(self, place: RedisPlace, scope: AsyncExitStack) -> None:
        self._place, self._scope = place, scope
        self.process: Process

    async def start(self) -> None:
        """Open once it answers PING past the firewall. Raises CannotPlay."""
        place = self._place
        argv = [
            *("redis-server", "--port", str(PORT), "--bind", *place.addresses, "--protected-mode", "no"),
            *("--save", "", "--appendonly", "no", "--dir", str(place.cwd), "--loglevel", "notice"),
            # For the fault slow-command: from loopback addresses alone, and there are no others here.
            *("--enable-debug-command", "local"),
            *("--tcp-keepalive", f"{place.timers.tcp_keepalive:.0f}", "--timeout", f"{place.timers.redis_timeout:.0f}"),
        ]
        if place.timers.cluster:
            argv += ["--cluster-enabled", "yes", "--cluster-announce-ip", place.addresses[0]]
        name = f"Redis of {place.profile}"
        self.process = await self._scope.enter_async_context(running(name, argv, place.log, place.cwd))
        await wait_until(
            lambda: answers_ping(place.addresses[-1]),
            within=READY_WITHIN,
            what=f"{name} answers PING",
            gave_up=self.process.ended,
        )
        if place.timers.cluster:
            await _all_slots(place.addresses[-1], name, self.process.ended)

    async def kill(self) -> None:
        self.process.ended_on_purpose = True
        await self.process.stop(at_once=True)

    async def forget(self) -> None:
        """What an earlier kill has left on disk is not there at the next start. Only while it does not run."""
        (self._place.cwd / SAVED).unlink(missing_ok=True)

    async def freeze(self) -> None:
        self.process.signal(signal.SIGSTOP)

    async def thaw(self) -> None:
        self.process.signal(signal.SIGCONT)


@asynccontextmanager
async def redis_server(place: RedisPlace) -> AsyncIterator[RedisServer]:
    """Listens on the direct address, and on the one behind the firewall where no proxy does."""
    async with AsyncExitStack() as scope:
        server = RedisServer(place, scope)
        await server.start()
        yield server


async def _all_slots(host: str, name: str, gave_up: Callable[[], str | None]) -> None:
    """One node that has every slot: a cluster to its clients. It keeps them when it is started again."""
    async with Redis(host=host, port=PORT, decode_responses=True) as client:

        async def told() -> dict[str, str]:
            return dict(await client.execute_command("CLUSTER INFO"))  # type: ignore[no-untyped-call]  # redis-py's own gap

        async def is_whole() -> bool:
            return (await told())["cluster_state"] == "ok"

        if (await told())["cluster_slots_assigned"] == "0":
            await client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, LAST_SLOT)  # type: ignore[no-untyped-call]
        await wait_until(is_whole, within=READY_WITHIN, what=f"{name} is a cluster", gave_up=gave_up)


async def answers_ping(host: str, port: int = PORT) -> bool:
    """Within a second."""
    client = Redis(host=host, port=port, socket_timeout=1)
    try:
        return bool(await client.ping())
    except (RedisError, OSError):
        return False
    finally:
        await client.aclose()
