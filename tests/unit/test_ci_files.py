"""The files for CI services are YAML, pin what they use, and ask for what the command line has."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from ruamel.yaml import YAML

from harness.cli import main
from harness.listing import KINDS, _rows
from harness.places import ROOT

ACTION = ROOT / ".github" / "actions" / "harness" / "action.yml"
WORKFLOW = ROOT / ".github" / "workflows" / "resilience.yml"
GITLAB = ROOT / "docs" / "examples" / "gitlab-ci.yml"
FILES = [ACTION, WORKFLOW, GITLAB]
CALL = re.compile(r"(?:bin/harness|words=\(|words\+=\()\"? *(.*)")


def tree(file: Path) -> dict[str, Any]:
    found = YAML(typ="safe").load(file)
    assert isinstance(found, dict)
    return found


def texts(node: object) -> Iterator[str]:
    """Every text in it: what a shell gets is among them."""
    if isinstance(node, dict):
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)
    elif isinstance(node, str):
        yield node


def steps(file: Path) -> list[dict[str, Any]]:
    whole = tree(file)
    jobs = whole.get("jobs", {}).values() or [whole["runs"]]
    return [step for job in jobs for step in job["steps"]]


def asked(file: Path) -> list[str]:
    """The options in lines that call the harness."""
    lines = [line for text in texts(tree(file)) for line in text.splitlines()]
    called = [match[1] for line in lines for match in CALL.finditer(line)]
    return [option for words in called for option in re.findall(r"(?<![\w-])--?[a-z][a-z-]*", words)]


def offered() -> set[str]:
    options = [one for name in ("run", "merge") for one in main.commands[name].params if isinstance(one, click.Option)]
    return {name for option in options for name in option.opts}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_option_in_it_is_one_of_the_command_lines(file: Path) -> None:
    assert asked(file) != []
    assert [option for option in asked(file) if option not in offered()] == []


def test_the_action_hands_on_every_input() -> None:
    always, given = {"--stack", "--repeat", "--output"}, {"--suite", "--profile", "--firewall", "--baseline", "--shard"}
    assert {*asked(ACTION)} == always | given
    used = {name for text in texts(tree(ACTION)["runs"]) for name in re.findall(r"inputs\.([a-z]+)", text)}
    assert used == tree(ACTION)["inputs"].keys()
    assert all(one["description"] for one in tree(ACTION)["inputs"].values())


def played_by_the_action(folder: Path, **inputs: str) -> list[str]:
    """The words that its step gives to the harness, as a shell really makes them."""
    (play,) = [step for step in steps(ACTION) if step.get("id") == "play"]
    environment = {name: inputs.get(name, "") for name in play["env"]} | {"STACK": "auto", "REPEAT": "1"}
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".github/actions/harness").mkdir(parents=True)
    harness = folder / ".venv/bin/harness"
    harness.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    harness.chmod(0o755)
    github = {
        "GITHUB_ACTION_PATH": str(folder / ".github/actions/harness"),
        "RUNNER_TEMP": str(folder),
        "GITHUB_OUTPUT": str(folder / "output"),
    }
    said = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", play["run"]],
        env={"PATH": os.environ["PATH"], **environment, **github},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    runs = (folder / "output").read_text().strip().removeprefix("runs=")
    return ["RUNS" if word == runs else word for word in said]


def test_the_actions_script_asks_for_the_suite_unless_scenarios_are_given(tmp_path: Path) -> None:
    head = ["run", "--stack", "auto", "--repeat", "1", "--output", "RUNS"]
    assert played_by_the_action(tmp_path / "a", SUITE="ci", SHARD="2/4") == [*head, "--suite", "ci", "--shard", "2/4"]
    assert played_by_the_action(
        tmp_path / "b",
        SUITE="ci",
        SCENARIOS="idle-drop partition",
        PROFILES="shared a.yml",
        FIREWALL="aws-nlb",
        BASELINE="base lines/b.json",
        ARGUMENTS="--seed 7",
    ) == [
        *head,
        *("idle-drop", "partition", "--profile", "shared", "--profile", "a.yml"),
        *("--firewall", "aws-nlb", "--baseline", "base lines/b.json", "--seed", "7"),
    ]


def test_the_workflow_gives_the_action_inputs_that_it_has() -> None:
    given = [step["with"] for step in steps(WORKFLOW) if step.get("uses", "").startswith("./")]
    assert [{*one} - tree(ACTION)["inputs"].keys() for one in given] == [set()]


@pytest.mark.parametrize("file", [ACTION, WORKFLOW], ids=lambda file: file.name)
def test_actions_are_pinned_by_version(file: Path) -> None:
    foreign = [step["uses"] for step in steps(file) if not step.get("uses", "./").startswith("./")]
    assert foreign != []
    assert [name for name in foreign if not re.fullmatch(r"[\w-]+/[\w-]+@v\d+(\.\d+)*", name)] == []


@pytest.mark.parametrize("file", [ACTION, WORKFLOW], ids=lambda file: file.name)
def test_no_step_writes_an_input_into_a_script(file: Path) -> None:
    """Whoever may choose an input could run what he likes."""
    assert [step["run"] for step in steps(file) if "${{" in step.get("run", "")] == []


def test_what_an_action_of_ours_leads_to_is_there() -> None:
    (local,) = [step["uses"] for step in steps(WORKFLOW) if step.get("uses", "").startswith("./")]
    assert (ROOT / local / "action.yml").is_file()
    assert (ACTION.parent / "../../.." / "Makefile").is_file()


def test_the_suite_that_is_played_is_one_of_ours() -> None:
    assert tree(ACTION)["inputs"]["suite"]["default"] in [name for name, _ in _rows("suites")]
    assert "suites" in KINDS


def test_gitlab_reads_the_junit_report_of_each_scenario() -> None:
    assert tree(GITLAB)["verdict"]["artifacts"]["reports"]["junit"] == "merged/*/junit.xml"
