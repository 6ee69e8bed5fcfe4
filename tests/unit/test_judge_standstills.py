"""What the judge makes of a machine that stood still."""

from __future__ import annotations

from pathlib import Path

import pytest
from judged import FAIL, KEPT, LATE, PASS, SCENARIO, SEEN, SHARED, UNKNOWN, Made, but, cells, first_check, samples

from harness.analysis import Record
from harness.judge import judge
from harness.record import Event, Sample
from harness.spans import Span, bridged
from harness.verdict import Ruling


def stall(at: float, lasted: float, profile: str = "") -> Event:
    return Event(at, "stall", profile, detail={"lasted": lasted})


def slow(due: float, latency: float, outcome: str = "ok") -> Sample:
    return Sample(SHARED, "read", due, due + 0.001, due + latency, outcome)


def rulings(made: Made, run: Path) -> list[tuple[Ruling, str]]:
    return [(check.ruling, check.because) for check in judge(made.written(run)).cells[0].checks]


QUICK = "  - {kind: answers-within, during: rush, percentile: 99, within: 6s}\n"  # 100 ms in the run


def test_requests_that_leave_late_throughout_make_every_ruling_unknown(tmp_path: Path) -> None:
    verdict = judge(but(samples=samples(lag=0.06)).written(tmp_path))
    assert verdict.cells[0].doubts == [LATE]
    assert first_check(verdict).because == f"{LATE} (seen: {SEEN})"


@pytest.mark.parametrize("whose", ["", SHARED])
def test_an_answer_that_met_a_standstill_says_nothing_of_the_client(whose: str, tmp_path: Path) -> None:
    made = but(scenario=SCENARIO + QUICK, samples=(*samples(), slow(18.5, 0.4)), more=(stall(18.6, 0.1, whose),))
    assert rulings(made, tmp_path)[2] == (PASS, "p99 was 600 ms (10 ms in the run)")


def test_an_answer_that_is_slow_without_a_standstill_counts(tmp_path: Path) -> None:
    for more in ((), (stall(18.6, 0.3, KEPT),), (stall(17.0, 0.3),)):
        made = but(scenario=SCENARIO + QUICK, samples=(*samples(), slow(18.5, 0.4)), more=more)
        assert rulings(made, tmp_path / str(len(list(tmp_path.iterdir()))))[2][0] is FAIL


def test_failures_that_waited_for_a_standstill_do_not_decide_alone(tmp_path: Path) -> None:
    failing = tuple(slow(18.0 + n / 10, 1.0, "command-timeout") for n in range(2))
    made = but(samples=(*samples(), *failing), more=(stall(18.2, 0.7),))
    ruling, because = rulings(made, tmp_path)[0]
    decides = "the failures that decide met a standstill of the machine; without them: 100 % of 9 requests succeeded"
    seen = "83.3 % of 12 requests succeeded, 2 failed: 2 command-timeout"
    assert (ruling, because) == (UNKNOWN, f"{decides} (seen: {seen})")


def test_failures_that_a_short_standstill_did_not_make_decide(tmp_path: Path) -> None:
    failing = tuple(slow(18.0 + n / 10, 1.0, "command-timeout") for n in range(2))
    made = but(samples=(*samples(), *failing), more=(stall(18.5, 0.3),))
    assert rulings(made, tmp_path)[0][0] is FAIL


def test_a_piece_that_was_just_not_starved_between_two_that_were_ends_no_standstill(tmp_path: Path) -> None:
    failing = tuple(slow(18.82 + n / 10, 0.64 - n / 10, "command-timeout") for n in range(2))
    starved = (stall(18.726, 0.254, SHARED), stall(19.255, 0.257, SHARED))
    assert rulings(but(samples=(*samples(), *failing), more=starved), tmp_path)[0][0] is UNKNOWN


@pytest.mark.parametrize(
    ("second", "joined"),
    [
        (Span("stall", 1.55, 1.81), [Span("stall", 1.0, 1.81)]),
        (Span("stall", 1.57, 1.83), [Span("stall", 1.0, 1.26), Span("stall", 1.57, 1.83)]),
        (Span("stall", 1.4, 1.5), [Span("stall", 1.0, 1.26), Span("stall", 1.4, 1.5)]),
        (Span("stall", 1.2, 1.3), [Span("stall", 1.0, 1.3)]),
    ],
)
def test_only_long_spans_are_joined_over_a_gap_and_only_over_one_of_a_window(second: Span, joined: list[Span]) -> None:
    assert bridged([second, Span("stall", 1.0, 1.26)], window=0.25) == joined


def test_an_error_that_redis_answered_is_not_a_standstills_doing(tmp_path: Path) -> None:
    failing = tuple(slow(18.0 + n / 10, 0.6, "redis-error") for n in range(2))
    made = but(samples=(*samples(), *failing), more=(stall(18.1, 0.5),))
    assert rulings(made, tmp_path)[0][0] is FAIL


def test_a_machine_that_stands_still_for_long_makes_every_ruling_unknown(tmp_path: Path) -> None:
    verdict = judge(but(more=(stall(12.0, 5.5, SHARED),)).written(tmp_path))
    assert verdict.cells[0].doubts == ["the machine stood still for 26.2 % of the time, more than 25 %"]
    assert cells(verdict) == {SHARED: UNKNOWN, KEPT: PASS}


def test_a_standstill_of_the_start_counts_for_what_of_it_lies_in_the_played_time(tmp_path: Path) -> None:
    assert judge(but(more=(stall(-9.0, 10.5, SHARED),)).written(tmp_path)).cells[0].doubts == []


def test_failures_that_met_no_standstill_decide_beside_others_that_did(tmp_path: Path) -> None:
    made = but(samples=(*samples(failing=3), slow(21.0, 1.0, "command-timeout")), more=(stall(21.5, 0.3),))
    assert rulings(made, tmp_path)[0][0] is FAIL


def test_a_standstill_that_a_fault_makes_is_no_excuse(tmp_path: Path) -> None:
    paused = SCENARIO.replace("{kind: idle-drop, limit: 240s}", "{kind: gc-pause, lasts: 1m}")
    events = (Event(11.02, "injected", fault="gc-pause"), Event(22.02, "healed", fault="gc-pause"))
    made = but(scenario=paused + QUICK, samples=(*samples(), slow(18.5, 0.4)), more=(*events, stall(18.6, 0.3, SHARED)))
    assert stalls(made.written(tmp_path)) == []


def stalls(run: Path) -> list[Span]:
    return Record(run).stalls(SHARED)
