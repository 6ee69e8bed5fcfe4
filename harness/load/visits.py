"""What visitors ask, and what an answer means to them: sessions of our fixture, or any application's requests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

import aiohttp
from yarl import URL

from harness.application import Application, Request, Requests, filled
from harness.load.outcome import FIXTURE_ERROR, SESSION_LOST, Outcome, of_answer, of_foreign_answer
from harness.load.plan import Planned
from harness.record import OK


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request."""

    op: str
    method: str
    url: URL
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


class Visit(Protocol):
    """A call, and the eyes for its answer."""

    @property
    def call(self) -> Call: ...

    def judged(self, answer: aiohttp.ClientResponse, body: bytes) -> Outcome: ...


class Visits(Protocol):
    """Who visits an application."""

    def next(self, planned: Planned) -> Visit:
        """What is to be asked now."""


@dataclass(slots=True)
class User:
    """One visitor: its session cookie and the token that proves the session to be the same one."""

    cookie: str = ""
    token: str = ""


class SessionVisits:
    """Of the fixture: a visitor makes a session, and then reads and writes it, or ends it."""

    def __init__(self, url: str) -> None:
        self._session = URL(f"{url}/session")
        self._users: dict[int, User] = {}

    def next(self, planned: Planned) -> Visit:
        user = self._users.setdefault(planned.user, User())
        if not user.cookie:
            url = self._session.with_query(user=f"user-{planned.user}")
            return _SessionVisit(Call("create", "POST", url), user, "")
        if planned.visit == "logouts":
            # Whatever becomes of it, and however long it takes, the visitor goes without that session from now on.
            self._users.pop(planned.user)
            return _Plain(Call("logout", "DELETE", self._session, {"Cookie": user.cookie}))
        op, method = ("write", "PUT") if planned.writes else ("read", "GET")
        return _SessionVisit(Call(op, method, self._session, {"Cookie": user.cookie}), user, user.token)


@dataclass(frozen=True, slots=True)
class _SessionVisit:
    call: Call
    user: User
    expected: str

    def judged(self, answer: aiohttp.ClientResponse, body: bytes) -> Outcome:
        """The outcome, and what the user remembers of it. A session with another token than expected is lost."""
        outcome = of_answer(answer.status, body)
        if outcome.kind == SESSION_LOST:
            self.user.cookie = self.user.token = ""
        if outcome.kind != OK:
            return outcome
        try:
            token = str(json.loads(body)["token"])
        except (ValueError, KeyError, TypeError):
            return Outcome(FIXTURE_ERROR, "answer without a token")
        if self.expected and token != self.expected:
            return Outcome(SESSION_LOST, "another session answered")
        cookie = answer.cookies.get("SESSION")
        if cookie is not None:
            self.user.cookie, self.user.token = f"SESSION={cookie.value}", token
        return outcome


class MessageVisits:
    """Of the fixture: each visit publishes a message, and hears whether the application's own subscriber got it."""

    def __init__(self, url: str) -> None:
        self._url, self._numbers = URL(f"{url}/message"), count(1)

    def next(self, _planned: Planned) -> Visit:
        return _Plain(Call("message", "POST", self._url / str(next(self._numbers))))


@dataclass(frozen=True, slots=True)
class _Plain:
    """A visit whose answer tells all, and that leaves nothing to remember."""

    call: Call

    def judged(self, answer: aiohttp.ClientResponse, body: bytes) -> Outcome:
        return of_answer(answer.status, body)


class FixtureVisits:
    """Of the fixture: what each phase's visitors do. The sessions are the same in all phases."""

    def __init__(self, url: str) -> None:
        self._sessions, self._messages = SessionVisits(url), MessageVisits(url)

    def next(self, planned: Planned) -> Visit:
        return (self._messages if planned.visit == "messages" else self._sessions).next(planned)


class ForeignVisits:
    """Of an application that is not ours: nobody remembers anything, each request stands for itself."""

    def __init__(self, url: str, requests: Requests) -> None:
        self._url, self._requests = url, requests

    def next(self, planned: Planned) -> Visit:
        op, request = self._requests.chosen(writes=planned.writes)
        return foreign_visit(self._url, op, request, planned.user)


@dataclass(frozen=True, slots=True)
class ForeignVisit:
    call: Call
    request: Request

    def judged(self, answer: aiohttp.ClientResponse, body: bytes) -> Outcome:
        return Outcome(OK) if self.request.succeeded(answer.status) else of_foreign_answer(answer.status, body)


def foreign_visit(url: str, op: str, request: Request, user: int) -> ForeignVisit:
    values = {"user": str(user)}
    headers = {name: filled(value, values) for name, value in request.headers.items()}
    body = filled(request.body, values).encode() if request.body else None
    return ForeignVisit(Call(op, request.method, URL(url + filled(request.path, values)), headers, body), request)


def visits(url: str, application: Application | None) -> Visits:
    """Those that fit what is played: our fixture, where no application is given."""
    return ForeignVisits(url, application.requests) if application else FixtureVisits(url)
