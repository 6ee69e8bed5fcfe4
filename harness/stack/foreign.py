"""One cell's own application where the user brings it: started as its profile says, asked as its profile says."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from harness.application import Application
from harness.errors import CannotPlay
from harness.load.visits import ForeignVisit, foreign_visit
from harness.manifest import Cell
from harness.profile import read_profile
from harness.stack.fixture import ASK_EVERY, HTTP_PORT, READY_WITHIN, FixturePlace
from harness.stack.process import Process, running
from harness.stack.waiting import wait_until

WORDS = 500  # of an answer, in a message


def application_of(run: Path, cell: Cell) -> Application | None:
    """None where the cell plays our fixture."""
    return read_profile(run / cell.file).application


@asynccontextmanager
async def foreign(
    place: FixturePlace, application: Application, folder: Path, http: aiohttp.ClientSession
) -> AsyncIterator[Process]:
    """Open once its readiness URL answers 200. Raises CannotPlay with its last words."""
    values = _values(place)
    # As the fixture: when the CPU is short the applications wait, not the harness.
    argv = ["nice", "-n", "15", *application.argv(folder, values)]
    name = f"the application of profile '{place.profile}'"
    cwd, told = folder / application.directory, application.environment_with(values)
    async with running(name, argv, place.log, cwd, at_once=True, environment=told) as process:
        await wait_until(
            lambda: answers(f"{place.url}{application.ready}", http),
            within=READY_WITHIN,
            what=f"{name} ({place.file.name}) answers 200 to GET {place.url}{application.ready}",
            gave_up=process.ended,
            every=ASK_EVERY,
        )
        yield process


def _values(place: FixturePlace) -> Mapping[str, str]:
    return {
        "redis_host": place.redis,
        "redis_port": str(place.redis_port),
        "http_host": place.address,
        "http_port": str(HTTP_PORT),
        "python": sys.executable,
    }


async def answers(url: str, http: aiohttp.ClientSession) -> bool:
    try:
        async with http.get(url) as answer:
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


async def warm_foreign(profile: str, url: str, application: Application, http: aiohttp.ClientSession) -> None:
    """Each round as another visitor, one request after the other. Not recorded. Raises CannotPlay where one fails."""
    for visitor in range(application.warm_up):
        for op, request in application.requests.named():
            await _warmed(profile, foreign_visit(url, op, request, visitor), http)


async def _warmed(profile: str, visit: ForeignVisit, http: aiohttp.ClientSession) -> None:
    call = visit.call
    trouble = f"the application of profile '{profile}' does not serve '{call.op}' before any fault"
    try:
        async with http.request(
            call.method, call.url, headers=call.headers, data=call.body, allow_redirects=False
        ) as answer:
            said = await answer.text(errors="replace")
    except (aiohttp.ClientError, TimeoutError) as error:
        raise CannotPlay(f"{trouble}: {call.method} {call.url}: {type(error).__name__}") from error
    if not visit.request.succeeded(answer.status):
        got = f"HTTP {answer.status}, and {visit.request.expected} is expected: {said[:WORDS]}"
        raise CannotPlay(f"{trouble}: {call.method} {call.url}: {got}; correct application.requests.{call.op}")
