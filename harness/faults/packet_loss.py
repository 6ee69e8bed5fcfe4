"""A share of all packets is lost, in a pattern that the seed decides: the same seed, the same pattern."""

from __future__ import annotations

import random
from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from pydantic import field_validator

from harness.faults.base import CellGround, Fault, Ground, Held, Mechanism, Obstacle
from harness.faults.canary import Canary, Felt
from harness.faults.proving import obstructing
from harness.units import Share, show_share

CYCLE = 1000  # packets after which the pattern begins anew; also the finest share, 0.1 %


class PacketLoss(Fault):
    kind: Literal["packet-loss"]
    share: Share
    seed: int = 1
    mechanism: ClassVar[Mechanism] = "kernel"
    summary: ClassVar[str] = "a share of the packets is lost, both ways, in a seeded pattern"

    @field_validator("share")
    @classmethod
    def _possible(cls, share: float) -> float:
        if not 1 / CYCLE <= share <= 0.9:
            raise ValueError("share must be between 0.1% and 90%; to lose everything take black-hole")
        return share

    def describe(self) -> str:
        return f"{show_share(self.share)} of the packets are lost, both ways"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        lost = random.Random(self.seed).sample(range(CYCLE), round(self.share * CYCLE))  # noqa: S311  repeatable
        match = f"numgen inc mod {CYCLE} {{ {', '.join(str(number) for number in sorted(lost))} }}"
        return obstructing(ground, Obstacle(self.kind, match, match), "slow", _pings_until_slow)


async def _pings_until_slow(canary: Canary, _: CellGround) -> Felt:
    """One lost packet in a whole cycle is enough to show: it comes again after 0.2 s at the earliest."""
    for _attempt in range(CYCLE):
        felt = await canary.ping(patience=30)
        if felt != "answer":
            return felt
    return "answer"
