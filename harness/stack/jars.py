"""The jars of a built application, and folders that are made once and kept beside it."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from harness.errors import CannotPlay

WITHIN = 600.0  # s; the first time Maven's plugin is downloaded
LAST_LINES = 10


def jars_of(app: Path, artifact: str) -> list[Path]:
    """Of every classifier."""
    sound = re.compile(rf"{re.escape(artifact)}-\d.*\.jar")
    return [jar for jar in sorted((app / "lib").glob("*.jar")) if sound.fullmatch(jar.name)]


def once(target: Path, make: Callable[[Path], None]) -> None:
    """`make` fills a new folder, which becomes `target` when it is complete; nothing where that is there."""
    if target.exists():
        return
    print(f"harness: making {target}, once", file=sys.stderr)  # noqa: T201
    with tempfile.TemporaryDirectory(dir=target.parent) as place:
        half = Path(place) / target.name
        make(half)
        try:
            half.rename(target)
        except OSError:
            if not target.exists():  # no other run was faster
                raise


def run_tool(argv: list[str], failed: str) -> None:
    """Raises CannotPlay that begins with `failed`, with the tool's last words."""
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False, timeout=WITHIN,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise CannotPlay(f"{failed}: {argv[0]} is not installed; 'make setup' installs it") from error
    except subprocess.TimeoutExpired as error:
        raise CannotPlay(f"{failed}: not within {WITHIN / 60:.0f} minutes") from error
    if done.returncode:
        told = [line for line in done.stdout.strip().splitlines() if not line.lstrip().startswith("at ")]
        last = "\n  ".join(told[-LAST_LINES:])
        raise CannotPlay(f"{failed}; '{' '.join(argv)}' ended with:\n  {last}")
