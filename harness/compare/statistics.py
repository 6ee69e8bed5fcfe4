"""Intervals of what a run shows, and of the difference of two. docs/comparing.md says why they are what they are.

Nothing here knows of runs: shares, lengths and latencies in, intervals out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

LEVEL = 0.95  # of an interval that stands alone
WRONG = 0.05  # how often a comparison of two equal runs may see a difference anywhere in its table
RESAMPLES = 1000
MOST = 4000  # latencies that one bootstrap looks at
TAIL = 5  # units that must lie beyond a percentile, or its upper end is anybody's guess
ENOUGH = 5  # repeats, to learn from them alone how much runs differ
SEED = 20210611


@dataclass(frozen=True, slots=True)
class Interval:
    """Around one value."""

    low: float
    high: float


def confidence(figures: int) -> float:
    """For each of that many figures, so that all of them together are wrong as rarely as one should be (Bonferroni)."""
    return 1 - WRONG / max(1, figures)


def share_interval(share: float, requests: int, alike: float, level: float = LEVEL) -> Interval:
    """Wilson's, of as many requests as would be independent: each `alike` requests count as one."""
    trials = max(1, round(requests / alike))
    found = stats.binomtest(round(share * trials), trials).proportion_ci(level, method="wilson")
    return Interval(min(share, float(found.low)), max(share, float(found.high)))


def stretch(level: float, repeats: int) -> float:
    """How much wider than at 95 % an interval of a bootstrap is at `level`.

    A thousand resamples do not show the tails, so they are taken from the normal distribution; where a few repeats were
    resampled, from Student's, which knows how little a few say of their own spread.
    """
    usual = float(stats.norm.ppf(0.5 + LEVEL / 2))
    wanted = stats.t.ppf(0.5 + level / 2, repeats - 1) if repeats > 1 else stats.norm.ppf(0.5 + level / 2)
    few = (repeats / (repeats - 1)) ** 0.5 if repeats > 1 else 1.0
    return float(wanted) / usual * few


def few_repeats(level: float, repeats: int) -> float:
    """What `alike` grows by where it was learned from repeats: Student's interval over the normal one, squared."""
    if repeats < ENOUGH:
        return 1
    return float((stats.t.ppf(0.5 + level / 2, repeats - 1) / stats.norm.ppf(0.5 + level / 2)) ** 2)


def difference(before: float, base: Interval, after: float, new: Interval) -> Interval:
    """Newcombe's hybrid: an end is as far off as the two that lead there are from their values, squared and added."""
    change = after - before
    down = np.hypot(after - new.low, base.high - before)
    up = np.hypot(new.high - after, before - base.low)
    return Interval(change - float(down), change + float(up))


def stretched(value: float, found: Interval, factor: float) -> Interval:
    """With both ends that much further away."""
    return Interval(value - factor * (value - found.low), value + factor * (found.high - value))


def clumps(failed: Sequence[bool], ports: Sequence[int]) -> list[int]:
    """To which clump each request belongs, in the order in which they were due.

    One dead connection fails many requests: failures of one connection are one clump, and so are failures in a row. A
    request that succeeded is a clump of its own.
    """
    parents = list(range(len(failed)))
    first_of: dict[int, int] = {}
    for number, (bad, port) in enumerate(zip(failed, ports, strict=True)):
        if not bad:
            continue
        if number and failed[number - 1]:
            _join(parents, number, number - 1)
        if port:
            _join(parents, number, first_of.setdefault(port, number))
    return [_root(parents, number) for number in range(len(parents))]


def _root(parents: list[int], number: int) -> int:
    while parents[number] != number:
        parents[number] = parents[parents[number]]
        number = parents[number]
    return number


def _join(parents: list[int], one: int, other: int) -> None:
    parents[_root(parents, one)] = _root(parents, other)


def alike_by_clumps(failed: Sequence[bool], units: Sequence[int]) -> float:
    """How many failures come at once, as a failure sees it: 1 where each stands alone."""
    sizes = Counter(unit for bad, unit in zip(failed, units, strict=True) if bad).values()
    return sum(size * size for size in sizes) / sum(sizes) if sizes else 1.0


def alike_by_repeats(failed: Sequence[int], requests: Sequence[int]) -> float:
    """How much more the repeats' shares differ than those of independent requests would (the design effect)."""
    count, total = len(failed), sum(requests)
    share = sum(failed) / total if total else 0.0
    if count < 2 or share in {0.0, 1.0}:
        return 1.0
    spread = sum((bad - share * asked) ** 2 for bad, asked in zip(failed, requests, strict=True)) * count / (count - 1)
    return float(max(1.0, spread / (share * (1 - share) * total)))


def percentile_interval(latency: Sequence[float], units: Sequence[int], percent: float) -> Interval | None:
    """By a bootstrap that draws whole units: the clumps of one run, or repeats. None where there is only one."""
    kept = slice(None, None, max(1, -(-len(latency) // MOST)))  # of very many, every so-manieth as they were due
    values = np.asarray(latency, dtype=np.float64)[kept]
    names, owners = np.unique(np.asarray(units, dtype=np.int64)[kept], return_inverse=True)
    order = np.argsort(values, kind="stable")

    def percentiles(drawn: Numbers, axis: int = -1) -> Floats:
        del axis  # always the last
        rows = drawn if drawn.ndim > 1 else drawn[np.newaxis]
        found = np.array([_percentile(values[order], owners[order], row, len(names), percent) for row in rows])
        return found if drawn.ndim > 1 else found[0]

    return _bootstrapped(np.arange(len(names)), percentiles) if len(names) > 1 else None


def mean_interval(lengths: Sequence[float]) -> Interval | None:
    """Of the mean of one length per repeat; None where there is only one."""
    return _bootstrapped(np.asarray(lengths, dtype=np.float64), np.mean) if len(lengths) > 1 else None


def tail_seen(units: int, percent: float) -> bool:
    """Whether enough independent units lie beyond the percentile to say how sure it is."""
    return units * (1 - percent / 100) >= TAIL


def _percentile(ranked: Floats, owners: Numbers, drawn: Numbers, units: int, percent: float) -> float:
    """Of the drawn units' latencies, which stand in order: each counts as often as its unit was drawn."""
    counted = np.cumsum(np.bincount(drawn, minlength=units)[owners])
    return float(ranked[np.searchsorted(counted, counted[-1] * percent / 100)])


def _bootstrapped(sample: npt.NDArray[Any], statistic: Callable[..., Any]) -> Interval:
    found = stats.bootstrap(
        (sample,),
        statistic,
        n_resamples=RESAMPLES,
        batch=100,
        vectorized=True,
        confidence_level=LEVEL,
        method="percentile",
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return Interval(float(found.low), float(found.high))
