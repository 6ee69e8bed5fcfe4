"""The table in the terminal."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from report_sample import write_run
from rich.console import Console

from harness.analysis import Record
from harness.report.console import folded, print_table
from harness.verdict import Ruling, read_verdict


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("console") / "run")


def printed(run: Path, width: int, *, colour: bool = False) -> str:
    out = StringIO()
    console = Console(file=out, width=width, force_terminal=colour, color_system="standard" if colour else None)
    print_table(Record(run), read_verdict(run), console)
    return out.getvalue()


def test_the_last_line_is_the_verdict_and_the_one_before_names_the_page(run: Path) -> None:
    *_, page, last = printed(run, 100).rstrip("\n").split("\n")
    assert page == f"report: {run}/report.html"
    assert last == "verdict: fail — 4 profiles: 2 survive, 1 fails as the scenario declares, 1 fails"


def test_each_profile_has_its_row_with_run_time_beside_production_time_at_100_columns(run: Path) -> None:
    lines = printed(run, 100).split("\n")
    shared = next(line for line in lines if line.startswith("lettuce-shared"))
    assert " ".join(shared.split()) == "lettuce-shared 16.7 % 100 % 1 min (1 s) 13 min 15 s (13.3 s) 26 fail (known)"


def test_at_80_columns_run_time_stands_beneath_production_time(run: Path) -> None:
    lines = printed(run, 80).split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith("lettuce-pooled"))
    assert " ".join(lines[at].split()) == "lettuce-pooled 78.3 % 100 % 1 min 13 min 50 FAIL"
    assert lines[at + 1].split() == ["(1", "s)", "(13", "s)"]


@pytest.mark.parametrize("width", [80, 100, 140])
def test_no_line_but_the_path_and_the_verdict_is_wider_than_the_terminal(run: Path, width: int) -> None:
    lines = [line for line in printed(run, width).split("\n") if not line.startswith(("report: ", "verdict: "))]
    assert max(len(line) for line in lines) <= width


def test_long_names_are_broken_at_their_hyphens() -> None:
    assert folded("lettuce-pooled-keepalive", 16) == "lettuce-pooled-\nkeepalive"
    assert folded("lettuce-pooled-keepalive", 24) == "lettuce-pooled-keepalive"
    assert folded("first-visitors", 1) == "first-\nvisitors"


def test_a_terminal_that_is_too_narrow_loses_no_figure(run: Path) -> None:
    row = next(line for line in printed(run, 40).split("\n") if "78.3 %" in line)
    assert " ".join(row.split()) == "lettuce- 78.3 % 100 % 1 min 13 min 50 FAIL"


def test_fast_answers_are_told_in_the_machines_own_time(run: Path) -> None:
    kept = next(line for line in printed(run, 100).split("\n") if line.startswith("lettuce-keepalive"))
    assert " ".join(kept.split()) == "lettuce-keepalive 100 % 100 % 4.8 ms none 0 pass"


def test_profiles_that_did_not_simply_pass_say_why(run: Path) -> None:
    text = " ".join(printed(run, 100).split())
    assert (
        "lettuce-pooled FAIL: succeeds/first-visitors and 1 more check: 78.3 % of 60 requests succeeded, 13 failed"
        in text
    )
    assert "known: the shared connection is dead until the kernel gives up on it" in text
    assert "lettuce-keepalive pass:" not in text


def test_without_a_terminal_there_is_no_escape_sequence_and_with_one_there_is(run: Path) -> None:
    assert "\x1b" not in printed(run, 100)
    assert "\x1b" in printed(run, 100, colour=True)


def test_doubts_stand_between_the_table_and_the_verdict(run: Path, tmp_path: Path) -> None:
    doubted = write_run(tmp_path / "run")
    verdict = read_verdict(run).model_copy(update={"verdict": Ruling.UNKNOWN, "doubts": ["lag p99 was 80 ms [bold]"]})
    verdict.write(doubted)
    lines = printed(doubted, 100).rstrip("\n").split("\n")
    assert "doubt: lag p99 was 80 ms [bold]" in lines
    assert lines[-1].startswith("verdict: unknown — 4 profiles")
