"""Which applications of one's own can be played where, and under which faults: asked before anything starts."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from harness.application import Application
from harness.errors import InputError, Mistake
from harness.places import shown
from harness.profile import Profile
from harness.scenario import Scenario
from harness.stack.process import PATH
from harness.yamlfile import line_of

Stack = Literal["local", "compose"]
Played = tuple[str, Scenario, Sequence[Profile]]
COUNTS = "paths count from the profile's file"


def only_foreign(played: Iterable[Sequence[Profile]]) -> bool:
    """Whether the fixture is not needed at all."""
    return all(profile.application for profiles in played for profile in profiles)


def brings_image(played: Iterable[Sequence[Profile]]) -> bool:
    return any(profile.application and profile.application.image for profiles in played for profile in profiles)


def require_applications(played: Iterable[Played], stack: Stack) -> None:
    """Raises InputError with everything that keeps an application from being played, of all files at once."""
    found = [
        mistake
        for name, scenario, profiles in played
        for profile in profiles
        if profile.application
        for mistake in (
            *_misplaced(profile, profile.application, stack),
            *_lost(profile, profile.application),
            *_without_fixture(name, scenario, profile),
        )
    ]
    if found:
        raise InputError(list(dict.fromkeys(found)))


def _mistake(profile: Profile, key: str, problem: str) -> Mistake:
    return Mistake(Path(shown(profile.file)), f"line {line_of(profile.file, 'application', key)}, {key}", problem)


def _misplaced(profile: Profile, brought: Application, stack: Stack) -> Iterator[Mistake]:
    if stack == "local" and brought.image:
        yield _mistake(
            profile, "image", "only the Compose stack plays an image; take --stack compose, or give 'command' or 'jar'"
        )
    if stack == "compose" and not brought.image:
        key = "jar" if brought.jar else "command"
        yield _mistake(profile, key, f"the Compose stack plays no {key}; take --stack local, or give 'image'")


def _lost(profile: Profile, brought: Application) -> Iterator[Mistake]:
    """Files and programs that are not there."""
    if brought.image:
        return
    folder = profile.file.resolve().parent
    cwd = folder / brought.directory
    if not cwd.is_dir():
        yield _mistake(profile, "directory", f"there is no folder {cwd}; correct it: {COUNTS}")
    if brought.jar and not (folder / brought.jar).is_file():
        yield _mistake(profile, "jar", f"there is no file {folder / brought.jar}; build it, or correct it: {COUNTS}")
    program = "java" if brought.jar else brought.command[0]
    if cwd.is_dir() and "{" not in program and not _is_program(program, cwd):
        yield _mistake(profile, "command", f"there is no program '{program}'; install it, or correct it")


def _is_program(program: str, cwd: Path) -> bool:
    return shutil.which(str(cwd / program) if "/" in program else program, path=PATH) is not None


def _without_fixture(name: str, scenario: Scenario, profile: Profile) -> Iterator[Mistake]:
    remedy = f"and profile '{profile.name}' has another application; take another fault, or a profile of the fixture"
    for phase in scenario.phases:
        for fault in phase.faults:
            if fault.mechanism == "app":
                needs = f"scenario '{name}', phase '{phase.name}': {fault.kind} is made within our own fixture"
                yield _mistake(profile, "application", f"{needs}, {remedy}")
