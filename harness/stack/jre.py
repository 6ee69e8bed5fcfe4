"""A JRE of chosen modules, as jlink makes it for an image that is to be small."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from harness.places import FIXTURES
from harness.stack.jars import once, run_tool


def java_of(modules: Sequence[str]) -> str:
    """The program; without modules the JDK's that is there."""
    return str(_image(modules) / "bin" / "java") if modules else "java"


def made(modules: Sequence[str], asked_by: str) -> None:
    """Some seconds the first time. Raises CannotPlay with what jlink says, such as that there is no such module."""
    argv = ["jlink", "--add-modules", ",".join(modules), "--no-header-files", "--no-man-pages", "--output"]
    failed = f"{asked_by}: jlink can't make a JRE of them (it takes a JDK with jmods, as openjdk-17-jdk-headless is)"
    once(_image(modules), lambda half: run_tool([*argv, str(half)], failed))


def _image(modules: Sequence[str]) -> Path:
    told = ",".join(sorted(modules))
    return FIXTURES / f"jre-{hashlib.sha256(told.encode()).hexdigest()[:12]}"
