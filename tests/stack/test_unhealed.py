"""A fault that can't be healed ends the run, loudly, and leaves nothing behind but the record."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from user import DATA, HARNESS, ended, left_over, samples, wait_until

TOOLS = (
    *(
        "redis-server",
        "nft",
        "ip",
        "ss",
        "unshare",
        "setpriv",
        "mount",
        "sysctl",
        "java",
        "nice",
        "true",
        "git",
        "sudo",
    ),
    *("env", "bash", "dirname", "grep", "find"),  # with which the fixture's build sees that nothing is to be done
)


def told(run: Path) -> list[str]:
    """What the record says of faults."""
    file = run / "events.jsonl"
    events = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    return [f"{event['what']} {event['fault']}" for event in events if event["what"] in ("injected", "healed")]


def is_fixture(pid: Path, run: Path) -> bool:
    try:
        return (pid / "comm").read_text() == "java\n" and str(run) in str((pid / "cwd").readlink())
    except OSError:
        return False


def kill_the_fixture(run: Path, _: Path) -> None:
    (fixture,) = [int(pid.name) for pid in Path("/proc").glob("[0-9]*") if is_fixture(pid, run)]
    os.kill(fixture, signal.SIGKILL)


def remove_redis(_: Path, tools: Path) -> None:
    (tools / "redis-server").unlink()


def scenario(folder: Path, fault: str) -> Path:
    """The short pool story with another fault in its middle."""
    text = (DATA / "pool.yaml").read_text()
    assert "kind: pool-held" in text
    path = folder / "unhealed.yaml"
    path.write_text(text.replace("kind: pool-held", f"kind: {fault}"))
    return path


def own_tools(folder: Path) -> Path:
    """A PATH from which a test can take a program away while the run goes on."""
    tools = folder / "tools"
    tools.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
        if found:
            (tools / tool).symlink_to(found)
    return tools


@pytest.mark.parametrize(
    ("fault", "breaks", "because"),
    [
        ("pool-held", kill_the_fixture, "DELETE http://127.0.1.3"),
        ("redis-down", remove_redis, "redis-server is not installed"),
    ],
)
def test_a_fault_that_cant_be_healed_ends_the_run_and_is_named(
    tmp_path: Path, fault: str, breaks: Callable[[Path, Path], None], because: str
) -> None:
    run, tools = tmp_path / "run", own_tools(tmp_path)
    playing = subprocess.Popen(
        [HARNESS, "run", scenario(tmp_path, fault), "-o", run],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PATH": str(tools)},
    )  # fmt: skip
    wait_until(lambda: f"injected {fault}" in told(run) or playing.poll() is not None, 60, f"{fault} holds")
    assert playing.poll() is None, playing.communicate()
    breaks(run, tools)
    _, err = playing.communicate(timeout=60)
    assert playing.returncode == 70, err
    assert f"harness: fault {fault} could not be healed: {because}" in err
    assert "the run is over" in err
    assert left_over(run) == []
    assert ended(run) == "broken"
    assert json.loads((run / "manifest.json").read_text())["trouble"].startswith(f"fault {fault} could not be healed")
    assert samples(run) > 5
    assert told(run) == [f"injected {fault}"]
