from __future__ import annotations

from pathlib import Path

import pytest
from judged import (
    FAIL,
    KEPT,
    KNOWN,
    NO_EFFECT,
    NO_POOL,
    NOT_TAKEN,
    PASS,
    SCENARIO,
    SEEN,
    SHARED,
    SOUND,
    UNKNOWN,
    UNTOLD,
    Made,
    but,
    cells,
    felt,
    first_check,
    sample,
    samples,
)

from harness.errors import InputError
from harness.expectations.succeeds import Succeeds
from harness.judge import judge
from harness.launch import exit_code
from harness.manifest import Scaled, Setting
from harness.record import Event
from harness.verdict import VERDICTS, CellVerdict, Verdict, read_verdict, worst


def test_a_sound_run_of_which_everything_holds_passes(tmp_path: Path) -> None:
    verdict = judge(SOUND.written(tmp_path))
    assert (verdict.verdict, verdict.exit_code, verdict.doubts, verdict.scenario) == (PASS, 0, [], "idle-drop")
    said = [(check.name, check.ruling, check.because) for check in verdict.cells[0].checks]
    assert said == [("succeeds/rush", PASS, SEEN), ("recovers", PASS, "nothing failed")]


def test_an_expectation_that_does_not_hold_fails_the_run(tmp_path: Path) -> None:
    verdict = judge(but(samples=samples(failing=2)).written(tmp_path))
    assert (verdict.verdict, verdict.exit_code, cells(verdict)) == (FAIL, 1, {SHARED: FAIL, KEPT: PASS})
    assert first_check(verdict).because == "80 % of 10 requests succeeded, 2 failed: 2 command-timeout"
    assert [check.ruling for check in verdict.cells[0].checks] == [FAIL, PASS]
    assert not verdict.cells[0].known


@pytest.mark.parametrize(
    ("made", "doubt", "seen"),
    [
        (but(ended="interrupted"), "the run was not finished but interrupted", SEEN),
        (but(ended="broken", trouble="no redis"), "the run was not finished but broken: no redis", SEEN),
        (but(samples=()), "there is not one sample", "no request was due during 'rush'"),
        (
            but(samples=(*samples(), sample(KEPT, 13.5, "dropped"))),
            "the harness could not send 1 of its requests",
            SEEN,
        ),
    ],
)
def test_a_doubt_about_the_run_makes_every_ruling_unknown(made: Made, doubt: str, seen: str, tmp_path: Path) -> None:
    verdict = judge(made.written(tmp_path))
    assert (verdict.verdict, verdict.exit_code, verdict.doubts) == (UNKNOWN, 3, [doubt])
    assert {check.ruling for cell in verdict.cells for check in cell.checks} == {UNKNOWN}
    assert first_check(verdict).because == f"{doubt} (seen: {seen})"


TIMEOUT = "spring.data.redis.timeout: 10s\n"
MIN_IDLE = "spring.data.redis.lettuce.pool.min-idle: 5\n"
ORDER = "keepalive.idle < firewall.idle-limit in production (30 s, 45 s), but >= in the run (1 s, 0.75 s)"
TURNED = f"{ORDER}; choose another time_scale"
LIVE = Setting(name="command-timeout", unit="ms", production=60_000, run=1000)


