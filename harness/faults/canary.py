"""A bare socket through the same path: what the fault feels like without any client library."""

from __future__ import annotations

import asyncio
import errno
import socket
import struct
from contextlib import suppress
from typing import Literal

from harness.faults.base import CellGround, Writer

Felt = Literal["answer", "slow", "silence", "reset", "closed", "refused", "unreachable", "error"]
PATIENCE = 0.5  # s
SLOW = 0.15  # s; Linux retransmits a lost segment after 0.2 s at the earliest


class Canary:
    """One connection to Redis that speaks only when told. Leaves with a reset, so that nothing lingers."""

    def __init__(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, cell: CellGround) -> Canary:
        """Connects from the canary's own address, which the firewall counts apart from the client."""
        if cell.dial is not None:
            return cls(*await cell.dial())
        return cls(*await asyncio.open_connection(cell.redis, cell.port, local_addr=(cell.canary, 0)))

    @property
    def address(self) -> str:
        """As Redis names its clients."""
        host, port = self._writer.get_extra_info("sockname")
        return f"{host}:{port}"

    async def ping(self, patience: float = PATIENCE) -> Felt:
        return await self.say("PING", "+PONG", patience)

    async def say(self, command: str, expected: str, patience: float = PATIENCE) -> Felt:
        """What one command meets within `patience` seconds; another answer than expected is an error."""
        if self._reader.exception() is not None:
            return "reset"  # it came before we spoke; a loop's transport words a write after that in its own way
        began = asyncio.get_running_loop().time()
        try:
            self._writer.write(f"{command}\r\n".encode())
            answer = await asyncio.wait_for(self._reader.readline(), patience)
        except (ConnectionResetError, BrokenPipeError):
            return "reset"
        except TimeoutError as error:
            # The kernel's own ETIMEDOUT is a TimeoutError too, and has an errno; ours has none.
            return "reset" if error.errno else "silence"
        if not answer:
            return "closed"
        if not answer.startswith(expected.encode()):
            return "error"
        return "slow" if asyncio.get_running_loop().time() - began >= SLOW else "answer"

    async def fetch(self, size: int, patience: float) -> tuple[Felt, float]:
        """Pulls an answer of `size` bytes, whole: what that met, and the seconds it took."""
        clock = asyncio.get_running_loop().time
        began = clock()
        felt = await self.say(f"EVAL \"return string.rep('x', {size})\" 0", f"${size}", patience)
        if felt in ("answer", "slow"):
            try:
                await asyncio.wait_for(self._reader.readexactly(size + 2), patience)
            except (asyncio.IncompleteReadError, ConnectionResetError):
                felt = "closed"
            except TimeoutError:
                felt = "silence"
        return felt, clock() - began

    async def leave(self) -> None:
        linger = struct.pack("ii", 1, 0)
        kernel = self._writer.get_extra_info("socket")
        with suppress(OSError):
            if kernel is not None:  # uvloop has none any more once the peer has reset it
                kernel.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()


async def connect(cell: CellGround, patience: float = PATIENCE) -> Felt:
    """What a new connection and its first PING meet."""
    try:
        canary = await asyncio.wait_for(Canary.open(cell), patience)
    except TimeoutError as error:
        return "unreachable" if error.errno else "silence"
    except OSError as error:
        return "unreachable" if error.errno == errno.EHOSTUNREACH else "refused"
    try:
        return await canary.ping(patience)
    finally:
        await canary.leave()
