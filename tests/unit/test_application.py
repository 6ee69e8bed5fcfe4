from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from judged import SCENARIO, UNKNOWN, Made, behind_a_proxy

from harness.application import Application, read_application
from harness.errors import CannotPlay, InputError
from harness.judge import judge
from harness.load.driver import http_session
from harness.places import ROOT
from harness.playable import require_applications
from harness.profile import read_profile
from harness.question import ask
from harness.stack.foreign import warm_foreign
from harness.stack.image import with_image
from harness.stack.project import Project

GOOD = """\
# A shop, in Python.
application:
  command: [python3, app.py, --port, "{http_port}"]
  environment: {REDIS_URL: "redis://{redis_host}:{redis_port}", THREADS: 8, CACHE: false}
  ready: /health
  requests:
    read: {path: "/value/{user}"}
"""
EXAMPLES = ROOT / "docs" / "examples" / "own-application"
VALUES = {"redis_host": "127.0.1.1", "redis_port": "6379", "http_host": "127.0.1.3", "http_port": "8080"}


def written(folder: Path, text: str = GOOD) -> Path:
    path = folder / "shop.yml"
    path.write_text(text)
    return path


def mistakes(folder: Path, text: str) -> str:
    with pytest.raises(InputError) as refused:
        read_application(written(folder, text))
    return str(refused.value).replace(f"{folder}/", "")


def refused(profile: Path, stack: str = "local", scenario: str = "idle-drop") -> str:
    (question,) = ask(scenario, [str(profile)])
    with pytest.raises(InputError) as refused:
        require_applications([(question.name, question.scenario, question.profiles)], stack)  # type: ignore[arg-type]  # a word
    return "\n".join(str(refused.value).replace(f"{profile.parent}/", "").splitlines())


def test_a_profile_may_bring_an_application_and_asks_for_no_setting(tmp_path: Path) -> None:
    profile = read_profile(written(tmp_path))
    assert profile.application is not None
    assert (profile.about, profile.asked(), profile.application.warm_up) == ("A shop, in Python.", {}, 20)


def test_it_is_told_where_redis_is_and_where_to_listen(tmp_path: Path) -> None:
    brought = read_application(written(tmp_path))
    assert brought.argv(tmp_path, VALUES) == ["python3", "app.py", "--port", "8080"]
    assert brought.environment_with(VALUES) == {"REDIS_URL": "redis://127.0.1.1:6379", "THREADS": "8", "CACHE": "false"}


def test_a_jar_counts_from_the_profile_and_has_options_before_and_arguments_behind(tmp_path: Path) -> None:
    text = GOOD.replace(
        'command: [python3, app.py, --port, "{http_port}"]', "jar: a.jar\n  java_options: [-Xmx64m]\n  arguments: [x]"
    )
    brought = read_application(written(tmp_path, text))
    assert brought.argv(tmp_path, VALUES) == ["java", "-Xmx64m", "-jar", f"{tmp_path}/a.jar", "x"]


def test_every_mistake_is_told_with_its_line_and_what_to_do(tmp_path: Path) -> None:
    text = (
        GOOD.replace("{redis_host}", "{redis}")
        .replace("ready: /health", "ready: health")
        .replace("{path:", "{pth: 1, path:")
    )
    place = "shop.yml, line 4, application.environment.REDIS_URL"
    there = "{redis_host}, {redis_port}, {http_host}, {http_port}, {python}"
    assert mistakes(tmp_path, text).splitlines() == [
        f"{place}: unknown placeholder {{redis}} in 'redis://{{redis}}:{{redis_port}}'; there are here: {there}",
        "shop.yml, line 5, application.ready: 'health' is no path; write it from the root, for example /health",
        "shop.yml, line 7, application.requests.read.pth: unknown key 'pth'; did you mean 'path'?",
    ]


