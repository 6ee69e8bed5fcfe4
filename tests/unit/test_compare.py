from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from report_sample import KEPT, POOLED, PROFILES, SHARED, manifest, write_run

from harness.cli import main
from harness.cli_compare import paired
from harness.compare.baseline import baseline_of, require_fitting, save
from harness.compare.comparison import Change, Comparison, Row
from harness.compare.difference import compare
from harness.compare.facts import CannotCompare, Facts
from harness.compare.reading import facts_of, facts_of_run
from harness.errors import InputError
from harness.manifest import read_manifest
from harness.question import ask
from harness.repeated_verdict import one_ruling, tally
from harness.verdict import Ruling, read_verdict

P, F, U = Ruling.PASS, Ruling.FAIL, Ruling.UNKNOWN
SUCCEEDS = "succeeds/first-visitors"


def sample_run(run: Path) -> Path:
    write_run(run)
    (run / "profiles").mkdir()
    for profile in PROFILES:
        (run / "profiles" / f"{profile}.yml").write_text("spring.data.redis.timeout: 60s\n", encoding="utf-8")
    text = (run / "verdicts.json").read_text(encoding="utf-8")
    (run / "verdicts.json").write_text(text.replace("answers-within/rush", "answers-within/rush/p99"), encoding="utf-8")
    return run


def with_ruling(run: Path, profile: str, ruling: Ruling) -> Path:
    """The run as if `succeeds` of that profile had been ruled so."""
    verdict = read_verdict(run)
    cells = [
        cell.model_copy(
            update={
                "checks": [
                    check.model_copy(update={"ruling": ruling, "because": "seen so"})
                    if (cell.profile, check.name) == (profile, SUCCEEDS)
                    else check
                    for check in cell.checks
                ]
            }
        )
        for cell in verdict.cells
    ]
    verdict.model_copy(update={"cells": cells}).write(run)
    return run


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return sample_run(tmp_path / "base")


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return sample_run(tmp_path / "new")


def beside(base: Path, new: Path) -> Comparison:
    return compare(facts_of(base), facts_of(new), "base", "new")


def row(comparison: Comparison, profile: str, check: str = SUCCEEDS) -> Row:
    rows = next(one.rows for one in comparison.profiles if one.profile == profile)
    return next(one for one in rows if one.check == check)


def harness(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_a_run_compared_with_itself_shows_nothing(base: Path) -> None:
    comparison = beside(base, base)
    assert (comparison.exit_code, comparison.sentence) == (0, "no regressions, 12 no more than noise")
    assert [one.altered for one in comparison.profiles] == [[]] * 4


def test_each_expectation_has_what_it_was_what_it_is_and_how_sure_that_is(base: Path, new: Path) -> None:
    found = row(beside(base, new), POOLED)
    assert (found.value_before, found.value_after, found.difference) == (0.216667, 0.216667, 0.0)
    assert found.low is not None
    assert found.high is not None
    assert found.low < -0.1
    assert found.high > 0.1


def test_a_ruling_that_went_from_pass_to_fail_is_a_regression(base: Path, new: Path) -> None:
    found = row(beside(base, with_ruling(new, KEPT, F)), KEPT)
    assert (found.before, found.after, found.change) == ("pass", "fail", Change.WORSE)
    assert found.because == "pass before, fail after; the figure alone does not show it (no more than noise)"


def test_a_ruling_that_went_from_fail_to_pass_is_an_improvement(base: Path, new: Path) -> None:
    comparison = beside(base, with_ruling(new, SHARED, P))
    assert (row(comparison, SHARED).change, comparison.exit_code) == (Change.BETTER, 0)


@pytest.mark.parametrize("side", ["base", "new"])
def test_what_could_not_be_judged_can_not_be_told_and_is_no_regression(base: Path, new: Path, side: str) -> None:
    with_ruling({"base": base, "new": new}[side], KEPT, U)
    comparison = beside(base, new)
    when = {"base": "before", "new": "after"}[side]
    assert row(comparison, KEPT).change is Change.UNKNOWN
    assert row(comparison, KEPT).because == f"could not be judged {when}: seen so"
    assert (comparison.exit_code, comparison.sentence) == (0, "no regressions, 11 no more than noise; 1 can't be told")


def test_what_changed_in_the_profile_stands_beside_it(base: Path, new: Path) -> None:
    (new / "profiles" / f"{KEPT}.yml").write_text("spring.data.redis.timeout: 2s\n", encoding="utf-8")
    told = read_manifest(new)
    cells = [
        cell.model_copy(update={"about": cell.about.model_copy(update={"versions": {"java": "21"}, "settings": []})})
        if cell.profile == KEPT
        else cell
        for cell in told.cells
    ]
    told.model_copy(update={"cells": cells}).write(new)
    altered = {one.profile: one.altered for one in beside(base, new).profiles}
    assert [(one.what, one.name, one.before, one.after) for one in altered[KEPT]] == [
        ("file", "spring.data.redis.timeout", "60s", "2s"),
        ("setting", "client-type", "lettuce", ""),
        ("setting", "command-timeout", "1 min", ""),
        ("setting", "keepalive", "yes", ""),
        ("setting", "share-native-connection", "no", ""),
        ("setting", "keepalive.idle", "1 min 30 s", ""),
        ("version", "java", "17.0.12", "21"),
        ("version", "spring-boot", "4.1.1", ""),
        ("version", "lettuce", "7.5.2.RELEASE", ""),
    ]
    assert altered[SHARED] == []


def altered_facts(base: Path, **changed: object) -> Facts:
    return facts_of(base).model_copy(update=changed)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"time_scale": 30.0}, "the time scale differs (60:1 before, 30:1 after)"),
        ({"mechanisms": ["proxy"]}, "the faults are made by another mechanism (kernel before, proxy after)"),
        ({"parts": {}}, "the scenario asks for something else: expectations, host, load, phases, redis differ"),
        ({"profiles": {}}, "they have no profile in common"),
    ],
)
def test_what_can_not_be_compared_says_why(base: Path, changed: dict[str, object], said: str) -> None:
    with pytest.raises(CannotCompare) as refused:
        compare(facts_of(base), altered_facts(base, **changed), "base", "new")
    assert said in str(refused.value)
    assert refused.value.exit_code == 3


