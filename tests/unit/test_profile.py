from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import InputError
from harness.profile import read_profile, same


def profile(tmp_path: Path, text: str) -> dict[str, object]:
    path = tmp_path / "p.yml"
    path.write_text(text)
    return read_profile(path).asked()


def test_nested_dotted_and_camel_case_keys_are_one_and_the_same(tmp_path: Path) -> None:
    nested = profile(tmp_path, "spring:\n  data:\n    redis:\n      lettuce:\n        pool:\n          maxActive: 8\n")
    dotted = profile(tmp_path, "spring.data.redis.lettuce.pool.max-active: 8\n")
    assert nested == dotted == {"pool.max-active": 8}


def test_the_timeout_is_the_command_timeout_of_lettuce_and_the_read_timeout_of_jedis(tmp_path: Path) -> None:
    assert profile(tmp_path, "spring.data.redis.timeout: 2s\n") == {"command-timeout": "2s"}
    jedis = profile(tmp_path, "spring.data.redis: {timeout: 2s, client-type: jedis}\n")
    assert jedis == {"read-timeout": "2s", "client-type": "jedis"}


def test_spring_boot_2_calls_the_same_settings_otherwise_and_reads_no_other_name(tmp_path: Path) -> None:
    asked = {"redis": "{timeout: 2s, lettuce.pool.max-active: 8}", "data.redis": "{timeout: 3s, connect-timeout: 1s}"}
    text = "".join(f"spring.{keys}: {values}\n" for keys, values in asked.items())
    assert profile(tmp_path, f"{text}fixture.boot: 2.7\n") == {"command-timeout": "2s", "pool.max-active": 8}
    assert profile(tmp_path, text) == {"command-timeout": "3s", "connect-timeout": "1s"}


def test_other_peoples_keys_are_left_alone(tmp_path: Path) -> None:
    assert profile(tmp_path, "spring.application.name: shop\nlogging.level.root: INFO\n") == {}


def test_an_empty_profile_asks_for_nothing(tmp_path: Path) -> None:
    assert profile(tmp_path, "") == {}


def test_a_list_is_no_profile(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no mapping; write Spring properties"):
        profile(tmp_path, "- a\n")


@pytest.mark.parametrize(
    ("asked", "effective"),
    [("10s", 10000), ("2m", 120000), (500, 500), ("PT0S", "pt0s"), (True, True), ("true", True), (-1, -1), ("-1ms", -1),
     ("REJECT_COMMANDS", "reject-commands"), (0.5, 0.5), ("PT10S", 10000), ("yes", True), ("off", False), (0, None), ("0s", None)],
)  # fmt: skip
def test_a_value_is_the_same_in_springs_spelling(asked: object, effective: object) -> None:
    assert same(asked, effective)


@pytest.mark.parametrize(
    ("asked", "effective"), [("10s", 10), (True, False), ("10 parsecs", 10000), (8, None), ("2s", None)]
)
def test_another_value_is_not_the_same(asked: object, effective: object) -> None:
    assert not same(asked, effective)
