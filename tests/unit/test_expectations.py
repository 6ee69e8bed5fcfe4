from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from harness.expectations.answers_within import AnswersWithin
from harness.expectations.base import Outcomes, Trouble
from harness.expectations.recovers import Recovers
from harness.expectations.succeeds import Succeeds
from harness.verdict import Check, Measure, Ruling

NONE = Outcomes(0, {})


@dataclass
class Seen:
    """One profile's record, made by hand. Phases that are not named had no request."""

    time_scale: float = 1.0
    ended: dict[str, Outcomes] = field(default_factory=dict)
    latencies: dict[tuple[str, float], float] = field(default_factory=dict)
    troubled: Trouble | None = None

    def outcomes(self, phase: str) -> Outcomes:
        return self.ended.get(phase, NONE)

    def latency(self, phase: str, percentile: float) -> float | None:
        return self.latencies.get((phase, percentile))

    def trouble(self) -> Trouble | None:
        return self.troubled


def said(check: Check) -> tuple[str, str]:
    return check.ruling.value, check.because


def succeeds(share: str, outcomes: Outcomes) -> Check:
    return Succeeds(kind="succeeds", during="rush", share=share).check(Seen(ended={"rush": outcomes}))


def answers(within: str, seen: Seen) -> Check:
    return AnswersWithin(kind="answers-within", during="rush", percentile=99, within=within).check(seen)


def recovers(within: str, seen: Seen) -> Check:
    return Recovers(kind="recovers", within=within).check(seen)


@pytest.mark.parametrize(
    ("share", "outcomes", "expected"),
    [
        ("100%", Outcomes(40, {}), ("pass", "100 % of 40 requests succeeded")),
        ("97.5%", Outcomes(39, {"command-timeout": 1}), ("pass", "97.5 % of 40 requests succeeded, 1 failed: 1 command-timeout")),
        ("97.6%", Outcomes(39, {"command-timeout": 1}), ("fail", "97.5 % of 40 requests succeeded, 1 failed: 1 command-timeout")),
        ("100%", Outcomes(9999, {"redis-error": 1}), ("fail", "99.9 % of 10000 requests succeeded, 1 failed: 1 redis-error")),
        ("1%", Outcomes(0, {"a": 2}), ("fail", "0 % of 2 requests succeeded, 2 failed: 2 a")),
        ("0%", Outcomes(0, {"a": 2}), ("pass", "0 % of 2 requests succeeded, 2 failed: 2 a")),
    ],
)  # fmt: skip
def test_a_share_of_the_requests_succeeds(share: str, outcomes: Outcomes, expected: tuple[str, str]) -> None:
    assert said(succeeds(share, outcomes)) == expected


def test_the_commonest_failure_is_named_first() -> None:
    check = succeeds("100%", Outcomes(4, {"pool-exhausted": 1, "command-timeout": 5}))
    assert check.because == "40 % of 10 requests succeeded, 6 failed: 5 command-timeout, 1 pool-exhausted"
    assert check.measured == [Measure(name="succeeded", value=0.4, unit="share")]


def test_a_phase_without_requests_can_neither_succeed_nor_fail() -> None:
    assert said(succeeds("99%", NONE)) == ("unknown", "no request was due during 'rush'")
    assert said(answers("1s", Seen())) == ("unknown", "no request was due during 'rush'")


@pytest.mark.parametrize(("within", "ruling"), [("2s", "pass"), ("1.5s", "pass"), ("1.4s", "fail")])
def test_a_percentile_is_answered_within_a_time(within: str, ruling: str) -> None:
    assert said(answers(within, Seen(latencies={("rush", 99): 1.5}))) == (ruling, "p99 was 1.5 s")


def test_only_the_percentile_and_the_phase_that_were_asked_for_count() -> None:
    seen = Seen(latencies={("rush", 50): 9.0, ("warm-up", 99): 9.0})
    assert answers("1s", seen).ruling is Ruling.UNKNOWN


def test_answering_is_judged_in_production_time_with_the_runs_time_beside_it() -> None:
    check = answers("30s", Seen(time_scale=60, latencies={("rush", 99): 1.0}))
    assert said(check) == ("fail", "p99 was 1 min (1 s in the run)")
    assert check.measured == [Measure(name="p99", value=60.0, unit="s", run=1.0)]


def test_where_nothing_failed_there_is_nothing_to_recover_from() -> None:
    check = recovers("1m", Seen())
    assert said(check) == ("pass", "nothing failed")
    assert check.measured == [Measure(name="trouble", value=0, unit="s", run=0)]


@pytest.mark.parametrize(("within", "ruling"), [("13s", "pass"), ("12.5s", "pass"), ("12s", "fail")])
def test_trouble_is_over_within_a_time(within: str, ruling: str) -> None:
    seen = Seen(troubled=Trouble(began=20.0, ended=32.5, failures=7, over=True))
    assert said(recovers(within, seen)) == (ruling, "the last of 7 failures ended 12.5 s after the first began")


def test_recovering_is_judged_in_production_time_with_the_runs_time_beside_it() -> None:
    check = recovers("2m", Seen(time_scale=60, troubled=Trouble(20.0, 32.5, 7, over=True)))
    assert said(check) == ("fail", "the last of 7 failures ended 12 min 30 s (12.5 s in the run) after the first began")
    assert check.measured == [Measure(name="trouble", value=750.0, unit="s", run=12.5)]


def test_trouble_that_is_not_over_fails_however_short_it_was() -> None:
    seen = Seen(time_scale=60, troubled=Trouble(20.0, 21.0, 2, over=False))
    assert said(recovers("1h", seen)) == (
        "fail",
        "still failing when the run ended, 1 min (1 s in the run) after the first",
    )


def test_expectations_are_named_by_their_kind_and_their_phase() -> None:
    assert (succeeds("1%", NONE).name, answers("1s", Seen()).name, recovers("1m", Seen()).name) == (
        "succeeds/rush",
        "answers-within/rush/p99",
        "recovers",
    )


def test_claims_are_described_at_production_scale() -> None:
    parts = [
        Succeeds(kind="succeeds", during="rush", share="100%"),
        Succeeds(kind="succeeds", during="rush", share="99.5%"),
        AnswersWithin(kind="answers-within", during="rush", percentile=99.9, within="90s"),
        Recovers(kind="recovers", within="2m"),
    ]
    assert [part.describe() for part in parts] == [
        "all requests during 'rush' succeed",
        "at least 99.5 % of the requests during 'rush' succeed",
        "p99.9 of the requests during 'rush' is answered within 1 min 30 s",
        "failures are over within 2 min of the first one",
    ]
