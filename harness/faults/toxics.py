"""Faults of Toxiproxy: toxics on every cell's proxy, each proven by a bare socket that goes through it.

Toxiproxy ends TCP on both sides. What it swallows it has acknowledged, so nothing here is a network that lost packets.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Never

from harness.errors import HarnessError
from harness.faults.base import CellGround, Ground, Held, Toxic
from harness.faults.canary import PATIENCE, Canary, Felt
from harness.faults.proving import Asking, Measured, asks_ping, proven
from harness.units import too_short

ATTEMPTS = 20  # a jitter's longer half comes once in two: all miss it once in a million
LEAST = 0.001  # s; Toxiproxy counts whole milliseconds


class NoProxy:
    """A path without Toxiproxy. The path follows from the faults, so whoever meets this has found a defect."""

    async def add(self, cell: CellGround, _: Toxic) -> None:
        _refuse(cell)

    async def remove(self, cell: CellGround, _: str) -> None:
        _refuse(cell)

    async def set_enabled(self, cell: CellGround, *, enabled: bool) -> None:
        del enabled
        _refuse(cell)

    async def toxics(self, cell: CellGround) -> Sequence[Toxic]:
        _refuse(cell)


def _refuse(cell: CellGround) -> Never:
    raise HarnessError(f"a fault of the proxy, and there is no Toxiproxy in front of the Redis of '{cell.profile}'")


def both_ways(kind: str, toxic: str, attributes: dict[str, int | str]) -> list[Toxic]:
    """One toxic in each direction, of every connection."""
    return [
        Toxic(f"{kind}-up", toxic, "upstream", 1.0, attributes),
        Toxic(f"{kind}-down", toxic, "downstream", 1.0, attributes),
    ]


@asynccontextmanager
async def poisoned(
    ground: Ground, kind: str, toxics: Sequence[Toxic], expected: Felt, asking: Asking = asks_ping
) -> AsyncIterator[Held]:
    """The toxics hold in every cell. The proof is what the servers say that they have, and what the canaries felt."""

    async def begin() -> None:
        await asyncio.gather(*(_add(ground, cell, toxics) for cell in ground.cells))

    async def end() -> None:
        await asyncio.gather(*(_remove(ground, cell, toxics) for cell in ground.cells))

    async with proven(ground, kind, begin=begin, end=end, expected=expected, asking=asking) as held:
        for cell in ground.cells:
            held.proof[cell.profile] = [asdict(toxic) for toxic in await ground.proxy.toxics(cell)]
        yield held


async def _add(ground: Ground, cell: CellGround, toxics: Sequence[Toxic]) -> None:
    for toxic in toxics:
        await ground.proxy.add(cell, toxic)


async def _remove(ground: Ground, cell: CellGround, toxics: Sequence[Toxic]) -> None:
    """Those that are there: a beginning that failed half way has left some only."""
    there = {toxic.name for toxic in await ground.proxy.toxics(cell)}
    for toxic in toxics:
        if toxic.name in there:
            await ground.proxy.remove(cell, toxic.name)


def slowed(least: float, showing: float, size: int = 1) -> Asking:
    """Pulls answers of `size` bytes: none may be there before `least` seconds, and one has to take `showing`."""

    async def asks(canary: Canary, _: CellGround) -> Measured:
        for _attempt in range(ATTEMPTS):
            felt, took = await canary.fetch(size, 3 * showing + PATIENCE)
            figures = {"took_ms": round(took * 1000, 1), "least_ms": round(least * 1000, 1), "bytes": size}
            if felt not in ("answer", "slow"):
                return Measured(felt, figures)
            if took < least or took >= showing:
                break
        return Measured("slow" if took >= showing else "answer", figures)

    return asks


def milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def shorter_than_a_toxic(what: str, seconds: float, time_scale: float) -> list[str]:
    """A problem of the setting `what`, where the run's part of it is less than Toxiproxy can do."""
    return too_short(what, seconds, time_scale, LEAST, "Toxiproxy counts milliseconds")
