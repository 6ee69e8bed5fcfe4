"""The way to each cell's Redis past the firewall, for faults that Redis itself makes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from redis.asyncio import Redis

from harness.faults.base import CellGround, Ground

Command = Callable[[Redis], Awaitable[object]]
ANSWERS_WITHIN = 5.0  # s


def admin(cell: CellGround, answers_within: float = ANSWERS_WITHIN) -> Redis:
    """A connection that the fault does not meet. To be closed by whoever asks for it."""
    return Redis(host=cell.direct, port=cell.direct_port, socket_timeout=answers_within, decode_responses=True)


async def on_each(ground: Ground, command: Command) -> None:
    """One command to every cell's Redis, at once."""
    await asyncio.gather(*(_once(cell, command) for cell in ground.cells))


async def _once(cell: CellGround, command: Command) -> None:
    async with admin(cell) as redis:
        await command(redis)
