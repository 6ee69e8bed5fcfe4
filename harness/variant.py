"""Which build of the fixture a profile runs on: a line of Spring Boot, maybe with a Lettuce other than its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import Mistake
from harness.places import FIXTURES

LINES = ("2.7", "3.5", "4.0", "4.1")
DEFAULT = "3.5"
BOOT, LETTUCE = "fixture.boot", "fixture.lettuce"
REDIS, REDIS_BEFORE_3 = "spring.data.redis", "spring.redis"
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(\.RELEASE)?")
# The oldest Lettuce that a line's Spring Data Redis can be linked with, as measured: it uses what came with that one.
# With 2.7 it is the fixture: Lettuce tells of its commands from 6.1 on.
OLDEST = {"2.7": (6, 1), "3.5": (6, 4), "4.0": (6, 4), "4.1": (7, 5)}
NEWEST = {"2.7": (6, 8)}  # 7.0 uses what a newer Netty has than the line's own
OWN_LETTUCE = {"2.7": (6, 1, 10)}  # where it lacks a setting
USER_TIMEOUT, USER_TIMEOUT_SINCE = "fixture.tcp-user-timeout", (6, 2, 7)


@dataclass(frozen=True, slots=True, order=True)
class Variant:
    """`lettuce` is empty where it is the line's own, else a Maven version, such as 7.5.2.RELEASE."""

    boot: str = DEFAULT
    lettuce: str = ""

    @property
    def tag(self) -> str:
        """What follows the line in the name of a folder or an image."""
        return f"-lettuce-{self.lettuce}" if self.lettuce else ""

    @property
    def name(self) -> str:
        return f"boot-{self.boot}{self.tag}"

    @property
    def redis(self) -> str:
        """What the line's properties of Redis begin with."""
        return redis_of(self.boot)

    @property
    def app(self) -> Path:
        return FIXTURES / self.name / "app"

    def __str__(self) -> str:
        return f"Spring Boot {self.boot}" + (f" with Lettuce {self.lettuce}" if self.lettuce else "")


def redis_of(boot: str) -> str:
    """Spring Boot 3 moved them. Of a line that there is none of, as of the newest."""
    return REDIS_BEFORE_3 if boot.startswith("2.") else REDIS


def variant_of(properties: Mapping[str, object], file: Path) -> tuple[Variant, list[Mistake]]:
    """What the profile names, and what is wrong with it."""
    boot = str(properties.get(BOOT, DEFAULT))
    if boot not in LINES:
        remedy = f"there is no fixture for Spring Boot {boot}; take one of {', '.join(LINES)}"
        return Variant(), [Mistake(file, BOOT, remedy)]
    asked = str(properties.get(LETTUCE, ""))
    if not asked:
        return Variant(boot), _lacking(properties, OWN_LETTUCE.get(boot, USER_TIMEOUT_SINCE), file)
    version = _VERSION.fullmatch(asked)
    if version is None:
        return Variant(boot), [Mistake(file, LETTUCE, f"'{asked}' is no version of Lettuce; write one such as 7.5.2")]
    if not OLDEST[boot] <= (int(version[1]), int(version[2])) <= NEWEST.get(boot, (99, 0)):
        problem = f"Spring Boot {boot} does not start with Lettuce {asked}; take {_taken(boot)}, or another line"
        return Variant(boot), [Mistake(file, LETTUCE, problem)]
    lacking = _lacking(properties, (int(version[1]), int(version[2]), int(version[3])), file)
    return Variant(boot, asked if version[4] else f"{asked}.RELEASE"), lacking


def _lacking(properties: Mapping[str, object], lettuce: tuple[int, int, int], file: Path) -> list[Mistake]:
    """A setting that this Lettuce does not have."""
    if USER_TIMEOUT not in properties or lettuce >= USER_TIMEOUT_SINCE:
        return []
    since = ".".join(map(str, USER_TIMEOUT_SINCE))
    problem = (
        f"Lettuce {'.'.join(map(str, lettuce))} has no such setting; set {LETTUCE} to {since} or later, or remove it"
    )
    return [Mistake(file, USER_TIMEOUT, problem)]


def _taken(boot: str) -> str:
    """Which Lettuce."""
    oldest, newest = (".".join(map(str, bound[boot])) if boot in bound else "" for bound in (OLDEST, NEWEST))
    return f"{oldest} to {newest}" if newest else f"{oldest} or later"
