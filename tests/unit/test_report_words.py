"""One word per profile, one sentence per run."""

from __future__ import annotations

import pytest
from report_sample import verdict

from harness.report.words import both, check_word, sentence, short_both, why, word
from harness.verdict import CellVerdict, Check, Ruling, Verdict


def check(ruling: Ruling, known: str = "") -> Check:
    return Check(kind="recovers", name="recovers", ruling=ruling, because="it was so\nand more", known=known)


def cell(*checks: Check, doubts: tuple[str, ...] = ()) -> CellVerdict:
    rulings = [part.ruling for part in checks]
    worst = Ruling.FAIL if Ruling.FAIL in rulings else Ruling.UNKNOWN if Ruling.UNKNOWN in rulings else Ruling.PASS
    return CellVerdict(profile="p", verdict=worst, known=False, checks=list(checks), doubts=list(doubts))


FAILED, PASSED, UNCLEAR = check(Ruling.FAIL), check(Ruling.PASS), check(Ruling.UNKNOWN)
DECLARED, SURPRISE = check(Ruling.FAIL, "it is old"), check(Ruling.PASS, "it is old")


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        ([PASSED, PASSED], "pass"),
        ([PASSED, DECLARED], "fail (known)"),
        ([DECLARED, FAILED], "FAIL"),
        ([SURPRISE, FAILED], "FAIL"),
        ([SURPRISE, DECLARED], "SURPRISE"),
        ([PASSED, UNCLEAR], "unknown"),
        ([DECLARED, UNCLEAR], "unknown"),
    ],
)
def test_the_word_for_a_profile_is_that_of_its_gravest_check(checks: list[Check], said: str) -> None:
    assert word(cell(*checks)) == said


def test_a_cell_that_the_judge_calls_unknown_is_unknown_whatever_its_checks_say() -> None:
    doubted = cell(FAILED).model_copy(update={"verdict": Ruling.UNKNOWN})
    assert word(doubted) == "unknown"


def test_a_check_that_passes_against_its_declaration_is_a_surprise() -> None:
    assert [check_word(c) for c in (PASSED, DECLARED, FAILED, UNCLEAR, SURPRISE)] == [
        "pass",
        "fail (known)",
        "FAIL",
        "unknown",
        "SURPRISE",
    ]


def test_the_sentence_counts_profiles_by_what_became_of_them() -> None:
    assert sentence(verdict()) == "fail — 4 profiles: 2 survive, 1 fails as the scenario declares, 1 fails"


def test_the_sentence_says_that_the_measurement_is_in_doubt() -> None:
    run = Verdict(verdict=Ruling.UNKNOWN, scenario="s", cells=[cell(PASSED)], doubts=["lag p99 was 80 ms"])
    assert sentence(run) == "unknown — 1 profile: 1 survives; 1 doubt about the measurement"


def test_the_sentence_of_a_run_without_profiles_admits_it() -> None:
    run = Verdict(verdict=Ruling.UNKNOWN, scenario="s", cells=[])
    assert sentence(run) == "unknown — 0 profiles: nothing was judged"


def test_the_reason_is_the_first_line_of_the_check_that_decided_and_how_many_more_there_are() -> None:
    assert why(cell(PASSED, FAILED, FAILED, FAILED)) == "recovers and 2 more checks: it was so"


def test_the_reason_of_a_declared_failure_holds_the_declaration() -> None:
    assert why(cell(DECLARED)) == "recovers: it was so; known: it is old"


def test_the_reason_of_a_surprise_says_what_was_declared() -> None:
    assert why(cell(SURPRISE)) == "recovers: it was so; declared to fail because it is old"


def test_a_plain_pass_needs_no_reason() -> None:
    assert why(cell(PASSED)) == ""


def test_an_unknown_without_an_unknown_check_gives_the_doubts_as_its_reason() -> None:
    doubted = cell(PASSED, doubts=("the fixture died",)).model_copy(update={"verdict": Ruling.UNKNOWN})
    assert why(doubted) == "the fixture died"


def test_durations_are_told_in_production_time_with_run_time_beside_unless_they_are_the_same() -> None:
    assert both(13.25, 60) == "13 min 15 s (13.2 s in the run)"
    assert both(13.25, 1) == "13.2 s"
    assert short_both(1.0, 60) == ("1 min", "1 s")
    assert short_both(1.0, 1) == ("1 s", "")
