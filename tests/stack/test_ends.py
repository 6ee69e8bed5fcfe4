"""However a run ends, nothing that it started is left, and what was recorded is kept."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest
from user import DATA, HARNESS, ended, harness, left_over, samples, started, wait_until


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_stops_everything_and_keeps_what_it_has(tmp_path: Path, number: signal.Signals) -> None:
    run = tmp_path / "run"
    process = started("run", DATA / "short.yaml", "-p", "shared", "-o", run)
    wait_until(lambda: samples(run) > 5, 60, "the first samples")
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert left_over(run) == []
    assert ended(run) == "interrupted"
    events = [json.loads(line)["what"] for line in (run / "events.jsonl").read_text().splitlines()]
    assert events.count("injected") == events.count("healed")
    assert "unknown" in out


def test_killing_the_harness_leaves_nothing_running_and_keeps_what_it_has(tmp_path: Path) -> None:
    run = tmp_path / "run"
    process = started("run", DATA / "short.yaml", "-p", "shared", "-o", run)
    wait_until(lambda: samples(run) > 5, 60, "the first samples")
    assert len(left_over(run)) >= 3
    process.kill()
    process.communicate(timeout=10)
    wait_until(lambda: left_over(run) == [], 5, "all programs of the run have ended")
    said = harness("judge", run)
    assert said.code == 3
    assert "not finished" in said.out


def test_a_fixture_that_does_not_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    profile = tmp_path / "misspelt.yml"
    profile.write_text("fixture:\n  share-native-conection: false\n")
    run = tmp_path / "run"
    said = harness("run", DATA / "short.yaml", "-p", profile, "-o", run)
    assert said.code == 2
    assert "the fixture of profile 'misspelt'" in said.err
    assert "share-native-conection" in said.err
    assert left_over(run) == []
    assert ended(run) == "broken"


def test_a_missing_redis_is_told_before_anything_starts(tmp_path: Path) -> None:
    for tool in ("nft", "ip", "unshare", "setpriv", "mount", "sysctl", "java", "git"):
        found = shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
        assert found is not None
        (tmp_path / tool).symlink_to(found)
    said = subprocess.run(
        [HARNESS, "run", DATA / "short.yaml", "-o", tmp_path / "run"],
        capture_output=True, text=True, check=False, env={"PATH": str(tmp_path)},
    )  # fmt: skip
    assert said.returncode == 2
    assert "not installed: redis-server; 'make setup' installs" in said.stderr
    assert not (tmp_path / "run").exists()


def without_privileges(home: Path) -> list[str]:
    """What makes a command run as nobody; where nobody may not look into this checkout, as root with no capability."""
    if os.geteuid() != 0:
        return []
    nobody = pwd.getpwnam("nobody")
    other = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
    if subprocess.run([*other, "test", "-x", HARNESS], check=False).returncode == 0:
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        return other
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]


def test_an_unprivileged_user_can_play() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        run = home / "run"
        said = subprocess.run(
            [*without_privileges(home), HARNESS, "run", DATA / "short.yaml", "-o", run],
            capture_output=True, text=True, check=False, timeout=200, env={**os.environ, "HOME": folder},
        )  # fmt: skip
        assert said.returncode == 0, said.stderr
        assert json.loads((run / "manifest.json").read_text())["machine"]["inside"] == "unshare"
