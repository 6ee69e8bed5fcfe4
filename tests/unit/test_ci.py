"""What GitHub is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_sample import POOLED, found, write_run

from harness.ci import MOST_BYTES, error_lines, fitting, telling_ci
from harness.manifest import read_manifest
from harness.places import ROOT
from harness.report import summary
from harness.verdict import Ruling, Verdict, read_verdict

CHECKOUT = {"GITHUB_WORKSPACE": str(ROOT)}


def many(verdict: Verdict, profiles: int) -> Verdict:
    """The same with so many profiles that fail."""
    failing = verdict.cells[1]
    cells = [failing.model_copy(update={"profile": f"p{number}"}) for number in range(profiles)]
    return verdict.model_copy(update={"cells": cells})


def test_a_failed_profile_is_one_annotation_on_its_scenario_file(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    assert error_lines([(run, read_verdict(run))], CHECKOUT) == [
        (
            "::error file=scenarios/idle-drop.yaml,title=idle-drop%3A lettuce-pooled%3A succeeds/first-visitors::"
            "78.3 %25 of 60 requests succeeded, 13 failed: 13 command-timeout"
        )
    ]


def test_no_more_than_ten_annotations_are_made_and_the_last_says_how_many_are_left_out(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    lines = error_lines([(run, many(read_verdict(run), 12))], CHECKOUT)
    assert len(lines) == 10
    assert lines[-1] == "::error title=and 3 more::see the job's summary, or junit.xml"


def test_a_failure_is_told_before_a_surprise_and_a_surprise_before_what_is_unknown(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    verdict = many(read_verdict(run), 1)
    checks = verdict.cells[0].checks
    changed = [
        checks[1].model_copy(update={"ruling": Ruling.UNKNOWN, "because": "no request was due"}),
        checks[1].model_copy(update={"known": "keepalive was broken"}),
        checks[2],
    ]
    cell = verdict.cells[0].model_copy(update={"checks": changed})
    lines = error_lines([(run, verdict.model_copy(update={"cells": [cell]}))], CHECKOUT)
    assert [line.rpartition("::")[2].partition(":")[0] for line in lines] == [
        "the last of 13 failures ended 13 min (13.0 s in the run) after the first began",
        "passed, though declared to fail because keepalive was broken",
        "could not be judged",
    ]


def test_what_puts_a_whole_run_in_doubt_is_said_once(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    verdict = many(read_verdict(run), 8)
    unknown = [check.model_copy(update={"ruling": Ruling.UNKNOWN}) for check in verdict.cells[0].checks]
    cells = [cell.model_copy(update={"checks": unknown}) for cell in verdict.cells]
    doubted = verdict.model_copy(update={"cells": cells, "doubts": ["the harness could not send 3 of its requests"]})
    lines = error_lines([(run, doubted)], CHECKOUT)
    assert [line.partition("title=")[2] for line in lines] == [
        "idle-drop%3A not judged::the harness could not send 3 of its requests"
    ]


def test_a_run_that_broke_is_told_with_its_trouble(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    read_manifest(run).model_copy(update={"ended": "broken", "trouble": "Redis did not start\nport in use"}).write(run)
    (line,) = error_lines([(run, None)], CHECKOUT)
    assert line.endswith("title=idle-drop%3A broken::Redis did not start%0Aport in use")


def test_the_summary_is_appended_to_the_jobs_page_and_annotations_are_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_run(tmp_path / "run")
    summary.export(found(run))
    page = tmp_path / "page.md"
    page.write_text("# before\n")
    with telling_ci({"GITHUB_STEP_SUMMARY": str(page), "GITHUB_ACTIONS": "true", **CHECKOUT}) as told:
        told.append(run)
    assert page.read_text() == "# before\n" + (run / "summary.md").read_text() + "\n"
    assert POOLED in capsys.readouterr().out


def test_elsewhere_nothing_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = write_run(tmp_path / "run")
    with telling_ci({}) as told:
        told.append(run)
    assert capsys.readouterr().out == ""


def test_a_page_that_cant_be_written_is_said_and_costs_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_run(tmp_path / "run")
    summary.export(found(run))
    with telling_ci({"GITHUB_STEP_SUMMARY": str(tmp_path / "no" / "page.md")}) as told:
        told.append(run)
    assert "GITHUB_STEP_SUMMARY can't be written: No such file or directory" in capsys.readouterr().out


def test_a_summary_that_does_not_fit_is_cut_after_a_line_with_a_note() -> None:
    text = b"a line\n" * 400
    kept = fitting(text, 500, Path("reports/run"))
    assert len(kept) <= 500
    assert kept.startswith(b"a line\na line\n")
    assert kept.endswith(
        b"a line\n\n(cut here, as a job's summary ends at 1 MiB; the rest is in reports/run/summary.md)\n"
    )


def test_what_is_cut_within_a_fold_is_unfolded_again() -> None:
    text = b"told\n<details><summary>Every check</summary>\n" + b"a line\n" * 400 + b"</details>\n"
    kept = fitting(text, 500, Path("reports/run"))
    assert len(kept) <= 500
    assert kept.count(b"</details>") == 1


def test_where_no_room_is_left_only_that_is_said_or_nothing() -> None:
    text = b"a line\n" * 40
    assert (
        fitting(text, 90, Path("run")) == b"\n(no room left here for run/summary.md: a job's summary ends at 1 MiB)\n"
    )
    assert fitting(text, 10, Path("run")) == b""
    assert fitting(text, -5, Path("run")) == b""
    assert fitting(text, MOST_BYTES, Path("run")) == text
