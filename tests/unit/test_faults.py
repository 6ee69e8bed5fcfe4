"""What is said of a fault's settings before anything starts."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter
from test_scenario import GOOD, mistakes, scenario, written

from harness.errors import InputError
from harness.faults import ALL, AnyFault, Fault
from harness.faults.together import clashes
from harness.firewalls import find_firewall
from harness.scenario import read_scenario

NEEDED = {
    "idle-drop": {"limit": "4m"},
    "packet-loss": {"share": "5%"},
    "server-timeout": {"after": "10m"},
    "gc-pause": {"lasts": "2m"},
    "latency": {"delay": "1s"},
    "bandwidth": {"rate": "10"},
    "sliced": {"size": "10", "delay": "1s"},
    "proxy-idle-drop": {"limit": "4m"},
}


def fault(kind: str, **settings: str) -> Fault:
    adapter: TypeAdapter[Any] = TypeAdapter(AnyFault)
    made: Fault = adapter.validate_python({"kind": kind, **NEEDED.get(kind, {}), **settings})
    return made


def kinds() -> list[str]:
    return [kind.model_fields["kind"].annotation.__args__[0] for kind in ALL]  # type: ignore[union-attr]  # a Literal


@pytest.mark.parametrize(
    ("made", "time_scale", "problems"),
    [
        (fault("idle-drop", limit="240s"), 480, []),
        (
            fault("idle-drop", limit="240s"),
            600,
            [
                (
                    "limit 4 min is 400 ms of the run at 600:1, and 500 ms is the least (the firewall is late by up to 50 ms); "
                    "take a time_scale of 480 at most, or limit 5 min at least"
                )
            ],
        ),
        (
            fault("idle-drop", limit="200ms"),
            1,
            [
                (
                    "limit 200 ms is 200 ms of the run at 1:1, and 500 ms is the least (the firewall is late by up to 50 ms); "
                    "take limit 500 ms at least"
                )
            ],
        ),
        (fault("server-timeout", after="10m"), 60, []),
        (fault("server-timeout", after="350s"), 60, []),
        (
            fault("server-timeout", after="30s"),
            60,
            [
                (
                    "after 30 s is 500 ms of the run at 60:1, and 1 s is the least (Redis counts whole seconds); "
                    "take a time_scale of 30 at most, or after 1 min at least"
                )
            ],
        ),
        (
            fault("server-timeout", after="84s"),
            60,
            ["after 1 min 24 s is 1.4 s of the run at 60:1, and Redis counts whole seconds; take for example 1 min"],
        ),
        (
            fault("gc-pause", lasts="20s"),
            60,
            [
                (
                    "lasts 20 s is 333 ms of the run at 60:1, and 500 ms is the least (a pause overshoots by as much); "
                    "take a time_scale of 40 at most, or lasts 30 s at least"
                )
            ],
        ),
        (fault("slow-command"), 60, []),
        (
            fault("slow-command", lasts="2m"),
            60,
            ["lasts is for by: debug-sleep; a script ends with the phase, so remove it"],
        ),
        (fault("slow-command", by="debug-sleep", lasts="2m"), 60, []),
        (
            fault("slow-command", by="debug-sleep"),
            60,
            ["by: debug-sleep can't be cut short, and needs to know its end; add for example lasts: 2m"],
        ),
        (
            fault("slow-command", by="debug-sleep", lasts="30s"),
            60,
            [
                (
                    "lasts 30 s is 500 ms of the run at 60:1, and 1 s is the least (a bare connection waits 500 ms for its "
                    "answer); take a time_scale of 30 at most, or lasts 1 min at least"
                )
            ],
        ),
    ],
)
def test_a_duration_that_a_mechanism_cant_keep_is_refused_with_one_that_it_can(
    made: Fault, time_scale: float, problems: list[str]
) -> None:
    assert made.problems(time_scale) == problems


@pytest.mark.parametrize(
    ("made", "seconds"),
    [
        (fault("black-hole"), 0.75),
        (fault("idle-drop", limit="240s"), 5.0),
        (fault("server-timeout", after="10m"), 12.75),
        (fault("gc-pause", lasts="2m"), 2.5),
        (fault("slow-command", by="debug-sleep", lasts="2m"), 2.5),
        (fault("nothing"), 0.0),
    ],
)
def test_a_fault_says_how_long_it_must_hold_to_be_felt(made: Fault, seconds: float) -> None:
    assert made.felt_within(60) == pytest.approx(seconds)


DEAF = {"redis-frozen", "redis-down", "clients-paused", "slow-command", "connections-full"}
DISTURBING = DEAF | {
    *("flows-killed", "black-hole", "responses-lost", "requests-lost", "data-lost", "syn-dropped", "syn-rejected"),
    *("clients-killed", "proxy-hung", "proxy-reset", "proxy-refused"),
}
ASKING_AT_ONCE = DISTURBING | {"packet-loss", "server-timeout", "out-of-memory", "latency", "bandwidth", "sliced"}


def test_every_pair_of_faults_that_cant_be_proven_together_is_known() -> None:
    clashing = {
        frozenset((one, other)) for one, other in combinations(kinds(), 2) if clashes([fault(one), fault(other)])
    }
    expected = {frozenset((one, other)) for one, other in combinations(ASKING_AT_ONCE, 2) if {one, other} & DISTURBING}
    assert clashing == expected | {frozenset(("idle-drop", "flows-killed")), frozenset(("pool-held", "pool-leaked"))}


@pytest.mark.parametrize(
    ("one", "other", "problem"),
    [
        (fault("pool-held"), fault("pool-leaked"), "pool-held and pool-leaked both own the pool; keep one"),
        (
            fault("redis-frozen"),
            fault("idle-drop", on_expiry="close"),
            (
                "idle-drop with on_expiry close has Redis close the connections, and redis-frozen keeps Redis from it; "
                "take on_expiry reset-both, or give each a phase of its own"
            ),
        ),
        (
            fault("packet-loss"),
            fault("black-hole"),
            (
                "packet-loss and black-hole can't both be proven: each asks a bare connection, and black-hole decides "
                "what that meets; give each a phase of its own"
            ),
        ),
    ],
)
def test_two_faults_that_cant_hold_together_are_told_why(one: Fault, other: Fault, problem: str) -> None:
    assert clashes([one, other]) == [problem]


def test_a_firewall_that_forgets_may_stand_before_any_trouble_of_redis() -> None:
    assert [kind for kind in DEAF if clashes([fault("idle-drop", on_expiry="reset-both"), fault(kind)])] == []


PHASES = "[{kind: idle-drop, limit: 240s}]"


def test_all_problems_of_all_faults_are_told_at_once_each_with_its_phase(tmp_path: Path) -> None:
    text = GOOD.replace(PHASES, "[{kind: idle-drop, limit: 10s}, {kind: slow-command, by: debug-sleep, lasts: 9m}]")
    assert [mistake.problem for mistake in mistakes(tmp_path, text)] == [
        (
            "phase 'quiet', idle-drop: limit 10 s is 167 ms of the run at 60:1, and 500 ms is the least (the firewall is late "
            "by up to 50 ms); take a time_scale of 20 at most, or limit 30 s at least; "
            "phase 'quiet', slow-command: holds for 8 min, and takes 9 min 30 s at time_scale 60 to be felt for sure; let it "
            "hold for longer"
        )
    ]


def test_a_fault_that_holds_over_several_phases_has_all_of_them_to_be_felt(tmp_path: Path) -> None:
    short = "  - {{name: {}, lasts: 3m, faults: [{{kind: idle-drop, limit: 4m}}]}}\n"
    before, after = GOOD.split("expectations:")
    scenario(tmp_path, before + short.format("one") + short.format("two") + "expectations:" + after)
    alone = before.replace(PHASES, "[]") + short.format("one") + "expectations:" + after
    assert [mistake.problem for mistake in mistakes(tmp_path, alone)] == [
        (
            "phase 'one', idle-drop: holds for 3 min, and takes 5 min at time_scale 60 to be felt for sure; let it hold "
            "for longer"
        )
    ]


@pytest.mark.parametrize(
    "settings", [{"kind": "clients-paused", "commands": "reading"}, {"kind": "slow-command", "by": "x"}]
)
def test_an_option_that_does_not_exist_is_refused(tmp_path: Path, settings: dict[str, str]) -> None:
    text = GOOD.replace(PHASES, f"[{settings}]")
    with pytest.raises(InputError, match="Input should be"):
        read_scenario(written(tmp_path, text))


def test_the_presets_of_real_firewalls_are_within_what_the_firewall_keeps() -> None:
    aws = find_firewall("aws-nat-gateway")
    assert fault("idle-drop", limit=f"{aws.idle_limit:g}s", on_expiry=aws.on_expiry).problems(60) == []
