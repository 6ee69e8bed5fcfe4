"""Applications that are not ours, under the same faults: one in Java, one in Python."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from test_compose import OFF, left
from user import Said, harness, left_over, rulings

from harness.places import ROOT

EXAMPLES = ROOT / "docs" / "examples" / "own-application"
Played = tuple[Path, Said]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    subprocess.run([EXAMPLES / "lettuce-only" / "build"], check=True, timeout=300)
    run = tmp_path_factory.mktemp("own") / "run"
    return run, harness("run", "own-application", "--stack", "local", "-o", run)


def test_a_lettuce_without_spring_and_a_redis_py_are_judged_by_what_their_settings_do(played: Played) -> None:
    run, said = played
    ruled = rulings(run)
    assert {name: ruled[name] for name in ruled if name.endswith("succeeds/return")} == {
        "lettuce-only succeeds/return": "fail",
        "lettuce-only-keepalive succeeds/return": "pass",
        "redis-py succeeds/return": "fail",
        "redis-py-checked succeeds/return": "fail",
        "redis-py-keepalive succeeds/return": "pass",
    }, said.out
    assert said.code == 0, "every failure is one that the scenario declares"
    assert {ruled[name] for name in ruled if name.endswith("succeeds/warm-up")} == {"pass"}


def test_what_cannot_be_had_of_them_says_so_and_all_else_is_there(played: Played) -> None:
    run, _ = played
    found = {file.name: file.read_text() for file in (run / "evidence" / "lettuce-only").iterdir()}
    missing = [name for name, text in found.items() if text.startswith("not to be had: an application of your own")]
    assert sorted(missing) == ["gauges.json", "lettuce.log", "threads-pending.txt", "threads.txt"]
    assert "timer:(on," in found["sockets.txt"]
    assert "addr=127.0." in found["clients.txt"]
    assert '"unread"' not in (run / "events.jsonl").read_text()


def test_their_exceptions_tell_the_failures_apart_where_they_tell_them(played: Played) -> None:
    run, _ = played
    failed = [line.split(",") for line in (run / "samples.csv").read_text().splitlines()[1:] if ",ok," not in line]
    kinds = {(row[0], row[5], row[6]) for row in failed}
    assert ("lettuce-only", "http-timeout", "") in kinds
    assert ("redis-py-checked", "command-timeout", "redis.exceptions.TimeoutError") in kinds


def test_they_are_stopped_and_what_is_known_of_them_is_recorded(played: Played) -> None:
    run, _ = played
    assert left_over(run) == []
    abouts = {cell["profile"]: cell["about"] for cell in json.loads((run / "manifest.json").read_text())["cells"]}
    assert abouts["lettuce-only"]["client"] == "your application: target/lettuce-only.jar"
    assert (abouts["lettuce-only"]["versions"], abouts["redis-py"]["settings"][0]["production"]) == ({}, 5000.0)


def test_an_application_that_does_not_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    profile = tmp_path / "broken.yml"
    text = (EXAMPLES / "redis-py" / "redis-py.yml").read_text()
    profile.write_text(text.replace("app.py, --listen", "-c, 'raise SystemExit(\"no such shop\")', --listen"))
    said = harness("run", "own-application", "--stack", "local", "-p", profile, "-o", tmp_path / "run")
    assert said.code == 2
    assert "the application of profile 'broken' ended with exit code 1" in said.err
    assert "no such shop" in said.err


@pytest.mark.skipif(OFF, reason="HARNESS_TEST_COMPOSE=0 turns the tests of the Compose stack off")
def test_an_image_is_played_in_place_of_the_fixture(tmp_path: Path) -> None:
    folder, run = EXAMPLES / "redis-py", tmp_path / "run"
    subprocess.run(["docker", "build", "-q", "-t", "own-application/redis-py", folder], check=True, timeout=300)
    said = harness("run", "own-application", "-p", folder / "redis-py-image.yml", "-o", run)
    assert set(rulings(run).values()) == {"pass"}, said.out + said.err
    assert left() == []
