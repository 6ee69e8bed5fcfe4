"""A bare socket through the same path: what the fault feels like without any client library."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from typing import Literal

from harness.faults.base import CellGround

Felt = Literal["answer", "silence", "reset", "closed", "error"]
PATIENCE = 0.5  # s


class Canary:
    """One connection to Redis that speaks only when told. Leaves with a reset, so that nothing lingers."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, cell: CellGround) -> Canary:
        """Connects from the canary's own address, which the firewall counts apart from the client."""
        return cls(*await asyncio.open_connection(cell.redis, cell.port, local_addr=(cell.canary, 0)))

    async def ping(self, patience: float = PATIENCE) -> Felt:
        """What one PING meets within `patience` seconds."""
        try:
            self._writer.write(b"PING\r\n")
            answer = await asyncio.wait_for(self._reader.readline(), patience)
        except (ConnectionResetError, BrokenPipeError):
            return "reset"
        except TimeoutError as error:
            # The kernel's own ETIMEDOUT is a TimeoutError too, and has an errno; ours has none.
            return "reset" if error.errno else "silence"
        if not answer:
            return "closed"
        return "answer" if answer == b"+PONG\r\n" else "error"

    async def leave(self) -> None:
        linger = struct.pack("ii", 1, 0)
        with suppress(OSError):
            self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()
