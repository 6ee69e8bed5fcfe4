"""The load driver: open loop, one task per request, latency from when it was due.

What could not be sent is a sample too ('dropped'), never a gap: a driver that waits for slow answers hides them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Protocol

import aiohttp

from harness.load.outcome import CUT_OFF, DROPPED, FIXTURE_UNREACHABLE, HTTP_TIMEOUT, Outcome
from harness.load.plan import Planned
from harness.load.visits import Visit, Visits
from harness.record import Sample

MOST_OPEN = 5_000  # requests of one cell; more than that is our own memory, not a measurement
PORT_HEADER = "X-Redis-Local-Port"


class Clock(Protocol):
    def now(self) -> float: ...

    async def sleep_until(self, due: float) -> None: ...


class Driver:
    """Sends one cell's plan. Answers are recorded as they come; nothing waits for them."""

    def __init__(
        self, profile: str, visits: Visits, http: aiohttp.ClientSession, clock: Clock, record: Callable[[Sample], None]
    ) -> None:
        self._profile, self._http, self._clock, self._record = profile, http, clock, record
        self._visits = visits
        self._open: dict[asyncio.Task[None], float] = {}

    def waiting_since(self) -> float | None:
        """When the request that is open for longest was due; None where none is open."""
        return next(iter(self._open.values()), None)

    async def drive(self, plan: Iterable[Planned], began: float) -> None:
        """Sends each planned request when due, from `began` of the first phase on; then waits for the last answers."""
        try:
            for planned in plan:
                due = began + planned.due
                await self._clock.sleep_until(due)
                if len(self._open) >= MOST_OPEN:
                    self._record(Sample(self._profile, "none", due, due, due, DROPPED))
                    continue
                task = asyncio.create_task(self._request(planned, due))
                self._open[task] = due
                task.add_done_callback(self._open.pop)
            await asyncio.gather(*self._open)
        finally:
            for task in self._open:
                task.cancel()

    async def _request(self, planned: Planned, due: float) -> None:
        visit = self._visits.next(planned)
        sample = Sample(self._profile, visit.call.op, due, self._clock.now(), due, CUT_OFF)
        try:
            sample = await self._exchange(sample, visit)
        finally:
            self._record(replace(sample, done=self._clock.now()))

    async def _exchange(self, sample: Sample, visit: Visit) -> Sample:
        call = visit.call
        try:
            # An answer that leads elsewhere, to a login for example, is the answer.
            async with self._http.request(
                call.method, call.url, headers=call.headers, data=call.body, allow_redirects=False
            ) as answer:
                outcome = visit.judged(answer, await answer.read())
                port = _port(answer)
        except TimeoutError:
            outcome, port = Outcome(HTTP_TIMEOUT), 0
        except aiohttp.ClientError as error:
            outcome, port = Outcome(FIXTURE_UNREACHABLE, type(error).__name__), 0
        return replace(sample, outcome=outcome.kind, exception=outcome.exception, root=outcome.root, port=port)


def _port(answer: aiohttp.ClientResponse) -> int:
    """Of the Redis connection, where the application tells it."""
    told = answer.headers.get(PORT_HEADER, "0")
    return int(told) if told.isdecimal() else 0


@asynccontextmanager
async def http_session(timeout: float) -> AsyncIterator[aiohttp.ClientSession]:  # noqa: ASYNC109  a request's, not ours
    """As many connections as there are open requests: a limit would close the loop exactly when answers are slow."""
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=timeout),
        raise_for_status=False,
    ) as session:
        yield session
