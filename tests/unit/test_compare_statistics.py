from __future__ import annotations

import random

import pytest
from synthetic import facts

from harness.compare.comparison import Change, Comparison
from harness.compare.difference import compare
from harness.compare.statistics import (
    Interval,
    alike_by_clumps,
    alike_by_repeats,
    clumps,
    confidence,
    difference,
    few_repeats,
    mean_interval,
    percentile_interval,
    share_interval,
    stretch,
    tail_seen,
)

PAIRS = 20


def rounded(interval: Interval | None) -> tuple[float, float]:
    assert interval
    return round(interval.low, 3), round(interval.high, 3)


@pytest.mark.parametrize(
    ("share", "requests", "alike", "ends"),
    [
        (0.0, 10, 1, (0.0, 0.278)),  # Wilson's interval of 0 of 10, as in any table
        (0.5, 10, 1, (0.237, 0.763)),
        (0.5, 100, 10, (0.237, 0.763)),  # a hundred requests in tens tell as much as ten
        (1.0, 4, 4, (0.207, 1.0)),
    ],
)
def test_a_share_has_wilsons_interval_of_what_is_independent(
    share: float, requests: int, alike: float, ends: tuple[float, float]
) -> None:
    assert rounded(share_interval(share, requests, alike)) == ends


def test_the_difference_of_two_shares_has_newcombes_interval() -> None:
    """His own example: 56 of 70 and 48 of 80, method 10."""
    before, after = 48 / 80, 56 / 70
    found = difference(before, share_interval(before, 80, 1), after, share_interval(after, 70, 1))
    assert rounded(found) == (0.052, 0.334)


def test_failures_of_one_connection_and_failures_in_a_row_are_one_clump() -> None:
    failed = [True, True, False, True, False, True, True]
    ports = [5, 0, 5, 7, 0, 5, 0]
    found = clumps(failed, ports)
    assert [found.count(unit) for unit in found] == [4, 4, 1, 1, 1, 4, 4]
    assert alike_by_clumps(failed, found) == 3.4


def test_without_a_failure_each_request_stands_alone() -> None:
    assert clumps([False, False], [5, 5]) == [0, 1]
    assert alike_by_clumps([False, False], [0, 1]) == 1.0


@pytest.mark.parametrize(
    ("failed", "alike"),
    [([5, 5, 5], 1.0), ([0, 0, 0], 1.0), ([100, 100], 1.0), ([0, 50, 100], 100.0), ([7], 1.0)],
)
def test_repeats_that_differ_more_than_independent_requests_would_count_for_less(
    failed: list[int], alike: float
) -> None:
    assert alike_by_repeats(failed, [100] * len(failed)) == alike


def test_a_percentile_that_never_varies_has_an_interval_without_width() -> None:
    assert percentile_interval([2.0] * 40, range(40), 95) == Interval(2.0, 2.0)


def test_a_percentile_of_one_unit_has_no_interval() -> None:
    assert percentile_interval([1.0, 2.0], [0, 0], 95) is None
    assert percentile_interval([], [], 95) is None
    assert mean_interval([1.0]) is None


def test_a_percentile_of_requests_that_fail_together_is_less_sure() -> None:
    latency = [0.01] * 90 + [2.0] * 10
    alone = percentile_interval(latency, range(100), 90)
    together = percentile_interval(latency, [*range(90), *[90] * 10], 90)
    assert (alone, together) == (Interval(0.01, 2.0), Interval(0.01, 2.0))
    one_clump = percentile_interval([0.01] * 94 + [2.0] * 6, [*range(94), *[94] * 6], 95)
    assert one_clump == Interval(0.01, 2.0)


def test_the_same_numbers_have_the_same_interval_each_time() -> None:
    chance = random.Random(3)  # noqa: S311  repeatable
    latency = [chance.random() for _ in range(200)]
    assert percentile_interval(latency, range(200), 95) == percentile_interval(latency, range(200), 95)


def test_a_tail_is_seen_where_five_units_lie_beyond() -> None:
    assert [tail_seen(99, 95), tail_seen(100, 95), tail_seen(100, 99)] == [False, True, False]


def test_many_figures_are_each_held_to_more() -> None:
    assert (confidence(1), confidence(50)) == (0.95, 0.999)
    assert [round(stretch(level, 0), 2) for level in (0.95, 0.999)] == [1.0, 1.68]


def test_few_repeats_are_trusted_less() -> None:
    assert [round(stretch(0.95, repeats), 1) for repeats in (3, 10, 100)] == [2.7, 1.2, 1.0]
    assert [round(few_repeats(0.95, repeats), 1) for repeats in (1, 4, 5, 10)] == [1.0, 1.0, 2.0, 1.3]


def compared(before: float, after: float, repeats: int, seed: int) -> Comparison:
    chance = random.Random(seed)  # noqa: S311  repeatable
    return compare(facts(before, repeats, chance), facts(after, repeats, chance), "base", "new")


@pytest.mark.parametrize("repeats", [1, 10])
def test_two_runs_of_one_process_show_no_regression_in_20_of_20_pairs(repeats: int) -> None:
    found = [compared(0.05, 0.05, repeats, seed).count(Change.WORSE) for seed in range(PAIRS)]
    assert found == [0] * PAIRS


def test_five_points_more_failures_are_found_in_20_of_20_pairs_of_ten_repeats() -> None:
    found = [compared(0.05, 0.10, 10, seed).profiles[0].rows[0].change for seed in range(PAIRS)]
    assert found == [Change.WORSE] * PAIRS


def test_five_points_fewer_failures_are_found_as_well() -> None:
    assert compared(0.10, 0.05, 10, seed=1).profiles[0].rows[0].change is Change.BETTER
