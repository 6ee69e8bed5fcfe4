"""How a fixture's JVM is started: what its class path has beside the build, or lacks, and its modules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import Mistake
from harness.variant import Variant

NIO, EPOLL, IO_URING = "nio", "epoll", "io_uring"
TRANSPORT, NATIVES, WITHOUT, MODULES = (
    f"fixture.{key}" for key in ("transport", "native-transports", "without", "java-modules")
)
NETTY_4_2 = ("4.0", "4.1")
LETTUCE_7 = ("4.1",)  # lines that bring it; Lettuce 6 knows Netty's incubator alone, Lettuce 7 Netty 4.2 alone
EPOLLS = ("netty-transport-native-epoll", "netty-transport-classes-epoll")
_ARTIFACT = re.compile(r"[a-z][a-z0-9._-]*")
_MODULE = re.compile(r"[a-z][a-z0-9]*(\.[a-z][a-z0-9]*)+")


@dataclass(frozen=True, slots=True)
class Jvm:
    """`natives` are Netty's native transports on the class path, `without` are artifacts that are not there.

    `modules` are those that a JRE is made of; without any it is the JDK that is there.
    """

    natives: tuple[str, ...] = (EPOLL,)
    without: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()

    @property
    def left_out(self) -> tuple[str, ...]:
        """Artifacts whose jars are not on the class path."""
        return (*self.without, *(() if EPOLL in self.natives else EPOLLS))


def jvm_of(properties: Mapping[str, object], variant: Variant, file: Path) -> tuple[Jvm, list[Mistake]]:
    """What the profile asks for, and what is wrong with it."""
    transport = _transport(properties)
    natives = words(properties, NATIVES)
    if natives is None:
        natives = (EPOLL, IO_URING) if transport == IO_URING else (EPOLL,)
    without, modules = words(properties, WITHOUT) or (), words(properties, MODULES) or ()
    told = [
        *_wrong_transports(transport, natives),
        *_wrong_words(WITHOUT, without, _ARTIFACT, "no artifact's name; write one such as commons-pool2"),
        *_wrong_words(MODULES, modules, _MODULE, "no module of Java; write one such as jdk.net"),
        *(_without_io_uring(variant, NATIVES if transport != IO_URING else TRANSPORT) if IO_URING in natives else ()),
    ]
    return Jvm(natives, without, modules), [Mistake(file, key, problem) for key, problem in told]


def words(properties: Mapping[str, object], key: str) -> tuple[str, ...] | None:
    """A list's members, or those of a text with commas; None where the key is not there."""
    value = properties.get(key)
    if isinstance(value, list):
        return tuple(str(word) for word in value)
    if value is not None:
        return tuple(word.strip() for word in str(value).split(",") if word.strip())
    numbered = [str(word) for name, word in properties.items() if name.startswith(f"{key}[")]
    return tuple(numbered) or None


def _transport(properties: Mapping[str, object]) -> str:
    return str(properties.get(TRANSPORT, "")).lower().replace("-", "_")


def _wrong_transports(transport: str, natives: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if transport not in ("", NIO, EPOLL, IO_URING):
        yield TRANSPORT, f"'{transport}' is no transport; take {NIO}, {EPOLL} or {IO_URING}"
    elif transport not in ("", NIO, *natives):
        yield TRANSPORT, f"{transport} is asked for, and is not among {NATIVES}; add it there, or remove that key"
    for native in natives:
        if native not in (EPOLL, IO_URING):
            yield NATIVES, f"'{native}' is no native transport; take {EPOLL}, {IO_URING}, or both"


def _wrong_words(key: str, given: tuple[str, ...], sound: re.Pattern[str], what: str) -> Iterator[tuple[str, str]]:
    for word in given:
        if not sound.fullmatch(word):
            yield key, f"'{word}' is {what}"


def _without_io_uring(variant: Variant, key: str) -> Iterator[tuple[str, str]]:
    """Lettuce and Netty have to mean the same io_uring; as measured, Lettuce goes on with NIO where they don't."""
    seventh = int(variant.lettuce.partition(".")[0]) >= 7 if variant.lettuce else variant.boot in LETTUCE_7
    if seventh and variant.boot not in NETTY_4_2:
        remedy = "take fixture.boot 4.0 or later, or a Lettuce before 7"
        yield key, f"Lettuce 7 takes io_uring from Netty 4.2, and Spring Boot {variant.boot} has 4.1; {remedy}"
    if not seventh and variant.boot in NETTY_4_2:
        remedy = "take fixture.lettuce 7 or later, or fixture.boot 4.1 or 3.5"
        problem = (
            f"Lettuce 6 takes io_uring from Netty's incubator, which does not load beside the Netty 4.2 of {variant}"
        )
        yield key, f"{problem}; {remedy}"
