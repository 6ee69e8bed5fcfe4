from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest
from test_scenario import GOOD, scenario
from virtual import run_virtual

from harness.application import Requests
from harness.clock import Clock
from harness.load import driver as driver_room
from harness.load.driver import Driver
from harness.load.outcome import Outcome, of_answer, of_chain, of_foreign_answer
from harness.load.plan import Planned, gap, plan
from harness.load.visits import ForeignVisits, SessionVisits, Visits
from harness.record import Sample


class Answer:
    """An HTTP answer of the fixture, as far as the driver reads it."""

    def __init__(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.status, self._body, self.headers = status, body, headers or {}
        self.cookies: dict[str, Any] = {}

    async def read(self) -> bytes:
        return self._body


class Server:
    """Answers after `takes` seconds of virtual time, and keeps what it was asked."""

    def __init__(self, takes: float, answer: Answer) -> None:
        self.takes, self.answer = takes, answer
        self.asked: list[str] = []
        self.sent: list[tuple[object, object]] = []

    @asynccontextmanager
    async def request(self, method: str, url: str, headers: object, data: object, **_: object) -> AsyncIterator[Answer]:
        self.asked.append(f"{method} {url}")
        self.sent.append((headers, data))
        await asyncio.sleep(self.takes)
        yield self.answer


def driven(server: Server, planned: list[Planned], visits: Visits | None = None) -> list[Sample]:
    samples: list[Sample] = []

    async def main() -> None:
        clock = Clock(asyncio.get_running_loop().time)
        http = cast("aiohttp.ClientSession", server)
        asked = visits or SessionVisits("http://x")
        await Driver("p", asked, http, clock, samples.append).drive(planned, began=0.0)

    run_virtual(main())
    return sorted(samples, key=lambda sample: sample.due)


def test_the_plan_is_evenly_spaced_within_a_phase_and_silent_where_there_is_no_load(tmp_path: Path) -> None:
    planned = list(plan(scenario(tmp_path), seed=1))
    assert len(planned) == 200
    assert [request.due for request in planned[:3]] == pytest.approx([0, 0.05, 0.1])
    assert planned[-1].due == pytest.approx(9.95)


def test_those_who_come_at_once_are_due_in_the_phases_first_moment_and_the_others_after_them(tmp_path: Path) -> None:
    together = GOOD.replace("lasts: 8m, rate: 0", "lasts: 8m, rate: 0, at_once: 3").replace(
        "lasts: 10m", "lasts: 10m, at_once: 2"
    )
    due = [round(request.due, 3) for request in plan(scenario(tmp_path, together), seed=1)]
    assert (due[:4], due[200:]) == ([0, 0, 0, 0.05], [9.9, 9.95, 10, 10, 10])


def test_the_gap_between_requests_is_not_that_of_those_who_come_at_once() -> None:
    assert gap([Planned(due, user=1, writes=False) for due in (0, 0, 0, 0.05, 0.1)]) == pytest.approx(0.05)
    assert gap([]) == 0


def test_the_same_seed_gives_the_same_plan_and_another_seed_another(tmp_path: Path) -> None:
    read = scenario(tmp_path)
    assert list(plan(read, seed=7)) == list(plan(read, seed=7)) != list(plan(read, seed=8))


def test_every_user_is_due_once_before_anyone_is_due_twice(tmp_path: Path) -> None:
    first_round = [request.user for request in plan(scenario(tmp_path), seed=1)][:20]
    assert sorted(first_round) == list(range(20))


def test_slow_answers_do_not_slow_the_sending() -> None:
    samples = driven(Server(3.0, Answer(500, b"{}")), [Planned(n * 0.1, n, False) for n in range(50)])
    assert [sample.sent - sample.due for sample in samples] == pytest.approx([0.0] * 50)
    assert [sample.done - sample.due for sample in samples] == pytest.approx([3.0] * 50)


def test_what_could_not_be_sent_is_a_sample_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver_room, "MOST_OPEN", 2)
    samples = driven(Server(3.0, Answer(500, b"{}")), [Planned(n * 0.1, n, False) for n in range(4)])
    assert [sample.outcome for sample in samples] == ["fixture-error", "fixture-error", "dropped", "dropped"]


def test_a_user_without_a_session_makes_one_first() -> None:
    server = Server(0.0, Answer(500, b"{}"))
    driven(server, [Planned(0, 1, True), Planned(1, 1, True)])
    assert server.asked == ["POST http://x/session?user=user-1"] * 2


def test_the_local_port_of_the_redis_connection_is_kept() -> None:
    samples = driven(Server(0.0, Answer(500, b"{}", {"X-Redis-Local-Port": "40312"})), [Planned(0, 1, False)])
    assert samples[0].port == 40312


def test_a_request_that_is_cut_off_is_recorded_as_such() -> None:
    samples: list[Sample] = []

    async def main() -> None:
        clock = Clock(asyncio.get_running_loop().time)
        http = cast("aiohttp.ClientSession", Server(60.0, Answer(200, b"{}")))
        driver = Driver("p", SessionVisits("http://x"), http, clock, samples.append)
        driving = asyncio.create_task(driver.drive([Planned(0, 1, False)], 0.0))
        await asyncio.sleep(5)
        driving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await driving
        await asyncio.sleep(0)

    run_virtual(main())
    assert [(sample.outcome, sample.done) for sample in samples] == [("cut-off", 5.0)]


