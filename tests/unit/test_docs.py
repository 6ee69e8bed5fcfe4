from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
import pytest

from harness import expectations, faults, listing
from harness.cli import main
from harness.places import PROFILES, ROOT, SCENARIOS

README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
FILES = sorted([*SCENARIOS.glob("*.yaml"), *PROFILES.glob("*.y*ml")])


def named(kind: str) -> list[str]:
    return [name for name, _ in listing._rows(kind)]  # noqa: SLF001  what 'harness list' prints


@pytest.mark.parametrize("name", sorted(main.commands))
def test_each_command_says_what_it_does(name: str) -> None:
    command = main.commands[name]
    assert len((command.help or "").split()) >= 4
    assert all(option.help for option in command.params if isinstance(option, click.Option))


@pytest.mark.parametrize("name", sorted(main.commands))
def test_each_command_is_in_the_readme(name: str) -> None:
    assert f"harness {name}" in README.read_text(encoding="utf-8")


def test_harness_list_knows_every_fault_and_every_expectation() -> None:
    assert named("faults") == [
        *("idle-drop", "flows-killed", "black-hole", "responses-lost", "requests-lost", "data-lost", "packet-loss"),
        *(
            "syn-dropped",
            "syn-rejected",
            "redis-frozen",
            "redis-down",
            "clients-killed",
            "clients-paused",
            "slow-command",
        ),
        *("server-timeout", "connections-full", "out-of-memory", "event-loop-blocked", "blpop-on-shared"),
        *("pool-held", "pool-leaked", "gc-pause", "latency", "bandwidth", "sliced"),
        *("proxy-hung", "proxy-reset", "proxy-refused", "proxy-idle-drop", "nothing"),
    ]
    assert named("expectations") == ["succeeds", "answers-within", "recovers"]
    assert (len(faults.ALL), len(expectations.ALL)) == (30, 3)


def test_every_kind_that_a_scenario_may_name_is_listed() -> None:
    assert {*faults.ALL} == _ours(faults.Fault.__subclasses__())
    assert {*expectations.ALL} == _ours(expectations.Expectation.__subclasses__())


def _ours(kinds: Iterable[type]) -> set[type]:
    """Without the kinds that other tests make."""
    return {kind for kind in kinds if kind.__module__.startswith("harness.")}


def test_harness_list_knows_every_scenario_and_every_profile() -> None:
    assert sorted(named("scenarios")) == sorted(file.stem for file in SCENARIOS.glob("*.yaml"))
    assert sorted(named("profiles")) == sorted(file.stem for file in PROFILES.glob("*.y*ml"))


@pytest.mark.parametrize("kind", listing.KINDS)
def test_everything_that_is_listed_says_what_it_is(kind: str) -> None:
    rows = listing._rows(kind)  # noqa: SLF001
    assert rows
    assert [name for name, text in rows if len(text.split()) < 4] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_scenario_and_each_profile_is_in_the_documentation(file: Path) -> None:
    spelled = (f"`{file.stem}`", f"`{file.name}`", f"/{file.name}")
    assert [page.name for page in PAGES if any(name in page.read_text(encoding="utf-8") for name in spelled)] != []
