"""The figure behind a check, over one run or several, with what says how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from harness.analysis import Frame
from harness.compare.facts import Figure
from harness.compare.statistics import (
    ENOUGH,
    LEVEL,
    Interval,
    alike_by_clumps,
    alike_by_repeats,
    clumps,
    few_repeats,
    mean_interval,
    percentile_interval,
    share_interval,
    stretch,
    stretched,
    tail_seen,
)
from harness.expectations.answers_within import AnswersWithin
from harness.expectations.base import Expectation, Trouble
from harness.expectations.succeeds import Succeeds

DIGITS = 6


class Played(Protocol):
    """One profile's requests of one run."""

    @property
    def time_scale(self) -> float: ...

    def during(self, phase: str) -> Frame: ...

    def timed(self, phase: str) -> Frame:
        """Those whose latency says something."""

    def trouble(self) -> Trouble | None: ...


def figure_of(expectation: Expectation, views: Sequence[Played]) -> Figure | None:
    """None where no request was due, or where nothing is measured that can be laid side by side."""
    if isinstance(expectation, Succeeds):
        return _failed([view.during(expectation.during) for view in views])
    if isinstance(expectation, AnswersWithin):
        return _percentile([view.timed(expectation.during) for view in views], expectation.percentile, views)
    return _trouble(views) if expectation.kind == "recovers" else None


def time_interval(figure: Figure, level: float) -> Interval | None:
    """Of a percentile or a length; None where there is none."""
    if figure.low is None or figure.high is None:
        return None
    return stretched(figure.value, Interval(figure.low, figure.high), stretch(level, len(figure.each)))


def own_interval(figure: Figure) -> Interval | None:
    """Of the figure by itself, at 95 %."""
    if figure.unit == "s":
        return time_interval(figure, LEVEL)
    alike = figure.alike * few_repeats(LEVEL, len(figure.each))
    return share_interval(figure.value, figure.requests, alike)


def _failed(frames: Sequence[Frame]) -> Figure | None:
    requests = [len(frame) for frame in frames if len(frame)]
    failed = [int(frame["failed"].sum()) for frame in frames if len(frame)]
    if not requests:
        return None
    return Figure(
        name="failed",
        unit="share",
        value=_rounded(sum(failed) / sum(requests)),
        requests=sum(requests),
        alike=_rounded(_alike([frame for frame in frames if len(frame)], failed, requests)),
        each=[_rounded(bad / asked) for bad, asked in zip(failed, requests, strict=True)] * (len(requests) > 1),
    )


def _alike(frames: Sequence[Frame], failed: Sequence[int], requests: Sequence[int]) -> float:
    """Enough repeats show by themselves how much runs differ; few may agree by chance, so that clumps count as well."""
    by_repeats = alike_by_repeats(failed, requests)
    if len(frames) >= ENOUGH:
        return by_repeats
    by_clumps = [alike_by_clumps(frame.sort_values("due")["failed"].tolist(), _clumps(frame)) for frame in frames]
    return max(by_repeats, *by_clumps)


def _clumps(frame: Frame) -> list[int]:
    in_order = frame.sort_values("due")
    return clumps(in_order["failed"].tolist(), in_order["port"].tolist())


def _percentile(frames: Sequence[Frame], percent: float, views: Sequence[Played]) -> Figure | None:
    scale = views[0].time_scale
    latencies = [frame.sort_values("due")["latency"].to_numpy() for frame in frames if len(frame)]
    if not latencies:
        return None
    together = np.concatenate(latencies)
    if len(latencies) > 1:
        repeats = np.repeat(np.arange(len(latencies)), [len(one) for one in latencies])
        interval = percentile_interval(together.tolist(), repeats.tolist(), percent)
    else:
        units = _clumps(next(frame for frame in frames if len(frame)))
        interval = percentile_interval(together.tolist(), units, percent) if tail_seen(len({*units}), percent) else None
    each = [float(np.quantile(one, percent / 100)) for one in latencies]
    return _time(f"p{percent:g}", float(np.quantile(together, percent / 100)), interval, each, scale)


def _trouble(views: Sequence[Played]) -> Figure:
    """How long it lasted; none is a length, too. Of one run there is one such length, and so no interval."""
    seen = [trouble.ended - trouble.began if (trouble := view.trouble()) else 0.0 for view in views]
    return _time("trouble", float(np.mean(seen)), mean_interval(seen), seen, views[0].time_scale)


def _time(name: str, run: float, interval: Interval | None, each: Sequence[float], scale: float) -> Figure:
    """At production scale. The point stays in its interval: interpolated it may lie just beyond."""
    return Figure(
        name=name,
        unit="s",
        value=_rounded(run * scale),
        low=None if interval is None else _rounded(min(run, interval.low) * scale),
        high=None if interval is None else _rounded(max(run, interval.high) * scale),
        each=[_rounded(one * scale) for one in each] * (len(each) > 1),
    )


def _rounded(value: float) -> float:
    return round(float(value), DIGITS)