@pytest.mark.parametrize(
    ("chain", "kind"),
    [
        (["org.springframework.dao.QueryTimeoutException", "io.lettuce.core.RedisCommandTimeoutException"], "command-timeout"),
        (
            ["org.springframework.data.redis.RedisConnectionFailureException", "org.springframework.data.redis.connection.PoolException",
             "java.util.NoSuchElementException"],
            "pool-exhausted",
        ),
        (
            ["org.springframework.data.redis.RedisConnectionFailureException", "io.lettuce.core.RedisConnectionException",
             "io.lettuce.core.RedisCommandTimeoutException"],
            "connection-failure",
        ),
        (
            ["org.springframework.data.redis.RedisConnectionFailureException", "redis.clients.jedis.exceptions.JedisConnectionException",
             "java.net.SocketTimeoutException"],
            "command-timeout",
        ),
        (["org.springframework.data.redis.RedisSystemException", "io.lettuce.core.RedisException", "java.io.IOException"], "connection-failure"),
        (["org.springframework.data.redis.RedisSystemException", "io.lettuce.core.RedisException"], "redis-error"),
        (["redis.exceptions.TimeoutError", "builtins.TimeoutError"], "command-timeout"),
        (["redis.exceptions.ConnectionError"], "connection-failure"),
        (["redis.exceptions.MaxConnectionsError"], "pool-exhausted"),
        (["redis.exceptions.ReadOnlyError"], "redis-error"),
        (["java.lang.IllegalStateException"], "fixture-error"),
        ([], "fixture-error"),
    ],
)  # fmt: skip
def test_outcomes_are_told_by_the_types_of_the_exceptions(chain: list[str], kind: str) -> None:
    assert of_chain(chain).kind == kind


def test_the_outermost_and_the_innermost_exception_are_kept() -> None:
    assert of_chain(["a.Outer", "b.Middle", "c.Root"]) == Outcome("fixture-error", "a.Outer", "c.Root")


def test_an_answer_that_is_no_json_is_a_fixture_error_with_its_status() -> None:
    assert of_answer(502, b"<html>") == Outcome("fixture-error", "HTTP 502")


def test_a_session_that_is_not_found_is_lost() -> None:
    assert of_answer(404, b'{"lost": true}').kind == "session-lost"


def test_the_request_that_is_open_for_longest_is_known() -> None:
    async def main() -> list[float | None]:
        http = cast("aiohttp.ClientSession", Server(2.5, Answer(500, b"{}")))
        visits = SessionVisits("http://x")
        driver = Driver("p", visits, http, Clock(asyncio.get_running_loop().time), lambda _: None)
        driving = asyncio.create_task(driver.drive([Planned(float(due), 1, writes=False) for due in (1, 2)], 0.0))
        seen = []
        for _ in range(5):
            await asyncio.sleep(0.8)
            seen.append(driver.waiting_since())
        await driving
        return [*seen, driver.waiting_since()]

    assert run_virtual(main()) == [None, 1.0, 1.0, 1.0, 2.0, None]


REQUESTS = Requests.model_validate(
    {
        "read": {"path": "/value/{user}"},
        "write": {
            "method": "PUT",
            "path": "/value",
            "headers": {"X-Who": "{user}"},
            "body": '{"of": "{user}"}',
            "expect": 409,
        },
    }
)


def test_an_application_that_is_not_ours_is_asked_what_its_profile_says() -> None:
    server = Server(0.0, Answer(204, b""))
    samples = driven(
        server, [Planned(0, 3, writes=False), Planned(1, 4, writes=True)], ForeignVisits("http://x", REQUESTS)
    )
    assert server.asked == ["GET http://x/value/3", "PUT http://x/value"]
    assert server.sent == [({}, None), ({"X-Who": "4"}, b'{"of": "4"}')]
    assert [(sample.op, sample.outcome, sample.exception) for sample in samples] == [
        ("read", "ok", ""),
        ("write", "application-error", "HTTP 204"),
    ]


@pytest.mark.parametrize("writes", [True, False])
def test_where_only_one_request_is_given_it_is_made_every_time(*, writes: bool) -> None:
    only = Requests.model_validate({"read": {"path": "/value"}})
    samples = driven(Server(0.0, Answer(200, b"")), [Planned(0, 1, writes)], ForeignVisits("http://x", only))
    assert [(sample.op, sample.outcome) for sample in samples] == [("read", "ok")]


def test_a_header_that_is_no_port_is_not_taken_for_one() -> None:
    server = Server(0.0, Answer(200, b"", {"X-Redis-Local-Port": "none"}))
    assert driven(server, [Planned(0, 1, False)], ForeignVisits("http://x", REQUESTS))[0].port == 0


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"down", Outcome("application-error", "HTTP 503")),
        (b'{"exceptions": [{"type": "shop.Down"}]}', Outcome("application-error", "shop.Down", "shop.Down")),
        (
            b'{"exceptions": [{"type": "redis.exceptions.TimeoutError"}, {"type": "builtins.TimeoutError"}]}',
            Outcome("command-timeout", "redis.exceptions.TimeoutError", "builtins.TimeoutError"),
        ),
    ],
)
def test_an_application_that_is_not_ours_may_tell_its_exceptions(body: bytes, outcome: Outcome) -> None:
    assert of_foreign_answer(503, body) == outcome
