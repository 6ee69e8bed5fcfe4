"""junit.xml: a suite per scenario, a case per profile and check, so that a CI service lists them as tests.

A failed expectation is a failure, an unknown ruling an error; a declared failure is skipped with its reason, as test
runners write what they expect to fail: it neither breaks the build nor counts among what holds.
"""

from __future__ import annotations

from pathlib import Path

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from harness.report.facts import Findings
from harness.report.words import doubts
from harness.verdict import CellVerdict, Check, Ruling


def export(findings: Findings) -> list[Path]:
    path = findings.record.path / "junit.xml"
    suite = TestSuite(findings.verdict.scenario)
    suite.timestamp = findings.record.manifest.started
    suite.add_property("seed", str(findings.record.manifest.seed))
    suite.add_property("time_scale", f"{findings.scale:g}")
    for doubt in doubts(findings.verdict):
        suite.add_property("doubt", _clean(doubt))
    for cell in findings.verdict.cells:
        suite.add_testcases([_case(check, cell, findings) for check in cell.checks])
    suite.time = max(0.0, findings.record.ended - findings.record.began)
    xml = JUnitXml()
    xml.add_testsuite(suite)
    xml.write(str(path), pretty=True)
    return [path]


def _case(check: Check, cell: CellVerdict, findings: Findings) -> TestCase:
    case = TestCase(check.name, classname=f"{findings.verdict.scenario}.{cell.profile}")
    first_line = _clean(check.because.partition("\n")[0])
    if check.ruling is Ruling.UNKNOWN:
        case.result = [_result(Error(first_line, "unknown"), check)]
    elif check.counts is Ruling.FAIL:
        text = f"passed, though declared to fail: {first_line}" if check.surprise else first_line
        case.result = [_result(Failure(text, "surprise" if check.surprise else "fail"), check)]
    elif check.known:
        reason = " ".join(check.known.split())
        case.result = [_result(Skipped(_clean(f"known failure: {reason}"), "known"), check)]
    return case


def _result(result: Error | Failure | Skipped, check: Check) -> Error | Failure | Skipped:
    known = f"\ndeclared to fail because {check.known}" if check.known else ""
    result.text = _clean(check.because + known)
    return result


def _clean(text: str) -> str:
    """XML has no way to write control characters."""
    return "".join(letter for letter in text if letter >= " " or letter in "\n\t")
