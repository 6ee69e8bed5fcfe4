"""Waits for a condition, and says what it waited for when it never came."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from harness.errors import CannotPlay


async def wait_until(
    condition: Callable[[], Awaitable[bool]],
    *,
    within: float,
    what: str,
    gave_up: Callable[[], str | None],
    every: float = 0.02,
) -> None:
    """Asks `every` so many seconds until `condition` holds.

    Raises CannotPlay after `within` seconds, or at once when `gave_up` says why.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while not await condition():
        reason = gave_up()
        if reason is None and loop.time() > deadline:
            reason = f"not within {within:g} s"
        if reason is not None:
            raise CannotPlay(f"{what}: {reason}")
        await asyncio.sleep(every)
