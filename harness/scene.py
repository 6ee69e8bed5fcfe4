"""Where evidence is found: the fixture's own words, Redis past the firewall, and the stack's sockets and rules.

An application that is not ours has no words of its own; the files that would hold them say so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

import aiohttp

from harness.evidence import THREADS, Ask, Scene
from harness.faults.admin import admin
from harness.faults.base import CellGround
from harness.manifest import About
from harness.record import MISSING
from harness.runner import Cell as Played

SLOW_COMMANDS = 128
NOT_ASKED = {THREADS: "its threads", "lettuce.log": "its client's log", "gauges.json": "its pools"}


class Kernel(Protocol):
    """What a stack's kernel knows of one profile's connections."""

    async def sockets(self, profile: str) -> str:
        """Each socket between the client and Redis, with its timers and TCP's own state."""

    async def state(self, profile: str) -> str:
        """The firewall's rules, counters and live flows."""


class Cell(Played, Protocol):
    @property
    def about(self) -> About: ...


def scenes(cells: Iterable[Cell], kernel: Kernel, http: aiohttp.ClientSession) -> dict[str, Scene]:
    """By profile."""
    turn = asyncio.Lock()
    return {cell.profile: _scene(cell, kernel, http, turn) for cell in cells}


def _scene(cell: Cell, kernel: Kernel, http: aiohttp.ClientSession, turn: asyncio.Lock) -> Scene:
    if cell.application:
        untold: dict[str, Ask] = {name: partial(_nothing, _untold(what)) for name, what in NOT_ASKED.items()}
        return Scene(untold | _around(cell, kernel), 0.0, partial(_nothing, ""), _untold(NOT_ASKED[THREADS]))
    listen = partial(_told, http, f"{cell.url}/log", "PUT")
    return Scene(_of_fixture(cell, http, turn) | _around(cell, kernel), cell.about.timeout, listen)


def _of_fixture(cell: Cell, http: aiohttp.ClientSession, turn: asyncio.Lock) -> dict[str, Ask]:
    return {
        THREADS: partial(_told, http, f"{cell.url}/threads"),
        "lettuce.log": partial(_in_turn, turn, partial(_told, http, f"{cell.url}/log")),
        "gauges.json": partial(_told, http, f"{cell.url}/gauges"),
    }


def _untold(what: str) -> str:
    return f"{MISSING}an application of your own is not asked for {what}; what it printed is in logs/\n"


async def _nothing(text: str) -> str:
    return text


def _around(cell: Cell, kernel: Kernel) -> dict[str, Ask]:
    return {
        "sockets.txt": partial(kernel.sockets, cell.profile),
        "firewall.txt": partial(kernel.state, cell.profile),
        "clients.txt": partial(_answer, cell.ground, "CLIENT LIST"),
        "info.txt": partial(_answer, cell.ground, "INFO"),
        "slowlog.txt": partial(_slow_commands, cell.ground),
    }


async def _told(http: aiohttp.ClientSession, url: str, method: str = "GET") -> str:
    async with http.request(method, url, raise_for_status=True) as answer:
        return await answer.text()


async def _in_turn(turn: asyncio.Lock, ask: Ask) -> str:
    """One profile after the other: half a megabyte of log from each of eight JVMs at once is CPU that they all need."""
    async with turn:
        return await ask()


async def _answer(cell: CellGround, command: str) -> str:
    """As Redis writes it: what redis-py makes of it is not what a reader knows from redis-cli."""
    async with admin(cell) as redis:
        redis.set_response_callback(command, _as_it_is)
        return str(await redis.execute_command(command))  # type: ignore[no-untyped-call]  # redis-py's own gap


async def _slow_commands(cell: CellGround) -> str:
    async with admin(cell) as redis:
        entries = await redis.slowlog_get(SLOW_COMMANDS)
    return "".join(map(_line, entries)) or "no command took long enough for Redis's slow log\n"


def _line(entry: Mapping[str, Any]) -> str:
    """redis-py's own mapping of an entry; texts are bytes in it."""
    at = datetime.fromtimestamp(entry["start_time"], UTC)
    command = entry["command"]
    words = command.decode(errors="replace") if isinstance(command, bytes) else command
    return f"{at:%Y-%m-%dT%H:%M:%SZ} {entry['duration']} µs: {words}\n"


def _as_it_is(response: str, **_: object) -> str:
    return response
