"""What a fault is, and the ground it acts on.

A fault is one small class: its fields are its settings in the scenario file, and `hold` is an async context in which
the trouble holds. Entering injects, leaving heals, also when leaving by an exception. Both leave a proof.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal, Protocol

from harness.record import Recorder
from harness.yamlfile import Strict

Mechanism = Literal["kernel", "proxy", "process", "app"]
OnExpiry = Literal["drop", "reset-on-use", "reset-both", "close"]
RefreshedBy = Literal["any", "data", "client"]
Disturbs = Literal["", "connections", "redis"]  # bare connections meet something else; Redis itself can't be told

FELT_WITHIN = 0.75  # s; as long as a bare connection waits for its answer, and the time of beginning


@dataclass(frozen=True, slots=True)
class Dropped:
    """Packets the firewall dropped in one cell: the client's, the server's, and those of our own canary."""

    client: int = 0
    server: int = 0
    canary: int = 0

    def since(self, before: Dropped) -> Dropped:
        return Dropped(self.client - before.client, self.server - before.server, self.canary - before.canary)

    def proof(self) -> dict[str, int]:
        return asdict(self)


class Writer(Protocol):
    """As much of asyncio's StreamWriter as a bare socket needs."""

    def write(self, words: bytes, /) -> None: ...

    def get_extra_info(self, name: str, /) -> Any: ...

    def close(self) -> None: ...

    async def wait_closed(self) -> None: ...


Dial = Callable[[], Awaitable[tuple[asyncio.StreamReader, Writer]]]


@dataclass(frozen=True, slots=True)
class CellGround:
    """One profile's addresses: Redis behind the firewall and past it, the canary's source, the application's URL.

    `dial` opens the canary's connection where that is not a socket of our own; `seen_as` is the address by which Redis
    knows its clients where that is not their own.
    """

    profile: str
    redis: str
    port: int
    canary: str
    direct: str
    http: str = ""
    direct_port: int = 6379
    dial: Dial | None = None
    seen_as: str = ""


@dataclass(frozen=True, slots=True)
class IdlePolicy:
    """When the firewall forgets a flow, and what then: seconds of the run."""

    limit: float
    on_expiry: OnExpiry = "drop"
    refreshed_by: RefreshedBy = "any"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in the way: which packets, as nft matches ('' is all, None is none), and what they meet."""

    name: str
    to_server: str | None
    to_client: str | None
    act: Literal["drop", "reset", "unreachable"] = "drop"


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow that the firewall knows, as nft writes it: client . port . server . port; its timeout in whole seconds."""

    cell: int
    key: str
    timeout: float

    def parts(self) -> tuple[str, int, str, int]:
        client, port, server, server_port = self.key.split(" . ")
        return client, int(port), server, int(server_port)


@dataclass(frozen=True, slots=True)
class Toxic:
    """A toxic as Toxiproxy knows it. With a toxicity other than 0 or 1 chance decides which connections it meets."""

    name: str
    type: str
    stream: Literal["upstream", "downstream"]
    toxicity: float
    attributes: dict[str, int | str]


class FirewallGround(Protocol):
    """What faults may ask of the kernel firewall. Durations are seconds of the run."""

    async def forget_idle(self, policy: IdlePolicy) -> None:
        """From now on a flow without a packet for the limit is forgotten."""

    async def remember(self) -> None:
        """Forget nothing, let everything through."""

    async def forget_all(self) -> None:
        """Each flow of now is unknown from now on."""

    async def flows(self) -> Sequence[Flow]:
        """All that the firewall knows now."""

    async def reset(self, flow: Flow) -> None:
        """The client gets a reset."""

    async def obstruct(self, obstacle: Obstacle) -> None:
        """From now on these packets are dropped or rejected."""

    async def clear(self, name: str) -> None:
        """The obstacle of that name stands no more."""

    async def dropped(self) -> Mapping[str, Dropped]:
        """By profile, since the firewall was set up."""


class ServerGround(Protocol):
    """What faults may do to one cell's Redis server."""

    async def freeze(self) -> None:
        """SIGSTOP."""

    async def thaw(self) -> None:
        """SIGCONT."""

    async def kill(self) -> None:
        """SIGKILL, on purpose: nobody's accident."""

    async def forget(self) -> None:
        """What is on disk is removed. Only while it does not run."""

    async def start(self) -> None:
        """Anew, with the data that is on disk."""


class ProxyGround(Protocol):
    """What faults may ask of the Toxiproxy in front of each cell's Redis. Raises HarnessError where there is none."""

    async def add(self, cell: CellGround, toxic: Toxic) -> None:
        """It meets the connections that are there, and those that come."""

    async def remove(self, cell: CellGround, name: str) -> None:
        """The toxic of that name is no more."""

    async def set_enabled(self, cell: CellGround, *, enabled: bool) -> None:
        """Disabled, connections end and new ones are refused."""

    async def toxics(self, cell: CellGround) -> Sequence[Toxic]:
        """What the server itself says that there is."""


class Ground(Protocol):
    """What a fault may touch."""

    @property
    def servers(self) -> Mapping[str, ServerGround]: ...

    @property
    def time_scale(self) -> float: ...

    @property
    def cells(self) -> Sequence[CellGround]: ...

    @property
    def firewall(self) -> FirewallGround: ...

    @property
    def proxy(self) -> ProxyGround: ...

    @property
    def recorder(self) -> Recorder: ...


@dataclass(slots=True)
class Held:
    """A fault in force: what proves that it began, and, once it is over, what it did."""

    proof: dict[str, Any] = field(default_factory=dict)
    receipt: dict[str, Any] = field(default_factory=dict)


class Fault(Strict):
    """A trouble that holds while its context is open."""

    kind: str
    mechanism: ClassVar[Mechanism]
    summary: ClassVar[str]
    blind: ClassVar[bool] = False
    """A client's TCP keepalive and TCP_USER_TIMEOUT can't act on it: the proxy acknowledges what it swallows."""
    stops_application: ClassVar[bool] = False
    """While it holds, a standstill of the application is what was asked for."""
    owns: ClassVar[str] = ""
    """What it needs for itself, in words: another fault that owns the same can't hold in the same phase."""
    disturbs: ClassVar[Disturbs] = ""
    """What other faults can't have while it holds."""

    @abstractmethod
    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        """Injects on entering, heals on leaving."""

    def problems(self, time_scale: float) -> list[str]:
        """What of its settings makes no sense, or can't be had at this time scale; each with its remedy."""
        del time_scale
        return []

    def felt_within(self, time_scale: float) -> float:
        """Seconds of the run that it must hold to be felt."""
        del time_scale
        return FELT_WITHIN

    def not_in_compose(self) -> str:
        """Why the Compose stack can't have it, with the remedy; nothing where it can."""
        return ""

    def describe(self) -> str:
        """One line for the plan and the report, at production scale."""
        return self.summary
