"""One cell as a Compose project: brought up by Compose itself, as its user would, and taken down by its label."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import docker

from harness.errors import CannotPlay
from harness.places import ROOT
from harness.stack.engine import PROJECT, Container, in_thread, remove

SERVICE = "com.docker.compose.service"
UP_WITHIN = 300.0  # s; images are there already
FILES = ("-f", str(ROOT / "docker-compose.yml"), "-f", str(ROOT / "docker-compose.harness.yml"))


@dataclass(frozen=True, slots=True)
class Project:
    """A project's name, its variables, and where Compose writes what it did."""

    name: str
    profile: str
    services: tuple[str, ...]
    variables: Mapping[str, str]
    logs: Path
    files: tuple[Path, ...] = ()  # laid over those of every project
    visited: str = "FIXTURE_PORT"  # the variable that has the application's published port

    @property
    def log(self) -> Path:
        return self.logs / f"compose-{self.profile}.log"


@asynccontextmanager
async def project_up(
    client: docker.DockerClient, compose: list[str], project: Project
) -> AsyncIterator[dict[str, Container]]:
    """Its containers by service, started; removed when the scope ends. Raises CannotPlay with Compose's last words."""
    try:
        what = ["-p", project.name, "up", "-d", "--no-build", "--no-deps", *project.services]
        await _compose([*compose, *FILES, *_also(project), *what], project)
        yield await in_thread(lambda: _containers(client, project), f"the containers of '{project.profile}'")
    finally:
        await in_thread(lambda: _take_down(client, project), f"taking down '{project.profile}'")


def _also(project: Project) -> list[str]:
    return [word for file in project.files for word in ("-f", str(file))]


def _take_down(client: docker.DockerClient, project: Project) -> None:
    """What the services printed is kept; nothing else."""
    try:
        for service, container in _containers(client, project).items():
            (project.logs / f"{service}-{project.profile}.log").write_bytes(container.handle.logs())
    finally:
        remove(client, f"{PROJECT}={project.name}")


def _containers(client: docker.DockerClient, project: Project) -> dict[str, Container]:
    found = client.containers.list(all=True, filters={"label": f"{PROJECT}={project.name}"})
    return {
        handle.labels[SERVICE]: Container(f"{handle.labels[SERVICE]} of '{project.profile}'", handle)
        for handle in found
    }


async def _compose(argv: list[str], project: Project) -> None:
    with project.log.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *argv, cwd=ROOT, env={**os.environ, **project.variables}, stdin=asyncio.subprocess.DEVNULL,
            stdout=log, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        try:
            code = await asyncio.wait_for(process.wait(), UP_WITHIN)
        except BaseException:
            # Half of a project may stand by now: Compose must not go on while it is being taken down.
            process.kill()
            await process.wait()
            raise
    if code:
        said = project.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-20:]
        raise CannotPlay(f"'{' '.join(argv)}' failed for profile '{project.profile}':\n  " + "\n  ".join(said))
