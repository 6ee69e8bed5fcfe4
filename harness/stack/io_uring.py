"""Netty's io_uring: whether this kernel lets anybody in, and its jars, which are on no class path unless asked for."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

from harness.errors import CannotPlay
from harness.jvm import IO_URING
from harness.places import FIXTURES
from harness.stack.jars import jars_of, once, run_tool
from harness.stack.namespace import Way

COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
INCUBATOR = "0.0.26.Final"
CLASSIFIERS = {"x86_64": "linux-x86_64", "aarch64": "linux-aarch_64"}
# io_uring_setup has the same number on every machine; its second argument is a struct of 120 bytes.
TRIAL = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
if libc.syscall(425, 1, ctypes.create_string_buffer(120)) < 0:
    raise SystemExit(os.strerror(ctypes.get_errno()))
"""
REFUSED = """{whose}, io_uring: this kernel does not let it in where the run plays: {said}.
It takes Linux 5.14 or later, kernel.io_uring_disabled = 0 (sysctl; containers often forbid it by seccomp, too). Or take
fixture.transport: epoll."""


def require_io_uring(way: Way, whose: str) -> None:
    """Tries it in earnest, in namespaces as the run's. Raises CannotPlay."""
    trial = subprocess.run(
        [*way.argv, sys.executable, "-c", TRIAL], capture_output=True, text=True, check=False, timeout=10
    )
    if trial.returncode:
        said = trial.stderr.strip().rpartition("\n")[2] or f"exit code {trial.returncode}"
        raise CannotPlay(REFUSED.format(whose=whose, said=said))


def io_uring_of(app: Path) -> Path:
    """Where its jars are for an application's Netty."""
    return FIXTURES / f"{IO_URING}-{_netty(app)}"


def fetched(app: Path) -> None:
    """Some seconds the first time. Raises CannotPlay where Maven can't get them."""

    def fetch(half: Path) -> None:
        for coordinates in _coordinates(_netty(app)):
            argv = ["mvn", "-B", "-q", "-ntp", COPY, f"-Dartifact={coordinates}", f"-DoutputDirectory={half}"]
            run_tool(argv, f"{coordinates} can't be fetched")

    once(io_uring_of(app), fetch)


def _netty(app: Path) -> str:
    (jar,) = jars_of(app, "netty-transport")
    return jar.stem.removeprefix("netty-transport-")


def _coordinates(netty: str) -> list[str]:
    """Netty 4.1 has it from its incubator, in versions of its own."""
    group, name, version = "io.netty", "netty-transport", netty
    if netty.startswith("4.1."):
        group, name, version = "io.netty.incubator", "netty-incubator-transport", INCUBATOR
    classifier = CLASSIFIERS.get(platform.machine(), f"linux-{platform.machine()}")
    return [
        f"{group}:{name}-classes-{IO_URING}:{version}:jar",
        f"{group}:{name}-native-{IO_URING}:{version}:jar:{classifier}",
    ]
