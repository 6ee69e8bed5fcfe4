"""The plan of the load: when which request of which user is due. Pure, so the same seed gives the same plan."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat

from harness.scenario import Scenario, VisitKind, timeline


@dataclass(frozen=True, slots=True)
class Planned:
    """One request: due in seconds of the run from the first phase's begin. A user without a session makes one first."""

    due: float
    user: int
    writes: bool
    visit: VisitKind = "sessions"


def plan(scenario: Scenario, seed: int) -> Iterator[Planned]:
    """Evenly spaced within a phase, after those who come at once; users in a shuffled order, each equally often."""
    chance = random.Random(seed)  # noqa: S311  repeatable, nothing secret
    users = _rounds(scenario.load.users, chance)
    for phase, began, ended in timeline(scenario):
        rate, visit = scenario.rate(phase) * scenario.time_scale, scenario.visits(phase)
        spaced = (began + number / rate for number in range(round((ended - began) * rate)))
        for due in (*repeat(began, phase.at_once), *spaced):
            yield Planned(due, next(users), chance.random() < scenario.load.writes, visit)


def gap(planned: Sequence[Planned]) -> float:
    """The smallest time between two requests that do not come at once, in seconds of the run; 0 where there is none."""
    return min((later.due - one.due for one, later in pairwise(planned) if later.due > one.due), default=0.0)


def _rounds(users: int, chance: random.Random) -> Iterator[int]:
    while True:
        yield from chance.sample(range(users), users)