def test_a_run_that_was_not_finished_can_not_be_compared(base: Path, new: Path) -> None:
    manifest().model_copy(update={"ended": "interrupted"}).write(new)
    answer = harness("compare", base, new)
    assert (answer.exit_code, answer.stderr) == (
        3,
        f"harness: {new} can't be compared: it was not finished but interrupted\n",
    )


def test_other_words_and_other_profiles_are_the_same_scenario(base: Path, new: Path) -> None:
    file = new / "scenario.yaml"
    text = file.read_text(encoding="utf-8").replace("title: A firewall", "title: The firewall")
    file.write_text(text.replace("about: lunch; nobody asks for anything", "about: lunch"), encoding="utf-8")
    assert beside(base, new).exit_code == 0


def test_a_profile_of_one_side_only_is_named(base: Path) -> None:
    few = facts_of(base)
    few = few.model_copy(update={"profiles": {KEPT: few.profiles[KEPT]}})
    found = compare(few, facts_of(base), "base", "new")
    assert (found.only_before, found.only_after) == ([], ["jedis-pooled", "lettuce-pooled", "lettuce-shared"])


def test_a_latency_finer_than_the_harness_keeps_time_is_never_a_regression(base: Path) -> None:
    facts = facts_of(base)
    check = facts.profiles[KEPT].checks["answers-within/rush/p99"]
    assert check.figure
    for slower, change in ((0.5, Change.SAME), (30.0, Change.WORSE)):
        figure = check.figure.model_copy(update={"value": slower + 0.5, "low": slower + 0.4, "high": slower + 0.6})
        quick = check.figure.model_copy(update={"value": 0.1, "low": 0.09, "high": 0.11})
        found = compare(with_figure(facts, quick), with_figure(facts, figure), "base", "new")
        assert row(found, KEPT, "answers-within/rush/p99").change is change


def with_figure(facts: Facts, figure: object) -> Facts:
    profile, name = facts.profiles[KEPT], "answers-within/rush/p99"
    checks = {**profile.checks, name: profile.checks[name].model_copy(update={"figure": figure})}
    return facts.model_copy(update={"profiles": {KEPT: profile.model_copy(update={"checks": checks})}})


def test_the_command_prints_a_page_of_each_kind(base: Path, new: Path, tmp_path: Path) -> None:
    with_ruling(new, KEPT, F)
    console = harness("compare", base, new)
    assert (console.exit_code, "comparison: 1 regression, 11 no more than noise" in console.stdout) == (1, True)
    markdown = harness("compare", base, new, "--format", "markdown").stdout
    assert markdown.startswith("## 1 regression, 11 no more than noise\n")
    assert f"| {SUCCEEDS} | pass: 0 % | fail: 0 % | +0.0 |" in markdown
    told = json.loads(harness("compare", base, new, "--format", "json").stdout)
    assert (told["exit_code"], told["profiles"][0]["rows"][0]["change"]) == (1, "~")
    page = tmp_path / "page.html"
    assert harness("compare", base, new, "--format", "html", "-o", page).exit_code == 1
    text = page.read_text(encoding="utf-8")
    assert "<strong>1 regression, 11 no more than noise.</strong>" in text
    assert [word for word in ("<script", "http://", "https://") if word in text] == []


