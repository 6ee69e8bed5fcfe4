"""The requests that a check failed by, counted."""

from __future__ import annotations

from harness.diagnosis.requests import Request, count
from harness.spans import Span

TIMEOUT = 1.0


def failed(due: float, took: float = 2.0, port: int = 1, outcome: str = "command-timeout") -> Request:
    return Request(due, due, due + took, outcome, "a.Root", port)


def ok(due: float, took: float = 0.01, port: int = 1) -> Request:
    return Request(due, due, due + took, "ok", "", port)


def test_a_connection_that_serves_after_its_last_failure_is_back_and_one_that_never_does_is_gone() -> None:
    lost = [failed(10, port=1), failed(10, port=2), failed(10, port=0)]
    found = count(lost, [*lost, ok(5, port=2), ok(20, port=1)], TIMEOUT, [], [])
    assert (found.back, found.gone, found.ports) == (1, 1, {1: 1, 2: 1})


def test_who_is_served_at_once_on_another_connection_meanwhile_is_beside() -> None:
    lost = [failed(10, port=1)]
    others = [ok(9, port=2), ok(10.5, port=2), ok(11, port=1), ok(11, took=0.9, port=2), ok(11.995, port=2)]
    assert count(lost, [*lost, *others], TIMEOUT, [], []).beside == 1


def test_a_failure_that_met_a_standstill_for_more_than_half_of_its_time_counts_as_that() -> None:
    lost = [failed(10), failed(20), failed(30, outcome="session-lost")]
    stalls = [Span("stall", 10.5, 12.0), Span("stall", 20.0, 20.5), Span("stall", 30.0, 32.0)]
    found = count(lost, lost, TIMEOUT, stalls[:2], stalls)
    assert (found.stood, found.app_stood) == (1, 1)


def test_a_failure_that_was_sent_late_counts_as_the_harness_own() -> None:
    late = Request(10.0, 11.5, 12.0, "command-timeout", "a.Root", 1)
    assert count([late], [late], TIMEOUT, [], []).stood == 1


def test_the_time_that_a_request_left_late_is_not_counted_again_as_a_standstill() -> None:
    # Late by 0.4 s of 2 s, all of it in the harness's own standstill: a fifth of its time and not two.
    late = Request(10.0, 10.4, 12.0, "command-timeout", "a.Root", 1)
    stalls = [Span("stall", 10.0, 10.65)]
    assert count([late], [late], TIMEOUT, stalls, []).stood == 0
    assert count([late], [late], TIMEOUT, [Span("stall", 10.0, 11.01)], []).stood == 1


def test_of_nothing_nothing_is_counted() -> None:
    assert count([], [ok(1)], TIMEOUT, [], []).count == 0
