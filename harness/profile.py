"""A profile: one client configuration, Spring's own file. `harness.spring` makes one of a team's whole file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from harness.application import Application, is_application, read_application
from harness.errors import InputError, Mistake
from harness.jvm import NATIVES, Jvm, jvm_of, words
from harness.manifest import Finding
from harness.variant import REDIS, Variant, variant_of
from harness.yamlfile import plain, read_yaml

SUFFIXES = (".yml", ".yaml")
_SPRING_DURATION = re.compile(r"(-?\d+)\s*(ns|us|ms|s|m|h|d)?")
# YAML 1.1, which Spring reads, has more words for it than YAML 1.2, which we read.
_TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_MILLISECONDS = {"ns": 1e-6, "us": 1e-3, "ms": 1.0, None: 1.0, "s": 1e3, "m": 6e4, "h": 3.6e6, "d": 8.64e7}

# What a property asks for, by the name that the fixture gives the effective setting; the property as Spring Boot 3 and
# later call it. The two client types share most.
_POOL = {
    "max-active": "pool.max-active",
    "max-idle": "pool.max-idle",
    "min-idle": "pool.min-idle",
    "max-wait": "pool.max-wait",
    "time-between-eviction-runs": "pool.eviction-interval",
    "enabled": "pool",
}
ASKED = {
    **{
        f"spring.data.redis.{client}.pool.{key}": name for client in ("lettuce", "jedis") for key, name in _POOL.items()
    },
    "spring.data.redis.connect-timeout": "connect-timeout",
    "spring.data.redis.client-type": "client-type",
    "fixture.share-native-connection": "share-native-connection",
    "fixture.validate-connection": "validate-connection",
    "fixture.auto-reconnect": "auto-reconnect",
    "fixture.disconnected-behavior": "disconnected-behavior",
    "fixture.request-queue-size": "request-queue-size",
    "fixture.tcp-user-timeout": "tcp-user-timeout",
    "fixture.transport": "transport",
    NATIVES: "native-transports",
    "fixture.heartbeat": "heartbeat",
    "fixture.heartbeat-validates": "heartbeat-validates",
    "fixture.subscriber": "subscriber",
    "fixture.reconnect-delay.min": "reconnect-delay.min",
    "fixture.reconnect-delay.max": "reconnect-delay.max",
    "fixture.keepalive.enabled": "keepalive",
    "fixture.keepalive.plain": "keepalive",
    **{f"fixture.keepalive.{key}": f"keepalive.{key}" for key in ("idle", "interval", "count")},
    **{
        f"fixture.pool.{key}": f"pool.{key}"
        for key in (
            *("pings", "test-on-borrow", "test-on-return", "test-while-idle", "lifo"),
            *("min-evictable-idle", "soft-min-evictable-idle", "tests-per-run"),
        )
    },
}


@dataclass(frozen=True, slots=True)
class Profile:
    """A configuration by name, and its properties with canonical keys; or an application that is not ours.

    `text` is what Spring is given, `source` says what that was made from, nothing where it is the file itself, and
    `old_keys` are keys that only another line of Spring Boot reads: not given to Spring, but worth a finding.
    """

    name: str
    file: Path
    properties: dict[str, object]
    about: str
    variant: Variant = field(default_factory=Variant)
    jvm: Jvm = field(default_factory=Jvm)
    text: str = field(default="", repr=False)
    source: str = ""
    old_keys: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    application: Application | None = None

    def asked(self) -> dict[str, object]:
        """What the profile asks for, by effective setting's name; durations in ms."""
        properties = self._as_called_now()
        wanted = {ASKED[key]: value for key, value in properties.items() if key in ASKED}
        if (natives := words(self.properties, NATIVES)) is not None:
            wanted["native-transports"] = ", ".join(sorted(natives))
        timeout = properties.get(f"{REDIS}.timeout")
        if timeout is not None:
            jedis = str(wanted.get("client-type")).lower() == "jedis"
            wanted["read-timeout" if jedis else "command-timeout"] = timeout
        return wanted

    def _as_called_now(self) -> dict[str, object]:
        """The properties that its line reads, by the names that Spring Boot 3 and later have for them."""
        own = f"{self.variant.redis}."
        return {
            f"{REDIS}.{key.removeprefix(own)}" if key.startswith(own) else key: value
            for key, value in self.properties.items()
            if key.startswith(own) or not key.startswith(f"{REDIS}.")
        }


def read_profile(path: Path, text: str | None = None) -> Profile:
    """Of the file, or of what was made from it. Raises InputError where that is no mapping of Spring properties."""
    tree = read_yaml(path, text)
    if is_application(tree):
        return Profile(path.stem, path, {}, _first_comment(path), application=read_application(path))
    if tree is not None and not isinstance(tree, dict):
        raise InputError([Mistake(path, "line 1", "is no mapping; write Spring properties: spring.data.redis...")])
    properties: dict[str, object] = {}
    _flatten(plain(tree or {}), "", properties)
    variant, mistakes = variant_of(properties, path)
    jvm, more = jvm_of(properties, variant, path)
    if mistakes or more:
        raise InputError([*mistakes, *more])
    return Profile(path.stem, path, properties, _first_comment(path), variant, jvm)


def _flatten(node: Any, prefix: str, into: dict[str, object]) -> None:
    for key, value in node.items():
        name = f"{prefix}.{key}" if prefix else key
        if isinstance(value, dict):
            _flatten(value, name, into)
        else:
            into[canonical(name)] = value


def canonical(key: str) -> str:
    """Spring binds maxActive, max_active and max-active alike; the last is the canonical form."""
    return re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", key).replace("_", "-").lower()


def _first_comment(path: Path) -> str:
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    return first.lstrip("# ").strip() if first.startswith("#") else ""


def same(asked: object, effective: object) -> bool:
    """Whether an effective value is what was asked, in Spring's spelling: '10s' is 10000 ms, 'true' is true."""
    if isinstance(effective, bool):
        return _TRUTH.get(str(asked).lower()) is effective
    if effective is None:
        return (_milliseconds(asked) or 0) <= 0 and _milliseconds(asked) is not None
    if isinstance(asked, str) and isinstance(effective, int | float):
        return _milliseconds(asked) == float(effective)
    if isinstance(asked, int | float) and isinstance(effective, int | float):
        return float(asked) == float(effective)
    return _plain(asked) == _plain(effective)


def _milliseconds(asked: object) -> float | None:
    """Of '10s', '500' and ISO 8601's 'PT10S'; None of what is no duration."""
    text = str(asked).strip()
    if match := _SPRING_DURATION.fullmatch(text):
        return float(match[1]) * _MILLISECONDS[match[2]]
    try:
        return TypeAdapter(timedelta).validate_python(text).total_seconds() * 1000
    except ValidationError:
        return None


def _plain(value: object) -> str:
    return str(value).lower().replace("-", "").replace("_", "")
