"""The idle drop at work: the firewall's policy, a canary per cell, and the reaper where expiry itself acts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager

from harness.faults.admin import admin
from harness.faults.base import CellGround, Flow, Ground, Held, IdlePolicy, OnExpiry
from harness.faults.canary import Canary, Felt
from harness.faults.proving import settle, since
from harness.record import Event

GUARD = 0.25  # s; expiry is exact to some 50 ms (a delayed ACK is the last packet the firewall sees), so ask well after
LOOK = 0.05  # s between two looks of the reaper at the state table
EXPECTED: dict[OnExpiry, Felt] = {"drop": "silence", "reset-on-use": "reset", "reset-both": "reset", "close": "closed"}


@asynccontextmanager
async def forgetting(ground: Ground, policy: IdlePolicy) -> AsyncIterator[Held]:
    """Connections that are there have their limit from now on. The receipt is what was dropped, per cell."""
    before = await ground.firewall.dropped()
    tasks: list[asyncio.Task[None]] = []
    held = Held(proof={"limit": policy.limit})
    try:
        await ground.firewall.forget_idle(policy)
        # Only now, or a canary could be asked before the limit that it is to prove has begun to count.
        tasks += [asyncio.create_task(work) for work in _works(ground, policy)]
        yield held
    finally:
        await ground.firewall.remember()
        await settle(ground, "idle-drop", tasks)
        held.receipt = since(before, await ground.firewall.dropped())


def _works(ground: Ground, policy: IdlePolicy) -> list[Coroutine[None, None, None]]:
    works = [_ask_after(policy, cell, ground) for cell in ground.cells]
    return [*works, _reap(ground, policy)] if policy.on_expiry in ("reset-both", "close") else works


async def _ask_after(policy: IdlePolicy, cell: CellGround, ground: Ground) -> None:
    """One bare connection per cell: it must be answered before the limit, and meet the expiry after it."""
    canary = await Canary.open(cell)
    idle = policy.limit + GUARD
    try:
        first = await canary.ping()
        await asyncio.sleep(idle)
        felt = await canary.ping()
    finally:
        await canary.leave()
    proof = {"first": first, "idle": idle, "felt": felt, "expected": EXPECTED[policy.on_expiry]}
    ground.recorder.event(Event(ground.recorder.now(), "felt", cell.profile, fault="idle-drop", detail=proof))


async def _reap(ground: Ground, policy: IdlePolicy) -> None:
    """Tells both ends of each flow that has just been forgotten, within `LOOK` and the time of one look."""
    known = {flow.key: flow for flow in await ground.firewall.flows()}
    while True:
        await asyncio.sleep(LOOK)
        alive = {flow.key: flow for flow in await ground.firewall.flows()}
        for key in known.keys() - alive.keys():
            await _tell(ground, policy, known[key])
        known = alive


async def _tell(ground: Ground, policy: IdlePolicy, flow: Flow) -> None:
    if policy.on_expiry == "reset-both":
        await ground.firewall.reset(flow)
        return
    client, port, _, _ = flow.parts()
    cell = ground.cells[flow.cell - 1]
    async with admin(cell, answers_within=2) as redis:
        await redis.client_kill_filter(addr=f"{cell.seen_as or client}:{port}")
