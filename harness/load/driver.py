"""The load driver: open loop, one task per request, latency from when it was due.

What could not be sent is a sample too ('dropped'), never a gap: a driver that waits for slow answers hides them.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Protocol

import aiohttp
from yarl import URL

from harness.load.outcome import (
    CUT_OFF,
    DROPPED,
    FIXTURE_ERROR,
    FIXTURE_UNREACHABLE,
    HTTP_TIMEOUT,
    SESSION_LOST,
    Outcome,
    of_answer,
)
from harness.load.plan import Planned
from harness.record import OK, Sample

MOST_OPEN = 5_000  # requests of one cell; more than that is our own memory, not a measurement
PORT_HEADER = "X-Redis-Local-Port"


class Clock(Protocol):
    def now(self) -> float: ...

    async def sleep_until(self, due: float) -> None: ...


@dataclass(slots=True)
class User:
    """One visitor: its session cookie and the token that proves the session to be the same one."""

    cookie: str = ""
    token: str = ""


class Driver:
    """Sends one cell's plan. Answers are recorded as they come; nothing waits for them."""

    def __init__(
        self, profile: str, url: str, http: aiohttp.ClientSession, clock: Clock, record: Callable[[Sample], None]
    ) -> None:
        self._profile, self._http, self._clock, self._record = profile, http, clock, record
        self._session = URL(f"{url}/session")
        self._users: dict[int, User] = {}
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
        user = self._users.setdefault(planned.user, User())
        op = "create" if not user.cookie else "write" if planned.writes else "read"
        sample = Sample(self._profile, op, due, self._clock.now(), due, CUT_OFF)
        try:
            sample = await self._exchange(sample, user, planned.user)
        finally:
            self._record(replace(sample, done=self._clock.now()))

    async def _exchange(self, sample: Sample, user: User, number: int) -> Sample:
        token = user.token
        try:
            method = {"create": "POST", "read": "GET", "write": "PUT"}[sample.op]
            url = self._session.with_query(user=f"user-{number}") if sample.op == "create" else self._session
            headers = {"Cookie": user.cookie} if user.cookie else None
            async with self._http.request(method, url, headers=headers) as answer:
                body = await answer.read()
                outcome = _judged(answer, body, user, token)
                port = int(answer.headers.get(PORT_HEADER, "0"))
        except TimeoutError:
            outcome, port = Outcome(HTTP_TIMEOUT), 0
        except aiohttp.ClientError as error:
            outcome, port = Outcome(FIXTURE_UNREACHABLE, type(error).__name__), 0
        return replace(sample, outcome=outcome.kind, exception=outcome.exception, root=outcome.root, port=port)


def _judged(answer: aiohttp.ClientResponse, body: bytes, user: User, expected: str) -> Outcome:
    """The outcome, and what the user remembers of it. A session with another token than expected is another: lost."""
    outcome = of_answer(answer.status, body)
    if outcome.kind == SESSION_LOST:
        user.cookie = user.token = ""
    if outcome.kind != OK:
        return outcome
    try:
        token = str(json.loads(body)["token"])
    except (ValueError, KeyError, TypeError):
        return Outcome(FIXTURE_ERROR, "answer without a token")
    if expected and token != expected:
        return Outcome(SESSION_LOST, "another session answered")
    cookie = answer.cookies.get("SESSION")
    if cookie is not None:
        user.cookie, user.token = f"SESSION={cookie.value}", token
    return outcome


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
