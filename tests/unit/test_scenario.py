from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from harness.errors import InputError, Mistake
from harness.faults import IdleDrop
from harness.naming import find
from harness.places import SCENARIOS
from harness.planview import show_plan
from harness.question import ask
from harness.scenario import Scenario, read_scenario, timeline

GOOD = """\
title: t
time_scale: 60
profiles: [shared]
load: {rate: 20/min}
phases:
  - {name: warm-up, lasts: 10m}
  - {name: quiet, lasts: 8m, rate: 0, faults: [{kind: idle-drop, limit: 240s}]}
expectations:
  - {kind: succeeds, during: warm-up, share: 99%}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "scenario.yaml"
    path.write_text(text)
    return path


def mistakes(tmp_path: Path, text: str) -> list[Mistake]:
    with pytest.raises(InputError) as refusal:
        read_scenario(written(tmp_path, text))
    found = refusal.value.mistakes
    assert isinstance(found, list)
    return found


def scenario(tmp_path: Path, text: str = GOOD) -> Scenario:
    return read_scenario(written(tmp_path, text))


def test_a_scenario_is_read_at_production_scale(tmp_path: Path) -> None:
    read = scenario(tmp_path)
    assert read.phases[1].faults == [IdleDrop(kind="idle-drop", limit="240s")]
    assert read.load.rate == pytest.approx(1 / 3)
    assert (read.rate(read.phases[1]), read.length) == (0, 1080)


def test_the_timeline_is_in_seconds_of_the_run(tmp_path: Path) -> None:
    assert [(phase.name, began, ended) for phase, began, ended in timeline(scenario(tmp_path))] == [
        ("warm-up", 0, 10),
        ("quiet", 10, 18),
    ]


def test_all_mistakes_of_a_file_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    text = (
        GOOD.replace("lasts: 10m", "lasts: 10 parsecs").replace("limit: 240s", "limitt: 240s").replace("title: t\n", "")
    )
    found = {(mistake.place, mistake.problem) for mistake in mistakes(tmp_path, text)}
    assert found == {
        ("line 1", "'title' is missing; add it"),
        (
            "line 5, phases[1].lasts",
            "'10 parsecs' is not a duration; write a number and a unit: 500ms, 30s, 4m, 1h, 2d",
        ),
        ("line 6, phases[2].faults[1]", "'limit' is missing; add it"),
        ("line 6, phases[2].faults[1].limitt", "unknown key 'limitt'; did you mean 'limit'?"),
    }


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("lasts: 8m", "lasts: 0"), "phase 'quiet' has no length; give 'lasts' a duration above zero, for example 5m"),
        (("name: quiet", "name: warm-up"), "two phases are called 'warm-up'; rename one"),
        (
            ("during: warm-up", "during: warmup"),
            "expectation 'succeeds/warmup' names no phase of this scenario; there are: quiet, warm-up",
        ),
        (
            ("kind: idle-drop", "kind: idle-drip"),
            (
                "no such kind 'idle-drip'; known are: idle-drop, flows-killed, black-hole, responses-lost, requests-lost, "
                "data-lost, packet-loss, syn-dropped, syn-rejected, redis-frozen, redis-down, clients-killed, clients-paused, "
                "slow-command, server-timeout, connections-full, out-of-memory, event-loop-blocked, blpop-on-shared, pool-held, pool-leaked, gc-pause, "
                "latency, bandwidth, sliced, proxy-hung, proxy-reset, proxy-refused, proxy-idle-drop, nothing"
            ),
        ),
        (
            ("240s}]", "240s}, {kind: idle-drop, limit: 1m}]"),
            "phase 'quiet': two faults of one kind: idle-drop; keep one",
        ),
        (
            ("240s}]", "240s}, {kind: flows-killed}]"),
            "phase 'quiet': idle-drop and flows-killed both own the firewall's table; keep one",
        ),
        (("limit: 240s", "limit: 0"), "must be above zero, for example 4m (got 0 ms)"),
        (("rate: 20/min", "rate: 0"), "no phase has any load; set load.rate"),
        (
            ("kind: idle-drop, limit: 240s", "kind: latency, delay: 50ms"),
            (
                "phase 'quiet', latency: delay 50 ms is 1 ms of the run at 60:1, and 1 ms is the least "
                "(Toxiproxy counts milliseconds); take a time_scale of 50 at most, or delay 60 ms at least"
            ),
        ),
        (
            ("kind: idle-drop, limit: 240s", "kind: latency, delay: 100ms, jitter: 200ms"),
            "phase 'quiet', latency: jitter is more than delay; give 100 ms at most",
        ),
        (
            ("kind: idle-drop, limit: 240s", "kind: sliced, size: 100, delay: 0"),
            (
                "phase 'quiet', sliced: delay 0 ms is 0 ms of the run at 60:1, and 1 ms is the least "
                "(Toxiproxy counts milliseconds); take delay 60 ms at least"
            ),
        ),
        (
            ("kind: idle-drop, limit: 240s", "kind: proxy-idle-drop, limit: 1ms"),
            (
                "phase 'quiet', proxy-idle-drop: limit 1 ms is 0 ms of the run at 60:1, and 1 ms is the least "
                "(Toxiproxy counts milliseconds); take a time_scale of 1 at most, or limit 60 ms at least"
            ),
        ),
        (
            ("kind: idle-drop, limit: 240s", "kind: bandwidth, rate: 0"),
            "Input should be greater than or equal to 1 (got 0)",
        ),
        (
            ("limit: 240s}]", "limit: 15m}, {kind: proxy-hung}]"),
            (
                "phase 'quiet', idle-drop: holds for 8 min, and takes 16 min at time_scale 60 to be felt for sure; "
                "let it hold for longer; "
                "idle-drop's limit of 15 min is 15 s in the run, and Toxiproxy, which another fault brings into the path, "
                "itself probes every 15 s: nothing would be forgotten; give a time_scale above 60, or play the two apart"
            ),
        ),
        (
            ("limit: 240s}]", "limit: 240s, on_expiry: close}, {kind: proxy-hung}]"),
            (
                "idle-drop with 'on_expiry: close' asks Redis to close the client's connection, and behind Toxiproxy, "
                "which another fault brings into the path, Redis does not know it; take proxy-idle-drop for that"
            ),
        ),
        (("time_scale: 60", "time_scale: 0"), "Input should be greater than or equal to 1 (got 0)"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_remedy(tmp_path: Path, change: tuple[str, str], problem: str) -> None:
    assert [mistake.problem for mistake in mistakes(tmp_path, GOOD.replace(*change))] == [problem]


def test_the_path_leads_through_the_proxy_where_one_of_its_faults_is_named_and_nowhere_else(tmp_path: Path) -> None:
    assert not scenario(tmp_path).through_proxy
    assert scenario(tmp_path, GOOD.replace("kind: idle-drop, limit: 240s", "kind: proxy-hung")).through_proxy


def test_a_jitter_may_be_as_long_as_its_delay_and_what_only_data_refreshes_may_be_long(tmp_path: Path) -> None:
    faults = "kind: latency, delay: 60ms, jitter: 60ms}, {kind: idle-drop, limit: 1h, refreshed_by: data"
    longer = GOOD.replace("kind: idle-drop, limit: 240s", faults).replace("lasts: 8m", "lasts: 2h")
    assert len(scenario(tmp_path, longer).phases[1].faults) == 2


def test_a_known_failure_must_name_an_expectation(tmp_path: Path) -> None:
    text = GOOD + "known: [{profile: shared, checks: [succeeds/quiet], because: x}]\n"
    assert "known 'succeeds/quiet' of shared names no expectation" in mistakes(tmp_path, text)[0].problem


def test_a_known_failure_must_name_a_profile_of_the_scenario(tmp_path: Path) -> None:
    text = GOOD + "known: [{profile: sharred, checks: [succeeds/warm-up], because: x}]\n"
    assert [m.problem for m in mistakes(tmp_path, text)] == [
        "known names profile 'sharred', which this scenario does not play; there are: shared"
    ]


def test_what_is_not_yaml_is_refused_with_its_line(tmp_path: Path) -> None:
    found = mistakes(tmp_path, "title: [unclosed\nload: {")
    assert found[0].place == "line 2"
    assert found[0].problem.startswith("not YAML:")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert "is empty or no mapping" in mistakes(tmp_path, "")[0].problem


def test_a_name_that_is_not_there_lists_what_there_is(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    with pytest.raises(InputError, match=r"scenario 'nope' is not in .*; there are: scenario"):
        find("nope", tmp_path, (".yaml",), "scenario")


def test_a_path_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match=r"profile './no/such.yml': there is no such file"):
        find("./no/such.yml", Path(), (".yml",), "profile")


# How many profiles each shipped scenario plays. tests/stack plays the first two whole; all can be planned.
SHIPPED = {
    "idle-drop": 8,
    "idle-drop-long-limit": 8,
    "kernel-or-proxy": 5,
    "blocked-event-loop": 2,
    "blocking-pop": 3,
    "partition": 3,
    "pool-exhausted": 3,
    "server-crash": 3,
    "server-frozen": 4,
    "slow-command": 1,
    "timeout-below-latency": 2,
    "own-application": 5,
    "failover": 4,
    "killed-in-flight": 3,
    "lost-messages": 3,
    "lost-logouts": 2,
    "restarted-redis": 1,
    "validated-cluster": 3,
}


def test_the_shipped_scenarios_are_these() -> None:
    assert {file.stem for file in SCENARIOS.glob("*.yaml")} == {*SHIPPED}


@pytest.mark.parametrize(("name", "profiles"), SHIPPED.items())
def test_a_shipped_scenario_and_the_profiles_it_names_are_sound(name: str, profiles: int) -> None:
    (question,) = ask(name, [])
    assert len(question.profiles) == profiles
    words = StringIO()
    show_plan(question, Console(file=words, width=160))
    assert question.scenario.title in words.getvalue()


@pytest.mark.parametrize(
    "name", [name for name in SHIPPED if name not in ("idle-drop", "idle-drop-long-limit", "kernel-or-proxy")]
)
def test_a_shipped_scenario_of_a_cause_says_what_tells_it_apart_and_is_played_within_a_minute(name: str) -> None:
    scenario = read_scenario(SCENARIOS / f"{name}.yaml")
    assert "What tells it apart:" in scenario.question
    assert scenario.length / scenario.time_scale <= 60
