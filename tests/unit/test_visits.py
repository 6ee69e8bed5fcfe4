"""What visitors do beside using their sessions: they publish messages, and log out."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from test_load import Answer, Server, driven
from test_scenario import GOOD, scenario

from harness.errors import InputError
from harness.load.outcome import Outcome, of_chain
from harness.load.plan import Planned, plan
from harness.load.visits import FixtureVisits
from harness.planview import show_plan
from harness.profile import read_profile
from harness.question import Question
from harness.visited import require_answers

MESSAGES = GOOD.replace("lasts: 10m}", "lasts: 10m, visits: messages}")
LOGOUTS = GOOD.replace("rate: 20/min}", "rate: 20/min, visits: logouts}")
INDEXED = "spring.session.redis.repository-type: indexed\n"


class LoggedIn(Server):
    """Every answer is that of a session."""

    def __init__(self) -> None:
        super().__init__(0.0, Answer(200, b'{"token": "t"}'))
        self.answer.cookies["SESSION"] = type("Morsel", (), {"value": "c"})()


def refused(tmp_path: Path, text: str, profile: str) -> list[str]:
    file = tmp_path / "mine.yml"
    file.write_text(profile)
    with pytest.raises(InputError) as refusal:
        require_answers([("asked", scenario(tmp_path, text), [read_profile(file)])])
    return str(refusal.value).replace(f"{tmp_path}/", "").splitlines()


def taken(tmp_path: Path, text: str, profile: str) -> None:
    file = tmp_path / "mine.yml"
    file.write_text(profile)
    require_answers([("asked", scenario(tmp_path, text), [read_profile(file)])])


def test_a_phase_says_what_its_visitors_do_and_the_load_what_they_do_otherwise(tmp_path: Path) -> None:
    busy = MESSAGES.replace("rate: 0,", "")
    assert {one.visit for one in plan(scenario(tmp_path, GOOD), 1)} == {"sessions"}
    assert [one.visit for one in plan(scenario(tmp_path, busy), 1)][::200] == ["messages", "sessions"]
    assert {one.visit for one in plan(scenario(tmp_path, LOGOUTS), 1)} == {"logouts"}


def test_the_plan_says_what_visitors_do_where_that_is_not_the_usual(tmp_path: Path) -> None:
    words = StringIO()
    show_plan(Question("asked", MESSAGES, scenario(tmp_path, MESSAGES), []), Console(file=words, width=160))
    assert words.getvalue().count("(messages)") == 1
    assert "20/min (messages)" in words.getvalue()


def test_each_message_is_another_one_and_needs_no_session() -> None:
    server = Server(0.0, Answer(200, b"{}"))
    samples = driven(server, [Planned(n, 1, False, "messages") for n in range(2)], FixtureVisits("http://x"))
    assert server.asked == ["POST http://x/message/1", "POST http://x/message/2"]
    assert [(sample.op, sample.outcome) for sample in samples] == [("message", "ok"), ("message", "ok")]


def test_who_has_logged_in_in_one_phase_logs_out_in_another_and_then_logs_in_again() -> None:
    server = LoggedIn()
    visits = ["sessions", "logouts", "logouts"]
    planned = [Planned(at, 1, False, visit) for at, visit in enumerate(visits)]  # type: ignore[arg-type]  # words
    samples = driven(server, planned, FixtureVisits("http://x"))
    assert [sample.op for sample in samples] == ["create", "logout", "create"]
    assert [request.split(" ")[0] for request in server.asked] == ["POST", "DELETE", "POST"]
    assert server.sent[1][0] == {"Cookie": "SESSION=c"}


def test_who_is_about_to_log_out_does_not_log_out_once_more_while_the_answer_takes_its_time() -> None:
    server = LoggedIn()
    visits = FixtureVisits("http://x")
    driven(server, [Planned(0, 1, False)], visits)
    server.takes = 3.0
    driven(server, [Planned(n, 1, False, "logouts") for n in range(2)], visits)
    assert [request.split(" ")[0] for request in server.asked] == ["POST", "DELETE", "POST"]


@pytest.mark.parametrize(
    ("exception", "kind"),
    [("fixture.message.MessageLostException", "message-lost"), ("fixture.session.EventLostException", "event-lost")],
)
def test_what_did_not_come_is_classified_by_the_fixtures_own_exception(exception: str, kind: str) -> None:
    assert of_chain([exception]) == Outcome(kind, exception, exception)


@pytest.mark.parametrize("profile", ["fixture.subscriber: true\n", "fixture.subscriber: yes\n"])
def test_messages_are_for_a_profile_that_subscribes(tmp_path: Path, profile: str) -> None:
    taken(tmp_path, MESSAGES, profile)
    (told,) = refused(tmp_path, MESSAGES, "fixture.subscriber: false\n")
    assert told == (
        "mine.yml, fixture.subscriber: scenario 'asked' publishes messages in phase 'warm-up', and nothing here"
        " subscribes; set fixture.subscriber: true"
    )


def test_logouts_are_for_the_indexed_repository_by_the_name_that_the_line_has_for_it(tmp_path: Path) -> None:
    taken(tmp_path, LOGOUTS, INDEXED)
    taken(tmp_path, LOGOUTS, INDEXED.replace("session.", "session.data.") + 'fixture.boot: "4.1"\n')
    taken(tmp_path, LOGOUTS, 'fixture.boot: "2.7"\n')  # has no other
    (told,) = refused(tmp_path, LOGOUTS, INDEXED + 'fixture.boot: "4.1"\n')
    assert told == (
        "mine.yml, spring.session.data.redis.repository-type: scenario 'asked' waits for the events of logouts in phase"
        " 'warm-up', and only the indexed session repository tells of them; set"
        " spring.session.data.redis.repository-type: indexed"
    )


def test_an_application_of_ones_own_has_neither(tmp_path: Path) -> None:
    brought = 'application: {command: [a, "{redis_host}:{redis_port}"], ready: /, requests: {read: {path: /}}}\n'
    taken(tmp_path, GOOD, brought)
    (told,) = refused(tmp_path, MESSAGES, brought)
    assert told.endswith(
        "publishes messages in phase 'warm-up', which only our own fixture answers; take one of its profiles"
    )


def test_nobody_is_refused_for_a_phase_that_nobody_comes_in(tmp_path: Path) -> None:
    taken(tmp_path, GOOD.replace("rate: 0,", "rate: 0, visits: messages,"), "fixture.boot: '3.5'\n")
