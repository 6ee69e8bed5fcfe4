"""When the machine stood still: the harness's own event loop, and each application's JVM.

Nothing could go on then, whatever the client's settings are, so what met a standstill is weighed apart (analysis.py).
"""

from __future__ import annotations

import asyncio
from typing import Protocol

import aiohttp
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from harness.record import Event, Recorder

NAP = 0.01  # s
NOTABLE = 0.05  # s that a nap must be too long
NANOSECONDS = 1e-9
ANSWERS_WITHIN = 2.0  # s
STALL = "stall"


class Application(Protocol):
    @property
    def profile(self) -> str: ...

    @property
    def url(self) -> str: ...


class Standstill(BaseModel, alias_generator=to_camel):
    """As the fixture tells it: how long ago it began."""

    ago_nanos: float
    lasted_nanos: float

    def event(self, now: float, profile: str) -> Event:
        began, lasted = now - self.ago_nanos * NANOSECONDS, round(self.lasted_nanos * NANOSECONDS, 6)
        return Event(began, STALL, profile, detail={"lasted": lasted})


TOLD = TypeAdapter(list[Standstill])


async def watch_own(recorder: Recorder) -> None:
    """Records each standstill of this process, until it is cancelled."""
    while True:
        due = recorder.now() + NAP
        await asyncio.sleep(NAP)
        late = recorder.now() - due
        if late > NOTABLE:
            recorder.event(Event(due, STALL, detail={"lasted": round(late, 6)}))


async def ask(application: Application, http: aiohttp.ClientSession, recorder: Recorder) -> None:
    """Records what the application's JVM tells of itself; where it can't, that is recorded."""
    limit = aiohttp.ClientTimeout(total=ANSWERS_WITHIN)
    try:
        async with http.get(f"{application.url}/standstills", raise_for_status=True, timeout=limit) as answer:
            told = TOLD.validate_json(await answer.read())
    except (aiohttp.ClientError, TimeoutError, OSError, ValidationError) as error:
        text = f"whether the application stood still is not known: {type(error).__name__}"
        recorder.event(Event(recorder.now(), "unread", application.profile, text=text))
        return
    now = recorder.now()
    for standstill in told:
        recorder.event(standstill.event(now, application.profile))
