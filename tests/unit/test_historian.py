"""How an application is asked what its client did: each thing once, on our clock, and none lost on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from harness.historian import Historian, following
from harness.record import Event, Sample

DETAIL = {"port": 40001, "reconnect": True, "took": 0.25}


def entry(number: int, at_nanos: int, what: str = "connected") -> dict[str, Any]:
    return {"number": number, "atNanos": at_nanos, "what": what, "detail": DETAIL}


def answer(now_nanos: int, *entries: dict[str, Any], lost: int = 0) -> dict[str, Any]:
    return {"nowNanos": now_nanos, "lost": lost, "entries": list(entries)}


@dataclass
class Memory:
    """A recorder whose clock is set by hand: the next of `times` at each look, the last of them for ever."""

    times: list[float]
    events: list[Event] = field(default_factory=list)

    def now(self) -> float:
        return self.times.pop(0) if len(self.times) > 1 else self.times[0]

    def event(self, event: Event) -> None:
        self.events.append(event)

    def sample(self, sample: Sample) -> None:
        raise AssertionError(sample)


@dataclass
class Application:
    """Gives its answers in turn; a number instead is an answer's status. Keeps what it was asked."""

    answers: list[dict[str, Any] | int]
    profile: str = "shared"
    url: str = ""
    asked: list[str] = field(default_factory=list)

    async def tell(self, request: web.Request) -> web.Response:
        self.asked.append(request.path_qs)
        told = self.answers.pop(0)
        return web.Response(status=told) if isinstance(told, int) else web.json_response(told)


@asynccontextmanager
async def up(application: Application) -> AsyncIterator[aiohttp.ClientSession]:
    served = web.Application()
    served.router.add_get("/history", application.tell)
    async with TestServer(served) as server, aiohttp.ClientSession() as http:
        application.url = str(server.make_url("")).rstrip("/")
        yield http


async def asked(application: Application, times: Sequence[float], asking: int) -> list[Event]:
    recorder = Memory([*times])
    async with up(application) as http:
        historian = Historian(application, http, recorder)
        for _ in range(asking):
            await historian.ask()
    return recorder.events


async def test_what_happened_is_recorded_at_its_time_on_our_clock_as_it_was_told() -> None:
    application = Application([answer(5_000_000_000, entry(1, 4_500_000_000))])
    (event,) = await asked(application, [20.0, 20.002], 1)
    assert event.at == pytest.approx(19.501)
    assert (event.what, event.profile, event.detail) == ("connected", "shared", DETAIL)
    assert event.line() == (
        '{"at": 19.501, "what": "connected", "profile": "shared", '
        '"detail": {"port": 40001, "reconnect": true, "took": 0.25}}'
    )


async def test_only_what_came_since_is_asked_for() -> None:
    application = Application([answer(0, entry(7, 0), entry(8, 0)), answer(0, entry(9, 0)), answer(0)])
    events = await asked(application, [0.0], 3)
    assert application.asked == ["/history?after=0", "/history?after=8", "/history?after=9"]
    assert len(events) == 3


async def test_the_clocks_are_compared_by_the_answer_that_came_soonest() -> None:
    slow, quick, slow_again = (answer(n * 1_000_000_000, entry(n, n * 1_000_000_000)) for n in (1, 2, 3))
    events = await asked(Application([slow, quick, slow_again]), [11.0, 11.4, 12.0, 12.002, 12.9, 13.5], 3)
    assert [event.at for event in events] == pytest.approx([11.2, 12.001, 13.001])


async def test_what_was_overwritten_before_it_was_asked_for_is_recorded() -> None:
    events = await asked(Application([answer(0, entry(4, 0), lost=3)]), [1.0], 1)
    assert [event.what for event in events] == ["connected", "unread"]
    assert events[1].text == "3 of its client's doings were overwritten before they were asked for"


async def test_it_is_asked_before_and_at_the_end_and_who_does_not_answer_is_recorded() -> None:
    application = Application([answer(0, entry(1, 0)), 503])
    recorder = Memory([1.0])
    async with up(application) as http, following([application], http, recorder):
        assert [event.what for event in recorder.events] == ["connected"]
    assert [event.what for event in recorder.events] == ["connected", "unread"]
    assert recorder.events[1].text == "what its client did meanwhile was not told: ClientResponseError"


async def test_without_an_application_that_could_tell_nothing_is_asked() -> None:
    recorder = Memory([1.0])
    async with aiohttp.ClientSession() as http, following([], http, recorder):
        pass
    assert recorder.events == []