@pytest.mark.parametrize(
    ("made", "doubt"),
    [
        (but(more=(Event(13.0, "died", SHARED, text="redis-shared died; its log"),)), "redis-shared died"),
        (
            but(samples=(*samples(), sample(SHARED, 5.5, "fixture-unreachable"))),
            "1 requests did not reach the application",
        ),
        (but(felt=(felt(SHARED, felt="answer"), felt(KEPT))), NO_EFFECT),
        (but(felt=(felt(KEPT),)), "fault idle-drop is not proven to have taken effect here"),
        (but(profile=TIMEOUT, settings=(LIVE,)), NOT_TAKEN),
        (but(profile=TIMEOUT), UNTOLD),
        (but(profile=MIN_IDLE, settings=(Setting(name="pool", production=False, run=False),)), NO_POOL),
        (
            but(
                settings=(Setting(name="keepalive.idle", unit="ms", production=30_000, run=1000),),
                limit=Scaled(name="firewall.idle-limit", production=45, run=0.75),
            ),
            TURNED,
        ),
    ],
)
def test_a_doubt_about_one_profile_makes_its_rulings_unknown_and_no_other(
    made: Made, doubt: str, tmp_path: Path
) -> None:
    verdict = judge(made.written(tmp_path))
    assert (verdict.verdict, verdict.exit_code, cells(verdict)) == (UNKNOWN, 3, {SHARED: UNKNOWN, KEPT: PASS})
    assert (verdict.cells[0].doubts, verdict.cells[1].doubts) == ([doubt], [])
    assert {check.ruling for check in verdict.cells[0].checks} == {UNKNOWN}
    assert first_check(verdict).because == f"{doubt} (seen: {SEEN})"


def test_a_canary_that_was_never_answered_proves_nothing(tmp_path: Path) -> None:
    verdict = judge(but(felt=(felt(SHARED, first="silence"), felt(KEPT))).written(tmp_path))
    assert cells(verdict) == {SHARED: UNKNOWN, KEPT: PASS}


def test_a_profile_without_a_sample_is_unknown(tmp_path: Path) -> None:
    only = tuple(one for one in samples() if one.profile == KEPT)
    verdict = judge(but(samples=only).written(tmp_path))
    assert cells(verdict) == {SHARED: UNKNOWN, KEPT: PASS}
    assert verdict.cells[0].doubts == ["there is not one sample of this profile"]


def test_a_failure_in_a_run_that_cannot_be_trusted_is_unknown_too(tmp_path: Path) -> None:
    verdict = judge(but(ended="broken", samples=samples(failing=10)).written(tmp_path))
    assert (verdict.verdict, cells(verdict)) == (UNKNOWN, {SHARED: UNKNOWN, KEPT: UNKNOWN})


def test_a_setting_that_took_and_a_lag_within_its_budget_raise_no_doubt(tmp_path: Path) -> None:
    took = Setting(name="command-timeout", unit="ms", production=10_000, run=1000)
    made = but(profile=TIMEOUT, settings=(took,), samples=samples(lag=0.049))
    assert judge(made.written(tmp_path)).verdict is PASS


def test_each_time_a_fault_holds_it_must_be_proven(tmp_path: Path) -> None:
    again = (Event(20.0, "healed", fault="idle-drop"), Event(21.0, "injected", fault="idle-drop", mechanism="kernel"))
    assert judge(but(more=again).written(tmp_path)).verdict is UNKNOWN


def test_the_fault_that_is_nothing_needs_no_proof(tmp_path: Path) -> None:
    made = but(more=(Event(12.0, "injected", fault="nothing", mechanism="process"),))
    assert judge(made.written(tmp_path)).verdict is PASS


def test_an_expectation_that_breaks_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Succeeds, "check", lambda *_: 1 // 0)
    verdict = judge(SOUND.written(tmp_path))
    assert [check.ruling for check in verdict.cells[0].checks] == [UNKNOWN, PASS]
    assert first_check(verdict).because.startswith("the expectation itself broke: ZeroDivisionError: ")
    assert (verdict.verdict, verdict.exit_code) == (UNKNOWN, 3)


def test_a_known_failure_does_not_fail_the_run(tmp_path: Path) -> None:
    verdict = judge(but(scenario=SCENARIO + KNOWN, samples=samples(failing=2)).written(tmp_path))
    assert (verdict.verdict, verdict.exit_code) == (PASS, 0)
    assert (cells(verdict), verdict.cells[0].known) == ({SHARED: FAIL, KEPT: PASS}, True)
    assert first_check(verdict).known == "nothing keeps it alive"


