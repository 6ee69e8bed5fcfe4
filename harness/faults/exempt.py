"""A pause of all clients, and the connection that it does not keep waiting.

Redis treats whoever sent MONITOR as a replica, and a replica's commands pass while clients are paused. So it is a
MONITOR that pauses all, and that ends the pause: from any other connection the end would wait for itself.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from harness.errors import HarnessError
from harness.faults.admin import ANSWERS_WITHIN
from harness.faults.base import CellGround, Ground
from harness.faults.proving import Proven, proven

LONGEST = 3_600_000  # ms; the fault's end unpauses


def pausing_all(ground: Ground, kind: str) -> Proven:
    """Every command of every client waits, PING too."""
    paused = AsyncExitStack()

    async def begin() -> None:
        for cell in ground.cells:
            exempt = await Exempt.open(cell)
            paused.push_async_callback(exempt.leave)
            paused.push_async_callback(exempt.say, "CLIENT UNPAUSE")
            await exempt.say(f"CLIENT PAUSE {LONGEST} ALL")

    return proven(ground, kind, begin=begin, end=paused.aclose, expected="silence")


class Exempt:
    """To be left by whoever opens it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, cell: CellGround) -> Exempt:
        """Past the firewall. Raises HarnessError."""
        exempt = cls(*await asyncio.open_connection(cell.direct, cell.direct_port))
        await exempt.say("MONITOR")
        return exempt

    async def say(self, command: str) -> None:
        """One command that answers OK. Raises HarnessError where it does not."""
        self._writer.write(f"{command}\r\n".encode())
        async with asyncio.timeout(ANSWERS_WITHIN):
            while (answer := await self._reader.readline()) != b"+OK\r\n":
                # Between a question and its answer may stand what others said: "+1712345678.123456 [0 ...] ...".
                if not answer.startswith(b"+"):
                    raise HarnessError(f"Redis answered {command} with {answer.decode(errors='replace').strip()!r}")

    async def leave(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()
