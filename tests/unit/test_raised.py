"""A client's timeouts that the run could not have as short as production has them."""

from __future__ import annotations

from pathlib import Path

import pytest
from judged import FAIL, PASS, SCENARIO, SHARED, UNKNOWN, but, samples

from harness.judge import judge
from harness.manifest import About, Setting
from harness.raised import Waits
from harness.record import Sample
from harness.verdict import Ruling

QUICK = "  - {kind: answers-within, during: rush, percentile: 99, within: 30s}\n"  # 500 ms in the run
READ = Setting(name="read-timeout", unit="ms", production=2000, run=250, exact=False, why="raised")
COMMAND = Setting(name="command-timeout", unit="ms", production=10_000, run=250, exact=False, why="raised")
CONNECT = Setting(name="connect-timeout", unit="ms", production=6000, run=250, exact=False, why="raised")
MAX_WAIT = Setting(name="pool.max-wait", unit="ms", production=1500, run=250, exact=False, why="raised")
EXACT = Setting(name="command-timeout", unit="ms", production=60_000, run=1000)


def failed(due: float, latency: float) -> Sample:
    return Sample(SHARED, "read", due, due + 0.001, due + latency, "command-timeout")


def rulings(run: Path, setting: Setting, *failures: Sample) -> list[tuple[Ruling, str]]:
    """Of the percentile and of the recovery, where ten requests succeed and these fail."""
    made = but(scenario=SCENARIO + QUICK, samples=(*samples(), *failures), settings=(setting,))
    checks = {check.kind: check for check in judge(made.written(run)).cells[0].checks}
    return [(checks[kind].ruling, checks[kind].because) for kind in ("answers-within", "recovers")]


def test_a_percentile_that_only_a_raised_timeout_makes_too_long_is_unknown(tmp_path: Path) -> None:
    because = (
        "read-timeout of 2 s is 250 ms of the run and not 33 ms; with production's it may be that p99 was 5.2 s (87 ms in "
        "the run); choose a smaller time_scale (seen: p99 was 31.2 s (520 ms in the run))"
    )
    assert rulings(tmp_path, READ, *(failed(18.1 + n / 10, 0.52) for n in range(5)))[0] == (UNKNOWN, because)


def test_a_percentile_that_is_too_long_also_with_productions_timeout_fails(tmp_path: Path) -> None:
    assert rulings(tmp_path, COMMAND, *(failed(18.1, 2.01) for _ in range(5)))[0] == (
        FAIL,
        "p99 was 2 min 1 s (2 s in the run)",
    )


def test_a_timeout_that_is_as_short_as_productions_excuses_nothing(tmp_path: Path) -> None:
    assert rulings(tmp_path, EXACT, *(failed(18.1, 0.52) for _ in range(5)))[0][0] is FAIL


def test_a_recovery_that_only_a_raised_timeout_makes_too_long_is_unknown_and_trouble_far_apart_fails(
    tmp_path: Path,
) -> None:
    assert rulings(tmp_path / "one", READ, failed(15.0, 5.1))[1][0] is UNKNOWN
    assert rulings(tmp_path / "two", READ, failed(13.0, 0.3), failed(18.5, 0.3))[1][0] is FAIL


def test_a_raised_timeout_takes_nothing_from_what_passes(tmp_path: Path) -> None:
    assert [ruling for ruling, _ in rulings(tmp_path, READ, failed(15.0, 0.3))] == [PASS, PASS]


@pytest.mark.parametrize(
    ("outcome", "least"),
    [
        ("command-timeout", 1.0 - 4 * (0.25 - 1 / 30)),
        ("ok", 1.0 - 4 * (0.25 - 1 / 30)),
        ("connection-failure", 1.0 - 4 * (0.25 - 0.1)),
        ("pool-exhausted", 1.0 - 4 * (0.25 - 0.025)),
    ],
)
def test_each_failure_is_measured_by_its_own_timeout(outcome: str, least: float) -> None:
    waits = Waits.of(About(settings=[READ, CONNECT, MAX_WAIT]), time_scale=60)
    assert waits.least([1.0], [outcome]) == pytest.approx([least])


def test_only_timeouts_that_requests_may_have_met_are_told() -> None:
    waits = Waits.of(About(settings=[READ, CONNECT]), time_scale=60)
    read, connect = (
        "read-timeout of 2 s is 250 ms of the run and not 33 ms",
        "connect-timeout of 6 s is 250 ms of the run and not 100 ms",
    )
    assert waits.told(["ok", "command-timeout", "pool-exhausted"]) == read
    assert waits.told(["command-timeout", "connection-failure"]) == f"{read}; {connect}"


def test_a_failure_whose_timeout_was_not_raised_is_left_as_it_is() -> None:
    waits = Waits.of(About(settings=[READ]), time_scale=60)
    assert waits.least([1.0, 0.2], ["connection-failure", "command-timeout"]) == [1.0, 0.2]
    assert not Waits.of(About(settings=[EXACT]), time_scale=60)
