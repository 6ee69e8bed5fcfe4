"""Bare sockets in another network, by way of firewall/relay.py: what its sockets meet, ours meet here."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

LINE = 1 << 20  # bytes at most of one event


class RelayWriter:
    """As much of a StreamWriter as a canary needs."""

    def __init__(self, relay: Relay, number: int, address: tuple[str, int]) -> None:
        self._relay, self._number, self._address = relay, number, address

    def write(self, words: bytes) -> None:
        self._relay.wish(self._number, write=words.decode("latin-1"))

    def get_extra_info(self, name: str) -> tuple[str, int] | None:
        return self._address if name == "sockname" else None

    def close(self) -> None:
        self._relay.leave(self._number)

    async def wait_closed(self) -> None:
        """Nothing to wait for: it leaves by a reset."""


class _Held:
    """One socket over there: what it received, and whether it is open yet."""

    def __init__(self) -> None:
        self.reader = asyncio.StreamReader()
        self.opened: asyncio.Future[tuple[str, int]] = asyncio.get_running_loop().create_future()

    def hear(self, event: dict[str, Any]) -> None:
        if "opened" in event:
            self.opened.set_result((event["opened"][0], event["opened"][1]))
        elif "received" in event:
            self.reader.feed_data(event["received"].encode("latin-1"))
        elif "closed" in event:
            self.reader.feed_eof()
        else:
            self.fail(OSError(event["failed"], event["text"]))

    def fail(self, error: OSError) -> None:
        if self.opened.done():
            self.reader.set_exception(error)
        else:
            self.opened.set_exception(error)


class Relay:
    """One relay, one process: many sockets."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._numbers = itertools.count(1)
        self._held: dict[int, _Held] = {}

    async def dial(self, host: str, port: int) -> tuple[asyncio.StreamReader, RelayWriter]:
        """As asyncio.open_connection does. Raises the OSError that the socket over there met."""
        number = next(self._numbers)
        held = self._held[number] = _Held()
        self.wish(number, open=[host, port])
        try:
            return held.reader, RelayWriter(self, number, await held.opened)
        except BaseException:
            self.leave(number)
            raise

    def wish(self, number: int, **what: object) -> None:
        if self._process.stdin is None or self._process.returncode is not None:
            raise ConnectionError("the canary's container is gone")
        self._process.stdin.write(json.dumps({"id": number, **what}).encode() + b"\n")

    def leave(self, number: int) -> None:
        if self._held.pop(number, None) is not None and self._process.returncode is None:
            self.wish(number, leave=True)

    async def listen(self) -> None:
        """Until the relay ends; then every socket that is held has failed."""
        while self._process.stdout and (line := await self._process.stdout.readline()):
            event = json.loads(line)
            if held := self._held.get(event["id"]):
                held.hear(event)
        for held in self._held.values():
            held.fail(ConnectionError("the canary's container is gone"))


@asynccontextmanager
async def relaying(argv: Sequence[str]) -> AsyncIterator[Relay]:
    """The relay that this command starts; it ends with the scope."""
    process = await asyncio.create_subprocess_exec(
        *argv, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=LINE
    )
    relay = Relay(process)
    listening = asyncio.create_task(relay.listen())
    try:
        yield relay
    finally:
        listening.cancel()
        if process.returncode is None:
            process.kill()
        await process.wait()
