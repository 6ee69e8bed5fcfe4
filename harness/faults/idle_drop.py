"""A firewall that forgets connections in which nothing was said for a while, and tells nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import ClassVar, Literal

from pydantic import field_validator

from harness.faults.base import CellGround, Fault, Ground, Held, Mechanism
from harness.faults.canary import Canary
from harness.record import Event
from harness.units import Duration, show_duration

GUARD = 0.25  # s; expiry is exact to some 50 ms (a delayed ACK is the last packet the firewall sees), so ask well after


class IdleDrop(Fault):
    """Per connection; any packet, a keepalive probe too, starts the limit anew."""

    kind: Literal["idle-drop"]
    limit: Duration
    mechanism: ClassVar[Mechanism] = "kernel"
    summary: ClassVar[str] = "the firewall forgets idle connections and drops their packets in silence"

    @field_validator("limit")
    @classmethod
    def _positive(cls, limit: float) -> float:
        if limit <= 0:
            raise ValueError("limit must be above zero, for example 240s")
        return limit

    def describe(self) -> str:
        return f"{self.summary}, after {show_duration(self.limit)}"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        return _forgetting(ground, self.limit / ground.time_scale)


@asynccontextmanager
async def _forgetting(ground: Ground, limit: float) -> AsyncIterator[Held]:
    before = await ground.firewall.dropped()
    canaries: list[asyncio.Task[None]] = []
    held = Held(proof={"limit": limit})
    try:
        await ground.firewall.forget_idle(limit)
        # Only now, or a canary could be asked before the limit that it is to prove has begun to count.
        canaries += [asyncio.create_task(_ask_after(limit, cell, ground)) for cell in ground.cells]
        yield held
    finally:
        await ground.firewall.remember()
        for canary in canaries:
            canary.cancel()
        await asyncio.gather(*canaries, return_exceptions=True)
        after = await ground.firewall.dropped()
        held.receipt = {profile: count.since(before[profile]).proof() for profile, count in after.items()}


async def _ask_after(limit: float, cell: CellGround, ground: Ground) -> None:
    """One bare connection per cell: it must be answered before the limit, and meet silence after it."""
    canary = await Canary.open(cell)
    try:
        first = await canary.ping()
        await asyncio.sleep(limit + GUARD)
        felt = await canary.ping()
    finally:
        await canary.leave()
    proof = {"first": first, "idle": limit + GUARD, "felt": felt, "expected": "silence"}
    ground.recorder.event(Event(ground.recorder.now(), "felt", cell.profile, fault="idle-drop", detail=proof))
