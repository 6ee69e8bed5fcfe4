"""A scenario that is written as a test, before it is played; and the plugin that brings it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from report_sample import KEPT, POOLED, SHARED, verdict, write_run

from harness.errors import CannotPlay, HarnessError, InputError
from harness.places import ROOT
from harness.played import Played, Untrusted
from harness.scenario import Scenario, read_scenario
from harness.testing import Playing, Resilience, black_hole, fault, idle_drop

PLUGIN = ("-p", "harness.pytest_plugin")


def called() -> Playing:
    run = Playing("shop", ["shared", Path("ours.yml")], {"time_scale": 60, "redis": {"tcp_keepalive": 0}})
    run.load(rate="20/min", users=5)
    run.phase("warm-up", lasts="5m")
    with run.fault("idle-drop", limit="240s"):
        run.phase("quiet", lasts="8m", rate=0)
        run.phase("return", lasts="5m", faults=[idle_drop("240s"), black_hole()])
    run.phase("healed", lasts="1m", faults=[fault("redis-down", sessions="lost")])
    return run


def read(run: Playing) -> Scenario:
    return read_scenario(Path("shop.yaml"), run.scenario())


def test_what_is_called_is_a_scenario() -> None:
    scenario = read(called())
    assert [(phase.name, phase.lasts, phase.rate) for phase in scenario.phases] == [
        ("warm-up", 300, None),
        ("quiet", 480, 0),
        ("return", 300, None),
        ("healed", 60, None),
    ]
    assert (scenario.time_scale, scenario.redis.tcp_keepalive, scenario.load.users) == (60, 0, 5)
    assert scenario.profiles == ["shared", str(Path.cwd() / "ours.yml")]


def test_a_call_says_what_visitors_do_and_a_phase_may_say_otherwise() -> None:
    run = called()
    run.load(rate="20/min", visits="logouts")
    run.phase("told", lasts="1m", visits="messages")
    scenario = read(run)
    assert [scenario.visits(phase) for phase in scenario.phases] == ["logouts"] * 4 + ["messages"]


def test_a_phase_in_which_some_come_at_once_has_load() -> None:
    run = called()
    run.phase("together", lasts="1m", rate=0, at_once=5)
    scenario = read(run)
    assert (scenario.phases[-1].at_once, scenario.expectations[-1].name) == (5, "succeeds/together")


def test_a_fault_holds_in_the_phases_of_its_block_and_is_there_once() -> None:
    assert [[one.kind for one in phase.faults] for phase in read(called()).phases] == [
        [],
        ["idle-drop"],
        ["idle-drop", "black-hole"],
        ["redis-down"],
    ]


def test_every_phase_with_load_is_counted() -> None:
    assert [claim.name for claim in read(called()).expectations] == [
        *("succeeds/warm-up", "succeeds/return", "succeeds/healed"),
    ]


def test_nothing_can_be_asked_before_it_was_played() -> None:
    with pytest.raises(HarnessError, match="nothing was played yet: ask after the block"):
        called().during("return", "shared")


def played(tmp_path: Path, **doubts: list[str]) -> Played:
    made = verdict().model_copy(update=doubts)
    return Played(write_run(tmp_path / "run"), made)


def test_the_record_is_asked_in_the_scenarios_words(tmp_path: Path) -> None:
    run = played(tmp_path)
    dead, kept = run.during("first-visitors", SHARED), run.during("first-visitors", KEPT)
    assert (dead.requests, dead.ok, dead.failed, dead.outcomes) == (60, 10, 50, {"command-timeout": 50, "ok": 10})
    assert (kept.failed, kept.share) == (0, 1.0)
    assert 60 < dead.percentile(95) < 61, "in seconds of production"
    assert run.trouble(KEPT) == 0
    assert 790 < run.trouble(SHARED) < 810


@pytest.mark.parametrize(
    ("phase", "profile", "said"),
    [
        ("retrun", KEPT, "phase 'retrun' was not played; there are: warm-up, quiet, first-visitors, rush"),
        ("rush", "nobody", "profile 'nobody' was not played; there are: lettuce-shared"),
        ("quiet", KEPT, "phase 'quiet' has no request of 'lettuce-keepalive'; give it a rate"),
    ],
)
def test_a_name_that_is_not_there_is_told(tmp_path: Path, phase: str, profile: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        played(tmp_path).during(phase, profile)


def test_nothing_is_claimed_of_a_run_that_cannot_be_trusted(tmp_path: Path) -> None:
    run = played(tmp_path, doubts=["the harness could not send 3 of its requests"])
    with pytest.raises(Untrusted, match=f"nothing can be said of '{POOLED}': the harness could not send 3"):
        run.during("rush", POOLED)


def resilience(folder: Path, *, required: bool) -> Resilience:
    return Resilience("test_it[a]", "test_it.py::test_it[a]", folder, print, required)


def cannot(*_: object) -> Played:
    raise CannotPlay("nft is not installed; 'make setup' installs it")


@pytest.mark.parametrize(("required", "ends"), [(False, pytest.skip.Exception), (True, CannotPlay)])
def test_where_nothing_can_be_played_the_test_is_skipped_unless_it_is_required(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, required: bool, ends: type[BaseException]
) -> None:
    monkeypatch.setattr(Playing, "play", cannot)
    with (
        pytest.raises(ends, match="nft is not installed"),
        resilience(tmp_path, required=required).play(profiles=["shared"]),
    ):
        pass


def test_a_block_that_fails_plays_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), resilience(tmp_path, required=True).play(profiles=["shared"]):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_mistakes_are_told_as_those_of_a_scenario(tmp_path: Path) -> None:
    with (
        pytest.raises(
            InputError, match=r"test-it-a\.yaml, line \d+, phases\[1\]\.lasts: '5 fortnights' is not a duration"
        ),
        resilience(tmp_path, required=True).play(profiles=["shared"]) as run,
    ):
        run.phase("warm-up", lasts="5 fortnights")


def test_the_plugin_costs_other_test_runs_nothing() -> None:
    """It must import nothing of the harness but itself, and nothing that is slow."""
    program = (
        "import sys, pytest; before = set(sys.modules); import harness.pytest_plugin; print(*set(sys.modules) - before)"
    )
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert sorted(said.stdout.split()) == ["harness", "harness.pytest_plugin"]
