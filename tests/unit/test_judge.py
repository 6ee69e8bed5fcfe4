from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

import pytest

from harness.analysis import Record, Span
from harness.errors import InputError
from harness.expectations.succeeds import Succeeds
from harness.judge import judge
from harness.launch import exit_code
from harness.manifest import About, Cell, Manifest, Scaled, Setting
from harness.record import Event, Sample, recording
from harness.verdict import VERDICTS, CellVerdict, Check, Ruling, Verdict, read_verdict, worst

PASS, FAIL, UNKNOWN = Ruling.PASS, Ruling.FAIL, Ruling.UNKNOWN
SHARED, KEPT = PROFILES = ("shared", "kept")
SCENARIO = """\
title: t
time_scale: 60
profiles: [shared, kept]
load: {rate: 20/min}
phases:
  - {name: warm-up, lasts: 10m}
  - {name: rush, lasts: 10m, faults: [{kind: idle-drop, limit: 240s}]}
expectations:
  - {kind: succeeds, during: rush, share: 90%}
  - {kind: recovers, within: 5m}
"""
KNOWN = "known: [{profile: shared, checks: [succeeds/rush], because: nothing keeps it alive}]\n"
LIMIT = Scaled(name="firewall.idle-limit", production=240, run=4)
LATE = "100 % of the requests left over 50 ms late, more than 10 %"
NO_EFFECT = "fault idle-drop without effect: a bare connection expected silence after 4.25 s and met: answer"
NOT_TAKEN = "setting command-timeout did not take: asked 10s, the live client has 60000"
NO_POOL = "setting pool.min-idle did not take: asked 5, the live client has no pool"
UNTOLD = "the fixture says nothing of the setting command-timeout, which the profile sets to 10s"
SEEN = "100 % of 10 requests succeeded"


def sample(profile: str, due: float, outcome: str = "ok", lag: float = 0.001) -> Sample:
    return Sample(profile, "read", due, due + lag, due + (0.01 if outcome == "ok" else 1.0), outcome)


def samples(failing: int = 0, lag: float = 0.001) -> tuple[Sample, ...]:
    """Ten requests in each phase; the first ones of the shared client's rush fail, as many as asked."""
    warm = [sample(profile, 1.0 + n, lag=lag) for profile in PROFILES for n in range(10)]
    kinds = [(p, n, "command-timeout" if p == SHARED and n < failing else "ok") for p in PROFILES for n in range(10)]
    return (*warm, *(sample(profile, 12.0 + n, outcome, lag) for profile, n, outcome in kinds))


def felt(profile: str, first: str = "answer", felt: str = "silence") -> Event:
    proof = {"first": first, "idle": 4.25, "felt": felt, "expected": "silence"}
    return Event(15.5, "felt", profile, fault="idle-drop", detail=proof)


@dataclass(frozen=True)
class Made:
    """A sound run that all expectations hold of, unless a test replaces a part of it."""

    scenario: str = SCENARIO
    ended: Literal["running", "finished", "interrupted", "broken"] = "finished"
    trouble: str = ""
    samples: tuple[Sample, ...] = samples()
    felt: tuple[Event, ...] = (felt(SHARED), felt(KEPT))
    more: tuple[Event, ...] = ()
    profile: str = ""  # the shared client's file
    settings: tuple[Setting, ...] = ()  # and what its fixture reports
    limit: Scaled = LIMIT

    def written(self, run: Path) -> Path:
        run.mkdir(exist_ok=True)
        (run / "profiles").mkdir()
        (run / "scenario.yaml").write_text(self.scenario)
        for name, text in ((SHARED, self.profile), (KEPT, "")):
            (run / "profiles" / f"{name}.yml").write_text(text or "# none\n")
        self.manifest().write(run)
        with recording(run, Stopped()) as recorder:
            for event in self.events():
                recorder.event(event)
            for one in self.samples:
                recorder.sample(one)
        return run

    def events(self) -> list[Event]:
        injected = Event(11.01, "injected", fault="idle-drop", mechanism="kernel", detail={"limit": 4.0})
        healed = Event(22.01, "healed", fault="idle-drop", mechanism="kernel")
        phases = [Event(1.0, "phase", phase="warm-up"), Event(11.0, "phase", phase="rush")]
        return [*phases, injected, *self.felt, *self.more, Event(22.0, "over"), healed]

    def manifest(self) -> Manifest:
        about = About(settings=list(self.settings))
        return Manifest(
            harness="0.1.0",
            command=["harness"],
            seed=1,
            started="2026-03-01T12:00:00Z",
            clock_anchor=0.0,
            scenario="idle-drop",
            stack="local",
            time_scale=60,
            ended=self.ended,
            trouble=self.trouble,
            surroundings=[self.limit],
            cells=[
                Cell(profile=p, file=f"profiles/{p}.yml", about=about if p == SHARED else About()) for p in PROFILES
            ],
        )


