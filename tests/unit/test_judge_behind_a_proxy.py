"""What the judge makes of a proxy that hides what a client would have done."""

from __future__ import annotations

from pathlib import Path

import pytest
from judged import BLIND, FAIL, KEPT, PASS, SCENARIO, SHARED, UNKNOWN, behind_a_proxy, but, cells, samples

from harness.judge import judge
from harness.manifest import Setting

CANT = "the proxy acknowledges what it swallows and answers probes itself, where a real path would not"
ON = Setting(name="keepalive", production=True, run=True)
OFF = Setting(name="keepalive", production=False, run=False)


def ms(name: str, production: int, run: int) -> Setting:
    return Setting(name=name, unit="ms", production=production, run=run)


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
