"""A command that has each cell's Redis to itself: what begins it, and what waits for its end."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from harness.errors import HarnessError
from harness.faults.admin import Command, admin, on_each
from harness.faults.base import CellGround, Ground
from harness.faults.proving import Proven, proven

# After busy-reply-threshold others are told BUSY instead of nothing, and SCRIPT KILL is heard.
THRESHOLD = 1000  # ms; the canary's patience is under it
BUSY = "while true do end"
LOOK = 0.1  # s without an answer, and Redis is taken to be busy


def keeping_busy(ground: Ground, kind: str) -> Proven:
    """A script without an end, which is killed when the fault is over."""
    scripts = _Running(ground)

    async def begin() -> None:
        await on_each(ground, lambda redis: redis.config_set("busy-reply-threshold", THRESHOLD))
        await scripts.begin(lambda redis: redis.eval(BUSY, 0))

    async def end() -> None:
        await on_each(ground, _kill)
        await scripts.over(but_for=ResponseError)  # it is what a killed script ends with

    return proven(ground, kind, begin=begin, end=end, expected="silence")


def sleeping(ground: Ground, kind: str, seconds: float) -> Proven:
    """DEBUG SLEEP, which nothing ends before its time: the fault's end waits for it."""
    sleeps = _Running(ground)

    async def begin() -> None:
        await sleeps.begin(lambda redis: redis.execute_command("DEBUG", "SLEEP", f"{seconds:.3f}"))  # type: ignore[no-untyped-call]  # redis-py has no word for it

    return proven(ground, kind, begin=begin, end=sleeps.over, expected="silence")


class _Running:
    """One command in each cell, under way."""

    def __init__(self, ground: Ground) -> None:
        self._cells = ground.cells
        self._tasks: list[asyncio.Task[object]] = []

    async def begin(self, command: Command) -> None:
        """Returns when every Redis is busy: a canary that asked earlier would be served. Raises HarnessError."""
        self._tasks += [asyncio.create_task(_run(cell, command)) for cell in self._cells]
        await asyncio.gather(*map(_until_busy, self._cells, self._tasks))

    async def over(self, but_for: tuple[type[Exception], ...] | type[Exception] = ()) -> None:
        """Waits for the commands; raises what Redis answered instead of executing them, `but_for` what is expected."""
        for answer in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(answer, BaseException) and not isinstance(answer, but_for):
                raise answer


async def _kill(redis: Redis) -> None:
    """Where no script runs there is nothing to heal."""
    try:
        await redis.script_kill()
    except ResponseError as error:
        if not str(error).startswith("NOTBUSY"):
            raise


async def _run(cell: CellGround, command: Command) -> object:
    redis = admin(cell)
    redis.connection_pool.connection_kwargs["socket_timeout"] = None
    async with redis:
        return await command(redis)


async def _until_busy(cell: CellGround, command: asyncio.Task[object]) -> None:
    async with Redis(
        host=cell.direct, port=cell.direct_port, socket_timeout=LOOK, retry=Retry(NoBackoff(), 0)
    ) as redis:
        with suppress(RedisTimeoutError):
            while not command.done():
                await redis.ping()
            raise HarnessError(f"{cell.profile}: what was to keep Redis busy is over already: {command.exception()}")
