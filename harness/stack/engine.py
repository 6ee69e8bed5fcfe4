"""The Docker engine: is it there, what of it is ours, and how a container is paused and watched.

The SDK blocks, so everything it does is done in threads.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

import docker
from docker.errors import APIError, DockerException, NotFound
from docker.models.containers import Container as Handle

from harness.errors import CannotPlay, HarnessError

LABEL = "redis-resilience-harness"  # on all that the Compose file makes: by-hand, or the harness that made it
PROJECT = "com.docker.compose.project"
ANSWERS_WITHIN = 60  # s
NO_ENGINE = (
    "no Docker engine answers ({why}); start it, or let your user talk to it (group docker, or DOCKER_HOST),"
    " or play without Docker: --stack local"
)
NO_COMPOSE = (
    "neither 'docker compose' nor 'docker-compose' is installed; install the Compose plugin"
    " (https://docs.docker.com/compose/install), or play without Docker: --stack local"
)
Value = TypeVar("Value")


def find_engine() -> docker.DockerClient:
    """The engine that the environment names. Raises CannotPlay with the remedy."""
    try:
        client = docker.from_env(timeout=ANSWERS_WITHIN)
        client.ping()
    except DockerException as error:
        raise CannotPlay(NO_ENGINE.format(why=error)) from error
    return client


def find_compose() -> list[str]:
    """How Compose is called here: the plugin, or the older program. Raises CannotPlay with the remedy."""
    for argv in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(argv[0]) and _runs([*argv, "version"]):
            return argv
    raise CannotPlay(NO_COMPOSE)


def _runs(argv: list[str]) -> bool:
    try:
        return subprocess.run(argv, capture_output=True, check=False, timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def own_mark() -> str:
    """Who made it: the machine and the harness's process."""
    return f"{socket.gethostname()}/{os.getpid()}"


@dataclass(frozen=True, slots=True)
class Removed:
    containers: int
    networks: int
    volumes: int


def remove(client: docker.DockerClient, *labels: str) -> Removed:
    """Everything that carries all these labels, running or not. Raises HarnessError where something stays."""
    filters: dict[str, str | list[str] | bool] = {"label": list(labels)}
    try:
        containers = client.containers.list(all=True, filters=filters)
        for container in containers:
            with suppress(NotFound):
                container.remove(force=True, v=True)
        networks, volumes = client.networks.list(filters=filters), client.volumes.list(filters=filters)
        for remove_it in (*(network.remove for network in networks), *(volume.remove for volume in volumes)):
            with suppress(NotFound):
                remove_it()
    except APIError as error:
        raise HarnessError(f"what was started could not be removed ({error}); 'harness clean' tries again") from error
    return Removed(len(containers), len(networks), len(volumes))


def orphans(client: docker.DockerClient) -> set[str]:
    """The marks of harnesses of this machine that live no more and have left something."""
    found = [
        *client.containers.list(all=True, filters={"label": LABEL}),
        *client.networks.list(filters={"label": LABEL}),
        *client.volumes.list(filters={"label": LABEL}),
    ]
    marks = {_labels(thing).get(LABEL, "") for thing in found}
    return {mark for mark in marks if _is_dead(mark)}


def _labels(thing: object) -> dict[str, str]:
    attributes = getattr(thing, "attrs", {})
    labels: dict[str, str] = (attributes.get("Config") or attributes).get("Labels") or {}
    return labels


def _is_dead(mark: str) -> bool:
    host, _, pid = mark.rpartition("/")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # it lives, and is somebody else's
    return False


async def in_thread(work: Callable[[], Value], what: str) -> Value:
    """Raises HarnessError that says what was tried where the engine refuses."""
    try:
        return await asyncio.to_thread(work)
    except DockerException as error:
        raise HarnessError(f"{what}: {error}") from error


class Container:
    """One container of ours, as a program that may die."""

    def __init__(self, name: str, handle: Handle) -> None:
        self.name, self.handle = name, handle
        self.ended_on_purpose = False
        self.dead = asyncio.Event()

    @property
    def id(self) -> str:
        return str(self.handle.id)

    def within(self, *argv: str) -> list[str]:
        """The command line that runs this in it, with our standard input."""
        return ["docker", "exec", "-i", self.id, *argv]

    def address(self, network: str) -> str:
        """In the project's network of that name. Blocks."""
        self.handle.reload()
        networks = self.handle.attrs["NetworkSettings"]["Networks"]
        return next(str(found["IPAddress"]) for name, found in networks.items() if name.endswith(f"_{network}"))

    def ended(self) -> str | None:
        """How it ended, with its last lines; None while it runs. Blocks for one request."""
        self.handle.reload()
        state = self.handle.attrs["State"]
        if state["Status"] in ("created", "running", "paused"):
            return None
        return f"{self.name} is {state['Status']} with exit code {state['ExitCode']}; {self.tail()}"

    async def wait(self) -> None:
        await self.dead.wait()

    def tail(self, lines: int = 20) -> str:
        try:
            text = self.handle.logs(tail=lines).decode(errors="replace").splitlines()
        except DockerException as error:
            return f"its log can't be read: {error}"
        return "its last lines:\n" + "\n".join(f"    {line}" for line in text) if text else "its log is empty"

    async def pause(self) -> None:
        await in_thread(self.handle.pause, f"{self.name} can't be paused")

    async def unpause(self) -> None:
        await in_thread(self.handle.unpause, f"{self.name} can't be woken")


@asynccontextmanager
async def watching(client: docker.DockerClient, mark: str, containers: list[Container]) -> AsyncIterator[None]:
    """While open, a container that ends is known to have ended: `dead` is set."""
    by_id = {container.handle.id: container for container in containers}
    loop = asyncio.get_running_loop()
    events = client.events(decode=True, filters={"event": "die", "label": f"{LABEL}={mark}"})

    def hear() -> None:
        for event in _until_closed(events):
            if container := by_id.get(str(event["id"])):
                loop.call_soon_threadsafe(container.dead.set)

    threading.Thread(target=hear, name="docker events", daemon=True).start()
    try:
        yield
    finally:
        events.close()


def _until_closed(events: Iterator[dict[str, object]]) -> Iterator[dict[str, object]]:
    with suppress(DockerException, OSError, ValueError, AttributeError):  # how a stream that was closed ends
        yield from events
