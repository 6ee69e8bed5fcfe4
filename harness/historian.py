"""What each application's client does meanwhile: its connections, and its pools as they change.

The application keeps it with the time at which it happened, so that it has to be asked every few seconds only; and it
is recorded as it is told, so that a JVM which is killed takes no more than those with it.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import aiohttp
from pydantic import BaseModel, ValidationError
from pydantic.alias_generators import to_camel

from harness.record import Event, Recorder
from harness.standstill import ANSWERS_WITHIN, NANOSECONDS, Application

PACE = 5.0  # s; an answer is some milliseconds of CPU, and there may be twelve to ask
AT_A_TIME = 50  # entries that are written before requests get their turn; a hundred take a millisecond
LIMIT = aiohttp.ClientTimeout(total=ANSWERS_WITHIN)
NOT_TOLD = (aiohttp.ClientError, TimeoutError, OSError, ValidationError)


class Entry(BaseModel, alias_generator=to_camel):
    """One thing that happened, on the JVM's clock; `detail` goes into the record as it is (docs/record.md)."""

    number: int
    at_nanos: int
    what: str
    detail: dict[str, bool | int | float | str]


class Told(BaseModel, alias_generator=to_camel):
    """`lost` entries were overwritten before they were asked for."""

    now_nanos: int
    lost: int
    entries: list[Entry]


class Historian:
    """Asks one application. What has been recorded is not asked for again; what did not arrive is."""

    def __init__(self, application: Application, http: aiohttp.ClientSession, recorder: Recorder) -> None:
        self._application, self._http, self._recorder = application, http, recorder
        self._last = 0
        self._unsure, self._ahead = math.inf, 0.0  # s; how far our clock is ahead of the JVM's, and how sure that is

    async def ask(self) -> None:
        """Records what is new. Raises one of NOT_TOLD."""
        asked = self._recorder.now()
        url, after = f"{self._application.url}/history", {"after": self._last}
        async with self._http.get(url, params=after, raise_for_status=True, timeout=LIMIT) as answer:
            told = Told.model_validate_json(await answer.read())
        self._compare_clocks(asked, told.now_nanos * NANOSECONDS)
        for entry in told.entries:
            at = entry.at_nanos * NANOSECONDS + self._ahead
            self._recorder.event(Event(at, entry.what, self._application.profile, detail=entry.detail))
            self._last = entry.number
            if not entry.number % AT_A_TIME:
                await asyncio.sleep(0)
        if told.lost:
            self._unread(f"{told.lost} of its client's doings were overwritten before they were asked for")

    async def ask_or_say(self) -> None:
        """The same; where it can't be had, that is recorded."""
        try:
            await self.ask()
        except NOT_TOLD as error:
            self._unread(f"what its client did meanwhile was not told: {type(error).__name__}")

    async def ask_meanwhile(self, delay: float) -> None:
        """Until it is cancelled. Who does not answer is asked for the same again."""
        await asyncio.sleep(delay)
        while True:
            with suppress(*NOT_TOLD):
                await self.ask()
            await asyncio.sleep(PACE)

    def _compare_clocks(self, asked: float, told: float) -> None:
        """The JVM looked at its clock between question and answer: the shorter that was, the surer the difference."""
        took = self._recorder.now() - asked
        if took < self._unsure:
            self._unsure, self._ahead = took, asked + took / 2 - told

    def _unread(self, text: str) -> None:
        self._recorder.event(Event(self._recorder.now(), "unread", self._application.profile, text=text))


@asynccontextmanager
async def following(
    applications: Sequence[Application], http: aiohttp.ClientSession, recorder: Recorder
) -> AsyncIterator[None]:
    """Records while the scope is open, one application after the other; left by an exception, it stops at once."""
    historians = [Historian(application, http, recorder) for application in applications]
    await asyncio.gather(*(historian.ask_or_say() for historian in historians))
    turns = [number / len(historians) * PACE for number in range(len(historians))]
    asking = [asyncio.create_task(h.ask_meanwhile(turn)) for h, turn in zip(historians, turns, strict=True)]
    try:
        yield
    finally:
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
    await asyncio.gather(*(historian.ask_or_say() for historian in historians))
