"""One cell's own Spring Boot application, with the profile handed to Spring as it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from harness.errors import CannotPlay
from harness.jvm import Jvm
from harness.manifest import About
from harness.stack.jvm import command
from harness.stack.process import Process, running
from harness.stack.waiting import wait_until

HTTP_PORT = 8080
WARMING = 20  # rounds at least; a JVM's first requests load and compile classes, and take longer than a scaled timeout
FIRST_TRIES = 10  # to make a session
CALM = 10  # rounds in a row, of a read and a write, that take no longer than ...
CALM_WITHIN = 0.1  # s; all fixtures warm up together, so that it is calm only when the CPU is enough for all of them
PATIENCE = 200  # rounds; a slow machine is left to the judge, who sees whether its figures can be trusted
READY_WITHIN = 120.0
ASK_EVERY = 0.25  # s; eight JVMs start on what may be two cores, and asking costs them time


@dataclass(frozen=True, slots=True)
class FixturePlace:
    """Where a fixture runs and what it talks to. `redis_keys` is what its properties of Redis begin with."""

    profile: str
    app: Path
    jvm: Jvm
    file: Path
    url: str
    redis: str
    redis_port: int
    redis_keys: str
    time_scale: float
    log: Path
    cwd: Path
    cluster: bool = False

    @property
    def address(self) -> str:
        return urlsplit(self.url).hostname or ""


@asynccontextmanager
async def fixture(place: FixturePlace, http: aiohttp.ClientSession) -> AsyncIterator[Process]:
    """Open once the application says that it is ready. Raises CannotPlay."""
    jar, options = place.app / "fixture.jar", place.app / "java-options"
    if not jar.exists() or not options.exists():
        raise CannotPlay(f"the fixture is not built ({jar}); 'make setup' builds it")
    # When the CPU is short the applications wait, not the harness: it would measure its own lateness.
    argv = ["nice", "-n", "15", *command(place.app, place.jvm, place.cwd), *arguments(place)]
    # Nothing in it is worth saving, and eight JVMs that shut down in good order take a second of two cores.
    name = f"the fixture of profile '{place.profile}'"
    async with running(name, argv, place.log, place.cwd, at_once=True) as process:
        await wait_until(
            lambda: is_ready(place.url, http),
            within=READY_WITHIN,
            what=f"the fixture of profile '{place.profile}' ({place.file}) is ready",
            gave_up=process.ended,
            every=ASK_EVERY,
        )
        yield process


async def about(url: str, http: aiohttp.ClientSession) -> About:
    """What a fixture says of itself."""
    async with http.get(f"{url}/about") as answer:
        return About.model_validate_json(await answer.text())


async def warm(profile: str, url: str, http: aiohttp.ClientSession) -> None:
    """Visits one after the other, as any application has had before the trouble comes. Not recorded."""
    headers = {"Cookie": f"SESSION={await _first_session(profile, url, http)}"}
    calm = 0
    for done in range(PATIENCE):
        if done >= WARMING and calm >= CALM:
            return
        began = asyncio.get_running_loop().time()
        for method in ("GET", "PUT"):
            async with http.request(method, f"{url}/session", headers=headers) as answer:
                await answer.read()
        calm = calm + 1 if asyncio.get_running_loop().time() - began <= CALM_WITHIN else 0


async def _first_session(profile: str, url: str, http: aiohttp.ClientSession) -> str:
    """Its cookie. A cold JVM beside many others may need longer for its first commands than a scaled timeout allows."""
    said = ""
    for _ in range(FIRST_TRIES):
        async with http.post(f"{url}/session", params={"user": "warming"}) as created:
            cookie = created.cookies.get("SESSION")
            if created.status == 201 and cookie is not None:
                return cookie.value
            said = f"HTTP {created.status}: {(await created.text())[:500]}"
    raise CannotPlay(f"the fixture of profile '{profile}' can't make a session, not in {FIRST_TRIES} tries: {said}")


def arguments(place: FixturePlace) -> list[str]:
    """What Spring is told on the command line, which outranks the profile."""
    return [
        f"--spring.config.additional-location=file:{place.file}",
        *_redis(place),
        f"--server.address={place.address}",
        f"--server.port={HTTP_PORT}",
        f"--harness.time-scale={place.time_scale:g}",
    ]


def _redis(place: FixturePlace) -> list[str]:
    if place.cluster:
        return [f"--{place.redis_keys}.cluster.nodes={place.redis}:{place.redis_port}"]
    return [f"--{place.redis_keys}.host={place.redis}", f"--{place.redis_keys}.port={place.redis_port}"]


async def is_ready(url: str, http: aiohttp.ClientSession) -> bool:
    try:
        async with http.get(f"{url}/ready") as answer:
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False
