"""Runs the harness as its user does: a command, its output, its exit code, its files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

HARNESS = Path(sys.executable).parent / "harness"
DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


def harness(*words: str | Path, **environment: str) -> Said:
    done = subprocess.run(
        [HARNESS, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        env={**os.environ, **environment},
    )
    return Said(done.returncode, done.stdout, done.stderr)


def started(*words: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen([HARNESS, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def left_over(run: Path) -> list[str]:
    """The command lines of living programs that name this Run."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            cwd = str((process / "cwd").readlink())
        except OSError:
            continue
        if str(run) in words or str(run) in cwd:
            found.append(words)
    return found


def wait_until(condition: Callable[[], bool], within: float, what: str) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {within} s"
        time.sleep(0.05)


def samples(run: Path) -> int:
    file = run / "samples.csv"
    return len(file.read_text().splitlines()) if file.exists() else 0


def ended(run: Path) -> str:
    return str(json.loads((run / "manifest.json").read_text())["ended"])


def rulings(run: Path) -> dict[str, str]:
    """By "PROFILE CHECK"."""
    cells = json.loads((run / "verdicts.json").read_text())["cells"]
    return {f"{cell['profile']} {check['name']}": check["ruling"] for cell in cells for check in cell["checks"]}


@pytest.fixture(scope="session")
def short_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """One finished run of the short scenario, looked at by several tests."""
    run = tmp_path_factory.mktemp("short") / "run"
    return run, harness("run", DATA / "short.yaml", "-o", run)


@pytest.fixture(scope="session")
def causes() -> list[tuple[str, str]]:
    """What was played and what was found, of all runs whose causes are scored."""
    return []
