"""The table of what was measured to cure a cause, and how the reports use it."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_sample import KEPT, SHARED, found, write_run

from harness.cause import Cause, Label, Witness
from harness.diagnosis.cures import Cure, Snippet, client_of, read_cures
from harness.manifest import About, Setting
from harness.places import PROFILES, ROOT, SCENARIOS
from harness.report import html, reasons, summary
from harness.report.facts import Findings
from harness.scenario import read_scenario
from harness.verdict import CellVerdict, Ruling, Verdict

TABLE = read_cures()
STALE = Cause(
    label=Label.STALE_CONNECTION, form="silent", evidence=[Witness(file="sockets.txt", text="ESTAB <one> 0 168")]
)


@pytest.mark.parametrize("cure", TABLE.cures, ids=lambda cure: f"{cure.label}-{cure.profile}")
def test_what_shows_a_cure_is_shipped(cure: Cure) -> None:
    assert (PROFILES / f"{cure.profile}.yml").is_file()
    played = read_scenario(SCENARIOS / f"{cure.scenario}.yaml").profiles
    source = (ROOT / cure.source).read_text(encoding="utf-8")
    assert cure.profile in played or f"`{cure.profile}`" in source, "neither played by the scenario nor in its source"


@pytest.mark.parametrize("label", Label)
def test_of_each_cause_there_is_a_cure_or_the_reason_why_there_is_none(label: Label) -> None:
    assert [entry for entry in TABLE.without if entry.label is label and not entry.forms] or label is Label.SLOW_COMMAND
    assert TABLE.no_cure(Cause(label=label)) or TABLE.cures_of(Cause(label=label), "shared")


def test_a_busy_redis_has_no_cure_on_the_clients_side() -> None:
    busy = Cause(label=Label.SLOW_COMMAND, form="busy")
    assert TABLE.cures_of(busy, "shared") == []
    assert TABLE.no_cure(busy).startswith("no setting of a client makes a busy Redis answer")


@pytest.mark.parametrize(
    ("about", "client"),
    [
        (About(client="jedis"), "jedis"),
        (About(client="lettuce", settings=[Setting(name="share-native-connection", production=True)]), "shared"),
        (About(client="lettuce", settings=[Setting(name="share-native-connection", production=False)]), "pooled"),
        (About(), None),
    ],
)
def test_a_cure_is_for_the_client_that_there_is(about: About, client: str | None) -> None:
    assert client_of(about) == client


def explained(run: Path, cure: str, cause: Cause = STALE) -> Findings:
    """The sample's findings with a cause on what failed, and its healthy profile under the name of a shipped cure."""
    findings = found(write_run(run))
    cells = [_with_cause(cell, cause) for cell in findings.verdict.cells]
    text = findings.verdict.model_copy(update={"cells": cells}).model_dump_json().replace(KEPT, cure)
    for name in ("manifest.json", "samples.csv", "events.jsonl", "scenario.yaml"):
        (run / name).write_text((run / name).read_text().replace(KEPT, cure))
    Verdict.model_validate_json(text).write(run)
    return found(run)


def _with_cause(cell: CellVerdict, cause: Cause) -> CellVerdict:
    checks = [check.model_copy(update={"cause": cause if check.ruling == "fail" else None}) for check in cell.checks]
    return cell.model_copy(update={"checks": checks})


def told(findings: Findings, profile: str) -> list[reasons.Reason]:
    return reasons.reasons(next(client for client in findings.clients if client.profile == profile), findings)


def test_a_cure_that_held_in_this_run_is_shown_by_it(tmp_path: Path) -> None:
    (reason,) = told(explained(tmp_path / "run", "shared-keepalive"), SHARED)
    assert (reason.label, reason.checks) == ("stale connection", "succeeds/first-visitors, recovers")
    assert reason.advice[0].shown == (
        "shown in this run by `shared-keepalive`, which passed succeeds/first-visitors, recovers: "
        "100 % of 760 requests served"
    )


def test_a_cure_that_was_not_in_this_run_is_quoted_with_its_source(tmp_path: Path) -> None:
    (reason,) = told(explained(tmp_path / "run", "another"), SHARED)
    assert reason.advice[0].shown.startswith("shown by `shared-keepalive` under `idle-drop` (docs/profiles.md): 100 %")


def test_what_failed_as_well_in_this_run_is_not_advised(tmp_path: Path) -> None:
    findings = explained(tmp_path / "run", "shared-keepalive")
    cells = [_failing(cell) if cell.profile == "shared-keepalive" else cell for cell in findings.verdict.cells]
    findings.verdict.model_copy(update={"cells": cells}).write(tmp_path / "run")
    (reason,) = told(found(tmp_path / "run"), SHARED)
    assert [advice.shown.partition(" under")[0] for advice in reason.advice] == ["shown by `boot-4.1-defaults`"]


def _failing(cell: CellVerdict) -> CellVerdict:
    return cell.model_copy(
        update={"checks": [check.model_copy(update={"ruling": Ruling.FAIL}) for check in cell.checks]}
    )


def test_a_snippet_calls_the_properties_as_the_clients_spring_boot_does() -> None:
    snippet = Snippet(file="application.yml", text="spring.data.redis.timeout: 60s\n")
    named = [snippet.called_as_in(boot).text for boot in ("2.7.18", "4.1.2", "")]
    assert named == ["spring.redis.timeout: 60s\n", *["spring.data.redis.timeout: 60s\n"] * 2]


def test_a_profile_is_not_told_to_become_itself() -> None:
    late = Cause(label=Label.NETWORK_DELAY, form="late")
    assert [cure.profile for cure in TABLE.cures_of(late, "shared")] == ["shared"]


def test_the_page_the_summary_and_the_terminal_say_the_cause(tmp_path: Path) -> None:
    findings = explained(tmp_path / "run", "shared-keepalive")
    page, markdown = html.export(findings)[0].read_text(), summary.export(findings)[0].read_text()
    assert "Why it failed: stale connection" in page
    assert "sockets.txt: ESTAB &lt;one&gt; 0 168" in page
    assert ".idle(Duration.ofSeconds(60))" in page
    assert page.index("Why it failed") < page.index("data:image/svg") if "data:image/svg" in page else True
    assert "  cause: stale connection (sockets.txt: ESTAB &lt;one> 0 168)" in markdown
    assert reasons.cause_line(findings.verdict.cells[0]) == "stale connection (sockets.txt: ESTAB <one> 0 168)"
    assert reasons.cause_line(findings.verdict.cells[2]) == ""


def test_causes_that_differ_by_phase_are_told_with_their_checks_and_the_determined_ones_first(tmp_path: Path) -> None:
    cell = explained(tmp_path / "run", "shared-keepalive").verdict.cells[0]
    unknown = Cause(label=Label.NOT_DETERMINED, evidence=[Witness(file="samples.csv", text="7 session-lost")])
    first = cell.checks[0].model_copy(update={"cause": unknown})
    assert reasons.cause_line(cell.model_copy(update={"checks": [first, *cell.checks[1:]]})) == (
        "stale connection in recovers (sockets.txt: ESTAB <one> 0 168); not determined in succeeds/first-visitors"
    )


def test_verdicts_of_before_have_no_cause_and_stay_readable(tmp_path: Path) -> None:
    findings = found(write_run(tmp_path / "run"))
    text = findings.verdict.model_dump_json(
        exclude={"cells": {"__all__": {"cause": True, "checks": {"__all__": {"cause"}}}}}
    )
    assert '"cause"' not in text
    assert reasons.cause_line(Verdict.model_validate_json(text).cells[0]) == ""
