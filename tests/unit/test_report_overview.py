from __future__ import annotations

from pathlib import Path

from report_sample import PROFILES, write_run

from harness.report.overview import write_overview


def test_a_heat_map_leads_from_each_profile_under_each_scenario_to_its_report(tmp_path: Path) -> None:
    runs = [write_run(tmp_path / name) for name in ("one", "two")]
    page, summary = write_overview(tmp_path, runs)
    text = page.read_text()
    assert text.count('<td class="heat heat') == 2 * len(PROFILES)
    assert '<a href="two/report.html#profile-1"><span class="word fail-known">fail (known)</span></a>' in text
    assert "http" not in text.replace("http-equiv", "")
    assert "| lettuce-keepalive | pass, 100 % | pass, 100 % |" in summary.read_text()


def test_runs_that_were_not_judged_have_no_square(tmp_path: Path) -> None:
    run = write_run(tmp_path / "one")
    (run / "verdicts.json").unlink()
    assert write_overview(tmp_path, [run]) == []
    assert not (tmp_path / "index.html").exists()
