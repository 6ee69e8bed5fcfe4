"""Suites and shards."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import InputError
from harness.places import SUITES
from harness.question import Question, ask
from harness.shard import parse_shard, share, takes
from harness.suite import ask_suite


def suite(folder: Path, text: str) -> str:
    file = folder / "mine.yaml"
    file.write_text(text)
    return str(file)


def said(name: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        ask_suite(name)
    return str(caught.value).splitlines()


def cells(questions: list[Question]) -> list[tuple[str, str]]:
    return [(question.name, profile.name) for question in questions for profile in question.profiles]


def test_the_suite_for_ci_takes_less_than_ten_minutes_and_asks_for_no_proxy() -> None:
    questions = ask_suite("ci")
    assert [question.name for question in questions] == [
        *("idle-drop", "partition", "failover", "server-crash", "server-frozen", "slow-command"),
    ]
    assert sum(takes(question) for question in questions) < 300
    assert not any(question.scenario.through_proxy for question in questions)


@pytest.mark.parametrize("file", sorted(SUITES.glob("*.yaml")), ids=lambda file: file.stem)
def test_each_suite_can_be_asked(file: Path) -> None:
    assert ask_suite(file.stem)


def test_an_entry_without_profiles_plays_the_scenarios_own(tmp_path: Path) -> None:
    (question,) = ask_suite(suite(tmp_path, "title: mine\nscenarios:\n  - scenario: partition\n"))
    assert [profile.name for profile in question.profiles] == ["shared", "shared-keepalive-user-timeout", "jedis"]


def test_paths_count_from_the_suites_own_file(tmp_path: Path) -> None:
    (tmp_path / "p.yml").write_text("# Mine.\nspring.data.redis.timeout: 2s\n")
    (tmp_path / "s.yaml").write_text(ask("partition", [])[0].text)
    text = "title: mine\nscenarios: [{scenario: ./s.yaml, profiles: [./p.yml, jedis]}]\n"
    assert cells(ask_suite(suite(tmp_path, text))) == [("s", "p"), ("s", "jedis")]


def test_all_mistakes_of_a_suite_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    file = suite(
        tmp_path,
        "title: mine\nscenarios:\n  - scenario: no-such\n  - scenario: partition\n    profiles: [nope]\n"
        "  - scenario: partition\n",
    )
    lines = said(file)
    assert lines[0].startswith(f"{file}, line 3, scenarios[1]: scenario 'no-such' is not in ")
    assert "nope: profile 'nope' is not in" in lines[1]
    assert lines[2] == f"{file}, line 6, scenarios[3]: 'partition' stands twice; give it all its profiles once"
    assert len(lines) == 3


def test_an_unknown_key_and_an_empty_list_are_told(tmp_path: Path) -> None:
    assert said(suite(tmp_path, "title: mine\nscenarios: [{scenario: partition, profile: [jedis]}]\n")) == [
        f"{tmp_path}/mine.yaml, line 2, scenarios[1].profile: unknown key 'profile'; did you mean 'profiles'?"
    ]
    assert "scenarios: List should have at least 1 item" in said(suite(tmp_path, "title: mine\nscenarios: []\n"))[0]


def test_a_suite_that_is_not_there_is_told_with_those_that_are() -> None:
    (line,) = said("nope")
    assert line.startswith("suite 'nope' is not in")
    assert line.endswith("there are: ci")


@pytest.mark.parametrize("of", [1, 2, 3, 4, 5, 9, 14])
def test_the_shards_together_are_the_whole_and_no_cell_is_played_twice(of: int) -> None:
    questions = ask_suite("ci")
    shared = [cell for number in range(1, of + 1) for cell in cells(share(questions, parse_shard(f"{number}/{of}")))]
    assert sorted(shared) == sorted(cells(questions))


def test_scenarios_stay_whole_and_the_longest_is_alone_while_there_are_enough() -> None:
    questions = ask_suite("ci")
    quarters = [share(questions, parse_shard(f"{number}/4")) for number in (1, 2, 3, 4)]
    assert [[question.name for question in quarter] for quarter in quarters] == [
        ["idle-drop"],
        ["failover"],
        ["server-crash", "slow-command"],
        ["partition", "server-frozen"],
    ]
    assert max(sum(map(takes, quarter)) for quarter in quarters) == takes(questions[0])


def test_the_profiles_of_a_scenario_are_divided_where_there_are_more_shards_than_scenarios() -> None:
    questions = ask("idle-drop", [])
    quarters = [cells(share(questions, parse_shard(f"{number}/4"))) for number in (1, 2, 3, 4)]
    assert [len(quarter) for quarter in quarters] == [2, 2, 2, 2]
    assert quarters[0] == [("idle-drop", "shared"), ("idle-drop", "pooled-blog")]


@pytest.mark.parametrize("text", ["0/4", "5/4", "4", "a/b", "1/0", "-1/4"])
def test_a_share_that_is_none_is_told(text: str) -> None:
    with pytest.raises(InputError, match=f"--shard '{text}' is no share; write its number and how many there are"):
        parse_shard(text)


def test_more_shards_than_profiles_are_refused() -> None:
    with pytest.raises(InputError, match="too little to play for 4 shards; take 3 at most"):
        share(ask("partition", []), parse_shard("1/4"))
