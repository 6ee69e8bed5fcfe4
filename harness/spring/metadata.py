"""The properties that a line of Spring Boot knows, as its own jars tell every editor."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from harness.variant import REDIS, REDIS_BEFORE_3

PATH = "META-INF/spring-configuration-metadata.json"
_VERSION = re.compile(r"spring-boot-(\d+\.\d+)\..*\.jar")


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Deprecation(_Told):
    level: str = "warning"
    replacement: str | None = None


class _Property(_Told):
    name: str
    type: str = ""
    deprecation: _Deprecation | None = None

    @property
    def gone(self) -> bool:
        return self.deprecation is not None and self.deprecation.level == "error"


class _Properties(_Told):
    properties: list[_Property] = []


@dataclass(frozen=True, slots=True)
class Metadata:
    """`known` and `gone` are by uniform key; `gone` holds the replacement, nothing where there is none."""

    boot: str = "Spring Boot"
    known: Mapping[str, str] = field(default_factory=dict)
    maps: tuple[str, ...] = ()
    gone: Mapping[str, str] = field(default_factory=dict)

    @property
    def redis(self) -> str:
        """What the line's properties of Redis begin with."""
        return REDIS_BEFORE_3 if self.knows(f"{REDIS_BEFORE_3}.host") else REDIS

    def knows(self, key: str) -> bool:
        same = uniform(key)
        return same in self.known or same.startswith(self.maps)

    def replacement(self, key: str) -> str:
        """What took the place of a key that is gone, and of that again; nothing where nothing did."""
        seen = {uniform(key)}
        followed = self.gone.get(uniform(key), "")
        while followed and not self.knows(followed) and uniform(followed) not in seen:
            seen.add(uniform(followed))
            followed = self.gone.get(uniform(followed), "")
        return followed if followed and self.knows(followed) else ""


def uniform(key: str) -> str:
    """How Spring compares keys: maxActive, max_active and MAX-ACTIVE are one."""
    return re.sub(r"\[[^\]]*\]|[-_]", "", key).lower()


def known_keys(lib: Path) -> Metadata:
    """Of the jars in a folder; knows nothing where the application is not built, which may be mended later."""
    return _known_keys(lib) if lib.is_dir() else Metadata()


@cache
def _known_keys(lib: Path) -> Metadata:
    jars = sorted(lib.glob("spring-*.jar"))
    properties = [told for jar in jars for told in _told(jar)]
    live = [told for told in properties if not told.gone]
    version = next((match[1] for jar in jars if (match := _VERSION.fullmatch(jar.name))), "")
    return Metadata(
        boot=f"Spring Boot {version}".strip(),
        known={uniform(told.name): told.name for told in live},
        maps=tuple(f"{uniform(told.name)}." for told in live if told.type.startswith("java.util.Map")),
        gone={
            uniform(told.name): told.deprecation.replacement or ""
            for told in properties
            if told.gone and told.deprecation
        },
    )


def _told(jar: Path) -> Iterator[_Property]:
    with zipfile.ZipFile(jar) as archive:
        if PATH in archive.namelist():
            yield from _Properties.model_validate_json(archive.read(PATH)).properties
