from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from harness.places import ROOT

HARNESS = ROOT / "harness"
STARTS_PROGRAMS = ("harness.stack", "harness.doctor", "harness.launch")
VAGUE = {"config", "data", "info", "params"}


def module(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


TREES = {module(file): ast.parse(file.read_text(encoding="utf-8")) for file in sorted(HARNESS.rglob("*.py"))}
LINES = {module(file): len(file.read_text(encoding="utf-8").splitlines()) for file in sorted(HARNESS.rglob("*.py"))}


def imported(tree: ast.Module) -> Iterator[str]:
    """Every module that is imported anywhere in the file, also within a function. 'from a import b' is a.b where that is a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the layer"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in TREES else str(node.module) for name in names)


def within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def importers(*targets: str) -> set[str]:
    return {name for name, tree in TREES.items() if any(within(target, targets) for target in imported(tree))}


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    given = function.args
    rest = [one for one in (given.vararg, given.kwarg) if one]
    return [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs, *rest)]


def test_there_is_something_to_look_at() -> None:
    assert {"harness.judge", "harness.faults", "harness.stack.process"} <= TREES.keys()
    assert importers("harness.expectations.recovers") == {"harness.expectations"}


@pytest.mark.parametrize(
    ("above", "forbidden"),
    [
        (("harness.report",), ("harness.stack", "harness.load", "harness.faults", "harness.runner")),
        (("harness.compare",), ("harness.stack", "harness.load", "harness.runner", "harness.launch")),
        (("harness.report", "harness.judge"), ("harness.compare",)),
        (("harness.compare.statistics",), ("harness.analysis", "harness.manifest", "harness.verdict")),
        (("harness.expectations",), ("harness.stack", "harness.load", "harness.faults", "harness.runner")),
        (("harness.analysis", "harness.judge"), ("harness.stack", "harness.load", "harness.faults", "harness.runner")),
        (
            ("harness.diagnosis",),
            ("harness.stack", "harness.load", "harness.faults", "harness.judge", "harness.report"),
        ),
        (("harness.load",), ("harness.faults", "harness.stack", "harness.runner")),
        (("harness.faults",), ("harness.stack", "harness.load", "harness.runner", "harness.scenario")),
        (("harness.runner",), ("harness.judge", "harness.analysis", "harness.report", "harness.stack")),
        (("harness.profile",), ("harness.spring",)),
        (
            ("harness.spring",),
            ("harness.stack", "harness.scenario", "harness.launch", "harness.report", "harness.judge"),
        ),
        (("harness.record", "harness.manifest"), ("harness.scenario", "harness.analysis", "harness.report")),
    ],
)
def test_imports_point_down(above: tuple[str, ...], forbidden: tuple[str, ...]) -> None:
    assert [name for name in sorted(importers(*forbidden)) if within(name, above)] == []


def test_the_lowest_layer_imports_nothing_of_the_harness_but_itself() -> None:
    for low in ("harness.units", "harness.errors"):
        assert {name for name in imported(TREES[low]) if within(name, ("harness",))} <= {
            "harness.units",
            "harness.errors",
        }


def test_only_the_doors_and_what_they_open_import_the_command_line() -> None:
    assert importers("harness.cli") == set()
    assert importers("click") == {
        *("harness.cli", "harness.cli_ci", "harness.cli_compare", "harness.clean", "harness.completion"),
        "harness.speaking",
    }


def test_no_imports_go_round_in_a_circle() -> None:
    graph = {name: {target for target in imported(tree) if target in TREES} - {name} for name, tree in TREES.items()}
    TopologicalSorter(graph).prepare()


def test_pandas_lives_where_runs_are_read_back() -> None:
    assert [name for name in importers("pandas") if not within(name, ("harness.analysis", "harness.report"))] == []


def test_only_the_stack_starts_programs_and_the_doors_that_ask_a_version() -> None:
    starters = {
        name
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"create_subprocess_exec", "create_subprocess_shell"}
    }
    assert [name for name in starters | importers("subprocess", "pty") if not within(name, STARTS_PROGRAMS)] == []
    assert "harness.stack.process" in starters


@pytest.mark.parametrize("name", sorted(TREES))
def test_files_and_functions_are_short_and_parameters_say_what_they_are(name: str) -> None:
    long = [f.name for f in functions(TREES[name]) if (f.end_lineno or f.lineno) - f.lineno + 1 > 40]
    vague = [f.name for f in functions(TREES[name]) if VAGUE & set(parameters(f))]
    assert (LINES[name] <= 250, long, vague) == (True, [], [])
