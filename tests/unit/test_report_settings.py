"""Settings side by side."""

from __future__ import annotations

import pytest
from report_sample import found, write_run

from harness.report.facts import Client
from harness.report.settings import Figure, show_value, side_by_side, versions


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> list[Client]:
    return found(write_run(tmp_path_factory.mktemp("settings") / "run")).clients


def test_what_differs_from_the_most_common_value_is_marked(clients: list[Client]) -> None:
    keepalive = next(line for line in side_by_side(clients).different if line.name == "keepalive")
    assert keepalive.figures == [Figure("no"), Figure("no"), Figure("yes", differs=True), Figure("no")]


def test_a_setting_that_a_client_does_not_have_is_a_dash_and_never_marked(clients: list[Client]) -> None:
    timeout = next(line for line in side_by_side(clients).lines if line.name == "command-timeout")
    assert timeout.figures == [Figure("1 min", "1 s"), Figure("1 min", "1 s"), Figure("1 min", "1 s"), Figure("—")]


def test_what_the_time_scale_could_not_shorten_exactly_has_a_footnote(clients: list[Client]) -> None:
    told = side_by_side(clients)
    idle = next(line for line in told.lines if line.name == "keepalive.idle")
    assert idle.figures[2] == Figure("1 min 30 s", "2 s", differs=True, note=1)
    assert told.notes == ["the kernel counts whole seconds"]


def test_versions_that_all_share_are_told_once(clients: list[Client]) -> None:
    told = versions(clients)
    assert [line.name for line in told.same] == ["java", "lettuce"]
    assert [line.name for line in told.different] == ["spring-boot"]


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (None, "ms", "off"),
        (-1, "ms", "for ever"),
        (90_000, "ms", "1 min 30 s"),
        (True, "", "yes"),
        (8, "", "8"),
        (2147483647, "", "no limit"),
        ("REJECT_COMMANDS", "", "REJECT_COMMANDS"),
    ],
)
def test_values_are_shown_as_people_say_them(value: int | str | None, unit: str, shown: str) -> None:
    assert show_value(value, unit) == shown
