"""Where things are: the checkout's folders, and the Run directory of a new run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from harness.errors import InputError

ROOT = Path(__file__).resolve().parents[1]
SCENARIOS = ROOT / "scenarios"
PROFILES = SCENARIOS / "profiles"
SUITES = SCENARIOS / "suites"
REPORTS = ROOT / "reports"
LATEST = "latest"
FIXTURES = ROOT / "java-fixture" / "target"
BUILD_FIXTURE = ROOT / "java-fixture" / "build"
TOXIPROXY = ROOT / "toxiproxy" / "bin" / "toxiproxy-server"


def new_run(wanted: Path | None, scenario: str) -> Path:
    """An empty Run directory. Raises InputError where it can't be written, or where it already holds something."""
    return new_folder(wanted, scenario, ("profiles", "logs", "evidence", "work"))


def new_folder(wanted: Path | None, scenario: str, within: Sequence[str] = ()) -> Path:
    """The wanted one, or one in `reports/` that has the time for a name, with empty ones within. Raises InputError."""
    path = wanted or REPORTS / f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}-{scenario}"
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise InputError(f"{path} is not empty; a run never overwrites another: give a new folder with -o")
    try:
        for folder in ("", *within):
            (path / folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"can't write to {path}: {error.strerror}; give a folder that you may write to with -o"
        ) from error
    return path.resolve()


def point_latest(run: Path) -> None:
    """`reports/latest` leads to the newest run in `reports/`; runs elsewhere are the user's own affair."""
    if run.parent != REPORTS:
        return
    half = REPORTS / f".{LATEST}-{os.getpid()}"
    half.symlink_to(run.name)
    half.replace(REPORTS / LATEST)


def clear_work(run: Path) -> bool:
    """Removes the mount point that a run works in. Its contents ended with the namespace, unless something is amiss."""
    work = run / "work"
    if not work.exists():
        return False
    shutil.rmtree(work)
    return True


def shown(path: Path) -> str:
    """As short as it can be said from here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
