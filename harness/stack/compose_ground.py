"""What faults act on in the Compose stack: firewalls in containers, and Redis in one that is paused or killed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from harness.errors import HarnessError
from harness.faults.base import CellGround, Dropped, Flow, IdlePolicy, Obstacle
from harness.stack.engine import Container
from harness.stack.firewall import Firewall
from harness.stack.process import output_of
from harness.stack.redis_server import PORT, answers_ping
from harness.stack.waiting import wait_until

READY_WITHIN = 30.0
SAVED = "/sessions/dump.rdb"
DOWN = "/tmp/down"  # noqa: S108  the service's own mark that its Redis is to stay away
KILL = f"touch {DOWN}; pid=$(pidof redis-server); kill -9 $pid; while [ -d /proc/$pid ]; do sleep 0.01; done"


class ComposeFirewall:
    """Every cell has a firewall of its own here; what is asked of one is asked of all at once."""

    def __init__(self, firewalls: Mapping[str, Firewall], clients: Mapping[str, Container]) -> None:
        self._by_profile, self._clients = firewalls, clients
        self._firewalls = list(firewalls.values())

    async def forget_idle(self, policy: IdlePolicy) -> None:
        await self._all(lambda firewall: firewall.forget_idle(policy))

    async def remember(self) -> None:
        await self._all(Firewall.remember)

    async def forget_all(self) -> None:
        await self._all(Firewall.forget_all)

    async def obstruct(self, obstacle: Obstacle) -> None:
        await self._all(lambda firewall: firewall.obstruct(obstacle))

    async def clear(self, name: str) -> None:
        await self._all(lambda firewall: firewall.clear(name))

    async def reset(self, flow: Flow) -> None:
        """Only the host that has the socket can reset it, and that is not the firewall's container. Raises."""
        raise HarnessError(f"the Compose stack can't reset {flow.key} at once; play this on the local stack")

    async def flows(self) -> list[Flow]:
        found = await asyncio.gather(*(firewall.flows() for firewall in self._firewalls))
        return [replace(flow, cell=cell) for cell, flows in enumerate(found, 1) for flow in flows]

    async def dropped(self) -> Mapping[str, Dropped]:
        counts: dict[str, Dropped] = {}
        for found in await asyncio.gather(*(firewall.dropped() for firewall in self._firewalls)):
            counts |= found
        return counts

    async def state(self, profile: str) -> str:
        return await self._by_profile[profile].state(profile)

    async def sockets(self, profile: str) -> str:
        """The client's end of its connections to Redis, with their timers, for the evidence."""
        return await output_of(*self._clients[profile].within("ss", "-tnoei", "dport", "=", f":{PORT}"))

    async def _all(self, ask: Callable[[Firewall], Awaitable[object]]) -> None:
        await asyncio.gather(*(ask(firewall) for firewall in self._firewalls))


class ComposeRedis:
    """One cell's Redis: frozen with its container, killed and started within it."""

    def __init__(self, container: Container, ground: CellGround) -> None:
        self._container, self._ground = container, ground

    async def freeze(self) -> None:
        await self._container.pause()

    async def thaw(self) -> None:
        await self._container.unpause()

    async def kill(self) -> None:
        """The server only, as by SIGKILL on a host that stays: its connections end, new ones are refused.

        With the whole container its network goes too, and new connections meet silence. Done when the process is gone:
        what reaches it between the signal and its end is answered by a reset, and not by the end of the connection.
        """
        await output_of(*self._container.within("sh", "-c", KILL))

    async def forget(self) -> None:
        """What an earlier kill has left on disk is not there at the next start. Only while it does not run."""
        await output_of(*self._container.within("rm", "-f", SAVED))

    async def start(self) -> None:
        """Open once it answers past the firewall. Raises HarnessError."""
        await output_of(*self._container.within("rm", DOWN))
        await self.answers()

    async def answers(self) -> None:
        """Returns once it does. Raises CannotPlay."""
        container = self._container
        what = f"{container.name} answers PING"
        await wait_until(
            lambda: answers_ping(self._ground.direct, self._ground.direct_port),
            within=READY_WITHIN,
            what=what,
            gave_up=container.ended,
            every=0.1,
        )
