"""Spring Boot's lines side by side, and settings that are asked for and not had."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from user import DATA, Said, harness, rulings

LINES = (
    "shared",
    "boot-2.7-defaults",
    "boot-4.0-defaults",
    "boot-4.1-defaults",
    "user-timeout-nio",
    DATA / "profiles" / "lost-connect-timeout.yml",
)
Played = tuple[Path, Said]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    run = tmp_path_factory.mktemp("lines") / "run"
    profiles = [word for profile in LINES for word in ("-p", profile)]
    return run, harness("run", DATA / "short.yaml", *profiles, "-o", run)


def about(run: Path, profile: str) -> dict[str, object]:
    cells = json.loads((run / "manifest.json").read_text())["cells"]
    found: dict[str, object] = next(cell["about"] for cell in cells if cell["profile"] == profile)
    return found


def test_2_7_asks_every_minute_4_0_cures_nothing_and_4_1_keeps_the_connection_known(played: Played) -> None:
    run, said = played
    ruled = {name: ruling for name, ruling in rulings(run).items() if name.endswith("succeeds/return")}
    assert ruled == {
        "shared succeeds/return": "fail",
        "boot-2.7-defaults succeeds/return": "pass",
        "boot-4.0-defaults succeeds/return": "fail",
        "boot-4.1-defaults succeeds/return": "pass",
        "user-timeout-nio succeeds/return": "unknown",
        "lost-connect-timeout succeeds/return": "unknown",
    }, said.out


@pytest.mark.parametrize(
    ("profile", "line", "lettuce"),
    [
        ("shared", "3.5.", "6.6."),
        ("boot-2.7-defaults", "2.7.", "6.1."),
        ("boot-4.0-defaults", "4.0.", "6.8."),
        ("boot-4.1-defaults", "4.1.", "7.5."),
    ],
)
def test_each_line_brings_its_own_lettuce(played: Played, profile: str, line: str, lettuce: str) -> None:
    versions = about(played[0], profile)["versions"]
    assert isinstance(versions, dict)
    assert (versions["spring-boot"][:4], versions["lettuce"][:4]) == (line, lettuce)


def test_what_the_kernel_has_for_the_socket_stands_beside_what_the_client_has(played: Played) -> None:
    settings = about(played[0], "boot-4.1-defaults")["settings"]
    assert isinstance(settings, list)
    told = {one["name"]: (one["production"], one["run"], one["socket"]) for one in settings}
    assert told["keepalive"] == (True, True, True)
    assert told["keepalive.idle"] == (13_000, 1000, 1000)
    assert told["keepalive.count"] == (3, 3, 3)
    assert told["tcp-user-timeout"] == (None, None, 0)


@pytest.mark.parametrize(
    ("profile", "doubt"),
    [
        ("user-timeout-nio", "setting tcp-user-timeout did not reach the socket"),
        ("lost-connect-timeout", "setting connect-timeout did not take: asked 3s, the live client has 10000"),
    ],
)
def test_a_setting_that_is_asked_for_and_not_had_makes_the_ruling_unknown(
    played: Played, profile: str, doubt: str
) -> None:
    verdicts = json.loads((played[0] / "verdicts.json").read_text())["cells"]
    (doubts,) = (cell["doubts"] for cell in verdicts if cell["profile"] == profile)
    assert [text for text in doubts if text.startswith(doubt)], doubts