def test_a_known_failure_that_passes_is_a_surprise_and_fails_the_run(tmp_path: Path) -> None:
    verdict = judge(but(scenario=SCENARIO + KNOWN).written(tmp_path))
    assert (verdict.verdict, verdict.exit_code) == (FAIL, 1)
    assert (cells(verdict), first_check(verdict).surprise) == ({SHARED: PASS, KEPT: PASS}, True)
    assert [check.surprise for check in verdict.cells[1].checks] == [False, False]


def test_a_failure_beside_a_known_one_fails_the_run(tmp_path: Path) -> None:
    strict = SCENARIO.replace("within: 5m", "within: 1m") + KNOWN
    verdict = judge(but(scenario=strict, samples=samples(failing=2)).written(tmp_path))
    assert (verdict.verdict, verdict.exit_code, verdict.cells[0].known) == (FAIL, 1, False)


def test_a_known_failure_that_cannot_be_judged_leaves_the_run_unknown(tmp_path: Path) -> None:
    verdict = judge(but(scenario=SCENARIO + KNOWN, samples=samples(failing=2), felt=(felt(KEPT),)).written(tmp_path))
    assert (verdict.verdict, verdict.exit_code) == (UNKNOWN, 3)


def test_a_failure_outranks_an_unknown(tmp_path: Path) -> None:
    verdict = judge(but(samples=samples(failing=2), felt=(felt(SHARED),)).written(tmp_path))
    assert (verdict.verdict, verdict.exit_code, cells(verdict)) == (FAIL, 1, {SHARED: FAIL, KEPT: UNKNOWN})


def test_fail_outranks_unknown_and_unknown_outranks_pass_and_nothing_is_unknown() -> None:
    assert (worst([]), worst([PASS]), worst([PASS, UNKNOWN]), worst([FAIL, UNKNOWN, PASS])) == (
        UNKNOWN,
        PASS,
        UNKNOWN,
        FAIL,
    )


def test_the_trouble_of_the_inside_comes_before_any_verdict() -> None:
    failed = Verdict(verdict=FAIL, scenario="s", cells=[CellVerdict(profile="p", verdict=FAIL, known=False, checks=[])])
    assert [exit_code(inside, failed) for inside in (0, 2, 70, 130, -9)] == [1, 2, 70, 130, 130]


def test_judging_twice_says_the_same(tmp_path: Path) -> None:
    run = but(samples=samples(failing=3)).written(tmp_path)
    first, text = judge(run), (run / VERDICTS).read_bytes()
    assert (judge(run), (run / VERDICTS).read_bytes(), read_verdict(run)) == (first, text, first)


def test_another_threshold_in_the_run_changes_the_verdict(tmp_path: Path) -> None:
    run = but(samples=samples(failing=2)).written(tmp_path)
    assert judge(run).verdict is FAIL
    (run / "scenario.yaml").write_text(SCENARIO.replace("share: 90%", "share: 80%"))
    assert judge(run).verdict is PASS


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"is not a run: it has no manifest\.json"):
        judge(tmp_path)


def test_a_fault_of_the_scenario_that_was_never_injected_is_a_doubt(tmp_path: Path) -> None:
    run = SOUND.written(tmp_path)
    kept = [line for line in (run / "events.jsonl").read_text().splitlines() if '"idle-drop"' not in line]
    (run / "events.jsonl").write_text("\n".join(kept) + "\n")
    assert judge(run).cells[1].doubts == ["fault idle-drop is in the scenario and was never injected"]


def test_a_firewall_that_redis_itself_keeps_awake_is_a_note_and_no_doubt(tmp_path: Path) -> None:
    masked = SCENARIO.replace("title: t\n", "title: t\nredis: {tcp_keepalive: 60s}\n")
    verdict = judge(
        but(scenario=masked, felt=(felt(SHARED, felt="answer"), felt(KEPT, felt="answer"))).written(tmp_path)
    )
    assert (verdict.verdict, verdict.doubts, verdict.cells[0].doubts) == (PASS, [], [])
    assert verdict.notes == [
        (
            "nothing was ever forgotten: Redis itself probes every 1 min (tcp-keepalive), and the firewall forgets after "
            "4 min; with redis.tcp_keepalive: 0 it would show"
        )
    ]
