"""The Compose stack: played by hand, and driven by the harness with the verdicts of the local stack."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import docker
import pytest
from user import DATA, Said, ended, harness, rulings, samples, started, wait_until

from harness.places import ROOT
from harness.stack.engine import LABEL, own_mark

RULED_BY_BOTH = 0.9  # of all checks
OFF = os.environ.get("HARNESS_TEST_COMPOSE") == "0"
pytestmark = pytest.mark.skipif(OFF, reason="HARNESS_TEST_COMPOSE=0 turns the tests of the Compose stack off")


def left() -> list[str]:
    """Containers, networks and volumes of any harness."""
    client = docker.from_env()
    filters: dict[str, str | list[str] | bool] = {"label": LABEL}
    found = [
        *(str(one.name) for one in client.containers.list(all=True, filters=filters)),
        *(str(one.name) for one in client.networks.list(filters=filters)),
        *(str(one.name) for one in client.volumes.list(filters=filters)),
    ]
    client.close()
    return found


def play(stack: str, scenario: Path, run: Path, profiles: Sequence[str]) -> Said:
    return harness("run", scenario, "--stack", stack, *(f"-p{profile}" for profile in profiles), "-o", run)


def test_a_cell_is_played_by_hand_and_goes_without_a_trace() -> None:
    done = subprocess.run([ROOT / ".ci" / "compose-by-hand"], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert left() == []


@pytest.mark.parametrize(
    ("scenario", "profiles"),
    [
        ("stacks", ["shared", "pooled-blog", "shared-keepalive-user-timeout", "jedis"]),
        pytest.param("stacks", [], marks=pytest.mark.long, id="stacks-all-profiles"),
        ("stacks-proxy", []),
    ],
)
def test_both_stacks_come_to_the_same_rulings(tmp_path: Path, scenario: str, profiles: list[str]) -> None:
    file = DATA / f"{scenario}.yaml"
    local, compose = (play(stack, file, tmp_path / stack, profiles) for stack in ("local", "compose"))
    ruled, there = rulings(tmp_path / "local"), rulings(tmp_path / "compose")
    # Unknown is no ruling: on a busy machine a standstill may keep a few checks from one.
    both = [name for name in ruled if "unknown" not in (ruled[name], there[name])]
    assert {name: there[name] for name in both} == {name: ruled[name] for name in both}, local.out + compose.out
    assert len(both) >= RULED_BY_BOTH * len(ruled), local.out + compose.out
    assert {ruled[name] for name in both} == {"pass", "fail"}, local.out
    assert left() == []


def test_an_interrupted_run_takes_its_containers_down_and_keeps_what_it_has(tmp_path: Path) -> None:
    run = tmp_path / "run"
    process = started("run", DATA / "short.yaml", "--stack", "compose", "-p", "shared", "-o", run)
    wait_until(lambda: samples(run) > 5, 120, "the first samples")
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert left() == []
    assert ended(run) == "interrupted"
    assert "Tomcat started" in (run / "logs" / "fixture-shared.log").read_text()


def test_a_container_that_dies_by_itself_is_told_with_its_last_lines(tmp_path: Path) -> None:
    run = tmp_path / "run"
    process = started("run", DATA / "short.yaml", "--stack", "compose", "-p", "shared", "-o", run)
    wait_until(lambda: samples(run) > 5, 120, "the first samples")
    client = docker.from_env()
    (fixture,) = (one for one in client.containers.list(filters={"label": LABEL}) if "fixture" in str(one.name))
    fixture.kill()
    client.close()
    out, err = process.communicate(timeout=120)
    assert process.returncode == 3, err
    assert "fixture of 'shared' died" in out.replace("\n", " ")
    died = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines() if '"died"' in line]
    assert "its last lines:" in died[0]["text"]
    assert left() == []


def test_clean_removes_what_a_killed_harness_left_and_nothing_of_a_living_one() -> None:
    client = docker.from_env()
    dead = subprocess.Popen(["true"])
    dead.wait()
    host, _, _ = own_mark().rpartition("/")
    client.volumes.create("harness-test-dead", labels={LABEL: f"{host}/{dead.pid}"})
    client.volumes.create("harness-test-living", labels={LABEL: own_mark()})
    try:
        said = harness("clean")
        assert f"removed 0 containers, 0 networks and 1 volumes of the harness {host}/{dead.pid}" in said.out
        assert left() == ["harness-test-living"]
    finally:
        client.volumes.get("harness-test-living").remove()
        client.close()


def test_a_fault_that_containers_cant_have_is_refused_before_anything_starts(tmp_path: Path) -> None:
    scenario = tmp_path / "resets.yaml"
    text = (DATA / "short.yaml").read_text()
    scenario.write_text(text.replace("limit: 240s", "limit: 240s, on_expiry: reset-both"))
    said = harness("run", scenario, "--stack", "compose", "-o", tmp_path / "run")
    assert said.code == 2
    assert "phase 'quiet', idle-drop: reset-both needs the host of Redis's sockets; take reset-on-use" in said.err
    assert not (tmp_path / "run").exists()


def test_without_an_engine_the_remedy_is_told_before_anything_starts(tmp_path: Path) -> None:
    nowhere = f"unix://{tmp_path}/nothing.sock"
    said = harness("run", DATA / "short.yaml", "--stack", "compose", "-o", tmp_path / "run", DOCKER_HOST=nowhere)
    assert said.code == 2
    assert "no Docker engine answers" in said.err
    assert "--stack local" in said.err
    assert not (tmp_path / "run").exists()
