"""An application of the user's own in place of our fixture: how it is started, told where Redis is, and asked.

A profile with the key `application` is one of these. The harness knows of it what the file says, and no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from harness.manifest import About, Setting
from harness.units import Duration
from harness.yamlfile import Strict, read_model

PLACES = ("redis_host", "redis_port", "http_host", "http_port", "python")
VISITORS = ("user",)
BELONGS = {  # keys that only some of the ways to start have
    "java_options": ("jar",),
    "arguments": ("jar", "image"),
    "directory": ("command", "jar"),
    "port": ("image",),
}
# Many a team's file has a block `application` of its own; it has none of these.
STARTS = {"command", "jar", "image", "ready", "requests"}
_PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*)\}")  # JSON's own braces are followed by a quote, a blank or a brace


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with each known placeholder's value; other braces stay as they are."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def _text(value: object) -> object:
    """YAML's numbers and truths as they are written: whoever writes PORT: 8080 means those four letters."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def _only(known: tuple[str, ...]) -> AfterValidator:
    def check(text: str) -> str:
        unknown = [name for name in _PLACEHOLDER.findall(text) if name not in known]
        if unknown:
            there = ", ".join(f"{{{name}}}" for name in known)
            raise ValueError(f"unknown placeholder {{{unknown[0]}}} in {text!r}; there are here: {there}")
        return text

    return AfterValidator(check)


def _from_root(path: str) -> str:
    if not path.startswith("/"):
        raise ValueError(f"{path!r} is no path; write it from the root, for example /{path or 'health'}")
    return path


Placed = Annotated[str, BeforeValidator(_text), _only(PLACES)]
Visited = Annotated[str, BeforeValidator(_text), _only(VISITORS)]
UrlPath = Annotated[str, AfterValidator(_from_root)]


class Request(Strict):
    """One HTTP request; {user} is the visitor's number. Any 2xx is a success, or the one status that is expected."""

    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    path: Annotated[Visited, AfterValidator(_from_root)]
    headers: dict[str, Visited] = {}
    body: Visited = ""
    expect: int | None = Field(default=None, ge=100, le=599)

    def succeeded(self, status: int) -> bool:
        return status == self.expect if self.expect else 200 <= status < 300

    @property
    def expected(self) -> str:
        return str(self.expect or "2xx")


class Requests(Strict):
    """What a visitor asks. Where only one is given, it is asked for every time."""

    read: Request | None = None
    write: Request | None = None

    @model_validator(mode="after")
    def _sound(self) -> Requests:
        if not (self.read or self.write):
            raise ValueError("no request; give 'read', 'write' or both, for example read: {path: /value}")
        return self

    def named(self) -> Iterator[tuple[str, Request]]:
        """Writes first: what they leave is there to be read."""
        yield from ((name, one) for name, one in (("write", self.write), ("read", self.read)) if one)

    def chosen(self, *, writes: bool) -> tuple[str, Request]:
        both = dict(self.named())
        wanted = "write" if writes else "read"
        return next((name, both[name]) for name in (wanted, *both) if name in both)


class Application(Strict):
    """One of `command`, `jar` and `image`, and how to speak with it. Paths count from the profile's file."""

    command: list[Placed] = []
    jar: str = ""
    image: str = ""
    java_options: list[Placed] = []
    arguments: list[Placed] = []
    directory: str = "."
    environment: dict[str, Placed] = {}
    port: int = Field(default=8080, ge=1, le=65535)
    ready: UrlPath
    warm_up: int = Field(default=20, ge=1, le=1000)
    requests: Requests
    timeout: Duration = 0.0
    scaled: bool = False

    @model_validator(mode="after")
    def _sound(self) -> Application:
        problems = [*self._starts(), *self._told()]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _starts(self) -> Iterator[str]:
        ways = [way for way in ("command", "jar", "image") if getattr(self, way)]
        if not ways:
            yield "nothing says what to start; give one of 'command', 'jar' and 'image'"
        if len(ways) > 1:
            yield f"'{ways[0]}' and '{ways[1]}' are both given; give one of 'command', 'jar' and 'image'"
        for key, whose in BELONGS.items():
            if key in self.model_fields_set and ways and not set(ways) & set(whose):
                yield f"'{key}' belongs to {' or '.join(whose)}, and not to {ways[0]}; remove it"

    def _told(self) -> Iterator[str]:
        if not any("{redis_host}" in text for text in self._texts()):
            yield (
                "nothing tells it where Redis is, so it would not be under the faults; put {redis_host} and"
                " {redis_port} into 'environment', 'command' or 'arguments'"
            )

    def _texts(self) -> Iterable[str]:
        return (*self.command, *self.java_options, *self.arguments, *self.environment.values())

    def argv(self, folder: Path, values: Mapping[str, str]) -> list[str]:
        """The command line, for the local stack; `folder` is the profile's."""
        words = self.command
        if self.jar:
            words = ["java", *self.java_options, "-jar", str(folder / self.jar), *self.arguments]
        return [filled(word, values) for word in words]

    def arguments_with(self, values: Mapping[str, str]) -> list[str]:
        return [filled(word, values) for word in self.arguments]

    def environment_with(self, values: Mapping[str, str]) -> dict[str, str]:
        return {name: filled(value, values) for name, value in self.environment.items()}

    def keeps_time(self, time_scale: float) -> bool:
        """Whether its own timers stand for production's as all others of the run do."""
        return self.scaled or time_scale == 1

    def about(self, time_scale: float) -> About:
        """What can be said of it: how it was started, and its client's timeout where the profile tells it."""
        told = self.image or self.jar or " ".join(self.command)
        settings = [self._declared(time_scale)] if self.timeout and self.keeps_time(time_scale) else []
        return About(client=f"your application: {told}", time_scale=time_scale, settings=settings)

    def _declared(self, time_scale: float) -> Setting:
        of_run = self.timeout / time_scale
        return Setting(
            name="command-timeout",
            unit="ms",
            production=self.timeout * 1000,
            run=of_run * 1000,
            exact=False,
            why="as the profile says, and not read back",
        )


class ApplicationFile(Strict):
    application: Application


def is_application(tree: object) -> bool:
    """Whether a profile's file is of this kind."""
    told = tree.get("application") if isinstance(tree, dict) else None
    return isinstance(told, dict) and bool(STARTS & told.keys())


def read_application(path: Path) -> Application:
    """Raises InputError with every mistake."""
    return read_model(path, ApplicationFile).application
