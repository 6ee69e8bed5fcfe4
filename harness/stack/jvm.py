"""How a fixture's JVM is started: with its build's class path and the JDK, or as the profile asks for."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from harness.errors import CannotPlay
from harness.jvm import IO_URING, Jvm
from harness.profile import Profile
from harness.stack.io_uring import fetched, io_uring_of, require_io_uring
from harness.stack.jars import jars_of
from harness.stack.jre import java_of, made
from harness.stack.namespace import Way

MAIN = "fixture.FixtureApplication"
ARCHIVE = ("-Xshare", "-XX:SharedArchiveFile")  # options that count only for the class path and the JVM of the build


def require_jvms(profiles: Iterable[Profile], way: Way) -> None:
    """Fetches and makes what they ask for, once. Raises CannotPlay where that can't be had."""
    for profile in profiles:
        app, jvm = profile.variant.app, profile.jvm
        for artifact in jvm.without:
            if not jars_of(app, artifact):
                there = f"there is no {artifact} among the jars in {app / 'lib'}"
                raise CannotPlay(f"{profile.file}, fixture.without: {there}; correct the name, or remove it")
        if IO_URING in jvm.natives:
            require_io_uring(way, f"profile '{profile.name}'")
            fetched(app)
        if jvm.modules:
            made(jvm.modules, f"{profile.file}, fixture.java-modules")


def command(app: Path, jvm: Jvm, cwd: Path) -> list[str]:
    """The program, its options and what it runs. Where something is left out, the class path is made in `cwd`."""
    options, tmpdir = app / "java-options", f"-Djava.io.tmpdir={cwd}"
    if jvm == Jvm():
        return ["java", f"@{options}", tmpdir, "-jar", str(app / "fixture.jar")]
    jar = _without(app, jvm.left_out, cwd) if jvm.left_out else app / "fixture.jar"
    beside = sorted(io_uring_of(app).glob("*.jar")) if IO_URING in jvm.natives else []
    kept = _unarchived(options) if jvm.left_out or jvm.modules else [f"@{options}"]
    return [java_of(jvm.modules), *kept, tmpdir, "-cp", ":".join(map(str, [jar, *beside])), MAIN]


def _unarchived(options: Path) -> list[str]:
    """An archive of classes that can't be used takes the JDK's own with it."""
    return [line for line in options.read_text(encoding="utf-8").splitlines() if not line.startswith(ARCHIVE)]


def _without(app: Path, artifacts: Iterable[str], cwd: Path) -> Path:
    """A copy of the application's jar, whose manifest names lib/..., beside links to those that stay.

    A link to that jar would not do: Java follows it, and finds all the others beside where it leads.
    """
    gone = {jar.name for artifact in artifacts for jar in jars_of(app, artifact)}
    folder = cwd / "app"
    (folder / "lib").mkdir(parents=True)
    for jar in (app / "lib").iterdir():
        if jar.name not in gone:
            (folder / "lib" / jar.name).symlink_to(jar)
    return Path(shutil.copy2(app / "fixture.jar", folder))
