"""Cells are started side by side, and warmed up together."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import replace
from typing import Any, Protocol, TypeVar

import aiohttp

from harness.application import Application
from harness.stack.fixture import about, warm
from harness.stack.foreign import warm_foreign


class Started(Protocol):
    @property
    def profile(self) -> str: ...

    @property
    def url(self) -> str: ...

    @property
    def application(self) -> Application | None: ...


AnyCell = TypeVar("AnyCell", bound=Started)


async def start_together(starts: Iterable[Coroutine[Any, Any, AnyCell]], http: aiohttp.ClientSession) -> list[AnyCell]:
    """All cells, ready and warm. Where one can't start, the others are given up."""
    async with asyncio.TaskGroup() as starting:
        tasks = [starting.create_task(start) for start in starts]
    cells = [task.result() for task in tasks]
    # Together and not before all are up: whoever came first would have been warm and idle for longest.
    await asyncio.gather(*(_warm(cell, http) for cell in cells))
    return list(await asyncio.gather(*(_asked(cell, http) for cell in cells)))


async def _warm(cell: Started, http: aiohttp.ClientSession) -> None:
    if cell.application:
        await warm_foreign(cell.profile, cell.url, cell.application, http)
    else:
        await warm(cell.profile, cell.url, http)


async def _asked(cell: AnyCell, http: aiohttp.ClientSession) -> AnyCell:
    """With what it says of itself, if it can; now there is a connection whose socket can be asked too."""
    if cell.application:
        return cell
    return replace(cell, about=await about(cell.url, http))  # type: ignore[type-var]  # each stack's cell is a dataclass
