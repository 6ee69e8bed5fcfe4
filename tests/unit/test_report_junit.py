"""junit.xml."""

from __future__ import annotations

from pathlib import Path

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite
from report_sample import POOLED, SHARED, found, write_run

from harness.report import junit
from harness.verdict import Check, Ruling, read_verdict


def suite(run: Path) -> TestSuite:
    junit.export(found(run))
    (only,) = list(JUnitXml.fromfile(str(run / "junit.xml")))
    assert isinstance(only, TestSuite)
    return only


def case(run: Path, profile: str, name: str) -> TestCase:
    return next(c for c in suite(run) if c.name == name and c.classname == f"idle-drop.{profile}")


def with_first_check(run: Path, number: int, **changes: object) -> Check:
    """Writes the verdict anew, with the first check of a profile changed."""
    verdict = read_verdict(run)
    changed = verdict.cells[number].checks[0].model_copy(update=changes)
    cells = list(verdict.cells)
    cells[number] = cells[number].model_copy(update={"checks": [changed, *cells[number].checks[1:]]})
    verdict.model_copy(update={"cells": cells}).write(run)
    return changed


def test_a_scenario_is_a_suite_and_each_check_of_each_profile_a_case(tmp_path: Path) -> None:
    told = suite(write_run(tmp_path / "run"))
    assert (told.name, told.tests, told.failures, told.errors, told.skipped) == ("idle-drop", 12, 2, 0, 2)
    assert told.time == 58.0


def test_a_failure_carries_the_first_line_of_its_reason(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    with_first_check(run, 1, because="78.3 % succeeded\nport 40401")
    (result,) = case(run, POOLED, "succeeds/first-visitors").result
    assert isinstance(result, Failure)
    assert (result.message, result.text) == ("78.3 % succeeded", "78.3 % succeeded\nport 40401")


def test_a_known_failure_is_skipped_with_its_reason(tmp_path: Path) -> None:
    known = case(write_run(tmp_path / "run"), SHARED, "recovers")
    (result,) = known.result
    assert isinstance(result, Skipped)
    assert result.message == "known failure: the shared connection is dead until the kernel gives up on it"
    assert str(result.text).startswith("the last of 50 failures ended 13 min")


def test_an_unknown_ruling_is_an_error_not_a_failure(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    with_first_check(run, 2, ruling=Ruling.UNKNOWN, because="no request was due")
    (result,) = case(run, "lettuce-keepalive", "succeeds/first-visitors").result
    assert isinstance(result, Error)
    assert (result.type, result.message) == ("unknown", "no request was due")


def test_a_surprise_is_a_failure_that_names_the_declaration(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    with_first_check(run, 2, known="keepalive was broken")
    (result,) = case(run, "lettuce-keepalive", "succeeds/first-visitors").result
    assert isinstance(result, Failure)
    assert result.message == "passed, though declared to fail: 100 % of 60 requests succeeded"
    assert str(result.text).endswith("declared to fail because keepalive was broken")


def test_characters_that_xml_cannot_hold_are_left_out(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    with_first_check(run, 1, because="red \x1b[31m & <b>")
    (result,) = case(run, POOLED, "succeeds/first-visitors").result
    assert result.message == "red [31m & <b>"
