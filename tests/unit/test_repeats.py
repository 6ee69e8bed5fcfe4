from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from report_sample import KEPT, POOLED, PROFILES
from test_compare import SUCCEEDS, sample_run, with_ruling

from harness.cli import main
from harness.compare.facts import CannotCompare
from harness.compare.reading import facts_of
from harness.compare.repeated import judge_repeats
from harness.errors import InputError
from harness.places import new_folder
from harness.repeated_verdict import RepeatedCheck, RepeatedVerdict
from harness.repeats import Repeats, is_repeated, read_repeats, rotated, runs_of
from harness.report.overview import write_overview
from harness.verdict import CellVerdict, Ruling, Verdict, read_verdict, worst

P, F, U = Ruling.PASS, Ruling.FAIL, Ruling.UNKNOWN


def repeated(folder: Path, rulings: list[Ruling], ended: str = "finished") -> Path:
    """As many repeats, of which only the ruling on one check of one profile differs."""
    runs = [str(number + 1) for number in range(len(rulings))]
    for name, ruling in zip(runs, rulings, strict=True):
        run = with_ruling(sample_run(folder / name), KEPT, ruling)
        cells = [declared(cell) for cell in read_verdict(run).cells]
        Verdict(verdict=worst([cell.counts for cell in cells]), scenario="idle-drop", cells=cells).write(run)
    told = {
        "scenario": "idle-drop",
        "repeats": len(runs),
        "seeds": [1, 2, 3][: len(runs)],
        "runs": runs,
        "ended": ended,
    }
    Repeats.model_validate(told).write(folder)
    return folder


def declared(cell: CellVerdict) -> CellVerdict:
    """With every failure of the pooled client known, so that the kept one decides."""
    if cell.profile != POOLED:
        return cell
    known = [check.model_copy(update={"known": "so it is" * (check.ruling is F)}) for check in cell.checks]
    return cell.model_copy(update={"checks": known})


def kept(verdict: RepeatedVerdict) -> RepeatedCheck:
    return next(check for check in verdict.checks if (check.profile, check.name) == (KEPT, SUCCEEDS))


@pytest.mark.parametrize(
    ("rulings", "word", "code", "sentence"),
    [
        ([P, P, P], "pass", 0, "pass — 3 repeats: pass"),
        ([P, F, P], "unstable", 1, "fail — 3 repeats: pass in 2 of 3, fail in 1; 1 check is unstable"),
        ([F, F], "FAIL", 1, "fail — 2 repeats: fail"),
        ([P, U, P], "unknown", 3, "unknown — 3 repeats: pass in 2 of 3, unknown in 1"),
    ],
)
def test_the_verdict_over_repeats_is_the_worst_of_theirs_and_shows_where_they_disagree(
    tmp_path: Path, rulings: list[Ruling], word: str, code: int, sentence: str
) -> None:
    verdict = judge_repeats(repeated(tmp_path / "out", rulings))
    assert (kept(verdict).verdict, verdict.exit_code, verdict.sentence) == (word, code, sentence)


def test_the_summary_has_pooled_rates_with_their_interval_and_the_repeats_spread(tmp_path: Path) -> None:
    folder = repeated(tmp_path / "out", [P, P])
    judge_repeats(folder)
    text = (folder / "summary.md").read_text(encoding="utf-8")
    assert text.startswith("## pass — 2 repeats: pass\n")
    assert f"| {KEPT} | {SUCCEEDS} | pass | 0 % | 0 % to 3.1 % | 0 % to 0 % | pass |" in text
    assert "- [2](2/report.html), seed 2: " in text


def test_the_page_shows_each_repeat_at_one_glance_and_the_figures_over_all(tmp_path: Path) -> None:
    folder = repeated(tmp_path / "out", [P, F, P])
    judge_repeats(folder)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "Verdict: fail — 3 repeats: pass in 2 of 3, fail in 1; 1 check is unstable." in page
    assert page.count('<td class="heat heat') == 3 * len(PROFILES)
    assert f'<a href="2/report.html#profile-{PROFILES.index(KEPT) + 1}"><span class="word FAIL">FAIL</span></a>' in page
    assert f"{SUCCEEDS}<small>" in page
    assert '<span class="word unstable">unstable</span>' in page
    assert '<span class="word unstable">' not in page.partition("Profile by profile")[0]


def test_a_repeated_run_has_its_square_in_a_suites_overview(tmp_path: Path) -> None:
    folder = repeated(tmp_path / "idle-drop", [P, F])
    judge_repeats(folder)
    page, summary = write_overview(tmp_path, [folder])
    kept = f"idle-drop/report.html#profile-{PROFILES.index(KEPT) + 1}"
    assert f'<a href="{kept}"><span class="word unstable">unstable</span></a><small>100 %</small>' in page.read_text()
    assert "- **idle-drop**: fail — 2 repeats: " in summary.read_text()


def test_repeats_that_were_interrupted_rule_no_better_than_unknown_and_are_not_compared(tmp_path: Path) -> None:
    folder = repeated(tmp_path / "out", [P, P], ended="interrupted")
    verdict = judge_repeats(folder)
    assert (verdict.exit_code, verdict.sentence) == (
        3,
        "unknown — 2 repeats: pass; interrupted before the rest was played",
    )
    with pytest.raises(CannotCompare, match="the repeated run was not finished but interrupted"):
        facts_of(folder)


def test_without_a_repeat_that_ended_there_is_nothing_to_judge(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(InputError, match="has no repeat that was played to its end"):
        judge_repeats(repeated(tmp_path / "out", [], ended="interrupted"))


def test_repeated_runs_are_compared_as_one(tmp_path: Path) -> None:
    base, new = repeated(tmp_path / "base", [P, P]), repeated(tmp_path / "new", [P, F])
    answer = CliRunner().invoke(main, ["compare", str(base), str(new), "--format", "markdown"])
    assert answer.exit_code == 0
    assert f"| {SUCCEEDS} | pass: 0 % | pass in 1 of 2, fail in 1: 0 % | \\~ |" in answer.stdout
    assert "(2 repeats), after " in answer.stdout


def test_report_writes_the_summary_again(tmp_path: Path) -> None:
    folder = repeated(tmp_path / "out", [P])
    judge_repeats(folder)
    (folder / "summary.md").unlink()
    assert CliRunner().invoke(main, ["report", str(folder)]).exit_code == 0
    assert (folder / "summary.md").is_file()


def test_profiles_take_turns_in_who_is_first() -> None:
    assert [rotated("abc", by) for by in range(4)] == [list("abc"), list("bca"), list("cab"), list("abc")]
    assert rotated([], 3) == []


def test_a_repeated_run_is_known_by_its_file(tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "out", "idle-drop")
    assert not is_repeated(folder)
    Repeats(scenario="idle-drop", repeats=2, seeds=[1, 2], runs=["1"]).write(folder)
    assert is_repeated(folder)
    assert (read_repeats(folder).ended, runs_of(folder)) == ("running", [folder / "1"])
    with pytest.raises(InputError, match="is not empty"):
        new_folder(folder, "idle-drop")
