"""What the shell offers where the Tab key is pressed."""

from __future__ import annotations

import pytest
from click.shell_completion import ShellComplete

from harness.cli import main


def offered(*words: str, begun: str = "") -> list[str]:
    completing = ShellComplete(main, {}, "harness", "_HARNESS_COMPLETE")
    return [item.value for item in completing.get_completions(list(words), begun)]


@pytest.mark.parametrize(
    ("words", "begun", "there"),
    [
        (["run"], "idle", ["idle-drop", "idle-drop-long-limit"]),
        (["run", "--suite"], "", ["ci"]),
        (["run", "-p"], "shared-keepalive", ["shared-keepalive", "shared-keepalive-user-timeout"]),
        (["run", "--firewall"], "aws-n", ["aws-nat-gateway", "aws-nlb", "aws-network-firewall"]),
        (["plan"], "part", ["partition"]),
        ([], "mer", ["merge"]),
        (["schema"], "s", ["scenario", "suite"]),
    ],
)
def test_names_are_completed(words: list[str], begun: str, there: list[str]) -> None:
    assert offered(*words, begun=begun) == there


def test_a_path_is_left_to_the_shell() -> None:
    completing = ShellComplete(main, {}, "harness", "_HARNESS_COMPLETE")
    (item,) = completing.get_completions(["run"], "./scen")
    assert (item.value, item.type) == ("./scen", "file")