class Stopped:
    def now(self) -> float:
        return 0.0


SOUND = Made()
but = partial(replace, SOUND)


def cells(verdict: Verdict) -> dict[str, Ruling]:
    return {cell.profile: cell.verdict for cell in verdict.cells}


def first_check(verdict: Verdict, profile: str = SHARED) -> Check:
    return next(cell for cell in verdict.cells if cell.profile == profile).checks[0]


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


def stall(at: float, lasted: float, profile: str = "") -> Event:
    return Event(at, "stall", profile, detail={"lasted": lasted})


def slow(due: float, latency: float, outcome: str = "ok") -> Sample:
    return Sample(SHARED, "read", due, due + 0.001, due + latency, outcome)


def rulings(made: Made, run: Path) -> list[tuple[Ruling, str]]:
    return [(check.ruling, check.because) for check in judge(made.written(run)).cells[0].checks]


QUICK = "  - {kind: answers-within, during: rush, percentile: 99, within: 6s}\n"  # 100 ms in the run


def test_requests_that_leave_late_throughout_make_every_ruling_unknown(tmp_path: Path) -> None:
    verdict = judge(but(samples=samples(lag=0.06)).written(tmp_path))
    assert verdict.cells[0].doubts == [LATE]
    assert first_check(verdict).because == f"{LATE} (seen: {SEEN})"


@pytest.mark.parametrize("whose", ["", SHARED])
def test_an_answer_that_met_a_standstill_says_nothing_of_the_client(whose: str, tmp_path: Path) -> None:
    made = but(scenario=SCENARIO + QUICK, samples=(*samples(), slow(18.5, 0.4)), more=(stall(18.6, 0.1, whose),))
    assert rulings(made, tmp_path)[2] == (PASS, "p99 was 600 ms (10 ms in the run)")


def test_an_answer_that_is_slow_without_a_standstill_counts(tmp_path: Path) -> None:
    for more in ((), (stall(18.6, 0.3, KEPT),), (stall(17.0, 0.3),)):
        made = but(scenario=SCENARIO + QUICK, samples=(*samples(), slow(18.5, 0.4)), more=more)
        assert rulings(made, tmp_path / str(len(list(tmp_path.iterdir()))))[2][0] is FAIL


def test_failures_that_waited_for_a_standstill_do_not_decide_alone(tmp_path: Path) -> None:
    failing = tuple(slow(18.0 + n / 10, 1.0, "command-timeout") for n in range(2))
    made = but(samples=(*samples(), *failing), more=(stall(18.2, 0.7),))
    ruling, because = rulings(made, tmp_path)[0]
    decides = "the failures that decide met a standstill of the machine; without them: 100 % of 9 requests succeeded"
    seen = "83.3 % of 12 requests succeeded, 2 failed: 2 command-timeout"
    assert (ruling, because) == (UNKNOWN, f"{decides} (seen: {seen})")


def test_failures_that_a_short_standstill_did_not_make_decide(tmp_path: Path) -> None:
    failing = tuple(slow(18.0 + n / 10, 1.0, "command-timeout") for n in range(2))
    made = but(samples=(*samples(), *failing), more=(stall(18.5, 0.3),))
    assert rulings(made, tmp_path)[0][0] is FAIL


def test_an_error_that_redis_answered_is_not_a_standstills_doing(tmp_path: Path) -> None:
    failing = tuple(slow(18.0 + n / 10, 0.6, "redis-error") for n in range(2))
    made = but(samples=(*samples(), *failing), more=(stall(18.1, 0.5),))
    assert rulings(made, tmp_path)[0][0] is FAIL


def test_a_machine_that_stands_still_for_long_makes_every_ruling_unknown(tmp_path: Path) -> None:
    verdict = judge(but(more=(stall(12.0, 5.5, SHARED),)).written(tmp_path))
    assert verdict.cells[0].doubts == ["the machine stood still for 26.2 % of the time, more than 25 %"]
    assert cells(verdict) == {SHARED: UNKNOWN, KEPT: PASS}


def test_failures_that_met_no_standstill_decide_beside_others_that_did(tmp_path: Path) -> None:
    made = but(samples=(*samples(failing=3), slow(21.0, 1.0, "command-timeout")), more=(stall(21.5, 0.3),))
    assert rulings(made, tmp_path)[0][0] is FAIL