@pytest.mark.parametrize(
    ("change", "by", "told"),
    [
        ("command:", "jar: a.jar\n  command:", "'command' and 'jar' are both given; give one of 'command', 'jar' and 'image'"),
        ('command: [python3, app.py, --port, "{http_port}"]', "directory: .", "nothing says what to start; give one of"),
        ("{redis_host}", "localhost", "nothing tells it where Redis is, so it would not be under the faults"),
        ("ready:", "port: 5000\n  ready:", "'port' belongs to image, and not to command; remove it"),
        ("ready:", "arguments: [x]\n  ready:", "'arguments' belongs to jar or image, and not to command; remove it"),
        ('read: {path: "/value/{user}"}', "{}", "no request; give 'read', 'write' or both"),
        ("/value/{user}", "/value/{redis_host}", "unknown placeholder {redis_host} in '/value/{redis_host}'; there are here: {user}"),
        ("application:", "spring: {}\napplication:", "unknown key 'spring'"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_a_remedy(tmp_path: Path, change: str, by: str, told: str) -> None:
    assert told in mistakes(tmp_path, GOOD.replace(change, by))


def test_what_is_not_there_is_told_before_anything_starts(tmp_path: Path) -> None:
    text = GOOD.replace('command: [python3, app.py, --port, "{http_port}"]', "jar: a.jar\n  directory: sub")
    told = refused(written(tmp_path, text)).splitlines()
    assert told == [
        "shop.yml, line 4, directory: there is no folder sub; correct it: paths count from the profile's file",
        "shop.yml, line 3, jar: there is no file a.jar; build it, or correct it: paths count from the profile's file",
    ]
    assert "there is no program './app'; install it" in refused(written(tmp_path, GOOD.replace("python3", "./app")))


def test_an_image_is_for_the_compose_stack_and_all_else_for_the_local_one(tmp_path: Path) -> None:
    image = GOOD.replace('command: [python3, app.py, --port, "{http_port}"]', "image: shop:1")
    assert "line 3, image: only the Compose stack plays an image; take --stack compose" in refused(
        written(tmp_path, image)
    )
    assert "line 3, command: the Compose stack plays no command; take --stack local" in refused(
        written(tmp_path), "compose"
    )


def test_a_fault_of_the_fixture_is_refused_with_phase_fault_and_profile(tmp_path: Path) -> None:
    told = refused(written(tmp_path), scenario="blocked-event-loop")
    assert "scenario 'blocked-event-loop', phase 'blocked': event-loop-blocked is made within our own fixture" in told
    assert "profile 'shop' has another application; take another fault, or a profile of the fixture" in told


def test_a_scenario_names_profiles_by_paths_from_its_own_folder() -> None:
    (question,) = ask("own-application", [])
    assert [profile.name for profile in question.profiles] == [
        *("lettuce-only", "lettuce-only-keepalive", "redis-py", "redis-py-checked", "redis-py-keepalive"),
    ]


def test_an_image_is_laid_over_the_compose_file(tmp_path: Path) -> None:
    text = GOOD.replace(
        'command: [python3, app.py, --port, "{http_port}"]', "image: shop:1\n  port: 5000\n  arguments: [a$b]"
    )
    project = with_image(Project("p", "shop", (), {}, tmp_path), read_application(written(tmp_path, text)), tmp_path)
    assert (project.visited, project.files) == ("APPLICATION_PORT", (tmp_path / "shop.json",))
    assert json.loads((tmp_path / "shop.json").read_text())["services"]["fixture"] == {
        "image": "shop:1",
        "environment": {"REDIS_URL": "redis://firewall:6379", "THREADS": "8", "CACHE": "false"},
        "read_only": False,
        "command": ["a$$b"],
        "ports": ["127.0.0.1:${APPLICATION_PORT}:5000"],
    }


def test_what_is_known_of_it_is_its_command_and_its_timeout_where_the_profile_tells_it(tmp_path: Path) -> None:
    about = read_application(written(tmp_path, GOOD.replace("ready:", "timeout: 2s\n  ready:"))).about(1)
    assert (about.client, about.timeout, about.versions) == (
        "your application: python3 app.py --port {http_port}",
        2.0,
        {},
    )


@pytest.mark.parametrize(("scaled", "timeout"), [(True, 0.5), (False, 0.0)])
def test_a_timeout_that_is_not_scaled_is_no_timeout_of_production(*, scaled: bool, timeout: float) -> None:
    brought = Application.model_validate(
        {"command": ["app"], "environment": {"R": "{redis_host}"}, "ready": "/", "timeout": "30s", "scaled": scaled,
         "requests": {"read": {"path": "/"}}}
    )  # fmt: skip
    assert brought.about(60).timeout == timeout


async def warmed(requests: str, folder: Path) -> list[str]:
    """What a shop is asked that knows three visitors."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(f"{request.method} {request.path}")
        return web.Response(status=200 if request.path < "/value/3" else 404, text="no such visitor")

    shop = web.Application()
    shop.router.add_route("*", "/value/{user}", answer)
    text = GOOD.replace('read: {path: "/value/{user}"}', requests)
    async with TestServer(shop) as server, http_session(5) as http:
        brought = read_application(written(folder, text))
        await warm_foreign("shop", f"http://127.0.0.1:{server.port}", brought, http)
    return asked


WRITES = 'write: {method: PUT, path: "/value/{user}"}'


async def test_each_round_of_warming_up_writes_and_reads_as_another_visitor(tmp_path: Path) -> None:
    both = f'{WRITES}\n    read: {{path: "/value/{{user}}"}}\n  warm_up: 2'
    assert await warmed(both, tmp_path) == ["PUT /value/0", "GET /value/0", "PUT /value/1", "GET /value/1"]


async def test_a_request_that_fails_before_any_fault_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(
        CannotPlay, match=r"does not serve 'write' before any fault: PUT http://127.0.0.1:\d+/value/3: "
    ) as told:
        await warmed(WRITES, tmp_path)
    assert "HTTP 404, and 2xx is expected: no such visitor; correct application.requests.write" in str(told.value)


EARLY = SCENARIO.replace("expectations:\n", "expectations:\n  - {kind: succeeds, during: warm-up, share: 90%}\n")


def test_timers_that_are_not_scaled_leave_only_what_came_before_any_fault_to_be_ruled_on(tmp_path: Path) -> None:
    verdict = judge(Made(scenario=EARLY, profile=GOOD).written(tmp_path / "run"))
    shared, kept = verdict.cells
    told = "its own timeouts were not scaled: at time_scale 60 each of them is 60 times too long beside the firewall"
    assert [(check.name, check.ruling) for check in shared.checks] == [
        ("succeeds/warm-up", "pass"), ("succeeds/rush", UNKNOWN), ("recovers", UNKNOWN),
    ]  # fmt: skip
    assert shared.checks[1].because.startswith(told)
    assert "set application.scaled: true (seen: 100 % of 10 requests succeeded)" in shared.checks[1].because
    assert {check.ruling for check in kept.checks} == {"pass"}
    assert [note.partition(";")[0] for note in verdict.notes] == [f"shared: {told} and Redis"]


def test_timers_that_are_declared_to_be_scaled_are_ruled_on(tmp_path: Path) -> None:
    scaled = replace(Made(), profile=GOOD.replace("ready:", "scaled: true\n  ready:"))
    verdict = judge(scaled.written(tmp_path / "run"))
    assert (verdict.verdict, verdict.notes) == ("pass", [])


@pytest.mark.parametrize("file", sorted(EXAMPLES.rglob("*.yml")), ids=lambda file: file.stem)
def test_the_examples_are_sound(file: Path) -> None:
    assert read_application(file).timeout > 0


def test_a_proxy_cannot_judge_an_application_whose_tcp_timers_nobody_knows(tmp_path: Path) -> None:
    behind_a_proxy(tmp_path)
    (tmp_path / "profiles" / "shared.yml").write_text(GOOD.replace("ready:", "scaled: true\n  ready:"))
    shared = judge(tmp_path).cells[0]
    assert {check.ruling for check in shared.checks} == {UNKNOWN}
    assert shared.checks[0].because.startswith(
        "proxy-idle-drop can't judge an application whose TCP timers are not known: the proxy acknowledges what it swallows"
    )
    assert "; take a fault of the kernel firewall (seen: " in shared.checks[0].because
