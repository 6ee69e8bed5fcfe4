"""Runs of a made-up process whose truth is known: connections die, and each fails the few requests that meet it."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pandas as pd

from harness.analysis import Frame
from harness.compare.facts import CheckFacts, Facts, ProfileFacts
from harness.compare.figures import figure_of
from harness.expectations.answers_within import AnswersWithin
from harness.expectations.base import Expectation, Trouble
from harness.expectations.recovers import Recovers
from harness.expectations.succeeds import Succeeds
from harness.verdict import Ruling

REQUESTS, MOST_PER_DEAD, TIMEOUT = 1000, 5, 2.0
EXPECTATIONS: list[Expectation] = [
    Succeeds(kind="succeeds", during="rush", share="90%"),
    AnswersWithin(kind="answers-within", during="rush", percentile=95, within="30s"),
    Recovers(kind="recovers", within="2m"),
]


@dataclass(frozen=True)
class MadeUp:
    """One profile's requests of one run at a second a minute."""

    frame: Frame
    time_scale: float = 60.0

    def during(self, phase: str) -> Frame:
        del phase
        return self.frame

    def timed(self, phase: str) -> Frame:
        return self.during(phase)

    def trouble(self) -> Trouble | None:
        failed = self.frame[self.frame["failed"]]["due"]
        return Trouble(float(failed.min()), float(failed.max()), len(failed), over=True) if len(failed) else None


def made_up(failing: float, chance: random.Random) -> MadeUp:
    """As many connections die as make that share of the requests fail in the long run; each at any time."""
    failed, port = [False] * REQUESTS, [1] * REQUESTS
    mean = failing * REQUESTS / ((1 + MOST_PER_DEAD) / 2)
    dead = sum(chance.random() < mean / 200 for _ in range(200))
    for number in range(dead):
        for at in chance.sample(range(REQUESTS), chance.randint(1, MOST_PER_DEAD)):
            failed[at], port[at] = True, 100 + number
    latency = [chance.lognormvariate(-4, 0.4) + bad * TIMEOUT for bad in failed]
    due = [number / 20 for number in range(REQUESTS)]
    return MadeUp(pd.DataFrame({"due": due, "failed": failed, "port": port, "latency": latency}))


def facts(failing: float, repeats: int, chance: random.Random) -> Facts:
    """What is kept of that many runs of the process; every ruling is a pass, so that only figures tell."""
    views = [made_up(failing, chance) for _ in range(repeats)]
    checks = {
        expectation.name: CheckFacts(
            claim=expectation.describe(),
            rulings=[Ruling.PASS] * repeats,
            because="",
            figure=figure_of(expectation, views),
        )
        for expectation in EXPECTATIONS
    }
    return Facts(
        harness="0.1.0",
        scenario="made-up",
        parts={},
        time_scale=60,
        stack="local",
        mechanisms=["kernel"],
        seeds=list(range(repeats)),
        profiles={"shared": ProfileFacts(checks=checks)},
    )