def test_a_standstill_that_a_fault_makes_is_no_excuse(tmp_path: Path) -> None:
    paused = SCENARIO.replace("{kind: idle-drop, limit: 240s}", "{kind: gc-pause, lasts: 1m}")
    events = (Event(11.02, "injected", fault="gc-pause"), Event(22.02, "healed", fault="gc-pause"))
    made = but(scenario=paused + QUICK, samples=(*samples(), slow(18.5, 0.4)), more=(*events, stall(18.6, 0.3, SHARED)))
    assert stalls(made.written(tmp_path)) == []


def stalls(run: Path) -> list[Span]:
    return Record(run).stalls(SHARED)


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


BLIND = SCENARIO.replace("kind: idle-drop", "kind: proxy-idle-drop")
CANT = "the proxy acknowledges what it swallows and answers probes itself, where a real path would not"
ON = Setting(name="keepalive", production=True, run=True)
OFF = Setting(name="keepalive", production=False, run=False)


def ms(name: str, production: int, run: int) -> Setting:
    return Setting(name=name, unit="ms", production=production, run=run)


def behind_a_proxy(run: Path, *settings: Setting, scenario: str = BLIND) -> Verdict:
    """The shared client's trouble, by a proxy that held for 11 s of the run."""
    run = but(scenario=scenario, samples=samples(failing=2), settings=settings).written(run)
    events = (run / "events.jsonl").read_text()
    (run / "events.jsonl").write_text(events.replace('"idle-drop"', '"proxy-idle-drop"'))
    return judge(run)


@pytest.mark.parametrize(
    ("settings", "which"),
    [
        ((ON, ms("keepalive.idle", 60_000, 1000)), "TCP keepalive after 1 min"),
        ((ON, ms("keepalive.idle", 600_000, 10_900)), "TCP keepalive after 10 min"),
        ((OFF, ms("tcp-user-timeout", 30_000, 500)), "TCP_USER_TIMEOUT of 30 s"),
        ((ms("tcp-user-timeout", 7_200_000, 120_000),), "TCP_USER_TIMEOUT of 2 h"),
    ],
)
def test_a_proxy_cannot_judge_a_client_whose_settings_it_hides(
    settings: tuple[Setting, ...], which: str, tmp_path: Path
) -> None:
    verdict = behind_a_proxy(tmp_path, *settings)
    reason = f"proxy-idle-drop can't judge a client with {which}: {CANT}"
    assert (cells(verdict), verdict.exit_code, verdict.cells[0].doubts) == ({SHARED: UNKNOWN, KEPT: PASS}, 3, [])
    assert [(check.ruling, check.because) for check in verdict.cells[0].checks] == [
        (UNKNOWN, f"{reason} (seen: 80 % of 10 requests succeeded, 2 failed: 2 command-timeout)"),
        (UNKNOWN, f"{reason} (seen: the last of 2 failures ended 2 min (2 s in the run) after the first began)"),
    ]


@pytest.mark.parametrize(
    "settings",
    [
        (),
        (OFF, ms("keepalive.idle", 60_000, 1000)),
        (ON,),  # the kernel's own two hours
        (ON, ms("keepalive.idle", 7_200_000, 120_000)),
        (ON, ms("keepalive.idle", 720_000, 12_000)),
        (Setting(name="tcp-user-timeout", unit="ms"),),
    ],
)
def test_a_proxy_judges_a_client_that_would_have_done_nothing_in_time(
    settings: tuple[Setting, ...], tmp_path: Path
) -> None:
    verdict = behind_a_proxy(tmp_path, *settings)
    assert [check.ruling for check in verdict.cells[0].checks] == [FAIL, PASS]


def test_a_phase_without_the_proxys_fault_is_judged_whatever_the_client_has(tmp_path: Path) -> None:
    warm = BLIND.replace("during: rush", "during: warm-up")
    verdict = behind_a_proxy(tmp_path, ON, ms("keepalive.idle", 60_000, 1000), scenario=warm)
    assert [check.ruling for check in verdict.cells[0].checks] == [PASS, UNKNOWN]


def test_the_kernels_firewall_hides_nothing_of_a_client(tmp_path: Path) -> None:
    made = but(samples=samples(failing=2), settings=(ON, ms("keepalive.idle", 60_000, 1000)))
    assert [check.ruling for check in judge(made.written(tmp_path)).cells[0].checks] == [FAIL, PASS]


def test_probes_of_redis_itself_keep_no_firewall_awake_that_a_proxy_stands_behind(tmp_path: Path) -> None:
    masked = SCENARIO.replace("title: t\n", "title: t\nredis: {tcp_keepalive: 60s}\n")
    proxied = masked.replace(
        "lasts: 10m, faults:", "lasts: 10m, faults: [{kind: proxy-refused}]}\n  - {name: r2, lasts: 10m, faults:", 1
    )
    verdict = judge(but(scenario=proxied.replace("during: rush", "during: r2")).written(tmp_path))
    assert verdict.notes == []