def test_wrong_usage_and_missing_runs_are_said_before_anything_is_read(base: Path, tmp_path: Path) -> None:
    assert harness("compare", base).exit_code == 2
    assert harness("compare", base, tmp_path / "nowhere").exit_code == 2
    answer = harness("compare", base, tmp_path)
    assert (answer.exit_code, "is not a run: it has no manifest.json" in answer.stderr) == (2, True)


def test_a_baseline_compares_as_its_run_does_and_is_the_same_each_time(base: Path, new: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    assert harness("baseline", "save", base, first).exit_code == 0
    save(facts_of_run(base), second)
    assert first.read_bytes() == second.read_bytes()
    with_ruling(new, KEPT, F)
    from_file = compare(facts_of(first), facts_of(new), "base", "new")
    assert {one.profile: one for one in from_file.profiles} == {one.profile: one for one in beside(base, new).profiles}


def test_a_baseline_has_no_samples_and_is_replaced_but_no_other_file_is(base: Path, tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    save(facts_of_run(base), file)
    save(facts_of_run(base), file)
    assert len(file.read_text(encoding="utf-8").splitlines()) < 300
    other = tmp_path / "precious.json"
    other.write_text('{"baseline": 1}', encoding="utf-8")
    with pytest.raises(InputError, match="is there and is no baseline; give another file, or remove it first"):
        save(facts_of_run(base), other)
    assert other.read_text(encoding="utf-8") == '{"baseline": 1}'


def test_a_suites_folder_has_a_baseline_for_each_scenario(base: Path, tmp_path: Path) -> None:
    suite = tmp_path / "suite"
    suite.mkdir()
    for name in ("one", "two"):
        shutil.copytree(base, suite / name)
    assert harness("baseline", "save", suite, tmp_path / "kept").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == ["one.json", "two.json"]
    assert baseline_of(tmp_path / "kept", "two") == tmp_path / "kept" / "two.json"
    assert harness("compare", suite, suite).exit_code == 0
    (tmp_path / "file").write_text("")
    refused = harness("baseline", "save", suite, tmp_path / "file")
    assert refused.exit_code == 2
    assert "is a file, and" in refused.stderr
    assert "has 2 scenarios; give a folder for them" in " ".join(refused.stderr.split())


def test_a_baseline_of_another_scenario_is_refused_before_anything_starts(base: Path, tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    save(facts_of_run(base), file)
    with pytest.raises(InputError) as refused:
        require_fitting(file, ask("idle-drop", ["shared"]))
    said = str(refused.value)
    assert said.startswith(f"baseline {file} does not fit 'idle-drop': the scenario asks for something else: ")
    assert "it knows none of these profiles; there are: jedis-pooled, lettuce-keepalive" in said
    assert refused.value.exit_code == 2
    answer = harness("run", "idle-drop", "--baseline", tmp_path / "none.json", "-o", tmp_path / "run")
    assert (answer.exit_code, (tmp_path / "run").exists()) == (2, False)


@pytest.mark.parametrize(
    ("rulings", "one", "told"),
    [
        ([P], "pass", "pass"),
        ([P, P, P], "pass", "pass"),
        ([P] * 9 + [F], "unstable", "pass in 9 of 10, fail in 1"),
        ([P, U, U], "pass", "unknown in 2 of 3, pass in 1"),
        ([U, U], "unknown", "unknown"),
    ],
)
def test_rulings_of_repeats_are_one_only_where_they_agree(rulings: list[Ruling], one: str, told: str) -> None:
    assert (one_ruling(rulings), tally(rulings)) == (one, told)


def test_folders_of_one_suite_are_compared_scenario_by_scenario(tmp_path: Path) -> None:
    for folder, name in (("a", "one"), ("a", "two"), ("b", "one"), ("b", "two")):
        (tmp_path / folder / name).mkdir(parents=True)
        (tmp_path / folder / name / "manifest.json").touch()
    a, b = tmp_path / "a", tmp_path / "b"
    assert paired(a, b) == [("one", a / "one", b / "one"), ("two", a / "two", b / "two")]
    assert paired(a / "one", b / "one") == [("", a / "one", b / "one")]
    (b / "two" / "manifest.json").unlink()
    with pytest.raises(InputError, match="only one of them has two"):
        paired(a, b)
    (a / "one" / "manifest.json").unlink()
    with pytest.raises(InputError, match="neither has a run in it"):
        paired(a / "one", b / "two")
