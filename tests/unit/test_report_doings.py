"""What the client did, in the timeline's strips and in words."""

from __future__ import annotations

import re

import pytest
from report_sample import KEPT, POOLED, RECYCLED, SHARED, found, write_run

from harness.report import plots
from harness.report.doings import Doings, PhaseDoings, doings
from harness.report.facts import Findings
from harness.report.strips import pixels, shown_of


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return found(write_run(tmp_path_factory.mktemp("doings") / "run"))


def of(profile: str, findings: Findings) -> Doings:
    return doings(next(client for client in findings.clients if client.profile == profile), findings)


def test_what_was_opened_before_the_first_phase_is_not_counted(findings: Findings) -> None:
    assert of(SHARED, findings).text == (
        "Connections: 1 reopened, 1 broken (Connection timed out), 2 failed attempts (Connection refused)."
    )


def test_a_pool_is_told_with_its_limit_and_who_waited(findings: Findings) -> None:
    assert of(POOLED, findings).text == (
        "Connections: none opened and none lost. Pool: at most 8 of 8 connections lent, 3 threads waiting for one."
    )


def test_counts_of_a_pool_are_told_as_such(findings: Findings) -> None:
    assert of(RECYCLED, findings).text == (
        "Connections, as its pool counts them: 3 opened. Pool: at most 8 connections lent, 3 threads waiting for one."
    )


def test_each_phase_is_told_in_figures(findings: Findings) -> None:
    told = of(SHARED, findings)
    assert told.header == ["requests", "failed", "opened", "reopened", "closed", "broken", "failed attempts"]
    assert told.rows == [
        PhaseDoings("warm-up", ["200", "0", "0", "0", "0", "0", "0"]),
        PhaseDoings("quiet", ["0", "0", "0", "0", "0", "0", "0"]),
        PhaseDoings("first-visitors", ["60", "50", "0", "1", "0", "1", "2"]),
        PhaseDoings("rush", ["500", "0", "0", "0", "0", "0", "0"]),
    ]
    pool = [row.figures[-3:] for row in of(POOLED, findings).rows]
    assert pool == [["0", "5", "0"], ["0", "5", "0"], ["0 to 8", "0 to 8", "0 to 3"], ["0", "8", "0"]]


def test_a_strip_is_there_for_what_was_told_and_for_no_more(findings: Findings) -> None:
    strips = {client.profile: shown_of(client) for client in findings.clients}
    assert strips == {
        SHARED: ["requests", "connections", "drops"],
        POOLED: ["requests", "connections", "pool", "drops"],
        KEPT: ["requests", "drops"],
        RECYCLED: ["requests", "connections", "pool", "drops"],
    }
    assert of(KEPT, findings) == Doings("", [], [])


def test_the_strips_say_what_they_show_in_letters(findings: Findings) -> None:
    drawn = {path.stem: path.read_text(encoding="utf-8") for path in plots.export(findings) if path.suffix == ".svg"}
    for words in ("opened (0)", "reopened (1)", "closed (0)", "broken (1)", "failed (2)", "connections"):
        assert f">{words}<" in drawn[f"timeline-{SHARED}"]
    for words in ("pool", "active (most 8)", "idle", "waiting (most 3)", "max-active 8"):
        assert f">{words}<" in drawn[f"timeline-{POOLED}"]
    assert ">opened (3)<" in drawn[f"timeline-{RECYCLED}"]
    assert ">failed (0)<" not in drawn[f"timeline-{RECYCLED}"], "a pool's counts can't say that none failed"
    assert ">connections<" not in drawn[f"timeline-{KEPT}"]


def test_the_page_knows_the_pictures_shape(findings: Findings) -> None:
    for client, path in zip(findings.clients, plots.export(findings), strict=False):
        size = re.search(r'<svg [^>]*width="([\d.]+)pt" height="([\d.]+)pt"', path.read_text(encoding="utf-8"))
        assert size is not None
        assert 1000 * float(size[2]) / float(size[1]) == pytest.approx(pixels(client), abs=1)
