r"""Holds bare sockets for a harness that stands outside: one JSON line per wish on stdin, one per event on stdout.

wishes  {"id": 1, "open": ["firewall", 6379]}   {"id": 1, "write": "PING\r\n"}   {"id": 1, "leave": true}
events  {"id": 1, "opened": ["172.18.0.4", 43422]}   {"id": 1, "received": "+PONG\r\n"}   {"id": 1, "closed": true}
        {"id": 1, "failed": 104, "text": "Connection reset by peer"}
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import sys
from typing import Any

NO_LINGERING = struct.pack("ii", 1, 0)  # leave by a reset, so that nothing stays behind
writers: dict[int, asyncio.StreamWriter] = {}
opening: dict[int, asyncio.Task[None]] = {}


def tell(number: int, **event: Any) -> None:
    sys.stdout.write(json.dumps({"id": number, **event}) + "\n")
    sys.stdout.flush()


async def hold(number: int, host: str, port: int) -> None:
    try:
        reader, writer = await asyncio.open_connection(host, port)
        writers[number] = writer
        tell(number, opened=writer.get_extra_info("sockname")[:2])
        while received := await reader.read(65536):
            tell(number, received=received.decode("latin-1"))
        tell(number, closed=True)
    except OSError as error:
        tell(number, failed=error.errno or 0, text=str(error))


def leave(number: int) -> None:
    opening.pop(number).cancel()
    writer = writers.pop(number, None)
    if writer is None:
        return
    kernel = writer.get_extra_info("socket")
    if kernel is not None and kernel.fileno() >= 0:
        kernel.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGERING)
    writer.transport.abort()


def heed(wish: dict[str, Any]) -> None:
    number = wish["id"]
    if "open" in wish:
        opening[number] = asyncio.create_task(hold(number, *wish["open"]))
    elif "write" in wish and number in writers:
        writers[number].write(wish["write"].encode("latin-1"))
    elif "leave" in wish and number in opening:
        leave(number)


async def main() -> None:
    wishes = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(wishes), sys.stdin)
    while line := await wishes.readline():
        heed(json.loads(line))


if __name__ == "__main__":
    asyncio.run(main())
