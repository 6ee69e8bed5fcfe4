"""How a fault proves itself: a bare socket per cell, answered before, feels the fault, and is served again after it.

The canaries ask in the background, so that a fault is in force at once; what they felt are events of the record.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import NamedTuple

from harness.faults.base import CellGround, Dropped, Ground, Held, Obstacle
from harness.faults.canary import Canary, Felt, connect
from harness.record import Event


class Measured(NamedTuple):
    """What was met, and the figures that show it."""

    felt: Felt
    figures: Mapping[str, float]


Met = Felt | Measured
Asking = Callable[[Canary, CellGround], Awaitable[Met]]


async def asks_ping(canary: Canary, _: CellGround) -> Felt:
    """What the connection that was there before meets."""
    return await canary.ping()


async def asks_connect(_: Canary, cell: CellGround) -> Felt:
    """What a new connection meets."""
    return await connect(cell)


def asks_after(seconds: float) -> Asking:
    """What a connection meets that said nothing for so long."""

    async def asks(canary: Canary, _: CellGround) -> Felt:
        await asyncio.sleep(seconds)
        return await canary.ping()

    return asks


def obstructing(ground: Ground, obstacle: Obstacle, expected: Felt, asking: Asking = asks_ping) -> Proven:
    """An obstacle in the firewall, proven in every cell, with what it dropped as its receipt."""
    return proven(
        ground,
        obstacle.name,
        begin=lambda: ground.firewall.obstruct(obstacle),
        end=lambda: ground.firewall.clear(obstacle.name),
        expected=expected,
        asking=asking,
    )


Proven = AbstractAsyncContextManager[Held]
Act = Callable[[], Awaitable[object]]


@asynccontextmanager
async def proven(  # noqa: PLR0913  a fault's parts, by name
    ground: Ground, kind: str, *, begin: Act, end: Act, expected: Felt, asking: Asking = asks_ping
) -> AsyncIterator[Held]:
    """From `begin` to `end`; the canaries are connected before, ask at once, and once more when it is over."""
    before = await ground.firewall.dropped()
    canaries = [await Canary.open(cell) for cell in ground.cells]
    first = [await canary.ping() for canary in canaries]
    asked: list[asyncio.Task[None]] = []
    held = Held(proof={"canaries": len(canaries)})
    try:
        await begin()
        asked += [
            asyncio.create_task(_ask(ground, kind, cell, first=felt, expected=expected, felt=asking(canary, cell)))
            for cell, canary, felt in zip(ground.cells, canaries, first, strict=True)
        ]
        yield held
    finally:
        try:
            await end()
        finally:
            await settle(ground, kind, asked)
            for canary in canaries:
                await canary.leave()
        held.receipt = since(before, await ground.firewall.dropped())
        for cell in ground.cells:
            await _ask(ground, kind, cell, first="answer", expected="answer", felt=connect(cell))


async def _ask(  # noqa: PLR0913  an event's parts, by name
    ground: Ground, kind: str, cell: CellGround, *, first: Felt, expected: Felt, felt: Awaitable[Met]
) -> None:
    met = await felt
    felt_at_last, figures = met if isinstance(met, Measured) else (met, {})
    proof = {"first": first, "felt": felt_at_last, "expected": expected, **figures}
    ground.recorder.event(Event(ground.recorder.now(), "felt", cell.profile, fault=kind, detail=proof))


async def settle(ground: Ground, kind: str, tasks: list[asyncio.Task[None]]) -> None:
    """Ends what worked in the background; what broke in it is told, as without it the proof is missing."""
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception):
            text = f"a proof of {kind} broke: {type(result).__name__}: {result}"
            ground.recorder.event(Event(ground.recorder.now(), "unread", fault=kind, text=text))


def since(before: Mapping[str, Dropped], after: Mapping[str, Dropped]) -> dict[str, dict[str, int]]:
    """What was dropped in each cell between two looks."""
    return {profile: count.since(before[profile]).proof() for profile, count in after.items()}
