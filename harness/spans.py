"""Stretches of a run's time, and how requests lie in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Times = TypeVar("Times", float, npt.NDArray[np.float64])


@dataclass(frozen=True, slots=True)
class Span:
    """A phase or a fault on the run's clock."""

    name: str
    began: float
    ended: float

    @property
    def length(self) -> float:
        return self.ended - self.began


def merged(spans: Iterable[Span]) -> list[Span]:
    """In order, with what overlaps made one."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: span.began):
        if joined and span.began <= joined[-1].ended:
            last = joined.pop()
            joined.append(Span(span.name, last.began, max(last.ended, span.ended)))
        else:
            joined.append(span)
    return joined


def bridged(spans: Iterable[Span], window: float) -> list[Span]:
    """Merged, and with what lies between two spans of a window or more, where it is no longer than one (and a fifth).

    Who looks at windows sees one that was just not bad enough between two that were; nothing had ended in it.
    """
    joined: list[Span] = []
    for span in merged(spans):
        last = joined[-1] if joined else span
        if 0 < span.began - last.ended <= 1.2 * window <= 1.2 * min(span.length, last.length):
            joined[-1] = Span(span.name, last.began, span.ended)
        else:
            joined.append(span)
    return joined


def standing(sent: Times, done: Times, spans: Iterable[Span]) -> Times:
    """Seconds of these spans in which a request was on its way; before it left it was late, which is counted apart."""
    return sum((np.clip(np.minimum(done, s.ended) - np.maximum(sent, s.began), 0, None) for s in spans), 0.0 * sent)


def overlap(one: Span, other: Span) -> bool:
    return one.began < other.ended and other.began < one.ended
