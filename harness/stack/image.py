"""A container image of the user's in place of the fixture's, as a file that is laid over docker-compose.yml."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from harness.application import Application
from harness.stack.project import Project
from harness.stack.redis_server import PORT

PUBLISHED = 8080  # the port of the service that the Compose file publishes already
LISTENS = "0.0.0.0"  # noqa: S104  within its container; what is published is on 127.0.0.1


def with_image(project: Project, application: Application, folder: Path) -> Project:
    """The project with the image in it. JSON is YAML to Compose; '$' would be one of its variables."""
    file = folder / f"{project.profile}.json"
    told = {"services": {"fixture": _service(application)}}
    file.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    return replace(
        project, files=(file,), visited="FIXTURE_PORT" if application.port == PUBLISHED else "APPLICATION_PORT"
    )


def _service(application: Application) -> dict[str, object]:
    values = {
        "redis_host": "firewall",
        "redis_port": str(PORT),
        "http_host": LISTENS,
        "http_port": str(application.port),
        "python": "python3",
    }
    told = {name: _literal(value) for name, value in application.environment_with(values).items()}
    # Whether an image bears a file system that can't be written is its maker's affair; ours does.
    service: dict[str, object] = {"image": _literal(application.image), "environment": told, "read_only": False}
    if application.arguments:
        service["command"] = [_literal(word) for word in application.arguments_with(values)]
    if application.port != PUBLISHED:
        service["ports"] = [f"127.0.0.1:${{APPLICATION_PORT}}:{application.port}"]
    return service


def _literal(text: str) -> str:
    return text.replace("$", "$$")
