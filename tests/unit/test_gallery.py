from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import CannotPlay
from harness.gallery import HEAD, PAGE, NotReplayed, Report, Upstream, _rest, read_upstream, write_gallery
from harness.manifest import About, Cell, Manifest, read_manifest
from harness.question import ask
from harness.verdict import CellVerdict, Check, Ruling, Verdict

REPORTS = read_upstream().entries


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.issues[0])
def test_each_report_names_a_scenario_and_profiles_that_there_are(report: Report) -> None:
    (question,) = ask(report.scenario, report.profiles)
    assert [profile.name for profile in question.profiles] == report.profiles


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.issues[0])
def test_the_committed_page_has_measured_figures_of_each_profile_of_each_report(report: Report) -> None:
    section = PAGE.read_text(encoding="utf-8").partition(f"## {report.title}\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == report.profiles
    assert all(issue in section for issue in report.issues)
    assert [row for row in rows if "Boot None" in row] == []
    assert {row.split(" | ")[3] for row in rows if row.split(" | ")[1] == "cured"} <= {"pass"}


def test_a_page_is_written_from_the_verdicts_alone(tmp_path: Path) -> None:
    runs = {scenario: finished(tmp_path / scenario, names) for scenario, names in read_upstream().wanted().items()}
    page = tmp_path / "gallery.md"
    write_gallery(runs, page)
    text = page.read_text(encoding="utf-8")
    assert text.startswith(HEAD)
    assert "| `jedis` | cured | Boot 3.5.16, Lettuce 6.6.0 | fail | recovers: measured for jedis |" in text
    assert "## Not replayed" not in text


def test_a_profile_that_did_not_start_is_told_by_its_own_log_and_has_no_figures(tmp_path: Path) -> None:
    runs = {name: finished(tmp_path / name, profiles) for name, profiles in read_upstream().wanted().items()}
    run = runs["idle-drop boot-4.1-without-jdk-net"]
    (run / "verdicts.json").unlink()
    cell = Cell(profile="boot-4.1-without-jdk-net", file="", boot="4.1")
    read_manifest(run).model_copy(update={"ended": "broken", "trouble": "it ended", "cells": [cell]}).write(run)
    page = tmp_path / "gallery.md"
    with pytest.raises(CannotPlay, match="it ended"):
        write_gallery(runs, page)
    (run / "logs").mkdir()
    (run / "logs" / "fixture-boot-4.1-without-jdk-net.log").write_text(
        "Caused by: java.lang.NoClassDefFoundError: a/B\n"
    )
    write_gallery(runs, page)
    row = "| `boot-4.1-without-jdk-net` | as reported | Boot 4.1 | does not start | NoClassDefFoundError: a/B |"
    assert row in page.read_text(encoding="utf-8").splitlines()


def test_no_run_has_more_profiles_than_two_cores_bear_and_each_is_played_once() -> None:
    wanted = read_upstream().wanted()
    assert max(map(len, wanted.values())) == 9
    played = [(run.partition(" ")[0], profile) for run, profiles in wanted.items() for profile in profiles]
    assert sorted(played) == sorted({(report.scenario, name) for report in REPORTS for name in report.profiles})


def test_a_report_of_which_no_profile_shows_anything_is_refused() -> None:
    told = REPORTS[0].model_dump() | {"failing": [], "does_not_start": []}
    with pytest.raises(ValueError, match="give one under 'failing' or 'does_not_start'"):
        Report.model_validate(told)


def finished(run: Path, profiles: list[str]) -> Path:
    run.mkdir()
    versions: dict[str, str | None] = {"spring-boot": "3.5.16", "lettuce": "6.6.0.RELEASE"}
    cells = [Cell(profile=name, file="", about=About(client="lettuce", versions=versions)) for name in profiles]
    Manifest(
        harness="0",
        command=[],
        seed=1,
        started="",
        clock_anchor=0,
        scenario="",
        stack="local",
        time_scale=60,
        ended="finished",
        cells=cells,
    ).write(run)
    Verdict(
        verdict=Ruling.FAIL,
        scenario="",
        cells=[CellVerdict(profile=name, verdict=Ruling.FAIL, checks=[_check(name)], known=False) for name in profiles],
    ).write(run)
    return run


def _check(profile: str) -> Check:
    return Check(kind="recovers", name="recovers", ruling=Ruling.FAIL, because=f"measured for {profile}")


def test_what_is_not_replayed_is_told_with_its_reason() -> None:
    left = NotReplayed(issue="redis/lettuce#1", because="it takes two")
    assert _rest(Upstream(entries=[], not_replayed=[left])) == (
        "## Not replayed\n\n- [redis/lettuce#1](https://github.com/redis/lettuce/issues/1): it takes two\n"
    )
